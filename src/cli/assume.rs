//! `tabella assume`: walks a chain of AssumeRole calls and says of each hop whether it goes and why.

use super::engine::{Answer, Bench, Engine, outcome_name};
use super::files;
use super::load;
use super::output::{Console, Exit, Stop};
use super::time::Time;
use crate::assume::{self, Call, Caller, Check, Claim, Hop, HopOutcome, Refusal};
use crate::compile::Estate;
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use crate::diag::render::escape;
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tabella_runtime::Gate;

/// Walk a chain of AssumeRole calls, hop by hop
///
/// Each `--hop` is a list of `name=value` by commas:
///   role=ARN             the role (required)
///   name=TEXT            the session name (required)
///   call=saml|web        AssumeRoleWithSAML or …WithWebIdentity; the caller is then the provider
///   external-id=TEXT  source-identity=TEXT  duration=SECONDS  mfa
///   tag=KEY=VALUE        a session tag; transitive=KEY passes it on down the chain
///   policy=NAME          a session policy of the estate
///   with=KEY=VALUE       a condition key of the call, such as a claim of the token; `with=KEY[]=VALUE`, repeated, gives a list
/// A chain with other characters is a file: {"from": {"principal": …}, "hops": [{"role": …, "sessionName": …}]}. Tags and
/// context are objects, a value of the context is a text or a list of texts.
///
/// Each hop is checked as STS does: the session of whoever calls has not ended, names, tags and durations are ones that STS takes.
/// STS also packs session policies and tags and refuses what is too large then; how it packs them is not known, so that is not checked.
///
/// Exit code 0 also when a hop is refused, unless `--expect` says otherwise or there is no session to `--save`.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Arguments {
    /// Sources, folders of sources, account dumps
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Who starts: a user or role ARN, a service, an identity provider
    #[arg(long, value_name = "ARN", required_unless_present = "chain")]
    principal: Option<String>,
    /// The starting user has a session of its own that was opened with MFA
    #[arg(long)]
    mfa: bool,
    /// A call; repeat it for a chain
    #[arg(long = "hop", value_name = "NAME=VALUE,…")]
    hops: Vec<String>,
    /// A chain as a file
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["principal", "hops"])]
    chain: Option<PathBuf>,
    /// Write the last session, for `decide --as-session`; when a hop is refused, nothing is written. `-` is standard
    /// output, which then holds the session only
    #[arg(long, value_name = "FILE.json")]
    save: Option<PathBuf>,
    /// When the calls are made, if not now: `2026-12-01T09:30:00Z`, or seconds since 1970
    #[arg(long, value_name = "TIME")]
    at: Option<Time>,
    /// Which engine decides
    #[arg(long, value_enum, default_value_t = Engine::Tables)]
    engine: Engine,
    /// How the walk is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 unless the whole chain is allowed, or unless some hop is refused
    #[arg(long, value_enum)]
    expect: Option<Expected>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Expected {
    /// Every hop goes
    Allow,
    /// Some hop is refused
    Deny,
}

