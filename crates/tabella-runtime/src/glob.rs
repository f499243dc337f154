//! Globs over text: literals, `*`, `?` and variables, in time linear in the text.
//!
//! A template is cut at its `*`s into chunks. The first chunk must stand at the start and the last at the end;
//! between them the leftmost place of each chunk is always a right one, so nothing is ever tried twice. A chunk that
//! is one literal is found sixteen places at once ([`plain`]). A chunk with `?` or variables is tried at the places of its
//! first literal and, when that turns out too often to be in vain, found bit by bit for all places at once
//! ([`Template::shift_and`]), 256 bytes of the chunk at a time: time is in proportion to the text times the chunk's 256ths.
//! Inserted values are compared as they are, unless a [`Reading`] says otherwise (R115).

use crate::array::Array;
use crate::layout::{self, Piece};
use memchr::memmem;
use walk::Place;

/// What stands for a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inserted<'s> {
    /// No value (R113).
    Void,
    Text(&'s str),
    /// A value that nobody knows (R153).
    Unknown,
}

/// What stands for variables, by key.
pub(crate) type Variables<'v, 's> = &'v dyn Fn(u32) -> Inserted<'s>;

/// How values of variables are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// In any way but [`Reading::PLAIN`], which takes longer.
    pub slow: bool,
    /// `*` and `?` in them are wildcards (R115).
    pub wild: bool,
    /// One that is not known may be any text; else nothing matches.
    pub any: bool,
    /// An empty one is a value, where the template has a default (R120).
    pub empty: bool,
}

impl Reading {
    /// What is inserted stands for itself; an empty value is none.
    pub const PLAIN: Reading = Reading { slow: false, wild: false, any: false, empty: false };
}

/// Bytes of a value whose wildcards are followed. AWS's longest tag has as many; a longer value with wildcards stands for any
/// text, so that the time a comparison takes stays in proportion to the text.
const WILD_BYTES: usize = 256;

/// Whether a text has wildcards.
#[inline(always)]
pub(crate) fn has_wildcards(text: &str) -> bool {
    memchr::memchr2(b'*', b'?', text.as_bytes()).is_some()
}

/// A run of pieces with what they refer to.
#[derive(Clone, Copy)]
pub(crate) struct Template<'t, 'v, 's> {
    pub pieces: Array<'t, Piece>,
    pub strings: &'t str,
    pub start: u32,
    pub len: u32,
    pub reading: Reading,
    pub variables: Variables<'v, 's>,
    /// Bytes of the first piece's text that are left out, and where that of the last one ends: a part of a template may begin and end
    /// within them.
    pub cut: (usize, usize),
}

/// The cut of a template that is whole.
pub(crate) const WHOLE: (usize, usize) = (0, usize::MAX);

/// One element of a chunk.
enum Element<'e> {
    Text(&'e [u8]),
    One,
}

