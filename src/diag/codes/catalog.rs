//! `T04xx`: checks against the service reference, and traps of IAM.

use super::{Code, Entry};

/// Unknown service.
pub const NO_SERVICE: Code = Code("T0401");
/// Unknown action.
pub const NO_ACTION: Code = Code("T0402");
/// The action does not act on this resource.
pub const NOT_ON_RESOURCE: Code = Code("T0403");
/// Unknown condition key.
pub const NO_KEY: Code = Code("T0404");
/// Key compared as another type.
pub const KEY_TYPE: Code = Code("T0405");
/// `any of` or `all of` with a key of one value.
pub const SET_ON_SINGLE: Code = Code("T0406");
/// Plain comparison with a key of several values.
pub const PLAIN_ON_LIST: Code = Code("T0407");
/// `all of` allows when the key is missing.
pub const ALL_OF_MISSING: Code = Code("T0408");
/// ARN of fewer than six parts.
pub const SHORT_ARN: Code = Code("T0409");
/// Wildcard in the type of a resource.
pub const TYPE_WILDCARD: Code = Code("T0410");
/// A level of guardrails that allows nothing.
pub const NO_ALLOW: Code = Code("T0411");
/// A role for anyone.
pub const PUBLIC_ROLE: Code = Code("T0412");
/// An identity provider without conditions.
pub const OPEN_PROVIDER: Code = Code("T0413");
/// External id that may be missing.
pub const EXTERNAL_ID: Code = Code("T0414");
/// `anyone but` without the account.
pub const NOT_PRINCIPAL_PARTS: Code = Code("T0415");
/// An action no trust policy decides.
pub const TRUST_ACTION: Code = Code("T0416");
/// A principal that matches nobody.
pub const CANONICAL_USER: Code = Code("T0417");
/// A resource pattern of a resource policy that lies outside.
pub const OUTSIDE: Code = Code("T0418");
/// A wildcard where it is plain text.
pub const PLAIN_STAR: Code = Code("T0419");
/// A key that none of the actions has.
pub const KEY_NOT_OF_ACTION: Code = Code("T0420");

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: NO_SERVICE,
        title: "unknown service",
        page: r##"No service has this prefix. A statement about it matches no request: an `allow` gives nothing and a `deny` forbids nothing.

```tabella
policy P { allow s33:GetObject }
```