/// A chain as a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chain {
    from: Caller,
    hops: Vec<Hop>,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let now = args.at.unwrap_or_else(Time::now).0;
    let chain = chain(args, now, console)?;
    let bench = Bench::open(&args.paths, args.engine, console)?;
    let ready = bench.ready(console)?;
    let Some(Estate { checked, .. }) = &bench.estate else {
        let finding = Diagnostic::error(
            command::WRONG_INPUT,
            "an artifact does not hold how long sessions of roles may be",
        );
        return console.refuse(finding.help("give the sources"));
    };
    console.flush();
    let mut answers = Vec::new();
    let mut disagreements = 0;
    let outcomes = assume::walk(checked.world(), &chain.from, &chain.hops, now, &mut |request| {
        let answer = ready.decide(request, &[], &console.sources).unwrap_or_else(|both| {
            disagreements += 1;
            // Of two answers the one that denies.
            if both.0.decision.is_allowed() { both.1 } else { both.0 }
        });
        let decision = answer.decision;
        answers.push(answer);
        decision
    });
    if disagreements > 0 {
        console.report([Diagnostic::error(command::DISAGREEMENT, "the engines disagree on a hop")]);
    }
    let saves_to_stdout = args.save.as_ref().is_some_and(|path| files::is_stdout(Some(path)));
    if !saves_to_stdout {
        write(args, &chain, &outcomes, &answers, console)?;
    }
    let through = outcomes.len() == chain.hops.len() && outcomes.iter().all(|o| o.result.is_ok());
    let last = outcomes.last().and_then(|o| o.result.as_ref().ok());
    match (&args.save, last.filter(|_| through)) {
        (Some(path), Some(session)) => {
            let mut text = serde_json::to_string_pretty(session).unwrap_or_default();
            text.push('\n');
            files::output(Some(path), escape::json(&text).as_bytes(), console)?;
        }
        (Some(path), None) => console.report([unsaved(path, &outcomes)]),
        (None, _) => {}
    }
    let met = match args.expect {
        Some(expected) => (expected == Expected::Allow) == through,
        None => through || args.save.is_none(),
    };
    Ok(if met { Exit::Fine } else { Exit::Unmet })
}

fn chain(args: &Arguments, now: i64, console: &mut Console) -> Result<Chain, Stop> {
    let chain = match &args.chain {
        Some(path) => read(path, "a chain of calls", console)?,
        None => {
            let mut from = Caller::new(args.principal.clone().unwrap_or_default());
            if args.mfa {
                // What `GetSessionToken` gives when nothing else is asked for.
                (from.issued_at, from.mfa_at) = (Some(now), Some(now));
                from.expires_at = Some(now.saturating_add(12 * 3600));
            }
            let hops = args.hops.iter().map(|text| hop(text, console)).collect::<Result<_, _>>()?;
            Chain { from, hops }
        }
    };
    // No call at all would be a chain that is allowed.
    if chain.hops.is_empty() {
        let finding = Diagnostic::error(command::BAD_REQUEST, "a chain needs at least one hop");
        return console.refuse(finding.help("write `--hop role=ARN,name=SESSION`"));
    }
    if chain.from.mfa_at.is_some() && !assume::is_user(&chain.from.principal) {
        let text = format!("`{}` has no MFA: only users have (R134)", chain.from.principal);
        return console.refuse(Diagnostic::error(command::BAD_REQUEST, text).help("leave MFA out"));
    }
    Ok(chain)
}

/// There is no session. What an earlier walk has saved stays, for it is the user's file; the words keep it from being
/// taken for the session of this walk.
fn unsaved(path: &Path, outcomes: &[HopOutcome]) -> Diagnostic {
    let mut text = "no session was saved, for a hop is refused".to_string();
    if !files::is_stdout(Some(path)) && std::fs::symlink_metadata(path).is_ok() {
        text.push_str(&format!("; `{}` is left as it was", load::name(path)));
    }
    let refusal = outcomes.last().and_then(|o| o.result.as_ref().err());
    refusal.iter().fold(Diagnostic::warning(command::UNSAVED, text), |finding, r| finding.note(r.to_string()))
}

/// Reads a JSON file of one shape.
pub fn read<T: for<'de> Deserialize<'de>>(path: &Path, what: &str, console: &mut Console) -> Result<T, Stop> {
    let file = load::text(path, console)?;
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    serde_json::from_str(&text).or_else(|error| {
        let text = format!("`{}` is not {what}", load::name(path));
        console.refuse(Diagnostic::error(command::BAD_REQUEST, text).note(error.to_string()))
    })
}

