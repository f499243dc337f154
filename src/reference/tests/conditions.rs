use super::*;
use Quantifier::*;
use Values::{Many, One};

fn equals(values: &[&str]) -> Atom {
    atom(Operator::StringEquals, "a:k", values.iter().map(|v| text(v)).collect())
}

fn differs(values: &[&str]) -> Atom {
    Atom { operator: Operator::StringNotEquals, ..equals(values) }
}

fn check(atom: Atom, value: Option<Values<'_>>) -> bool {
    let context: Vec<_> = value.map(|v| ("A:K", v)).into_iter().collect();
    condition_holds(Condition::Atom(atom), &context)
}

#[test]
fn values_or_and_nor() {
    assert!(check(equals(&["x", "y"]), Some(One("y"))));
    assert!(!check(equals(&["x", "y"]), Some(One("z"))));
    assert!(!check(differs(&["x", "y"]), Some(One("y"))));
    assert!(check(differs(&["x", "y"]), Some(One("z"))));
    assert!(!check(equals(&[]), Some(One("z"))));
    assert!(check(differs(&[]), Some(One("z"))));
}

#[test]
fn missing_keys() {
    assert!(!check(equals(&["x"]), None));
    assert!(check(differs(&["x"]), None));
    assert!(check(Atom { if_exists: true, ..equals(&["x"]) }, None));
    assert!(!check(Atom { if_exists: true, ..equals(&["x"]) }, Some(One("y"))));
    assert!(check(Atom { quantifier: ForAllValues, ..equals(&["x"]) }, None));
    assert!(!check(Atom { quantifier: ForAnyValue, ..equals(&["x"]) }, None));
    assert!(!check(Atom { quantifier: ForAnyValue, ..differs(&["x"]) }, None));
    assert!(check(Atom { quantifier: ForAnyValue, if_exists: true, ..equals(&["x"]) }, None));
}

#[test]
fn null() {
    let null = |wanted| atom(Operator::Null, "a:k", vec![Value::Null(wanted)]);
    for (value, is_null) in [
        (None, true),
        (Some(One("")), true),
        (Some(Many(&[])), true),
        (Some(One("x")), false),
        (Some(Many(&["x"])), false),
    ] {
        assert_eq!(check(null(true), value), is_null);
        assert_eq!(check(null(false), value), !is_null);
    }
}

#[test]
fn set_operators() {
    let all = |a: Atom| Atom { quantifier: ForAllValues, ..a };
    let any = |a: Atom| Atom { quantifier: ForAnyValue, ..a };
    assert!(check(all(equals(&["x", "y"])), Some(Many(&["x", "y", "x"]))));
    assert!(!check(all(equals(&["x", "y"])), Some(Many(&["x", "z"]))));
    assert!(check(all(equals(&["x"])), Some(Many(&[]))));
    assert!(check(all(equals(&["x"])), Some(One(""))));
    assert!(check(any(equals(&["x"])), Some(Many(&["z", "x"]))));
    assert!(!check(any(equals(&["x"])), Some(Many(&[]))));
    assert!(check(any(equals(&["x"])), Some(One("x"))));
    // R97: the negation belongs to the single value.
    assert!(check(all(differs(&["x", "y"])), Some(Many(&["z", "w"]))));
    assert!(!check(all(differs(&["x", "y"])), Some(Many(&["z", "x"]))));
    assert!(check(any(differs(&["x", "y"])), Some(Many(&["z", "x"]))));
    assert!(!check(any(differs(&["x", "y"])), Some(Many(&["y", "x"]))));
}

#[test]
fn plain_operators_do_not_judge_lists() {
    assert!(!check(equals(&["x"]), Some(Many(&["x"]))));
    assert!(!check(differs(&["x"]), Some(Many(&["y"]))));
}

#[test]
fn variables() {
    let with = |operator, value: &str, context: &[(&str, Values<'_>)]| {
        condition_holds(Condition::Atom(atom(operator, "a:k", vec![text(value)])), context)
    };
    let name = ("aws:UserName", One("b*"));
    assert!(with(Operator::StringEquals, "${aws:username}", &[("a:k", One("b*")), name]));
    assert!(with(Operator::StringLike, "${aws:username}/*", &[("a:k", One("b*/x")), name]));
    assert!(!with(Operator::StringLike, "${aws:username}/*", &[("a:k", One("bb/x")), name]));
    assert!(!with(Operator::StringEquals, "${aws:username}", &[("a:k", One(""))]));
    assert!(with(Operator::StringNotEquals, "${aws:username}", &[("a:k", One(""))]));
    assert!(!with(
        Operator::StringEquals,
        "${aws:username}",
        &[("a:k", One("x")), ("aws:username", Many(&["x"]))]
    ));
    assert!(with(Operator::StringEquals, "${aws:username, 'none'}", &[("a:k", One("none"))]));
    // In an allow an empty value must match with the default and without (R120).
    assert!(!with(
        Operator::StringEquals,
        "${aws:username,'n'}",
        &[("a:k", One("n")), ("aws:username", One(""))]
    ));
    assert!(with(
        Operator::StringLike,
        "n*${aws:username,'n'}",
        &[("a:k", One("nn")), ("aws:username", One(""))]
    ));
}

#[test]
fn and_or_nest_without_recursion() {
    let yes = || Condition::Atom(equals(&["x"]));
    let no = || Condition::Atom(equals(&["y"]));
    let holds = |c| condition_holds(c, &[("a:k", One("x"))]);
    assert!(holds(Condition::And(vec![].into())));
    assert!(!holds(Condition::Or(vec![].into())));
    assert!(holds(Condition::And(vec![yes(), Condition::Or(vec![no(), yes(), no()].into()), yes()].into())));
    assert!(!holds(Condition::And(vec![yes(), Condition::Or(vec![no(), no()].into()), yes()].into())));
    assert!(holds(Condition::Or(
        vec![Condition::And(vec![yes(), no()].into()), Condition::And(vec![].into())].into()
    )));
    assert!(!holds(Condition::Or(
        vec![Condition::And(vec![yes(), Condition::And(vec![no()].into())].into())].into()
    )));
}
