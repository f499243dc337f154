//! What can be written on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

/// An IAM policy language that compiles to decision tables.
#[derive(Debug, Parser)]
#[command(name = "tabella", bin_name = "tabella", version, propagate_version = true, after_long_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  the command did what was asked; a denied request is an answer, too
  1  an expectation was not met: a test failed, `decide --expect` got another outcome, `fmt --check` found a
     file in another layout
  2  errors in the input or in the arguments; nothing was compiled";

/// Options of every subcommand.
#[derive(Debug, Args)]
pub struct Global {
    /// When to colour: `auto` is on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// How findings are written
    #[arg(long, global = true, value_enum, default_value_t = MessageFormat::Text, value_name = "FORMAT")]
    pub message_format: MessageFormat,
    /// Take the policy of this ARN, of which no document is known, for one that allows and denies nothing; may be repeated
    #[arg(long, global = true, value_name = "ARN")]
    pub assume_empty: Vec<String>,
    /// Treat warnings as errors
    #[arg(long, global = true)]
    pub deny_warnings: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// Source lines with the place underlined
    Text,
    /// One JSON object a finding, one a line
    Json,
    /// One SARIF 2.1.0 log
    Sarif,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Check(super::check::Arguments),
    Fmt(super::fmt::Arguments),
    Build(super::build::Arguments),
    Decide(Box<super::decide::Arguments>),
    Assume(super::assume::Arguments),
    Test(super::test::Arguments),
    Import(super::import::Arguments),
    Export(super::export::Arguments),
    Inspect(super::inspect::Arguments),
    Explain(super::explain::Arguments),
    Completions(super::completions::Arguments),
}
