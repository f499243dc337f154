//! What is given is used or refused: options, hops, names, places.

use super::{ADA, Command, DOCUMENT, Folder, estate};
use snapbox::str;

#[test]
fn options_of_a_request_do_not_go_with_a_file_of_requests() {
    let dir = estate("requests-alone");
    let line =
        format!(r#"{{"principal": "{ADA}", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/x"}}"#);
    dir.write("requests.jsonl", line.as_bytes());
    dir.write("context.json", b"{}");
    let decide = ["decide", "--requests", "requests.jsonl"];
    dir.run(&decide).assert().code(0);
    for option in [
        ["--session-policy", "P"],
        ["--context", "aws:SourceIp=10.0.0.1"],
        ["--context-file", "context.json"],
        ["--endpoint", "vpce-1"],
        ["--resource-account", "111111111111"],
        ["--session-tag", "team=data"],
        ["--session-issuer", ADA],
    ] {
        dir.run(&[&decide[..], &option].concat()).assert().code(2).stdout_eq("");
    }
}

#[test]
fn nothing_asked_meets_no_expectation() {
    let dir = estate("nothing-asked");
    dir.write("empty.jsonl", b"\n");
    for more in [&[][..], &["--expect", "allow"]] {
        let out = dir.run(&[&["decide", "--requests", "empty.jsonl"], more].concat()).assert().code(2);
        out.stdout_eq("").stderr_eq(str![[r#"
error[T0707]: there is no request in the file
 |
 = help: write one JSON object a line

1 error

"#]]);
    }
    dir.write("chain.json", format!(r#"{{"from": {{"principal": "{ADA}"}}, "hops": []}}"#).as_bytes());
    let out = dir.run(&["assume", "--chain", "chain.json", "--expect", "allow"]).assert().code(2);
    out.stdout_eq("").stderr_eq(str![[r#"
error[T0707]: a chain needs at least one hop
 |
 = help: write `--hop role=ARN,name=SESSION`

1 error

"#]]);
}

/// A role that anybody of the account may assume, but for an address and a tag.
const ASSUMED: &str = r#"account home 111111111111
user Ada in home { policies Sts }
policy Sts { allow sts:* on * }
role R in home {
  trust {
    allow account home sts:AssumeRole, sts:TagSession
    deny anyone sts:AssumeRole when aws:SourceIp in 2001:db8::/32
    deny anyone sts:AssumeRole when aws:RequestTag/at == "12:30"
    deny anyone sts:AssumeRole when aws:RequestTag/a:b == "c"
  }
}
"#;

fn assume(dir: &Folder, hop: &str, more: &[&str]) -> Command {
    let hop = format!("role=arn:aws:iam::111111111111:role/R,name=s1{hop}");
    let principal = "arn:aws:iam::111111111111:user/Ada";
    dir.run(&[&["assume", "--principal", principal, "--hop", &hop], more].concat())
}

#[test]
fn a_hop_has_keys_and_values_with_colons() {
    let dir = Folder::new("hops", &[("main.tabella", ASSUMED)]);
    let expect = |hop: &str, outcome: &str| {
        assume(&dir, hop, &["--expect", outcome]).assert().code(0);
    };
    expect("", "allow");
    expect(",with=aws:SourceIp=2001:db8::1", "deny");
    expect(",with=aws:SourceIp=2001:db9::1", "allow");
    expect(",tag=at=12:30", "deny");
    expect(",tag=at=12:31,tag=x=a=b", "allow");
    expect(",with=aws:RequestTag/a:b=d", "allow");
    expect(",with=aws:RequestTag/a:b=c", "deny");
    for hop in [
        ",with=aws:SourceIp:2001:db8::1",
        ",with=aws:SourceIp:10.0.0.1",
        ",with=saml:sub:a=b",
        ",with==x",
        ",with=",
        ",tag=at:12:30",
        ",tag=at:12=30",
        ",tag=at:noon",
        ",name=other",
        ",mfa,mfa",
    ] {
        let out = assume(&dir, hop, &[]).assert().code(2).stdout_eq("");
        let text = String::from_utf8(out.get_output().stderr.clone()).unwrap();
        assert!(text.contains("is no part of a hop") && text.contains("help: "), "{hop}: {text}");
    }
    assume(&dir, ",with=aws:SourceIp:2001:db8::1", &[]).assert().stderr_eq(str![[r#"
error[T0707]: `with=aws:SourceIp:2001:db8::1` is no part of a hop
 |
 = help: write `with=KEY=VALUE`, such as `with=aws:SourceIp=2001:db8::1`

1 error

"#]]);
}

#[test]
fn only_users_have_mfa() {
    let dir = Folder::new("mfa", &[("main.tabella", ASSUMED)]);
    assume(&dir, "", &["--mfa"]).assert().code(0);
    let hop = "role=arn:aws:iam::111111111111:role/R,name=s1";
    for who in ["lambda.amazonaws.com", "arn:aws:iam::111111111111:role/R", "accounts.google.com"] {
        let out =
            dir.run(&["assume", "--principal", who, "--mfa", "--hop", hop]).assert().code(2).stdout_eq("");
        let text = String::from_utf8(out.get_output().stderr.clone()).unwrap();
        assert!(text.contains(&format!("`{who}` has no MFA")), "{text}");
        let chain = format!(
            r#"{{"from": {{"principal": "{who}", "mfaAt": 1, "issuedAt": 1}},
                "hops": [{{"role": "arn:aws:iam::111111111111:role/R", "sessionName": "s1"}}]}}"#
        );
        dir.write("chain.json", chain.as_bytes());
        dir.run(&["assume", "--chain", "chain.json"]).assert().code(2).stdout_eq("");
    }
}

#[test]
fn a_refused_chain_saves_nothing_and_deletes_nothing() {
    let dir = Folder::new("save", &[("main.tabella", ASSUMED), ("notes.txt", "precious\n")]);
    let refused = ",with=aws:SourceIp=2001:db8::1";
    assume(&dir, refused, &["--save", "new.json"]).assert().code(1);
    assert!(!dir.0.join("new.json").exists());
    assume(&dir, "", &["--save", "s.json"]).assert().code(0);
    let saved = dir.read("s.json");
    assert!(saved.contains("assumed-role/R/s1"));
    for (file, text) in [("notes.txt", "precious\n"), ("s.json", &*saved)] {
        let out = assume(&dir, refused, &["--save", file]).assert().code(1);
        let words = String::from_utf8(out.get_output().stderr.clone()).unwrap();
        assert!(words.contains("T0714") && words.contains(&format!("`{file}` is left as it was")), "{words}");
        assert_eq!(dir.read(file), text);
        // Whoever expects the refusal knows of it.
        assume(&dir, refused, &["--save", file, "--expect", "deny"]).assert().code(0);
        assert_eq!(dir.read(file), text);
    }
}

#[test]
fn a_session_is_saved_to_standard_output() {
    let dir = Folder::new("save-out", &[("main.tabella", ASSUMED)]);
    let out = assume(&dir, "", &["--save", "-"]).assert().code(0);
    let session: serde_json::Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(session["principal"], "arn:aws:sts::111111111111:assumed-role/R/s1");
    assume(&dir, ",with=aws:SourceIp=2001:db8::1", &["--save", "-"]).assert().code(1).stdout_eq("");
    assert!(!dir.0.join("-").exists());
}

#[test]
fn import_uses_or_refuses_where_a_document_is_attached() {
    let rcp = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}}"#;
    let dump = r#"{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}"#;
    let files = [("scp.json", DOCUMENT), ("rcp.json", rcp), ("dump.json", dump)];
    let dir = Folder::new("attached", &files);
    for arguments in [
        &["scp.json", "--on", "root"][..],
        &["scp.json", "--account", "home"],
        &["scp.json", "--on", "arn:aws:s3:::b"],
        &["scp.json", "--kind", "scp", "--account", "home"],
        &["scp.json", "--kind", "scp", "--arn", "arn:aws:iam::111111111111:policy/P"],
        &["rcp.json", "--on", "root"],
        &["rcp.json", "--on", "unit Shop"],
        &["rcp.json", "--kind", "endpoint", "--on", "arn:aws:s3:::b"],
        &["dump.json", "--on", "root"],
        &["dump.json", "--name", "X"],
    ] {
        let out = dir.run(&[&["import"], arguments].concat()).assert().code(2).stdout_eq("");
        let text = String::from_utf8(out.get_output().stderr.clone()).unwrap();
        assert!(text.contains("T0712") && text.contains("help: "), "{arguments:?}: {text}");
    }
    for (arguments, words) in [
        (&["scp.json", "--kind", "scp", "--on", "root"][..], "guardrail scp on root"),
        (&["rcp.json", "--kind", "rcp", "--on", "unit Shop"], "resource guardrail rcp on unit Shop"),
        (&["rcp.json", "--on", "arn:aws:s3:::b"], "resource policy rcp on arn:aws:s3:::b"),
    ] {
        let out = dir.run(&[&["import"], arguments].concat()).assert().code(0);
        let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        assert!(text.contains(words), "{text}");
    }
    dir.run(&["import", "scp.json", "--on", "root"]).assert().stderr_eq(str![[r#"
error[T0712]: a policy of users, groups or roles has no `--on`
 |
 = help: its elements say that it is this; `--kind` says otherwise, such as `--kind scp`

1 error

"#]]);
}
