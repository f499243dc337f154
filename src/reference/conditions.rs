//! Conditions (sections K and L of the rules): what a missing key does, set operators, negation.

use super::derive::{Content, Keys, Looked};
use super::doubt::Doubt;
use super::values;
use crate::hir::{Atom, Condition, List, Operator, Quantifier, Value};

/// Conditions of so many parts are remembered: they are mostly named, and many statements share them.
const LONG: usize = 16;

/// Whether a condition holds. Works on a stack of its own, so that no depth of nesting can exhaust the thread's.
pub(super) fn holds(condition: &Condition, keys: &Keys, doubt: Doubt) -> bool {
    let mut open: Vec<(bool, &List<Condition>, std::slice::Iter<'_, Condition>)> = Vec::new();
    let mut next = condition;
    loop {
        // What `next` is worth, once that is known.
        let mut worth = match next {
            Condition::Atom(atom) => Some(self::atom(atom, keys, doubt)),
            Condition::And(parts) | Condition::Or(parts) => {
                let known = keys.came_of(parts.address(), doubt.denies()).filter(|_| parts.len() >= LONG);
                if known.is_none() {
                    open.push((matches!(next, Condition::And(_)), parts, parts.iter()));
                }
                known
            }
        };
        // R89: an `and` ends with the first false part, an `or` with the first true one.
        next = loop {
            let Some((and, list, parts)) = open.last_mut() else { return worth.unwrap_or(false) };
            let (and, list) = (*and, *list);
            let whole = match worth {
                Some(part) if part != and => part,
                _ => match parts.next() {
                    Some(part) => break part,
                    None => and,
                },
            };
            worth = Some(whole);
            if list.len() >= LONG {
                keys.remember(list.address(), doubt.denies(), whole);
            }
            open.pop();
        };
    }
}

/// One operator on one key (R89–R98).
fn atom(atom: &Atom, keys: &Keys, doubt: Doubt) -> bool {
    if atom.operator == Operator::Null {
        return null(atom, keys);
    }
    let negated = atom.operator.is_negated();
    let turned = if negated { doubt.turned() } else { doubt };
    let values = values::that_may_match(atom.operator, &atom.values, turned);
    // A test that wants some value to match, and has none, holds for no request.
    if values.is_empty() && !negated && !atom.if_exists && atom.quantifier != Quantifier::ForAllValues {
        return false;
    }
    let content = match keys.look(&atom.key) {
        Looked::Missing => None,
        Looked::Known(content) => Some(content),
        // R153: nobody knows what the key holds.
        Looked::Unknown => return doubt.of_unknown(),
    };
    match (atom.quantifier, content) {
        // R91, R92: a missing key.
        (Quantifier::Single, None) => atom.if_exists || atom.operator.is_negated(),
        (Quantifier::ForAllValues, None) => true,
        (Quantifier::ForAnyValue, None) => atom.if_exists,
        (Quantifier::Single, Some(Content::One(value))) => single(atom, value, keys, doubt),
        // R94, R153: that a plain operator judges a multivalued key is in doubt. A deny holds if it does for some
        // value; where there is none, if it does for a missing key.
        (Quantifier::Single, Some(Content::Many(_))) if !doubt.denies() => false,
        (Quantifier::Single, Some(Content::Many(values))) => match values.as_slice() {
            [] => atom.if_exists || atom.operator.is_negated(),
            values => values.iter().any(|value| single(atom, value, keys, doubt)),
        },
        // R95: also true for no values, and for one empty string.
        (Quantifier::ForAllValues, Some(content)) => {
            is_null(content) || as_set(content).iter().all(|value| single(atom, value, keys, doubt))
        }
        // R96, R92: no values, or one empty string, are as good as a missing key.
        (Quantifier::ForAnyValue, Some(content)) if is_null(content) => atom.if_exists,
        (Quantifier::ForAnyValue, Some(content)) => {
            as_set(content).iter().any(|value| single(atom, value, keys, doubt))
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

/// R93: null = absent, empty set or empty string. A key that is not known is there all the same.
fn null(atom: &Atom, keys: &Keys) -> bool {
    atom.values.contains(&Value::Null(!keys.is_there(&atom.key)))
}

/// R93: the empty set, or one empty string.
pub(super) fn is_null(content: &Content) -> bool {
    matches!(as_set(content).as_slice(), [] | [""])
}

/// One value of the request against the values of the policy: one of them must match; for negated operators
/// none may (R89). Under a set operator the negation belongs to the single value (R97).
fn single(atom: &Atom, value: &str, keys: &Keys, doubt: Doubt) -> bool {
    // R111, R153: what is malformed for the operator holds in a deny and not in an allow.
    if !values::is_well_formed(atom.operator, value) {
        return doubt.denies();
    }
    let negated = atom.operator.is_negated();
    // That one of the policy's values matches makes the test hold, or fail if it is negated.
    let doubt = if negated { doubt.turned() } else { doubt };
    let matched = atom.values.iter().any(|wanted| values::matches(atom.operator, value, wanted, keys, doubt));
    matched != negated
}
