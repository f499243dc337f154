//! `T02xx`: reading and writing IAM JSON.

use super::Entry;
use crate::diag::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $title:literal, $page:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code($code);)*
        /// The codes of this stage.
        pub const ENTRIES: &[Entry] = &[
            $(Entry { code: $name, title: $title, page: $page },)*
        ];
    };
}

codes! {
    /// The text is not JSON.
    SYNTAX = "T0201", "not valid JSON", "\
The text breaks the grammar of JSON (RFC 8259). The reader is strict: no comments, no trailing commas, no single
quotes, no `NaN`.

```json
{ \"Version\": \"2012-10-17\", }
```

Mend: remove the trailing comma. One run reports several such places.
";
    /// A key stands twice in an object.
    DUPLICATE_KEY = "T0202", "duplicate key", "\
The same key stands twice in one object. Readers of JSON disagree on which value counts, so a reviewer may see another
policy than the one that is enforced; it is an error (rule 56).

```json
{ \"Effect\": \"Deny\", \"Effect\": \"Allow\" }
```

Mend: delete one of them, or merge the two values into one list.
";
    /// Nested too deep.
    NESTING = "T0203", "nested too deep", "\
The JSON nests deeper than the limit. No IAM document needs more than ten levels.

```json
[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
```

Mend: check that the file is what you meant to read.
";
    /// The file is too large.
    TOO_LARGE = "T0204", "file too large", "\
The file is larger than the limit for one file.

Mend: split the dump, one file for each account.
";
    /// A string literal is faulty.
    STRING = "T0205", "faulty string", "\
A string holds an unknown escape sequence, half of a surrogate pair, or a control character that is not escaped.

```json
{ \"Sid\": \"a\\qb\" }
```

Mend: escape a backslash as `\\\\`, a line break as `\\n`.
";
    /// A byte order mark was skipped.
    BYTE_ORDER_MARK = "T0206", "byte order mark", "\
The file begins with a byte order mark (U+FEFF). RFC 8259 lets readers ignore it; this one does, and says so.

```json
\u{feff}{ \"Version\": \"2012-10-17\", \"Statement\": [] }
```

Mend: save the file without it.
";
    /// A value has the wrong JSON type.
    WRONG_TYPE = "T0210", "wrong type of value", "\
An element of a policy has a JSON type that it can't have.

```json
{ \"Statement\": [ { \"Effect\": true } ] }
```

Mend: `Effect`, `Sid`, `Version` and `Id` are strings; actions, resources and principals are strings or arrays of
strings; `Condition` is an object of objects.
";
    /// A required element is missing.
    MISSING = "T0211", "missing element", "\
A required element is not there: `Statement` in a document; `Effect`, and one of `Action` and `NotAction`, in a
statement; one of `Resource` and `NotResource` in documents attached to identities (rule 54).

```json
{ \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\" }
```

Mend: write the element. It is never filled in by a guess.
";
    /// An element is unknown.
    UNKNOWN_ELEMENT = "T0212", "unknown element", "\
The document holds an element that IAM does not know. Skipping it could drop a restriction (`NotResouce`,
`Conditions`), so it is an error (rule 59).

```json
{ \"Effect\": \"Deny\", \"Action\": \"*\", \"NotResouce\": \"arn:aws:s3:::b/*\" }
```

Mend: correct the spelling; element names are case-sensitive.
";
    /// The version is unknown.
    UNKNOWN_VERSION = "T0213", "unknown version", "\
`Version` names the policy language, not the revision of your document. Only `2012-10-17` and `2008-10-17` exist
(rule 52).

```json
{ \"Version\": \"2023-09-27\", \"Statement\": [] }
```

Mend: write `2012-10-17`.
";
    /// Two elements exclude each other.
    CONFLICT = "T0214", "elements exclude each other", "\
A statement has both an element and its negation: `Action` and `NotAction`, `Resource` and `NotResource`, or
`Principal` and `NotPrincipal` (rule 54).

```json
{ \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"NotAction\": \"s3:PutObject\", \"Resource\": \"*\" }
```

Mend: keep one; split the statement if both are meant.
";
    /// A list is empty.
    EMPTY_LIST = "T0215", "empty list", "\
An empty `Action` or `Resource` list matches nothing, an empty `NotAction` or `NotResource` list matches everything;
other evaluators have turned the one into the other. It is an error (rule 58), and so is a condition operator without keys.

```json
{ \"Effect\": \"Allow\", \"NotAction\": [], \"Resource\": \"*\" }
```

