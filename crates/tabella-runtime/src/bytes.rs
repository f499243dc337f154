//! Comparisons of short texts, without a call for the lengths that names and ARNs have.

/// Whether they are the same; of one length.
#[inline(always)]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    match a.len() {
        8..16 => same_ends::<8>(a, b),
        16..32 => same_ends::<16>(a, b),
        32..64 => same_ends::<32>(a, b),
        _ => a == b,
    }
}

/// Whether first and last bytes are the same, some of them maybe twice.
#[inline(always)]
fn same_ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
    a.first_chunk::<N>() == b.first_chunk() && a.last_chunk::<N>() == b.last_chunk()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn every_byte_of_every_length() {
        let text: [u8; 80] = core::array::from_fn(|i| i as u8);
        for len in 0..=text.len() {
            let mut other = text;
            assert!(same(&text[..len], &other[..len]), "{len}");
            for place in 0..len {
                other[place] ^= 0x80;
                assert!(!same(&text[..len], &other[..len]), "{place} of {len}");
                other[place] ^= 0x80;
            }
        }
    }
}
