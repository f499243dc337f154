//! What one policy says in one service: its columns in classes, each class with the items of the statements that
//! match it. Computed once for a policy, shared by all sets that contain it; equal blocks are one.

use super::budget::Budget;
use super::expand::{Columns, Expanded};
use super::runs::Runs;
use super::tables::Item;
use super::universe::Universe;
use crate::hir::Effect;
use crate::nf::Rule;
use crate::normalize::intern::Interner;
use std::collections::BTreeMap;

/// Items of one policy for one class of actions, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Items {
    pub(super) denies: Vec<Item>,
    pub(super) allows: Vec<Item>,
}

impl Items {
    fn is_empty(&self) -> bool {
        self.denies.is_empty() && self.allows.is_empty()
    }

    fn len(&self) -> usize {
        self.denies.len() + self.allows.len()
    }

    fn extend(&mut self, other: &Items) {
        self.denies.extend_from_slice(&other.denies);
        self.allows.extend_from_slice(&other.allows);
    }

    fn sorted(mut self) -> Self {
        for list in [&mut self.denies, &mut self.allows] {
            list.sort_unstable();
            list.dedup();
        }
        self
    }
}

/// One policy in one service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Block {
    /// Column → index into `classes`. Empty when there is one class.
    pub(super) columns: Runs<u16>,
    /// Indexes of [`Items`], by first column.
    pub(super) classes: Vec<u32>,
}

/// All services of one policy.
#[derive(Debug, Default)]
pub(super) struct PolicyBlocks {
    /// Services that a pattern names, in order, with their block.
    pub(super) named: Vec<(u32, u32)>,
    /// The block of every other service; `None` when nothing is said there.
    pub(super) elsewhere: Option<u32>,
    /// The policy is over the budget and has no blocks.
    pub(super) over: bool,
}

impl PolicyBlocks {
    /// Whether it says something of all services, or of many: sets are built over the rows of their broad policies.
    pub(super) fn is_broad(&self) -> bool {
        self.elsewhere.is_some() || self.named.len() > 16
    }
}

/// Blocks of all policies.
#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) items: Interner<Items>,
    pub(super) blocks: Interner<Block>,
}

/// The statements of a policy that share an action set.
struct Group<'a> {
    actions: &'a Expanded,
    items: Items,
}

impl Blocks {
    pub(super) fn new() -> Self {
        Blocks { items: Interner::new(), blocks: Interner::new() }
    }

    /// The blocks of a policy, given its rules that can apply: the others match nothing.
    pub(super) fn policy(
        &mut self,
        rules: impl Iterator<Item = Rule>,
        expanded: &[Expanded],
        universe: &Universe,
        budget: &mut Budget,
    ) -> PolicyBlocks {
        let over = || PolicyBlocks { over: true, ..PolicyBlocks::default() };
        let groups = groups(rules, expanded);
        if groups.iter().any(|g| g.actions.over) {
            return over();
        }
        // Service → the groups whose patterns name it.
        let mut naming: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, group) in groups.iter().enumerate() {
            for (service, _) in &group.actions.named {
                naming.entry(*service).or_default().push(at);
            }
        }
        let global: Vec<usize> =
            (0..groups.len()).filter(|g| groups.get(*g).is_some_and(|g| g.actions.elsewhere)).collect();
        let mut out = PolicyBlocks::default();
        for (service, naming) in naming {
            let width = universe.columns(service).len();
            let Some(block) = self.block(&groups, (service, width), &naming, &global, budget) else {
                return over();
            };
            out.named.push((service, block));
        }
        let uniform = gather(&groups, global.iter().copied());
        if !uniform.is_empty() {
            let class = self.items.intern(uniform);
            out.elsewhere =
                Some(self.blocks.intern(Block { columns: Runs::default(), classes: vec![class] }));
        }
        out
    }

    /// The block of one service of some width, or `None` over the budget. `naming` are the groups whose patterns name it.
    fn block(
        &mut self,
        groups: &[Group<'_>],
        (service, width): (u32, usize),
        naming: &[usize],
        global: &[usize],
        budget: &mut Budget,
    ) -> Option<u32> {
        budget.columns(width)?;
        let named = || {
            naming.iter().filter_map(|g| Some((*g, groups.get(*g)?, groups.get(*g)?.actions.on(service)?)))
        };
        let mut partition = Partition::new(width);
        for (_, _, columns) in named() {
            if *columns != Columns::All {
                budget.columns(columns.count(width))?;
                partition.split(|each| columns.for_each(width, each));
            }
        }
        let (columns, first) = partition.finish();
        // Global groups that do not name the service say the same of all its actions.
        let everywhere = global.iter().copied().filter(|g| naming.binary_search(g).is_err());
        let everywhere = gather(groups, everywhere);
        budget.items(everywhere.len().saturating_mul(first.len()))?;
        let mut classes = vec![everywhere; first.len()];
        for (_, group, listed) in named() {
            // Classes that are listed: each is met at its first column.
            let mut inside: Vec<usize> = Vec::new();
            listed.for_each(width, |column| {
                let class = columns.get(column).copied().unwrap_or(0) as usize;
                if first.get(class) == Some(&column) {
                    inside.push(class);
                }
            });
            if group.actions.negated {
                budget.columns(first.len())?;
                inside.sort_unstable();
                inside = (0..first.len()).filter(|class| inside.binary_search(class).is_err()).collect();
            }
            budget.items(group.items.len().saturating_mul(inside.len()))?;
            for class in inside {
                if let Some(class) = classes.get_mut(class) {
                    class.extend(&group.items);
                }
            }
        }
        let classes: Vec<u32> = classes.into_iter().map(|items| self.items.intern(items.sorted())).collect();
        Some(self.blocks.intern(canonical(&columns, &classes)?))
    }
}

