//! Short texts in registers: folded, compared and hashed without a loop.

use crate::chunk::Chunk;

/// Chunks that are all of a text of 8 to 32 bytes, some of them maybe twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    first: Chunk,
    /// The same as the first if the text has less than sixteen bytes.
    last: Chunk,
}

impl Ends {
    /// `None`: it has less bytes, or more.
    #[inline(always)]
    pub fn of(text: &[u8]) -> Option<Self> {
        match text.len() {
            16..=32 => {
                Some(Ends { first: Chunk::new(text.first_chunk()?), last: Chunk::new(text.last_chunk()?) })
            }
            8..16 => {
                let first = Chunk::of_two(text.first_chunk()?, text.last_chunk()?);
                Some(Ends { first, last: first })
            }
            _ => None,
        }
    }

    /// What [`Self::words`] gave, as bytes.
    #[inline(always)]
    pub fn of_words(bytes: &[u8; 32]) -> Option<Self> {
        Some(Ends { first: Chunk::new(bytes.first_chunk()?), last: Chunk::new(bytes.last_chunk()?) })
    }

    /// With the bits of another's.
    #[inline(always)]
    pub fn with(self, bits: Self) -> Self {
        Ends { first: self.first.with(bits.first), last: self.last.with(bits.last) }
    }

    /// With `A`–`Z` in lower case.
    #[inline(always)]
    pub fn lower(self) -> Self {
        Ends { first: self.first.lower(), last: self.last.lower() }
    }

    /// Whether those of another text of as many bytes are the same.
    #[inline(always)]
    pub fn are(self, other: Self) -> bool {
        self.first.same(other.first) & self.last.same(other.last) == u16::MAX
    }

    /// Both chunks as words.
    #[inline(always)]
    pub fn words(self) -> [u64; 4] {
        let ([a, b], [c, d]) = (self.first.words(), self.last.words());
        [a, b, c, d]
    }
}

/// The same of a text of 33 to 48 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thirds {
    /// The first and the last sixteen bytes.
    ends: Ends,
    /// Those behind the first.
    middle: Chunk,
}

impl Thirds {
    /// `None`: it has less bytes, or more.
    #[inline(always)]
    pub fn of(text: &[u8]) -> Option<Self> {
        let middle = text.get(Chunk::BYTES..).filter(|_| matches!(text.len(), 33..=48))?;
        let ends = Ends { first: Chunk::new(text.first_chunk()?), last: Chunk::new(text.last_chunk()?) };
        Some(Thirds { ends, middle: Chunk::new(middle.first_chunk()?) })
    }

    /// With `A`–`Z` in lower case.
    #[inline(always)]
    pub fn lower(self) -> Self {
        Thirds { ends: self.ends.lower(), middle: self.middle.lower() }
    }

    /// Whether those of another text of as many bytes are the same.
    #[inline(always)]
    pub fn are(self, other: Self) -> bool {
        self.ends.are(other.ends) && self.middle.same(other.middle) == u16::MAX
    }

    /// The ends and the words of the middle.
    #[inline(always)]
    pub fn parts(self) -> (Ends, [u64; 2]) {
        (self.ends, self.middle.words())
    }
}

#[cfg(test)]
mod tests {
    use super::{Ends, Thirds};

    #[test]
    fn every_byte_of_every_longer_length() {
        let text: [u8; 56] = core::array::from_fn(|i| b"aB[z@Z{A"[i % 8]);
        let lower = text.map(|b| b.to_ascii_lowercase());
        for len in 0..=text.len() {
            let thirds = Thirds::of(&text[..len]);
            assert_eq!(thirds.is_some(), (33..=48).contains(&len));
            let Some(thirds) = thirds else { continue };
            let own = Thirds::of(&lower[..len]).unwrap();
            assert!(thirds.lower().are(own));
            for place in 0..len {
                for bit in [1, 0x20, 0x80] {
                    let mut other = lower;
                    other[place] ^= bit;
                    assert!(!Thirds::of(&other[..len]).unwrap().are(own), "{place} of {len}");
                }
            }
        }
    }

    #[test]
    fn every_byte_of_every_length() {
        let text: [u8; 40] = core::array::from_fn(|i| b"aB[z@Z{A"[i % 8]);
        let lower = text.map(|b| b.to_ascii_lowercase());
        for len in 0..=text.len() {
            let ends = Ends::of(&text[..len]);
            assert_eq!(ends.is_some(), (8..=32).contains(&len));
            let Some(ends) = ends else { continue };
            let own = Ends::of(&lower[..len]).unwrap();
            assert!(ends.lower().are(own) && own.lower().are(own) && ends.are(ends));
            assert_eq!(ends.lower().words(), own.words());
            for place in 0..len {
                for bit in [1, 0x20, 0x80] {
                    let mut other = lower;
                    other[place] ^= bit;
                    let other = Ends::of(&other[..len]).unwrap();
                    assert!(!other.are(own), "{place} of {len}");
                    assert_ne!(other.words(), own.words(), "{place} of {len}");
                }
            }
        }
    }
}
