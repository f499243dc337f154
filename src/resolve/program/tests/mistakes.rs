use super::{reject, reject_files};
use crate::resolve::import_path;

const ACCOUNTS: &str = "account prod 111111111111 account dev 222222222222";

#[track_caller]
fn in_accounts(text: &str, codes: &[&str]) {
    reject(&format!("{ACCOUNTS} {text}"), codes);
}

#[test]
fn unknown_names_with_suggestions() {
    let found = reject(
        &format!(
            "{ACCOUNTS} policy Team {{ allow s3:Get when fresh_mfa }} role R in prdo {{ policies Taem boundary Team }}"
        ),
        &["T0301", "T0301"],
    );
    assert!(found.iter().any(|d| d.help.as_deref() == Some("did you mean `prod`?")), "{found:#?}");
    in_accounts("role R in prod { policies Nowhere }", &["T0301"]);
    in_accounts("boundary B { allow * } role R in prod { policies B }", &["T0301"]);
    in_accounts("user U in prod { groups Nowhere }", &["T0301"]);
    in_accounts("group G in dev { } user U in prod { groups G }", &["T0301"]);
    in_accounts(
        "resource policy on arn:aws:s3:::b in prod { allow role Nowhere in prod s3:Get }",
        &["T0301"],
    );
    in_accounts(
        "role R in dev { } resource policy on arn:aws:s3:::b in prod { allow role R in prod s3:Get }",
        &["T0301"],
    );
    in_accounts("policy P { allow everything }", &["T0316"]);
    in_accounts("actions all = s3:* policy P { allow everything }", &["T0301"]);
    in_accounts("policy P { allow s3:Get on $(nowhere) }", &["T0301"]);
}

/// The message and the help of the only finding.
#[track_caller]
fn tells(text: &str, code: &str, message: &str, help: &str) {
    let found = reject(text, &[code]);
    let (d, span) = (&found[0], found[0].primary.as_ref().unwrap().span);
    assert_eq!((d.message.as_str(), d.help.as_deref()), (message, Some(help)), "{span:?}");
}

#[test]
fn values_that_lack_their_quotes() {
    let value = |value: &str, message: &str, help: &str| {
        tells(&format!("policy P {{ allow s3:Get when aws:x {value} }}"), "T0301", message, help);
    };
    value(
        "== eu-west-1",
        "there is no constant or parameter named `eu-west-1`",
        "a text stands in quotes: `\"eu-west-1\"`",
    );
    value(
        "> 1h",
        "there is no constant or parameter named `1h`",
        "a number has no unit; a text stands in quotes: `\"1h\"`",
    );
    value(
        "in [10.0.0.300]",
        "`10.0.0.300` is no IP address, and no constant or parameter has that name",
        "mend the address: `10.0.0.1`, `10.0.0.0/8`",
    );
    let consts = "const region = \"eu-west-1\" policy P { allow s3:Get when aws:x == regoin }";
    tells(consts, "T0301", "there is no constant or parameter named `regoin`", "did you mean `region`?");
    tells(
        "const a = \"b\" policy P { allow s3:Get when aws:x == $(a) }",
        "T0301",
        "there is no constant or parameter named `b`",
        "a parameter that is a whole value is its name alone; a text with `$(…)` stands in quotes",
    );
}

#[test]
fn a_resource_type_that_is_misspelt_is_underlined() {
    let text = "service shop { resource order arn:aws:shop:*:*:order/* action Sell on ordr }";
    let found = reject(text, &["T0301"]);
    let span = found[0].primary.as_ref().unwrap().span;
    assert_eq!(&text[span.start as usize..span.end as usize], "ordr");
    assert_eq!(found[0].fix.as_ref().unwrap().replacement, "order");
}

#[test]
fn arguments_are_counted() {
    let with = |args: &str, message: &str| {
        let text = format!(
            "account prod 111111111111 policy P(a) {{ allow s3:Get on arn:aws:s3:::$(a) }} role R in prod {{ policies P({args}) }}"
        );
        tells(&text, "T0343", message, "it is `P(a)`");
    };
    with("\"x\", \"y\"", "`P` takes 1 argument, and this is one more");
    with("\"x\", c = \"y\"", "`P` has no parameter named `c`");
}

