//! Condition blocks.

use super::*;
use crate::hir::Operator;
use crate::syntax::ast::{CompareOp, LiteralType, Quantifier};

#[test]
fn every_operator_comes_over_in_every_form() {
    for operator in Operator::ALL.into_iter().filter(|o| *o != Operator::Null) {
        for (set, quantifier) in
            [("", None), ("ForAllValues:", Some(Quantifier::All)), ("ForAnyValue:", Some(Quantifier::Any))]
        {
            for (suffix, or_missing) in [("", false), ("IfExists", true)] {
                let name = format!("{set}{}{suffix}", operator.name());
                let [test] =
                    <[Comparison; 1]>::try_from(tests_of(json!({name: {"aws:k": ["1", "2"]}}))).unwrap();
                let ty = test.values[0].ty;
                assert_eq!((test.quantifier, test.or_missing), (quantifier, or_missing));
                assert_eq!(operator_of(&test, ty), operator);
            }
        }
    }
}

/// The way back, written without looking at the way there.
fn operator_of(test: &Comparison, ty: LiteralType) -> Operator {
    let text = match (test.op, ty) {
        (CompareOp::Eq, LiteralType::Bool) => "Bool",
        (CompareOp::Eq, LiteralType::Ip) => "IpAddress",
        (CompareOp::Ne, LiteralType::Ip) => "NotIpAddress",
        _ => {
            let ty = match ty {
                LiteralType::String => "String",
                LiteralType::Number => "Numeric",
                LiteralType::Date => "Date",
                LiteralType::Arn => "Arn",
                LiteralType::Binary => "Binary",
                other => panic!("{other:?}"),
            };
            let op = match test.op {
                CompareOp::Eq => "Equals",
                CompareOp::Ne => "NotEquals",
                CompareOp::Like => "Like",
                CompareOp::NotLike => "NotLike",
                CompareOp::Lt => "LessThan",
                CompareOp::Le => "LessThanEquals",
                CompareOp::Gt => "GreaterThan",
                CompareOp::Ge => "GreaterThanEquals",
                other => panic!("{other:?}"),
            };
            let name = format!("{ty}{op}{}", if test.ignoring_case { "IgnoreCase" } else { "" });
            return Operator::ALL.into_iter().find(|o| o.name() == name).unwrap();
        }
    };
    Operator::ALL.into_iter().find(|o| o.name() == text).unwrap()
}

#[test]
fn values_keep_text_and_type() {
    let literal = |operator: &str, value: Value| {
        let test = tests_of(json!({operator: {"aws:k": value}})).remove(0);
        assert!(!test.list && test.values.len() == 1);
        test.values[0].lexeme.raw.to_string()
    };
    assert_eq!(literal("StringEquals", json!(10.5)), r#""10.5""#);
    assert_eq!(literal("StringEquals", json!(true)), r#""true""#);
    assert_eq!(literal("NumericEquals", json!("10")), "10");
    assert_eq!(literal("NumericEquals", json!(10)), "10");
    assert_eq!(literal("NumericEquals", json!("+10")), r#""+10""#);
    assert_eq!(literal("Bool", json!(false)), "false");
    assert_eq!(literal("Bool", json!("True")), r#""True""#);
    assert_eq!(literal("DateEquals", json!("2024-01-01T00:00:00Z")), "2024-01-01T00:00:00Z");
    assert_eq!(literal("DateEquals", json!(1700000000)), r#""1700000000""#);
    assert_eq!(literal("IpAddress", json!("10.0.0.0/8")), "10.0.0.0/8");
    assert_eq!(literal("ArnLike", json!("arn:aws:iam::*:role/x")), "arn:aws:iam::*:role/x");
    assert_eq!(literal("ArnLike", json!("*")), r#""*""#);
    assert_eq!(literal("BinaryEquals", json!("QUJD")), r#""QUJD""#);
    let several = tests_of(
        json!({"StringLike": {"aws:k": ["a", "b"]}, "IpAddress": {"aws:i": "::1", "aws:j": "1.1.1.1/8"}})
            .clone(),
    );
    assert_eq!(several.len(), 3);
}

#[test]
fn null_is_presence() {
    let op = |value: Value| tests_of(json!({"Null": {"aws:k": value}})).remove(0).op;
    assert_eq!(op(json!("true")), CompareOp::IsMissing);
    assert_eq!(op(json!([false])), CompareOp::IsPresent);
    assert_eq!(op(json!(["False", "false"])), CompareOp::IsPresent);
    let both =
        only(good(&one(json!({"Condition": {"Null": {"aws:k": ["true", "false"]}}})), PolicyKind::Identity));
    let ExprKind::Group(group) = &both.clauses[0].expr.kind else { panic!() };
    assert!(matches!(&group.kind, ExprKind::Or(two) if two.len() == 2));
}

#[test]
fn malformed_conditions_are_refused() {
    let check = |condition: Value, expected: &[&str]| {
        assert_eq!(findings(&one(json!({"Condition": condition})), PolicyKind::Identity), expected);
    };
    check(json!({}), &[]);
    check(json!([]), &["T0210 `Condition` must be an object of operators, found an array [[]]"]);
    check(
        json!({"Bool": true}),
        &["T0210 `Bool` must be an object of condition keys, found a boolean [true]"],
    );
    check(
        json!({"StringEqual": {"aws:k": "v"}}),
        &["T0228 unknown condition operator `StringEqual` [\"StringEqual\"]"],
    );
    check(
        json!({"stringequals": {}}),
        &["T0228 unknown condition operator `stringequals` [\"stringequals\"]"],
    );
    check(
        json!({"ForAnyValues:StringEquals": {}}),
        &["T0228 unknown condition operator `ForAnyValues:StringEquals` [\"ForAnyValues:StringEquals\"]"],
    );
    check(
        json!({"NullIfExists": {}}),
        &["T0229 `NullIfExists` does not exist: `Null` asks for presence only [\"NullIfExists\"]"],
    );
    check(
        json!({"Bool": {"aws:k": null}}),
        &["T0231 a condition value is a string, number or boolean, found `null` [null]"],
    );
    check(
        json!({"Null": {"aws:k": "yes"}}),
        &["T0231 `Null` takes `true` or `false`, found `yes` [\"yes\"]"],
    );
    check(json!({"Null": {"aws:k": []}}), &["T0231 `Null` without values asks for nothing [[]]"]);
    check(
        json!({"Bool": {"aws:k": "true", "AWS:K": "true"}}),
        &["T0230 the condition key `AWS:K` stands twice [\"AWS:K\"]"],
    );
    check(
        json!({"Bool": {"key": "true"}}),
        &["T0230 the condition key `key` has no prefix, as in `aws:SourceIp` [\"key\"]"],
    );
    check(
        json!({"Bool": {"aws:a/${b}": "true"}}),
        &["T0230 the condition key `aws:a/${b}` holds `${`, and keys have no variables [\"aws:a/${b}\"]"],
    );
    check(
        json!({"StringLike": {"aws:k": "${x"}}),
        &["T0232 the variable that begins at `${x` is not closed [\"${x\"]"],
    );
    check(json!({"StringEquals": {"aws:k": []}}), &["?T0237 the condition has no values [[]]"]);
    check(json!({"StringEquals": {}}), &["T0215 `StringEquals` has no condition keys [{}]"]);
    let (_, found) = import(&one(json!({"Condition": {"stringLike": {}}})).to_string(), PolicyKind::Identity);
    assert_eq!(found[0].help.as_deref(), Some("did you mean `StringLike`?"));
}
