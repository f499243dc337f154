//! Single IAM JSON documents: which kind they are, and what is wrong with them.

use super::output::Console;
use crate::catalog::Catalog;
use crate::hir::PolicyKind;
use crate::json::Node;
use crate::json::import::{self, Answer};
use crate::normalize;
use crate::resolve;
use crate::source::FileId;
use clap::ValueEnum;
use std::borrow::Cow;

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

/// Whether a file holds declarations. What is wrong with them is reported when they are read as such.
pub fn holds_declarations(file: FileId, console: &Console) -> bool {
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    import::read(file, &text, &console.limits).0.is_some_and(|node| import::are_declarations(&node))
}

/// What a policy document is, by its elements: only some kinds have principals, and only trust policies have
/// principals, nothing but `sts` actions and no resource.
pub fn guess(node: &Node) -> Kind {
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
    let (node, findings) = import::read(file, &text, &console.limits);
    console.report(findings);
    let Some(node) = node else { return };
    let name = console.sources.get(file).map(|f| f.name.clone()).unwrap_or_default();
    match answer(&node, kind, console) {
        None => {}
        Some(Answer::Documents(all)) => {
            for found in all {
                document(&found, kind.unwrap_or_else(|| found_kind(&found)), &name, console);
            }
        }
        Some(Answer::Declarations(tree)) if !console.failed() => {
            let unit = resolve::SourceUnit { file, name, tree };
            // Findings are all that is wanted of it.
            let _ = super::compile::resolve(&[unit], console);
        }
        Some(Answer::Declarations(_)) => {}
    }
}

/// What a JSON file holds, or, if its kind is given, what it is taken for. `None`: an error was reported.
pub fn answer<'n>(node: &'n Node, kind: Option<Kind>, console: &mut Console) -> Option<Answer<'n>> {
    let (answer, findings) = match kind {
        Some(Kind::Account) => {
            let (tree, findings) = import::authorization_details(node);
            (Some(Answer::Declarations(tree)), findings)
        }
        Some(_) if import::are_declarations(node) => {
            (Some(Answer::Documents(vec![import::Found::bare(Cow::Borrowed(node))])), Vec::new())
        }
        _ => import::answer(node),
    };
    console.report(findings);
    answer
}

/// What a document is: what the answer that holds it says, or what its elements tell.
pub fn found_kind(found: &import::Found<'_>) -> Kind {
    match found.kind {
        None => guess(&found.document),
        Some(PolicyKind::Identity) => Kind::Identity,
        Some(PolicyKind::Boundary) => Kind::Boundary,
        Some(PolicyKind::Session) => Kind::Session,
        Some(PolicyKind::Scp) => Kind::Scp,
        Some(PolicyKind::Rcp) => Kind::Rcp,
        Some(PolicyKind::Resource) => Kind::Resource,
        Some(PolicyKind::Trust) => Kind::Trust,
        Some(PolicyKind::Endpoint) => Kind::Endpoint,
    }
}

fn document(found: &import::Found<'_>, kind: Kind, name: &str, console: &mut Console) {
    let Some(kind) = kind.policy() else { return };
    let (body, findings) = import::document(&found.document, kind);
    console.report(findings);
    let Some(body) = body else { return };
    let (policy, findings) = resolve::body(&body, kind, name, &console.limits);
    console.report(findings);
    let Some(policy) = policy else { return };
    console.report(resolve::lint(&policy, &body, Catalog::shipped()));
    console.report(normalize::document(&policy, None, &console.limits).1);
}
