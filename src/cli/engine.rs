//! The two engines behind one face: compiled tables, and the reference evaluator.
//! Both answer with a decision and the statements that apply, in words that people know.

use super::compile;
use super::load::{self, Kind};
use super::output::{Console, Stop};
use crate::compile::Estate;
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use crate::hir::{Effect, World};
use crate::reference;
use crate::source::SourceMap;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;
use tabella_runtime::{Decision, Gate, Malformed, Outcome, Request, Tables};

/// Which engine decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// The compiled tables
    Tables,
    /// The reference evaluator, straight from the rules; slow
    Reference,
    /// Both, which must agree
    Both,
}

/// What decides: an artifact's bytes, and the estate they come from when the sources are at hand.
pub struct Bench {
    /// The sources, resolved.
    pub estate: Option<Estate>,
    bytes: Option<Vec<u8>>,
    which: Engine,
}

/// An answer with its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The answer.
    pub decision: Decision,
    /// All statements that apply, in the order of the gates.
    pub reasons: Vec<Reason>,
    /// For an implicit deny the policies that could have allowed it, each name once.
    pub silent: Vec<String>,
    /// What is wrong with a malformed request: where tables were asked, or if it is a condition key.
    pub malformed: Option<String>,
}

/// A statement that applies to the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The gate it belongs to.
    pub gate: Gate,
    /// The level of a guardrail, from the root.
    pub level: usize,
    /// Allow or deny.
    pub effect: Effect,
    /// The policy's name.
    pub policy: String,
    /// The statement's name.
    pub sid: Option<String>,
    /// File, line and column.
    pub place: Option<(String, u32, u32)>,
}

impl Bench {
    /// Compiles sources, or loads one artifact.
    pub fn open(paths: &[PathBuf], which: Engine, console: &mut Console) -> Result<Self, Stop> {
        match paths {
            [path] if load::kind(path) == Kind::Artifact => {
                if which != Engine::Tables {
                    let text = "an artifact has no sources for the reference evaluator";
                    let finding = Diagnostic::error(command::WRONG_INPUT, text);
                    return console.refuse(finding.help("give the sources, or leave `--engine` out"));
                }
                let bytes = load::bytes(path, console.limits.artifact_bytes, console)?;
                Ok(Bench { estate: None, bytes: Some(bytes), which })
            }
            _ => Self::of(compile::estate(paths, console)?, which, console),
        }
    }

    /// Compiles an estate as far as the engine needs.
    pub fn of(estate: Estate, which: Engine, console: &mut Console) -> Result<Self, Stop> {
        let bytes = match which {
            Engine::Reference => {
                compile::normal(&estate, console)?;
                None
            }
            Engine::Tables | Engine::Both => Some(compile::artifact(&estate, true, console)?),
        };
        Ok(Bench { estate: Some(estate), bytes, which })
    }

    /// Makes the tables ready; they borrow from the bench.
    pub fn ready(&self, console: &mut Console) -> Result<Ready<'_>, Stop> {
        let tables = match &self.bytes {
            None => None,
            Some(bytes) => Some(load::tables("the artifact", bytes, console)?),
        };
        Ok(Ready { bench: self, tables })
    }
}

/// A bench that can decide.
pub struct Ready<'a> {
    bench: &'a Bench,
    tables: Option<Tables<'a>>,
}

impl Ready<'_> {
    /// Decides a request. `Err` holds both answers when the engines disagree.
    pub fn decide(
        &self,
        request: &Request<'_>,
        sources: &SourceMap,
    ) -> Result<Answer, Box<(Answer, Answer)>> {
        let by_tables = self.tables.as_ref().map(|tables| by_tables(tables, request)).transpose()?;
        let wanted = self.bench.which != Engine::Tables;
        let by_reference =
            self.bench.estate.as_ref().filter(|_| wanted).map(|e| by_reference(e, request, sources));
        match (by_tables, by_reference) {
            (Some(a), Some(b)) if a.decision != b.decision => Err(Box::new((a, b))),
            (Some(answer), _) | (None, Some(answer)) => Ok(answer),
            (None, None) => Ok(Answer {
                decision: Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request },
                reasons: Vec::new(),
                silent: Vec::new(),
                malformed: None,
            }),
        }
    }
}

/// Decides by the tables: the decision from the fast path, the reasons from the exact one. `Err` holds the answers
/// of both if they differ.
fn by_tables(tables: &Tables<'_>, request: &Request<'_>) -> Result<Answer, Box<(Answer, Answer)>> {
    let mut reasons = Vec::new();
    let explained = tables.explain(request, &mut |finding| {
        reasons.push(Reason {
            gate: finding.gate,
            level: finding.level,
            effect: match finding.effect {
                tabella_runtime::Effect::Allow => Effect::Allow,
                tabella_runtime::Effect::Deny => Effect::Deny,
            },
            policy: finding.policy.to_string(),
            sid: finding.sid.map(str::to_string),
            place: finding.place.map(|p| (p.file.to_string(), p.line, p.column)),
        });
    });
    let mut silent = Vec::new();
    tables.silent(request, &mut |s| silent.push((s.level, s.policy)));
    let malformed = tables.malformed(request).map(|cause| match tables.unknown_key(request) {
        Some(key) if cause == Malformed::Key => key.to_string(),
        _ => cause.to_string(),
    });
    let answer = answer(tables.decide(request), reasons, silent, malformed);
    if answer.decision == explained {
        return Ok(answer);
    }
    let other = Answer { decision: explained, ..answer.clone() };
    Err(Box::new((answer, other)))
}

