//! `tabella test`: the `test` blocks of sources, and files of cases.

mod because;
mod blocks;
mod cases;

use super::engine::Engine;
use super::load;
use super::output::{Console, Exit, Stop};
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use std::path::PathBuf;

/// Run the `test` blocks of sources, or files of cases
///
/// The last line is always `N passed, N failed, N skipped`. Sources without a test, and a file without a case, are errors. In `test` blocks nothing comes from the clock: a time
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

impl Tally {
    fn all(self) -> usize {
        self.passed + self.failed + self.skipped
    }
}

/// A run that tests nothing must not look like one in which everything holds.
fn nothing(message: String) -> Diagnostic {
    Diagnostic::error(command::NO_TESTS, message)
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let mut tally = Tally::default();
    let mut result = Ok(());
    if !args.paths.is_empty() || args.cases.is_empty() {
        result = blocks::run(&args.paths, args.engine, &mut tally, console);
        if result.is_ok() && tally.all() == 0 {
            console.report([nothing("the sources have no `test` block with an expectation".into())]);
        }
    }
    for path in &args.cases {
        let before = tally.all();
        let ran = cases::run(path, args.engine, &mut tally, console);
        if ran.is_ok() && tally.all() == before {
            console.report([nothing(format!("there is no case in `{}`", load::name(path)))]);
        }
        result = result.and(ran);
    }
    console.settle();
    console
        .line(format_args!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped))?;
    result?;
    Ok(if tally.failed > 0 { Exit::Unmet } else { Exit::Fine })
}
