//! One explanation of a decision, wherever it is asked for.

use super::Folder;
use serde_json::Value;

const ESTATE: &str = r#"organization o-shop1 {
  management account home 111111111111
  unit work {
    account main 222222222222
    account other 333333333333
  }
}

guardrail Everything on root {
  allow *
}

guardrail OnlyStorage on unit work {
  allow s3:*, iam:*, sts:*, sqs:*
}

guardrail OnlyQueues on unit work {
  allow sqs:*
}

guardrail All on account main {
  allow *
}

guardrail AllOther on account other {
  allow *
}

group Readers in main {
  policies Read
  policy Inline {
    allow sqs:ListQueues
  }
}

user Ada in main {
  groups Readers
}

user Bob in main {
  groups Readers
  policies Read, Lists
  boundary Lid
}

policy Read {
  allow s3:GetObject, s3:PutObject on arn:aws:s3:::b/*
}

policy Lists {
  allow s3:ListAllMyBuckets
}

boundary Lid {
  allow s3:GetObject
}

role Worker in other {
  trust {
    allow user Ada in main
  }
  policies Lists
}

session policy Nothing {
  allow sqs:SendMessage
}

resource policy Open on arn:aws:s3:::c in other {
  allow user Ada in main s3:GetObject on arn:aws:s3:::c/x
}
"#;

/// Caller, action, resource, further options; who is silent; a part of the sentence.
type Request = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);

const ASKED: [Request; 11] = [
    (
        "user/Ada",
        "s3:DeleteObject",
        "arn:aws:s3:::b/x",
        &[],
        &["Read", "Readers/Inline"],
        "no identity policy allows it: neither of",
    ),
    (
        "user/Bob",
        "s3:DeleteObject",
        "arn:aws:s3:::b/x",
        &[],
        &["Lists", "Read", "Readers/Inline"],
        "neither of",
    ),
    ("user/Bob", "s3:PutObject", "arn:aws:s3:::b/x", &[], &["Lid"], "the boundary `Lid` does not allow it"),
    ("user/Bob", "s3:GetObject", "arn:aws:s3:::b/x", &[], &[], "an identity policy allows it"),
    ("user/Ada", "ec2:RunInstances", "*", &[], &["OnlyQueues", "OnlyStorage"], "neither of"),
    // A trust policy governs what `sts` does, and nothing else.
    (
        "user/Ada",
        "iam:GetRole",
        "arn:aws:iam::333333333333:role/Worker",
        &[],
        &[],
        "no resource policy allows it",
    ),
    (
        "user/Bob",
        "sts:AssumeRole",
        "arn:aws:iam::333333333333:role/Worker",
        &[],
        &["trust of Worker"],
        "trust of Worker",
    ),
    (
        "user/Ada",
        "sts:AssumeRole",
        "arn:aws:iam::333333333333:role/Worker",
        &[],
        &["Read", "Readers/Inline"],
        "neither of",
    ),
    (
        "user/Bob",
        "s3:GetObject",
        "arn:aws:s3:::c/x",
        &["--resource-account", "333333333333"],
        &["Open"],
        "`Open`",
    ),
    (
        "user/Ada",
        "s3:GetObject",
        "arn:aws:s3:::b/x",
        &["--session-policy", "Nothing"],
        &["Nothing"],
        "session policy `Nothing`",
    ),
    ("user/Nobody", "s3:GetObject", "arn:aws:s3:::b/x", &[], &[], "no identity policy allows it"),
];

/// The answer without what the clock says.
fn ask(dir: &Folder, source: &str, engine: &str, asked: &[&str], format: &str) -> String {
    let time = ["--at", "2026-01-01T00:00:00Z"];
    let args = [&["decide", source, "--engine", engine, "--format", format], asked, &time].concat();
    let out = dir.run(&args).assert().code(0);
    String::from_utf8(out.get_output().stdout.clone()).unwrap()
}

#[test]
fn sources_and_artifact_give_the_same_reasons() {
    let dir = Folder::new("reasons", &[("e.tabella", ESTATE)]);
    dir.run(&["build", "e.tabella", "-o", "e.tbl"]).assert().code(0).stderr_eq("");
    for (who, action, resource, more, silent, sentence) in ASKED {
        let principal = format!("arn:aws:iam::222222222222:{who}");
        let asked = [&["--principal", &principal, "--action", action, "--resource", resource], more].concat();
        let answer = ask(&dir, "e.tabella", "tables", &asked, "json");
        let object: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(object["silent"], serde_json::json!(silent), "{who} {action}: {answer}");
        assert!(object["reason"].as_str().unwrap().contains(sentence), "{who} {action}: {answer}");
        for format in ["json", "text"] {
            let expected = ask(&dir, "e.tabella", "tables", &asked, format);
            for (source, engine) in [("e.tbl", "tables"), ("e.tabella", "reference"), ("e.tabella", "both")] {
                assert_eq!(ask(&dir, source, engine, &asked, format), expected, "{who} {action} {engine}");
            }
        }
    }
}

/// R152, R153: which side refuses is said alike where a test asks for a key that is not known.
#[test]
fn an_unknown_key_does_not_change_the_side() {
    let point = "arn:aws:s3:eu-west-1:111111111111:accesspoint/reports";
    let source = format!(
        "account home 111111111111\nrole R {{ id AROAEXAMPLE1111111111 }}\naccess point {point} on arn:aws:s3:::acme\n\
         bucket policy on arn:aws:s3:::acme/x in home {{\n  deny anyone s3:* when aws:TokenIssueTime <= 2026-01-01T00:00:00Z\n}}\n"
    );
    let dir = Folder::new("reasons-side", &[("a.tabella", &source)]);
    let answer = |engine: &str| {
        let object = format!("{point}/object/x");
        let out = dir
            .run(&[
                "decide",
                "a.tabella",
                "--engine",
                engine,
                "--format",
                "json",
                "--action",
                "s3:ListTagsForResource",
                "--principal",
                "arn:aws:sts::111111111111:assumed-role/R/s",
                "--resource",
                &object,
            ])
            .assert()
            .code(0);
        let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let (tables, reference) = (answer("tables"), answer("reference"));
    assert_eq!(tables["side"], reference["side"]);
    assert_eq!(tables["decision"], "implicit_deny");
    assert_eq!(tables["side"], "access point", "{tables}");
}
