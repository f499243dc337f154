//! The surface tree: everything spanned, nothing checked, every lexeme as it stands in the source.
//!
//! The parser builds it from text and `json::import` builds it from IAM JSON, so both roads meet here.
//! Lexemes are *raw*: quotes, backticks and escapes are still in them; [`Lexeme::parts`] is the one place
//! that takes them off, and [`Lexeme::of`] the one that puts them on.

pub use super::lexeme::{Form, Lexeme};
use crate::source::Span;

/// A file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Items in source order.
    pub items: Vec<Item>,
}

/// A top-level item with the annotations before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// `@name("text")` lines before it.
    pub annotations: Vec<Annotation>,
    /// The item.
    pub kind: ItemKind,
    /// All of it.
    pub span: Span,
}

/// `@name` or `@name("text")`.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// The name without `@`.
    pub name: Lexeme,
    /// The text.
    pub value: Option<Lexeme>,
    /// All of it.
    pub span: Span,
}

/// What can stand at the top level.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `import "file.tabella"`
    Import(Lexeme),
    /// `organization o-id { … }`
    Organization(Organization),
    /// `account name 111111111111` outside any organization.
    Account(Account),
    /// `const name = literal | [literals]`
    Const(Named<Vec<Literal>>),
    /// `actions name = …`
    Actions(Named<Vec<ActionItem>>),
    /// `resources name = …`
    Resources(Named<Vec<ResourceItem>>),
    /// `condition name = …`
    Condition(Named<Expr>),
    /// `policy`, `boundary`, `session policy`: a named document of identity shape.
    Policy(Policy),
    /// `guardrail` and `resource guardrail`.
    Guardrail(Guardrail),
    /// `resource policy on …`
    ResourcePolicy(ResourcePolicy),
    /// `endpoint policy on vpce-…`
    EndpointPolicy(EndpointPolicy),
    /// `access point ARN on BUCKET`
    AccessPoint(AccessPoint),
    /// `role`, `user`, `group`.
    Identity(Identity),
    /// `service "prefix" { … }`
    Service(Service),
    /// `test "…" { … }`
    Test(Test),
    /// `never …`, `only …`
    Invariant(Invariant),
    /// What recovery skipped; a diagnostic exists.
    Error,
}

/// `name = value`
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T> {
    /// The name.
    pub name: Lexeme,
    /// The value.
    pub value: T,
    /// For constants: whether the value was written as a list `[…]`.
    pub list: bool,
}

// ---------------------------------------------------------------- organization

/// `organization o-id { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Organization {
    /// `o-…`
    pub id: Lexeme,
    /// `root r-abcd`: the id of the root, if given.
    pub root: Option<Lexeme>,
    /// Units and accounts directly under the root.
    pub members: Vec<OrgMember>,
}

/// A unit or an account.
#[derive(Clone, Debug, PartialEq)]
pub enum OrgMember {
    /// `account name digits`; `management account name digits` for the management account.
    Account(Account),
    /// `unit name [ou-id] { … }`
    Unit(Unit),
    /// What recovery skipped.
    Error(Span),
}

/// `account name 111111111111`
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its name in this program.
    pub name: Lexeme,
    /// Twelve digits.
    pub id: Lexeme,
    /// Whether `management` stood before it. Its name says nothing.
    pub management: bool,
    /// All of it.
    pub span: Span,
}

/// `unit name [ou-id] { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its name in this program.
    pub name: Lexeme,
    /// `ou-…`, if given.
    pub id: Option<Lexeme>,
    /// Inner units and accounts.
    pub members: Vec<OrgMember>,
    /// All of it.
    pub span: Span,
}

/// `guardrail Name on unit x, account y, root { … }`; `resource guardrail` is an RCP.
#[derive(Clone, Debug, PartialEq)]
pub struct Guardrail {
    /// SCP or RCP.
    pub resource: bool,
    /// Its name.
    pub name: Lexeme,
    /// Where it is attached.
    pub targets: Vec<GuardrailTarget>,
    /// Its statements.
    pub body: Body,
}

/// Where a guardrail is attached.
#[derive(Clone, Debug, PartialEq)]
pub enum GuardrailTarget {
    /// `root`
    Root(Span),
    /// `unit name`
    Unit(Lexeme),
    /// `account name`
    Account(Lexeme),
}

// ---------------------------------------------------------------- policies

/// The inside of a policy: document attributes and statements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// `version 2008-10-17`; absent = 2012-10-17 in this language.
    pub version: Option<Lexeme>,
    /// `id "…"`, the document's `Id` element.
    pub id: Option<Lexeme>,
    /// Statements in order.
    pub statements: Vec<Statement>,
    /// What it was written in.
    pub origin: Origin,
}

/// What a document was written in. What IAM takes without effect is no reason to refuse what was written for IAM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// This language.
    #[default]
    Source,
    /// IAM's JSON.
    Json,
}

