//! What names stand for, resolved once and shared by everything that uses the name: values of constants, patterns of sets,
//! named conditions, and the parts of parametrised policies that name no parameter. Without it a program grows by the
//! product of what is named and its uses.

use super::cx::Val;
use crate::hir::{
    Actions, Condition, List, Operator, PolicyKind, ResourcePattern, Resources, Str, Value, Version,
};
use crate::syntax::ast::LiteralType;
use hashbrown::HashMap;
use std::any::Any;

/// A list that is worth sharing has so many items; a shorter one is copied where it is joined with others.
pub const LONG: usize = 16;

/// A condition that was resolved, and what it adds to the statement that uses it.
#[derive(Clone, Debug)]
pub struct Known {
    /// `None`: it has errors, which are reported.
    pub condition: Option<Condition>,
    /// Comparisons in it, those of the conditions it names included.
    pub comparisons: usize,
    /// How deep it is nested.
    pub height: usize,
}

/// What was resolved before. Keys that are addresses are those of nodes of the tree, or of lists that are kept here.
#[derive(Debug, Default)]
pub struct Memo {
    /// Named conditions by name, whether under a `not`, and version.
    pub conditions: HashMap<(Str, bool, Version), Known>,
    /// Values of long constants by their list, the operator and the version. `Err`: the number of the first bad one.
    pub values: HashMap<(usize, Operator, Version), Result<List<Value>, usize>>,
    /// The one type of a long constant's values, if there is one.
    pub types: HashMap<usize, (List<Val>, Option<LiteralType>)>,
    /// Patterns of sets of resources. `Err`: the number of the first bad one.
    pub resources: HashMap<(Str, PolicyKind, Version), Result<List<ResourcePattern>, usize>>,
    /// Parts of parametrised policies that name no parameter, by their place in the tree; `None`: it names one.
    pub clauses: HashMap<(usize, bool, Version), Option<Known>>,
    /// Likewise.
    pub actions: HashMap<usize, Option<Actions>>,
    /// Likewise.
    pub statement_resources: HashMap<(usize, PolicyKind, Version), Option<Resources>>,
    /// Long lists that a check found nothing wrong with, by the check and the list's address. They are kept, so that no other
    /// list has the address.
    pub sound: HashMap<(Check, usize), Box<dyn Any>>,
}

/// A check whose result is the same wherever a shared list is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// Every pattern matches some action.
    Actions,
    /// Every variable of the patterns can be filled.
    Resources,
    /// Every variable of the values can be filled.
    Values,
    /// Every variable of the condition can be filled.
    Condition,
}

/// What is copied because it has to be: parts of parametrised policies that name a parameter, and the members of sets and
/// constants where they are joined with others in one list. Counted by the name that the copies are of.
#[derive(Debug, Default)]
pub struct Copies {
    total: usize,
    by_name: HashMap<(&'static str, Str), usize>,
}

impl Copies {
    /// Counts copies of parts of what has this name.
    pub fn add(&mut self, what: &'static str, name: &str, parts: usize) {
        if parts > 0 {
            self.total = self.total.saturating_add(parts);
            let of_name = self.by_name.entry((what, Str::from(name))).or_default();
            *of_name = of_name.saturating_add(parts);
        }
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.total
    }

    /// What has the most copies, and how many.
    pub fn largest(&self) -> (String, usize) {
        let all = self.by_name.iter().map(|(name, parts)| (*parts, std::cmp::Reverse(name)));
        let most =
            all.max().map(|(parts, std::cmp::Reverse((what, name)))| (format!("{what} `{name}`"), parts));
        most.unwrap_or_default()
    }
}
