//! The oracle: evaluates resolved policies directly, rule by rule, slow and obvious. Every rule of
//! `docs/semantics.md` is cited where the code follows it.
//!
//! It must not know `normalize`, `lower`, `artifact` or the runtime, but for the definition of a request and of
//! an answer: whatever the tables say is tested against what is said here.

mod access;
mod conditions;
mod derive;
mod doubt;
mod gates;
mod matching;
mod request;
mod target;
mod template;
mod values;

#[cfg(test)]
mod tests;

pub use derive::UnknownKey;

use crate::catalog::Catalog;
use crate::hir::{Effect, PolicyId, World};
use tabella_runtime::{Decision, Gate, Outcome, Request};

/// An answer and everything that speaks for or against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The answer.
    pub decision: Decision,
    /// Every statement that applies, in the order of the gates, then of levels, policies and statements.
    pub findings: Vec<Finding>,
    /// For an implicit deny the documents that the deciding gate asks and of which none allows; of guardrails those of the
    /// levels without an allow (R40).
    pub silent: Vec<Silent>,
    /// For a request that is malformed because of it: a key that the decision depends on and that is not known (R153).
    pub unknown: Option<UnknownKey>,
    /// For a request through an access point, of which of its two evaluations the answer is; the findings are those of the
    /// access point, then those of the bucket (R152).
    pub side: Option<Side>,
}

/// What is evaluated of a request through an access point (R152).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The access point: its ARN, its policy, its account.
    AccessPoint,
    /// The bucket, or the object in it: its ARN, its policy, its account.
    Bucket,
}

/// A document that was asked and does not allow the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent {
    /// The gate it belongs to.
    pub gate: Gate,
    /// As of a [`Finding`].
    pub level: usize,
    /// The document.
    pub policy: PolicyId,
}

/// A statement that applies to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The gate it belongs to.
    pub gate: Gate,
    /// Of a request through an access point, for which of its evaluations it applies (R152).
    pub side: Option<Side>,
    /// For guardrails the level from the root (0) to the account; 0 elsewhere.
    pub level: usize,
    /// The document.
    pub policy: PolicyId,
    /// The statement's place in the document.
    pub statement: usize,
    /// Whether it allows or denies.
    pub effect: Effect,
}

/// Decides one request. A request that is malformed is denied at [`Gate::Request`] (R6).
///
/// Tests of a key that is not known hold in a deny and fail in an allow. What is allowed so is allowed whatever the key
/// holds. Everything else is looked at once more with such tests the other way round: what is not allowed even so does not
/// depend on the key either, and what is depends on it, so that the request is malformed (R153).
pub fn evaluate(world: &World, catalog: &Catalog, request: &Request<'_>) -> Evaluation {
    match access::point_of(world, catalog, request) {
        Ok(None) => once(world, catalog, request, None),
        Ok(Some(point)) => {
            let itself = once(world, catalog, request, Some(&point));
            let bucket = point.on_bucket(request, |request| once(world, catalog, request, Some(&point)));
            access::both(itself, bucket)
        }
        Err(request::Malformed) => malformed(None),
    }
}

/// The keys that follow from the access point that a request goes through, and their values (R152).
pub fn access_point_keys(
    world: &World,
    catalog: &Catalog,
    request: &Request<'_>,
) -> Option<[(&'static str, String); 3]> {
    Some(access::point_of(world, catalog, request).ok()??.keys())
}

/// One evaluation.
fn once(
    world: &World,
    catalog: &Catalog,
    request: &Request<'_>,
    point: Option<&access::Point<'_>>,
) -> Evaluation {
    let understood = request::understand(world, catalog, request).and_then(|question| {
        derive::keys(world, catalog, request, &question, point).map(|keys| (question, keys))
    });
    let Ok((question, keys)) = understood else { return malformed(None) };
    let first = gates::decide(world, &question, &keys, false);
    if first.decision.is_allowed() {
        return first;
    }
    let second = gates::decide(world, &question, &keys, true);
    if second.decision.is_allowed() { malformed(keys.asked_in_vain(catalog)) } else { second }
}

/// R6
fn malformed(unknown: Option<UnknownKey>) -> Evaluation {
    let decision = Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request };
    Evaluation { decision, findings: Vec::new(), silent: Vec::new(), unknown, side: None }
}

/// Decides a call that is several requests and goes ahead only if every one is allowed: one that touches several
/// resources (R7), or an `sts:AssumeRole` that passes session tags (R127) or a source identity (R128). The
/// decision is that of the first request that is denied, with its place; of the last one if none is. A call
/// without requests is denied.
pub fn evaluate_all(world: &World, catalog: &Catalog, requests: &[Request<'_>]) -> (usize, Evaluation) {
    let mut last = (0, malformed(None));
    for (place, request) in requests.iter().enumerate() {
        last = (place, evaluate(world, catalog, request));
        if !last.1.decision.is_allowed() {
            break;
        }
    }
    last
}
