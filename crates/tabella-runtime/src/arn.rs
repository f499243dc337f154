//! ARNs and ARN patterns (R66–R69, R107).

use crate::access::ALIAS_BYTES;
use crate::array::Stored;
use crate::chunk::Chunk;
use crate::digits::Digits;
use crate::glob::{Inserted, Reading, Tail, Template, Variables};
use crate::layout::{self, Pattern};
use crate::short::Short;
use crate::tables::Tables;
use memchr::memchr;

/// A resource that is split into parts.
pub(crate) trait Split {
    fn text(&self) -> &[u8];

    fn has_six_parts(&self) -> bool;

    /// What is behind one of the first five colons; there are as many.
    fn behind_colon(&self, index: usize) -> &[u8];

    /// A part, 0 to 5; there are as many.
    fn part(&self, index: usize) -> &[u8];

    /// Whether it is matched by a pattern of parts that has no `?` and no variables. `None`: it may have some, or R68
    /// matters.
    #[inline(always)]
    fn is_of_plain_parts(&self, tables: &Tables<'_>, stored: Stored<'_, Pattern>) -> Option<bool> {
        let pattern = stored.read();
        if !tables.is_head(pattern.whole, pattern.whole_len, self.text()) || !self.has_six_parts() {
            return Some(false);
        }
        let matches = match pattern.tail() {
            Some(from) => self.has_tail(tables, stored, from),
            None => self.has_plain_parts(tables, stored)?,
        };
        (matches || !pattern.has_floats() || !self.has_more()).then_some(matches)
    }

    /// Whether it has a pattern's tail, where the parts between head and tail are `*`.
    #[inline(always)]
    fn has_tail(&self, tables: &Tables<'_>, pattern: Stored<'_, Pattern>, from: usize) -> bool {
        let tail = self.behind_colon(from - 1);
        let last = pattern.part(5);
        let (start, len) = span(pattern.part(from), last);
        match last.1 >> 30 {
            layout::PART_LITERAL => tables.is_text(start, len, tail),
            _ => tables.is_head(start, len, tail),
        }
    }

