//! Values that make a condition hold, or just fail to.

use crate::request::{Owned, OwnedEntry};
use crate::rng::Rng;
use crate::text;
use crate::vocabulary::{MALFORMED, TEXTS};
use tabella::hir::{Atom, Condition, Operator, Piece, Quantifier, Template, Value};
use tabella_runtime::{is_derived_key, is_session_key};

/// Keys and values chosen so far.
#[derive(Clone, Debug, Default)]
pub struct Known {
    derived: Vec<OwnedEntry>,
    chosen: Vec<OwnedEntry>,
    absent: Vec<String>,
}

impl Known {
    /// A single-valued key whose value follows from the caller.
    pub fn derive(&mut self, key: &str, value: &str) {
        self.derived.push(OwnedEntry::one(key, value));
    }

    /// A multivalued key whose value follows from the caller.
    pub fn derive_list(&mut self, key: &str, value: &str) {
        self.derived.push(OwnedEntry::many(key, vec![value.to_string()]));
    }

    fn value(&self, key: &str) -> Option<&str> {
        let entry = self.derived.iter().chain(&self.chosen).find(|e| e.key.eq_ignore_ascii_case(key))?;
        entry.values.first().map(String::as_str)
    }

    fn settled(&self, key: &str) -> bool {
        self.value(key).is_some() || self.absent.iter().any(|k| k.eq_ignore_ascii_case(key))
    }
}

/// Chooses values for a whole condition.
pub fn condition(condition: &Condition, known: &mut Known, rng: &mut Rng) {
    let mut open = vec![condition];
    while let Some(c) = open.pop() {
        match c {
            Condition::And(parts) => open.extend(parts),
            Condition::Or(parts) => open.extend(rng.maybe(parts)),
            Condition::Atom(a) => {
                let wanted = rng.chance(92);
                atom(a, wanted, known, rng);
            }
        }
    }
}

/// Chooses a value for an atom's key, unless it has one.
pub fn atom(atom: &Atom, wanted: bool, known: &mut Known, rng: &mut Rng) {
    if known.settled(&atom.key) {
        return;
    }
    let key =
        if rng.chance(15) { text::flip_case(&atom.written_key, rng) } else { atom.written_key.to_string() };
    let absent = match atom.operator {
        Operator::Null => matches!(atom.values.first(), Some(Value::Null(true))) == wanted,
        o => (o.is_negated() || atom.if_exists) == wanted && rng.chance(25),
    };
    if absent || rng.chance(3) {
        known.absent.push(key);
        return;
    }
    let inside = wanted != atom.operator.is_negated();
    let one = |known: &Known, rng: &mut Rng| match rng.maybe(&atom.values) {
        Some(v) if inside || rng.chance(30) => value(v, atom.operator, known, rng),
        Some(v) if rng.chance(50) => {
            let near = value(v, atom.operator, known, rng);
            text::near_miss(&near, rng)
        }
        _ if rng.chance(10) => (*rng.pick(MALFORMED)).to_string(),
        _ => (*rng.pick(TEXTS)).to_string(),
    };
    let list = match atom.quantifier {
        Quantifier::Single => rng.chance(2),
        _ => rng.chance(85),
    };
    let entry = if list {
        let count = match atom.quantifier {
            Quantifier::ForAllValues => rng.weighted(&[10, 60, 30]),
            _ => rng.weighted(&[4, 50, 46]),
        };
        OwnedEntry::many(&key, (0..count).map(|_| one(known, rng)).collect())
    } else {
        OwnedEntry::one(&key, one(known, rng))
    };
    known.chosen.push(entry);
}

/// A request value at or near a policy value.
fn value(value: &Value, operator: Operator, known: &Known, rng: &mut Rng) -> String {
    match value {
        Value::Text(t) => {
            let text = fill(t, known, rng);
            if operator.name().ends_with("IgnoreCase") && rng.chance(50) {
                text::flip_case(&text, rng)
            } else {
                text
            }
        }
        Value::Number { canonical, .. } => {
            let (below, above) = match operator {
                Operator::NumericLessThan | Operator::NumericLessThanEquals => (60, 20),
                Operator::NumericGreaterThan | Operator::NumericGreaterThanEquals => (20, 60),
                _ => (5, 5),
            };
            match rng.below(100) {
                n if n < below / 2 => format!("-9{}", canonical.trim_start_matches('-')),
                n if n < below / 2 + above / 2 => format!("9{}", canonical.trim_start_matches('-')),
                _ => text::near_number(canonical, rng),
            }
        }
        Value::Date { instant, .. } => {
            let mut i = *instant;
            match rng.below(8) {
                0 => i.seconds = i.seconds.saturating_add(1),
                1 => i.seconds = i.seconds.saturating_sub(1),
                2 => i.seconds = i.seconds.saturating_add(86_400),
                3 => i.seconds = i.seconds.saturating_sub(86_400 * 400),
                4 => i.nanos = (i.nanos + 1) % 1_000_000_000,
                _ => {}
            }
            text::date(i, rng)
        }
        Value::Bool(t) => {
            let text = fill(t, known, rng);
            if rng.chance(40) { text::flip_case(&text, rng) } else { text }
        }
        Value::Binary { bytes, written } => {
            if rng.chance(50) {
                written.to_string()
            } else {
                String::from_utf8_lossy(bytes).into_owned()
            }
        }
        Value::Ip { network, prefix, .. } => text::near_address(*network, *prefix, rng),
        Value::Null(_) => (*rng.pick(TEXTS)).to_string(),
    }
}

/// Text that a template matches: wildcards filled, variables replaced by what is known.
pub fn fill(template: &Template, known: &Known, rng: &mut Rng) -> String {
    let mut out = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Literal(l) => out.push_str(l),
            Piece::Any => out.push_str(text::filling(rng)),
            Piece::One => out.push(*rng.pick(&['x', 'a', '1', ':', '/', '*', 'ü', '\n'])),
            Piece::Variable { key, default, .. } => match (known.value(key), default) {
                (Some(v), _) => out.push_str(v),
                (None, Some(d)) => out.push_str(d),
                (None, None) if rng.chance(50) => out.push_str(rng.word(TEXTS)),
                (None, None) => {}
            },
        }
    }
    out
}

/// Puts the chosen keys where they belong: session keys into the session, the rest into the context. A complete
/// context also holds what would have been derived.
pub fn spread(known: Known, request: &mut Owned, rng: &mut Rng) {
    for entry in known.chosen {
        if is_session_key(&entry.key) && !request.complete {
            request.session_keys.push(entry);
        } else if request.complete || !is_derived_key(&entry.key) {
            request.context.push(entry);
        }
    }
    if request.complete {
        for entry in known.derived {
            if rng.chance(85) {
                request.context.push(entry);
            }
        }
    }
}

/// Whether a glob matches; for choosing only.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut i, mut j, mut star) = (0, 0, None);
    while j < t.len() {
        if i < p.len() && (p[i] == '?' || (p[i] == t[j] && p[i] != '*')) {
            i += 1;
            j += 1;
        } else if i < p.len() && p[i] == '*' {
            star = Some((i, j));
            i += 1;
        } else if let Some((si, sj)) = star {
            i = si + 1;
            j = sj + 1;
            star = Some((si, j));
        } else {
            return false;
        }
    }
    p[i..].iter().all(|c| *c == '*')
}