#[test]
fn a_list_in_a_text_shows_where_it_is_given() {
    let text = "account prod 111111111111 policy P(a) { allow s3:Get on arn:aws:s3:::$(a) } role R in prod { policies P([\"x\", \"y\"]) }";
    let found = reject(text, &["T0307"]);
    let label = &found[0].secondary[0];
    assert_eq!(&text[label.span.start as usize..label.span.end as usize], "P([\"x\", \"y\"])");
    assert_eq!(label.text, "the list is given here");
}

#[test]
fn a_resource_has_one_owner() {
    let policy =
        |account: &str| format!("resource policy on arn:aws:s3:::b in {account} {{ allow anyone s3:Get }}");
    in_accounts(&format!("{} {}", policy("prod"), policy("dev")), &["T0302"]);
}

#[test]
fn a_resource_has_an_owner() {
    let anyone = "{ allow anyone s3:Get }";
    let found = reject(
        &format!("{ACCOUNTS} bucket policy B on arn:aws:s3:::b {{ allow account prod s3:Get }}"),
        &["T0345"],
    );
    assert!(found[0].help.as_deref().is_some_and(|h| h.contains("`in ACCOUNT`")), "{found:#?}");
    in_accounts(&format!("resource policy on arn:aws:s3:::a, arn:aws:s3:::b {anyone}"), &["T0345", "T0345"]);
    let of =
        |rest: &str| format!("resource policy on arn:aws:s3:::b in prod {anyone} resource policy on {rest}");
    in_accounts(&of(&format!("arn:aws:s3:::bb {anyone}")), &["T0345"]);
    for clear in [
        of(&format!("arn:aws:s3:::b {anyone}")),
        of(&format!("arn:aws:s3:::b/leased/x {anyone}")),
        format!("resource policy on arn:aws:sqs:e:111111111111:q {anyone}"),
    ] {
        let (world, found) = super::resolve(&[("main", &format!("{ACCOUNTS} {clear}"))]);
        assert!(world.is_some() && found.is_empty(), "{clear}: {found:#?}");
    }
    let one = format!("account prod 111111111111 resource policy on arn:aws:s3:::b {anyone}");
    assert!(super::resolve(&[("main", &one)]).0.is_some());
}

#[test]
fn values_of_tags() {
    let tag = |value: &str, codes: &[&str]| {
        in_accounts(
            &format!("const t = [\"a\", \"b\"] const u = \"x\" user U in prod {{ tags k = {value} }}"),
            codes,
        );
    };
    tag("nowhere", &["T0301"]);
    tag("t", &["T0307"]);
    let found = reject(&format!("{ACCOUNTS} user U in prod {{ tags k = blue }}"), &["T0301"]);
    assert_eq!(found[0].help.as_deref(), Some("a text stands in quotes: `\"blue\"`"));
}

#[test]
fn imports_that_lead_nowhere() {
    let help = |files: &[(&str, &str)]| reject_files(files, &["T0303"]).remove(0).help.unwrap_or_default();
    let far = "the path is taken from the folder of the importing file";
    assert_eq!(help(&[("main.tabella", "import \"mein.tabella\"")]), far);
    assert_eq!(
        help(&[("x/main.tabella", "import \"shard.tabella\""), ("x/shared.tabella", "")]),
        "did you mean `shared.tabella`?"
    );
    assert_eq!(
        help(&[("x/y/main.tabella", "import \"shared.tabella\""), ("x/shared.tabella", "")]),
        "did you mean `../shared.tabella`?"
    );
    assert_eq!(
        help(&[("x/main.tabella", "import \"a/b.tabella\""), ("x/a/c.tabella", "")]),
        "did you mean `a/c.tabella`?"
    );
    assert_eq!(help(&[("/x/main.tabella", "import \"b.tabella\""), ("x/c.tabella", "")]), far);
}

#[test]
fn declared_twice() {
    in_accounts("policy P { allow s3:Get } policy P { allow s3:Get }", &["T0302"]);
    in_accounts("role R in prod { } role r in prod { }", &["T0302"]);
    in_accounts("account prod 333333333333", &["T0302"]);
    in_accounts("account other 111111111111", &["T0302"]);
    in_accounts("role A in prod { id AROA1 } role B in prod { id AROA1 }", &["T0302"]);
    in_accounts("role A in prod { policy x { allow s3:* } policy x { allow s3:* } }", &["T0302"]);
    in_accounts("const a = 1 const a = 2", &["T0302"]);
    reject("organization o-a { unit u { } unit u { } }", &["T0302"]);
    reject("organization o-a { } organization o-b { }", &["T0340"]);
}

