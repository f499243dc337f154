use super::*;

const ANN: &str = "arn:aws:iam::111111111111:user/ann";
const BOB: &str = "arn:aws:iam::222222222222:user/bob";
const OPS: &str = "arn:aws:sts::111111111111:assumed-role/ops/s1";
const ROOT: &str = "arn:aws:iam::111111111111:root";
const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/k";
const ROLE: &str = "arn:aws:iam::111111111111:role/x/ops";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:q";

fn all() -> Vec<Statement> {
    vec![allow("*", "*")]
}

#[test]
fn nothing_allows_by_itself() {
    let estate = Estate::new();
    assert_eq!(estate.get(ANN, QUEUE), "implicit deny: identity policy");
    assert_eq!(estate.give("ann", all()).get(ANN, QUEUE), "allow: identity policy");
}

#[test]
fn a_deny_anywhere_wins() {
    let estate = Estate::new().give("ann", vec![allow("*", "*"), deny("s3:Get*", "*")]);
    assert_eq!(estate.get(ANN, QUEUE), "explicit deny: identity policy");
    let estate = Estate::new().give("ann", all()).attach(QUEUE, vec![deny("*", "").by(ANYONE)]);
    assert_eq!(estate.get(ANN, QUEUE), "explicit deny: resource policy");
}

#[test]
fn the_first_gate_is_reported() {
    let estate = Estate::new()
        .give("ann", vec![deny("*", "*")])
        .attach(QUEUE, vec![deny("*", "").by(ANYONE)])
        .scp(vec![vec![deny("*", "*")]])
        .rcp(vec![deny("*", "*").by(ANYONE)]);
    assert_eq!(estate.get(ANN, QUEUE), "explicit deny: resource guardrail");
    let gates: Vec<_> = estate.ask(&request(ANN, "s3:GetObject", QUEUE)).findings;
    let gates: Vec<_> = gates.iter().map(|f| f.gate).collect();
    assert_eq!(gates, [Gate::Rcp, Gate::Scp, Gate::Resource, Gate::Identity]);
}

#[test]
fn direct_grants_and_limits_in_one_account() {
    // (who is named, who calls, with boundary, answer): the rows of R14–R22.
    let session = Principal::RoleSession(OPS.into());
    let rows = [
        (user("ann"), ANN, false, "allow: resource policy"),
        (user("ann"), ANN, true, "allow: resource policy"),
        (role("x/ops"), OPS, false, "allow: resource policy"),
        (role("x/ops"), OPS, true, "implicit deny: boundary"),
        (session, OPS, true, "allow: resource policy"),
        (ANYONE, OPS, true, "allow: resource policy"),
        (ANYONE, ANN, true, "allow: resource policy"),
        (account(HOME), ANN, false, "implicit deny: identity policy"),
        (account(HOME), ROOT, false, "allow: resource policy"),
        (user("other"), ANN, false, "implicit deny: identity policy"),
    ];
    for (named, caller, bounded, expected) in rows {
        let mut estate = Estate::new().attach(QUEUE, vec![allow("s3:*", "").by(named.clone())]);
        if bounded {
            let narrow = || vec![allow("ec2:*", "*")];
            estate = estate.bound("ann", narrow()).bound("ops", narrow());
        }
        assert_eq!(estate.get(caller, QUEUE), expected, "{named:?} {caller} {bounded}");
    }
}

#[test]
fn session_policies_limit() {
    let mut estate = Estate::new().give("ops", all());
    estate.policy(PolicyKind::Session, vec![allow("ec2:*", "*")]);
    let mut question = request(OPS, "s3:GetObject", QUEUE);
    question = saying(&question, |e| e.session.policies = Some(&["p1"]));
    assert_eq!(short(estate.ask(&question).decision), "implicit deny: session policy");
    let named = estate.attach(QUEUE, vec![allow("*", "").by(role("x/ops"))]);
    assert_eq!(short(named.ask(&question).decision), "implicit deny: session policy");
    let session = Principal::RoleSession(OPS.into());
    let named = named.attach(QUEUE, vec![allow("*", "").by(session)]);
    assert_eq!(short(named.ask(&question).decision), "allow: resource policy");
    question = saying(&question, |e| e.session.policies = Some(&["nobody wrote it"]));
    assert_eq!(short(named.ask(&question).decision), "implicit deny: request");
}

#[test]
fn federated_user_sessions() {
    let fed = "arn:aws:sts::111111111111:federated-user/f";
    let mut estate = Estate::new().give("ann", all());
    estate.policy(PolicyKind::Session, vec![allow("s3:*", "*")]);
    let mut question = request(fed, "s3:GetObject", QUEUE);
    question = saying(&question, |e| e.session.issuer = Some(ANN));
    // R27: nothing by its identity without session policies.
    assert_eq!(short(estate.ask(&question).decision), "implicit deny: session policy");
    question = saying(&question, |e| e.session.policies = Some(&["p1"]));
    assert_eq!(short(estate.ask(&question).decision), "allow: identity policy");
    // R17: a grant to the issuer stays within the session policy; R18: one to the session does not.
    question = saying(&question, |e| e.session.policies = None);
    let estate = estate.attach(QUEUE, vec![allow("*", "").by(user("ann"))]);
    assert_eq!(short(estate.ask(&question).decision), "implicit deny: session policy");
    let estate = estate.attach(QUEUE, vec![allow("*", "").by(Principal::FederatedUser(fed.into()))]);
    assert_eq!(short(estate.ask(&question).decision), "allow: resource policy");
}

