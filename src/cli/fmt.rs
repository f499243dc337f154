//! `tabella fmt`: the one layout.

use super::files;
use super::load::{self, Kind, STDIN};
use super::output::{Console, Exit, Stop};
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use crate::syntax;
use std::path::{Path, PathBuf};

/// Lay sources out in the one canonical way; comments are kept
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sources and folders of sources; `-` formats standard input to standard output
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Write nothing; list the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let files = load::expand(&args.paths, console)?;
    let mut changed = false;
    for path in files {
        if load::kind(&path) != Kind::Source {
            let text = format!("`{}` is no source", load::name(&path));
            console.report([Diagnostic::error(command::WRONG_INPUT, text)]);
            continue;
        }
        changed |= one(&path, args.check, console)?;
    }
    Ok(if console.failed() {
        Exit::Input
    } else if args.check && changed {
        Exit::Unmet
    } else {
        Exit::Fine
    })
}

/// Formats one file; whether its layout was another one.
fn one(path: &Path, check: bool, console: &mut Console) -> Result<bool, Stop> {
    let Ok(file) = load::text(path, console) else { return Ok(false) };
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    let (formatted, findings) = syntax::format(file, &text, &console.limits);
    console.report(findings);
    let Some(formatted) = formatted else { return Ok(false) };
    let changed = *formatted != *text;
    if check {
        if changed {
            console.line(format_args!("{}", load::name(path)))?;
        }
    } else if path.as_os_str() == STDIN {
        console.bytes(formatted.as_bytes())?;
    } else if changed {
        // A link that the user has named stays one: the file that was read is the one that is written.
        let file = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        files::replace(&file, formatted.as_bytes(), console)?;
    }
    Ok(changed)
}
