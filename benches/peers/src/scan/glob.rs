//! Simple matchers: everything, a whole text, a prefix, else a glob that goes back to its last `*`.

use super::keys::Keys;
use tabella::hir::{Piece, Template};

/// A pattern, in the cheapest form it has.
pub enum Glob {
    All,
    Whole(Box<str>),
    Prefix(Box<str>),
    Pieces(Box<[Piece]>),
}

impl Glob {
    /// A pattern of resources or values.
    pub fn new(template: &Template) -> Glob {
        match template.pieces.as_slice() {
            [Piece::Any] => Glob::All,
            [Piece::Literal(text)] => Glob::Whole((&**text).into()),
            [Piece::Literal(text), Piece::Any] => Glob::Prefix((&**text).into()),
            pieces => Glob::Pieces(pieces.into()),
        }
    }

    /// A pattern of actions, in lower case.
    pub fn action(pattern: &str) -> Glob {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        for c in pattern.to_ascii_lowercase().chars() {
            let piece = match c {
                '*' => Piece::Any,
                '?' => Piece::One,
                c => {
                    literal.push(c);
                    continue;
                }
            };
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal).into()));
            }
            pieces.push(piece);
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.into()));
        }
        Glob::new(&Template { pieces })
    }

    /// As a pattern of resources: `*` is matched by `*` only. A `*` crosses colons, which it may in the patterns of
    /// W4 without another decision.
    pub fn matches_resource(&self, text: &str, keys: &Keys<'_>) -> bool {
        match self {
            Glob::All => true,
            _ => text != "*" && self.matches(text, keys),
        }
    }

    /// Whether it matches the whole text.
    pub fn matches(&self, text: &str, keys: &Keys<'_>) -> bool {
        match self {
            Glob::All => true,
            Glob::Whole(whole) => **whole == *text,
            Glob::Prefix(prefix) => text.starts_with(&**prefix),
            Glob::Pieces(pieces) => glob(pieces, text.as_bytes(), keys),
        }
    }
}

/// Pieces against a text, going back to the last `*`.
pub fn glob(pieces: &[Piece], text: &[u8], keys: &Keys<'_>) -> bool {
    let (mut piece, mut pos) = (0, 0);
    let mut star = None;
    loop {
        let next = match pieces.get(piece) {
            None if pos == text.len() => return true,
            None => None,
            Some(Piece::Any) => {
                piece += 1;
                star = Some((piece, pos));
                continue;
            }
            Some(Piece::One) => text.get(pos).map(|_| pos + 1),
            Some(Piece::Literal(literal)) => {
                text[pos..].starts_with(literal.as_bytes()).then_some(pos + literal.len())
            }
            Some(Piece::Variable { key, default, .. }) => {
                let Some(value) = keys.variable(key).or(default.as_deref()) else { return false };
                text[pos..].starts_with(value.as_bytes()).then_some(pos + value.len())
            }
        };
        match (next, &mut star) {
            (Some(next), _) => {
                piece += 1;
                pos = next;
            }
            (None, Some((after, from))) if *from < text.len() => {
                *from += 1;
                (piece, pos) = (*after, *from);
            }
            (None, _) => return false,
        }
    }
}
