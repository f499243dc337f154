//! Decision tables in memory: what `lower` builds, `artifact` writes and the runtime loads.
//!
//! Everything is sorted by content and addressed by index, so the same policies give the same tables whatever
//! the file order. Index 0 has a fixed meaning where it says so.

use crate::hir::{Effect, IdentityKind, List, Operator, PolicyKind, Quantifier, Value};
pub use crate::nf::{Doubtful, Pattern};

/// All tables of one program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// Services in order of prefix; their actions are the columns of rows.
    pub services: Vec<Service>,
    /// Condition keys of atoms and of variables in patterns and values, lower case, sorted.
    pub keys: Vec<String>,
    /// Those whose values are of a type that the catalog knows, and which, in the same order.
    pub typed_keys: Vec<(String, ValueType)>,
    /// Resource patterns, each six colon-separated parts after R70's padding, or the lone `*`, or what follows the ARN of
    /// the resource whose policy it is.
    pub patterns: Vec<Pattern>,
    /// Index 0 = every resource.
    pub resource_sets: Vec<ResourceSet>,
    /// Condition atoms, sorted; texts `written` in their values are canonical, not the source's.
    pub atoms: Vec<Atom>,
    /// Conditions in disjunctive normal form: an or of ands of atoms. Index 0 = true (`[[]]`); `[]` = never.
    pub conditions: Vec<Vec<Vec<u32>>>,
    /// Index 0 = no principal element: matches every caller (identity, boundary, session policies, SCPs).
    pub principal_sets: Vec<PrincipalSet>,
    /// Action patterns of the per-policy tables.
    pub action_sets: Vec<ActionSet>,
    /// Per-policy tables in order of name: exact for any request, known action or not. The source of reasons.
    pub policies: Vec<Policy>,
    /// Policy sets that some layer of some principal, account, resource or endpoint has.
    pub sets: Vec<PolicySet>,
    /// Packed columns, shared by rows: column → palette index.
    pub shapes: Vec<Vec<u16>>,
    /// Runs of cells, shared by rows.
    pub palettes: Vec<Vec<Cell>>,
    /// Residual programs.
    pub programs: Vec<Program>,
    /// Accounts in order of their digits.
    pub accounts: Vec<Account>,
    /// Users and roles in order of their ARN.
    pub principals: Vec<Principal>,
    /// Governed resources in order of their ARN.
    pub resources: Vec<GovernedResource>,
    /// Access points in order of their ARN.
    pub access_points: Vec<AccessPoint>,
    /// Endpoints in order of their id.
    pub endpoints: Vec<Endpoint>,
    /// Session policies by name: (name, policy index), sorted.
    pub session_policies: Vec<(String, u32)>,
    /// The organization's id.
    pub organization: Option<String>,
}

/// What the values of a condition key are, where another value is malformed for the key (R153).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// An address.
    Address,
    /// A time.
    Date,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
}

/// A service and its actions.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Lower-case prefix.
    pub prefix: String,
    /// Lower-case names, sorted; the index is the column.
    pub actions: Vec<Action>,
}

/// An action.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Lower-case name without prefix.
    pub name: String,
    /// It has no resource-level permissions: the resource asked about is `*`, whatever the caller says (R65).
    pub wildcard_only: bool,
}

/// Which resources.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceSet {
    /// NotResource.
    pub negated: bool,
    /// Pattern indexes, sorted. Empty and not negated = no resource at all.
    pub patterns: Vec<u32>,
}

/// A condition atom over a key id, values canonical and sorted.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// Set operator.
    pub quantifier: Quantifier,
    /// Operator.
    pub operator: Operator,
    /// IfExists.
    pub if_exists: bool,
    /// In doubt it holds (R153).
    pub doubt: bool,
    /// Index into [`Tables::keys`].
    pub key: u32,
    /// Values.
    pub values: List<Value>,
}

/// Principal / NotPrincipal of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrincipalSet {
    /// NotPrincipal.
    pub negated: bool,
    /// Entries, sorted. Empty and not negated = nobody (R55).
    pub entries: Vec<crate::hir::Principal>,
}

/// Action / NotAction of a statement, for actions that are no column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionSet {
    /// NotAction.
    pub negated: bool,
    /// Lower-case patterns, canonical (`**` → `*`), sorted, globs over the whole `service:action`. Empty and not
    /// negated = no action at all (R63).
    pub patterns: Vec<String>,
}

/// A per-policy table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Policy {
    /// Name for reports.
    pub name: String,
    /// Kind.
    pub kind: PolicyKind,
    /// Its statements, in source order, none left out: the index is the statement's number in its document.
    pub statements: Vec<Statement>,
}

