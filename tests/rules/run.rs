//! Runs the blocks of a section.

use super::engines::{self, Answer};
use super::markdown::{Block, Section};
use super::requests::{self, Asked};
use tabella::cases::{self, Expected};
use tabella::catalog::Catalog;
use tabella::diag::{Diagnostic, has_errors};
use tabella::hir::{PolicyKind, World};
use tabella::json;
use tabella::limits::Limits;
use tabella::resolve::{self, Checked, SourceUnit};
use tabella::source::FileId;
use tabella::syntax;
use tabella_runtime::Request;

/// What a section's cases came to.
#[derive(Default)]
pub struct Tally {
    /// Cases that allow or accept.
    pub positive: usize,
    /// Cases that deny, refuse or warn.
    pub negative: usize,
    pub failures: Vec<String>,
}

impl Tally {
    fn count(&mut self, positive: bool) {
        match positive {
            true => self.positive += 1,
            false => self.negative += 1,
        }
    }
}

/// A program with the services it knows.
struct Program {
    world: World,
    catalog: Catalog,
    /// The artifact.
    bytes: Vec<u8>,
}

/// Runs all blocks in order; JSON requests go to the program before them.
pub fn section(section: &Section) -> Tally {
    let mut tally = Tally::default();
    let mut program = None;
    for block in &section.blocks {
        let info: Vec<&str> = block.info.iter().map(String::as_str).collect();
        let problems = match info.as_slice() {
            ["tabella"] => self::program(block, &mut program, &mut tally),
            ["tabella", verdict @ ("warn" | "refuse"), code] => {
                let (accepted, findings) = compile(&block.text);
                tally.count(false);
                document(accepted.is_some(), &findings, verdict, Some(code))
            }
            ["json", "case"] => cases(block, &mut tally),
            ["json", "request"] => asked(block, program.as_ref(), &mut tally),
            ["json", "call", expect] => call(block, program.as_ref(), expect, &mut tally),
            ["json", kind, verdict] => imported(block, kind, verdict, None, &mut tally),
            ["json", kind, verdict, code] => imported(block, kind, verdict, Some(code), &mut tally),
            _ => vec![format!("`{}` says nothing", info.join(" "))],
        };
        let name = |problem| format!("R{} {}: {problem}", section.rule, block.place);
        tally.failures.extend(problems.into_iter().map(name));
    }
    tally
}

fn compile(text: &str) -> (Option<Program>, Vec<Diagnostic>) {
    let limits = Limits::default();
    let (tree, mut findings) = syntax::parse(FileId(0), text, &limits);
    if has_errors(&findings) {
        return (None, findings);
    }
    let catalog = Catalog::shipped();
    let unit = SourceUnit { file: FileId(0), name: "rule.tabella".into(), tree };
    let (checked, more) = resolve::program(&[unit], catalog, &limits);
    findings.extend(more);
    let Some(checked) = checked else { return (None, findings) };
    let catalog = catalog.with_services(&checked.world().services);
    match engines::compile(&checked, &catalog) {
        Ok(bytes) => (Some(Program { world: checked.world().clone(), catalog, bytes }), findings),
        Err(more) => {
            findings.extend(more);
            (None, findings)
        }
    }
}

/// Documents of IAM with a request each.
fn cases(block: &Block, tally: &mut Tally) -> Vec<String> {
    let mut ask = |line| match case(line) {
        Ok(Some((program, asked))) => ask(&program, &asked, tally),
        Ok(None) => {
            tally.count(false);
            None
        }
        Err(findings) => Some(say(&findings)),
    };
    block.text.lines().filter_map(&mut ask).collect()
}

/// A case, ready to be asked. `None`: a document of it is refused, as it expects.
fn case(line: &str) -> Result<Option<(Program, Asked)>, Vec<Diagnostic>> {
    let case = cases::load(FileId(0), line, &Limits::default())?;
    if case.expected == Expected::Refused && case.world.is_err() {
        return Ok(None);
    }
    let checked = Checked::new(case.world?)?;
    let catalog = Catalog::shipped().clone();
    let bytes = engines::compile(&checked, &catalog)?;
    let program = Program { world: checked.world().clone(), catalog, bytes };
    let expect = match case.expected {
        Expected::Allow => "allow",
        Expected::ExplicitDeny => "deny explicitly",
        Expected::ImplicitDeny => "deny implicitly",
        Expected::Deny => "deny",
        Expected::Refused => "refused",
    };
    Ok(Some((program, Asked { request: case.request, expect: expect.to_owned(), because: Vec::new() })))
}

fn program(block: &Block, program: &mut Option<Program>, tally: &mut Tally) -> Vec<String> {
    let (compiled, findings) = compile(&block.text);
    let Some(compiled) = compiled else { return vec![format!("does not compile: {}", say(&findings))] };
    let mut problems = Vec::new();
    for test in &compiled.world.tests {
        for case in &test.cases {
            let asked = requests::of_test(case, &compiled.world);
            problems.extend(ask(&compiled, &asked, tally).map(|p| format!("{:?}: {p}", test.name)));
        }
    }
    *program = Some(compiled);
    problems
}

