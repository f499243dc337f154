//! One value of a request against one value of a policy (R99–R112), without negation.

use super::derive::Keys;
use super::doubt::Doubt;
use super::template::{self, Token, literal};
use crate::hir::{Instant, Operator, Piece, Template, Value};
use base64::Engine;
use std::cmp::Ordering;
use std::net::IpAddr;

/// Whether a value of a request is one that the operator compares (R111).
pub(super) fn is_well_formed(operator: Operator, value: &str) -> bool {
    use Operator::*;
    match operator {
        StringEquals
        | StringNotEquals
        | StringEqualsIgnoreCase
        | StringNotEqualsIgnoreCase
        | StringLike
        | StringNotLike
        | Null => true,
        NumericEquals
        | NumericNotEquals
        | NumericLessThan
        | NumericLessThanEquals
        | NumericGreaterThan
        | NumericGreaterThanEquals => is_number(value),
        DateEquals
        | DateNotEquals
        | DateLessThan
        | DateLessThanEquals
        | DateGreaterThan
        | DateGreaterThanEquals => instant(value).is_some(),
        Bool => boolean(value).is_some(),
        BinaryEquals => base64::engine::general_purpose::STANDARD.decode(value).is_ok(),
        IpAddress | NotIpAddress => value.parse::<IpAddr>().is_ok(),
        ArnEquals | ArnLike | ArnNotEquals | ArnNotLike => value.matches(':').count() >= 5,
    }
}

/// The values of a policy that match something. R107: that a lone `*` is any ARN is one reading.
pub(super) fn that_may_match(operator: Operator, values: &[Value], doubt: Doubt) -> Vec<&Value> {
    use Operator::*;
    let of_arns = matches!(operator, ArnEquals | ArnLike | ArnNotEquals | ArnNotLike);
    let never = |v: &&Value| {
        of_arns && !doubt.denies() && matches!(v, Value::Text(template) if is_lone_star(template))
    };
    values.iter().filter(|v| !never(v)).collect()
}

/// Whether it is a number (R102).
pub(super) fn is_number(value: &str) -> bool {
    Decimal::parse(value).is_some()
}

/// Whether the value matches as the operator compares; a negated operator is asked for its positive twin.
pub(super) fn matches(operator: Operator, value: &str, wanted: &Value, keys: &Keys, doubt: Doubt) -> bool {
    match wanted {
        Value::Text(template) => text(operator, value, template, keys, doubt),
        Value::Number { canonical, .. } => match (Decimal::parse(value), Decimal::parse(canonical)) {
            (Some(value), Some(wanted)) => ordered(operator, value.cmp(&wanted)),
            _ => false,
        },
        Value::Date { instant: wanted, .. } => {
            instant(value).is_some_and(|value| ordered(operator, value.cmp(wanted)))
        }
        // R104, R112: variables are tolerated. One that stands for no truth value is in doubt, as the request's own is.
        Value::Bool(template) => {
            doubt.of_template(template, keys, false, |tokens| match boolean(&literal(tokens)) {
                _ if tokens.contains(&Token::Any) => true,
                Some(wanted) => boolean(value) == Some(wanted),
                None => template.has_variable() && doubt.denies(),
            })
        }
        // R105: the request's value is base64 too; bytes are compared.
        Value::Binary { bytes, .. } => {
            let decoded = base64::engine::general_purpose::STANDARD.decode(value);
            decoded.is_ok_and(|decoded| *decoded == **bytes)
        }
        // R106, R110: families don't mix. That a mapped address is the IPv4 address too is another reading.
        Value::Ip { network, prefix, .. } => {
            let Ok(address) = value.parse::<IpAddr>() else { return false };
            let contains = |network, prefix, address: IpAddr| {
                ipnet::IpNet::new(network, prefix).is_ok_and(|network| network.contains(&address))
            };
            let (mapped, mapped_prefix) = match (network, prefix.checked_sub(96)) {
                (IpAddr::V6(v6), Some(prefix)) if v6.to_ipv4_mapped().is_some() => {
                    (network.to_canonical(), prefix)
                }
                _ => (*network, *prefix),
            };
            doubt.either(
                contains(*network, *prefix, address),
                contains(mapped, mapped_prefix, address.to_canonical()),
            )
        }
        // The `Null` operator never gets here; it asks for presence.
        Value::Null(_) => false,
    }
}

/// What an ordering means to a Numeric or Date operator.
fn ordered(operator: Operator, ordering: Ordering) -> bool {
    use Operator::*;
    match operator {
        NumericEquals | NumericNotEquals | DateEquals | DateNotEquals => ordering.is_eq(),
        NumericLessThan | DateLessThan => ordering.is_lt(),
        NumericLessThanEquals | DateLessThanEquals => ordering.is_le(),
        NumericGreaterThan | DateGreaterThan => ordering.is_gt(),
        NumericGreaterThanEquals | DateGreaterThanEquals => ordering.is_ge(),
        _ => false,
    }
}

