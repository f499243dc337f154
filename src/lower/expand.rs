//! Action sets as bitmaps over the columns of each service.

use super::budget::Budget;
use super::universe::Universe;
use crate::nf::ActionSet;
use crate::normalize::glob;
use bitvec::prelude::{BitVec, Lsb0};
use std::collections::BTreeMap;
use std::ops::Range;

/// A bit for each column of a service.
pub(super) type Bits = BitVec<u64, Lsb0>;

/// Some columns of one service, in the smallest of three forms: a service may have very many columns, and a program
/// very many patterns that each name one.
#[derive(Debug, PartialEq)]
pub(super) enum Columns {
    /// All of them.
    All,
    /// Few: their indexes, sorted.
    Few(Vec<u32>),
    /// A bitmap.
    Many(Bits),
}

/// The columns that an action set's patterns list; for NotAction the set is what they do *not* list.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// Services that its patterns name, in order, each with the columns listed.
    pub(super) named: Vec<(u32, Columns)>,
    /// NotAction: the set is the complement, in the services named as elsewhere.
    pub(super) negated: bool,
    /// Whether all actions of all other services are in the set (`*`, NotAction); else none is.
    pub(super) elsewhere: bool,
    /// Expanding it went over the budget; `named` is of no use.
    pub(super) over: bool,
}

impl Expanded {
    /// Matches every pattern against the columns.
    pub(super) fn of(set: &ActionSet, universe: &Universe, budget: &mut Budget) -> Expanded {
        if set.patterns.iter().any(|p| &**p == "*") {
            return Expanded { elsewhere: !set.negated, ..Expanded::default() };
        }
        let mut ranges: BTreeMap<u32, Vec<Range<usize>>> = BTreeMap::new();
        for pattern in &set.patterns {
            let Some((prefix, name)) = pattern.split_once(':') else { continue };
            let Some(service) = universe.service(prefix) else { continue };
            if mark(ranges.entry(service).or_default(), name, universe, service, budget).is_none() {
                return Expanded { over: true, ..Expanded::default() };
            }
        }
        let mut named = Vec::with_capacity(ranges.len());
        for (service, ranges) in ranges {
            let Some(columns) = Columns::of(&ranges, universe.columns(service).len(), budget) else {
                return Expanded { over: true, ..Expanded::default() };
            };
            named.push((service, columns));
        }
        Expanded { named, negated: set.negated, elsewhere: set.negated, over: false }
    }

    /// The columns listed in one service; `None` when no pattern names it.
    pub(super) fn on(&self, service: u32) -> Option<&Columns> {
        let at = self.named.binary_search_by_key(&service, |(s, _)| *s).ok()?;
        self.named.get(at).map(|(_, columns)| columns)
    }
}

impl Columns {
    /// The union of some ranges among `width` columns.
    fn of(ranges: &[Range<usize>], width: usize, budget: &mut Budget) -> Option<Columns> {
        if ranges.iter().any(|r| r.len() == width) {
            return Some(Columns::All);
        }
        let count: usize = ranges.iter().map(Range::len).sum();
        budget.columns(count + 1)?;
        if count < 8 + width / 64 {
            let mut few: Vec<u32> = ranges.iter().flat_map(|r| r.clone()).map(|c| c as u32).collect();
            few.sort_unstable();
            few.dedup();
            return Some(Columns::Few(few));
        }
        budget.columns(width / 8)?;
        let mut bits = Bits::repeat(false, width);
        for range in ranges {
            if let Some(slots) = bits.get_mut(range.clone()) {
                slots.fill(true);
            }
        }
        let full = bits.as_raw_slice().iter().map(|w| w.count_ones() as usize).sum::<usize>() == width;
        Some(if full { Columns::All } else { Columns::Many(bits) })
    }

    /// Calls `each` with every column, in order.
    pub(super) fn for_each(&self, width: usize, mut each: impl FnMut(usize)) {
        match self {
            Columns::All => (0..width).for_each(each),
            Columns::Few(few) => few.iter().for_each(|c| each(*c as usize)),
            Columns::Many(bits) => bits.iter_ones().for_each(each),
        }
    }

    /// How many they are.
    pub(super) fn count(&self, width: usize) -> usize {
        match self {
            Columns::All => width,
            Columns::Few(few) => few.len(),
            Columns::Many(bits) => bits.as_raw_slice().iter().map(|w| w.count_ones() as usize).sum(),
        }
    }
}

/// Adds the columns whose name the pattern matches. Columns are sorted, so the literal text before the first wildcard
/// picks a range of them.
fn mark(
    ranges: &mut Vec<Range<usize>>,
    pattern: &str,
    universe: &Universe,
    service: u32,
    budget: &mut Budget,
) -> Option<()> {
    let columns = universe.columns(service);
    let head = pattern.find(['*', '?']).and_then(|end| pattern.get(..end)).unwrap_or(pattern);
    let from = columns.partition_point(|a| a.name.as_str() < head);
    if head.len() == pattern.len() {
        if columns.get(from).is_some_and(|a| a.name == pattern) {
            ranges.push(from..from + 1);
        }
        return Some(());
    }
    let rest = columns.get(from..).unwrap_or_default();
    let to = from + rest.partition_point(|a| a.name.starts_with(head));
    if pattern.len() == head.len() + 1 && pattern.ends_with('*') {
        ranges.push(from..to);
        return Some(());
    }
    // A glob costs about as much as eight other visits, longer ones more.
    budget.columns((to - from).saturating_mul(8 + pattern.len() / 2))?;
    for (column, action) in columns.iter().enumerate().take(to).skip(from) {
        if glob::matches(pattern, &action.name) {
            ranges.push(column..column + 1);
        }
    }
    Some(())
}
