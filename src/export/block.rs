//! One conjunction of atoms → one `Condition` object.
//!
//! A JSON object holds one entry for an operator and key, and IAM ORs the values of an entry, so two atoms with the
//! same operator and key must not simply share it. What is done instead, each step exact for present, missing and
//! multivalued keys:
//!
//! 1. Equal atoms are one.
//! 2. Negated operators refuse each of their values (R89): `a` and `b` together refuse the values of both. The same
//!    holds of `ForAllValues` (every request value is refused each of them, R97).
//! 3. Exact operators (equal strings, numbers, dates, booleans, bytes): `a` and `b` together accept the values that
//!    both accept; possibly none. Again also under `ForAllValues`, where every request value must be accepted by both.
//! 4. What is left takes another name for the same test: `ArnEquals` is `ArnLike` (R107). `IfExists` says nothing when
//!    the operator takes a missing key anyway (R91, R92); and when some test of the key fails for a missing key, all
//!    others may have it or not, as long as one such test stays. A key in other letters is *not* another key (R90).
//!
//! When no free name is left, the conjunction is refused. An operator without values is written as the string operator
//! of the same sign, which means the same (no value matches) and is how import reads it.

use super::inexpressible;
use super::text::{self, Place};
use crate::diag::Diagnostic;
use crate::hir::{Atom, Condition, Operator, Piece, Quantifier, Value, never};
use serde_json::{Map, Value as Json};

/// The object; empty for the conjunction that always holds.
pub(super) fn of(atoms: &[&Atom], variables: bool) -> Result<Map<String, Json>, Box<Diagnostic>> {
    let joined = joined(atoms);
    let slots = names(&joined)?;
    let mut block: Map<String, Json> = Map::new();
    for slot in &slots {
        let texts = slot.texts(variables)?;
        let entry = block.entry(slot.name()).or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(keys) = entry {
            keys.insert(slot.atom.written_key.to_string(), text::one_or_many(texts.into_iter()));
        }
    }
    Ok(block)
}

/// Whether no request meets them all: such an alternative of an `or` is left out.
pub(super) fn is_dead(atoms: &[&Atom]) -> bool {
    let all = |atoms: &mut dyn Iterator<Item = Atom>| Condition::And(atoms.map(Condition::Atom).collect());
    never::holds(&all(&mut atoms.iter().map(|a| (*a).clone())))
        || never::holds(&all(&mut joined(atoms).into_iter()))
}

/// The conjunction after steps 1 to 3.
fn joined(atoms: &[&Atom]) -> Vec<Atom> {
    let mut merged: Vec<Atom> = Vec::with_capacity(atoms.len());
    for atom in atoms.iter().filter(|a| !holds_always(a)) {
        join(&mut merged, canonical(atom));
    }
    // Joining may have left an operator without values, which has another name.
    let mut joined = Vec::with_capacity(merged.len());
    for atom in &merged {
        join(&mut joined, canonical(atom));
    }
    joined
}

/// `Null` with both values.
fn holds_always(atom: &Atom) -> bool {
    atom.operator == Operator::Null && [true, false].iter().all(|v| atom.values.contains(&Value::Null(*v)))
}

fn canonical(atom: &Atom) -> Atom {
    let mut atom = atom.clone();
    if atom.values.is_empty() && atom.operator != Operator::Null {
        atom.operator =
            if atom.operator.is_negated() { Operator::StringNotEquals } else { Operator::StringEquals };
    }
    atom
}

/// An atom under the name that it is written with.
struct Slot<'a> {
    operator: Operator,
    if_exists: bool,
    atom: &'a Atom,
}

impl Slot<'_> {
    fn name(&self) -> String {
        name(self.atom.quantifier, self.operator, self.if_exists)
    }

    fn texts(&self, variables: bool) -> Result<Vec<String>, Box<Diagnostic>> {
        use Operator::{ArnEquals, ArnLike, ArnNotEquals, ArnNotLike, StringLike, StringNotLike};
        let patterns = [ArnEquals, ArnLike, ArnNotEquals, ArnNotLike, StringLike, StringNotLike];
        let place = Place { wildcards: patterns.contains(&self.operator), variables };
        let values = self.atom.values.iter().map(|v| text::value(v, place, self.atom.span));
        let texts = values.collect::<Result<Vec<String>, Box<Diagnostic>>>()?;
        if texts.is_empty() && self.operator == Operator::Null {
            return Err(inexpressible("`Null` without values asks for nothing".into(), self.atom.span));
        }
        Ok(texts)
    }
}

fn name(quantifier: Quantifier, operator: Operator, if_exists: bool) -> String {
    let set = match quantifier {
        Quantifier::Single => "",
        Quantifier::ForAllValues => "ForAllValues:",
        Quantifier::ForAnyValue => "ForAnyValue:",
    };
    format!("{set}{}{}", operator.name(), if if_exists { "IfExists" } else { "" })
}

/// Steps 1 to 3.
fn join(merged: &mut Vec<Atom>, atom: Atom) {
    for known in merged.iter_mut() {
        if let Some(values) = together(known, &atom) {
            known.values = values.into();
            return;
        }
    }
    merged.push(atom);
}

