//! `T05xx`: lints on what policies mean.

use super::Entry;

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
