//! `tabella check`: everything that can be wrong, reported.

use super::load::{self, Kind};
use super::output::{Console, Exit, Stop};
use super::{compile, document};
use std::path::PathBuf;

/// Check sources and IAM JSON, and report everything that is wrong
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sources, folders of sources, IAM JSON documents, account dumps; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// What JSON documents are; else it is guessed from their elements
    #[arg(long, value_enum)]
    kind: Option<document::Kind>,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    console.findings_are_output();
    let files = load::expand(&args.paths, console)?;
    let (documents, mut program): (Vec<PathBuf>, Vec<PathBuf>) =
        files.into_iter().partition(|path| load::kind(path) == Kind::Json);
    let is_alone = program.is_empty();
    for path in documents {
        let Ok(file) = load::text(&path, console) else { continue };
        // Beside sources an account dump is a part of their program.
        let belongs = args
            .kind
            .map_or_else(|| document::holds_declarations(file, console), |k| k == document::Kind::Account);
        if !is_alone && belongs {
            program.push(path);
        } else {
            document::check(file, args.kind, console);
        }
    }
    if !program.is_empty() {
        let units = compile::units(program, console)?;
        let estate = compile::resolve(&units, console)?;
        // What is over a limit shows only when the tables are made.
        compile::artifact(&estate, true, console)?;
    }
    Ok(if console.failed() { Exit::Input } else { Exit::Fine })
}
