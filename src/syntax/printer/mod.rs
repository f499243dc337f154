//! Surface tree → text in the one canonical layout. What this prints parses to the same tree.
//!
//! Knows the grammar's shapes and where they may break; lines and comments are [`super::layout`]'s.

mod condition;
mod items;
mod policy;

use std::borrow::Cow;

use super::ast::*;
use super::layout::{Blank, Comments, Op, Place, render};
use super::parser::parse_with_comments;
use crate::diag::{Diagnostic, has_errors};
use crate::limits::Limits;
use crate::source::{FileId, Span};

/// The file in canonical layout, without comments.
pub fn print(file: &File) -> String {
    render(document(file), None)
}

/// A source text in canonical layout with its comments. `None` when the text has errors: what the parser had to
/// guess at is better left as it is.
pub fn format(file: FileId, text: &str, limits: &Limits) -> (Option<String>, Vec<Diagnostic>) {
    let parsed = parse_with_comments(file, text, limits, true);
    if has_errors(&parsed.diagnostics) {
        return (None, parsed.diagnostics);
    }
    let comments = Comments { source: text, places: &parsed.comments };
    (Some(render(document(&parsed.tree), Some(comments))), parsed.diagnostics)
}

fn document(file: &File) -> Vec<Op<'_>> {
    let mut printer = Printer { ops: Vec::new() };
    printer.file(file);
    printer.ops
}

/// Collects the operations of a document.
struct Printer<'a> {
    ops: Vec<Op<'a>>,
}

/// The place of a span's first byte.
fn start(span: Span) -> Place {
    if span.is_none() { Place::Unknown } else { Place::At(span.start) }
}

/// Somewhere before a span.
fn before(span: Span) -> Place {
    if span.is_none() { Place::Unknown } else { Place::Before(span.start) }
}

/// The place of the bracket that ends a span.
fn last(span: Span) -> Place {
    if span.is_none() { Place::Closer } else { Place::At(span.end.saturating_sub(1)) }
}

impl<'a> Printer<'a> {
    fn op(&mut self, op: Op<'a>) {
        self.ops.push(op);
    }

    /// Words whose place nobody needs.
    fn word(&mut self, text: &'static str) {
        self.op(Op::Text(Cow::Borrowed(text), Place::Unknown));
    }

    fn word_at(&mut self, text: &'static str, place: Place) {
        self.op(Op::Text(Cow::Borrowed(text), place));
    }

    /// A closing bracket inside a line.
    fn closer(&mut self, text: &'static str) {
        self.word_at(text, Place::Closer);
    }

    /// A lexeme as it is spelled.
    fn raw(&mut self, lexeme: &'a Lexeme) {
        self.op(Op::Text(Cow::Borrowed(&lexeme.raw), start(lexeme.span)));
    }

    /// A lexeme where only words may stand.
    fn name(&mut self, lexeme: &'a Lexeme) {
        if lexeme.form != Form::Quoted {
            return self.raw(lexeme);
        }
        let raw = String::from(respell(lexeme, Form::Bare).raw);
        self.op(Op::Text(Cow::Owned(raw), start(lexeme.span)));
    }

    /// A list that goes on in the next line where it gets too long.
    fn list<T>(&mut self, items: &'a [T], mut each: impl FnMut(&mut Self, &'a T)) {
        for (i, item) in items.iter().enumerate() {
            if i == 0 {
                each(self, item);
                continue;
            }
            self.word(",");
            self.op(Op::Open);
            self.op(Op::Line);
            each(self, item);
            self.op(Op::Close);
        }
    }

    fn names(&mut self, items: &'a [Lexeme]) {
        self.list(items, Self::name);
    }

    /// Deeper from the next line on, so that what goes on is told from what follows.
    fn hanging(&mut self, inner: impl FnOnce(&mut Self)) {
        self.op(Op::In);
        self.op(Op::In);
        inner(self);
        self.op(Op::Out);
        self.op(Op::Out);
    }

    /// `{ … }` with each member on its line.
    fn block<T>(&mut self, members: &'a [T], end: Place, mut each: impl FnMut(&mut Self, &'a T)) {
        if members.is_empty() {
            return self.empty_block(end);
        }
        self.word("{");
        self.op(Op::In);
        for (i, member) in members.iter().enumerate() {
            self.op(Op::Hard(if i == 0 { Blank::Never } else { Blank::Keep }));
            each(self, member);
        }
        self.op(Op::Out);
        self.op(Op::Hard(Blank::Never));
        self.word_at("}", end);
    }

    fn empty_block(&mut self, end: Place) {
        for op in [Op::Open, Op::Text("{".into(), Place::Unknown), Op::In, Op::Soft, Op::Out, Op::Soft] {
            self.op(op);
        }
        self.word_at("}", end);
        self.op(Op::Close);
    }

    fn annotations(&mut self, annotations: &'a [Annotation]) {
        for annotation in annotations {
            self.word_at("@", start(annotation.span));
            self.name(&annotation.name);
            if let Some(value) = &annotation.value {
                self.word("(");
                self.raw(value);
                self.closer(")");
            }
            self.op(Op::Hard(Blank::Never));
        }
    }
}

/// The same text in another form. Compile-time parameters stay what they are, and so does a spelling with mistakes.
fn respell(lexeme: &Lexeme, form: Form) -> Lexeme {
    if let Some(text) = lexeme.text() {
        return Lexeme::of(&text, form);
    }
    let (from, to) = match form {
        Form::Quoted => ('`', '"'),
        _ => ('"', '`'),
    };
    let inner = lexeme.raw.strip_prefix(from).and_then(|raw| raw.strip_suffix(from)).unwrap_or(&lexeme.raw);
    let escaped = inner.replace(&format!("\\{to}"), &to.to_string()).replace(to, &format!("\\{to}"));
    Lexeme::read(&format!("{to}{escaped}{to}"), lexeme.span)
}

#[cfg(test)]
mod tests;
