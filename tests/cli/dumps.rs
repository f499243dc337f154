//! Several account dumps in one program: what they have in common is one thing, by its ARN.

use super::Folder;
use serde_json::{Value, json};

fn document(effect: &str, action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*"}]})
}

fn policy(arn: &str, version: &str, document: &Value) -> Value {
    let name = arn.rsplit('/').next().unwrap();
    json!({"PolicyName": name, "Arn": arn, "Description": format!("what {name} is"), "DefaultVersionId": version,
        "PolicyVersionList": [{"VersionId": version, "IsDefaultVersion": true, "Document": document}]})
}

/// A dump of one user with these policies attached.
fn dump(account: &str, attached: &[&str], boundary: Option<&str>, policies: &[Value]) -> String {
    let attached: Vec<Value> =
        attached.iter().map(|arn| json!({"PolicyName": "p", "PolicyArn": arn})).collect();
    let mut user = json!({"UserName": "Ann", "Path": "/", "UserId": format!("AIDAEXAMPLE{account}"),
        "Arn": format!("arn:aws:iam::{account}:user/Ann"), "AttachedManagedPolicies": attached});
    if let Some(arn) = boundary {
        user["PermissionsBoundary"] =
            json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn});
    }
    json!({"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": policies})
        .to_string()
}

const AWS: &str = "arn:aws:iam::aws:policy/Managed";
const ONE: &str = "arn:aws:iam::111111111111:policy/Baseline";
const TWO: &str = "arn:aws:iam::222222222222:policy/Baseline";

#[track_caller]
fn decided(dir: &Folder, account: &str, action: &str, outcome: &str) {
    let ann = format!("arn:aws:iam::{account}:user/Ann");
    let run = ["decide", "a.json", "b.json", "--engine", "both", "--principal", &ann, "--action", action];
    dir.run(&[&run[..], &["--resource", "*", "--expect", outcome]].concat()).assert().code(0);
}

#[test]
fn policies_of_dumps_are_told_apart_by_their_arns() {
    let managed = policy(AWS, "v1", &document("Allow", "ec2:DescribeInstances"));
    let one = policy(ONE, "v1", &document("Allow", "ec2:DescribeVpcs"));
    let two = policy(TWO, "v1", &document("Deny", "ec2:DescribeInstances"));
    let a = dump("111111111111", &[AWS, ONE], None, &[managed.clone(), one]);
    // What one account attaches may be a boundary in another.
    let b = dump("222222222222", &[TWO], Some(AWS), &[managed, two]);
    let dir = Folder::new("dumps-two", &[("a.json", &a), ("b.json", &b)]);
    dir.run(&["build", "a.json", "b.json", "-o", "both.tbl"]).assert().code(0);
    dir.run(&["build", "b.json", "a.json", "-o", "again.tbl"]).assert().code(0);
    assert_eq!(
        std::fs::read(dir.0.join("both.tbl")).unwrap(),
        std::fs::read(dir.0.join("again.tbl")).unwrap()
    );
    decided(&dir, "111111111111", "ec2:DescribeInstances", "allow");
    decided(&dir, "111111111111", "ec2:DescribeVpcs", "allow");
    decided(&dir, "222222222222", "ec2:DescribeInstances", "explicit-deny");
    decided(&dir, "222222222222", "ec2:DescribeVpcs", "implicit-deny");
}

#[test]
fn the_newest_version_of_a_policy_of_aws_counts() {
    let old = policy(AWS, "v9", &document("Allow", "ec2:*"));
    let new = policy(AWS, "v10", &document("Allow", "ec2:DescribeVpcs"));
    for (first, second) in [(&old, &new), (&new, &old)] {
        let a = dump("111111111111", &[AWS], None, std::slice::from_ref(first));
        let b = dump("222222222222", &[AWS], None, std::slice::from_ref(second));
        let dir = Folder::new("dumps-versions", &[("a.json", &a), ("b.json", &b)]);
        let out = dir.run(&["build", "a.json", "b.json", "-o", "both.tbl"]).assert().code(0);
        let said = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert!(said.contains("T0255") && said.contains(AWS), "{said}");
        for account in ["111111111111", "222222222222"] {
            decided(&dir, account, "ec2:DescribeVpcs", "allow");
            decided(&dir, account, "ec2:DescribeInstances", "implicit-deny");
        }
    }
}

