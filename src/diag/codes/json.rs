//! `T02xx`: reading IAM JSON.

use super::Entry;

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
