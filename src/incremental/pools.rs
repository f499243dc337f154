//! The parts of all statements under indexes that last, and the way from there to pools in order of content.

use crate::nf::{self, ActionSet, Atom, Dnf, Pattern, Policy, PrincipalSet, ResourceSet, Rule};
use crate::normalize::intern::Interner;
use std::hash::Hash;

/// Parts by first appearance. What nothing has any more stays, and is left out of [`Pools::sorted`].
pub(super) struct Pools {
    pub(super) actions: Interner<ActionSet>,
    patterns: Interner<Pattern>,
    resources: Interner<ResourceSet>,
    atoms: Interner<Atom>,
    conditions: Interner<Dnf>,
    principals: Interner<PrincipalSet>,
}

/// Lasting index → index in the sorted pool.
pub(super) struct Moves {
    pub(super) actions: Vec<u32>,
    pub(super) principals: Vec<u32>,
    pub(super) resources: Vec<u32>,
    pub(super) conditions: Vec<u32>,
}

impl Pools {
    pub(super) fn new() -> Self {
        let mut pools = Pools {
            actions: Interner::new(),
            patterns: Interner::new(),
            resources: Interner::new(),
            atoms: Interner::new(),
            conditions: Interner::new(),
            principals: Interner::new(),
        };
        pools.resources.intern(ResourceSet { negated: true, patterns: Vec::new() });
        pools.conditions.intern(vec![Vec::new()]);
        pools.principals.intern(PrincipalSet { negated: true, entries: Vec::new() });
        pools
    }

    /// How many parts are kept.
    pub(super) fn size(&self) -> usize {
        self.patterns.len() + self.resources.len() + self.atoms.len() + self.conditions.len()
    }

    /// Makes room for about half as much again.
    pub(super) fn reserve(&mut self) {
        self.actions.reserve();
        self.patterns.reserve();
        self.resources.reserve();
        self.atoms.reserve();
        self.conditions.reserve();
        self.principals.reserve();
    }

    /// Whether a statement with these parts can never apply, as [`nf::Pools::is_never`] has it.
    pub(super) fn is_never(&self, rule: &Rule) -> bool {
        let nobody = |p: &PrincipalSet| !p.negated && p.entries.is_empty();
        let nothing = |r: &ResourceSet| !r.negated && r.patterns.is_empty();
        self.principals.get(rule.principals).is_none_or(nobody)
            || self.resources.get(rule.resources).is_none_or(nothing)
            || self.conditions.get(rule.condition).is_none_or(|c| c.is_empty())
            || self.actions.get(rule.actions).is_none_or(|a| a.is_empty())
    }

    /// A document over pools of its own becomes one over these.
    pub(super) fn adopt(&mut self, mut policy: Policy, own: nf::Pools) -> Policy {
        let actions = all(&mut self.actions, own.actions);
        let patterns = all(&mut self.patterns, own.patterns);
        let atoms = all(&mut self.atoms, own.atoms);
        let principals = all(&mut self.principals, own.principals);
        let resources = own.resources.into_iter().map(|r| set(&r, &patterns));
        let resources = all(&mut self.resources, resources);
        let conditions = own.conditions.iter().map(|c| dnf(c, &atoms));
        let conditions = all(&mut self.conditions, conditions);
        for statement in &mut policy.statements {
            let rule = &mut statement.rule;
            rule.actions = moved(&actions, rule.actions);
            rule.principals = moved(&principals, rule.principals);
            rule.resources = moved(&resources, rule.resources);
            rule.condition = moved(&conditions, rule.condition);
        }
        policy
    }

