//! What STS checks by itself. Chains against real policies are in `tests/assume.rs`.

use super::*;
use crate::hir::{Account, AccountId};
use crate::source::Span;
use tabella_runtime::{Gate, Outcome};

const ROLE: &str = "arn:aws:iam::111111111111:role/ops/Deploy";

fn world() -> World {
    let mut world = World::default();
    world.accounts.push(Account {
        name: "prod".into(),
        id: "111111111111".into(),
        in_organization: false,
        management: false,
        org_path: "".into(),
        scps: None,
        rcps: None,
        span: Span::NONE,
    });
    world.identities.push(Identity {
        kind: IdentityKind::Role,
        name: "Deploy".into(),
        path: "/ops/".into(),
        account: AccountId(0),
        arn: ROLE.into(),
        unique_id: None,
        policies: Vec::new(),
        groups: Vec::new(),
        boundary: None,
        tags: Vec::new(),
        max_session: 7200,
        service_linked: false,
        trust: None,
        created: None,
        inline: Vec::new(),
        span: Span::NONE,
    });
    world
}

fn hop() -> Hop {
    Hop { role: ROLE.into(), session_name: "ci".into(), ..Hop::default() }
}

/// Runs a hop under an engine that allows everything but `deny`, and gives the outcome with what was asked.
fn run(caller: &Caller, hop: &Hop, deny: &str) -> (HopOutcome, Vec<String>) {
    let mut asked = Vec::new();
    let outcome = step(&world(), caller, hop, 1_000_000, &mut |r| {
        let keys: Vec<&str> = r.context.entries().iter().map(|e| e.key).collect();
        asked.push(format!("{} {} {}", r.principal, r.action, keys.join(",")));
        let denied = r.action == deny;
        let outcome = if denied { Outcome::ImplicitDeny } else { Outcome::Allow };
        Decision { outcome, gate: Gate::Resource }
    });
    (outcome, asked)
}

fn user() -> Caller {
    Caller::new("arn:aws:iam::111111111111:user/ann")
}

#[test]
fn a_plain_call_asks_for_assume_role_only_and_gives_a_session_without_the_path() {
    let (outcome, asked) = run(&user(), &hop(), "");
    assert_eq!(asked.len(), 1);
    let session = outcome.result.unwrap();
    assert_eq!(session.principal, "arn:aws:sts::111111111111:assumed-role/Deploy/ci");
    assert_eq!((session.issued_at, session.expires_at), (Some(1_000_000), Some(1_003_600)));
    assert!(!asked[0].contains("sts:ExternalId"), "R132: present only if passed");
}

#[test]
fn r127_tags_need_tag_session_and_are_refused_with_it() {
    let tagged = Hop { tags: vec![("team".into(), "x".into())], ..hop() };
    let (outcome, asked) = run(&user(), &tagged, "sts:TagSession");
    assert_eq!(asked.len(), 2);
    assert!(asked[1].contains("aws:RequestTag/team") && asked[1].contains("aws:TagKeys"));
    assert!(matches!(outcome.result, Err(Refusal::Denied { action: "sts:TagSession", .. })));
}

#[test]
fn r128_source_identity_is_kept_and_cannot_change() {
    let first = Hop { source_identity: Some("ann".into()), ..hop() };
    let session = run(&user(), &first, "").0.result.unwrap();
    let (kept, asked) = run(&session, &hop(), "");
    assert_eq!(kept.result.unwrap().source_identity.as_deref(), Some("ann"));
    assert!(
        asked.iter().any(|a| a.contains("sts:SetSourceIdentity")),
        "an inherited one needs the permission"
    );
    let other = Hop { source_identity: Some("eve".into()), ..hop() };
    assert!(matches!(run(&session, &other, "").0.result, Err(Refusal::SourceIdentity { .. })));
}

#[test]
fn r129_transitive_tags_go_down_the_chain_and_cannot_be_overridden() {
    let first = Hop {
        tags: vec![("Team".into(), "x".into()), ("job".into(), "1".into())],
        transitive_tag_keys: vec!["Team".into()],
        ..hop()
    };
    let session = run(&user(), &first, "").0.result.unwrap();
    let next = run(&session, &hop(), "").0.result.unwrap();
    assert_eq!(next.tags, [("Team".to_owned(), "x".to_owned())]);
    // R127: they are tags of the new session too.
    let refused = run(&session, &hop(), "sts:TagSession").0.result;
    assert!(matches!(refused, Err(Refusal::Denied { action: "sts:TagSession", .. })));
    let again = Hop { tags: vec![("team".into(), "y".into())], ..hop() };
    assert_eq!(run(&session, &again, "").0.result, Err(Refusal::TransitiveTag("team".into())));
    let many = Hop { tags: (0..50).map(|i| (format!("k{i}"), "v".into())).collect(), ..hop() };
    assert_eq!(run(&session, &many, "").0.result, Err(Refusal::TooManyTags(51)));
}

