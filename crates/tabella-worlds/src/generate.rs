//! Random worlds: an organization or none, accounts, guardrail levels, users, groups, roles, resources.

use crate::build::{Builder, allow_all, statement};
use crate::documents::{self, Pools};
use crate::points;
use crate::rng::Rng;
use crate::vocabulary::{ACTIONS, KEYS, Key, LINKED_PATH, LINKED_SERVICE};
use tabella::hir::{
    AccountId, Effect, Group, GroupId, IdentityKind, List, Policy, PolicyId, PolicyKind, Principal,
    Principals, Service, ServiceAction, ServiceKey, Str, World,
};
use tabella::source::Span;

/// How big a world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Accounts, at most.
    pub accounts: usize,
    /// Users and roles, at most.
    pub identities: usize,
    /// Managed policies, at most.
    pub policies: usize,
    /// Resource policies, at most.
    pub governed: usize,
}

impl Size {
    /// A few of everything: most differences need no more.
    pub const SMALL: Size = Size { accounts: 3, identities: 6, policies: 6, governed: 5 };
    /// Dozens.
    pub const MEDIUM: Size = Size { accounts: 6, identities: 40, policies: 30, governed: 20 };
}

const UNIQUE: &str = "EXAMPLE";

/// The world of a seed.
pub fn world(seed: u64, size: Size) -> World {
    world_from(&mut Rng::new(seed), size)
}

/// The world that a generator's choices make.
pub fn world_from(rng: &mut Rng, size: Size) -> World {
    let mut builder = Builder::default();
    let accounts = accounts(&mut builder, size, rng);
    let mut pools = pools(&mut builder, rng);
    let ids = identities(&mut builder, &mut pools, &accounts, size, rng);
    guardrails(&mut builder, &pools, rng);
    let managed: Vec<PolicyId> = (0..rng.between(2, size.policies))
        .map(|i| identity_policy(&mut builder, &pools, format!("M{i}"), rng))
        .collect();
    let boundaries: Vec<PolicyId> = (0..2)
        .map(|i| document(&mut builder, &pools, format!("B{i}"), PolicyKind::Boundary, None, rng))
        .collect();
    groups(&mut builder, &managed, &accounts, rng);
    attach(&mut builder, &pools, &managed, &boundaries, ids, rng);
    trusts(&mut builder, &pools, rng);
    governed(&mut builder, &pools, &accounts, size, rng);
    for i in 0..rng.below(3) {
        let id = document(&mut builder, &pools, format!("E{i}"), PolicyKind::Endpoint, None, rng);
        let owner = rng.maybe(&accounts).copied().filter(|_| rng.chance(50));
        builder.endpoint(&format!("vpce-{}", if rng.chance(15) { 0 } else { i }), owner, id);
    }
    for i in 0..rng.between(1, 3) {
        document(&mut builder, &pools, format!("Session{i}"), PolicyKind::Session, None, rng);
    }
    if rng.chance(40) {
        builder.world.services.push(service());
    }
    builder.world
}

/// A service of the program's own: `Land` has no resource-level permissions (R65).
fn service() -> Service {
    let action = |name: &str, on: &[&str]| ServiceAction {
        name: name.into(),
        resources: on.iter().map(|r| Str::from(*r)).collect(),
        keys: List::one("acme:Labels".into()),
    };
    Service {
        prefix: "acme".into(),
        actions: vec![action("Launch", &["pad"]), action("Land", &[])],
        resources: vec![("pad".into(), "arn:acme:rocket:*:*:pad/*".into())],
        keys: vec![ServiceKey { name: "acme:Labels".into(), ty: "String".into(), list: true }],
        span: Span::NONE,
    }
}

fn accounts(builder: &mut Builder, size: Size, rng: &mut Rng) -> Vec<AccountId> {
    let organization = rng.chance(70);
    if organization {
        builder.organization("o-acme1");
    }
    let count = rng.between(1, size.accounts);
    let ids: Vec<AccountId> = (0..count)
        .map(|i| {
            let digits = format!("{}", i + 1).repeat(12);
            builder.account(&format!("acc{i}"), &digits[..12])
        })
        .collect();
    for (i, id) in ids.iter().enumerate() {
        let member = organization && rng.chance(80);
        let account = &mut builder.world.accounts[id.index()];
        account.in_organization = member;
        account.management = member && i == 0 && rng.chance(40);
        if member {
            account.org_path =
                (*rng.pick(&["o-acme1/r-root/", "o-acme1/r-root/ou-a/", "o-acme1/r-root/ou-a/ou-b/"])).into();
        }
    }
    ids
}

