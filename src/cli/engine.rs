//! The two engines behind one face: compiled tables, and the reference evaluator.
//! Both answer with a decision and the statements that apply, in words that people know.

use super::compile::{self, Estate};
use super::load::{self, Kind};
use super::output::{Console, Stop};
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use crate::hir::{Effect, World};
use crate::reference;
use crate::source::SourceMap;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;
use tabella_runtime::{Decision, Gate, Outcome, Request, Tables};

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
            Engine::Reference => None,
            Engine::Tables | Engine::Both => Some(compile::artifact(&estate, true, console)?),
        };
        Ok(Bench { estate: Some(estate), bytes, which })
    }

    /// Makes the tables ready; they borrow from the bench.
    pub fn ready(&self, console: &mut Console) -> Result<Ready<'_>, Stop> {
        let tables = match &self.bytes {
            None => None,
            Some(bytes) => match Tables::load(bytes) {
                Ok(tables) => Some(tables),
                Err(error) => {
                    let finding = Diagnostic::error(command::BAD_ARTIFACT, "the artifact cannot be loaded");
                    return console.refuse(finding.note(error.to_string()).help("build it again"));
                }
            },
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
    pub fn decide(&self, request: &Request<'_>, sources: &SourceMap) -> Result<Answer, Box<(Answer, Answer)>> {
        let by_tables = self.tables.as_ref().map(|tables| by_tables(tables, request));
        let wanted = self.bench.which != Engine::Tables;
        let by_reference = self.bench.estate.as_ref().filter(|_| wanted).map(|e| by_reference(e, request, sources));
        match (by_tables, by_reference) {
            (Some(a), Some(b)) if a.decision != b.decision => Err(Box::new((a, b))),
            (Some(answer), _) | (None, Some(answer)) => Ok(answer),
            (None, None) => Ok(Answer {
                decision: Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request },
                reasons: Vec::new(),
            }),
        }
    }
}

/// Decides by the reference evaluator.
pub fn by_reference(estate: &Estate, request: &Request<'_>, sources: &SourceMap) -> Answer {
    let world = estate.checked.world();
    let evaluation = reference::evaluate(world, &estate.catalog, request);
    let reasons = evaluation.findings.iter().filter_map(|f| reason(f, world, sources)).collect();
    Answer { decision: evaluation.decision, reasons }
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
            (_, Gate::Request) => "the request is malformed".into(),
            (Outcome::Allow, Gate::Root) => "the account's root user needs no policy".into(),
            (Outcome::Allow, Gate::Always) => "every authenticated caller may do this".into(),
            (Outcome::Allow, _) => format!("{} {gate} allows it", article(gate)),
            (Outcome::ExplicitDeny, _) => format!("{} {gate} denies it", article(gate)),
            (Outcome::ImplicitDeny, _) => format!("no {gate} allows it"),
        }
    }

    /// The answer as JSON: `decision`, `allowed`, `gate`, `reason`, and the statements that apply.
    pub fn to_json(&self) -> Value {
        let deciding: Vec<&Reason> = self.deciding().collect();
        let statements: Vec<Value> = self
            .reasons
            .iter()
            .map(|r| r.to_json(deciding.iter().any(|d| std::ptr::eq(*d, r))))
            .collect();
        json!({
            "decision": outcome_name(self.decision.outcome),
            "allowed": self.decision.is_allowed(),
            "gate": self.decision.gate.to_string(),
            "reason": self.sentence(),
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
