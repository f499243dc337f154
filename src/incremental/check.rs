//! What an edit may not do: the checks of a whole program, for the part that changes.

use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{AccountId, GroupId, Identity, Policy, PolicyId, World};
use crate::resolve::Checked;
use hashbrown::HashMap;

/// A document in another's place.
pub(super) fn policy(known: Option<&Policy>, policy: &Policy) -> Result<(), Vec<Diagnostic>> {
    let Some(known) = known else {
        return Err(vec![refused(format!("no document to be replaced by `{}`", policy.name))]);
    };
    if known.kind != policy.kind {
        let message =
            format!("`{}` is of another kind than `{}`, which it replaces", policy.name, known.name);
        return Err(vec![refused(message).at(policy.span)]);
    }
    Checked::new(World { policies: vec![policy.clone()], ..World::default() }).map(|_| ())
}

/// A user or role: checked in a world that has nothing but what it refers to.
pub(super) fn identity(world: &World, identity: &Identity) -> Vec<Diagnostic> {
    let mut small = World::default();
    let mut known: HashMap<PolicyId, PolicyId> = HashMap::new();
    let mut document = |id: PolicyId| -> PolicyId {
        // What does not exist gets an id that does not exist either.
        let Some(policy) = world.policies.get(id.index()) else { return PolicyId(u32::MAX) };
        *known.entry(id).or_insert_with(|| {
            small.policies.push(stub(policy));
            PolicyId(small.policies.len() as u32 - 1)
        })
    };
    let mut identity = identity.clone();
    identity.policies.iter_mut().for_each(|p| *p = document(*p));
    identity.inline.iter_mut().for_each(|p| *p = document(*p));
    identity.boundary.iter_mut().flatten().for_each(|p| *p = document(*p));
    identity.trust = identity.trust.map(document);
    let missing = |is: bool| if is { u32::MAX } else { 0 };
    identity.groups.iter_mut().for_each(|g| *g = GroupId(missing(g.index() >= world.groups.len())));
    if !identity.groups.is_empty() && !world.groups.is_empty() {
        small.groups.extend(world.groups.first().map(|g| crate::hir::Group {
            policies: Vec::new(),
            inline: Vec::new(),
            account: AccountId(0),
            ..g.clone()
        }));
    }
    identity.account = AccountId(missing(identity.account.index() >= world.accounts.len()));
    small.accounts.extend(world.accounts.first().map(|a| crate::hir::Account {
        scps: None,
        rcps: None,
        in_organization: false,
        ..a.clone()
    }));
    small.identities.push(identity);
    Checked::new(small).err().unwrap_or_default()
}

/// An identity that is not there.
pub(super) fn unknown(arn: &str) -> Diagnostic {
    refused(format!("no user or role `{arn}`"))
}

fn refused(message: String) -> Diagnostic {
    Diagnostic::error(code::WORLD, message)
}

/// A document without its statements.
fn stub(policy: &Policy) -> Policy {
    Policy {
        name: policy.name.clone(),
        arn: None,
        kind: policy.kind,
        version: policy.version,
        id: None,
        statements: Vec::new(),
        span: policy.span,
    }
}