fn pools(builder: &mut Builder, rng: &mut Rng) -> Pools {
    if rng.chance(40) {
        points::declare(&mut builder.world, rng);
    }
    let mut accounts: Vec<String> = builder.world.accounts.iter().map(|a| a.id.to_string()).collect();
    accounts.push("999999999999".to_string());
    let mut resources = vec!["arn:aws:s3:::alpha".to_string(), "arn:aws:s3:::alpha/team/x.csv".to_string()];
    for _ in 0..rng.between(3, 7) {
        let a = rng.pick(&accounts).clone();
        let shape = *rng.pick(&[
            "arn:aws:s3:::beta/a/b:c",
            "arn:aws:sqs:eu-west-1:{A}:orders",
            "arn:aws:sns:eu-west-1:{A}:alerts",
            "arn:aws:dynamodb:eu-west-1:{A}:table/T1",
            "arn:aws:lambda:eu-west-1:{A}:function:f1",
            "arn:aws:lambda:eu-west-1:{A}:function:f1:prod",
            "arn:aws:kms:eu-west-1:{A}:key/1234",
            "arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf",
            "arn:aws:logs:eu-west-1:{A}:log-group:g:*",
            "arn:aws:iam::{A}:user/alice",
            "arn:aws:ec2:eu-west-1:{A}:instance/i-1",
            "arn:acme:rocket:moon:{A}:pad/1",
            "arn:aws-cn:s3:::alpha",
        ]);
        resources.push(shape.replace("{A}", &a));
    }
    let mut keys: Vec<Key> = (0..rng.between(4, 12)).map(|_| *rng.pick(KEYS)).collect();
    let mut actions = documents::choose_actions(rng);
    if !builder.world.access_points.is_empty() {
        resources.extend(points::arns(&builder.world));
        let of_points = KEYS.iter().filter(|(key, ..)| key.contains("AccessPoint"));
        keys.extend(of_points.filter(|_| rng.chance(40)));
        if !actions.iter().any(|action| action.starts_with("s3:")) {
            actions.extend(ACTIONS.iter().filter(|action| action.starts_with("s3:")));
        }
    }
    Pools { actions, resources, keys, accounts, ..Pools::default() }
}

fn identities(
    builder: &mut Builder,
    pools: &mut Pools,
    accounts: &[AccountId],
    size: Size,
    rng: &mut Rng,
) -> Vec<usize> {
    let count = rng.between(2, size.identities);
    for i in 0..count {
        let account = *rng.pick(accounts);
        let kind = if rng.chance(45) { IdentityKind::User } else { IdentityKind::Role };
        let name = match (kind, rng.below(6)) {
            (_, 0) => format!("a{i}"),
            (IdentityKind::User, 1) => "alice".to_string(),
            (IdentityKind::User, _) => format!("user{i}"),
            (IdentityKind::Role, 1) => "Role".to_string(),
            (IdentityKind::Role, _) => format!("Role{i}"),
        };
        let path = if rng.chance(30) { "/team/x/" } else { "/" };
        let taken = builder
            .world
            .identities
            .iter()
            .any(|o| o.account == account && o.kind == kind && o.name.eq_ignore_ascii_case(&name));
        if taken {
            continue;
        }
        let digits = builder.world.accounts[account.index()].id.to_string();
        let linked = kind == IdentityKind::Role && rng.chance(9);
        let path = if linked { LINKED_PATH } else { path };
        let identity = builder.identity(kind, &name, path, account);
        identity.service_linked = linked;
        if rng.chance(60) {
            let head = if kind == IdentityKind::User { "AIDA" } else { "AROA" };
            let id = format!("{head}{UNIQUE}{i}");
            identity.unique_id = Some(id.as_str().into());
            pools.unique_ids.push(id);
        }
        for (key, values) in [("team", ["analytics", "finance", "a*"]), ("Cost-Center", ["1?", "", "x:y"])] {
            if rng.chance(45) {
                let key = if rng.chance(20) { key.to_ascii_uppercase() } else { key.to_string() };
                identity.tags.push((key.into(), (*rng.pick(&values)).into()));
            }
        }
        pools.callers.push(identity.arn.to_string());
        if kind == IdentityKind::Role {
            pools.callers.push(format!("arn:aws:sts::{digits}:assumed-role/{name}/ci"));
        } else if rng.chance(40) {
            pools.callers.push(format!("arn:aws:sts::{digits}:federated-user/{name}"));
        }
    }
    pools.callers.push("arn:aws:iam::999999999999:role/Stranger".to_string());
    pools.callers.push("arn:aws:sts::999999999999:assumed-role/Stranger/ci".to_string());
    (0..builder.world.identities.len()).collect()
}

