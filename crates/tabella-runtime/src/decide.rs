//! The decision: layers in R5's order, then what their verdicts come to.

use crate::access;
use crate::arn::Arn;
use crate::array::Stored;
use crate::asked::{Asked, Facts, Verb};
use crate::cells::Place;
use crate::decision::{Decision, Gate, Outcome};
use crate::items::{Grant, Layer};
use crate::known::{ByName, InFull, Known};
use crate::layout::{Action, CELL_ALLOW, CELL_DENY, CELL_NONE, NONE, Principal};
use crate::policies::Verdict;
use crate::request::Request;
use crate::tables::Tables;
use crate::usual;
use crate::who::{Kind, Who};

impl Tables<'_> {
    /// Decides a request.
    ///
    /// Exact in all three outcomes and in the gate; allocates nothing.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        match ByName::new(self, request) {
            Ok(known) => decided(self, known, None),
            Err(Some(action)) => self.decide_session(request, action),
            Err(None) => self.decide_others(request),
        }
    }

    #[inline(never)]
    fn decide_session(&self, request: &Request<'_>, action: Stored<'_, Action>) -> Decision {
        match InFull::in_session(self, request, action) {
            Some(known) => decided(self, known, None),
            None => self.decide_others(request),
        }
    }

    /// For callers that are no users or roles of the tables, or not by their own ARN, and for actions that are unknown.
    #[inline(never)]
    fn decide_others(&self, request: &Request<'_>) -> Decision {
        let decided = Asked::by_names(self, request, |who, verb| {
            let facts = Facts::Names(request);
            Some(match who.own_record() {
                Some(caller) => decided(self, InFull { request, caller, who, verb }, None),
                None => at_length(self, facts, who, verb),
            })
        });
        decided.unwrap_or(MALFORMED)
    }
}

/// By the shortest road that leads to it.
#[inline(always)]
pub(crate) fn decided<'a>(
    tables: &'a Tables<'a>,
    known: impl Known<'a>,
    cells: Option<&[u32; OWN]>,
) -> Decision {
    match usual::decided(tables, known, cells) {
        Some(decision) => decision,
        None => by_length(tables, known),
    }
}

#[inline(never)]
fn by_length<'a>(tables: &'a Tables<'a>, known: impl Known<'a>) -> Decision {
    at_length(tables, known.facts(), known.who(), known.verb())
}

#[inline(never)]
fn at_length(tables: &Tables<'_>, facts: Facts<'_>, who: Who<'_>, verb: Verb<'_>) -> Decision {
    let named = Arn::new(facts.resource().as_bytes());
    let decide = |asked: &Asked<'_>, own: Option<Stored<'_, Principal>>| asked.decided(own);
    if named.may_be_access_point() {
        return access::answer(tables, facts, who, verb, &mut |asked, own| decide(asked, own)).decision();
    }
    Asked::at_length(tables, facts, who, verb, named, None, decide).unwrap_or(MALFORMED)
}

impl Asked<'_> {
    /// What policies say of the request; `own` as [`Asked::at_length`] tells it. Where a key that is not known may have changed
    /// the answer, the answer is what holds whatever the key is (R153).
    #[inline(always)]
    pub(crate) fn decided(&self, own: Option<Stored<'_, Principal>>) -> Decision {
        let decision = match own {
            Some(caller) => {
                self.by_own_policies(&self.tables.own_cells(caller.read().own_sets(), self.place))
            }
            None => self.by_all(&mut Cells),
        };
        if self.cache.unknown().is_some() { self.by_what_is_known(decision) } else { decision }
    }
}

/// Sets that bind a declared caller wherever it asks: SCPs, identity, boundary.
pub(crate) const OWN: usize = 3;

impl Principal {
    /// The sets that bind it wherever it asks; `NONE`: no such layer binds it.
    #[inline(always)]
    pub(crate) fn own_sets(&self) -> [u32; OWN] {
        [self.scps, self.identity, self.boundary]
    }
}

