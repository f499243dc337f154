//! `T03xx`: names, kinds and conditions.

use super::{Code, Entry};

pub use super::idle::{
    ENDPOINT, IDLE, LITERAL_VARIABLE, MANAGEMENT_GUARDRAIL, MANAGEMENT_NAME, MORE, NOT_INSTANTIATED, WORLD,
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
