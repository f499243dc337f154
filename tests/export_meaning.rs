//! Export keeps the meaning: a policy in the language and its IAM JSON, imported again, decide every request alike.
//!
//! Conditions are random trees over few keys and values, so that keys are tested twice with one operator all the
//! time; requests go through every way a key can be there: missing, empty, one value, several values. Decisions
//! are the reference evaluator's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use tabella::catalog::Catalog;
use tabella::diag::has_errors;
use tabella::hir::{Account, AccountId, Identity, IdentityKind, Policy, PolicyId, PolicyKind, World};
use tabella::limits::Limits;
use tabella::source::{FileId, Span};
use tabella::syntax::ast::{Body, ItemKind, Origin};
use tabella::{export, json, reference, resolve, syntax};
use tabella_runtime::{Context, Entry, Outcome, Request, Values};

const USER: &str = "arn:aws:iam::111111111111:user/u";

/// A user who has this policy only.
fn world(policy: Policy) -> World {
    World {
        accounts: vec![Account {
            name: "a".into(),
            id: "111111111111".into(),
            in_organization: false,
            management: false,
            org_path: "".into(),
            scps: None,
            rcps: None,
            span: Span::NONE,
        }],
        policies: vec![policy],
        identities: vec![Identity {
            kind: IdentityKind::User,
            name: "u".into(),
            path: "/".into(),
            account: AccountId(0),
            arn: USER.into(),
            unique_id: None,
            policies: vec![PolicyId(0)],
            groups: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            max_session: 3600,
            service_linked: false,
            trust: None,
            created: None,
            inline: Vec::new(),
            span: Span::NONE,
        }],
        ..World::default()
    }
}

fn from_language(source: &str) -> Policy {
    let limits = Limits::default();
    let (file, found) = syntax::parse(FileId(0), source, &limits);
    assert!(!has_errors(&found), "{source}: {found:?}");
    let [item] = file.items.as_slice() else { panic!("{source}") };
    let ItemKind::Policy(policy) = &item.kind else { panic!("{source}") };
    // A `deny` that can never hold is refused in the language; as a document of IAM it is taken, and exported.
    let body = Body { origin: Origin::Json, ..policy.body.clone() };
    let (policy, found) = resolve::body(&body, PolicyKind::Identity, "P", &limits);
    policy.unwrap_or_else(|| panic!("{source}: {found:?}"))
}

fn from_json(text: &str) -> Policy {
    let limits = Limits::default();
    let (node, found) = json::read(FileId(0), text, &limits);
    assert!(found.is_empty(), "{text}: {found:?}");
    let (body, found) = json::import::document(&node.unwrap(), PolicyKind::Identity);
    let body = body.unwrap_or_else(|| panic!("{text}: {found:?}"));
    let (policy, found) = resolve::body(&body, PolicyKind::Identity, "P", &limits);
    policy.unwrap_or_else(|| panic!("{text}: {found:?}"))
}