impl Tables<'_> {
    /// The cells of a caller's own sets. All are read before any is followed, so that the waits for memory overlap.
    #[inline(always)]
    pub(crate) fn own_cells(&self, sets: [u32; OWN], place: Place) -> [u32; OWN] {
        // A layer that does not bind is as good as one that allows.
        let cell = |set| if set == NONE { CELL_ALLOW } else { self.cell(set, &place) };
        let [scps, identity, boundary] = sets;
        [cell(scps), cell(identity), cell(boundary)]
    }
}

/// R6
pub(crate) const MALFORMED: Decision = Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request };

/// R5: before all others.
pub(crate) const RCPS_DENY: Decision = explicit(Gate::Rcp);

/// A way to evaluate layers.
pub(crate) trait Evaluate {
    /// Whether to stop at the first layer that denies.
    const EARLY: bool;
    /// A policy set.
    fn set(&mut self, asked: &Asked<'_>, gate: Gate, set: u32, layer: Layer) -> Verdict;
    /// The session policies.
    fn session(&mut self, asked: &Asked<'_>, names: &[&str]) -> Verdict;
}

/// By cells.
pub(crate) struct Cells;

impl Evaluate for Cells {
    const EARLY: bool = true;

    #[inline]
    fn set(&mut self, asked: &Asked<'_>, _: Gate, set: u32, layer: Layer) -> Verdict {
        asked.set(set, layer)
    }

    fn session(&mut self, asked: &Asked<'_>, names: &[&str]) -> Verdict {
        asked.session(names)
    }
}

/// What the layers said, but for denies.
#[derive(Clone, Copy, Debug)]
struct Allows {
    scp: bool,
    endpoint: bool,
    resource: Grant,
    identity: bool,
    boundary: bool,
    session: bool,
}

/// Asks layers, and collects denies: the first in order counts.
struct Asking<'e, E> {
    by: &'e mut E,
    denied: Option<Gate>,
}

impl<E: Evaluate> Asking<'_, E> {
    /// `Err` when a deny ends the search.
    #[inline(always)]
    fn note(&mut self, gate: Gate, verdict: Verdict) -> Result<Verdict, Decision> {
        if verdict.denied {
            if E::EARLY {
                return Err(explicit(gate));
            }
            self.denied.get_or_insert(gate);
        }
        Ok(verdict)
    }

    /// A layer that does not bind the request (`None`) is as good as one that allows.
    #[inline(always)]
    fn allows(&mut self, asked: &Asked<'_>, gate: Gate, set: Option<u32>) -> Result<bool, Decision> {
        let Some(set) = set else { return Ok(true) };
        let verdict = self.by.set(asked, gate, set, Layer::Other);
        Ok(self.note(gate, verdict)?.allows())
    }
}

const fn explicit(gate: Gate) -> Decision {
    Decision { outcome: Outcome::ExplicitDeny, gate }
}

const fn deny(gate: Gate) -> Decision {
    Decision { outcome: Outcome::ImplicitDeny, gate }
}

const fn allow(gate: Gate) -> Decision {
    Decision { outcome: Outcome::Allow, gate }
}

/// What a set without principals says: as the cell that is no program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said(u32);

impl Said {
    pub const NOTHING: Said = Said(CELL_NONE);
    pub const ALLOWED: Said = Said(CELL_ALLOW);
    pub const DENIED: Said = Said(CELL_DENY);

    #[inline(always)]
    pub const fn constant(cell: u32) -> Self {
        Said(cell)
    }

    /// By a program that ran.
    #[inline(always)]
    pub fn by(ran: Option<bool>) -> Self {
        ran.map_or(Said::DENIED, |holds| Said(holds.into()))
    }
}

/// A request of which none but the caller's own policies, its account's guardrails and the resource's policies speak.
pub(crate) trait Own {
    /// The caller and the resource belong to one account.
    fn same_account(&self) -> bool;

