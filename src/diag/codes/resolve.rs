//! `T0300`–`T0329`: names and statements. What else resolving reports has files of its own, and is found here as well.

use super::{Code, Entry};

pub use super::condition::{
    COMPLEMENT, CONDITION_KEY, CONDITION_SIZE, MIXED, OPERATOR_TYPE, PRESENCE, TWO_READINGS, VALUE,
    VARIABLE_IN_BOOL, VARIABLE_PLACE,
};
pub use super::estate::{
    ACCOUNT, ARGUMENTS, ARN, EXPANSION, MEMBER, NO_ACCOUNT, ORGANIZATION, POLICY_ARN, SERVICE, TEST,
};
pub use super::idle::{
    ACCESS_POINT, ENDPOINT, IDLE, LINKED_ROLE, LINKED_ROLE_NAME, LITERAL_VARIABLE, MANAGEMENT_GUARDRAIL,
    MANAGEMENT_NAME, MORE, NOT_INSTANTIATED, UNDECLARED_POINT, WORLD,
};

/// Unknown name.
pub const UNKNOWN_NAME: Code = Code("T0301");
/// Declared twice.
pub const DUPLICATE: Code = Code("T0302");
/// Import not found.
pub const IMPORT: Code = Code("T0303");
/// Files import each other.
pub const IMPORT_CYCLE: Code = Code("T0304");
/// A name uses itself.
pub const CYCLE: Code = Code("T0305");
/// A name means several things.
pub const AMBIGUOUS: Code = Code("T0306");
/// A list inside a text.
pub const LIST_IN_WORD: Code = Code("T0307");
/// Text too long.
pub const TOO_LONG: Code = Code("T0308");
/// Malformed text.
pub const BAD_TEXT: Code = Code("T0309");
/// Principals where there are none.
pub const PRINCIPALS_HERE: Code = Code("T0310");
/// Principals missing.
pub const NO_PRINCIPALS: Code = Code("T0311");
/// `anyone but` where it is not allowed.
pub const NOT_PRINCIPAL: Code = Code("T0312");
/// Resources in a trust policy.
pub const RESOURCES_HERE: Code = Code("T0313");
/// What a resource guardrail cannot say.
pub const RCP: Code = Code("T0314");
/// No actions.
pub const NO_ACTIONS: Code = Code("T0315");
/// Malformed action.
pub const ACTION: Code = Code("T0316");
/// Malformed resource.
pub const RESOURCE: Code = Code("T0317");
/// Malformed principal.
pub const PRINCIPAL: Code = Code("T0318");
/// Unknown policy version.
pub const VERSION: Code = Code("T0319");
/// Statement name IAM does not take.
pub const SID: Code = Code("T0320");
/// Two statements of one name.
pub const SID_TWICE: Code = Code("T0321");
/// `*:*`.
pub const STAR_STAR: Code = Code("T0322");
/// A variable before the last part of an ARN.
pub const VARIABLE_IN_HEAD: Code = Code("T0323");
/// Malformed variable.
pub const VARIABLE: Code = Code("T0324");
/// A name that cannot be used.
pub const NAME: Code = Code("T0325");
/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: UNKNOWN_NAME,
        title: "unknown name",
        page: r##"A name is used that nothing declares. Names resolve when the program is compiled; nothing is looked up later, so a name that means nothing would be a rule that means nothing.

```tabella
role Analyst in prdo { policies TeamData }
```

