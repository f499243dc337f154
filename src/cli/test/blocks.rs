//! The `test` blocks of an estate.

use super::{Tally, because};
use crate::cli::compile;
use crate::cli::engine::{Answer, Bench, Engine, Ready};
use crate::cli::output::{Console, Stop};
use crate::cli::request::{Asked, Content, Pairs, SessionAsked};
use crate::cli::time::Time;
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use crate::hir::{Expected, TestCase, World};
use std::path::PathBuf;
use tabella_runtime::Outcome;

pub fn run(paths: &[PathBuf], which: Engine, tally: &mut Tally, console: &mut Console) -> Result<(), Stop> {
    let estate = compile::estate(paths, console)?;
    let bench = Bench::of(estate, which, console)?;
    let Some(estate) = &bench.estate else { return Ok(()) };
    let world = estate.checked.world();
    let ready = bench.ready(console)?;
    console.flush();
    for test in &world.tests {
        let before = tally.failed;
        for case in &test.cases {
            match one(case, world, &ready, console) {
                None => tally.passed += 1,
                Some(finding) => {
                    tally.failed += 1;
                    console.report([finding.note(format!("in the test `{}`", test.name))]);
                }
            }
        }
        let verdict = if tally.failed == before { "ok" } else { "FAILED" };
        console.line(format_args!("test {:?} ({}) ... {verdict}", test.name, test.cases.len()))?;
    }
    Ok(())
}

/// Runs one expectation; what is wrong, if anything.
fn one(case: &TestCase, world: &World, ready: &Ready<'_>, console: &Console) -> Option<Diagnostic> {
    let unmet = |text: String| Diagnostic::error(command::UNMET, text).at(case.span);
    let asked = asked(case, world);
    let decided = asked.with(|request| {
        let answer = ready.decide(request, &asked.point_claims(), &console.sources)?;
        let missing = because::missing(&case.because, &answer).join(" ");
        Ok((answer, missing))
    });
    match decided {
        Err(message) => Some(unmet(format!("this request may not be asked: {message}"))),
        Ok(Err(answers)) => {
            let answers: Box<(Answer, Answer)> = answers;
            let text = format!(
                "the engines disagree: tables say {} by {}, the reference {} by {}",
                answers.0.decision.outcome,
                answers.0.decision.gate,
                answers.1.decision.outcome,
                answers.1.decision.gate
            );
            Some(unmet(text))
        }
        Ok(Ok((answer, missing))) => {
            if !is_met(case.expected, answer.decision.outcome) {
                let text = format!("expected {}, got {}", words(case.expected), answer.decision.outcome);
                return Some(explain(unmet(text), &answer));
            }
            if missing.is_empty() {
                return None;
            }
            Some(explain(unmet(format!("the outcome is right, but not because of `{missing}`")), &answer))
        }
    }
}

fn explain(finding: Diagnostic, answer: &Answer) -> Diagnostic {
    let finding = finding.note(answer.sentence());
    answer.deciding().fold(finding, |finding, reason| finding.note(reason.describe()))
}

fn words(expected: Expected) -> &'static str {
    match expected {
        Expected::Allow => "allow",
        Expected::Deny => "deny",
        Expected::DenyImplicitly => "implicit deny",
        Expected::DenyExplicitly => "explicit deny",
    }
}

fn is_met(expected: Expected, outcome: Outcome) -> bool {
    match expected {
        Expected::Allow => outcome == Outcome::Allow,
        Expected::Deny => outcome != Outcome::Allow,
        Expected::DenyImplicitly => outcome == Outcome::ImplicitDeny,
        Expected::DenyExplicitly => outcome == Outcome::ExplicitDeny,
    }
}

fn asked(case: &TestCase, world: &World) -> Asked {
    let content = |e: &crate::hir::ContextEntry| match e.values.as_slice() {
        [one] if !e.list => Content::One(one.to_string()),
        all => Content::Many(all.iter().map(|v| v.to_string()).collect()),
    };
    let name = |id: &crate::hir::PolicyId| world.policies.get(id.index()).map(|p| p.name.to_string());
    let policies = case.session_policies.as_ref().map(|ids| ids.iter().filter_map(name).collect());
    Asked {
        principal: case.principal.to_string(),
        action: case.action.to_string(),
        resource: case.resource.to_string(),
        resource_account: case.resource_account.as_ref().map(|a| a.to_string()),
        endpoint: case.endpoint.as_ref().map(|e| e.to_string()),
        at: case.times.now.map(Time),
        context: Pairs(case.context.iter().map(|e| (e.key.to_string(), content(e))).collect()),
        session: SessionAsked {
            policies,
            issued: case.times.session.map(|(issued, _)| Time(issued)),
            expires: case.times.session.map(|(_, end)| Time(end)),
            ..SessionAsked::default()
        },
    }
}