Mend: write what is meant, `\"*\"` for everything, or delete the statement.
";
    /// The effect is neither Allow nor Deny.
    EFFECT = "T0216", "unknown effect", "\
`Effect` is `Allow` or `Deny`, spelled exactly so.

```json
{ \"Effect\": \"allow\" }
```

Mend: write it with a capital letter.
";
    /// A Sid stands twice.
    DUPLICATE_SID = "T0217", "duplicate statement id", "\
Two statements of one document have the same `Sid` (rule 56). In policies attached to resources it is only warned of (T0321).

```json
{ \"Version\": \"2012-10-17\", \"Statement\": [
  { \"Sid\": \"Read\", \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\" },
  { \"Sid\": \"Read\", \"Effect\": \"Allow\", \"Action\": \"s3:ListBucket\", \"Resource\": \"*\" }
] }
```

Mend: rename one of them. Reports name statements by it.
";
    /// The kind of document does not have this element.
    NOT_IN_KIND = "T0219", "element not allowed here", "\
This kind of document can't have the element or value: principals stand in resource, trust and endpoint policies only
(rule 55); a resource guardrail (RCP) only denies, to `\"Principal\": \"*\"`, without `NotAction` and `NotPrincipal`
(rule 48); a trust policy has no resource (rule 54).

```json
{ \"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\" }
```

Mend: check that the document is of the kind it is imported as.
";
    /// An action is malformed.
    ACTION = "T0220", "malformed action", "\
An action is `*` or `service:Name`. The service can't hold wildcards (rule 62), and no variables are filled in
(rule 114).

```json
{ \"Action\": \"GetObject\" }
```

Mend: write the service, as in `s3:GetObject`.
";
    /// An action never matches.
    ACTION_NEVER_MATCHES = "T0221", "action that never matches", "\
The action holds whitespace or other characters that no action has, so it matches nothing (rule 63). A list in one
string is a frequent cause.

```json
{ \"Action\": \"s3:GetObject,PutObject\" }
```

Mend: write a JSON array with one action an item.
";
    /// A resource is malformed.
    RESOURCE = "T0222", "malformed resource", "\
A resource is `*` or an ARN, whose parts are separated by colons. Placeholders of a templating tool must be filled in
before import.

```json
{ \"Resource\": \"my-bucket/*\" }
```

Mend: write the ARN, as in `arn:aws:s3:::my-bucket/*`.
";
    /// A resource is unusual.
    ODD_RESOURCE = "T0223", "unusual resource", "\
The resource does not begin with `arn:` (rule 66).

```json
{ \"Resource\": \"acme:db:eu::table:x\" }
```

Mend: write the whole ARN.
";
    /// A principal is malformed.
    PRINCIPAL = "T0224", "malformed principal", "\
The entry is none of the principals that IAM knows (rules 75 to 86): `*`, twelve digits, the ARN of an account root,
user, role, role session or federated user, a unique id (`AIDA…`, `AROA…`) under `AWS`; a service name under
`Service`; a provider under `Federated`; 64 hexadecimal digits under `CanonicalUser`. Groups are never principals.

```json
{ \"Principal\": { \"AWS\": \"alice\" } }
```

Mend: write the full ARN.
";
    /// A wildcard is part of a principal.
    PRINCIPAL_WILDCARD = "T0225", "wildcard inside a principal", "\
In principals `*` stands alone; it can't be part of a name or an ARN (rules 76 and 81). IAM refuses such documents, and
evaluators that expand the wildcard grant more than was reviewed.

```json
{ \"Principal\": { \"AWS\": \"arn:aws:iam::111111111111:role/*\" } }
```

Mend: name the account as principal and add a condition on `aws:PrincipalArn`.
";
    /// A principal is missing.
    NO_PRINCIPAL = "T0226", "statement without principal", "\
The statement is one of a trust policy or a resource guardrail and names no principal (rule 55). In policies of resources
a `Deny` without principal is an error, too, and an `Allow` is warned of (T0311).

```json
{ \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b/*\" }
```

Mend: write the principal, or import the document as an identity policy.
";
    /// NotPrincipal where it can't stand.
    NOT_PRINCIPAL = "T0227", "misplaced NotPrincipal", "\
`NotPrincipal` may only be used with `\"Effect\": \"Deny\"`, and not in trust policies (rule 55). With `Allow` it would
grant access to everybody else, anonymous callers among them.

```json
{ \"Effect\": \"Allow\", \"NotPrincipal\": { \"AWS\": \"111111111111\" } }
```