Mend the spelling, declare what is missing, or name things from outside by their ARN.
"##,
    },
    Entry {
        code: DUPLICATE,
        title: "declared twice",
        page: r##"Two declarations of one kind have the same name, and nothing says which one is meant.

```tabella
policy P { allow s3:GetObject }
policy P { allow s3:PutObject }
```

Rename one of them, or join them.
"##,
    },
    Entry {
        code: IMPORT,
        title: "import not found",
        page: r##"An imported file is not among the files that are compiled. The path is taken from the folder of the importing file, and leads to no file outside the folders of the files on the command line and the folder the command runs in: whoever writes a source must not choose what else is read.

```tabella
import "missing.tabella"
```

Mend the path, or pass the file.
"##,
    },
    Entry {
        code: IMPORT_CYCLE,
        title: "files import each other",
        page: r##"A file imports itself, directly or through others.

```tabella
// in the file example.tabella
import "example.tabella"
```

Move what both need into a third file.
"##,
    },
    Entry {
        code: CYCLE,
        title: "a name uses itself",
        page: r##"A constant, set or condition is defined by itself, directly or through others, and so has no value.

```tabella
condition a = b and aws:SecureTransport
condition b = not a
```

Break the circle.
"##,
    },
    Entry {
        code: AMBIGUOUS,
        title: "a name means several things",
        page: r##"Several declarations fit, in different accounts.

```tabella
account prod    111111111111
account staging 222222222222
role Deploy in prod { }
role Deploy in staging { }

resource policy on arn:aws:s3:::b { allow role Deploy s3:* }
```

Say which one: `role Deploy in prod`.
"##,
    },
    Entry {
        code: LIST_IN_WORD,
        title: "a list inside a text",
        page: r##"`$(name)` inside a word or string puts one text there; a list has several.

```tabella
const buckets = ["a", "b"]
resources r = arn:aws:s3:::$(buckets)/*
```

Use the list as a whole value (`key in buckets`), or give the name one value.
"##,
    },
    Entry {
        code: TOO_LONG,
        title: "text too long",
        page: r##"A pattern or value is longer than the compiler takes. Real ones have some hundred bytes.

```text
allow s3:aaaa… on *   // 20,000 letters
```

Shorten it.
"##,
    },
    Entry {
        code: BAD_TEXT,
        title: "malformed text",
        page: r##"The spelling of a word or string is wrong: an escape that does not exist, or a `$(` without a name and `)`.

```tabella
const x = "a\q"
```

Mend the escape; a backslash is written `\\`.
"##,
    },
    Entry {
        code: PRINCIPALS_HERE,
        title: "principals where there are none",
        page: r##"Identity policies, boundaries, session policies and guardrails act for whoever they are attached to; only policies of resources, roles and endpoints name principals (R55).

```tabella
policy P { allow role Analyst s3:GetObject }
```

Leave the principals out.
"##,
    },
    Entry {
        code: NO_PRINCIPALS,
        title: "principals missing",
        page: r##"A statement of a resource, trust or endpoint policy must say who it is about (R55). An `allow` without principals never applies, which is a warning; a `deny` without them would silently deny nothing, which is an error.

```tabella
resource policy on arn:aws:s3:::b { deny s3:* }
```

Say who: `deny anyone s3:*`.
"##,
    },
    Entry {
        code: NOT_PRINCIPAL,
        title: "`anyone but` where it is not allowed",
        page: r##"`anyone but` (NotPrincipal) goes only with `deny`, and not in trust policies (R55). With `allow` it would open the resource to everybody else, anonymous callers too.

```tabella
resource policy on arn:aws:s3:::b { allow anyone but account 111111111111 s3:GetObject }
```

Name who is allowed, or deny.
"##,
    },
    Entry {
        code: RESOURCES_HERE,
        title: "resources in a trust policy",
        page: r##"A trust policy is about its role and nothing else, so it has no resources (R54).

```tabella
role R in prod { trust { allow account staging sts:AssumeRole on * } }
```

Leave out `on …`.
"##,
    },
    Entry {
        code: RCP,
        title: "what a resource guardrail cannot say",
        page: r##"Resource guardrails (RCPs) only deny, they deny anyone, and they cannot say `not` actions (R48).

```tabella
resource guardrail G on root { allow s3:* }
```

Write a `deny` with a condition.
"##,
    },
    Entry {
        code: NO_ACTIONS,
        title: "no actions",
        page: r##"A statement says nothing about actions. Only in trust policies do they follow from the principals: accounts, users, roles and services `sts:AssumeRole`, web identities `sts:AssumeRoleWithWebIdentity`, SAML providers `sts:AssumeRoleWithSAML`. A `deny` there is one of `sts:*`, every way in.

```tabella
resource policy on arn:aws:s3:::b { allow anyone }
```

Name the actions, or write `*`.
"##,
    },
    Entry {
        code: ACTION,
        title: "malformed action",
        page: r##"An action is `service:Name`, with wildcards in the name only, or `*` (R60–R62). Variables are not allowed in it (R114).

```tabella
policy P { allow s3* }
```

Write `s3:*`.
"##,
    },
    Entry {
        code: RESOURCE,
        title: "malformed resource",
        page: r##"A resource is an ARN of six parts or `*`. Other texts match nothing, and a `deny` of them would deny nothing. Short ARNs are taken only where R70 has them.

```tabella
policy P { allow s3:GetObject on my-bucket/* }
```

Write `arn:aws:s3:::my-bucket/*`.
"##,
    },
    Entry {
        code: PRINCIPAL,
        title: "malformed principal",
        page: r##"This is no account, user, role, session, service, provider or canonical user. Principals hold no wildcards and no variables (R76, R81, R114), and groups are never principals (R85).

```tabella
resource policy on arn:aws:s3:::b { allow role arn:aws:iam::111111111111:role/* s3:GetObject }
```

Name each principal, or write `anyone` with a condition on `aws:PrincipalArn`.
"##,
    },
    Entry {
        code: VERSION,
        title: "unknown policy version",
        page: r##"The version of the policy language is `2012-10-17` or `2008-10-17` (R52).

```tabella
policy P { version 2020-01-01 }
```

Write `version 2012-10-17`, or leave it out.
"##,
    },
    Entry {
        code: SID,
        title: "statement name IAM does not take",
        page: r##"IAM takes letters and digits in the names of statements (R56). The program compiles; an export of it may be refused.

```tabella
policy P { `read all`: allow s3:GetObject }
```

Use letters and digits.
"##,
    },
    Entry {
        code: SID_TWICE,
        title: "two statements of one name",
        page: r##"Names of statements are unique in a document (R56); reports could not tell them apart. A warning in resource policies, whose services differ.

```tabella
policy P { Read: allow s3:GetObject  Read: allow s3:ListBucket }
```

Rename one of them.
"##,
    },
    Entry {
        code: STAR_STAR,
        title: "`*:*`",
        page: r##"Wildcards are not allowed in the service of an action; `*:*` is taken as `*` (R62).

```tabella
policy P { allow *:* }
```

Write `*`.
"##,
    },
    Entry {
        code: VARIABLE_IN_HEAD,
        title: "a variable before the last part of an ARN",
        page: r##"Policy variables belong into the last part of an ARN (R114). IAM accepts others in places; whether they work depends on the service.

```tabella
policy P { allow kms:Decrypt on arn:aws:kms:*:${aws:PrincipalAccount}:key/* }
```

Use `*` there, and a condition such as `aws:ResourceAccount == "${aws:PrincipalAccount}"`.
"##,
    },
    Entry {
        code: VARIABLE,
        title: "malformed variable",
        page: r##"A policy variable is `${key}` or `${key, 'default'}` (R113, R118, R121).

```tabella
policy P { allow s3:GetObject on `arn:aws:s3:::b/${aws:username` }
```

Close it; a dollar sign before `{` that is meant as such is `${$}`.
"##,
    },
    Entry {
        code: NAME,
        title: "a name that cannot be used",
        page: r##"The declared name reads as something else wherever it could be used: `or missing` is part of a comparison, a word with `:` in a condition is a key, one with `:` or `*` among actions is an action, `10` and `true` are values, twelve digits are the account of that id. What is declared so would never be asked, or would be taken for the other thing.

```tabella
condition missing = aws:SecureTransport
policy P { deny s3:* when aws:SourceVpc == "vpc-1" or missing }
```

Give it a plain name: letters, digits, `-` and `_`.
"##,
    },
];
