//! The normal form: one shape for every kind of policy, sorted and deduplicated.
//!
//! What is absent says most: no names that need looking up, no groups, no letter case in actions, no short ARNs,
//! no `or` under `and`, no two equal things. Parts that repeat stand once in [`Pools`] and are referred to by index;
//! pools are sorted by content, so an index says nothing of the order of files. What each rewriting keeps is written
//! in `docs/normalization.md`. The normal form knows nothing of services, columns or bitsets.

use crate::hir::{
    Effect, IdentityKind, List, Operator, PolicyKind, Principal, Quantifier, Str, Template, Value,
};
use crate::source::Span;

/// All policies of one program, and who has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NormalForm {
    /// The organization's id.
    pub organization: Option<Str>,
    /// The shared parts.
    pub pools: Pools,
    /// Every document that some layer consults, in order of kind, name and content.
    pub policies: Vec<Policy>,
    /// Distinct layers, sorted. Everything below refers to them by index.
    pub layers: Vec<Layer>,
    /// Accounts in order of their digits.
    pub accounts: Vec<Account>,
    /// Users and roles in order of their ARN.
    pub identities: Vec<Identity>,
    /// Governed resources in order of ARN; trust policies after other policies.
    pub resources: Vec<Governed>,
    /// Access points in order of ARN.
    pub access_points: Vec<crate::hir::AccessPoint>,
    /// Endpoints in order of id.
    pub endpoints: Vec<Endpoint>,
    /// Session policies: name and index into `policies`, sorted.
    pub session_policies: Vec<(Str, u32)>,
    /// Services that the program declares, in order of prefix.
    pub services: Vec<crate::hir::Service>,
}

/// Parts of statements, each once, each pool sorted by content after the fixed entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pools {
    /// Action sets.
    pub actions: Vec<ActionSet>,
    /// Resource patterns. The lone `*` is not among them.
    pub patterns: Vec<Pattern>,
    /// Resource sets; index 0 = every resource.
    pub resources: Vec<ResourceSet>,
    /// Condition tests.
    pub atoms: Vec<Atom>,
    /// Conditions in disjunctive normal form; index 0 = always.
    pub conditions: Vec<Dnf>,
    /// Principal sets; index 0 = every caller, no principal element.
    pub principals: Vec<PrincipalSet>,
}

/// Index 0 of the pools that fix it: everything, always.
pub const EVERYTHING: u32 = 0;

/// An or of ands of atoms (indexes, sorted). `[[]]` is always, `[]` never.
pub type Dnf = Vec<Vec<u32>>;

/// Which actions. Matching is by glob over the whole lower-case `service:name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionSet {
    /// NotAction.
    pub negated: bool,
    /// Lower-case, canonical, sorted; none of them covers another.
    pub patterns: Vec<Str>,
}

/// A resource pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pattern {
    /// Six parts (R66, R70), wildcard runs canonical.
    Whole(Template),
    /// The same with variables, and what it does where their values leave it in doubt.
    Varying(Template, Doubtful),
    /// In the policy of one resource: its ARN and behind it this text, then anything if it is `open`. Policies that say the
    /// same of different resources are alike by it.
    Behind {
        /// What follows the ARN.
        text: Str,
        /// It ends in `*`.
        open: bool,
    },
    /// In the policy of one resource: it and everything behind a `/` after its ARN, as in bucket and objects.
    Under,
}

/// What a pattern with variables does where it is in doubt (R153): whatever denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Doubtful {
    /// It matches if any reading does, else only if all do.
    pub matches: bool,
    /// It matches every resource when a variable has no value: the statement does not apply (R116).
    pub void_matches: bool,
}

impl Pattern {
    /// The pattern, if it is whole.
    pub fn whole(&self) -> Option<&Template> {
        match self {
            Pattern::Whole(template) | Pattern::Varying(template, _) => Some(template),
            Pattern::Behind { .. } | Pattern::Under => None,
        }
    }
}

/// Which resources.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceSet {
    /// NotResource. Never with an empty list: that is [`EVERYTHING`].
    pub negated: bool,
    /// Pattern indexes, sorted. Empty = no resource at all.
    pub patterns: Vec<u32>,
}

/// Which callers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrincipalSet {
    /// NotPrincipal.
    pub negated: bool,
    /// Entries, sorted, spelled one way. Empty and not negated = nobody (R55).
    pub entries: Vec<Principal>,
}

