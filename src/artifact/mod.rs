//! Writes tables as an artifact, the file `tabella_runtime` loads. `docs/artifact.md` specifies the bytes.
//!
//! The same tables give the same bytes: everything is written in the order in which the tables hold it, and hash tables
//! are built with the first seed of a fixed sequence that works. This module knows nothing of how tables came about.

mod bytes;
mod hashes;
mod pools;
mod program;
mod records;
mod template;

#[cfg(test)]
mod tests;

use crate::diag::codes::lower::{ARTIFACT_REFUSED, ARTIFACT_SIZE};
use crate::diag::{Code, Diagnostic};
use crate::limits::Limits;
use crate::lower::tables::Tables;

/// What goes into an artifact beside what decisions need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Files, lines, columns and Sids of statements.
    pub provenance: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions { provenance: true }
    }
}

/// Why tables can't be written.
#[derive(Debug)]
enum Failure {
    /// Over a bound of the format or of [`Limits`].
    Size(String),
    /// Tables no reader would take.
    Refused(String),
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
        }
    }
}

#[allow(clippy::result_large_err, reason = "once a compilation")]
/// Writes tables. What the runtime would refuse to load is not written.
pub fn write(tables: &Tables, limits: &Limits, options: &WriteOptions) -> Result<Vec<u8>, Diagnostic> {
    let sections = records::sections(tables, options)?;
    let bytes = bytes::assemble(&sections, limits)?;
    match tabella_runtime::Tables::load(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::Refused(error.to_string()).into()),
    }
}
