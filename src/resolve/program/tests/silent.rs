//! What would otherwise be silent: declarations that change what others mean, and words that apply to nothing.

use super::{Catalog, Diagnostic, FileId, Limits, SourceUnit, program, reject, resolve, syntax};
use crate::syntax::ast::{ItemKind, Origin};

/// Findings of one file over AWS's services, and whether there is a program.
fn over_aws(text: &str) -> (bool, Vec<Diagnostic>) {
    let limits = Limits::default();
    let (tree, found) = syntax::parse(FileId(0), text, &limits);
    assert!(found.is_empty(), "{text}\n{found:#?}");
    let unit = SourceUnit { file: FileId(0), name: "main.tabella".into(), tree };
    let (world, found) = program(&[unit], Catalog::shipped(), &limits);
    (world.is_some(), found)
}

/// The errors of one file over AWS's services.
#[track_caller]
fn reject_over_aws(text: &str, codes: &[&str]) {
    let (world, found) = over_aws(text);
    let errors: Vec<&str> = found.iter().filter(|d| d.is_error()).map(|d| d.code.0).collect();
    assert_eq!(errors, codes, "{text}\n{found:#?}");
    assert!(!world, "{text}");
}

#[test]
fn services_of_aws_are_not_declared_again() {
    for prefix in ["sts", "kms", "s3", "S3", "lambda"] {
        reject_over_aws(&format!("service {prefix} {{ action Read }}"), &["T0348"]);
    }
    assert!(over_aws("service shop { action Buy }").0);
}

#[test]
fn prefixes_of_services_differ_in_more_than_letter_case() {
    reject(
        "service shop { action Buy } service Shop { action Buy on o resource o arn:shop:o:*:*:o/* }",
        &["T0302"],
    );
    reject("service shop { action Buy } service shop { action Buy }", &["T0302"]);
}

const ORG: &str = "account home 111111111111 account other 222222222222";

/// What is found in the policies of a bucket and a role: for `deny` an error, for `allow` a warning.
#[track_caller]
fn idle(statement: &str, code: &str) {
    for (effect, error) in [("deny", true), ("allow", false)] {
        let text = format!(
            "{ORG} user Ann in home {{ id AIDAANNANNANNANNANNA1 }}
             resource policy on arn:aws:s3:::b in home {{ {effect} {statement} }}"
        );
        let (world, found) = resolve(&[("main.tabella", &text)]);
        let codes: Vec<(&str, bool)> = found.iter().map(|d| (d.code.0, d.is_error())).collect();
        assert_eq!(codes, [(code, error)], "{text}\n{found:#?}");
        assert_eq!(world.is_none(), error, "{text}");
    }
}

/// What is found in the policy of a bucket that was written for IAM: warnings, whatever the effect.
#[track_caller]
fn idle_in_json(statement: &str) {
    for effect in ["deny", "allow"] {
        let text = format!("{ORG} resource policy on arn:aws:s3:::b in home {{ {effect} {statement} }}");
        let limits = Limits::default();
        let (mut tree, _) = syntax::parse(FileId(0), &text, &limits);
        if let Some(ItemKind::ResourcePolicy(policy)) = tree.items.last_mut().map(|i| &mut i.kind) {
            policy.body.origin = Origin::Json;
        }
        let unit = SourceUnit { file: FileId(0), name: "main.json".into(), tree };
        let (world, found) = program(&[unit], &Catalog::default(), &limits);
        let codes: Vec<(&str, bool)> = found.iter().map(|d| (d.code.0, d.is_error())).collect();
        assert_eq!(codes, [("T0353", false)], "{text}\n{found:#?}");
        assert_eq!(
            found.iter().any(|d| d.message.ends_with("denies nothing")),
            effect == "deny",
            "{found:#?}"
        );
        assert!(world.is_some(), "{text}");
    }
}

/// Refused, whatever the effect.
#[track_caller]
fn refused(statement: &str, code: &str) {
    for effect in ["deny", "allow"] {
        let text = format!("{ORG} resource policy on arn:aws:s3:::b in home {{ {effect} {statement} }}");
        reject(&text, &[code]);
    }
}

/// Found in a program that compiles.
#[track_caller]
fn warned(text: &str, codes: &[&str]) {
    let (world, found) = resolve(&[("main.tabella", text)]);
    let given: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(given, codes, "{text}\n{found:#?}");
    assert!(world.is_some(), "{text}");
}

