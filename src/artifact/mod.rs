//! Writes tables as an artifact, the file `tabella_runtime` loads. `docs/artifact.md` specifies the bytes.
//!
//! The same tables give the same bytes: everything is written in the order in which the tables hold it, and hash tables
//! are built with the first seed of a fixed sequence that works. This module knows nothing of how tables came about.

mod bytes;
mod costs;
mod hashes;
mod kept;
mod pools;
mod program;
mod records;
mod template;

#[cfg(test)]
mod tests;

use self::bytes::Sections;
use self::kept::Kept;
use crate::diag::codes::lower::{ARTIFACT_REFUSED, ARTIFACT_SIZE, DECISION_WORK};
use crate::diag::{Code, Diagnostic};
use crate::limits::Limits;
use crate::lower::tables::Tables;

/// What goes into an artifact beside what decisions need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Files, lines, columns and Sids of statements.
    pub provenance: bool,
    /// Decisions keep the outcomes of all tests that they can keep, not only where one would take too many steps otherwise:
    /// for tests of that.
    pub keep: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions { provenance: true, keep: false }
    }
}

/// Why tables can't be written.
#[derive(Debug)]
enum Failure {
    /// Over a bound of the format or of [`Limits`].
    Size(String),
    /// Tables no reader would take.
    Refused(String),
    /// Some decision may take too many steps.
    Work { steps: u64, limit: u64, costliest: Option<(String, u32)> },
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        let error = |code: Code, what: String| Diagnostic::error(code, what);
        match failure {
            Failure::Size(what) => {
                error(ARTIFACT_SIZE, format!("the tables are too large for an artifact: {what}"))
                    .help("split the program into estates that are compiled apart")
            }
            Failure::Refused(what) => {
                error(ARTIFACT_REFUSED, format!("the tables contradict themselves: {what}"))
            }
            Failure::Work { steps, limit, costliest } => {
                let what = format!("one decision may take {steps} steps, the limit is {limit}");
                let found = error(DECISION_WORK, what);
                match costliest {
                    Some((name, cost)) => found.help(format!(
                        "the policy `{name}` costs most: its statements take up to {cost} of them"
                    )),
                    None => found,
                }
            }
        }
    }
}

#[allow(clippy::result_large_err, reason = "once an artifact")]
/// An artifact whose sections, in their order, have these contents; their costs are stated anew. Whether a reader takes the
/// artifact is not checked: tests of readers make bad ones by it.
pub fn assemble(contents: Vec<Vec<u8>>, limits: &Limits) -> Result<Vec<u8>, Diagnostic> {
    let mut sections = bytes::Sections::of(contents);
    costs::state(&mut sections);
    Ok(bytes::assemble(&sections, limits)?)
}

#[allow(clippy::result_large_err, reason = "once a compilation")]
/// Writes tables. What the runtime would refuse to load is not written.
pub fn write(tables: &Tables, limits: &Limits, options: &WriteOptions) -> Result<Vec<u8>, Diagnostic> {
    let stated = |kept: &Kept| -> Result<Sections, Failure> {
        let mut sections = records::sections(tables, kept, options)?;
        costs::state(&mut sections);
        Ok(sections)
    };
    let mut sections = stated(&if options.keep { Kept::all(tables) } else { Kept::default() })?;
    if costs::is_too_much(&sections) {
        for kept in Kept::attempts(tables, &sections) {
            let keeping = stated(&kept)?;
            if !costs::is_too_much(&keeping) {
                sections = keeping;
                break;
            }
        }
    }
    let bytes = bytes::assemble(&sections, limits)?;
    match tabella_runtime::Tables::load(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) if error.is_costly() => {
            let (steps, limit) = (error.got(), error.expected());
            let costs = costs::of_policies(&sections).zip(&tables.policies);
            let costliest =
                costs.max_by_key(|(cost, _)| *cost).map(|(cost, policy)| (policy.name.clone(), cost));
            Err(Failure::Work { steps, limit, costliest }.into())
        }
        Err(error) => Err(Failure::Refused(error.to_string()).into()),
    }
}
