//! Globs over text: literals, `*`, `?` and variables, in time linear in the text.
//!
//! A template is cut at its `*`s into chunks. The first chunk must stand at the start and the last at the end;
//! between them the leftmost place of each chunk is always a right one, so nothing is ever tried twice. A chunk that
//! is one literal is found by `memmem`. A chunk with `?` or variables is tried at the places of its first literal
//! and, when that turns out too often to be in vain, found bit by bit for all places at once ([`shift_and`]).
//! Inserted values are compared as they are: no wildcard of theirs means anything (R115).

use crate::array::Array;
use crate::layout::{self, Piece};
use memchr::memmem;

/// Values of variables by key; `None` = no value (R113).
pub(crate) type Variables<'v, 's> = &'v dyn Fn(u32) -> Option<&'s str>;

/// A run of pieces with what they refer to.
#[derive(Clone, Copy)]
pub(crate) struct Template<'t, 'v, 's> {
    pub pieces: Array<'t, Piece>,
    pub strings: &'t str,
    pub start: u32,
    pub len: u32,
    pub variables: Variables<'v, 's>,
}

/// One element of a chunk.
enum Element<'e> {
    Text(&'e [u8]),
    One,
}

/// What stands at a place of a template.
enum At<'e> {
    Any,
    Element(Element<'e>),
    /// A variable without a value: nothing matches (R116, R117).
    Void,
}