#[test]
fn principals_that_are_nobody() {
    for principal in [
        "user arn:awss:iam::111111111111:user/Ann",
        "user arn:aws-:iam::111111111111:user/Ann",
        "user arn:aws:iam::111111111111:user//Ann",
        "role arn:aws:iam::111111111111:role/x//R",
        "aws arn:aws:iam::111111111111:root/",
        "aws arn:aws:sts::111111111111:federated-user/a/b",
        "saml arn:aws:iam::1111:saml-provider/p",
        "saml arn:aws:sts::111111111111:saml-provider/p",
        "saml arn:aws:iam::111111111111:saml-provider/",
        "saml arn:aws:iam::111111111111:saml-provider",
        "web identity arn:aws:iam:eu:111111111111:oidc-provider/p",
        "web identity arn:awss:iam::111111111111:oidc-provider/p",
        "web identity idp.example.com//x",
        "federated arn:aws:iam::111111111111:role/R",
        "federated `no name`",
        "service lambda",
        "service lambda.",
        "service .amazonaws.com",
        "service `lambda.amazon aws.com`",
    ] {
        refused(&format!("{principal} s3:GetObject"), "T0318");
    }
    idle("federated nonsense s3:GetObject", "T0353");
    idle("federated idp.example.com s3:GetObject", "T0353");
    idle("aws AIDABENBENBENBENBENB1 s3:GetObject", "T0353");
    idle("account other, aws AIDABENBENBENBENBENB1 s3:GetObject", "T0353");
    for principal in
        ["federated accounts.google.com", "aws AIDAANNANNANNANNANNA1", "web identity idp.example.com/id/x"]
    {
        let bucket = "resource policy on arn:aws:s3:::b in home";
        let text = format!(
            "{ORG} user Ann in home {{ id AIDAANNANNANNANNANNA1 }} {bucket} {{ deny {principal} s3:Get }}"
        );
        warned(&text, &[]);
    }
}

#[test]
fn nothing_and_nobody() {
    idle("anyone s3:GetObject on not (*)", "T0353");
    idle("anyone s3:GetObject on not (arn:aws:s3:::b, *)", "T0353");
    idle("anyone not (*)", "T0353");
    let bucket = format!("{ORG} resource policy on arn:aws:s3:::b in home");
    reject(&format!("{bucket} {{ deny anyone but anyone s3:GetObject }}"), &["T0353"]);
    reject(&format!("{bucket} {{ deny anyone but (account home, anyone aws) s3:GetObject }}"), &["T0353"]);
    // Whom it excepts is nobody: it denies more, not less.
    warned(
        &format!("{bucket} {{ deny anyone but (account home, aws AIDABENBENBENBENBENB1) s3:GetObject }}"),
        &["T0353"],
    );
}

#[test]
fn conditions_that_never_hold() {
    let deny = |condition: &str| format!("policy P {{ deny s3:* when {condition} }}");
    let eq = |key: &str, value: &str| format!("a:{key} == \"{value}\"");
    let pairs: Vec<String> =
        (0..20).map(|i| format!("({} or {})", eq(&i.to_string(), "x"), eq(&i.to_string(), "y"))).collect();
    for condition in [
        "aws:SourceVpc in []",
        "any of aws:TagKeys in []",
        "aws:SourceIp in nowhere",
        "aws:SecureTransport and aws:SourceVpc in []",
        "aws:SourceVpc in [] or aws:SourceVpce in []",
        "not (a:b not in [] or a:c == \"x\")",
        "a:b == \"x\" and a:b == \"y\"",
        "a:b == \"x\" and A:B like \"y\"",
        "a:b in [\"x\", \"y\"] and a:b != \"x\" and a:b != \"y\"",
        "a:b is missing and a:b is present",
        "a:b and not a:b == true and a:b is present and a:b == false",
        "(a:b == \"x\" or a:c == \"x\") and a:b == \"y\" and a:c == \"y\"",
        "(a:b == \"x\" or a:b == \"y\") and (a:b == \"z\" or a:b == \"w\")",
        "never",
    ] {
        let named = "const nowhere = [] condition never = a:b in []";
        reject(&format!("{named} {}", deny(condition)), &["T0353"]);
        warned(&format!("{named} policy P {{ allow s3:* when {condition} }}"), &[]);
    }
    for condition in [
        "aws:SourceVpc not in []",
        "aws:SourceVpc in [] or missing",
        "all of aws:TagKeys in []",
        "aws:SourceVpc in [] or aws:SecureTransport",
        "a:b == \"x\" and a:c == \"y\"",
        "a:b in [\"x\", \"y\"] and a:b in [\"y\", \"z\"]",
        "a:b in [\"x\", \"y\"] and a:b != \"x\"",
        "any of a:b == \"x\" and any of a:b == \"y\"",
        "(a:b == \"x\" or missing) and (a:b == \"y\" or missing)",
        "a:b == \"x\" and a:b like \"${aws:username}\"",
        "a:b != \"x\" and a:b != \"y\"",
        &pairs.join(" and "),
    ] {
        warned(&deny(condition), &[]);
    }
}

