//! The loop of the reader: one state, one token, an explicit stack of open arrays and objects.

use super::token::Token;
use super::{Member, Node, NodeKind};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::json::{excerpt, unescape::unescape};
use crate::limits::Limits;
use crate::source::{FileId, Span};
use hashbrown::HashMap;
use logos::Logos;

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// The document, an item after a comma, or the value of a key.
    Value,
    /// After `[`.
    ValueOrClose,
    /// After `{`.
    KeyOrClose,
    /// After a comma in an object.
    Key,
    /// After a key.
    Colon,
    /// After a value in an array or object.
    CommaOrClose,
    /// After the document.
    End,
}

enum Frame {
    Array { open: Span, items: Vec<Node> },
    Object { open: Span, members: Vec<Member>, key: Option<(Box<str>, Span)> },
}

/// Reading has to stop; the diagnostic is there.
struct Stop;

pub(super) struct Reader<'a> {
    file: FileId,
    text: &'a str,
    limits: &'a Limits,
    stack: Vec<Frame>,
    expect: Expect,
    last_comma: Span,
    /// Whether other documents may follow, as pages that were printed one after another do.
    in_pages: bool,
    /// The documents before the last one.
    pages: Vec<Node>,
    document: Option<Node>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub fn new(file: FileId, text: &'a str, limits: &'a Limits) -> Self {
        Reader {
            file,
            text,
            limits,
            stack: Vec::new(),
            expect: Expect::Value,
            last_comma: Span::NONE,
            in_pages: false,
            pages: Vec::new(),
            document: None,
            diagnostics: Vec::new(),
        }
    }

    /// Several documents, one after another, become one array.
    pub fn in_pages(self) -> Self {
        Reader { in_pages: true, ..self }
    }

    pub fn run(mut self) -> (Option<Node>, Vec<Diagnostic>) {
        let most = self.limits.file_bytes.min(u32::MAX as usize - 1);
        if self.text.len() > most {
            let message = format!("the file has {} bytes, the limit is {most}", self.text.len());
            self.report(Diagnostic::error(codes::TOO_LARGE, message).at(self.span(0, 0)));
            return (None, self.diagnostics);
        }
        let start = self.skip_byte_order_mark();
        if self.tokens(start).is_ok() {
            self.finish();
        }
        let document = match (self.document, self.pages.first()) {
            (Some(last), Some(first)) => {
                let span = first.span.to(last.span);
                self.pages.push(last);
                Some(Node { kind: NodeKind::Array(self.pages), span })
            }
            (document, _) => document,
        };
        (document, self.diagnostics)
    }

    fn skip_byte_order_mark(&mut self) -> usize {
        if !self.text.starts_with('\u{feff}') {
            return 0;
        }
        let note =
            Diagnostic::new(crate::diag::Severity::Note, codes::BYTE_ORDER_MARK, "byte order mark skipped");
        self.report(note.at(self.span(0, 3)));
        3
    }

    fn tokens(&mut self, start: usize) -> Result<(), Stop> {
        let mut lexer = Token::lexer(self.text.get(start..).unwrap_or(""));
        while let Some(token) = lexer.next() {
            let span = self.span(start + lexer.span().start, start + lexer.span().end);
            match token {
                Ok(Token::Comment) => {
                    self.error(codes::SYNTAX, "JSON has no comments", span)?;
                    if lexer.slice() == "/*" {
                        lexer.bump(lexer.remainder().find("*/").map_or(lexer.remainder().len(), |i| i + 2));
                    }
                }
                Ok(token) => self.token(token, span)?,
                Err(()) => {
                    let message = format!("unexpected character `{}`", lexer.slice().escape_debug());
                    self.error(codes::SYNTAX, message, span)?;
                }
            }
        }
        Ok(())
    }

    /// One step: the only place that knows which token may follow which.
    fn token(&mut self, token: Token, span: Span) -> Result<(), Stop> {
        match (self.expect, token) {
            (Expect::CommaOrClose, Token::Comma) => {
                self.last_comma = span;
                self.expect = self.after_comma();
                Ok(())
            }
            (Expect::CommaOrClose, t) if t.begins_value() => {
                let before = self.span(span.start as usize, span.start as usize);
                self.error(codes::SYNTAX, "expected `,` or a closing bracket before this", before.to(span))?;
                self.expect = self.after_comma();
                self.token(token, span)
            }
            (Expect::Key | Expect::Value, Token::CloseArray | Token::CloseObject) if self.closes(token) => {
                if self.waits_for_value() {
                    return self.wrong("a value", span);
                }
                self.error(codes::SYNTAX, "trailing comma", self.last_comma)?;
                self.close(span)
            }
            (
                Expect::CommaOrClose | Expect::ValueOrClose | Expect::KeyOrClose,
                Token::CloseArray | Token::CloseObject,
            ) if self.closes(token) => self.close(span),
            (Expect::Key | Expect::KeyOrClose, _) => self.key(token, span),
            (Expect::Colon, Token::Colon) => {
                self.expect = Expect::Value;
                Ok(())
            }
            (Expect::Colon, t) if t.begins_value() => {
                self.error(codes::SYNTAX, "expected `:` between key and value", span)?;
                self.expect = Expect::Value;
                self.token(token, span)
            }
            (Expect::Value | Expect::ValueOrClose, _) => self.value(token, span),
            (Expect::End, Token::OpenObject | Token::OpenArray) if self.in_pages => {
                self.pages.extend(self.document.take());
                self.value(token, span)
            }
            (Expect::End, _) => self.wrong("the end of the file after the document", span),
            (Expect::Colon, _) => self.wrong("`:`", span),
            (Expect::CommaOrClose, _) => self.wrong(self.comma_or_close(), span),
        }
    }

    fn key(&mut self, token: Token, span: Span) -> Result<(), Stop> {
        let key = match token {
            Token::String | Token::Unclosed => self.string(token, span)?,
            Token::Word | Token::True | Token::False | Token::Null | Token::Number => {
                self.error(codes::SYNTAX, "a key must be a string in double quotes", span)?;
                self.slice(span).into()
            }
            _ => return self.wrong("a key in double quotes", span),
        };
        if let Some(Frame::Object { key: slot, .. }) = self.stack.last_mut() {
            *slot = Some((key, span));
        }
        self.expect = Expect::Colon;
        Ok(())
    }

    fn value(&mut self, token: Token, span: Span) -> Result<(), Stop> {
        let kind = match token {
            Token::OpenArray => return self.open(Frame::Array { open: span, items: Vec::new() }, span),
            Token::OpenObject => {
                return self.open(Frame::Object { open: span, members: Vec::new(), key: None }, span);
            }
            Token::True => NodeKind::Bool(true),
            Token::False => NodeKind::Bool(false),
            Token::Null => NodeKind::Null,
            Token::Number => NodeKind::Number(self.slice(span).into()),
            Token::String | Token::Unclosed => NodeKind::String(self.string(token, span)?),
            Token::Word => {
                let message = format!("`{}` is not a JSON value", excerpt(self.slice(span)));
                self.error(codes::SYNTAX, message, span)?;
                NodeKind::Null
            }
            _ => return self.wrong("a value", span),
        };
        self.put(Node { kind, span });
        Ok(())
    }

    fn string(&mut self, token: Token, span: Span) -> Result<Box<str>, Stop> {
        if token == Token::Unclosed {
            self.error(codes::SYNTAX, "the string is not closed on its line", span)?;
        }
        let (text, faults) = unescape(self.slice(span));
        for fault in faults {
            let start = span.start as usize;
            let place = self.span(start + fault.start, start + fault.end);
            self.error(codes::STRING, fault.message, place)?;
        }
        Ok(text.into())
    }

    fn open(&mut self, frame: Frame, span: Span) -> Result<(), Stop> {
        if self.stack.len() >= self.limits.nesting {
            let message = format!("nested deeper than {} levels", self.limits.nesting);
            self.report(Diagnostic::error(codes::NESTING, message).at(span));
            return Err(Stop);
        }
        self.expect = match frame {
            Frame::Array { .. } => Expect::ValueOrClose,
            Frame::Object { .. } => Expect::KeyOrClose,
        };
        self.stack.push(frame);
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Stop> {
        match self.stack.pop() {
            Some(Frame::Array { open, items }) => {
                self.put(Node { kind: NodeKind::Array(items), span: open.to(span) });
            }
            Some(Frame::Object { open, members, .. }) => {
                self.duplicates(&members)?;
                self.put(Node { kind: NodeKind::Object(members), span: open.to(span) });
            }
            None => return Err(Stop),
        }
        Ok(())
    }

    /// A complete value goes into the innermost open bracket.
    fn put(&mut self, node: Node) {
        self.expect = Expect::CommaOrClose;
        match self.stack.last_mut() {
            None => {
                self.document = Some(node);
                self.expect = Expect::End;
            }
            Some(Frame::Array { items, .. }) => items.push(node),
            Some(Frame::Object { members, key, .. }) => {
                if let Some((key, key_span)) = key.take() {
                    members.push(Member { key, key_span, value: node });
                }
            }
        }
    }

    /// R56: the same key twice is an error; readers disagree on which of the values counts.
    fn duplicates(&mut self, members: &[Member]) -> Result<(), Stop> {
        let mut seen: HashMap<&str, Span> = HashMap::with_capacity(members.len());
        for member in members {
            match seen.get(&*member.key) {
                None => {
                    seen.insert(&member.key, member.key_span);
                }
                Some(first) => {
                    let message = format!("the key `{}` stands twice in one object", excerpt(&member.key));
                    let error = Diagnostic::error(codes::DUPLICATE_KEY, message)
                        .at_with(member.key_span, "again here")
                        .and_at(*first, "first here")
                        .help("merge the two values or delete one of them");
                    self.push(error)?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) {
        let end = self.span(self.text.len(), self.text.len());
        match self.stack.last() {
            Some(Frame::Array { open, .. } | Frame::Object { open, .. }) => {
                let error = Diagnostic::error(codes::SYNTAX, "the bracket is never closed").at(*open);
                self.report(error.and_at(end, "the file ends here"));
            }
            None if self.document.is_none() => {
                self.report(Diagnostic::error(codes::SYNTAX, "the file holds no JSON value").at(end));
            }
            None => {}
        }
    }

    fn after_comma(&self) -> Expect {
        match self.stack.last() {
            Some(Frame::Object { .. }) => Expect::Key,
            _ => Expect::Value,
        }
    }

    fn closes(&self, token: Token) -> bool {
        matches!(
            (self.stack.last(), token),
            (Some(Frame::Array { .. }), Token::CloseArray) | (Some(Frame::Object { .. }), Token::CloseObject)
        )
    }

    fn waits_for_value(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Object { key: Some(_), .. }))
    }

    fn comma_or_close(&self) -> &'static str {
        match self.stack.last() {
            Some(Frame::Object { .. }) => "`,` or `}`",
            _ => "`,` or `]`",
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn wrong(&mut self, expected: &str, span: Span) -> Result<(), Stop> {
        let message = format!("expected {expected}, found `{}`", excerpt(self.slice(span)));
        self.report(Diagnostic::error(codes::SYNTAX, message).at(span));
        Err(Stop)
    }

    fn error(&mut self, code: crate::diag::Code, message: impl Into<String>, span: Span) -> Result<(), Stop> {
        self.push(Diagnostic::error(code, message).at(span))
    }

    /// Reports and goes on, unless there are too many.
    fn push(&mut self, diagnostic: Diagnostic) -> Result<(), Stop> {
        self.report(diagnostic);
        if self.diagnostics.len() >= self.limits.diagnostics.max(1) { Err(Stop) } else { Ok(()) }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
