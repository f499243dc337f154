//! Globs of texts and `*`, which most are: without variables, and sixteen places of a text at once.

use super::Template;
use crate::bytes::same;
use crate::chunk::Chunk;
use crate::layout::{PIECE_ANY, PIECE_LITERAL};
use memchr::memmem;

impl Template<'_, '_, '_> {
    /// Whether the whole text matches. `None`: not known without a look at a `?`, a variable or texts side by side, which no
    /// writer makes.
    #[inline(never)]
    pub fn plainly(&self, text: &[u8]) -> Option<bool> {
        let (mut rest, mut behind_any, mut left) = (text, true, self.len);
        for piece in self.pieces.exactly(self.start, self.len)? {
            let is_first = left == self.len;
            left -= 1;
            match piece.kind & 7 {
                PIECE_ANY => behind_any = true,
                PIECE_LITERAL if behind_any => {
                    let start = piece.text as usize;
                    let end = start.saturating_add(piece.text_len as usize);
                    let literal = self.strings.as_bytes().get(start..end)?;
                    let found = match (is_first, left) {
                        (true, _) => rest.strip_prefix(literal),
                        (false, 0) => rest.ends_with(literal).then_some(&[][..]),
                        _ => find(rest, literal).and_then(|place| rest.get(place + literal.len()..)),
                    };
                    match found {
                        Some(behind) => rest = behind,
                        None => return Some(false),
                    }
                    behind_any = false;
                }
                // Of texts side by side the first place of one need not be that of all.
                _ => return None,
            }
        }
        Some(rest.is_empty() || (behind_any && self.len > 0))
    }
}

/// Places that look like the text searched for and are not it, before a search begins that takes time in proportion to both
/// texts, whatever they are.
const TRIES: u32 = 8;

/// Places that are looked at sixteen at once; most texts have no more. In long ones `memmem` is quicker.
const NEAR: usize = 512;

/// Where a text first stands in another.
#[inline(always)]
pub(super) fn find(text: &[u8], sought: &[u8]) -> Option<usize> {
    let ([first, ..], [.., last]) = (sought, sought) else { return Some(0) };
    // The place after the last.
    let places = (text.len() + 1).checked_sub(sought.len())?;
    let Some(last_group) = places.checked_sub(Chunk::BYTES) else { return memmem::find(text, sought) };
    let (mut from, mut tries) = (0, TRIES);
    loop {
        let chunk = |at: usize| text.get(at..).and_then(|rest| rest.first_chunk()).map(Chunk::new);
        let mut alike = chunk(from)?.is(*first) & chunk(from + sought.len() - 1)?.is(*last);
        while alike != 0 {
            let place = from + alike.trailing_zeros() as usize;
            if text.get(place..place + sought.len()).is_some_and(|own| same(own, sought)) {
                return Some(place);
            }
            tries -= 1;
            if tries == 0 {
                return memmem::find(text.get(place..)?, sought).map(|further| place + further);
            }
            alike &= alike - 1;
        }
        if from == last_group {
            return None;
        }
        if from >= NEAR {
            return memmem::find(text.get(from..)?, sought).map(|further| from + further);
        }
        // Some places of the last group are looked at twice.
        from = (from + Chunk::BYTES).min(last_group);
    }
}
