//! `T0340`–`T0349`: what an estate declares.

use super::{Code, Entry};

/// Malformed organization.
pub const ORGANIZATION: Code = Code("T0340");
/// Malformed account id.
pub const ACCOUNT: Code = Code("T0341");
/// A member that does not belong there.
pub const MEMBER: Code = Code("T0342");
/// Arguments do not fit the parameters.
pub const ARGUMENTS: Code = Code("T0343");
/// No policy with this ARN.
pub const POLICY_ARN: Code = Code("T0344");
/// No account.
pub const NO_ACCOUNT: Code = Code("T0345");
/// Malformed test.
pub const TEST: Code = Code("T0346");
/// Not the ARN of one thing.
pub const ARN: Code = Code("T0347");
/// Malformed service.
pub const SERVICE: Code = Code("T0348");
/// The program is too large.
pub const EXPANSION: Code = Code("T0349");

/// The codes of this part.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: ORGANIZATION,
        title: "malformed organization",
        page: r##"A program has one organization with one management account; its id begins with `o-`, that of its root with `r-`, those of units with `ou-`. Guardrails bind the organization's accounts only (R40–R50).

```tabella
guardrail G on root { allow * }   # without an organization
```

Declare the organization, or mend the id.
"##,
    },
    Entry {
        code: ACCOUNT,
        title: "malformed account id",
        page: r##"An account id has twelve digits.

```tabella
account prod 1111
```

Write all twelve digits.
"##,
    },
    Entry {
        code: MEMBER,
        title: "a member that does not belong there",
        page: r##"Only roles have a trust policy and a session length; only users are in groups; groups and service-linked roles have no boundary (R30); most members stand once.

```tabella
user Kim in prod { session 1h }
```

Move it to where it belongs.
"##,
    },
    Entry {
        code: ARGUMENTS,
        title: "arguments do not fit the parameters",
        page: r##"A policy with parameters gets one argument for each of them, by position or by name.

```tabella
policy P(team) { allow s3:GetObject on arn:aws:s3:::b/$(team)/* }
role R in prod { policies P }
```

Give each parameter one value: `P("red")`.
"##,
    },
    Entry {
        code: POLICY_ARN,
        title: "no policy with this ARN",
        page: r##"Policies are compiled from what they say; an ARN says nothing. AWS managed policies must be declared, too.

```tabella
role R in prod { policies arn:aws:iam::aws:policy/ReadOnlyAccess }
```

Declare it with `policy ReadOnlyAccess arn … { … }`, or import a file that does.
"##,
    },
    Entry {
        code: NO_ACCOUNT,
        title: "no account",
        page: r##"An identity is in an account that the program declares, and a resource with a policy belongs to one. Which one can be left out only when there is one account, or when the resource's ARN or another policy around it says it. A bucket that nobody owns would be everybody's own: whatever account asked, its own policies would be enough.

```tabella
account a 111111111111
account b 222222222222
role R { }
bucket policy on arn:aws:s3:::acme-data { allow account a s3:GetObject on arn:aws:s3:::acme-data/* }
```

Say `in` and the account. `tabella import` warns of a resource policy without `--account` whose ARN names none.
"##,
    },
    Entry {
        code: TEST,
        title: "malformed test",
        page: r##"A request has one caller that can make requests, one action, one resource, and context that is the service's to say: keys that follow from caller, resource and organization are derived (R151).

```tabella
test "t" { as anyone { allow s3:* } }
```

Name one action and one ARN.
"##,
    },
    Entry {
        code: ARN,
        title: "not the ARN of one thing",
        page: r##"Something is attached to one thing, whose ARN has six parts and no wildcards, a partition and a service, twelve digits for an account if any, does not end in `:` or `/`, and is in the account that is said.

```tabella
resource policy on arn:aws:s3:::* { deny anyone s3:* }
```

Write the whole ARN.
"##,
    },
    Entry {
        code: SERVICE,
        title: "malformed service",
        page: r##"Prefixes and names of actions are letters, digits, `-` (and `_`); ARN patterns have six parts. Services of AWS are
known already: one declared again would change what policies about it mean.

```tabella
service `my shop` { action Buy }
```

Mend the name.
"##,
    },
    Entry {
        code: EXPANSION,
        title: "the program is too large",
        page: r##"Sets, parametrised policies or files come to more than the compiler takes. The limits keep small programs from becoming huge ones by accident.

```text
a policy of 1,000 statements used with 100,000 different arguments
```

Use policy variables (`${aws:PrincipalTag/team}`) instead of one copy for each team.
"##,
    },
];
