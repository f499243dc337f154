//! Export after import keeps every decision: a policy, and what is read back of the document it is written as, are put
//! into the same world and asked the same requests.

use crate::build::{Builder, allow_all};
use crate::differential::{self, Compiled, Loaded};
use crate::estate::import;
use crate::request::Owned;
use crate::requests::Aimer;
use crate::rng::Rng;
use crate::satisfy::{Known, fill};
use std::fmt;
use std::ops::AddAssign;
use tabella::export;
use tabella::hir::{AccountId, Effect, IdentityKind, Policy, PolicyId, PolicyKind, Version, World};
use tabella_runtime::Outcome;

/// What came of some documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Documents that were written and read back.
    pub documents: usize,
    /// Policies that IAM JSON can't express.
    pub inexpressible: usize,
    /// Policies with a value that no import would take: generated worlds are built by hand.
    pub foreign: usize,
    /// Documents that do not compile, before and after for the same reason.
    pub uncompiled: usize,
    /// Requests decided before and after, by both evaluators.
    pub requests: usize,
    /// Requests allowed.
    pub allowed: usize,
    /// Requests denied explicitly.
    pub denied: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.documents += other.documents;
        self.inexpressible += other.inexpressible;
        self.foreign += other.foreign;
        self.uncompiled += other.uncompiled;
        self.requests += other.requests;
        self.allowed += other.allowed;
        self.denied += other.denied;
    }
}

/// Puts a document that was imported through the round and asks requests that are aimed at it.
pub fn document(policy: &Policy, requests: usize, seed: u64) -> Result<Tally, String> {
    let again = reread(policy).map_err(|lost| lost.to_string())?;
    let rng = &mut Rng::new(seed);
    let governed = governed(policy, rng);
    let (before, at) = around(policy, &governed);
    let (after, _) = around(&again, &governed);
    let aimer = Aimer::at(&before, at, Some(&governed));
    let kind = policy.kind;
    let mut tally = asked(&before, &after, requests, || {
        let mut request = aimer.request(rng);
        bind(kind, &mut request, rng);
        request
    })?;
    tally.documents = 1 - tally.uncompiled;
    Ok(tally)
}

/// Puts every policy of a world through the round. Policies that IAM JSON can't express stay as they are.
pub fn world(world: &World, requests: usize, seed: u64) -> Result<Tally, String> {
    let mut after = world.clone();
    let mut tally = Tally::default();
    for policy in &mut after.policies {
        match reread(policy) {
            Ok(again) => {
                tally.documents += 1;
                *policy = again;
            }
            Err(Lost::Export(_)) => tally.inexpressible += 1,
            Err(Lost::Import(e)) if is_foreign(&e) => tally.foreign += 1,
            Err(lost) => return Err(lost.to_string()),
        }
    }
    let aimer = Aimer::new(world);
    let rng = &mut Rng::new(seed);
    tally += asked(world, &after, requests, || aimer.request(rng))?;
    Ok(tally)
}

/// Where a policy did not get through.
enum Lost {
    Export(String),
    Import(String),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lost::Export(why) => write!(f, "not exported: {why}"),
            Lost::Import(why) => write!(f, "not read back: {why}"),
        }
    }
}

/// Malformed ARNs as values, cut-short ARNs, ids that are none: worlds that are built by hand may hold what `resolve` refuses.
fn is_foreign(error: &str) -> bool {
    ["T0331", "T0222", "T0224", "T0317"].iter().any(|code| error.starts_with(code))
}

/// The policy as it is read back.
fn reread(policy: &Policy) -> Result<Policy, Lost> {
    let text = match export::document(policy) {
        Ok(document) => document.to_string(),
        Err(found) => {
            return Err(Lost::Export(found.first().map_or_else(String::new, |d| d.message.clone())));
        }
    };
    match import(&text, policy.kind, &policy.name) {
        Ok(again) => Ok(Policy { arn: policy.arn.clone(), span: policy.span, ..again }),
        Err(e) => Err(Lost::Import(format!("{e}\n{text}"))),
    }
}

/// Decides requests in both worlds with both evaluators.
fn asked(
    before: &World,
    after: &World,
    requests: usize,
    mut request: impl FnMut() -> Owned,
) -> Result<Tally, String> {
    let (before, after) = match (differential::compile(before), differential::compile(after)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(one), Err(two)) if one == two => return Ok(Tally { uncompiled: 1, ..Tally::default() }),
        (Err(e), _) | (_, Err(e)) => return Err(format!("compiles on one side only: {e}")),
    };
    let (one, two) = (before.load()?, after.load()?);
    let mut tally = Tally::default();
    for _ in 0..requests {
        let request = request();
        let (first, second) = (decide(&one, &before, &request)?, decide(&two, &after, &request)?);
        if first != second {
            return Err(format!(
                "{first:?} before, {second:?} after\n{}",
                crate::describe::request(&request)
            ));
        }
        tally.requests += 1;
        tally.allowed += usize::from(first.outcome == Outcome::Allow);
        tally.denied += usize::from(first.outcome == Outcome::ExplicitDeny);
    }
    Ok(tally)
}

