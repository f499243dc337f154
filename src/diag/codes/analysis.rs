//! `T05xx`: lints on what policies mean.

use super::{Code, Entry};

/// An invariant is resolved but not proved.
pub const NOT_PROVED: Code = Code("T0501");

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[Entry {
    code: NOT_PROVED,
    title: "an invariant is not proved",
    page: "`never` and `only` speak about all requests. This version checks their names, actions and resources, \
but has no prover: nothing was shown about them, and nothing enforces them.

```tabella
account prod 111111111111

never account prod may s3:DeleteBucket on arn:aws:s3:::acme-logs
```

Until they are proved, state what must never happen as a `deny` (in a guardrail, a boundary or the policy of the \
resource), and pin it with `test` blocks. With `--deny-warnings` an invariant that nobody proved stops a build.
",
}];
