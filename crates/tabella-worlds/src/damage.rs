//! What is wrong with some requests: keys and values that are damaged, names that are too long, contradictions. And how
//! contradictions are taken out of the others.

use crate::conditions::{request_value, type_of};
use crate::points;
use crate::request::{Owned, OwnedEntry};
use crate::rng::Rng;
use crate::text;
use tabella::hir::World;

/// Small damage: a key gone, a value off by one character, a list for a value, an empty list, a strange value.
pub fn perturb(request: &mut Owned, rng: &mut Rng) {
    if rng.chance(72) {
        return;
    }
    for _ in 0..rng.between(1, 2) {
        let keys = if rng.chance(85) { &mut request.context } else { &mut request.session_keys };
        if keys.is_empty() {
            return;
        }
        let at = rng.below(keys.len());
        match rng.below(7) {
            0 | 1 => {
                keys.remove(at);
            }
            2 => {
                let e = &mut keys[at];
                e.list = !e.list;
                if !e.list {
                    e.values.truncate(1);
                    if e.values.is_empty() {
                        e.values.push(String::new());
                    }
                }
            }
            3 => keys[at] = OwnedEntry::many(&keys[at].key, Vec::new()),
            4 => {
                let (ty, _) = type_of(&keys[at].key);
                keys[at] = OwnedEntry::one(&keys[at].key, request_value(ty, rng));
            }
            5 => {
                if let Some(v) = keys[at].values.first_mut() {
                    *v = text::near_miss(v, rng);
                }
            }
            _ => keys[at].key = text::flip_case(&keys[at].key, rng),
        }
    }
}

/// Whether it is not one `service:Name` (R63).
pub fn is_no_action(action: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | '?' | ':');
    action.split_once(':').is_none_or(|(prefix, name)| {
        prefix.is_empty() || name.is_empty() || prefix.contains(odd) || name.contains(odd)
    })
}

/// Whether it can be the ARN of a resource (R66).
pub fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let &["arn", partition, service, _, account, _] = parts.as_slice() else { return false };
    let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let named = !partition.is_empty() && !service.is_empty();
    named && (digits || !account.starts_with(|c: char| c.is_ascii_digit()))
}

/// Takes out what contradicts the rest of a request and would make it malformed (R73, R126, R147).
pub fn reconcile(request: &mut Owned, world: &World, rng: &mut Rng) {
    federate(request, world, rng);
    let named = request.resource.split(':').nth(4).filter(|a| a.len() == 12);
    if named.is_some_and(|named| request.resource_account.as_deref().is_some_and(|said| said != named)) {
        request.resource_account = None;
    }
    if let (Some(said), None) = (&mut request.resource_account, named)
        && let Some(owner) = owner_by_policies(world, &request.resource)
        // Some stay: few requests say it, and of few resources.
        && !rng.chance(12)
    {
        *said = owner.to_string();
    }
    if let Some(endpoint) = request.endpoint.clone() {
        let odd =
            |e: &OwnedEntry| e.key.eq_ignore_ascii_case("aws:SourceVpce") && e.values != [endpoint.as_str()];
        request.context.retain(|e| !e.key.eq_ignore_ascii_case("aws:SourceIp") && !odd(e));
    }
}

/// Providers make federated calls, and others do not (R126). Whoever's name is an ARN signs, but for providers.
fn federate(request: &mut Owned, world: &World, rng: &mut Rng) {
    let action = request.action.to_ascii_lowercase();
    let well_known = ["accounts.google.com", "www.amazon.com", "graph.facebook.com"];
    let provider = request.principal.contains("-provider/") || well_known.contains(&&*request.principal);
    let calls = action.starts_with("sts:assumerolewith");
    if !provider {
        let signs = request.principal.starts_with("arn:") || request.principal == "*";
        if calls && (signs || action.ends_with("saml")) {
            request.action = "sts:AssumeRole".to_string();
        }
        return;
    }
    let beside = ["sts:tagsession", "sts:setsourceidentity", "sts:setcontext"].contains(&&*action);
    let saml = request.principal.contains(":saml-provider/");
    if !(beside || calls && action.ends_with(if saml { "saml" } else { "identity" })) {
        let call = if saml { "sts:AssumeRoleWithSAML" } else { "sts:AssumeRoleWithWebIdentity" };
        request.action = call.to_string();
    }
    let roles: Vec<&str> = world.identities.iter().filter(|i| i.trust.is_some()).map(|i| &*i.arn).collect();
    if !request.resource.contains(":role/") && rng.chance(80) {
        request.resource = rng.maybe(&roles).map_or(request.resource.clone(), |arn| (*arn).to_string());
    }
}

/// Names at the edge of what a principal or action may be called.
pub fn overlong(request: &mut Owned, rng: &mut Rng) {
    let count = *rng.pick(&[110, 124, 127, 128, 129, 200, 250, 300]);
    match rng.below(3) {
        0 => request.principal.push_str(&"n".repeat(count)),
        1 => request.principal = request.principal.replacen("aws", &"p".repeat(count / 2), 1),
        _ => request.action.push_str(&"a".repeat(count)),
    }
}

/// Keys once, letter case aside.
pub fn dedup(entries: &mut Vec<OwnedEntry>) {
    let mut seen: Vec<String> = Vec::new();
    entries.retain(|e| {
        let key = e.key.to_ascii_lowercase();
        let fresh = !seen.contains(&key);
        seen.push(key);
        fresh
    });
}

/// Text of six parts that is no resource's ARN (R66).
pub fn no_arn(resource: &str, rng: &mut Rng) -> String {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let &[scheme, partition, service, region, account, rest] = parts.as_slice() else {
        return rng.word(&[":::::", "x:y:z:::b/x", "arn:aws:s3::1:alpha"]).to_string();
    };
    let odd = *rng.pick(&["11111111111", "1111111111111", "11111111111x", "1", "1aws"]);
    match rng.below(8) {
        0 => format!("ARN:{partition}:{service}:{region}:{account}:{rest}"),
        1 => format!("x:{partition}:{service}:{region}:{account}:{rest}"),
        2 => format!(":{partition}:{service}:{region}:{account}:{rest}"),
        3 => format!("{scheme}::{service}:{region}:{account}:{rest}"),
        4 => format!("{scheme}:{partition}::{region}:{account}:{rest}"),
        _ => format!("{scheme}:{partition}:{service}:{region}:{odd}:{rest}"),
    }
}

/// What a pattern was filled with, as the ARN of some resource (R66): wildcards stand for anything, so for no partition, no
/// service and a digit for an account, too.
pub fn as_arn(text: &str) -> String {
    let mut parts: Vec<&str> = text.splitn(6, ':').collect();
    if let [_, partition, service, _, account, _] = parts.as_mut_slice() {
        let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        *partition = if partition.is_empty() { "aws" } else { partition };
        *service = if service.is_empty() { "s3" } else { service };
        *account = if !digits && account.starts_with(|c: char| c.is_ascii_digit()) { "" } else { account };
    }
    parts.join(":")
}

/// The owner that the innermost policy of a resource names, or an access point of its bucket (R73, R152).
pub fn owner_by_policies<'w>(world: &'w World, resource: &str) -> Option<&'w str> {
    let governs = |of: &str| {
        resource.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
    };
    let owned = world.resource_policies.iter().filter_map(|r| Some((&*r.resource, r.account?)));
    match owned.filter(|(of, _)| governs(of)).max_by_key(|(of, _)| of.len()) {
        Some((_, account)) => world.accounts.get(account.index()).map(|a| &*a.id),
        None => points::owner_of(world, resource),
    }
}
