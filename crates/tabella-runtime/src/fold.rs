//! ASCII case, eight bytes at a time.

/// Eight bytes with `A`–`Z` in lower case.
#[inline(always)]
pub(crate) const fn lower_word(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let seven = word & !HIGH;
    // The high bit of each byte: it is at least `A`; it is more than `Z`.
    let from_a = seven + (0x80 - b'A' as u64) * ONES;
    let past_z = seven + (0x7F - b'Z' as u64) * ONES;
    let upper = from_a & !past_z & !word & HIGH;
    word | upper >> 2
}

/// Whether `text` is `lower` but for case; `lower` has no `A`–`Z`.
#[inline(always)]
pub(crate) fn is_folded(text: &[u8], lower: &[u8]) -> bool {
    if text.len() != lower.len() {
        return false;
    }
    let same = |t: &[u8; 8], l: &[u8; 8]| lower_word(u64::from_le_bytes(*t)) == u64::from_le_bytes(*l);
    match (text.last_chunk(), lower.last_chunk()) {
        // The last eight bytes at once, some of them maybe for the second time.
        (Some(t), Some(l)) => {
            same(t, l) && text.as_chunks().0.iter().zip(lower.as_chunks().0).all(|(t, l)| same(t, l))
        }
        _ => text.eq_ignore_ascii_case(lower),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_folded, lower_word};

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                for around in [0, b'A', b'z', 0xFF] {
                    let mut bytes = [around; 8];
                    bytes[place] = byte;
                    let expected = bytes.map(|b| b.to_ascii_lowercase());
                    assert_eq!(lower_word(u64::from_le_bytes(bytes)).to_le_bytes(), expected);
                }
            }
        }
    }

    #[test]
    fn as_the_library_compares() {
        for (a, b) in
            [("aws:SourceIp", "aws:sourceip"), ("aws:SourceIp", "aws:sourceiq"), ("", ""), ("[", "{")]
        {
            assert_eq!(is_folded(a.as_bytes(), b.as_bytes()), a.eq_ignore_ascii_case(b), "{a} {b}");
        }
    }
}
