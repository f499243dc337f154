//! Conditions (sections K and L of the rules): what a missing key does, set operators, negation.

use super::derive::{Content, Keys};
use super::values;
use crate::hir::{Atom, Condition, Operator, Quantifier, Value};

/// Whether a condition holds. Works on a stack of its own, so that no depth of nesting can exhaust the thread's.
pub(super) fn holds(condition: &Condition, keys: &Keys) -> bool {
    let mut open: Vec<(bool, std::slice::Iter<'_, Condition>)> = Vec::new();
    let mut next = condition;
    loop {
        // What `next` is worth, once that is known.
        let mut worth = match next {
            Condition::Atom(atom) => Some(self::atom(atom, keys)),
            Condition::And(parts) => {
                open.push((true, parts.iter()));
                None
            }
            Condition::Or(parts) => {
                open.push((false, parts.iter()));
                None
            }
        };
        // R89: an `and` ends with the first false part, an `or` with the first true one.
        next = loop {
            let Some((and, parts)) = open.last_mut() else { return worth.unwrap_or(false) };
            let and = *and;
            match worth {
                Some(part) if part != and => worth = Some(part),
                _ => match parts.next() {
                    Some(part) => break part,
                    None => worth = Some(and),
                },
            }
            open.pop();
        };
    }
}

/// One operator on one key (R89–R98).
fn atom(atom: &Atom, keys: &Keys) -> bool {
    let content = keys.get(&atom.key);
    if atom.operator == Operator::Null {
        return null(atom, content);
    }
    match (atom.quantifier, content) {
        // R91, R92: a missing key.
        (Quantifier::Single, None) => atom.if_exists || atom.operator.is_negated(),
        (Quantifier::ForAllValues, None) => true,
        (Quantifier::ForAnyValue, None) => atom.if_exists,
        (Quantifier::Single, Some(Content::One(value))) => single(atom, value, keys),
        // R94: a plain operator can't judge a multivalued key.
        (Quantifier::Single, Some(Content::Many(_))) => false,
        // R95: also true for no values, and for one empty string.
        (Quantifier::ForAllValues, Some(content)) => {
            is_null(content) || as_set(content).iter().all(|value| single(atom, value, keys))
        }
        // R96, R92: no values, or one empty string, are as good as a missing key.
        (Quantifier::ForAnyValue, Some(content)) if is_null(content) => atom.if_exists,
        (Quantifier::ForAnyValue, Some(content)) => {
            as_set(content).iter().any(|value| single(atom, value, keys))
        }
    }
}

/// R94: a single value is a set of one.
fn as_set(content: &Content) -> Vec<&str> {
    match content {
        Content::One(value) => vec![value],
        Content::Many(values) => values.iter().map(String::as_str).collect(),
    }
}

/// R93: null = absent, empty set or empty string.
fn null(atom: &Atom, content: Option<&Content>) -> bool {
    atom.values.contains(&Value::Null(content.is_none_or(is_null)))
}

/// R93: the empty set, or one empty string.
fn is_null(content: &Content) -> bool {
    matches!(as_set(content).as_slice(), [] | [""])
}

/// One value of the request against the values of the policy: one of them must match; for negated operators
/// none may (R89). Under a set operator the negation belongs to the single value (R97).
fn single(atom: &Atom, value: &str, keys: &Keys) -> bool {
    let matched = atom.values.iter().any(|wanted| values::matches(atom.operator, value, wanted, keys));
    matched != atom.operator.is_negated()
}
