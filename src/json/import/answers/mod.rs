//! What people have in files: policy documents, account dumps, and answers of the AWS command line, which hold documents in
//! members of their own.
//!
//! An answer is known by its members. What is no IAM JSON at all is named, so that nobody searches for a mistake in the
//! policy language.

mod access_points;
mod documents;
mod foreign;

use super::super::reader::{self, Node, NodeKind};
use super::{details, embedded};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::PolicyKind;
use crate::limits::Limits;
use crate::source::{FileId, Span};
use crate::syntax::ast::File;
use std::borrow::Cow;

/// What a file holds.
pub enum Answer<'n> {
    /// Declarations of an estate: an account dump, access points.
    Declarations(File),
    /// Policy documents, each with what the answer says of it.
    Documents(Vec<Found<'n>>),
}

/// A policy document in an answer.
#[derive(Debug)]
pub struct Found<'n> {
    /// The document.
    pub document: Cow<'n, Node>,
    /// What it is, where the answer says so.
    pub kind: Option<PolicyKind>,
    /// The policy's name.
    pub name: Option<String>,
    /// Where it is attached.
    pub on: Vec<String>,
    /// Whose that is.
    pub account: Option<String>,
}

impl<'n> Found<'n> {
    /// A document of which nothing else is known.
    pub fn bare(document: Cow<'n, Node>) -> Self {
        Found { document, kind: None, name: None, on: Vec::new(), account: None }
    }
}

/// Reads a JSON file: one text or several, one after another; a text may be URL-encoded, or JSON within a string.
pub fn read(file: FileId, text: &str, limits: &Limits) -> (Option<Node>, Vec<Diagnostic>) {
    let trimmed = text.trim();
    if trimmed.starts_with("%7B") || trimmed.starts_with("%7b") {
        let span = Span::new(file, 0, text.len());
        let whole = Node { kind: NodeKind::String(trimmed.into()), span };
        return unwrapped(&whole, Vec::new());
    }
    let (node, findings) = reader::read_pages(file, text, limits);
    match node {
        Some(node) if node.as_str().is_some() => unwrapped(&node, findings),
        node => (node, findings),
    }
}

fn unwrapped(node: &Node, mut findings: Vec<Diagnostic>) -> (Option<Node>, Vec<Diagnostic>) {
    let inner = embedded::document(node, &mut findings).map(Cow::into_owned);
    (inner, findings)
}

/// What a file holds. `None` exactly when a finding is an error.
pub fn answer(node: &Node) -> (Option<Answer<'_>>, Vec<Diagnostic>) {
    if let Some(what) = foreign::named(node) {
        let error = Diagnostic::error(codes::NOT_IAM, format!("this is {what}, not IAM JSON"));
        return (None, vec![error.at(node.span).help(foreign::HELP)]);
    }
    if details::is_dump(node) {
        let (file, findings) = details::authorization_details(node);
        return (Some(Answer::Declarations(file)), findings);
    }
    if access_points::are(node) {
        let (file, findings) = access_points::declarations(node);
        return (Some(Answer::Declarations(file)), findings);
    }
    let mut findings = Vec::new();
    let found = documents::all(node, &mut findings);
    (found.map(Answer::Documents), findings)
}

/// Whether a file holds declarations, which belong to a program; else it holds documents without a place in one.
pub fn are_declarations(node: &Node) -> bool {
    foreign::named(node).is_none() && (details::is_dump(node) || access_points::are(node))
}
