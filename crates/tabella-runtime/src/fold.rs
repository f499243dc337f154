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

/// Sixteen bytes likewise: one step on machines that have registers of as many.
#[inline(always)]
fn lower_chunk(chunk: &[u8; 16]) -> [u8; 16] {
    let mut out = *chunk;
    for byte in &mut out {
        *byte |= u8::from(byte.wrapping_sub(b'A') < 26) << 5;
    }
    out
}

/// Whether `text` is `lower` but for case; `lower` has no `A`–`Z`.
#[inline(always)]
pub(crate) fn is_folded(text: &[u8], lower: &[u8]) -> bool {
    text.len() == lower.len() && is_folded_alike(text, lower)
}

/// Of texts of one length.
#[inline(always)]
fn is_folded_alike(text: &[u8], lower: &[u8]) -> bool {
    match (text.last_chunk(), lower.last_chunk()) {
        // The last eight bytes first: most texts differ in them. Some of them maybe once more with the others.
        (Some(t), Some(l)) => may_fold(t, l) && is_folded_word(t, l) && is_folded_by_words(text, lower),
        _ => text.eq_ignore_ascii_case(lower),
    }
}

/// Whether they differ in nothing but the bits that make the two cases of a letter.
#[inline(always)]
fn may_fold(text: &[u8; 8], lower: &[u8; 8]) -> bool {
    (u64::from_le_bytes(*text) ^ u64::from_le_bytes(*lower)) & !0x2020_2020_2020_2020 == 0
}

#[inline(always)]
fn is_folded_word(text: &[u8; 8], lower: &[u8; 8]) -> bool {
    lower_word(u64::from_le_bytes(*text)) == u64::from_le_bytes(*lower)
}

#[inline(always)]
fn is_folded_by_words(text: &[u8], lower: &[u8]) -> bool {
    text.as_chunks().0.iter().zip(lower.as_chunks().0).all(|(t, l)| is_folded_word(t, l))
}

/// The same where it is known which bits count: [`case_mask`] of each byte of `lower`. All are of one length.
#[inline(always)]
pub(crate) fn is_folded_by(text: &[u8], lower: &[u8], mask: &[u8]) -> bool {
    let (Some(t), Some(l), Some(m)) = (text.last_chunk(), lower.last_chunk(), mask.last_chunk()) else {
        return text.eq_ignore_ascii_case(lower);
    };
    match (text.first_chunk(), lower.first_chunk(), mask.first_chunk()) {
        (Some(t0), Some(l0), Some(m0)) if text.len() <= 24 => {
            differs_in_two(t0, l0, m0) == 0 && differs(t, l, m) == 0
        }
        _ => {
            let words = text.as_chunks().0.iter().zip(lower.as_chunks().0).zip(mask.as_chunks().0);
            words.into_iter().fold(differs(t, l, m), |d, ((t, l), m)| d | differs(t, l, m)) == 0
        }
    }
}

/// The bits that count and are not the same.
#[inline(always)]
fn differs(text: &[u8; 8], lower: &[u8; 8], mask: &[u8; 8]) -> u64 {
    (u64::from_le_bytes(*text) ^ u64::from_le_bytes(*lower)) & u64::from_le_bytes(*mask)
}

/// Of sixteen bytes.
#[inline(always)]
fn differs_in_two(text: &[u8; 16], lower: &[u8; 16], mask: &[u8; 16]) -> u128 {
    (u128::from_le_bytes(*text) ^ u128::from_le_bytes(*lower)) & u128::from_le_bytes(*mask)
}

/// The bits of a byte that count when case does not: all but the one that makes the two cases of a letter.
pub const fn case_mask(byte: u8) -> u8 {
    if byte.is_ascii_lowercase() { !0x20 } else { !0 }
}

/// `text` in lower case, in as many bytes of the buffer. `None`: there are not as many.
#[inline(always)]
pub(crate) fn lower<'b>(text: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let out = buffer.get_mut(..text.len())?;
    if text.len() <= 32
        && let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk())
    {
        if let Some(to) = out.first_chunk_mut() {
            *to = lower_chunk(first);
        }
        if let Some(to) = out.last_chunk_mut() {
            *to = lower_chunk(last);
        }
        return Some(out);
    }
    let lower = |from: &[u8; 8]| lower_word(u64::from_le_bytes(*from)).to_le_bytes();
    let (Some(last), Some(end)) = (text.last_chunk(), out.last_chunk_mut()) else {
        out.copy_from_slice(text);
        out.make_ascii_lowercase();
        return Some(out);
    };
    *end = lower(last);
    for (to, from) in out.as_chunks_mut().0.iter_mut().zip(text.as_chunks().0) {
        *to = lower(from);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{case_mask, is_folded, is_folded_by, lower, lower_word};

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
    fn every_length() {
        let text: [u8; 80] = core::array::from_fn(|i| b"aB[z@Z{A"[i % 8]);
        let lowered = text.map(|b| b.to_ascii_lowercase());
        for len in 0..=text.len() {
            let (text, expected) = (&text[..len], &lowered[..len]);
            assert_eq!(lower(text, &mut [0; 80]), Some(expected));
            assert!(len == 0 || lower(text, &mut [0; 80][..len - 1]).is_none());
            let mask = lowered.map(case_mask);
            assert!(is_folded(text, expected) && is_folded_by(text, expected, &mask[..len]));
            for place in 0..len {
                for bit in [1, 0x20] {
                    // A letter's two cases are one, and its lower one is what it is compared with.
                    let mut other = [0; 80];
                    other[..len].copy_from_slice(text);
                    other[place] ^= bit;
                    let same = other[..len].eq_ignore_ascii_case(expected);
                    assert_eq!(is_folded(&other[..len], expected), same, "{len} {place}");
                    assert_eq!(is_folded_by(&other[..len], expected, &mask[..len]), same, "{len} {place}");
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
