//! What a world may not be, an edit may not make of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use tabella::catalog::Catalog;
use tabella::hir::*;
use tabella::incremental::{Compiler, Outcome};
use tabella::limits::Limits;
use tabella::resolve::{self, Checked};
use tabella::source::SourceMap;
use tabella::syntax;

const PROGRAM: &str = "
    account prod 111111111111
    account solo 333333333333
    policy Full { allow * on * }
    boundary B { allow ec2:* on * }
    session policy S1 { allow s3:* on * }
    session policy S2 { allow ec2:* on * }
    group G in prod { policies Full }
    group H in solo { policies Full }
    user Al in prod { policies Full id AIDAAL }
    role R in prod { trust { allow account prod } policies Full boundary B id AROAR }
    role Q in prod { trust { allow account prod } policies B2 path /q/ }
    policy B2 { allow ec2:* on * }
    service linked role AWSServiceRoleForL in prod { trust { allow service l.amazonaws.com } policy own { allow * } }";

fn compiler() -> Compiler<'static> {
    let mut sources = SourceMap::new();
    let file = sources.add("main.tabella", PROGRAM);
    let (tree, found) = syntax::parse(file, PROGRAM, &Limits::default());
    assert!(found.is_empty(), "{found:?}");
    let unit = resolve::SourceUnit { file, name: "main".into(), tree };
    let (checked, found) = resolve::program(&[unit], Catalog::shipped(), &Limits::default());
    let checked = checked.unwrap_or_else(|| panic!("{found:?}"));
    Compiler::new(checked, Catalog::shipped(), &Limits::default()).0.unwrap()
}

fn who(compiler: &Compiler<'_>, name: &str) -> Identity {
    compiler.world().identities.iter().find(|i| &*i.name == name).unwrap().clone()
}

fn document(compiler: &Compiler<'_>, name: &str) -> PolicyId {
    PolicyId(compiler.world().policies.iter().position(|p| &*p.name == name).unwrap() as u32)
}

/// The edit is refused with these words and changes nothing; what it would have made is refused as well.
#[track_caller]
fn refused(name: &str, change: impl FnOnce(&mut Identity), words: &str) {
    let mut compiler = compiler();
    let before = format!("{:?}", compiler.world());
    let mut identity = who(&compiler, name);
    change(&mut identity);
    let mut world = compiler.world().clone();
    match world.identities.iter_mut().find(|i| i.arn == identity.arn) {
        Some(known) => *known = identity.clone(),
        None => world.identities.push(identity.clone()),
    }
    assert!(Checked::new(world).is_err(), "the world with it is taken");
    let (done, found) = compiler.put_principal(identity);
    assert!(done.is_none() && found.iter().any(|d| d.message.contains(words)), "{done:?} {found:#?}");
    assert!(before == format!("{:?}", compiler.world()), "something changed");
}

#[track_caller]
fn done((done, found): Outcome) {
    assert!(done.is_some(), "{found:#?}");
}

#[test]
fn principals_that_cannot_be() {
    let wrong = "is not the ARN of the";
    // `hand_built` has all ways in which an ARN can be wrong.
    for arn in ["", "arn:aws:iam::333333333333:user/Al"] {
        refused("Al", |i| (i.arn, i.unique_id) = (arn.into(), None), wrong);
    }
    refused("Al", |i| i.kind = IdentityKind::Role, wrong);
    refused("Al", |i| i.account = AccountId(1), wrong);
    refused("Q", |i| i.name = "R".into(), wrong);
    refused("Al", |i| i.account = AccountId(7), "an account that does not exist");
    refused("Al", |i| i.groups = vec![GroupId(1)], "a group of another account");
    refused("Al", |i| i.groups = vec![GroupId(7)], "a group that does not exist");
    refused("Al", |i| i.service_linked = true, "is a service-linked role");
    refused("AWSServiceRoleForL", |i| i.boundary = Some(Vec::new()), "has a boundary");
    let full = document(&compiler(), "Full");
    refused("AWSServiceRoleForL", |i| i.policies.push(full), "which has what its service gives it");
    refused("AWSServiceRoleForL", |i| i.trust = None, "does not allow one service of AWS");
    refused("Q", |i| i.service_linked = true, "does not allow one service of AWS");
    let tags = || vec![("team".into(), "a".into()), ("Team".into(), "b".into())];
    refused("Al", |i| i.tags = tags(), "only in letter case");
}

