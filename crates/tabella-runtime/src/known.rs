//! Requests whose caller is declared: by names, by ids, and for sessions.

use crate::array::Stored;
use crate::asked::{Facts, Verb};
use crate::decide::OWN;
use crate::digits::Digits;
use crate::ids::IdRequest;
use crate::layout::{Action, Principal};
use crate::request::Request;
use crate::tables::Tables;
use crate::who::Who;

/// A request whose caller is declared and whose action is well-formed. It holds as little as its kind allows: what few
/// decisions ask for is read when they do.
pub(crate) trait Known<'a>: Copy {
    fn facts(&self) -> Facts<'a>;

    fn verb(&self) -> Verb<'a>;

    /// The sets that bind the caller wherever it asks.
    fn sets(&self) -> [u32; OWN];

    /// The caller's account.
    fn account(&self) -> Digits;

    /// Whether that is it.
    fn is_of(&self, account: &[u8; 12]) -> bool;

    fn who(&self) -> Who<'a>;
}

/// By the names of a user or role and of an action of the tables.
#[derive(Clone, Copy)]
pub(crate) struct ByName<'a> {
    request: &'a Request<'a>,
    caller: Stored<'a, Principal>,
    action: Stored<'a, Action>,
}

impl<'a> ByName<'a> {
    /// `Err`: it is another caller, with the action if that is known.
    #[inline(always)]
    pub fn new(tables: &'a Tables<'a>, request: &'a Request<'a>) -> Result<Self, Option<Stored<'a, Action>>> {
        let (_, action) = tables.find_action(request.action.as_bytes()).ok_or(None)?;
        match tables.find_principal(request.principal) {
            Some((_, caller)) if caller.read().is_well_formed() => Ok(ByName { request, caller, action }),
            _ => Err(Some(action)),
        }
    }
}

impl<'a> Known<'a> for ByName<'a> {
    #[inline(always)]
    fn facts(&self) -> Facts<'a> {
        Facts::Names(self.request)
    }

    #[inline(always)]
    fn verb(&self) -> Verb<'a> {
        Verb::of(self.action)
    }

    #[inline(always)]
    fn sets(&self) -> [u32; OWN] {
        self.caller.read().own_sets()
    }

    #[inline(always)]
    fn account(&self) -> Digits {
        self.caller.read().digits()
    }

    #[inline(always)]
    fn is_of(&self, account: &[u8; 12]) -> bool {
        self.caller.is_of(account)
    }

    #[inline(always)]
    fn who(&self) -> Who<'a> {
        Who::declared(self.request.principal, self.caller)
    }
}

/// By ids.
#[derive(Clone, Copy)]
pub(crate) struct ById<'a> {
    request: &'a IdRequest<'a>,
    caller: Stored<'a, Principal>,
}

impl<'a> ById<'a> {
    /// `None`: malformed.
    #[inline(always)]
    pub fn new(tables: &'a Tables<'a>, request: &'a IdRequest<'a>) -> Option<Self> {
        let caller = tables.principals.stored(request.principal.index as usize)?;
        let well_formed = request.is_of(tables)
            && request.session_name.is_none_or(|session| Who::may_have_session(tables, caller, session));
        well_formed.then_some(ById { request, caller })
    }
}

impl<'a> Known<'a> for ById<'a> {
    #[inline(always)]
    fn facts(&self) -> Facts<'a> {
        Facts::Ids(self.request)
    }

    #[inline(always)]
    fn verb(&self) -> Verb<'a> {
        Verb::of_id(self.request.action)
    }

    #[inline(always)]
    fn sets(&self) -> [u32; OWN] {
        self.request.principal.sets
    }

    #[inline(always)]
    fn account(&self) -> Digits {
        self.request.principal.account
    }

    #[inline(always)]
    fn is_of(&self, account: &[u8; 12]) -> bool {
        self.request.principal.account.are(account)
    }

    #[inline(always)]
    fn who(&self) -> Who<'a> {
        let role_or_user = Who::declared("", self.caller);
        match self.request.session_name {
            None => role_or_user,
            Some(session) => role_or_user.in_session(session),
        }
    }
}

/// By names that say more than records: a session's, or an action that the tables do not know.
#[derive(Clone, Copy)]
pub(crate) struct InFull<'a> {
    pub request: &'a Request<'a>,
    pub caller: Stored<'a, Principal>,
    pub who: Who<'a>,
    pub verb: Verb<'a>,
}

impl<'a> InFull<'a> {
    /// A session of a declared role, by its ARN. `None`: another caller, or not of the usual shape.
    #[inline(always)]
    pub fn in_session(
        tables: &'a Tables<'a>,
        request: &'a Request<'a>,
        action: Stored<'a, Action>,
    ) -> Option<Self> {
        let who = Who::usual_session(tables, request.principal)?;
        Some(InFull { request, caller: who.own_record()?, who, verb: Verb::of(action) })
    }
}

impl<'a> Known<'a> for InFull<'a> {
    fn facts(&self) -> Facts<'a> {
        Facts::Names(self.request)
    }

    fn verb(&self) -> Verb<'a> {
        self.verb
    }

    fn sets(&self) -> [u32; OWN] {
        self.caller.read().own_sets()
    }

    fn account(&self) -> Digits {
        self.caller.read().digits()
    }

    fn is_of(&self, account: &[u8; 12]) -> bool {
        self.caller.is_of(account)
    }

    fn who(&self) -> Who<'a> {
        self.who
    }
}
