//! Single IAM JSON documents: which kind they are, and what is wrong with them.

use super::output::Console;
use crate::catalog::Catalog;
use crate::hir::PolicyKind;
use crate::json::{self, Node};
use crate::normalize;
use crate::resolve;
use crate::source::FileId;
use clap::ValueEnum;

/// What a JSON file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A policy of users, groups or roles
    Identity,
    /// A permissions boundary
    Boundary,
    /// A session policy
    Session,
    /// A service control policy
    Scp,
    /// A resource control policy
    Rcp,
    /// A policy attached to a resource
    Resource,
    /// A role's trust policy
    Trust,
    /// A VPC endpoint policy
    Endpoint,
    /// What `aws iam get-account-authorization-details` prints
    Account,
}

impl Kind {
    /// The policy kind; `None` for an account dump.
    pub fn policy(self) -> Option<PolicyKind> {
        Some(match self {
            Self::Identity => PolicyKind::Identity,
            Self::Boundary => PolicyKind::Boundary,
            Self::Session => PolicyKind::Session,
            Self::Scp => PolicyKind::Scp,
            Self::Rcp => PolicyKind::Rcp,
            Self::Resource => PolicyKind::Resource,
            Self::Trust => PolicyKind::Trust,
            Self::Endpoint => PolicyKind::Endpoint,
            Self::Account => return None,
        })
    }
}

/// Whether it is an account dump.
pub fn is_dump(node: &Node) -> bool {
    let lists = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
    lists.iter().any(|name| node.get(name).is_some())
}

/// Whether a file is one. What is wrong with it is told when it is read as such.
pub fn holds_dump(file: FileId, console: &Console) -> bool {
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    json::read(file, &text, &console.limits).0.is_some_and(|node| is_dump(&node))
}

/// What a document is, by its elements: only some kinds have principals, and only trust policies have
/// principals, nothing but `sts` actions and no resource.
pub fn guess(node: &Node) -> Kind {
    if is_dump(node) {
        return Kind::Account;
    }
    let statements = match node.get("Statement") {
        Some(one) => one.items().map_or_else(|| vec![one], |all| all.iter().collect()),
        None => Vec::new(),
    };
    let has = |name: &str| statements.iter().any(|s| s.get(name).is_some());
    if !has("Principal") && !has("NotPrincipal") {
        return Kind::Identity;
    }
    let only_sts = statements.iter().all(|s| s.get("Action").is_some_and(is_sts));
    if only_sts && !has("Resource") && !has("NotResource") { Kind::Trust } else { Kind::Resource }
}

fn is_sts(actions: &Node) -> bool {
    let is =
        |n: &Node| n.as_str().is_some_and(|a| a.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("sts:")));
    actions.items().map_or_else(|| is(actions), |all| all.iter().all(is))
}

/// Reads and resolves one JSON file, and reports what is wrong with it.
pub fn check(file: FileId, kind: Option<Kind>, console: &mut Console) {
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    let (node, findings) = json::read(file, &text, &console.limits);
    console.report(findings);
    let Some(node) = node else { return };
    let name = console.sources.get(file).map(|f| f.name.clone()).unwrap_or_default();
    match kind.unwrap_or_else(|| guess(&node)).policy() {
        Some(kind) => {
            let (body, findings) = json::import::document(&node, kind);
            console.report(findings);
            if let Some(body) = body {
                let (policy, findings) = resolve::body(&body, kind, &name, &console.limits);
                console.report(findings);
                let Some(policy) = policy else { return };
                console.report(resolve::lint(&policy, &body, Catalog::shipped()));
                console.report(normalize::document(&policy, None, &console.limits).1);
            }
        }
        None => {
            let (tree, findings) = json::import::authorization_details(&node);
            console.report(findings);
            if !console.failed() {
                let unit = resolve::SourceUnit { file, name, tree };
                // Findings are all that is wanted of it.
                let _ = super::compile::resolve(&[unit], console);
            }
        }
    }
}
