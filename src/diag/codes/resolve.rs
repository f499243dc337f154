//! `T03xx`: names, kinds and conditions.

use super::Entry;

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
