//! Every test goes through [`check`] (a document resolves to this) or [`reject`] (it is refused with these codes).

mod bounds;
mod conditions;
mod documents;
mod hand_built;

pub mod show;

use super::body;
use crate::hir::PolicyKind;
use crate::limits::Limits;
use crate::source::FileId;
use crate::syntax::{self, ast};

/// Parses `policy P { … }` and resolves its inside as a document of `kind`.
fn resolve(kind: PolicyKind, text: &str) -> (Option<crate::hir::Policy>, Vec<crate::diag::Diagnostic>) {
    let limits = Limits::default();
    let source = match kind {
        PolicyKind::Resource => format!("resource policy on arn:aws:s3:::b {{ {text} }}"),
        PolicyKind::Endpoint => format!("endpoint policy on vpce-1 {{ {text} }}"),
        PolicyKind::Trust => format!("role R in a {{ trust {{ {text} }} }}"),
        PolicyKind::Rcp => format!("resource guardrail G on root {{ {text} }}"),
        PolicyKind::Scp => format!("guardrail G on root {{ {text} }}"),
        _ => format!("policy P {{ {text} }}"),
    };
    let (file, found) = syntax::parse(FileId(0), &source, &limits);
    assert!(found.is_empty(), "{source}\n{found:#?}");
    let found = file.items.into_iter().map(|i| i.kind).find_map(|kind| match kind {
        ast::ItemKind::Policy(p) => Some(p.body),
        ast::ItemKind::ResourcePolicy(p) => Some(p.body),
        ast::ItemKind::EndpointPolicy(p) => Some(p.body),
        ast::ItemKind::Guardrail(p) => Some(p.body),
        ast::ItemKind::Identity(i) => i.members.into_iter().find_map(|m| match m.kind {
            ast::IdentityMemberKind::Trust(body) => Some(body),
            _ => None,
        }),
        _ => None,
    });
    body(&found.expect("a document"), kind, "P", &limits)
}

/// The document resolves to these statements, a line each, with these warnings.
#[track_caller]
fn check_with(kind: PolicyKind, text: &str, warnings: &[&str], expected: &str) {
    let (policy, found) = resolve(kind, text);
    let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, warnings, "{text}\n{found:#?}");
    let shown: Vec<String> = policy.expect("a policy").statements.iter().map(show::statement).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(shown, expected, "{text}");
}

/// The document resolves to these statements, and nothing is found.
#[track_caller]
fn check(kind: PolicyKind, text: &str, expected: &str) {
    check_with(kind, text, &[], expected);
}

/// The document is refused with these codes.
#[track_caller]
fn reject(kind: PolicyKind, text: &str, codes: &[&str]) {
    let (policy, found) = resolve(kind, text);
    let given: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(given, codes, "{text}\n{found:#?}");
    assert!(policy.is_none(), "{text}");
}

/// `allow s3:Get on * when <text>` has this condition.
#[track_caller]
fn when(text: &str, expected: &str) {
    check(
        PolicyKind::Identity,
        &format!("allow s3:Get when {text}"),
        &format!("allow s3:Get on * if {expected}"),
    );
}

/// `allow s3:Get on * unless <text>` has this condition.
#[track_caller]
fn unless(text: &str, expected: &str) {
    check(
        PolicyKind::Identity,
        &format!("allow s3:Get unless {text}"),
        &format!("allow s3:Get on * if {expected}"),
    );
}

/// `allow s3:Get on * when <text>` is refused with these codes.
#[track_caller]
fn when_rejected(text: &str, codes: &[&str]) {
    reject(PolicyKind::Identity, &format!("allow s3:Get when {text}"), codes);
}