    /// Whether it has the parts behind a pattern's head. `None`: some part may have a `?` or a variable.
    #[inline(always)]
    fn has_plain_parts(&self, tables: &Tables<'_>, pattern: Stored<'_, Pattern>) -> Option<bool> {
        for index in pattern.read().head()..6 {
            let (start, len) = pattern.part(index);
            let same = match len >> 30 {
                layout::PART_ALL => true,
                layout::PART_LITERAL => tables.is_text(start, len & layout::PART_LEN, self.part(index)),
                layout::PART_PREFIX => tables.is_head(start, len & layout::PART_LEN, self.part(index)),
                _ => {
                    let template = tables.template(start, len & layout::PART_LEN, Reading::PLAIN, NOTHING);
                    template.plainly(self.part(index))?
                }
            };
            if !same {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Its sixth part holds a colon: only then R68 matters.
    fn has_more(&self) -> bool {
        self.has_six_parts() && memchr(b':', self.behind_colon(4)).is_some()
    }
}

/// A request's resource, split once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arn<'r> {
    pub text: &'r [u8],
    /// Where the first five colons are.
    colons: [usize; 5],
    /// It has six parts.
    six: bool,
}

impl<'r> Arn<'r> {
    /// Every resource (R65).
    pub const ALL: Arn<'static> = Arn { text: b"*", colons: [0; 5], six: false };

    #[inline]
    pub fn new(text: &'r [u8]) -> Self {
        let mut colons = [0; 5];
        let mut count = 0;
        let mut from = 0;
        // Most ARNs begin alike.
        if text.first_chunk() == Some(layout::RESOURCE_HEAD) {
            (colons[0], colons[1], count, from) = (3, 7, 2, 8);
        }
        // The first parts are short: eight bytes at once are quicker than a search for each colon.
        for word in text.get(from..).unwrap_or_default().as_chunks::<8>().0 {
            let mut found = colons_in(u64::from_le_bytes(*word));
            while found != 0 {
                let Some(place) = colons.get_mut(count) else { break };
                *place = from + (found.trailing_zeros() / 8) as usize;
                found &= found - 1;
                count += 1;
            }
            if count == 5 {
                return Arn { text, colons, six: true };
            }
            from += 8;
        }
        Self::end(text, colons, count, from)
    }

    /// The same where the last of the five colons, if it is there, is among the last bytes, less than eight.
    #[inline(never)]
    fn end(text: &'r [u8], mut colons: [usize; 5], mut count: usize, from: usize) -> Self {
        for (place, byte) in text.iter().enumerate().skip(from) {
            if *byte == b':'
                && let Some(colon) = colons.get_mut(count)
            {
                *colon = place;
                count += 1;
            }
        }
        Arn { text, colons, six: count == 5 }
    }

    /// Whether a thing can have it (R66): it begins with `arn`, partition and service are named, and an account in digits has
    /// twelve.
    #[inline(always)]
    pub fn is_well_formed(&self) -> bool {
        let account = self.part(4);
        self.six
            && self.part(0) == b"arn"
            && !self.part(1).is_empty()
            && !self.part(2).is_empty()
            && (!account.first().is_some_and(u8::is_ascii_digit) || Digits::parse(account).is_some())
    }

    /// Whether a request may ask for it: a thing, or `*`.
    #[inline(always)]
    pub fn is_resource(&self) -> bool {
        self.is_well_formed() || self.text == b"*"
    }

    /// It may be an access point's or an alias's, which R152 is about: it is of S3 or of a service whose name begins so, and
    /// names an account or is long.
    #[inline(always)]
    pub fn may_be_access_point(&self) -> bool {
        self.part(2).starts_with(b"s3") && (!self.part(4).is_empty() || self.text.len() >= ALIAS_BYTES)
    }

    /// Where its account stands.
    pub fn account(&self) -> Option<core::ops::Range<usize>> {
        let [.., region, account] = self.colons;
        self.six.then_some(region + 1..account)
    }

    /// One bit of 64 for its service. Of what has no six parts, all of them.
    #[inline(always)]
    pub fn service_bit(&self) -> u64 {
        let [_, second, ..] = self.colons;
        if self.six { service_bit(self.text, second) } else { u64::MAX }
    }

    /// A part, 0 to 5; empty when there are not six.
    #[inline]
    pub fn part(&self, index: usize) -> &'r [u8] {
        if !self.six {
            return &[];
        }
        let from = match index.checked_sub(1) {
            None => 0,
            Some(before) => self.colons.get(before).map_or(self.text.len(), |c| c + 1),
        };
        let to = self.colons.get(index).copied().unwrap_or(self.text.len());
        self.text.get(from..to).unwrap_or_default()
    }
}

impl Split for Arn<'_> {
    #[inline(always)]
    fn text(&self) -> &[u8] {
        self.text
    }

    #[inline(always)]
    fn has_six_parts(&self) -> bool {
        self.six
    }

    #[inline(always)]
    fn behind_colon(&self, index: usize) -> &[u8] {
        self.colons.get(index).and_then(|colon| self.text.get(colon + 1..)).unwrap_or_default()
    }

    fn part(&self, index: usize) -> &[u8] {
        Arn::part(self, index)
    }
}

impl<'r> From<Short<'r>> for Arn<'r> {
    #[inline(always)]
    fn from(short: Short<'r>) -> Self {
        match short.colons() {
            Some(colons) => Arn { text: short.text(), colons, six: true },
            None => Arn::ALL,
        }
    }
}

/// One bit of 64 for the service behind the second colon, by its first three letters.
#[inline(always)]
pub(crate) fn service_bit(text: &[u8], second: usize) -> u64 {
    match text.get(second..).and_then(|t| t.first_chunk()) {
        Some(word) => 1 << (u32::from_le_bytes(*word).wrapping_mul(0x9E37_79B9) >> 26),
        None => u64::MAX,
    }
}

/// The highest bit of each byte that is a colon.
#[inline(always)]
pub(crate) const fn colons_in(word: u64) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let differs = word ^ 0x3A3A_3A3A_3A3A_3A3A;
    !(((differs & LOW) + LOW) | differs | LOW)
}

impl Pattern {
    /// Start and length of each part.
    #[inline(always)]
    pub(crate) fn parts(&self) -> [(u32, u32); 6] {
        [
            (self.part_0, self.part_0_len),
            (self.part_1, self.part_1_len),
            (self.part_2, self.part_2_len),
            (self.part_3, self.part_3_len),
            (self.part_4, self.part_4_len),
            (self.part_5, self.part_5_len),
        ]
    }

    /// Where the tail begins: the part from which on its parts are one text, colons among it. The parts between head and
    /// tail are `*`.
    #[inline(always)]
    pub(crate) fn tail(&self) -> Option<usize> {
        let from = self.floats >> layout::TAIL_SHIFT;
        (from > 0).then_some(from as usize)
    }

