//! [`warns`] compares the codes found in a program with the shipped catalog; a clean statement beside each trap finds
//! nothing.

use super::overlap::{Arn, WITHIN, matches, overlap};
use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::limits::Limits;
use crate::resolve::{SourceUnit, program};
use crate::source::FileId;
use crate::syntax;

#[track_caller]
fn warnings(text: &str) -> Vec<Diagnostic> {
    let limits = Limits::default();
    let text = format!("account prod 111111111111 {text}");
    let (tree, found) = syntax::parse(FileId(0), &text, &limits);
    assert!(found.is_empty(), "{text}\n{found:#?}");
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let (checked, found) = program(&[unit], Catalog::shipped(), &limits);
    assert!(checked.is_some(), "{found:#?}");
    for d in &found {
        // Words are underlined, not whole statements.
        let at = d.primary.as_ref().unwrap().span;
        if let Some(fix) = &d.fix {
            assert_eq!(fix.span, at);
        }
    }
    found
}

#[track_caller]
fn warns(text: &str, codes: &[&str]) {
    let found = warnings(text);
    let given: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(given, codes, "{text}\n{found:#?}");
}

#[track_caller]
fn policy(text: &str, codes: &[&str]) {
    warns(&format!("policy P {{ {text} }}"), codes);
}

#[track_caller]
fn trust(text: &str, codes: &[&str]) {
    warns(&format!("role R in prod {{ trust {{ {text} }} }}"), codes);
}

#[test]
fn actions() {
    policy("allow s3:GetObject, S3:getobject, s3:*, ec2:Describe*, *", &[]);
    policy("allow s33:GetObject", &["T0401"]);
    policy("deny s3:GetObjet", &["T0402"]);
    policy("allow s3:Zzz*", &["T0402"]);
    warns("service shop { action Buy } policy P { allow shop:Buy, shop:Sell }", &["T0402"]);
    warns("test \"t\" { as anyone { deny s3:GetObjet } }", &["T0402"]);
    let found = warnings("policy P { allow s3:ListBucket, s3:GetObjet }");
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((fix.replacement.as_str(), fix.span.end - fix.span.start), ("s3:GetObject", 11));
    assert_eq!(found[0].help.as_deref(), Some("did you mean `s3:GetObject`?"));
}

#[test]
fn actions_and_resources() {
    policy("allow s3:GetObject on arn:aws:s3:::b/*", &[]);
    policy("allow s3:GetObject, s3:ListBucket on arn:aws:s3:::b, arn:aws:s3:::b/*", &[]);
    policy("allow s3:GetObject on arn:aws:s3:::${aws:username}/x", &[]);
    policy("allow s3:ListAllMyBuckets on arn:aws:s3:::b", &["T0403"]);
    policy("allow s3:ListAllMyBuckets on *", &[]);
    policy("allow s3:GetObject on arn:aws:sqs:eu-west-1:111111111111:q", &["T0403"]);
    policy("deny s3:GetObject on arn:aws:s3:::b", &["T0403"]);
    policy("allow s3:List* on arn:aws:s3:::b", &[]);
    policy("allow not (s3:ListAllMyBuckets) on arn:aws:s3:::b", &[]);
    policy("allow s3:Get on arn:aws:s3:*", &["T0402", "T0409"]);
    policy("allow iam:GetUser on arn:aws:iam::111111111111:u*", &["T0410"]);
    policy("allow iam:GetUser on arn:aws:iam::111111111111:*", &[]);
    policy("allow sqs:SendMessage on arn:aws:sqs:*:*:q*", &[]);
}

#[test]
fn a_bucket_is_not_its_objects() {
    policy("allow s3:ListBucket on arn:aws:s3:::b/*", &["T0403"]);
    policy("deny s3:DeleteBucket on arn:aws:s3:::b/x, arn:aws:s3:::c/*", &["T0403"]);
    policy("allow s3:ListBucket on arn:aws:s3:::b*", &[]);
    policy("allow s3:ListBucket on arn:aws:s3:::*", &[]);
    policy("allow s3:ListBucket on arn:aws:s3:*", &["T0409"]);
    policy("allow s3:ListBucket on arn:aws:s3:::${aws:username}", &[]);
    policy("allow s3:ListBucket on arn:aws:s3:::b${aws:username}/*", &["T0403"]);
    policy("allow s3:* on arn:aws:s3:::b/*", &[]);
    policy("allow s3:GetObject on arn:aws:s3:::*", &[]);
    policy("allow iam:GetRole on arn:aws:iam::111111111111:role/path/name", &[]);
}

