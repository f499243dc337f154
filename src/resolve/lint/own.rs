//! Keys of the program's own services under actions that never have them. `with` says which action has which key; a key
//! that stands in no such list is taken as every action's, and what AWS's actions have is not known here.

use super::Lint;
use super::overlap::matches;
use crate::diag::codes::catalog as code;
use crate::hir::{Atom, Statement, World};
use hashbrown::{HashMap, HashSet};

/// Condition key in lower case, its family's name for a family → the actions that have it.
pub type With = HashMap<String, Vec<String>>;

impl Lint<'_> {
    /// Learns the `with` lists of declared services.
    pub fn learn_with(&mut self, world: &World) {
        let Some(catalog) = self.catalog else { return };
        let own: HashSet<String> =
            world.services.iter().flat_map(|s| &s.keys).map(|k| k.name.to_ascii_lowercase()).collect();
        for service in &world.services {
            for action in &service.actions {
                for name in
                    action.keys.iter().filter_map(|key| Some(catalog.key_or_family(key)?.name.as_str()))
                {
                    let lower = name.to_ascii_lowercase();
                    if own.contains(&lower) {
                        let action = format!("{}:{}", service.prefix, action.name);
                        self.with.entry(lower).or_default().push(action);
                    }
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
            let Some(having) = self.with.get(&key.name.to_ascii_lowercase()) else { continue };
            let has = |action: &String| patterns.iter().any(|p| matches(p, &action.to_ascii_lowercase()));
            if having.iter().any(has) {
                continue;
            }
            let message = format!("none of these actions has the key `{}`", atom.written_key);
            let some: Vec<&str> = having.iter().map(String::as_str).take(2).collect();
            let verb = if having.len() == 1 { "has" } else { "have" };
            let help = format!("`{}` {verb} it; mend the key, or the service's `with`", some.join("`, `"));
            self.warn(code::KEY_NOT_OF_ACTION, atom.span, message, help);
        }
    }
}
