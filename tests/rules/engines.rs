//! What answers: the reference evaluator, with reasons in words, and the tables, which must agree.

use tabella::artifact::{self, WriteOptions};
use tabella::catalog::Catalog;
use tabella::diag::Diagnostic;
use tabella::hir::{Effect, World};
use tabella::limits::Limits;
use tabella::resolve::Checked;
use tabella::source::SourceMap;
use tabella::{lower, normalize, reference};
use tabella_runtime::{Decision, Gate, Outcome, Request, Tables};

/// Compiles a program as far as it goes.
pub fn compile(checked: &Checked, catalog: &Catalog) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let limits = Limits::default();
    let (form, findings) = normalize::normalize(checked, &limits);
    let (tables, _) = lower::lower(&form.ok_or(findings)?, catalog, &SourceMap::new(), &limits);
    artifact::write(&tables, &limits, &WriteOptions::default()).map_err(|d| vec![d])
}

/// What the tables answer, unless it is what the reference says.
pub fn tables_differ(bytes: &[u8], request: &Request<'_>, expected: Decision) -> Option<String> {
    let tables = Tables::load(bytes).unwrap();
    let decided = tables.decide(request);
    let explained = tables.explain(request, &mut |_| {});
    let say = |d: Decision| format!("{} by the {}", d.outcome, d.gate);
    if decided != expected || explained != expected {
        return Some(format!("the tables decide {} and explain {}", say(decided), say(explained)));
    }
    let malformed = tables.malformed(request);
    (malformed.is_some() != (decided.gate == Gate::Request))
        .then(|| format!("the tables decide {} and find {malformed:?}", say(decided)))
}

/// An answer and the words that `because` may use of it.
pub struct Answer {
    pub decision: Decision,
    pub words: Vec<String>,
}

/// The reference evaluator's answer. The words are those of the gate and of the policies and statements that
/// decide; nobody in particular decides an implicit deny.
pub fn reference(world: &World, catalog: &Catalog, request: &Request<'_>) -> Answer {
    let evaluation = reference::evaluate(world, catalog, request);
    let decision = evaluation.decision;
    let deciding = match decision.outcome {
        Outcome::Allow => Some(Effect::Allow),
        Outcome::ExplicitDeny => Some(Effect::Deny),
        Outcome::ImplicitDeny => None,
    };
    let mut words: Vec<String> = gate_words(decision.gate).iter().map(|w| w.to_string()).collect();
    for finding in
        evaluation.findings.iter().filter(|f| f.gate == decision.gate && Some(f.effect) == deciding)
    {
        let policy = &world.policies[finding.policy.index()];
        words.extend(policy.name.split([' ', '/']).map(str::to_owned));
        words.extend(policy.statements[finding.statement].sid.iter().map(|sid| sid.to_string()));
    }
    Answer { decision, words }
}

fn gate_words(gate: Gate) -> &'static [&'static str] {
    match gate {
        Gate::Request => &["request"],
        Gate::Rcp => &["resource", "guardrail"],
        Gate::Scp => &["guardrail"],
        Gate::Endpoint => &["endpoint"],
        Gate::Resource => &["resource"],
        Gate::Identity => &["identity"],
        Gate::Boundary => &["boundary"],
        Gate::Session => &["session"],
        Gate::Root => &["root"],
        Gate::Always => &["always"],
    }
}
