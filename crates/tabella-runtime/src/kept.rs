//! Outcomes of tests that a decision keeps, where an artifact says so: what many statements ask is evaluated once.

use crate::asked::Asked;
use crate::items::Testable;
use crate::layout::{AND_END, Atom, KEPT_ATOMS, OR_END};
use crate::tables::Tables;
use core::cell::Cell;

/// What the tests of one request have come to so far: atoms by their index, and some of the lists of them.
#[derive(Debug)]
pub(crate) struct Kept {
    atoms: [Cell<u8>; KEPT_ATOMS],
    /// Where a list begins << 1 | its outcome, at a place made of where it begins; others may have been there before.
    lists: [Cell<u32>; LISTS],
}

/// Lists whose outcomes are kept: statements that share a condition mostly follow one another.
const LISTS: usize = 1 << LISTS_LOG;
const LISTS_LOG: u32 = 6;

/// An atom that has not been evaluated.
const NEW: u8 = 0;
/// One that holds; another does not.
const HOLDS: u8 = 2;

impl Kept {
    #[inline(always)]
    pub fn new() -> Self {
        // No list begins at 0, where a head stands.
        Kept { atoms: [const { Cell::new(NEW) }; KEPT_ATOMS], lists: [const { Cell::new(0) }; LISTS] }
    }

    /// Forgets all outcomes: from here on, tests may come out otherwise (R153).
    pub fn forget(&self) {
        self.atoms.iter().for_each(|outcome| outcome.set(NEW));
        self.lists.iter().for_each(|outcome| outcome.set(0));
    }

    #[inline(always)]
    fn atom(&self, index: usize, evaluate: impl FnOnce() -> bool) -> bool {
        let Some(outcome) = self.atoms.get(index) else { return evaluate() };
        if outcome.get() == NEW {
            outcome.set(1 + u8::from(evaluate()));
        }
        outcome.get() == HOLDS
    }

    #[inline(always)]
    fn list(&self, start: usize, evaluate: impl FnOnce() -> bool) -> bool {
        let at = (start as u32).wrapping_mul(0x9E37_79B9) >> (u32::BITS - LISTS_LOG);
        let Some(place) = self.lists.get(at as usize) else { return evaluate() };
        if (place.get() >> 1) as usize != start {
            place.set((start as u32) << 1 | u32::from(evaluate()));
        }
        place.get() & 1 != 0
    }
}

impl Tables<'_> {
    /// The first atom of a condition that is kept. Whether it holds in doubt, all do that can be in doubt: it is the statement
    /// that says so.
    pub(crate) fn first_kept(&self, start: usize) -> Atom {
        let atoms = self.condition_lists.from(start).map(|word| word.word >> 2);
        let first = atoms.into_iter().find(|atom| *atom < self.meta.kept);
        first.and_then(|atom| self.atoms.get(atom as usize)).unwrap_or_default()
    }
}

impl Asked<'_> {
    /// Whether a condition holds some of whose atoms are kept. Where none is, it counts as one that is not known: it is asked
    /// for again on the general path.
    #[inline(never)]
    pub fn kept_condition(&self, start: usize) -> bool {
        let Some(kept) = self.cache.kept else {
            let first = self.tables.first_kept(start);
            return self.unknown(first.key, first.in_doubt());
        };
        kept.list(start, || {
            let mut holds = true;
            for word in self.tables.condition_lists.from(start) {
                let index = (word.word >> 2) as usize;
                holds = holds && kept.atom(index, || self.atom(index));
                if word.word & AND_END != 0 {
                    if holds || word.word & OR_END != 0 {
                        return holds;
                    }
                    holds = true;
                }
            }
            false
        })
    }
}
