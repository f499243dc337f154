//! W4: variants of real AWS managed policies, 100,000 statements in about 12,000 policies, on 100,000 principals
//! of 250 accounts; boundaries on half, two levels of SCPs, 10,000 buckets with policies of their own. W5 is the same within a
//! perimeter ([`perimeter`]).

use crate::{Estate, Rng, Workload, perimeter, request};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use tabella::hir::{AccountId, PolicyId, PolicyKind, ResourcePolicy};
use tabella_runtime::Request;

/// How large an estate to make. [`Size::of`] scales everything with the number of statements.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Statements over all policies that principals carry.
    pub statements: usize,
    /// Users.
    pub principals: usize,
    /// Accounts.
    pub accounts: usize,
    /// Buckets with a resource policy.
    pub buckets: usize,
    /// Requests.
    pub requests: usize,
}

impl Size {
    /// W4 at a number of statements and principals.
    pub fn of(statements: usize, principals: usize) -> Self {
        Size {
            statements,
            principals,
            accounts: (principals / 400).clamp(1, 250),
            buckets: (principals / 10).max(10),
            requests: 262_144,
        }
    }

    /// W4 as published: 100,000 statements, 100,000 principals.
    pub fn w4() -> Self {
        Self::of(100_000, 100_000)
    }
}

