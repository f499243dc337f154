//! `T0350`–`T0399`: what is said well and has no effect, and worlds as a whole.

use super::Entry;
use crate::diag::Code;

/// An account named `management` that is not the management account.
pub const MANAGEMENT_NAME: Code = Code("T0350");
/// A guardrail on the management account.
pub const MANAGEMENT_GUARDRAIL: Code = Code("T0351");
/// A policy with parameters that nobody uses.
pub const NOT_INSTANTIATED: Code = Code("T0352");
/// What can apply to nothing.
pub const IDLE: Code = Code("T0353");
/// A variable in a document whose version has none.
pub const LITERAL_VARIABLE: Code = Code("T0354");
/// What is no id of a VPC endpoint.
pub const ENDPOINT: Code = Code("T0355");
/// What is no access point of S3, or one that is not modelled.
pub const ACCESS_POINT: Code = Code("T0356");
/// A policy of an access point that nobody declares.
pub const UNDECLARED_POINT: Code = Code("T0357");
/// A service-linked role that is not as IAM makes it, or a role that looks like one.
pub const LINKED_ROLE: Code = Code("T0380");
/// A service-linked role with a name of another kind.
pub const LINKED_ROLE_NAME: Code = Code("T0381");
/// A world that cannot be.
pub const WORLD: Code = Code("T0390");
/// Further findings.
pub const MORE: Code = Code("T0399");

/// The codes of this part.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: MANAGEMENT_NAME,
        title: "an account named `management`",
        page: r##"Guardrails bind every account but the management account (R43, R50), and which one that is says the keyword, not the name. An account of that name without the keyword is bound like any other.

```tabella
organization o-acme1 { account management 000000000001 }
```

Write `management account …`, or choose another name.
"##,
    },
    Entry {
        code: MANAGEMENT_GUARDRAIL,
        title: "a guardrail on the management account",
        page: r##"Guardrails never bind the management account and its resources (R43, R50), so one that is attached to it alone does nothing.

```tabella
organization o-acme1 { management account payer 000000000001 }
guardrail G on account payer { allow * deny iam:* }
```

Attach it to other accounts, to a unit or to `root`; in the management account, use identity policies and boundaries.
"##,
    },
    Entry {
        code: NOT_INSTANTIATED,
        title: "a policy with parameters that nobody uses",
        page: r##"What a policy with parameters says is known when it gets its arguments. Nobody gives this one any, so only its statements without parameters are checked; a mistake in the others would show on the first use.

```tabella
policy Folder(team) { allow s3:GetObject on arn:aws:s3:::data/$(team)/* }
```

Attach it somewhere, or delete it.
"##,
    },
    Entry {
        code: IDLE,
        title: "what can apply to nothing",
        page: r##"Part of this statement is there for nobody or nothing: all resources but all (`on not (*)`), all actions but all, `anyone but anyone`, a provider that IAM does not know, a unique id that nobody has, a `deny` under a condition that can never hold such as `when aws:SourceVpc in []` (R64, R72, R83, R86, R87, R91). A `deny` that never applies looks like one that does, so it is an error; an `allow` that allows nothing is a warning.

```tabella
policy P { deny s3:* on not (*) }
```

IAM takes a `Deny` of all but all without a word. In IAM's JSON that is a warning, and denies nothing there as here; `tabella import` prints it as it is, and the source is refused until somebody has looked at it.

Say who or what is meant, or delete the statement.
"##,
    },
    Entry {
        code: LITERAL_VARIABLE,
        title: "a variable where there are none",
        page: r##"Documents of version 2008-10-17 have no variables: `${…}` is plain text in them (R52). The condition or set that is used here holds one, and where it is declared it reads as a variable.

```tabella
condition own = s3:prefix == "${aws:username}"
policy P { version 2008-10-17 deny s3:ListBucket when not own }
```

Leave out the version, or do without the name.
"##,
    },
    Entry {
        code: ENDPOINT,
        title: "not the id of a VPC endpoint",
        page: r##"The id of a VPC endpoint is `vpce-` and lower-case letters and digits, and requests are compared with it letter by letter. An endpoint policy on anything else would never be asked, and what goes through the endpoint it was meant for would pass no gate (R51).

```tabella
endpoint policy on VPCE-0a1b2c3d { allow anyone s3:GetObject }
```

Write the id as the endpoint has it: `vpce-0a1b2c3d`.
"##,
    },
    Entry {
        code: ACCESS_POINT,
        title: "not an access point of S3",
        page: r##"A request through an access point is decided for the access point and for the bucket behind it (R152), and the declaration says which bucket that is: `access point arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME on arn:aws:s3:::BUCKET`. Aliases, Object Lambda access points, Multi-Region Access Points, access points of directory buckets and those on Outposts are not modelled, and requests through them are refused.

```tabella
account data 111111111111
access point arn:aws:s3::111111111111:accesspoint/mfzwi23gnjvgw.mrap on arn:aws:s3:::acme
```

Write the ARN of an access point in one region and the ARN of its bucket, without objects. After `via` stands the id of a VPC, or `vpc` when it is not known.
"##,
    },
    Entry {
        code: UNDECLARED_POINT,
        title: "a policy of an access point that nobody declares",
        page: r##"Requests through an access point are refused when nothing says which bucket is behind it (R152), so a policy of such an access point decides nothing.

```tabella
account data 111111111111
resource policy on arn:aws:s3:eu-west-1:111111111111:accesspoint/reports {
  allow anyone s3:GetObject on arn:aws:s3:eu-west-1:111111111111:accesspoint/reports/object/*
}
```

Declare the access point: `access point arn:aws:s3:eu-west-1:111111111111:accesspoint/reports on arn:aws:s3:::acme`.
"##,
    },
    Entry {
        code: LINKED_ROLE,
        title: "a service-linked role that is not as IAM makes it",
        page: r##"Guardrails and boundaries do not bind service-linked roles (R137), so only what IAM makes as one may be one: its trust policy allows one service of AWS and nobody else, its path is `/aws-service-role/` with that service's name, and no policy of a customer is attached to it. No other role has such a path.

```tabella
account prod 111111111111
service linked role AWSServiceRoleForSupport in prod {
  trust { allow account prod }
}
```

Let the trust policy allow the service. The path can be left out and follows from the trust policy. What the service gives the role is written in the role, as `policy NAME { … }`, or attached as an AWS managed policy.
"##,
    },
    Entry {
        code: LINKED_ROLE_NAME,
        title: "a service-linked role with a name that no service gives",
        page: r##"The service names its role, and the name begins with `AWSServiceRoleFor` (R137).

```tabella
account prod 111111111111
service linked role Support in prod {
  trust { allow service support.amazonaws.com }
}
```

Write the name that IAM shows.
"##,
    },
    Entry {
        code: WORLD,
        title: "a world that cannot be",
        page: r##"A program built a world of policies by hand that the language could not have produced: an id points nowhere, a document has elements its kind has not, a value does not fit its operator, an ARN is not what kind, account, path and name give, or two answer to one name.

```text
only through the library's `Checked::new`
```

Build worlds with `resolve`, or mend the builder.
"##,
    },
    Entry {
        code: MORE,
        title: "further findings",
        page: r##"There are more findings than the compiler keeps; the rest is only counted.

```text
a file with thousands of mistakes
```

Mend the first ones and run again.
"##,
    },
];