#[test]
fn endpoints_that_no_request_comes_through() {
    for id in ["VPCE-1", "vpce-", "vpce-1A", "vpc-1", "`vpce-1 `", "`vpce-*`"] {
        reject(&format!("endpoint policy on {id} {{ allow anyone * }}"), &["T0355"]);
    }
    reject("test \"t\" { as anyone via VPCE-1 { deny s3:GetObject } }", &["T0355"]);
    warned("endpoint policy on vpce-0a1b2c3d { allow anyone * }", &[]);
}

#[test]
fn what_iam_takes_means_what_it_means_there() {
    idle_in_json("anyone s3:GetObject on not (*)");
    idle_in_json("anyone not (s3:GetObject, *)");
}

#[test]
fn actions_that_no_request_has() {
    let own = |statement: &str| format!("policy P {{ {statement} }}");
    for action in [
        "`s3:Get Object`",
        "`s3: GetObject`",
        "`s3:GetObject `",
        "`s 3:GetObject`",
        "s3:Get/Object",
        "s3:a:b",
    ] {
        reject(&own(&format!("deny {action}")), &["T0316"]);
        reject(&own(&format!("allow not (s3:PutObject, {action})")), &["T0316"]);
        warned(&own(&format!("allow {action}")), &[]);
    }
    reject("actions set = `s3:Get Object` policy P { deny set }", &["T0316"]);
}

#[test]
fn resources_that_are_no_arns() {
    for resource in ["*secret*", "?", "**", "arn*", "*b"] {
        reject(&format!("policy P {{ deny s3:* on {resource} }}"), &["T0317"]);
        reject(&format!("policy P {{ allow s3:* on not (arn:aws:s3:::b, {resource}) }}"), &["T0317"]);
    }
}

#[test]
fn variables_that_no_request_fills() {
    for name in ["username", "foo", "aws:", "aws: username", ":", ":x", "aws:user name"] {
        for text in [
            format!("policy P {{ deny s3:* on `arn:aws:s3:::b/${{{name}}}` }}"),
            format!("policy P {{ allow s3:* on not (`arn:aws:s3:::b/${{{name}}}`) }}"),
            format!("policy P {{ deny s3:* when s3:prefix == \"${{{name}}}\" }}"),
            format!("policy P {{ allow s3:* when s3:prefix not like \"a${{{name}}}/*\" }}"),
            format!("condition c = s3:prefix == \"${{{name}, 'x'}}\" policy P {{ deny s3:* when c }}"),
            format!("resources r = `arn:aws:s3:::b/${{{name}}}` policy P {{ deny s3:* on r }}"),
            format!("policy P {{ allow s3:* unless aws:SourceArn like arn \"arn:aws:s3:::${{{name}}}\" }}"),
        ] {
            reject(&text, &["T0338"]);
        }
        // They allow less than the text seems to, or deny more.
        warned(&format!("policy P {{ deny s3:* on not (`arn:aws:s3:::b/${{{name}}}`) }}"), &["T0338"]);
        warned(&format!("policy P {{ deny s3:* when s3:prefix not like \"a${{{name}}}/*\" }}"), &["T0338"]);
        warned(&format!("policy P {{ allow s3:* on `arn:aws:s3:::b/${{{name}}}` }}"), &["T0338"]);
        warned(&format!("policy P {{ allow s3:* when s3:prefix like \"${{{name}}}\" }}"), &["T0338"]);
        // Plain text where there are no variables (R52).
        warned(&format!("policy P {{ version 2008-10-17 deny s3:* on `arn:aws:s3:::b/${{{name}}}` }}"), &[]);
    }
    warned(
        "policy P { deny s3:* on `arn:aws:s3:::b/${aws:PrincipalTag/Cost Center}/${accounts.google.com:sub}` }",
        &[],
    );
    let found =
        over_aws("policy P { deny s3:* on arn:aws:s3:::b/${aws:usrname} when s3:prefix == \"${aws:Nope}\" }")
            .1;
    let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["T0404", "T0404"], "{found:#?}");
}

