//! The fast path: the cell of a set for an action, and residual programs.

use crate::asked::{Action, Asked};
use crate::items::{Grant, Layer};
use crate::layout::{
    CELL_ALLOW, CELL_DENY, CELL_NONE, CELL_PROGRAM, ITEM_DENY, ITEM_LAST, ITEM_LEVEL, Set, Shape, TABLED,
};
use crate::policies::Verdict;
use crate::tables::Tables;

/// What a set holds for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A cell.
    Known(u32),
    /// The per-policy tables know.
    Policies,
}

/// The palette index of a column.
#[inline]
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

/// The cell of a set for an action.
#[inline]
pub(crate) fn cell(tables: &Tables<'_>, index: u32, set: &Set, action: Action) -> Cell {
    let (service, at) = match action {
        _ if set.flags & TABLED == 0 => return Cell::Policies,
        Action::Column { service, column } => (service, Some(column)),
        Action::Service(service) => (service, None),
        Action::Unknown => return Cell::Known(set.default),
    };
    let word = index as usize * tables.meta.stride as usize + (service / 32) as usize;
    let Some(word) = tables.set_services.get(word) else { return Cell::Policies };
    let bit = 1_u32 << (service % 32);
    if word.bits & bit == 0 {
        return Cell::Known(set.default);
    }
    let row = word.row as usize + (word.bits & (bit - 1)).count_ones() as usize;
    let found = at.and_then(|at| {
        let row = tables.rows.get(row)?;
        let shape = tables.shapes.get(row.shape as usize)?;
        tables.cells.get(row.palette as usize + column(tables, &shape, at)? as usize)
    });
    found.map_or(Cell::Policies, |cell| Cell::Known(cell.word))
}

impl Asked<'_> {
    /// What a set says of the request.
    #[inline]
    pub fn set(&self, index: u32, layer: Layer) -> Verdict {
        let Some(set) = self.tables.sets.get(index as usize) else { return Verdict::DENIED };
        match cell(self.tables, index, &set, self.column) {
            // R42: no level, no allow.
            _ if set.levels_len == 0 => Verdict::NONE,
            Cell::Known(CELL_NONE) => Verdict::NONE,
            Cell::Known(CELL_ALLOW) => Verdict::ALLOWED,
            Cell::Known(CELL_DENY) => Verdict::DENIED,
            Cell::Known(program) => self.program((program - CELL_PROGRAM) as usize, layer),
            Cell::Policies => self.set_by_policies(&set, layer),
        }
    }

    /// Denies first, then the open levels: each needs an item that holds.
    fn program(&self, start: usize, layer: Layer) -> Verdict {
        let mut all = Grant::Direct;
        let mut level = Grant::Direct;
        for i in start.. {
            let Some(item) = self.tables.items.get(i) else { return Verdict::DENIED };
            if item.flags & ITEM_DENY != 0 {
                if self.tests(&item.into(), layer) != Grant::None {
                    return Verdict::DENIED;
                }
            } else {
                if item.flags & ITEM_LEVEL != 0 {
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
            if item.flags & ITEM_LAST != 0 {
                break;
            }
        }
        Verdict { denied: false, grant: all.min(level) }
    }
}
