//! The registry of diagnostic codes, a file for each stage, and more for parts of resolving, each code with
//! the page `tabella explain` prints.
//!
//! A page has an example in a fenced block, `tabella` or `json`, that triggers the code when it is compiled or
//! imported; `tests/diagnostics.rs` runs it. Where no short text can trigger the code (a limit of 100 MB), the
//! page has no such block and the code stands, with the test that triggers it, in the list of that file.

use super::Code;

pub mod analysis;
pub mod cases;
pub mod catalog;
pub mod command;
pub mod condition;
pub mod estate;
pub mod idle;
pub mod json;
pub mod lower;
pub mod resolve;
pub mod syntax;

/// One registered code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// A short title.
    pub title: &'static str,
    /// A Markdown page: what it means, an example that triggers it, how to mend it.
    pub page: &'static str,
}

/// All codes, stage by stage, in the order of their numbers.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [
        syntax::ENTRIES,
        json::ENTRIES,
        resolve::ENTRIES,
        condition::ENTRIES,
        estate::ENTRIES,
        idle::ENTRIES,
        catalog::ENTRIES,
        analysis::ENTRIES,
        lower::ENTRIES,
        command::ENTRIES,
        cases::ENTRIES,
    ]
    .into_iter()
    .flatten()
}

/// The entry of a code, in any case (`t0301`).
pub fn find(code: &str) -> Option<&'static Entry> {
    all().find(|e| e.code.0.eq_ignore_ascii_case(code))
}
