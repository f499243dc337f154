//! A request made ready: caller classified, action looked up, resource split and owned, governing policies found.

use crate::access::Through;
use crate::arn::Arn;
use crate::array::Stored;
use crate::cells::Place;
use crate::derive::Cache;
use crate::digits::Digits;
use crate::fold::lower;
use crate::governing::{Governing, each_governing, owner_among, owner_of_all};
use crate::ids::{ActionId, IdRequest};
use crate::kept::Kept;
use crate::layout::{
    ACTION_BYTES, ACTION_NAME_LEN, Account, Action, NONE, OWN_RULES, Principal, Resource, WILDCARD_ONLY,
    action_flags, binding_scps, is_bound,
};
use crate::limits::{ENDPOINT_BYTES, GOVERNING_POLICIES};
use crate::malformed::Malformed;
use crate::request::{Entry, Extras, Request, Session, Values};
use crate::session::{says_nothing, well_formed};
use crate::tables::Tables;
use crate::target::Target;
use crate::who::{Kind, Who};

/// What is asked to be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verb<'a> {
    name: Name<'a>,
    pub place: Place,
    /// [`WILDCARD_ONLY`] and [`OWN_RULES`].
    pub flags: u32,
}

/// Lower-case `service:name`.
#[derive(Clone, Copy, Debug)]
enum Name<'a> {
    Given(&'a [u8]),
    /// An action of the tables.
    At(u32),
}

impl<'a> Verb<'a> {
    /// An action of the tables.
    #[inline(always)]
    pub fn of(stored: Stored<'_, Action>) -> Self {
        let action = stored.read();
        let flags = action.name_len & !ACTION_NAME_LEN;
        Verb { name: Name::At(stored.index), place: Place::of(&action), flags }
    }

    /// The same by its id.
    #[inline(always)]
    pub fn of_id(id: ActionId) -> Self {
        Verb { name: Name::At(id.index), place: id.place, flags: id.flags }
    }

    /// Lower-case `service:name`.
    #[inline(always)]
    pub fn name(&self, tables: &Tables<'a>) -> &'a [u8] {
        match self.name {
            Name::Given(name) => name,
            Name::At(index) => {
                let action = tables.actions.get(index as usize).unwrap_or_default();
                tables.bytes(action.name, action.name_len & ACTION_NAME_LEN)
            }
        }
    }

    /// By a lower-case name. `None`: it is not one `service:name`.
    pub fn named(tables: &Tables<'_>, action: &'a [u8]) -> Option<Self> {
        match tables.find_action(action) {
            Some((_, found)) => Some(Verb::of(found)),
            None => Verb::unknown(tables, action),
        }
    }

    /// An action that the tables do not know, if it is `service:name` at all.
    #[cold]
    fn unknown(tables: &Tables<'_>, action: &'a [u8]) -> Option<Self> {
        let (service, name) = core::str::from_utf8(action).ok()?.split_once(':')?;
        // R63: no column has such a name, so it is enough to look here.
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ':' | '*' | '?');
        let well_formed =
            !service.is_empty() && !name.is_empty() && !service.contains(odd) && !name.contains(odd);
        let flags = action_flags(action);
        let service = tables.find_service(service.as_bytes());
        let place = service.map_or(Place::nowhere(NONE), |service| Place::new(service, NONE));
        well_formed.then_some(Verb { name: Name::Given(action), place, flags })
    }
}

/// Everything a decision needs to know of its request. What few decisions ask for is found when they do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub tables: &'a Tables<'a>,
    pub facts: Facts<'a>,
    pub who: Who<'a>,
    /// Lower-case `service:name`.
    pub action: &'a [u8],
    /// [`WILDCARD_ONLY`] and [`OWN_RULES`].
    pub flags: u32,
    pub place: Place,
    pub arn: &'a Arn<'a>,
    /// The caller and the resource belong to one account.
    pub same_account: bool,
    pub governing: Governing,
    /// Bytes of the ARN of the resource whose policy is asked; another kind of policy is: [`usize::MAX`].
    pub head: usize,
    /// The declared user or role that the action is done to.
    pub target: Option<Target>,
    pub cache: &'a Cache<'a>,
    /// The access point that it goes through (R152).
    pub through: Option<&'a Through<'a>>,
}

/// What a request says beside caller, action and resource.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Facts<'a> {
    /// Its context has keys by name.
    Names(&'a Request<'a>),
    /// Its context has keys by id.
    Ids(&'a IdRequest<'a>),
}

impl<'a> Facts<'a> {
    #[inline(always)]
    fn extras(&self) -> Option<&'a Extras<'a>> {
        match self {
            Facts::Names(request) => request.extras,
            Facts::Ids(request) => request.extras,
        }
    }

    #[inline(always)]
    pub fn session(&self) -> &'a Session<'a> {
        self.extras().map_or(&Extras::NONE.session, |extras| &extras.session)
    }

