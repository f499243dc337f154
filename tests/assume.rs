//! Chains of AssumeRole calls against real policies, by the tables and by the reference evaluator alike.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use tabella::artifact::{self, WriteOptions};
use tabella::assume::{Call, Caller, Hop, HopOutcome, Lifetime, Refusal, walk};
use tabella::catalog::Catalog;
use tabella::limits::Limits;
use tabella::resolve::{Checked, SourceUnit};
use tabella::source::SourceMap;
use tabella::{lower, normalize, reference, resolve, syntax};
use tabella_runtime::{Context, Decision, Entry, Extras, Gate, Outcome, Request, Tables, Values};

const ESTATE: &str = r#"
account home 111111111111
account away 222222222222

user ann in home {
  policy chain {
    allow sts:AssumeRole, sts:TagSession, sts:SetSourceIdentity
      on arn:aws:iam::111111111111:role/First, arn:aws:iam::222222222222:role/Second
  }
}

user bob in home {}

user cyd in home {
  policy tour { allow sts:AssumeRole on arn:aws:iam::111111111111:role/* }
}

role First in home {
  trust {
    allow user ann in home sts:AssumeRole when aws:MultiFactorAuthPresent
    allow user ann in home sts:TagSession when aws:RequestTag/team in ["red", "blue"]
    allow user ann in home sts:SetSourceIdentity when sts:SourceIdentity like "ann*"
  }
  policy onward {
    allow sts:AssumeRole, sts:TagSession, sts:SetSourceIdentity on arn:aws:iam::222222222222:role/Second
  }
  session 8h
}

role Second in away {
  trust {
    allow role First in home sts:AssumeRole when sts:ExternalId == "acme-17"
    allow role First in home sts:TagSession, sts:SetSourceIdentity
  }
  policy read {
    allow s3:GetObject on arn:aws:s3:::away/${aws:PrincipalTag/team}/*
  }
  session 8h
}

role Ci in home {
  trust {
    allow web identity arn:aws:iam::111111111111:oidc-provider/ci.example.com
      when ci.example.com:aud == "sts" and ci.example.com:sub like "repo:acme/*"
  }
}

role Worker in home {
  trust {
    allow service lambda.amazonaws.com when aws:SourceAccount == "111111111111"
  }
}

role Hub in home {
  trust { allow account home }
}

role Tour in home {
  trust {
    allow account home, service lambda.amazonaws.com
    allow web identity arn:aws:iam::111111111111:oidc-provider/ci.example.com
      when ci.example.com:aud == "sts" and ci.example.com:sub like "repo:acme/*"
    allow saml arn:aws:iam::111111111111:saml-provider/corp when SAML:aud == "https://signin.aws.amazon.com/saml"
  }
  policy onward { allow sts:AssumeRole on arn:aws:iam::111111111111:role/* }
}

session policy ReadNothing {
  allow s3:ListBucket
}
"#;

const NOW: i64 = 1_795_000_000;

fn role(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

fn first() -> Hop {
    Hop { role: role("111111111111", "First"), session_name: "one".into(), mfa: true, ..Hop::default() }
}

fn second() -> Hop {
    Hop {
        role: role("222222222222", "Second"),
        session_name: "two".into(),
        external_id: Some("acme-17".into()),
        ..Hop::default()
    }
}

fn ann() -> Caller {
    Caller::new("arn:aws:iam::111111111111:user/ann")
}

struct Bench {
    checked: Checked,
    catalog: Catalog,
    artifact: Vec<u8>,
}

impl Bench {
    fn new() -> Self {
        let limits = Limits::default();
        let mut sources = SourceMap::new();
        let file = sources.add("estate.tabella", ESTATE);
        let (tree, diagnostics) = syntax::parse(file, ESTATE, &limits);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        let unit = SourceUnit { file, name: "estate.tabella".into(), tree };
        let (checked, diagnostics) = resolve::program(&[unit], Catalog::shipped(), &limits);
        let checked = checked.unwrap_or_else(|| panic!("{diagnostics:#?}"));
        let catalog = Catalog::shipped().with_services(&checked.world().services);
        let (nf, _) = normalize::normalize(&checked, &limits);
        let (tables, _) = lower::lower(&nf.unwrap(), &catalog, &sources, &limits);
        let artifact = artifact::write(&tables, &limits, &WriteOptions::default()).unwrap();
        Bench { checked, catalog, artifact }
    }

    fn decide(&self, request: &Request<'_>) -> Decision {
        let tables = Tables::load(&self.artifact).unwrap().decide(request);
        let reference = reference::evaluate(self.checked.world(), &self.catalog, request).decision;
        assert_eq!(tables, reference, "{} {}", request.principal, request.action);
        tables
    }

    fn walk(&self, from: &Caller, hops: &[Hop]) -> Vec<HopOutcome> {
        walk(self.checked.world(), from, hops, NOW, &mut |request| self.decide(request))
    }

    fn refusal(&self, from: &Caller, hops: &[Hop]) -> (usize, String, Gate) {
        let outcomes = self.walk(from, hops);
        match &outcomes.last().unwrap().result {
            Err(Refusal::Denied { action, decision }) => {
                (outcomes.len(), (*action).to_owned(), decision.gate)
            }
            other => panic!("not denied: {other:?}"),
        }
    }
}

#[test]
fn r123_r124_a_chain_across_accounts_goes_when_every_policy_allows() {
    let bench = Bench::new();
    let outcomes = bench.walk(&ann(), &[first(), second()]);
    let session = outcomes[1].result.as_ref().unwrap();
    assert_eq!(session.principal, "arn:aws:sts::222222222222:assumed-role/Second/two");
    // Whom the trust policy does not name, it does not let in; and nobody skips a hop.
    let bob = Caller::new("arn:aws:iam::111111111111:user/bob");
    assert_eq!(bench.refusal(&bob, &[first()]), (1, "sts:AssumeRole".into(), Gate::Resource));
    assert_eq!(bench.refusal(&ann(), &[second()]), (1, "sts:AssumeRole".into(), Gate::Resource));
}

#[test]
fn r132_r134_external_id_and_mfa_are_there_only_when_passed() {
    let bench = Bench::new();
    let no_mfa = Hop { mfa: false, ..first() };
    assert_eq!(bench.refusal(&ann(), std::slice::from_ref(&no_mfa)).1, "sts:AssumeRole");
    let with_mfa_session =
        Caller { issued_at: Some(NOW - 60), expires_at: Some(NOW + 3600), mfa_at: Some(NOW - 60), ..ann() };
    assert!(bench.walk(&with_mfa_session, &[no_mfa])[0].result.is_ok());
    for id in [None, Some("acme-18".to_owned())] {
        let hop = Hop { external_id: id, ..second() };
        assert_eq!(bench.refusal(&ann(), &[first(), hop]), (2, "sts:AssumeRole".into(), Gate::Resource));
    }
}

#[test]
fn r127_r129_transitive_tags_reach_the_last_role_and_decide_there() {
    let bench = Bench::new();
    let tagged = |team: &str| Hop {
        tags: vec![("team".into(), team.into()), ("ticket".into(), "7".into())],
        transitive_tag_keys: vec!["team".into()],
        ..first()
    };
    assert_eq!(bench.refusal(&ann(), &[tagged("green")]), (1, "sts:TagSession".into(), Gate::Resource));
    let outcomes = bench.walk(&ann(), &[tagged("red"), second()]);
    let session = outcomes[1].result.as_ref().unwrap();
    assert_eq!(session.tags, [("team".to_owned(), "red".to_owned())]);
    let read = |session: &Caller, key: &str| {
        let resource = format!("arn:aws:s3:::away/{key}");
        let owned = session.session_keys(false, NOW);
        let keys: Vec<Entry<'_>> =
            owned.iter().map(|(k, v)| Entry { key: k, values: Values::One(v) }).collect();
        session.with_session(&keys, |s| {
            let resource_account = Some("222222222222");
            bench.decide(&Request {
                principal: &session.principal,
                action: "s3:GetObject",
                resource: &resource,
                context: Context::EMPTY,
                extras: Some(&Extras { session: s, resource_account, now: Some(NOW), ..Extras::NONE }),
            })
        })
    };
    assert!(read(session, "red/x").is_allowed());
    assert_eq!(read(session, "blue/x").outcome, Outcome::ImplicitDeny);
    // R26: a session policy limits what the hop gives.
    let limited = Hop { session_policies: Some(vec!["ReadNothing".into()]), ..second() };
    let outcomes = bench.walk(&ann(), &[tagged("red"), limited]);
    let decision = read(outcomes[1].result.as_ref().unwrap(), "red/x");
    assert_eq!((decision.outcome, decision.gate), (Outcome::ImplicitDeny, Gate::Session));
}

#[test]
fn r128_the_source_identity_needs_its_permission_on_every_hop() {
    let bench = Bench::new();
    let named = |id: &str| Hop { source_identity: Some(id.into()), ..first() };
    assert_eq!(bench.refusal(&ann(), &[named("eve")]).1, "sts:SetSourceIdentity");
    let outcomes = bench.walk(&ann(), &[named("ann@home"), second()]);
    let session = outcomes[1].result.as_ref().unwrap();
    assert_eq!(session.source_identity.as_deref(), Some("ann@home"));
    let asked: Vec<&str> = outcomes[1].checks.iter().map(|c| c.action).collect();
    assert_eq!(asked, ["sts:AssumeRole", "sts:SetSourceIdentity"]);
}

#[test]
fn r130_role_chaining_is_limited_to_an_hour() {
    let bench = Bench::new();
    let long = |hop: Hop| Hop { duration_seconds: Some(8 * 3600), ..hop };
    assert!(bench.walk(&ann(), &[long(first())])[0].result.is_ok());
    let outcomes = bench.walk(&ann(), &[first(), long(second())]);
    assert!(matches!(outcomes[1].result, Err(Refusal::Duration { longest: 3600, chaining: true, .. })));
}

#[test]
fn r126_a_web_identity_needs_the_claims_that_the_trust_policy_asks_for() {
    let bench = Bench::new();
    let provider = Caller::new("arn:aws:iam::111111111111:oidc-provider/ci.example.com");
    let call = |sub: &str| Hop {
        role: role("111111111111", "Ci"),
        session_name: "build".into(),
        call: Call::WebIdentity,
        context: vec![("ci.example.com:aud".into(), "sts".into()), ("ci.example.com:sub".into(), sub.into())],
        ..Hop::default()
    };
    assert!(bench.walk(&provider, &[call("repo:acme/app")])[0].result.is_ok());
    assert_eq!(bench.refusal(&provider, &[call("repo:evil/app")]).2, Gate::Resource);
    let other = Caller::new("arn:aws:iam::111111111111:oidc-provider/other.example.com");
    assert_eq!(bench.refusal(&other, &[call("repo:acme/app")]).2, Gate::Resource);
}

#[test]
fn r133_a_service_assumes_its_service_role_for_its_own_account_only() {
    let bench = Bench::new();
    let call = |account: &str| Hop {
        role: role("111111111111", "Worker"),
        session_name: "run".into(),
        context: vec![("aws:SourceAccount".into(), account.into())],
        ..Hop::default()
    };
    let lambda = Caller::new("lambda.amazonaws.com");
    assert!(bench.walk(&lambda, &[call("111111111111")])[0].result.is_ok());
    assert_eq!(bench.refusal(&lambda, &[call("999999999999")]).2, Gate::Resource);
    assert_eq!(bench.refusal(&Caller::new("ec2.amazonaws.com"), &[call("111111111111")]).2, Gate::Resource);
}

/// The sessions of the matrix, each issued at [`NOW`] for an hour.
fn sessions(bench: &Bench) -> Vec<(&'static str, Caller)> {
    let tour = |call: Call, context: &[(&str, &str)]| Hop {
        role: role("111111111111", "Tour"),
        session_name: "tour".into(),
        call,
        context: context.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        ..Hop::default()
    };
    let made = |from: &Caller, hops: &[Hop]| bench.walk(from, hops).pop().unwrap().result.unwrap();
    let cyd = Caller::new("arn:aws:iam::111111111111:user/cyd");
    let plain = tour(Call::Role, &[]);
    let web =
        tour(Call::WebIdentity, &[("ci.example.com:aud", "sts"), ("ci.example.com:sub", "repo:acme/app")]);
    let saml = tour(Call::Saml, &[("SAML:aud", "https://signin.aws.amazon.com/saml")]);
    let provider = |name: &str| Caller::new(format!("arn:aws:iam::111111111111:{name}"));
    let (issued_at, expires_at) = (Some(NOW), Some(NOW + 3600));
    let user = Caller { issued_at, expires_at, ..cyd.clone() };
    let federated = Caller::new("arn:aws:sts::111111111111:federated-user/cyd");
    let session = made(&cyd, std::slice::from_ref(&plain));
    let saved = serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap();
    vec![
        ("user", user),
        ("role session", session),
        ("chained", made(&cyd, &[plain.clone(), plain])),
        ("federated", Caller { issued_at, expires_at, ..federated }),
        ("web", made(&provider("oidc-provider/ci.example.com"), &[web])),
        ("SAML", made(&provider("saml-provider/corp"), &[saml])),
        ("saved", saved),
    ]
}

/// R130, R146: what becomes of a call by each kind of session, at each time and with each fault. `re-used` is a session that
/// has made a call before, in time.
#[test]
fn a_session_counts_from_its_issue_to_its_end_at_every_hop() {
    let bench = Bench::new();
    let hub = Hop { role: role("111111111111", "Hub"), session_name: "hub".into(), ..Hop::default() };
    let at = |caller: &Caller, now: i64| {
        let decide = &mut |request: &Request<'_>| bench.decide(request);
        walk(bench.checked.world(), caller, std::slice::from_ref(&hub), now, decide).pop().unwrap().result
    };
    let word = |caller: &Caller, now: i64| match at(caller, now) {
        Ok(session) => {
            let lasts = (session.issued_at, session.expires_at);
            assert_eq!(lasts, (Some(now), Some(now + 3600)), "each hop gives an hour of its own");
            "goes"
        }
        Err(Refusal::Session(Lifetime::Expired { .. })) => "expired",
        Err(Refusal::Session(Lifetime::NotYetIssued { .. })) => "not yet",
        Err(Refusal::Session(Lifetime::Contradiction)) => "no end",
        Err(Refusal::Session(Lifetime::Endless)) => "no times",
        Err(Refusal::Clock(_)) => "no clock",
        Err(Refusal::NotForThisCaller { .. }) => "no call",
        other => panic!("{other:?}"),
    };
    let mut table = String::new();
    let mut row = |name: &str, caller: &Caller| {
        let endless = Caller { expires_at: None, ..caller.clone() };
        let without = Caller { issued_at: None, expires_at: None, ..caller.clone() };
        let cells = [
            word(caller, NOW - 1),
            word(caller, NOW),
            word(caller, NOW + 3599),
            word(caller, NOW + 3600),
            word(caller, NOW + 36_000),
            word(&endless, NOW + 1),
            word(&without, NOW + 1),
            word(caller, 0),
            word(caller, NOW - 86_400),
        ];
        table += &format!("{name:12} {}\n", cells.map(|cell| format!("{cell:8}")).join(" ").trim_end());
    };
    for (name, caller) in &sessions(&bench) {
        row(name, caller);
    }
    let used = sessions(&bench).swap_remove(1).1;
    assert!(at(&used, NOW + 1).is_ok());
    row("re-used", &used);
    let expected = "\
user         not yet  goes     goes     expired  expired  no end   goes     no clock not yet
role session not yet  goes     goes     expired  expired  no end   no times no clock not yet
chained      not yet  goes     goes     expired  expired  no end   no times no clock not yet
federated    not yet  no call  no call  expired  expired  no end   no call  no clock not yet
web          not yet  goes     goes     expired  expired  no end   no times no clock not yet
SAML         not yet  goes     goes     expired  expired  no end   no times no clock not yet
saved        not yet  goes     goes     expired  expired  no end   no times no clock not yet
re-used      not yet  goes     goes     expired  expired  no end   no times no clock not yet
";
    //           before   issue    in time  end      after    no end   no times clock 0  set back
    assert_eq!(table, expected, "\n{table}");
}

#[test]
fn only_callers_of_an_account_have_sessions_that_end() {
    let bench = Bench::new();
    let tour = Hop { role: role("111111111111", "Tour"), session_name: "tour".into(), ..Hop::default() };
    for who in ["lambda.amazonaws.com", "*", "arn:aws:iam::111111111111:oidc-provider/ci.example.com"] {
        let caller = Caller { issued_at: Some(NOW), expires_at: Some(NOW + 3600), ..Caller::new(who) };
        let refused = bench.walk(&caller, std::slice::from_ref(&tour)).pop().unwrap().result;
        assert_eq!(refused, Err(Refusal::Session(Lifetime::Contradiction)), "{who}");
    }
    assert!(bench.walk(&Caller::new("lambda.amazonaws.com"), &[tour])[0].result.is_ok());
}