#[test]
fn keys() {
    policy(
        "allow s3:ListBucket when aws:RequestTag/any == \"x\" and s3:prefix like \"a*\" and aws:SecureTransport",
        &[],
    );
    policy("allow s3:* when token.actions.example.com:sub == \"x\"", &[]);
    policy("allow s3:* when aws:SourceIP4 in 10.0.0.0/8", &["T0404"]);
    policy("allow s3:* when aws:SourceIp == \"10.0.0.1\"", &["T0405"]);
    policy("allow s3:* when aws:SecureTransport == \"true\"", &["T0405"]);
    policy(
        "allow s3:* when aws:PrincipalArn like \"arn:*\" and aws:PrincipalArn like arn:aws:iam::*:role/x",
        &[],
    );
    policy("allow s3:* when aws:PrincipalTag/age > 18", &[]);
    policy("allow s3:* when aws:EpochTime > 1700000000", &[]);
    policy("allow s3:* when AWS:epochtime > date \"1700000000\"", &[]);
    policy("allow s3:* when aws:CurrentTime < 2030-01-01 and aws:CurrentTime < date \"1900000000\"", &[]);
    policy("deny s3:* when aws:CurrentTime < 2030", &["T0405"]);
    policy("deny s3:* when aws:CurrentTime < 1900000000", &["T0405"]);
    policy("deny s3:* unless aws:TokenIssueTime > 1900000000", &["T0405"]);
    policy("deny s3:* unless aws:SecureTransport", &[]);
    policy("deny s3:* unless aws:SecureTransport in [true, false]", &[]);
    policy("deny s3:* unless aws:MultiFactorAuthAge == 10 or missing", &[]);
    policy("deny s3:* when any of aws:PrincipalOrgID == \"o-1\"", &["T0406"]);
    policy("allow sts:* when any of cognito-identity.amazonaws.com:amr like \"authenticated\"", &[]);
    policy("allow s3:* when aws:TagKeys == \"team\"", &["T0407"]);
    policy("allow s3:* when aws:TagKeys is present", &[]);
    policy("allow s3:* when all of aws:TagKeys in [\"team\"]", &["T0408"]);
    policy("allow s3:* when all of aws:TagKeys in [\"team\"] and aws:TagKeys is present", &[]);
    policy("allow s3:* unless any of aws:TagKeys in [\"team\"]", &[]);
    policy("deny s3:* when all of aws:TagKeys in [\"team\"]", &[]);
}

#[test]
fn wildcards_that_are_none() {
    let when = |condition: &str, codes: &[&str]| policy(&format!("deny s3:* when {condition}"), codes);
    when("aws:RequestedRegion == \"us-*\"", &["T0419"]);
    when("aws:RequestedRegion in [\"eu-west-1\", \"us-*\"]", &["T0419"]);
    when("aws:RequestedRegion != \"us-*\"", &["T0419"]);
    when("aws:RequestedRegion == \"US-*\" ignoring case", &["T0419"]);
    when("aws:PrincipalArn == \"arn:aws:iam::111111111111:role/*\"", &["T0419"]);
    when("aws:PrincipalArn == arn:aws:iam::111111111111:role/*", &[]);
    when("aws:RequestedRegion like \"us-*\"", &[]);
    when("aws:RequestedRegion == \"${aws:PrincipalTag/region}\"", &[]);
    when("aws:RequestedRegion == \"us-?\"", &[]);
}

#[test]
fn keys_of_own_services() {
    let shop = |text: &str, codes: &[&str]| {
        let service = "service shop {
            action Buy, Return with shop:Amount, aws:SourceIp, shop:Tag/
            action ListOrders
            action Tag with shop:Tag/
            key shop:Amount Numeric
            key shop:Kind String
            key shop:Tag/ String
        }";
        warns(&format!("{service} policy P {{ {text} }}"), codes);
    };
    shop("allow shop:Buy when shop:Amount < 5", &[]);
    shop("allow SHOP:r* when SHOP:amount < 5", &[]);
    shop("allow shop:ListOrders, shop:Buy when shop:Amount < 5", &[]);
    shop("allow * when shop:Amount < 5", &[]);
    shop("allow not (shop:Buy) when shop:Amount < 5", &[]);
    shop("allow shop:ListOrders when shop:Amount < 5", &["T0420"]);
    shop("deny shop:ListOrders, s3:GetObject when shop:Amount is missing", &["T0420"]);
    shop("allow shop:ListOrders when shop:Amount > 5 and shop:Amount < 7", &["T0420"]);
    shop("allow shop:Tag, shop:Buy when shop:Tag/team == \"a\"", &[]);
    shop("allow shop:ListOrders when shop:Tag/team == \"a\"", &["T0420"]);
    shop("allow shop:ListOrders when aws:SourceIp in 10.0.0.0/8 and shop:Kind == \"a\"", &[]);
}

