//! Keys of the program's own services under actions that never have them. `with` says which action has which key; a key
//! that stands in no such list is taken as every action's, and what AWS's actions have is not known here.

use super::Lint;
use super::overlap::matches;
use crate::diag::codes::catalog as code;
use crate::hir::{Atom, Statement, World};
use hashbrown::{HashMap, HashSet};

/// Which actions have which keys. Actions that are declared together have the same.
#[derive(Default)]
pub struct With {
    /// Condition key in lower case, its family's name for a family → the groups of actions that have it.
    of_key: HashMap<String, Vec<usize>>,
    /// Actions, as they are written and in lower case.
    groups: Vec<Vec<(String, String)>>,
}

impl With {
    /// No action has keys of its own.
    pub fn is_empty(&self) -> bool {
        self.of_key.is_empty()
    }
}

impl Lint<'_> {
    /// Learns the `with` lists of declared services.
    pub fn learn_with(&mut self, world: &World) {
        let Some(catalog) = self.catalog else { return };
        let own: HashSet<String> =
            world.services.iter().flat_map(|s| &s.keys).map(|k| k.name.to_ascii_lowercase()).collect();
        for service in &world.services {
            let mut met: HashMap<usize, usize> = HashMap::new();
            for action in service.actions.iter().filter(|action| !action.keys.is_empty()) {
                let group = *met.entry(action.keys.address()).or_insert_with(|| {
                    let group = self.with.groups.len();
                    self.with.groups.push(Vec::new());
                    let known =
                        action.keys.iter().filter_map(|k| Some(catalog.key_or_family(k)?.name.as_str()));
                    for lower in known.map(str::to_ascii_lowercase).filter(|key| own.contains(key)) {
                        self.with.of_key.entry(lower).or_default().push(group);
                    }
                    group
                });
                let name = format!("{}:{}", service.prefix, action.name);
                if let Some(group) = self.with.groups.get_mut(group) {
                    group.push((name.to_ascii_lowercase(), name));
                }
            }
        }
    }

    /// Warns about keys that none of the statement's actions has.
    pub fn keys_of_actions(&mut self, s: &Statement, atoms: &[&Atom]) {
        let Some(catalog) = self.catalog.filter(|_| !self.with.is_empty() && !s.actions.negated) else {
            return;
        };
        let mut seen = HashSet::new();
        let patterns: Vec<String> = s.actions.patterns.iter().map(|p| p.text.to_ascii_lowercase()).collect();
        for atom in atoms {
            let Some(key) = catalog.key(&atom.key).filter(|_| seen.insert(&*atom.key)) else { continue };
            let Some(having) = self.with.of_key.get(&key.name.to_ascii_lowercase()) else { continue };
            let having = || having.iter().filter_map(|group| self.with.groups.get(*group)).flatten();
            if having().any(|(lower, _)| patterns.iter().any(|p| matches(p, lower))) {
                continue;
            }
            let message = format!("none of these actions has the key `{}`", atom.written_key);
            let some: Vec<&str> = having().map(|(_, name)| name.as_str()).take(2).collect();
            let verb = if some.len() == 1 { "has" } else { "have" };
            let help = format!("`{}` {verb} it; mend the key, or the service's `with`", some.join("`, `"));
            self.warn(code::KEY_NOT_OF_ACTION, atom.span, message, help);
        }
    }
}