/// What stands at a place of a template.
enum At<'e> {
    Any,
    Element(Element<'e>),
    /// An inserted value whose wildcards are wildcards.
    Wild(&'e [u8]),
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
        let element = |text: &'e [u8]| At::Element(Element::Text(self.left_of(index, text)));
        Some(match piece.kind & 7 {
            layout::PIECE_LITERAL => element(text(self.strings).as_bytes()),
            layout::PIECE_ANY => At::Any,
            layout::PIECE_ONE => At::Element(Element::One),
            kind => match (self.variables)(piece.kind >> 3) {
                Inserted::Text(value) if self.reading.wild && has_wildcards(value) => match value.len() {
                    ..=WILD_BYTES => At::Wild(self.left_of(index, value.as_bytes())),
                    _ => At::Any,
                },
                // An empty value is null (R120).
                Inserted::Text(value)
                    if !value.is_empty() || (self.reading.empty && kind == layout::PIECE_DEFAULT) =>
                {
                    element(value.as_bytes())
                }
                Inserted::Unknown if self.reading.any => At::Any,
                Inserted::Unknown => At::Void,
                _ if kind == layout::PIECE_DEFAULT => element(text(self.strings).as_bytes()),
                _ => At::Void,
            },
        })
    }

    /// What the cut leaves of a piece's text.
    #[inline]
    fn left_of<'t2>(&self, index: u32, text: &'t2 [u8]) -> &'t2 [u8] {
        if self.cut == WHOLE {
            return text;
        }
        let (first, last) = self.cut;
        let from = if index == 0 { first } else { 0 };
        let to = if index + 1 == self.len { last.min(text.len()) } else { text.len() };
        text.get(from..to).unwrap_or_default()
    }

    /// The text's bytes piece by piece, for templates without wildcards. `None` stands for a void variable.
    pub fn texts(self) -> impl Iterator<Item = Option<&'e str>> {
        (0..self.len).map(move |i| match self.at(i) {
            Some(At::Element(Element::Text(text))) => core::str::from_utf8(text).ok(),
            _ => None,
        })
    }

    /// What stands for its variables, and whether they have a default.
    fn inserted(&self) -> impl Iterator<Item = (Inserted<'s>, bool)> {
        self.pieces.run(self.start, self.len).filter_map(|piece| {
            let has_default = match piece.kind & 7 {
                layout::PIECE_VARIABLE => false,
                layout::PIECE_DEFAULT => true,
                _ => return None,
            };
            Some(((self.variables)(piece.kind >> 3), has_default))
        })
    }

    /// Whether some variable has no value.
    pub fn is_void(&self) -> bool {
        let is_null = |inserted| matches!(inserted, Inserted::Void | Inserted::Text(""));
        self.inserted().any(|(inserted, has_default)| is_null(inserted) && !has_default)
    }

    /// Whether all variables have values that are known.
    pub fn is_known(&self) -> bool {
        !self.is_void() && self.inserted().all(|(inserted, _)| inserted != Inserted::Unknown)
    }

    /// Whether some variable is not known, may be any text, and none is without a value. For comparisons that know no wildcards.
    pub fn is_anything(&self) -> bool {
        self.reading.any && !self.is_void() && !self.is_known()
    }

    /// The chunk that begins at `from`: one past its last element.
    fn chunk_end(&self, from: u32) -> u32 {
        // A look at kinds alone: what variables are is not asked for twice.
        let pieces = self.pieces.run(self.start.saturating_add(from), self.len.saturating_sub(from));
        from + pieces.take_while(|piece| piece.kind & 7 != layout::PIECE_ANY).count() as u32
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &[u8]) -> bool {
        matches!(self.tail(text), Tail::Matches)
    }

    /// Whether the whole text matches; if not, whether its head did.
    pub fn tail(&self, text: &[u8]) -> Tail {
        if self.reading.slow {
            return if self.matches_slowly(text) { Tail::Matches } else { Tail::HeadDiffers };
        }
        let chunk = self.chunk_end(0);
        let Some(pos) = self.forward(0, chunk, text, 0) else { return Tail::HeadDiffers };
        if chunk == self.len {
            return if pos == text.len() { Tail::Matches } else { Tail::HeadDiffers };
        }
        if self.after(chunk, text, pos) { Tail::Matches } else { Tail::RestDiffers }
    }

    /// Whether what begins with the `*` at `star` matches the text from `pos` on.
    fn after(&self, star: u32, text: &[u8], pos: usize) -> bool {
        let (mut star, mut pos) = (star, pos);
        loop {
            let from = star + 1;
            star = self.chunk_end(from);
            if star == self.len {
                return self.backward(from, star, text.get(pos..).unwrap_or_default());
            }
            match self.find(from, star, text, pos) {
                Some(end) => pos = end,
                None => return false,
            }
        }
    }

    /// Matches elements `from..to` at `pos`; where they end.
    fn forward(&self, from: u32, to: u32, text: &[u8], pos: usize) -> Option<usize> {
        let mut pos = pos;
        for i in from..to {
            pos = match self.at(i)? {
                At::Element(Element::Text(t)) => text.get(pos..)?.starts_with(t).then_some(pos + t.len())?,
                At::Element(Element::One) => pos + width(*text.get(pos)?),
                At::Any | At::Wild(_) | At::Void => return None,
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
                At::Any | At::Wild(_) | At::Void => return None,
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
            return Some(pos + plain::find(text.get(pos..)?, anchor)? + anchor.len());
        }
        // Of what is longer than the text there is no need to make a search ready.
        if anchor.len() > text.len() {
            return None;
        }
        // Attempts that may fail before the search for all places at once begins.
        let mut budget = 6_usize;
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
    /// match and end here. A chunk of more than [`BITS`] of them is followed block by block, [`WINDOW`] places of the
    /// text at a time.
    fn shift_and(&self, from: u32, to: u32, text: &[u8], pos: usize) -> Option<usize> {
        let mut pos = pos;
        while pos < text.len() {
            match self.window(from, to, text, pos)? {
                Window::Ends(end) => return Some(end),
                Window::Next(next) => pos = next,
            }
        }
        None
    }

    /// The leftmost of the [`WINDOW`] places from `pos` on. `None`: a variable is void.
    fn window(&self, from: u32, to: u32, text: &[u8], pos: usize) -> Option<Window> {
        // Where what is left of the chunk begins, something must be left of the text for it.
        let mut behind = self.least(from, to)?;
        // Places where all blocks so far match, by their number of characters after `pos`.
        let mut places = [u64::MAX; WINDOW / 64];
        let mut start = pos;
        let mut rest = (from, 0);
        loop {
            let block = self.block(rest, to)?;
            rest = block.rest;
            let is_last = rest.0 >= to;
            behind = behind.saturating_sub(block.masks.len);
            let (whole, text) = (text, text.get(..text.len().saturating_sub(behind)).unwrap_or_default());
            let mut survivors = [0_u64; WINDOW / 64];
            let mut state = [0_u64; WORDS];
            let mut seen = 0;
            for (i, byte) in text.iter().enumerate().skip(start) {
                seen += usize::from(!is_continuation(*byte));
                block.masks.step(&mut state, *byte);
                if whole.get(i + 1).is_some_and(|b| is_continuation(*b)) {
                    continue;
                }
                let Some(place) = seen.checked_sub(block.chars) else { continue };
                if place >= WINDOW {
                    break;
                }
                let bit = 1 << (place % 64);
                if block.masks.accepts(&state) && places.get(place / 64).is_some_and(|w| w & bit != 0) {
                    if is_last {
                        return Some(Window::Ends(i + 1));
                    }
                    if let Some(word) = survivors.get_mut(place / 64) {
                        *word |= bit;
                    }
                }
            }
            if survivors == [0; WINDOW / 64] {
                return Some(Window::Next(skip(whole, pos, WINDOW)));
            }
            places = survivors;
            start = skip(whole, start, block.chars);
        }
    }

    /// Bytes of the shortest text that elements `from..to` match.
    fn least(&self, from: u32, to: u32) -> Option<usize> {
        let mut bytes = 0;
        for i in from..to {
            bytes += match self.at(i)? {
                At::Element(Element::Text(text)) => text.len(),
                At::Element(Element::One) => 1,
                At::Any | At::Wild(_) | At::Void => return None,
            };
        }
        Some(bytes)
    }

    /// Up to [`BITS`] bytes and `?`s from a byte of an element on; whole characters.
    fn block(&self, from: Place, to: u32) -> Option<Block> {
        let mut masks = Masks::new();
        let (mut chars, mut rest) = (0, from);
        while rest.0 < to {
            match self.at(rest.0)? {
                At::Element(Element::One) if masks.len == BITS => break,
                At::Element(Element::One) => {
                    masks.push_one();
                    chars += 1;
                }
                At::Element(Element::Text(t)) => {
                    let left = t.get(rest.1..)?;
                    let mut taken = left.len().min(BITS - masks.len);
                    while left.get(taken).is_some_and(|b| is_continuation(*b)) {
                        taken -= 1;
                    }
                    let (taken, after) = left.split_at_checked(taken)?;
                    taken.iter().for_each(|b| masks.push(*b));
                    chars += taken.iter().filter(|b| !is_continuation(**b)).count();
                    if !after.is_empty() {
                        rest.1 += taken.len();
                        break;
                    }
                }
                At::Any | At::Wild(_) | At::Void => return None,
            }
            rest = (rest.0 + 1, 0);
        }
        Some(Block { masks, chars, rest })
    }
}

/// A part of a chunk.
struct Block {
    masks: Masks,
    /// Its characters.
    chars: usize,
    /// Where the next begins.
    rest: Place,
}

/// What [`Template::window`] found.
enum Window {
    /// The chunk ends here.
    Ends(usize),
    /// Nothing; the next window begins here.
    Next(usize),
}

/// Places of the text followed at once.
const WINDOW: usize = 4_096;

/// Where the text goes on after so many characters.
fn skip(text: &[u8], pos: usize, chars: usize) -> usize {
    let mut pos = pos;
    for _ in 0..chars {
        match text.get(pos) {
            Some(byte) => pos += width(*byte),
            None => break,
        }
    }
    pos
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
            // A character's first byte takes a `?`, the others stay in it.
            let taken = if stays { *word } else { shifted };
            *word = (shifted & mask) | (taken & ones);
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

mod plain;
#[cfg(test)]
mod tests;
mod walk;