/// The values of the one atom that means both.
fn together(a: &Atom, b: &Atom) -> Option<Vec<Value>> {
    let same = a.key == b.key
        && a.operator == b.operator
        && a.quantifier == b.quantifier
        && a.if_exists == b.if_exists;
    if !same {
        return None;
    }
    if a.values == b.values {
        return Some(a.values.to_vec());
    }
    if a.quantifier == Quantifier::ForAnyValue {
        return None;
    }
    if a.operator.is_negated() {
        let more = b.values.iter().filter(|v| !a.values.contains(v));
        return Some(a.values.iter().chain(more).cloned().collect());
    }
    let identity = |v: &Value| exact(a.operator, v);
    let left: Option<Vec<Exact>> = a.values.iter().map(identity).collect();
    let right: Option<Vec<Exact>> = b.values.iter().map(identity).collect();
    let (left, right) = (left?, right?);
    let both = a.values.iter().zip(&left).filter(|(_, identity)| right.contains(identity));
    Some(both.map(|(value, _)| value.clone()).collect())
}

/// What a value accepts, when that is exactly one thing.
#[derive(PartialEq)]
enum Exact {
    Text(String),
    Instant(crate::hir::Instant),
    Bytes(Vec<u8>),
}

fn exact(operator: Operator, value: &Value) -> Option<Exact> {
    match (operator, value) {
        (Operator::StringEquals, Value::Text(t)) => match t.pieces.as_slice() {
            [] => Some(Exact::Text(String::new())),
            [Piece::Literal(text)] => Some(Exact::Text(text.to_string())),
            _ => None,
        },
        (Operator::Bool, Value::Bool(t)) => match t.pieces.as_slice() {
            [Piece::Literal(text)] => Some(Exact::Text(text.to_ascii_lowercase())),
            _ => None,
        },
        (Operator::NumericEquals, Value::Number { canonical, .. }) => {
            Some(Exact::Text(canonical.to_string()))
        }
        (Operator::DateEquals, Value::Date { instant, .. }) => Some(Exact::Instant(*instant)),
        (Operator::BinaryEquals, Value::Binary { bytes, .. }) => Some(Exact::Bytes(bytes.to_vec())),
        _ => None,
    }
}

/// Step 4: for each atom the first of its names that is not taken for its key.
fn names(atoms: &[Atom]) -> Result<Vec<Slot<'_>>, Box<Diagnostic>> {
    let mut slots: Vec<Slot<'_>> = Vec::with_capacity(atoms.len());
    for atom in atoms {
        let needed = atoms.iter().any(|a| a.key == atom.key && needs_key(a, a.if_exists));
        let toggle = atom.operator != Operator::Null && (needed || takes_missing(atom));
        let mut names = Vec::with_capacity(4);
        for operator in [Some(atom.operator), synonym(atom.operator)].into_iter().flatten() {
            names.push((operator, atom.if_exists));
            if toggle {
                names.push((operator, !atom.if_exists));
            }
        }
        let free = names.into_iter().find(|n| !slots.iter().any(|s| taken(s, atom, *n)));
        let (operator, if_exists) = free.ok_or_else(|| refuse(atom))?;
        slots.push(Slot { operator, if_exists, atom });
    }
    for atom in atoms.iter().filter(|a| needs_key(a, a.if_exists)) {
        if !slots.iter().any(|s| s.atom.key == atom.key && needs_key(s.atom, s.if_exists)) {
            return Err(refuse(atom));
        }
    }
    Ok(slots)
}

fn taken(slot: &Slot<'_>, atom: &Atom, (operator, if_exists): (Operator, bool)) -> bool {
    slot.atom.key == atom.key
        && slot.atom.quantifier == atom.quantifier
        && slot.operator == operator
        && slot.if_exists == if_exists
}

/// R107.
fn synonym(operator: Operator) -> Option<Operator> {
    match operator {
        Operator::ArnEquals => Some(Operator::ArnLike),
        Operator::ArnLike => Some(Operator::ArnEquals),
        Operator::ArnNotEquals => Some(Operator::ArnNotLike),
        Operator::ArnNotLike => Some(Operator::ArnNotEquals),
        _ => None,
    }
}

/// Whether the operator holds for a missing key even without `IfExists` (R91).
fn takes_missing(atom: &Atom) -> bool {
    match atom.quantifier {
        Quantifier::Single if atom.operator == Operator::Null => !atom.values.contains(&Value::Null(false)),
        Quantifier::Single => atom.operator.is_negated(),
        Quantifier::ForAllValues => true,
        Quantifier::ForAnyValue => false,
    }
}

/// Whether the atom, written so, fails when its key is missing.
fn needs_key(atom: &Atom, if_exists: bool) -> bool {
    !if_exists && !takes_missing(atom)
}

fn refuse(atom: &Atom) -> Box<Diagnostic> {
    let name = name(atom.quantifier, atom.operator, atom.if_exists);
    let message = format!("`{name}` tests the key `{}` more than once in one conjunction", atom.written_key);
    let error = inexpressible(message, atom.span);
    Box::new(
        error.help("IAM JSON has one entry for an operator and key; test the key once, or split the policy"),
    )
}
