//! Service-linked roles (R137) and the path that is kept for them. IAM makes such a role for one service, under a path with
//! that service's name, with the trust and the policies that the service wants. Guardrails and boundaries do not bind the role,
//! so what only looks like one must not pass for one.

use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{Effect, Identity, IdentityKind, Policy, PolicyId, Principal, World};
use crate::source::Span;

/// Where service-linked roles are; the service's name and a `/` follow.
const PATH: &str = "/aws-service-role/";

/// What is wrong with a role.
pub(in crate::resolve) struct Fault {
    pub span: Span,
    pub message: String,
    pub help: String,
}

/// The path of a service's roles.
pub(in crate::resolve) fn path_of_service(service: &str) -> String {
    format!("{PATH}{service}/")
}

/// What is wrong with a service-linked role, or with another one that has such a path.
pub(in crate::resolve) fn faults(world: &World, role: &Identity) -> Vec<Fault> {
    faults_with(&|id| world.policies.get(id.index()), role)
}

/// Whether a service-linked role would be none any more with another document under an id.
pub(crate) fn unlinks(world: &World, id: PolicyId, policy: &Policy) -> Option<Diagnostic> {
    let known = |other: PolicyId| if other == id { Some(policy) } else { world.policies.get(other.index()) };
    let has =
        |role: &&Identity| role.service_linked && (role.trust == Some(id) || role.policies.contains(&id));
    let fault =
        world.identities.iter().filter(has).find_map(|role| faults_with(&known, role).into_iter().next())?;
    Some(Diagnostic::error(code::WORLD, fault.message).at(fault.span))
}

fn faults_with<'p>(policy: &dyn Fn(PolicyId) -> Option<&'p Policy>, role: &Identity) -> Vec<Fault> {
    let path = path(&role.arn);
    let at = |span, message: String, help: &str| Fault { span, message, help: help.to_owned() };
    if role.kind != IdentityKind::Role {
        return Vec::new();
    }
    if !role.service_linked {
        let message = format!("the role `{}` has a path of service-linked roles, `{path}`", role.name);
        let help = "declare it as a `service linked role`, or give it another path";
        let kept = path.starts_with(PATH);
        return kept.then(|| at(role.span, message, help)).into_iter().collect();
    }
    let mut found = Vec::new();
    match trusted(policy, role) {
        Ok(service) if path == path_of_service(service) => {}
        Ok(service) => {
            let message = format!(
                "the service-linked role `{}` has the path `{path}`, which is not its service's",
                role.name
            );
            found.push(at(role.span, message, &format!("its path is `{}`", path_of_service(service))));
        }
        Err(span) => {
            let message = format!(
                "the trust policy of the service-linked role `{}` does not allow one service of AWS, and nobody else",
                role.name
            );
            let help = "write `trust { allow service NAME.amazonaws.com }`";
            found.push(at(span.unwrap_or(role.span), message, help));
        }
    }
    for id in role.policies.iter().filter(|id| !role.inline.contains(id)) {
        let Some(policy) = policy(*id) else { continue };
        let of_aws = policy.arn.as_ref().is_some_and(|arn| arn.split(':').nth(4) == Some("aws"));
        if !of_aws {
            let message = format!(
                "`{}` is attached to the service-linked role `{}`, which has what its service gives it",
                policy.name, role.name
            );
            let help = "IAM attaches no policy of a customer to such a role: write what the service gives as `policy NAME { … }` in the role";
            found.push(at(role.span, message, help));
        }
    }
    found
}

/// The one service that the trust policy allows. `Err`: there is none, or somebody else beside it.
fn trusted<'p>(
    policy: &dyn Fn(PolicyId) -> Option<&'p Policy>,
    role: &Identity,
) -> Result<&'p str, Option<Span>> {
    let trust = role.trust.and_then(policy).ok_or(None)?;
    let mut service = None;
    for statement in trust.statements.iter().filter(|s| s.effect == Effect::Allow) {
        let principals = statement.principals.as_ref().filter(|p| !p.negated).ok_or(Some(statement.span))?;
        for item in &principals.items {
            match item {
                Principal::Service(name)
                    if is_of_aws(name) && service.is_none_or(|known| known == &**name) =>
                {
                    service = Some(&**name);
                }
                _ => return Err(Some(statement.span)),
            }
        }
    }
    service.ok_or(Some(trust.span))
}

/// R82
fn is_of_aws(service: &str) -> bool {
    service.ends_with(".amazonaws.com") || service.ends_with(".amazonaws.com.cn")
}

/// The path in the ARN, which has the say where none is written.
fn path(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let path = resource.find('/').and_then(|from| resource.get(from..=resource.rfind('/')?));
    path.unwrap_or("/")
}