/// Which kind of named document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKind {
    /// A managed policy: `policy`.
    Identity,
    /// `boundary`
    Boundary,
    /// `session policy`
    Session,
}

/// `policy Name(params) { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Which kind.
    pub kind: PolicyKind,
    /// Its name.
    pub name: Lexeme,
    /// Compile-time parameters, used as `$(name)` inside words and strings or `name` as a value.
    pub params: Vec<Lexeme>,
    /// `arn arn:aws:iam::aws:policy/X`, if it has an ARN of its own.
    pub arn: Option<Lexeme>,
    /// Its inside.
    pub body: Body,
}

/// How a resource policy calls itself. All mean the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResourceWord {
    /// `resource policy`
    #[default]
    Resource,
    /// `bucket policy`
    Bucket,
    /// `queue policy`
    Queue,
    /// `topic policy`
    Topic,
    /// `key policy`
    Key,
}

/// `resource policy [Name] on ARN, ARN [in account] { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct ResourcePolicy {
    /// Its first word.
    pub word: ResourceWord,
    /// A name for reports.
    pub name: Option<Lexeme>,
    /// The resources it is attached to (no wildcards).
    pub on: Vec<Lexeme>,
    /// The account that owns them.
    pub account: Option<Lexeme>,
    /// Its inside.
    pub body: Body,
}

/// `endpoint policy [Name] on vpce-123 [in account] { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointPolicy {
    /// A name for reports.
    pub name: Option<Lexeme>,
    /// The endpoints.
    pub on: Vec<Lexeme>,
    /// The account that owns them.
    pub account: Option<Lexeme>,
    /// Its inside.
    pub body: Body,
}

/// `access point ARN on BUCKET [in account] [via vpc-123]`
#[derive(Clone, Debug, PartialEq)]
pub struct AccessPoint {
    /// Its ARN.
    pub arn: Lexeme,
    /// The bucket behind it.
    pub bucket: Lexeme,
    /// The account that owns the bucket; else that of the access point.
    pub account: Option<Lexeme>,
    /// The VPC whose requests it takes, or `vpc` when it is not known which.
    pub vpc: Option<Lexeme>,
}

/// `[@…] [Sid:] allow|deny [principals] actions [on resources] [when e] [unless e]`
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `@name("text")` lines before it.
    pub annotations: Vec<Annotation>,
    /// `Name:` before the verb.
    pub sid: Option<Lexeme>,
    /// Allow or deny; `None` = recovery skipped the statement and a diagnostic exists.
    pub effect: Option<Effect>,
    /// Who, in policies that have principals.
    pub principals: Option<Principals>,
    /// What.
    pub actions: Actions,
    /// On which resources; `None` = not written.
    pub resources: Option<Resources>,
    /// `when` and `unless` clauses in order; they are AND-ed.
    pub clauses: Vec<Clause>,
    /// All of it.
    pub span: Span,
}

/// Allow or deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// `allow`
    Allow,
    /// `deny`
    Deny,
}

/// `when e` or `unless e`.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// `unless`
    pub unless: bool,
    /// The condition.
    pub expr: Expr,
}

/// Actions of a statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Actions {
    /// `not (…)`: `NotAction`.
    pub negated: bool,
    /// Patterns and names of action sets. Empty only in trust policies (the actions follow from the
    /// principals there) and after errors.
    pub items: Vec<ActionItem>,
    /// All of it.
    pub span: Option<Span>,
}

/// One action pattern, `*`, or the name of an `actions` set (a bare word without `:` other than `*`).
pub type ActionItem = Lexeme;

/// Resources of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Resources {
    /// `not (…)`: `NotResource`.
    pub negated: bool,
    /// ARN patterns, `*`, or names of `resources` sets.
    pub items: Vec<ResourceItem>,
    /// All of it.
    pub span: Span,
}

/// One resource pattern, `*`, or the name of a `resources` set.
pub type ResourceItem = Lexeme;

/// Principals of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Principals {
    /// `anyone but …`: `NotPrincipal`.
    pub negated: bool,
    /// The entries.
    pub items: Vec<PrincipalItem>,
    /// All of it.
    pub span: Span,
}

/// One principal entry. `name` forms refer to declared things; the others are IAM's own spellings.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalItem {
    /// What it names.
    pub kind: PrincipalKind,
    /// All of it.
    pub span: Span,
}