fn asked(block: &Block, program: Option<&Program>, tally: &mut Tally) -> Vec<String> {
    let Some(program) = program else { return vec!["there is no program to ask".to_owned()] };
    let ask = |line| match requests::of_line(line) {
        Ok(asked) => ask(program, &asked, tally),
        Err(problem) => Some(problem),
    };
    block.text.lines().filter_map(ask).collect()
}

/// One request; what is wrong with its answer, if anything.
fn ask(program: &Program, asked: &Asked, tally: &mut Tally) -> Option<String> {
    tally.count(asked.expect == "allow");
    let answer = asked.request.with(|r| answer(program, r));
    let request =
        format!("{} {} on {}", asked.request.principal, asked.request.action, asked.request.resource);
    let outcome = answer.as_ref().ok().and_then(|a| a.as_ref().ok()).map(|a| a.decision.outcome);
    let got = match &answer {
        Ok(Err(difference)) => return Some(format!("{request}: {difference}")),
        Ok(Ok(answer)) => format!("{} by the {}", answer.decision.outcome, answer.decision.gate),
        Err(problem) => format!("refused: {problem}"),
    };
    if !requests::is_met(&asked.expect, outcome) {
        return Some(format!("{request}: expected {}, got {got}", asked.expect));
    }
    let words = answer.ok().and_then(Result::ok).map(|a| a.words).unwrap_or_default();
    let missing = asked.because.iter().find(|word| !words.contains(word))?;
    Some(format!("{request}: not because of `{missing}`: {got} ({})", words.join(" ")))
}

/// The reference's answer, if the tables agree.
fn answer(program: &Program, request: &Request<'_>) -> Result<Answer, String> {
    let answer = engines::reference(&program.world, &program.catalog, request);
    match engines::tables_differ(&program.bytes, request, answer.decision) {
        None => Ok(answer),
        Some(difference) => Err(format!(
            "the reference decides {} by the {}, {difference}",
            answer.decision.outcome, answer.decision.gate
        )),
    }
}

/// Requests that are one call (R7).
fn call(block: &Block, program: Option<&Program>, expect: &str, tally: &mut Tally) -> Vec<String> {
    tally.count(expect == "allow");
    let Some(program) = program else { return vec!["there is no program to ask".to_owned()] };
    let mut allowed = true;
    for line in block.text.lines() {
        let answer = requests::of_line(line).and_then(|asked| asked.request.with(|r| answer(program, r))?);
        match answer {
            Ok(answer) => allowed &= answer.decision.is_allowed(),
            Err(problem) => return vec![problem],
        }
    }
    match (expect, allowed) {
        ("allow", true) | ("deny", false) => Vec::new(),
        _ => {
            vec![format!("expected {expect}, but the call is {}", if allowed { "allowed" } else { "denied" })]
        }
    }
}

fn imported(block: &Block, kind: &str, verdict: &str, code: Option<&str>, tally: &mut Tally) -> Vec<String> {
    tally.count(verdict == "accept");
    let Some(kind) = policy_kind(kind) else { return vec![format!("`{kind}` is no kind of document")] };
    let limits = Limits::default();
    let (node, mut findings) = json::read(FileId(0), &block.text, &limits);
    let body = node.and_then(|node| {
        let (body, more) = json::import::document(&node, kind);
        findings.extend(more);
        body
    });
    let policy = body.and_then(|body| {
        let (policy, more) = resolve::body(&body, kind, "document", &limits);
        findings.extend(more);
        if let Some(policy) = policy.as_ref().filter(|_| verdict == "warn") {
            findings.extend(resolve::lint(policy, &body, Catalog::shipped()));
        }
        policy
    });
    document(policy.is_some(), &findings, verdict, code)
}

/// Whether a document fared as its block says.
fn document(accepted: bool, findings: &[Diagnostic], verdict: &str, code: Option<&str>) -> Vec<String> {
    let has =
        |error: bool| findings.iter().any(|d| d.is_error() == error && code.is_none_or(|c| c == d.code.0));
    let as_said = match verdict {
        "accept" => accepted && findings.is_empty(),
        "warn" => accepted && has(false),
        "refuse" => !accepted && has(true),
        other => return vec![format!("`{other}` is no verdict on a document")],
    };
    let wanted = code.map_or(verdict.to_owned(), |code| format!("{verdict} {code}"));
    if as_said { Vec::new() } else { vec![format!("expected {wanted}, got {}", say(findings))] }
}

fn say(findings: &[Diagnostic]) -> String {
    let finding = |d: &Diagnostic| {
        let at = d.primary.as_ref().map_or(0, |l| l.span.start);
        format!("{} {} (byte {at})", d.code.0, d.message)
    };
    match findings {
        [] => "no findings".to_owned(),
        findings => findings.iter().map(finding).collect::<Vec<_>>().join("; "),
    }
}

fn policy_kind(word: &str) -> Option<PolicyKind> {
    Some(match word {
        "identity" => PolicyKind::Identity,
        "boundary" => PolicyKind::Boundary,
        "session" => PolicyKind::Session,
        "scp" => PolicyKind::Scp,
        "rcp" => PolicyKind::Rcp,
        "resource" => PolicyKind::Resource,
        "trust" => PolicyKind::Trust,
        "endpoint" => PolicyKind::Endpoint,
        _ => return None,
    })
}