fn decide(world: &World, entries: &[Entry<'_>]) -> Outcome {
    let request = Request {
        principal: USER,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/o",
        context: Context::complete(entries).unwrap(),
        extras: None,
    };
    reference::evaluate(world, &Catalog::default(), &request).decision.outcome
}

/// What a key may hold in a request.
const STATES: [Option<Values<'static>>; 14] = [
    None,
    Some(Values::One("")),
    Some(Values::One("1")),
    Some(Values::One("2")),
    Some(Values::One("12")),
    Some(Values::One("true")),
    Some(Values::One("arn:aws:s3:::ab")),
    Some(Values::Many(&[])),
    Some(Values::Many(&[""])),
    Some(Values::Many(&["1"])),
    Some(Values::Many(&["1", "2"])),
    Some(Values::Many(&["2", "12"])),
    Some(Values::Many(&["x", "1"])),
    Some(Values::Many(&["arn:aws:s3:::ab", "arn:aws:s3:::cb"])),
];

fn same_decisions(source: &str) -> Result<bool, TestCaseError> {
    let policy = from_language(source);
    let Ok(document) = export::document(&policy) else { return Ok(false) };
    let text = document.to_string();
    let again = from_json(&text);
    prop_assert_eq!(&text, &export::document(&again).unwrap().to_string());
    let (before, after) = (world(policy), world(again));
    for x in STATES {
        for y in STATES {
            let entries: Vec<Entry<'_>> = [("k:x", x), ("k:y", y), ("k:v", Some(Values::One("1")))]
                .into_iter()
                .filter_map(|(key, values)| values.map(|values| Entry { key, values }))
                .collect();
            let (one, two) = (decide(&before, &entries), decide(&after, &entries));
            prop_assert_eq!(one, two, "{}\n{}\n{:?}", source, text, entries);
        }
    }
    Ok(true)
}

/// A comparison of one of two keys, in any form.
fn comparison() -> impl Strategy<Value = String> {
    let strings =
        prop::sample::subsequence(vec![r#""1""#, r#""2""#, r#""1*""#, r#""${k:v}""#, r#""""#], 0..=3);
    let numbers = prop::sample::subsequence(vec!["1", "2.0", "12"], 1..=2);
    let arns =
        prop::sample::subsequence(vec!["arn:aws:s3:::a*", "arn:aws:s3:::*b", "arn:aws:s3:::c?"], 1..=2);
    let list = |items: Vec<&str>| format!("[{}]", items.join(", "));
    let test = prop_oneof![
        4 => (prop::sample::select(vec!["in", "not in", "like", "not like"]), strings.prop_map(list))
            .prop_map(|(op, values)| format!("{op} {values}")),
        2 => (prop::sample::select(vec!["in", "not in", "<", ">="]), numbers.prop_map(list))
            .prop_map(|(op, values)| format!("{op} {values}")),
        2 => (prop::sample::select(vec!["in", "not in", "like", "not like"]), arns.prop_map(list))
            .prop_map(|(op, values)| format!("{op} {values}")),
        1 => prop::sample::select(vec!["== true", "== false", "in [\"1\"] ignoring case"]).prop_map(str::to_string),
    ];
    let key = prop::sample::select(vec!["k:x", "k:x", "K:X", "k:y"]);
    let set = prop::sample::select(vec!["", "", "", "any of ", "all of "]);
    let suffix = prop::sample::select(vec!["", "", " or missing"]);
    let presence = prop::sample::select(vec!["is missing", "is present"]);
    prop_oneof![
        8 => (set, key.clone(), test, suffix).prop_map(|(set, key, test, suffix)| format!("{set}{key} {test}{suffix}")),
        1 => (key, presence).prop_map(|(key, presence)| format!("{key} {presence}")),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    comparison().prop_recursive(3, 8, 4, |inner| {
        (prop::sample::select(vec![" and ", " and ", " or "]), prop::collection::vec(inner, 2..4))
            .prop_map(|(join, parts)| format!("({})", parts.join(join)))
    })
}

static EXPORTED: AtomicUsize = AtomicUsize::new(0);
static REFUSED: AtomicUsize = AtomicUsize::new(0);

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_exported_policy_decides_as_the_policy(
        allow in expression(), deny in prop::option::of(expression())
    ) {
        let mut source = format!("policy P {{\n  A: allow s3:* on * when {allow}\n");
        if let Some(deny) = deny {
            source.push_str(&format!("  D: deny s3:Get* on * when {deny}\n"));
        }
        source.push_str("}\n");
        let counter = if same_decisions(&source)? { &EXPORTED } else { &REFUSED };
        counter.fetch_add(1, Ordering::Relaxed);
        // Refusing everything would pass: most policies have a form.
        let (exported, refused) = (EXPORTED.load(Ordering::Relaxed), REFUSED.load(Ordering::Relaxed));
        prop_assert!(exported + refused < 100 || exported > refused, "{} {}", exported, refused);
    }
}

/// The rewritings one by one, so that a failure has a name.
#[test]
fn each_rewriting_keeps_the_meaning() {
    for condition in [
        r#"k:x in ["1", "2"] and k:x in ["2", ""]"#,
        r#"k:x not in ["1"] and k:x not in ["2", "${k:v}"]"#,
        r#"all of k:x in ["1", "2"] and all of k:x in ["2", "12"]"#,
        r#"all of k:x not in ["1"] and all of k:x not in ["2"]"#,
        r#"any of k:x in ["1"] and any of k:x in ["2"]"#,
        r#"any of k:x not in ["1"] and any of k:x not in ["2"]"#,
        r#"k:x like ["1*"] and k:x like ["*2"]"#,
        r#"k:x like ["1*"] or missing and k:x like ["*2"] or missing and k:x is present"#,
        r#"all of k:x like ["1*"] and all of k:x like ["*2"]"#,
        "k:x like arn:aws:s3:::a* and k:x like arn:aws:s3:::*b and k:x == arn:aws:s3:::a?",
        "any of k:x like arn:aws:s3:::a* and any of k:x like arn:aws:s3:::*b",
        "k:x == 1 and k:x == 2",
        "k:x in [1, 12] or missing and k:x in [1, 2] or missing",
        r#"k:x in [] and k:x == "1""#,
        r#"k:x not in [] and k:x != "1""#,
        "k:x == true and k:x == false",
    ] {
        let source = format!("policy P {{ allow s3:* on * when {condition} }}\n");
        assert!(same_decisions(&source).unwrap_or_else(|e| panic!("{e}")), "{condition} was refused");
    }
}