    #[inline(always)]
    pub fn resource(&self) -> &'a str {
        match self {
            Facts::Names(request) => request.resource,
            Facts::Ids(request) => request.resource,
        }
    }

    #[inline(always)]
    fn resource_account(&self) -> Option<&'a str> {
        self.extras()?.resource_account
    }

    #[inline(always)]
    pub fn endpoint(&self) -> Option<&'a str> {
        self.extras()?.endpoint
    }

    #[inline(always)]
    pub fn now(&self) -> Option<i64> {
        self.extras()?.now
    }

    /// Nothing beside caller, action, resource, context, and times at which nothing is wrong.
    #[inline(always)]
    pub fn are_few(&self, tables: &Tables<'_>, caller: impl FnOnce() -> Kind) -> bool {
        match self.extras() {
            None => true,
            Some(extras) => says_nothing(extras) && self.is_timely_in(extras, tables, caller),
        }
    }

    /// What the request is made at, and how long its credentials hold, is as it must be.
    #[inline(always)]
    fn is_timely(&self, tables: &Tables<'_>, caller: Kind) -> bool {
        self.extras().is_none_or(|extras| self.is_timely_in(extras, tables, || caller))
    }

    #[inline(always)]
    fn is_timely_in(&self, extras: &Extras<'_>, tables: &Tables<'_>, caller: impl FnOnce() -> Kind) -> bool {
        let session = &extras.session;
        let timeless = extras.now.is_none() & session.issued.is_none() & session.expires.is_none();
        timeless || self.fault_of_time(tables, caller()).is_none()
    }

    /// R51, R147: no endpoint is called so, or the context has `aws:SourceIp`, or another endpoint's `aws:SourceVpce`.
    #[cold]
    fn came_otherwise(&self, tables: &Tables<'_>, endpoint: &str) -> bool {
        let odd = |key: &str, values: Values<'_>| {
            key.eq_ignore_ascii_case("aws:SourceIp")
                || (key.eq_ignore_ascii_case("aws:SourceVpce") && values != Values::One(endpoint))
        };
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !endpoint
            .strip_prefix("vpce-")
            .is_some_and(|id| !id.is_empty() && id.len() <= ENDPOINT_BYTES && id.bytes().all(plain))
        {
            return true;
        }
        self.any_of_context(tables, |key, values| odd(key, *values))
    }

    /// Whether a key of the context and its values are such.
    #[inline(never)]
    pub fn any_of_context(
        &self,
        tables: &Tables<'_>,
        mut such: impl FnMut(&str, &Values<'_>) -> bool,
    ) -> bool {
        match self {
            Facts::Names(request) => request.context.entries().iter().any(|e| such(e.key, &e.values)),
            Facts::Ids(request) => request.context.entries().iter().any(|(id, values)| {
                let key = tables.keys.get(id.index as usize).unwrap_or_default();
                such(tables.text(key.name, key.name_len), values)
            }),
        }
    }

    /// Nothing is derived.
    #[inline]
    pub fn is_complete(&self) -> bool {
        matches!(self, Facts::Names(request) if request.context.is_complete())
    }
}