fn document(
    builder: &mut Builder,
    pools: &Pools,
    name: String,
    kind: PolicyKind,
    governed: Option<&str>,
    rng: &mut Rng,
) -> PolicyId {
    let version = documents::version(rng);
    let mut statements = documents::statements(kind, version, governed, pools, rng);
    let open = match kind {
        PolicyKind::Boundary => 45,
        PolicyKind::Endpoint | PolicyKind::Session => 40,
        _ => 0,
    };
    if rng.chance(open) {
        let mut all = statement(Effect::Allow, &["*"], Some(&["*"]));
        if kind.has_principal() {
            let items = vec![tabella::hir::Principal::Anyone { aws: false }];
            all.principals = Some(tabella::hir::Principals { negated: false, items });
        }
        statements.push(all);
    }
    builder.policy(name, kind, version, statements)
}

fn identity_policy(builder: &mut Builder, pools: &Pools, name: String, rng: &mut Rng) -> PolicyId {
    document(builder, pools, name, PolicyKind::Identity, None, rng)
}

/// SCP and RCP levels. Accounts that share a prefix of their path share its levels.
fn guardrails(builder: &mut Builder, pools: &Pools, rng: &mut Rng) {
    if builder.world.organization.is_none() {
        return;
    }
    let (scp_on, rcp_on) = (rng.chance(80), rng.chance(60));
    let full = builder.policy("FullAWSAccess".into(), PolicyKind::Scp, documents::version(rng), allow_all());
    let mut shared: Vec<(String, Vec<PolicyId>, Vec<PolicyId>)> = Vec::new();
    for at in 0..builder.world.accounts.len() {
        if !builder.world.accounts[at].in_organization {
            continue;
        }
        let path = builder.world.accounts[at].org_path.to_string();
        let steps: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).skip(1).collect();
        let mut keys: Vec<String> = (0..steps.len()).map(|i| steps[..=i].join("/")).collect();
        keys.push(format!("account{at}"));
        let (mut scps, mut rcps) = (Vec::new(), Vec::new());
        for key in keys {
            if !shared.iter().any(|s| s.0 == key) {
                let level =
                    (key.clone(), scp_level(builder, pools, full, rng), rcp_level(builder, pools, rng));
                shared.push(level);
            }
            if let Some((_, s, r)) = shared.iter().find(|s| s.0 == key) {
                scps.push(s.clone());
                rcps.push(r.clone());
            }
        }
        let account = &mut builder.world.accounts[at];
        if rng.chance(2) {
            scps.clear();
        }
        account.scps = scp_on.then_some(scps);
        account.rcps = rcp_on.then_some(rcps);
    }
}

fn scp_level(builder: &mut Builder, pools: &Pools, full: PolicyId, rng: &mut Rng) -> Vec<PolicyId> {
    let mut level = Vec::new();
    if rng.chance(90) {
        level.push(full);
    }
    for _ in 0..rng.weighted(&[50, 35, 15]) {
        let name = format!("G{}", builder.world.policies.len());
        level.push(document(builder, pools, name, PolicyKind::Scp, None, rng));
    }
    level
}

fn rcp_level(builder: &mut Builder, pools: &Pools, rng: &mut Rng) -> Vec<PolicyId> {
    if rng.chance(65) {
        return Vec::new();
    }
    let name = format!("R{}", builder.world.policies.len());
    vec![document(builder, pools, name, PolicyKind::Rcp, None, rng)]
}

fn groups(builder: &mut Builder, managed: &[PolicyId], accounts: &[AccountId], rng: &mut Rng) {
    for i in 0..rng.below(3) {
        let account = *rng.pick(accounts);
        let digits = builder.world.accounts[account.index()].id.clone();
        builder.world.groups.push(Group {
            name: format!("g{i}").into(),
            path: "/".into(),
            account,
            arn: format!("arn:aws:iam::{digits}:group/g{i}").into(),
            unique_id: None,
            policies: (0..rng.below(3)).map(|_| *rng.pick(managed)).collect(),
            inline: Vec::new(),
            span: Span::NONE,
        });
    }
}

