//! ARNs of the usual shape, split in no time.

use crate::arn::Split;
use crate::chunk::Chunk;
use crate::layout::RESOURCE_HEAD;
use crate::limits::SHORT_RESOURCE_BYTES;

/// An ARN that is `arn:aws:`, a service and a region that are short, a service being named, twelve bytes or none, and
/// anything; or every resource (R65).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Short<'r> {
    text: &'r [u8],
    /// Bit by bit the colons among the first bytes behind [`RESOURCE_HEAD`], at least three of them; 0: it is every resource.
    colons: u64,
}

impl<'r> Short<'r> {
    pub const ALL: Short<'static> = Short { text: b"*", colons: 0 };

    /// `None`: another shape, or no ARN.
    #[inline(always)]
    pub fn new(text: &'r [u8]) -> Option<Self> {
        let Some(rest) = text.strip_prefix(RESOURCE_HEAD) else { return Self::all(text) };
        // A longer one may be beyond the limits.
        if text.len() > SHORT_RESOURCE_BYTES {
            return None;
        }
        let short = Short { text, colons: first_colons(rest) };
        let third = without_first(without_first(short.colons));
        let account = third.trailing_zeros() - without_first(short.colons).trailing_zeros();
        // Without a third colon this is no small number: it is 64 less the place of the second, which is at most 47.
        (short.colons & 1 == 0 && matches!(account, 1 | 13)).then_some(short)
    }

    /// Every resource, if it is that.
    #[inline(never)]
    fn all(text: &[u8]) -> Option<Self> {
        (text == Self::ALL.text).then_some(Self::ALL)
    }

    /// Where the colon behind the service is, that behind the region, and that behind the account.
    #[inline(always)]
    fn places(&self) -> [usize; 3] {
        let second = without_first(self.colons);
        [self.colons, second, without_first(second)]
            .map(|bits| bits.trailing_zeros() as usize + RESOURCE_HEAD.len())
    }

    /// Where one of the first five colons is.
    #[inline(always)]
    fn colon(&self, index: usize) -> usize {
        let (second, [service, region, account]) = (RESOURCE_HEAD.len() - 1, self.places());
        match index {
            0 => 3,
            1 => second,
            2 => service,
            3 => region,
            _ => account,
        }
    }

    /// The account's twelve bytes, if it is named.
    #[inline(always)]
    pub fn owner(&self) -> Option<&'r [u8; 12]> {
        let [_, region, account] = self.places();
        if account == region + 1 { None } else { self.text.get(region + 1..)?.first_chunk() }
    }

    /// Whether its service begins as S3's name does, and it may be an access point of that service: its last part begins so, or it
    /// is one of several parts, as on Outposts.
    #[inline(always)]
    pub fn may_be_access_point(&self) -> bool {
        let service = self.text.get(RESOURCE_HEAD.len()..).unwrap_or_default();
        service.starts_with(b"s3")
            && (self.behind_colon(4).starts_with(b"accesspoint") || service.starts_with(b"s3-outposts"))
    }

    pub fn text(&self) -> &'r [u8] {
        self.text
    }

    /// Where its colons are; of every resource there are none.
    pub fn colons(&self) -> Option<[usize; 5]> {
        let [service, region, account] = self.places();
        (self.colons != 0).then_some([3, 7, service, region, account])
    }

    /// One bit of 64 for its service.
    #[inline(always)]
    pub fn service_bit(&self) -> u64 {
        crate::arn::service_bit(self.text, RESOURCE_HEAD.len() - 1)
    }
}

impl Split for Short<'_> {
    #[inline(always)]
    fn text(&self) -> &[u8] {
        self.text
    }

    #[inline(always)]
    fn has_six_parts(&self) -> bool {
        self.colons != 0
    }

    #[inline(always)]
    fn behind_colon(&self, index: usize) -> &[u8] {
        self.text.get(self.colon(index) + 1..).unwrap_or_default()
    }

    fn part(&self, index: usize) -> &[u8] {
        let from = index.checked_sub(1).map_or(0, |before| self.colon(before) + 1);
        let to = if index < 5 { self.colon(index) } else { self.text.len() };
        self.text.get(from..to).unwrap_or_default()
    }
}

/// The bits but for the lowest.
#[inline(always)]
const fn without_first(bits: u64) -> u64 {
    bits & bits.wrapping_sub(1)
}

/// Bit by bit the colons among the first 48 bytes.
#[inline(always)]
fn first_colons(text: &[u8]) -> u64 {
    let Some(last) = text.len().checked_sub(Chunk::BYTES) else { return colons_of_few(text) };
    // The last sixteen bytes stand for what is not there of the second and third: some colons are then found twice.
    let at = |from: usize| match text.get(from..).and_then(|rest| rest.first_chunk()) {
        Some(chunk) => u64::from(Chunk::new(chunk).is(b':')) << from,
        None => 0,
    };
    at(0) | at(last.min(16)) | at(last.min(32))
}

/// Bit by bit the colons of less than sixteen bytes.
#[inline(never)]
fn colons_of_few(text: &[u8]) -> u64 {
    text.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(*byte == b':'))
}

#[cfg(test)]
mod tests;
