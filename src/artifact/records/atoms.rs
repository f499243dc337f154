//! Atoms of conditions and their values.

use super::super::pools::index;
use super::{Failure, Writer};
use crate::hir::{Operator, Piece, Quantifier, Template, Value};
use crate::lower::tables::Atom;
use tabella_runtime::layout::{self, Section};

impl Writer<'_> {
    pub(super) fn atoms(&mut self) -> Result<(), Failure> {
        for atom in &self.t.atoms {
            let key = self.t.keys.get(atom.key as usize);
            let key = key.ok_or_else(|| Failure::Refused(format!("there is no key {}", atom.key)))?;
            let is_plain = is_plain(atom, key);
            let record = layout::Atom {
                operator: operator(atom)
                    | tabella_runtime::key_class(key) << 24
                    | if is_plain { layout::PLAIN } else { 0 },
                key: self.templates.key(key)?,
                values: self.out.count(Section::Values)?,
                values_len: index(atom.values.len())?,
            };
            self.out.push(Section::Atoms, &record.bytes());
            for value in &atom.values {
                let record = self.value(atom.operator, value)?;
                let text = |v: &Value| match v {
                    Value::Text(t) | Value::Bool(t) if is_plain => {
                        literal(t).map_or(0, |t| layout::mark(t.as_bytes()))
                    }
                    _ => 0,
                };
                let record = layout::Value { mark: text(value), ..record };
                self.out.push(Section::Values, &record.bytes());
            }
        }
        Ok(())
    }

    fn value(&mut self, operator: Operator, v: &Value) -> Result<layout::Value, Failure> {
        use Operator as O;
        let record = |kind, (a, b)| layout::Value { kind, a, b, mark: 0 };
        Ok(match v {
            Value::Text(text)
                if matches!(operator, O::ArnEquals | O::ArnLike | O::ArnNotEquals | O::ArnNotLike) =>
            {
                let pattern = self.templates.pattern(text)?;
                record(0, (self.pattern(pattern)?, 0))
            }
            Value::Text(text) | Value::Bool(text) => {
                let text = self.templates.text(text)?;
                record(text.kind, (text.start, text.len))
            }
            Value::Number { canonical, .. } => record(0, self.text(canonical)?),
            Value::Date { instant, .. } => {
                let seconds = instant.seconds as u64;
                record(instant.nanos, (seconds as u32, (seconds >> 32) as u32))
            }
            Value::Binary { bytes, .. } => record(0, self.blobs.add(bytes)?),
            Value::Ip { network, prefix, .. } => {
                let (family, start) = match network {
                    std::net::IpAddr::V4(a) => (4, self.blobs.add(&a.octets())?.0),
                    std::net::IpAddr::V6(a) => (6, self.blobs.add(&a.octets())?.0),
                };
                record(u32::from(*prefix) << 8 | family, (start, 0))
            }
            Value::Null(null) => record(u32::from(*null), (0, 0)),
        })
    }

    /// The index of a pattern of a condition value.
    fn pattern(&mut self, pattern: layout::Pattern) -> Result<u32, Failure> {
        self.patterns.push(pattern);
        index(self.patterns.len() - 1)
    }
}

/// Whether an atom over a key is [`layout::PLAIN`].
fn is_plain(atom: &Atom, key: &str) -> bool {
    use Operator as O;
    let is_text = |v: &Value| matches!(v, Value::Text(t) if literal(t).is_some());
    let is_truth = |v: &Value| matches!(v, Value::Bool(t) if matches!(literal(t), Some("true" | "false")));
    let single = atom.quantifier == Quantifier::Single && tabella_runtime::key_class(key) == 0;
    single
        && match atom.operator {
            O::StringEquals | O::StringNotEquals | O::StringLike | O::StringNotLike => {
                atom.values.iter().all(is_text)
            }
            O::Bool => atom.values.iter().all(is_truth),
            _ => false,
        }
}

/// A text without variables and wildcards.
fn literal(template: &Template) -> Option<&str> {
    match template.pieces.as_slice() {
        [] => Some(""),
        [Piece::Literal(text)] => Some(text),
        _ => None,
    }
}

fn operator(atom: &Atom) -> u32 {
    let operator = Operator::ALL.iter().position(|o| *o == atom.operator).unwrap_or(usize::MAX) as u32;
    let quantifier = match atom.quantifier {
        Quantifier::Single => 0,
        Quantifier::ForAllValues => 1,
        Quantifier::ForAnyValue => 2,
    };
    operator | quantifier << 8 | u32::from(atom.if_exists) << 16
}
