//! Surface tree → resolved policies: names, parameters, kinds of documents, typing of conditions.
//!
//! Knows the language and the rules of single documents; decides nothing about requests (that is `reference`'s and
//! the tables' work) and simplifies nothing (that is `normalize`'s). Everything wrong in all files is
//! reported in one run; a result exists only without errors.

mod attach;
mod checked;
mod complement;
mod condition;
mod cx;
mod document;
mod lint;
mod mentions;
mod patterns;
mod places;
mod principal;
mod program;
mod shared;
pub mod template;
pub mod values;

pub use attach::short_forms;
pub use checked::Checked;
pub(crate) use checked::{SessionNames, Taken, check_identity, unlinks};
pub use program::{SourceUnit, import_path, program};

use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::hir::{Policy, PolicyKind, Str};
use crate::limits::Limits;
use crate::source::Span;
use crate::syntax::ast;
use cx::{Cx, Sink};
use document::Head;

/// Resolves one document that stands alone: it can use no declared names, only IAM's own spellings.
pub fn body(
    body: &ast::Body,
    kind: PolicyKind,
    name: &str,
    limits: &Limits,
) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut sink = Sink::new(limits);
    let span = match (body.statements.first(), body.statements.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::NONE,
    };
    let head = Head { kind, name: Str::from(name), arn: None, span };
    let policy = Cx::bare(limits, &mut sink).document(body, head);
    let policy = policy.filter(|_| !sink.failed());
    (policy, sink.finish())
}

/// Warnings on what a resolved document says, at the words of the body that it was resolved from.
pub fn lint(policy: &Policy, body: &ast::Body, catalog: &Catalog) -> Vec<Diagnostic> {
    let mut places = places::Places::of(body);
    let mut found = Vec::new();
    lint::document(policy, catalog, &mut |warning| found.extend(places.refine(warning)));
    found
}

#[cfg(test)]
mod tests;
