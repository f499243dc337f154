//! `tabella test`: the `test` blocks of sources, and files of cases.

mod because;
mod blocks;
mod cases;

use super::engine::Engine;
use super::output::{Console, Exit, Stop};
use std::path::PathBuf;

/// Run the `test` blocks of sources, or files of cases
///
/// The last line is always `N passed, N failed, N skipped`. In `test` blocks nothing comes from the clock: a time
/// that is not written is absent.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sources, folders of sources, account dumps
    paths: Vec<PathBuf>,
    /// Case files, one JSON object a line
    #[arg(long, value_name = "FILE.jsonl", num_args = 1..)]
    cases: Vec<PathBuf>,
    /// Which engine decides
    #[arg(long, value_enum, default_value_t = Engine::Both)]
    engine: Engine,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let mut tally = Tally::default();
    let mut result = Ok(());
    if !args.paths.is_empty() || args.cases.is_empty() {
        result = blocks::run(&args.paths, args.engine, &mut tally, console);
    }
    for path in &args.cases {
        result = result.and(cases::run(path, args.engine, &mut tally, console));
    }
    console.settle();
    console
        .line(format_args!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped))?;
    result?;
    Ok(if tally.failed > 0 { Exit::Unmet } else { Exit::Fine })
}
