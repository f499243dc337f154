//! What lowering may spend before it leaves a set to the per-policy tables. Spending is in the order of content, so
//! the same program is cut at the same place whatever the order of its files.

use super::blocks::PolicyBlocks;
use super::policies::Policies;
use crate::diag::{Diagnostic, codes::lower as codes};
use crate::limits::Limits;
use crate::nf::{Layer, NormalForm, Policy};

/// Statements that `limits.rows` is meant for.
const STATEMENTS: usize = 1 << 16;

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
    /// In proportion to `limits.rows`, and to the statements so that large honest programs are not cut: for every
    /// further [`STATEMENTS`] the same again.
    pub(super) fn of(limits: &Limits, statements: usize) -> Self {
        let rows = limits.rows.saturating_mul(1 + statements / STATEMENTS);
        Budget {
            columns: rows.saturating_mul(256).saturating_add(statements.saturating_mul(256)),
            items: rows.saturating_mul(4).saturating_add(statements.saturating_mul(16)),
            rows,
            entries: rows.saturating_mul(4),
        }
    }

    /// Whether little is left of a budget, given what there was: of visits and distinct rows a quarter, so that
    /// lowering the same program from scratch, which spends them in another order, is certain not to get to the end of
    /// it; of the rows of sets nothing, as they are returned ([`Budget::return_entries`]).
    pub(super) fn is_strained(&self, whole: &Budget) -> bool {
        let little = |left: usize, of: usize| left < of / 4;
        little(self.columns, whole.columns)
            || little(self.items, whole.items)
            || little(self.rows, whole.rows)
    }

    /// Gives back the rows of a set that is gone.
    pub(super) fn return_entries(&mut self, n: usize) {
        self.entries += n;
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

/// Says which sets are over the budget, at the policies that make the first of them large.
pub(super) fn report(
    nf: &NormalForm,
    policies: &Policies,
    blocks: &[PolicyBlocks],
    over: &[&Layer],
    sets: usize,
) -> Option<Diagnostic> {
    /// Policies pointed at.
    const SHOWN: usize = 4;
    let first = over.first()?;
    let mut largest: Vec<(bool, usize, &Policy)> = first
        .levels
        .iter()
        .flatten()
        .filter_map(|p| {
            let policy = nf.policies.get(*policies.origin.get(*p as usize)?)?;
            let alone = blocks.get(*p as usize).is_some_and(|b| b.over);
            Some((alone, policy.statements.len(), policy))
        })
        .collect();
    // Those over it alone are the cause; else it is their combination, and the largest weigh most.
    if largest.iter().any(|(alone, _, _)| *alone) {
        largest.retain(|(alone, _, _)| *alone);
    }
    largest.sort_by_key(|(_, statements, _)| std::cmp::Reverse(*statements));
    let message = format!("{} of {sets} policy sets are over the table budget", over.len());
    let mut found = Diagnostic::warning(codes::OVER_BUDGET, message);
    for (_, statements, policy) in largest.iter().take(SHOWN) {
        let source = policy.statements.first().and_then(|s| s.sources.first());
        if let Some(span) = source.map(|s| s.span).filter(|s| !s.is_none()) {
            let text = format!("`{}`, with {statements} statements, is in one of them", policy.name);
            found =
                if found.primary.is_none() { found.at_with(span, text) } else { found.and_at(span, text) };
        }
    }
    let help =
        "they are decided statement by statement; attach fewer different combinations of broad policies";
    Some(found.help(help))
}
