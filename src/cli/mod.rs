//! The command: the only place that touches files, the environment, the clock and the terminal.
//! One subcommand a file; what they share is in `load`, `output` and `compile`. It decides nothing itself.

mod args;
mod assume;
mod build;
mod check;
mod compile;
mod completions;
mod decide;
mod document;
mod engine;
mod explain;
mod export;
mod files;
mod fmt;
mod import;
mod inspect;
mod load;
mod output;
mod request;
mod test;
mod time;

use crate::diag::render::escape;
use args::{Cli, Command};
use clap::Parser;
use output::{Console, Exit};
use std::process::ExitCode;

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that went away is no reason to complain.
            let _ = error.print();
            return if error.use_stderr() { Exit::Input.into() } else { Exit::Fine.into() };
        }
    };
    let mut console = Console::new(&cli.global);
    let result = match &cli.command {
        Command::Check(args) => check::run(args, &mut console),
        Command::Fmt(args) => fmt::run(args, &mut console),
        Command::Build(args) => build::run(args, &mut console),
        Command::Decide(args) => decide::run(args, &mut console),
        Command::Assume(args) => assume::run(args, &mut console),
        Command::Test(args) => test::run(args, &mut console),
        Command::Import(args) => import::run(args, &mut console),
        Command::Export(args) => export::run(args, &mut console),
        Command::Inspect(args) => inspect::run(args, &mut console),
        Command::Explain(args) => explain::run(args, &mut console),
        Command::Completions(args) => completions::run(args, &mut console),
    };
    console.finish(result).into()
}

/// The command line. An error repeats what is wrong with it, so it is made of arguments that do nothing to a terminal.
fn parse() -> Result<Cli, clap::Error> {
    Cli::try_parse().map_err(|error| {
        if !error.use_stderr() {
            return error;
        }
        let shown = std::env::args_os().map(|a| escape::line(&a.to_string_lossy()).into_owned());
        // An argument that is no text is not repeated, and may be one when it is shown.
        Cli::try_parse_from(shown).err().unwrap_or(error)
    })
}
