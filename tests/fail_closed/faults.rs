//! The faults, by the part of a document they are in. One line each, to be read as a table.

use tabella::hir::Effect::{self, Allow, Deny};
use tabella::hir::PolicyKind::{self, Boundary, Endpoint, Identity, Rcp, Resource, Scp, Session, Trust};

/// The part of a document that is faulty, and how it is written.
pub enum Part {
    /// An entry of the actions.
    Action(&'static str),
    /// An entry of the resources.
    Resource(&'static str),
    /// `Principal` or `NotPrincipal`, and how the language writes principals.
    Principal(&'static str, &'static str),
    /// `Condition`, and an expression.
    Condition(&'static str, &'static str),
    /// Operators of one type, how the language writes type and operators, and values.
    Values(&'static [&'static str], &'static str, &'static [&'static str], &'static [&'static str]),
    /// An element of the statement, with its JSON.
    Element(&'static str, &'static str),
    /// An element in the place of another, with its JSON.
    Instead(&'static str, &'static str, &'static str),
    /// An element that is left out.
    Without(&'static str),
    /// An element of the document, with its JSON.
    Document(&'static str, &'static str),
    Version(&'static str),
    /// What the language writes after the statement.
    After(&'static str),
    /// The head of a statement in the language: principals and actions.
    Head(&'static str),
    /// Nothing: the document as it should be.
    Nothing,
}

pub struct Fault {
    pub what: &'static str,
    pub rule: &'static str,
    pub part: Part,
    /// Codes of the errors; empty where the fault can't be written.
    pub language: &'static str,
    pub json: &'static str,
    pub kinds: &'static [PolicyKind],
    pub effects: &'static [Effect],
}

const ANY: &[PolicyKind] = &[Identity, Boundary, Session, Scp, Rcp, Resource, Trust, Endpoint];
/// With resources.
const ON: &[PolicyKind] = &[Identity, Boundary, Session, Scp, Rcp, Resource, Endpoint];
/// With principals of all kinds.
const WHO: &[PolicyKind] = &[Resource, Trust, Endpoint];
/// Without principals.
const NOBODY: &[PolicyKind] = &[Identity, Boundary, Session, Scp];
const BOTH: &[Effect] = &[Deny, Allow];

const STRINGS: &[&str] = &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"];
const NUMBERS: &[&str] = &[
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATES: &[&str] = &[
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ORDERED: &[&str] = &["==", "!=", "<", "<=", ">", ">="];
const EQUAL: &[&str] = &["==", "!="];
const ADDRESSES: &[&str] = &["IpAddress", "NotIpAddress"];
const ARNS: &[&str] = &["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"];
const LIKE: &[&str] = &["==", "!=", "like", "not like"];

const fn fault(
    what: &'static str,
    rule: &'static str,
    part: Part,
    language: &'static str,
    json: &'static str,
    kinds: &'static [PolicyKind],
) -> Fault {
    Fault { what, rule, part, language, json, kinds, effects: BOTH }
}

/// Documents as they should be, in the shapes in which faults are tried.
pub const SOUND: &[Fault] = &[
    fault("nothing", "", Part::Nothing, "", "", ANY),
    fault(
        "an action",
        "",
        Part::Action("s3:Get*"),
        "",
        "",
        &[Identity, Boundary, Session, Scp, Rcp, Resource, Endpoint],
    ),
    fault("an action", "", Part::Action("sts:*"), "", "", &[Trust]),
    fault("a resource", "", Part::Resource("arn:aws:s3:::b/${aws:username}"), "", "", ON),
    fault(
        "a principal",
        "",
        Part::Principal(r#"{"AWS": "222222222222"}"#, "account 222222222222"),
        "",
        "",
        WHO,
    ),
    fault(
        "a condition",
        "",
        Part::Condition(r#"{"Bool": {"aws:SecureTransport": "true"}}"#, "aws:SecureTransport"),
        "",
        "",
        ANY,
    ),
    fault("a string", "", Part::Values(STRINGS, "", LIKE, &["x", "${aws:username}", "*"]), "", "", ANY),
    fault("a number", "", Part::Values(NUMBERS, "number", ORDERED, &["10", "-1.5"]), "", "", ANY),
    fault("a date", "", Part::Values(DATES, "date", ORDERED, &["2024-01-31", "1700000000"]), "", "", ANY),
    fault("a boolean", "", Part::Values(&["Bool"], "bool", EQUAL, &["true", "FALSE"]), "", "", ANY),
    fault("an address", "", Part::Values(ADDRESSES, "ip", EQUAL, &["10.0.0.0/8", "::1"]), "", "", ANY),
    fault("bytes", "", Part::Values(&["BinaryEquals"], "binary", &["=="], &["AQID"]), "", "", ANY),
    fault("an ARN", "", Part::Values(ARNS, "arn", LIKE, &["arn:aws:s3:::b", "*"]), "", "", ANY),
    fault(
        "presence",
        "",
        Part::Condition(r#"{"Null": {"aws:username": "true"}}"#, "aws:username is missing"),
        "",
        "",
        ANY,
    ),
    fault("a version", "R52", Part::Version("2008-10-17"), "", "", ANY),
    fault("an element", "", Part::Element("Sid", r#""Name""#), "", "", ANY),
];

/// What IAM takes, though it denies nothing. In its JSON it is no fault.
#[rustfmt::skip]
pub const IN_VAIN: &[Fault] = &[
    Fault { what: "all actions but all", rule: "R64", part: Part::Instead("Action", "NotAction", r#"["s3:PutObject", "*"]"#), language: "", json: "T0353", kinds: &[Identity, Boundary, Session, Scp, Resource, Trust, Endpoint], effects: &[Deny] },
    Fault { what: "all resources but all", rule: "R72", part: Part::Instead("Resource", "NotResource", r#""*""#), language: "", json: "T0353", kinds: ON, effects: &[Deny] },
    Fault { what: "everybody but everybody", rule: "R87", part: Part::Instead("Principal", "NotPrincipal", r#""*""#), language: "", json: "T0353", kinds: &[Resource, Endpoint], effects: &[Deny] },
    Fault { what: "everybody but everybody", rule: "R87", part: Part::Instead("Principal", "NotPrincipal", r#"{"AWS": ["222222222222", "*"]}"#), language: "", json: "T0353", kinds: &[Resource, Endpoint], effects: &[Deny] },
];

#[rustfmt::skip]
pub const FAULTS: &[(&str, &[Fault])] = &[
    ("operators", &[
        fault("unknown operator", "R59", Part::Condition(r#"{"StringEqual": {"aws:username": "Ann"}}"#, r#"aws:username equals "Ann""#), "T0101", "T0228", ANY),
        fault("operator in another letter case", "R59", Part::Condition(r#"{"stringequals": {"aws:username": "Ann"}}"#, r#"aws:username LIKE "Ann""#), "T0101", "T0228", ANY),
        fault("unknown set operator", "R59", Part::Condition(r#"{"ForSomeValues:StringEquals": {"aws:TagKeys": "a"}}"#, r#"some of aws:TagKeys == "a""#), "T0101", "T0228", ANY),
        fault("`Null` with a set operator", "R59", Part::Condition(r#"{"ForAllValues:Null": {"aws:TagKeys": "true"}}"#, "all of aws:TagKeys is missing"), "T0335", "T0229", ANY),
        fault("`Null` with `IfExists`", "R59", Part::Condition(r#"{"NullIfExists": {"aws:TagKeys": "true"}}"#, "aws:TagKeys is missing or missing"), "T0101", "T0229", ANY),
        fault("operator that the type has not", "R59", Part::Condition(r#"{"BoolLike": {"aws:SecureTransport": "true"}}"#, "aws:SecureTransport like true"), "T0330", "T0228", ANY),
        fault("`ignoring case` with a pattern", "R59", Part::Condition(r#"{"StringLikeIgnoreCase": {"aws:username": "a*"}}"#, r#"aws:username like "a*" ignoring case"#), "T0330", "T0228", ANY),
        fault("values of several types", "R59", Part::Condition("", r#"aws:username in ["Ann", 5]"#), "T0332", "", ANY),
        fault("conditions that are no object", "R59", Part::Condition(r#"["aws:SecureTransport"]"#, ""), "", "T0210", ANY),
        fault("operator without keys", "R59", Part::Condition(r#"{"Bool": "aws:SecureTransport"}"#, ""), "", "T0210", ANY),
        fault("operator with no keys at all", "R59", Part::Condition(r#"{"StringEquals": {}}"#, ""), "", "T0215", ANY),
    ]),
    ("values", &[
        fault("malformed number", "R102, R111", Part::Values(NUMBERS, "number", ORDERED, &["ten", "", "1e3", "0x10", "1,000", "1.", " 1", "1.2.3", "--1"]), "T0331", "T0331", ANY),
        fault("malformed date", "R103, R109, R111", Part::Values(DATES, "date", ORDERED, &["yesterday", "", "2024-13-01", "2023-02-29", "2024-01-01T25:00Z", "2024-01-01T00:00:00", "2024-01-01 00:00", "2024-01-01T00:00:00.1234567891Z"]), "T0331", "T0331", ANY),
        fault("malformed boolean", "R104, R111", Part::Values(&["Bool"], "bool", EQUAL, &["yes", "", "1", "true ", "${*}", "tru${$}"]), "T0331", "T0331", ANY),
        fault("malformed bytes", "R105, R111", Part::Values(&["BinaryEquals"], "binary", &["=="], &["Q", "QQ", "?", "AQID\u{e9}"]), "T0331", "T0331", ANY),
        fault("malformed address", "R106, R111", Part::Values(ADDRESSES, "ip", EQUAL, &["10.0.0", "", "10.0.0.0/33", "10.0.0.256", "::1/129", "10.0.0.0/8/8", "10.*", "10.0.0.0/+8"]), "T0331", "T0331", ANY),
        fault("malformed ARN", "R107, R111", Part::Values(ARNS, "arn", LIKE, &["b", "", "arn:aws:s3", "arn:aws:s3::b", "arm:aws:s3:::b", ":::::", "b${*}"]), "T0331", "T0331", ANY),
        fault("malformed presence", "R108, R111", Part::Condition(r#"{"Null": {"aws:username": "maybe"}}"#, ""), "", "T0231", ANY),
        fault("presence of nothing", "R108, R111", Part::Condition(r#"{"Null": {"aws:username": []}}"#, ""), "", "T0231", ANY),
        fault("value that is null", "R57", Part::Condition(r#"{"StringEquals": {"aws:username": null}}"#, ""), "", "T0231", ANY),
        fault("value that is a list in a list", "R57", Part::Condition(r#"{"StringEquals": {"aws:username": [["Ann"]]}}"#, ""), "", "T0231", ANY),
        fault("value that is an object", "R57", Part::Condition(r#"{"StringEquals": {"aws:username": {"name": "Ann"}}}"#, ""), "", "T0231", ANY),
    ]),
    ("variables", &[
        fault("variable in a number", "R112", Part::Values(NUMBERS, "number", ORDERED, &["${aws:username}"]), "T0333", "T0333", ANY),
        fault("variable in a date", "R112", Part::Values(DATES, "date", ORDERED, &["${aws:username}"]), "T0333", "T0333", ANY),
        fault("variable in an address", "R112", Part::Values(ADDRESSES, "ip", EQUAL, &["${aws:SourceIp}"]), "T0333", "T0333", ANY),
        fault("variable in bytes", "R112", Part::Values(&["BinaryEquals"], "binary", &["=="], &["${aws:username}"]), "T0333", "T0333", ANY),
        fault("variable in presence", "R112", Part::Condition(r#"{"Null": {"aws:username": "${aws:username}"}}"#, ""), "", "T0231", ANY),
        fault("unclosed variable in a value", "R121", Part::Values(STRINGS, "", LIKE, &["${aws:username", "a${"]), "T0324", "T0232", ANY),
        fault("malformed variable in a value", "R118, R121", Part::Values(STRINGS, "", LIKE, &["${}", "${ }", "${aws:username, Ann}", "${aws:username 'Ann'}", "${aws:user*}", "${aws:${x}}"]), "T0324", "T0324", ANY),
        fault("unclosed variable in a resource", "R121", Part::Resource("arn:aws:s3:::b/${aws:username"), "T0324", "T0232", ON),
        fault("malformed variable in a resource", "R118, R121", Part::Resource("arn:aws:s3:::b/${aws:username, Ann}"), "T0324", "T0324", ON),
        fault("variable without a key in a resource", "R121", Part::Resource("arn:aws:s3:::b/${}"), "T0324", "T0324", ON),
        Fault { what: "variable that no request fills, in a value", rule: "R113, R117", part: Part::Values(&["StringEquals", "StringLike"], "", &["==", "like"], &["${username}", "${foo, 'x'}", "${aws:}", "${aws: username}", "${:}"]), language: "T0338", json: "T0338", kinds: ANY, effects: &[Deny] },
        Fault { what: "variable that no request fills, in a negated test", rule: "R113, R117", part: Part::Condition(r#"{"StringNotLike": {"aws:username": "${foo}*"}}"#, r#"aws:username not like "${foo}*""#), language: "T0338", json: "T0338", kinds: ANY, effects: &[Allow] },
        Fault { what: "variable that no request fills, in a resource", rule: "R113, R116", part: Part::After("on arn:aws:s3:::b/${username}"), language: "T0338", json: "", kinds: ON, effects: &[Deny] },
        Fault { what: "variable that no request fills, in a resource", rule: "R113, R116", part: Part::Instead("Resource", "Resource", r#""arn:aws:s3:::b/${username}""#), language: "", json: "T0338", kinds: ON, effects: &[Deny] },
        Fault { what: "variable that no request fills, in what is excepted", rule: "R113, R116", part: Part::After("on not (arn:aws:s3:::b/${foo})"), language: "T0338", json: "", kinds: ON, effects: &[Allow] },
        Fault { what: "variable that no request fills, in what is excepted", rule: "R113, R116", part: Part::Instead("Resource", "NotResource", r#""arn:aws:s3:::b/${foo}""#), language: "", json: "T0338", kinds: ON, effects: &[Allow] },
    ]),
    ("keys", &[
        fault("condition key without a prefix", "R90", Part::Condition(r#"{"StringEquals": {"username": "Ann"}}"#, r#"username == "Ann""#), "T0338", "T0230", ANY),
        fault("condition key without a name", "R90", Part::Condition(r#"{"StringEquals": {"aws:": "Ann"}}"#, r#"`aws:` == "Ann""#), "T0338", "T0230", ANY),
        fault("condition key without a service", "R90", Part::Condition(r#"{"StringEquals": {":username": "Ann"}}"#, r#":username == "Ann""#), "T0338", "T0230", ANY),
        fault("variable in a condition key", "R114", Part::Condition(r#"{"StringEquals": {"aws:PrincipalTag/${aws:username}": "x"}}"#, r#"aws:PrincipalTag/${aws:username} == "x""#), "T0338", "T0230", ANY),
        fault("blank in a condition key", "R90", Part::Condition(r#"{"StringEquals": {"aws: username": "Ann"}}"#, r#"`aws: username` == "Ann""#), "T0338", "T0338", ANY),
        Fault { what: "condition that can never hold in a `Deny`", rule: "R91", part: Part::After("when aws:SourceVpc in []"), language: "T0353", json: "", kinds: ANY, effects: &[Deny] },
        Fault { what: "condition that can never hold in a `Deny`", rule: "R91", part: Part::After(r#"when aws:SourceVpc == "vpc-1" and aws:SourceVpc == "vpc-2""#), language: "T0353", json: "", kinds: ANY, effects: &[Deny] },
        fault("condition key twice", "R90", Part::Condition(r#"{"StringEquals": {"aws:username": "Ann", "AWS:USERNAME": "Ann"}}"#, ""), "", "T0230", ANY),
    ]),
    ("actions", &[
        fault("action without a service", "R59, R60", Part::Action("GetObject:"), "T0316", "T0316", ANY),
        fault("action of a service without a name", "R59, R60", Part::Action(":GetObject"), "T0316", "T0220", ANY),
        fault("wildcard in the service", "R62", Part::Action("s*:GetObject"), "T0316", "T0220", ANY),
        fault("`*:` with a name", "R62", Part::Action("*:GetObject"), "T0316", "T0220", ANY),
        fault("variable in an action", "R114", Part::Action("s3:${aws:username}"), "T0316", "T0220", ANY),
        Fault { what: "action with a blank in a `Deny`", rule: "R59, R63", part: Part::Element("Action", r#"["s3:PutObject", "s3:Get Object"]"#), language: "", json: "T0316", kinds: ANY, effects: &[Deny] },
        Fault { what: "action with a blank in a `Deny`", rule: "R59, R63", part: Part::Head("s3:PutObject, `s3:Get Object`"), language: "T0316", json: "", kinds: NOBODY, effects: &[Deny] },
        Fault { what: "action with a blank in a `Deny`", rule: "R59, R63", part: Part::Head("anyone sts:AssumeRole, `sts: TagSession`"), language: "T0316", json: "", kinds: &[Rcp, Resource, Trust, Endpoint], effects: &[Deny] },
        Fault { what: "action with a blank that an `Allow` excepts", rule: "R59, R63", part: Part::Head("not (s3:PutObject, `s3:Get Object`)"), language: "T0316", json: "", kinds: NOBODY, effects: &[Allow] },
        Fault { what: "action with a blank that an `Allow` excepts", rule: "R59, R63", part: Part::Instead("Action", "NotAction", r#"["s3:PutObject", "s3:Get Object"]"#), language: "", json: "T0316", kinds: ANY, effects: &[Allow] },
        Fault { what: "all actions but all in a `Deny`", rule: "R64", part: Part::Head("not (s3:PutObject, *)"), language: "T0353", json: "", kinds: NOBODY, effects: &[Deny] },
        Fault { what: "all actions but all in a `Deny`", rule: "R64", part: Part::Head("anyone not (*)"), language: "T0353", json: "", kinds: WHO, effects: &[Deny] },
        fault("empty action", "R59", Part::Action(""), "T0316", "T0220", ANY),
        fault("actions missing", "R54", Part::Without("Action"), "", "T0211", ANY),
        fault("actions that are no text", "R54", Part::Element("Action", r#"{"s3": "GetObject"}"#), "", "T0210", ANY),
        fault("an action that is no text", "R54", Part::Element("Action", r#"["s3:GetObject", 5]"#), "", "T0210", ANY),
        fault("no actions", "R58", Part::Element("Action", "[]"), "", "T0215", ANY),
        fault("`Action` and `NotAction`", "R54", Part::Element("NotAction", r#""iam:*""#), "", "T0214", ANY),
    ]),
    ("resources", &[
        fault("resource that is no ARN", "R66", Part::Resource("`b/*`"), "T0317", "T0222", ON),
        fault("path for a resource", "R66", Part::Resource("b/k"), "T0317", "T0222", ON),
        fault("pattern that is no ARN", "R66, R69", Part::Resource("*secret*"), "T0317", "T0222", ON),
        Fault { what: "all resources but all in a `Deny`", rule: "R72", part: Part::After("on not (arn:aws:s3:::b, *)"), language: "T0353", json: "", kinds: ON, effects: &[Deny] },
        fault("empty resource", "R66", Part::Resource(""), "T0317", "T0222", ON),
        fault("cut-short ARN", "R70", Part::Resource("arn:aws:s3::b"), "T0317", "T0222", &[Scp, Rcp, Resource, Endpoint]),
        fault("cut-short ARN with a wildcard", "R70", Part::Resource("arn:aws:s3*::b"), "T0317", "T0222", &[Scp, Rcp]),
        fault("cut-short ARN with a wildcard at its end", "R70", Part::Resource("arn:aws:s3*"), "T0317", "T0222", &[Rcp]),
        fault("resources missing", "R54", Part::Without("Resource"), "", "T0211", &[Identity, Boundary, Session, Scp, Rcp, Endpoint]),
        fault("no resources", "R58", Part::Element("Resource", "[]"), "", "T0215", ON),
        fault("resources that are no text", "R54", Part::Element("Resource", r#"{"arn": "*"}"#), "", "T0210", ON),
        fault("`Resource` and `NotResource`", "R54", Part::Element("NotResource", r#""arn:aws:s3:::b""#), "", "T0214", ON),
        fault("resources in a trust policy", "R54", Part::Element("Resource", r#""arn:aws:s3:::b""#), "", "T0219", &[Trust]),
        fault("all but some resources in a trust policy", "R54", Part::Element("NotResource", r#""*""#), "", "T0219", &[Trust]),
        fault("resources in a trust policy", "R54", Part::After("on *"), "T0313", "", &[Trust]),
    ]),
    ("principals", &[
        fault("principals where there are none", "R55", Part::Principal(r#""*""#, "anyone"), "T0310", "T0219", NOBODY),
        fault("an account where there are no principals", "R55", Part::Principal(r#"{"AWS": "222222222222"}"#, "account 222222222222"), "T0310", "T0219", NOBODY),
        fault("`NotPrincipal` where there are no principals", "R55", Part::Element("NotPrincipal", r#"{"AWS": "222222222222"}"#), "", "T0219", NOBODY),
        fault("`anyone but` where there are no principals", "R55", Part::Head("anyone but account 222222222222 s3:GetObject"), "T0310", "", NOBODY),
        fault("`NotPrincipal` in a trust policy", "R55", Part::Instead("Principal", "NotPrincipal", r#"{"AWS": "222222222222"}"#), "", "T0227", &[Trust]),
        fault("`Principal` and `NotPrincipal`", "R55", Part::Element("NotPrincipal", r#"{"AWS": "222222222222"}"#), "", "T0214", WHO),
        fault("`NotPrincipal` in a resource guardrail", "R48", Part::Instead("Principal", "NotPrincipal", r#"{"AWS": "222222222222"}"#), "", "T0227", &[Rcp]),
        fault("`NotAction` in a resource guardrail", "R48", Part::Instead("Action", "NotAction", r#""iam:*""#), "", "T0219", &[Rcp]),
        fault("`Allow` in a resource guardrail", "R48", Part::Element("Effect", r#""Allow""#), "", "T0219", &[Rcp]),
        Fault { what: "`NotPrincipal` in an `Allow`", rule: "R55", part: Part::Instead("Principal", "NotPrincipal", r#"{"AWS": "222222222222"}"#), language: "", json: "T0227", kinds: &[Resource, Endpoint], effects: &[Allow] },
        fault("`anyone but` in a trust policy", "R55", Part::Head("anyone but account 222222222222 sts:AssumeRole"), "T0312", "", &[Trust]),
        Fault { what: "`anyone but` in an `Allow`", rule: "R55", part: Part::Head("anyone but account 222222222222 s3:GetObject"), language: "T0312", json: "", kinds: &[Resource, Endpoint], effects: &[Allow] },
        Fault { what: "principals missing in a `Deny`", rule: "R55", part: Part::Head("s3:GetObject"), language: "T0311", json: "", kinds: &[Resource, Endpoint], effects: &[Deny] },
        Fault { what: "principals missing in a `Deny`", rule: "R55", part: Part::Without("Principal"), language: "", json: "T0311", kinds: &[Resource, Endpoint], effects: &[Deny] },
        fault("principals missing in a trust policy", "R55", Part::Head("sts:AssumeRole"), "T0311", "", &[Trust]),
        fault("principals missing", "R55", Part::Without("Principal"), "", "T0226", &[Trust, Rcp]),
        fault("principals in a resource guardrail", "R48", Part::Principal(r#"{"AWS": "222222222222"}"#, "account 222222222222"), "T0314", "T0219", &[Rcp]),
        fault("`anyone but` in a resource guardrail", "R48", Part::Head("anyone but account 222222222222 s3:GetObject"), "T0314", "", &[Rcp]),
        fault("all but some actions in a resource guardrail", "R48", Part::Head("not (s3:GetObject)"), "T0314", "", &[Rcp]),
        fault("wildcard in a principal", "R76", Part::Principal(r#"{"AWS": "arn:aws:iam::222222222222:role/*"}"#, "role arn:aws:iam::222222222222:role/*"), "T0318", "T0225", WHO),
        fault("account that is none", "R59, R78", Part::Principal(r#"{"AWS": "22222222222"}"#, "account 22222222222"), "T0318", "T0224", WHO),
        fault("role that is none", "R59, R80", Part::Principal(r#"{"AWS": "arn:aws:iam::222222222222:role/"}"#, "role arn:aws:iam::222222222222:role/"), "T0318", "T0224", WHO),
        fault("session without a name", "R59, R81", Part::Principal(r#"{"AWS": "arn:aws:sts::222222222222:assumed-role/R"}"#, "aws arn:aws:sts::222222222222:assumed-role/R"), "T0318", "T0224", WHO),
        fault("group as principal", "R85", Part::Principal(r#"{"AWS": "arn:aws:iam::222222222222:group/G"}"#, "aws arn:aws:iam::222222222222:group/G"), "T0318", "T0224", WHO),
        fault("service that is none", "R82", Part::Principal(r#"{"Service": "lambda"}"#, "service lambda"), "T0318", "T0224", WHO),
        fault("service with an empty label", "R82", Part::Principal(r#"{"Service": "lambda."}"#, "service lambda."), "T0318", "T0224", WHO),
        fault("partition that is none", "R59, R79", Part::Principal(r#"{"AWS": "arn:awss:iam::222222222222:user/Ann"}"#, "user arn:awss:iam::222222222222:user/Ann"), "T0318", "T0224", WHO),
        fault("user with an empty part in its path", "R59, R79", Part::Principal(r#"{"AWS": "arn:aws:iam::222222222222:user//Ann"}"#, "user arn:aws:iam::222222222222:user//Ann"), "T0318", "T0224", WHO),
        fault("provider that is none", "R59, R83", Part::Principal(r#"{"Federated": "arn:aws:iam::2222:saml-provider/p"}"#, "saml arn:aws:iam::2222:saml-provider/p"), "T0318", "T0224", WHO),
        fault("provider of another service", "R59, R83", Part::Principal(r#"{"Federated": "arn:aws:sts::222222222222:oidc-provider/p"}"#, "federated arn:aws:sts::222222222222:oidc-provider/p"), "T0318", "T0224", WHO),
        Fault { what: "provider that IAM does not know in a `Deny`", rule: "R83", part: Part::Principal(r#"{"Federated": "nonsense"}"#, "federated nonsense"), language: "T0353", json: "T0353", kinds: WHO, effects: &[Deny] },
        Fault { what: "everybody but everybody", rule: "R87", part: Part::Head("anyone but (account other, anyone) s3:GetObject"), language: "T0353", json: "", kinds: &[Resource, Endpoint], effects: &[Deny] },
        fault("canonical user that is none", "R84", Part::Principal(r#"{"CanonicalUser": "79a5"}"#, "canonical 79a5"), "T0318", "T0224", WHO),
        Fault { what: "canonical user in a `Deny`", rule: "R84", part: Part::Principal(r#"{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#, "canonical 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"), language: "T0318", json: "T0318", kinds: &[Resource, Endpoint], effects: &[Deny] },
        fault("variable in a principal", "R114", Part::Principal(r#"{"AWS": "arn:aws:iam::222222222222:user/${aws:username}"}"#, "user arn:aws:iam::222222222222:user/${aws:username}"), "T0318", "T0224", WHO),
        fault("everybody as a service", "R77", Part::Principal(r#"{"Service": "*"}"#, "service *"), "T0318", "T0224", WHO),
        fault("principal without a kind", "R75", Part::Principal(r#""arn:aws:iam::222222222222:root""#, ""), "", "T0224", WHO),
        fault("unknown kind of principal", "R59", Part::Principal(r#"{"Amazon": "222222222222"}"#, "amazon 222222222222"), "T0101", "T0212", WHO),
        fault("no principals", "R58", Part::Principal("{}", ""), "", "T0215", WHO),
        fault("no principals of a kind", "R58", Part::Principal(r#"{"AWS": []}"#, ""), "", "T0215", WHO),
    ]),
    ("names", &[
        fault("unknown set of actions", "rule 6", Part::Head("no_such_actions"), "T0301", "", NOBODY),
        fault("unknown set of actions", "rule 6", Part::Head("anyone no_such_actions"), "T0301", "", &[Rcp, Resource, Trust, Endpoint]),
        fault("unknown set of resources", "rule 6", Part::After("on no_such_resources"), "T0301", "", ON),
        fault("unknown condition", "rule 6", Part::Condition("", "no_such_condition"), "T0301", "", ANY),
        fault("unknown constant", "rule 6", Part::Condition("", "aws:username == no_such_constant"), "T0301", "", ANY),
        fault("unknown parameter in a text", "rule 6", Part::Condition("", r#"aws:username == "$(no_such_parameter)""#), "T0301", "", ANY),
        fault("unknown parameter in a resource", "rule 6", Part::After("on arn:aws:s3:::$(no_such_parameter)"), "T0301", "", ON),
        fault("unknown account", "rule 6", Part::Principal("", "account no_such_account"), "T0301", "", WHO),
        fault("unknown user", "rule 6", Part::Principal("", "user NoSuchUser"), "T0301", "", WHO),
        fault("unknown role", "rule 6", Part::Principal("", "role NoSuchRole"), "T0301", "", WHO),
        fault("role of an unknown account", "rule 6", Part::Principal("", "role Known in no_such_account"), "T0301", "", WHO),
        fault("group as principal, by name", "R85", Part::Principal("", "group Group"), "T0101", "", WHO),
    ]),
    ("documents", &[
        fault("unknown version", "R52", Part::Version("2013-10-17"), "T0319", "T0213", ANY),
        fault("version that is no text", "R52", Part::Document("Version", "20121017"), "", "T0210", ANY),
        fault("unknown element of a document", "R59", Part::Document("Statements", "[]"), "", "T0212", ANY),
        fault("statement that is no object", "R53", Part::Document("Statement", r#"["Deny"]"#), "", "T0210", ANY),
        fault("unknown element of a statement", "R59", Part::Element("Conditions", r#"{"Bool": {"aws:SecureTransport": "true"}}"#), "", "T0212", ANY),
        fault("element in another letter case", "R59", Part::Element("condition", r#"{"Bool": {"aws:SecureTransport": "true"}}"#), "", "T0212", ANY),
        fault("unknown clause of a statement", "R59", Part::After("if aws:SecureTransport"), "T0101", "", ANY),
        fault("condition without a clause", "R59", Part::After("aws:SecureTransport == true"), "T0101", "", ANY),
        fault("unknown effect", "R59", Part::Element("Effect", r#""Refuse""#), "", "T0216", ANY),
        fault("effect in another letter case", "R59", Part::Element("Effect", r#""deny""#), "", "T0216", ANY),
        fault("effect missing", "R59", Part::Without("Effect"), "", "T0211", ANY),
        fault("`Sid` that is no text", "R56", Part::Element("Sid", "5"), "", "T0210", ANY),
    ]),
];
