//! `T0330`–`T0339`: conditions.

use super::{Code, Entry};

/// Operator and type do not go together.
pub const OPERATOR_TYPE: Code = Code("T0330");
/// Malformed value.
pub const VALUE: Code = Code("T0331");
/// Values of several types.
pub const MIXED: Code = Code("T0332");
/// A variable where none works.
pub const VARIABLE_PLACE: Code = Code("T0333");
/// A variable in a Bool condition.
pub const VARIABLE_IN_BOOL: Code = Code("T0334");
/// Too much in a test of presence.
pub const PRESENCE: Code = Code("T0335");
/// A condition that has no opposite.
pub const COMPLEMENT: Code = Code("T0336");
/// Condition too large.
pub const CONDITION_SIZE: Code = Code("T0337");
/// Malformed condition key.
pub const CONDITION_KEY: Code = Code("T0338");
/// `not` before `or missing`.
pub const TWO_READINGS: Code = Code("T0339");

/// The codes of this part.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: OPERATOR_TYPE,
        title: "operator and type do not go together",
        page: r##"The IAM operator follows from the literal's type; this pair has none.

```tabella
when aws:CurrentTime like 2024-01-01
```

Use an operator of the type: strings `==` `like`, numbers and dates `==` `<`, networks and ARNs `in`.
"##,
    },
    Entry {
        code: VALUE,
        title: "malformed value",
        page: r##"The text is no value of its type. A malformed value in a policy is refused, never ignored: ignoring it would drop or widen the statement (R59, R111).

```tabella
when aws:SourceIp in ip "10.0.0.0/33"
```

Mend the value.
"##,
    },
    Entry {
        code: MIXED,
        title: "values of several types",
        page: r##"All values of one comparison share one operator, so they have one type.

```tabella
when s3:prefix in ["a", 1]
```

Split the comparison and join the parts with `or`.
"##,
    },
    Entry {
        code: VARIABLE_PLACE,
        title: "a variable where none works",
        page: r##"Policy variables work in strings and ARNs, not in numbers, dates, networks or binary values (R112).

```tabella
when aws:SourceIp in ip "${aws:VpcSourceIp}"
```

Write the value.
"##,
    },
    Entry {
        code: VARIABLE_IN_BOOL,
        title: "a variable in a Bool condition",
        page: r##"IAM's documents disagree on whether policy variables work here (R112). It is taken as a variable.

```tabella
when aws:SecureTransport == bool "${aws:ViaAWSService}"
```

Compare with `true` or `false`.
"##,
    },
    Entry {
        code: PRESENCE,
        title: "too much in a test of presence",
        page: r##"`is missing` and `is present` test whether the key is there. IfExists and set operators do not go with it.

```tabella
when aws:TokenIssueTime is missing or missing
```

Leave the rest out.
"##,
    },
    Entry {
        code: COMPLEMENT,
        title: "a condition that has no opposite",
        page: r##"`not` and `unless` are pushed down to the operators, and IAM has none for the opposite of this one. Leaving part of it out would change who is denied.

```tabella
deny s3:* unless any of aws:TagKeys == "x" or missing
```

State what should hold instead.
"##,
    },
    Entry {
        code: CONDITION_SIZE,
        title: "condition too large",
        page: r##"The condition is nested too deep, or becomes too large after named conditions are put in.

```tabella
condition a0 = aws:username == "a" or aws:username == "b"
condition a1 = a0 and a0
condition a2 = a1 and a1
condition a3 = a2 and a2
// … each twice the one before, up to
condition a4 = a3 and a3
condition a5 = a4 and a4
condition a6 = a5 and a5
condition a7 = a6 and a6
condition a8 = a7 and a7
condition a9 = a8 and a8
condition a10 = a9 and a9
condition a11 = a10 and a10
condition a12 = a11 and a11
condition a13 = a12 and a12
condition a14 = a13 and a13
condition a15 = a14 and a14
condition a16 = a15 and a15
condition a17 = a16 and a16
condition a18 = a17 and a17
condition a19 = a18 and a18
condition a20 = a19 and a19
condition a21 = a20 and a20
condition a22 = a21 and a21
condition a23 = a22 and a22
condition a24 = a23 and a23

policy P { allow * when a24 }
```

Split the statement.
"##,
    },
    Entry {
        code: CONDITION_KEY,
        title: "malformed condition key",
        page: r##"A condition key is a word such as `aws:SourceIp`: prefix, colon and name, with nothing before or after it and
no policy variable in it. Only keys of identity providers may lack the name (`accounts.google.com`). A condition on a key that
no request can have would make a `deny` that never applies.

```tabella
when `aws:SourceIp ` == "x"
```

Mend the key.
"##,
    },
    Entry {
        code: TWO_READINGS,
        title: "`not` before `or missing`",
        page: r##"`not` binds tighter than `or`, and `or missing` belongs to its comparison, so `not k == v or missing` could be meant either way. A missing key tells them apart: `not (k == v or missing)` is false for it, `(not k == v) or k is missing` true.

```tabella
when not s3:prefix == "home" or missing
```

Write one of the two, or a comparison that needs no `not`: `k != v` holds for a missing key in any case.
"##,
    },
];
