//! Documents inside an account dump: objects, JSON text, or URL-encoded JSON text (the AWS command line
//! decodes them, the API does not). Places inside a text can't be shown, so all of them become the text's place.

use super::super::reader::{self, Node, NodeKind};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::limits::Limits;
use crate::source::Span;
use std::borrow::Cow;

/// The document as a node. Borrowed if it is an object already.
pub(super) fn document<'n>(node: &'n Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Cow<'n, Node>> {
    let text = match &node.kind {
        NodeKind::Object(_) => return Some(Cow::Borrowed(node)),
        NodeKind::String(text) => text,
        _ => {
            let message = format!("a policy document is an object or a string, found {}", node.what());
            diagnostics.push(Diagnostic::error(codes::EMBEDDED, message).at(node.span));
            return None;
        }
    };
    let decoded = if text.trim_start().starts_with('{') { Some(text.to_string()) } else { decode(text) };
    let Some(decoded) = decoded else {
        let error = Diagnostic::error(codes::EMBEDDED, "the embedded document is not URL-encoded UTF-8");
        diagnostics.push(error.at(node.span));
        return None;
    };
    let (inner, found) = reader::read(node.span.file, &decoded, &Limits::default());
    diagnostics.extend(found.into_iter().map(|d| relocate(d, node.span)));
    let mut inner = inner?;
    move_to(&mut inner, node.span);
    Some(Cow::Owned(inner))
}

/// A finding about the embedded text, at the place of the string that holds it.
fn relocate(mut diagnostic: Diagnostic, span: Span) -> Diagnostic {
    if let Some(primary) = &mut diagnostic.primary {
        diagnostic.notes.push(format!("at byte {} of the decoded document", primary.span.start));
        primary.span = span;
    }
    diagnostic.secondary.clear();
    diagnostic.fix = None;
    diagnostic
}

fn move_to(node: &mut Node, span: Span) {
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        node.span = span;
        match &mut node.kind {
            NodeKind::Array(items) => todo.extend(items.iter_mut()),
            NodeKind::Object(members) => {
                for member in members.iter_mut() {
                    member.key_span = span;
                    todo.push(&mut member.value);
                }
            }
            NodeKind::Null | NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::String(_) => {}
        }
    }
}

/// RFC 3986 percent-encoding; `+` is itself.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (pair, after) = rest.split_at_checked(2)?;
        let hex = std::str::from_utf8(pair).ok().filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(hex, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}
