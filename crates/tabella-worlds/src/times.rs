//! When requests are made, and how long the credentials hold that make them.

use crate::request::{Owned, OwnedEntry};
use crate::rng::Rng;
use crate::vocabulary::INSTANTS;
use tabella::hir::Instant;
use tabella::resolve::values;

/// Clocks at the edges of what a clock may show.
const ODD: [i64; 6] = [0, 86_399, 86_400, 253_402_300_799, 253_402_300_800, -1];

/// Gives a request a clock, and its session an issue time and an end. Most fit what its keys say, and most sessions last.
pub fn tell(request: &mut Owned, temporary: bool, rng: &mut Rng) {
    let told = |entries: &[OwnedEntry], keys: &[&str]| {
        let entry = entries.iter().find(|e| keys.iter().any(|key| e.key.eq_ignore_ascii_case(key)))?;
        let at = values::date(entry.values.first()?)?;
        (at.nanos == 0 && (ODD[2]..=ODD[3]).contains(&at.seconds)).then_some(at.seconds)
    };
    const CLOCK: [&str; 2] = ["aws:CurrentTime", "aws:EpochTime"];
    const ISSUE: [&str; 1] = ["aws:TokenIssueTime"];
    if rng.chance(if temporary { 60 } else { 75 }) {
        return;
    }
    let any = |rng: &mut Rng| rng.pick(INSTANTS).0.clamp(ODD[2], ODD[3]);
    let now = told(&request.context, &CLOCK).filter(|_| rng.chance(85)).unwrap_or_else(|| any(rng));
    request.now = Some(if rng.chance(1) { *rng.pick(&ODD) } else { now });
    // Most contexts leave the time to the clock, or agree with it.
    if rng.chance(60) {
        request.context.retain(|e| !CLOCK.iter().any(|key| e.key.eq_ignore_ascii_case(key)));
    } else if rng.chance(90) {
        let agrees = |e: &OwnedEntry| e.values.first().and_then(|v| values::date(v)) == Some(exactly(now));
        let is_time = |e: &OwnedEntry| CLOCK.iter().any(|key| e.key.eq_ignore_ascii_case(key));
        request.context.retain(|e| !is_time(e) || (!e.list && agrees(e)));
    }
    if rng.chance(if temporary { 40 } else { 96 }) {
        return;
    }
    let lasted = *rng.pick(&[0, 1, 60, 3_599, 3_600, 40_000, 90_000_000]);
    let issued =
        told(&request.session_keys, &ISSUE).filter(|at| *at <= now).unwrap_or(now.saturating_sub(lasted));
    let issued = issued.max(ODD[2]);
    let left = *rng.pick(&[1, 1, 60, 3_600, i64::MAX]);
    (request.issued, request.expires) = (Some(issued), Some(now.saturating_add(left)));
    match rng.below(100) {
        0 => request.expires = Some(now),
        1 => request.expires = Some(now.saturating_sub(1)),
        2 => request.issued = Some(now.saturating_add(1)),
        3 => request.issued = None,
        4 => request.expires = None,
        5 => request.expires = request.issued,
        6 => request.now = None,
        7 => request.issued = Some(*rng.pick(&ODD)),
        _ => {}
    }
    if rng.chance(90) {
        let agrees = |e: &OwnedEntry| e.values.first().and_then(|v| values::date(v)) == Some(exactly(issued));
        let is_issue = |e: &OwnedEntry| e.key.eq_ignore_ascii_case(ISSUE[0]);
        request.session_keys.retain(|e| !is_issue(e) || (!e.list && agrees(e)));
    }
}

fn exactly(seconds: i64) -> Instant {
    Instant { seconds, nanos: 0 }
}
