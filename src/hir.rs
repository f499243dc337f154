//! Resolved policies: names are ids, text is unescaped, patterns are split, conditions are typed.
//!
//! The meeting point of the program: `resolve` makes a [`World`], `reference` evaluates it directly,
//! `normalize` simplifies it and `export` writes it as IAM JSON. Everything in it is plain data; an invalid
//! document can't be represented (no unknown operator, no malformed value, no statement without action).
//! Text that stays is what requests are compared with; nothing is case-folded here but where a rule says so.

pub(crate) mod access;
mod boundary;
mod list;
pub(crate) mod never;

use crate::source::Span;
use std::sync::Arc;

pub use list::List;

pub use crate::syntax::ast::{Effect, Expected};

/// Shared text.
pub type Str = Arc<str>;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// The id as an index.
            pub fn index(self) -> usize { self.0 as usize }
        }
    )*};
}
ids! {
    /// Index into [`World::accounts`].
    AccountId,
    /// Index into [`World::policies`].
    PolicyId,
    /// Index into [`World::identities`].
    IdentityId,
    /// Index into [`World::groups`].
    GroupId,
}

/// Everything one program declares.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The organization, if any.
    pub organization: Option<Organization>,
    /// All accounts.
    pub accounts: Vec<Account>,
    /// All documents of all kinds.
    pub policies: Vec<Policy>,
    /// Users and roles.
    pub identities: Vec<Identity>,
    /// Groups; never principals (R85).
    pub groups: Vec<Group>,
    /// Which resource policy governs which resource; trust policies and key policies among them.
    pub resource_policies: Vec<ResourcePolicy>,
    /// S3 access points, each once (R152). Their policies are among the resource policies.
    pub access_points: Vec<AccessPoint>,
    /// VPC endpoints with a policy.
    pub endpoints: Vec<Endpoint>,
    /// User-declared services (the shipped catalog is not copied in here).
    pub services: Vec<Service>,
    /// `test` blocks.
    pub tests: Vec<Test>,
    /// `never` / `only`.
    pub invariants: Vec<Invariant>,
}

/// The organization.
#[derive(Clone, Debug)]
pub struct Organization {
    /// `o-…`
    pub id: Str,
    /// `r-…`; invented from the organization's id when not written.
    pub root_id: Str,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name in the program (the digits when it has none).
    pub name: Str,
    /// Twelve digits.
    pub id: Str,
    /// Whether it belongs to [`World::organization`].
    pub in_organization: bool,
    /// The management account: SCPs and RCPs do not bind it (R43, R50).
    pub management: bool,
    /// `o-x/r-x/ou-x/…/`, the value of `aws:PrincipalOrgPaths`; empty outside.
    pub org_path: Str,
    /// SCPs level by level from root to account; `None` = no SCP gate (R42).
    pub scps: Option<Vec<Vec<PolicyId>>>,
    /// RCPs likewise. `RCPFullAWSAccess` is *not* listed: `None` and `Some` differ only in denies (R48).
    pub rcps: Option<Vec<Vec<PolicyId>>>,
    /// Where declared.
    pub span: Span,
}

/// Whether a text is the id of an account: twelve digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Patterns for what is inside a resource (R54): objects of a bucket, versions of a function. No object of S3 has a colon
/// before its bucket's `/`, and nothing is inside a KMS key.
pub fn inside(arn: &str) -> Vec<String> {
    match arn.split(':').nth(2) {
        Some("kms") => Vec::new(),
        Some("s3") => vec![format!("{arn}/*")],
        _ => vec![format!("{arn}/*"), format!("{arn}:*")],
    }
}

/// How the policy of an API of API Gateway may name what is inside the API it is attached to.
pub const OF_API: &str = "execute-api:/";

/// A pattern of the policy of an API that is spelled so, with the ARN of the API in it. `None`: it is not, or this is no API.
pub fn of_api(pattern: &str, attached: &str) -> Option<String> {
    let rest = pattern.strip_prefix(OF_API)?;
    let mut parts = attached.splitn(6, ':');
    let (head, id) = (attached.get(..attached.len() - parts.clone().nth(5)?.len())?, parts.clone().nth(5)?);
    let api = id.split('/').next()?;
    (parts.nth(2) == Some("execute-api") && !api.is_empty()).then(|| format!("{head}{api}/{rest}"))
}

