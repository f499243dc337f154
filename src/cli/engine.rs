//! The two engines behind one face: compiled tables, and the reference evaluator.
//! Both answer with a decision and the statements that apply, in words that people know.

use super::compile;
use super::load::{self, Kind};
use super::output::{Console, Stop};
use super::request::PointClaim;
use crate::compile::Estate;
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use crate::hir::{Effect, World};
use crate::reference;
use crate::source::SourceMap;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;
use tabella_runtime::{Decision, Gate, Malformed, Outcome, Request, Side, Tables};

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
    /// Of a request through an access point, which of its evaluations the answer is of (R152).
    pub side: Option<Side>,
}

/// A statement that applies to the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The gate it belongs to.
    pub gate: Gate,
    /// Of a request through an access point, for which of its evaluations it applies.
    pub side: Option<Side>,
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
    /// Decides a request. What it claims of the access point that it goes through must be so. `Err` holds both answers when the
    /// engines disagree.
    pub fn decide(
        &self,
        request: &Request<'_>,
        claims: &[PointClaim<'_>],
        sources: &SourceMap,
    ) -> Result<Answer, Box<(Answer, Answer)>> {
        let by_tables = self.tables.as_ref().map(|tables| by_tables(tables, request, claims)).transpose()?;
        let wanted = self.bench.which != Engine::Tables;
        let by_reference =
            self.bench.estate.as_ref().filter(|_| wanted).map(|e| by_reference(e, request, claims, sources));
        match (by_tables, by_reference) {
            (Some(a), Some(b)) if a.decision != b.decision => Err(Box::new((a, b))),
            (Some(answer), _) | (None, Some(answer)) => Ok(answer),
            (None, None) => Ok(Answer {
                decision: Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request },
                reasons: Vec::new(),
                silent: Vec::new(),
                malformed: None,
                side: None,
            }),
        }
    }
}

/// Decides by the tables: the decision from the fast path, the reasons from the exact one. `Err` holds the answers
/// of both if they differ.
fn by_tables(
    tables: &Tables<'_>,
    request: &Request<'_>,
    claims: &[PointClaim<'_>],
) -> Result<Answer, Box<(Answer, Answer)>> {
    let mut reasons = Vec::new();
    let explained = tables.explain(request, &mut |finding| {
        reasons.push(Reason {
            gate: finding.gate,
            side: finding.side,
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
    let side = tables.sides(request).map(tabella_runtime::Sides::decisive);
    let answer = Answer { side, ..answer(tables.decide(request), reasons, silent, malformed) };
    if answer.decision == explained {
        let keys = tables.access_point_keys(request);
        return Ok(answer.with_claims(claims, keys.as_ref().map_or(&[], |keys| keys)));
    }
    let other = Answer { decision: explained, ..answer.clone() };
    Err(Box::new((answer, other)))
}

/// Decides by the reference evaluator.
fn by_reference(
    estate: &Estate,
    request: &Request<'_>,
    claims: &[PointClaim<'_>],
    sources: &SourceMap,
) -> Answer {
    let world = estate.checked.world();
    let evaluation = reference::evaluate(world, &estate.catalog, request);
    let reasons = evaluation.findings.iter().filter_map(|f| reason(f, world, sources)).collect();
    let name = |s: &reference::Silent| Some((s.level, &*world.policies.get(s.policy.index())?.name));
    let silent = evaluation.silent.iter().filter_map(name).collect();
    let malformed = evaluation.unknown.map(|key| key.to_string());
    let side = evaluation.side.map(side);
    let answer = Answer { side, ..answer(evaluation.decision, reasons, silent, malformed) };
    let keys = reference::access_point_keys(world, &estate.catalog, request);
    answer.with_claims(claims, keys.as_ref().map_or(&[], |keys| keys))
}

fn side(side: reference::Side) -> Side {
    match side {
        reference::Side::AccessPoint => Side::AccessPoint,
        reference::Side::Bucket => Side::Bucket,
    }
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
    Answer { decision, reasons, silent: silent.map(str::to_string).collect(), malformed, side: None }
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
        side: finding.side.map(side),
        level: finding.level,
        effect: finding.effect,
        policy: policy.name.to_string(),
        sid: statement.sid.as_ref().map(|s| s.to_string()),
        place,
    })
}

impl Answer {
    /// The answer where a context claims something of the access point that the request goes through; `keys` are what is
    /// derived. A claim that contradicts them makes the request malformed (R151, R152), and so does any claim of a request that
    /// goes through none.
    fn with_claims<V: AsRef<str>>(self, claims: &[PointClaim<'_>], keys: &[(&str, V)]) -> Self {
        let is_so = |claim: &PointClaim<'_>| {
            let derived = keys.iter().find(|(key, _)| key.eq_ignore_ascii_case(claim.key));
            derived.is_some_and(|(_, value)| claim.value.as_deref() == Some(value.as_ref()))
        };
        if self.decision.gate == Gate::Request || claims.iter().all(is_so) {
            return self;
        }
        Answer {
            decision: Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request },
            reasons: Vec::new(),
            silent: Vec::new(),
            malformed: Some(Malformed::AccessPointKeys.to_string()),
            side: None,
        }
    }

    /// The statements that made the decision: the denies of the gate that denied, or what the deciding gate allows.
    /// None for an implicit deny, which is the absence of one.
    pub fn deciding(&self) -> impl Iterator<Item = &Reason> {
        let effect = match self.decision.outcome {
            Outcome::Allow => Some(Effect::Allow),
            Outcome::ExplicitDeny => Some(Effect::Deny),
            Outcome::ImplicitDeny => None,
        };
        let gate = self.decision.gate;
        self.reasons.iter().filter(move |r| Some(r.effect) == effect && r.gate == gate && r.side == self.side)
    }

    /// One sentence on why.
    pub fn sentence(&self) -> String {
        let why = self.reason();
        match self.side.filter(|_| !self.decision.is_allowed() && self.decision.gate != Gate::Request) {
            None => why,
            Some(Side::AccessPoint) => format!("{why}, for the access point"),
            Some(Side::Bucket) => format!("{why}, for the bucket behind the access point"),
        }
    }

    fn reason(&self) -> String {
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
        let object = json!({
            "decision": outcome_name(self.decision.outcome),
            "allowed": self.decision.is_allowed(),
            "gate": self.decision.gate.to_string(),
            "reason": self.sentence(),
            "silent": self.silent,
            "statements": statements,
        });
        with_side(object, self.side)
    }
}

impl Reason {
    fn to_json(&self, decided: bool) -> Value {
        let place = self.place.as_ref();
        let object = json!({
            "decided": decided,
            "effect": match self.effect { Effect::Allow => "allow", Effect::Deny => "deny" },
            "gate": self.gate.to_string(),
            "level": self.level,
            "policy": self.policy,
            "sid": self.sid,
            "file": place.map(|p| p.0.as_str()),
            "line": place.map(|p| p.1),
            "column": place.map(|p| p.2),
        });
        with_side(object, self.side)
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

/// Only what goes through an access point has a side.
fn with_side(mut object: Value, side: Option<Side>) -> Value {
    if let (Value::Object(members), Some(side)) = (&mut object, side) {
        members.insert("side".into(), side_name(side).into());
    }
    object
}

/// What one of the two evaluations of a request through an access point is of.
fn side_name(side: Side) -> &'static str {
    match side {
        Side::AccessPoint => "access point",
        Side::Bucket => "bucket",
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
