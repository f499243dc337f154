//! `T06xx`: normalization, tables and artifacts.

use super::Entry;

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