/// What a document is; it decides which elements it may have and how it combines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Managed or inline policy of users, groups, roles.
    Identity,
    /// Used as a permissions boundary.
    Boundary,
    /// Session policy.
    Session,
    /// SCP.
    Scp,
    /// RCP.
    Rcp,
    /// Attached to a resource.
    Resource,
    /// A role's trust policy.
    Trust,
    /// VPC endpoint policy.
    Endpoint,
}

impl PolicyKind {
    /// Whether its statements have Principal elements (R55, R51). RCP statements carry `*`.
    pub fn has_principal(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::Endpoint | Self::Rcp)
    }
}

/// One document.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The name reports use: `TeamData`, `Analyst/inline`, `trust of Analyst`.
    pub name: Str,
    /// Its own ARN if it has one (managed policies).
    pub arn: Option<Str>,
    /// What it is.
    pub kind: PolicyKind,
    /// Whether the document is version 2012-10-17 (R52). `None` for a JSON document without one (= 2008).
    pub version: Option<Version>,
    /// The `Id` element.
    pub id: Option<Str>,
    /// Its statements.
    pub statements: Vec<Statement>,
    /// Where it stands.
    pub span: Span,
}

/// Policy language version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// `2008-10-17`: no variables.
    V2008,
    /// `2012-10-17`
    V2012,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<Str>,
    /// Allow or deny.
    pub effect: Effect,
    /// Principal / NotPrincipal; `None` where the kind has none, or where a resource policy's statement lacks
    /// it and so never applies (R55).
    pub principals: Option<Principals>,
    /// Action / NotAction.
    pub actions: Actions,
    /// Resource / NotResource; `None` = the resource the policy is attached to and what is inside it (R54). Policies of a program
    /// always have it: what a source does not write, and what IAM means by it, is spelled out.
    pub resources: Option<Resources>,
    /// The condition; `And([])` is true.
    pub condition: Condition,
    /// Annotations, in order.
    pub annotations: Vec<(Str, Str)>,
    /// Where it stands.
    pub span: Span,
}

/// Principal or NotPrincipal.
#[derive(Clone, Debug, PartialEq)]
pub struct Principals {
    /// NotPrincipal.
    pub negated: bool,
    /// The entries; any may match.
    pub items: Vec<Principal>,
}

/// One principal entry (R75–R86).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Principal {
    /// `*` and `{"AWS": "*"}` (R77); `aws` keeps the spelling for export, it has no meaning.
    Anyone {
        /// Spelled `{"AWS": "*"}`.
        aws: bool,
    },
    /// An account by digits or root ARN (R78); delegation only (R11).
    Account {
        /// Twelve digits.
        id: Str,
        /// Spelled as root ARN (partition kept), else digits. No meaning.
        arn: Option<Str>,
    },
    /// User ARN with path, case-sensitive (R79).
    User(Str),
    /// Role ARN with path; matches every session of the role (R80).
    Role(Str),
    /// `arn:…:sts::A:assumed-role/R/S` (R81).
    RoleSession(Str),
    /// `arn:…:sts::A:federated-user/N`
    FederatedUser(Str),
    /// `AIDA…`, `AROA…`: the unique id of a user or role (R86).
    UniqueId(Str),
    /// Service principal, exact (R82).
    Service(Str),
    /// SAML or OIDC provider ARN or a well-known name, exact (R83).
    Federated(Str),
    /// Canonical user id (R84).
    Canonical(Str),
}

/// Action or NotAction. Never empty (R58).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actions {
    /// NotAction.
    pub negated: bool,
    /// Patterns; any may match.
    pub patterns: List<ActionPattern>,
}

/// `prefix:name` with wildcards in the name, or `*` (R60–R63).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionPattern {
    /// The whole pattern as written (case kept for export). Matching ignores ASCII case.
    pub text: Str,
}

/// Resource or NotResource. Never empty (R58).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resources {
    /// NotResource.
    pub negated: bool,
    /// Patterns; any may match.
    pub patterns: List<ResourcePattern>,
}