fn groups(rules: impl Iterator<Item = Rule>, expanded: &[Expanded]) -> Vec<Group<'_>> {
    let mut by_actions: BTreeMap<u32, Items> = BTreeMap::new();
    for rule in rules {
        let item = Item { principals: rule.principals, resources: rule.resources, condition: rule.condition };
        let items = by_actions.entry(rule.actions).or_default();
        match rule.effect {
            Effect::Deny => items.denies.push(item),
            Effect::Allow => items.allows.push(item),
        }
    }
    let expanded = |id: u32| expanded.get(id as usize);
    by_actions.into_iter().filter_map(|(id, items)| Some(Group { actions: expanded(id)?, items })).collect()
}

/// The items of some groups, sorted, each once.
fn gather(groups: &[Group<'_>], which: impl Iterator<Item = usize>) -> Items {
    let mut items = Items::default();
    which.filter_map(|g| groups.get(g)).for_each(|g| items.extend(&g.items));
    items.sorted()
}

/// Merges classes that turned out equal and numbers them by first column, as they came, so that equal blocks look
/// equal. `None` when there are more classes than a column's entry can tell apart.
fn canonical(columns: &[u32], classes: &[u32]) -> Option<Block> {
    let mut distinct: Vec<u32> = Vec::new();
    let mut at: BTreeMap<u32, u16> = BTreeMap::new();
    let mut numbers = Vec::with_capacity(classes.len());
    for class in classes {
        let next = u16::try_from(distinct.len()).ok()?;
        numbers.push(*at.entry(*class).or_insert_with(|| {
            distinct.push(*class);
            next
        }));
    }
    let columns = match distinct.len() {
        0 | 1 => Runs::default(),
        _ => Runs::of(columns.iter().filter_map(|class| numbers.get(*class as usize).copied())),
    };
    Some(Block { columns, classes: distinct })
}

/// Columns in classes, refined by one set of columns after another: exact, and linear in the sizes of the sets.
pub(super) struct Partition {
    class: Vec<u32>,
    size: Vec<u32>,
    /// Class → the round it was last split in, and the class its members moved to then.
    moves: Vec<(u32, u32)>,
    /// Classes without members, for use again.
    free: Vec<u32>,
    round: u32,
}

impl Partition {
    /// One class of `width` columns.
    pub(super) fn new(width: usize) -> Self {
        Partition {
            class: vec![0; width],
            size: vec![width as u32],
            moves: vec![(0, 0)],
            free: Vec::new(),
            round: 0,
        }
    }

    /// Separates the members of each class that `members` calls its argument with, from the others.
    pub(super) fn split(&mut self, members: impl FnOnce(&mut dyn FnMut(usize))) {
        self.round += 1;
        let mut touched = Vec::new();
        members(&mut |column| self.move_out(column, &mut touched));
        let size = &self.size;
        self.free.extend(touched.into_iter().filter(|class| size.get(*class as usize) == Some(&0)));
    }

    fn move_out(&mut self, column: usize, touched: &mut Vec<u32>) {
        let Some(from) = self.class.get(column).copied() else { return };
        let to = match self.moves.get(from as usize) {
            Some((round, to)) if *round == self.round => *to,
            _ => {
                let to = self.fresh();
                touched.push(from);
                if let Some(m) = self.moves.get_mut(from as usize) {
                    *m = (self.round, to);
                }
                to
            }
        };
        if let Some(class) = self.class.get_mut(column) {
            *class = to;
        }
        if let Some(size) = self.size.get_mut(from as usize) {
            *size -= 1;
        }
        if let Some(size) = self.size.get_mut(to as usize) {
            *size += 1;
        }
    }

    fn fresh(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.size.push(0);
            self.moves.push((0, 0));
            self.size.len() as u32 - 1
        })
    }

    /// Column → class, classes numbered by first column; and the first column of each class.
    pub(super) fn finish(self) -> (Vec<u32>, Vec<usize>) {
        let mut number = vec![u32::MAX; self.size.len()];
        let mut first = Vec::new();
        let mut columns = self.class;
        for (column, class) in columns.iter_mut().enumerate() {
            if let Some(n) = number.get_mut(*class as usize) {
                if *n == u32::MAX {
                    *n = first.len() as u32;
                    first.push(column);
                }
                *class = *n;
            }
        }
        (columns, first)
    }
}
