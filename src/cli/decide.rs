//! `tabella decide`: requests in, decisions with their reasons out.

use super::engine::{Answer, Bench, Engine, Ready};
use super::output::{Console, Exit, Stop};
use super::request::{self, Asked, Options};
use super::time::Time;
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use crate::hir::Effect;
use clap::ValueEnum;
use std::path::PathBuf;
use tabella_runtime::{Gate, Outcome};

/// Decide requests, on sources or on an artifact
///
/// A request is given by options, or many as JSON lines:
/// {"principal": …, "action": …, "resource": …, "resource_account": …, "endpoint": …,
///  "at": time, "context": {"key": "value" or ["values"]},
///  "session": {"policies": [names], "tags": {"key": "value"}, "issuer": …, "issued": time, "expires": time}}
///
/// A time is ISO 8601 or seconds since 1970. A request is of the time in its line, of `--at`, or else of the system's clock;
/// `aws:CurrentTime` and `aws:EpochTime` follow from it, and a context that has another time makes the request malformed.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Arguments {
    /// Sources, folders of sources, account dumps; or one artifact
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    request: Options,
    /// Requests as JSON lines; `-` is standard input. Each line says all of its request
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["context", "context_file", "session_policy",
        "session_tag", "session_issuer", "session_issued", "session_expires", "endpoint", "resource_account"])]
    requests: Option<PathBuf>,
    /// When the requests are made, if not now: `2026-12-01T09:30:00Z`, or seconds since 1970
    #[arg(long, value_name = "TIME")]
    at: Option<Time>,
    /// Which engine decides
    #[arg(long, value_enum, default_value_t = Engine::Tables)]
    engine: Engine,
    /// How decisions are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 unless every decision is this one
    #[arg(long, value_enum)]
    expect: Option<Expected>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object a request, one a line
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Expected {
    Allow,
    /// Either kind of deny
    Deny,
    ExplicitDeny,
    ImplicitDeny,
}

impl Expected {
    fn is_met(self, outcome: Outcome) -> bool {
        match self {
            Self::Allow => outcome == Outcome::Allow,
            Self::Deny => outcome != Outcome::Allow,
            Self::ExplicitDeny => outcome == Outcome::ExplicitDeny,
            Self::ImplicitDeny => outcome == Outcome::ImplicitDeny,
        }
    }
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let now = args.at.unwrap_or_else(Time::now);
    let mut asked = match &args.requests {
        Some(path) => request::lines(path, console)?,
        None => Vec::new(),
    };
    if args.requests.is_none() || args.request.is_given() {
        asked.push(args.request.asked(now, console)?);
    }
    // Nothing asked would meet any expectation.
    if asked.is_empty() {
        let finding = Diagnostic::error(command::BAD_REQUEST, "there is no request in the file");
        return console.refuse(finding.help("write one JSON object a line"));
    }
    for one in &mut asked {
        one.at.get_or_insert(now);
    }
    let bench = Bench::open(&args.paths, args.engine, console)?;
    let ready = bench.ready(console)?;
    console.flush();
    let mut met = true;
    for one in &asked {
        if let Some(answer) = decide(one, &ready, console) {
            met &= args.expect.is_none_or(|e| e.is_met(answer.decision.outcome));
            write(one, &answer, args.format, console)?;
        }
    }
    Ok(match (console.failed(), met) {
        (true, _) => Exit::Input,
        (false, true) => Exit::Fine,
        (false, false) => Exit::Unmet,
    })
}

/// Decides one request; a request that may not be asked is reported.
fn decide(asked: &Asked, ready: &Ready<'_>, console: &mut Console) -> Option<Answer> {
    match asked.with(|request| ready.decide(request, &asked.point_claims(), &console.sources)) {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(answers)) => {
            let (tables, reference) = *answers;
            let text = format!("the engines disagree on `{}` by `{}`", asked.action, asked.principal);
            let note =
                |name: &str, a: &Answer| format!("{name}: {} by {}", a.decision.outcome, a.decision.gate);
            let finding = Diagnostic::error(command::DISAGREEMENT, text)
                .note(note("tables", &tables))
                .note(note("reference", &reference));
            console.report([finding]);
            None
        }
        Err(message) => {
            console.report([Diagnostic::error(command::REFUSED_KEY, message)]);
            None
        }
    }
}

fn write(asked: &Asked, answer: &Answer, format: Format, console: &mut Console) -> std::io::Result<()> {
    match format {
        Format::Json => {
            let mut object = serde_json::Map::new();
            object.insert("request".into(), serde_json::to_value(asked).unwrap_or_default());
            if let serde_json::Value::Object(fields) = answer.to_json() {
                object.extend(fields);
            }
            console.json(format_args!("{}", serde_json::Value::Object(object)))
        }
        Format::Text => write_text(asked, answer, console),
    }
}

fn write_text(asked: &Asked, answer: &Answer, console: &mut Console) -> std::io::Result<()> {
    let outcome = answer.decision.outcome;
    console.line(format_args!("{outcome}: {} on {}", asked.action, asked.resource))?;
    console.line(format_args!("  for {}", asked.principal))?;
    console.line(format_args!("  because {}", answer.sentence()))?;
    for reason in answer.deciding() {
        console.line(format_args!("    {}", reason.describe()))?;
    }
    // What else spoke for it: the other side of a cross-account call, or what an implicit deny overrode. Guardrails
    // that allow everything would only be noise.
    let gate = answer.decision.gate;
    let word = if outcome == Outcome::Allow { "and" } else { "though" };
    let others = answer
        .reasons
        .iter()
        .filter(|r| r.effect == Effect::Allow && (r.gate != gate || r.side != answer.side));
    for reason in others.filter(|r| !matches!(r.gate, Gate::Scp | Gate::Rcp)) {
        console.line(format_args!("    {word} the {} {} allows it", reason.gate, reason.describe()))?;
    }
    Ok(())
}
