//! Spelling of imported text as lexemes, and near misses for help lines.

use crate::source::Span;
use crate::syntax::ast::{Form, Lexeme, Literal, LiteralType};

/// Any text as a lexeme that stands at `span`.
pub(super) fn spell(text: &str, form: Form, span: Span) -> Lexeme {
    let mut lexeme = of(text, form);
    lexeme.span = span;
    lexeme
}

/// INTERIM
fn of(text: &str, form: Form) -> Lexeme {
    let bare = !text.is_empty()
        && !text.ends_with(':')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:*/.?".contains(&b));
    let quote = |c: char| format!("{c}{}{c}", text.replace('\\', "\\\\").replace(c, &format!("\\{c}")));
    match form {
        Form::Bare if bare => Lexeme { raw: text.into(), form, span: Span::NONE },
        Form::Quoted => Lexeme { raw: quote('"').into(), form, span: Span::NONE },
        _ => Lexeme { raw: quote('`').into(), form: Form::Backtick, span: Span::NONE },
    }
}

/// A word: bare if it can be, else in backticks.
pub(super) fn word(text: &str, span: Span) -> Lexeme {
    spell(text, Form::Bare, span)
}

/// A string in quotes.
pub(super) fn quoted(text: &str, span: Span) -> Lexeme {
    spell(text, Form::Quoted, span)
}

/// A literal of a given type, in the short form when that carries the type: `10`, `true`, `2024-01-01T00:00:00Z`,
/// `10.0.0.0/8`, `arn:…`; else as `number "…"` and so on.
pub(super) fn literal(ty: LiteralType, text: &str, span: Span) -> Literal {
    let short = match ty {
        LiteralType::Number => is_plain_number(text),
        LiteralType::Bool => matches!(text, "true" | "false"),
        LiteralType::Date => is_plain_date(text),
        LiteralType::Ip => is_plain_network(text),
        LiteralType::Arn => text.starts_with("arn:") && spell(text, Form::Bare, span).form == Form::Bare,
        LiteralType::String | LiteralType::Binary | LiteralType::Name => false,
    };
    let lexeme = if short { Lexeme { raw: text.into(), form: Form::Bare, span } } else { quoted(text, span) };
    Literal { ty, lexeme }
}

/// `-?digits(.digits)?`
fn is_plain_number(text: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

/// `2024-01-01T00:00:00Z`
fn is_plain_date(text: &str) -> bool {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00Z";
    text.len() == SHAPE.len()
        && text.bytes().zip(SHAPE).all(|(b, s)| if *s == b'0' { b.is_ascii_digit() } else { b == *s })
}

/// `10.0.0.0/8`
fn is_plain_network(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, prefix)| {
        address.parse::<std::net::Ipv4Addr>().is_ok()
            && prefix.parse::<u8>().is_ok_and(|p| p <= 32 && prefix == p.to_string())
    })
}

/// The rest of the text from the first `${` that no `}` closes.
pub(super) fn unclosed_variable(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let tail = rest.get(start..)?;
        match tail.find('}') {
            None => return Some(tail),
            Some(end) => rest = tail.get(end + 1..)?,
        }
    }
    None
}

/// The candidate that differs in letter case only, or else by the fewest edits (at most two).
pub(super) fn nearest<'c>(text: &str, candidates: &[&'c str]) -> Option<&'c str> {
    if text.len() > 64 {
        return None;
    }
    let score = |c: &str| if c.eq_ignore_ascii_case(text) { 0 } else { distance(c, text) };
    let best = candidates.iter().min_by_key(|c| score(c))?;
    (score(best) <= 2).then_some(*best)
}

/// Levenshtein distance over bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.bytes().zip(row.iter().skip(1)) {
            let cell = (diagonal + usize::from(x != y)).min(left + 1).min(above + 1);
            next.push(cell);
            left = cell;
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
