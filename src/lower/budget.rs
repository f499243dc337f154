//! What lowering may spend before it leaves a set to the per-policy tables. Spending is in the order of content, so
//! the same program is cut at the same place whatever the order of its files.

use crate::limits::Limits;

/// What is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Visits to columns: expanding patterns, splitting classes, filling rows. About a nanosecond each.
    columns: usize,
    /// Items listed in blocks and programs.
    items: usize,
    /// Distinct rows.
    rows: usize,
    /// Rows of sets, shared ones counted for each.
    entries: usize,
}

impl Budget {
    /// In proportion to `limits.rows`, and to the statements so that large honest programs are not cut.
    pub(super) fn of(limits: &Limits, statements: usize) -> Self {
        let rows = limits.rows;
        Budget {
            columns: rows.saturating_mul(256).saturating_add(statements.saturating_mul(256)),
            items: rows.saturating_mul(4).saturating_add(statements.saturating_mul(16)),
            rows,
            entries: rows.saturating_mul(4),
        }
    }

    /// Takes column visits; `None` when there are too few left.
    pub(super) fn columns(&mut self, n: usize) -> Option<()> {
        take(&mut self.columns, n)
    }

    /// Takes items.
    pub(super) fn items(&mut self, n: usize) -> Option<()> {
        take(&mut self.items, n)
    }

    /// Takes a distinct row.
    pub(super) fn row(&mut self) -> Option<()> {
        take(&mut self.rows, 1)
    }

    /// Takes the rows of a set.
    pub(super) fn entries(&mut self, n: usize) -> Option<()> {
        take(&mut self.entries, n)
    }
}

fn take(left: &mut usize, n: usize) -> Option<()> {
    *left = left.checked_sub(n)?;
    Some(())
}