#[test]
fn r130_chaining_is_limited_to_one_hour() {
    let long = Hop { duration_seconds: Some(7200), ..hop() };
    let session = run(&user(), &long, "").0.result.unwrap();
    assert_eq!(
        run(&session, &long, "").0.result,
        Err(Refusal::Duration { asked: 7200, longest: 3600, chaining: true })
    );
    let too_long = Hop { duration_seconds: Some(7201), ..hop() };
    assert!(matches!(run(&user(), &too_long, "").0.result, Err(Refusal::Duration { chaining: false, .. })));
}

#[test]
fn r134_mfa_is_known_of_temporary_credentials_only() {
    let long_term = user();
    assert!(long_term.session_keys(false, 0).is_empty());
    assert_eq!(long_term.session_keys(true, 0)[0].1, "true");
    let session = run(&long_term, &hop(), "").0.result.unwrap();
    let keys = session.session_keys(false, 1_000_060);
    assert!(keys.contains(&("aws:MultiFactorAuthPresent", "false".into())));
    assert!(!keys.iter().any(|(k, _)| *k == "aws:MultiFactorAuthAge"));
    let by_token =
        Caller { issued_at: Some(1_000_000), expires_at: Some(1_043_200), mfa_at: Some(1_000_000), ..user() };
    assert!(by_token.session_keys(false, 1_000_060).contains(&("aws:MultiFactorAuthAge", "60".into())));
}

#[test]
fn r134_a_role_session_does_not_carry_the_mfa_of_its_caller() {
    let mfa = Hop { mfa: true, ..hop() };
    let by_token = Caller { issued_at: Some(1), expires_at: Some(2_000_000), mfa_at: Some(1), ..user() };
    let session = run(&user(), &mfa, "").0.result.unwrap();
    let chained = run(&session, &hop(), "").0.result.unwrap();
    let from_token = run(&by_token, &hop(), "").0.result.unwrap();
    let kept_before = Caller { mfa_at: Some(1), ..session.clone() };
    for session in [&session, &chained, &from_token, &kept_before] {
        let keys = session.session_keys(false, 1_000_060);
        assert!(keys.contains(&("aws:MultiFactorAuthPresent", "false".into())));
        assert!(!keys.iter().any(|(k, _)| *k == "aws:MultiFactorAuthAge"));
    }
    assert_eq!([session.mfa_at, chained.mfa_at, from_token.mfa_at], [None; 3]);
}

#[test]
fn r134_sessions_of_identity_providers_have_no_mfa_key_and_what_they_chain_to_has() {
    for call in [Call::Saml, Call::WebIdentity] {
        let web = Hop { call, ..hop() };
        let session = run(&Caller::new("accounts.google.com"), &web, "").0.result.unwrap();
        let mfa = |s: &Caller| s.session_keys(false, 0).into_iter().find(|(k, _)| k.contains("MultiFactor"));
        assert_eq!(mfa(&session), None);
        let chained = run(&session, &hop(), "").0.result.unwrap();
        assert_eq!(mfa(&chained), Some(("aws:MultiFactorAuthPresent", "false".into())));
    }
}

#[test]
fn r134_only_a_user_passes_an_mfa_token() {
    let mfa = Hop { mfa: true, ..hop() };
    let session = run(&user(), &mfa, "").0.result.unwrap();
    for caller in [session, Caller::new(ROLE), Caller::new("lambda.amazonaws.com")] {
        let (outcome, asked) = run(&caller, &mfa, "");
        assert!(matches!(outcome.result, Err(Refusal::NotInThisCall(_))) && asked.is_empty());
    }
}

#[test]
fn r131_r134_nothing_of_the_caller_goes_on_that_the_call_does_not_pass() {
    let narrow = Caller { session_policies: Some(vec!["ReadOnly".into()]), ..user() };
    assert_eq!(run(&narrow, &hop(), "").0.result.unwrap().session_policies, None);
    let web = Hop { call: Call::WebIdentity, ..hop() };
    let with_mfa = Caller { mfa_at: Some(1), ..Caller::new("accounts.google.com") };
    assert_eq!(run(&with_mfa, &web, "").0.result.unwrap().mfa_at, None);
}

