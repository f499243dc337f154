//! Renderers of diagnostics: [`text`] for people, [`json`] for programs, [`sarif`] for code review.
//! [`escape`] keeps what they and the command print from doing anything to a terminal.
//! They know diagnostics and source text, and nothing of policies; they write strings and touch no file.

pub mod escape;
pub mod json;
mod place;
pub mod sarif;
pub mod text;

pub use place::{Place, Places};

use super::Severity;

/// The word for a severity, the same in every format.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

#[cfg(test)]
mod tests;