/// A statement of a per-policy table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Effect.
    pub effect: Effect,
    /// Index into [`Tables::action_sets`].
    pub actions: u32,
    /// The tests that are left when the action matches.
    pub item: Item,
    /// `Sid` for reports.
    pub sid: Option<String>,
    /// File name, line and column for reports; empty file = none.
    pub place: (String, u32, u32),
}

/// What is left of a statement once its action is known to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Item {
    /// Index into [`Tables::principal_sets`].
    pub principals: u32,
    /// Index into [`Tables::resource_sets`].
    pub resources: u32,
    /// Index into [`Tables::conditions`].
    pub condition: u32,
}

impl Item {
    /// The item that always holds.
    pub const TRUE: Item = Item { principals: 0, resources: 0, condition: 0 };
}

/// A layer: levels are AND-ed, the policies of a level OR-ed, a deny anywhere denies (R3, R40, R41).
/// Identity policies, boundaries, resource policies have one level; guardrails one for each step of the path.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicySet {
    /// Policy indexes, sorted within a level. An empty level has no allow.
    pub levels: Vec<Vec<u32>>,
    /// Whether `rows` and `default` say everything. A set over the budget (`limits.rows`) is not tabled: it has no
    /// rows, `default` means nothing, and every action is looked up in the per-policy tables of `levels`.
    pub tabled: bool,
    /// Rows in order of service; services without a row use `default`. An action of a service with a row that is
    /// no column is looked up in the per-policy tables.
    pub rows: Vec<Row>,
    /// The cell of any action of any service without a row. For RCP layers the allows of every level are implied
    /// (R48), so a cell of theirs without denies is `Allow`.
    pub default: Cell,
}

/// The cells of one service in one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Row {
    /// Index into [`Tables::services`].
    pub service: u32,
    /// Index into [`Tables::shapes`].
    pub shape: u32,
    /// Index into [`Tables::palettes`].
    pub palette: u32,
}

/// What a layer says of one action before resource and context are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// No statement can apply: no deny, and some level can't allow.
    None,
    /// Every level allows, nothing denies, for every principal, resource and context.
    Allow,
    /// Denied, likewise.
    Deny,
    /// Index into [`Tables::programs`].
    Program(u32),
}

/// A residual program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Program {
    /// Any of these that holds denies. Cheapest first.
    pub denies: Vec<Item>,
    /// Levels still open: each needs one item that holds. An open level without items never allows.
    /// Levels that always allow are left out.
    pub levels: Vec<Vec<Item>>,
}

/// An account.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Member of the organization.
    pub in_organization: bool,
    /// Management account.
    pub management: bool,
    /// Value of `aws:PrincipalOrgPaths`.
    pub org_path: String,
    /// SCP layer, an index into [`Tables::sets`]; `None` = no gate.
    pub scps: Option<u32>,
    /// RCP layer; only its denies count (R48).
    pub rcps: Option<u32>,
}

/// A user or role.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// User or role.
    pub kind: IdentityKind,
    /// ARN with path.
    pub arn: String,
    /// Name without path: role sessions are found by account and name (R80).
    pub name: String,
    /// Index into [`Tables::accounts`].
    pub account: u32,
    /// `AIDA…`, `AROA…`; empty when unknown.
    pub unique_id: String,
    /// Identity layer, groups flattened.
    pub identity: u32,
    /// Boundary layer.
    pub boundary: Option<u32>,
    /// ARN of the boundary; empty when there is none, or none is known.
    pub boundary_arn: String,
    /// R137.
    pub service_linked: bool,
    /// (tag key lower case, tag key as written, value), sorted.
    pub tags: Vec<(String, String, String)>,
}

/// A resource with a policy of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct GovernedResource {
    /// Its ARN.
    pub arn: String,
    /// Owner, an index into [`Tables::accounts`].
    pub account: Option<u32>,
    /// Its policies as a layer with one level.
    pub set: u32,
    /// A role's trust policy: governs `sts` actions on exactly this ARN.
    pub trust: bool,
}

/// An S3 access point.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessPoint {
    /// Its ARN.
    pub arn: String,
    /// The ARN of the bucket behind it.
    pub bucket: String,
    /// The digits of the bucket's owner, which need not be a declared account.
    pub owner: String,
    /// The VPC whose requests it takes; empty when it is not known which. `None`: it takes all.
    pub vpc: Option<String>,
}

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// `vpce-…`
    pub id: String,
    /// Its policy as a layer.
    pub set: u32,
}