#[test]
fn names_and_federated_calls_are_checked() {
    for name in ["", "a", "with space", &"x".repeat(65)] {
        let bad = Hop { session_name: name.into(), ..hop() };
        assert_eq!(run(&user(), &bad, "").0.result, Err(Refusal::SessionName(name.into())));
    }
    let saml = Hop { call: Call::Saml, external_id: Some("x".into()), ..hop() };
    let provider = Caller::new("accounts.google.com");
    assert!(matches!(run(&provider, &saml, "").0.result, Err(Refusal::NotInThisCall(_))));
    let web = Hop {
        call: Call::WebIdentity,
        context: vec![("accounts.google.com:aud".into(), "a".into())],
        ..hop()
    };
    let (outcome, asked) = run(&provider, &web, "");
    assert!(asked[0].contains("sts:AssumeRoleWithWebIdentity"));
    assert_eq!(outcome.result.unwrap().federated_provider.as_deref(), Some("accounts.google.com"));
}

#[test]
fn root_users_and_callers_without_credentials_assume_no_role() {
    for caller in [
        "arn:aws:iam::111111111111:root",
        "*",
        "accounts.google.com",
        "arn:aws:iam::111111111111:oidc-provider/ci.example.com",
        "arn:aws:iam::111111111111:saml-provider/idp",
    ] {
        let (outcome, asked) = run(&Caller::new(caller), &hop(), "");
        let refused =
            matches!(outcome.result, Err(Refusal::NotForThisCaller { action: "sts:AssumeRole", .. }));
        assert!(refused && asked.is_empty(), "{caller}");
    }
    assert!(run(&Caller::new("lambda.amazonaws.com"), &hop(), "").0.result.is_ok());
}

#[test]
fn r126_signed_callers_make_no_federated_calls() {
    let session = run(&user(), &hop(), "").0.result.unwrap();
    let federated = Caller::new("arn:aws:sts::111111111111:federated-user/ann");
    let root = Caller::new("arn:aws:iam::111111111111:root");
    for caller in [user(), Caller::new(ROLE), session, federated, root] {
        for call in [Call::Saml, Call::WebIdentity] {
            let (outcome, asked) = run(&caller, &Hop { call, ..hop() }, "");
            assert!(matches!(outcome.result, Err(Refusal::NotForThisCaller { .. })) && asked.is_empty());
        }
    }
}

#[test]
fn a_context_that_sets_a_derived_key_is_denied() {
    let forged = Hop { context: vec![("aws:PrincipalArn".into(), ROLE.into())], ..hop() };
    let (outcome, asked) = run(&user(), &forged, "");
    assert!(asked.is_empty());
    assert!(
        matches!(outcome.result, Err(Refusal::Denied { decision, .. }) if decision.gate == Gate::Request)
    );
}

#[test]
fn r130_r146_a_chain_may_start_at_a_role() {
    for start in [ROLE, "arn:aws:sts::111111111111:assumed-role/Deploy/ci"] {
        let session = Caller::new(start);
        let long = Hop { duration_seconds: Some(7200), ..hop() };
        assert!(matches!(run(&session, &long, "").0.result, Err(Refusal::Duration { chaining: true, .. })));
        let keys = session.session_keys(false, 1_000_000);
        assert!(keys.iter().any(|(k, _)| *k == "aws:TokenIssueTime"), "{keys:?}");
        assert!(keys.contains(&("aws:MultiFactorAuthPresent", "false".into())));
    }
}

#[test]
fn r28_r128_r132_names_that_sts_refuses() {
    let unknown = Hop { session_policies: Some(vec!["Unheard".into()]), ..hop() };
    assert_eq!(run(&user(), &unknown, "").0.result, Err(Refusal::UnknownSessionPolicy("Unheard".into())));
    for name in ["", "a", "a:b", "a b", "\u{e9}ve", &"x".repeat(257)] {
        let bad = Hop { source_identity: Some(name.into()), ..hop() };
        assert_eq!(run(&user(), &bad, "").0.result, Err(Refusal::SourceIdentityName(name.into())));
    }
    for id in ["", "a", "a b", "a*", &"x".repeat(1225)] {
        let bad = Hop { external_id: Some(id.into()), ..hop() };
        assert_eq!(run(&user(), &bad, "").0.result, Err(Refusal::ExternalId(id.into())));
    }
    let good =
        Hop { external_id: Some("acme:17/b".into()), source_identity: Some("ann@home".into()), ..hop() };
    assert!(run(&user(), &good, "").0.result.is_ok());
}

