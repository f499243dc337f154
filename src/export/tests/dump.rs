//! Account dumps.

use super::*;
use crate::export::{account_details, authorization_details};
use crate::hir::{Account, AccountId, Group, GroupId, Identity, IdentityKind, Organization, PolicyId, World};

fn account(id: &str) -> Account {
    Account {
        name: id.into(),
        id: id.into(),
        in_organization: false,
        management: false,
        org_path: "".into(),
        scps: None,
        rcps: None,
        span: Span::NONE,
    }
}

fn identity(kind: IdentityKind, name: &str, account: u32) -> Identity {
    let word = if kind == IdentityKind::User { "user" } else { "role" };
    Identity {
        kind,
        name: name.into(),
        path: "/".into(),
        account: AccountId(account),
        arn: format!("arn:aws:iam::{0}{0}:{word}/{name}", ["111111", "222222"][account as usize]).into(),
        unique_id: None,
        policies: Vec::new(),
        groups: Vec::new(),
        boundary: None,
        tags: Vec::new(),
        max_session: 3600,
        service_linked: false,
        trust: None,
        created: None,
        inline: Vec::new(),
        span: Span::NONE,
    }
}

fn named(name: &str, arn: Option<&str>, kind: PolicyKind) -> Policy {
    let mut policy = built(Version::V2012, vec![Piece::Any], Condition::TRUE);
    (policy.name, policy.arn, policy.kind) = (name.into(), arn.map(Into::into), kind);
    policy
}

fn world() -> World {
    let mut trust = import(
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole"}}),
        PolicyKind::Trust,
    );
    trust.name = "trust of r".into();
    World {
        accounts: vec![account("111111111111"), account("222222222222")],
        policies: vec![
            named("Team Data(x)", None, PolicyKind::Identity),
            named("M", Some("arn:aws:iam::111111111111:policy/p/M"), PolicyKind::Identity),
            named("u/own", None, PolicyKind::Identity),
            trust,
            named("Unused", Some("arn:aws:iam::aws:policy/Unused"), PolicyKind::Boundary),
            named("Free", None, PolicyKind::Identity),
        ],
        identities: vec![
            Identity {
                policies: vec![PolicyId(0), PolicyId(2), PolicyId(1)],
                inline: vec![PolicyId(2)],
                groups: vec![GroupId(0)],
                boundary: Some(vec![PolicyId(1)]),
                tags: vec![("k".into(), "v".into())],
                unique_id: Some("AIDAIOSFODNN7EXAMPLE".into()),
                created: Some("2024-01-01T00:00:00Z".into()),
                ..identity(IdentityKind::User, "u", 0)
            },
            Identity {
                policies: vec![PolicyId(0)],
                trust: Some(PolicyId(3)),
                max_session: 7200,
                ..identity(IdentityKind::Role, "r", 1)
            },
        ],
        groups: vec![Group {
            name: "g".into(),
            path: "/".into(),
            account: AccountId(0),
            arn: "arn:aws:iam::111111111111:group/g".into(),
            unique_id: None,
            policies: vec![PolicyId(0)],
            inline: Vec::new(),
            span: Span::NONE,
        }],
        ..World::default()
    }
}

#[test]
fn a_world_becomes_a_dump() {
    let (dump, found) = authorization_details(&world());
    assert!(found.is_empty(), "{found:?}");
    let dump = dump.unwrap();
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]});
    let attached =
        json!({"PolicyName": "Team-Data-x-", "PolicyArn": "arn:aws:iam::111111111111:policy/Team-Data-x-"});
    assert_eq!(
        dump["UserDetailList"],
        json!([{"Path": "/", "UserName": "u", "UserId": "AIDAIOSFODNN7EXAMPLE",
            "Arn": "arn:aws:iam::111111111111:user/u", "CreateDate": "2024-01-01T00:00:00Z",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document}], "GroupList": ["g"],
            "AttachedManagedPolicies": [attached, {"PolicyName": "M", "PolicyArn": "arn:aws:iam::111111111111:policy/p/M"}],
            "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": "arn:aws:iam::111111111111:policy/p/M"},
            "Tags": [{"Key": "k", "Value": "v"}]}])
    );
    let role = &dump["RoleDetailList"][0];
    assert_eq!(role["MaxSessionDuration"], json!(7200));
    assert_eq!(
        role["AttachedManagedPolicies"][0]["PolicyArn"],
        json!("arn:aws:iam::222222222222:policy/Team-Data-x-")
    );
    assert_eq!(
        role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"],
        json!({"Service": "ec2.amazonaws.com"})
    );
    assert_eq!(dump["GroupDetailList"][0]["AttachedManagedPolicies"], json!([attached]));
    let policies = dump["Policies"].as_array().unwrap();
    let arns: Vec<_> =
        policies.iter().map(|p| (p["Arn"].as_str().unwrap(), p["Path"].as_str().unwrap())).collect();
    assert_eq!(
        arns,
        [
            ("arn:aws:iam::111111111111:policy/p/M", "/p/"),
            ("arn:aws:iam::aws:policy/Unused", "/"),
            ("arn:aws:iam::111111111111:policy/Team-Data-x-", "/"),
            ("arn:aws:iam::222222222222:policy/Team-Data-x-", "/"),
        ]
    );
    // Import reads it without a finding.
    let (node, _) = json::read(FileId(0), &dump.to_string(), &Limits::default());
    let (file, found) = json::import::authorization_details(&node.unwrap());
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(file.items.len(), 2 + 4 + 3);
}

#[test]
fn one_account_alone() {
    let (dump, _) = account_details(&world(), AccountId(1));
    let dump = dump.unwrap();
    assert_eq!(dump["UserDetailList"], json!([]));
    assert_eq!(dump["RoleDetailList"].as_array().unwrap().len(), 1);
    let arns: Vec<_> =
        dump["Policies"].as_array().unwrap().iter().map(|p| p["Arn"].as_str().unwrap()).collect();
    assert_eq!(arns, ["arn:aws:iam::aws:policy/Unused", "arn:aws:iam::222222222222:policy/Team-Data-x-"]);
}

#[test]
fn what_a_dump_cannot_hold_is_reported() {
    let mut world = world();
    world.organization = Some(Organization { id: "o-x".into(), root_id: "r-x".into() });
    world.policies.push(named("S", None, PolicyKind::Scp));
    let (dump, found) = authorization_details(&world);
    assert!(dump.is_some());
    assert_eq!(found.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["T0253", "T0253"]);
    world.identities[0].boundary = Some(vec![PolicyId(0), PolicyId(1)]);
    world.identities[1].service_linked = true;
    world.policies[5].statements[0].condition = atom(Operator::Null, Vec::new());
    let (dump, found) = authorization_details(&world);
    assert!(dump.is_none());
    assert_eq!(found.iter().filter(|d| d.is_error()).count(), 2);
    world.policies[0].statements[0].condition = atom(Operator::Null, Vec::new());
    assert_eq!(authorization_details(&world).1.iter().filter(|d| d.is_error()).count(), 4);
}
