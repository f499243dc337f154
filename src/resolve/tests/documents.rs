use super::{check, check_with, reject};
use crate::hir::PolicyKind::{Boundary, Endpoint, Identity, Rcp, Resource, Scp, Session, Trust};

const ROLE: &str = "arn:aws:iam::111111111111:role/x/R";

#[test]
fn resources_not_written() {
    for kind in [Identity, Boundary, Session, Scp] {
        check(kind, "allow s3:*", "allow s3:* on *");
    }
    check(Resource, "allow anyone s3:*", "allow {Anyone { aws: false }} s3:*");
    check(Endpoint, "allow anyone s3:*", "allow {Anyone { aws: false }} s3:* on *");
    check(Rcp, "deny s3:*", "deny {Anyone { aws: false }} s3:* on *");
}

#[test]
fn negations() {
    check(
        Identity,
        "deny not (iam:*, sts:*) on not (arn:aws:s3:::a, arn:aws:s3:::b)",
        "deny not iam:*,sts:* on not arn:aws:s3:::a,arn:aws:s3:::b",
    );
    check(
        Resource,
        "deny anyone but account 111111111111 s3:*",
        "deny not {Account { id: 111111111111, arn: None }} s3:*",
    );
    reject(Resource, "allow anyone but account 111111111111 s3:*", &["T0312"]);
    reject(Trust, "deny anyone but account 111111111111 sts:AssumeRole", &["T0312"]);
}

#[test]
fn principals_by_kind_of_document() {
    for kind in [Identity, Boundary, Session, Scp] {
        reject(kind, "allow anyone s3:*", &["T0310"]);
    }
    reject(Resource, "deny s3:*", &["T0311"]);
    check_with(Resource, "allow s3:*", &["T0311"], "allow s3:*");
    reject(Trust, "allow sts:AssumeRole", &["T0311"]);
    reject(Rcp, "allow s3:*", &["T0314"]);
    reject(Rcp, "deny account 111111111111 s3:*", &["T0314"]);
    reject(Rcp, "deny not (s3:*)", &["T0314"]);
    reject(Trust, "allow anyone sts:AssumeRole on *", &["T0313"]);
}

#[test]
fn a_deny_of_trust_without_actions_closes_every_way_in() {
    check(Trust, "deny anyone", "deny {Anyone { aws: false }} sts:*");
    let expected = "deny {Account { id: 111111111111, arn: None }, Federated(accounts.google.com)} sts:*";
    check(Trust, "deny account 111111111111, web identity accounts.google.com", expected);
}

#[test]
fn spellings_of_principals() {
    let allow = |principal: &str, expected: &str| {
        check(Resource, &format!("allow {principal} s3:Get"), &format!("allow {{{expected}}} s3:Get"));
    };
    allow("anyone aws", "Anyone { aws: true }");
    allow("account 111111111111", "Account { id: 111111111111, arn: None }");
    let root = "arn:aws:iam::111111111111:root";
    allow(&format!("account {root}"), &format!("Account {{ id: 111111111111, arn: Some({root}) }}"));
    allow(&format!("role {ROLE}"), &format!("Role({ROLE})"));
    allow(&format!("role {ROLE} session \"s\""), "RoleSession(arn:aws:sts::111111111111:assumed-role/R/s)");
    allow("user arn:aws:iam::111111111111:user/U", "User(arn:aws:iam::111111111111:user/U)");
    allow(
        "aws arn:aws:sts::111111111111:federated-user/F",
        "FederatedUser(arn:aws:sts::111111111111:federated-user/F)",
    );
    allow("aws AIDAQWERTYUIOPASDFGH", "UniqueId(AIDAQWERTYUIOPASDFGH)");
    allow(
        "aws `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1`",
        "User(arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1)",
    );
    allow("service s3.amazonaws.com", "Service(s3.amazonaws.com)");
    allow("web identity accounts.google.com", "Federated(accounts.google.com)");
    allow(
        "saml arn:aws:iam::111111111111:saml-provider/x",
        "Federated(arn:aws:iam::111111111111:saml-provider/x)",
    );
    let canonical = "0123456789abcdef".repeat(4);
    allow(&format!("canonical {canonical}"), &format!("Canonical({canonical})"));
}

