//! Globs as token strings: canonical runs of wildcards, and which pattern covers which. Knows nothing of what the
//! patterns stand for.

use crate::hir::{Piece, Template};

/// A token of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
    /// A variable: an unknown text, or none at all.
    Variable,
}

/// The tokens of text in which `*` and `?` are wildcards.
pub(crate) fn of_text(text: &str) -> Vec<Token> {
    let token = |c| match c {
        '*' => Token::Any,
        '?' => Token::One,
        c => Token::Char(c),
    };
    text.chars().map(token).collect()
}

/// The tokens of a template.
pub(crate) fn of_pieces(pieces: &[Piece]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => tokens.extend(text.chars().map(Token::Char)),
            Piece::Any => tokens.push(Token::Any),
            Piece::One => tokens.push(Token::One),
            Piece::Variable { .. } => tokens.push(Token::Variable),
        }
    }
    tokens
}

/// `**` → `*`, `*?` → `?*` in text. A run of wildcards with `n` question marks and some star means "at least `n`
/// characters", in whatever order they stand; the canonical order is question marks first.
pub(crate) fn canonical_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut star = false;
    for c in text.chars() {
        match c {
            '*' => star = true,
            '?' => out.push('?'),
            c => {
                if std::mem::take(&mut star) {
                    out.push('*');
                }
                out.push(c);
            }
        }
    }
    if star {
        out.push('*');
    }
    out
}

/// The same on pieces: sound wherever `?` and `*` range over the same characters throughout a run.
pub(crate) fn canonical_pieces(pieces: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut star = false;
    for piece in pieces {
        match piece {
            Piece::Any => star = true,
            Piece::One => out.push(Piece::One),
            other => {
                if std::mem::take(&mut star) {
                    out.push(Piece::Any);
                }
                out.push(other.clone());
            }
        }
    }
    if star {
        out.push(Piece::Any);
    }
    out
}

/// Joins pieces, merging literals that meet.
pub(crate) fn template(pieces: Vec<Piece>) -> Template {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for run in pieces.chunk_by(|a, b| literal(a).is_some() && literal(b).is_some()) {
        match run {
            [one] if literal(one) != Some("") => out.push(one.clone()),
            run => {
                let text: String = run.iter().filter_map(literal).collect();
                out.extend((!text.is_empty()).then(|| Piece::Literal(text.into())));
            }
        }
    }
    Template { pieces: out.into() }
}

fn literal(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Literal(text) => Some(text),
        _ => None,
    }
}

/// Longest pattern that is compared with every other: bounds the pairwise check.
const PAIRWISE_TOKENS: usize = 256;
/// Most wildcard patterns that are compared with every other.
const PAIRWISE_GLOBS: usize = 32;
/// Most patterns a list may have for the pairwise check.
const PAIRWISE_LIST: usize = 1024;

/// Which patterns of a list of distinct ones no other pattern of it covers. Dropping the rest keeps the union of
/// the list. Patterns that end in their only star are found by sorting, at any length of the list; other wildcard
/// patterns only in lists that are short enough to compare in pairs. What is missed stays, which is harmless.
pub(crate) fn uncovered(list: &[Vec<Token>]) -> Vec<bool> {
    let mut keep = vec![true; list.len()];
    if list.iter().all(|p| p.iter().all(|t| matches!(t, Token::Char(_) | Token::Variable))) {
        return keep;
    }
    drop_under_prefixes(list, &mut keep);
    drop_pairwise(list, &mut keep);
    keep
}

/// The literal text a pattern starts with.
fn head(pattern: &[Token]) -> &[Token] {
    let end = pattern.iter().position(|t| !matches!(t, Token::Char(_))).unwrap_or(pattern.len());
    pattern.get(..end).unwrap_or(pattern)
}

/// The text before the star, if the star is the last token and the only one that is no character.
fn as_prefix(pattern: &[Token]) -> Option<&[Token]> {
    let h = head(pattern);
    (pattern.len() == h.len() + 1 && pattern.last() == Some(&Token::Any)).then_some(h)
}

fn drop_under_prefixes(list: &[Vec<Token>], keep: &mut [bool]) {
    let mut prefixes: Vec<&[Token]> = list.iter().filter_map(|p| as_prefix(p)).collect();
    prefixes.sort_unstable();
    // INVARIANT: no kept prefix starts with another, so the only one that `head` can start with is the greatest ≤ it.
    let mut kept: Vec<&[Token]> = Vec::with_capacity(prefixes.len());
    for prefix in prefixes {
        if !kept.last().is_some_and(|last| prefix.starts_with(last)) {
            kept.push(prefix);
        }
    }
    for (pattern, keep) in list.iter().zip(keep) {
        let h = head(pattern);
        let at = kept.partition_point(|p| *p <= h);
        let covered = at
            .checked_sub(1)
            .and_then(|i| kept.get(i))
            .is_some_and(|p| h.starts_with(p) && as_prefix(pattern) != Some(p));
        if covered {
            *keep = false;
        }
    }
}

fn drop_pairwise(list: &[Vec<Token>], keep: &mut [bool]) {
    let is_glob = |p: &Vec<Token>| {
        p.len() <= PAIRWISE_TOKENS
            && p.iter().any(|t| matches!(t, Token::Any | Token::One))
            && !p.contains(&Token::Variable)
    };
    let globs: Vec<usize> = (0..list.len())
        .filter(|i| keep.get(*i) == Some(&true) && list.get(*i).is_some_and(is_glob))
        .collect();
    if globs.len() > PAIRWISE_GLOBS || list.len() > PAIRWISE_LIST {
        return;
    }
    for (b, small) in list.iter().enumerate() {
        if small.len() > PAIRWISE_TOKENS {
            continue;
        }
        let covered = globs.iter().any(|&a| {
            a != b && keep.get(a) == Some(&true) && list.get(a).is_some_and(|big| covers(big, small))
        });
        if covered && let Some(k) = keep.get_mut(b) {
            *k = false;
        }
    }
}

/// Whether every text that `small` matches is matched by `big`: `big` is run over the tokens of `small`, where a star
/// of `small` is taken up only by a star of `big`, and a question mark by a question mark or a star. Sound, not
/// complete.
pub(crate) fn covers(big: &[Token], small: &[Token]) -> bool {
    let (mut b, mut s) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match (big.get(b), small.get(s)) {
            (Some(Token::Any), _) => {
                retry = Some((b + 1, s));
                b += 1;
                continue;
            }
            (None, None) => return true,
            (Some(Token::One), Some(Token::Char(_) | Token::One)) => true,
            (Some(Token::Char(x)), Some(Token::Char(y))) => x == y,
            _ => false,
        };
        if step {
            b += 1;
            s += 1;
            continue;
        }
        let Some((after_star, from)) = retry else { return false };
        if from >= small.len() {
            return false;
        }
        retry = Some((after_star, from + 1));
        b = after_star;
        s = from + 1;
    }
}

/// Whether text matches a glob in which `*` and `?` are wildcards. Allocates nothing.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (mut p, mut t) = (pattern.chars(), text.chars());
    // Where to go on when the run of the last star has to be longer by one character.
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        match (p.next(), t.clone().next()) {
            (Some('*'), _) => {
                retry = Some((p.clone(), t.clone()));
                continue;
            }
            (None, None) => return true,
            (Some('?'), Some(_)) => {
                t.next();
                continue;
            }
            (Some(x), Some(y)) if x == y => {
                t.next();
                continue;
            }
            _ => {}
        }
        let Some((after_star, from)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        (p, t) = (after_star.clone(), from.clone());
    }
}
