//! Text into the pieces `hir` holds: templates, canonical numbers, spellings of dates and addresses.
//! Written apart from `resolve`, so that a mistake there does not repeat itself here.

use crate::rng::Rng;
use std::net::IpAddr;
use tabella::hir::{Instant, Piece, Str, Template, Value};

/// Takes wildcards and (in 2012-10-17 documents) variables apart.
pub fn template(text: &str, wildcards: bool, variables: bool) -> Template {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if variables
            && rest.starts_with("${")
            && let Some(end) = rest.find('}')
        {
            let inside = &rest[2..end];
            rest = &rest[end + 1..];
            if matches!(inside, "*" | "?" | "$") {
                literal.push_str(inside);
                continue;
            }
            flush(&mut literal, &mut pieces);
            pieces.push(variable(inside));
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '*' if wildcards => {
                flush(&mut literal, &mut pieces);
                pieces.push(Piece::Any);
            }
            '?' if wildcards => {
                flush(&mut literal, &mut pieces);
                pieces.push(Piece::One);
            }
            c => literal.push(c),
        }
    }
    flush(&mut literal, &mut pieces);
    Template { pieces: pieces.into() }
}

fn flush(literal: &mut String, pieces: &mut Vec<Piece>) {
    if !literal.is_empty() {
        pieces.push(Piece::Literal(std::mem::take(literal).into()));
    }
}

fn variable(inside: &str) -> Piece {
    let (key, default) = match inside.split_once(',') {
        Some((k, d)) => (k.trim(), Some(Str::from(d.trim().trim_matches('\'')))),
        None => (inside, None),
    };
    Piece::Variable { key: key.to_ascii_lowercase().into(), written: key.into(), default }
}

