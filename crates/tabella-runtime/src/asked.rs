//! A request made ready: caller classified, action looked up, resource split and owned, governing policies found.

use crate::arn::Arn;
use crate::derive::{self, Cache};
use crate::layout::{ACTION_BYTES, Account, NONE, Resource, TRUST, WILDCARD_ONLY};
use crate::request::{Entry, Request, is_session_key};
use crate::tables::Tables;
use crate::who::{Kind, Who, is_account};
use memchr::memrchr2;

/// What the tables know of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A column of a service.
    Column { service: u32, column: u32 },
    /// A service of the tables, a name that is none of its columns.
    Service(u32),
    /// No service of the tables.
    Unknown,
}

/// Everything a decision needs to know of its request.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub tables: &'a Tables<'a>,
    pub request: &'a Request<'a>,
    pub who: Who<'a>,
    /// Lower-case `service:name`.
    pub action: &'a str,
    pub column: Action,
    pub arn: Arn<'a>,
    /// What `aws:ResourceAccount` is.
    pub known_resource_account: Option<&'a str>,
    /// The caller and the resource belong to one account.
    pub same_account: bool,
    pub principal_account: Option<Account>,
    pub resource_account: Option<Account>,
    pub governing: Governing,
    pub cache: Cache,
}

/// A lower-case action on the stack.
pub(crate) struct Lowered {
    bytes: [u8; ACTION_BYTES],
    len: usize,
}

impl Lowered {
    /// `None` when it is too long or not `service:name`.
    pub fn new(action: &str) -> Option<Self> {
        let mut out = Lowered { bytes: [0; ACTION_BYTES], len: action.len() };
        out.bytes.get_mut(..action.len())?.copy_from_slice(action.as_bytes());
        out.bytes.get_mut(..action.len())?.make_ascii_lowercase();
        let (service, name) = action.split_once(':')?;
        let odd = |b: u8| b.is_ascii_whitespace() || matches!(b, b':' | b'*' | b'?');
        (!service.is_empty() && !name.is_empty() && !name.bytes().any(odd) && !service.bytes().any(odd))
            .then_some(out)
    }

    pub fn text(&self) -> &str {
        self.bytes.get(..self.len).and_then(|b| core::str::from_utf8(b).ok()).unwrap_or_default()
    }
}

/// The resource policies that govern a resource, that of the resource itself first.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Governing {
    found: [Option<Resource>; GOVERNING],
    more: bool,
}

/// Policies kept; when more govern one resource, it is looked up again.
const GOVERNING: usize = 4;

impl<'a> Asked<'a> {
    /// `None`: the request is malformed and denied (R6).
    pub fn new(tables: &'a Tables<'a>, request: &'a Request<'a>, lowered: &'a Lowered) -> Option<Self> {
        let action = lowered.text();
        let who = Who::new(tables, request, action)?;
        well_formed(tables, request, &who).then_some(())?;
        let (column, wildcard_only) = match tables.find_action(action) {
            Some((_, a)) => {
                let column = Action::Column { service: a.service, column: a.column };
                (column, a.name_len & WILDCARD_ONLY != 0)
            }
            None => {
                let prefix = action.split_once(':').map_or("", |(prefix, _)| prefix);
                (tables.find_service(prefix).map_or(Action::Unknown, Action::Service), false)
            }
        };
        // R65: the resource asked about is `*`, whatever the caller says.
        let arn = Arn::new(if wildcard_only { "*" } else { request.resource });
        let governing = Governing::find(tables, arn.text, action);
        // R73: whose it is does not depend on what is matched against (R65).
        let named = if wildcard_only { Arn::new(request.resource) } else { arn };
        let owner = Some(named.part(4)).filter(|a| is_account(a));
        let known = request.resource_account.or(owner).or_else(|| governing.account(tables));
        let account = known.or(who.account);
        let find = |digits: Option<&str>| digits.and_then(|d| tables.find_account(d));
        let principal_account = match who.record {
            Some(record) => tables.accounts.get(record.account as usize),
            None => find(who.account),
        };
        let same_account = who.account.is_some() && who.account == account;
        let resource_account = if same_account { principal_account } else { find(account) };
        Some(Asked {
            tables,
            request,
            who,
            action,
            column,
            arn,
            known_resource_account: known,
            same_account,
            principal_account,
            resource_account,
            governing,
            cache: Cache::default(),
        })
    }

    /// Where the resource's own policy must allow (R12, R139): roles to be assumed, KMS keys.
    pub fn resource_policy_is_mandatory(&self) -> bool {
        if self.arn.part(0) != "arn" {
            return false;
        }
        match (self.arn.part(2), self.arn.part(5).split_once('/')) {
            ("iam", Some(("role", _))) => {
                self.action.starts_with("sts:assumerole")
                    || matches!(self.action, "sts:tagsession" | "sts:setsourceidentity" | "sts:setcontext")
            }
            ("kms", Some(("key", _))) => self.action.starts_with("kms:"),
            _ => false,
        }
    }