fn attach(
    builder: &mut Builder,
    pools: &Pools,
    managed: &[PolicyId],
    boundaries: &[PolicyId],
    ids: Vec<usize>,
    rng: &mut Rng,
) {
    for at in ids {
        let name = builder.world.identities[at].name.clone();
        let mut policies: Vec<PolicyId> = (0..rng.below(4)).map(|_| *rng.pick(managed)).collect();
        policies.sort_unstable();
        policies.dedup();
        let linked = builder.world.identities[at].service_linked;
        let inline = (linked || rng.chance(40))
            .then(|| identity_policy(builder, pools, format!("{name}/inline{at}"), rng));
        let groups: Vec<GroupId> = (0..builder.world.groups.len())
            .filter(|g| {
                builder.world.groups[*g].account == builder.world.identities[at].account && rng.chance(50)
            })
            .map(|g| GroupId(g as u32))
            .collect();
        let identity = &mut builder.world.identities[at];
        // R137: IAM attaches no policy of a customer to a service-linked role.
        if identity.service_linked {
            policies.clear();
        }
        policies.extend(inline);
        identity.policies = policies;
        identity.inline = inline.into_iter().collect();
        if identity.kind == IdentityKind::User {
            identity.groups = groups;
        }
        if rng.chance(30) {
            let choices: Vec<PolicyId> = boundaries.iter().chain(managed.iter().take(1)).copied().collect();
            let mut chosen: Vec<PolicyId> =
                (0..rng.weighted(&[3, 85, 12])).map(|_| *rng.pick(&choices)).collect();
            chosen.dedup();
            // R30: there is none on a service-linked role.
            identity.boundary = Some(chosen).filter(|_| !identity.service_linked);
        }
    }
}

fn trusts(builder: &mut Builder, pools: &Pools, rng: &mut Rng) {
    for at in 0..builder.world.identities.len() {
        let identity = &builder.world.identities[at];
        if identity.kind != IdentityKind::Role || !identity.service_linked && rng.chance(15) {
            continue;
        }
        let (arn, account, name) =
            (identity.arn.to_string(), identity.account, format!("trust of {}", identity.arn));
        let linked = identity.service_linked;
        let id = document(builder, pools, name, PolicyKind::Trust, None, rng);
        if linked && let Some(trust) = builder.world.policies.get_mut(id.index()) {
            trust_of_service(trust);
        }
        builder.world.identities[at].trust = Some(id);
        builder.govern(&arn, Some(account), id);
    }
}

/// R137: the trust policy of a service-linked role allows one service.
fn trust_of_service(trust: &mut Policy) {
    let service = || Principals { negated: false, items: vec![Principal::Service(LINKED_SERVICE.into())] };
    let allows = trust.statements.iter_mut().filter(|s| s.effect == Effect::Allow);
    allows.for_each(|s| s.principals = Some(service()));
    if !trust.statements.iter().any(|s| s.effect == Effect::Allow) {
        let mut allow = statement(Effect::Allow, &["sts:AssumeRole"], None);
        allow.principals = Some(service());
        trust.statements.push(allow);
    }
}

fn governed(builder: &mut Builder, pools: &Pools, accounts: &[AccountId], size: Size, rng: &mut Rng) {
    for i in 0..rng.between(1, size.governed) {
        let mut resource = rng.pick(&pools.resources).clone();
        if rng.chance(30) {
            resource.push_str(rng.word(&["/x", ":q", "/x/y"]));
        }
        let digits = resource.split(':').nth(4).unwrap_or("").to_string();
        let owner = builder.world.accounts.iter().position(|a| *a.id == *digits).map(|i| AccountId(i as u32));
        let account = match owner {
            Some(a) => Some(a),
            None if digits.is_empty() && rng.chance(70) => Some(*rng.pick(accounts)),
            None => None,
        };
        let known =
            builder.world.resource_policies.iter().find(|r| *r.resource == *resource && r.account.is_some());
        let account = known.map_or(account, |r| r.account);
        // Access points say whose their bucket is; who is no account of the world can't be said here.
        let mut buckets = builder.world.access_points.iter().filter(|p| *p.bucket == *resource);
        let account = buckets.next_back().map_or(account, |_| {
            let owner = points::owner_of(&builder.world, &resource)?;
            builder.world.accounts.iter().position(|a| *a.id == *owner).map(|i| AccountId(i as u32))
        });
        let name = format!("P{i}");
        let id = document(builder, pools, name, PolicyKind::Resource, Some(&resource), rng);
        builder.govern(&resource, account, id);
    }
}