#[test]
fn malformed_principals() {
    for principal in [
        "role arn:aws:iam::111111111111:role/*",
        "role arn:aws:iam::111111111111:user/U",
        "user arn:aws:iam::11111:user/U",
        "account 1111",
        "account arn:aws:iam::111111111111:user/U",
        "aws arn:aws:iam::111111111111:group/G",
        "aws AGPAQWERTYUIOPASDFGH",
        "aws arn:aws:sts::111111111111:assumed-role/R",
        "aws arn:aws:sts::111111111111:assumed-role/R/*",
        "aws nobody",
        "service lambda",
        "canonical 1234",
        "federated `*`",
        "federated `${aws:x}`",
    ] {
        reject(Resource, &format!("allow {principal} s3:Get"), &["T0318"]);
    }
    reject(Resource, "allow account nowhere s3:Get", &["T0301"]);
    reject(Resource, "allow role Nobody s3:Get", &["T0301"]);
    reject(Trust, &format!("allow canonical {} sts:AssumeRole", "0123456789abcdef".repeat(4)), &["T0318"]);
}

#[test]
fn ways_into_a_role_follow_from_the_principals() {
    check(
        Trust,
        &format!(
            "Entry: allow role {ROLE}, service lambda.amazonaws.com, web identity accounts.google.com, \
             saml arn:aws:iam::111111111111:saml-provider/x"
        ),
        &format!(
            "Entry: allow {{Role({ROLE}), Service(lambda.amazonaws.com)}} sts:AssumeRole
             Entry: allow {{Federated(accounts.google.com)}} sts:AssumeRoleWithWebIdentity
             Entry: allow {{Federated(arn:aws:iam::111111111111:saml-provider/x)}} sts:AssumeRoleWithSAML"
        ),
    );
    check(
        Trust,
        "deny federated arn:aws:iam::111111111111:oidc-provider/x",
        "deny {Federated(arn:aws:iam::111111111111:oidc-provider/x)} sts:*",
    );
    check(
        Trust,
        &format!("allow role {ROLE} sts:TagSession"),
        &format!("allow {{Role({ROLE})}} sts:TagSession"),
    );
    reject(Trust, "allow federated something", &["T0353", "T0315"]);
}

#[test]
fn actions() {
    check_with(Identity, "allow *:*", &["T0322"], "allow * on *");
    check(Identity, "allow `s3:Get Object`, S3:get?*", "allow s3:Get Object,S3:get?* on *");
    for action in ["s3*", "`s3:`", "`:Get`", "*:Get", "s?:Get", "s3:${aws:username}", "nowhere", "`s3`"] {
        reject(Identity, &format!("allow {action}"), &["T0316"]);
    }
}

#[test]
fn resources() {
    check(Identity, "allow s3:Get on arn:aws:s3:*, *:x", "allow s3:Get on arn:aws:s3:*,*:x");
    check_with(
        Identity,
        "allow kms:Decrypt on arn:aws:kms:*:${aws:PrincipalAccount}:key/*",
        &["T0323"],
        "allow kms:Decrypt on arn:aws:kms:*:<aws:principalaccount>:key/*",
    );
    reject(Identity, "allow s3:Get on my-bucket/*", &["T0317"]);
    reject(Identity, "allow s3:Get on nowhere", &["T0317"]);
    reject(Identity, "allow s3:Get on `arn:aws:s3:::b/${aws:username`", &["T0324"]);
    reject(Scp, "deny s3:Get on arn:aws:s3", &["T0317"]);
    check(Scp, "deny s3:Get on arn:aws:s3*", "deny s3:Get on arn:aws:s3*");
    reject(Rcp, "deny s3:Get on arn:aws:s3:*", &["T0317"]);
    reject(Resource, "deny anyone s3:Get on arn:aws:s3", &["T0317"]);
}

#[test]
fn versions_and_names() {
    reject(Identity, "version 2020-01-01 allow s3:Get", &["T0319"]);
    reject(Identity, "A: allow s3:Get A: allow s3:Put", &["T0321"]);
    check_with(
        Resource,
        "A: allow anyone s3:Get A: allow anyone s3:Put",
        &["T0321"],
        "A: allow {Anyone { aws: false }} s3:Get
         A: allow {Anyone { aws: false }} s3:Put",
    );
    check_with(Identity, "`a b`: allow s3:Get", &["T0320"], "a b: allow s3:Get on *");
}