/// String and Arn operators. A variable without a value matches nothing (R117).
fn text(operator: Operator, value: &str, template: &Template, keys: &Keys, doubt: Doubt) -> bool {
    use Operator::*;
    let by =
        |wildcards, matches: &dyn Fn(&[Token]) -> bool| doubt.of_template(template, keys, wildcards, matches);
    match operator {
        // R99: the only wildcards there can be stand for what is not known.
        StringEquals | StringNotEquals => by(false, &|tokens| template::matches(tokens, value)),
        // R100
        StringEqualsIgnoreCase | StringNotEqualsIgnoreCase => {
            by(false, &|tokens| tokens.contains(&Token::Any) || fold(&literal(tokens)) == fold(value))
        }
        // R101
        StringLike | StringNotLike => by(true, &|tokens| template::matches(tokens, value)),
        // R107: that a lone `*` is any ARN is one reading.
        ArnEquals | ArnLike | ArnNotEquals | ArnNotLike if is_lone_star(template) => doubt.denies(),
        ArnEquals | ArnLike | ArnNotEquals | ArnNotLike => by(true, &|tokens| arn(tokens, value)),
        _ => false,
    }
}

/// Nothing but `*`.
fn is_lone_star(template: &Template) -> bool {
    !template.pieces.is_empty() && template.pieces.iter().all(|piece| *piece == Piece::Any)
}

/// Lower case, character by character.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// R107: six parts, each matched as a glob of its own; the sixth takes the rest.
fn arn(pattern: &[Token], value: &str) -> bool {
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    if parts.len() < 6 {
        return false;
    }
    let patterns: Vec<&[Token]> = pattern.splitn(6, |t| *t == Token::Char(':')).collect();
    patterns.len() == 6 && patterns.iter().zip(&parts).all(|(p, part)| template::matches(p, part))
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        t if t.eq_ignore_ascii_case("true") => Some(true),
        t if t.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// An exact decimal (R102): sign, digits before the point without leading zeros, digits after it without
/// trailing ones. Zero has no sign.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || digits.ends_with('.') || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Some(Decimal { negative, whole, fraction })
    }

    /// Comparison without the sign: more digits before the point are more; equal counts compare digit by digit,
    /// and fractions as text, since a longer one with the same beginning is greater.
    fn magnitude(&self, other: &Self) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(&other.whole));
        whole.then_with(|| self.fraction.cmp(&other.fraction))
    }

    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

/// R109: the W3C profile of ISO 8601, or epoch seconds; four digits alone are a year.
pub(super) fn instant(text: &str) -> Option<Instant> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_number && (text.len() != 4 || text.starts_with('-')) {
        return Some(Instant { seconds: text.parse().ok()?, nanos: 0 });
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |m| number(m, 2))?;
    let day = parts.next().map_or(Some(1), |d| number(d, 2))?;
    // A time needs the whole date before it.
    if parts.next().is_some() || (time.is_some() && date.len() != 10) {
        return None;
    }
    let days = days_since_epoch(year, month, day)?;
    let (seconds, nanos) = time.map_or(Some((0, 0)), time_of_day)?;
    Some(Instant { seconds: days * 86_400 + seconds, nanos })
}

/// Exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn days_since_epoch(year: i64, month: i64, day: i64) -> Option<i64> {
    let (year, month, day) = (year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    let span = jiff::civil::date(1970, 1, 1).until(date).ok()?;
    Some(i64::from(span.get_days()))
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, and the zone: `Z`, `+hh:mm` or `-hh:mm`. Seconds of the day in UTC, which
/// may lie outside it, and nanoseconds.
fn time_of_day(text: &str) -> Option<(i64, u32)> {
    let (clock, offset) = match text.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => {
            let at = text.rfind(['+', '-'])?;
            let (clock, zone) = (text.get(..at)?, text.get(at..)?);
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            (clock, if zone.starts_with('-') { -seconds } else { seconds })
        }
    };
    let mut parts = clock.splitn(3, ':');
    let (hours, minutes) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let (seconds, nanos) = parts.next().map_or(Some((0, 0)), seconds_and_fraction)?;
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some((hours * 3600 + minutes * 60 + seconds - offset, nanos))
}

/// Exact to the nanosecond: digits of the fraction past the ninth must be zeros.
fn seconds_and_fraction(text: &str) -> Option<(i64, u32)> {
    let Some((seconds, fraction)) = text.split_once('.') else { return Some((number(text, 2)?, 0)) };
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if fraction.chars().skip(9).any(|c| c != '0') {
        return None;
    }
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    Some((number(seconds, 2)?, nanos.parse().ok()?))
}
