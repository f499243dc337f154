//! Conditions of W4's statements: strings, ARNs, booleans and null, on single-valued keys. An operator that W4's
//! requests never reach does not hold.

use super::glob::glob;
use super::keys::{Content, Keys};
use tabella::hir::{Atom, Condition, Operator, Quantifier, Template, Value};

/// Whether a condition holds.
pub fn holds(condition: &Condition, keys: &Keys<'_>) -> bool {
    match condition {
        Condition::And(all) => all.iter().all(|c| holds(c, keys)),
        Condition::Or(any) => any.iter().any(|c| holds(c, keys)),
        Condition::Atom(atom) => test(atom, keys),
    }
}

fn test(atom: &Atom, keys: &Keys<'_>) -> bool {
    let content = keys.get(&atom.key);
    if atom.operator == Operator::Null {
        let null = content.is_none_or(|c| matches!(c, Content::One("")));
        return atom.values.contains(&Value::Null(null));
    }
    match content {
        None => match atom.quantifier {
            Quantifier::Single => atom.if_exists || atom.operator.is_negated(),
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => atom.if_exists,
        },
        Some(Content::One("")) if atom.quantifier == Quantifier::ForAllValues => true,
        Some(Content::One(value)) => {
            let any = atom.values.iter().any(|v| one(atom.operator, v, value, keys));
            any != atom.operator.is_negated()
        }
        Some(Content::Paths) => false,
    }
}

fn one(operator: Operator, wanted: &Value, value: &str, keys: &Keys<'_>) -> bool {
    let (Value::Text(template) | Value::Bool(template)) = wanted else { return false };
    match operator {
        Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase | Operator::Bool => {
            matches!(&whole(template), Some(text) if text.eq_ignore_ascii_case(value))
        }
        Operator::ArnEquals | Operator::ArnLike | Operator::ArnNotEquals | Operator::ArnNotLike => {
            value.splitn(6, ':').count() == 6 && glob(&template.pieces, value.as_bytes(), keys)
        }
        _ => glob(&template.pieces, value.as_bytes(), keys),
    }
}

/// Text without variables.
fn whole(template: &Template) -> Option<&str> {
    match template.pieces.as_slice() {
        [] => Some(""),
        [tabella::hir::Piece::Literal(text)] => Some(text),
        _ => None,
    }
}
