//! `T08xx`: conformance cases.

use super::Entry;
use crate::diag::Code;

/// A line is not a case.
pub const CASE: Code = Code("T0801");
/// A case's request can't be asked.
pub const REQUEST: Code = Code("T0802");

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: CASE,
        title: "not a conformance case",
        page: "\
A line of a case file is a JSON object with `id`, `request`, `policies` and `expected`; this one is not, or it has a \
member that none has, or one of another shape: a document that is not read could be a `Deny`.

    {\"id\": \"a\", \"request\": {}, \"policies\": {}, \"expected\": \"maybe\"}

Mend: give the member that is missing; `expected` is `allow`, `explicit_deny`, `implicit_deny`, `deny` or `refused`.
",
    },
    Entry {
        code: REQUEST,
        title: "the case's request can't be asked",
        page: "\
The request's context can't be: two of its keys differ only in letter case, which to IAM are one key (rule 90).

    {\"context\": {\"aws:SourceIp\": \"10.0.0.1\", \"AWS:sourceip\": \"10.0.0.2\"}}

Mend: keep one of them.
",
    },
];