/// The codes and what they are at.
#[track_caller]
fn at(text: &str, expected: &[(&str, &str)]) -> Vec<Diagnostic> {
    let found = warnings(text);
    let whole = format!("account prod 111111111111 {text}");
    let span = |d: &Diagnostic| d.primary.as_ref().unwrap().span;
    let words = found.iter().map(|d| (d.code.0, &whole[span(d).start as usize..span(d).end as usize]));
    assert_eq!(words.collect::<Vec<_>>(), expected, "{found:#?}");
    found
}

#[test]
fn sets_and_conditions_are_looked_at_where_they_are_defined() {
    let found = at("actions rd = s3:GetObjct, s33:X", &[("T0402", "s3:GetObjct"), ("T0401", "s33:X")]);
    assert_eq!(found[0].fix.as_ref().unwrap().replacement, "s3:GetObject");
    let uses = "policy P { allow rd deny rd on * } policy Q { allow more } never anyone outside prod may rd";
    at(
        &format!("actions more = rd, s3:PutObject actions rd = s3:GetObjct {uses}"),
        &[("T0501", "never anyone outside prod may rd"), ("T0402", "s3:GetObjct")],
    );
    // Written here, it is a mistake of its own.
    at(
        "actions rd = s3:GetObjct policy P { allow rd, s3:getobjct }",
        &[("T0402", "s3:GetObjct"), ("T0402", "s3:getobjct")],
    );
    let mine = "arn:aws:s3:::b/${aws:usernam}";
    let found = at(
        &format!("resources r = `{mine}`, arn:aws:s3:* policy P {{ allow s3:GetObject on r }}"),
        &[("T0404", &format!("`{mine}`")), ("T0409", "arn:aws:s3:*")],
    );
    assert_eq!(found[0].fix.as_ref().unwrap().replacement, "arn:aws:s3:::b/${aws:username}");
    let typo = "aws:RequestedRegin == \"us-*\"";
    at(&format!("condition c = {typo}"), &[("T0404", typo), ("T0419", typo)]);
    at(
        &format!(
            "condition d = not c or aws:SecureTransport condition c = {typo} policy P {{ allow s3:* when c deny s3:* unless d }}"
        ),
        &[("T0404", typo), ("T0419", typo)],
    );
    // What acts on what is said where it is used.
    at(
        "actions list = s3:ListAllMyBuckets policy P { allow list on arn:aws:s3:::b }",
        &[("T0403", "allow list on arn:aws:s3:::b")],
    );
}

#[test]
fn words_of_tests() {
    let known =
        "aws:RequestedRegion = \"eu-west-1\", aws:RequestTag/team = \"x\", idp.example.com:sub = \"x\"";
    let test = |with: &str, line: &str| format!("test \"t\" {{ as anyone {with} {{ {line} }} }}");
    at(&test(&format!("with {known}"), "deny s3:GetObject with s3:prefix = \"x\""), &[]);
    let found = at(
        &test("with aws:RequestedRegin = \"eu\"", "deny s3:GetObject deny s3:PutObject"),
        &[("T0404", "aws:RequestedRegin")],
    );
    assert_eq!(found[0].fix.as_ref().unwrap().replacement, "aws:RequestedRegion");
    at(
        &test("", "deny s3:GetObjet on arn:aws:s3:::b/x with shop:X = 1"),
        &[("T0402", "s3:GetObjet"), ("T0404", "shop:X")],
    );
}

#[test]
fn guardrails_that_allow_nothing() {
    let org = "organization o-1 { unit u { account dev 222222222222 } }";
    warns(&format!("{org} guardrail G on unit u {{ deny ec2:* }}"), &["T0411"]);
    warns(&format!("{org} guardrail G on unit u {{ deny ec2:* }} guardrail H on unit u {{ allow * }}"), &[]);
}

