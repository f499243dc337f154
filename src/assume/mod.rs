//! Walks a chain of `AssumeRole*` calls from a starting identity, hop by hop, as STS would (R122–R133).
//!
//! Each hop is one or more ordinary requests (`sts:AssumeRole`, and `sts:TagSession`, `sts:SetSourceIdentity`
//! where tags or a source identity are in play), decided by whatever engine the caller passes in; what STS itself
//! checks (names, durations, limits on tags) is checked here. The outcome of a hop is the next hop's caller. This
//! module knows nothing of policies: every permission is the engine's to give.

mod caller;
mod checks;
mod data;

#[cfg(test)]
mod tests;

pub use caller::{Caller, Lifetime, SessionFile};
pub use checks::{Refusal, TagFault, is_user};
pub use data::{Claim, timestamp};

use crate::hir::{Identity, IdentityKind, World};
use serde::{Deserialize, Serialize};
use tabella_runtime::{Context, Decision, Entry, Extras, Gate, Outcome, Request, Values};

/// One call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Hop {
    /// The ARN of the role.
    pub role: String,
    /// `RoleSessionName`.
    pub session_name: String,
    /// Which call it is.
    pub call: Call,
    /// `DurationSeconds`; one hour when not given.
    pub duration_seconds: Option<u32>,
    /// `ExternalId`.
    pub external_id: Option<String>,
    /// `SourceIdentity`.
    pub source_identity: Option<String>,
    /// Session tags passed in the call.
    #[serde(deserialize_with = "data::pairs")]
    pub tags: Vec<(String, String)>,
    /// Which of them are transitive.
    pub transitive_tag_keys: Vec<String>,
    /// Names of session policies passed in the call.
    pub session_policies: Option<Vec<String>>,
    /// Whether the call carries an MFA token (`SerialNumber` and `TokenCode`).
    pub mfa: bool,
    /// Further context of the call: claims of the token or assertion, `aws:SourceIp`, ….
    #[serde(deserialize_with = "data::pairs")]
    pub context: Vec<(String, Claim)>,
}

/// The STS operation of a hop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Call {
    /// `AssumeRole`
    #[default]
    Role,
    /// `AssumeRoleWithSAML`; the caller is the SAML provider (R126).
    Saml,
    /// `AssumeRoleWithWebIdentity`; the caller is the identity provider (R126).
    WebIdentity,
}

impl Call {
    /// The action that is authorized.
    pub fn action(self) -> &'static str {
        match self {
            Call::Role => "sts:AssumeRole",
            Call::Saml => "sts:AssumeRoleWithSAML",
            Call::WebIdentity => "sts:AssumeRoleWithWebIdentity",
        }
    }
}

/// One permission that a hop needed, and the engine's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `sts:AssumeRole`, `sts:TagSession`, `sts:SetSourceIdentity`.
    pub action: &'static str,
    /// The answer.
    pub decision: Decision,
    /// Why the engine was not even asked: what is wrong with the context of the call.
    pub malformed: Option<String>,
}

/// What became of a hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HopOutcome {
    /// The permissions asked for, up to the first that was denied.
    pub checks: Vec<Check>,
    /// The session, or why there is none.
    pub result: Result<Caller, Refusal>,
}

