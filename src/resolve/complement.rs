//! The opposite of an atom: what `not` and `unless` come to. For a present or missing key that fits the operator, a
//! condition holds exactly when its complement does not:
//!
//! | atom | complement |
//! |---|---|
//! | StringEquals, …IgnoreCase, StringLike, NumericEquals, DateEquals, IpAddress, ArnEquals, ArnLike | the negated operator, and back |
//! | `<` v | `>=` v or missing; of several values only the greatest counts for `<`, `<=`, the least for `>`, `>=` |
//! | Bool v | Bool of the other value, or missing; with both values or variables: StringNotEqualsIgnoreCase |
//! | Null true | Null false, and back |
//! | ForAllValues:op | ForAnyValue:complement of op, and back |
//! | op IfExists | complement of op that a missing key fails; where the negated operator would take it, AND StringLike `*` |
//! | ForAnyValue:op IfExists | none: error. No operator tells a missing key from an empty list |
//! | BinaryEquals | none: error |
//!
//! A request value that is malformed for its operator satisfies neither `<` nor `>=`, and neither Bool true nor Bool
//! false (R111); a multivalued key satisfies no plain operator and no complement of one (R94). Where a key may be
//! malformed, compare it as a string.

use super::condition::and;
use super::values;
use crate::hir::{Atom, Condition, List, Operator, Piece, Quantifier, Template, Value};

/// Why there is no complement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// BinaryEquals.
    Binary,
    /// `any of … or missing`.
    AnyOrMissing,
}

impl Problem {
    /// The message.
    pub fn message(self) -> &'static str {
        match self {
            Problem::Binary => "a binary comparison cannot be negated: IAM has no operator for it",
            Problem::AnyOrMissing => {
                "`any of … or missing` cannot be negated exactly: IAM has no operator for it"
            }
        }
    }

    /// What to do.
    pub fn help(self) -> &'static str {
        match self {
            Problem::Binary => "state the condition without `not` or `unless`",
            Problem::AnyOrMissing => {
                "write what should hold instead, with `is present` and `all of … not in`"
            }
        }
    }
}

/// The condition that holds exactly when `atom` does not.
pub fn of(mut atom: Atom) -> Result<Condition, Problem> {
    let was_optional = atom.if_exists;
    match atom.quantifier {
        Quantifier::Single => {}
        Quantifier::ForAllValues => {
            // A missing key satisfies it anyway, so IfExists says nothing.
            atom.quantifier = Quantifier::ForAnyValue;
            invert(&mut atom)?;
            atom.if_exists = false;
            return Ok(Condition::Atom(atom));
        }
        Quantifier::ForAnyValue if was_optional => return Err(Problem::AnyOrMissing),
        Quantifier::ForAnyValue => {
            atom.quantifier = Quantifier::ForAllValues;
            invert(&mut atom)?;
            return Ok(Condition::Atom(atom));
        }
    }
    if atom.operator == Operator::Null {
        let other = |value: &Value| match value {
            Value::Null(absent) => Value::Null(!absent),
            other => other.clone(),
        };
        let test = |value| Condition::Atom(Atom { values: List::one(other(value)), ..atom.clone() });
        return Ok(and(atom.values.iter().map(test).collect()));
    }
    let missing_held = was_optional || atom.operator.is_negated();
    invert(&mut atom)?;
    if atom.operator.is_negated() {
        // Negated operators take a missing key; keep it out if the original took it.
        atom.if_exists = false;
        if missing_held {
            let present = present(&atom);
            return Ok(and(vec![Condition::Atom(atom), present]));
        }
    } else {
        atom.if_exists = !missing_held;
    }
    Ok(Condition::Atom(atom))
}

