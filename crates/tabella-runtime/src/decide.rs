//! The decision: layers in R5's order, then what their verdicts come to.

use crate::asked::{Asked, Reach};
use crate::decision::{Decision, Gate, Outcome};
use crate::items::{Grant, Layer};
use crate::layout::{NONE, Principal};
use crate::policies::Verdict;
use crate::request::Request;
use crate::tables::Tables;
use crate::who::Kind;

impl Tables<'_> {
    /// Decides a request.
    ///
    /// Exact in all three outcomes and in the gate; allocates nothing.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        Asked::by_names(self, request, |asked, reach| asked.by_cells(reach)).unwrap_or(MALFORMED)
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
    /// Decides by cells.
    #[inline(always)]
    pub fn by_cells(&self, reach: Reach) -> Decision {
        match reach {
            Reach::Own(caller) => self.by_own_policies(&caller),
            Reach::All => self.by_all(&mut Cells),
        }
    }

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
    fn by_own_policies(&self, caller: &Principal) -> Decision {
        let scp = match caller.scps {
            NONE => Verdict::ALLOWED,
            set => self.set(set, Layer::Other),
        };
        if scp.denied {
            return explicit(Gate::Scp);
        }
        let identity = self.set(caller.identity, Layer::Other);
        if identity.denied {
            return explicit(Gate::Identity);
        }
        let boundary = match caller.binding_boundary() {
            NONE => Verdict::ALLOWED,
            set => self.set(set, Layer::Other),
        };
        if boundary.denied {
            return explicit(Gate::Boundary);
        }
        if !scp.allows() {
            return deny(Gate::Scp);
        }
        if !self.same_account {
            return deny(Gate::Resource);
        }
        match (identity.allows(), boundary.allows()) {
            (false, _) => deny(Gate::Identity),
            (true, false) => deny(Gate::Boundary),
            (true, true) => allow(Gate::Identity),
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
