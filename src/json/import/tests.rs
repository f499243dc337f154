mod condition;
mod dump;

use super::*;
use crate::diag::Severity;
use crate::json::read;
use crate::limits::Limits;
use crate::source::FileId;
use crate::syntax::ast::{Comparison, Effect, Expr, ExprKind, ItemKind, PrincipalKind, Statement};
use serde_json::{Value, json};

fn import(text: &str, kind: PolicyKind) -> (Option<Body>, Vec<Diagnostic>) {
    let (node, found) = read(FileId(0), text, &Limits::default());
    assert!(found.is_empty(), "{found:?}");
    let (body, mut found) = document(&node.unwrap(), kind);
    assert_eq!(body.is_none(), has_errors(&found));
    // Many of the documents here are short denies: that they name no resource is a test of its own.
    found.retain(|d| d.code.0 != "T0245");
    (body, found)
}

#[test]
fn a_deny_without_resource_is_warned_of() {
    let codes = |statement: &Value, kind| -> Vec<&'static str> {
        let text = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
        let (node, _) = read(FileId(0), &text, &Limits::default());
        document(&node.unwrap(), kind).1.iter().map(|d| d.code.0).collect()
    };
    let mut statement = json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*"});
    assert_eq!(codes(&statement, PolicyKind::Resource), ["T0245"]);
    assert_eq!(codes(&statement, PolicyKind::Trust), [""; 0]);
    statement["Effect"] = json!("Allow");
    assert_eq!(codes(&statement, PolicyKind::Resource), [""; 0]);
    statement["Effect"] = json!("Deny");
    statement["Resource"] = json!("arn:aws:s3:::b");
    assert_eq!(codes(&statement, PolicyKind::Resource), [""; 0]);
}

/// What a document leaves to the resource that it is attached to, by the item that is made of it (R54).
#[test]
fn what_is_attached_is_spelled_out() {
    let items = |statement: Value, on: &str| -> Vec<String> {
        let body = good(&json!({"Version": "2012-10-17", "Statement": statement}), PolicyKind::Resource);
        let target = Target { name: "P".into(), on: vec![on.into()], ..Target::default() };
        let made = item(PolicyKind::Resource, &target, body).unwrap();
        let ItemKind::ResourcePolicy(policy) = made.kind else { panic!("another item") };
        let resources = policy.body.statements[0].resources.clone().unwrap();
        resources.items.iter().map(|word| word.text().unwrap()).collect()
    };
    let without = |effect: &str| json!({"Effect": effect, "Principal": "*", "Action": "*"});
    let (bucket, queue) = ("arn:aws:s3:::b", "arn:aws:sqs:eu-west-1:111111111111:q");
    assert_eq!(items(without("Allow"), bucket), [bucket]);
    assert_eq!(items(without("Deny"), bucket), [bucket, "arn:aws:s3:::b/*"]);
    assert_eq!(items(without("Deny"), queue), [queue, &format!("{queue}/*"), &format!("{queue}:*")]);
    let api = "arn:aws:execute-api:eu-west-1:111111111111:abc123";
    let short = |text: &str| json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": text});
    assert_eq!(items(short("execute-api:/*"), api), [format!("{api}/*")]);
    assert_eq!(items(short("execute-api:/prod/GET/pets"), api), [format!("{api}/prod/GET/pets")]);
    assert_eq!(items(short("execute-api:/*/*/*"), &format!("{api}/prod/GET/x")), [format!("{api}/*/*/*")]);
    assert_eq!(items(short("*"), api), ["*"]);
}

fn good(document: &Value, kind: PolicyKind) -> Body {
    let (body, found) = import(&document.to_string(), kind);
    assert!(found.is_empty(), "{found:?}");
    body.unwrap()
}

/// Every finding as `code message [text it points at]`.
fn findings(document: &Value, kind: PolicyKind) -> Vec<String> {
    let text = document.to_string();
    let (_, found) = import(&text, kind);
    found
        .iter()
        .map(|d| {
            let span = d.primary.as_ref().unwrap().span;
            let sign = if d.severity == Severity::Error { "" } else { "?" };
            format!("{sign}{} {} [{}]", d.code.0, d.message, &text[span.start as usize..span.end as usize])
        })
        .collect()
}

