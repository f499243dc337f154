//! Case files: each case is an estate and a request of its own.

use super::Tally;
use crate::artifact::{self, WriteOptions};
use crate::cases::{self, Case, Engine, OwnedRequest, Verdict};
use crate::catalog::Catalog;
use crate::cli::engine::Engine as Which;
use crate::cli::load;
use crate::cli::output::{Console, Stop};
use crate::diag::codes::command;
use crate::diag::{Diagnostic, has_errors};
use crate::hir::World;
use crate::limits::Limits;
use crate::lower;
use crate::normalize;
use crate::reference;
use crate::resolve::Checked;
use crate::source::SourceMap;
use std::path::Path;
use tabella_runtime::{Decision, Tables};

pub fn run(path: &Path, which: Which, tally: &mut Tally, console: &mut Console) -> Result<(), Stop> {
    let file = load::text(path, console)?;
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    let engines: &[&dyn Engine] = match which {
        Which::Tables => &[&ByTables],
        Which::Reference => &[&ByReference],
        Which::Both => &[&ByTables, &ByReference],
    };
    let limits = console.limits.clone();
    for (i, case) in cases::load_all(file, &text, &limits).enumerate() {
        if i % 64 == 0 {
            console.progress(format_args!("{}: case {i}", load::name(path)));
        }
        match case {
            Ok(case) => one(&case, engines, tally, console)?,
            Err(findings) => {
                tally.failed += 1;
                // Its places are bytes of a line of its own, which the file's text can't show.
                console.report(findings.into_iter().map(|mut finding| {
                    finding.primary = None;
                    finding.secondary.clear();
                    finding.note(format!("in case {} of {}", i + 1, load::name(path)))
                }));
            }
        }
    }
    console.quiet();
    Ok(())
}

/// A case passes when every engine gives the expected outcome, and all give the same decision.
fn one(case: &Case, engines: &[&dyn Engine], tally: &mut Tally, console: &mut Console) -> Result<(), Stop> {
    let verdicts: Vec<(&str, Verdict)> = engines.iter().map(|e| (e.name(), case.judge(*e))).collect();
    let decisions: Vec<Decision> = verdicts.iter().filter_map(|(_, v)| decision(v)).collect();
    let agree = decisions.windows(2).all(|pair| pair.first() == pair.last());
    if agree && verdicts.iter().all(|(_, v)| v.is_pass()) {
        tally.passed += 1;
        return Ok(());
    }
    tally.failed += 1;
    let expected = case.expected.word();
    console.line(format_args!("FAILED {}: expected {expected}", case.id))?;
    for (name, verdict) in &verdicts {
        match verdict {
            Verdict::Pass(d) | Verdict::Fail(d) => {
                console.line(format_args!("  {name}: {} by {}", d.outcome, d.gate))?;
            }
            Verdict::Refused { why, .. } => {
                let why = why.iter().find(|d| d.is_error()).or(why.first());
                let why = why.map_or(String::new(), |d| format!("[{}] {}", d.code.0, d.message));
                console.line(format_args!("  {name}: refused: {why}"))?;
            }
        }
    }
    Ok(())
}

fn decision(verdict: &Verdict) -> Option<Decision> {
    match verdict {
        Verdict::Pass(decision) | Verdict::Fail(decision) => Some(*decision),
        Verdict::Refused { .. } => None,
    }
}

struct ByReference;

impl Engine for ByReference {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn decide(&self, world: &World, request: &OwnedRequest) -> Result<Decision, Vec<Diagnostic>> {
        let catalog = Catalog::shipped();
        request.with(|r| reference::evaluate(world, catalog, r).decision).map_err(cases::refused_request)
    }
}

struct ByTables;

impl Engine for ByTables {
    fn name(&self) -> &'static str {
        "tables"
    }

    fn decide(&self, world: &World, request: &OwnedRequest) -> Result<Decision, Vec<Diagnostic>> {
        let bytes = compile(world)?;
        let tables = Tables::load(&bytes)
            .map_err(|e| vec![Diagnostic::error(command::BAD_ARTIFACT, e.to_string())])?;
        request.with(|r| tables.decide(r)).map_err(cases::refused_request)
    }
}

/// All stages after resolving, for an estate without sources.
fn compile(world: &World) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let limits = Limits::default();
    let checked = Checked::new(world.clone())?;
    let (normal, findings) = normalize::normalize(&checked, &limits);
    let normal = normal.filter(|_| !has_errors(&findings)).ok_or(findings)?;
    let (tables, _) = lower::lower(&normal, Catalog::shipped(), &SourceMap::new(), &limits);
    artifact::write(&tables, &limits, &WriteOptions::default()).map_err(|finding| vec![finding])
}
