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
use crate::hir::{Atom, Operator, Piece, Quantifier, Str, Value, never};
use hashbrown::{HashMap, HashSet};
use serde_json::{Map, Value as Json};

/// A conjunction after steps 1 to 3.
pub(super) struct Joined {
    atoms: Vec<Atom>,
    /// No request meets it: such an alternative of an `or` is left out.
    pub is_dead: bool,
}

impl Joined {
    pub(super) fn of(atoms: &[&Atom]) -> Self {
        let mut merged = Merged::default();
        for atom in atoms.iter().filter(|a| !holds_always(a)) {
            merged.join(canonical((*atom).clone()));
        }
        // Joining may have left an operator without values, which has another name.
        let mut again = Merged::default();
        for atom in merged.finish() {
            again.join(canonical(atom));
        }
        let joined = again.finish();
        let is_dead = never::meets(atoms.iter().copied()) || never::meets(joined.iter());
        Joined { atoms: joined, is_dead }
    }

    /// The object; empty for the conjunction that always holds.
    pub(super) fn block(&self, variables: bool) -> Result<Map<String, Json>, Box<Diagnostic>> {
        let slots = names(&self.atoms)?;
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
}

/// `Null` with both values.
fn holds_always(atom: &Atom) -> bool {
    atom.operator == Operator::Null && [true, false].iter().all(|v| atom.values.contains(&Value::Null(*v)))
}

fn canonical(mut atom: Atom) -> Atom {
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

/// What tests share that may become one.
type Name = (Str, Operator, Quantifier, bool);

/// Tests of one name that are compared with a new one. There are no more names for one key, so that what has more is refused.
const COMPARED: usize = 8;

/// Tests, those joined that may be.
#[derive(Default)]
struct Merged {
    all: Vec<Grown>,
    by_name: HashMap<Name, Vec<usize>>,
}

/// A test that takes in others of its name.
struct Grown {
    atom: Atom,
    /// Of a negated operator: the values that it has beyond those of the atom, and all that it has.
    more: Vec<Value>,
    has: HashSet<Value>,
}

impl Merged {
    /// Steps 1 to 3.
    fn join(&mut self, atom: Atom) {
        let name = (atom.key.clone(), atom.operator, atom.quantifier, atom.if_exists);
        let same = self.by_name.entry(name).or_default();
        for at in same.iter() {
            if self.all.get_mut(*at).is_some_and(|known| known.take(&atom)) {
                return;
            }
        }
        if same.len() < COMPARED {
            same.push(self.all.len());
        }
        self.all.push(Grown { atom, more: Vec::new(), has: HashSet::new() });
    }

    fn finish(self) -> Vec<Atom> {
        let one = |grown: Grown| {
            let Grown { mut atom, more, .. } = grown;
            if !more.is_empty() {
                atom.values = atom.values.iter().cloned().chain(more).collect();
            }
            atom
        };
        self.all.into_iter().map(one).collect()
    }
}

impl Grown {
    /// Becomes a test that means both. `false`: none does.
    fn take(&mut self, other: &Atom) -> bool {
        if self.more.is_empty() && self.atom.values == other.values {
            return true;
        }
        if self.atom.quantifier == Quantifier::ForAnyValue {
            return false;
        }
        if self.atom.operator.is_negated() {
            if self.has.is_empty() {
                self.has.extend(self.atom.values.iter().cloned());
            }
            let (has, more) = (&mut self.has, &mut self.more);
            more.extend(other.values.iter().filter(|v| has.insert((*v).clone())).cloned());
            return true;
        }
        let identity = |v: &Value| exact(self.atom.operator, v);
        let left: Option<Vec<Exact>> = self.atom.values.iter().map(identity).collect();
        let right: Option<HashSet<Exact>> = other.values.iter().map(identity).collect();
        let (Some(left), Some(right)) = (left, right) else { return false };
        let both = self.atom.values.iter().zip(&left).filter(|(_, identity)| right.contains(*identity));
        let both: Vec<Value> = both.map(|(value, _)| value.clone()).collect();
        // R153: in a deny a value that is malformed for the operator meets both tests, but not one that has no values.
        if both.is_empty() && self.atom.operator != Operator::StringEquals {
            return false;
        }
        self.atom.values = both.into();
        true
    }
}

/// What a value accepts, when that is exactly one thing.
#[derive(PartialEq, Eq, Hash)]
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
    let needing = |a: &&Atom| needs_key(a, a.if_exists);
    let needed: HashSet<&str> = atoms.iter().filter(needing).map(|a| &*a.key).collect();
    let mut slots: Vec<Slot<'_>> = Vec::with_capacity(atoms.len());
    let mut taken = HashSet::with_capacity(atoms.len());
    for atom in atoms {
        let toggle = atom.operator != Operator::Null && (needed.contains(&*atom.key) || takes_missing(atom));
        let mut names = Vec::with_capacity(4);
        for operator in [Some(atom.operator), synonym(atom.operator)].into_iter().flatten() {
            names.push((operator, atom.if_exists));
            if toggle {
                names.push((operator, !atom.if_exists));
            }
        }
        let free = names.into_iter().find(|name| taken.insert((&*atom.key, atom.quantifier, *name)));
        let (operator, if_exists) = free.ok_or_else(|| refuse(atom))?;
        slots.push(Slot { operator, if_exists, atom });
    }
    let kept = slots.iter().filter(|s| needs_key(s.atom, s.if_exists));
    let kept: HashSet<&str> = kept.map(|s| &*s.atom.key).collect();
    match atoms.iter().find(|a| needing(a) && !kept.contains(&*a.key)) {
        Some(atom) => Err(refuse(atom)),
        None => Ok(slots),
    }
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
