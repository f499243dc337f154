//! Conditions: atoms, their operators and set operators (R89–R112).

use crate::arn::{Arn, Matcher, Split};
use crate::asked::{Asked, Facts};
use crate::derive::{Found, KeyClass};
use crate::ids::IdRequest;
use crate::layout::{self, Atom, PLAIN, Value, operator as o};
use crate::request::{Request, Values};
use crate::tables::Tables;
use crate::values::{Decimal, Instant, in_network, is_base64_of, same_ignoring_case};
use core::cmp::Ordering;
use core::net::IpAddr;

/// Of [`Atom::operator`].
const QUANTIFIER: u32 = 0xFF << 8;
/// Likewise.
const IF_EXISTS: u32 = 1 << 16;
/// Where the class of its key stands there.
const CLASS_SHIFT: u32 = 24;

/// Bytes of `true`; `false` has more.
const TRUE_LEN: u32 = 4;

const FOR_ALL_VALUES: u32 = 1;
const FOR_ANY_VALUE: u32 = 2;

impl Tables<'_> {
    /// An atom that is [`PLAIN`], where the value it tests has a usual length. `None`: another.
    #[inline(always)]
    pub(crate) fn plain_atom(&self, index: usize, facts: Facts<'_>) -> Option<bool> {
        match facts {
            Facts::Names(request) => self.plain_by_name(index, request),
            Facts::Ids(request) => self.plain_by_id(index, request),
        }
    }

    #[inline(never)]
    fn plain_by_name(&self, index: usize, request: &Request<'_>) -> Option<bool> {
        let atom = self.atoms.get(index).filter(|atom| atom.operator & PLAIN != 0)?;
        self.plain_values(&atom, self.named(request, atom.key))
    }

    #[inline(never)]
    fn plain_by_id(&self, index: usize, request: &IdRequest<'_>) -> Option<bool> {
        let atom = self.atoms.get(index).filter(|atom| atom.operator & PLAIN != 0)?;
        self.plain_values(&atom, request.value(atom.key))
    }

    #[inline(always)]
    fn plain_values(&self, atom: &Atom, found: Option<Values<'_>>) -> Option<bool> {
        // The negated operators are odd.
        let value = match found {
            // R91, R92
            None => return Some(atom.operator & (IF_EXISTS | 1) != 0),
            // R94
            Some(Values::Many(_)) => return Some(false),
            Some(Values::One(value)) => value.as_bytes(),
        };
        let mut values = self.values.exactly(atom.values, atom.values_len)?;
        if atom.operator & 0xFF == o::BOOL {
            return Some(truth(value).is_some_and(|truth| values.any(|v| truth == (v.b == TRUE_LEN))));
        }
        let is_one = match value.len() {
            8..16 => self.is_one_of::<8>(values, value),
            16..32 => self.is_one_of::<16>(values, value),
            _ => return None,
        };
        Some(is_one != (atom.operator & 1 != 0))
    }

    /// Whether a text of N bytes or up to twice as many is that of a value of a plain atom.
    #[inline(always)]
    fn is_one_of<const N: usize>(&self, values: impl Iterator<Item = Value>, text: &[u8]) -> bool {
        let (len, mark, strings) = (text.len() as u32, layout::mark(text), self.strings.as_bytes());
        let (first, last) = (text.first_chunk::<N>(), text.last_chunk::<N>());
        for v in values {
            let start = v.a as usize;
            if v.b == len
                && v.mark == mark
                && let Some(own) = strings.get(start..start.wrapping_add(text.len()))
                && own.first_chunk() == first
                && own.last_chunk() == last
            {
                return true;
            }
        }
        false
    }

    /// An atom that tests a single-valued key for texts, which may end in `*`, for truth values, ARNs, or for being there.
    /// `value` tells the key's by its class, or `None` where that takes more. `None`: it does, or the test is another, and not
    /// told by the key's absence.
    #[inline(always)]
    pub(crate) fn told_atom<'v>(
        &self,
        index: usize,
        value: impl FnOnce(u32, u32) -> Option<Option<Values<'v>>>,
    ) -> Option<bool> {
        let atom = self.atoms.get(index).filter(|atom| atom.operator & QUANTIFIER == 0)?;
        let operator = atom.operator & 0xFF;
        let found = value(atom.operator >> CLASS_SHIFT, atom.key)?;
        if operator == o::NULL {
            return Some(self.null(&atom, is_null(&found.into())));
        }
        let negated = is_negated(operator);
        match found {
            // R91, R92
            None => Some(negated || atom.operator & IF_EXISTS != 0),
            Some(Values::One(value)) => {
                for v in self.values.exactly(atom.values, atom.values_len)? {
                    let same = match operator {
                        ..=o::STRING_NOT_EQUALS | o::STRING_LIKE | o::STRING_NOT_LIKE => {
                            self.plain_text(&v, value)
                        }
                        o::BOOL => self.plain_bool(&v, value),
                        o::ARN_EQUALS.. => self.plain_arn(&v, value),
                        _ => None,
                    };
                    if same? {
                        return Some(!negated);
                    }
                }
                Some(negated)
            }
            // R94
            Some(Values::Many(_)) => Some(false),
        }
    }

    /// A test of whether a key is there.
    fn null(&self, atom: &Atom, null: bool) -> bool {
        self.values.run(atom.values, atom.values_len).any(|v| (v.kind == 1) == null)
    }

    /// Whether a value of an atom is this ARN. `None`: it has variables.
    #[inline(never)]
    fn plain_arn(&self, v: &Value, value: &str) -> Option<bool> {
        let pattern = self.patterns.get(v.a as usize).filter(|pattern| !pattern.has_variables())?;
        let matcher = Matcher { tables: self, pattern: &pattern, variables: &|_| None };
        Some(matcher.value(&Arn::new(value.as_bytes())))
    }

    /// Whether a value of an atom is this truth value, written in any case. `None`: it has variables.
    #[inline(always)]
    fn plain_bool(&self, v: &Value, value: &str) -> Option<bool> {
        match v.kind {
            layout::TEXT_LITERAL => {
                let truth = truth(value.as_bytes());
                Some(truth.is_some() && truth == self::truth(self.bytes(v.a, v.b)))
            }
            _ => None,
        }
    }

    /// Whether a value of an atom is this text. `None`: it has variables or wildcards.
    #[inline(always)]
    fn plain_text(&self, v: &Value, value: &str) -> Option<bool> {
        match v.kind {
            layout::TEXT_LITERAL => Some(self.is_text(v.a, v.b, value.as_bytes())),
            layout::TEXT_PREFIX => Some(self.is_head(v.a, v.b, value.as_bytes())),
            _ => None,
        }
    }
}

