//! Single tests: one operator for each meaning, one spelling for each value.
//!
//! A rewriting stands here only if it keeps the answer for a missing key, an empty or multivalued one, a malformed value and
//! one that is not known alike (R91–R97, R111, R117, R153), in the statement whose test it is: what doubt does depends on the
//! statement's effect.

use super::glob;
use crate::hir::{self, Effect, Instant, List, Operator, Piece, Quantifier, Str, Template, Value};
use crate::nf::Atom;
use base64::Engine as _;

/// A test after rewriting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// It holds for every request.
    Always,
    /// It holds for none.
    Never,
    /// It depends.
    Atom(Atom),
}

/// One spelling for the values of a test, and the operator that goes with them; `doubt` as in the atom.
pub(super) fn canonical_values(operator: Operator, doubt: bool, values: &[Value]) -> (Operator, List<Value>) {
    let operator = one_arn_operator(operator);
    let mut values: Vec<Value> = values.iter().map(|v| canonical_value(operator, v)).collect();
    values.sort_unstable();
    values.dedup();
    drop_lone_star(operator, doubt, &mut values);
    let operator = literal_like(operator, &values);
    drop_covered(operator, &mut values);
    (operator, values.into())
}

/// Whether a test of a statement with this effect holds in doubt (R153).
pub(super) fn in_doubt(operator: Operator, effect: Effect) -> bool {
    effect == Effect::Deny && operator != Operator::Null
}

/// Rewrites one test, of which these are the canonical operator and values.
pub(super) fn canonical(atom: &hir::Atom, doubt: bool, operator: Operator, values: List<Value>) -> Test {
    let if_exists = atom.if_exists && !needless_if_exists(operator, atom.quantifier);
    let atom =
        Atom { key: atom.key.clone(), operator, quantifier: atom.quantifier, if_exists, doubt, values };
    constant(atom)
}

/// `ArnEquals` is `ArnLike`, `ArnNotEquals` is `ArnNotLike` (R107).
fn one_arn_operator(operator: Operator) -> Operator {
    match operator {
        Operator::ArnEquals => Operator::ArnLike,
        Operator::ArnNotEquals => Operator::ArnNotLike,
        other => other,
    }
}

/// A lone `*` as the value of an ARN operator is in doubt (R107): it matches every ARN by one reading and none by the other. It
/// stays where it matches in doubt: in a `Deny` under the positive operator, in an `Allow` under the negated one.
fn drop_lone_star(operator: Operator, doubt: bool, values: &mut Vec<Value>) {
    let matches = doubt != operator.is_negated();
    if !matches!(operator, Operator::ArnLike | Operator::ArnNotLike) || matches {
        return;
    }
    let star = |v: &Value| matches!(v, Value::Text(t) if is_lone_star(t));
    values.retain(|v| !star(v));
}

/// Whether it is nothing but `*`s.
fn is_lone_star(text: &Template) -> bool {
    !text.pieces.is_empty() && text.pieces.iter().all(|p| *p == Piece::Any)
}

/// `StringLike` all of whose values are plain text is `StringEquals` (R99, R101): a glob without wildcards matches
/// itself only. Values with variables are left alone.
fn literal_like(operator: Operator, values: &[Value]) -> Operator {
    let plain =
        |v: &Value| matches!(v, Value::Text(t) if t.pieces.iter().all(|p| matches!(p, Piece::Literal(_))));
    match operator {
        Operator::StringLike if !values.is_empty() && values.iter().all(plain) => Operator::StringEquals,
        Operator::StringNotLike if !values.is_empty() && values.iter().all(plain) => {
            Operator::StringNotEquals
        }
        other => other,
    }
}

