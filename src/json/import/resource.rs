//! Resource and NotResource (R54, R58, R66–R72, R121). Splitting ARNs is left to later stages; here is only
//! found out whether the text can be one.

use super::words;
use super::{Importer, excerpt};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::{OF_API, PolicyKind};
use crate::json::reader::Node;
use crate::source::Span;
use crate::syntax::ast::{Lexeme, Resources};

impl Importer {
    pub(super) fn resources(&mut self, element: &str, value: &Node) -> Resources {
        let texts = self.texts(element, value);
        let items = texts.into_iter().filter_map(|(text, span)| self.resource(text, span)).collect();
        Resources { negated: element == "NotResource", items, span: value.span }
    }

    fn resource(&mut self, text: &str, span: Span) -> Option<Lexeme> {
        self.variables_in(text, span);
        if text == "*" {
            return Some(words::word(text, span));
        }
        if self.kind == PolicyKind::Resource && text.starts_with(OF_API) {
            return Some(words::word(text, span));
        }
        let parts = parts(text, self.variables);
        let first = parts.first().copied().unwrap_or("");
        let known = first.chars().all(|c| c.is_ascii_alphanumeric() || "-_.*?".contains(c));
        if parts.len() < 2 || first.is_empty() || !known {
            let message = format!("the resource `{}` is neither `*` nor an ARN", excerpt(text));
            let error = Diagnostic::error(codes::RESOURCE, message).at(span);
            self.push(error.help("write all six parts, as in `arn:aws:s3:::my-bucket/*`"));
            return None;
        }
        if parts.len() < 6 && !self.short(text, span) {
            return None;
        }
        if first != "arn" {
            let message = format!("the resource `{}` does not begin with `arn:`", excerpt(text));
            self.push(Diagnostic::warning(codes::ODD_RESOURCE, message).at(span));
        }
        Some(words::word(text, span))
    }

    /// R70: an ARN with fewer than six parts. Whether this kind of document takes it; a lint warns of those it takes.
    fn short(&mut self, text: &str, span: Span) -> bool {
        let refused = match self.kind {
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => None,
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Endpoint if text.contains('*') => None,
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Endpoint => {
                Some("has fewer than six parts and no wildcard")
            }
            PolicyKind::Scp if text.ends_with('*') => None,
            PolicyKind::Scp => Some("has fewer than six parts and does not end with `*`"),
            PolicyKind::Rcp => Some("has fewer than six parts"),
        };
        if let Some(fault) = refused {
            let message = format!("the resource `{}` {fault}", excerpt(text));
            self.push(Diagnostic::error(codes::RESOURCE, message).at(span).help("write all six parts"));
            return false;
        }
        true
    }
}

/// The parts at the colons outside of variables.
fn parts(text: &str, variables: bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut inside = false;
    for (at, c) in text.char_indices() {
        match c {
            '$' if variables && text.get(at..at + 2) == Some("${") => inside = true,
            '}' => inside = false,
            ':' if !inside => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}
