//! `T01xx`: lexing and parsing.

use super::Entry;

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
