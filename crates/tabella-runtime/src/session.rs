//! What a request says of its session, and whether it can be so (R90, R151).

use crate::arn::Arn;
use crate::asked::Facts;
use crate::derive::USER_ID;
use crate::request::{Entry, Extras, Values, is_session_key};
use crate::tables::Tables;
use crate::who::Who;

/// A function of its own: within that of a decision it made hot ones by names up to 8 % slower.
#[inline(never)]
pub(crate) fn says_nothing(extras: &Extras<'_>) -> bool {
    let session = &extras.session;
    // All at once: they are nearly always so.
    session.policies.is_none()
        & session.tags.is_empty()
        & session.keys.is_empty()
        & extras.endpoint.is_none()
        & extras.resource_account.is_none()
}

#[inline(always)]
pub(crate) fn well_formed(tables: &Tables<'_>, facts: &Facts<'_>, who: &Who<'_>, resource: &Arn<'_>) -> bool {
    let session = facts.session();
    let plain = session.tags.is_empty() && session.keys.is_empty() && session.policies.is_none();
    resource.is_resource() && (plain || session_is_well_formed(tables, facts, who))
}

#[inline(never)]
pub(crate) fn session_is_well_formed(tables: &Tables<'_>, facts: &Facts<'_>, who: &Who<'_>) -> bool {
    let session = facts.session();
    let complete = facts.is_complete();
    let tags = if complete { &[] } else { session.tags };
    // R151: the session has keys of its own, each once.
    let keys = if complete { &[] } else { session.keys };
    let is_right = |e: &Entry<'_>| {
        let may_be = |id| who.may_have_user_id(tables, id);
        !e.key.eq_ignore_ascii_case(USER_ID) || matches!(e.values, Values::One(id) if may_be(id))
    };
    let given = |i: usize, key: &str| keys.iter().take(i).any(|e| e.key.eq_ignore_ascii_case(key));
    let own = |(i, e): (usize, &Entry<'_>)| is_session_key(e.key) && !given(i, e.key) && is_right(e);
    // R90: keys that differ in case only are no keys.
    let twice = |i: usize, key: &str| tags.iter().take(i).any(|(k, _)| k.eq_ignore_ascii_case(key));
    keys.iter().enumerate().all(own)
        && !tags.iter().enumerate().any(|(i, (key, _))| twice(i, key))
        && session.policies.is_none_or(|p| p.iter().all(|n| tables.find_session_policy(n).is_some()))
}