fn hop(written: &str, console: &mut Console) -> Result<Hop, Stop> {
    let mut hop = Hop::default();
    let mut seen = Vec::new();
    for part in written.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = name.trim();
        let divided = value.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()));
        let many = matches!(name, "tag" | "transitive" | "policy" | "with");
        let known = match (name, divided) {
            _ if !many && seen.contains(&name) => false,
            ("role", _) => set(&mut hop.role, value),
            ("name", _) => set(&mut hop.session_name, value),
            ("call", _) => match value {
                "saml" => set(&mut hop.call, Call::Saml),
                "web" => set(&mut hop.call, Call::WebIdentity),
                _ => false,
            },
            ("external-id", _) => set(&mut hop.external_id, Some(value.to_owned())),
            ("source-identity", _) => set(&mut hop.source_identity, Some(value.to_owned())),
            ("duration", _) => value.parse().is_ok_and(|d| set(&mut hop.duration_seconds, Some(d))),
            ("mfa", _) if value.is_empty() => set(&mut hop.mfa, true),
            ("tag", Some(pair)) if !pair.0.contains(':') => push(&mut hop.tags, pair),
            ("transitive", _) => push(&mut hop.transitive_tag_keys, value.to_owned()),
            ("policy", _) => push(hop.session_policies.get_or_insert_default(), value.to_owned()),
            ("with", Some((key, value))) if is_key(&key) => claim(&mut hop.context, &key, value),
            _ => false,
        };
        if !known {
            let finding = Diagnostic::error(command::BAD_REQUEST, format!("`{part}` is no part of a hop"));
            return console.refuse(finding.help(help(name)));
        }
        seen.push(name);
    }
    if hop.role.is_empty() || hop.session_name.is_empty() {
        let finding =
            Diagnostic::error(command::BAD_REQUEST, format!("the hop `{written}` needs a role and a name"));
        return console.refuse(finding.help("write `--hop role=ARN,name=SESSION`"));
    }
    Ok(hop)
}

/// Whether a text before `=` is a condition key. A second colon stands only in what follows a `/` (the key of a tag,
/// the path of a provider): elsewhere it is a value that was divided from its key by a colon, and the key would be one
/// that no policy asks for.
fn is_key(key: &str) -> bool {
    let (head, _) = key.split_once('/').unwrap_or((key, ""));
    !key.is_empty() && head.matches(':').count() <= 1
}

fn help(name: &str) -> &'static str {
    match name {
        "tag" => {
            "write `tag=KEY=VALUE`; a key with a colon, or a value with a comma, needs a file (`--chain`)"
        }
        "with" => "write `with=KEY=VALUE`, such as `with=aws:SourceIp=2001:db8::1`",
        _ => {
            "each once, but for `tag`, `transitive`, `policy` and `with`; `tabella assume --help` lists them"
        }
    }
}

fn set<T>(place: &mut T, value: impl Into<T>) -> bool {
    *place = value.into();
    true
}

/// A condition key of the call: `KEY`, or `KEY[]` for one more value of a list.
fn claim(context: &mut Vec<(String, Claim)>, key: &str, value: String) -> bool {
    let Some(key) = key.strip_suffix("[]") else {
        return push(context, (key.to_owned(), Claim::One(value)));
    };
    let known = context.iter_mut().find_map(|(k, claim)| match claim {
        Claim::Many(values) if k.eq_ignore_ascii_case(key) => Some(values),
        _ => None,
    });
    match known {
        Some(values) => push(values, value),
        None => push(context, (key.to_owned(), Claim::Many(vec![value]))),
    }
}

fn push<T>(list: &mut Vec<T>, value: T) -> bool {
    list.push(value);
    true
}

fn write(
    args: &Arguments,
    chain: &Chain,
    outcomes: &[HopOutcome],
    answers: &[Answer],
    console: &mut Console,
) -> std::io::Result<()> {
    let mut answers = answers.iter();
    let mut hops = Vec::new();
    for (number, (hop, outcome)) in chain.hops.iter().zip(outcomes).enumerate() {
        let mut mine: Vec<(&Check, Option<&Answer>)> = Vec::new();
        for check in &outcome.checks {
            // A call whose context is malformed never reaches an engine.
            mine.push((check, if check.malformed.is_none() { answers.next() } else { None }));
        }
        match args.format {
            Format::Text => write_hop(number + 1, hop, outcome, &mine, console)?,
            Format::Json => hops.push(hop_json(hop, outcome, &mine)),
        }
    }
    match args.format {
        Format::Text => Ok(()),
        Format::Json => console.line(format_args!("{}", json!({ "from": chain.from, "hops": hops }))),
    }
}

