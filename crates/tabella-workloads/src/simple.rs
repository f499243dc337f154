//! W1–W3: prefix resources, action wildcards, at most one string condition a statement. Every peer can say them.

use crate::{Estate, Rng, Workload, request};
use tabella::hir::PolicyKind;
use tabella_runtime::Request;

/// A statement in the form that all engines can take: actions may end in `*`, resources always do.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Deny instead of allow.
    pub deny: bool,
    /// `s3:GetObject` or `s3:Get*`.
    pub actions: Vec<String>,
    /// The prefix of the resource (what stands before the final `*`).
    pub prefix: String,
    /// A context key and the value it must equal.
    pub condition: Option<(String, String)>,
}

/// A principal and what it carries.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Its ARN.
    pub arn: String,
    /// Identity policy.
    pub identity: Vec<Statement>,
    /// Boundary; empty = none.
    pub boundary: Vec<Statement>,
}

/// The neutral form of a simple workload.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The principals.
    pub principals: Vec<Principal>,
    /// Denies that bind everybody.
    pub denies: Vec<Statement>,
}

/// The actions of W1–W3.
pub const ACTIONS: [&str; 28] = [
    "s3:GetObject",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:PutObjectTagging",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "lambda:InvokeFunction",
    "lambda:GetFunction",
    "lambda:UpdateFunctionCode",
    "sns:Publish",
    "sns:Subscribe",
    "logs:PutLogEvents",
    "logs:GetLogEvents",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
];

const GRANTS: [(&[&str], &str); 10] = [
    (&["s3:Get*", "s3:PutObject"], "arn:aws:s3:::team-{t}/data/"),
    (&["s3:ListBucket"], "arn:aws:s3:::team-{t}"),
    (&["s3:Get*"], "arn:aws:s3:::shared-{m}/"),
    (&["dynamodb:GetItem", "dynamodb:Query"], "arn:aws:dynamodb:eu-west-1:111122223333:table/team-{t}-"),
    (&["dynamodb:*"], "arn:aws:dynamodb:eu-west-1:111122223333:table/own-{p}/"),
    (&["sqs:SendMessage", "sqs:GetQueueAttributes"], "arn:aws:sqs:eu-west-1:111122223333:team-{t}-"),
    (&["lambda:InvokeFunction"], "arn:aws:lambda:eu-west-1:111122223333:function:team-{t}-"),
    (&["sns:Publish"], "arn:aws:sns:eu-west-1:111122223333:team-{t}-"),
    (&["logs:Get*", "logs:Describe*"], "arn:aws:logs:eu-west-1:111122223333:log-group:/team-{t}/"),
    (&["s3:DeleteObject"], "arn:aws:s3:::team-{t}/tmp/"),
];

fn statement(deny: bool, actions: &[&str], prefix: String, condition: Option<(&str, &str)>) -> Statement {
    Statement {
        deny,
        actions: actions.iter().map(|a| (*a).to_owned()).collect(),
        prefix,
        condition: condition.map(|(k, v)| (k.to_owned(), v.to_owned())),
    }
}

/// W1: one principal, five statements.
pub fn w1() -> (Workload, Model) {
    let own = vec![
        statement(false, &["s3:Get*", "s3:PutObject"], "arn:aws:s3:::team-7/".into(), None),
        statement(false, &["s3:ListBucket"], "arn:aws:s3:::team-7".into(), None),
        statement(
            false,
            &["dynamodb:*"],
            "arn:aws:dynamodb:eu-west-1:111122223333:table/team-7".into(),
            Some(("aws:RequestedRegion", "eu-west-1")),
        ),
        statement(false, &["sqs:SendMessage"], "arn:aws:sqs:eu-west-1:111122223333:team-7".into(), None),
        statement(true, &["s3:*"], "arn:aws:s3:::team-7/secret/".into(), None),
    ];
    let arn = "arn:aws:iam::111122223333:user/p0".to_owned();
    let model = Model {
        principals: vec![Principal { arn, identity: own, boundary: Vec::new() }],
        denies: Vec::new(),
    };
    (build("W1", &model, 1), model)
}

