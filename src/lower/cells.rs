//! What a layer says of one class of actions: the items of its policies, made as small as they go, as one cell.

use super::budget::Budget;
use super::tables::{Cell, Item, Program};
use crate::nf::{EVERYTHING, Pools};
use crate::normalize::intern::Interner;

/// Makes cells; programs are interned by first appearance and sorted at the end.
pub(super) struct Cells {
    pub(super) programs: Interner<Program>,
    cost: Cost,
}

/// What testing an item costs, roughly: the sum over its parts.
struct Cost {
    principals: Vec<u32>,
    resources: Vec<u32>,
    conditions: Vec<u32>,
}

impl Cells {
    pub(super) fn new(pools: &Pools) -> Self {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX / 8);
        let cost = Cost {
            principals: pools.principals.iter().map(|p| count(p.entries.len())).collect(),
            resources: pools.resources.iter().map(|r| count(r.patterns.len() * 2)).collect(),
            conditions: pools
                .conditions
                .iter()
                .map(|c| count(c.iter().map(Vec::len).sum::<usize>() * 3))
                .collect(),
        };
        Cells { programs: Interner::new(), cost }
    }

    /// The cell of some denies and, unless every level allows by itself, the allows of each level. `None` over the
    /// budget.
    pub(super) fn cell(
        &mut self,
        denies: Vec<Item>,
        levels: Option<Vec<Vec<Item>>>,
        budget: &mut Budget,
    ) -> Option<Cell> {
        let denies = simplify(denies, true);
        if denies.contains(&Item::TRUE) {
            return Some(Cell::Deny);
        }
        let levels = open_levels(levels.unwrap_or_default());
        let closed = levels.iter().any(Vec::is_empty);
        if denies.is_empty() && closed {
            return Some(Cell::None);
        }
        if denies.is_empty() && levels.is_empty() {
            return Some(Cell::Allow);
        }
        let denies = self.ordered(denies);
        let levels: Vec<Vec<Item>> = levels.into_iter().map(|level| self.ordered(level)).collect();
        budget.items(1 + denies.len() + levels.iter().map(Vec::len).sum::<usize>())?;
        Some(Cell::Program(self.programs.intern(Program { denies, levels })))
    }

    /// A program with every item renamed, put in the order that [`Cells::cell`] gives it.
    pub(super) fn renamed(&self, program: &Program, name: impl Fn(Item) -> Item) -> Program {
        let list = |items: &Vec<Item>| -> Vec<Item> { items.iter().map(|i| name(*i)).collect() };
        let mut levels: Vec<Vec<Item>> = program.levels.iter().map(list).collect();
        levels.iter_mut().for_each(|level| level.sort_unstable());
        levels.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        Program {
            denies: self.ordered(list(&program.denies)),
            levels: levels.into_iter().map(|level| self.ordered(level)).collect(),
        }
    }

    /// Cheap items first, then by content.
    fn ordered(&self, mut items: Vec<Item>) -> Vec<Item> {
        let of = |costs: &[u32], id: u32| costs.get(id as usize).copied().unwrap_or(0);
        let cost = |i: &Item| {
            let parts = [of(&self.cost.principals, i.principals), of(&self.cost.resources, i.resources)];
            parts.iter().fold(of(&self.cost.conditions, i.condition), |sum, p| sum.saturating_add(*p))
        };
        items.sort_by_key(|i| (cost(i), *i));
        items
    }
}

/// The levels that are not allowed whatever the request. One that can't allow closes the layer, so the others say
/// nothing more; a level that holds whenever another holds adds nothing to it.
fn open_levels(levels: Vec<Vec<Item>>) -> Vec<Vec<Item>> {
    let mut levels: Vec<Vec<Item>> = levels
        .into_iter()
        .map(|level| simplify(level, false))
        .filter(|level| !level.contains(&Item::TRUE))
        .collect();
    if levels.iter().any(Vec::is_empty) {
        return vec![Vec::new()];
    }
    levels.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    let mut kept: Vec<Vec<Item>> = Vec::with_capacity(levels.len());
    for level in levels {
        if !kept.iter().any(|small| small.iter().all(|item| level.binary_search(item).is_ok())) {
            kept.push(level);
        }
    }
    kept
}

/// Sorts a list of alternatives and drops those that a more general one of the list covers: the same with every
/// resource, or with no condition. Every caller covers a principal set in denies only: in allows, how a caller is
/// named matters (R14–R20).
fn simplify(mut items: Vec<Item>, deny: bool) -> Vec<Item> {
    items.sort_unstable();
    items.dedup();
    if items.len() < 2 {
        return items;
    }
    if items.first() == Some(&Item::TRUE) {
        return vec![Item::TRUE];
    }
    let general = |i: &Item| {
        i.resources == EVERYTHING || i.condition == EVERYTHING || (deny && i.principals == EVERYTHING)
    };
    let generals: Vec<Item> = items.iter().copied().filter(general).collect();
    if generals.is_empty() {
        return items;
    }
    items.retain(|item| !covered(item, &generals, deny));
    items
}

fn covered(item: &Item, generals: &[Item], deny: bool) -> bool {
    (1..8u8).any(|mask| {
        let mut wider = *item;
        if mask & 1 != 0 {
            wider.resources = EVERYTHING;
        }
        if mask & 2 != 0 {
            wider.condition = EVERYTHING;
        }
        if mask & 4 != 0 && deny {
            wider.principals = EVERYTHING;
        }
        wider != *item && generals.binary_search(&wider).is_ok()
    })
}
