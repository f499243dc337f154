//! What of a request's context has been seen: a filter that is quicker than comparing each key with those before it.

/// One bit for what was seen, which others may share; 64 bits in each of the words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Seen<WORDS> {
    pub const NOTHING: Self = Seen([0; WORDS]);

    /// What these bits stand for.
    pub const fn of(bits: [u64; WORDS]) -> Self {
        Seen(bits)
    }

    /// Notes a number. Whether it, or one that shares its bit, was seen before.
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
    use crate::layout::key_mark;

    #[test]
    fn what_was_seen_is_known_in_any_case() {
        for name in ["", "a", "aws:x", "aws:SourceIp", "aws:RequestTag/A[b]", "ä", "AWS:REQUESTEDREGION"] {
            let mut seen = Seen::<4>::NOTHING;
            let mut see = |name: &str| seen.number(key_mark(name.as_bytes()).into());
            assert!(!see(name));
            assert!(see(&name.to_ascii_lowercase()), "{name}");
            assert!(see(&name.to_ascii_uppercase()), "{name}");
        }
        let mut seen = Seen::<4>::NOTHING;
        assert!(!seen.number(3) && !seen.number(4) && seen.number(3) && seen.number(256 + 4));
    }
}
