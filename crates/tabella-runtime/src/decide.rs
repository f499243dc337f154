//! The decision: layers in R5's order, then what their verdicts come to.

use crate::asked::{Asked, Scratch};
use crate::decision::{Decision, Gate, Outcome};
use crate::items::{Grant, Layer};
use crate::policies::Verdict;
use crate::request::Request;
use crate::tables::Tables;
use crate::who::Kind;

impl Tables<'_> {
    /// Decides a request.
    ///
    /// Exact in all three outcomes and in the gate; allocates nothing.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        match Asked::new(self, request, &mut Scratch::new()) {
            Some(asked) => asked.decide(&mut Cells),
            None => MALFORMED,
        }
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

/// What the layers said; `None` = the layer does not bind this request.
#[derive(Clone, Copy, Debug, Default)]
struct Verdicts {
    scp: Option<Verdict>,
    endpoint: Option<Verdict>,
    resource: Grant,
    identity: bool,
    boundary: Option<Verdict>,
    session: Option<Verdict>,
}

/// Collects denies: the first in order counts.
struct Denies {
    first: Option<Gate>,
}

impl Denies {
    fn note(&mut self, gate: Gate, verdict: Verdict) -> Verdict {
        if verdict.denied {
            self.first.get_or_insert(gate);
        }
        verdict
    }
}

const fn deny(gate: Gate) -> Decision {
    Decision { outcome: Outcome::ImplicitDeny, gate }
}

const fn allow(gate: Gate) -> Decision {
    Decision { outcome: Outcome::Allow, gate }
}

impl Asked<'_> {
    pub fn decide<E: Evaluate>(&self, by: &mut E) -> Decision {
        if self.is_always_allowed() {
            return allow(Gate::Always);
        }
        let mut denies = Denies { first: None };
        let verdicts = self.verdicts(by, &mut denies);
        match denies.first {
            Some(gate) => Decision { outcome: Outcome::ExplicitDeny, gate },
            None => self.conclude(&verdicts),
        }
    }

    /// Asks the layers in R5's order. When `E::EARLY`, what follows a deny is not asked.
    fn verdicts<E: Evaluate>(&self, by: &mut E, denies: &mut Denies) -> Verdicts {
        let mut out = Verdicts::default();
        let stop = |denies: &Denies| E::EARLY && denies.first.is_some();
        let mut ask = |denies: &mut Denies, gate, set: Option<u32>| {
            let set = set.filter(|_| !stop(denies))?;
            Some(denies.note(gate, by.set(self, gate, set, Layer::Other)))
        };
        ask(denies, Gate::Rcp, self.rcps());
        out.scp = ask(denies, Gate::Scp, self.scps());
        out.endpoint = ask(denies, Gate::Endpoint, self.endpoint());
        if !stop(denies) {
            self.each_governing(|resource| {
                let layer = Layer::Resource { trust: resource.flags & crate::layout::TRUST != 0 };
                let verdict = denies.note(Gate::Resource, by.set(self, Gate::Resource, resource.set, layer));
                out.resource = out.resource.max(verdict.grant);
            });
        }
        let mut ask = |denies: &mut Denies, gate, set: Option<u32>| {
            let set = set.filter(|_| !stop(denies))?;
            Some(denies.note(gate, by.set(self, gate, set, Layer::Other)))
        };
        // R8: the root user needs no identity policy.
        out.identity = ask(denies, Gate::Identity, self.identity()).is_some_and(|v| v.allows())
            || self.who.kind == Kind::Root;
        out.boundary = ask(denies, Gate::Boundary, self.boundary());
        if !stop(denies) && self.who.is_iam() {
            out.session = self.session_verdict(by).map(|v| denies.note(Gate::Session, v));
        }
        out
    }

    fn session_verdict<E: Evaluate>(&self, by: &mut E) -> Option<Verdict> {
        match self.facts.session.policies {
            Some(names) => Some(by.session(self, names)),
            // R27
            None => (self.who.kind == Kind::FederatedUser).then_some(Verdict::NONE),
        }
    }

    /// No layer denies: the first gate without an allow, or the allow.
    fn conclude(&self, v: &Verdicts) -> Decision {
        let closed = |verdict: Option<Verdict>| verdict.is_some_and(|v| !v.allows());
        if closed(v.scp) {
            return deny(Gate::Scp);
        }
        if closed(v.endpoint) {
            return deny(Gate::Endpoint);
        }
        // R21, R37, R38, R126: nothing but the resource policy can allow.
        if !self.who.is_iam() {
            return if v.resource == Grant::Direct { allow(Gate::Resource) } else { deny(Gate::Resource) };
        }
        let needs_resource = !self.same_account || self.resource_policy_is_mandatory();
        if needs_resource && v.resource == Grant::None {
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
        if closed(v.boundary) {
            return deny(Gate::Boundary);
        }
        if closed(v.session) {
            return deny(Gate::Session);
        }
        allow(match self.who.kind {
            _ if direct => Gate::Resource,
            Kind::Root => Gate::Root,
            _ => Gate::Identity,
        })
    }
}
