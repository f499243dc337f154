//! Counts of what generated requests reached, so that a run that tests little shows.

use crate::request::Owned;
use crate::requests::each_atom;
use std::collections::BTreeMap;
use std::fmt;
use tabella::hir::{Quantifier, World};
use tabella_runtime::{Decision, Outcome};

/// Counters of one run.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Worlds.
    pub worlds: u64,
    /// Requests.
    pub requests: u64,
    /// By outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// By outcome and gate.
    pub gates: BTreeMap<String, u64>,
    /// By kind of caller.
    pub callers: BTreeMap<&'static str, u64>,
    /// By feature of the request.
    pub features: BTreeMap<&'static str, u64>,
    /// Occurrences of operators in documents.
    pub operators: BTreeMap<String, u64>,
}

impl Coverage {
    /// Counts a world's documents.
    pub fn world(&mut self, world: &World) {
        self.worlds += 1;
        for statement in world.policies.iter().flat_map(|p| &p.statements) {
            each_atom(&statement.condition, &mut |a| {
                let set = match a.quantifier {
                    Quantifier::Single => "",
                    Quantifier::ForAllValues => "ForAllValues:",
                    Quantifier::ForAnyValue => "ForAnyValue:",
                };
                let exists = if a.if_exists { "IfExists" } else { "" };
                *self.operators.entry(format!("{set}{}{exists}", a.operator.name())).or_default() += 1;
            });
        }
    }

    /// Counts a request and its answer.
    pub fn request(&mut self, request: &Owned, decision: Decision) {
        self.requests += 1;
        *self.outcomes.entry(decision.outcome.to_string()).or_default() += 1;
        *self.gates.entry(format!("{} by {}", decision.outcome, decision.gate)).or_default() += 1;
        *self.callers.entry(caller(&request.principal)).or_default() += 1;
        let features = [
            ("complete context", request.complete),
            ("session policies", request.session_policies.is_some()),
            ("session tags", !request.tags.is_empty()),
            ("session keys", !request.session_keys.is_empty()),
            ("endpoint", request.endpoint.is_some()),
            ("resource account", request.resource_account.is_some()),
            ("issuer", request.issuer.is_some()),
            ("clock", request.now.is_some()),
            ("end", request.expires.is_some()),
            ("empty list", request.context.iter().any(|e| e.values.is_empty())),
        ];
        for (name, _) in features.into_iter().filter(|f| f.1) {
            *self.features.entry(name).or_default() += 1;
        }
    }

    /// Adds another run's counts.
    pub fn add(&mut self, other: &Coverage) {
        self.worlds += other.worlds;
        self.requests += other.requests;
        for (mine, theirs) in [
            (&mut self.outcomes, &other.outcomes),
            (&mut self.gates, &other.gates),
            (&mut self.operators, &other.operators),
        ] {
            theirs.iter().for_each(|(k, v)| *mine.entry(k.clone()).or_default() += v);
        }
        for (mine, theirs) in [(&mut self.callers, &other.callers), (&mut self.features, &other.features)] {
            theirs.iter().for_each(|(k, v)| *mine.entry(k).or_default() += v);
        }
    }

    /// Percent of requests that were allowed.
    pub fn allowed(&self) -> f64 {
        let allow = self.outcomes.get(&Outcome::Allow.to_string()).copied().unwrap_or(0);
        100.0 * allow as f64 / self.requests.max(1) as f64
    }
}

fn caller(principal: &str) -> &'static str {
    match principal {
        "*" => "anonymous",
        p if p.contains(":assumed-role/") => "role session",
        p if p.contains(":federated-user/") => "federated user",
        p if p.contains(":user/") => "user",
        p if p.contains(":role/") => "role",
        p if p.ends_with(":root") => "root",
        p if p.contains("-provider/") => "provider",
        p if p.ends_with(".amazonaws.com") => "service",
        _ => "other",
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} worlds, {} requests, {:.1} % allowed", self.worlds, self.requests, self.allowed())?;
        let share = |n: u64| 100.0 * n as f64 / self.requests.max(1) as f64;
        for (k, n) in &self.gates {
            writeln!(f, "  {k}: {n} ({:.2} %)", share(*n))?;
        }
        for (title, counts) in [("callers", &self.callers), ("features", &self.features)] {
            write!(f, "  {title}:")?;
            for (k, n) in counts {
                write!(f, " {k} {:.1} %,", share(*n))?;
            }
            writeln!(f)?;
        }
        let least = self.operators.iter().min_by_key(|o| o.1);
        let least = least.map_or(String::new(), |(k, n)| format!(", fewest: {k} {n}"));
        writeln!(f, "  {} operator forms in documents{least}", self.operators.len())
    }
}