/// A resource pattern, as written and as pieces. Splitting at colons and R68/R70 are left to its readers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourcePattern {
    /// The pattern with variables and wildcards. A lone `*` is `[Any]`.
    pub text: Template,
}

/// Text with wildcards and policy variables taken apart (R99–R101, R113–R121).
/// Adjacent `Literal`s are merged; empty literals do not occur.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Template {
    /// The pieces in order; none for the empty text.
    pub pieces: List<Piece>,
}

impl Template {
    /// Whether what it is depends on the request: some piece is a variable. `${*}` is none.
    pub fn has_variable(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Variable { .. }))
    }
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Piece {
    /// Text that stands for itself (also what `${*}`, `${?}`, `${$}` give).
    Literal(Str),
    /// `*` where the position knows wildcards.
    Any,
    /// `?` likewise.
    One,
    /// `${key}` or `${key, 'default'}`.
    Variable {
        /// The key, lower case (R113).
        key: Str,
        /// The key as written, for export.
        written: Str,
        /// The default (R118).
        default: Option<Str>,
    },
}

/// A condition in negation normal form: `not` was pushed into the operators by `resolve` (see
/// `docs/language.md`, "not"). n-ary; `And([])` is true, `Or([])` does not occur. The parts of a named condition are shared by
/// all statements that use it, so a condition is a graph: what walks many conditions remembers the parts it has seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold.
    And(List<Condition>),
    /// At least one holds.
    Or(List<Condition>),
    /// One test.
    Atom(Atom),
}

impl Condition {
    /// The condition that always holds.
    pub const TRUE: Condition = Condition::And(List::EMPTY);
}

/// One operator applied to one key and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// Set operator.
    pub quantifier: Quantifier,
    /// The operator.
    pub operator: Operator,
    /// `…IfExists`.
    pub if_exists: bool,
    /// The key, lower case (R90).
    pub key: Str,
    /// The key as written, for export.
    pub written_key: Str,
    /// The values, all of the operator's kind. May be empty in a JSON document (`[]`): no value matches.
    pub values: List<Value>,
    /// Where it stands.
    pub span: Span,
}

/// Set operator of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantifier {
    /// A plain operator.
    Single,
    /// `ForAllValues:`
    ForAllValues,
    /// `ForAnyValue:`
    ForAnyValue,
}

/// The 27 operators (R99–R108).
#[allow(missing_docs, reason = "the names are IAM's")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnLike,
    ArnNotEquals,
    ArnNotLike,
    Null,
}

impl Operator {
    /// All 27.
    pub const ALL: [Operator; 27] = [
        Self::StringEquals,
        Self::StringNotEquals,
        Self::StringEqualsIgnoreCase,
        Self::StringNotEqualsIgnoreCase,
        Self::StringLike,
        Self::StringNotLike,
        Self::NumericEquals,
        Self::NumericNotEquals,
        Self::NumericLessThan,
        Self::NumericLessThanEquals,
        Self::NumericGreaterThan,
        Self::NumericGreaterThanEquals,
        Self::DateEquals,
        Self::DateNotEquals,
        Self::DateLessThan,
        Self::DateLessThanEquals,
        Self::DateGreaterThan,
        Self::DateGreaterThanEquals,
        Self::Bool,
        Self::BinaryEquals,
        Self::IpAddress,
        Self::NotIpAddress,
        Self::ArnEquals,
        Self::ArnLike,
        Self::ArnNotEquals,
        Self::ArnNotLike,
        Self::Null,
    ];