impl<'a> Asked<'a> {
    /// Looks caller and action up and tells `f`; `None`: the request is malformed and denied (R6).
    #[inline(always)]
    pub fn by_names<T>(
        tables: &Tables<'_>,
        request: &Request<'_>,
        f: impl FnOnce(Who<'_>, Verb<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut buffer = [0; ACTION_BYTES];
        let action = lower(request.action.as_bytes(), &mut buffer)?;
        let verb = Verb::named(tables, action)?;
        f(Who::new(tables, request, action)?, verb)
    }

    /// Any request on the resource `named`. Tells `f` of it, and of the caller's record if only the caller's own
    /// policies and its account's guardrails can speak of it. `None`: the request is malformed and denied (R6).
    #[inline(always)]
    pub fn at_length<T>(
        tables: &Tables<'_>,
        facts: Facts<'_>,
        who: Who<'_>,
        verb: Verb<'_>,
        named: Arn<'_>,
        through: Option<&Through<'_>>,
        f: impl FnOnce(&Asked<'_>, Option<Stored<'_, Principal>>) -> T,
    ) -> Option<T> {
        (well_formed(tables, &facts, &who, &named) && facts.is_timely(tables, who.kind)).then_some(())?;
        let (action, place, flags) = (verb.name(tables), verb.place, verb.flags);
        // R65: the resource asked about is `*`, whatever the caller says.
        let arn = if flags & WILDCARD_ONLY != 0 { &Arn::ALL } else { &named };
        let governing = Governing::find(tables, arn, action);
        // No estate is compiled where more govern one resource.
        (governing.count as usize <= GOVERNING_POLICIES).then_some(())?;
        let mut cache = Cache::default();
        let kept;
        if tables.meta.kept != 0 {
            kept = Kept::new();
            cache.kept = Some(&kept);
        }
        let cache = &cache;
        let (same_account, head) = (false, usize::MAX);
        let target = Target::find(tables, &facts, &verb);
        let mut asked = Asked {
            tables,
            facts,
            who,
            action,
            flags,
            place,
            arn,
            same_account,
            governing,
            head,
            target,
            cache,
            through,
        };
        if target.is_some_and(|target| target.is_misrepresented(tables, &facts)) {
            return None;
        }
        // R73: whose it is does not depend on what is matched against.
        let owner = match facts.resource_account() {
            Some(given) => Some(asked.owner_said(given, &named)?),
            None => Digits::parse(named.part(4)).or_else(|| asked.owner()),
        };
        let caller = who.digits();
        asked.same_account = match owner {
            Some(owner) => caller == Some(owner),
            // What nobody is known to own is the caller's, if its account is declared.
            None => who.principal().is_some() || caller.is_some_and(|a| tables.find_account(&a).is_some()),
        };
        let own = who.own_record().filter(|_| asked.is_alone());
        Some(f(&asked, own))
    }

    /// None but the caller's own policies and its account's guardrails can speak of the request.
    fn is_alone(&self) -> bool {
        self.governing.is_empty()
            && !self.has_own_rules()
            && self.tables.rcp_services & self.place.service_bit() == 0
            && self.facts.endpoint().is_none()
            && self.facts.session().policies.is_none()
    }

    /// The owner that a request names, unless the ARN or the policy that governs the resource names another (R73).
    #[inline(never)]
    fn owner_said(&self, given: &str, named: &Arn<'_>) -> Option<Digits> {
        let given = Digits::parse(given.as_bytes())?;
        let known = Digits::parse(named.part(4)).or_else(|| self.owner());
        known.is_none_or(|own| own == given).then_some(given)
    }

    /// Who owns the resource by the policies that govern it.
    #[inline(always)]
    fn owner(&self) -> Option<Digits> {
        if self.tables.resources.len() == 0 {
            return None;
        }
        self.owner_by_policies()
    }

    /// The first of the policies that govern the resource that says whose it is.
    #[inline(never)]
    fn owner_by_policies(&self) -> Option<Digits> {
        match self.governing.kept() {
            Some(kept) if self.flags & WILDCARD_ONLY == 0 => owner_among(self.tables, kept),
            _ => *self
                .cache
                .late()
                .owner
                .get_or_init(|| owner_of_all(self.tables, self.facts.resource().as_bytes(), self.action)),
        }
    }

    /// What `aws:ResourceAccount` is.
    #[inline(never)]
    pub fn known_resource_account(&self) -> Option<&'a str> {
        let by_policies = || {
            let account = self.tables.find_account(&self.owner_by_policies()?)?;
            Some(self.tables.text(account.id, account.id_len))
        };
        self.facts.resource_account().or_else(|| Some(self.named_account()?.0)).or_else(by_policies)
    }

    /// The account that the resource's ARN names.
    #[inline(always)]
    fn named_account(&self) -> Option<(&'a str, Digits)> {
        let resource = self.facts.resource();
        let place = Arn::new(resource.as_bytes()).account()?;
        let account = resource.get(place)?;
        Some((account, Digits::parse(account.as_bytes())?))
    }

    /// Who is known to own the resource.
    #[inline(never)]
    pub fn known_owner(&self) -> Option<Digits> {
        let given = self.facts.resource_account().and_then(|given| Digits::parse(given.as_bytes()));
        given.or_else(|| Some(self.named_account()?.1)).or_else(|| self.owner_by_policies())
    }

    /// The caller's account, if it is declared.
    pub fn principal_account(&self) -> Option<Account> {
        match self.who.detail(self.tables) {
            Some(p) => self.tables.accounts.get(p.account as usize),
            None => self.tables.find_account(&self.who.digits()?),
        }
    }

    /// The resource's account, if it is declared.
    pub fn resource_account(&self) -> Option<Account> {
        if self.same_account {
            return self.principal_account();
        }
        self.tables.find_account(&self.known_owner()?)
    }

    /// Where the resource's own policy must allow (R12, R139): roles to be assumed, KMS keys.
    #[inline(always)]
    pub fn resource_policy_is_mandatory(&self) -> bool {
        self.has_own_rules() && self.is_assumption_or_key()
    }

    /// The action is of `sts` or `kms`, or a change that IAM may refuse.
    #[inline(always)]
    pub fn has_own_rules(&self) -> bool {
        self.flags & OWN_RULES != 0
    }