    /// What the resource's policies grant. `None`: they deny.
    fn granted(&self) -> Option<Grant>;

    /// What one of the caller's own sets says, by its cell. Without `allows` only its denies count: it may say that it
    /// does not allow when it does.
    fn says(&self, layer: usize, cell: u32, allows: bool) -> Said;

    /// What [`Asked::allows`] and [`Asked::conclude`] come to for such a caller.
    #[inline(always)]
    fn by_own_policies(&self, cells: &[u32; OWN]) -> Decision {
        let [scps, identity, boundary] = *cells;
        let scp = self.says(0, scps, true);
        if scp == Said::DENIED {
            return explicit(Gate::Scp);
        }
        let Some(grant) = self.granted() else { return explicit(Gate::Resource) };
        let same_account = self.same_account();
        let (direct, limited) = (grant == Grant::Direct, grant == Grant::Limited);
        let (direct, limited) = (direct && same_account, limited && same_account);
        let shut = match scp == Said::ALLOWED {
            false => Some(Gate::Scp),
            true if grant == Grant::None && !same_account => Some(Gate::Resource),
            true => None,
        };
        // Where a gate is shut or an allow needs no other, nothing but denies counts of what follows.
        let asks = shut.is_none() && !direct;
        let identity = self.says(1, identity, asks && !limited);
        if identity == Said::DENIED {
            return explicit(Gate::Identity);
        }
        let asks = asks && (limited || identity == Said::ALLOWED);
        let boundary = self.says(2, boundary, asks);
        if boundary == Said::DENIED {
            return explicit(Gate::Boundary);
        }
        match shut {
            Some(gate) => deny(gate),
            // R14, R16, R18
            None if direct => allow(Gate::Resource),
            None if !asks => deny(Gate::Identity),
            None if boundary != Said::ALLOWED => deny(Gate::Boundary),
            // R15
            None => allow(if limited { Gate::Resource } else { Gate::Identity }),
        }
    }
}

impl Own for Asked<'_> {
    fn same_account(&self) -> bool {
        self.same_account
    }

    fn granted(&self) -> Option<Grant> {
        self.resource_grant(&mut Asking { by: &mut Cells, denied: None }).ok()
    }

    fn says(&self, layer: usize, cell: u32, allows: bool) -> Said {
        // The caller has a record: its cells are known.
        let sets = self.who.own_record().map_or([NONE; OWN], |caller| caller.read().own_sets());
        match self.verdict(sets.get(layer).copied().unwrap_or(NONE), cell, Layer::Other, allows) {
            Verdict { denied: true, .. } => Said::DENIED,
            verdict if verdict.allows() => Said::ALLOWED,
            _ => Said::NOTHING,
        }
    }
}