/// W2 has 1,000 principals, W3 7,700: ten allows and three boundary statements each, five denies for all.
pub fn w2_w3(name: &'static str, principals: usize) -> (Workload, Model) {
    let mut model = Model::default();
    for p in 0..principals {
        let fill = |s: &str| {
            s.replace("{t}", &(p % 97).to_string())
                .replace("{m}", &(p % 11).to_string())
                .replace("{p}", &p.to_string())
        };
        let identity = GRANTS
            .iter()
            .enumerate()
            .map(|(i, (actions, prefix))| {
                let condition = (i % 5 == 3).then_some(("aws:RequestedRegion", "eu-west-1"));
                statement(false, actions, fill(prefix), condition)
            })
            .collect();
        let boundary = vec![
            statement(false, &["s3:*"], "arn:aws:s3:::".into(), None),
            statement(false, &["dynamodb:*"], "arn:aws:dynamodb:eu-west-1:111122223333:".into(), None),
            statement(false, &["sqs:*"], "arn:aws:sqs:eu-west-1:111122223333:".into(), None),
        ];
        model.principals.push(Principal {
            arn: format!("arn:aws:iam::111122223333:user/p{p}"),
            identity,
            boundary,
        });
    }
    model.denies = vec![
        statement(true, &["s3:*"], "arn:aws:s3:::team-13/".into(), None),
        statement(true, &["s3:DeleteObject"], "arn:aws:s3:::shared-".into(), None),
        statement(
            true,
            &["lambda:UpdateFunctionCode"],
            "arn:aws:lambda:eu-west-1:111122223333:".into(),
            None,
        ),
        statement(
            true,
            &["dynamodb:*"],
            "arn:aws:dynamodb:eu-west-1:111122223333:".into(),
            Some(("aws:RequestedRegion", "us-east-1")),
        ),
        statement(true, &["sqs:DeleteMessage"], "arn:aws:sqs:eu-west-1:111122223333:".into(), None),
    ];
    (build(name, &model, 2), model)
}

/// The IAM JSON document of some statements, with an allow of everything when they are guardrail denies.
pub fn document(statements: &[Statement], allow_all: bool) -> String {
    let mut list: Vec<serde_json::Value> = statements
        .iter()
        .map(|s| {
            let mut v = serde_json::json!({
                "Effect": if s.deny { "Deny" } else { "Allow" },
                "Action": s.actions,
                "Resource": format!("{}*", s.prefix),
            });
            if let (Some((k, value)), Some(o)) = (&s.condition, v.as_object_mut()) {
                o.insert("Condition".into(), serde_json::json!({ "StringEquals": { k.clone(): value } }));
            }
            v
        })
        .collect();
    if allow_all {
        list.push(serde_json::json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
    }
    serde_json::json!({ "Version": "2012-10-17", "Statement": list }).to_string()
}

fn build(name: &'static str, model: &Model, seed: u64) -> Workload {
    let mut estate = Estate::default();
    let account = estate.account("111122223333");
    for (i, p) in model.principals.iter().enumerate() {
        let identity =
            estate.policy(&format!("Own{i}"), PolicyKind::Identity, &document(&p.identity, false)).ok();
        let boundary = (!p.boundary.is_empty())
            .then(|| {
                estate
                    .policy(&format!("Boundary{i}"), PolicyKind::Boundary, &document(&p.boundary, false))
                    .ok()
            })
            .flatten();
        let user = p.arn.rsplit('/').next().unwrap_or_default().to_owned();
        estate.user(&user, account, identity.into_iter().collect(), boundary, Vec::new());
    }
    if !model.denies.is_empty() {
        let scp = estate.policy("GlobalDenies", PolicyKind::Scp, &document(&model.denies, true)).ok();
        let level: Vec<_> = scp.into_iter().collect();
        estate.organize(|_| vec![level.clone()]);
    }
    let mut rng = Rng::new(seed);
    let requests: Vec<_> = (0..262_144).map(|_| draw(model, &mut rng)).collect();
    Workload { name, world: estate.world, swept: requests.clone(), requests }
}

/// Three in four requests aim at a statement of the principal, the rest at anything.
fn draw(model: &Model, rng: &mut Rng) -> Request<'static> {
    let i = rng.below(model.principals.len());
    let Some(principal) = model.principals.get(i) else { return request("*", "s3:GetObject", "*", &[]) };
    let target = if rng.one_in(4) {
        rng.pick(&model.principals).and_then(|p| p.identity.first())
    } else {
        rng.pick(&principal.identity)
    };
    let (action, prefix) = match target {
        Some(s) if !rng.one_in(6) => {
            let pattern = rng.pick(&s.actions).map_or("s3:Get*", String::as_str);
            let head = pattern.trim_end_matches('*');
            let matching: Vec<&str> = ACTIONS.iter().copied().filter(|a| a.starts_with(head)).collect();
            (rng.pick(&matching).copied().unwrap_or("s3:GetObject"), s.prefix.clone())
        }
        Some(s) => (rng.pick(&ACTIONS).copied().unwrap_or("s3:GetObject"), s.prefix.clone()),
        None => ("s3:GetObject", String::new()),
    };
    let resource =
        format!("{prefix}{:08x}/year=2026/month=11/part-{:05}.parquet", rng.next() as u32, rng.below(9999));
    let region = if rng.one_in(5) { "us-east-1" } else { "eu-west-1" };
    request(
        &principal.arn,
        action,
        &resource,
        &[("aws:RequestedRegion", region), ("aws:SourceIp", "10.1.2.3")],
    )
}
