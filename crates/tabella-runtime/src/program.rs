//! Residual programs: what is left of a set for an action.

use crate::asked::Asked;
use crate::items::{Grant, Layer};
use crate::layout::{ITEM_DENY, ITEM_LAST, ITEM_LEVEL, Item};
use crate::policies::Verdict;
use crate::tables::Tables;

/// What an item's tests come to: in layers without principals whether they hold, in others what is granted if they do.
pub(crate) trait Held: Copy + Ord {
    const NONE: Self;
    const ALL: Self;
}

impl Held for bool {
    const NONE: bool = false;
    const ALL: bool = true;
}

impl Held for Grant {
    const NONE: Grant = Grant::None;
    const ALL: Grant = Grant::Direct;
}

impl Tables<'_> {
    /// Runs a program: denies first, then the open levels, each of which needs an item that holds. Without `allows` only
    /// denies count. `None`: it denies.
    #[inline(always)]
    pub(crate) fn run<H: Held>(&self, start: u32, allows: bool, test: impl Fn(&Item) -> H) -> Option<H> {
        // The levels before this one, and of this one its items so far.
        let (mut levels, mut level) = (H::ALL, H::ALL);
        // Load saw to it that every program ends.
        for item in self.items.from(start as usize) {
            if item.flags & ITEM_LEVEL != 0 {
                levels = levels.min(level);
                if levels == H::NONE || !allows {
                    return Some(H::NONE);
                }
                level = H::NONE;
            }
            let deny = item.flags & ITEM_DENY != 0;
            if deny || level != H::ALL {
                let held = test(&item);
                if !deny {
                    level = level.max(held);
                } else if held != H::NONE {
                    return None;
                }
            }
            if item.flags & ITEM_LAST != 0 {
                return Some(levels.min(level));
            }
        }
        None
    }
}

impl Asked<'_> {
    #[inline(never)]
    pub fn program(&self, start: u32, layer: Layer, allows: bool) -> Verdict {
        Verdict::by(self.tables.run(start, allows, |item| self.tests(&item.into(), layer)))
    }
}