#[test]
fn arns_begin_with_arn() {
    for value in ["arm:aws:s3:::b", "aws:arn:s3:::b", ":::::", "ARN:aws:s3:::b"] {
        reject(&format!("policy P {{ deny s3:* when aws:SourceArn like arn \"{value}\" }}"), &["T0331"]);
    }
    for value in ["arn:aws:s3:::b", "*:aws:s3:::b", "a?n:aws:s3:::b", "*", "${aws:PrincipalTag/arn}"] {
        warned(&format!("policy P {{ deny s3:* when aws:SourceArn like arn \"{value}\" }}"), &[]);
    }
}

#[test]
fn names_that_hold_variables_in_old_documents() {
    let names =
        "condition own = s3:prefix == \"${aws:username}\" resources mine = arn:aws:s3:::b/${aws:username}";
    warned(&format!("{names} policy P {{ version 2008-10-17 deny s3:* when own }}"), &["T0354"]);
    warned(&format!("{names} policy P {{ version 2008-10-17 deny s3:* on mine }}"), &["T0354"]);
    warned(&format!("{names} policy P {{ deny s3:* on mine when own }}"), &[]);
    warned("policy P { version 2008-10-17 deny s3:* on arn:aws:s3:::b/${aws:username} }", &[]);
}

#[test]
fn accounts_and_units() {
    warned("organization o-a { account management 000000000001 }", &["T0350"]);
    warned("organization o-a { management account management 000000000001 }", &[]);
    warned("account management 000000000001", &[]);
    let org = "organization o-a { management account payer 000000000001 account prod 111111111111 }";
    warned(&format!("{org} guardrail G on account payer {{ allow * }}"), &["T0351"]);
    warned(&format!("{org} resource guardrail G on account payer, account prod {{ deny s3:* }}"), &["T0351"]);
    warned(&format!("{org} guardrail G on root, account prod {{ allow * }}"), &[]);
    reject("organization o-a { unit u ou-a-1 { } unit v ou-a-1 { } }", &["T0340"]);
    reject("organization o-a { unit u ou-a-1/x { } }", &["T0340"]);
}

#[test]
fn policies_that_nobody_instantiates() {
    warned("policy P(team) { allow s3:* on arn:aws:s3:::$(team) }", &["T0352"]);
    reject("policy P(team) { allow s3:* on arn:aws:s3:::$(team) deny `s3:` }", &["T0316", "T0352"]);
    reject(
        "policy P(team) { allow s3:* when aws:username == team deny s3:* when nowhere }",
        &["T0301", "T0352"],
    );
    warned(&format!("{ORG} policy P(t) {{ allow s3:$(t) }} user U in home {{ policies P(\"Get*\") }}"), &[]);
}

#[test]
fn what_has_no_resource_policy() {
    let on = |arn: &str| format!("{ORG} resource policy on {arn} in home {{ deny anyone s3:* }}");
    reject(&on("arn:aws:iam::111111111111:role/R"), &["T0347"]);
    reject(&on("arn:aws:s3:::b/"), &["T0347"]);
    // What no request names.
    for arn in ["arn::s3:::b", "arn:aws::::b", "arn:aws:s3::11111111111:b", "arn:aws:s3::11111111111x:b"] {
        reject(&on(arn), &["T0347"]);
    }
}

#[test]
fn providers_are_in_the_partition_of_what_names_them() {
    let (world, found) = resolve(&[(
        "main.tabella",
        "account home 111111111111
         role R in home { arn arn:aws-cn:iam::111111111111:role/R trust { allow web identity idp.example.com } }",
    )]);
    assert!(found.iter().all(|d| d.code.0 == "T0413"), "{found:#?}");
    let shown = super::show::world(world.expect("a world").world());
    assert!(
        shown.contains("Federated(arn:aws-cn:iam::111111111111:oidc-provider/idp.example.com)"),
        "{shown}"
    );
}

#[test]
fn parameters_do_not_reach_into_sets() {
    let (world, found) = resolve(&[(
        "main.tabella",
        "account home 111111111111
         const name = \"a\"
         actions read = s3:Get$(name)
         resources data = arn:aws:s3:::$(name)
         policy P(name) { deny read on data when s3:prefix == name }
         user Ann in home { policies P(\"z\") }",
    )]);
    assert!(found.is_empty(), "{found:#?}");
    let shown = super::show::world(world.expect("a world").world());
    assert!(shown.contains("deny s3:Geta on arn:aws:s3:::a if StringEquals s3:prefix [z]"), "{shown}");
}
