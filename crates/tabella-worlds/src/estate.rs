//! An estate of real policies: principals with AWS managed policies, boundaries, guardrail levels, groups, trust
//! policies and resource policies. Reads the shared corpora; nothing of them is copied into the project.

use crate::build::{Builder, allow_all};
use crate::documents::{self, Pools};
use crate::rng::Rng;
use crate::vocabulary::{ACTIONS, KEYS};
use std::io::Read as _;
use std::path::PathBuf;
use tabella::diag::has_errors;
use tabella::hir::{AccountId, Group, GroupId, IdentityKind, Policy, PolicyId, PolicyKind, Version, World};
use tabella::limits::Limits;
use tabella::source::{FileId, Span};

/// The folder of the corpora, or why there is none.
pub fn shared() -> Result<PathBuf, String> {
    let path = match std::env::var_os("TABELLA_SHARED") {
        Some(p) => PathBuf::from(p),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
    };
    if path.is_dir() { Ok(path) } else { Err(format!("no folder {} (set TABELLA_SHARED)", path.display())) }
}

/// The lines of a gzipped file of the corpora.
pub fn lines(name: &str) -> Result<Vec<serde_json::Value>, String> {
    let path = shared()?.join("corpora").join(name);
    let file = std::fs::File::open(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).map_err(|e| e.to_string())?;
    text.lines().map(|l| serde_json::from_str(l).map_err(|e| e.to_string())).collect()
}

/// Imports one JSON document; the first error otherwise.
pub fn import(text: &str, kind: PolicyKind, name: &str) -> Result<Policy, String> {
    let limits = Limits::default();
    let first = |d: &[tabella::diag::Diagnostic]| {
        d.iter()
            .find(|d| d.is_error())
            .map_or("no diagnostic".into(), |d| format!("{}: {}", d.code.0, d.message))
    };
    let (node, d) = tabella::json::read(FileId(0), text, &limits);
    let node = node.filter(|_| !has_errors(&d)).ok_or_else(|| first(&d))?;
    let (body, d) = tabella::json::import::document(&node, kind);
    let body = body.filter(|_| !has_errors(&d)).ok_or_else(|| first(&d))?;
    let (policy, d) = tabella::resolve::body(&body, kind, name, &limits);
    policy.filter(|_| !has_errors(&d)).ok_or_else(|| first(&d))
}

/// Guardrails and boundaries as people write them.
const SCPS: &[&str] = &[
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["iam:*","organizations:*","sts:*","support:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","us-east-1"]}}}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail"],"Resource":"*"},{"Effect":"Deny","Action":"s3:PutObject","Resource":"*","Condition":{"StringNotEqualsIfExists":{"s3:x-amz-server-side-encryption":"aws:kms"}}}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::*:role/admin*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin*"}}}]}"#,
];

/// Managed policies that make useful ceilings.
const CEILINGS: &[&str] = &[
    "PowerUserAccess",
    "ReadOnlyAccess",
    "AdministratorAccess",
    "AmazonS3FullAccess",
    "ViewOnlyAccess",
    "IAMFullAccess",
];

/// An estate of `principals` users and roles.
pub fn estate(principals: usize) -> Result<World, String> {
    let mut rng = Rng::new(principals as u64);
    let rng = &mut rng;
    let mut builder = Builder::default();
    builder.organization("o-acme1");
    let documents = lines("aws-managed-policies.jsonl.gz")?;
    let mut managed = Vec::new();
    let mut boundaries = Vec::new();
    for line in &documents {
        let name = line.get("name").and_then(|n| n.as_str()).unwrap_or("?");
        let text = line.get("document").map(ToString::to_string).unwrap_or_default();
        let policy = import(&text, PolicyKind::Identity, name).map_err(|e| format!("{name}: {e}"))?;
        managed.push(add(&mut builder, policy));
        if CEILINGS.contains(&name) {
            let policy = import(&text, PolicyKind::Boundary, &format!("boundary {name}"))?;
            boundaries.push(add(&mut builder, policy));
        }
    }
    let accounts = accounts(&mut builder, rng)?;
    let mut pools = Pools {
        actions: ACTIONS.to_vec(),
        resources: resources(&builder),
        keys: KEYS.to_vec(),
        accounts: builder.world.accounts.iter().map(|a| a.id.to_string()).collect(),
        ..Pools::default()
    };
    for i in 0..principals / 50 {
        let account = *rng.pick(&accounts);
        let digits = builder.world.accounts[account.index()].id.clone();
        builder.world.groups.push(Group {
            name: format!("group{i}").into(),
            path: "/".into(),
            account,
            arn: format!("arn:aws:iam::{digits}:group/group{i}").into(),
            unique_id: None,
            policies: (0..rng.between(1, 4)).map(|_| *rng.pick(&managed)).collect(),
            inline: Vec::new(),
            span: Span::NONE,
        });
    }
    identities(&mut builder, &mut pools, principals, &accounts, &managed, &boundaries, rng);
    governed(&mut builder, &pools, &accounts, principals / 5, rng);
    Ok(builder.world)
}

fn add(builder: &mut Builder, policy: Policy) -> PolicyId {
    builder.world.policies.push(policy);
    PolicyId(builder.world.policies.len() as u32 - 1)
}

