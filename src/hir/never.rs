//! Conditions that hold for no request, by their tests alone: a `Deny` with one is refused, and export leaves such an
//! alternative out. Only what is certain counts: a test of no values, and tests
//! of one key whose values leave none.

use super::{Atom, Condition, Operator, Piece, Quantifier, Template, Value};
use hashbrown::{HashMap, HashSet};

/// What is looked at before a condition is let be. `normalize` warns of what is larger.
const STEPS: usize = 20_000;

/// One way in which a condition may hold.
#[derive(Clone, Default)]
struct Way<'c> {
    open: Vec<&'c Condition>,
    tests: Vec<&'c Atom>,
}

/// Whether no request fulfils it.
pub fn holds(condition: &Condition) -> bool {
    let mut ways = vec![Way { open: vec![condition], tests: Vec::new() }];
    let mut steps = 0;
    while let Some(mut way) = ways.pop() {
        loop {
            let Some(next) = way.open.pop() else { return false };
            match next {
                // Tests first: of alternatives every one is a way of its own.
                Condition::And(parts) => {
                    let (later, sooner): (Vec<_>, Vec<_>) =
                        parts.iter().partition(|p| matches!(p, Condition::Or(_)));
                    way.open.extend(later.into_iter().chain(sooner));
                }
                Condition::Or(parts) => {
                    let Some((first, rest)) = parts.split_first() else { break };
                    for part in rest {
                        steps += way.open.len() + way.tests.len() + 1;
                        if steps > STEPS {
                            return false;
                        }
                        let mut other = way.clone();
                        other.open.push(part);
                        ways.push(other);
                    }
                    way.open.push(first);
                }
                Condition::Atom(atom) => {
                    // Before the values are looked at: a test may have very many.
                    let same = way.tests.iter().filter(|t| t.key == atom.key);
                    steps += way.tests.len() / 8 + same.map(|t| t.values.len()).sum::<usize>();
                    if steps > STEPS {
                        return false;
                    }
                    if is_of_nothing(atom) || !fits(atom, &way.tests) {
                        break;
                    }
                    way.tests.push(atom);
                }
            }
            steps += 1;
            if steps > STEPS {
                return false;
            }
        }
    }
    true
}

/// Whether no request meets all of the tests. As [`holds`] of their conjunction, without a bound: it takes time in proportion to
/// the tests and their values.
pub fn meets<'c>(tests: impl Iterator<Item = &'c Atom>) -> bool {
    let mut of_key: HashMap<&str, Vec<&Atom>> = HashMap::new();
    for test in tests {
        if is_of_nothing(test) {
            return true;
        }
        of_key.entry(&test.key).or_default().push(test);
    }
    of_key.values().any(|tests| tests.len() > 1 && !fit(tests))
}

/// No value is in an empty list, and a missing key is none of its values (R91).
fn is_of_nothing(atom: &Atom) -> bool {
    let open = atom.if_exists || atom.operator.is_negated() || atom.quantifier == Quantifier::ForAllValues;
    atom.values.is_empty() && !open
}

/// Whether a test may hold together with others.
fn fits(new: &Atom, others: &[&Atom]) -> bool {
    let mut same: Vec<&Atom> = others.iter().copied().filter(|o| o.key == new.key).collect();
    same.push(new);
    same.len() == 1 || plain(new).is_none() || fit(&same)
}

/// Whether tests of one key may hold together: plain tests of a key are of one value, which is among those that each of
/// them names and among none that any excludes (R91, R94); a key is there or it is not (R93).
fn fit(tests: &[&Atom]) -> bool {
    // What is left of the values that tests of a kind name, and the values that none may have.
    let mut left: HashMap<Kind, HashSet<String>> = HashMap::new();
    let mut excluded = HashSet::new();
    for (kind, values) in tests.iter().filter_map(|test| plain(test)) {
        match left.get_mut(&kind) {
            _ if kind == Kind::Not => excluded.extend(values),
            Some(left) => left.retain(|v| values.contains(v)),
            None => drop(left.insert(kind, values)),
        }
    }
    let some = |(kind, left): (&Kind, &HashSet<String>)| {
        left.iter().any(|v| *kind != Kind::Is || !excluded.contains(v))
    };
    left.iter().all(some)
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Is,
    Not,
    Bool,
    Number,
    Date,
    Bytes,
    Null,
}

/// What a plain test of plain values is of. `None`: it is another.
fn plain(atom: &Atom) -> Option<(Kind, HashSet<String>)> {
    let values: Option<HashSet<String>> = atom.values.iter().map(spelled).collect();
    let kind = match atom.operator {
        Operator::StringEquals | Operator::StringLike => Kind::Is,
        Operator::StringNotEquals | Operator::StringNotLike => Kind::Not,
        Operator::Bool => Kind::Bool,
        Operator::NumericEquals => Kind::Number,
        Operator::DateEquals => Kind::Date,
        Operator::BinaryEquals => Kind::Bytes,
        Operator::Null => Kind::Null,
        _ => return None,
    };
    let single = atom.quantifier == Quantifier::Single && !atom.if_exists;
    values.filter(|_| single).map(|values| (kind, values))
}

/// One spelling for each value without wildcards and variables.
fn spelled(value: &Value) -> Option<String> {
    let literal = |template: &Template| {
        let piece = |p: &Piece| if let Piece::Literal(text) = p { Some(text.to_string()) } else { None };
        template.pieces.iter().map(piece).collect::<Option<String>>()
    };
    match value {
        Value::Text(text) => literal(text),
        Value::Bool(text) => literal(text).map(|text| text.to_ascii_lowercase()),
        Value::Null(null) => Some(null.to_string()),
        Value::Number { canonical, .. } => Some(canonical.to_string()),
        Value::Date { instant, .. } => Some(format!("{}.{:09}", instant.seconds, instant.nanos)),
        Value::Binary { bytes, .. } => Some(format!("{bytes:?}")),
        Value::Ip { .. } => None,
    }
}