    /// IAM's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::StringEquals => "StringEquals",
            Self::StringNotEquals => "StringNotEquals",
            Self::StringEqualsIgnoreCase => "StringEqualsIgnoreCase",
            Self::StringNotEqualsIgnoreCase => "StringNotEqualsIgnoreCase",
            Self::StringLike => "StringLike",
            Self::StringNotLike => "StringNotLike",
            Self::NumericEquals => "NumericEquals",
            Self::NumericNotEquals => "NumericNotEquals",
            Self::NumericLessThan => "NumericLessThan",
            Self::NumericLessThanEquals => "NumericLessThanEquals",
            Self::NumericGreaterThan => "NumericGreaterThan",
            Self::NumericGreaterThanEquals => "NumericGreaterThanEquals",
            Self::DateEquals => "DateEquals",
            Self::DateNotEquals => "DateNotEquals",
            Self::DateLessThan => "DateLessThan",
            Self::DateLessThanEquals => "DateLessThanEquals",
            Self::DateGreaterThan => "DateGreaterThan",
            Self::DateGreaterThanEquals => "DateGreaterThanEquals",
            Self::Bool => "Bool",
            Self::BinaryEquals => "BinaryEquals",
            Self::IpAddress => "IpAddress",
            Self::NotIpAddress => "NotIpAddress",
            Self::ArnEquals => "ArnEquals",
            Self::ArnLike => "ArnLike",
            Self::ArnNotEquals => "ArnNotEquals",
            Self::ArnNotLike => "ArnNotLike",
            Self::Null => "Null",
        }
    }

    /// Whether it is one of the negated operators: none of the values may match, and a missing key matches (R89, R91).
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }
}

/// A value of an atom, already parsed as its operator needs it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// String and Arn operators. `Any`/`One` pieces occur only where the operator knows wildcards.
    Text(Template),
    /// Numeric operators: canonical decimal (`-12.5`, no leading or trailing zeros, no `+`, `-0` is `0`), and as written.
    Number {
        /// Canonical.
        canonical: Str,
        /// As written.
        written: Str,
    },
    /// Date operators: an instant, and as written.
    Date {
        /// The instant.
        instant: Instant,
        /// As written.
        written: Str,
    },
    /// Bool: as written; matching ignores case (R104). Kept as a template because R112 tolerates variables.
    Bool(Template),
    /// BinaryEquals: decoded bytes, and the base64 as written.
    Binary {
        /// Decoded.
        bytes: Arc<[u8]>,
        /// As written.
        written: Str,
    },
    /// Ip operators: a network, and as written.
    Ip {
        /// The address with host bits cleared.
        network: std::net::IpAddr,
        /// Length of the prefix.
        prefix: u8,
        /// As written.
        written: Str,
    },
    /// Null.
    Null(bool),
}

/// A point in time: seconds since 1970-01-01T00:00:00Z and nanoseconds within (0..1_000_000_000).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant {
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds.
    pub nanos: u32,
}

/// A user or a role.
#[derive(Clone, Debug)]
pub struct Identity {
    /// User or role.
    pub kind: IdentityKind,
    /// Name without path.
    pub name: Str,
    /// `/` or `/x/y/`.
    pub path: Str,
    /// Its account.
    pub account: AccountId,
    /// `arn:aws:iam::A:user/path/Name`
    pub arn: Str,
    /// `AIDA…` / `AROA…`, if known.
    pub unique_id: Option<Str>,
    /// Managed and inline policies of its own.
    pub policies: Vec<PolicyId>,
    /// Groups of a user.
    pub groups: Vec<GroupId>,
    /// Boundary documents; they act as one set. `None` = no boundary.
    pub boundary: Option<Vec<PolicyId>>,
    /// Tags as written.
    pub tags: Vec<(Str, Str)>,
    /// Longest session in seconds (roles); 3600 when not written.
    pub max_session: u32,
    /// A service-linked role (R137).
    pub service_linked: bool,
    /// The trust policy of a role.
    pub trust: Option<PolicyId>,
    /// When created, if known.
    pub created: Option<Str>,
    /// Which of `policies` are inline (for export).
    pub inline: Vec<PolicyId>,
    /// Where declared.
    pub span: Span,
}

/// User or role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentityKind {
    /// IAM user.
    User,
    /// IAM role.
    Role,
}

/// A group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Name.
    pub name: Str,
    /// Path.
    pub path: Str,
    /// Account.
    pub account: AccountId,
    /// ARN.
    pub arn: Str,
    /// Unique id, if known.
    pub unique_id: Option<Str>,
    /// Policies.
    pub policies: Vec<PolicyId>,
    /// Which of `policies` are inline.
    pub inline: Vec<PolicyId>,
    /// Where declared.
    pub span: Span,
}

