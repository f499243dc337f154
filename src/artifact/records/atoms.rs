//! Atoms of conditions and their values.

use super::super::pools::index;
use super::{Failure, Writer};
use crate::hir::{Operator, Piece, Quantifier, Value};
use crate::lower::tables::{Atom, Doubtful};
use tabella_runtime::layout::work::NUMBER_BYTES;
use tabella_runtime::layout::{self, Section};

impl Writer<'_> {
    pub(super) fn atoms(&mut self) -> Result<(), Failure> {
        let t = self.t;
        for atom in (0..t.atoms.len()).filter_map(|place| t.atoms.get(self.kept.at(place))) {
            let key = self.t.keys.get(atom.key as usize);
            let key = key.ok_or_else(|| Failure::Refused(format!("there is no key {}", atom.key)))?;
            let operator = operator(atom) | tabella_runtime::test_class(self.key_kind(key)) << 24;
            let values: Vec<layout::Value> =
                atom.values.iter().map(|v| self.value(atom, v)).collect::<Result<_, _>>()?;
            let texts = || atom.values.iter().map(text);
            let is_plain = layout::is_plain(operator, values.iter().map(|v| v.kind).zip(texts()));
            // Before the values stands what they cost.
            self.out.push(Section::Values, &layout::Value::default().bytes());
            let record = layout::Atom {
                operator: operator | if is_plain { layout::PLAIN } else { 0 },
                key: self.templates.key(key)?,
                values: self.out.count(Section::Values)?,
                values_len: index(values.len())?,
            };
            self.out.push(Section::Atoms, &record.bytes());
            for (value, text) in values.into_iter().zip(texts()) {
                let mark = if is_plain { layout::mark(text) } else { 0 };
                self.out.push(Section::Values, &layout::Value { mark, ..value }.bytes());
            }
        }
        Ok(())
    }

    fn value(&mut self, atom: &Atom, v: &Value) -> Result<layout::Value, Failure> {
        use Operator as O;
        let record = |kind, (a, b)| layout::Value { kind, a, b, mark: 0 };
        Ok(match v {
            Value::Text(text)
                if matches!(atom.operator, O::ArnEquals | O::ArnLike | O::ArnNotEquals | O::ArnNotLike) =>
            {
                let matches = atom.doubt != atom.operator.is_negated();
                let pattern = self.templates.pattern(text, Doubtful { matches, void_matches: false })?;
                record(0, (self.pattern(pattern)?, 0))
            }
            Value::Text(text) | Value::Bool(text) => {
                let text = self.templates.text(text)?;
                record(text.kind, (text.start, text.len))
            }
            Value::Number { canonical, .. } if canonical.len() > NUMBER_BYTES => {
                return Err(Failure::Size(format!("a number of more than {NUMBER_BYTES} bytes")));
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

/// The text of a value that has neither variables nor wildcards.
fn text(value: &Value) -> &[u8] {
    match value {
        Value::Text(template) | Value::Bool(template) => match template.pieces.as_slice() {
            [Piece::Literal(text)] => text.as_bytes(),
            _ => &[],
        },
        _ => &[],
    }
}

fn operator(atom: &Atom) -> u32 {
    let operator = Operator::ALL.iter().position(|o| *o == atom.operator).unwrap_or(usize::MAX) as u32;
    let quantifier = match atom.quantifier {
        Quantifier::Single => 0,
        Quantifier::ForAllValues => 1,
        Quantifier::ForAnyValue => 2,
    };
    let doubt = if atom.doubt { layout::DOUBT } else { 0 };
    operator | quantifier << 8 | u32::from(atom.if_exists) << 16 | doubt
}