#[test]
fn the_provider_is_known_to_the_trust_policy_and_not_down_the_chain() {
    let mut seen = Vec::new();
    let web = Hop { call: Call::WebIdentity, ..hop() };
    let outcome = step(&world(), &Caller::new("accounts.google.com"), &web, 1_000_000, &mut |r| {
        seen.extend(r.extras().session.keys.iter().map(|e| e.key.to_owned()));
        Decision { outcome: Outcome::Allow, gate: Gate::Resource }
    });
    assert_eq!(seen, ["aws:FederatedProvider"]);
    let session = outcome.result.unwrap();
    assert!(session.federated_provider.is_some());
    assert_eq!(run(&session, &hop(), "").0.result.unwrap().federated_provider, None);
}

#[test]
fn r129_tags_have_the_letters_and_lengths_of_sts() {
    let fault = |key: &str, value: &str| {
        let hop = Hop { tags: vec![(key.into(), value.into())], ..hop() };
        match run(&user(), &hop, "").0.result {
            Err(Refusal::Tag(_, fault)) => Some(fault),
            other => other.map(|_| None).unwrap(),
        }
    };
    let (longest_key, longest_value) = ("k".repeat(128), "\u{e9}".repeat(256));
    for (key, value) in [
        ("team", ""),
        ("x509Subject/CN", "build-7"),
        ("A.b:c/d=e+f-g@h_i 1", "\u{4f60}\u{597d}\u{a0}\u{2167}\u{bd}\u{2028}"),
        (&longest_key, &longest_value),
    ] {
        assert_eq!(fault(key, value), None, "{key:?} {value:?}");
    }
    for c in [
        '*',
        '?',
        '$',
        '{',
        '#',
        '%',
        '"',
        '\'',
        '\\',
        ',',
        ';',
        '<',
        '\n',
        '\t',
        '\0',
        '\u{301}',
        '\u{24b6}',
        '\u{200d}',
        '\u{1f600}',
    ] {
        assert_eq!(fault("team", &format!("a{c}")), Some(TagFault::Character(c)));
        assert_eq!(fault(&format!("a{c}"), "x"), Some(TagFault::Character(c)));
    }
    assert_eq!(fault("", "x"), Some(TagFault::Empty));
    assert_eq!(fault(&"k".repeat(129), "x"), Some(TagFault::LongKey));
    assert_eq!(fault("k", &"v".repeat(257)), Some(TagFault::LongValue));
    assert_eq!(fault("AWS:k", "x"), Some(TagFault::Reserved));
    assert_eq!(fault("k", "aws:x"), Some(TagFault::Reserved));
    let twice = Hop { tags: vec![("k".into(), "1".into()), ("K".into(), "2".into())], ..hop() };
    assert_eq!(run(&user(), &twice, "").0.result, Err(Refusal::Tag("K".into(), TagFault::Repeated)));
}

/// What the engine is told of a caller's tags, and of the source identity of the call.
fn told(caller: &Caller, hop: &Hop) -> (Vec<(String, String)>, Option<String>) {
    let mut told = (Vec::new(), None);
    step(&world(), caller, hop, 1_000_000, &mut |r| {
        told.0 = r.extras().session.tags.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        let name = r.context.entries().iter().find(|e| e.key == "sts:SourceIdentity");
        told.1 = name.map(|e| format!("{:?}", e.values));
        Decision { outcome: Outcome::Allow, gate: Gate::Resource }
    });
    told
}

#[test]
fn roles_anywhere_vouches_for_the_tags_that_it_passes() {
    let tags = vec![("x509Subject/CN".to_owned(), "build-7".to_owned())];
    let tagged = Hop { tags: tags.clone(), ..hop() };
    let anywhere = Caller::new("rolesanywhere.amazonaws.com");
    assert_eq!(told(&anywhere, &tagged), (tags.clone(), Some("One(\"build-7\")".into())));
    let session = run(&anywhere, &tagged, "").0.result.unwrap();
    assert_eq!((session.tags, session.source_identity.as_deref()), (tags, Some("build-7")));
    let named = Hop { source_identity: Some("host".into()), ..tagged.clone() };
    assert_eq!(told(&anywhere, &named).1, Some("One(\"host\")".into()));
    // What a certificate may be called that is no source identity, STS does not take.
    let spaced = Hop { tags: vec![("x509Subject/CN".into(), "build 7".into())], ..hop() };
    assert_eq!(run(&anywhere, &spaced, "").0.result, Err(Refusal::SourceIdentityName("build 7".into())));
    for other in [user(), Caller::new("pods.eks.amazonaws.com")] {
        assert_eq!(told(&other, &tagged), (Vec::new(), None));
    }
}

