//! One test for each rewriting: what it changes, and what it must leave alone.

use super::atoms::{self, Test};
use super::condition::{Normalizer, TooMuch};
use super::resources::{Pattern, Why, canonical, is_canonical, rewritten};
use super::{actions, glob};
use crate::hir::{
    ActionPattern, Actions, Atom, Condition, Effect, Operator, Piece, PolicyKind, Quantifier, Template, Value,
};
use crate::limits::Limits;
use crate::source::Span;
use Operator::*;
use Quantifier::{ForAllValues, ForAnyValue, Single};
use proptest::prelude::*;

/// Text in which `*` and `?` are wildcards and `$` is a variable.
fn template(text: &str) -> Template {
    let piece = |c: char| match c {
        '*' => Piece::Any,
        '?' => Piece::One,
        '$' => Piece::Variable { key: "k".into(), written: "k".into(), default: None },
        c => Piece::Literal(c.to_string().into()),
    };
    glob::template(text.chars().map(piece).collect())
}

fn spelled(template: &Template) -> String {
    let piece = |p: &Piece| match p {
        Piece::Any => "*".to_owned(),
        Piece::One => "?".to_owned(),
        Piece::Variable { .. } => "$".to_owned(),
        Piece::Literal(l) => l.to_string(),
    };
    template.pieces.iter().map(piece).collect()
}

fn atom(quantifier: Quantifier, operator: Operator, if_exists: bool, key: &str, values: &[&str]) -> Atom {
    let value = |v: &&str| match operator {
        Null => Value::Null(*v == "true"),
        Bool => Value::Bool(template(v)),
        _ => Value::Text(template(v)),
    };
    Atom {
        quantifier,
        operator,
        if_exists,
        key: key.into(),
        written_key: key.into(),
        values: values.iter().map(value).collect(),
        span: Span::NONE,
    }
}

/// A test as text: `op key a,b`, with `all`/`any` before and `?` behind the operator.
fn show(test: &Test) -> String {
    match test {
        Test::Always => "always".to_owned(),
        Test::Never => "never".to_owned(),
        Test::Atom(a) => show_atom(a),
    }
}

fn show_atom(a: &crate::nf::Atom) -> String {
    let quantifier = match a.quantifier {
        Single => "",
        ForAllValues => "all ",
        ForAnyValue => "any ",
    };
    let value = |v: &Value| match v {
        Value::Text(t) | Value::Bool(t) => spelled(t),
        Value::Null(n) => n.to_string(),
        other => format!("{other:?}"),
    };
    let values: Vec<String> = a.values.iter().map(value).collect();
    let if_exists = if a.if_exists { "?" } else { "" };
    let doubt = if a.doubt { " (in doubt)" } else { "" };
    format!("{quantifier}{}{if_exists} {} {}{doubt}", a.operator.name(), a.key, values.join(","))
}

#[track_caller]
fn check_atom(atom: Atom, expected: &str) {
    let (operator, values) = atoms::canonical_values(atom.operator, false, &atom.values);
    assert_eq!(show(&atoms::canonical(&atom, false, operator, values)), expected);
}

#[test]
fn values_are_sorted_and_written_once() {
    check_atom(atom(Single, StringEquals, false, "k", &["b", "a", "b"]), "StringEquals k a,b");
    check_atom(atom(Single, Bool, false, "k", &["TRUE", "true"]), "Bool k true");
}

#[test]
fn one_arn_operator_for_two_names() {
    check_atom(atom(Single, ArnEquals, false, "k", &["a:*"]), "ArnLike k a:*");
    check_atom(atom(Single, ArnNotEquals, true, "k", &["a:*"]), "ArnNotLike k a:*");
    // A lone `*` is in doubt: an allow has nothing of it.
    check_atom(atom(Single, ArnLike, false, "k", &["**"]), "never");
    check_atom(atom(Single, ArnNotLike, false, "k", &["**"]), "ArnNotLike k **");
    let denied = |a: Atom| {
        let doubt = atoms::in_doubt(a.operator, Effect::Deny);
        let (operator, values) = atoms::canonical_values(a.operator, doubt, &a.values);
        show(&atoms::canonical(&a, doubt, operator, values))
    };
    assert_eq!(denied(atom(Single, ArnLike, false, "k", &["**"])), "ArnLike k ** (in doubt)");
    assert_eq!(denied(atom(Single, ArnNotLike, false, "k", &["**"])), "ArnNotLike k  (in doubt)");
}

