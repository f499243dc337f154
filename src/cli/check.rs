//! `tabella check`: everything that can be wrong, reported.

use super::document;
use super::load::{self, Kind};
use super::output::{Console, Exit, Stop};
use crate::syntax;
use std::path::PathBuf;

/// Check sources, and report everything that is wrong
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sources and folders of sources; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// What JSON documents are; else it is guessed from their elements
    #[arg(long, value_enum)]
    kind: Option<document::Kind>,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    console.findings_are_output();
    let files = load::expand(&args.paths, console)?;
    for path in files {
        console.progress(format_args!("reading {}", path.display()));
        let Ok(file) = load::text(&path, console) else { continue };
        if load::kind(&path) == Kind::Json {
            document::check(file, args.kind, console);
            continue;
        }
        let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
        let (_, findings) = syntax::parse(file, &text, &console.limits);
        console.report(findings);
    }
    console.flush();
    console.stop_on_errors()?;
    Ok(Exit::Fine)
}
