//! Who is decided when: kinds of callers against the times of their credentials, put to both evaluators. The table in
//! the test is what a reader needs; `UPDATE_EXPECT=1` writes it anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use expect_test::expect;
use std::fmt::Write;
use tabella::artifact::{self, WriteOptions};
use tabella::catalog::Catalog;
use tabella::limits::Limits;
use tabella::resolve::{self, SourceUnit};
use tabella::source::SourceMap;
use tabella::{lower, normalize, reference, syntax};
use tabella_runtime::{Context, Entry, Extras, Gate, Request, Session, Tables, Values};

const ESTATE: &str = "account home 111111111111\n\
    user ann { policy own { allow s3:* } }\n\
    role Ops { id AROAOPSOPSOPSOPSOPSO1 policy own { allow s3:* } }\n\
    session policy All { allow s3:* }\n\
    bucket policy on arn:aws:s3:::b in home { allow anyone s3:GetObject }\n";

const ISSUED: i64 = 1_796_119_200;
const ENDS: i64 = ISSUED + 3_600;

/// A caller, and what the authentication layer says of its session beside the times.
type Caller = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const CALLERS: [Caller; 9] = [
    ("user", "arn:aws:iam::111111111111:user/ann", &[]),
    ("root user", "arn:aws:iam::111111111111:root", &[]),
    ("role session", "arn:aws:sts::111111111111:assumed-role/Ops/s", &[]),
    ("chained", "arn:aws:sts::111111111111:assumed-role/Ops/s", &[("aws:SourceIdentity", "ann")]),
    (
        "web identity",
        "arn:aws:sts::111111111111:assumed-role/Ops/s",
        &[("aws:FederatedProvider", "arn:aws:iam::111111111111:oidc-provider/ci.example.com")],
    ),
    (
        "SAML",
        "arn:aws:sts::111111111111:assumed-role/Ops/s",
        &[("aws:FederatedProvider", "arn:aws:iam::111111111111:saml-provider/corp")],
    ),
    ("federated user", "arn:aws:sts::111111111111:federated-user/bob", &[]),
    ("service", "logs.amazonaws.com", &[]),
    ("anonymous", "*", &[]),
];

/// Clock, issue time, end.
type Times = (&'static str, Option<i64>, Option<i64>, Option<i64>);

const TIMES: [Times; 9] = [
    ("long-term or vouched for", Some(ISSUED), None, None),
    ("set back", Some(ISSUED - 1), Some(ISSUED), Some(ENDS)),
    ("issued now", Some(ISSUED), Some(ISSUED), Some(ENDS)),
    ("last second", Some(ENDS - 1), Some(ISSUED), Some(ENDS)),
    ("at the end", Some(ENDS), Some(ISSUED), Some(ENDS)),
    ("after", Some(ENDS + 36_000), Some(ISSUED), Some(ENDS)),
    ("no end", Some(ISSUED), Some(ISSUED), None),
    ("no issue", Some(ISSUED), None, Some(ENDS)),
    ("no clock", None, Some(ISSUED), Some(ENDS)),
];

#[test]
fn credentials_hold_from_their_issue_to_their_end() {
    let (limits, mut sources) = (Limits::default(), SourceMap::default());
    let file = sources.add("estate.tabella", ESTATE);
    let (tree, diagnostics) = syntax::parse(file, ESTATE, &limits);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let unit = SourceUnit { file, name: "estate.tabella".into(), tree };
    let (checked, diagnostics) = resolve::program(&[unit], Catalog::shipped(), &limits);
    let checked = checked.unwrap_or_else(|| panic!("{diagnostics:#?}"));
    let (nf, _) = normalize::normalize(&checked, &limits);
    let (lowered, _) = lower::lower(&nf.unwrap(), Catalog::shipped(), &sources, &limits);
    let bytes = artifact::write(&lowered, &limits, &WriteOptions::default()).unwrap();
    let tables = Tables::load(&bytes).unwrap();

    let mut table = String::new();
    for (caller, principal, keys) in CALLERS {
        writeln!(table, "{caller}").unwrap();
        let keys: Vec<Entry<'_>> =
            keys.iter().map(|(key, value)| Entry { key, values: Values::One(value) }).collect();
        for (time, now, issued, expires) in TIMES {
            let session =
                Session { policies: Some(&["All"]), issued, expires, keys: &keys, ..Session::default() };
            let extras = Extras { session, now, ..Extras::NONE };
            let (action, resource) = ("s3:GetObject", "arn:aws:s3:::b/a");
            let request =
                Request { principal, action, resource, context: Context::EMPTY, extras: Some(&extras) };
            let decision = tables.decide(&request);
            let slow = reference::evaluate(checked.world(), Catalog::shipped(), &request).decision;
            assert_eq!(decision, slow, "{caller}, {time}");
            let answer = match tables.malformed(&request).filter(|_| decision.gate == Gate::Request) {
                Some(cause) => format!("refused: {cause}"),
                None => decision.outcome.to_string(),
            };
            writeln!(table, "  {time:<25}{answer}").unwrap();
        }
    }
    expect![[r#"
        user
          long-term or vouched for allow
          set back                 refused: the clock shows a time before the session was issued
          issued now               allow
          last second              allow
          at the end               refused: the session has expired
          after                    refused: the session has expired
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: the session has an end, and no clock says whether it has come
        root user
          long-term or vouched for allow
          set back                 refused: the clock shows a time before the session was issued
          issued now               allow
          last second              allow
          at the end               refused: the session has expired
          after                    refused: the session has expired
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: the session has an end, and no clock says whether it has come
        role session
          long-term or vouched for allow
          set back                 refused: the clock shows a time before the session was issued
          issued now               allow
          last second              allow
          at the end               refused: the session has expired
          after                    refused: the session has expired
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: the session has an end, and no clock says whether it has come
        chained
          long-term or vouched for allow
          set back                 refused: the clock shows a time before the session was issued
          issued now               allow
          last second              allow
          at the end               refused: the session has expired
          after                    refused: the session has expired
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: the session has an end, and no clock says whether it has come
        web identity
          long-term or vouched for allow
          set back                 refused: the clock shows a time before the session was issued
          issued now               allow
          last second              allow
          at the end               refused: the session has expired
          after                    refused: the session has expired
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: the session has an end, and no clock says whether it has come
        SAML
          long-term or vouched for allow
          set back                 refused: the clock shows a time before the session was issued
          issued now               allow
          last second              allow
          at the end               refused: the session has expired
          after                    refused: the session has expired
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: the session has an end, and no clock says whether it has come
        federated user
          long-term or vouched for allow
          set back                 refused: the clock shows a time before the session was issued
          issued now               allow
          last second              allow
          at the end               refused: the session has expired
          after                    refused: the session has expired
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: the session has an end, and no clock says whether it has come
        service
          long-term or vouched for allow
          set back                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          issued now               refused: a session has an issue time and a later end or neither, and only callers of an account have any
          last second              refused: a session has an issue time and a later end or neither, and only callers of an account have any
          at the end               refused: a session has an issue time and a later end or neither, and only callers of an account have any
          after                    refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
        anonymous
          long-term or vouched for allow
          set back                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          issued now               refused: a session has an issue time and a later end or neither, and only callers of an account have any
          last second              refused: a session has an issue time and a later end or neither, and only callers of an account have any
          at the end               refused: a session has an issue time and a later end or neither, and only callers of an account have any
          after                    refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no end                   refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no issue                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
          no clock                 refused: a session has an issue time and a later end or neither, and only callers of an account have any
    "#]].assert_eq(&table);
}
