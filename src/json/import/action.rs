//! Action and NotAction (R58, R60–R64, R114).

use super::words;
use super::{Importer, excerpt};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::json::reader::Node;
use crate::source::Span;
use crate::syntax::ast::{Actions, Lexeme};

impl Importer {
    pub(super) fn actions(&mut self, element: &str, value: &Node) -> Actions {
        let texts = self.texts(element, value);
        let items = texts.into_iter().filter_map(|(text, span)| self.action(text, span)).collect();
        Actions { negated: element == "NotAction", items, span: Some(value.span) }
    }

    fn action(&mut self, text: &str, span: Span) -> Option<Lexeme> {
        if text == "*" {
            return Some(words::word(text, span));
        }
        if text == "*:*" {
            let warning = Diagnostic::warning(codes::STAR_STAR, "`*:*` is read as `*`").at(span);
            self.push(warning.help("write `*`"));
            return Some(words::word("*", span));
        }
        let fault = match text.split_once(':') {
            None => Some("has no service before its name, as in `s3:GetObject`"),
            Some(_) if text.contains("${") => Some("holds `${`, and actions have no variables"),
            Some((service, _)) if service.contains(['*', '?']) => Some("has a wildcard in the service"),
            Some(("", _)) => Some("has an empty service"),
            Some(_) => None,
        };
        if let Some(fault) = fault {
            let message = format!("the action `{}` {fault}", excerpt(text));
            self.push(Diagnostic::error(codes::ACTION, message).at(span));
            return None;
        }
        self.warn_if_never(text, span);
        Some(words::word(text, span))
    }

    /// R63.
    fn warn_if_never(&mut self, text: &str, span: Span) {
        let (service, name) = text.split_once(':').unwrap_or((text, ""));
        let plain = |s: &str, more: &str| {
            !s.is_empty() && s.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || more.contains(c))
        };
        if plain(service, "_.") && plain(name, "_.*?") {
            return;
        }
        let message = format!("the action `{}` never matches", excerpt(text));
        let mut warning = Diagnostic::warning(codes::ACTION_NEVER_MATCHES, message).at(span);
        if name.contains(',') {
            warning = warning.help("write one action an item of the list");
        }
        self.push(warning);
    }
}
