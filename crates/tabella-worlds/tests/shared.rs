//! Long constants and conditions that very many statements share: they compile, and decide as the reference does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use tabella::catalog::Catalog;
use tabella::compile::Estate;
use tabella::limits::Limits;
use tabella::resolve::SourceUnit;
use tabella::source::SourceMap;
use tabella_runtime::layout::work::DECISION_STEPS;
use tabella_runtime::{Context, Entry, Request, Tables, Values};

const STATEMENTS: usize = 300;

/// A user with so many policies, whose statements deny and allow by turns under one condition, some with another beside it.
fn source(head: &str, condition: &str, policies: usize) -> String {
    let names: Vec<String> = (0..policies).map(|p| format!("P{p}")).collect();
    let mut out =
        format!("account main 111111111111\n{head}\nuser Ada in main {{ policies {} }}\n", names.join(", "));
    for (p, name) in names.iter().enumerate() {
        out.push_str(&format!("policy {name} {{\n"));
        for i in (p..STATEMENTS).step_by(policies) {
            let effect = if i % 2 == 0 { "allow" } else { "deny" };
            let more =
                if i % 5 == 0 { format!(" and aws:UserAgent == \"agent-{i}\"") } else { String::new() };
            out.push_str(&format!(
                "  {effect} s3:GetObject on arn:aws:s3:::b/{}/* when {condition}{more}\n",
                i / 4
            ));
        }
        out.push_str("}\n");
    }
    out
}

/// Both evaluators on requests whose key has each of these values.
fn agree(head: &str, condition: &str, key: &str, values: &[Values<'_>]) {
    for policies in [1, STATEMENTS] {
        let text = source(head, condition, policies);
        let (mut sources, limits) = (SourceMap::default(), Limits::default());
        let file = sources.add("a.tabella", text.clone());
        let (tree, found) = tabella::syntax::parse(file, &text, &limits);
        assert!(found.is_empty(), "{found:?}");
        let (estate, found) = Estate::of(&[SourceUnit { file, name: "a.tabella".into(), tree }], &limits);
        let estate = estate.unwrap_or_else(|| panic!("{found:?}"));
        let normal = estate.normal(&limits).0.unwrap();
        let (bytes, found) = estate.artifact(&normal, &sources, &limits, &Default::default());
        let bytes = bytes.unwrap_or_else(|| panic!("{condition}: {found:?}"));
        let tables = Tables::load(&bytes).unwrap();
        assert!(tables.most_steps() <= DECISION_STEPS);
        let catalog = Catalog::shipped().with_services(&estate.checked.world().services);
        let mut allowed = 0;
        for values in values.iter().map(Some).chain([None]) {
            for (folder, agent) in
                [(0, "agent-0"), (1, "agent-5"), (2, "nobody"), (73, "agent-295"), (99, "")]
            {
                let mut entries = vec![Entry { key: "aws:UserAgent", values: Values::One(agent) }];
                entries.extend(values.map(|values| Entry { key, values: *values }));
                let resource = format!("arn:aws:s3:::b/{folder}/x");
                let request = Request {
                    principal: "arn:aws:iam::111111111111:user/Ada",
                    action: "s3:GetObject",
                    resource: &resource,
                    context: Context::new(&entries).unwrap(),
                    extras: None,
                };
                let expected =
                    tabella::reference::evaluate(estate.checked.world(), &catalog, &request).decision;
                assert_eq!(
                    tables.decide(&request),
                    expected,
                    "{condition} {key} {values:?} {folder} {agent}"
                );
                assert_eq!(tables.explain(&request, &mut |_| ()), expected);
                allowed += usize::from(expected.is_allowed());
            }
        }
        // Denies stand beside most allows.
        assert!(allowed < values.len() * 5);
    }
}

fn quoted(text: impl Fn(usize) -> String, many: usize) -> String {
    (0..many).map(|i| format!("\"{}\"", text(i))).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_constant_of_ten_thousand_texts() {
    let head = format!("const C = [{}]", quoted(|i| format!("value-number-{i:05}"), 10_000));
    let values =
        [Values::One("value-number-09999"), Values::One("other"), Values::Many(&["x", "value-number-00000"])];
    agree(&head, "s3:prefix in C", "s3:prefix", &values);
}

#[test]
fn a_constant_of_ten_thousand_patterns() {
    let head = format!("const C = [{}]", quoted(|i| format!("value-number-{i:05}*"), 10_000));
    let values = [
        Values::One("value-number-09999-x"),
        Values::One("other"),
        Values::Many(&["x", "value-number-00000"]),
    ];
    agree(&head, "s3:prefix like C", "s3:prefix", &values);
}

#[test]
fn named_conditions_of_very_many_tests() {
    let tests = |op: &str| -> String {
        let test = |i| match op {
            "and" => format!("s3:prefix != \"value-of-{i}\""),
            _ => format!("aws:RequestTag/k{i} == \"value-of-{i}\""),
        };
        (0..STATEMENTS).map(test).collect::<Vec<_>>().join(&format!(" {op} "))
    };
    let values = [Values::One("value-of-7"), Values::One("other"), Values::Many(&["other", "value-of-7"])];
    agree(&format!("condition C = {}", tests("and")), "C", "s3:prefix", &values);
    agree(&format!("condition C = {}", tests("or")), "C", "aws:RequestTag/k7", &values);
}
