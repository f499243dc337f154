//! Worlds that a program builds: what `resolve` makes is taken, what it would never make is refused.

use crate::catalog::Catalog;
use crate::hir::*;
use crate::limits::Limits;
use crate::resolve::{Checked, SourceUnit, program};
use crate::source::FileId;
use crate::syntax;

fn world() -> World {
    let text = r#"
        organization o-acme1 { account prod 111111111111 }
        guardrail G on root { allow * }
        resource guardrail Closed on root { deny s3:DeleteBucket }
        policy P { allow s3:GetObject on arn:aws:s3:::b/* when s3:max-keys < 10 and aws:SourceIp in 10.0.0.0/8 }
        boundary B { allow * }
        group Admins in prod { policies P }
        user U in prod { groups Admins }
        role R in prod { trust { allow account prod } policies P boundary B }
        resource policy on arn:aws:s3:::b { deny anyone s3:* unless aws:SecureTransport }
        endpoint policy on vpce-1 { allow anyone * }"#;
    let limits = Limits::default();
    let (tree, found) = syntax::parse(FileId(0), text, &limits);
    assert!(found.is_empty(), "{found:#?}");
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    program(&[unit], &Catalog::default(), &limits).0.expect("a world").world().clone()
}

/// The world is taken, and refused with this one message after the change.
#[track_caller]
fn refused(change: impl FnOnce(&mut World), message: &str) {
    let mut world = world();
    change(&mut world);
    let found = Checked::new(world).expect_err("refused");
    assert!(found.iter().any(|d| d.message.contains(message)), "{found:#?}");
    assert!(found.iter().all(|d| d.code.0 == "T0390"), "{found:#?}");
}

/// The world is taken after the change.
#[track_caller]
fn taken(change: impl FnOnce(&mut World)) {
    let mut world = world();
    change(&mut world);
    assert!(Checked::new(world.clone()).is_ok(), "{:#?}", Checked::new(world).err());
}

fn user(world: &mut World) -> &mut Identity {
    world.identities.iter_mut().find(|i| i.kind == IdentityKind::User).unwrap()
}

fn session() -> Policy {
    Policy {
        name: "S".into(),
        arn: None,
        kind: PolicyKind::Session,
        version: None,
        id: None,
        statements: Vec::new(),
        span: crate::source::Span::NONE,
    }
}

fn statement(world: &mut World, kind: PolicyKind) -> &mut Statement {
    &mut world.policies.iter_mut().find(|p| p.kind == kind).unwrap().statements[0]
}

fn atom(world: &mut World) -> &mut Atom {
    match &mut statement(world, PolicyKind::Identity).condition {
        Condition::And(parts) => match &mut parts[0] {
            Condition::Atom(atom) => atom,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_resolve_makes_is_taken() {
    assert!(Checked::new(world()).is_ok());
}

#[test]
fn ids_point_at_things_of_the_right_kind() {
    refused(|w| w.identities[0].policies.push(PolicyId(99)), "does not exist");
    refused(|w| w.identities[0].account = AccountId(9), "an account that does not exist");
    refused(|w| w.identities[1].groups.push(GroupId(9)), "a group that does not exist");
    refused(|w| w.accounts[0].scps.as_mut().unwrap()[0] = vec![PolicyId(0)], "wrong kind");
    refused(|w| w.resource_policies[0].policy = PolicyId(0), "wrong kind");
    refused(|w| w.organization = None, "organization that does not exist");
    refused(|w| w.identities[1].inline.push(PolicyId(0)), "not among its policies");
}

#[test]
fn statements_have_what_their_kind_has() {
    refused(|w| statement(w, PolicyKind::Identity).actions.patterns = Default::default(), "no actions");
    refused(|w| statement(w, PolicyKind::Identity).resources = None, "no resources");
    refused(|w| statement(w, PolicyKind::Resource).principals = None, "no principals");
    refused(|w| statement(w, PolicyKind::Trust).principals.as_mut().unwrap().negated = true, "anyone but");
    let anyone = || Some(Principals { negated: false, items: vec![Principal::Anyone { aws: false }] });
    refused(|w| statement(w, PolicyKind::Scp).principals = anyone(), "principals, which its kind has not");
    let somebody = || {
        Some(Principals {
            negated: false,
            items: vec![Principal::Anyone { aws: true }, Principal::Service("lambda.amazonaws.com".into())],
        })
    };
    refused(|w| statement(w, PolicyKind::Rcp).principals = somebody(), "others than anyone");
}

#[test]
fn values_fit_their_operators() {
    refused(|w| atom(w).values = vec![Value::Null(true)].into(), "does not fit");
    refused(|w| atom(w).operator = Operator::StringLike, "does not fit");
    refused(
        |w| atom(w).values = vec![Value::Number { canonical: "010".into(), written: "010".into() }].into(),
        "does not fit",
    );
    refused(
        |w| {
            let pieces = vec![Piece::Literal("yes".into())];
            (atom(w).operator, atom(w).values) =
                (Operator::Bool, vec![Value::Bool(Template { pieces: pieces.into() })].into());
        },
        "does not fit",
    );
    refused(|w| atom(w).key = "S3:max-keys".into(), "lower case");
    refused(
        |w| statement(w, PolicyKind::Identity).condition = Condition::Or(Vec::new().into()),
        "empty `or`",
    );
    refused(
        |w| {
            let mut deep = Condition::TRUE;
            for _ in 0..500 {
                deep = Condition::And(vec![deep].into());
            }
            statement(w, PolicyKind::Identity).condition = deep;
        },
        "nested too deep",
    );
}

#[test]
fn arns_are_what_their_parts_give() {
    let wrong = "is not the ARN of the";
    for arn in [
        "",
        "*",
        "x",
        "lambda.amazonaws.com",
        "arn:aws:iam::111111111111:root",
        "arn:aws:iam::111111111111:group/Admins",
        "arn:aws:iam::111111111111:role/U",
        "arn:aws:iam::111111111111:user/V",
        "arn:aws:iam::111111111111:user/xU",
        "arn:aws:iam::111111111111:user/*/U",
        "arn:aws:iam::222222222222:user/U",
        "arn:aws:iam:eu:111111111111:user/U",
        "arn::iam::111111111111:user/U",
        "arn:aws:sts::111111111111:assumed-role/R/s",
    ] {
        refused(|w| user(w).arn = arn.into(), wrong);
    }
    refused(|w| user(w).kind = IdentityKind::Role, wrong);
    refused(|w| user(w).name = "V".into(), wrong);
    refused(|w| user(w).name = "".into(), wrong);
    refused(|w| user(w).path = "/other/".into(), wrong);
    refused(|w| user(w).path = "other".into(), wrong);
    refused(|w| w.groups[0].arn = "arn:aws:iam::111111111111:user/Admins".into(), wrong);
    refused(|w| w.accounts[0].id = "1".into(), "no account id");
    refused(|w| w.accounts.push(w.accounts[0].clone()), "two accounts");
    taken(|w| user(w).arn = "arn:aws-cn:iam::111111111111:user/U".into());
    taken(|w| {
        user(w).path = "/a/b/".into();
        user(w).arn = "arn:aws:iam::111111111111:user/a/b/U".into();
    });
    // As `arn` writes it in the language, without `path`.
    taken(|w| user(w).arn = "arn:aws:iam::111111111111:user/a/U".into());
}