Mend: allow the principals that are meant, and use a condition on `aws:PrincipalArn` for exceptions.
";
    /// The operator is unknown.
    OPERATOR = "T0228", "unknown condition operator", "\
The condition uses an operator that IAM does not know. Ignoring a condition widens access, so it is an error
(rule 59). Operators are spelled exactly as IAM's documents spell them.

```json
{ \"Condition\": { \"StringEqual\": { \"aws:username\": \"a\" } } }
```

Mend: correct the spelling; the help names the nearest operator.
";
    /// The operator can't take this prefix or suffix.
    OPERATOR_FORM = "T0229", "operator can't be combined so", "\
`Null` has no `…IfExists` form (rule 92) and takes no set operator: it asks for presence, not for values.

```json
{ \"Condition\": { \"NullIfExists\": { \"aws:TokenIssueTime\": \"true\" } } }
```

Mend: use plain `Null`.
";
    /// A condition key is malformed or repeated in other letters.
    CONDITION_KEY = "T0230", "malformed condition key", "\
A condition key is `prefix:name`, without variables, and its case does not matter (rule 90): two keys of one operator
that differ only in case are the same key twice.

```json
{ \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\",
  \"Condition\": { \"StringEquals\": { \"aws:username\": \"a\", \"AWS:UserName\": \"b\" } } }
```

Mend: merge the two lists of values if either value may match, or use two statements.
";
    /// A condition value has an impossible JSON type or text.
    CONDITION_VALUE = "T0231", "malformed condition value", "\
A condition value is a string, number or boolean, or an array of them (rule 57); the values of `Null` are `true` and
`false`.

```json
{ \"Condition\": { \"Bool\": { \"aws:SecureTransport\": null } } }
```

Mend: write the value; to test for a missing key use the operator `Null`.
";
    /// A variable is not closed.
    UNCLOSED_VARIABLE = "T0232", "unclosed variable", "\
`${` begins a policy variable in documents of version 2012-10-17 and must be closed by `}` (rule 121).

```json
{ \"Resource\": \"arn:aws:s3:::b/${aws:username\" }
```

Mend: close it, or write `${$}{` for a literal `${`.
";
    /// Variables in a 2008 document.
    VERSION_WITHOUT_VARIABLES = "T0233", "variable in a document of version 2008-10-17", "\
The document has version 2008-10-17, or none, which means the same. That version has no policy variables: `${…}` stands
for itself and will match no real resource or value (rule 52).

```json
{ \"Statement\": { \"Resource\": \"arn:aws:s3:::b/${aws:username}/*\" } }
```

Mend: write `\"Version\": \"2012-10-17\"`.
";
    /// No statements.
    NO_STATEMENTS = "T0234", "document without statements", "\
`Statement` is an empty array. The document allows and denies nothing; IAM would refuse it.

```json
{ \"Version\": \"2012-10-17\", \"Statement\": [] }
```

Mend: delete the document, or write its statements.
";
    /// `*:*` read as `*`.
    STAR_STAR = "T0235", "`*:*` read as `*`", "\
IAM allows no wildcard in the service part of an action; `*:*` is the one exception and means `*` (rule 62).

```json
{ \"Action\": \"*:*\" }
```

Mend: write `*`.
";
    /// A principal name looks wrong.
    ODD_PRINCIPAL = "T0236", "unusual principal", "\
The federated provider is kept exactly as written and compared exactly, but it is neither an ARN nor one of the names
that IAM knows (rule 83). It may match nobody.

```json
{ \"Principal\": { \"Federated\": \"idp.example.com\" } }
```

Mend: write the ARN of the provider, as in `arn:aws:iam::111111111111:oidc-provider/idp.example.com`.
";
    /// A condition has no values.
    EMPTY_VALUES = "T0237", "condition without values", "\
The list of values is empty. A positive operator then never matches, a negated one always does.

```json
{ \"Condition\": { \"StringEquals\": { \"aws:username\": [] } } }
```

Mend: write the values, or delete the statement or the condition.
";
    /// A statement that is always there.
    IMPLIED = "T0238", "statement that is always there", "\
`RCPFullAWSAccess`, the resource guardrail (RCP) that allows everything, is attached everywhere and can't be detached
(rule 48). Its statement says nothing, so it is left out.

```json
{ \"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\", \"Resource\": \"*\" }
```
";
    /// An embedded document can't be read.
    EMBEDDED = "T0240", "unreadable embedded document", "\
An account dump holds its policy documents as objects or as URL-encoded JSON strings (RFC 3986). This one is neither.

```json
{ \"UserDetailList\": [ { \"UserName\": \"Ada\", \"Path\": \"/\", \"UserId\": \"AIDAEXAMPLE\",
  \"Arn\": \"arn:aws:iam::111111111111:user/Ada\",
  \"UserPolicyList\": [ { \"PolicyName\": \"p\", \"PolicyDocument\": \"100%\" } ] } ] }
```

