//! Account dumps go through the whole front end and come back: import → resolve → export → import → resolve → export.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use serde_json::{Value, json};
use std::process::ExitCode;
use tabella::catalog::Catalog;
use tabella::diag::has_errors;
use tabella::hir::World;
use tabella::limits::Limits;
use tabella::resolve::SourceUnit;
use tabella::source::FileId;
use tabella::{export, json, resolve, syntax};

fn world(text: &str) -> World {
    let limits = Limits::default();
    let (node, found) = json::read(FileId(0), text, &limits);
    assert!(found.is_empty(), "{found:?}");
    let (tree, found) = json::import::authorization_details(&node.unwrap());
    assert!(!has_errors(&found), "{found:?}");
    // The tree as it is and the tree as it prints are the same program.
    let (parsed, found) = syntax::parse(FileId(0), &syntax::print(&tree), &limits);
    assert!(found.is_empty(), "{}\n{found:?}", syntax::print(&tree));
    let resolved = |tree| {
        let unit = SourceUnit { file: FileId(0), name: "dump.json".into(), tree };
        let (checked, found) = resolve::program(&[unit], &Catalog::default(), &limits);
        checked.unwrap_or_else(|| panic!("{found:#?}")).world().clone()
    };
    let (direct, printed) = (resolved(tree), resolved(parsed));
    assert_eq!(dump(&direct), dump(&printed));
    direct
}

fn dump(world: &World) -> String {
    let (dump, found) = export::authorization_details(world);
    assert!(found.is_empty(), "{found:?}");
    serde_json::to_string_pretty(&dump.unwrap()).unwrap()
}

fn document(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})
}

fn managed(arn: &str, document: &Value) -> Value {
    let name = arn.rsplit('/').next().unwrap();
    json!({"PolicyName": name, "Arn": arn, "Path": "/", "DefaultVersionId": "v1",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]})
}

fn small() -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:root"}, "Action": "sts:AssumeRole",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
        {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},
            "Action": "sts:AssumeRoleWithWebIdentity"}]});
    let p = "arn:aws:iam::111111111111:policy/team/P";
    json!({
        "UserDetailList": [{"Path": "/staff/", "UserName": "alice", "UserId": "AIDAIOSFODNN7EXAMPLE",
            "Arn": "arn:aws:iam::111111111111:user/staff/alice", "CreateDate": "2024-01-01T00:00:00+00:00",
            "GroupList": ["devs"], "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document("s3:*")}],
            "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": p}],
            "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111111111111:policy/B"},
            "Tags": [{"Key": "a b:c", "Value": ""}, {"Key": "team", "Value": "a \"b\" ${c}"}]}],
        "GroupDetailList": [{"Path": "/", "GroupName": "devs", "Arn": "arn:aws:iam::111111111111:group/devs",
            "GroupPolicyList": [{"PolicyName": "in line", "PolicyDocument": document("sqs:*")}],
            "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": p}]}],
        "RoleDetailList": [{"Path": "/", "RoleName": "R", "RoleId": "AROAIOSFODNN7EXAMPLE",
            "Arn": "arn:aws:iam::111111111111:role/R", "AssumeRolePolicyDocument": trust, "RolePolicyList": [],
            "AttachedManagedPolicies": [], "Tags": [], "MaxSessionDuration": 7200}],
        "Policies": [managed(p, &document("ec2:*")), managed("arn:aws:iam::111111111111:policy/B", &document("*"))],
        "IsTruncated": false,
    })
}

fn a_dump_comes_back() {
    let first = dump(&world(&small().to_string()));
    assert_eq!(first, dump(&world(&first)));
    let back: Value = serde_json::from_str(&first).unwrap();
    for list in ["UserDetailList", "GroupDetailList", "RoleDetailList"] {
        let (before, after) = (&small()[list][0], &back[list][0]);
        for (key, value) in before.as_object().unwrap() {
            assert_eq!(value, &after[key], "{list} {key}");
        }
    }
}

/// Ten roles with all of AWS's managed policies among them.
fn an_estate_of_managed_policies_comes_back() {
    let lines = corpus();
    let (mut policies, mut arns) = (Vec::new(), Vec::new());
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        policies.push(managed(row["arn"].as_str().unwrap(), &row["document"]));
        arns.push(row["arn"].clone());
    }
    let mut estate = small();
    let role = estate["RoleDetailList"][0].clone();
    let roles = estate["RoleDetailList"].as_array_mut().unwrap();
    for (index, chunk) in arns.chunks(160).enumerate() {
        let mut role = role.clone();
        role["RoleName"] = json!(format!("R{index}"));
        role["Arn"] = json!(format!("arn:aws:iam::111111111111:role/R{index}"));
        role["RoleId"] = json!(format!("AROAIOSFODNN7EXAMPL{index}"));
        role["AttachedManagedPolicies"] = chunk.iter().map(|arn| json!({"PolicyArn": arn})).collect();
        roles.push(role);
    }
    estate["Policies"].as_array_mut().unwrap().extend(policies);
    let first = dump(&world(&estate.to_string()));
    assert_eq!(first, dump(&world(&first)));
}

fn corpus() -> String {
    use std::io::Read;
    let file = std::fs::File::open(support::shared(CORPUS)).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

const CORPUS: &str = "corpora/aws-managed-policies.jsonl.gz";

fn main() -> ExitCode {
    support::run(vec![
        support::plain("a_dump_comes_back", a_dump_comes_back),
        support::needs(
            CORPUS,
            "an_estate_of_managed_policies_comes_back",
            an_estate_of_managed_policies_comes_back,
        ),
    ])
}