#[test]
fn circles() {
    reject("const a = b const b = a", &["T0305"]);
    reject("const a = \"x$(a)\" policy P { allow s3:Get on arn:aws:s3:::$(a) }", &["T0305"]);
    reject("actions a = b, s3:Get actions b = a", &["T0305"]);
    reject("resources a = b resources b = c resources c = b", &["T0305"]);
    reject("condition a = b and x:y condition b = not a", &["T0305"]);
    reject_files(&[("a", "import \"b\""), ("b", "import \"c\""), ("c", "import \"a\"")], &["T0304"]);
    reject_files(&[("x/a", "import \"a\"")], &["T0304"]);
    reject_files(&[("a", "import \"b\"")], &["T0303"]);
}

#[test]
fn conditions_that_would_explode() {
    let mut text = String::from("condition c0 = x:y and x:z ");
    for i in 1..40 {
        text += &format!("condition c{i} = c{} and c{} ", i - 1, i - 1);
    }
    let found = super::resolve(&[("main", &text)]).1;
    assert!(found.iter().all(|d| d.code.0 == "T0337"), "{found:#?}");
    assert!(!found.is_empty());
    let mut text = String::from("condition c0 = x:y ");
    for i in 1..400 {
        text += &format!("condition c{i} = not (c{}) ", i - 1);
    }
    let found = super::resolve(&[("main", &text)]).1;
    assert!(found.iter().all(|d| d.code.0 == "T0337"), "{found:#?}");
    assert!(!found.is_empty());
}

#[test]
fn members_that_do_not_belong() {
    in_accounts("user U in prod { session 1h }", &["T0342"]);
    in_accounts("user U in prod { trust { allow account dev } }", &["T0342"]);
    in_accounts("role R in prod { groups G } group G in prod { }", &["T0342"]);
    in_accounts(
        "boundary B { allow * } service linked role AWSServiceRoleForS in prod { boundary B trust { allow service s.amazonaws.com } }",
        &["T0342"],
    );
    in_accounts("boundary B { allow * } role R in prod { boundary B boundary B }", &["T0342"]);
    in_accounts("role R in prod { session 13h }", &["T0342"]);
    in_accounts("role R in prod { session x }", &["T0342"]);
    in_accounts("role R in prod { path x/ }", &["T0342"]);
    in_accounts("role R in prod { tags a = \"1\", A = \"2\" }", &["T0342"]);
    in_accounts("role R in prod { arn arn:aws:iam::222222222222:role/R }", &["T0347"]);
    in_accounts("role R in prod { arn arn:aws:iam::111111111111:role/x/R path /y/ }", &["T0347"]);
    in_accounts("role R in prod { arn arn:aws:iam:eu-west-1:111111111111:role/R }", &["T0347"]);
    in_accounts("role R { }", &["T0345"]);
    in_accounts("role R in 333333333333 { }", &["T0345"]);
}

#[test]
fn arguments() {
    let with = |args: &str, codes: &[&str]| {
        in_accounts(
            &format!(
                "policy P(a, b) {{ allow s3:$(a) when s3:prefix == b }} role R in prod {{ policies P{args} }}"
            ),
            codes,
        );
    };
    with("", &["T0343"]);
    with("(\"x\")", &["T0343"]);
    with("(\"x\", \"y\", \"z\")", &["T0343"]);
    with("(\"x\", a = \"y\")", &["T0343"]);
    with("(\"x\", c = \"y\")", &["T0343"]);
    with("([\"x\", \"y\"], \"z\")", &["T0307"]);
    with("(\"x\", nowhere)", &["T0301"]);
    with("(\"Get Object${\", \"y\")", &["T0316"]);
    in_accounts("role R in prod { policies arn:aws:iam::aws:policy/ReadOnlyAccess }", &["T0344"]);
}

