//! Which policies a gate asks for a request: those that an implicit deny can be put down to. For words only;
//! whether they allow anything is the engines' business.

use crate::hir::{
    AccessPoint, Endpoint, Identity, IdentityKind, Policy, PolicyId, PolicyKind, ResourcePolicy, World,
};
use tabella_runtime::{Gate, Request};

/// The policies that a gate asks for a request. Of guardrails those of the levels that `allowed` says no allow of: one of a
/// level suffices (R40). `bucket`: it is asked of the bucket behind an access point.
pub fn of(
    gate: Gate,
    world: &World,
    request: &Request<'_>,
    bucket: bool,
    allowed: &[usize],
) -> Vec<PolicyId> {
    let identity = identity(world, request.principal);
    match gate {
        Gate::Identity => identity.map(|i| i.policies.clone()).unwrap_or_default(),
        Gate::Boundary => identity.and_then(|i| i.boundary.clone()).unwrap_or_default(),
        Gate::Scp => {
            let account = request.principal.split(':').nth(4).unwrap_or("");
            let scps = world.accounts.iter().find(|a| &*a.id == account).and_then(|a| a.scps.as_ref());
            let silent = scps.into_iter().flatten().enumerate().filter(|(level, _)| !allowed.contains(level));
            silent.flat_map(|(_, policies)| policies).copied().collect()
        }
        Gate::Session => {
            let names = request.extras().session.policies.unwrap_or_default();
            let named = |p: &Policy| names.iter().any(|n| **n == *p.name);
            indexes(world, |p| p.kind == PolicyKind::Session && named(p))
        }
        Gate::Resource => {
            let behind = if bucket { behind(world, request.resource) } else { None };
            let resource = behind.as_deref().unwrap_or(request.resource);
            let governs = |r: &&ResourcePolicy| {
                resource
                    .strip_prefix(&*r.resource)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
            };
            world.resource_policies.iter().filter(governs).map(|r| r.policy).collect()
        }
        Gate::Endpoint => {
            let through = |e: &&Endpoint| request.extras().endpoint == Some(&*e.id);
            world.endpoints.iter().filter(through).map(|e| e.policy).collect()
        }
        _ => Vec::new(),
    }
}

/// The bucket or object behind an access point.
fn behind(world: &World, resource: &str) -> Option<String> {
    let rest = |p: &AccessPoint| Some((p.bucket.clone(), resource.strip_prefix(&*p.arn)?));
    let (bucket, rest) = world
        .access_points
        .iter()
        .filter_map(rest)
        .find(|(_, rest)| rest.is_empty() || rest.starts_with("/object/"))?;
    Some(match rest.strip_prefix("/object/") {
        Some(key) => format!("{bucket}/{key}"),
        None => bucket.to_string(),
    })
}

fn indexes(world: &World, keep: impl Fn(&Policy) -> bool) -> Vec<PolicyId> {
    let all = world.policies.iter().enumerate();
    all.filter(|(_, p)| keep(p)).map(|(i, _)| PolicyId(i as u32)).collect()
}

/// The declared user or role a principal is, or is a session of.
fn identity<'w>(world: &'w World, principal: &str) -> Option<&'w Identity> {
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
