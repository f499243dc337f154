//! Warnings on what a resolved document says: against the service reference (is there such an action, can it act on this
//! resource, has this key this type) and against well-known traps of IAM. Knows documents and the catalog; changes
//! nothing and refuses nothing.

mod actions;
mod conditions;
mod outside;
mod overlap;
mod own;
mod principals;
mod resources;

use crate::catalog::Catalog;
use crate::diag::{Code, Diagnostic, codes::catalog as code};
use crate::hir::{
    Condition, Effect, List, Policy, PolicyId, PolicyKind, ResourcePattern, Statement, Str, World,
};
use crate::resolve::shared::LONG;
use crate::source::Span;
use hashbrown::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// One warning, with the word it is about so that the caller can point at it.
pub struct Found {
    /// The warning, at the whole statement.
    pub diagnostic: Diagnostic,
    /// The word, or nothing.
    pub word: Str,
    /// What to write instead of the word.
    pub instead: Option<String>,
}

/// Looks at one document that stands alone.
pub fn document(policy: &Policy, catalog: &Catalog, take: &mut dyn FnMut(Found)) {
    Lint::new(catalog, take).policy(policy);
}

/// What stands under a name of the program: a member of a set with its place, or a condition.
pub enum Defined {
    /// A pattern of actions.
    Action(Str, Span),
    /// A pattern of resources.
    Resource(ResourcePattern, Span),
    /// A condition, the conditions it names put in.
    Condition(Condition),
}

/// Looks at everything in a world, and at what is defined where it is defined. `catalog` knows the world's own services.
pub fn world(
    world: &World,
    defined: impl Iterator<Item = Defined>,
    catalog: &Catalog,
    take: &mut dyn FnMut(Found),
) {
    let mut lint = Lint::new(catalog, take);
    lint.defined(defined);
    lint.learn_with(world);
    for policy in &world.policies {
        lint.policy(policy);
    }
    lint.levels(world);
    lint.outside(world);
    for case in world.tests.iter().flat_map(|t| &t.cases) {
        lint.action_known(&case.action, case.span);
        for entry in &case.context {
            lint.key_known(&entry.key, case.span);
        }
    }
    for invariant in &world.invariants {
        for action in &invariant.actions {
            lint.action_known(&action.text, invariant.span);
        }
    }
}

/// What the lints remember between statements, so that each distinct text is looked at once.
struct Lint<'c> {
    /// `None` when it is empty: then nothing is unknown.
    catalog: Option<&'c Catalog>,
    take: &'c mut dyn FnMut(Found),
    actions: HashMap<Str, actions::Known>,
    /// Unknown condition keys and the nearest known ones.
    keys: HashMap<Str, Option<String>>,
    /// Which resource types a pattern can mean, by service and pattern.
    acts_on: HashMap<&'c str, HashMap<String, Vec<bool>>>,
    /// Patterns of a service's resource types.
    types: HashMap<&'c str, Arc<[String]>>,
    with: own::With,
    /// Long lists of resources as globs, and which resource types of which services they can mean, by their address.
    hits: HashMap<usize, (Vec<String>, resources::Hits<'c>)>,
    /// Long lists of actions and of resources that were compared, by their addresses.
    sound: HashSet<(usize, usize)>,
    /// Long lists of actions by what they act on, by their addresses.
    alike: HashMap<usize, Rc<Vec<resources::Alike<'c>>>>,
    /// Actions that act on none of the resources beside them.
    idle: usize,
    /// Long lists that were looked at, by the lint and the list's address: shared ones are looked at once.
    seen: HashSet<(Seen, usize)>,
    /// Whether long conditions have an `all of`, by the address of their parts.
    all_of: HashMap<usize, bool>,
    /// Those that were warned of.
    warned: HashSet<(Span, Str)>,
}

/// What was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Seen {
    /// Patterns of actions.
    Actions,
    /// Patterns of resources, in a statement at this place: what is wrong with one is said there.
    Resources,
    /// Parts of a condition.
    Condition,
    /// Values.
    Values,
}