/// Drops values of `StringLike` / `StringNotLike` that another value covers: whether a request value matches the list
/// is an or over the list, under every set operator and under negation (R89, R95–R97).
fn drop_covered(operator: Operator, values: &mut Vec<Value>) {
    if !matches!(operator, Operator::StringLike | Operator::StringNotLike) || values.len() < 2 {
        return;
    }
    let tokens: Vec<_> = values
        .iter()
        .map(|v| match v {
            Value::Text(t) => glob::of_pieces(&t.pieces),
            _ => vec![glob::Token::Variable],
        })
        .collect();
    let mut keep = glob::uncovered(&tokens).into_iter();
    values.retain(|_| keep.next().unwrap_or(true));
}

/// Whether `…IfExists` says nothing that the operator does not say without it. The two differ only for a missing key,
/// where it makes the test true (R92): so it is needless where a missing key holds anyway, which is so for the
/// negated plain operators and for every `ForAllValues:` (R91). Not for `ForAnyValue:` with a negated operator.
fn needless_if_exists(operator: Operator, quantifier: Quantifier) -> bool {
    match quantifier {
        Quantifier::Single => operator.is_negated(),
        Quantifier::ForAllValues => operator != Operator::Null,
        Quantifier::ForAnyValue => false,
    }
}

/// Tests that no request changes. `Null` with both values holds (R93: a key is null or it is not). A positive operator
/// without values holds for nothing, the missing key included (R91), unless `…IfExists` or `ForAllValues:`.
fn constant(atom: Atom) -> Test {
    let single = atom.quantifier == Quantifier::Single;
    if atom.operator == Operator::Null && single && !atom.if_exists && atom.values.len() == 2 {
        return Test::Always;
    }
    let open = atom.if_exists || atom.operator.is_negated() || atom.quantifier == Quantifier::ForAllValues;
    if atom.values.is_empty() && !open {
        return Test::Never;
    }
    Test::Atom(atom)
}

/// One spelling for each value: the parsed value decides, what was written does not.
fn canonical_value(operator: Operator, value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(canonical_text(operator, text)),
        Value::Number { canonical, .. } => {
            Value::Number { canonical: canonical.clone(), written: canonical.clone() }
        }
        Value::Date { instant, .. } => Value::Date { instant: *instant, written: epoch(*instant) },
        Value::Bool(text) => Value::Bool(lower_case(text)),
        Value::Binary { bytes, .. } => Value::Binary {
            bytes: bytes.clone(),
            written: base64::engine::general_purpose::STANDARD.encode(bytes).into(),
        },
        Value::Ip { network, prefix, .. } => {
            Value::Ip { network: *network, prefix: *prefix, written: format!("{network}/{prefix}").into() }
        }
        Value::Null(null) => Value::Null(*null),
    }
}

/// Wildcard runs are canonical where `*` and `?` range over the same characters: anywhere in `StringLike`, inside a
/// part in `ArnLike` (R107), so everywhere but in an ARN pattern that is nothing but wildcards, where readers may take
/// a lone `*` for more than a part.
fn canonical_text(operator: Operator, text: &Template) -> Template {
    let arn = matches!(operator, Operator::ArnLike | Operator::ArnNotLike);
    if arn && text.pieces.iter().all(|p| matches!(p, Piece::Any | Piece::One)) {
        return text.clone();
    }
    glob::template(glob::canonical_pieces(&text.pieces))
}

/// `Bool` ignores case (R104).
fn lower_case(text: &Template) -> Template {
    let piece = |p: &Piece| match p {
        Piece::Literal(l) => Piece::Literal(l.to_ascii_lowercase().into()),
        other => other.clone(),
    };
    Template { pieces: text.pieces.iter().map(piece).collect() }
}

/// Seconds since 1970 as a decimal.
fn epoch(instant: Instant) -> Str {
    if instant.nanos == 0 {
        return instant.seconds.to_string().into();
    }
    let total = i128::from(instant.seconds) * 1_000_000_000 + i128::from(instant.nanos);
    let sign = if total < 0 { "-" } else { "" };
    let digits = total.unsigned_abs();
    let text = format!("{sign}{}.{:09}", digits / 1_000_000_000, digits % 1_000_000_000);
    text.trim_end_matches('0').into()
}