impl Asked<'_> {
    /// An atom by the value that the request says, where that is enough. `None`: it is not.
    #[inline(never)]
    pub fn told_atom(&self, index: usize) -> Option<bool> {
        let requested = |class, key| (class == KeyClass::Request as u32).then(|| self.requested(key));
        self.tables.told_atom(index, requested)
    }

    #[inline(never)]
    pub fn other_atom(&self, index: usize) -> bool {
        let Some(atom) = self.tables.atoms.get(index) else { return false };
        self.any_atom(&atom, atom.operator & 0xFF)
    }

    #[inline(never)]
    fn any_atom(&self, atom: &Atom, operator: u32) -> bool {
        let found = self.value(atom.key);
        if operator == o::NULL {
            return self.tables.null(atom, is_null(&found));
        }
        let quantifier = atom.operator >> 8 & 0xFF;
        let if_exists = atom.operator & IF_EXISTS != 0;
        match (quantifier, found) {
            // R91, R92
            (_, Found::Absent) if if_exists => true,
            (FOR_ALL_VALUES, Found::Absent) => true,
            (FOR_ANY_VALUE, Found::Absent) => false,
            (_, Found::Absent) => is_negated(operator),
            // R95, R96, R92
            (FOR_ALL_VALUES, found) if is_null(&found) => true,
            (FOR_ANY_VALUE, found) if is_null(&found) => if_exists,
            (_, Found::One(value)) => self.satisfies(atom, value),
            (FOR_ALL_VALUES, Found::Many(values)) => values.iter().all(|v| self.satisfies(atom, v)),
            (FOR_ANY_VALUE, Found::Many(values)) => values.iter().any(|v| self.satisfies(atom, v)),
            (FOR_ALL_VALUES | FOR_ANY_VALUE, Found::ManyOne(value)) => self.satisfies(atom, value),
            // R94
            (_, Found::Many(_) | Found::ManyOne(_)) => false,
        }
    }

    /// Whether one request value satisfies the operator: a positive one if some policy value matches, a negated one if
    /// none does (R89, R97).
    fn satisfies(&self, atom: &Atom, value: &str) -> bool {
        let operator = atom.operator & 0xFF;
        let mut values = self.tables.values.run(atom.values, atom.values_len);
        let matched = match operator {
            o::STRING_EQUALS | o::STRING_NOT_EQUALS | o::STRING_LIKE | o::STRING_NOT_LIKE => {
                values.any(|v| self.text(&v, value))
            }
            o::STRING_EQUALS_IGNORE_CASE | o::STRING_NOT_EQUALS_IGNORE_CASE => {
                values.any(|v| self.ignoring_case(&v, value))
            }
            o::NUMERIC_EQUALS..=o::NUMERIC_GREATER_EQUALS => match Decimal::parse(value) {
                Some(number) => values.any(|v| {
                    Decimal::parse(self.tables.text(v.a, v.b))
                        .is_some_and(|bound| ordered(operator - o::NUMERIC_EQUALS, number.cmp(&bound)))
                }),
                None => false,
            },
            o::DATE_EQUALS..=o::DATE_GREATER_EQUALS => match Instant::parse(value) {
                Some(instant) => {
                    values.any(|v| ordered(operator - o::DATE_EQUALS, instant.cmp(&instant_of(&v))))
                }
                None => false,
            },
            o::BOOL => {
                truth(value.as_bytes()).is_some()
                    && values.any(|v| {
                        self.tables.plain_bool(&v, value).unwrap_or_else(|| self.ignoring_case(&v, value))
                    })
            }
            o::BINARY_EQUALS => values.any(|v| is_base64_of(value, self.tables.blob(v.a, v.b))),
            o::IP_ADDRESS | o::NOT_IP_ADDRESS => match value.parse::<IpAddr>() {
                Ok(address) => values.any(|v| self.network(&v, address)),
                Err(_) => false,
            },
            _ => {
                let arn = Arn::new(value.as_bytes());
                arn.has_six_parts() && values.any(|v| self.arn_value(&v, &arn))
            }
        };
        matched != is_negated(operator)
    }

    #[inline(always)]
    fn text(&self, v: &Value, value: &str) -> bool {
        match self.tables.plain_text(v, value) {
            Some(matches) => matches,
            None => self.text_of_pieces(v, value),
        }
    }

    #[inline(never)]
    fn text_of_pieces(&self, v: &Value, value: &str) -> bool {
        self.tables.template(v.a, v.b, &|key| self.variable(key)).matches(value.as_bytes())
    }

    fn ignoring_case(&self, v: &Value, value: &str) -> bool {
        match v.kind {
            layout::TEXT_PIECES => {
                let variables = |key| self.variable(key);
                same_ignoring_case(self.tables.template(v.a, v.b, &variables).texts(), value)
            }
            _ => {
                let text = self.tables.text(v.a, v.b);
                text == value || same_ignoring_case(core::iter::once(Some(text)), value)
            }
        }
    }

    fn network(&self, v: &Value, address: IpAddr) -> bool {
        let len = if v.kind & 0xFF == 4 { 4 } else { 16 };
        in_network(address, self.tables.blob(v.a, len), v.kind >> 8)
    }

    fn arn_value(&self, v: &Value, arn: &Arn<'_>) -> bool {
        let Some(pattern) = self.tables.patterns.get(v.a as usize) else { return false };
        let variables = |key| self.variable(key);
        Matcher { tables: self.tables, pattern: &pattern, variables: &variables }.value(arn)
    }
}