#[test]
fn a_service_linked_role_stays_one() {
    let mut compiler = compiler();
    let trust = who(&compiler, "AWSServiceRoleForL").trust.unwrap();
    let open = compiler.world().policies[who(&compiler, "R").trust.unwrap().index()].clone();
    let own = compiler.world().policies[trust.index()].clone();
    let (done, found) = compiler.replace_policy(trust, open);
    assert!(done.is_none() && found[0].message.contains("does not allow one service of AWS"), "{found:?}");
    assert!(compiler.replace_policy(trust, own).0.is_some());
}

#[test]
fn nobody_takes_anothers_name_or_id() {
    let second = |i: &mut Identity| {
        (i.name, i.path) = ("R".into(), "/z/".into());
        i.arn = "arn:aws:iam::111111111111:role/z/R".into();
    };
    refused("Q", second, "have one name");
    let cased = |i: &mut Identity| {
        (i.name, i.path) = ("r".into(), "/".into());
        i.arn = "arn:aws:iam::111111111111:role/r".into();
    };
    refused("Q", cased, "have one name");
    refused("Q", |i| i.unique_id = Some("AROAR".into()), "two identities have the id");
    refused(
        "Q",
        |i| i.unique_id = Some("arn:aws:iam::111111111111:role/R".into()),
        "two identities have the id",
    );

    // What is given up can be taken, and what was taken is taken.
    let mut compiler = compiler();
    let mut role = who(&compiler, "Q");
    second(&mut role);
    role.unique_id = Some("AROAR".into());
    assert!(compiler.put_principal(role.clone()).0.is_none());
    done(compiler.remove_principal("arn:aws:iam::111111111111:role/R"));
    done(compiler.put_principal(role.clone()));
    role.unique_id = None;
    done(compiler.put_principal(role.clone()));
    let mut user = who(&compiler, "Al");
    user.unique_id = Some("AROAR".into());
    done(compiler.put_principal(user));
    role.unique_id = Some("AROAR".into());
    assert!(compiler.put_principal(role.clone()).0.is_none());
    role.unique_id = Some("AIDAAL".into());
    done(compiler.put_principal(role));
    assert!(Checked::new(compiler.world().clone()).is_ok());
}

#[test]
fn session_policies_keep_names_of_their_own() {
    let mut compiler = compiler();
    let (first, second) = (document(&compiler, "S1"), document(&compiler, "S2"));
    let named = |compiler: &Compiler<'_>, name: &str| {
        let mut policy = compiler.world().policies[second.index()].clone();
        policy.name = name.into();
        policy
    };
    let (made, found) = compiler.replace_policy(second, named(&compiler, "S1"));
    assert!(made.is_none() && found[0].message.contains("two session policies are named `S1`"), "{found:#?}");
    done(compiler.replace_policy(second, named(&compiler, "S3")));
    done(compiler.replace_policy(first, named(&compiler, "S2")));
    assert!(compiler.replace_policy(second, named(&compiler, "S2")).0.is_none());
    done(compiler.replace_policy(second, named(&compiler, "S1")));
    assert!(Checked::new(compiler.world().clone()).is_ok());
    // Names of other documents are for reports only.
    let full = document(&compiler, "Full");
    let mut policy = compiler.world().policies[full.index()].clone();
    policy.name = "B2".into();
    done(compiler.replace_policy(full, policy));
}

#[test]
fn attaching_is_an_edit_too() {
    let mut compiler = compiler();
    let (full, b) = (document(&compiler, "Full"), document(&compiler, "B"));
    let (made, found) = compiler.attach(&who(&compiler, "AWSServiceRoleForL").arn, vec![full], Some(vec![b]));
    let says = |words: &str| found.iter().any(|d| d.message.contains(words));
    assert!(
        made.is_none() && says("has a boundary") && says("which has what its service gives it"),
        "{found:#?}"
    );
}

#[test]
fn a_new_trust_policy_takes_the_place_of_the_old() {
    let mut compiler = compiler();
    let (mut q, r) = (who(&compiler, "Q"), who(&compiler, "R"));
    let governing = |compiler: &Compiler<'_>, arn: &str| -> Vec<PolicyId> {
        let all = compiler.world().resource_policies.iter();
        all.filter(|governing| &*governing.resource == arn).map(|governing| governing.policy).collect()
    };
    assert_eq!(governing(&compiler, &q.arn), q.trust.as_slice());
    q.trust = r.trust;
    done(compiler.put_principal(q.clone()));
    assert_eq!(governing(&compiler, &q.arn), r.trust.as_slice());
    done(compiler.remove_principal(&r.arn));
    assert_eq!(governing(&compiler, &r.arn), []);
    assert_eq!(governing(&compiler, &q.arn), r.trust.as_slice());
    q.trust = None;
    done(compiler.put_principal(q.clone()));
    assert_eq!(governing(&compiler, &q.arn), []);
    assert!(Checked::new(compiler.world().clone()).is_ok());
}
