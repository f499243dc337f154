//! Text → [`Template`]: wildcards and policy variables taken apart (R113–R121). Knows nothing of where the text
//! stands; the caller says whether wildcards and variables count there.

use crate::hir::{Piece, Str, Template};

/// What counts in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// `*` and `?` are wildcards (else they stand for themselves).
    pub wildcards: bool,
    /// `${…}` are variables: version 2012-10-17 and a place that knows them (R52, R112).
    pub variables: bool,
}

/// Why a text is no template. Offsets are bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// A `${` without `}` (R121).
    Unclosed(usize),
    /// `${}`.
    Empty(usize),
    /// A default that is not `, 'text'` (R118), or a key with characters that no key has.
    Variable(usize),
}

impl Malformed {
    /// The message for it.
    pub fn message(self) -> &'static str {
        match self {
            Malformed::Unclosed(_) => "`${` is never closed",
            Malformed::Empty(_) => "a policy variable needs a key",
            Malformed::Variable(_) => "this policy variable is malformed",
        }
    }
}

/// Takes a text apart.
pub fn parse(text: &str, syntax: Syntax) -> Result<Template, Malformed> {
    let mut out = Builder::default();
    let mut rest = text;
    while let Some(at) =
        rest.find(|c| matches!(c, '*' | '?' if syntax.wildcards) || (c == '$' && syntax.variables))
    {
        let (head, tail) = rest.split_at(at);
        out.literal(head);
        let offset = text.len() - tail.len();
        rest = match tail.as_bytes().first() {
            Some(b'*') => out.special(Piece::Any, tail),
            Some(b'?') => out.special(Piece::One, tail),
            _ => match tail.strip_prefix("${") {
                Some(inner) => variable(&mut out, inner, offset)?,
                None => {
                    out.literal("$");
                    tail.get(1..).unwrap_or("")
                }
            },
        };
    }
    out.literal(rest);
    Ok(out.finish())
}

/// Whether the text holds a `${`.
pub fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// Reads a variable whose `${` was taken off; returns what follows its `}`.
fn variable<'t>(out: &mut Builder, inner: &'t str, offset: usize) -> Result<&'t str, Malformed> {
    for (escape, literal) in [("*}", "*"), ("?}", "?"), ("$}", "$")] {
        if let Some(rest) = inner.strip_prefix(escape) {
            out.literal(literal);
            return Ok(rest);
        }
    }
    let end = inner.find(['}', ',', '\'', '{', '$']).ok_or(Malformed::Unclosed(offset))?;
    let (key, rest) = inner.split_at(end);
    let written = key.trim_matches(' ');
    let (default, rest) = if let Some(rest) = rest.strip_prefix('}') {
        (None, rest)
    } else if let Some(rest) = rest.strip_prefix(',') {
        let quoted = rest.trim_start_matches(' ').strip_prefix('\'').ok_or(Malformed::Variable(offset))?;
        let (default, rest) = default_text(quoted).ok_or(Malformed::Unclosed(offset))?;
        (Some(Str::from(default)), rest)
    } else {
        return Err(Malformed::Variable(offset));
    };
    if written.is_empty() {
        return Err(Malformed::Empty(offset));
    }
    if written.bytes().any(|b| matches!(b, b'*' | b'?') || b.is_ascii_control()) {
        return Err(Malformed::Variable(offset));
    }
    out.flush();
    out.pieces.push(Piece::Variable {
        key: written.to_ascii_lowercase().into(),
        written: written.into(),
        default,
    });
    Ok(rest)
}

/// Splits `text'}rest` (spaces before `}` allowed) into the default's text and the rest.
fn default_text(quoted: &str) -> Option<(&str, &str)> {
    quoted.match_indices('\'').find_map(|(at, _)| {
        let rest = quoted.get(at + 1..)?.trim_start_matches(' ').strip_prefix('}')?;
        Some((quoted.get(..at)?, rest))
    })
}

/// Collects pieces; adjacent literals merge.
#[derive(Default)]
struct Builder {
    pieces: Vec<Piece>,
    literal: String,
}

impl Builder {
    fn literal(&mut self, text: &str) {
        self.literal.push_str(text);
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(Piece::Literal(Str::from(self.literal.as_str())));
            self.literal.clear();
        }
    }

    /// Pushes a one-byte wildcard; returns what follows it.
    fn special<'t>(&mut self, piece: Piece, tail: &'t str) -> &'t str {
        self.flush();
        self.pieces.push(piece);
        tail.get(1..).unwrap_or("")
    }

    fn finish(mut self) -> Template {
        self.flush();
        Template { pieces: self.pieces.into() }
    }
}

#[cfg(test)]
mod tests;
