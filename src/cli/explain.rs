//! `tabella explain`: the page of a code.

use super::output::{Console, Exit, Stop};
use crate::diag::Diagnostic;
use crate::diag::codes::{self, command};

/// Explain a diagnostic code, or list all of them
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The code, such as T0301; without one, all codes are listed
    code: Option<String>,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let Some(code) = &args.code else {
        for entry in codes::all() {
            console.line(format_args!("{}  {}", entry.code.0, entry.title))?;
        }
        return Ok(Exit::Fine);
    };
    match codes::find(code) {
        Some(entry) => {
            let page = format!("# {}: {}\n\n{}\n", entry.code.0, entry.title, entry.page.trim_end());
            console.page(&page)?;
            Ok(Exit::Fine)
        }
        None => {
            let finding = Diagnostic::error(command::UNKNOWN_NAME, format!("there is no code `{code}`"));
            console.report([finding.help("`tabella explain` lists all codes")]);
            Ok(Exit::Input)
        }
    }
}