/// What a principal entry names.
#[derive(Clone, Debug, PartialEq)]
pub enum PrincipalKind {
    /// `anyone`: `"Principal": "*"`. With `aws` = `{"AWS": "*"}`.
    Anyone {
        /// Written `anyone aws`, so that import keeps the spelling of JSON apart.
        aws: bool,
    },
    /// `account prod`, `account 111111111111`, `account arn:aws:iam::111111111111:root`.
    Account(Lexeme),
    /// `user Name [in account]`, `user arn:…`
    User(Lexeme, Option<Lexeme>),
    /// `role Name [in account] [session "name"]`, `role arn:…`
    Role(Lexeme, Option<Lexeme>, Option<Lexeme>),
    /// `aws <word>`: any other entry under `AWS` (session ARN, unique id `AIDA…`).
    Aws(Lexeme),
    /// `service lambda.amazonaws.com`
    Service(Lexeme),
    /// `web identity token.actions.githubusercontent.com` (or an OIDC provider ARN)
    WebIdentity(Lexeme),
    /// `saml arn:…:saml-provider/x`
    Saml(Lexeme),
    /// `federated <word>`: any other entry under `Federated`.
    Federated(Lexeme),
    /// `canonical <64 hex>`
    Canonical(Lexeme),
}

// ---------------------------------------------------------------- identities

/// Which kind of identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentityKind {
    /// `user`
    User,
    /// `group`
    Group,
    /// `role`
    Role,
    /// `service linked role`
    ServiceLinkedRole,
}

/// `role Name in account { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Which kind.
    pub kind: IdentityKind,
    /// Its name (without path).
    pub name: Lexeme,
    /// `in account`; may be left out when the program has one account.
    pub account: Option<Lexeme>,
    /// Its members in source order.
    pub members: Vec<IdentityMember>,
}

/// One line of an identity.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityMember {
    /// What.
    pub kind: IdentityMemberKind,
    /// All of it.
    pub span: Span,
}

/// What stands in an identity.
#[derive(Clone, Debug, PartialEq)]
pub enum IdentityMemberKind {
    /// `trust { … }`
    Trust(Body),
    /// `policies A, B(args), arn:aws:iam::aws:policy/ReadOnlyAccess`
    Policies(Vec<PolicyRef>),
    /// `policy Name { … }`: an inline policy.
    Inline(Lexeme, Body),
    /// `boundary X`
    Boundary(PolicyRef),
    /// `groups A, B`
    Groups(Vec<Lexeme>),
    /// `tags k = "v", …`
    Tags(Vec<(Lexeme, Literal)>),
    /// `session 1h`
    Session(Lexeme),
    /// `path /x/y/`
    Path(Lexeme),
    /// `id AROA…`
    UniqueId(Lexeme),
    /// `created 2024-01-01T00:00:00Z`
    Created(Lexeme),
    /// `arn arn:…`, when it differs from what name and path give.
    Arn(Lexeme),
    /// What recovery skipped.
    Error,
}

/// A policy by name or ARN, with arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyRef {
    /// The name or ARN.
    pub name: Lexeme,
    /// Arguments for its parameters; each argument a literal or a list.
    pub args: Vec<Argument>,
    /// All of it.
    pub span: Span,
}

/// `value` or `name = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter, when named.
    pub name: Option<Lexeme>,
    /// Its value or values.
    pub values: Vec<Literal>,
    /// Written as a list.
    pub list: bool,
}

// ---------------------------------------------------------------- conditions

/// A boolean expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What.
    pub kind: ExprKind,
    /// All of it.
    pub span: Span,
}

/// Boolean expressions; n-ary, so that depth is nesting of parentheses only.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `a and b and c`
    And(Vec<Expr>),
    /// `a or b or c`
    Or(Vec<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `( … )`, kept for the printer.
    Group(Box<Expr>),
    /// A bare word: a Bool key when it holds a `:`, else the name of a `condition`.
    Name(Lexeme),
    /// A comparison.
    Compare(Comparison),
    /// What recovery skipped.
    Error,
}

/// `[any of|all of] key op values [ignoring case] [or missing]`
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// `any of`, `all of`.
    pub quantifier: Option<Quantifier>,
    /// The condition key.
    pub key: Lexeme,
    /// The operator as written.
    pub op: CompareOp,
    /// `ignoring case`
    pub ignoring_case: bool,
    /// `or missing`: IfExists.
    pub or_missing: bool,
    /// Right side; one value without brackets, or a list. Empty for `is present` / `is missing`.
    pub values: Vec<Literal>,
    /// Written as a list `[…]`.
    pub list: bool,
}

/// `any of` = ForAnyValue, `all of` = ForAllValues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantifier {
    /// `any of`
    Any,
    /// `all of`
    All,
}

/// Operators as written; which IAM operator it is follows from the literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompareOp {
    /// `==` one value, `in` a list or a network.
    Eq,
    /// `!=` / `not in`
    Ne,
    /// `like`
    Like,
    /// `not like`
    NotLike,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `is missing`: `Null true`
    IsMissing,
    /// `is present`: `Null false`
    IsPresent,
}