impl<'t: 'e, 's: 'e, 'e> Template<'t, '_, 's> {
    fn at(&self, index: u32) -> Option<At<'e>> {
        if index >= self.len {
            return None;
        }
        let piece = self.pieces.get(self.start as usize + index as usize)?;
        let text = |strings: &'t str| {
            let from = piece.text as usize;
            strings.get(from..from.saturating_add(piece.text_len as usize)).unwrap_or_default()
        };
        Some(match piece.kind & 7 {
            layout::PIECE_LITERAL => At::Element(Element::Text(text(self.strings).as_bytes())),
            layout::PIECE_ANY => At::Any,
            layout::PIECE_ONE => At::Element(Element::One),
            kind => match (self.variables)(piece.kind >> 3) {
                // An empty value is null (R120).
                Some(value) if !value.is_empty() => At::Element(Element::Text(value.as_bytes())),
                _ if kind == layout::PIECE_DEFAULT => {
                    At::Element(Element::Text(text(self.strings).as_bytes()))
                }
                _ => At::Void,
            },
        })
    }

    /// The text's bytes piece by piece, for templates without wildcards. `None` stands for a void variable.
    pub fn texts(self) -> impl Iterator<Item = Option<&'e str>> {
        (0..self.len).map(move |i| match self.at(i) {
            Some(At::Element(Element::Text(text))) => core::str::from_utf8(text).ok(),
            _ => None,
        })
    }

    /// The chunk that begins at `from`: one past its last element.
    fn chunk_end(&self, from: u32) -> u32 {
        let mut i = from;
        while i < self.len && !matches!(self.at(i), Some(At::Any)) {
            i += 1;
        }
        i
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &[u8]) -> bool {
        matches!(self.tail(text), Tail::Matches)
    }

    /// Whether the whole text matches; if not, whether its head did.
    pub fn tail(&self, text: &[u8]) -> Tail {
        let mut chunk = self.chunk_end(0);
        let Some(mut pos) = self.forward(0, chunk, text, 0) else { return Tail::HeadDiffers };
        if chunk == self.len {
            return if pos == text.len() { Tail::Matches } else { Tail::HeadDiffers };
        }
        while chunk < self.len {
            let from = chunk + 1;
            chunk = self.chunk_end(from);
            if chunk == self.len {
                let rest = text.get(pos..).unwrap_or_default();
                return if self.backward(from, chunk, rest) { Tail::Matches } else { Tail::RestDiffers };
            }
            match self.find(from, chunk, text, pos) {
                Some(end) => pos = end,
                None => return Tail::RestDiffers,
            }
        }
        Tail::Matches
    }

    /// Matches elements `from..to` at `pos`; where they end.
    fn forward(&self, from: u32, to: u32, text: &[u8], pos: usize) -> Option<usize> {
        let mut pos = pos;
        for i in from..to {
            pos = match self.at(i)? {
                At::Element(Element::Text(t)) => text.get(pos..)?.starts_with(t).then_some(pos + t.len())?,
                At::Element(Element::One) => pos + width(*text.get(pos)?),
                At::Any | At::Void => return None,
            };
        }
        Some(pos)
    }

    /// Whether elements `from..to` match the end of `text`.
    fn backward(&self, from: u32, to: u32, text: &[u8]) -> bool {
        let mut text = text;
        for i in (from..to).rev() {
            let rest = match self.at(i) {
                Some(At::Element(Element::Text(t))) => text.strip_suffix(t),
                Some(At::Element(Element::One)) => {
                    let start = text.iter().rposition(|b| !is_continuation(*b));
                    start.and_then(|s| text.get(..s))
                }
                _ => None,
            };
            match rest {
                Some(rest) => text = rest,
                None => return false,
            }
        }
        true
    }

    /// The leftmost place of elements `from..to` at or after `pos`; where it ends.
    fn find(&self, from: u32, to: u32, text: &[u8], pos: usize) -> Option<usize> {
        if from == to {
            return Some(pos);
        }
        let mut ones = 0;
        let mut anchor: &[u8] = &[];
        let mut next = from;
        while next < to {
            match self.at(next)? {
                At::Element(Element::One) => ones += 1,
                At::Element(Element::Text([])) => {}
                At::Element(Element::Text(t)) => anchor = t,
                At::Any | At::Void => return None,
            }
            next += 1;
            if !anchor.is_empty() {
                break;
            }
        }
        let mut pos = pos;
        for _ in 0..ones {
            pos += width(*text.get(pos)?);
        }
        if anchor.is_empty() {
            return Some(pos);
        }
        if next == to {
            return Some(pos + memmem::find(text.get(pos..)?, anchor)? + anchor.len());
        }
        // Steps that failed attempts may take before the search for all places at once begins.
        let mut budget = 64_usize;
        let finder = memmem::Finder::new(anchor);
        loop {
            let place = pos + finder.find(text.get(pos..)?)?;
            if let Some(end) = self.forward(next, to, text, place + anchor.len()) {
                return Some(end);
            }
            pos = place + 1;
            match budget.checked_sub(1) {
                Some(left) => budget = left,
                None => return self.shift_and(next - 1, to, text, pos),
            }
        }
    }

    /// As [`Self::find`], for all places at once: bit j of the state says that elements up to byte or `?` number j
    /// match and end here. The first [`BITS`] bytes of a chunk take part; what is left of it is compared where they fit.
    fn shift_and(&self, from: u32, to: u32, text: &[u8], pos: usize) -> Option<usize> {
        let mut masks = Masks::new();
        // Where the part that does not take part begins: an element and a byte of it.
        let mut rest = (to, 0);
        for i in from..to {
            match self.at(i)? {
                At::Element(Element::One) => masks.push_one(),
                At::Element(Element::Text(t)) => {
                    let taken = t.len().min(BITS - masks.len);
                    t.iter().take(taken).for_each(|b| masks.push(*b));
                    if taken < t.len() {
                        rest = (i, taken);
                        break;
                    }
                }
                At::Any | At::Void => return None,
            }
            if masks.len == BITS {
                rest = (i + 1, 0);
                break;
            }
        }
        let mut state = [0_u64; WORDS];
        for (i, byte) in text.iter().enumerate().skip(pos) {
            masks.step(&mut state, *byte);
            let inside = rest.1 > 0;
            if masks.accepts(&state)
                && (inside || !text.get(i + 1).is_some_and(|b| is_continuation(*b)))
                && let Some(end) = self.resume(rest, to, text, i + 1)
            {
                return Some(end);
            }
        }
        None
    }

    /// Matches elements up to `to` from a byte of one of them on.
    fn resume(&self, (from, byte): (u32, usize), to: u32, text: &[u8], pos: usize) -> Option<usize> {
        if byte == 0 {
            return self.forward(from, to, text, pos);
        }
        let At::Element(Element::Text(t)) = self.at(from)? else { return None };
        let t = t.get(byte..)?;
        text.get(pos..)?.starts_with(t).then_some(())?;
        self.forward(from + 1, to, text, pos + t.len())
    }
}

/// What [`Template::tail`] found.
pub(crate) enum Tail {
    Matches,
    /// The text before the first `*` differs: the template may match further right.
    HeadDiffers,
    /// Something after it differs: it can't match further right either.
    RestDiffers,
}

