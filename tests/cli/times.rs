//! R1, D7: kinds of callers against the times of their credentials, put to `decide`. `tests/session_times.rs` puts them to the
//! library, and `tests/assume.rs` to a chain of calls.

use super::Folder;
use expect_test::expect;
use std::fmt::Write;

const ESTATE: &str = "account home 111111111111\n\
    user ann { policy own { allow s3:* } }\n\
    role Ops { id AROAOPSOPSOPSOPSOPSO1 policy own { allow s3:* } session 2h }\n\
    session policy All { allow s3:* }\n\
    bucket policy on arn:aws:s3:::b in home { allow anyone s3:GetObject }\n";

/// A caller, and the keys of its session.
const CALLERS: [(&str, &str, &str); 8] = [
    ("user", "arn:aws:iam::111111111111:user/ann", ""),
    ("root user", "arn:aws:iam::111111111111:root", ""),
    ("role session", "arn:aws:sts::111111111111:assumed-role/Ops/s", ""),
    ("chained", "arn:aws:sts::111111111111:assumed-role/Ops/s", r#""aws:SourceIdentity": "ann""#),
    (
        "web identity",
        "arn:aws:sts::111111111111:assumed-role/Ops/s",
        r#""aws:FederatedProvider": "arn:aws:iam::111111111111:oidc-provider/ci.example.com""#,
    ),
    (
        "SAML",
        "arn:aws:sts::111111111111:assumed-role/Ops/s",
        r#""aws:FederatedProvider": "arn:aws:iam::111111111111:saml-provider/corp""#,
    ),
    ("federated user", "arn:aws:sts::111111111111:federated-user/bob", ""),
    ("service", "logs.amazonaws.com", ""),
];

/// Clock, issue time and end of a request.
const TIMES: [(&str, &str, &str, &str); 8] = [
    ("vouched for", "2026-12-01T10:00:00Z", "", ""),
    ("set back", "2026-12-01T09:59:59Z", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"),
    ("issued now", "2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"),
    ("last second", "2026-12-01T10:59:59Z", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"),
    ("at the end", "2026-12-01T11:00:00Z", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"),
    ("after", "2036-12-01T11:00:00Z", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"),
    ("no end", "2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z", ""),
    ("system clock", "", "1971-01-01T00:00:00Z", "1971-01-01T01:00:00Z"),
];

#[test]
fn decide_lets_sessions_end() {
    let mut lines = String::new();
    for (_, principal, keys) in CALLERS {
        for (_, at, issued, expires) in TIMES {
            let field = |name: &str, time: &str| match time {
                "" => String::new(),
                time => format!(r#""{name}": "{time}","#),
            };
            let (at, issued, expires) = (field("at", at), field("issued", issued), field("expires", expires));
            writeln!(
                lines,
                r#"{{"principal": "{principal}", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/a", {at} "context": {{{keys}}}, "session": {{{issued}{expires}"policies": ["All"]}}}}"#
            )
            .unwrap();
        }
    }
    let dir = Folder::new("times", &[("estate.tabella", ESTATE), ("requests.jsonl", &lines)]);
    let mut outcomes = Vec::new();
    for engine in ["tables", "reference", "both"] {
        let run = ["decide", "--engine", engine, "--requests", "requests.jsonl", "--format", "json"];
        let out = dir.run(&run).assert();
        let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        let answers: Vec<serde_json::Value> =
            text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        outcomes.push(answers.iter().map(|a| a["decision"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(outcomes[0], outcomes[2]);
    let mut table = String::new();
    let mut outcome = outcomes[0].iter();
    for (caller, ..) in CALLERS {
        write!(table, "{caller:<15}").unwrap();
        for (time, ..) in TIMES {
            let said = if outcome.next().unwrap() == "allow" { "allow" } else { "-" };
            write!(table, " {time}: {said};").unwrap();
        }
        table.push('\n');
    }
    expect![[r#"
        user            vouched for: allow; set back: -; issued now: allow; last second: allow; at the end: -; after: -; no end: -; system clock: -;
        root user       vouched for: allow; set back: -; issued now: allow; last second: allow; at the end: -; after: -; no end: -; system clock: -;
        role session    vouched for: allow; set back: -; issued now: allow; last second: allow; at the end: -; after: -; no end: -; system clock: -;
        chained         vouched for: allow; set back: -; issued now: allow; last second: allow; at the end: -; after: -; no end: -; system clock: -;
        web identity    vouched for: allow; set back: -; issued now: allow; last second: allow; at the end: -; after: -; no end: -; system clock: -;
        SAML            vouched for: allow; set back: -; issued now: allow; last second: allow; at the end: -; after: -; no end: -; system clock: -;
        federated user  vouched for: allow; set back: -; issued now: allow; last second: allow; at the end: -; after: -; no end: -; system clock: -;
        service         vouched for: allow; set back: -; issued now: -; last second: -; at the end: -; after: -; no end: -; system clock: -;
    "#]].assert_eq(&table);
}
