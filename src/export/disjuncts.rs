//! A condition in negation normal form → disjunctive normal form: the conjunctions of which one must hold.

use super::inexpressible;
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::{Atom, Condition};
use crate::limits::Limits;
use crate::source::Span;

/// The conjunctions, at least one; the empty conjunction holds always.
pub(super) fn of(condition: &Condition, span: Span) -> Result<Vec<Vec<&Atom>>, Box<Diagnostic>> {
    let limits = Limits::default();
    let conjunctions = expand(condition, limits.nesting + 1, limits.disjuncts).map_err(|e| match e {
        Excess::Depth => inexpressible("the condition is nested too deep".into(), span),
        Excess::Count => {
            let message = format!("the condition needs more than {} statements", limits.disjuncts);
            let error = Diagnostic::error(codes::TOO_MANY_STATEMENTS, message).at(span);
            Box::new(error.help("split the policy, or use lists of values instead of `or`"))
        }
    })?;
    if conjunctions.is_empty() {
        return Err(inexpressible("the condition is an `or` of nothing".into(), span));
    }
    Ok(conjunctions)
}

enum Excess {
    Depth,
    Count,
}

/// Recursion is bounded by `depth`.
fn expand(condition: &Condition, depth: usize, most: usize) -> Result<Vec<Vec<&Atom>>, Excess> {
    let inner = depth.checked_sub(1).ok_or(Excess::Depth)?;
    match condition {
        Condition::Atom(atom) => Ok(vec![vec![atom]]),
        Condition::And(parts) => {
            let mut all: Vec<Vec<&Atom>> = vec![Vec::new()];
            for part in parts {
                let alternatives = expand(part, inner, most)?;
                if all.len().saturating_mul(alternatives.len()) > most {
                    return Err(Excess::Count);
                }
                all = product(&all, &alternatives);
            }
            Ok(all)
        }
        Condition::Or(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(expand(part, inner, most)?);
                if all.len() > most {
                    return Err(Excess::Count);
                }
            }
            Ok(all)
        }
    }
}

fn product<'a>(left: &[Vec<&'a Atom>], right: &[Vec<&'a Atom>]) -> Vec<Vec<&'a Atom>> {
    left.iter().flat_map(|l| right.iter().map(move |r| l.iter().chain(r).copied().collect())).collect()
}
