//! `because …`: whether the words of an expectation name what decided.

use crate::cli::engine::Answer;
use crate::hir::Str;
use tabella_runtime::Gate;

/// The words that are not among those of the reason.
pub fn missing<'w>(words: &'w [Str], answer: &Answer) -> Vec<&'w str> {
    let known = known(answer);
    words.iter().map(|w| &**w).filter(|w| !known.iter().any(|k| k == w)).collect()
}

/// What may be said of a decision: the gate's words, and the names of the policies and statements that decided.
/// An implicit deny is made by policies that do not allow, so there the policies of the gate count.
fn known(answer: &Answer) -> Vec<String> {
    let mut known: Vec<String> = gate_words(answer.decision.gate).iter().map(|w| w.to_string()).collect();
    for reason in answer.deciding() {
        add_name(&reason.policy, &mut known);
        known.extend(reason.sid.clone());
    }
    for name in &answer.silent {
        add_name(name, &mut known);
    }
    known
}

/// A policy's whole name, and its words: `trust of Analyst` is `trust` and `Analyst`, too.
fn add_name(name: &str, known: &mut Vec<String>) {
    known.push(name.to_string());
    known.extend(name.split([' ', '/']).map(str::to_string));
}

fn gate_words(gate: Gate) -> &'static [&'static str] {
    match gate {
        Gate::Request => &["request"],
        Gate::Rcp => &["resource", "guardrail"],
        Gate::Scp => &["guardrail"],
        Gate::Endpoint => &["endpoint", "policy"],
        Gate::Resource => &["resource", "policy"],
        Gate::Identity => &["identity", "policy"],
        Gate::Boundary => &["boundary"],
        Gate::Session => &["session", "policy"],
        Gate::Root => &["root", "account"],
        Gate::Always => &["always"],
    }
}