/// Replaces operator and values by those that hold of exactly the other present values.
fn invert(atom: &mut Atom) -> Result<(), Problem> {
    use Operator as O;
    if atom.values.is_empty() && !atom.operator.is_negated() && atom.operator != O::Null {
        // No value is in an empty list, whatever the type.
        atom.operator = O::StringNotEquals;
        return Ok(());
    }
    atom.operator = match atom.operator {
        O::StringEquals => O::StringNotEquals,
        O::StringNotEquals => O::StringEquals,
        O::StringEqualsIgnoreCase => O::StringNotEqualsIgnoreCase,
        O::StringNotEqualsIgnoreCase => O::StringEqualsIgnoreCase,
        O::StringLike => O::StringNotLike,
        O::StringNotLike => O::StringLike,
        O::NumericEquals => O::NumericNotEquals,
        O::NumericNotEquals => O::NumericEquals,
        O::DateEquals => O::DateNotEquals,
        O::DateNotEquals => O::DateEquals,
        O::IpAddress => O::NotIpAddress,
        O::NotIpAddress => O::IpAddress,
        O::ArnEquals => O::ArnNotEquals,
        O::ArnNotEquals => O::ArnEquals,
        O::ArnLike => O::ArnNotLike,
        O::ArnNotLike => O::ArnLike,
        O::NumericLessThan => bound(atom, O::NumericGreaterThanEquals, true),
        O::NumericLessThanEquals => bound(atom, O::NumericGreaterThan, true),
        O::NumericGreaterThan => bound(atom, O::NumericLessThanEquals, false),
        O::NumericGreaterThanEquals => bound(atom, O::NumericLessThan, false),
        O::DateLessThan => bound(atom, O::DateGreaterThanEquals, true),
        O::DateLessThanEquals => bound(atom, O::DateGreaterThan, true),
        O::DateGreaterThan => bound(atom, O::DateLessThanEquals, false),
        O::DateGreaterThanEquals => bound(atom, O::DateLessThan, false),
        O::Bool => {
            boolean(atom);
            atom.operator
        }
        O::BinaryEquals => return Err(Problem::Binary),
        O::Null => O::Null,
    };
    Ok(())
}

/// Keeps the one value that decides an ordering, the greatest or the least.
fn bound(atom: &mut Atom, operator: Operator, greatest: bool) -> Operator {
    let values = std::mem::take(&mut atom.values);
    let order = |a: &Value, b: &Value| match (a, b) {
        (Value::Number { canonical: a, .. }, Value::Number { canonical: b, .. }) => {
            values::compare_numbers(a, b)
        }
        (Value::Date { instant: a, .. }, Value::Date { instant: b, .. }) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    };
    let order = |a: &&Value, b: &&Value| order(a, b);
    let kept = if greatest { values.iter().max_by(order) } else { values.iter().min_by(order) };
    atom.values = kept.cloned().into_iter().collect();
    operator
}

/// The other boolean, or the negated string operator where there is no other.
pub fn boolean(atom: &mut Atom) {
    let known = |v: &Value| match v {
        Value::Bool(Template { pieces }) => match pieces.as_slice() {
            [Piece::Literal(text)] => values::boolean(text),
            _ => None,
        },
        _ => None,
    };
    let first = atom.values.first().and_then(known);
    if let Some(first) = first.filter(|f| atom.values.iter().all(|v| known(v) == Some(*f))) {
        let other = if first { "false" } else { "true" };
        atom.values = List::one(Value::Bool(Template { pieces: List::one(Piece::Literal(other.into())) }));
        return;
    }
    let as_text = |value: &Value| match value {
        Value::Bool(template) => Value::Text(template.clone()),
        other => other.clone(),
    };
    atom.values = atom.values.iter().map(as_text).collect();
    atom.operator = Operator::StringNotEqualsIgnoreCase;
}

/// The key is there: StringLike `*`.
fn present(atom: &Atom) -> Condition {
    Condition::Atom(Atom {
        operator: Operator::StringLike,
        if_exists: false,
        values: List::one(Value::Text(Template { pieces: List::one(Piece::Any) })),
        ..atom.clone()
    })
}
