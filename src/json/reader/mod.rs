//! A JSON reader that keeps places. It must not know what the JSON means.
//!
//! Strict RFC 8259, with these decisions: a byte order mark is skipped with a note; the same key twice in one
//! object is an error (R56); numbers keep their text (R57); nesting and size are bounded. Reading is a loop over
//! an explicit stack, so depth costs heap and never stack. After a mistake whose mend is obvious (missing or
//! trailing comma, a comment, a bare word) reading goes on, so that one run finds several; any error means that
//! no tree is returned.

mod parse;
#[cfg(test)]
mod tests;
mod token;

use crate::diag::{Diagnostic, has_errors};
use crate::limits::Limits;
use crate::source::{FileId, Span};

/// A JSON value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where.
    pub span: Span,
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as written.
    Number(Box<str>),
    /// A string without quotes and escapes.
    String(Box<str>),
    /// `[…]`
    Array(Vec<Node>),
    /// `{…}`; the keys are distinct.
    Object(Vec<Member>),
}

/// `"key": value`
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key without quotes and escapes.
    pub key: Box<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of a key, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members()?.iter().find(|m| &*m.key == key).map(|m| &m.value)
    }

    /// The members, if this is an object.
    pub fn members(&self) -> Option<&[Member]> {
        match &self.kind {
            NodeKind::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The items, if this is an array.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, for messages: `a string`, `an object`, ….
    pub fn what(&self) -> &'static str {
        match self.kind {
            NodeKind::Null => "`null`",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::Array(_) => "an array",
            NodeKind::Object(_) => "an object",
        }
    }
}

/// Reads JSON texts that stand one after another, as the pages of an answer do: several make one array. `None` exactly when a
/// diagnostic is an error.
pub fn read_pages(file: FileId, text: &str, limits: &Limits) -> (Option<Node>, Vec<Diagnostic>) {
    let (node, diagnostics) = parse::Reader::new(file, text, limits).in_pages().run();
    let node = node.filter(|_| !has_errors(&diagnostics));
    (node, diagnostics)
}

/// Reads one JSON text. `None` exactly when a diagnostic is an error.
pub fn read(file: FileId, text: &str, limits: &Limits) -> (Option<Node>, Vec<Diagnostic>) {
    let (node, diagnostics) = parse::Reader::new(file, text, limits).run();
    let node = node.filter(|_| !has_errors(&diagnostics));
    (node, diagnostics)
}
