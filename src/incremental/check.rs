//! What an edit may not do: the checks of a whole program, for the part that changes.

use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{Identity, Policy, PolicyId, PolicyKind, World};
use crate::resolve::{Checked, SessionNames, Taken, check_identity, unlinks};

/// A document in another's place.
pub(super) fn policy(
    world: &World,
    sessions: &SessionNames,
    id: PolicyId,
    policy: &Policy,
) -> Result<(), Vec<Diagnostic>> {
    let Some(known) = world.policies.get(id.index()) else {
        return Err(vec![refused(format!("no document to be replaced by `{}`", policy.name))]);
    };
    if known.kind != policy.kind {
        let message =
            format!("`{}` is of another kind than `{}`, which it replaces", policy.name, known.name);
        return Err(vec![refused(message).at(policy.span)]);
    }
    // Few documents can be what makes a service-linked role: identities are looked through for those alone.
    let matters = policy.kind == PolicyKind::Trust || policy.arn != known.arn;
    if let Some(found) = matters.then(|| unlinks(world, id, policy)).flatten() {
        return Err(vec![found]);
    }
    match sessions.conflict(id, policy) {
        Some(found) => Err(vec![found]),
        None => Checked::policy(policy),
    }
}

/// A user or role, new or in another's place.
pub(super) fn identity(
    world: &World,
    taken: &Taken,
    before: Option<&Identity>,
    identity: &Identity,
) -> Vec<Diagnostic> {
    let mut found = check_identity(world, identity);
    found.extend(taken.conflict(identity, before));
    found
}

/// An identity that is not there.
pub(super) fn unknown(arn: &str) -> Diagnostic {
    refused(format!("no user or role `{arn}`"))
}

fn refused(message: String) -> Diagnostic {
    Diagnostic::error(code::WORLD, message)
}
