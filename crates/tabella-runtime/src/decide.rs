//! The decision: layers in R5's order, then what their verdicts come to.

use crate::arn::Arn;
use crate::asked::{Asked, Facts, Governing, Verb};
use crate::cells::Place;
use crate::decision::{Decision, Gate, Outcome};
use crate::derive::Cache;
use crate::items::{Grant, Layer};
use crate::layout::{CELL_ALLOW, NONE, Principal};
use crate::policies::Verdict;
use crate::request::Request;
use crate::tables::Tables;
use crate::usual::Usual;
use crate::who::{Kind, Who};

impl Tables<'_> {
    /// Decides a request.
    ///
    /// Exact in all three outcomes and in the gate; allocates nothing.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        Asked::by_names(self, request, |who, verb| decided(self, Facts::Names(request), who, verb, None))
            .unwrap_or(MALFORMED)
    }
}

/// Decides for a caller and an action that are known; `cells`, if the caller's own are known, too.
#[inline(always)]
pub(crate) fn decided(
    tables: &Tables<'_>,
    facts: Facts<'_>,
    who: Who<'_>,
    verb: Verb<'_>,
    cells: Option<&[u32; OWN]>,
) -> Option<Decision> {
    let usual = match Usual::new(tables, &facts, &who, &verb) {
        Ok(usual) if usual.governed => return governed(tables, facts, who, verb, usual, cells),
        Ok(usual) => usual,
        Err(named) => return at_length(tables, facts, who, verb, named),
    };
    let Usual { arn, sets, same_account, .. } = usual;
    let cells = match cells {
        Some(cells) => *cells,
        None => tables.own_cells(&sets, &verb.place),
    };
    let (governing, cache) = (Governing::default(), &Cache::default());
    let Verb { name: action, place, flags } = verb;
    let asked = Asked { tables, facts, who, action, flags, place, arn: &arn, same_account, governing, cache };
    Some(asked.by_own_policies::<false>(&sets, &cells))
}

/// A usual request on a resource that may have policies.
#[inline(never)]
fn governed(
    tables: &Tables<'_>,
    facts: Facts<'_>,
    who: Who<'_>,
    verb: Verb<'_>,
    mut usual: Usual<'_>,
    cells: Option<&[u32; OWN]>,
) -> Option<Decision> {
    let Some(governing) = usual.governing(tables, &who, verb.name) else {
        return at_length(tables, facts, who, verb, usual.arn);
    };
    let cells = match cells {
        Some(cells) => *cells,
        None => tables.own_cells(&usual.sets, &verb.place),
    };
    let cache = &Cache::default();
    let (Usual { arn, sets, same_account, .. }, Verb { name: action, place, flags }) = (&usual, verb);
    let same_account = *same_account;
    let asked = Asked { tables, facts, who, action, flags, place, arn, same_account, governing, cache };
    Some(asked.by_own_policies::<true>(sets, &cells))
}

#[inline(never)]
fn at_length(
    tables: &Tables<'_>,
    facts: Facts<'_>,
    who: Who<'_>,
    verb: Verb<'_>,
    named: Arn<'_>,
) -> Option<Decision> {
    Asked::at_length(tables, facts, who, verb, named, |asked, own| match own {
        Some(caller) => {
            let sets = caller.own_sets();
            asked.by_own_policies::<false>(&sets, &tables.own_cells(&sets, &verb.place))
        }
        None => asked.by_all(&mut Cells),
    })
}

/// Sets that bind a declared caller wherever it asks: SCPs, identity, boundary.
pub(crate) const OWN: usize = 3;

impl Principal {
    /// The sets that bind it wherever it asks; `NONE`: no such layer binds it.
    #[inline(always)]
    pub(crate) fn own_sets(&self) -> [u32; OWN] {
        [self.scps, self.identity, self.binding_boundary()]
    }
}

impl Tables<'_> {
    /// The cells of a caller's own sets. All are read before any is followed, so that the waits for memory overlap.
    #[inline(always)]
    pub(crate) fn own_cells(&self, sets: &[u32; OWN], place: &Place) -> [u32; OWN] {
        // A layer that does not bind is as good as one that allows.
        let cell = |set| if set == NONE { CELL_ALLOW } else { self.cell(set, place) };
        let [scps, identity, boundary] = *sets;
        [cell(scps), cell(identity), cell(boundary)]
    }
}

/// R6
pub(crate) const MALFORMED: Decision = Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request };

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

impl Asked<'_> {
    /// Decides by every policy that binds the request.
    #[inline(never)]
    pub fn by_all<E: Evaluate>(&self, by: &mut E) -> Decision {
        if self.is_contradictory() {
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

    /// What [`Self::allows`] and [`Self::conclude`] come to for such a caller.
    #[inline(always)]
    fn by_own_policies<const GOVERNED: bool>(&self, sets: &[u32; OWN], cells: &[u32; OWN]) -> Decision {
        let ([scps, identity, boundary], [scp_cell, identity_cell, boundary_cell]) = (*sets, *cells);
        let scp = self.verdict(scps, scp_cell, Layer::Other, true);
        if scp.denied {
            return explicit(Gate::Scp);
        }
        let grant = if GOVERNED { self.granted_by_resource() } else { Ok(Grant::None) };
        let Ok(grant) = grant else { return explicit(Gate::Resource) };
        let (direct, limited) = (grant == Grant::Direct, grant == Grant::Limited);
        let (direct, limited) = (direct && self.same_account, limited && self.same_account);
        let shut = match scp.allows() {
            false => Some(Gate::Scp),
            true if grant == Grant::None && !self.same_account => Some(Gate::Resource),
            true => None,
        };
        // Where a gate is shut or an allow needs no other, nothing but denies counts of what follows.
        let asks = shut.is_none() && !direct;
        let identity = self.verdict(identity, identity_cell, Layer::Other, asks && !limited);
        if identity.denied {
            return explicit(Gate::Identity);
        }
        let asks = asks && (limited || identity.allows());
        let boundary = self.verdict(boundary, boundary_cell, Layer::Other, asks);
        if boundary.denied {
            return explicit(Gate::Boundary);
        }
        match shut {
            Some(gate) => deny(gate),
            // R14, R16, R18
            None if direct => allow(Gate::Resource),
            None if !asks => deny(Gate::Identity),
            None if !boundary.allows() => deny(Gate::Boundary),
            // R15
            None => allow(if limited { Gate::Resource } else { Gate::Identity }),
        }
    }

    #[inline(never)]
    fn granted_by_resource(&self) -> Result<Grant, Decision> {
        self.resource_grant(&mut Asking { by: &mut Cells, denied: None })
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
                let verdict = ask.by.set(self, Gate::Resource, resource.set, layer);
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
