//! Reasons: every statement that applies, and the policies that say nothing where one had to allow, from the per-policy
//! tables.

use crate::access::{self, Side};
use crate::array::Stored;
use crate::asked::{Asked, Facts};
use crate::decide::{Cells, Evaluate, MALFORMED};
use crate::decision::{Decision, Gate, Outcome};
use crate::items::Layer;
use crate::layout::{ITEM_DENY, NONE, Principal, Statement};
use crate::policies::{Verdict, Visit};
use crate::request::Request;
use crate::tables::Tables;

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Allows.
    Allow,
    /// Denies.
    Deny,
}

/// Where a statement stands in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// File.
    pub file: &'a str,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// A statement that applies to the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding<'a> {
    /// Its layer.
    pub gate: Gate,
    /// Of a request through an access point, for which of its evaluations it applies (R152).
    pub side: Option<Side>,
    /// Level in the layer: for guardrails, 0 = the root of the organization.
    pub level: usize,
    /// Name of its policy.
    pub policy: &'a str,
    /// Number in its policy, from 0.
    pub statement: usize,
    /// Allows or denies.
    pub effect: Effect,
    /// Its `Sid`, when the artifact has provenance.
    pub sid: Option<&'a str>,
    /// Where it stands, likewise.
    pub place: Option<Place<'a>>,
}

/// A policy that was asked and does not allow the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent<'a> {
    /// Its layer.
    pub gate: Gate,
    /// Level in the layer: for guardrails, 0 = the root of the organization.
    pub level: usize,
    /// Its name.
    pub policy: &'a str,
}

impl<'a> Tables<'a> {
    /// Tells `found` of the policies that an implicit deny comes down to: those that the deciding gate asks and of which none
    /// allows the request; of guardrails those of the levels without an allow, for one policy of a level suffices (R40).
    /// There are none for other decisions, and none where no policy is asked, such as that of a resource which has none.
    pub fn silent(&self, request: &Request<'_>, found: &mut dyn FnMut(Silent<'a>)) {
        let decision = self.decide(request);
        if decision.outcome != Outcome::ImplicitDeny {
            return;
        }
        let unsaid = &mut Unsaid { tables: self, gate: decision.gate, found };
        // R152: of the side that decides.
        let side = self.sides(request).map(access::Sides::decisive);
        let _: Option<Decision> = Asked::by_names(self, request, |who, verb| {
            let ask = &mut |asked: &Asked<'_>, _: Option<Stored<'_, Principal>>| {
                if asked.through.map(|through| through.side) != side {
                    return MALFORMED;
                }
                // R153: with hope, as what is not allowed is decided.
                asked.cache.hope();
                asked.by_all(unsaid)
            };
            Some(access::answer(self, Facts::Names(request), who, verb, ask).decision())
        });
    }

    /// Decides a request and tells `found` of every statement that applies, layer by layer in the order of
    /// [`Gate`]; of a request through an access point those for the access point first, then those for the bucket (R152). The
    /// answer is that of [`Tables::decide`]; this way to it is slower. Allocates nothing.
    pub fn explain(&self, request: &Request<'_>, found: &mut dyn FnMut(Finding<'a>)) -> Decision {
        let decided = Asked::by_names(self, request, |who, verb| {
            let ask = &mut |asked: &Asked<'_>, _: Option<Stored<'_, Principal>>| {
                // R153: what is told is what the decision stands on.
                if !asked.by_all(&mut Cells).is_allowed() {
                    asked.cache.hope();
                    if asked.by_all(&mut Cells).is_allowed() {
                        return MALFORMED;
                    }
                }
                asked.by_all(&mut Policies { tables: self, found })
            };
            Some(access::answer(self, Facts::Names(request), who, verb, ask).decision())
        });
        decided.unwrap_or(MALFORMED)
    }

    fn finding(
        &self,
        asked: &Asked<'_>,
        gate: Gate,
        level: usize,
        policy: u32,
        number: usize,
        s: &Statement,
    ) -> Finding<'a> {
        let record = self.policies.get(policy as usize).unwrap_or_default();
        let index = record.statements as usize + number;
        let effect = if s.flags & ITEM_DENY != 0 { Effect::Deny } else { Effect::Allow };
        let text = |start: u32, len: u32| {
            let start = start as usize;
            self.provenance_strings.get(start..start.saturating_add(len as usize)).unwrap_or_default()
        };
        let from = self.provenance.get(index);
        Finding {
            gate,
            side: asked.through.map(|through| through.side),
            level,
            policy: self.text(record.name, record.name_len),
            statement: number,
            effect,
            sid: from.filter(|p| p.sid_len != NONE).map(|p| text(p.sid, p.sid_len)),
            place: from.filter(|p| p.file_len > 0).map(|p| Place {
                file: text(p.file, p.file_len),
                line: p.line,
                column: p.column,
            }),
        }
    }
}

/// By policies, with a report of each statement.
struct Policies<'f, 'a> {
    tables: &'f Tables<'a>,
    found: &'f mut dyn FnMut(Finding<'a>),
}

impl Evaluate for Policies<'_, '_> {
    const EARLY: bool = false;

    fn set(&mut self, asked: &Asked<'_>, gate: Gate, set: u32, layer: Layer) -> Verdict {
        asked.explain_set(set, layer, &mut |level, policy, number, statement: &Statement| {
            (self.found)(self.tables.finding(asked, gate, level, policy, number, statement));
        })
    }

    fn session(&mut self, asked: &Asked<'_>, names: &[&str]) -> Verdict {
        let mut visit = |level, policy, number, statement: &Statement| {
            (self.found)(self.tables.finding(asked, Gate::Session, level, policy, number, statement));
        };
        asked.explain_session(names, &mut visit)
    }
}

/// By policies, with a report of those of one gate that do not allow.
struct Unsaid<'f, 'a> {
    tables: &'f Tables<'a>,
    gate: Gate,
    found: &'f mut dyn FnMut(Silent<'a>),
}

impl Evaluate for Unsaid<'_, '_> {
    const EARLY: bool = false;

    fn set(&mut self, asked: &Asked<'_>, gate: Gate, set: u32, layer: Layer) -> Verdict {
        // What other gates say is decided already.
        if gate == self.gate { asked.explain_set(set, layer, self) } else { Verdict::ALLOWED }
    }

    fn session(&mut self, asked: &Asked<'_>, names: &[&str]) -> Verdict {
        if self.gate == Gate::Session { asked.explain_session(names, self) } else { Verdict::ALLOWED }
    }
}

impl Visit for Unsaid<'_, '_> {
    const ALL: bool = true;

    fn statement(&mut self, _: usize, _: u32, _: usize, _: &Statement) {}

    fn silent(&mut self, level: usize, policy: u32) {
        let record = self.tables.policies.get(policy as usize).unwrap_or_default();
        let policy = self.tables.text(record.name, record.name_len);
        (self.found)(Silent { gate: self.gate, level, policy });
    }
}
