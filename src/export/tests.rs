use super::*;
use crate::diag::has_errors;
use crate::hir::{
    ActionPattern, Actions, Atom, Condition, List, Operator, Piece, Quantifier, ResourcePattern, Template,
    Value as V,
};
use crate::json;
use crate::limits::Limits;
use crate::resolve;
use crate::source::{FileId, Span};
use crate::syntax::{self, ast};
use serde_json::json;

mod dump;

/// Resolves the statements of a policy that is written in the language.
fn policy(statements: &str) -> Policy {
    let limits = Limits::default();
    let source = format!("policy P {{\n{statements}\n}}\n");
    let (file, found) = syntax::parse(FileId(0), &source, &limits);
    assert!(!has_errors(&found), "{source}: {found:?}");
    let [ast::Item { kind: ast::ItemKind::Policy(item), .. }] = file.items.as_slice() else {
        panic!("{source}")
    };
    let (policy, found) = resolve::body(&item.body, PolicyKind::Identity, "P", &limits);
    policy.unwrap_or_else(|| panic!("{source}: {found:?}"))
}

fn import(value: &Value, kind: PolicyKind) -> Policy {
    let limits = Limits::default();
    let text = value.to_string();
    let (node, found) = json::read(FileId(0), &text, &limits);
    let (body, more) = json::import::document(&node.unwrap_or_else(|| panic!("{found:?}")), kind);
    let (policy, last) =
        resolve::body(&body.unwrap_or_else(|| panic!("{text}: {more:?}")), kind, "P", &limits);
    policy.unwrap_or_else(|| panic!("{text}: {last:?}"))
}

/// Exports, and checks that importing the result and exporting again changes nothing.
fn export(policy: &Policy) -> Value {
    let first = document(policy).unwrap();
    let second = document(&import(&first, policy.kind)).unwrap();
    assert_eq!(first.to_string(), second.to_string());
    first
}

/// The conditions of `allow s3:GetObject when …`, one a statement.
fn conditions(when: &str) -> Vec<Value> {
    let document = export(&policy(&format!("allow s3:GetObject on * when {when}")));
    let statements = document["Statement"].as_array().unwrap().iter();
    statements.map(|s| s.get("Condition").cloned().unwrap_or(Value::Null)).collect()
}

fn refused(when: &str) -> Vec<&'static str> {
    let errors = document(&policy(&format!("allow s3:GetObject on * when {when}"))).unwrap_err();
    errors.iter().map(|d| d.code.0).collect()
}

#[test]
fn imported_documents_come_back_as_they_were() {
    let document = json!({
        "Version": "2012-10-17", "Id": "x \"y\"",
        "Statement": [
            {"Sid": "A", "Effect": "Deny", "NotPrincipal": {"AWS": ["111111111111", "arn:aws:iam::111111111111:user/u"], "Service": "s3.amazonaws.com"},
                "NotAction": ["s3:Get*", "iam:*"], "NotResource": "arn:aws:s3:::b/${*}${?}${$}{x}${aws:username, 'a b'}*?",
                "Condition": {
                    "ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a*", "${aws:username}"], "aws:x": "${*}"},
                    "StringEquals": {"AWS:UserName": "*?$", "aws:y": "${$}{"},
                    "Null": {"aws:z": "true"}, "NumericLessThan": {"s3:max-keys": "010"},
                    "DateGreaterThan": {"aws:CurrentTime": "2024-01"}, "Bool": {"aws:SecureTransport": "True"},
                    "IpAddress": {"aws:SourceIp": ["10.1.2.3/8", "::1"]}, "BinaryEquals": {"k:b": "QUJD"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}, "ArnNotEqualsIfExists": {"aws:SourceArn": "*"},
                }},
            {"Effect": "Deny", "Principal": "*", "Action": "*"},
            {"Effect": "Deny", "Principal": "*", "NotAction": "s3:*"},
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
                "Federated": "arn:aws:iam::111111111111:saml-provider/p"}, "Action": "*", "Resource": "*"},
        ],
    });
    assert_eq!(export(&import(&document, PolicyKind::Resource)), document);
}

#[test]
fn old_documents_have_no_variables() {
    let document = json!({"Version": "2008-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${aws:username}/*"}]});
    assert_eq!(export(&import(&document, PolicyKind::Identity)), document);
    let mut absent = document.clone();
    absent.as_object_mut().unwrap().remove("Version");
    assert_eq!(export(&import(&absent, PolicyKind::Identity)), document);
}

#[test]
fn one_statement_may_be_an_object() {
    let document = json!({"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": ["*"], "Resource": ["*"], "Condition": {"Bool": {"aws:x": [true]}}}});
    assert_eq!(
        export(&import(&document, PolicyKind::Identity))["Statement"],
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:x": "true"}}}])
    );
}

