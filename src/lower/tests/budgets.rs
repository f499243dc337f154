//! Over the budget nothing is lost: a set without rows is marked, and time and memory stay in proportion.

use super::{compile, lower, policy, statement, world};
use crate::catalog::Catalog;
use crate::hir::{Effect, Policy, Statement};
use crate::limits::Limits;
use crate::normalize::normalize;
use crate::resolve::Checked;
use crate::source::{FileId, SourceMap, Span};
use std::time::{Duration, Instant};

#[test]
fn a_set_over_the_budget_is_marked_and_has_no_rows() {
    let p = policy("p", vec![statement(Effect::Allow, false, &["s3:get", "ec2:*"], 1, 0)]);
    let q = policy("q", vec![statement(Effect::Allow, false, &["*"], 1, 0)]);
    let tight = Limits { rows: 1, ..Limits::default() };
    let tables = compile(&world(vec![p, q], &[vec![0], vec![1]]), &tight);
    let tabled: Vec<(bool, usize)> = tables.sets.iter().map(|s| (s.tabled, s.rows.len())).collect();
    assert_eq!(tabled, [(false, 0), (true, 0)]);
    assert_eq!(tables.policies.len(), 2);
    assert_eq!((tables.shapes.len(), tables.palettes.len()), (0, 0));
}

#[test]
fn a_set_over_the_budget_is_named_at_its_largest_policy() {
    let at = |line: usize, statement: Statement| Statement {
        span: Span::new(FileId(0), line * 10, line * 10 + 5),
        ..statement
    };
    let allow = |actions: &[&str]| statement(Effect::Allow, false, actions, 1, 0);
    let p = policy("p", vec![at(1, allow(&["ec2:*"]))]);
    let q = policy("q", vec![at(2, allow(&["s3:get"])), at(3, allow(&["s3:*", "ec2:*"]))]);
    let world = world(vec![p, q], &[vec![0, 1]]);
    let tight = Limits { rows: 1, ..Limits::default() };
    let nf = normalize(&Checked::new(world).unwrap(), &tight).0.unwrap();
    let (_, found) = lower(&nf, &Catalog::default(), &SourceMap::new(), &tight);
    let label = found.first().and_then(|d| d.primary.as_ref()).unwrap();
    assert_eq!(label.text, "`q`, with 2 statements, is in one of them");
    assert!([20, 30].contains(&label.span.start), "{label:?}");
    assert_eq!(found[0].secondary.len(), 1);
}

/// Compiles within a generous time for a debug build on a busy machine; what is quadratic takes minutes.
fn quickly(policies: Vec<Policy>, users: &[Vec<usize>]) -> super::Tables {
    quickly_within(policies, users, &Limits::default())
}

fn quickly_within(policies: Vec<Policy>, users: &[Vec<usize>], limits: &Limits) -> super::Tables {
    let start = Instant::now();
    let tables = compile(&world(policies, users), limits);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    tables
}

#[test]
fn very_many_statements_with_actions_of_their_own() {
    let statements = (0..20_000).map(|i| statement(Effect::Allow, i % 3 == 0, &[&format!("s3:a{i}")], 1, 0));
    let tables = quickly(vec![policy("p", statements.collect())], &[vec![0]]);
    assert_eq!(tables.policies[0].statements.len(), 20_000);
}

#[test]
fn very_many_wildcards_in_one_list() {
    let patterns: Vec<String> = (0..10_000).map(|i| format!("s3:*{i}*x?{}*", i % 7)).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let both = vec![
        statement(Effect::Allow, false, &patterns, 0, 0),
        statement(Effect::Deny, true, &patterns, 0, 0),
    ];
    quickly(vec![policy("p", both)], &[vec![0]]);
}

#[test]
fn very_many_wildcards_over_very_many_actions() {
    let statements = (0..8_000).map(|i| {
        let (literal, glob) = (format!("s3:a{i}"), format!("s3:*{}*{}", i % 1_000, i % 10));
        statement(Effect::Allow, false, &[&literal, &glob], 1, 0)
    });
    // 8,000 globs over 8,000 columns are past this budget, a quarter of the usual one.
    let limits = Limits { rows: Limits::default().rows / 4, ..Limits::default() };
    let tables = quickly_within(vec![policy("p", statements.collect())], &[vec![0]], &limits);
    assert!(!tables.sets[0].tabled);
}

#[test]
fn very_many_combinations() {
    let policies =
        (0..64).map(|i| policy(&format!("p{i}"), vec![statement(Effect::Allow, false, &["s3:*"], i, 0)]));
    let users: Vec<Vec<usize>> =
        (0..5_000).map(|u| vec![u % 64, (u / 64) % 64, (u * 7) % 64, (u * 31) % 64]).collect();
    let tables = quickly(policies.collect(), &users);
    assert!(tables.sets.iter().all(|s| s.tabled));
}
