//! `T07xx`: the command itself.

use super::Entry;

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