impl<'c> Lint<'c> {
    fn new(catalog: &'c Catalog, take: &'c mut dyn FnMut(Found)) -> Self {
        Lint {
            catalog: catalog.services().next().is_some().then_some(catalog),
            take,
            actions: HashMap::new(),
            keys: HashMap::new(),
            acts_on: HashMap::new(),
            types: HashMap::new(),
            with: own::With::default(),
            hits: HashMap::new(),
            sound: HashSet::new(),
            alike: HashMap::new(),
            idle: 0,
            seen: HashSet::new(),
            all_of: HashMap::new(),
            warned: HashSet::new(),
        }
    }

    /// Whether a list is looked at for the first time. Short ones always are: they are hardly ever shared, and to remember them
    /// takes more than to look again.
    fn is_new<T>(&mut self, what: Seen, list: &List<T>) -> bool {
        list.len() < LONG || self.seen.insert((what, list.address()))
    }

    fn warn(&mut self, code: Code, span: Span, message: String, help: String) {
        let diagnostic = Diagnostic::warning(code, message).at(span).help(help);
        (self.take)(Found { diagnostic, word: Str::from(""), instead: None });
    }

    /// A warning about one word of a statement.
    fn warn_word(&mut self, code: Code, span: Span, word: &str, message: String, help: String) {
        let diagnostic = Diagnostic::warning(code, message).at(span).help(help);
        (self.take)(Found { diagnostic, word: Str::from(word), instead: None });
    }

    /// A warning about a misspelled word.
    fn misspelled(
        &mut self,
        code: Code,
        span: Span,
        word: &str,
        message: String,
        instead: Option<String>,
        help: &str,
    ) {
        let help = match &instead {
            Some(name) => format!("did you mean `{name}`?"),
            None => help.to_owned(),
        };
        let diagnostic = Diagnostic::warning(code, message).at(span).help(help);
        (self.take)(Found { diagnostic, word: Str::from(word), instead });
    }

    fn defined(&mut self, all: impl Iterator<Item = Defined>) {
        for one in all {
            match one {
                Defined::Action(text, span) => self.action_known(&text, span),
                Defined::Resource(pattern, span) => self.resource(&pattern, span),
                Defined::Condition(condition) => self.each_atom(&condition),
            }
        }
    }

    fn policy(&mut self, policy: &Policy) {
        for statement in &policy.statements {
            self.statement(statement, policy.kind);
        }
    }

    fn statement(&mut self, s: &Statement, kind: PolicyKind) {
        if self.is_new(Seen::Actions, &s.actions.patterns) {
            for action in &s.actions.patterns {
                self.action_known(&action.text, s.span);
            }
        }
        if kind == PolicyKind::Trust {
            self.trust(s);
        }
        self.resources(s);
        self.conditions(s);
        self.canonical(s);
        self.not_principal(s);
    }

    /// Levels at which guardrails are written and none of them allows anything (R40).
    fn levels(&mut self, world: &World) {
        let mut seen: Vec<&[PolicyId]> = Vec::new();
        for level in world.accounts.iter().flat_map(|a| a.scps.iter().flatten()) {
            if seen.contains(&level.as_slice()) {
                continue;
            }
            seen.push(level);
            let policies: Vec<&Policy> =
                level.iter().filter_map(|id| world.policies.get(id.index())).collect();
            let allows = |p: &&Policy| p.statements.iter().any(|s| s.effect == Effect::Allow);
            let Some(first) = policies.first().filter(|_| !policies.iter().any(allows)) else { continue };
            let names: Vec<&str> = policies.iter().map(|p| &*p.name).collect();
            let message = format!(
                "no guardrail beside `{}` allows anything, so accounts below can do nothing",
                names.join("`, `")
            );
            let help = "every level needs an allow: add `allow *` to it".to_owned();
            self.warn(code::NO_ALLOW, first.span, message, help);
        }
    }
}

#[cfg(test)]
mod tests;
