//! Requests on declared users and roles: what `iam` and `sts` do to them, and what requests claim of them.

use crate::request::{Owned, OwnedEntry};
use crate::rng::Rng;
use tabella::hir::{IdentityKind, World};

const OF_ROLES: &[&str] = &[
    "iam:GetRole",
    "iam:AttachRolePolicy",
    "iam:UpdateRole",
    "iam:PutRolePermissionsBoundary",
    "iam:CreateRole",
    "iam:PassRole",
    "iam:TagRole",
    "sts:AssumeRole",
    "sts:TagSession",
];

const OF_USERS: &[&str] =
    &["iam:PutUserPolicy", "iam:DetachUserPolicy", "iam:CreateUser", "iam:CreateAccessKey", "iam:GetUser"];

/// Turns the request to a declared user or role. Most of its claims are true.
pub fn aim(request: &mut Owned, world: &World, rng: &mut Rng) {
    let Some(identity) = rng.maybe(&world.identities) else { return };
    request.resource = identity.arn.to_string();
    if rng.chance(80) {
        let role = identity.kind == IdentityKind::Role;
        request.action = (*rng.pick(if role { OF_ROLES } else { OF_USERS })).to_string();
    }
    let boundary = world.boundary_arn(identity);
    let mut claims = Vec::new();
    for head in ["aws:ResourceTag/", "iam:ResourceTag/"] {
        claims.extend(identity.tags.iter().map(|(key, value)| (format!("{head}{key}"), value.to_string())));
    }
    claims.extend(boundary.map(|arn| ("iam:PermissionsBoundary".to_string(), arn.to_string())));
    if rng.chance(80) {
        let told = |e: &OwnedEntry| {
            let key = e.key.to_ascii_lowercase();
            key.contains(":resourcetag/") || key == "iam:permissionsboundary"
        };
        request.context.retain(|e| !told(e));
    }
    if rng.chance(30)
        && let Some((key, value)) = rng.maybe(&claims)
    {
        request.context.insert(0, OwnedEntry::one(key, value.as_str()));
    }
}