impl Asked<'_> {
    /// What a decision comes to for which tests asked for a key that is not known (R153). They came out as a deny has it, so
    /// an allow stands. Otherwise they come out the other way: what is not allowed then does not depend on the key, and what
    /// is allowed does, so that the request is refused.
    #[cold]
    fn by_what_is_known(&self, decision: Decision) -> Decision {
        if decision.is_allowed() {
            return decision;
        }
        self.cache.hope();
        match self.by_all(&mut Cells) {
            decision if decision.is_allowed() => MALFORMED,
            decision => decision,
        }
    }

    /// The key that is not known and that the decision depends on, if there is such a key.
    #[cold]
    pub fn decisive_unknown(&self) -> Option<u32> {
        if self.by_all(&mut Cells).is_allowed() {
            return None;
        }
        self.cache.hope();
        if self.by_all(&mut Cells).is_allowed() { self.cache.unknown() } else { None }
    }

    /// Decides by every policy that binds the request.
    #[inline(never)]
    pub fn by_all<E: Evaluate>(&self, by: &mut E) -> Decision {
        if self.contradiction().is_some() {
            return MALFORMED;
        }
        if self.is_always_allowed() {
            return allow(Gate::Always);
        }
        match self.allows(by) {
            Ok(allows) => self.conclude(&allows),
            Err(denied) => denied,
        }
    }

    /// Asks the layers in R5's order. When `E::EARLY`, what follows a deny is not asked. `Err`: some layer denies.
    #[inline(always)]
    fn allows<E: Evaluate>(&self, by: &mut E) -> Result<Allows, Decision> {
        let mut ask = Asking { by, denied: None };
        ask.allows(self, Gate::Rcp, self.rcps())?;
        let scp = ask.allows(self, Gate::Scp, self.scps())?;
        let endpoint = ask.allows(self, Gate::Endpoint, self.endpoint())?;
        let resource = self.resource_grant(&mut ask)?;
        // R8: the root user needs no identity policy, where somebody is known to own the resource.
        let identity = match self.identity() {
            None => false,
            set => ask.allows(self, Gate::Identity, set)?,
        } || (self.who.kind == Kind::Root
            && (self.known_resource_account().is_some() || self.facts.resource() == "*"));
        let boundary = ask.allows(self, Gate::Boundary, self.boundary())?;
        let session = !self.who.is_iam() || self.session_allows(&mut ask)?;
        match ask.denied {
            Some(gate) => Err(explicit(gate)),
            None => Ok(Allows { scp, endpoint, resource, identity, boundary, session }),
        }
    }

    /// What the resource policies grant: the most that any of them does.
    #[inline(always)]
    fn resource_grant<E: Evaluate>(&self, ask: &mut Asking<'_, E>) -> Result<Grant, Decision> {
        let mut grant = Grant::None;
        if self.governing.is_empty() {
            return Ok(grant);
        }
        let mut denied = Ok(());
        self.each_governing(|resource| {
            let layer = Layer::Resource { trust: resource.flags & crate::layout::TRUST != 0 };
            if denied.is_ok() {
                let asked = Asked { head: resource.arn_len as usize, ..*self };
                let verdict = ask.by.set(&asked, Gate::Resource, resource.set, layer);
                denied = ask.note(Gate::Resource, verdict).map(|v| grant = grant.max(v.grant));
            }
        });
        denied.map(|()| grant)
    }

    #[inline(always)]
    fn session_allows<E: Evaluate>(&self, ask: &mut Asking<'_, E>) -> Result<bool, Decision> {
        match self.facts.session().policies {
            Some(names) => {
                let verdict = ask.by.session(self, names);
                Ok(ask.note(Gate::Session, verdict)?.allows())
            }
            // R27
            None => Ok(self.who.kind != Kind::FederatedUser),
        }
    }

    /// No layer denies: the first gate without an allow, or the allow.
    #[inline(always)]
    fn conclude(&self, v: &Allows) -> Decision {
        if !v.scp {
            return deny(Gate::Scp);
        }
        if !v.endpoint {
            return deny(Gate::Endpoint);
        }
        // R21, R37, R38, R126: nothing but the resource policy can allow.
        if !self.who.is_iam() {
            return if v.resource == Grant::Direct { allow(Gate::Resource) } else { deny(Gate::Resource) };
        }
        if v.resource == Grant::None && (!self.same_account || self.resource_policy_is_mandatory()) {
            return deny(Gate::Resource);
        }
        // R14–R19, R22; R33: not across accounts.
        if self.same_account && v.resource == Grant::Direct {
            return allow(Gate::Resource);
        }
        let direct = self.same_account && v.resource == Grant::Limited;
        if !direct && !v.identity {
            return deny(Gate::Identity);
        }
        if !v.boundary {
            return deny(Gate::Boundary);
        }
        if !v.session {
            return deny(Gate::Session);
        }
        allow(match self.who.kind {
            _ if direct => Gate::Resource,
            Kind::Root => Gate::Root,
            _ => Gate::Identity,
        })
    }
}
