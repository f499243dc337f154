//! Spelling of imported text as lexemes, and near misses for help lines.

use crate::source::Span;
use crate::syntax::ast::{Form, Lexeme, Literal, LiteralType};
use crate::syntax::literal_type;

/// Any text as a lexeme that stands at `span`.
pub(super) fn spell(text: &str, form: Form, span: Span) -> Lexeme {
    Lexeme::of(text, form).at(span)
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
    let bare = spell(text, Form::Bare, span);
    let short = bare.form == Form::Bare && literal_type(&bare) == ty;
    Literal { ty, lexeme: if short { bare } else { quoted(text, span) } }
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