#[test]
fn nobody_is_there_twice() {
    let again = |w: &mut World, change: fn(&mut Identity)| {
        let mut role = w.identities.iter().find(|i| &*i.name == "R").unwrap().clone();
        change(&mut role);
        w.identities.push(role);
    };
    refused(|w| again(w, |_| ()), "two identities have the id");
    refused(
        |w| {
            again(w, |i| {
                (i.path, i.arn) = ("/z/".into(), "arn:aws:iam::111111111111:role/z/R".into());
                i.boundary = None;
            });
        },
        "have one name",
    );
    refused(
        |w| again(w, |i| (i.name, i.arn) = ("r".into(), "arn:aws:iam::111111111111:role/r".into())),
        "have one name",
    );
    refused(|w| w.identities.iter_mut().for_each(|i| i.unique_id = Some("AIDA1".into())), "two identities");
    refused(|w| user(w).unique_id = Some("arn:aws:iam::111111111111:role/R".into()), "two identities");
    refused(|w| user(w).unique_id = Some(user(w).arn.clone()), "a unique id that is none");
    refused(|w| w.groups.push(w.groups[0].clone()), "two groups");
    refused(|w| w.policies.extend([session(), session()]), "two session policies are named `S`");
    taken(|w| w.policies.push(session()));
    // Users and roles have names of their own kind.
    taken(|w| (user(w).name, user(w).arn) = ("R".into(), "arn:aws:iam::111111111111:user/R".into()));
}

#[test]
fn what_only_some_have() {
    refused(
        |w| user(w).service_linked = true,
        "the user `arn:aws:iam::111111111111:user/U` is a service-linked",
    );
    refused(|w| w.identities[0].service_linked = true, "has a boundary");
    refused(
        |w| {
            let mut other = w.accounts[0].clone();
            (other.id, other.name) = ("222222222222".into(), "dev".into());
            w.accounts.push(other);
            w.groups[0].account = AccountId(1);
            w.groups[0].arn = "arn:aws:iam::222222222222:group/Admins".into();
        },
        "a group of another account",
    );
    let tags = |keys: &[&str]| keys.iter().map(|k| (Str::from(*k), Str::from("x"))).collect::<Vec<_>>();
    refused(|w| user(w).tags = tags(&["team", "a", "Team"]), "only in letter case");
    taken(|w| user(w).tags = tags(&["team", "teams"]));
}

#[test]
fn roles_are_governed_by_their_trust_policies() {
    let (made, wrong) = (world(), "governed by another trust policy");
    let role = made.identities.iter().position(|i| i.trust.is_some()).unwrap();
    let trust = made.identities[role].trust.unwrap();
    let governs = made.resource_policies.iter().position(|r| r.policy == trust).unwrap();
    refused(|w| drop(w.resource_policies.remove(governs)), wrong);
    refused(
        |w| {
            let second = PolicyId(w.policies.len() as u32);
            w.policies.push(w.policies[trust.index()].clone());
            w.resource_policies
                .push(ResourcePolicy { policy: second, ..w.resource_policies[governs].clone() });
        },
        wrong,
    );
    // As a case may have it.
    taken(|w| w.identities[role].trust = None);
    let other = "arn:aws:iam::111111111111:role/Other";
    refused(|w| w.resource_policies[governs].resource = other.into(), wrong);
}
