//! Values of typed condition keys, parsed where they stand: exact decimals, instants, addresses (R102–R110).

use core::cmp::Ordering;
use core::fmt;
use core::net::IpAddr;

/// A decimal number of any length, compared exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    /// Digits before the point without leading zeros.
    whole: &'a str,
    /// Digits behind it without trailing zeros.
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// `-12.50`, `+3`: a sign, digits, and maybe a point and digits.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Decimal { negative: negative && !zero, whole, fraction })
    }

    pub fn cmp(&self, other: &Decimal<'_>) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.cmp_size(other),
            (true, true) => other.cmp_size(self),
        }
    }

    fn cmp_size(&self, other: &Decimal<'_>) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(other.whole));
        whole.then_with(|| self.fraction.cmp(other.fraction))
    }
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant {
    pub seconds: i64,
    pub nanos: u32,
}

impl Instant {
    /// The W3C profile of ISO 8601, or seconds since 1970 (R109). Four digits are a year.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if number && (text.len() != 4 || text.starts_with('-')) {
            return Some(Instant { seconds: text.parse().ok()?, nanos: 0 });
        }
        let mut at = Cursor { rest: text.as_bytes() };
        let year = at.digits(4)?;
        let (mut month, mut day) = (1, 1);
        if at.takes(b'-') {
            month = at.digits(2)?;
            if at.takes(b'-') {
                day = at.digits(2)?;
                if at.takes(b'T') {
                    let days = days(year, month, day)?;
                    return at.time(days);
                }
            }
        }
        at.rest.is_empty().then_some(())?;
        Some(Instant { seconds: days(year, month, day)? * 86_400, nanos: 0 })
    }
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn takes(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    }

    /// `hh:mm[:ss[.s]]TZD`
    fn time(mut self, days: i64) -> Option<Instant> {
        let hour = self.digits(2)?;
        self.takes(b':').then_some(())?;
        let minute = self.digits(2)?;
        let mut second = 0;
        let mut nanos = 0;
        if self.takes(b':') {
            second = self.digits(2)?;
            if self.takes(b'.') {
                nanos = self.fraction()?;
            }
        }
        let offset = self.zone()?;
        (hour < 24 && minute < 60 && second < 60 && self.rest.is_empty()).then_some(())?;
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
        Some(Instant { seconds, nanos })
    }

    /// Digits of a second, exact to the nanosecond: those behind the ninth must be zeros.
    fn fraction(&mut self) -> Option<u32> {
        let mut nanos = 0;
        let mut unit = 100_000_000;
        let mut some = false;
        while let Some((digit, rest)) = self.rest.split_first().filter(|(b, _)| b.is_ascii_digit()) {
            if unit == 0 && *digit != b'0' {
                return None;
            }
            nanos += u32::from(digit - b'0') * unit;
            unit /= 10;
            some = true;
            self.rest = rest;
        }
        some.then_some(nanos)
    }

    fn zone(&mut self) -> Option<i64> {
        if self.takes(b'Z') {
            return Some(0);
        }
        let sign = if self.takes(b'+') { 1 } else { self.takes(b'-').then_some(-1)? };
        let hours = self.digits(2)?;
        self.takes(b':').then_some(())?;
        let minutes = self.digits(2)?;
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then_some(())?;
    // Years that begin in March put the leap day last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * m + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Seconds since 1970 as ISO 8601 in UTC, `2026-12-01T09:30:00Z`: the inverse of [`Instant::parse`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timestamp(pub i64);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0.div_euclid(86_400) + 719_468, self.0.rem_euclid(86_400));
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Months count from March here, so that the leap day is the last of its year.
        let m = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * m + 2) / 5 + 1;
        let month = if m < 10 { m + 3 } else { m - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Whether an address is in a network of 4 or 16 bytes. Families never mix (R110).
pub(crate) fn in_network(address: IpAddr, network: &[u8], prefix: u32) -> bool {
    match address {
        IpAddr::V4(a) => same_prefix(&a.octets(), network, prefix),
        IpAddr::V6(a) => same_prefix(&a.octets(), network, prefix),
    }
}

fn same_prefix(address: &[u8], network: &[u8], prefix: u32) -> bool {
    if address.len() != network.len() {
        return false;
    }
    let mut left = prefix;
    address.iter().zip(network).all(|(a, b)| {
        let bits = left.min(8);
        left -= bits;
        let mask = !(0xFF_u32 >> bits) as u8;
        a & mask == b & mask
    })
}

/// Whether text is the standard, padded base64 of some bytes (R105). What is no base64 is that of none.
pub(crate) fn is_base64_of(text: &str, bytes: &[u8]) -> bool {
    let text = text.as_bytes();
    if text.len() != bytes.len().div_ceil(3) * 4 {
        return false;
    }
    text.chunks_exact(4).zip(bytes.chunks(3)).all(|(quad, triple)| {
        let byte = |i: usize| u32::from(triple.get(i).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        quad.iter().enumerate().all(|(i, digit)| {
            let expected = if i > triple.len() { b'=' } else { base64_digit(word >> (18 - 6 * i) & 63) };
            *digit == expected
        })
    })
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_digit(value: u32) -> u8 {
    BASE64.get(value as usize).copied().unwrap_or(b'=')
}

/// Whether text is the standard, padded base64 of anything (R105).
pub(crate) fn is_base64(text: &str) -> bool {
    let text = text.as_bytes();
    let digits = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    // Bits of the last digit that no byte has are zeros.
    let spare = match text.len() - digits.len() {
        0 => 0,
        1 => 0b11,
        _ => 0b1111,
    };
    let value = |digit: &u8| BASE64.iter().position(|known| known == digit);
    let ends_well = digits.last().and_then(value).is_none_or(|last| last & spare == 0);
    text.len().is_multiple_of(4) && ends_well && digits.iter().all(|digit| value(digit).is_some())
}

/// The IPv4 address that an IPv4-mapped IPv6 address stands for; any other as it is (R110).
pub(crate) fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// The same of a network of 16 bytes: that of IPv4 addresses, and the length of its prefix.
pub(crate) fn unmapped_network(network: &[u8], prefix: u32) -> (&[u8], u32) {
    const MAPPED: &[u8; 12] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
    match (network.strip_prefix(MAPPED), prefix.checked_sub(96)) {
        (Some(v4), Some(prefix)) if v4.len() == 4 => (v4, prefix),
        _ => (network, prefix),
    }
}

/// `true` or `false`, in any case: their letters have no other cases than those of ASCII.
#[inline(always)]
pub(crate) fn truth(text: &[u8]) -> Option<bool> {
    const CASES: u32 = 0x2020_2020;
    const TRUE: u32 = u32::from_le_bytes(*b"true");
    const FALS: u32 = u32::from_le_bytes(*b"fals");
    let (word, rest) = text.split_first_chunk()?;
    match (u32::from_le_bytes(*word) | CASES, rest) {
        (TRUE, []) => Some(true),
        (FALS, [b'e' | b'E']) => Some(false),
        _ => None,
    }
}

/// Whether two texts are the same when case is ignored, character by character.
pub(crate) fn same_ignoring_case<'a>(parts: impl Iterator<Item = Option<&'a str>>, text: &str) -> bool {
    let mut left = text.chars().flat_map(char::to_lowercase);
    for part in parts {
        let Some(part) = part else { return false };
        for c in part.chars().flat_map(char::to_lowercase) {
            if left.next() != Some(c) {
                return false;
            }
        }
    }
    left.next().is_none()
}

#[cfg(test)]
mod tests;