#[test]
fn trust_policies() {
    trust("allow account prod sts:AssumeRole, sts:TagSession", &[]);
    trust("allow account prod s3:GetObject", &["T0416"]);
    trust("allow anyone sts:AssumeRole", &["T0412"]);
    trust("allow anyone sts:AssumeRole when aws:PrincipalOrgID == \"o-1\"", &[]);
    trust("deny anyone sts:AssumeRole", &[]);
    trust("allow account 999999999999 when sts:ExternalId == \"x\"", &[]);
    trust("allow account 999999999999 when sts:ExternalId == \"x\" or missing", &["T0414"]);
    let github = "token.actions.githubusercontent.com";
    trust(&format!("allow web identity {github}"), &["T0413"]);
    trust(&format!("allow web identity {github} when {github}:aud == \"sts\""), &["T0413"]);
    trust(
        &format!(
            "allow web identity {github} when {github}:aud == \"sts\" and {github}:sub like \"repo:a/*\""
        ),
        &[],
    );
    trust("allow saml x", &["T0413"]);
    trust("allow saml x when SAML:aud == \"https://signin.aws.amazon.com/saml\"", &[]);
}

#[test]
fn anyone_but() {
    let on =
        |text: &str, codes: &[&str]| warns(&format!("resource policy on arn:aws:s3:::b {{ {text} }}"), codes);
    let user = "user arn:aws:iam::111111111111:user/U";
    on(&format!("deny anyone but {user} s3:*"), &["T0415"]);
    on(&format!("deny anyone but ({user}, account prod) s3:*"), &[]);
    let role = "role arn:aws:iam::111111111111:role/x/R";
    on(&format!("deny anyone but ({role} session \"s\", account prod) s3:*"), &["T0415"]);
    on(&format!("deny anyone but ({role} session \"s\", {role}, account prod) s3:*"), &[]);
}

#[test]
fn globs() {
    for (pattern, text, expected) in [
        ("get*", "getobject", true),
        ("*object", "getobject", true),
        ("g?t*b*t", "getobject", true),
        ("get", "getobject", false),
        ("*x*", "getobject", false),
        ("", "", true),
        ("*", "", true),
        ("?", "", false),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }
    for (a, b, expected) in [
        ("a*", "*b", true),
        ("a*", "b*", false),
        ("a?c", "*bc", true),
        ("abc", "abc", true),
        ("abc", "ab", false),
        ("*x*", "a*z", true),
        ("arn:aws:s3:::b", "arn:*:s3:::*/*", false),
        ("arn:aws:s3:::b*", "arn:*:s3:::*/*", true),
        ("", "*", true),
        ("", "?", false),
    ] {
        assert_eq!(overlap(a, b), expected, "{a} {b}");
        assert_eq!(overlap(b, a), expected, "{b} {a}");
    }
    for (a, b, expected) in [
        ("arn:*:s3:::*/*", "arn:aws:s3:::b/*", true),
        ("arn:*:s3:::*/*", "arn:aws:s3:::b", false),
        ("arn:*:s3:::*/*", "arn:aws:s3:*", true),
        ("arn:*:ec2:*:*:vpc/*", "arn:aws:ec2:*:*:*/vpc-1", true),
        ("arn:*:ec2:*:*:vpc/*", "arn:aws:ec2:*:*:instance/*", false),
        ("arn:*:iam::*:user/*", "arn:aws:i?m::111111111111:*", true),
        ("arn:*:s3:::\u{1}", "arn:aws:s3:::b", true),
        ("arn:*:s3:::\u{1}", "arn:aws:s3:::b*", true),
        ("arn:*:s3:::\u{1}", "arn:aws:s3:::*b?", true),
        ("arn:*:s3:::\u{1}", "arn:aws:s3:::b/*", false),
        ("arn:*:s3:::\u{1}", "arn:aws:s3:::*/b", false),
        ("arn:*:x:::a/\u{1}", "arn:aws:x:::*/b*", true),
    ] {
        assert_eq!(Arn::new(a).overlaps(&Arn::new(b)), expected, "{a} {b}");
    }
}

/// As `overlap`, by a table of all pairs of ends.
fn overlap_by_table(a: &[u8], b: &[u8]) -> bool {
    let mut table = vec![vec![false; b.len() + 1]; a.len() + 1];
    for i in (0..=a.len()).rev() {
        for j in (0..=b.len()).rev() {
            table[i][j] = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some(b'*'), next) => table[i + 1][j] || (next.is_some() && table[i][j + 1]),
                (Some(&WITHIN), next) => {
                    table[i + 1][j] || (next.is_some_and(|c| *c != b'/') && table[i][j + 1])
                }
                (this, Some(b'*')) => table[i][j + 1] || (this.is_some() && table[i + 1][j]),
                (Some(x), Some(y)) => (x == y || *x == b'?' || *y == b'?') && table[i + 1][j + 1],
                _ => false,
            };
        }
    }
    table[0][0]
}

