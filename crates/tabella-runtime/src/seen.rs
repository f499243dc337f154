//! What of a request's context has been seen: a filter that is quicker than comparing each key with those before it.

use crate::layout::CASES;

/// One bit for what was seen, which others may share; 64 bits in each of the words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Seen<WORDS> {
    pub const NOTHING: Self = Seen([0; WORDS]);

    /// Notes a key by its name, letter case aside. Whether it, or one that shares its bit, was seen before.
    #[inline(always)]
    pub fn key(&mut self, name: &[u8]) -> bool {
        let end = match name.last_chunk() {
            Some(end) => u64::from_le_bytes(*end) | CASES,
            None => name.iter().fold(0, |sum, byte| sum + u64::from(*byte | 0x20)),
        };
        let mixed = (end ^ name.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.number((mixed >> 56) as u32)
    }

    /// Notes a number likewise.
    #[inline(always)]
    pub fn number(&mut self, number: u32) -> bool {
        let Some(bits) = self.0.get_mut(number as usize / 64 % WORDS) else { return true };
        let bit = 1 << (number % 64);
        let seen = *bits & bit != 0;
        *bits |= bit;
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn what_was_seen_is_known_in_any_case() {
        for name in ["", "a", "aws:x", "aws:SourceIp", "aws:RequestTag/A[b]", "ä", "AWS:REQUESTEDREGION"] {
            let mut seen = Seen::<4>::NOTHING;
            assert!(!seen.key(name.as_bytes()));
            assert!(seen.key(name.to_ascii_lowercase().as_bytes()), "{name}");
            assert!(seen.key(name.to_ascii_uppercase().as_bytes()), "{name}");
        }
        let mut seen = Seen::<4>::NOTHING;
        assert!(!seen.number(3) && !seen.number(4) && seen.number(3) && seen.number(256 + 4));
    }
}