fn accounts(builder: &mut Builder, rng: &mut Rng) -> Result<Vec<AccountId>, String> {
    let full = builder.policy("FullAWSAccess".into(), PolicyKind::Scp, Some(Version::V2012), allow_all());
    let mut scps = Vec::new();
    for (i, text) in SCPS.iter().enumerate() {
        let policy = import(text, PolicyKind::Scp, &format!("Guardrail{i}"))?;
        scps.push(add(builder, policy));
    }
    let pools = Pools {
        actions: ACTIONS.to_vec(),
        resources: vec!["arn:aws:s3:::bucket1".into()],
        keys: KEYS.to_vec(),
        accounts: vec!["100000000001".into()],
        callers: vec!["arn:aws:iam::100000000001:role/role1".into()],
        ..Pools::default()
    };
    let statements = documents::statements(PolicyKind::Rcp, Some(Version::V2012), None, &pools, rng);
    let rcp = builder.policy("Rcp".into(), PolicyKind::Rcp, Some(Version::V2012), statements);
    let mut ids = Vec::new();
    for i in 0..20 {
        let id = builder.account(&format!("account{i}"), &format!("1000000000{i:02}"));
        let unit = i % 4;
        let account = &mut builder.world.accounts[id.index()];
        account.in_organization = i != 19;
        account.management = i == 0;
        if account.in_organization {
            account.org_path = format!("o-acme1/r-root/ou-{unit}/").into();
            let last = if i % 3 == 0 { vec![full, scps[2]] } else { vec![full] };
            account.scps = Some(vec![vec![full, scps[0]], vec![full, scps[1 + unit % 3]], last]);
            account.rcps = Some(vec![vec![], if unit == 1 { vec![rcp] } else { vec![] }, vec![]]);
        }
        ids.push(id);
    }
    Ok(ids)
}

fn resources(builder: &Builder) -> Vec<String> {
    let mut out: Vec<String> = (0..40).map(|i| format!("arn:aws:s3:::bucket{i}")).collect();
    for account in &builder.world.accounts {
        let a = &account.id;
        out.push(format!("arn:aws:sqs:eu-west-1:{a}:queue"));
        out.push(format!("arn:aws:kms:eu-west-1:{a}:key/1234"));
        out.push(format!("arn:aws:lambda:us-east-1:{a}:function:worker"));
        out.push(format!("arn:aws:secretsmanager:eu-west-1:{a}:secret:db-AbCdEf"));
    }
    out
}

fn identities(
    builder: &mut Builder,
    pools: &mut Pools,
    principals: usize,
    accounts: &[AccountId],
    managed: &[PolicyId],
    boundaries: &[PolicyId],
    rng: &mut Rng,
) {
    for i in 0..principals {
        let account = *rng.pick(accounts);
        let digits = builder.world.accounts[account.index()].id.to_string();
        let role = rng.chance(60);
        let (kind, name) = if role {
            (IdentityKind::Role, format!("role{i}"))
        } else {
            (IdentityKind::User, format!("user{i}"))
        };
        let groups: Vec<GroupId> = (0..builder.world.groups.len())
            .filter(|g| !role && builder.world.groups[*g].account == account && rng.chance(60))
            .map(|g| GroupId(g as u32))
            .collect();
        let inline = rng.chance(30).then(|| {
            let statements =
                documents::statements(PolicyKind::Identity, Some(Version::V2012), None, pools_or(pools), rng);
            builder.policy(format!("{name}/inline"), PolicyKind::Identity, Some(Version::V2012), statements)
        });
        let mut policies: Vec<PolicyId> = (0..rng.between(1, 6)).map(|_| *rng.pick(managed)).collect();
        policies.sort_unstable();
        policies.dedup();
        policies.extend(inline);
        let identity = builder.identity(kind, &name, "/", account);
        identity.policies = policies;
        identity.inline = inline.into_iter().collect();
        identity.groups = groups;
        identity.boundary = rng.chance(50).then(|| vec![*rng.pick(boundaries)]);
        identity.unique_id = Some(format!("{}{i:017}", if role { "AROA" } else { "AIDA" }).into());
        identity.tags = vec![("team".into(), (*rng.pick(&["analytics", "finance", "a*"])).into())];
        let arn = identity.arn.to_string();
        if role {
            pools.callers.push(format!("arn:aws:sts::{digits}:assumed-role/{name}/ci"));
        }
        pools.callers.push(arn.clone());
        if role {
            let statements = documents::statements(PolicyKind::Trust, Some(Version::V2012), None, pools, rng);
            let id = builder.policy(
                format!("trust of {arn}"),
                PolicyKind::Trust,
                Some(Version::V2012),
                statements,
            );
            builder.world.identities[i].trust = Some(id);
            builder.govern(&arn, Some(account), id);
        }
    }
}

/// Before the first identity there is no caller to name.
fn pools_or(pools: &mut Pools) -> &Pools {
    if pools.callers.is_empty() {
        pools.callers.push("arn:aws:iam::100000000001:role/role1".into());
    }
    pools
}

fn governed(builder: &mut Builder, pools: &Pools, accounts: &[AccountId], count: usize, rng: &mut Rng) {
    for i in 0..count.min(pools.resources.len()) {
        let resource = pools.resources[i].clone();
        let digits = resource.split(':').nth(4).unwrap_or("").to_string();
        let owner = builder.world.accounts.iter().position(|a| *a.id == *digits).map(|i| AccountId(i as u32));
        let owner = owner.or_else(|| Some(*rng.pick(accounts)));
        let version = Some(Version::V2012);
        let statements = documents::statements(PolicyKind::Resource, version, Some(&resource), pools, rng);
        let id = builder.policy(format!("P{i}"), PolicyKind::Resource, version, statements);
        builder.govern(&resource, owner, id);
    }
}