/// One account twice: alike is once, and what differs is refused.
#[test]
fn an_account_may_stand_in_two_dumps() {
    let one = policy(ONE, "v1", &document("Allow", "ec2:DescribeVpcs"));
    let a = dump("111111111111", &[ONE], None, std::slice::from_ref(&one));
    let dir = Folder::new("dumps-twice", &[("a.json", &a), ("b.json", &a)]);
    dir.run(&["build", "a.json", "b.json", "-o", "both.tbl"]).assert().code(0);
    let other = policy(ONE, "v1", &document("Allow", "ec2:*"));
    let b = dump("111111111111", &[ONE], None, &[other]);
    dir.write("b.json", b.as_bytes());
    dir.run(&["build", "a.json", "b.json", "-o", "both.tbl"]).assert().code(2);
}

/// I4: what has no place in the language is kept as a note.
#[test]
fn descriptions_and_versions_are_notes() {
    let one = policy(ONE, "v3", &document("Allow", "ec2:DescribeVpcs"));
    let dir = Folder::new("dumps-notes", &[("a.json", &dump("111111111111", &[ONE], None, &[one]))]);
    let out = dir.run(&["import", "a.json"]).assert().code(0);
    let source = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    assert!(
        source.contains("@description(\"what Baseline is\")\n@version(\"v3\")\npolicy Baseline arn"),
        "{source}"
    );
    dir.write("a.tabella", source.as_bytes());
    dir.run(&["build", "a.tabella", "-o", "a.tbl"]).assert().code(0);
}

/// I2: AWS managed policies that a dump leaves out are the shipped ones; other policies may hold a deny.
#[test]
fn policies_that_a_dump_leaves_out() {
    const VIEW: &str = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";
    const POWER: &str = "arn:aws:iam::aws:policy/PowerUserAccess";
    let dir = Folder::new("dumps-shipped", &[]);
    dir.write("a.json", dump("111111111111", &[VIEW], Some(POWER), &[]).as_bytes());
    dir.write("b.json", dump("222222222222", &[VIEW], None, &[]).as_bytes());
    dir.run(&["build", "a.json", "b.json", "-o", "both.tbl"]).assert().code(0).stderr_eq("");
    decided(&dir, "111111111111", "ec2:DescribeInstances", "allow");
    decided(&dir, "111111111111", "ec2:RunInstances", "implicit-deny");
    // What is imported refers to them, too.
    let out = dir.run(&["import", "a.json"]).assert().code(0).stderr_eq("");
    dir.write("a.tabella", &out.get_output().stdout.clone());
    dir.run(&["build", "a.tabella", "-o", "a.tbl"]).assert().code(0).stderr_eq("");
    // The dump's own version wins.
    let own = policy(VIEW, "v1", &document("Deny", "ec2:DescribeInstances"));
    dir.write("a.json", dump("111111111111", &[VIEW], None, &[own]).as_bytes());
    decided(&dir, "111111111111", "ec2:DescribeInstances", "explicit-deny");

    let unknown = "arn:aws:iam::aws:policy/Unheard";
    dir.write("a.json", dump("111111111111", &[unknown], None, &[]).as_bytes());
    let out = dir.run(&["build", "a.json", "-o", "a.tbl"]).assert().code(2);
    let said = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(said.contains("T0344") && said.contains(unknown), "{said}");
    dir.run(&["build", "a.json", "-o", "a.tbl", "--assume-empty", unknown]).assert().code(0);
    // A document that is known is not taken for empty.
    dir.write("a.json", dump("111111111111", &[VIEW], None, &[]).as_bytes());
    dir.run(&["build", "a.json", "-o", "empty.tbl", "--assume-empty", VIEW]).assert().code(0);
    dir.run(&["build", "a.json", "-o", "a.tbl"]).assert().code(0);
    assert_eq!(std::fs::read(dir.0.join("empty.tbl")).unwrap(), std::fs::read(dir.0.join("a.tbl")).unwrap());
    // An unknown boundary allows nothing.
    dir.write("a.json", dump("111111111111", &[VIEW], Some(unknown), &[]).as_bytes());
    let out = dir.run(&["build", "a.json", "-o", "a.tbl"]).assert().code(0);
    let said = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(said.contains("T0243") && said.contains(unknown), "{said}");
    decided(&dir, "111111111111", "ec2:DescribeInstances", "implicit-deny");
}
