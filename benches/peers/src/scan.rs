//! What is written when there is no engine: each principal's statements in one list, looked through for every
//! request. Made for W4 and no more than W4 needs: users, SCPs, boundaries, policies of buckets, single-valued
//! context keys. Its decisions are compared with Tabella's before it is timed.

mod condition;
mod glob;
mod keys;

use crate::engine::Engine;
use glob::Glob;
use hashbrown::HashMap;
use keys::Keys;
use tabella::catalog::Catalog;
use tabella::hir::{Condition, Effect, PolicyId, Principal, Principals, Statement, World};
use tabella_runtime::Request;

struct Rule {
    deny: bool,
    actions: Vec<Glob>,
    not_actions: bool,
    resources: Vec<Glob>,
    not_resources: bool,
    principals: Option<Principals>,
    condition: Condition,
}

impl Rule {
    fn new(s: &Statement) -> Rule {
        Rule {
            deny: s.effect == Effect::Deny,
            actions: s.actions.patterns.iter().map(|p| Glob::action(&p.text)).collect(),
            not_actions: s.actions.negated,
            resources: s.resources.iter().flat_map(|r| &r.patterns).map(|p| Glob::new(&p.text)).collect(),
            not_resources: s.resources.as_ref().is_none_or(|r| r.negated),
            principals: s.principals.clone(),
            condition: s.condition.clone(),
        }
    }

    fn matches(&self, keys: &Keys<'_>) -> bool {
        self.actions.iter().any(|a| a.matches(keys.action, keys)) != self.not_actions
            && self.resources.iter().any(|r| r.matches_resource(keys.resource, keys)) != self.not_resources
            && condition::holds(&self.condition, keys)
    }
}

struct Slice {
    account: usize,
    name: Box<str>,
    tags: Vec<(Box<str>, Box<str>)>,
    identity: Vec<u32>,
    boundary: Option<Vec<u32>>,
}

struct Bucket {
    account: usize,
    rules: Vec<u32>,
}

