//! Templates to pieces, texts and ARN patterns, each as the simplest kind that matches the same.

use super::Failure;
use super::pools::{Bytes, Runs};
use crate::hir::{Piece, Template};
use crate::lower::tables;
use tabella_runtime::layout::{self, PART_LEN, Pattern, Text};

/// A piece as its record's words.
pub(super) type PieceWords = [u32; 3];

/// Writes templates into pools.
#[derive(Debug, Default)]
pub(super) struct Templates {
    pub strings: Bytes,
    pub pieces: Runs<PieceWords>,
    /// Keys of variables, sorted.
    pub keys: Vec<String>,
}

impl Templates {
    /// The record of a text.
    pub fn text(&mut self, template: &Template) -> Result<Text, Failure> {
        let pieces = squeeze(&template.pieces);
        let (kind, (start, len)) = match pieces.as_slice() {
            [] => (layout::TEXT_LITERAL, (0, 0)),
            [Piece::Literal(text)] => (layout::TEXT_LITERAL, self.strings.add(text.as_bytes())?),
            [Piece::Any] => (layout::TEXT_PREFIX, (0, 0)),
            [Piece::Literal(text), Piece::Any] => (layout::TEXT_PREFIX, self.strings.add(text.as_bytes())?),
            pieces => (layout::TEXT_PIECES, self.run(pieces)?),
        };
        Ok(Text { kind, start, len, service: 0 })
    }

    fn run(&mut self, pieces: &[Piece]) -> Result<(u32, u32), Failure> {
        let mut words = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let (kind, text) = match piece {
                Piece::Literal(text) => (layout::PIECE_LITERAL, self.strings.add(text.as_bytes())?),
                Piece::Any => (layout::PIECE_ANY, (0, 0)),
                Piece::One => (layout::PIECE_ONE, (0, 0)),
                Piece::Variable { key, default, .. } => {
                    let kind = self.key(key)? << 3;
                    match default {
                        Some(text) => (kind | layout::PIECE_DEFAULT, self.strings.add(text.as_bytes())?),
                        None => (kind | layout::PIECE_VARIABLE, (0, 0)),
                    }
                }
            };
            words.push([kind, text.0, text.1]);
        }
        let len = words.len() as u32;
        Ok((self.pieces.add_behind(&[[layout::PIECE_HEAD, len, 0]], &words)?, len))
    }

    /// The index of a key.
    pub fn key(&self, key: &str) -> Result<u32, Failure> {
        let found = self.keys.binary_search_by(|k| k.as_str().cmp(key));
        let index = found.map_err(|_| Failure::Refused(format!("the key `{key}` is missing")))?;
        super::pools::index(index)
    }

    /// The record of a resource pattern.
    pub fn resource_pattern(&mut self, pattern: &tables::Pattern) -> Result<Pattern, Failure> {
        match pattern {
            tables::Pattern::Whole(template) => {
                self.pattern(template, tables::Doubtful { matches: false, void_matches: false })
            }
            tables::Pattern::Varying(template, doubtful) => self.pattern(template, *doubtful),
            tables::Pattern::Under => Ok(Pattern { kind: layout::PATTERN_UNDER, ..Pattern::default() }),
            tables::Pattern::Behind { text, open } => {
                let kind = if *open { layout::PATTERN_BEHIND_HEAD } else { layout::PATTERN_BEHIND };
                let (whole, whole_len) = self.strings.add(text.as_bytes())?;
                Ok(Pattern { kind, whole, whole_len, ..Pattern::default() })
            }
        }
    }

    /// The record of an ARN pattern, and of what it does in doubt if it has variables.
    pub fn pattern(&mut self, template: &Template, doubtful: tables::Doubtful) -> Result<Pattern, Failure> {
        let pieces = squeeze(&template.pieces);
        if matches!(pieces.as_slice(), [Piece::Any]) {
            return Ok(Pattern { kind: layout::PATTERN_ALL, ..Pattern::default() });
        }
        let matches = if doubtful.matches { layout::IN_DOUBT } else { 0 };
        let variables = if template.has_variable() { layout::HAS_VARIABLES | matches } else { 0 };
        let Some(parts) = split(&pieces) else {
            let kind = if variables == 0 { layout::PATTERN_GLOB } else { layout::PATTERN_EXPANDED };
            let (whole, whole_len) = self.run(&pieces)?;
            return Ok(Pattern { kind, whole, whole_len, floats: variables, ..Pattern::default() });
        };
        if let [Piece::Literal(text)] = pieces.as_slice() {
            let (whole, whole_len) = self.strings.add(text.as_bytes())?;
            return Ok(Pattern { kind: layout::PATTERN_LITERAL, whole, whole_len, ..Pattern::default() });
        }
        if let [Piece::Literal(text), Piece::Any] = pieces.as_slice()
            && text.matches(':').count() >= 5
        {
            let (whole, whole_len) = self.strings.add(text.as_bytes())?;
            return Ok(Pattern { kind: layout::PATTERN_PREFIX, whole, whole_len, ..Pattern::default() });
        }
        let pattern = self.parts(&parts)?;
        let void = variables != 0 && doubtful.void_matches;
        let kind = if void { layout::PATTERN_VOID } else { pattern.kind };
        Ok(Pattern { kind, floats: pattern.floats | variables, ..pattern })
    }

    fn parts(&mut self, parts: &[Vec<Piece>; 6]) -> Result<Pattern, Failure> {
        let mut p = Pattern { kind: layout::PATTERN_PARTS, ..Pattern::default() };
        (p.part_0, p.part_0_len) = self.part(&parts[0])?;
        (p.part_1, p.part_1_len) = self.part(&parts[1])?;
        (p.part_2, p.part_2_len) = self.part(&parts[2])?;
        (p.part_3, p.part_3_len) = self.part(&parts[3])?;
        (p.part_4, p.part_4_len) = self.part(&parts[4])?;
        (p.part_5, p.part_5_len) = self.part(&parts[5])?;
        let floats = parts.iter().take(5).enumerate();
        p.floats = floats.filter(|(_, part)| part.last() == Some(&Piece::Any)).map(|(i, _)| 1 << i).sum();
        let mut head = String::new();
        for (before, part) in (0..5).zip(parts) {
            match part.as_slice() {
                [] => {}
                [Piece::Literal(text)] => head.push_str(text),
                _ => break,
            }
            head.push(':');
            p.floats = p.floats & ((1 << layout::HEAD_SHIFT) - 1) | (before + 1) << layout::HEAD_SHIFT;
        }
        (p.whole, p.whole_len) = self.strings.add(head.as_bytes())?;
        self.tail(parts, &mut p)?;
        Ok(p)
    }

    /// Writes the parts behind the head and the `*`s that follow it as one text, if they are one.
    fn tail(&mut self, parts: &[Vec<Piece>; 6], p: &mut Pattern) -> Result<(), Failure> {
        let head = (p.floats >> layout::HEAD_SHIFT) as usize;
        let all = |part: &&Vec<Piece>| part.as_slice() == [Piece::Any];
        let from = (head + parts.iter().skip(head).take_while(all).count()).min(5);
        let mut text = String::new();
        let mut starts = Vec::new();
        for (i, part) in parts.iter().enumerate().skip(from) {
            starts.push(text.len());
            match part.as_slice() {
                [] => {}
                [Piece::Any] if i == 5 => {}
                [Piece::Literal(literal), Piece::Any] if i == 5 => text.push_str(literal),
                [Piece::Literal(literal)] => text.push_str(literal),
                _ => return Ok(()),
            }
            if i < 5 {
                text.push(':');
            }
        }
        let (start, _) = self.strings.add(text.as_bytes())?;
        let places =
            [&mut p.part_0, &mut p.part_1, &mut p.part_2, &mut p.part_3, &mut p.part_4, &mut p.part_5];
        for (place, at) in places.into_iter().skip(from).zip(starts) {
            *place = start + super::pools::index(at)?;
        }
        p.floats |= (from as u32) << layout::TAIL_SHIFT;
        Ok(())
    }

    fn part(&mut self, pieces: &[Piece]) -> Result<(u32, u32), Failure> {
        let (kind, (start, len)) = match pieces {
            [] => (layout::PART_LITERAL, (0, 0)),
            [Piece::Any] => (layout::PART_ALL, (0, 0)),
            [Piece::Literal(text)] => (layout::PART_LITERAL, self.strings.add(text.as_bytes())?),
            [Piece::Literal(text), Piece::Any] => (layout::PART_PREFIX, self.strings.add(text.as_bytes())?),
            pieces => (layout::PART_PIECES, self.run(pieces)?),
        };
        if len > PART_LEN {
            return Err(Failure::Size("a pattern of 1 GiB".into()));
        }
        Ok((start, kind << 30 | len))
    }
}