/// `true` or `false`, in any case: their letters have no other cases than those of ASCII.
#[inline(always)]
fn truth(text: &[u8]) -> Option<bool> {
    const CASES: u32 = 0x2020_2020;
    const TRUE: u32 = u32::from_le_bytes(*b"true");
    const FALS: u32 = u32::from_le_bytes(*b"fals");
    let (word, rest) = text.split_first_chunk()?;
    match (u32::from_le_bytes(*word) | CASES, rest) {
        (TRUE, []) => Some(true),
        (FALS, [b'e' | b'E']) => Some(false),
        _ => None,
    }
}

/// R93, R95: no value, the empty set, one empty string.
fn is_null(found: &Found<'_>) -> bool {
    match found {
        Found::Absent => true,
        Found::One(value) | Found::ManyOne(value) => value.is_empty(),
        Found::Many(values) => matches!(values, [] | [""]),
    }
}

fn is_negated(operator: u32) -> bool {
    matches!(
        operator,
        o::STRING_NOT_EQUALS
            | o::STRING_NOT_EQUALS_IGNORE_CASE
            | o::STRING_NOT_LIKE
            | o::NUMERIC_NOT_EQUALS
            | o::DATE_NOT_EQUALS
            | o::NOT_IP_ADDRESS
            | o::ARN_NOT_EQUALS
            | o::ARN_NOT_LIKE
    )
}

/// The six comparisons in IAM's order; the negated one is turned round by the caller.
fn ordered(comparison: u32, order: Ordering) -> bool {
    match comparison {
        0 | 1 => order.is_eq(),
        2 => order.is_lt(),
        3 => order.is_le(),
        4 => order.is_gt(),
        _ => order.is_ge(),
    }
}

fn instant_of(v: &Value) -> Instant {
    Instant { seconds: (u64::from(v.b) << 32 | u64::from(v.a)) as i64, nanos: v.kind }
}

#[cfg(test)]
mod tests {
    use super::truth;

    #[test]
    fn two_words_in_any_case() {
        for (text, value) in
            [("true", true), ("TRUE", true), ("tRuE", true), ("false", false), ("FALSe", false)]
        {
            assert_eq!(truth(text.as_bytes()), Some(value), "{text}");
        }
        for text in ["", "1", "tru", "truee", "fals", "falsé", "falsf", "true ", " true", "yes", "T\u{12}UE"]
        {
            assert_eq!(truth(text.as_bytes()), None, "{text}");
        }
        for byte in 0..=u8::MAX {
            assert_eq!(truth(&[b't', b'r', b'u', byte]).is_some(), matches!(byte, b'e' | b'E'), "{byte}");
        }
    }
}