    /// R136: allowed to everybody who signs.
    pub fn is_always_allowed(&self) -> bool {
        self.action == "sts:getcalleridentity" && (self.who.is_iam() || self.who.kind == Kind::Service)
    }

    /// The caller's identity layer.
    pub fn identity(&self) -> Option<u32> {
        self.who.record.map(|r| r.identity)
    }

    /// The caller's boundary; none binds a service-linked role (R137).
    pub fn boundary(&self) -> Option<u32> {
        let record = self.who.record.filter(|_| !self.who.is_service_linked())?;
        (record.boundary != NONE).then_some(record.boundary)
    }

    /// SCPs of the caller's account (R36–R38, R42, R43).
    pub fn scps(&self) -> Option<u32> {
        let account =
            self.principal_account.filter(|_| self.who.is_iam() && !self.who.is_service_linked())?;
        (derive::is_bound(&account) && account.scps != NONE).then_some(account.scps)
    }

    /// RCPs of the resource's account (R47, R50).
    pub fn rcps(&self) -> Option<u32> {
        let exempt = self.who.is_service_linked() || self.action == "kms:retiregrant";
        let account = self.resource_account.filter(|_| !exempt)?;
        (derive::is_bound(&account) && account.rcps != NONE).then_some(account.rcps)
    }

    /// The policy of the endpoint the request came through (R51).
    pub fn endpoint(&self) -> Option<u32> {
        self.request.endpoint.and_then(|id| self.tables.find_endpoint(id))
    }

    /// Calls `f` with every resource policy that governs the resource.
    pub fn each_governing(&self, mut f: impl FnMut(&Resource)) {
        if self.governing.more {
            each_governing(self.tables, self.arn.text, self.action, |r| f(&r));
        } else {
            self.governing.found.iter().flatten().for_each(f);
        }
    }
}

fn well_formed(tables: &Tables<'_>, request: &Request<'_>, who: &Who<'_>) -> bool {
    let unique_id = who.record.map_or("", |r| tables.text(r.unique_id, r.unique_id_len));
    let session = &request.session;
    let complete = request.context.is_complete();
    let tags = if complete { &[] } else { session.tags };
    // R151: the session has keys of its own, each once.
    let keys = if complete { &[] } else { session.keys };
    let given = |i: usize, key: &str| keys.iter().take(i).any(|e| e.key.eq_ignore_ascii_case(key));
    let own = |(i, e): (usize, &Entry<'_>)| is_session_key(e.key) && !given(i, e.key);
    // R90: keys that differ in case only are no keys.
    let twice = |i: usize, key: &str| tags.iter().take(i).any(|(k, _)| k.eq_ignore_ascii_case(key));
    keys.iter().enumerate().all(own)
        && (request.resource == "*" || Arn::new(request.resource).has_six_parts())
        && request.resource_account.is_none_or(is_account)
        && derive::fits(who, unique_id)
        && !tags.iter().enumerate().any(|(i, (key, _))| twice(i, key))
        && session.policies.is_none_or(|p| p.iter().all(|n| tables.find_session_policy(n).is_some()))
}

impl Governing {
    fn find(tables: &Tables<'_>, arn: &str, action: &str) -> Self {
        let mut out = Governing::default();
        let mut count = 0;
        each_governing(tables, arn, action, |resource| {
            match out.found.get_mut(count) {
                Some(place) => *place = Some(resource),
                None => out.more = true,
            }
            count += 1;
        });
        out
    }

    fn account<'a>(&self, tables: &Tables<'a>) -> Option<&'a str> {
        let index = self.found.iter().flatten().map(|r| r.account).find(|a| *a != NONE)?;
        tables.accounts.get(index as usize).map(|a| tables.text(a.id, a.id_len))
    }
}

/// The resource itself, then what it lies under, cut at `/` and `:`. Trust policies govern exactly their role, for
/// `sts` only (R122).
fn each_governing(tables: &Tables<'_>, arn: &str, action: &str, mut f: impl FnMut(Resource)) {
    let (shortest, longest) = (tables.meta.shortest_resource as usize, tables.meta.longest_resource as usize);
    let mut head = arn;
    while head.len() >= shortest && longest > 0 {
        if head.len() <= longest {
            tables.find_resources(head, |found| {
                let trust = found.flags & TRUST != 0;
                if !trust || (head.len() == arn.len() && action.starts_with("sts:")) {
                    f(found);
                }
            });
        }
        let Some(cut) = memrchr2(b'/', b':', head.as_bytes()) else { return };
        head = head.get(..cut).unwrap_or_default();
    }
}
