//! `tabella build`: sources to an artifact.

use super::compile;
use super::files;
use super::output::{Console, Exit, Stop};
use std::path::PathBuf;

/// Compile sources to an artifact of decision tables
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sources, folders of sources, account dumps
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// The artifact to write; `-` is standard output
    #[arg(short, long, value_name = "FILE.tbl")]
    output: PathBuf,
    /// Leave out which file and line a statement came from
    #[arg(long)]
    no_provenance: bool,
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let estate = compile::estate(&args.paths, console)?;
    let bytes = compile::artifact(&estate, !args.no_provenance, console)?;
    console.flush();
    files::output(Some(&args.output), &bytes, console)?;
    console.quiet();
    if files::is_stdout(Some(&args.output)) {
        return Ok(Exit::Fine);
    }
    let world = estate.checked.world();
    let statements: usize = world.policies.iter().map(|p| p.statements.len()).sum();
    console.line(format_args!(
        "{}: {} policies, {statements} statements, {} principals, {} bytes",
        args.output.display(),
        world.policies.len(),
        world.identities.len(),
        bytes.len(),
    ))?;
    Ok(Exit::Fine)
}