/// Neighbouring `*`s are one.
fn squeeze(pieces: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if !(matches!(piece, Piece::Any) && out.last() == Some(&Piece::Any)) {
            out.push(piece.clone());
        }
    }
    out
}

/// The six parts of a pattern; `None` when there are fewer, or a variable stands before the fifth colon.
fn split(pieces: &[Piece]) -> Option<[Vec<Piece>; 6]> {
    let mut parts: [Vec<Piece>; 6] = Default::default();
    let mut at = 0;
    for piece in pieces {
        match piece {
            Piece::Literal(text) => {
                let mut rest: &str = text;
                while at < 5
                    && let Some((head, tail)) = rest.split_once(':')
                {
                    if !head.is_empty() {
                        parts[at].push(Piece::Literal(head.into()));
                    }
                    at += 1;
                    rest = tail;
                }
                if !rest.is_empty() {
                    parts[at].push(Piece::Literal(rest.into()));
                }
            }
            Piece::Variable { .. } if at < 5 => return None,
            other => parts[at].push(other.clone()),
        }
    }
    (at == 5).then_some(parts)
}

/// An action pattern as a template.
pub(super) fn action(pattern: &str) -> Template {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['*', '?']) {
        let (head, tail) = rest.split_at(at);
        if !head.is_empty() {
            pieces.push(Piece::Literal(head.into()));
        }
        pieces.push(if tail.starts_with('*') { Piece::Any } else { Piece::One });
        rest = &tail[1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.into()));
    }
    Template { pieces: pieces.into() }
}
