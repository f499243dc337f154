//! `tabella completions`: a script for the shell.

use super::args::Cli;
use super::output::{Console, Exit, Stop};
use clap::CommandFactory;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tabella", &mut script);
    console.bytes(&script)?;
    Ok(Exit::Fine)
}
