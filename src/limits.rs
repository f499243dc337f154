//! Every bound of the compiler in one place, with the reason for it.

/// What one compilation may use. Going over any of these is a diagnostic, never a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one source or JSON file. Spans are 32 bits wide; 256 MiB leaves room and bounds memory.
    pub file_bytes: usize,
    /// Nesting of expressions, organization units, JSON values. No stage may recurse deeper.
    pub nesting: usize,
    /// Diagnostics kept for one compilation; the rest is counted.
    pub diagnostics: usize,
    /// Files of one compilation.
    pub files: usize,
    /// Conjunctions one statement's condition may become in disjunctive normal form.
    pub disjuncts: usize,
    /// Statements that macro expansion (parametrised policies) may produce.
    pub statements: usize,
    /// Bytes of one pattern (an ARN, an action, a condition value).
    pub pattern_bytes: usize,
    /// Bytes of the artifact.
    pub artifact_bytes: usize,
    /// Distinct table rows that lowering may intern for every 65,536 statements before it leaves the rest to the
    /// per-policy tables.
    pub rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 256 << 20,
            nesting: 128,
            diagnostics: 1_000,
            files: 10_000,
            disjuncts: 256,
            statements: 20_000_000,
            pattern_bytes: 16 << 10,
            artifact_bytes: 3 << 30,
            rows: 4_000_000,
        }
    }
}
