//! IAM policy documents and account dumps → surface tree.
//!
//! What IAM would refuse is refused here, with the place in the JSON, whenever accepting it could widen access
//! (R54–R59, R62, R76); oddities without that danger are kept and reported as warnings. Every element is read by
//! exactly one function and an element nobody reads is an error, so nothing is dropped. Must not know: what
//! names refer to, and whether a condition's value fits its operator; `resolve` finds that out, and its findings
//! point into the JSON too, because every lexeme carries the place of its JSON value.
//!
//! The language's default version is 2012-10-17, IAM's is 2008-10-17 (R52): a document without `Version` is
//! imported with `version 2008-10-17` written out.

mod action;
mod answers;
mod condition;
mod details;
mod embedded;
mod join;
mod principal;
mod resource;
mod statement;
#[cfg(test)]
mod tests;
mod unknown;
mod words;
mod wrap;

pub use answers::{Answer, Found, answer, are_declarations, read};
pub use details::authorization_details;
pub use join::join;
pub use unknown::{Names, Use, empty, no_document, shipped, unknown};
pub use wrap::{Target, item};

use super::excerpt;
use super::reader::{Member, Node, NodeKind};
use crate::diag::codes::json as codes;
use crate::diag::{Diagnostic, has_errors};
use crate::hir::PolicyKind;
use crate::source::Span;
use crate::syntax::ast::{Body, Form, Origin};
use hashbrown::HashMap;

/// One policy document as the inside of a policy. `None` exactly when a diagnostic is an error.
pub fn document(node: &Node, kind: PolicyKind) -> (Option<Body>, Vec<Diagnostic>) {
    let mut import = Importer::new(kind);
    let body = import.document(node);
    let body = body.filter(|_| !has_errors(&import.diagnostics));
    (body, import.diagnostics)
}

/// Findings kept of one document: a hundred million mistakes must not fill the memory.
const KEPT: usize = 1_000;

/// Keeps a finding while there is room. There is always an error among those kept if there is one at all.
fn keep(kept: &mut Vec<Diagnostic>, finding: Diagnostic) {
    if kept.len() < KEPT {
        kept.push(finding);
    } else if let Some(last) = kept.last_mut().filter(|last| finding.is_error() && !last.is_error()) {
        *last = finding;
    }
}