    /// The parts that some documents have, in order of content, and where each of them is.
    pub(super) fn sorted<'p>(&self, policies: impl Iterator<Item = &'p Policy>) -> (nf::Pools, Moves) {
        let (mut actions, mut principals) = (vec![false; self.actions.len()], unused(&self.principals));
        let (mut resources, mut conditions) = (unused(&self.resources), unused(&self.conditions));
        for rule in policies.flat_map(|p| &p.statements).map(|s| s.rule) {
            mark(&mut actions, rule.actions);
            mark(&mut principals, rule.principals);
            mark(&mut resources, rule.resources);
            mark(&mut conditions, rule.condition);
        }
        let (mut patterns, mut atoms) = (vec![false; self.patterns.len()], vec![false; self.atoms.len()]);
        for (_, set) in each(&self.resources, &resources) {
            set.patterns.iter().for_each(|p| mark(&mut patterns, *p));
        }
        for (_, dnf) in each(&self.conditions, &conditions) {
            dnf.iter().flatten().for_each(|a| mark(&mut atoms, *a));
        }
        let (actions, actions_at) = sorted(&self.actions, &actions, 0, Clone::clone);
        let (principals, principals_at) = sorted(&self.principals, &principals, 1, Clone::clone);
        let (patterns, patterns_at) = sorted(&self.patterns, &patterns, 0, Clone::clone);
        let (atoms, atoms_at) = sorted(&self.atoms, &atoms, 0, Clone::clone);
        let (resources, resources_at) = sorted(&self.resources, &resources, 1, |r| set(r, &patterns_at));
        let (conditions, conditions_at) = sorted(&self.conditions, &conditions, 1, |c| dnf(c, &atoms_at));
        let moves = Moves {
            actions: actions_at,
            principals: principals_at,
            resources: resources_at,
            conditions: conditions_at,
        };
        (nf::Pools { actions, patterns, resources, atoms, conditions, principals }, moves)
    }
}

impl Moves {
    /// A document over the sorted pools.
    pub(super) fn policy(&self, policy: &Policy) -> Policy {
        let mut policy = policy.clone();
        for statement in &mut policy.statements {
            let rule = &mut statement.rule;
            rule.actions = moved(&self.actions, rule.actions);
            rule.principals = moved(&self.principals, rule.principals);
            rule.resources = moved(&self.resources, rule.resources);
            rule.condition = moved(&self.conditions, rule.condition);
        }
        policy.statements.sort_by_key(|s| s.rule);
        policy
    }
}

fn all<T: Hash + Eq>(pool: &mut Interner<T>, items: impl IntoIterator<Item = T>) -> Vec<u32> {
    items.into_iter().map(|item| pool.intern(item)).collect()
}

fn moved(map: &[u32], id: u32) -> u32 {
    map.get(id as usize).copied().unwrap_or(id)
}

/// A resource set with its patterns elsewhere.
fn set(set: &ResourceSet, patterns: &[u32]) -> ResourceSet {
    let mut new: Vec<u32> = set.patterns.iter().map(|p| moved(patterns, *p)).collect();
    new.sort_unstable();
    ResourceSet { negated: set.negated, patterns: new }
}

/// A condition with its atoms elsewhere.
fn dnf(dnf: &Dnf, atoms: &[u32]) -> Dnf {
    let conjunction = |c: &Vec<u32>| {
        let mut new: Vec<u32> = c.iter().map(|a| moved(atoms, *a)).collect();
        new.sort_unstable();
        new
    };
    let mut new: Dnf = dnf.iter().map(conjunction).collect();
    new.sort_unstable();
    new
}

/// Nothing used but the fixed entry.
fn unused<T: Hash + Eq>(pool: &Interner<T>) -> Vec<bool> {
    (0..pool.len()).map(|at| at == 0).collect()
}

fn mark(used: &mut [bool], id: u32) {
    if let Some(used) = used.get_mut(id as usize) {
        *used = true;
    }
}

fn each<'a, T: Hash + Eq>(pool: &'a Interner<T>, used: &'a [bool]) -> impl Iterator<Item = (u32, &'a T)> {
    let used = used.iter().zip(0..).filter(|(used, _)| **used).map(|(_, id)| id);
    used.filter_map(|id| Some((id, pool.get(id)?)))
}

/// The used entries in order of content after the first `fixed`, and the new index of each.
fn sorted<T: Hash + Eq + Ord>(
    pool: &Interner<T>,
    used: &[bool],
    fixed: u32,
    change: impl Fn(&T) -> T,
) -> (Vec<T>, Vec<u32>) {
    let mut entries: Vec<(T, u32)> = each(pool, used).map(|(id, item)| (change(item), id)).collect();
    entries.sort_unstable_by(|a, b| (a.1 >= fixed, &a.0).cmp(&(b.1 >= fixed, &b.0)));
    let mut at = vec![0; pool.len()];
    for (new, (_, old)) in entries.iter().enumerate() {
        if let Some(slot) = at.get_mut(*old as usize) {
            *slot = new as u32;
        }
    }
    (entries.into_iter().map(|(item, _)| item).collect(), at)
}
