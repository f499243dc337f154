//! Sixteen bytes at once: in one register on machines that all have such (x86-64), in two words on others.

/// Sixteen bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk(imp::Bytes);

impl Chunk {
    pub const BYTES: usize = 16;

    #[inline(always)]
    pub fn new(bytes: &[u8; 16]) -> Self {
        Chunk(imp::load(bytes))
    }

    /// Eight bytes and eight others.
    #[inline(always)]
    pub fn of_two(low: &[u8; 8], high: &[u8; 8]) -> Self {
        Chunk(imp::of_words(u64::from_le_bytes(*low), u64::from_le_bytes(*high)))
    }

    /// Four bytes, four times.
    #[inline(always)]
    pub fn of_word(word: u32) -> Self {
        Chunk(imp::of_word(word))
    }

    /// With `A`–`Z` in lower case.
    #[inline(always)]
    pub fn lower(self) -> Self {
        Chunk(imp::lower(self.0))
    }

    /// With the bits of another.
    #[inline(always)]
    pub fn with(self, bits: Self) -> Self {
        Chunk(imp::with(self.0, bits.0))
    }

    /// Both halves.
    #[inline(always)]
    pub fn words(self) -> [u64; 2] {
        imp::words(self.0)
    }

    /// Bit by bit which bytes are the same.
    #[inline(always)]
    pub fn same(self, other: Self) -> u16 {
        imp::same(self.0, other.0)
    }

    /// Bit by bit which are this byte.
    #[inline(always)]
    pub fn is(self, byte: u8) -> u16 {
        imp::same(self.0, imp::splat(byte))
    }
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod imp {
    use safe_arch::*;

    pub use safe_arch::m128i as Bytes;

    #[inline(always)]
    pub fn load(bytes: &[u8; 16]) -> Bytes {
        load_unaligned_m128i(bytes)
    }

    #[inline(always)]
    pub fn of_words(low: u64, high: u64) -> Bytes {
        set_i64_m128i(high as i64, low as i64)
    }

    #[inline(always)]
    pub fn of_word(word: u32) -> Bytes {
        set_splat_i32_m128i(word as i32)
    }

    #[inline(always)]
    pub fn splat(byte: u8) -> Bytes {
        set_splat_i8_m128i(byte as i8)
    }

    #[inline(always)]
    pub fn with(a: Bytes, b: Bytes) -> Bytes {
        bitor_m128i(a, b)
    }

    #[inline(always)]
    pub fn lower(bytes: Bytes) -> Bytes {
        // The letters are the least of all signed bytes.
        let moved = add_i8_m128i(bytes, splat(0x80 - b'A'));
        let upper = cmp_lt_mask_i8_m128i(moved, splat(0x80 + 26));
        bitor_m128i(bytes, bitand_m128i(upper, splat(0x20)))
    }

    #[inline(always)]
    pub fn words(bytes: Bytes) -> [u64; 2] {
        let high = unpack_high_i64_m128i(bytes, bytes);
        [get_i64_from_m128i_s(bytes) as u64, get_i64_from_m128i_s(high) as u64]
    }

    #[inline(always)]
    pub fn same(a: Bytes, b: Bytes) -> u16 {
        move_mask_i8_m128i(cmp_eq_mask_i8_m128i(a, b)) as u16
    }
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
use in_words as imp;

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
mod in_words {
    use crate::fold::lower_word;

    pub type Bytes = [u64; 2];

    #[inline(always)]
    pub fn load(bytes: &[u8; 16]) -> Bytes {
        let both = u128::from_le_bytes(*bytes);
        [both as u64, (both >> 64) as u64]
    }

    #[inline(always)]
    pub fn of_words(low: u64, high: u64) -> Bytes {
        [low, high]
    }

    #[inline(always)]
    pub fn of_word(word: u32) -> Bytes {
        [u64::from(word) << 32 | u64::from(word); 2]
    }

    #[inline(always)]
    pub fn splat(byte: u8) -> Bytes {
        [u64::from(byte) * 0x0101_0101_0101_0101; 2]
    }

    #[inline(always)]
    pub fn with([a, b]: Bytes, [c, d]: Bytes) -> Bytes {
        [a | c, b | d]
    }

    #[inline(always)]
    pub fn lower(bytes: Bytes) -> Bytes {
        bytes.map(lower_word)
    }

    #[inline(always)]
    pub fn words(bytes: Bytes) -> [u64; 2] {
        bytes
    }

    #[inline(always)]
    pub fn same([a, b]: Bytes, [c, d]: Bytes) -> u16 {
        zeros(a ^ c) | zeros(b ^ d) << 8
    }

    /// Bit by bit which bytes are 0.
    #[inline(always)]
    fn zeros(word: u64) -> u16 {
        const SEVEN: u64 = 0x7F7F_7F7F_7F7F_7F7F;
        let zero = !(((word & SEVEN) + SEVEN) | word | SEVEN) >> 7;
        // Eight bits, one in each byte's lowest place, become one byte.
        (zero.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunk, in_words};

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..16 {
                for around in [0, 1, b'A', b'z', 0xFF] {
                    let mut bytes = [around; 16];
                    bytes[place] = byte;
                    let (chunk, words) = (Chunk::new(&bytes), in_words::load(&bytes));
                    let lower = bytes.map(|b| b.to_ascii_lowercase());
                    let lower_words = Chunk::new(&lower).words();
                    assert_eq!(chunk.lower().words(), lower_words);
                    assert_eq!(in_words::lower(words), lower_words);
                    assert_eq!(chunk.words(), in_words::words(words));
                    let other = [around; 16];
                    let same = if byte == around { u16::MAX } else { !(1 << place) };
                    assert_eq!(chunk.same(Chunk::new(&other)), same);
                    assert_eq!(in_words::same(words, in_words::load(&other)), same);
                    let marked = chunk.with(Chunk::of_word(0x2020_2020));
                    assert_eq!(marked.words(), Chunk::new(&bytes.map(|b| b | 0x20)).words());
                    let marked = in_words::with(words, in_words::of_word(0x2020_2020));
                    assert_eq!(in_words::words(marked), Chunk::new(&bytes.map(|b| b | 0x20)).words());
                    let is = (0..16).filter(|i| bytes[*i] == byte).fold(0, |bits, i| bits | 1_u16 << i);
                    assert_eq!(chunk.is(byte), is);
                    assert_eq!(in_words::same(words, in_words::splat(byte)), is);
                }
            }
        }
        assert_eq!(Chunk::of_word(0x0403_0201).words(), [0x0403_0201_0403_0201; 2]);
        assert_eq!(in_words::of_word(0x0403_0201), [0x0403_0201_0403_0201; 2]);
        let (low, high) = (*b"abcdefgh", *b"ijklmnop");
        let both = Chunk::of_two(&low, &high);
        assert_eq!(both.words(), Chunk::new(b"abcdefghijklmnop").words());
        assert_eq!(in_words::of_words(both.words()[0], both.words()[1]), both.words());
    }
}