/// Canonical decimal: no `+`, no leading or trailing zeros, no `-0`.
pub fn canonical_number(written: &str) -> String {
    let (negative, digits) = match written.strip_prefix('-') {
        Some(d) => (true, d),
        None => (false, written.strip_prefix('+').unwrap_or(written)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::new();
    if negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A numeric value.
pub fn number(written: &str) -> Value {
    Value::Number { canonical: canonical_number(written).into(), written: written.into() }
}

/// Another spelling of the same number, or a neighbour of it.
pub fn near_number(canonical: &str, rng: &mut Rng) -> String {
    let dotted = canonical.contains('.');
    match rng.below(10) {
        0..=3 => canonical.to_string(),
        4 if dotted => format!("{canonical}00"),
        4 => format!("{canonical}.0"),
        5 => match canonical.strip_prefix('-') {
            Some(d) => format!("-00{d}"),
            None => format!("0{canonical}"),
        },
        6 if dotted => format!("{canonical}1"),
        6 => format!("{canonical}.000000000000000000000000000001"),
        7 => match canonical.strip_prefix('-') {
            Some(d) => d.to_string(),
            None => format!("-{canonical}"),
        },
        8 => format!("{canonical}0"),
        _ => match canonical.parse::<i64>() {
            Ok(n) => n.wrapping_add(if rng.chance(50) { 1 } else { -1 }).to_string(),
            Err(_) => "1".to_string(),
        },
    }
}

/// A spelling of an instant in one of R109's forms that means exactly it.
pub fn date(instant: Instant, rng: &mut Rng) -> String {
    let epoch_like = !(1000..=9999).contains(&instant.seconds);
    if instant.nanos == 0 && epoch_like && rng.chance(20) {
        return instant.seconds.to_string();
    }
    let Ok(stamp) = jiff::Timestamp::new(instant.seconds, 0) else { return instant.seconds.to_string() };
    let offset = if rng.chance(25) { *rng.pick(&[-5 * 3600, 3600, 5 * 3600 + 1800]) } else { 0 };
    let Ok(shifted) = stamp.checked_add(jiff::SignedDuration::from_secs(offset)) else {
        return instant.seconds.to_string();
    };
    let t = jiff::tz::TimeZone::UTC.to_datetime(shifted);
    let zone = match offset {
        0 => "Z".to_string(),
        o => {
            let (sign, a) = if o < 0 { ('-', -o) } else { ('+', o) };
            format!("{sign}{:02}:{:02}", a / 3600, a / 60 % 60)
        }
    };
    let day = format!("{:04}-{:02}-{:02}", t.year(), t.month(), t.day());
    if instant.nanos != 0 {
        let fraction = format!("{:09}", instant.nanos);
        return format!(
            "{day}T{:02}:{:02}:{:02}.{}{zone}",
            t.hour(),
            t.minute(),
            t.second(),
            fraction.trim_end_matches('0')
        );
    }
    let midnight = offset == 0 && instant.seconds.rem_euclid(86_400) == 0;
    if midnight && rng.chance(60) {
        return match (t.month(), t.day()) {
            (1, 1) if rng.chance(50) => format!("{:04}", t.year()),
            (_, 1) if rng.chance(50) => format!("{:04}-{:02}", t.year(), t.month()),
            _ => day,
        };
    }
    if t.second() == 0 && rng.chance(30) {
        return format!("{day}T{:02}:{:02}{zone}", t.hour(), t.minute());
    }
    let fraction = if rng.chance(15) { ".000" } else { "" };
    format!("{day}T{:02}:{:02}:{:02}{fraction}{zone}", t.hour(), t.minute(), t.second())
}

/// A network with its host bits cleared.
pub fn network(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(a) => {
            let mask = if prefix == 0 { 0 } else { u32::MAX << (32 - u32::from(prefix.min(32))) };
            IpAddr::V4((u32::from(a) & mask).into())
        }
        IpAddr::V6(a) => {
            let mask = if prefix == 0 { 0 } else { u128::MAX << (128 - u32::from(prefix.min(128))) };
            IpAddr::V6((u128::from(a) & mask).into())
        }
    }
}

/// An address inside a network or just outside it, in some spelling.
pub fn near_address(network: IpAddr, prefix: u8, rng: &mut Rng) -> String {
    match network {
        IpAddr::V4(a) => {
            let host = 32 - u32::from(prefix.min(32));
            let span = if host >= 32 { u32::MAX } else { (1u32 << host) - 1 };
            let base = u32::from(a);
            let at = match rng.below(6) {
                0 => base,
                1 => base | span,
                2 => base.wrapping_sub(1),
                3 => (base | span).wrapping_add(1),
                _ => base | ((rng.bits() as u32) & span),
            };
            let v4 = std::net::Ipv4Addr::from(at);
            if rng.chance(18) { format!("::ffff:{v4}") } else { v4.to_string() }
        }
        IpAddr::V6(a) => {
            let host = 128 - u32::from(prefix.min(128));
            let span = if host >= 128 { u128::MAX } else { (1u128 << host) - 1 };
            let base = u128::from(a);
            let low = u128::from(rng.bits()) << 64 | u128::from(rng.bits());
            let at = match rng.below(6) {
                0 => base,
                1 => base | span,
                2 => base.wrapping_sub(1),
                3 => (base | span).wrapping_add(1),
                _ => base | (low & span),
            };
            let v6 = std::net::Ipv6Addr::from(at);
            match rng.below(4) {
                // Of a network of mapped addresses, as the address that is mapped (R110).
                3 if v6.to_ipv4_mapped().is_some() => v6.to_canonical().to_string(),
                0 => v6.segments().map(|s| format!("{s:04x}")).join(":"),
                1 => v6.to_string().to_ascii_uppercase(),
                _ => v6.to_string(),
            }
        }
    }
}

/// One small edit: a character gone, doubled, changed, or its case flipped.
pub fn near_miss(text: &str, rng: &mut Rng) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return "x".to_string();
    }
    let at = rng.below(chars.len());
    match rng.below(6) {
        0 => {
            chars.remove(at);
        }
        1 => chars.insert(at, chars[at]),
        2 => chars[at] = *rng.pick(&['x', '*', '?', ':', '/', '$', 'É', '\n']),
        3 => chars.push(*rng.pick(&['x', '/', ':', '*', ' '])),
        4 => chars.truncate(at),
        _ => {
            let flipped = if chars[at].is_ascii_lowercase() {
                chars[at].to_ascii_uppercase()
            } else {
                chars[at].to_ascii_lowercase()
            };
            chars[at] = flipped;
        }
    }
    chars.into_iter().collect()
}

/// Flips the ASCII case of some letters.
pub fn flip_case(text: &str, rng: &mut Rng) -> String {
    match rng.below(3) {
        0 => text.to_ascii_uppercase(),
        1 => text.to_ascii_lowercase(),
        _ => text
            .chars()
            .map(|c| if rng.chance(50) { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect(),
    }
}

/// What a `*` may stand for.
pub fn filling(rng: &mut Rng) -> &'static str {
    const FILLS: [&str; 16] = [
        "",
        "",
        "",
        "x",
        "a",
        "0",
        "x/y",
        "a/b/c",
        "a:b",
        "line\nbreak",
        "Ünïcødé",
        "*",
        "?",
        "${aws:username}",
        "long-long-long-long-long-long-long-long-long-long-long-long-long-text",
        " ",
    ];
    FILLS[rng.below(FILLS.len())]
}

#[cfg(test)]
mod tests;