    #[inline(never)]
    fn is_assumption_or_key(&self) -> bool {
        let on = |service: &str, kind: &str| {
            let part = |i| self.arn.part(i);
            part(0) == b"arn" && part(2) == service.as_bytes() && part(5).starts_with(kind.as_bytes())
        };
        match self.action {
            b"sts:tagsession" => !on("sts", "federated-user/"),
            [b's', b't', b's', b':', name @ ..] => {
                name.starts_with(b"assumerole") || matches!(name, b"setsourceidentity" | b"setcontext")
            }
            // R143: what is done to the alias itself.
            b"kms:createalias" | b"kms:updatealias" | b"kms:deletealias" => !on("kms", "alias/"),
            // R137, R138: a role has no policy that speaks of its own changes.
            [b'i', b'a', b'm', b':', ..] => false,
            // R65
            _ => self.flags & WILDCARD_ONLY == 0,
        }
    }

    /// R136: allowed to everybody who signs; to users and root users with their own credentials.
    pub fn is_always_allowed(&self) -> bool {
        match self.action {
            b"sts:getcalleridentity" => self.who.is_iam() || self.who.is_aws_service(),
            b"sts:getsessiontoken" => self.has_long_term_credentials(),
            _ => false,
        }
    }

    /// A user or root user of whose session nothing is said.
    fn has_long_term_credentials(&self) -> bool {
        const OF_SESSIONS: [&str; 3] =
            ["aws:TokenIssueTime", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"];
        let session = self.facts.session();
        let of_session = |e: &Entry<'_>| OF_SESSIONS.iter().any(|key| key.eq_ignore_ascii_case(e.key));
        matches!(self.who.kind, Kind::User | Kind::Root)
            && session.issued.is_none()
            && !session.keys.iter().any(of_session)
    }

    /// How the request contradicts itself: by a call that the caller's kind of provider does not make, or that only one makes
    /// (R126), a role assumed by a root user (R123), a session token asked for with temporary credentials (R136), or as one that
    /// came through what is no endpoint, or through one and says that it did not (R51, R147). Asked only where more than the
    /// caller's own policies speak.
    pub fn contradiction(&self) -> Option<Malformed> {
        let federated = match self.action {
            // R127, R128: they are asked for beside the call.
            b"sts:tagsession" | b"sts:setsourceidentity" | b"sts:setcontext" => true,
            b"sts:assumerolewithsaml" | b"sts:assumerolewithwebidentity" => {
                self.who.kind == Kind::Provider && self.action == self.who.federated_call()
            }
            _ => self.who.kind != Kind::Provider,
        };
        if !federated {
            return Some(Malformed::FederatedCall);
        }
        if self.action == b"sts:assumerole" && self.who.kind == Kind::Root {
            return Some(Malformed::RootUser);
        }
        if self.action == b"sts:getsessiontoken" && !self.has_long_term_credentials() {
            return Some(Malformed::SessionToken);
        }
        if self.has_own_rules()
            && let Some(protected) = self.touches_what_is_protected()
        {
            return Some(protected);
        }
        let came_otherwise =
            self.facts.endpoint().is_some_and(|id| self.facts.came_otherwise(self.tables, id));
        came_otherwise.then_some(Malformed::Endpoint)
    }

    /// The caller's identity layer.
    pub fn identity(&self) -> Option<u32> {
        self.who.principal().map(|p| p.identity)
    }

    /// The caller's boundary.
    pub fn boundary(&self) -> Option<u32> {
        self.who.principal().map(|p| p.boundary).filter(|b| *b != NONE)
    }

    /// SCPs of the caller's account (R36–R38, R42, R43).
    pub fn scps(&self) -> Option<u32> {
        let scps = match self.who.principal() {
            Some(p) => p.scps,
            None => self.principal_account().map_or(NONE, |a| binding_scps(&a, false)),
        };
        (self.who.is_iam() && scps != NONE).then_some(scps)
    }

    /// RCPs of the resource's account (R47, R50).
    #[inline]
    pub fn rcps(&self) -> Option<u32> {
        if !self.tables.has_rcps {
            return None;
        }
        let account = self.resource_account().filter(|a| a.rcps != NONE && is_bound(a))?;
        let exempt = self.who.is_service_linked() || self.action == b"kms:retiregrant";
        (!exempt).then_some(account.rcps)
    }

    /// The policy of the endpoint the request came through (R51).
    #[inline]
    pub fn endpoint(&self) -> Option<u32> {
        self.facts.endpoint().and_then(|id| self.tables.find_endpoint(id))
    }

    /// Calls `f` with every resource policy that governs the resource.
    #[inline]
    pub fn each_governing(&self, mut f: impl FnMut(&Resource)) {
        match self.governing.kept() {
            Some(found) => {
                found.iter().filter_map(|i| self.tables.resources.get(*i as usize)).for_each(|r| f(&r));
            }
            None => each_governing(self.tables, self.arn.text, self.action, |r| f(&r.read())),
        }
    }
}
