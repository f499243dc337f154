//! `T04xx`: checks against the service reference.

use super::Entry;

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