/// One test, canonical.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Atom {
    /// The key, lower case.
    pub key: Str,
    /// The operator.
    pub operator: Operator,
    /// Set operator.
    pub quantifier: Quantifier,
    /// IfExists.
    pub if_exists: bool,
    /// In doubt it holds: it stands in a `Deny` (R153). Never of `Null`, which leaves no doubt.
    pub doubt: bool,
    /// Values, sorted; the texts `written` are canonical.
    pub values: List<Value>,
}

/// One document.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// What it is.
    pub kind: PolicyKind,
    /// Name for reports.
    pub name: Str,
    /// ARN, if it has one.
    pub arn: Option<Str>,
    /// Distinct statements in order of content.
    pub statements: Vec<Statement>,
}

/// A statement and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it says.
    pub rule: Rule,
    /// Every statement of the document that says it, in document order. Never empty.
    pub sources: Vec<Provenance>,
}

/// What a statement says, as indexes into [`Pools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule {
    /// Allow or deny.
    pub effect: Effect,
    /// Who.
    pub principals: u32,
    /// What.
    pub actions: u32,
    /// On what.
    pub resources: u32,
    /// When.
    pub condition: u32,
}

/// Where a statement was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    /// Its number in the document, from 0.
    pub index: u32,
    /// Its `Sid`.
    pub sid: Option<Str>,
    /// Its place.
    pub span: Span,
}

/// Policies that are asked together: levels AND, policies of a level OR, a deny anywhere denies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Layer {
    /// Every level allows by itself (RCPs: `RCPFullAWSAccess`, R48).
    pub implied: bool,
    /// Policy indexes, sorted within a level, each once.
    pub levels: Vec<Vec<u32>>,
}

/// An account.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Twelve digits.
    pub id: Str,
    /// Member of the organization.
    pub in_organization: bool,
    /// Management account.
    pub management: bool,
    /// Value of `aws:PrincipalOrgPaths`.
    pub org_path: Str,
    /// SCP layer; `None` = no gate.
    pub scps: Option<u32>,
    /// RCP layer.
    pub rcps: Option<u32>,
}

/// A user or role.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// User or role.
    pub kind: IdentityKind,
    /// ARN with path.
    pub arn: Str,
    /// Name without path.
    pub name: Str,
    /// Index into [`NormalForm::accounts`].
    pub account: u32,
    /// `AIDA…`, `AROA…`.
    pub unique_id: Option<Str>,
    /// Own policies and those of the groups, one layer.
    pub identity: u32,
    /// Boundary layer.
    pub boundary: Option<u32>,
    /// ARN of the boundary, if it is known.
    pub boundary_arn: Option<Str>,
    /// R137.
    pub service_linked: bool,
    /// Tags, sorted by lower-case key.
    pub tags: Vec<(Str, Str)>,
}

/// A resource with policies of its own, or a bucket whose owner an access point names.
#[derive(Clone, Debug, PartialEq)]
pub struct Governed {
    /// Its ARN.
    pub arn: Str,
    /// Trust policy of a role.
    pub trust: bool,
    /// Owner, an index into [`NormalForm::accounts`].
    pub account: Option<u32>,
    /// All its policies as one level.
    pub layer: u32,
}

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// `vpce-…`
    pub id: Str,
    /// Its policy as one level.
    pub layer: u32,
}

impl Pools {
    /// Whether a statement with these parts can never apply, whatever the request.
    pub fn is_never(&self, rule: &Rule) -> bool {
        let nobody = |p: &PrincipalSet| !p.negated && p.entries.is_empty();
        let nothing = |r: &ResourceSet| !r.negated && r.patterns.is_empty();
        (rule.principals != EVERYTHING && self.principals.get(rule.principals as usize).is_none_or(nobody))
            || (rule.resources != EVERYTHING
                && self.resources.get(rule.resources as usize).is_none_or(nothing))
            || self.conditions.get(rule.condition as usize).is_none_or(Vec::is_empty)
            || self.actions.get(rule.actions as usize).is_none_or(ActionSet::is_empty)
    }
}

impl ActionSet {
    /// Whether no action is in it.
    pub fn is_empty(&self) -> bool {
        if self.negated { self.patterns.iter().any(|p| &**p == "*") } else { self.patterns.is_empty() }
    }

    /// Whether it is not confined to the services its patterns name: `*` and NotAction.
    pub fn is_global(&self) -> bool {
        !self.is_empty() && (self.negated || self.patterns.iter().any(|p| &**p == "*"))
    }
}