#[test]
fn claims_of_several_values_are_given_and_those_of_the_subject_stay() {
    let provider = Caller::new("arn:aws:iam::111111111111:oidc-provider/idp.example.com/x");
    let claim = |name: &str| (format!("idp.example.com/x:{name}"), Claim::from("v"));
    let methods = ("IDP.example.com/x:amr".to_owned(), Claim::from(vec!["a".to_owned(), "b".to_owned()]));
    let context =
        vec![claim("sub"), claim("aud"), claim("email"), methods.clone(), ("other:sub".into(), "v".into())];
    let web = Hop { call: Call::WebIdentity, context, ..hop() };
    let mut seen = Vec::new();
    let outcome = step(&world(), &provider, &web, 1_000_000, &mut |r| {
        let methods = r.context.entries().iter().find(|e| e.key.ends_with(":amr"));
        seen.push(format!("{:?}", methods.map(|e| e.values)));
        Decision { outcome: Outcome::Allow, gate: Gate::Resource }
    });
    assert_eq!(seen, ["Some(Many([\"a\", \"b\"]))"]);
    let session = outcome.result.unwrap();
    assert_eq!(session.claims, [claim("sub"), claim("aud"), methods]);
    // The next call has them as its caller's, and the session that it makes does not.
    let (next, asked) = run(&session, &hop(), "");
    assert!(asked[0].contains("idp.example.com/x:sub") && !asked[0].contains("email"), "{asked:?}");
    assert_eq!(next.result.unwrap().claims, []);
    let keys = ["saml:sub", "SAML:namequalifier", "saml:sub_type", "saml:aud", "saml:edupersonaffiliation"];
    let context = keys.iter().map(|k| ((*k).to_owned(), Claim::from("v"))).collect();
    let saml = Hop { call: Call::Saml, context, ..hop() };
    let assertion = Caller::new("arn:aws:iam::111111111111:saml-provider/corp");
    let kept: Vec<String> =
        run(&assertion, &saml, "").0.result.unwrap().claims.into_iter().map(|c| c.0).collect();
    assert_eq!(kept, keys[..3]);
}

#[test]
fn kept_sessions_have_times_as_texts_and_take_numbers() {
    let session = run(&user(), &hop(), "").0.result.unwrap();
    let text = serde_json::to_string(&session).unwrap();
    assert!(
        text.contains(r#""issuedAt":"1970-01-12T13:46:40Z","expiresAt":"1970-01-12T14:46:40Z""#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Caller>(&text).unwrap(), session);
    let old =
        text.replace("\"1970-01-12T13:46:40Z\"", "1000000").replace("\"1970-01-12T14:46:40Z\"", "1003600");
    assert_eq!(serde_json::from_str::<Caller>(&old).unwrap(), session);
    for wrong in ["\"soon\"", "1.5", "true", "\"1970-01-12T13:46:40.5Z\"", "99999999999999999999"] {
        let wrong = text.replace("\"1970-01-12T13:46:40Z\"", wrong);
        assert!(serde_json::from_str::<Caller>(&wrong).is_err(), "{wrong}");
    }
    let hop: Hop = serde_json::from_str(
        r#"{"role": "r", "tags": {"a": "1"}, "context": {"k": ["x", "y"], "s": "x", "b": true, "n": 7}}"#,
    )
    .unwrap();
    assert_eq!(hop.tags, [("a".to_owned(), "1".to_owned())]);
    let one = |k: &str, v: &str| (k.to_owned(), Claim::from(v));
    let many = ("k".to_owned(), Claim::from(vec!["x".to_owned(), "y".to_owned()]));
    assert_eq!(hop.context, [many, one("s", "x"), one("b", "true"), one("n", "7")]);
}

#[test]
fn r137_a_service_linked_role_is_its_services() {
    let mut world = world();
    let linked = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    let role = &mut world.identities[0];
    (role.name, role.path, role.arn) =
        ("AWSServiceRoleForX".into(), "/aws-service-role/x.amazonaws.com/".into(), linked.into());
    role.service_linked = true;
    let hop = Hop { role: linked.into(), ..hop() };
    let result = |who: &str| {
        let allow = &mut |_: &Request<'_>| Decision { outcome: Outcome::Allow, gate: Gate::Resource };
        step(&world, &Caller::new(who), &hop, 1_000_000, allow).result
    };
    assert!(result("x.amazonaws.com").is_ok());
    for who in
        ["y.amazonaws.com", "arn:aws:iam::111111111111:user/ann", "arn:aws:iam::111111111111:root", "*"]
    {
        assert_eq!(result(who), Err(Refusal::ServiceLinked(linked.into())), "{who}");
    }
}
