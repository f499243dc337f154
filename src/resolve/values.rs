//! Text of condition values → typed values. Knows numbers, dates, networks, base64 and booleans (R102–R111);
//! knows nothing of keys, operators or where the text came from. What is malformed here is an error at
//! compile time (R59, R111), never a value that silently matches nothing.

use crate::hir::Instant;
use base64::Engine as _;
use std::net::IpAddr;

/// A decimal in its one canonical spelling: no `+`, no leading zeros, no trailing zeros after the point, `0` for
/// every zero. `None` when the text is no integer or decimal (exponents are not, R102).
pub fn number(text: &str) -> Option<String> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.unwrap_or("").trim_end_matches('0');
    if whole.is_empty() && fraction.is_empty() {
        return Some("0".into());
    }
    let sign = if negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// Compares two canonical decimals by value.
pub fn compare_numbers(a: &str, b: &str) -> std::cmp::Ordering {
    let split = |s: &str| -> (bool, String, String) {
        let (negative, rest) = s.strip_prefix('-').map_or((false, s), |r| (true, r));
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
        (negative, whole.into(), fraction.into())
    };
    let ((na, wa, fa), (nb, wb, fb)) = (split(a), split(b));
    match (na, nb) {
        (true, false) => std::cmp::Ordering::Less,
        (false, true) => std::cmp::Ordering::Greater,
        _ => {
            let magnitude = wa.len().cmp(&wb.len()).then(wa.cmp(&wb)).then(fa.cmp(&fb));
            if na { magnitude.reverse() } else { magnitude }
        }
    }
}

/// An instant: epoch seconds, or one of the W3C forms `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `…Thh:mmTZD`, `…Thh:mm:ssTZD`,
/// `…Thh:mm:ss.sTZD` (R109). Four bare digits are a year; other runs of digits are seconds.
pub fn date(text: &str) -> Option<Instant> {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let year = bare.len() == 4 && text.len() == 4;
    if !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit()) && !year {
        return Some(Instant { seconds: text.parse().ok()?, nanos: 0 });
    }
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map(|m| digits(m, 2));
    let dom = parts.next().map(|d| digits(d, 2));
    if parts.next().is_some() || (time.is_some() && dom.is_none()) {
        return None;
    }
    let (month, dom) = (month.unwrap_or(Some(1))?, dom.unwrap_or(Some(1))?);
    let date =
        jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(dom).ok()?)
            .ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    match time {
        None => Some(Instant { seconds: midnight, nanos: 0 }),
        Some(time) => {
            let (seconds, nanos) = clock(time)?;
            Some(Instant { seconds: midnight + seconds, nanos })
        }
    }
}

/// `hh:mm[:ss[.s]]TZD` → seconds after midnight UTC (may be negative) and nanoseconds.
fn clock(time: &str) -> Option<(i64, u32)> {
    let (local, offset) = match time.strip_suffix('Z') {
        Some(local) => (local, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let (local, zone) = (time.get(..at)?, time.get(at + 1..)?);
            let (hours, minutes) = zone.split_once(':')?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i64::from(hours * 3600 + minutes * 60);
            (local, if time.as_bytes().get(at) == Some(&b'-') { -seconds } else { seconds })
        }
    };
    let mut parts = local.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(s) => match s.split_once('.') {
            None => (digits(s, 2)?, 0),
            Some((s, fraction)) => (digits(s, 2)?, nanos(fraction)?),
        },
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some((i64::from(hour * 3600 + minute * 60 + second) - offset, nanos))
}

/// A decimal fraction of a second, exact to the nanosecond; longer ones only when the rest is zeros.
fn nanos(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let kept = fraction.trim_end_matches('0');
    if kept.len() > 9 {
        return None;
    }
    format!("{kept:0<9}").parse().ok()
}

/// Exactly `width` ASCII digits.
fn digits(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// An address or a network; the bits behind the prefix are cleared (R106, R110).
pub fn ip(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let widest = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        None => widest,
        Some(p) if (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()) => {
            p.parse::<u8>().ok()?
        }
        Some(_) => return None,
    };
    let network = ipnet::IpNet::new(address, prefix).ok()?.trunc();
    Some((network.addr(), prefix))
}

/// Bytes of standard, padded base64 (R105).
pub fn binary(text: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// `true` or `false` in any letter case (R104).
pub fn boolean(text: &str) -> Option<bool> {
    match text {
        t if t.eq_ignore_ascii_case("true") => Some(true),
        t if t.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