/// Walks the chain until a hop is refused. `now` is the time of every call, in seconds since 1970.
pub fn walk(
    world: &World,
    start: &Caller,
    hops: &[Hop],
    now: i64,
    decide: &mut dyn FnMut(&Request<'_>) -> Decision,
) -> Vec<HopOutcome> {
    let mut caller = start.clone();
    let mut outcomes = Vec::new();
    for hop in hops {
        let outcome = step(world, &caller, hop, now, decide);
        let next = outcome.result.clone().ok();
        outcomes.push(outcome);
        match next {
            Some(session) => caller = session,
            None => break,
        }
    }
    outcomes
}

/// One call.
pub fn step(
    world: &World,
    caller: &Caller,
    hop: &Hop,
    now: i64,
    decide: &mut dyn FnMut(&Request<'_>) -> Decision,
) -> HopOutcome {
    let refuse = |refusal| HopOutcome { checks: Vec::new(), result: Err(refusal) };
    let Some(role) = role(world, &hop.role) else { return refuse(Refusal::UnknownRole(hop.role.clone())) };
    let tags = match checks::admissible(world, caller, hop, role, now) {
        Ok(tags) => tags,
        Err(refusal) => return refuse(refusal),
    };
    let source_identity = checks::source_identity(caller, hop);
    let mut actions = vec![hop.call.action()];
    // Inherited transitive tags and an inherited source identity are set on the new session too, so the same
    // permissions are asked for them (R127, R128).
    if !tags.is_empty() {
        actions.push("sts:TagSession");
    }
    if source_identity.is_some() {
        actions.push("sts:SetSourceIdentity");
    }
    let mut checks = Vec::new();
    for action in actions {
        let (decision, malformed) =
            match ask(caller, hop, action, &tags, source_identity.as_deref(), now, decide) {
                Ok(decision) => (decision, None),
                Err(error) => (Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request }, Some(error)),
            };
        checks.push(Check { action, decision, malformed });
        if !decision.is_allowed() {
            return HopOutcome { checks, result: Err(Refusal::Denied { action, decision }) };
        }
    }
    HopOutcome {
        checks,
        result: Ok(caller::session_of(caller, hop, role, world, tags, source_identity, now)),
    }
}

fn role<'w>(world: &'w World, arn: &str) -> Option<&'w Identity> {
    world.identities.iter().find(|i| i.kind == IdentityKind::Role && &*i.arn == arn)
}

/// Builds the request of one permission and asks the engine.
fn ask(
    caller: &Caller,
    hop: &Hop,
    action: &str,
    tags: &[(String, String)],
    source_identity: Option<&str>,
    now: i64,
    decide: &mut dyn FnMut(&Request<'_>) -> Decision,
) -> Result<Decision, String> {
    let request_tags: Vec<(String, &str)> =
        tags.iter().map(|(k, v)| (format!("aws:RequestTag/{k}"), v.as_str())).collect();
    let tag_keys: Vec<&str> = tags.iter().map(|(k, _)| k.as_str()).collect();
    let transitive: Vec<&str> = hop.transitive_tag_keys.iter().map(String::as_str).collect();
    let epoch = now.to_string();
    let time = timestamp(now);
    let one = |key, value| Entry { key, values: Values::One(value) };
    let mut entries = vec![one("aws:CurrentTime", time.as_str()), one("aws:EpochTime", epoch.as_str())];
    entries.push(one("sts:RoleSessionName", &hop.session_name));
    entries.extend(hop.external_id.as_deref().map(|id| one("sts:ExternalId", id)));
    entries.extend(source_identity.map(|id| one("sts:SourceIdentity", id)));
    entries.extend(request_tags.iter().map(|(k, v)| one(k, v)));
    if !tag_keys.is_empty() {
        entries.push(Entry { key: "aws:TagKeys", values: Values::Many(&tag_keys) });
    }
    if !transitive.is_empty() {
        entries.push(Entry { key: "sts:TransitiveTagKeys", values: Values::Many(&transitive) });
    }
    // R126: what the caller's own session has of its token, and what this call has.
    let claims: Vec<(&str, &Claim)> =
        caller.claims.iter().chain(&hop.context).map(|(key, claim)| (key.as_str(), claim)).collect();
    let texts: Vec<Vec<&str>> = claims.iter().map(|(_, claim)| claim.texts()).collect();
    entries.extend(
        claims.iter().zip(&texts).map(|((key, claim), texts)| Entry { key, values: claim.values(texts) }),
    );
    let context = Context::new(&entries).map_err(|error| error.to_string())?;
    let mut owned = caller.session_keys(hop.mfa, now);
    if hop.call != Call::Role {
        // The trust policy can ask who vouches.
        owned.push(("aws:FederatedProvider", caller.principal.clone()));
    }
    let keys: Vec<Entry<'_>> = owned.iter().map(|(k, v)| one(k, v)).collect();
    let vouching = checks::vouches_for_tags(&caller.principal)
        .then(|| Caller { tags: hop.tags.clone(), ..caller.clone() });
    Ok(vouching.as_ref().unwrap_or(caller).with_session(&keys, |session| {
        let extras = Extras { session, now: Some(now), ..Extras::NONE };
        let (principal, resource) = (caller.principal.as_str(), hop.role.as_str());
        decide(&Request { principal, action, resource, context, extras: Some(&extras) })
    }))
}