/// Whether `a or b` is one test with the values of both (`or_merges`): same key, operator, set operator and IfExists,
/// and the operator says "some value matches", so that values are or-ed (R89, R96). A missing key gives both tests the
/// same answer, which is the answer of the merged one. Not for `ForAllValues:`, which asks each request value anew.
pub(super) fn or_merges(atom: &Atom) -> bool {
    !atom.operator.is_negated() && atom.quantifier != Quantifier::ForAllValues
}

/// Whether `a and b` is one test with the values of both: the operator says "no value matches" (R89, R97), for the one
/// request value or for each of them. Not for `ForAnyValue:`, whose witnesses may differ, nor for a plain operator in a
/// `Deny`, which holds for several values if it holds for some of them (R94).
pub(super) fn and_merges(atom: &Atom) -> bool {
    let each = match atom.quantifier {
        Quantifier::Single => !atom.doubt,
        Quantifier::ForAllValues => true,
        Quantifier::ForAnyValue => false,
    };
    atom.operator.is_negated() && each
}

/// The test with the values of all of `atoms`, which agree in everything else.
pub(super) fn merged(atoms: &[&Atom]) -> Option<Test> {
    let first = *atoms.first()?;
    if atoms.len() == 1 {
        return Some(Test::Atom(first.clone()));
    }
    let mut values: Vec<Value> = atoms.iter().flat_map(|a| a.values.iter().cloned()).collect();
    values.sort_unstable();
    values.dedup();
    drop_covered(first.operator, &mut values);
    Some(constant(Atom { values: values.into(), ..first.clone() }))
}

/// Everything of an atom but its values.
pub(super) fn frame(atom: &Atom) -> (&Str, Operator, Quantifier, bool, bool) {
    (&atom.key, atom.operator, atom.quantifier, atom.if_exists, atom.doubt)
}

/// Whether two tests on one key can't hold together, whatever the request, and though nobody knows what the key holds: `Null
/// true` and `Null false` (R93).
pub(super) fn exclude(a: &Atom, b: &Atom) -> bool {
    let presence =
        |x: &Atom| x.operator == Operator::Null && x.quantifier == Quantifier::Single && !x.if_exists;
    a.key == b.key && presence(a) && presence(b) && shared(a, b) == 0
}

/// Whether two tests on one key can't hold together where it is known what the key holds. Only what is certain:
/// - two plain positive tests of equality on different plain values: a single value can't equal both, a missing or
///   multivalued key fails both (R91, R94);
/// - equality on values all of which a `StringNotEquals` excludes.
///
/// Not in a `Deny`: there both tests hold for several values, or for a malformed one (R153). And an alternative that has both
/// stays in an `Allow`: if the key is not known, the request is refused.
pub(super) fn contradict(a: &Atom, b: &Atom) -> bool {
    let plain = |x: &Atom| {
        x.quantifier == Quantifier::Single && !x.if_exists && !x.doubt && x.values.iter().all(is_plain)
    };
    if a.key != b.key || !plain(a) || !plain(b) {
        return false;
    }
    match (a.operator, b.operator) {
        (Operator::StringEquals, Operator::StringEquals) | (Operator::Bool, Operator::Bool) => {
            shared(a, b) == 0
        }
        (Operator::StringEquals, Operator::StringNotEquals) => shared(a, b) == a.values.len(),
        (Operator::StringNotEquals, Operator::StringEquals) => shared(b, a) == b.values.len(),
        _ => false,
    }
}

/// How many values of a test the other has too.
fn shared(a: &Atom, b: &Atom) -> usize {
    a.values.iter().filter(|v| b.values.binary_search(v).is_ok()).count()
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Text(t) | Value::Bool(t) => t.pieces.iter().all(|p| matches!(p, Piece::Literal(_))),
        Value::Null(_) => true,
        _ => false,
    }
}
