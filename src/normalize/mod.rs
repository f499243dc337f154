//! Resolved policies → normal form.
//!
//! Every rewriting keeps the decision of every request; what each one is and why it may be done is written at its
//! function and collected in `docs/normalization.md`. The result depends on what the program says, not on the order
//! of files or of hash tables. Knows nothing of services and columns: that is `lower`.

mod actions;
mod atoms;
mod condition;
mod document;
mod estate;
pub(crate) mod glob;
pub(crate) mod intern;
pub(crate) mod pool;
mod principals;
mod resources;
#[cfg(test)]
mod tests;

use crate::diag::{self, Diagnostic};
use crate::hir::{self, World};
use crate::limits::Limits;
use crate::nf::{NormalForm, Policy, Pools};
use crate::resolve::Checked;
pub(crate) use estate::{governed_by, identity_policies, referenced, session_policies};

/// The normal form of a program, unless a statement has none within the limits.
pub fn normalize(checked: &Checked, limits: &Limits) -> (Option<NormalForm>, Vec<Diagnostic>) {
    of_world(checked.world(), limits)
}

fn of_world(world: &World, limits: &Limits) -> (Option<NormalForm>, Vec<Diagnostic>) {
    let mut documents = document::Documents::new(limits);
    let referenced = estate::referenced(world);
    let of = estate::governed_by(world);
    let (order, mut policies): (Vec<usize>, Vec<_>) = world
        .policies
        .iter()
        .enumerate()
        .zip(referenced)
        .filter(|(_, used)| *used)
        .map(|((at, policy), _)| (at, documents.policy(policy, of.get(at).copied().flatten())))
        .unzip();
    let diagnostics = std::mem::take(&mut documents.diagnostics);
    if diag::has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let pools = documents.finish(&mut policies);
    let (nf, _) = of_documents(world, order.into_iter().zip(policies).collect(), pools);
    (Some(nf), diagnostics)
}

/// Errors in the documents that no layer consults: they are in no normal form, and are right all the same.
pub fn unattached(checked: &Checked, limits: &Limits) -> Vec<Diagnostic> {
    let world = checked.world();
    let idle = world.policies.iter().zip(estate::referenced(world)).filter(|(_, used)| !used);
    let mut documents = document::Documents::new(limits);
    let mut found = Vec::new();
    for (policy, _) in idle {
        documents.renew();
        documents.policy(policy, None);
        found.append(&mut documents.diagnostics);
    }
    found
}

/// One document by itself, over pools of its own; `of` is the resource whose policy it is, if it is that of one.
pub fn document(
    policy: &hir::Policy,
    of: Option<&str>,
    limits: &Limits,
) -> (Option<(Policy, Pools)>, Vec<Diagnostic>) {
    let mut documents = document::Documents::new(limits);
    let mut alone = [documents.policy(policy, of)];
    let diagnostics = std::mem::take(&mut documents.diagnostics);
    if diag::has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let pools = documents.finish(&mut alone);
    let [policy] = alone;
    (Some((policy, pools)), diagnostics)
}

/// A normal form of nothing but who has which layers, whatever the policies' indexes are called.
pub(crate) fn layers(world: &World, at: &[u32]) -> NormalForm {
    estate::Estate::new(world, at).finish(Pools::default(), Vec::new())
}

/// The normal form over sorted pools; `policies` are the consulted documents, each with its index in the world. Beside
/// it, for each document of the world its index in the normal form.
pub(crate) fn of_documents(
    world: &World,
    policies: Vec<(usize, Policy)>,
    pools: Pools,
) -> (NormalForm, Vec<u32>) {
    let (policies, at) = estate::sort_policies(policies, world);
    (estate::Estate::new(world, &at).finish(pools, policies), at)
}