/// What is known while one document is read.
struct Importer {
    kind: PolicyKind,
    /// Whether `${…}` means something (R52). Set before the statements are read.
    variables: bool,
    /// Whether the warning about variables in an old document was given.
    warned_of_version: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Importer {
    fn new(kind: PolicyKind) -> Self {
        Importer { kind, variables: true, warned_of_version: false, diagnostics: Vec::new() }
    }

    fn document(&mut self, node: &Node) -> Option<Body> {
        let Some(members) = node.members() else {
            self.wrong_type("a policy document", "an object", node);
            return None;
        };
        let mut body = Body { origin: Origin::Json, ..Body::default() };
        let mut statements = None;
        self.version(members, node.span, &mut body);
        for member in members {
            match &*member.key {
                "Version" => {}
                "Id" => body.id = self.text("Id", &member.value).map(|t| words::quoted(t, member.value.span)),
                "Statement" => statements = Some(&member.value),
                _ => self.unknown_element(member, &["Version", "Id", "Statement"]),
            }
        }
        match statements {
            Some(value) => body.statements = self.statements(value),
            None => self.missing("`Statement`", node.span),
        }
        Some(body)
    }

    /// R52. Two versions exist; none is the older one.
    fn version(&mut self, members: &[Member], document: Span, body: &mut Body) {
        let (text, span) = match members.iter().find(|m| &*m.key == "Version") {
            None => ("2008-10-17", document),
            Some(member) => match self.text("Version", &member.value) {
                Some(text) => (text, member.value.span),
                None => return,
            },
        };
        match text {
            "2012-10-17" => {}
            "2008-10-17" => {
                self.variables = false;
                body.version = Some(words::spell(text, Form::Bare, span));
            }
            _ => {
                let message = format!("unknown version `{}`", excerpt(text));
                let error = Diagnostic::error(codes::UNKNOWN_VERSION, message).at(span);
                self.push(error.help("write `2012-10-17`: it names the policy language, not your revision"));
            }
        }
    }

    fn statements(&mut self, value: &Node) -> Vec<crate::syntax::ast::Statement> {
        let nodes = match &value.kind {
            NodeKind::Array(items) => items.as_slice(),
            NodeKind::Object(_) => std::slice::from_ref(value),
            _ => {
                self.wrong_type("`Statement`", "an object or an array of objects", value);
                return Vec::new();
            }
        };
        if nodes.is_empty() {
            let warning = Diagnostic::warning(codes::NO_STATEMENTS, "the document has no statements");
            self.push(warning.at(value.span).help("it allows and denies nothing; IAM would refuse it"));
        }
        let mut sids = HashMap::new();
        // A document with an error is refused whole, so once no finding is kept any more the rest is not read.
        let read = |node| if self.is_full() { None } else { Some(self.statement(node, &mut sids)) };
        nodes.iter().map_while(read).flatten().collect()
    }

    // ------------------------------------------------------------ shared by the elements

    /// Whether all findings that will be kept are there, an error among them.
    fn is_full(&self) -> bool {
        self.diagnostics.len() >= KEPT && self.diagnostics.last().is_some_and(Diagnostic::is_error)
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        keep(&mut self.diagnostics, diagnostic);
    }

    /// The text of an element that must be one string.
    fn text<'n>(&mut self, element: &str, value: &'n Node) -> Option<&'n str> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type(&format!("`{element}`"), "a string", value);
        }
        text
    }

    /// The strings of an element that is one string or an array of strings (R53). Other items are errors.
    fn texts<'n>(&mut self, element: &str, value: &'n Node) -> Vec<(&'n str, Span)> {
        let nodes = match &value.kind {
            NodeKind::String(_) => std::slice::from_ref(value),
            NodeKind::Array(items) => items.as_slice(),
            _ => {
                self.wrong_type(&format!("`{element}`"), "a string or an array of strings", value);
                return Vec::new();
            }
        };
        if nodes.is_empty() {
            let message = format!("`{element}` is an empty list");
            let error = Diagnostic::error(codes::EMPTY_LIST, message).at(value.span);
            self.push(error.help("write what is meant, or delete the statement"));
        }
        let mut texts = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node.as_str() {
                Some(text) => texts.push((text, node.span)),
                None => self.wrong_type(&format!("an item of `{element}`"), "a string", node),
            }
        }
        texts
    }

    fn wrong_type(&mut self, what: &str, wanted: &str, value: &Node) {
        let message = format!("{what} must be {wanted}, found {}", value.what());
        self.push(Diagnostic::error(codes::WRONG_TYPE, message).at(value.span));
    }

    fn missing(&mut self, what: &str, span: Span) {
        self.push(Diagnostic::error(codes::MISSING, format!("{what} is missing")).at(span));
    }

    fn unknown_element(&mut self, member: &Member, known: &[&'static str]) {
        let message = format!("unknown element `{}`", excerpt(&member.key));
        let mut error = Diagnostic::error(codes::UNKNOWN_ELEMENT, message).at(member.key_span);
        if let Some(near) = words::nearest(&member.key, known) {
            error = error.help(format!("did you mean `{near}`?"));
        }
        self.push(error);
    }

    /// R121, R52: checks the `${` of a text at a place that knows variables.
    fn variables_in(&mut self, text: &str, span: Span) {
        if !text.contains("${") {
            return;
        }
        if self.variables {
            if let Some(at) = words::unclosed_variable(text) {
                let message = format!("the variable that begins at `{}` is not closed", excerpt(at));
                let error = Diagnostic::error(codes::UNCLOSED_VARIABLE, message).at(span);
                self.push(error.help("close it with `}`, or write `${$}{` for a literal `${`"));
            }
        } else if !self.warned_of_version {
            self.warned_of_version = true;
            let message = "documents of version 2008-10-17 have no variables: `${` stands for itself";
            let warning = Diagnostic::warning(codes::VERSION_WITHOUT_VARIABLES, message).at(span);
            self.push(warning.help("write `\"Version\": \"2012-10-17\"` if a variable is meant"));
        }
    }
}
