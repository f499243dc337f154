//! What the estate says of a declared user or role that an `iam` or `sts` action is done to: its tags, and its boundary where
//! the action's `iam:PermissionsBoundary` is the target's (service authorization reference of IAM). A request may repeat
//! that, and may not say otherwise.

use super::derive::{Content, Keys};
use super::request::{Malformed, Question, is_service};
use crate::hir::{Identity, Str, World};
use tabella_runtime::{Request, Values};

/// `iam:PermissionsBoundary` is the boundary that the target has.
const OF_TARGET: [&str; 15] = [
    "AttachRolePolicy",
    "AttachUserPolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DeleteUserPermissionsBoundary",
    "DeleteUserPolicy",
    "DetachRolePolicy",
    "DetachUserPolicy",
    "GetRole",
    "PutRolePolicy",
    "PutUserPolicy",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
];

/// It is the one that the request puts on the target.
const OF_REQUEST: [&str; 2] = ["PutRolePermissionsBoundary", "PutUserPermissionsBoundary"];

/// Adds the keys, or refuses the request for what it claims.
pub(super) fn keys(
    world: &World,
    request: &Request<'_>,
    question: &Question<'_>,
    keys: &mut Keys,
) -> Result<(), Malformed> {
    let Some(target) = target(world, question) else { return Ok(()) };
    let one_of = |names: &[&str]| names.iter().any(|n| is_action(question.action, "iam", n));
    let boundary = target.boundary.as_ref().map(|_| world.boundary_arn(target));
    for entry in request.context.entries() {
        let key = entry.key.to_ascii_lowercase();
        let tag = ["aws:resourcetag/", "iam:resourcetag/"].iter().find_map(|head| key.strip_prefix(head));
        let declared: Option<&str> = match (tag, &boundary) {
            (Some(tag), _) => value_of(target, tag),
            (None, _) if key != "iam:permissionsboundary" || one_of(&OF_REQUEST) => continue,
            // It has one, and nothing says which.
            (None, Some(None)) => continue,
            (None, Some(Some(arn))) => Some(arn),
            (None, None) => None,
        };
        let claimed = match entry.values {
            Values::One(value) => Some(value),
            Values::Many(_) => None,
        };
        if declared.is_none() || claimed != declared {
            return Err(Malformed);
        }
    }
    for (tag, value) in &target.tags {
        for head in ["aws:ResourceTag/", "iam:ResourceTag/"] {
            keys.replace(&format!("{head}{tag}"), Content::One(value.to_string()));
        }
    }
    if let Some(Some(arn)) = boundary.filter(|_| one_of(&OF_TARGET)) {
        keys.replace("iam:PermissionsBoundary", Content::One(arn.to_string()));
    }
    Ok(())
}

/// The declared user or role that is the resource. What is created is not there before.
fn target<'w>(world: &'w World, question: &Question<'_>) -> Option<&'w Identity> {
    let creates = ["CreateRole", "CreateUser"].iter().any(|n| is_action(question.action, "iam", n));
    let of_identities = is_service(question.action, "iam") || is_service(question.action, "sts");
    let found = world.identities.iter().find(|i| &*i.arn == question.resource);
    found.filter(|_| of_identities && !creates)
}

fn is_action(action: &str, prefix: &str, name: &str) -> bool {
    action
        .split_once(':')
        .is_some_and(|(p, n)| p.eq_ignore_ascii_case(prefix) && n.eq_ignore_ascii_case(name))
}

/// The value of a tag by its key in any case (R90).
fn value_of<'i>(identity: &'i Identity, key: &str) -> Option<&'i str> {
    let tag = |(own, _): &&(Str, Str)| own.eq_ignore_ascii_case(key);
    identity.tags.iter().find(tag).map(|(_, value)| &**value)
}