    /// Start and length of the text that parts from some on are.
    #[inline(always)]
    pub(crate) fn span(&self, from: usize) -> (u32, u32) {
        span(self.part(from), (self.part_5, self.part_5_len))
    }

    /// Whether some piece of it is a variable.
    #[inline(always)]
    pub(crate) fn has_variables(&self) -> bool {
        self.floats & layout::HAS_VARIABLES != 0
    }

    #[inline(always)]
    fn has_floats(&self) -> bool {
        self.floats & 31 != 0
    }

    /// Parts of the head.
    #[inline(always)]
    pub(crate) fn head(&self) -> usize {
        (self.floats >> layout::HEAD_SHIFT & 0xFF) as usize
    }

    #[inline(always)]
    fn part(&self, index: usize) -> (u32, u32) {
        self.parts().get(index).copied().unwrap_or_default()
    }

    fn floats(&self, index: usize) -> bool {
        self.floats >> index & 1 == 1
    }
}

impl Stored<'_, Pattern> {
    /// Start and length of a part, 0 to 5.
    #[inline(always)]
    fn part(&self, index: usize) -> (u32, u32) {
        // The parts are the end of the record.
        let words = self.bytes().last_chunk::<48>().map_or(&[][..], |parts| parts.as_chunks::<8>().0);
        let part = words.get(index).copied().unwrap_or_default();
        let word = u64::from_le_bytes(part);
        (word as u32, (word >> 32) as u32)
    }
}

/// The text from one part's start to another's end.
#[inline(always)]
fn span((start, _): (u32, u32), (last, last_len): (u32, u32)) -> (u32, u32) {
    (start, last.saturating_add(last_len & layout::PART_LEN).saturating_sub(start))
}

/// For patterns without variables.
const NOTHING: Variables<'static, 'static> = &|_| Inserted::Void;

/// A pattern with what it refers to.
pub(crate) struct Matcher<'p, 't, 'v, 's> {
    pub tables: &'p Tables<'t>,
    pub pattern: &'p Pattern,
    pub reading: Reading,
    pub variables: Variables<'v, 's>,
}

impl<'p, 't> Matcher<'p, 't, 'static, 'static> {
    /// A pattern that has no variables.
    pub fn plain(tables: &'p Tables<'t>, pattern: &'p Pattern) -> Self {
        Matcher { tables, pattern, reading: Reading::PLAIN, variables: NOTHING }
    }
}

