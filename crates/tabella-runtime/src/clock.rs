//! When a request is made, and whether the credentials hold at that time (R144, R146).

use crate::asked::Facts;
use crate::derive::{CURRENT_TIME, EPOCH_TIME, TOKEN_ISSUE_TIME};
use crate::malformed::Malformed;
use crate::request::{Entry, Values};
use crate::tables::Tables;
use crate::values::Instant;
use crate::who::Kind;

impl Facts<'_> {
    /// What is wrong with clock, issue time and end of a request. A context that is complete as recorded has its own times,
    /// which must agree with a clock all the same.
    #[inline(never)]
    pub fn fault_of_time(&self, tables: &Tables<'_>, caller: Kind) -> Option<Malformed> {
        let session = self.session();
        let now = self.now();
        if now.is_some_and(|now| !is_set(now) || self.tells_another_time(tables, now)) {
            return Some(Malformed::Clock);
        }
        let (issued, expires) = match (session.issued, session.expires) {
            (None, None) => return None,
            (Some(issued), Some(expires)) => (issued, expires),
            _ => return Some(Malformed::Lifetime),
        };
        if issued >= expires || matches!(caller, Kind::Service | Kind::Provider | Kind::Anonymous) {
            return Some(Malformed::Lifetime);
        }
        let at_issue =
            |e: &Entry<'_>| !e.key.eq_ignore_ascii_case(TOKEN_ISSUE_TIME) || is_at(&e.values, issued);
        if !is_set(issued) || !session.keys.iter().all(at_issue) {
            return Some(Malformed::Clock);
        }
        match now {
            None => Some(Malformed::NoClock),
            Some(now) if now < issued => Some(Malformed::NotYetIssued),
            Some(now) if now >= expires => Some(Malformed::Expired),
            Some(_) => None,
        }
    }

    /// The context has a time that is not the clock's.
    fn tells_another_time(&self, tables: &Tables<'_>, now: i64) -> bool {
        let odd = |key: &str, values: &Values<'_>| {
            (key.eq_ignore_ascii_case(CURRENT_TIME) || key.eq_ignore_ascii_case(EPOCH_TIME))
                && !is_at(values, now)
        };
        self.any_of_context(tables, odd)
    }
}

/// Whether a clock can show it: it shows the first day of 1970 when it was never set, and dates have years of four digits.
fn is_set(seconds: i64) -> bool {
    const DAY: i64 = 86_400;
    const LAST: i64 = 253_402_300_799;
    (DAY..=LAST).contains(&seconds)
}

/// Whether a key has one value, and it is this instant.
fn is_at(values: &Values<'_>, seconds: i64) -> bool {
    let at = |text| Instant::parse(text) == Some(Instant { seconds, nanos: 0 });
    matches!(values, Values::One(text) if at(text))
}