/// Decides by the reference evaluator.
pub fn by_reference(estate: &Estate, request: &Request<'_>, sources: &SourceMap) -> Answer {
    let world = estate.checked.world();
    let evaluation = reference::evaluate(world, &estate.catalog, request);
    let reasons = evaluation.findings.iter().filter_map(|f| reason(f, world, sources)).collect();
    let name = |s: &reference::Silent| Some((s.level, &*world.policies.get(s.policy.index())?.name));
    let silent = evaluation.silent.iter().filter_map(name).collect();
    let malformed = evaluation.unknown.map(|key| key.to_string());
    answer(evaluation.decision, reasons, silent, malformed)
}

/// The same words in the same order, whoever has decided: gates in their order, levels from the root, policies by their names.
fn answer(
    decision: Decision,
    mut reasons: Vec<Reason>,
    mut silent: Vec<(usize, &str)>,
    malformed: Option<String>,
) -> Answer {
    // Statements of one policy keep their order.
    reasons.sort_by(|a, b| (a.gate, a.level, &a.policy).cmp(&(b.gate, b.level, &b.policy)));
    silent.sort_unstable();
    let mut seen = hashbrown::HashSet::new();
    let silent = silent.into_iter().map(|(_, name)| name).filter(|name| seen.insert(*name));
    Answer { decision, reasons, silent: silent.map(str::to_string).collect(), malformed }
}

fn reason(finding: &reference::Finding, world: &World, sources: &SourceMap) -> Option<Reason> {
    let policy = world.policies.get(finding.policy.index())?;
    let statement = policy.statements.get(finding.statement)?;
    let place = sources.get(statement.span.file).map(|file| {
        let at = sources.line_col(statement.span.file, statement.span.start);
        (file.name.to_string(), at.line, at.column)
    });
    Some(Reason {
        gate: finding.gate,
        level: finding.level,
        effect: finding.effect,
        policy: policy.name.to_string(),
        sid: statement.sid.as_ref().map(|s| s.to_string()),
        place,
    })
}

impl Answer {
    /// The statements that made the decision: the denies of the gate that denied, or what the deciding gate allows.
    /// None for an implicit deny, which is the absence of one.
    pub fn deciding(&self) -> impl Iterator<Item = &Reason> {
        let effect = match self.decision.outcome {
            Outcome::Allow => Some(Effect::Allow),
            Outcome::ExplicitDeny => Some(Effect::Deny),
            Outcome::ImplicitDeny => None,
        };
        let gate = self.decision.gate;
        self.reasons.iter().filter(move |r| Some(r.effect) == effect && r.gate == gate)
    }

    /// One sentence on why.
    pub fn sentence(&self) -> String {
        let gate = self.decision.gate;
        match (self.decision.outcome, gate) {
            (_, Gate::Request) => match &self.malformed {
                Some(cause) => format!("the request is malformed: {cause}"),
                None => "the request is malformed".into(),
            },
            (Outcome::Allow, Gate::Root) => "the account's root user needs no policy".into(),
            (Outcome::Allow, Gate::Always) => "every authenticated caller may do this".into(),
            (Outcome::Allow, _) => format!("{} {gate} allows it", article(gate)),
            (Outcome::ExplicitDeny, _) => format!("{} {gate} denies it", article(gate)),
            (Outcome::ImplicitDeny, _) => match self.silent.as_slice() {
                [] => format!("no {gate} allows it"),
                [one] => format!("the {gate} `{one}` does not allow it"),
                some => format!("no {gate} allows it: neither of `{}`", some.join("`, `")),
            },
        }
    }

    /// The answer as JSON: `decision`, `allowed`, `gate`, `reason`, and the statements that apply.
    pub fn to_json(&self) -> Value {
        let deciding: Vec<&Reason> = self.deciding().collect();
        let statements: Vec<Value> =
            self.reasons.iter().map(|r| r.to_json(deciding.iter().any(|d| std::ptr::eq(*d, r)))).collect();
        json!({
            "decision": outcome_name(self.decision.outcome),
            "allowed": self.decision.is_allowed(),
            "gate": self.decision.gate.to_string(),
            "reason": self.sentence(),
            "silent": self.silent,
            "statements": statements,
        })
    }
}

impl Reason {
    fn to_json(&self, decided: bool) -> Value {
        let place = self.place.as_ref();
        json!({
            "decided": decided,
            "effect": match self.effect { Effect::Allow => "allow", Effect::Deny => "deny" },
            "gate": self.gate.to_string(),
            "level": self.level,
            "policy": self.policy,
            "sid": self.sid,
            "file": place.map(|p| p.0.as_str()),
            "line": place.map(|p| p.1),
            "column": place.map(|p| p.2),
        })
    }

    /// `policy `TeamFolder`, statement `Read` (data.tabella:8:3)`
    pub fn describe(&self) -> String {
        let mut text = format!("`{}`", self.policy);
        if let Some(sid) = &self.sid {
            text.push_str(&format!(", statement `{sid}`"));
        }
        if let Some((file, line, column)) = &self.place {
            text.push_str(&format!(" at {file}:{line}:{column}"));
        }
        text
    }
}

fn article(gate: Gate) -> &'static str {
    match gate {
        Gate::Endpoint | Gate::Identity => "an",
        _ => "a",
    }
}

/// The name of an outcome in JSON.
pub fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allow => "allow",
        Outcome::ExplicitDeny => "explicit_deny",
        Outcome::ImplicitDeny => "implicit_deny",
    }
}