#[test]
fn globs_overlap_as_a_table_says() {
    let mut state = 7u64;
    let mut next = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    let mut met = [0, 0];
    for round in 0..20_000 {
        let most = [6, 12, 70, 140][round % 4];
        let mut glob = |letters: &[u8]| -> String {
            let len = next(most);
            (0..len).map(|_| char::from(letters[next(letters.len() as u64) as usize])).collect()
        };
        // Long ones are mostly of one letter, else hardly any two have a text in common.
        let (first, second): (&[u8], &[u8]) = match round % 3 {
            0 => (b"aaaaaaab/*?\x01", b"aaaaaaab/*?"),
            1 => (b"aaaa*?", b"aaaaaa*"),
            _ => (b"ab/*\x01", b"ab/*?"),
        };
        let (a, b) = (glob(first), glob(second));
        let expected = overlap_by_table(a.as_bytes(), b.as_bytes());
        assert_eq!(overlap(&a, &b), expected, "{a:?} {b:?}");
        met[usize::from(expected)] += 1;
    }
    assert!(met.iter().all(|n| *n > 2_000), "{met:?}");
}

#[test]
fn resources_outside_of_what_a_policy_governs() {
    let on = |text: &str, codes: &[&str]| {
        for effect in ["allow", "deny"] {
            let text = format!("{effect} account prod {text}");
            warns(&format!("resource policy on arn:aws:s3:::acme-data {{ {text} }}"), codes);
        }
    };
    on("s3:*", &[]);
    on("s3:* on *", &[]);
    on("s3:* on arn:aws:s3:::acme-data, arn:aws:s3:::acme-data/*", &[]);
    on("s3:* on arn:aws:s3:::acme-data*", &[]);
    on("s3:* on arn:aws:s3:::*/x", &[]);
    on("s3:* on `arn:aws:s3:::${aws:PrincipalTag/team}/x`", &[]);
    on("s3:* on arn:aws:*", &["T0409"]);
    on("s3:* on not (arn:aws:s3:::acme-data/public/*)", &[]);
    on("s3:GetObject on arn:aws:s3:::acme-dat/*", &["T0418"]);
    on("s3:GetObject on arn:aws:s3:::acme-data-2/*", &["T0418"]);
    on("s3:* on arn:aws:s3:::acme-data, arn:aws:s3:::acme-dat/*", &["T0418"]);
    on("s3:* on not (arn:aws:s3:::acme-dat/public/*)", &["T0418"]);
    on("s3:* on arn:aws:s3:::a, arn:aws:s3:::b", &["T0418", "T0418"]);
    let two = "resources data = arn:aws:s3:::a, arn:aws:s3:::b
        resource policy on arn:aws:s3:::a { deny anyone s3:* on data }";
    warns(two, &["T0418"]);
    warns(&format!("{two} resource policy on arn:aws:s3:::b {{ deny anyone s3:* on data }}"), &[]);
    let one = "arn:aws:s3:::a, arn:aws:s3:::b { deny anyone s3:* on arn:aws:s3:::b/* }";
    warns(&format!("resource policy on {one}"), &[]);
    // Long sets are looked at once, whichever policies share them.
    let name = |n: usize| format!("arn:aws:s3:::b{n}");
    let many = (0..20).map(name).collect::<Vec<_>>().join(", ");
    let set = format!("resources data = {many}, arn:aws:s3:::c/*");
    let policies = |names: std::ops::Range<usize>| -> String {
        names.map(|n| format!("resource policy on {} {{ deny anyone s3:* on data }} ", name(n))).collect()
    };
    warns(&format!("{set} {}", policies(0..20)), &["T0418"; 20]);
    warns(
        &format!("{set} resource policy on arn:aws:s3:::c {{ deny account prod s3:* }} {}", policies(0..20)),
        &[],
    );
    warns(&format!("{set} {}", policies(1..20)), &["T0418"; 38]);
    warns(&format!("{set} {}", policies(90..91)), &["T0418"; 21]);
}

#[test]
fn canonical_users() {
    let id = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    let on = |text: &str| format!("resource policy on arn:aws:s3:::b in prod {{ {text} }}");
    warns(&on(&format!("allow canonical {id} s3:GetObject")), &["T0417"]);
    warns(&on(&format!("deny anyone but canonical {id} s3:GetObject")), &["T0417"]);
    warns(&on("allow account prod s3:GetObject"), &[]);
}
