//! ASCII case.

use crate::ends::Ends;

/// Eight bytes with `A`–`Z` in lower case.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
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
    text.len() == lower.len()
        && match (Ends::of(text), Ends::of(lower)) {
            (Some(text), Some(lower)) => text.lower().are(lower),
            _ => text.eq_ignore_ascii_case(lower),
        }
}

/// `text` in lower case, in as many bytes of the buffer. `None`: there are not as many.
pub(crate) fn lower<'b>(text: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let out = buffer.get_mut(..text.len())?;
    out.copy_from_slice(text);
    out.make_ascii_lowercase();
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{is_folded, lower};

    #[test]
    fn every_length() {
        let text: [u8; 80] = core::array::from_fn(|i| b"aB[z@Z{A"[i % 8]);
        let lowered = text.map(|b| b.to_ascii_lowercase());
        for len in 0..=text.len() {
            let (text, expected) = (&text[..len], &lowered[..len]);
            assert_eq!(lower(text, &mut [0; 80]), Some(expected));
            assert!(len == 0 || lower(text, &mut [0; 80][..len - 1]).is_none());
            assert!(is_folded(text, expected));
            assert!(!is_folded(&lowered[..(len + 1) % 81], expected));
            for place in 0..len {
                for bit in [1, 0x20] {
                    // A letter's two cases are one, and its lower one is what it is compared with.
                    let mut other = [0; 80];
                    other[..len].copy_from_slice(text);
                    other[place] ^= bit;
                    let same = other[..len].eq_ignore_ascii_case(expected);
                    assert_eq!(is_folded(&other[..len], expected), same, "{len} {place}");
                }
            }
        }
    }
}