/// A document of one identity statement with some members replaced, added or (with `null`) removed.
fn one(changes: Value) -> Value {
    statement(json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}), changes)
}

/// The same for documents with principals.
fn on_resource(changes: Value) -> Value {
    statement(json!({"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"}), changes)
}

fn statement(mut statement: Value, changes: Value) -> Value {
    let members = statement.as_object_mut().unwrap();
    for (key, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(key);
        } else {
            members.insert(key.clone(), value.clone());
        }
    }
    json!({"Version": "2012-10-17", "Statement": statement})
}

fn only(body: Body) -> Statement {
    let [statement] = <[Statement; 1]>::try_from(body.statements).unwrap();
    statement
}

fn texts(items: &[crate::syntax::ast::Lexeme]) -> Vec<String> {
    items.iter().map(|l| l.raw.trim_matches('`').to_string()).collect()
}

/// The tests of a condition, after a single `when`.
fn tests_of(condition: Value) -> Vec<Comparison> {
    let statement = only(good(&one(json!({"Condition": condition})), PolicyKind::Identity));
    let clauses = statement.clauses;
    assert!(clauses.len() == 1 && !clauses[0].unless);
    let comparison = |e: &Expr| match &e.kind {
        ExprKind::Compare(c) => c.clone(),
        other => panic!("{other:?}"),
    };
    match &clauses[0].expr.kind {
        ExprKind::And(all) => all.iter().map(comparison).collect(),
        _ => vec![comparison(&clauses[0].expr)],
    }
}