#[test]
fn like_without_wildcards_is_equals() {
    check_atom(atom(Single, StringLike, false, "k", &["a", "b"]), "StringEquals k a,b");
    check_atom(atom(ForAnyValue, StringNotLike, false, "k", &["a"]), "any StringNotEquals k a");
    check_atom(atom(Single, StringLike, false, "k", &["a", "b*"]), "StringLike k a,b*");
    check_atom(atom(Single, StringLike, false, "k", &["a$"]), "StringLike k a$");
}

#[test]
fn like_drops_values_that_another_covers() {
    check_atom(atom(Single, StringLike, false, "k", &["a*", "ab", "ab?", "b$"]), "StringLike k a*,b$");
    check_atom(atom(ForAllValues, StringNotLike, false, "k", &["*?*", "a?**"]), "all StringNotLike k ?*");
}

#[test]
fn if_exists_goes_where_a_missing_key_holds_anyway() {
    check_atom(atom(Single, StringNotEquals, true, "k", &["a"]), "StringNotEquals k a");
    check_atom(atom(ForAllValues, StringEquals, true, "k", &["a"]), "all StringEquals k a");
    check_atom(atom(Single, StringEquals, true, "k", &["a"]), "StringEquals? k a");
    check_atom(atom(ForAnyValue, StringNotEquals, true, "k", &["a"]), "any StringNotEquals? k a");
    check_atom(atom(Single, Bool, true, "k", &["false"]), "Bool? k false");
}

#[test]
fn tests_that_no_request_changes() {
    check_atom(atom(Single, Null, false, "k", &["true", "false"]), "always");
    check_atom(atom(Single, StringEquals, false, "k", &[]), "never");
    check_atom(atom(Single, StringEquals, true, "k", &[]), "StringEquals? k ");
    check_atom(atom(ForAllValues, StringEquals, false, "k", &[]), "all StringEquals k ");
    // False for a multivalued key (R94), so not `always`.
    check_atom(atom(Single, StringNotEquals, false, "k", &[]), "StringNotEquals k ");
}

/// A condition as alternatives of tests.
fn dnf(condition: &Condition) -> Result<Vec<String>, TooMuch> {
    let limits = Limits::default();
    let mut normalizer = Normalizer::new(&limits);
    let dnf = normalizer.dnf(condition, Effect::Allow)?;
    let (pool, moved) = normalizer.atoms.finish();
    let mut out: Vec<String> = dnf
        .iter()
        .map(|all| {
            let mut tests: Vec<String> =
                all.iter().map(|a| show_atom(&pool[moved[*a as usize] as usize])).collect();
            tests.sort();
            tests.join(" & ")
        })
        .collect();
    out.sort();
    Ok(out)
}

fn eq(key: &str, value: &str) -> Condition {
    Condition::Atom(atom(Single, StringEquals, false, key, &[value]))
}

fn ne(key: &str, value: &str) -> Condition {
    Condition::Atom(atom(Single, StringNotEquals, false, key, &[value]))
}

#[test]
fn and_goes_under_or() {
    let both =
        Condition::And(vec![Condition::Or(vec![eq("a", "1"), eq("b", "1")].into()), eq("c", "1")].into());
    let alternatives = ["StringEquals a 1 & StringEquals c 1", "StringEquals b 1 & StringEquals c 1"];
    assert_eq!(dnf(&both).unwrap(), alternatives);
    assert_eq!(dnf(&Condition::TRUE).unwrap(), [""]);
    assert_eq!(dnf(&Condition::Or(vec![eq("a", "1"), Condition::TRUE].into())).unwrap(), [""]);
}

#[test]
fn alternatives_on_one_key_are_one_test() {
    assert_eq!(dnf(&Condition::Or(vec![eq("a", "1"), eq("a", "2")].into())).unwrap(), ["StringEquals a 1,2"]);
    assert_eq!(
        dnf(&Condition::And(vec![ne("a", "1"), ne("a", "2")].into())).unwrap(),
        ["StringNotEquals a 1,2"]
    );
    let all = |v| Condition::Atom(atom(ForAllValues, StringEquals, false, "a", &[v]));
    assert_eq!(dnf(&Condition::Or(vec![all("1"), all("2")].into())).unwrap().len(), 2);
    let any = |v| Condition::Atom(atom(ForAnyValue, StringNotEquals, false, "a", &[v]));
    assert_eq!(dnf(&Condition::And(vec![any("1"), any("2")].into())).unwrap().len(), 1);
    assert!(dnf(&Condition::And(vec![any("1"), any("2")].into())).unwrap()[0].contains('&'));
}

