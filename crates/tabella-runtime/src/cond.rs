//! Conditions: atoms, their operators and set operators (R89–R112).

use crate::arn::{Arn, Matcher, Split};
use crate::asked::{Asked, Facts};
use crate::derive::{Found, KeyClass};
use crate::glob::{Inserted, Reading, Variables, has_wildcards};
use crate::ids::IdRequest;
use crate::layout::{self, Atom, DOUBT, KEY_TYPE_SHIFT, PLAIN, Value, operator as o};
use crate::request::{Request, Values};
use crate::tables::Tables;
use crate::values::{
    Decimal, Instant, in_network, is_base64, is_base64_of, same_ignoring_case, truth, unmapped,
    unmapped_network,
};
use core::cell::Cell;
use core::cmp::Ordering;
use core::net::IpAddr;

/// Of [`Atom::operator`].
const QUANTIFIER: u32 = 0xFF << 8;
/// Likewise.
const IF_EXISTS: u32 = 1 << 16;
/// Where the class of its key stands there, and above it the type.
const CLASS_SHIFT: u32 = 24;

/// The bits of a class.
const CLASS: u32 = (1 << KEY_TYPE_SHIFT) - 1;

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
            // R94: it is in doubt.
            Some(Values::Many(_)) => return None,
            Some(Values::One(value)) => value.as_bytes(),
        };
        let mut values = self.values.exactly(atom.values, atom.values_len)?;
        if atom.operator & 0xFF == o::BOOL {
            // What is malformed is in doubt.
            let truth = truth(value)?;
            return Some(values.any(|v| truth == (v.b == TRUE_LEN)));
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
    /// told by the key's absence, or in doubt, or the value may be malformed for the key (R153).
    #[inline(always)]
    pub(crate) fn told_atom<'v>(
        &self,
        index: usize,
        value: impl FnOnce(u32, u32) -> Option<Option<Values<'v>>>,
    ) -> Option<bool> {
        let atom = self.atoms.get(index).filter(|atom| atom.operator & QUANTIFIER == 0)?;
        let operator = atom.operator & 0xFF;
        let class = atom.operator >> CLASS_SHIFT;
        let found = value(class & CLASS, atom.key)?;
        if operator == o::NULL {
            return Some(self.null(&atom, Found::from(found).is_null()));
        }
        let negated = is_negated(operator);
        match found {
            // R91, R92
            None => Some(negated || atom.operator & IF_EXISTS != 0),
            // What is malformed is told by no value where there is none.
            Some(Values::One(_)) if class > CLASS || atom.values_len == 0 => None,
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
            // R94: it is in doubt.
            Some(Values::Many(_)) => None,
        }
    }

    /// A test of whether a key is there.
    fn null(&self, atom: &Atom, null: bool) -> bool {
        self.values.run(atom.values, atom.values_len).any(|v| (v.kind == 1) == null)
    }

    /// Whether a value of an atom is this ARN. `None`: it has variables, or this is no ARN.
    #[inline(never)]
    fn plain_arn(&self, v: &Value, value: &str) -> Option<bool> {
        let pattern = self.patterns.get(v.a as usize).filter(|pattern| !pattern.has_variables())?;
        let arn = Arn::new(value.as_bytes());
        arn.has_six_parts().then(|| Matcher::plain(self, &pattern).value(&arn))
    }

    /// Whether a value of an atom is this truth value, written in any case. `None`: it has variables, or this is no truth
    /// value.
    #[inline(always)]
    fn plain_bool(&self, v: &Value, value: &str) -> Option<bool> {
        match v.kind {
            layout::TEXT_LITERAL => {
                truth(value.as_bytes()).map(|truth| Some(truth) == self::truth(self.bytes(v.a, v.b)))
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
        if operator == o::NULL {
            return self.tables.null(atom, self.is_null(atom.key));
        }
        let quantifier = atom.operator >> 8 & 0xFF;
        let if_exists = atom.operator & IF_EXISTS != 0;
        match (quantifier, self.value(atom.key)) {
            (_, Found::Unknown) => self.unknown(atom.key, atom.in_doubt()),
            // R91, R92
            (_, Found::Absent) if if_exists => true,
            (FOR_ALL_VALUES, Found::Absent) => true,
            (FOR_ANY_VALUE, Found::Absent) => false,
            (_, Found::Absent) => is_negated(operator),
            // R95, R96, R92
            (FOR_ALL_VALUES, found) if found.is_null() => true,
            (FOR_ANY_VALUE, found) if found.is_null() => if_exists,
            (_, Found::One(value)) => self.satisfies(atom, value),
            (FOR_ALL_VALUES, Found::Many(values)) => values.iter().all(|v| self.satisfies(atom, v)),
            (FOR_ANY_VALUE, Found::Many(values)) => values.iter().any(|v| self.satisfies(atom, v)),
            (FOR_ALL_VALUES | FOR_ANY_VALUE, Found::ManyOne(value)) => self.satisfies(atom, value),
            // R94, R153: a `Deny` holds if it holds for some value; what has none may be as good as missing.
            (_, Found::Many(_) | Found::ManyOne(_)) if !atom.in_doubt() => false,
            (_, Found::Many([])) => if_exists || is_negated(operator),
            (_, Found::Many(values)) => values.iter().any(|v| self.satisfies(atom, v)),
            (_, Found::ManyOne(value)) => self.satisfies(atom, value),
        }
    }

    /// Whether one request value satisfies the operator: a positive one if some policy value matches, a negated one if
    /// none does (R89, R97). What is malformed for the operator is in doubt (R111, R153).
    fn satisfies(&self, atom: &Atom, value: &str) -> bool {
        let operator = atom.operator & 0xFF;
        let (doubt, negated) = (atom.in_doubt(), is_negated(operator));
        // In doubt a value of the policy matches where that makes the atom what it is in doubt.
        let matched = self.matches_some(atom, operator, value, doubt != negated);
        matched.map_or(doubt, |matched| matched != negated)
    }

    /// Whether some value of an atom matches. `None`: the request's value is malformed for the operator. `doubt` says whether
    /// a value matches that is in doubt.
    fn matches_some(&self, atom: &Atom, operator: u32, value: &str, doubt: bool) -> Option<bool> {
        let mut values = self.tables.values.run(atom.values, atom.values_len);
        Some(match operator {
            o::STRING_EQUALS | o::STRING_NOT_EQUALS => values.any(|v| self.text(&v, value, doubt, false)),
            o::STRING_LIKE | o::STRING_NOT_LIKE => values.any(|v| self.text(&v, value, doubt, true)),
            o::STRING_EQUALS_IGNORE_CASE | o::STRING_NOT_EQUALS_IGNORE_CASE => {
                values.any(|v| self.ignoring_case(&v, value, doubt))
            }
            o::NUMERIC_EQUALS..=o::NUMERIC_GREATER_EQUALS => {
                let number = Decimal::parse(value)?;
                values.any(|v| {
                    Decimal::parse(self.tables.text(v.a, v.b))
                        .is_some_and(|bound| ordered(operator - o::NUMERIC_EQUALS, number.cmp(&bound)))
                })
            }
            o::DATE_EQUALS..=o::DATE_GREATER_EQUALS => {
                let instant = Instant::parse(value)?;
                values.any(|v| ordered(operator - o::DATE_EQUALS, instant.cmp(&instant_of(&v))))
            }
            o::BOOL => {
                let truth = truth(value.as_bytes())?;
                values.any(|v| self.bool(&v, truth, doubt))
            }
            o::BINARY_EQUALS => {
                is_base64(value).then_some(())?;
                values.any(|v| is_base64_of(value, self.tables.blob(v.a, v.b)))
            }
            o::IP_ADDRESS | o::NOT_IP_ADDRESS => {
                let address = value.parse::<IpAddr>().ok()?;
                values.any(|v| self.network(&v, address, doubt))
            }
            _ => {
                let arn = Arn::new(value.as_bytes());
                arn.has_six_parts().then_some(())?;
                values.any(|v| self.arn_value(&v, &arn))
            }
        })
    }

    /// Whether a value of an atom is this text; under `like` what is inserted may be read as a pattern (R115).
    #[inline(always)]
    fn text(&self, v: &Value, value: &str, doubt: bool, like: bool) -> bool {
        match self.tables.plain_text(v, value) {
            Some(matches) => matches,
            None => self.text_of_pieces(v, value, doubt, like),
        }
    }

    #[inline(never)]
    fn text_of_pieces(&self, v: &Value, value: &str, doubt: bool, like: bool) -> bool {
        self.by_readings(doubt, like, |reading, variables| {
            self.tables.template(v.a, v.b, reading, variables).matches(value.as_bytes())
        })
    }

    fn ignoring_case(&self, v: &Value, value: &str, doubt: bool) -> bool {
        match v.kind {
            layout::TEXT_PIECES => self.by_readings(doubt, false, |reading, variables| {
                let template = self.tables.template(v.a, v.b, reading, variables);
                // R153: every variable is asked for, whatever stands before it, so that a key is not known or known alike for
                // all texts.
                let _ = template.is_known();
                template.is_anything() || same_ignoring_case(template.texts(), value)
            }),
            _ => {
                let text = self.tables.text(v.a, v.b);
                text == value || same_ignoring_case(core::iter::once(Some(text)), value)
            }
        }
    }

    /// A variable that stands for no truth value is in doubt, as a value of the request is.
    fn bool(&self, v: &Value, value: bool, doubt: bool) -> bool {
        match v.kind {
            layout::TEXT_PIECES => self.by_readings(doubt, false, |reading, variables| {
                let template = self.tables.template(v.a, v.b, reading, variables);
                // R153: every variable is asked for, as in a comparison of texts.
                let _ = template.is_known();
                let is = |text| same_ignoring_case(template.texts(), text);
                match (is("true"), is("false")) {
                    (false, false) => template.is_anything() || (doubt && template.is_known()),
                    (truth, _) => truth == value,
                }
            }),
            _ => truth(self.tables.bytes(v.a, v.b)) == Some(value),
        }
    }

    /// By both readings of an IPv4-mapped address, or by either (R110, R153).
    fn network(&self, v: &Value, address: IpAddr, doubt: bool) -> bool {
        let len = if v.kind & 0xFF == 4 { 4 } else { 16 };
        let (network, prefix) = (self.tables.blob(v.a, len), v.kind >> 8);
        let as_written = in_network(address, network, prefix);
        let (network, prefix) = unmapped_network(network, prefix);
        let as_ipv4 = in_network(unmapped(address), network, prefix);
        if doubt { as_written || as_ipv4 } else { as_written && as_ipv4 }
    }

    fn arn_value(&self, v: &Value, arn: &Arn<'_>) -> bool {
        let Some(pattern) = self.tables.patterns.get(v.a as usize) else { return false };
        self.by_pattern(&pattern, |matcher| matcher.value(arn))
    }

    /// Matches a pattern by the readings that its variables have.
    pub fn by_pattern(
        &self,
        pattern: &layout::Pattern,
        matches: impl Fn(Matcher<'_, '_, '_, '_>) -> bool,
    ) -> bool {
        if !pattern.has_variables() {
            return matches(Matcher::plain(self.tables, pattern));
        }
        if pattern.kind == layout::PATTERN_VOID && self.has_void(pattern) {
            return true;
        }
        self.by_readings(pattern.floats & layout::IN_DOUBT != 0, true, |reading, variables| {
            matches(Matcher { tables: self.tables, pattern, reading, variables })
        })
    }

    /// Whether some variable of a pattern has no value (R116).
    #[cold]
    fn has_void(&self, pattern: &layout::Pattern) -> bool {
        let variables = |start: u32, len: u32| {
            self.tables.template(start, len, Reading::PLAIN, &|key| self.inserted(key)).is_void()
        };
        pattern
            .parts()
            .iter()
            .any(|(start, len)| len >> 30 == layout::PART_PIECES && variables(*start, len & layout::PART_LEN))
    }

    /// Whether a template with variables matches. Where their values can be read in several ways it does if it does by any
    /// reading, or only if it does by all, as `doubt` says (R153). With `like`, wildcards in a value may be wildcards (R115).
    fn by_readings(
        &self,
        doubt: bool,
        like: bool,
        matches: impl Fn(Reading, Variables<'_, '_>) -> bool,
    ) -> bool {
        let seen = Cell::new(Odd::default());
        let variables = |key| {
            let inserted = self.inserted(key);
            let odd = match inserted {
                Inserted::Unknown => Odd { unknown: key.min(seen.get().unknown), ..seen.get() },
                Inserted::Text("") => Odd { empty: true, ..seen.get() },
                Inserted::Text(text) if doubt && like && has_wildcards(text) => {
                    Odd { wild: true, ..seen.get() }
                }
                _ => return inserted,
            };
            seen.set(odd);
            inserted
        };
        let plainly = matches(Reading::PLAIN, &variables);
        let odd = seen.get();
        if odd == Odd::default() { plainly } else { self.by_all_readings(odd, doubt, like, &matches) }
    }

    #[cold]
    fn by_all_readings(
        &self,
        odd: Odd,
        doubt: bool,
        like: bool,
        matches: &impl Fn(Reading, Variables<'_, '_>) -> bool,
    ) -> bool {
        if odd.unknown != layout::NONE {
            self.unknown(odd.unknown, doubt);
        }
        // Some variable may not have been looked at yet.
        let variables = |key| {
            let inserted = self.inserted(key);
            if inserted == Inserted::Unknown {
                self.unknown(key, doubt);
            }
            inserted
        };
        let any = doubt != self.cache.is_hopeful();
        let by = |empty| matches(Reading { slow: true, wild: doubt && like, any, empty }, &variables);
        match (doubt, odd.empty) {
            (_, false) => by(false),
            (true, true) => by(false) || by(true),
            (false, true) => by(false) && by(true),
        }
    }

    /// What stands for a variable (R113): the value of a single-valued key.
    fn inserted(&self, key: u32) -> Inserted<'_> {
        match self.value(key) {
            Found::One(value) => Inserted::Text(value),
            Found::Unknown => Inserted::Unknown,
            Found::Absent | Found::Many(_) | Found::ManyOne(_) => Inserted::Void,
        }
    }
}

/// What is odd about the values of a template's variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Odd {
    /// A key that is not known; `NONE`: all are.
    unknown: u32,
    /// One is empty, and so null, though others take it for a value (R120).
    empty: bool,
    /// One has wildcards, and they may be taken for such.
    wild: bool,
}

impl Default for Odd {
    fn default() -> Self {
        Odd { unknown: layout::NONE, empty: false, wild: false }
    }
}

impl Atom {
    /// Whether it holds in doubt.
    pub(crate) fn in_doubt(&self) -> bool {
        self.operator & DOUBT != 0
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
