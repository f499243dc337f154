//! The fast path: the cell of a set for an action, and residual programs.

use crate::asked::{Asked, Column};
use crate::items::{Grant, Layer};
use crate::layout::{
    CELL_ALLOW, CELL_DENY, CELL_NONE, CELL_PROGRAM, ITEM_DENY, ITEM_LAST, ITEM_LEVEL, NONE, Set, Shape,
    TABLED,
};
use crate::policies::Verdict;
use crate::tables::Tables;

/// The palette index of a column.
#[inline(always)]
pub(crate) fn column(tables: &Tables<'_>, shape: &Shape, column: u32) -> Option<u32> {
    let (columns, log) = (shape.columns >> 8, shape.columns & 0xFF);
    if column >= columns {
        return None;
    }
    let bit = u64::from(column) << log;
    let at = shape.data as usize + (bit >> 3) as usize;
    let byte = u32::from(*tables.shape_data.get(at)?);
    if log == 4 {
        return Some(byte | u32::from(*tables.shape_data.get(at + 1)?) << 8);
    }
    Some(byte >> (bit & 7) & ((1 << (1 << log)) - 1))
}

/// The cell of a tabled set for an action; `None`: the per-policy tables know.
#[inline(always)]
fn cell(tables: &Tables<'_>, index: u32, set: &Set, place: Column) -> Option<u32> {
    if place.service == NONE {
        return Some(set.default);
    }
    let word = index as usize * tables.meta.stride as usize + (place.service / 32) as usize;
    let word = tables.set_services.get(word)?;
    let bit = 1_u32 << (place.service % 32);
    if word.bits & bit == 0 {
        return Some(set.default);
    }
    let row = word.row as usize + (word.bits & (bit - 1)).count_ones() as usize;
    let row = tables.rows.get(row)?;
    let shape = tables.shapes.get(row.shape as usize)?;
    let place = row.palette as usize + column(tables, &shape, place.column)? as usize;
    tables.cells.get(place).map(|cell| cell.word)
}

impl Asked<'_> {
    /// What a set says of the request.
    #[inline(never)]
    pub fn set(&self, index: u32, layer: Layer) -> Verdict {
        let Some(set) = self.tables.sets.get(index as usize) else { return Verdict::DENIED };
        let cell = if set.flags & TABLED == 0 { None } else { cell(self.tables, index, &set, self.column) };
        match cell {
            Some(CELL_NONE) => Verdict::NONE,
            Some(CELL_ALLOW) => Verdict::ALLOWED,
            Some(CELL_DENY) => Verdict::DENIED,
            Some(program) => self.program((program - CELL_PROGRAM) as usize, layer),
            None => self.set_by_policies(&set, layer),
        }
    }

    /// Denies first, then the open levels: each needs an item that holds.
    #[inline(always)]
    fn program(&self, start: usize, layer: Layer) -> Verdict {
        let mut all = Grant::Direct;
        let mut level = Grant::Direct;
        for item in self.tables.items.from(start) {
            let flags = item.flags;
            if flags & ITEM_DENY != 0 {
                if self.tests(&item.into(), layer) != Grant::None {
                    return Verdict::DENIED;
                }
            } else {
                if flags & ITEM_LEVEL != 0 {
                    all = all.min(level);
                    if all == Grant::None {
                        return Verdict::NONE;
                    }
                    level = Grant::None;
                }
                if level != Grant::Direct {
                    level = level.max(self.tests(&item.into(), layer));
                }
            }
            if flags & ITEM_LAST != 0 {
                return Verdict { denied: false, grant: all.min(level) };
            }
        }
        // Load saw to it that every program ends.
        Verdict::DENIED
    }
}
