//! Requests, by options and by files, and the reasons of answers.

use super::{ADA, Folder, WORKER, decide, estate};
use snapbox::str;

#[test]
fn decide_says_why() {
    let dir = estate("decide");
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &[]).assert().code(0).stderr_eq("").stdout_eq(
        str![[r#"
allow: s3:GetObject on arn:aws:s3:::b/x
  for arn:aws:iam::111111111111:user/Ada
  because an identity policy allows it
    `Read`, statement `Objects` at estate.tabella:24:3

"#]],
    );
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/secret/x", &[]).assert().code(0).stdout_eq(str![[r#"
explicit deny: s3:GetObject on arn:aws:s3:::b/secret/x
  for arn:aws:iam::111111111111:user/Ada
  because an identity policy denies it
    `Read`, statement `Secret` at estate.tabella:25:3

"#]]);
    decide(&dir, ADA, "s3:PutObject", "arn:aws:s3:::b/x", &[]).assert().code(0).stdout_eq(str![[r#"
implicit deny: s3:PutObject on arn:aws:s3:::b/x
  for arn:aws:iam::111111111111:user/Ada
  because the identity policy `Read` does not allow it

"#]]);
    decide(&dir, WORKER, "s3:ListBucket", "arn:aws:s3:::b", &[]).assert().code(0).stdout_eq(str![[r#"
implicit deny: s3:ListBucket on arn:aws:s3:::b
  for arn:aws:sts::111111111111:assumed-role/Worker/w
  because the boundary `Lid` does not allow it
    though the identity policy `Read`, statement `Objects` at estate.tabella:24:3 allows it

"#]]);
}

#[test]
fn decide_with_context_and_session() {
    let dir = estate("decide-session");
    let mfa = ["--context", "aws:MultiFactorAuthPresent=true", "--expect", "allow"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/secret/x", &mfa).assert().code(0);
    dir.write("mfa.json", br#"{"aws:MultiFactorAuthPresent": true, "aws:TagKeys": ["a", "b"]}"#);
    let file = ["--context-file", "mfa.json", "--expect", "allow"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/secret/x", &file).assert().code(0);
    let session = ["--session-policy", "OneFolder", "--expect", "implicit-deny", "--engine", "both"];
    decide(&dir, WORKER, "s3:GetObject", "arn:aws:s3:::b/two/x", &session).assert().code(0);
    let session = ["--session-policy", "OneFolder", "--expect", "allow", "--engine", "both"];
    decide(&dir, WORKER, "s3:GetObject", "arn:aws:s3:::b/one/x", &session).assert().code(0);
}

#[test]
fn decide_exits_with_1_only_when_something_was_expected() {
    let dir = estate("decide-expect");
    let secret = "arn:aws:s3:::b/secret/x";
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "allow"]).assert().code(1);
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "deny"]).assert().code(0);
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "explicit-deny"]).assert().code(0);
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "implicit-deny"]).assert().code(1);
}

#[test]
fn decide_refuses_derived_keys() {
    let dir = estate("decide-derived");
    let derived = ["--context", "aws:PrincipalOrgID=o-acme1"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &derived).assert().code(2).stdout_eq("").stderr_eq(
        str![[r#"
error[T0708]: the context key `aws:PrincipalOrgID` is derived by the engine and cannot be set

1 error

"#]],
    );
    let twice = ["--context", "s3:prefix=a", "--context", "S3:Prefix=b"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &twice).assert().code(2).stderr_eq(str![[r#"
error[T0708]: the context key `S3:Prefix` is given twice

1 error

"#]]);
}

#[test]
fn decide_reads_requests_as_lines() {
    let dir = estate("decide-lines");
    let lines = format!(
        "{{\"principal\": \"{ADA}\", \"action\": \"s3:GetObject\", \"resource\": \"arn:aws:s3:::b/x\"}}\n\n\
         {{\"principal\": \"*\", \"action\": \"s3:GetObject\", \"resource\": \"arn:aws:s3:::b/x\", \"context\": {{}}}}\n"
    );
    dir.write("requests.jsonl", lines.as_bytes());
    let out = dir.run(&["decide", "--requests", "requests.jsonl", "--format", "json"]).assert().code(0);
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    let objects: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["decision"], "allow");
    assert_eq!(objects[0]["statements"][0]["sid"], "Objects");
    assert_eq!(objects[0]["statements"][0]["line"], 24);
    assert!(objects[0]["request"]["at"].is_string(), "the clock's time");
    assert_eq!(objects[1]["decision"], "implicit_deny");
}

#[test]
fn decide_refuses_what_is_no_request() {
    let dir = estate("decide-bad");
    for line in [
        "{}",
        "[",
        r#"{"principal": "*", "action": "a:b", "resorce": "*"}"#,
        r#"{"principal": "*", "action": "a:b", "resource": "*", "action": "a:c"}"#,
        r#"{"principal": "*", "action": "a:b", "resource": "*", "context": {"k": null}}"#,
    ] {
        dir.write("requests.jsonl", line.as_bytes());
        let out = dir.run(&["decide", "--requests", "requests.jsonl"]).assert().code(2).stdout_eq("");
        assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0707"), "{line}");
    }
    dir.run(&["decide"]).assert().code(2).stderr_eq(str![[r#"
error[T0707]: a request needs `--principal`, `--action` and `--resource`
 |
 = help: or give requests as JSON lines with `--requests FILE`

1 error

"#]]);
}

/// Numbers of requests are their text (R57): none is rounded, and `1e4` is no number (R102).
#[test]
fn numbers_reach_the_engine_as_they_are_written() {
    let dir = Folder::new(
        "numbers",
        &[(
            "estate.tabella",
            "account home 111111111111
user Ann in home {
  policy Own {
    allow s3:ListBucket on * when s3:max-keys == 90071992547409931234567890
    allow s3:GetObject on * when s3:max-keys == 10000
    allow s3:PutObject on * when s3:prefix == \"1e4\"
  }
}
",
        )],
    );
    let ask = |action: &str, key: &str, number: &str| {
        let line = format!(
            r#"{{"principal": "arn:aws:iam::111111111111:user/Ann", "action": "s3:{action}", "resource": "arn:aws:s3:::b", "resource_account": "111111111111", "context": {{"{key}": {number}}}}}"#
        );
        dir.write("requests.jsonl", line.as_bytes());
        let out =
            dir.run(&["decide", "--engine", "both", "--requests", "requests.jsonl", "--format", "json"]);
        let out = out.assert();
        let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        let object: serde_json::Value = serde_json::from_str(&text).unwrap();
        (object["allowed"] == true, object["request"]["context"][key].to_string())
    };
    let large = "90071992547409931234567890";
    assert_eq!(ask("ListBucket", "s3:max-keys", large), (true, format!("\"{large}\"")));
    assert!(!ask("ListBucket", "s3:max-keys", "90071992547409931234567891").0);
    assert!(!ask("ListBucket", "s3:max-keys", "90071992547409930000000000").0);
    assert_eq!(ask("GetObject", "s3:max-keys", "10000"), (true, "10000".into()));
    assert!(!ask("GetObject", "s3:max-keys", "1e4").0);
    assert!(ask("PutObject", "s3:prefix", "1e4").0);
}

/// What has no normal form is refused whichever engine would decide, and whether or not anybody has it.
#[test]
fn every_engine_refuses_what_tables_cannot_keep() {
    let alternatives = (1..=9).map(|i| format!("(a:{i} == \"x\" or b:{i} == \"x\")"));
    let condition = alternatives.collect::<Vec<_>>().join(" and ");
    let deny = format!("{{\n  deny s3:* when {condition}\n}}\n");
    let had = format!("account home 111111111111\nuser Ann in home {{\n  policies P\n}}\npolicy P {deny}");
    let idle = format!("account home 111111111111\nuser Ann in home {{\n}}\npolicy P {deny}");
    let request =
        ["--principal", "arn:aws:iam::111111111111:user/Ann", "--action", "s3:GetObject", "--resource", "*"];
    for estate in [had, idle] {
        let dir = Folder::new("no-normal-form", &[("estate.tabella", &estate)]);
        for engine in ["tables", "reference", "both"] {
            let out = dir.run(&["decide", "--engine", engine]).args(request).assert().code(2).stdout_eq("");
            assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0601"), "{engine} {estate}");
        }
    }
}

#[test]
fn a_document_alone_is_checked_to_the_end() {
    let deny = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:${aws:RequestedRegion}::b"}}"#;
    let dir = Folder::new(
        "document-to-the-end",
        &[("deny.json", deny), ("allow.json", &deny.replace("Deny", "Allow"))],
    );
    let out = dir.run(&["check", "deny.json"]).assert().code(2);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("error[T0604]"));
    dir.run(&["check", "allow.json"]).assert().code(0);
}

#[test]
fn the_time_that_is_given_counts() {
    let dir = Folder::new(
        "time",
        &[(
            "a.tabella",
            "account main 111111111111\nuser Ada in main {\n  policy p {\n    allow s3:GetObject on * when aws:CurrentTime < 2020-01-01T00:00:00Z\n      and aws:EpochTime < 1577836800\n  }\n}\n",
        )],
    );
    let run = |more: &[&str]| decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", more).assert();
    run(&["--expect", "deny"]).code(0);
    for at in ["2019-06-01T00:00:00Z", "1500000000", "2019-06-01T02:00+02:00"] {
        run(&["--expect", "allow", "--at", at]).code(0);
    }
    // A context that tells another time does not set the clock, and one that tells the same changes nothing.
    let told = |context: &str, at: &str| {
        let out = run(&["--context", context, "--at", at, "--engine", "both"]).code(0);
        String::from_utf8_lossy(&out.get_output().stdout).into_owned()
    };
    assert!(
        told("aws:CurrentTime=2019-06-01T00:00:00Z", "2026-12-01T00:00:00Z").contains("its clock is not set")
    );
    assert!(told("aws:EpochTime=1500000000", "1500000001").contains("its clock is not set"));
    assert!(told("aws:EpochTime=1500000000", "1500000000").starts_with("allow"));
    run(&["--at", "yesterday"]).code(2);
    run(&["--at", "2019-06-01T00:00:00.5Z"]).code(2);
}

#[test]
fn no_text_of_a_request_reaches_the_terminal_raw() {
    let dir = estate("escape");
    let out = decide(&dir, ADA, "s3:Get\u{1b}[31mObject", "arn:aws:s3:::b/\u{7}x", &[]).assert().code(0);
    assert!(!out.get_output().stdout.contains(&0x1b) && !out.get_output().stdout.contains(&7));
}

#[test]
fn a_guardrail_is_named_where_its_level_has_no_allow() {
    let source = "organization o-a1 {\n  root r-ab12\n  unit work {\n    account main 111111111111\n  }\n}\n\
        guardrail G on root { allow iam:* }\nguardrail H on unit work { allow s3:* }\n\
        user Ada in main { policy p { allow s3:* } }\n";
    let dir = Folder::new("levels", &[("a.tabella", source)]);
    for engine in ["tables", "reference"] {
        let out =
            decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &["--engine", engine]).assert().code(0);
        let text = String::from_utf8_lossy(&out.get_output().stdout).into_owned();
        assert!(text.contains("`G` does not allow it"), "{text}");
        assert!(!text.contains("`H`, ") && !text.contains("FullAWSAccess"), "{text}");
    }
}

#[test]
fn a_malformed_request_says_what_is_wrong() {
    let dir = estate("malformed");
    for (principal, action, resource, cause) in [
        ("Ada", "s3:GetObject", "arn:aws:s3:::b/x", "its principal is no kind of caller"),
        (ADA, "GetObject", "arn:aws:s3:::b/x", "its action is not one `service:Name`"),
        (ADA, "s3:GetObject", "b/x", "its resource is no ARN"),
    ] {
        let out = decide(&dir, principal, action, resource, &[]).assert().code(0);
        let text = String::from_utf8_lossy(&out.get_output().stdout).into_owned();
        assert!(text.contains(&format!("the request is malformed: {cause}")), "{text}");
    }
}