#[test]
fn across_accounts_both_sides_allow() {
    let estate = Estate::new();
    assert_eq!(estate.get(BOB, QUEUE), "implicit deny: resource policy");
    let bob = Principal::User(BOB.into());
    let open = estate.attach(QUEUE, vec![allow("*", "").by(bob)]);
    assert_eq!(open.get(BOB, QUEUE), "implicit deny: identity policy");
    assert_eq!(open.give("bob", all()).get(BOB, QUEUE), "allow: identity policy");
    let delegated = Estate::new().attach(QUEUE, vec![allow("*", "").by(account(AWAY))]);
    assert_eq!(delegated.give("bob", all()).get(BOB, QUEUE), "allow: identity policy");
}

#[test]
fn guardrails_bind_their_own_account() {
    // SCPs bind principals of the account, RCPs its resources (R36).
    let estate = Estate::new().give("bob", all()).attach(QUEUE, vec![allow("*", "").by(ANYONE)]);
    let estate = estate.scp(vec![vec![deny("*", "*")]]);
    assert_eq!(estate.get(BOB, QUEUE), "allow: identity policy");
    assert_eq!(estate.get(ANN, QUEUE), "explicit deny: guardrail");
    assert_eq!(estate.get("*", QUEUE), "allow: resource policy");
    let estate = estate.rcp(vec![deny("*", "*").by(ANYONE)]);
    assert_eq!(estate.get(BOB, QUEUE), "explicit deny: resource guardrail");
    assert_eq!(estate.get("*", QUEUE), "explicit deny: resource guardrail");
}

#[test]
fn every_scp_level_must_allow() {
    let estate = Estate::new().give("ann", all()).scp(vec![all(), vec![allow("ec2:*", "*")], all()]);
    assert_eq!(estate.get(ANN, QUEUE), "implicit deny: guardrail");
    assert_eq!(estate.decide(ANN, "ec2:RunInstances", "*"), "allow: identity policy");
    assert_eq!(estate.get(ROOT, QUEUE), "implicit deny: guardrail");
    let mut managed = estate;
    managed.0.accounts[0].management = true;
    assert_eq!(managed.get(ROOT, QUEUE), "allow: root user");
}

#[test]
fn service_linked_roles_are_free_of_guardrails_and_boundary() {
    let mut estate = Estate::new().give("ops", all()).bound("ops", vec![]).scp(vec![vec![]]);
    assert_eq!(estate.get(OPS, QUEUE), "implicit deny: guardrail");
    estate.identity("ops").service_linked = true;
    assert_eq!(estate.get(OPS, QUEUE), "allow: identity policy");
}

#[test]
fn services_anonymous_callers_and_providers_have_the_resource_policy_only() {
    let service = Principal::Service("logs.amazonaws.com".into());
    let estate =
        Estate::new().attach(QUEUE, vec![allow("*", "").by(service), allow("*", "").by(account(HOME))]);
    assert_eq!(estate.get("logs.amazonaws.com", QUEUE), "allow: resource policy");
    assert_eq!(estate.get("lambda.amazonaws.com", QUEUE), "implicit deny: resource policy");
    assert_eq!(estate.get("*", QUEUE), "implicit deny: resource policy");
    let provider = "arn:aws:iam::111111111111:oidc-provider/x.org";
    let trust = vec![allow("sts:*", "").by(Principal::Federated(provider.into()))];
    let estate = Estate::new().trust(ROLE, trust);
    let call = "sts:AssumeRoleWithWebIdentity";
    assert_eq!(estate.decide(provider, call, ROLE), "allow: resource policy");
    assert_eq!(estate.decide("x.org", call, ROLE), "implicit deny: resource policy");
}

#[test]
fn trust_and_key_policies_must_allow() {
    let estate = Estate::new().give("ann", all());
    assert_eq!(estate.decide(ANN, "sts:AssumeRole", ROLE), "implicit deny: resource policy");
    assert_eq!(estate.decide(ANN, "kms:Decrypt", KEY), "implicit deny: resource policy");
    assert_eq!(estate.decide(ROOT, "kms:Decrypt", KEY), "implicit deny: resource policy");
    let estate = estate
        .attach(KEY, vec![allow("kms:*", "*").by(account(HOME))])
        .trust(ROLE, vec![allow("sts:AssumeRole", "").by(account(HOME))]);
    assert_eq!(estate.decide(ANN, "sts:AssumeRole", ROLE), "allow: identity policy");
    assert_eq!(estate.decide(ANN, "kms:Decrypt", KEY), "allow: identity policy");
    assert_eq!(estate.decide(ROOT, "kms:Decrypt", KEY), "allow: resource policy");
    // A trust policy says nothing of other actions on the role (R122).
    let estate = Estate::new().trust(ROLE, vec![allow("*", "").by(user("ann"))]);
    assert_eq!(estate.decide(ANN, "iam:GetRole", ROLE), "implicit deny: identity policy");
}

