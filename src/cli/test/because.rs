//! `because …`: whether the words of an expectation name what decided.

use crate::cli::engine::Answer;
use crate::hir::{IdentityKind, PolicyId, World};
use tabella_runtime::{Gate, Outcome, Request};

/// The words that are not among those of the reason.
pub fn missing<'w>(words: &'w [crate::hir::Str], answer: &Answer, world: &World, request: &Request<'_>) -> Vec<&'w str> {
    let known = known(answer, world, request);
    words.iter().map(|w| &**w).filter(|w| !known.iter().any(|k| k == w)).collect()
}

/// What may be said of a decision: the gate's words, and the names of the policies and statements that decided.
/// An implicit deny is made by policies that do not allow, so there the policies of the gate count.
fn known(answer: &Answer, world: &World, request: &Request<'_>) -> Vec<String> {
    let mut known: Vec<String> = gate_words(answer.decision.gate).iter().map(|w| w.to_string()).collect();
    for reason in answer.deciding() {
        add_name(&reason.policy, &mut known);
        known.extend(reason.sid.clone());
    }
    if answer.decision.outcome == Outcome::ImplicitDeny {
        for policy in silent(answer.decision.gate, world, request) {
            if let Some(policy) = world.policies.get(policy.index()) {
                add_name(&policy.name, &mut known);
            }
        }
    }
    known
}

/// A policy's whole name, and its words: `trust of Analyst` is `trust` and `Analyst`, too.
fn add_name(name: &str, known: &mut Vec<String>) {
    known.push(name.to_string());
    known.extend(name.split([' ', '/']).map(str::to_string));
}

fn gate_words(gate: Gate) -> &'static [&'static str] {
    match gate {
        Gate::Request => &["request"],
        Gate::Rcp => &["resource", "guardrail"],
        Gate::Scp => &["guardrail"],
        Gate::Endpoint => &["endpoint", "policy"],
        Gate::Resource => &["resource", "policy"],
        Gate::Identity => &["identity", "policy"],
        Gate::Boundary => &["boundary"],
        Gate::Session => &["session", "policy"],
        Gate::Root => &["root", "account"],
        Gate::Always => &["always"],
    }
}

/// The policies of a gate for a request.
fn silent(gate: Gate, world: &World, request: &Request<'_>) -> Vec<PolicyId> {
    let identity = identity(world, request.principal);
    match gate {
        Gate::Identity => identity.map(|i| i.policies.clone()).unwrap_or_default(),
        Gate::Boundary => identity.and_then(|i| i.boundary.clone()).unwrap_or_default(),
        Gate::Scp => {
            let account = request.principal.split(':').nth(4).unwrap_or("");
            let scps = world.accounts.iter().find(|a| &*a.id == account).and_then(|a| a.scps.as_ref());
            scps.into_iter().flatten().flatten().copied().collect()
        }
        Gate::Session => {
            let names = request.session.policies.unwrap_or_default();
            let named = |p: &crate::hir::Policy| names.iter().any(|n| **n == *p.name);
            indexes(world, |p| p.kind == crate::hir::PolicyKind::Session && named(p))
        }
        Gate::Resource => {
            let governs = |r: &&crate::hir::ResourcePolicy| {
                request.resource.strip_prefix(&*r.resource).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with(['/', ':'])
                })
            };
            world.resource_policies.iter().filter(governs).map(|r| r.policy).collect()
        }
        Gate::Endpoint => {
            let through = |e: &&crate::hir::Endpoint| request.endpoint == Some(&*e.id);
            world.endpoints.iter().filter(through).map(|e| e.policy).collect()
        }
        _ => Vec::new(),
    }
}

fn indexes(world: &World, keep: impl Fn(&crate::hir::Policy) -> bool) -> Vec<PolicyId> {
    let all = world.policies.iter().enumerate();
    all.filter(|(_, p)| keep(p)).map(|(i, _)| PolicyId(i as u32)).collect()
}

/// The declared user or role a principal is, or is a session of.
fn identity<'w>(world: &'w World, principal: &str) -> Option<&'w crate::hir::Identity> {
    if let Some(found) = world.identities.iter().find(|i| *i.arn == *principal) {
        return Some(found);
    }
    let account = principal.split(':').nth(4)?;
    let role = principal.split(':').nth(5)?.strip_prefix("assumed-role/")?.split('/').next()?;
    world.identities.iter().find(|i| {
        let owner = world.accounts.get(i.account.index()).map(|a| &*a.id);
        i.kind == IdentityKind::Role && *i.name == *role && owner == Some(account)
    })
}