#[test]
fn what_excludes_itself_is_never() {
    let null = |v| Condition::Atom(atom(Single, Null, false, "a", &[v]));
    let may_hold = |condition: &Condition, effect| {
        let limits = Limits::default();
        let mut normalizer = Normalizer::new(&limits);
        let dnf = normalizer.dnf(condition, effect).unwrap();
        assert_eq!(dnf.len(), 1);
        normalizer.may_hold(&dnf)
    };
    for never in [vec![eq("a", "1"), eq("a", "2")], vec![eq("a", "1"), ne("a", "1")]] {
        let never = Condition::And(never.into());
        assert!(!may_hold(&never, Effect::Allow));
        // Of several values some equals the one and some the other.
        assert!(may_hold(&never, Effect::Deny));
    }
    assert!(dnf(&Condition::And(vec![null("true"), null("false")].into())).unwrap().is_empty());
    // An empty string is null and equals an empty string (R93).
    assert_eq!(dnf(&Condition::And(vec![null("true"), eq("a", "")].into())).unwrap().len(), 1);
    let variable = Condition::And(vec![eq("a", "$"), eq("a", "1")].into());
    assert_eq!(dnf(&variable).unwrap().len(), 1);
}

#[test]
fn limits_hold() {
    let either = |i: usize| Condition::Or(vec![eq(&format!("a{i}"), "1"), eq(&format!("b{i}"), "1")].into());
    assert_eq!(dnf(&Condition::And((0..8).map(either).collect())).unwrap().len(), 256);
    assert_eq!(dnf(&Condition::And((0..9).map(either).collect())), Err(TooMuch::Alternatives));
    // Alternatives that are written out are no product, even beside another test.
    let many = Condition::Or((0..1_000).map(|i| eq(&format!("a{i}"), "1")).collect());
    assert_eq!(dnf(&many).unwrap().len(), 1_000);
    assert_eq!(dnf(&Condition::And(vec![many, eq("b", "1")].into())).unwrap().len(), 1_000);
    let deep = (0..5_000).fold(eq("a", "1"), |c, _| Condition::And(vec![c].into()));
    assert_eq!(dnf(&deep), Err(TooMuch::Depth));
    // Dropping what is so deep would overflow the stack by itself.
    std::mem::forget(deep);
}

#[track_caller]
fn check_pattern(kind: PolicyKind, pattern: &str, expected: &str) {
    let got = match canonical(&template(pattern), kind) {
        Pattern::Any => "everything".to_owned(),
        Pattern::Parts(t) => spelled(&t),
        Pattern::Unmatchable(Why::Short) => "short".to_owned(),
        Pattern::Unmatchable(Why::Variable) => "variable".to_owned(),
    };
    assert_eq!(got, expected);
}

#[test]
fn short_arns_are_filled_up_by_kind() {
    use PolicyKind::*;
    check_pattern(Identity, "arn:aws:s3", "arn:aws:s3:*:*:*");
    check_pattern(Session, "arn:aws:s*", "arn:aws:s*:*:*:*");
    check_pattern(Resource, "arn:aws:s3", "short");
    check_pattern(Endpoint, "arn:aws:?3", "arn:aws:?3:*:*:*");
    check_pattern(Scp, "arn:aws:s3:*", "arn:aws:s3:*:*:*");
    check_pattern(Scp, "arn:*:s3", "short");
    check_pattern(Identity, "*", "everything");
    check_pattern(Identity, "arn:aws:s3:::b:c:*", "arn:aws:s3:::b:c:*");
    check_pattern(Identity, "arn:aws:s3::$:x", "variable");
    check_pattern(Identity, "arn:aws:s3:::$/x", "arn:aws:s3:::$/x");
}

#[test]
fn wildcard_runs_keep_what_a_part_may_run_into() {
    use PolicyKind::Identity;
    check_pattern(Identity, "arn:aws:s3:a**b:1:**?", "arn:aws:s3:a*b:1:?*");
    // A final star may pass the colon (R68), one before a question mark may not.
    check_pattern(Identity, "arn:aws:s3:*?:1:x", "arn:aws:s3:*?:1:x");
    check_pattern(Identity, "arn:aws:s3:?*?:1:x", "arn:aws:s3:*??:1:x");
    check_pattern(Identity, "arn:aws:s3:*?*:1:x", "arn:aws:s3:?*:1:x");
}