/// Bytes and `?`s of a chunk that [`Template::shift_and`] follows at once.
const BITS: usize = 64 * WORDS;
const WORDS: usize = 4;

struct Masks {
    /// Where a byte may stand.
    bytes: [[u64; WORDS]; 256],
    /// Where a `?` stands.
    ones: [u64; WORDS],
    len: usize,
}

impl Masks {
    fn new() -> Self {
        Masks { bytes: [[0; WORDS]; 256], ones: [0; WORDS], len: 0 }
    }

    fn push(&mut self, byte: u8) {
        if let Some(word) = self.bytes.get_mut(usize::from(byte)).and_then(|m| m.get_mut(self.len / 64)) {
            *word |= 1 << (self.len % 64);
        }
        self.len += 1;
    }

    fn push_one(&mut self) {
        for (byte, mask) in self.bytes.iter_mut().enumerate() {
            if !is_continuation(byte as u8)
                && let Some(word) = mask.get_mut(self.len / 64)
            {
                *word |= 1 << (self.len % 64);
            }
        }
        if let Some(word) = self.ones.get_mut(self.len / 64) {
            *word |= 1 << (self.len % 64);
        }
        self.len += 1;
    }

    fn step(&self, state: &mut [u64; WORDS], byte: u8) {
        let Some(mask) = self.bytes.get(usize::from(byte)) else { return };
        let stays = is_continuation(byte);
        let mut carry = 1;
        for ((word, mask), ones) in state.iter_mut().zip(mask).zip(&self.ones) {
            let shifted = *word << 1 | carry;
            carry = *word >> 63;
            *word = (shifted & mask) | if stays { *word & ones } else { 0 };
        }
    }

    /// Whether all of them match up to here.
    fn accepts(&self, state: &[u64; WORDS]) -> bool {
        let last = self.len.wrapping_sub(1);
        state.get(last / 64).is_some_and(|w| w >> (last % 64) & 1 == 1)
    }
}

/// Bytes of the character that begins with `byte`.
fn width(byte: u8) -> usize {
    match byte {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// A place in a template: an element and a byte of it.
type Place = (u32, usize);

impl Template<'_, '_, '_> {
    /// Whether the text matches when wildcards before the template's `colons`-th colon never take a colon; both
    /// must have that many. Goes back to the last `*` only: before it every colon is where it must be.
    pub fn matches_split(&self, text: &[u8], colons: usize) -> bool {
        let (mut place, mut pos, mut seen) = ((0, 0), 0, 0);
        let mut star: Option<(Place, usize, usize)> = None;
        loop {
            match self.step(&mut place, text, &mut pos, &mut seen, colons) {
                Step::Done if seen >= colons => return true,
                Step::Star => {
                    star = Some((place, pos, seen));
                    continue;
                }
                Step::Forward => continue,
                Step::Void => return false,
                Step::Done | Step::Differs => {}
            }
            let Some((after, from, at)) = &mut star else { return false };
            match text.get(*from) {
                Some(b':') if *at < colons => return false,
                Some(byte) => *from += width(*byte),
                None => return false,
            }
            (place, pos, seen) = (*after, *from, *at);
        }
    }

    fn step(&self, place: &mut Place, text: &[u8], pos: &mut usize, seen: &mut usize, colons: usize) -> Step {
        match self.at(place.0) {
            None if *pos == text.len() => Step::Done,
            None => Step::Differs,
            Some(At::Void) => Step::Void,
            Some(At::Any) => {
                place.0 += 1;
                Step::Star
            }
            Some(At::Element(Element::One)) => match text.get(*pos) {
                None => Step::Differs,
                Some(b':') if *seen < colons => Step::Differs,
                Some(byte) => {
                    *pos += width(*byte);
                    place.0 += 1;
                    Step::Forward
                }
            },
            Some(At::Element(Element::Text(t))) => match t.get(place.1) {
                None => {
                    *place = (place.0 + 1, 0);
                    Step::Forward
                }
                Some(byte) if text.get(*pos) == Some(byte) => {
                    *seen += usize::from(*byte == b':');
                    *pos += 1;
                    place.1 += 1;
                    Step::Forward
                }
                Some(_) => Step::Differs,
            },
        }
    }
}

enum Step {
    Forward,
    Star,
    Differs,
    Void,
    Done,
}

#[cfg(test)]
mod tests;