#[test]
fn or_becomes_statements() {
    assert_eq!(
        conditions(r#"a:x == "1" and (a:y == "2" or a:z == "3" and a:w == "4")"#),
        [
            json!({"StringEquals": {"a:x": "1", "a:y": "2"}}),
            json!({"StringEquals": {"a:x": "1", "a:z": "3", "a:w": "4"}}),
        ]
    );
    let split = export(&policy(
        "A1: deny * on * when a:x or a:y or a:z\nA: allow * on * when a:x or a:y\nA2: allow iam:* on *",
    ));
    let sids: Vec<_> =
        split["Statement"].as_array().unwrap().iter().map(|s| s["Sid"].as_str().unwrap()).collect();
    assert_eq!(sids, ["A11", "A12", "A13", "A3", "A4", "A2"]);
    let both = import(
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"Null": {"a:x": ["true", "false"]}}}}),
        PolicyKind::Identity,
    );
    assert_eq!(export(&both)["Statement"].as_array().unwrap().len(), 2);
}

#[test]
fn too_many_statements_are_refused() {
    let or =
        |n: usize, v: usize| (0..n).map(|i| format!("a:k{v}x{i} == \"1\"")).collect::<Vec<_>>().join(" or ");
    assert_eq!(conditions(&format!("({}) and ({})", or(16, 1), or(16, 2))).len(), 256);
    assert_eq!(refused(&format!("({}) and ({})", or(16, 1), or(17, 2))), ["T0251"]);
    let powers: Vec<String> = (0..60).map(|v| format!("({})", or(2, v))).collect();
    assert_eq!(refused(&powers.join(" and ")), ["T0251"]);
}