impl<'t, 'v, 's> Matcher<'_, 't, 'v, 's> {
    fn template(&self, start: u32, len: u32) -> Template<'t, 'v, 's> {
        self.tables.template(start, len, self.reading, self.variables)
    }

    /// As a pattern of Resource or NotResource.
    #[inline]
    pub fn resource(&self, arn: &Arn<'_>) -> bool {
        let p = self.pattern;
        match p.kind {
            layout::PATTERN_ALL => true,
            layout::PATTERN_LITERAL => self.tables.bytes(p.whole, p.whole_len) == arn.text,
            layout::PATTERN_PREFIX => arn.text.starts_with(self.tables.bytes(p.whole, p.whole_len)),
            layout::PATTERN_PARTS | layout::PATTERN_VOID => {
                self.parts(arn) || (p.has_floats() && arn.has_more() && self.float(arn.text))
            }
            layout::PATTERN_GLOB => self.template(p.whole, p.whole_len).matches(arn.text),
            // They are known before.
            layout::PATTERN_BEHIND..=layout::PATTERN_UNDER => false,
            _ => self.expanded(arn),
        }
    }

    /// As a value of an ARN operator: a `*` stays in its part (R107), what is no ARN matches nothing (R111).
    pub fn value(&self, arn: &Arn<'_>) -> bool {
        let p = self.pattern;
        arn.six
            && match p.kind {
                layout::PATTERN_ALL => true,
                layout::PATTERN_LITERAL => self.tables.bytes(p.whole, p.whole_len) == arn.text,
                layout::PATTERN_PREFIX => arn.text.starts_with(self.tables.bytes(p.whole, p.whole_len)),
                layout::PATTERN_PARTS => self.parts(arn),
                layout::PATTERN_GLOB | layout::PATTERN_BEHIND.. => false,
                _ => self.expanded(arn),
            }
    }

    /// Part by part; the parts that the head stands for are compared at once.
    fn parts(&self, arn: &Arn<'_>) -> bool {
        let p = self.pattern;
        let head = self.tables.bytes(p.whole, p.whole_len);
        if !arn.six || !arn.text.starts_with(head) {
            return false;
        }
        let from = p.head();
        (from..6)
            .zip(p.parts().iter().skip(from))
            .all(|(i, (start, len))| len >> 30 == layout::PART_ALL || self.part_is(*start, *len, arn.part(i)))
    }

    #[inline]
    fn part(&self, index: usize, text: &[u8]) -> bool {
        let (start, len) = self.pattern.part(index);
        self.part_is(start, len, text)
    }

    #[inline(always)]
    fn part_is(&self, start: u32, len: u32, text: &[u8]) -> bool {
        let count = len & layout::PART_LEN;
        match len >> 30 {
            layout::PART_ALL => true,
            layout::PART_LITERAL => self.tables.bytes(start, count) == text,
            layout::PART_PREFIX => text.starts_with(self.tables.bytes(start, count)),
            _ => self.template(start, count).matches(text),
        }
    }

    /// R68: a `*` at the end of one of the first five parts may take further parts. The pattern falls into runs,
    /// each ending in such a `*`, the last at the end; each but the first may begin at any part of the ARN, and its
    /// leftmost place is a right one.
    fn float(&self, text: &[u8]) -> bool {
        let head = self.tables.bytes(self.pattern.whole, self.pattern.whole_len);
        if !text.starts_with(head) {
            return false;
        }
        let (mut pos, mut from, mut is_first) = (head.len(), self.pattern.head(), true);
        loop {
            let to = (from..5).find(|i| self.pattern.floats(*i)).unwrap_or(5);
            loop {
                match self.run(from, to, text, pos) {
                    Run::Ends(next) if to < 5 => {
                        pos = next;
                        break;
                    }
                    Run::Ends(_) => return true,
                    Run::Never => return false,
                    Run::Differs if is_first => return false,
                    Run::Differs => match after_colon(text, pos) {
                        Some(next) => pos = next,
                        None => return false,
                    },
                }
            }
            (from, is_first) = (to + 1, false);
        }
    }

    /// Matches parts `from..=to` where a part of the ARN begins.
    fn run(&self, from: usize, to: usize, text: &[u8], pos: usize) -> Run {
        let mut pos = pos;
        for index in from..=to.min(4) {
            let Some(next) = self.behind_part(index, text, pos) else { return Run::Differs };
            pos = next;
        }
        if to < 5 { Run::Ends(pos) } else { self.last(text.get(pos..).unwrap_or_default()) }
    }

    /// What follows the colon behind a part that matches where it begins.
    fn behind_part(&self, index: usize, text: &[u8], pos: usize) -> Option<usize> {
        if let (start, len) = self.pattern.part(index)
            && len >> 30 == layout::PART_LITERAL
        {
            let literal = self.tables.bytes(start, len & layout::PART_LEN);
            let is_part = matches!(text.get(pos..)?.strip_prefix(literal)?, [b':', ..]);
            return is_part.then_some(pos + literal.len() + 1);
        }
        let next = after_colon(text, pos)?;
        self.part(index, text.get(pos..next - 1)?).then_some(next)
    }

    fn last(&self, text: &[u8]) -> Run {
        let (start, len) = self.pattern.part(5);
        if len >> 30 != layout::PART_PIECES {
            return if self.part(5, text) { Run::Ends(0) } else { Run::Differs };
        }
        match self.template(start, len & layout::PART_LEN).tail(text) {
            Tail::Matches => Run::Ends(0),
            Tail::HeadDiffers => Run::Differs,
            Tail::RestDiffers => Run::Never,
        }
    }

    /// A pattern whose variables may hold colons: read as one text, where a wildcard before the fifth colon stays
    /// between colons.
    fn expanded(&self, arn: &Arn<'_>) -> bool {
        self.template(self.pattern.whole, self.pattern.whole_len).matches_split(arn.text, 5)
    }
}

enum Run {
    Ends(usize),
    Differs,
    /// No place further right can match either.
    Never,
}

fn after_colon(text: &[u8], pos: usize) -> Option<usize> {
    let rest = text.get(pos..)?;
    // Most parts are short.
    let near = rest.first_chunk().map_or(0, |chunk| Chunk::new(chunk).is(b':'));
    let place = if near != 0 { near.trailing_zeros() as usize } else { memchr(b':', rest)? };
    Some(pos + place + 1)
}

#[cfg(test)]
mod tests;