#[test]
fn actions_are_canonical() {
    let set = |negated, patterns: &[&str]| {
        let patterns = patterns.iter().map(|p| ActionPattern { text: (*p).into() }).collect();
        let (set, faults) = actions::set(&Actions { negated, patterns });
        (set.patterns.iter().map(ToString::to_string).collect::<Vec<_>>(), faults.len())
    };
    assert_eq!(
        set(false, &["S3:Get**", "s3:GetObject", "ec2:Run"]),
        (vec!["ec2:run".into(), "s3:get*".into()], 0)
    );
    assert_eq!(set(true, &["*:*", "s3:x"]), (vec!["*".into()], 0));
    assert_eq!(set(false, &["s3:Get Object", "s3:x"]), (vec!["s3:x".into()], 1));
    assert_eq!(set(false, &["s*:x"]), (vec![], 1));
}

#[test]
fn a_deny_that_matches_nothing_is_an_error() {
    use crate::hir::{Effect, Policy, ResourcePattern, Resources, Statement, World};
    let world = |effect, negated| World {
        policies: vec![Policy {
            name: "P".into(),
            arn: None,
            kind: PolicyKind::Session,
            version: None,
            id: None,
            statements: vec![Statement {
                sid: None,
                effect,
                principals: None,
                actions: Actions {
                    negated: false,
                    patterns: vec![ActionPattern { text: "s3:x".into() }].into(),
                },
                resources: Some(Resources {
                    negated,
                    patterns: vec![ResourcePattern { text: template("arn:aws:s3:$::x") }].into(),
                }),
                condition: Condition::TRUE,
                annotations: Vec::new(),
                span: Span::NONE,
            }],
            span: Span::NONE,
        }],
        ..World::default()
    };
    for (effect, negated, error) in [
        (Effect::Deny, false, true),
        (Effect::Deny, true, false),
        (Effect::Allow, false, false),
        (Effect::Allow, true, true),
    ] {
        let (nf, found) = super::of_world(&world(effect, negated), &Limits::default());
        assert_eq!((nf.is_none(), found.len()), (error, 1), "{effect:?} {negated} {found:?}");
    }
}

/// The plainest glob there is.
fn naive(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            naive(rest, text) || text.split_first().is_some_and(|(_, shorter)| naive(pattern, shorter))
        }
        (Some((b'?', rest)), Some((_, shorter))) => naive(rest, shorter),
        (Some((p, rest)), Some((t, shorter))) => p == t && naive(rest, shorter),
        _ => false,
    }
}

proptest! {
    #[test]
    fn globs_match_as_they_should(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        prop_assert_eq!(glob::matches(&pattern, &text), naive(pattern.as_bytes(), text.as_bytes()));
        let canonical = glob::canonical_text(&pattern);
        prop_assert_eq!(glob::matches(&canonical, &text), naive(pattern.as_bytes(), text.as_bytes()));
    }

    #[test]
    fn what_covers_matches_all_that_is_covered(big in "[ab*?]{0,6}", small in "[ab*?]{0,6}", text in "[ab]{0,6}") {
        if glob::covers(&glob::of_text(&big), &glob::of_text(&small)) && glob::matches(&small, &text) {
            prop_assert!(glob::matches(&big, &text));
        }
    }

    #[test]
    fn dropping_the_covered_keeps_the_union(patterns in proptest::collection::btree_set("[ab*?]{0,5}", 0..8), text in "[ab]{0,6}") {
        let patterns: Vec<String> = patterns.into_iter().collect();
        let tokens: Vec<_> = patterns.iter().map(|p| glob::of_text(p)).collect();
        let keep = glob::uncovered(&tokens);
        let all = patterns.iter().any(|p| glob::matches(p, &text));
        let kept = patterns.iter().zip(&keep).filter(|(_, k)| **k).any(|(p, _)| glob::matches(p, &text));
        prop_assert_eq!(all, kept);
    }

    #[test]
    fn what_is_canonical_at_first_sight_is_left_alone(pattern in "([ab*?]{0,2}:){5}[ab:*?$]{0,4}") {
        let pattern = template(&pattern);
        if is_canonical(&pattern.pieces) {
            prop_assert_eq!(rewritten(&pattern, PolicyKind::Identity), Pattern::Parts(pattern));
        }
    }
}
