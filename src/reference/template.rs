//! Text with wildcards and policy variables: variables are replaced, then the whole is matched.

use super::derive::{Keys, Looked};
use crate::hir::{Piece, Template};

/// One character of a pattern after variables were replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// This character.
    Char(char),
    /// `*`: any run of characters, colons too.
    Any,
    /// `*` that stays within its part: any run of characters but colons.
    AnyInPart,
    /// `?`: one character, any.
    One,
    /// `?` that stays within its part.
    OneInPart,
}

/// Bytes of a value whose wildcards are followed; a longer one with wildcards stands for any text.
const WILD_BYTES: usize = 256;

/// Replaces the variables, by one reading of their values. `None`: one of them has no value (R116, R117), or is not
/// known and `unknown` stands for nothing. A default is used when there is no value (R118), or an empty one, which is
/// null unless `empty` says otherwise (R120). What is inserted is literal, unless `wild` says otherwise (R115).
pub(super) fn tokens_of(
    template: &Template,
    keys: &Keys,
    wild: bool,
    empty: bool,
    unknown: Option<Token>,
) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    for piece in &template.pieces {
        match piece {
            Piece::Literal(text) => tokens.extend(text.chars().map(Token::Char)),
            Piece::Any => tokens.push(Token::Any),
            Piece::One => tokens.push(Token::One),
            Piece::Variable { key, .. } if matches!(keys.look(key), Looked::Unknown) => tokens.push(unknown?),
            Piece::Variable { key, default, .. } => match keys.variable(key) {
                Some(value) if wild && value.contains(['*', '?']) => tokens.extend(wild_tokens(value)),
                Some(value) => tokens.extend(value.chars().map(Token::Char)),
                None if empty && matches!(keys.look(key), Looked::Known(c) if c.is_empty_text()) => {}
                None => tokens.extend(default.as_deref()?.chars().map(Token::Char)),
            },
        }
    }
    Some(tokens)
}

fn wild_tokens(value: &str) -> Vec<Token> {
    if value.len() > WILD_BYTES {
        return vec![Token::Any];
    }
    let token = |c| match c {
        '*' => Token::Any,
        '?' => Token::One,
        c => Token::Char(c),
    };
    value.chars().map(token).collect()
}

/// The text of a pattern without wildcards; wildcards stand for their characters (R99).
pub(super) fn literal(tokens: &[Token]) -> String {
    let spell = |token: &Token| match token {
        Token::Char(c) => *c,
        Token::Any | Token::AnyInPart => '*',
        Token::One | Token::OneInPart => '?',
    };
    tokens.iter().map(spell).collect()
}

/// Whether the pattern matches the whole text (R61, R101). Tries the shortest run for each `*` first and comes
/// back to the places it could have been longer; every (token, character) pair is looked at no more than once.
pub(super) fn matches(tokens: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // reachable[i]: the tokens so far can match exactly the first i characters.
    let mut reachable = vec![false; text.len() + 1];
    if let Some(start) = reachable.first_mut() {
        *start = true;
    }
    for token in tokens {
        // Most patterns differ from a text at its start, and many are long.
        if !reachable.contains(&true) {
            return false;
        }
        reachable = step(token, &reachable, &text);
    }
    reachable.last().copied().unwrap_or(false)
}

fn step(token: &Token, before: &[bool], text: &[char]) -> Vec<bool> {
    let mut after = Vec::with_capacity(before.len());
    for i in 0..before.len() {
        let here = before.get(i).copied().unwrap_or(false);
        let previous = i.checked_sub(1);
        let came = previous.and_then(|p| before.get(p)).copied().unwrap_or(false);
        let ran = previous.and_then(|p| after.get(p)).copied().unwrap_or(false);
        let char = previous.and_then(|p| text.get(p)).copied();
        after.push(match token {
            Token::Char(c) => came && char == Some(*c),
            Token::One => came,
            Token::OneInPart => came && char != Some(':'),
            Token::Any => here || ran,
            Token::AnyInPart => here || (ran && char != Some(':')),
        });
    }
    after
}