/// Whose policies refuse a call, by the gate.
fn side(gate: Gate) -> &'static str {
    match gate {
        Gate::Rcp | Gate::Resource => "role",
        Gate::Scp | Gate::Identity | Gate::Boundary | Gate::Session | Gate::Root | Gate::Always => "caller",
        Gate::Endpoint => "endpoint",
        Gate::Request => "request",
    }
}

/// Why a hop is refused: which permission, on which side, by which policy.
fn why(refusal: &Refusal, checks: &[(&Check, Option<&Answer>)]) -> String {
    let Refusal::Denied { action, decision } = refusal else { return refusal.to_string() };
    let on = match decision.gate {
        Gate::Rcp => "on the role's side, by the resource guardrails of its account",
        Gate::Resource => "on the role's side, by its trust policy",
        Gate::Scp => "on the caller's side, by the guardrails of its account",
        Gate::Identity => "on the caller's side, by its identity policies",
        Gate::Boundary => "on the caller's side, by its boundary",
        Gate::Session => "on the caller's side, by its session policies",
        Gate::Endpoint => "by the policy of the endpoint",
        Gate::Request | Gate::Root | Gate::Always => "for what the call is",
    };
    let because = match checks.last() {
        Some((Check { malformed: Some(error), .. }, _)) => error.clone(),
        Some((_, Some(answer))) => answer.sentence(),
        _ => decision.outcome.to_string(),
    };
    format!("`{action}` is refused {on}: {because}")
}

fn write_hop(
    number: usize,
    hop: &Hop,
    outcome: &HopOutcome,
    checks: &[(&Check, Option<&Answer>)],
    console: &mut Console,
) -> std::io::Result<()> {
    let word = if outcome.result.is_ok() { "allowed" } else { "refused" };
    console.line(format_args!(
        "{number}. {word}: {} {} as {}",
        hop.call.action(),
        hop.role,
        hop.session_name
    ))?;
    for (check, answer) in checks {
        let Some(answer) = answer else { continue };
        console.line(format_args!(
            "   {}: {}, because {}",
            check.action,
            answer.decision.outcome,
            answer.sentence()
        ))?;
        for reason in answer.deciding() {
            console.line(format_args!("     {}", reason.describe()))?;
        }
    }
    match &outcome.result {
        Ok(session) => {
            console.line(format_args!("   now {}", session.principal))?;
            if let Some(end) = session.expires_at {
                console.line(format_args!("     until {}", Time(end)))?;
            }
            for (key, value) in &session.tags {
                let passes = session.transitive_tag_keys.iter().any(|k| k.eq_ignore_ascii_case(key));
                let note = if passes { " (transitive)" } else { "" };
                console.line(format_args!("     tag {key} = {value}{note}"))?;
            }
            for (key, claim) in &session.claims {
                console.line(format_args!("     {key} = {}", claim.texts().join(", ")))?;
            }
            session
                .source_identity
                .iter()
                .try_for_each(|id| console.line(format_args!("     source identity {id}")))
        }
        Err(refusal) => console.line(format_args!("   {}", why(refusal, checks))),
    }
}

fn hop_json(hop: &Hop, outcome: &HopOutcome, checks: &[(&Check, Option<&Answer>)]) -> Value {
    let refusal = outcome.result.as_ref().err();
    let denied = match refusal {
        Some(Refusal::Denied { decision, .. }) => Some(decision),
        _ => None,
    };
    let checks_json: Vec<Value> = checks
        .iter()
        .map(|(check, answer)| {
            let mut object = serde_json::Map::new();
            object.insert("action".into(), check.action.into());
            if let Some(Value::Object(fields)) = answer.map(Answer::to_json) {
                object.extend(fields);
            }
            Value::Object(object)
        })
        .collect();
    json!({
        "call": hop,
        "allowed": outcome.result.is_ok(),
        "checks": checks_json,
        "refusal": refusal.map(|refusal| why(refusal, checks)),
        "side": denied.map(|decision| side(decision.gate)),
        "decision": denied.map(|decision| outcome_name(decision.outcome)),
        "session": outcome.result.as_ref().ok(),
    })
}