#[test]
fn statements_come_over_whole() {
    let document = json!({
        "Version": "2012-10-17", "Id": "my \"id\"",
        "Statement": [
            {"Sid": "A1", "Effect": "Allow", "Action": ["s3:Get*", "*"], "Resource": "arn:aws:s3:::b/*"},
            {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["arn:aws:s3:::b", "*"]},
        ],
    });
    let body = good(&document, PolicyKind::Identity);
    assert_eq!(body.version, None);
    assert_eq!(&*body.id.unwrap().raw, r#""my \"id\"""#);
    let [first, second] = <[Statement; 2]>::try_from(body.statements).unwrap();
    assert_eq!(&*first.sid.unwrap().raw, "A1");
    assert_eq!((first.effect, second.effect), (Some(Effect::Allow), Some(Effect::Deny)));
    assert_eq!(
        (first.actions.negated, texts(&first.actions.items)),
        (false, vec!["s3:Get*".into(), "*".into()])
    );
    assert_eq!((second.actions.negated, texts(&second.actions.items)), (true, vec!["iam:*".into()]));
    assert!(!first.resources.unwrap().negated);
    let resources = second.resources.unwrap();
    assert_eq!(
        (resources.negated, texts(&resources.items)),
        (true, vec!["arn:aws:s3:::b".into(), "*".into()])
    );
    assert!(second.sid.is_none() && second.principals.is_none() && second.clauses.is_empty());
}

#[test]
fn versions() {
    let version = |v: Value| {
        let mut document = one(json!({}));
        document["Version"] = v;
        document
    };
    let of = |d: &Value| good(d, PolicyKind::Identity).version.map(|l| l.raw.to_string());
    assert_eq!(of(&version(json!("2012-10-17"))), None);
    assert_eq!(of(&version(json!("2008-10-17"))), Some("2008-10-17".into()));
    let mut absent = one(json!({}));
    absent.as_object_mut().unwrap().remove("Version");
    assert_eq!(of(&absent), Some("2008-10-17".into()));
    assert_eq!(
        findings(&version(json!("2023-09-27")), PolicyKind::Identity),
        ["T0213 unknown version `2023-09-27` [\"2023-09-27\"]"]
    );
    absent["Statement"]["Resource"] = json!(["arn:aws:s3:::${aws:username}", "arn:aws:s3:::${x"]);
    assert_eq!(
        findings(&absent, PolicyKind::Identity),
        ["?T0233 documents of version 2008-10-17 have no variables: `${` stands for itself \
          [\"arn:aws:s3:::${aws:username}\"]"]
    );
}

#[test]
fn elements_are_checked() {
    let check = |changes: Value, expected: &[&str]| {
        assert_eq!(findings(&one(changes), PolicyKind::Identity), expected);
    };
    check(json!({"NotResouce": "*"}), &["T0212 unknown element `NotResouce` [\"NotResouce\"]"]);
    check(json!({"Effect": "allow"}), &["T0216 unknown effect `allow` [\"allow\"]"]);
    check(json!({"Effect": true}), &["T0210 `Effect` must be a string, found a boolean [true]"]);
    check(json!({"Action": []}), &["T0215 `Action` is an empty list [[]]"]);
    check(json!({"Action": null, "NotAction": []}), &["T0215 `NotAction` is an empty list [[]]"]);
    check(json!({"Resource": []}), &["T0215 `Resource` is an empty list [[]]"]);
    check(
        json!({"Action": {"a": 1}}),
        &["T0210 `Action` must be a string or an array of strings, found an object [{\"a\":1}]"],
    );
    check(
        json!({"Action": ["s3:A", 1]}),
        &["T0210 an item of `Action` must be a string, found a number [1]"],
    );
    check(
        json!({"NotAction": "s3:*"}),
        &["T0214 `Action` and `NotAction` exclude each other [\"NotAction\"]"],
    );
    check(
        json!({"NotResource": "*"}),
        &["T0214 `Resource` and `NotResource` exclude each other [\"NotResource\"]"],
    );
    check(
        json!({"Principal": "*"}),
        &["T0219 `Principal` is not allowed in an identity policy [\"Principal\"]"],
    );
    for (name, what) in [
        ("Effect", "`Effect`"),
        ("Action", "`Action` or `NotAction`"),
        ("Resource", "`Resource` or `NotResource`"),
    ] {
        let found = findings(&one(json!({name: null})), PolicyKind::Identity);
        assert!(found.len() == 1 && found[0].starts_with(&format!("T0211 {what} is missing")), "{found:?}");
    }
    assert_eq!(findings(&json!({"Version": "2012-10-17"}), PolicyKind::Identity).len(), 1);
    assert_eq!(
        findings(&json!([]), PolicyKind::Identity),
        ["T0210 a policy document must be an object, found an array [[]]"]
    );
    assert_eq!(
        findings(&json!({"Statement": []}), PolicyKind::Identity),
        ["?T0234 the document has no statements [[]]"]
    );
    assert_eq!(
        findings(&json!({"Statement": [1]}), PolicyKind::Identity),
        ["T0210 a statement must be an object, found a number [1]"]
    );
}

#[test]
fn several_errors_in_one_run() {
    let found = findings(
        &one(json!({"Effect": "No", "Action": "x", "Resource": "y", "Foo": 1, "Condition": {"Bar": {}}})),
        PolicyKind::Identity,
    );
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn sids() {
    let document = |sids: [&str; 2]| {
        let statement = |sid: &str| json!({"Sid": sid, "Effect": "Allow", "Action": "*", "Resource": "*"});
        json!({"Version": "2012-10-17", "Statement": sids.map(statement)})
    };
    assert_eq!(
        findings(&document(["A", "A"]), PolicyKind::Identity),
        ["T0217 two statements have the `Sid` `A` [\"A\"]"]
    );
    assert!(good(&document(["", ""]), PolicyKind::Identity).statements.iter().all(|s| s.sid.is_none()));
    assert!(findings(&document(["a b", "c"]), PolicyKind::Identity).is_empty());
    let on = on_resource(json!({"Sid": "Enable IAM user: permissions, `x`"}));
    assert_eq!(
        &*only(good(&on, PolicyKind::Resource)).sid.unwrap().raw,
        r"`Enable IAM user: permissions, \`x\``"
    );
}

#[test]
fn actions() {
    let check = |action: &str, expected: &[&str]| {
        assert_eq!(findings(&one(json!({"Action": action})), PolicyKind::Identity), expected, "{action}");
    };
    check("s3:*Object?", &[]);
    check(
        "GetObject",
        &[
            "T0220 the action `GetObject` has no service before its name, as in `s3:GetObject` [\"GetObject\"]",
        ],
    );
    check("s*:Get", &["T0220 the action `s*:Get` has a wildcard in the service [\"s*:Get\"]"]);
    check("*:Get", &["T0220 the action `*:Get` has a wildcard in the service [\"*:Get\"]"]);
    check(":Get", &["T0220 the action `:Get` has an empty service [\":Get\"]"]);
    check("s3:${x}", &["T0220 the action `s3:${x}` holds `${`, and actions have no variables [\"s3:${x}\"]"]);
    check("*:*", &["?T0235 `*:*` is read as `*` [\"*:*\"]"]);
    for never in ["s3:", "s3: Get", " s3:Get", "s3:Get,Put"] {
        check(never, &[&format!("?T0221 the action `{never}` never matches [\"{never}\"]")]);
    }
    let star = only(import(&one(json!({"Action": "*:*"})).to_string(), PolicyKind::Identity).0.unwrap());
    assert_eq!(texts(&star.actions.items), ["*"]);
}

#[test]
fn resources() {
    let codes = |resource: &str, kind: PolicyKind| -> Vec<String> {
        let document = match kind {
            PolicyKind::Identity | PolicyKind::Scp => one(json!({"Resource": resource})),
            _ => on_resource(json!({"Resource": resource})),
        };
        findings(&document, kind).iter().map(|f| f.split(' ').next().unwrap().to_string()).collect()
    };
    let none: [&str; 0] = [];
    for fine in
        ["*", "arn:aws:s3:::b/*", "arn:aws:s3:::${aws:PrincipalTag/a:b, 'x:y'}", "arn:aws:iam::1:role/a*"]
    {
        assert_eq!(codes(fine, PolicyKind::Identity), none, "{fine}");
    }
    for broken in ["b/*", "${bucket.arn}/*", "**", "", "a*", "${Arn}:x"] {
        assert_eq!(codes(broken, PolicyKind::Identity), ["T0222"], "{broken}");
    }
    assert_eq!(codes("arn:aws:s3:::${aws:username", PolicyKind::Identity), ["T0232"]);
    assert_eq!(codes("arn:aws:s3:::${a}${b", PolicyKind::Identity), ["T0232"]);
    assert_eq!(codes("acme:db:eu::t:x", PolicyKind::Identity), ["?T0223"]);
    // R70, kind by kind.
    assert_eq!(codes("arn:aws:s3", PolicyKind::Identity), none);
    assert_eq!(codes("arn:aws:s3", PolicyKind::Resource), ["T0222"]);
    assert_eq!(codes("arn:aws:s3*", PolicyKind::Resource), none);
    assert_eq!(codes("arn:aws:s3", PolicyKind::Scp), ["T0222"]);
    assert_eq!(codes("arn:aws:s3:*", PolicyKind::Scp), none);
    assert_eq!(codes("arn:aws:s3:*", PolicyKind::Rcp), ["T0222"]);
}

#[test]
fn principals() {
    let hex = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    let document = on_resource(json!({"Principal": {
        "AWS": ["*", "111111111111", "arn:aws:iam::111111111111:root", "arn:aws-cn:iam::111111111111:user/a/b",
            "arn:aws:iam::111111111111:role/x", "arn:aws:sts::111111111111:assumed-role/r/s",
            "arn:aws:sts::111111111111:federated-user/f", "AIDAIOSFODNN7EXAMPLE1",
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"],
        "Service": "s3.amazonaws.com",
        "Federated": ["cognito-identity.amazonaws.com", "arn:aws:iam::111111111111:saml-provider/p",
            "arn:aws:iam::111111111111:oidc-provider/a.example/b"],
        "CanonicalUser": hex,
    }}));
    let principals = only(good(&document, PolicyKind::Resource)).principals.unwrap();
    let names: Vec<&str> = principals
        .items
        .iter()
        .map(|p| match &p.kind {
            PrincipalKind::Anyone { aws: true } => "anyone aws",
            PrincipalKind::Anyone { aws: false } => "anyone",
            PrincipalKind::Account(_) => "account",
            PrincipalKind::User(_, None) => "user",
            PrincipalKind::Role(_, None, None) => "role",
            PrincipalKind::Aws(_) => "aws",
            PrincipalKind::Service(_) => "service",
            PrincipalKind::WebIdentity(_) => "web",
            PrincipalKind::Saml(_) => "saml",
            PrincipalKind::Federated(_) => "federated",
            PrincipalKind::Canonical(_) => "canonical",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        names,
        [
            "anyone aws",
            "account",
            "account",
            "user",
            "role",
            "aws",
            "aws",
            "aws",
            "user",
            "service",
            "federated",
            "saml",
            "web",
            "canonical"
        ]
    );
    let star = only(good(&on_resource(json!({})), PolicyKind::Resource)).principals.unwrap();
    assert!(!star.negated && matches!(star.items[0].kind, PrincipalKind::Anyone { aws: false }));
    let not = on_resource(json!({"Principal": null, "NotPrincipal": {"AWS": "111111111111"}}));
    assert!(only(good(&not, PolicyKind::Resource)).principals.unwrap().negated);
}

#[test]
fn malformed_principals_are_refused() {
    for (ty, text, code) in [
        ("AWS", "alice", "T0224"),
        ("AWS", "11111111111", "T0224"),
        ("AWS", "arn:aws:iam::111111111111:group/g", "T0224"),
        ("AWS", "arn:aws:iam::111111111111:user/", "T0224"),
        ("AWS", "arn:aws:iam::111111111111:role/*", "T0225"),
        ("AWS", "arn:aws:iam::*:root", "T0225"),
        ("AWS", "arn:aws:iam::${a}:root", "T0224"),
        ("AWS", "arn:aws:sts::111111111111:assumed-role/r", "T0224"),
        ("AWS", "arn:aws:sts::111111111111:assumed-role/r/*", "T0225"),
        ("AWS", "arn:aws:iam::111111111111:saml-provider/p", "T0224"),
        ("AWS", "", "T0224"),
        ("Service", "*", "T0224"),
        ("Service", "*.amazonaws.com", "T0225"),
        ("Service", "a b", "T0224"),
        ("Service", "lambda", "T0224"),
        ("Federated", "arn:aws:iam::1:saml-provider/p", "T0224"),
        ("Federated", "idp.example.com", "?T0236"),
        ("CanonicalUser", "79a5", "T0224"),
        ("Aws", "111111111111", "T0212"),
    ] {
        let found = findings(&on_resource(json!({"Principal": {ty: text}})), PolicyKind::Resource);
        assert!(found.len() == 1 && found[0].starts_with(&format!("{code} ")), "{ty} {text}: {found:?}");
    }
    for (principal, code) in [
        (json!("111111111111"), "T0224"),
        (json!({}), "T0215"),
        (json!({"AWS": []}), "T0215"),
        (json!(["*"]), "T0210"),
    ] {
        let found = findings(&on_resource(json!({"Principal": principal})), PolicyKind::Resource);
        assert!(found.len() == 1 && found[0].starts_with(code), "{found:?}");
    }
}

#[test]
fn kinds_have_their_own_rules() {
    let codes = |document: &Value, kind| -> Vec<String> {
        findings(document, kind).iter().map(|f| f.split(' ').next().unwrap().to_string()).collect()
    };
    let none: [&str; 0] = [];
    let without = on_resource(json!({"Principal": null, "Resource": "*"}));
    assert_eq!(codes(&without, PolicyKind::Resource), none);
    assert_eq!(codes(&without, PolicyKind::Endpoint), none);
    assert_eq!(codes(&without, PolicyKind::Trust), ["T0226", "?T0219"]);
    assert_eq!(codes(&without, PolicyKind::Rcp), ["T0226"]);
    for kind in [PolicyKind::Identity, PolicyKind::Boundary, PolicyKind::Session, PolicyKind::Scp] {
        assert_eq!(codes(&without, kind), none);
        assert_eq!(codes(&on_resource(json!({"Resource": "*"})), kind), ["T0219"]);
    }
    let not = json!({"Principal": null, "NotPrincipal": {"AWS": "111111111111"}, "Resource": "*"});
    assert_eq!(codes(&on_resource(not.clone()), PolicyKind::Resource), none);
    assert_eq!(codes(&on_resource(not.clone()), PolicyKind::Trust), ["T0227", "?T0219"]);
    assert_eq!(codes(&on_resource(not.clone()), PolicyKind::Rcp), ["T0227", "T0219"]);
    let mut allow = not;
    allow["Effect"] = json!("Allow");
    assert_eq!(codes(&on_resource(allow), PolicyKind::Resource), ["T0227"]);
    // Resource elements.
    assert_eq!(codes(&on_resource(json!({})), PolicyKind::Resource), none);
    assert_eq!(codes(&on_resource(json!({})), PolicyKind::Trust), none);
    assert_eq!(codes(&on_resource(json!({})), PolicyKind::Endpoint), ["T0211"]);
    let named = on_resource(json!({"Resource": "arn:aws:iam::111111111111:role/x"}));
    assert_eq!(codes(&named, PolicyKind::Trust), ["T0219"]);
    // R48.
    let rcp = |changes: Value| codes(&on_resource(changes), PolicyKind::Rcp);
    assert_eq!(rcp(json!({"Resource": "*"})), none);
    assert_eq!(rcp(json!({"Resource": "*", "Effect": "Allow"})), ["T0219"]);
    assert_eq!(rcp(json!({"Resource": "*", "Effect": "Allow", "Action": "*"})), ["?T0238"]);
    assert_eq!(rcp(json!({"Resource": "*", "Action": null, "NotAction": "s3:*"})), ["T0219"]);
    assert_eq!(rcp(json!({"Resource": "*", "Principal": {"AWS": "111111111111"}})), ["T0219"]);
}

fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let text = prop::sample::select(vec![
        "Version",
        "2012-10-17",
        "2008-10-17",
        "Statement",
        "Effect",
        "Allow",
        "Deny",
        "Action",
        "NotAction",
        "s3:*",
        "*",
        "Resource",
        "arn:aws:s3:::${",
        "${a}",
        "$",
        "{",
        "Principal",
        "AWS",
        "Condition",
        "Null",
        "ForAllValues:Bool",
        "aws:x",
        "AWS:x",
        "true",
        "Sid",
        "UserDetailList",
        "Arn",
        "arn:aws:iam::111111111111:user/a",
        "é",
        "",
        "PolicyVersionList",
        "Document",
        "%7B%7D",
        "%",
        "UserPolicyList",
        "PolicyDocument",
        "IsDefaultVersion",
    ]);
    let leaf = prop_oneof![
        text.clone().prop_map(|t| json!(t)),
        "\\PC{0,6}".prop_map(|t| json!(t)),
        any::<i32>().prop_map(|n| json!(n)),
        any::<bool>().prop_map(|b| json!(b)),
        Just(Value::Null),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|m| Value::Object(m.into_iter().map(|(k, v)| (k.to_string(), v)).collect())),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn any_json_is_imported_or_refused(value in any_json(), kind in 0usize..8) {
        use PolicyKind as K;
        let kinds = [K::Identity, K::Boundary, K::Session, K::Scp, K::Rcp, K::Resource, K::Trust, K::Endpoint];
        import(&value.to_string(), kinds[kind]);
        import(&json!({"Version": "2012-10-17", "Statement": value}).to_string(), kinds[kind]);
        import(&one(json!({"Condition": value})).to_string(), K::Identity);
        dump::dump(&value.to_string());
        dump::dump(&json!({"UserDetailList": [value], "Policies": [value], "RoleDetailList": value}).to_string());
    }
}
