//! Action sets: lower case, canonical, nothing twice.

use super::glob;
use crate::hir::{self, Str};
use crate::nf::ActionSet;

/// What is wrong with an action pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// White space in it: it matches no action (R63).
    Whitespace,
    /// A wildcard before the colon, or no colon (R62).
    Prefix,
}

/// The canonical set, and the patterns that can't be in it.
pub(super) fn set(actions: &hir::Actions) -> (ActionSet, Vec<(Fault, Str)>) {
    let mut faults = Vec::new();
    let mut patterns = Vec::with_capacity(actions.patterns.len());
    for pattern in &actions.patterns {
        match canonical(&pattern.text) {
            Ok(text) => patterns.push(text),
            Err(fault) => faults.push((fault, pattern.text.clone())),
        }
    }
    (ActionSet { negated: actions.negated, patterns: reduce(patterns) }, faults)
}

/// One pattern. Letters become lower case, because matching ignores case (R60); runs of wildcards become canonical;
/// `*:*` becomes `*`, because every action has a colon (R62). A pattern with white space matches nothing (R63).
fn canonical(text: &str) -> Result<String, Fault> {
    if text.contains(char::is_whitespace) {
        return Err(Fault::Whitespace);
    }
    let text = glob::canonical_text(&text.to_ascii_lowercase());
    if text == "*" || text == "*:*" {
        return Ok("*".to_owned());
    }
    match text.split_once(':') {
        Some((prefix, _)) if !prefix.is_empty() && !prefix.contains(['*', '?']) => Ok(text),
        _ => Err(Fault::Prefix),
    }
}

/// Sorts, drops what is repeated and what another pattern of the list covers: the list means its union, so what is
/// covered adds nothing, be it under Action or under NotAction (R61, R64).
fn reduce(mut patterns: Vec<String>) -> Vec<Str> {
    patterns.sort_unstable();
    patterns.dedup();
    if patterns.iter().all(|p| !p.contains(['*', '?'])) {
        return patterns.into_iter().map(Str::from).collect();
    }
    let tokens: Vec<_> = patterns.iter().map(|p| glob::of_text(p)).collect();
    let keep = glob::uncovered(&tokens);
    patterns.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| p.into()).collect()
}
