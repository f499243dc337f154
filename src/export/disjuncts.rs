//! A condition in negation normal form → disjunctive normal form: the conjunctions of which one must hold.

use super::inexpressible;
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::{Atom, Condition};
use crate::limits::Limits;
use crate::source::Span;
use hashbrown::HashMap;

/// How large a disjunctive normal form is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// Conjunctions.
    pub conjunctions: usize,
    /// Tests and values in all of them.
    pub parts: usize,
    /// How deep the condition is nested.
    height: usize,
}

/// Sizes of conditions, by the address of shared parts: they are worked out before anything is made, for the products of parts
/// may be huge.
#[derive(Debug, Default)]
pub(super) struct Sizes(HashMap<(usize, bool), Size>);

impl Sizes {
    /// The size of the conjunctions of a condition, or why it has none.
    pub(super) fn of(&mut self, condition: &Condition, span: Span) -> Result<Size, Box<Diagnostic>> {
        let limits = Limits::default();
        let size = self.size(condition, limits.nesting + 1);
        let size = size.ok_or_else(|| inexpressible("the condition is nested too deep".into(), span))?;
        if size.conjunctions > limits.disjuncts {
            let message = format!("the condition needs more than {} statements", limits.disjuncts);
            let error = Diagnostic::error(codes::TOO_MANY_STATEMENTS, message).at(span);
            return Err(Box::new(error.help("split the policy, or use lists of values instead of `or`")));
        }
        if size.conjunctions == 0 {
            return Err(inexpressible("the condition is an `or` of nothing".into(), span));
        }
        Ok(size)
    }

    /// Recursion is bounded by `depth`; `None` is what is deeper.
    fn size(&mut self, condition: &Condition, depth: usize) -> Option<Size> {
        let inner = depth.checked_sub(1)?;
        let (parts, is_or) = match condition {
            Condition::Atom(atom) => {
                return Some(Size { conjunctions: 1, parts: atom.values.len() + 1, height: 1 });
            }
            Condition::And(parts) => (parts, false),
            Condition::Or(parts) => (parts, true),
        };
        if let Some(known) = self.0.get(&(parts.address(), is_or)) {
            return Some(*known).filter(|known| known.height <= depth);
        }
        let mut all = Size { conjunctions: usize::from(!is_or), parts: 0, height: 1 };
        for part in parts {
            let one = self.size(part, inner)?;
            if is_or {
                all.conjunctions = all.conjunctions.saturating_add(one.conjunctions);
                all.parts = all.parts.saturating_add(one.parts);
            } else {
                let (left, right) = (all.parts.saturating_mul(one.conjunctions), one.parts);
                all.parts = left.saturating_add(right.saturating_mul(all.conjunctions));
                all.conjunctions = all.conjunctions.saturating_mul(one.conjunctions);
            }
            all.height = all.height.max(one.height + 1);
        }
        if parts.len() > 1 {
            self.0.insert((parts.address(), is_or), all);
        }
        Some(all)
    }
}

/// The conjunctions of a condition whose size was found fit; the empty conjunction holds always.
pub(super) fn of(condition: &Condition) -> Vec<Vec<&Atom>> {
    let parts = match condition {
        Condition::Atom(atom) => return vec![vec![atom]],
        Condition::Or(parts) => return parts.iter().flat_map(of).collect(),
        Condition::And(parts) => parts,
    };
    let mut all: Vec<Vec<&Atom>> = vec![Vec::new()];
    for part in parts {
        match part {
            Condition::Atom(atom) => all.iter_mut().for_each(|one| one.push(atom)),
            _ => all = product(all, of(part)),
        }
    }
    all
}

fn product<'a>(mut left: Vec<Vec<&'a Atom>>, right: Vec<Vec<&'a Atom>>) -> Vec<Vec<&'a Atom>> {
    if let [only] = right.as_slice() {
        left.iter_mut().for_each(|one| one.extend(only));
        return left;
    }
    left.iter().flat_map(|l| right.iter().map(move |r| l.iter().chain(r).copied().collect())).collect()
}