#[test]
fn organizations() {
    reject("guardrail G on root { allow * }", &["T0340"]);
    reject("organization acme { account a 111111111111 }", &["T0340"]);
    reject("organization o-a { account a 1111 }", &["T0341"]);
    reject(
        "organization o-a { management account a 111111111111 management account b 222222222222 }",
        &["T0340"],
    );
    reject("organization o-a { unit u { } } guardrail G on unit v { allow * }", &["T0301"]);
    reject("organization o-a { } account x 111111111111 guardrail G on account x { allow * }", &["T0340"]);
}

#[test]
fn attached_policies() {
    in_accounts("resource policy on arn:aws:s3:::* { deny anyone s3:* }", &["T0347"]);
    in_accounts("resource policy on arn:aws:s3:::b/ in prod { deny anyone s3:* }", &["T0347"]);
    in_accounts("resource policy on `arn:aws:s3:::` in prod { deny anyone s3:* }", &["T0347"]);
    in_accounts("resource policy on bucket { deny anyone s3:* }", &["T0347"]);
    in_accounts("resource policy on arn:aws:sqs:e:111111111111:q in dev { deny anyone sqs:* }", &["T0347"]);
    in_accounts(
        "endpoint policy on vpce-1 { allow anyone * } endpoint policy on vpce-1 { allow anyone * }",
        &["T0302"],
    );
    in_accounts(
        "resource policy on arn:aws:s3:::b in prod { deny anyone s3:* } \
         resource policy on arn:aws:s3:::b in dev { deny anyone s3:* }",
        &["T0302"],
    );
    in_accounts(
        "role R in prod { } role R in dev { } resource policy on arn:aws:s3:::b in prod { allow role R s3:Get }",
        &["T0306"],
    );
}

#[test]
fn tests_and_services() {
    let test = |caller: &str, rest: &str, codes: &[&str]| {
        in_accounts(&format!("test \"t\" {{ as {caller} {{ allow {rest} }} }}"), codes);
    };
    test("anyone", "s3:*", &["T0346"]);
    test("anyone", "s3:Get on my-bucket", &["T0346"]);
    test("anyone", "s3:Get with aws:PrincipalArn = \"x\"", &["T0346"]);
    test("anyone", "s3:Get with a:b = 1, A:b = 2", &["T0346"]);
    test("aws AIDAQWERTYUIOPASDFGH", "s3:Get", &["T0346"]);
    test("role Nowhere in prod", "s3:Get", &["T0301"]);
    in_accounts("service shop { action Buy on order }", &["T0301"]);
    in_accounts("service shop { action Buy with shop:Amout key shop:Amount Numeric }", &["T0301"]);
    in_accounts("service shop { action Buy with shop:Tag/ key shop:Tags/ String }", &["T0301"]);
    in_accounts("service shop { action Buy, buy }", &["T0302"]);
    in_accounts("service shop { resource order order/* }", &["T0348"]);
    in_accounts("service shop { key shop:X Strin }", &["T0301"]);
    reject("organization o-acme1 { } never anyone outside o-acme2 may s3:Get", &["T0301"]);
    in_accounts("never anyone outside nowhere may s3:Get", &["T0301"]);
}

#[test]
fn every_file_is_reported_in_one_run() {
    let found = reject_files(
        &[
            ("a", "policy P { allow s3* }"),
            ("b", "role R in nowhere { policies Nope }"),
            ("c", "import \"missing\" resource policy on arn:aws:s3:::b { deny s3:* }"),
        ],
        &["T0303", "T0301", "T0316", "T0311"],
    );
    let mut files: Vec<u32> =
        found.iter().filter_map(|d| d.primary.as_ref()).map(|l| l.span.file.0).collect();
    files.sort();
    files.dedup();
    assert_eq!(files, [0, 1, 2]);
}

#[test]
fn paths_of_imports() {
    for (importer, path, expected) in [
        ("main.tabella", "a.tabella", "a.tabella"),
        ("x/main.tabella", "a.tabella", "x/a.tabella"),
        ("x/y/main.tabella", "../a.tabella", "x/a.tabella"),
        ("x/main.tabella", "../../a.tabella", "../a.tabella"),
        ("/x/main.tabella", "./y/../a.tabella", "/x/a.tabella"),
        ("/x/main.tabella", "../../a.tabella", "/a.tabella"),
        ("x/main.tabella", "/a.tabella", "/a.tabella"),
    ] {
        assert_eq!(import_path(importer, path), expected, "{importer} {path}");
    }
}
