//! What is answered.

use core::fmt;

/// The three outcomes (R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Allowed.
    Allow,
    /// A `Deny` statement applies (R2).
    ExplicitDeny,
    /// Some gate has no allow.
    ImplicitDeny,
}

/// Which gate decided. The order is R5's and is the order in which both evaluators look: of several denies, and
/// of several gates without an allow, the first in this order is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gate {
    /// The request itself is malformed (R6): denied.
    Request,
    /// Resource control policies.
    Rcp,
    /// Service control policies.
    Scp,
    /// VPC endpoint policy.
    Endpoint,
    /// The policy of the resource; a role's trust policy; a key policy.
    Resource,
    /// Identity policies of the principal.
    Identity,
    /// Permissions boundary.
    Boundary,
    /// Session policy.
    Session,
    /// The account's root user needs no allow (R8).
    Root,
    /// Always allowed (R136).
    Always,
}

/// An answer. For an allow, `gate` is the one whose allow counted: `Resource` for a direct grant, else `Identity`,
/// `Root` or `Always`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// The gate that decided.
    pub gate: Gate,
}

/// Denied, as what is malformed: a start for the slice of [`crate::Tables::decide_batch`].
impl Default for Decision {
    fn default() -> Self {
        Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request }
    }
}

impl Decision {
    /// Whether the request may go ahead.
    pub fn is_allowed(self) -> bool {
        self.outcome == Outcome::Allow
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit deny",
            Self::ImplicitDeny => "implicit deny",
        })
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Rcp => "resource guardrail",
            Self::Scp => "guardrail",
            Self::Endpoint => "endpoint policy",
            Self::Resource => "resource policy",
            Self::Identity => "identity policy",
            Self::Boundary => "boundary",
            Self::Session => "session policy",
            Self::Root => "root user",
            Self::Always => "always allowed",
        })
    }
}