#[test]
fn one_key_twice() {
    // Equal tests, negated tests, exact tests.
    assert_eq!(conditions(r#"a:x == "1" and A:X == "1""#), [json!({"StringEquals": {"a:x": "1"}})]);
    assert_eq!(
        conditions(r#"a:x not in ["1", "2"] and a:x != "3" and a:x != "1""#),
        [json!({"StringNotEquals": {"a:x": ["1", "2", "3"]}})]
    );
    assert_eq!(
        conditions(r#"a:x in ["1", "2"] and a:x in ["2", "3"]"#),
        [json!({"StringEquals": {"a:x": "2"}})]
    );
    assert_eq!(conditions("a:x in [1, 2.0] and a:x == 2"), [json!({"NumericEquals": {"a:x": "2.0"}})]);
    assert_eq!(
        conditions(r#"all of a:x in ["1", "2"] and all of a:x in ["2", "3"]"#),
        [json!({"ForAllValues:StringEquals": {"a:x": "2"}})]
    );
    // An empty intersection of texts is a test without values. Where a value may be malformed, both tests stay, because in a
    // deny such a value meets each of them (R153).
    assert_eq!(conditions(r#"a:x == "1" and a:x == "2""#), [json!({"StringEquals": {"a:x": []}})]);
    assert_eq!(
        conditions("a:x == 1 and a:x == 2"),
        [json!({"NumericEquals": {"a:x": "1"}, "NumericEqualsIfExists": {"a:x": "2"}})]
    );
    // Where another alternative is, one that no request meets is left out.
    assert_eq!(
        conditions(r#"(a:x == "1" or a:x == "2") and a:x == "1""#),
        [json!({"StringEquals": {"a:x": "1"}})]
    );
    assert_eq!(
        conditions(r#"(a:x == "1" or a:y == "2") and a:x != "1""#),
        [json!({"StringEquals": {"a:y": "2"}, "StringNotEquals": {"a:x": "1"}})]
    );
    assert_eq!(
        conditions("(a:x == 1 or a:x == 2 or a:x is missing) and a:x == 2.0"),
        [
            json!({"NumericEquals": {"a:x": "2"}}),
            json!({"Null": {"a:x": "true"}, "NumericEquals": {"a:x": "2.0"}})
        ]
    );
    assert_eq!(
        conditions("(a:x == 1970-01-02 or a:x == 1970-01-03) and a:x == date \"86400\""),
        [json!({"DateEquals": {"a:x": "1970-01-02"}})]
    );
    assert_eq!(
        conditions(r#"(a:x == "1" or missing or a:x == "2" or missing) and a:x == "1" or missing"#),
        [json!({"StringEqualsIfExists": {"a:x": "1"}}), json!({"StringEqualsIfExists": {"a:x": []}})]
    );
    // Other names for the same test.
    assert_eq!(
        conditions(r#"a:x like "1*" and a:x like "*2""#),
        [json!({"StringLike": {"a:x": "1*"}, "StringLikeIfExists": {"a:x": "*2"}})]
    );
    assert_eq!(
        conditions(r#"a:x like "1*" or missing and a:x like "*2" or missing and a:x is present"#),
        [json!({"StringLikeIfExists": {"a:x": "1*"}, "StringLike": {"a:x": "*2"}, "Null": {"a:x": "false"}})]
    );
    assert_eq!(
        conditions(
            "a:x like arn:aws:s3:::a* and a:x like arn:aws:s3:::*b or missing and a:x like arn:aws:s3:::*c*"
        ),
        [json!({"ArnLike": {"a:x": "arn:aws:s3:::a*"}, "ArnLikeIfExists": {"a:x": "arn:aws:s3:::*b"},
            "ArnEquals": {"a:x": "arn:aws:s3:::*c*"}})]
    );
    assert_eq!(
        conditions(r#"any of a:x == "1" and any of a:x == "2""#),
        [json!({"ForAnyValue:StringEquals": {"a:x": "1"}, "ForAnyValue:StringEqualsIfExists": {"a:x": "2"}})]
    );
    assert_eq!(
        conditions("a:x > 1 and a:x < 9"),
        [json!({"NumericGreaterThan": {"a:x": "1"}, "NumericLessThan": {"a:x": "9"}})]
    );
}

#[test]
fn what_has_no_name_left_is_refused() {
    assert_eq!(refused(r#"a:x like "1*" and a:x like "*2" and a:x like "*3*""#), ["T0250"]);
    assert_eq!(refused(r#"a:x like "1*" or missing and a:x like "*2" or missing"#), ["T0250"]);
    assert_eq!(refused(r#"any of a:x == "1" and any of a:x == "2" and any of a:x == "3""#), ["T0250"]);
    assert_eq!(refused("a:x is missing and a:x is present"), ["T0250"]);
    // Nothing here fails for a missing key, so `IfExists` can't be dropped.
    for other in
        [r#"all of a:x in ["1"]"#, r#"a:x not like "9*""#, r#"a:x == "1" or missing"#, "a:y == \"1\""]
    {
        let both = r#"a:x like "1*" or missing and a:x like "*2" or missing"#;
        assert_eq!(refused(&format!("{both} and {other}")), ["T0250"], "{other}");
    }
    // Variables may have any value, so their lists have no intersection that is known.
    assert_eq!(
        conditions(r#"a:x == "${aws:username}" and a:x in ["1", "2"]"#),
        [json!({"StringEquals": {"a:x": "${aws:username}"}, "StringEqualsIfExists": {"a:x": ["1", "2"]}})]
    );
    let two = document(&policy(
        "allow * on * when a:x is missing and a:x is present\nallow * on * when a:y is missing and a:y is present",
    ));
    assert_eq!(two.unwrap_err().len(), 2);
}

/// A policy of one statement that no source text could give.
fn built(version: Version, resource: Vec<Piece>, condition: Condition) -> Policy {
    let statement = Statement {
        sid: None,
        effect: Effect::Deny,
        principals: None,
        actions: Actions { negated: false, patterns: vec![ActionPattern { text: "s3:*".into() }].into() },
        resources: Some(Resources {
            negated: false,
            patterns: vec![ResourcePattern { text: Template { pieces: resource.into() } }].into(),
        }),
        condition,
        annotations: Vec::new(),
        span: Span::NONE,
    };
    Policy {
        name: "P".into(),
        arn: None,
        kind: PolicyKind::Identity,
        version: Some(version),
        id: None,
        statements: vec![statement],
        span: Span::NONE,
    }
}

fn literal(text: &str) -> Piece {
    Piece::Literal(text.into())
}

fn atom(operator: Operator, values: Vec<V>) -> Condition {
    Condition::Atom(Atom {
        quantifier: Quantifier::Single,
        operator,
        if_exists: false,
        key: "a:x".into(),
        written_key: "a:x".into(),
        values: values.into(),
        span: Span::NONE,
    })
}

#[test]
fn literal_text_stays_literal() {
    let resource = |version, pieces: Vec<Piece>| {
        document(&built(version, pieces, Condition::TRUE))
            .map(|d| d["Statement"][0]["Resource"].as_str().unwrap().to_string())
            .map_err(|e| e.iter().map(|d| d.code.0).collect::<Vec<_>>())
    };
    let tricky = literal("arn:aws:s3:::b/*?${x}$$${");
    assert_eq!(
        resource(Version::V2012, vec![tricky.clone(), Piece::Any]).unwrap(),
        "arn:aws:s3:::b/${*}${?}${$}{x}$$${$}{*"
    );
    assert_eq!(resource(Version::V2008, vec![literal("arn:${x}"), Piece::One]).unwrap(), "arn:${x}?");
    assert_eq!(resource(Version::V2008, vec![tricky]).unwrap_err(), ["T0252"]);
    let variable = |key: &str, default: Option<&str>| Piece::Variable {
        key: key.to_lowercase().into(),
        written: key.into(),
        default: default.map(Into::into),
    };
    assert_eq!(
        resource(Version::V2012, vec![literal("$"), variable("aws:A", Some("'x"))]).unwrap(),
        "$${aws:A, ''x'}"
    );
    assert_eq!(resource(Version::V2008, vec![variable("aws:A", None)]).unwrap_err(), ["T0250"]);
    assert_eq!(resource(Version::V2012, vec![variable("a}b", None)]).unwrap_err(), ["T0250"]);
    assert_eq!(resource(Version::V2012, vec![variable("a", Some("x'} y"))]).unwrap_err(), ["T0250"]);
}

#[test]
fn wildcards_count_where_the_operator_knows_them() {
    let value = |operator, pieces: Vec<Piece>| {
        let condition = atom(operator, vec![V::Text(Template { pieces: pieces.into() })]);
        document(&built(Version::V2012, vec![Piece::Any], condition))
            .map(|d| d["Statement"][0]["Condition"][operator.name()]["a:x"].as_str().unwrap().to_string())
            .map_err(|e| e[0].code.0)
    };
    for operator in Operator::ALL {
        let name = operator.name();
        let pattern = name.contains("Like") || name.starts_with("Arn");
        if pattern || name.starts_with("String") {
            assert_eq!(
                value(operator, vec![literal("*")]).unwrap(),
                if pattern { "${*}" } else { "*" },
                "{name}"
            );
            assert_eq!(
                value(operator, vec![Piece::Any]),
                if pattern { Ok("*".into()) } else { Err("T0250") },
                "{name}"
            );
        }
    }
}

#[test]
fn built_conditions_are_checked() {
    let codes =
        |condition| document(&built(Version::V2012, vec![Piece::Any], condition)).unwrap_err()[0].code.0;
    assert_eq!(codes(atom(Operator::Null, Vec::new())), "T0250");
    let mut deep = Condition::TRUE;
    for _ in 0..2_000 {
        deep = Condition::And(vec![deep].into());
    }
    assert_eq!(codes(deep), "T0250");
    let always = atom(Operator::Null, vec![V::Null(true), V::Null(false)]);
    assert_eq!(
        export(&built(Version::V2012, vec![Piece::Any], always))["Statement"][0].get("Condition"),
        None
    );
}

#[test]
fn an_or_of_nothing_is_refused() {
    let errors =
        document(&built(Version::V2012, vec![Piece::Any], Condition::Or(Vec::new().into()))).unwrap_err();
    assert_eq!(errors[0].code, codes::INEXPRESSIBLE);
}

#[test]
fn what_documents_share_is_written_out_so_often() {
    let values = (0..1_000).map(|n| V::Text(Template { pieces: List::one(literal(&n.to_string())) }));
    let shared = atom(Operator::StringEquals, values.collect());
    let policies: Vec<Policy> =
        (0..1_100).map(|_| built(Version::V2012, vec![Piece::Any], shared.clone())).collect();
    let mut exporter = Exporter::default();
    let found: Vec<_> = policies.iter().map(|policy| exporter.document(policy)).collect();
    let codes = |errors: &Vec<Diagnostic>| errors.iter().map(|e| e.code).collect::<Vec<_>>();
    let errors: Vec<_> = found.iter().filter_map(|made| made.as_ref().err().map(codes)).collect();
    assert_eq!(errors.first().map(Vec::as_slice), Some([codes::TOO_MANY_STATEMENTS].as_slice()));
    assert!(errors.iter().skip(1).all(Vec::is_empty));
    assert!((995..1_005).contains(&(found.len() - errors.len())), "{}", errors.len());
    // Each by itself is none too large.
    assert!(policies.iter().all(|policy| document(policy).is_ok()));
    // What is not shared is no copy.
    let mut exporter = Exporter::default();
    let own = |n: usize| {
        let values = (0..1_000).map(|m| V::Text(Template { pieces: List::one(literal(&format!("{n}{m}"))) }));
        built(Version::V2012, vec![Piece::Any], atom(Operator::StringEquals, values.collect()))
    };
    let policies: Vec<Policy> = (0..1_100).map(own).collect();
    assert!(policies.iter().all(|policy| exporter.document(policy).is_ok()));
}