/// An estate by principal.
pub struct Scan {
    rules: Vec<Rule>,
    by_principal: HashMap<Box<str>, Slice>,
    buckets: HashMap<Box<str>, Bucket>,
    accounts: Vec<Box<str>>,
    scps: Vec<Vec<Vec<u32>>>,
    requests: Vec<(Request<'static>, bool)>,
}

/// What the statements of one layer say.
#[derive(Default)]
struct Verdict {
    allowed: bool,
    denied: bool,
}

impl Scan {
    /// Flattens an estate.
    pub fn new(world: &World, requests: &[Request<'static>]) -> Self {
        let mut rules = Vec::new();
        let mut places = Vec::new();
        for policy in &world.policies {
            let from = rules.len() as u32;
            rules.extend(policy.statements.iter().map(Rule::new));
            places.push(from..rules.len() as u32);
        }
        let flat = |ids: &[PolicyId]| -> Vec<u32> {
            ids.iter().filter_map(|id| places.get(id.index()).cloned()).flatten().collect()
        };
        let by_principal = world
            .identities
            .iter()
            .map(|i| {
                let slice = Slice {
                    account: i.account.index(),
                    name: (&*i.name).into(),
                    tags: i
                        .tags
                        .iter()
                        .map(|(k, v)| (k.to_ascii_lowercase().into(), (&**v).into()))
                        .collect(),
                    identity: flat(&i.policies),
                    boundary: i.boundary.as_ref().map(|b| flat(b)),
                };
                ((&*i.arn).into(), slice)
            })
            .collect();
        let buckets = world
            .resource_policies
            .iter()
            .map(|r| {
                let account = r.account.map_or(0, |a| a.index());
                ((&*r.resource).into(), Bucket { account, rules: flat(&[r.policy]) })
            })
            .collect();
        let level = |levels: &Vec<Vec<PolicyId>>| levels.iter().map(|l| flat(l)).collect();
        Scan {
            by_principal,
            buckets,
            accounts: world.accounts.iter().map(|a| (&*a.id).into()).collect(),
            scps: world.accounts.iter().map(|a| a.scps.as_ref().map(level).unwrap_or_default()).collect(),
            // R65: whether an action has a resource at all is looked up beforehand, in the scan's favour.
            requests: requests.iter().map(|r| (*r, Catalog::shipped().is_wildcard_only(r.action))).collect(),
            rules,
        }
    }

    /// Looks through a layer; `None` when a deny applies.
    fn layer(&self, rules: &[u32], keys: &Keys<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        for rule in rules.iter().filter_map(|r| self.rules.get(*r as usize)) {
            if (rule.deny || !verdict.allowed) && rule.matches(keys) {
                if rule.deny {
                    return Verdict { allowed: false, denied: true };
                }
                verdict.allowed = true;
            }
        }
        verdict
    }

    fn decide(&self, request: &Request<'_>, wildcard_only: bool) -> bool {
        let Some(slice) = self.by_principal.get(request.principal) else { return false };
        let own = self.accounts.get(slice.account).map_or("", |a| a);
        let bucket = match request.resource {
            r if r.starts_with("arn:aws:s3:::") => self.buckets.get(r.split('/').next().unwrap_or(r)),
            _ => None,
        };
        let of_arn = request.resource.split(':').nth(4);
        let owner = match of_arn {
            Some(account) if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) => {
                Some(account)
            }
            _ => bucket.and_then(|b| self.accounts.get(b.account)).map(|a| &**a),
        };
        let mut action = [0_u8; 256];
        let Some(action) = keys::lower(request.action, &mut action) else { return false };
        let keys = Keys {
            request,
            action,
            resource: if wildcard_only { "*" } else { request.resource },
            account: own,
            name: &slice.name,
            tags: &slice.tags,
            owner,
            accounts: &self.accounts,
        };
        for level in self.scps.get(slice.account).into_iter().flatten() {
            if !self.layer(level, &keys).allowed {
                return false;
            }
        }
        let mut named = false;
        let mut granted = false;
        for rule in bucket.filter(|_| !wildcard_only).into_iter().flat_map(|b| &b.rules) {
            let Some(rule) = self.rules.get(*rule as usize) else { continue };
            let Some(exact) = applies_to(rule.principals.as_ref(), request.principal, own) else { continue };
            if rule.matches(&keys) {
                if rule.deny {
                    return false;
                }
                granted = true;
                named |= exact;
            }
        }
        let identity = self.layer(&slice.identity, &keys);
        let boundary = slice.boundary.as_ref().map(|b| self.layer(b, &keys));
        if identity.denied || boundary.as_ref().is_some_and(|b| b.denied) {
            return false;
        }
        let same = owner.is_none_or(|o| o == own);
        if (!same || (!wildcard_only && needs_policy(action, request.resource))) && !granted {
            return false;
        }
        (same && named) || (identity.allowed && boundary.is_none_or(|b| b.allowed))
    }
}

/// Whether the resource's own policy must allow: that of a role to be assumed, and of keys (R12, R139, R143).
fn needs_policy(action: &str, resource: &str) -> bool {
    match action {
        "sts:tagsession" => !resource.contains(":federated-user/"),
        "sts:setsourceidentity" | "sts:setcontext" => true,
        "kms:createalias" | "kms:updatealias" | "kms:deletealias" => !resource.contains(":alias/"),
        _ => action.starts_with("sts:assumerole") || action.starts_with("kms:"),
    }
}

/// Whether a resource policy's statement is about the caller, and whether it names the caller itself.
fn applies_to(principals: Option<&Principals>, arn: &str, account: &str) -> Option<bool> {
    let mut found = None;
    for item in &principals?.items {
        let exact = match item {
            Principal::Anyone { .. } => true,
            Principal::User(user) if **user == *arn => true,
            Principal::Account { id, .. } if **id == *account => false,
            _ => continue,
        };
        found = found.max(Some(exact));
    }
    found
}

impl Engine for Scan {
    fn name(&self) -> String {
        "hand-written Rust, scan of the principal's statements".into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        let (request, wildcard_only) = &self.requests[i];
        self.decide(request, *wildcard_only)
    }

    fn sample(&self) -> usize {
        self.requests.len().min(16_384)
    }
}