/// A literal: its type is visible in its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The type it was written with.
    pub ty: LiteralType,
    /// The lexeme.
    pub lexeme: Lexeme,
}

/// The type a literal was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LiteralType {
    /// `"text"`: String operators. Wildcards only count after `like`.
    String,
    /// `10`, `-1.5`, or `number "…"`
    Number,
    /// `2024-01-01T00:00:00Z`, or `date "…"`
    Date,
    /// `true` / `false`, or `bool "…"`
    Bool,
    /// `10.0.0.0/8`, `2001:db8::/32`, or `ip "…"`
    Ip,
    /// a bare `arn:…`, or `arn "…"`: Arn operators.
    Arn,
    /// `binary "base64"`
    Binary,
    /// A bare word: the name of a constant or a parameter.
    Name,
}

// ---------------------------------------------------------------- services, tests, invariants

/// `service prefix { … }`: a user-declared service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The action prefix.
    pub prefix: Lexeme,
    /// Its members.
    pub members: Vec<ServiceMember>,
}

/// A line of a service.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceMember {
    /// `action Name, Name [on type, type] [with key, key]`
    Action {
        /// Names without prefix.
        names: Vec<Lexeme>,
        /// Resource types it applies to; empty = only `*`.
        on: Vec<Lexeme>,
        /// Condition keys it has.
        keys: Vec<Lexeme>,
    },
    /// `resource type pattern`
    Resource {
        /// The type's name.
        name: Lexeme,
        /// ARN pattern, `*` for varying parts.
        arn: Lexeme,
    },
    /// `key name type`; `type` is `String`, `Bool`, `Numeric`, `Date`, `ARN`, `IPAddress`, `Binary`, or `list of` one.
    Key {
        /// The key.
        name: Lexeme,
        /// Its type.
        ty: Lexeme,
        /// `list of`: multivalued.
        list: bool,
    },
    /// What recovery skipped.
    Error(Span),
}

/// `test "name" { [as …] … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Its name.
    pub name: Lexeme,
    /// Blocks by caller.
    pub blocks: Vec<TestBlock>,
}

/// `as <principal> [issued t until t] [at t] [with session policy X, Y] [via e] [with key = v, …] { expectations }`
#[derive(Clone, Debug, PartialEq)]
pub struct TestBlock {
    /// The caller.
    pub caller: PrincipalItem,
    /// `issued TIME until TIME`: from when to when the caller's temporary credentials hold.
    pub issued: Option<(Lexeme, Lexeme)>,
    /// `at TIME`: when the requests are made.
    pub at: Option<Lexeme>,
    /// `with session policy A, B`
    pub session_policies: Vec<Lexeme>,
    /// `via vpce-…`
    pub endpoint: Option<Lexeme>,
    /// `with key = value, …`
    pub context: Vec<ContextEntry>,
    /// The expectations.
    pub expectations: Vec<Expectation>,
    /// All of it.
    pub span: Span,
}

/// `key = "v"` or `key = ["a", "b"]`
#[derive(Clone, Debug, PartialEq)]
pub struct ContextEntry {
    /// The key.
    pub key: Lexeme,
    /// Values.
    pub values: Vec<Literal>,
    /// Written as a list: multivalued.
    pub list: bool,
}

/// `allow | deny | deny implicitly | deny explicitly  action [on resource [in account]] [with …] [because …]`
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// What is expected.
    pub outcome: Expected,
    /// One concrete action.
    pub action: Lexeme,
    /// One concrete resource; `*` when not written.
    pub resource: Option<Lexeme>,
    /// The account that owns the resource.
    pub account: Option<Lexeme>,
    /// Further context.
    pub context: Vec<ContextEntry>,
    /// `because boundary Developers`, `because guardrail X`, `because policy X Sid`, …: words to be found.
    pub because: Vec<Lexeme>,
    /// All of it.
    pub span: Span,
}

/// What a test expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expected {
    /// `allow`
    Allow,
    /// `deny`
    Deny,
    /// `deny implicitly`
    DenyImplicitly,
    /// `deny explicitly`
    DenyExplicitly,
}

/// `never P may A on R [when C]`, `only P, P may A on R [when C]`; `may assume role R in A` for sts:AssumeRole.
#[derive(Clone, Debug, PartialEq)]
pub struct Invariant {
    /// `only` instead of `never`.
    pub only: bool,
    /// Who.
    pub principals: Vec<PrincipalItem>,
    /// `anyone outside o-…`/`anyone outside account x`: everybody but these; `principals` is then `anyone` alone.
    pub outside: Option<Lexeme>,
    /// Actions; empty with `assume`.
    pub actions: Vec<Lexeme>,
    /// `assume role R in A`
    pub assume: Option<PrincipalItem>,
    /// Resources.
    pub resources: Vec<Lexeme>,
    /// Condition.
    pub clauses: Vec<Clause>,
}
