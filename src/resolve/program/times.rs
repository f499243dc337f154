//! When the requests of a test are made, and how long the caller's temporary credentials hold.

use super::{Build, Shared};
use crate::hir::{IdentityKind, Str, TestCase, Times, World};
use crate::resolve::values;
use crate::syntax::ast::{Lexeme, TestBlock};
use std::collections::HashMap;

const CURRENT_TIME: &str = "aws:CurrentTime";
const EPOCH_TIME: &str = "aws:EpochTime";
const TOKEN_ISSUE_TIME: &str = "aws:TokenIssueTime";

/// The seconds that a session of each declared role lasts at most, by account and name.
pub(super) struct Sessions(HashMap<(Str, Str), u32>);

impl Sessions {
    pub fn new(world: &World) -> Self {
        let roles = world.identities.iter().filter(|identity| identity.kind == IdentityKind::Role);
        Sessions(
            roles
                .filter_map(|role| {
                    let account = role.arn.split(':').nth(4)?;
                    Some(((account.into(), role.name.clone()), role.max_session))
                })
                .collect(),
        )
    }

    /// Of the role of a role session.
    fn longest(&self, principal: &str) -> Option<i64> {
        let mut parts = principal.splitn(6, ':');
        let (service, account, rest) = (parts.nth(2)?, parts.nth(1)?, parts.next()?);
        let name = rest.strip_prefix("assumed-role/").filter(|_| service == "sts")?.split('/').next()?;
        self.0.get(&(account.into(), name.into())).map(|seconds| i64::from(*seconds))
    }

    /// Where a test gives `aws:TokenIssueTime` and a clock, but no end, the session ends when the longest session of its role
    /// ends, so that no test passes with credentials that cannot be.
    ///
    /// A session that is longer than its role allows is an error: the seconds that the role allows.
    pub fn end_session(&self, case: &mut TestCase) -> Result<(), i64> {
        if let Some((issued, end)) = case.times.session {
            let longest = self.longest(&case.principal);
            return match longest.filter(|longest| end.saturating_sub(issued) > *longest) {
                Some(longest) => Err(longest),
                None => Ok(()),
            };
        }
        let clock =
            || case.times.now.or_else(|| time_in(case, CURRENT_TIME)).or_else(|| time_in(case, EPOCH_TIME));
        let Some(issued) = time_in(case, TOKEN_ISSUE_TIME) else { return Ok(()) };
        let (Some(now), Some(longest)) = (clock(), self.longest(&case.principal)) else { return Ok(()) };
        case.context.retain(|entry| !entry.key.eq_ignore_ascii_case(TOKEN_ISSUE_TIME));
        case.times = Times { now: Some(now), session: Some((issued, issued.saturating_add(longest))) };
        Ok(())
    }
}

impl Build {
    /// What `issued … until …` and `at …` say. `None`: an error was reported.
    pub fn times<'a>(&mut self, shared: &Shared<'a>, block: &'a TestBlock) -> Option<Times> {
        let now = match &block.at {
            Some(word) => Some(self.time(shared, word)?),
            None => None,
        };
        let Some((issued, until)) = &block.issued else { return Some(Times { now, session: None }) };
        let session = (self.time(shared, issued)?, self.time(shared, until)?);
        let mut fail = |message: String, help: &str| {
            self.test_error(until.span, message, help);
            None
        };
        if session.1 <= session.0 {
            return fail("credentials end after they are issued".to_owned(), "write the issue time first");
        }
        if now.is_none() {
            let help = "add `at TIME` after the end";
            return fail("no clock says whether the credentials have ended".to_owned(), help);
        }
        Some(Times { now, session: Some(session) })
    }

    /// Reports a session that is longer than its role allows.
    pub fn too_long(&mut self, block: &TestBlock, longest: i64) {
        let Some((_, until)) = &block.issued else { return };
        let help = "let the credentials end earlier, or declare a longer `session` for the role";
        self.test_error(until.span, format!("sessions of this role last {longest} s at most"), help);
    }

    fn time<'a>(&mut self, shared: &Shared<'a>, word: &'a Lexeme) -> Option<i64> {
        let text = self.cx(shared, None, None).text(word)?;
        let time = values::date(&text).filter(|time| time.nanos == 0);
        if time.is_none() {
            let help = "a time is written `2026-12-01T09:30:00Z`, or as seconds since 1970";
            self.test_error(word.span, format!("`{text}` is not a time"), help);
        }
        Some(time?.seconds)
    }
}

/// The time that a key of the context has, if the key has one value, in whole seconds.
fn time_in(case: &TestCase, key: &str) -> Option<i64> {
    let entry = case.context.iter().find(|entry| entry.key.eq_ignore_ascii_case(key))?;
    let [value]: &[Str; 1] = entry.values.as_slice().try_into().ok().filter(|_| !entry.list)?;
    values::date(value).filter(|time| time.nanos == 0).map(|time| time.seconds)
}
