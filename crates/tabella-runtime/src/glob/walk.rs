//! A template matched step by step: where wildcards stay between colons, and by readings in which inserted values have wildcards.

use super::{At, Element, Template, width};
use memchr::memchr;

/// A place in a template: an element and a byte of it.
pub(super) type Place = (u32, usize);

impl Template<'_, '_, '_> {
    /// Whether the text matches when wildcards before the template's `colons`-th colon never take a colon; both
    /// must have that many. What is between two colons of one must then match what is between those of the other, so that each
    /// part of the template is a template of its own, and so is what is behind the last of these colons.
    pub fn matches_split(&self, text: &[u8], colons: usize) -> bool {
        let (mut from, mut rest) = ((0, 0), text);
        for _ in 0..colons {
            let (Some(to), Some(colon)) = (self.colon(from), memchr(b':', rest)) else { return false };
            let (part, behind) = (rest.get(..colon), rest.get(colon + 1..));
            if !part.is_some_and(|part| self.between(from, to).matches(part)) {
                return false;
            }
            (from, rest) = ((to.0, to.1 + 1), behind.unwrap_or_default());
        }
        let (first, byte) = from;
        let last = Template {
            start: self.start.saturating_add(first),
            len: self.len.saturating_sub(first),
            cut: (byte, usize::MAX),
            ..*self
        };
        last.matches(rest)
    }

    /// The first colon of the template at or behind a place. `None`: there is none, or a variable before it is void.
    fn colon(&self, (first, byte): Place) -> Option<Place> {
        let mut from = byte;
        for index in first..self.len {
            match self.at(index)? {
                At::Element(Element::Text(text)) | At::Wild(text) => {
                    if let Some(place) = memchr(b':', text.get(from..)?) {
                        return Some((index, from + place));
                    }
                }
                At::Void => return None,
                At::Any | At::Element(Element::One) => {}
            }
            from = 0;
        }
        None
    }

    /// What stands between two places, the second of them in a text.
    fn between(&self, (first, byte): Place, (last, end): Place) -> Self {
        Template {
            start: self.start.saturating_add(first),
            len: (last + 1).saturating_sub(first),
            cut: (byte, end),
            ..*self
        }
    }
}

impl Template<'_, '_, '_> {
    /// Whether the whole text matches, by any reading. A value's wildcards are walked through like the template's own.
    #[cold]
    pub(super) fn matches_slowly(&self, text: &[u8]) -> bool {
        let (mut place, mut pos) = ((0, 0), 0);
        let mut star: Option<(Place, usize)> = None;
        loop {
            match self.step(&mut place, text, &mut pos) {
                Step::Done => return true,
                Step::Star => {
                    star = Some((place, pos));
                    continue;
                }
                Step::Forward => continue,
                Step::Void => return false,
                Step::Differs => {}
            }
            let Some((after, from)) = &mut star else { return false };
            match text.get(*from) {
                Some(byte) => *from += width(*byte),
                None => return false,
            }
            (place, pos) = (*after, *from);
        }
    }

    fn step(&self, place: &mut Place, text: &[u8], pos: &mut usize) -> Step {
        let same = |byte: u8, place: &mut Place, pos: &mut usize| {
            if text.get(*pos) != Some(&byte) {
                return Step::Differs;
            }
            *pos += 1;
            place.1 += 1;
            Step::Forward
        };
        let one = |pos: &mut usize| match text.get(*pos) {
            None => Step::Differs,
            Some(byte) => {
                *pos += width(*byte);
                Step::Forward
            }
        };
        let next = |place: &mut Place| {
            *place = (place.0 + 1, 0);
            Step::Forward
        };
        match self.at(place.0) {
            None if *pos == text.len() => Step::Done,
            None => Step::Differs,
            Some(At::Void) => Step::Void,
            Some(At::Any) => {
                place.0 += 1;
                Step::Star
            }
            Some(At::Element(Element::One)) => {
                place.0 += 1;
                one(pos)
            }
            Some(At::Wild(t)) => match t.get(place.1) {
                None => next(place),
                Some(b'*') => {
                    place.1 += 1;
                    Step::Star
                }
                Some(b'?') => {
                    place.1 += 1;
                    one(pos)
                }
                Some(byte) => same(*byte, place, pos),
            },
            Some(At::Element(Element::Text(t))) => match t.get(place.1) {
                None => next(place),
                Some(byte) => same(*byte, place, pos),
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
