//! `T01xx`: lexing and parsing.

use super::{Code, Entry};

/// Something else was expected here.
pub const SYNTAX: Code = Code("T0101");
/// A string or backtick name without end.
pub const UNCLOSED_TEXT: Code = Code("T0102");
/// No such escape.
pub const ESCAPE: Code = Code("T0103");
/// A character that begins nothing.
pub const CHARACTER: Code = Code("T0104");
/// Nested too deeply.
pub const NESTING: Code = Code("T0105");
/// The file is too large.
pub const FILE_SIZE: Code = Code("T0106");
/// A block without end.
pub const UNCLOSED_BLOCK: Code = Code("T0107");
/// A malformed `${…}` or `$(…)`.
pub const VARIABLE: Code = Code("T0108");
/// A character that reorders the text around it.
pub const DIRECTION: Code = Code("T0109");

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[];