fn decide(
    loaded: &Loaded<'_>,
    compiled: &Compiled,
    request: &Owned,
) -> Result<tabella_runtime::Decision, String> {
    differential::compare(loaded, request)
        .map_err(|what| format!("{what}\n{}", crate::describe::world(compiled.checked.world())))
}

/// The resource that a document on a resource is attached to: one that its statements are about.
fn governed(policy: &Policy, rng: &mut Rng) -> String {
    let patterns = policy.statements.iter().filter_map(|s| s.resources.as_ref()).flat_map(|r| &r.patterns);
    let texts: Vec<String> = patterns.map(|p| fill(&p.text, &Known::default(), rng)).collect();
    let whole = |text: &&String| text.starts_with("arn:") && text.matches(':').count() >= 5;
    let text = texts.iter().find(whole).map_or("arn:aws:s3:::bucket", String::as_str);
    let (head, rest) = text.split_at(text.match_indices(':').nth(4).map_or(text.len(), |(at, _)| at + 1));
    // Of a bucket's objects the bucket; everything else is named as it is.
    let rest = if head.contains(":s3:") { rest.split('/').next().unwrap_or(rest) } else { rest };
    let rest = if rest.is_empty() { "bucket" } else { rest };
    format!("{head}{rest}")
}

/// A world in which the document decides: everything else allows. Resource and trust policies meet callers with and
/// without policies of their own.
fn around(policy: &Policy, governed: &str) -> (World, PolicyId) {
    let mut builder = Builder::default();
    let version = Some(Version::V2012);
    let at = PolicyId(0);
    builder.world.policies.push(policy.clone());
    let everything = builder.policy("Everything".into(), PolicyKind::Identity, version, allow_all());
    let full = builder.policy("FullAWSAccess".into(), PolicyKind::Scp, version, allow_all());
    builder.organization("o-acme1");
    let home = builder.account("home", "111111111111");
    let other = builder.account("other", "222222222222");
    for account in &mut builder.world.accounts {
        account.in_organization = true;
        account.org_path = "o-acme1/r-root/".into();
    }
    let allows = policy.statements.iter().any(|s| s.effect == Effect::Allow);
    let kind = policy.kind;
    let account = &mut builder.world.accounts[home.index()];
    match kind {
        PolicyKind::Scp => account.scps = Some(vec![if allows { vec![at] } else { vec![full, at] }]),
        PolicyKind::Rcp => account.rcps = Some(vec![vec![at]]),
        _ => {}
    }
    let own = if kind == PolicyKind::Identity { at } else { everything };
    let mut add = |of: IdentityKind, name: &str, account: AccountId, given: bool| {
        let identity = builder.identity(of, name, "/", account);
        identity.policies = if given { vec![own] } else { Vec::new() };
        identity.boundary = (kind == PolicyKind::Boundary).then(|| vec![at]);
        identity.tags = vec![("team".into(), "analytics".into())];
    };
    let on_resource = matches!(kind, PolicyKind::Resource | PolicyKind::Trust);
    add(IdentityKind::User, "ann", home, true);
    add(IdentityKind::Role, "ops", home, true);
    add(IdentityKind::User, "bob", home, !on_resource);
    add(IdentityKind::Role, "partner", other, true);
    match kind {
        PolicyKind::Resource => builder.govern(governed, Some(home), at),
        PolicyKind::Endpoint => builder.endpoint("vpce-1", Some(home), at),
        PolicyKind::Trust => {
            let identity = builder.identity(IdentityKind::Role, "Target", "/", home);
            identity.trust = Some(at);
            let arn = identity.arn.to_string();
            builder.govern(&arn, Some(home), at);
        }
        _ => {}
    }
    (builder.world, at)
}

/// Makes most requests ones that the document is asked about.
fn bind(kind: PolicyKind, request: &mut Owned, rng: &mut Rng) {
    let home = Some("111111111111".to_string());
    match kind {
        _ if rng.chance(10) => {}
        PolicyKind::Endpoint => request.endpoint = Some("vpce-1".into()),
        PolicyKind::Session if request.principal.contains(":assumed-role/") => {
            request.session_policies = Some(vec!["document".into()]);
        }
        PolicyKind::Rcp => request.resource_account = home,
        PolicyKind::Trust => {
            request.resource = "arn:aws:iam::111111111111:role/Target".into();
            request.resource_account = None;
        }
        _ if request.resource_account.is_some() && rng.chance(70) => request.resource_account = home,
        _ => {}
    }
}