#[test]
fn a_trust_policy_does_not_lift_a_boundary() {
    // R24
    let estate = Estate::new().bound("ann", vec![allow("s3:*", "*")]);
    let estate = estate.trust(ROLE, vec![allow("sts:AssumeRole", "").by(user("ann"))]);
    assert_eq!(estate.decide(ANN, "sts:AssumeRole", ROLE), "implicit deny: boundary");
}

#[test]
fn not_principal() {
    let denied = |named: &[Principal]| {
        let but = named.iter().cloned().fold(deny("*", ""), |s, p| s.by_all_but(p));
        Estate::new().give("ann", all()).attach(QUEUE, vec![but])
    };
    let home = || account(HOME);
    assert_eq!(denied(&[user("ann"), home()]).get(ANN, QUEUE), "allow: identity policy");
    assert_eq!(denied(&[home()]).get(ANN, QUEUE), "allow: identity policy");
    assert_eq!(denied(&[user("ann")]).get(ANN, QUEUE), "explicit deny: resource policy");
    assert_eq!(denied(&[user("other"), home()]).get(ANN, QUEUE), "explicit deny: resource policy");
    // R31
    let bounded = denied(&[user("ann"), home()]).bound("ann", all());
    assert_eq!(bounded.get(ANN, QUEUE), "explicit deny: resource policy");
    // R55: an allow for everybody but somebody is never given.
    let estate = Estate::new().attach(QUEUE, vec![allow("*", "").by_all_but(user("other"))]);
    assert_eq!(estate.get(ANN, QUEUE), "implicit deny: identity policy");
}

#[test]
fn of_several_entries_the_one_that_reaches_farthest_counts() {
    // R75, R18: the session is named beside everybody, so its missing session policy does not limit it.
    let fed = "arn:aws:sts::111111111111:federated-user/f";
    for turned in [false, true] {
        let mut statement = allow("*", "").by(Principal::Anyone { aws: false });
        if let Some(p) = &mut statement.principals {
            p.items.push(Principal::FederatedUser(fed.into()));
            if turned {
                p.items.reverse();
            }
        }
        let estate = Estate::new().attach(QUEUE, vec![statement]);
        assert_eq!(estate.get(fed, QUEUE), "allow: resource policy");
    }
}

#[test]
fn endpoints_with_a_policy_are_a_gate() {
    let mut estate = Estate::new().give("ann", all());
    let policy = estate.policy(PolicyKind::Endpoint, vec![allow("*", "*").by(user("other"))]);
    estate.0.endpoints.push(Endpoint { id: "vpce-1".into(), account: None, policy });
    let mut question = request(ANN, "s3:GetObject", QUEUE);
    question = saying(&question, |e| e.endpoint = Some("vpce-1"));
    assert_eq!(short(estate.ask(&question).decision), "implicit deny: endpoint policy");
    question = saying(&question, |e| e.endpoint = Some("vpce-2"));
    assert_eq!(short(estate.ask(&question).decision), "allow: identity policy");
}

#[test]
fn malformed_requests_are_denied() {
    let estate = Estate::new().give("ann", all());
    let bad = [
        ("", "s3:GetObject", "*"),
        ("111111111111", "s3:GetObject", "*"),
        ("arn:aws:iam::111111111111:group/g", "s3:GetObject", "*"),
        ("arn:aws:sts::111111111111:assumed-role/ops", "s3:GetObject", "*"),
        ("arn:aws:iam::1:user/ann", "s3:GetObject", "*"),
        (ANN, "s3:Get*", "*"),
        (ANN, "s3: GetObject", "*"),
        (ANN, "GetObject", "*"),
        (ANN, "s3:GetObject", "bucket/key"),
    ];
    for (principal, action, resource) in bad {
        assert_eq!(
            estate.decide(principal, action, resource),
            "implicit deny: request",
            "{principal} {action}"
        );
    }
}

#[test]
fn who_am_i_is_always_allowed() {
    let estate = Estate::new().give("ann", vec![deny("*", "*")]);
    assert_eq!(estate.decide(ANN, "sts:getcalleridentity", "*"), "allow: always allowed");
    assert_eq!(estate.decide("*", "sts:GetCallerIdentity", "*"), "implicit deny: resource policy");
}

#[test]
fn several_requests_are_allowed_together_or_not_at_all() {
    let estate = Estate::new().give("ann", vec![allow("s3:GetObject", "*")]);
    let (get, put) = (request(ANN, "s3:GetObject", QUEUE), request(ANN, "s3:PutObject", QUEUE));
    let all = |requests: &[Request<'_>]| {
        let (place, evaluation) = crate::reference::evaluate_all(&estate.0, &Catalog::default(), requests);
        (place, evaluation.decision.is_allowed())
    };
    assert_eq!(all(&[get, get]), (1, true));
    assert_eq!(all(&[get, put, get]), (1, false));
    assert_eq!(all(&[]), (0, false));
}