Mend the prefix, or declare a service of your own: `service s33 { … }`.
"##,
    },
    Entry {
        code: NO_ACTION,
        title: "unknown action",
        page: r##"The service has no such action, or none that the pattern matches. Old policies name retired actions; that does no harm, a misspelled one does.

```tabella
policy P { allow s3:GetObjet }
```

Mend the name.
"##,
    },
    Entry {
        code: NOT_ON_RESOURCE,
        title: "the action does not act on this resource",
        page: r##"Every action acts on certain types of resources. Actions that act on none of their own are matched by `*` only (R65); naming an ARN beside them gives nothing and forbids nothing.

```tabella
policy P { allow s3:ListAllMyBuckets on arn:aws:s3:::acme }
```

Name a resource of the right type, or leave out `on` in a statement of its own.
"##,
    },
    Entry {
        code: NO_KEY,
        title: "unknown condition key",
        page: r##"No service and no identity provider sets this key. It is always missing, so a comparison with it is always false, or always true if it is negated (R91).

```tabella
policy P { allow s3:GetObject when aws:SourceIP4 in 10.0.0.0/8 }
```

Mend the key, or declare it in a `service`.
"##,
    },
    Entry {
        code: KEY_TYPE,
        title: "key compared as another type",
        page: r##"The key has one type and the literal makes the comparison another. Such comparisons match by accident or never.

```tabella
policy P { allow s3:GetObject when aws:SourceIp == "10.0.0.1" }
```

Write the literal in the key's type: `aws:SourceIp in 10.0.0.1`.
"##,
    },
    Entry {
        code: SET_ON_SINGLE,
        title: "`any of` or `all of` with a key of one value",
        page: r##"Set operators are for keys of several values (R94). `all of` also holds when the key is missing, which opens what a plain comparison keeps closed.

```tabella
policy P { allow s3:GetObject when all of aws:PrincipalOrgID == "o-1" }
```

Leave the set operator out.
"##,
    },
    Entry {
        code: PLAIN_ON_LIST,
        title: "plain comparison with a key of several values",
        page: r##"A plain operator on a key of several values matches nothing (R94).

```tabella
policy P { allow ec2:CreateTags when aws:TagKeys == "team" }
```

Say `any of` or `all of`.
"##,
    },
    Entry {
        code: ALL_OF_MISSING,
        title: "`all of` allows when the key is missing",
        page: r##"`all of` holds when there is nothing to look at (R95), so an `allow` with it also allows requests without the key (R98).

```tabella
policy P { allow ec2:CreateTags when all of aws:TagKeys in ["team"] }
```

Add `and aws:TagKeys is present`.
"##,
    },
    Entry {
        code: SHORT_ARN,
        title: "ARN of fewer than six parts",
        page: r##"IAM fills in the rest with `*` in some kinds of policies, wants a wildcard in others and refuses it in resource guardrails (R70).

```tabella
policy P { allow s3:GetObject on arn:aws:s3:* }
```

Write all six parts: `arn:aws:s3:::*`.
"##,
    },
    Entry {
        code: TYPE_WILDCARD,
        title: "wildcard in the type of a resource",
        page: r##"A wildcard within the word that says what type a resource has is "not allowed" by IAM's documents, and accepted by IAM in places (R71). It is taken as a wildcard.

```tabella
policy P { allow iam:GetUser on arn:aws:iam::111111111111:u* }
```

Write the type: `user/*`.
"##,
    },
    Entry {
        code: NO_ALLOW,
        title: "a level of guardrails that allows nothing",
        page: r##"At every level from the root to the account some guardrail must allow (R40). A level with guardrails of its own has exactly those, so denies alone leave nothing allowed below it.

```tabella
organization o-1 { account a 111111111111 }
guardrail G on root { deny ec2:* }
```

Add `allow *` beside the denies.
"##,
    },
    Entry {
        code: PUBLIC_ROLE,
        title: "a role for anyone",
        page: r##"`anyone` in a trust policy lets in every AWS account of the world, unless a condition on the caller says otherwise (R135).

```tabella
account a 111111111111
role R in a { trust { allow anyone sts:AssumeRole } }
```

Name accounts or roles, or add a condition such as `aws:PrincipalOrgID == "o-…"`.
"##,
    },
    Entry {
        code: OPEN_PROVIDER,
        title: "an identity provider without conditions",
        page: r##"A provider vouches for all its users: without a condition on audience and subject every repository on GitHub, or every user of the provider, may assume the role (R126).

```tabella
account a 111111111111
role R in a { trust { allow web identity token.actions.githubusercontent.com } }
```

Add conditions on the provider's `:aud` and `:sub`.
"##,
    },
    Entry {
        code: EXTERNAL_ID,
        title: "external id that may be missing",
        page: r##"The external id keeps a partner's other customers from using the partner as their deputy. With `or missing` whoever passes none is let in (R132).

```tabella
account a 111111111111
role R in a { trust { allow account 999999999999 when sts:ExternalId == "x" or missing } }
```

Leave out `or missing`.
"##,
    },
    Entry {
        code: NOT_PRINCIPAL_PARTS,
        title: "`anyone but` without the account",
        page: r##"`anyone but` is asked level by level, as IAM does it: the account, then the user or role, then the session. An entry whose account is not listed beside it, or a session's whose role is not, excepts nobody: who it names is denied with the others (R87).

```tabella
resource policy on arn:aws:s3:::b { deny anyone but user arn:aws:iam::111111111111:user/U s3:* }
```

Name the account beside it, and the role beside a session: `anyone but (account 111111111111, user U)` excepts the user and the account's root user, and nobody else of the account (R88). An account that stands alone excepts all its principals. A condition says the same more plainly: deny `anyone` `when aws:PrincipalArn not like …`.
"##,
    },
    Entry {
        code: TRUST_ACTION,
        title: "an action no trust policy decides",
        page: r##"A trust policy is asked about assuming its role only, which are actions of `sts` (R122).

```tabella
account a 111111111111
role R in a { trust { allow account a s3:GetObject } }
```

Put what the role may do into its policies.
"##,
    },
    Entry {
        code: CANONICAL_USER,
        title: "a canonical user matches nobody",
        page: r##"A request names its caller by ARN; which canonical user an account is it does not say. So an entry for a canonical
user allows nobody, and after `anyone but` it excepts nobody (R84). A `deny` of a canonical user is an error: it would deny
nobody.

```tabella
account a 111111111111
resource policy on arn:aws:s3:::b in a {
  allow canonical 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be s3:GetObject
}
```

Name the account, as in `account 222222222222`; for CloudFront's origin access identity, the user it has in IAM.
"##,
    },
    Entry {
        code: OUTSIDE,
        title: "a resource that the policy is never asked about",
        page: r##"A resource policy is asked about the resource it is attached to and what lies under it, nothing else. A pattern that matches none of that, often a misspelled one, gives and forbids nothing, and after `not` it excepts nothing: a `deny` of it leaves open what it was meant to close.

```tabella
resource policy on arn:aws:s3:::acme-data { deny anyone s3:DeleteObject on arn:aws:s3:::acme-dat/* }
```

Mend the pattern, or leave out `on`: then the statement is about the attached resource and all under it (R54). Patterns of other resources that have a policy are let pass beside one that matches, for sets that several policies share.
"##,
    },
    Entry {
        code: PLAIN_STAR,
        title: "`*` is plain text under `==`",
        page: r##"Texts are compared with wildcards under `like` only (R99). Under `==` a `*` is the character, which values hardly ever have: an `allow` with it gives nothing, a `deny` forbids nothing, and under `!=` it is the other way round.

```tabella
policy P { allow ec2:* when aws:RequestedRegion == "us-*" }
```

Write `like`, in IAM's JSON `StringLike`. ARNs without quotes take wildcards under `==`, too.
"##,
    },
    Entry {
        code: KEY_NOT_OF_ACTION,
        title: "a key that none of the actions has",
        page: r##"A service of your own says with `with` which actions have which keys. No request for another action has the key, so a condition on it is always false there, or always true (R91).

```tabella
service shop {
  action Buy with shop:Amount
  action ListOrders
  key shop:Amount Numeric
}
policy P { allow shop:ListOrders when shop:Amount < 100 }
```

Mend the key or the actions, or give the action the key. A key that stands in no `with` is taken as every action's.
"##,
    },
];
