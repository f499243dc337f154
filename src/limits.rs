//! Every bound beyond which the compiler refuses an input, with the reason for it. What only ends a search for
//! something better (heuristics, suggestions, lengths of lists in messages) stands where it is used.

/// What one compilation may use. Going over any of these is a diagnostic, never a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one source or JSON file. Spans are 32 bits wide; 256 MiB leaves room and bounds memory.
    pub file_bytes: usize,
    /// Nesting of expressions, organization units, JSON values. The parser's tree and what walks it are as deep as this;
    /// 128 levels fit a small stack, and people write five.
    pub nesting: usize,
    /// Diagnostics kept for one compilation; the rest is counted. A thousand is more than anybody reads, and the memory of
    /// a file that is wrong at every byte stays small.
    pub diagnostics: usize,
    /// Files of one compilation. Imports can name each other without end; the largest estates have some thousands.
    pub files: usize,
    /// Conjunctions that an and of ors may become in disjunctive normal form: they multiply. 256 keeps a decision within
    /// microseconds, and IAM's own conditions are one conjunction. Alternatives that are written out are no product, and
    /// `comparisons` bounds them. Export writes a statement for each, and no more than this.
    pub disjuncts: usize,
    /// Tests in all alternatives of one condition, counted with the alternatives. A million take four megabytes of the
    /// artifact.
    pub condition_tests: usize,
    /// Tests of all distinct conditions of a program together. Sixteen million take 64 MB of the artifact.
    pub all_condition_tests: usize,
    /// Comparisons one statement's condition may have. Named conditions can double at every use; IAM's documents, of
    /// 10,240 characters at most, have some hundreds.
    pub comparisons: usize,
    /// Members that all sets of one kind may have together once they are flattened. Sets of sets can double at every use;
    /// four million texts are some hundreds of megabytes.
    pub members: usize,
    /// Statements of a program, instances of parametrised policies included. Their indexes are 32 bits wide, and each takes
    /// some hundred bytes on its way.
    pub statements: usize,
    /// Statements that instances of parametrised policies may have together: a source of some kilobytes expands to the
    /// product of statements and uses. A million and some take seconds and less than a gigabyte.
    pub expanded_statements: usize,
    /// Values, patterns and comparisons that may be copied: what names a parameter once for every list of arguments, and the
    /// members of a set or constant where they are joined with others in one list. What is used by its name alone is shared
    /// and does not count. Each copy takes some ten bytes to some hundred.
    pub copies: usize,
    /// Values, patterns and tests of one document that is exported, and those of all documents together that are written out
    /// more than once. JSON shares nothing, so what is named is written out for every use; AWS takes documents of some ten
    /// kilobytes.
    pub exported: usize,
    /// Bytes of one pattern (an ARN, an action, a condition value). AWS's longest ARN has 2,048; matching takes time in
    /// proportion to it.
    pub pattern_bytes: usize,
    /// Bytes of the artifact. Offsets are 32 bits wide; this leaves room, and bounds what a reader maps.
    pub artifact_bytes: usize,
    /// Distinct table rows that lowering may intern for every 65,536 statements before it leaves the rest to the
    /// per-policy tables: rows for all pairs of principals and resources would be the product of both.
    pub rows: usize,
}

impl Limits {
    /// Nesting of a condition whose named conditions are expanded and whose negations are pushed down, which both add to
    /// what is written. Normalizing recurses so deep, and a thousand levels fit the stack of a thread.
    pub fn expanded_nesting(&self) -> usize {
        self.nesting.saturating_mul(4).min(1_000)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 256 << 20,
            nesting: 128,
            diagnostics: 1_000,
            files: 10_000,
            disjuncts: 256,
            condition_tests: 1_000_000,
            all_condition_tests: 16_000_000,
            comparisons: 10_000,
            members: 4_000_000,
            statements: 20_000_000,
            expanded_statements: 1_250_000,
            copies: 2_500_000,
            exported: 1_000_000,
            pattern_bytes: 16 << 10,
            artifact_bytes: 3 << 30,
            rows: 4_000_000,
        }
    }
}
