//! Templates part by part between colons, and with values whose wildcards are wildcards.

use super::{At, Element, Template, is_continuation, width};
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

/// What stands between two `*` of a template, those of inserted values among them.
struct Stretch {
    from: Place,
    to: Place,
    /// Behind the `*`. `None`: the template ends here.
    next: Option<Place>,
    /// Characters of what it matches.
    chars: usize,
}

impl Template<'_, '_, '_> {
    /// Whether the whole text matches, by any reading. A value's wildcards are followed like the template's own: each stretch
    /// between two `*` is found at its leftmost place, for all places at once.
    #[cold]
    pub(super) fn matches_slowly(&self, text: &[u8]) -> bool {
        self.slowly(text).is_some()
    }

    /// `None`: it does not, or a variable is void.
    fn slowly(&self, text: &[u8]) -> Option<()> {
        let mut stretch = self.stretch((0, 0))?;
        let mut pos = self.follow(&stretch, text, 0)?;
        let Some(mut next) = stretch.next else { return (pos == text.len()).then_some(()) };
        loop {
            stretch = self.stretch(next)?;
            match stretch.next {
                Some(_) if stretch.chars == 0 => {}
                Some(_) => pos = self.shift_and(stretch.from, stretch.to, text, pos)?,
                None => {
                    // It is as long as it is: the end of the text begins at one place.
                    let rest = text.get(pos..)?;
                    let begins = |(_, byte): &(usize, &u8)| !is_continuation(**byte);
                    let start = match stretch.chars.checked_sub(1) {
                        None => rest.len(),
                        Some(before) => rest.iter().enumerate().rev().filter(begins).nth(before)?.0,
                    };
                    return (self.follow(&stretch, text, pos + start)? == text.len()).then_some(());
                }
            }
            next = stretch.next?;
        }
    }

    /// The stretch that begins at a place. `None`: a variable of it is void.
    fn stretch(&self, from: Place) -> Option<Stretch> {
        let (mut place, mut chars) = (from, 0);
        while place.0 < self.len {
            match self.at(place.0)? {
                At::Void => return None,
                At::Any => return Some(Stretch { from, to: place, next: Some((place.0 + 1, 0)), chars }),
                At::Element(Element::One) => chars += 1,
                At::Element(Element::Text(text)) => {
                    chars += text.get(place.1..)?.iter().filter(|b| !is_continuation(**b)).count();
                }
                At::Wild(text) => {
                    let rest = text.get(place.1..)?;
                    let star = memchr(b'*', rest);
                    let before = rest.get(..star.unwrap_or(rest.len()))?;
                    chars += before.iter().filter(|b| !is_continuation(**b)).count();
                    if let Some(star) = star {
                        let to = (place.0, place.1 + star);
                        return Some(Stretch { from, to, next: Some((to.0, to.1 + 1)), chars });
                    }
                }
            }
            place = (place.0 + 1, 0);
        }
        Some(Stretch { from, to: (self.len, 0), next: None, chars })
    }

    /// Matches a stretch at `pos`; where it ends.
    fn follow(&self, stretch: &Stretch, text: &[u8], pos: usize) -> Option<usize> {
        let (mut place, mut pos) = (stretch.from, pos);
        while place < stretch.to {
            let until = |text: &[u8]| if place.0 == stretch.to.0 { stretch.to.1 } else { text.len() };
            pos = match self.at(place.0)? {
                At::Element(Element::One) => pos + width(*text.get(pos)?),
                At::Element(Element::Text(own)) => {
                    let own = own.get(place.1..until(own))?;
                    text.get(pos..)?.starts_with(own).then_some(pos + own.len())?
                }
                At::Wild(own) => {
                    let mut at = pos;
                    for byte in own.get(place.1..until(own))? {
                        at = match byte {
                            b'?' => at + width(*text.get(at)?),
                            byte => (text.get(at) == Some(byte)).then_some(at + 1)?,
                        };
                    }
                    at
                }
                At::Any | At::Void => return None,
            };
            place = (place.0 + 1, 0);
        }
        Some(pos)
    }
}