Mend: print the dump with `aws iam get-account-authorization-details --output json`.
";
    /// Something in the dump has no meaning for decisions.
    IGNORED = "T0241", "part of the dump without meaning", "\
This part of the account dump has no influence on decisions (instance profiles, dates, counts) and is not imported.
What is not known and holds more than a word, or nearly has the name of what is, is an error (T0212): it may be a document.

```json
{ \"UserDetailList\": [], \"PageCount\": 1 }
```
";
    /// The dump is inconsistent.
    DUMP = "T0242", "inconsistent account dump", "\
The dump lacks something that it must have: a name, an ARN with a twelve-digit account, a managed policy's default
version, an attached policy's name or ARN.

```json
{ \"UserDetailList\": [ { \"Path\": \"/\" } ] }
```

Mend: print the dump again; `--filter` must not leave out parts that others refer to.
";
    /// The dump refers to a policy that it does not hold.
    EXTERNAL_POLICY = "T0243", "no document of a policy", "\
The dump attaches a managed policy, or has it as a boundary, whose document neither the dump nor another file holds, and which
is not among the AWS managed policies that are shipped. As a boundary such a policy allows nothing. An attached policy may hold a
deny, so the program does not compile without it.

```json
{ \"PermissionsBoundaryType\": \"Policy\", \"PermissionsBoundaryArn\": \"arn:aws:iam::aws:policy/Unheard\" }
```

Mend: declare a policy with this ARN in another file, or say with `--assume-empty ARN` that it allows and denies nothing.
";
    /// A document needs a place.
    NO_PLACE = "T0244", "document without a place", "\
A resource policy belongs to a resource and an endpoint policy to an endpoint; imported alone, a document does not say
to which.

Mend: give the resource's ARN or the endpoint's id when importing.
";
    /// A deny without resources.
    NO_RESOURCE = "T0245", "deny without `Resource`", "\
A statement of a resource policy may leave out `Resource`: it is about the resource that the policy is attached to. Whether
a deny then covers what is inside the resource, such as the objects of a bucket, the pages of IAM do not say; here it does.

```json
{ \"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"s3:*\" }
```

Mend: write the resources that are meant, for example the bucket's ARN and the same with `/*`.
";
    /// IAM JSON has no form for the condition.
    INEXPRESSIBLE = "T0250", "not expressible as IAM JSON", "\
IAM JSON has no form that means exactly the same, so nothing is written: leaving it out would widen or narrow access.
The usual cause is two tests of one key with one operator in one conjunction, which a JSON object can't hold.

    allow s3:GetObject when any of aws:TagKeys == \"a\" and any of aws:TagKeys == \"b\"

Mend: rewrite the condition, for example with another operator, or split the policy.
";
    /// The condition becomes too many statements.
    TOO_MANY_STATEMENTS = "T0251", "condition needs too many statements", "\
IAM JSON knows no `or` between conditions; such a condition becomes one statement for each way to satisfy it. This one
needs more statements than the limit.

Mend: split the policy, or use lists of values instead of `or`.
";
    /// Text that a 2008 document can't hold.
    LITERAL_WILDCARD = "T0252", "literal wildcard in a document of version 2008-10-17", "\
Documents of version 2008-10-17 have no `${*}`: a literal `*` or `?` can't be written where the position knows
wildcards.

Mend: use version 2012-10-17.
";
    /// A dump has no place for it.
    NOT_IN_DUMP = "T0253", "no place in an account dump", "\
An account dump holds users, groups, roles and managed policies. The organization, guardrails, policies on resources and
endpoints, access points, declared services, tests and invariants have no place in it and are left out.

```tabella
organization o-acme1 {
  account prod 111111111111
}
```

Mend: export the documents one by one; the rest exists in the policy language only.
";
    /// A file that holds no IAM JSON.
    NOT_IAM = "T0254", "not IAM JSON", "\
The file is JSON, but neither a policy document, nor an account dump, nor an answer of the AWS command line that holds either.

```json
{ \"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {} }
```

Mend: print what is deployed with the AWS command line, for example with `aws iam get-account-authorization-details`.
";
    /// Dumps of different times.
    VERSIONS = "T0255", "different versions of an AWS managed policy", "\
Two account dumps hold different versions of one AWS managed policy. AWS changes such a policy for all accounts at once, so the
dumps were printed at different times. The newest version counts for all of them.

Mend: print the dumps again, so that they are of one time.
";
}