/// A resource policy and the resource it governs: the resource itself, what lies under it (`arn/…`), and
/// qualified forms of it (`arn:…`). Trust policies govern their role's ARN, for `sts` actions only (R122).
#[derive(Clone, Debug)]
pub struct ResourcePolicy {
    /// The resource.
    pub resource: Str,
    /// The account that owns it, if known.
    pub account: Option<AccountId>,
    /// The document; its kind is `Resource` or `Trust`.
    pub policy: PolicyId,
}

/// An S3 access point and the bucket behind it (R152).
#[derive(Clone, Debug, PartialEq)]
pub struct AccessPoint {
    /// `arn:aws:s3:region:account:accesspoint/name`
    pub arn: Str,
    /// `arn:aws:s3:::bucket`, in the same partition.
    pub bucket: Str,
    /// Twelve digits: who owns the bucket.
    pub owner: Str,
    /// Where its requests come from.
    pub origin: NetworkOrigin,
    /// Where declared.
    pub span: Span,
}

/// Where an access point takes requests from.
#[derive(Clone, Debug, PartialEq)]
pub enum NetworkOrigin {
    /// From everywhere.
    Internet,
    /// From one VPC: `vpc-…`, if it is known which.
    Vpc(Option<Str>),
}

/// A VPC endpoint's policy (R51).
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `vpce-…`
    pub id: Str,
    /// The account that owns it, if written.
    pub account: Option<AccountId>,
    /// The document.
    pub policy: PolicyId,
}

/// A user-declared service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Action prefix.
    pub prefix: Str,
    /// Actions.
    pub actions: Vec<ServiceAction>,
    /// Resource types: name and ARN pattern.
    pub resources: Vec<(Str, Str)>,
    /// Condition keys.
    pub keys: Vec<ServiceKey>,
    /// Where declared.
    pub span: Span,
}

/// An action of a declared service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceAction {
    /// Name without prefix.
    pub name: Str,
    /// Resource types; empty = only `*` (R65). Actions that are declared together share them.
    pub resources: List<Str>,
    /// Condition keys, likewise.
    pub keys: List<Str>,
}

/// A condition key of a declared service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceKey {
    /// The key as written.
    pub name: Str,
    /// Its type as the service reference names it (`String`, `Bool`, `Numeric`, …).
    pub ty: Str,
    /// Multivalued.
    pub list: bool,
}

/// A `test` block, flattened to its requests.
#[derive(Clone, Debug)]
pub struct Test {
    /// Name.
    pub name: Str,
    /// One entry an expectation.
    pub cases: Vec<TestCase>,
    /// Where.
    pub span: Span,
}

/// One request and what is expected of it.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// The request's principal (ARN, session ARN, service name, provider, `*`).
    pub principal: Str,
    /// Session policies; `None` = none were passed.
    pub session_policies: Option<Vec<PolicyId>>,
    /// When the request is made, and how long the caller's credentials hold.
    pub times: Times,
    /// VPC endpoint.
    pub endpoint: Option<Str>,
    /// Action.
    pub action: Str,
    /// Resource.
    pub resource: Str,
    /// Account of the resource, if written.
    pub resource_account: Option<Str>,
    /// Context supplied by the caller: key as written, values, whether multivalued.
    pub context: Vec<ContextEntry>,
    /// What is expected.
    pub expected: Expected,
    /// Words of `because`.
    pub because: Vec<Str>,
    /// Where.
    pub span: Span,
}

/// When a request is made, and from when to when the caller's temporary credentials hold, in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The clock; `None` = the request has none.
    pub now: Option<i64>,
    /// The issue time and the end; `None` = nothing is said of them.
    pub session: Option<(i64, i64)>,
}

/// One context entry of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextEntry {
    /// Key as written.
    pub key: Str,
    /// Values.
    pub values: Vec<Str>,
    /// Multivalued.
    pub list: bool,
}

/// `never` / `only`, resolved.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// `only`.
    pub only: bool,
    /// Who.
    pub principals: Vec<Principal>,
    /// Everybody but those of this organization (`o-…`) or account (12 digits).
    pub outside: Option<Str>,
    /// Actions.
    pub actions: List<ActionPattern>,
    /// Resources.
    pub resources: List<ResourcePattern>,
    /// Condition.
    pub condition: Condition,
    /// Where.
    pub span: Span,
}