/// The managed policies shipped in `benches/data` (MIT; see NOTICE), each as its name and document.
pub fn documents() -> Result<Vec<(String, Value)>, String> {
    let packed = include_bytes!("../../../benches/data/aws-managed-policies.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).map_err(|e| e.to_string())?;
    text.lines()
        .map(|line| {
            let v: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
            let name = v.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            Ok((name, v.get("document").cloned().unwrap_or(Value::Null)))
        })
        .collect()
}

fn statements_of(document: &Value) -> Vec<&Value> {
    match document.get("Statement") {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(s)) => vec![s.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Makes a policy its account's own: account ids where the original has `*`, conditions left on about half of
/// the statements that have them, `${aws:PrincipalTag/team}` in some bucket names.
fn variant(document: &Value, account: usize, rng: &mut Rng) -> Value {
    let mut statements: Vec<Value> = statements_of(document).into_iter().cloned().collect();
    for statement in &mut statements {
        let Some(object) = statement.as_object_mut() else { continue };
        if object.contains_key("Condition") && rng.one_in(2) && object.get("Effect") == Some(&"Allow".into())
        {
            object.remove("Condition");
        }
        let resources = texts(object.get("Resource"));
        if !resources.is_empty() {
            let own: Vec<String> = resources.iter().map(|r| localize(r, account, rng)).collect();
            object.insert("Resource".into(), own.into());
        }
    }
    serde_json::json!({ "Version": "2012-10-17", "Statement": statements })
}

fn localize(resource: &str, account: usize, rng: &mut Rng) -> String {
    if resource == "arn:aws:s3:::*" {
        return match rng.below(3) {
            0 => "arn:aws:s3:::${aws:PrincipalTag/team}-*".into(),
            1 => format!("arn:aws:s3:::bucket-{}*", rng.below(99)),
            _ => resource.into(),
        };
    }
    resource.replacen(":*:*:", &format!(":*:{}:", digits(account)), 1)
}

fn digits(account: usize) -> String {
    format!("{:012}", 100_000_000_000u64 + account as u64)
}

/// What requests are drawn from: for each policy, its allowed (action, resource) patterns.
struct Targets {
    by_policy: BTreeMap<PolicyId, Vec<(String, String)>>,
    ids: Vec<PolicyId>,
    vocabulary: BTreeMap<String, Vec<String>>,
}

impl Targets {
    fn new(documents: &[(String, Value)]) -> Self {
        let mut vocabulary: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for action in
            documents.iter().flat_map(|(_, d)| statements_of(d)).flat_map(|s| texts(s.get("Action")))
        {
            if let Some((service, name)) = action.split_once(':')
                && !name.contains(['*', '?'])
            {
                vocabulary.entry(service.to_ascii_lowercase()).or_default().push(name.to_owned());
            }
        }
        for names in vocabulary.values_mut() {
            names.sort_unstable();
            names.dedup();
        }
        Targets { by_policy: BTreeMap::new(), ids: Vec::new(), vocabulary }
    }

    fn add(&mut self, id: PolicyId, document: &Value) {
        let mut list = Vec::new();
        for statement in statements_of(document) {
            let resources = texts(statement.get("Resource"));
            for (i, action) in texts(statement.get("Action")).into_iter().take(12).enumerate() {
                if let Some(resource) = resources.get(i % resources.len().max(1)) {
                    list.push((action, resource.clone()));
                }
            }
        }
        self.ids.push(id);
        self.by_policy.insert(id, list);
    }

    /// A concrete action for a pattern.
    fn action(&self, pattern: &str, rng: &mut Rng) -> String {
        let (service, name) = pattern.split_once(':').unwrap_or(("s3", "*"));
        if !name.contains(['*', '?']) {
            return pattern.to_owned();
        }
        let head = name.split(['*', '?']).next().unwrap_or_default();
        let known = self.vocabulary.get(&service.to_ascii_lowercase());
        let matching: Vec<&String> =
            known.into_iter().flatten().filter(|n| n.len() >= head.len() && n.starts_with(head)).collect();
        match rng.pick(&matching) {
            Some(name) => format!("{service}:{name}"),
            None => format!("{service}:{head}Thing"),
        }
    }
}

/// A concrete ARN for a pattern.
fn resource(pattern: &str, service: &str, account: usize, rng: &mut Rng) -> String {
    if pattern == "*" {
        return format!(
            "arn:aws:{service}:eu-west-1:{}:thing/{:08x}-{:04x}/part",
            digits(account),
            rng.next() as u32,
            rng.below(0xffff)
        );
    }
    let mut parts: Vec<String> = pattern.splitn(6, ':').map(str::to_owned).collect();
    for (i, part) in parts.iter_mut().enumerate() {
        let fill = match i {
            1 => "aws".to_owned(),
            3 => "eu-west-1".to_owned(),
            4 => digits(account),
            _ => format!("{:06x}", rng.next() & 0xff_ffff),
        };
        *part = part.replace("${aws:PrincipalTag/team}", "team-3").replace('*', &fill).replace('?', "x");
    }
    parts.join(":")
}

/// Builds W4.
pub fn w4(size: Size) -> Result<Workload, String> {
    estate("W4", size, false)
}

/// Builds W5.
pub fn w5(size: Size) -> Result<Workload, String> {
    estate("W5", size, true)
}

fn estate(name: &'static str, size: Size, with_perimeter: bool) -> Result<Workload, String> {
    let mut rng = Rng::new(4);
    let documents = documents()?;
    let mut estate = Estate::default();
    let accounts: Vec<AccountId> = (0..size.accounts).map(|a| estate.account(&digits(a))).collect();
    let mut targets = Targets::new(&documents);
    let (shared, own) = policies(&mut estate, &mut targets, &documents, size, &mut rng)?;
    let boundaries = boundaries(&mut estate, &documents, &mut rng)?;
    guardrails(&mut estate, with_perimeter)?;
    let mut carried = Vec::with_capacity(size.principals);
    for p in 0..size.principals {
        let account = p % size.accounts;
        // Half of the principals share their set with their team, half have one of their own.
        let mut draw = if p % 2 == 0 {
            Rng::new((account * 31 + p / 2 % 16) as u64)
        } else {
            Rng::new(p as u64 + 7_777)
        };
        let mut set: Vec<PolicyId> =
            (0..4).filter_map(|_| shared.get(draw.zipf(shared.len())).copied()).collect();
        let pool = own.get(account).map_or(&[][..], Vec::as_slice);
        set.extend((0..6).filter_map(|_| draw.pick(pool).copied()));
        set.sort_unstable();
        set.dedup();
        let boundary = (p % 4 < 2).then(|| boundaries.get(draw.below(boundaries.len())).copied()).flatten();
        let tags = vec![("team".into(), format!("team-{}", p % 50).into())];
        let account_id = accounts.get(account).copied().unwrap_or(AccountId(0));
        let arn = estate.user(&format!("user-{p:06}"), account_id, set.clone(), boundary, tags);
        carried.push((arn, account, set));
    }
    buckets(&mut estate, size, &accounts)?;
    let ask = |who: usize, rng: &mut Rng| {
        // Ranks are spread over the estate so that the popular principals are not all of the first accounts.
        let who = who.wrapping_mul(7_919) % carried.len().max(1);
        carried.get(who).map(|(arn, account, set)| draw(arn, *account, set, &targets, size, rng))
    };
    let popular = |rng: &mut Rng| rng.zipf(size.principals);
    let requests = (0..size.requests).filter_map(|_| ask(popular(&mut rng), &mut rng)).collect();
    let swept = (0..size.requests).filter_map(|_| ask(rng.below(size.principals), &mut rng)).collect();
    Ok(Workload { name, world: estate.world, requests, swept })
}

type Pools = (Vec<PolicyId>, Vec<Vec<PolicyId>>);

/// The library (as it is) and each account's own variants, until the statements are used up.
fn policies(
    estate: &mut Estate,
    targets: &mut Targets,
    documents: &[(String, Value)],
    size: Size,
    rng: &mut Rng,
) -> Result<Pools, String> {
    let mut shared = Vec::new();
    let mut left = size.statements as isize;
    for (name, document) in documents {
        if left < size.statements as isize / 2 && shared.len() >= 20 {
            break;
        }
        let id = estate.policy(name, PolicyKind::Identity, &document.to_string())?;
        targets.add(id, document);
        shared.push(id);
        left -= statements_of(document).len() as isize;
    }
    let mut own = vec![Vec::new(); size.accounts];
    let mut n = 0usize;
    while left > 0 {
        let account = n % size.accounts;
        let Some((name, document)) = rng.pick(documents) else { break };
        let document = variant(document, account, rng);
        let id =
            estate.policy(&format!("{name}-{account}-{n}"), PolicyKind::Identity, &document.to_string())?;
        targets.add(id, &document);
        if let Some(pool) = own.get_mut(account) {
            pool.push(id);
        }
        left -= statements_of(&document).len() as isize;
        n += 1;
    }
    Ok((shared, own))
}

/// Twenty boundaries: broad service lists, with `iam` and `organizations` denied in half of them.
fn boundaries(
    estate: &mut Estate,
    documents: &[(String, Value)],
    rng: &mut Rng,
) -> Result<Vec<PolicyId>, String> {
    let mut services: Vec<String> = documents
        .iter()
        .flat_map(|(_, d)| statements_of(d))
        .flat_map(|s| texts(s.get("Action")))
        .filter_map(|a| a.split_once(':').map(|(s, _)| s.to_owned()))
        .collect();
    services.sort_unstable();
    services.dedup();
    (0..20)
        .map(|b| {
            let actions: Vec<String> =
                services.iter().filter(|_| !rng.one_in(4)).map(|s| format!("{s}:*")).collect();
            let mut statements =
                vec![serde_json::json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })];
            if b % 2 == 0 {
                statements.push(serde_json::json!({
                    "Effect": "Deny", "Action": ["iam:*", "organizations:*"], "Resource": "*"
                }));
            }
            let document = serde_json::json!({ "Version": "2012-10-17", "Statement": statements });
            estate.policy(&format!("Boundary{b}"), PolicyKind::Boundary, &document.to_string())
        })
        .collect()
}

/// Two levels: at the root a region fence and no leaving of the organization, in ten units one of six denies; and a
/// perimeter around the organization.
fn guardrails(estate: &mut Estate, with_perimeter: bool) -> Result<(), String> {
    let everything = serde_json::json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let fence = serde_json::json!({
        "Effect": "Deny",
        "NotAction": ["iam:*", "organizations:*", "sts:*", "route53:*", "support:*", "cloudfront:*"],
        "Resource": "*",
        "Condition": { "StringNotEquals": { "aws:RequestedRegion": ["eu-west-1", "eu-central-1"] } }
    });
    let leave =
        serde_json::json!({ "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" });
    let document =
        |list: Value| serde_json::json!({ "Version": "2012-10-17", "Statement": list }).to_string();
    let full = estate.policy("FullAWSAccess", PolicyKind::Scp, &document(serde_json::json!([everything])))?;
    let root = estate.policy("Root", PolicyKind::Scp, &document(serde_json::json!([fence, leave])))?;
    let denies = [
        ("cloudtrail:StopLogging", "*"),
        ("ec2:TerminateInstances", "arn:aws:ec2:*:*:instance/i-prod*"),
        ("s3:DeleteBucket", "arn:aws:s3:::audit-*"),
        ("kms:ScheduleKeyDeletion", "*"),
        ("guardduty:Delete*", "*"),
        ("iam:CreateUser", "*"),
    ];
    let mut units = Vec::new();
    for (i, (action, resource)) in denies.iter().enumerate() {
        let deny = serde_json::json!({ "Effect": "Deny", "Action": action, "Resource": resource });
        units.push(estate.policy(
            &format!("Unit{i}"),
            PolicyKind::Scp,
            &document(serde_json::json!([deny])),
        )?);
    }
    let (mut scps, mut rcps) = (vec![full, root], Vec::new());
    if with_perimeter {
        scps.push(estate.policy("Perimeter", PolicyKind::Scp, perimeter::OF_CALLERS)?);
        rcps.push(estate.policy("ResourcePerimeter", PolicyKind::Rcp, perimeter::OF_RESOURCES)?);
    }
    estate.organize(|a| {
        let unit = units.get(a % 10 % units.len()).copied();
        vec![scps.clone(), std::iter::once(full).chain(unit).collect()]
    });
    for account in estate.world.accounts.iter_mut().filter(|_| !rcps.is_empty()) {
        account.rcps = Some(vec![rcps.clone()]);
    }
    Ok(())
}

/// Buckets whose policies follow five templates; every bucket names itself.
fn buckets(estate: &mut Estate, size: Size, accounts: &[AccountId]) -> Result<(), String> {
    for b in 0..size.buckets {
        let arn = bucket(b);
        let account = b % size.accounts;
        let mut statements = vec![serde_json::json!({
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, format!("{arn}/*")],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } }
        })];
        match b % 5 {
            0 => statements.push(serde_json::json!({
                "Effect": "Allow", "Principal": { "AWS": digits((account + 1) % size.accounts) },
                "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [arn, format!("{arn}/*")]
            })),
            1 => statements.push(serde_json::json!({
                "Effect": "Allow", "Principal": { "Service": "logging.s3.amazonaws.com" },
                "Action": "s3:PutObject", "Resource": format!("{arn}/logs/*"),
                "Condition": { "StringEquals": { "aws:SourceAccount": digits(account) } }
            })),
            2 => statements.push(serde_json::json!({
                "Effect": "Deny", "Principal": "*", "Action": "s3:Delete*", "Resource": format!("{arn}/*"),
                "Condition": { "StringNotEquals": { "aws:PrincipalOrgID": "o-bench" } }
            })),
            3 => statements.push(serde_json::json!({
                "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{}:user/user-{:06}", digits(account), account) },
                "Action": "s3:GetObject", "Resource": format!("{arn}/shared/*")
            })),
            _ => {}
        }
        let document = serde_json::json!({ "Version": "2012-10-17", "Statement": statements });
        let policy = estate.policy(&format!("bucket {b}"), PolicyKind::Resource, &document.to_string())?;
        let account = accounts.get(account).copied();
        estate.world.resource_policies.push(ResourcePolicy { resource: arn.into(), account, policy });
    }
    Ok(())
}

fn bucket(b: usize) -> String {
    format!("arn:aws:s3:::data-{b:05}")
}

/// Four requests in five aim at a statement the principal carries; one in seven asks for a bucket's object.
fn draw(
    arn: &str,
    account: usize,
    set: &[PolicyId],
    targets: &Targets,
    size: Size,
    rng: &mut Rng,
) -> Request<'static> {
    let region = if rng.one_in(12) { "us-east-1" } else { "eu-west-1" };
    let team = format!("team-{}", rng.below(50));
    let context = [
        ("aws:CurrentTime", "2026-11-21T12:00:00Z"),
        ("aws:EpochTime", "1795262400"),
        ("aws:SecureTransport", "true"),
        ("aws:RequestedRegion", region),
        ("aws:SourceIp", "10.20.30.40"),
        ("aws:UserAgent", "aws-sdk-rust/1.8.2 os/linux lang/rust#1.88"),
        ("aws:ViaAWSService", "false"),
        ("aws:ResourceTag/team", team.as_str()),
        ("aws:RequestTag/CreatedBy", "deploy"),
        ("s3:prefix", "home/"),
        ("iam:PassedToService", "lambda.amazonaws.com"),
    ];
    if rng.one_in(7) {
        let object = format!("{}/shared/{:08x}.bin", bucket(rng.below(size.buckets)), rng.next() as u32);
        let action = if rng.one_in(3) { "s3:PutObject" } else { "s3:GetObject" };
        return request(arn, action, &object, &context);
    }
    let source = if rng.one_in(5) { rng.pick(&targets.ids).copied() } else { rng.pick(set).copied() };
    let list = source.and_then(|p| targets.by_policy.get(&p)).map_or(&[][..], Vec::as_slice);
    let (pattern, on) = rng.pick(list).map_or(("s3:GetObject", "*"), |(a, r)| (a.as_str(), r.as_str()));
    let action = targets.action(pattern, rng);
    let service = action.split(':').next().unwrap_or("s3").to_owned();
    request(arn, &action, &resource(on, &service, account, rng), &context)
}
