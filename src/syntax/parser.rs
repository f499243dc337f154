//! Tokens → surface tree. Parsing never fails: it returns a tree and what is wrong with the file.
//!
//! Knows how nodes are built and how a syntax error is told; nothing of what names mean.

use std::cell::Cell;
use std::convert::Infallible;
use std::net::IpAddr;

use lalrpop_util::{ErrorRecovery, ParseError, lalrpop_mod};

use super::ast::*;
use super::expected;
use super::lexer::{Lexer, Problems, check_characters};
use super::token::Token;
use crate::diag::codes::syntax as codes;
use crate::diag::{Diagnostic, has_errors};
use crate::limits::Limits;
use crate::source::{FileId, Span};

lalrpop_mod!(
    #[allow(
        clippy::all,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        missing_docs,
        unused,
        unreachable_pub
    )]
    grammar,
    "/policy.rs"
);

type Failure = ParseError<u32, Token, Infallible>;

/// What grammar actions need.
pub(crate) struct Context<'c> {
    file: FileId,
    text: &'c str,
    problems: &'c Problems,
    /// Where the last syntax error was: on the rest of its line others are mostly consequences.
    last: Cell<Option<u32>>,
}

impl Context<'_> {
    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        // An empty production begins where the next token does, which is after where it ends.
        Span { file: self.file, start: start.min(end), end }
    }

    pub(crate) fn lexeme(&self, start: u32, end: u32) -> Lexeme {
        Lexeme::read(self.text.get(start as usize..end as usize).unwrap_or(""), self.span(start, end))
    }

    /// Reports what recovery went over.
    pub(crate) fn error(&self, recovery: ErrorRecovery<u32, Token, Infallible>) {
        self.failure(recovery.error);
        for (start, token, end) in recovery.dropped_tokens {
            if self.last.get().is_some_and(|last| last >= start) {
                continue;
            }
            if let Some(diagnostic) = expected::skipped(self.text, self.span(start, end), token) {
                self.last.set(Some(start));
                self.problems.push(diagnostic);
            }
        }
    }

    fn failure(&self, failure: Failure) {
        let (start, end, found, expected) = match failure {
            ParseError::UnrecognizedToken { token: (start, token, end), expected } => {
                (start, end, Some(token), expected)
            }
            ParseError::ExtraToken { token: (start, token, end) } => (start, end, Some(token), Vec::new()),
            ParseError::UnrecognizedEof { location, expected } => (location, location, None, expected),
            ParseError::InvalidToken { location } => (location, location, None, Vec::new()),
            ParseError::User { error } => match error {},
        };
        if found.is_none() && self.problems.is_cut() {
            return; // the lexer stopped early and said why
        }
        let between =
            self.last.replace(Some(start)).and_then(|last| self.text.get(last as usize..start as usize));
        if between.is_some_and(|text| !text.contains('\n')) {
            return;
        }
        let span = self.span(start, end);
        self.problems.push(expected::diagnostic(self.text, span, found, &expected));
    }
}

/// Parses a file. The tree holds `Error` nodes where recovery skipped something, each with a diagnostic; a file with
/// any error has such an item.
pub fn parse(file: FileId, text: &str, limits: &Limits) -> (File, Vec<Diagnostic>) {
    let parsed = parse_with_comments(file, text, limits, false);
    (parsed.tree, parsed.diagnostics)
}

/// A parsed file and the places of its comments.
pub(crate) struct Parsed {
    pub(crate) tree: File,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) comments: Vec<(u32, u32)>,
}

/// Parses a file and keeps the places of its comments.
pub(crate) fn parse_with_comments(file: FileId, text: &str, limits: &Limits, comments: bool) -> Parsed {
    let most = limits.file_bytes.min(u32::MAX as usize - 1);
    if text.len() > most {
        let message = format!("this file has {} bytes, and {most} is the limit", text.len());
        let diagnostic = Diagnostic::error(codes::FILE_SIZE, message)
            .at(Span::new(file, 0, 0))
            .help("split it and join the parts with `import`");
        let tree = File { items: vec![bad_item(Span::new(file, 0, 0))] };
        return Parsed { tree, diagnostics: vec![diagnostic], comments: Vec::new() };
    }
    let (parsed, unclosed) = attempt(file, text, limits, comments, false);
    if !unclosed {
        return parsed;
    }
    // Something is left open: perhaps its brace is missing before an item that begins in the first column.
    let (guessed, _) = attempt(file, text, limits, comments, true);
    if guessed.diagnostics.len() <= parsed.diagnostics.len() { guessed } else { parsed }
}

fn attempt(file: FileId, text: &str, limits: &Limits, comments: bool, guess: bool) -> (Parsed, bool) {
    let problems = Problems::new(limits);
    check_characters(file, text, &problems);
    let context = Context { file, text, problems: &problems, last: Cell::new(None) };
    let mut lexer = Lexer::new(file, text, limits, &problems);
    if guess {
        lexer = lexer.guessing();
    }
    lexer.comments = comments.then(Vec::new);
    let mut tree = match grammar::FileParser::new().parse(&context, &mut lexer) {
        Ok(tree) => tree,
        Err(failure) => {
            context.failure(failure);
            File { items: vec![bad_item(context.span(0, text.len() as u32))] }
        }
    };
    let (comments, unclosed) = (lexer.comments.take().unwrap_or_default(), lexer.unclosed);
    drop(lexer);
    let end = context.span(text.len() as u32, text.len() as u32);
    let diagnostics = problems.finish();
    // What the lexer mended and what lies in a policy that nobody uses must stop the compilation too.
    if has_errors(&diagnostics) && !tree.items.iter().any(|i| matches!(i.kind, ItemKind::Error)) {
        tree.items.push(bad_item(end));
    }
    (Parsed { tree, diagnostics, comments }, unclosed)
}

// ---------------------------------------------------------------- nodes that take more than their parts

/// `@name("text")`
pub(crate) fn annotation((name, value): (Lexeme, Option<Lexeme>), span: Span) -> Annotation {
    Annotation { name, value, span }
}

/// What stands for an item that recovery skipped. Nothing is built of a file that holds one.
fn bad_item(span: Span) -> Item {
    Item { annotations: Vec::new(), kind: ItemKind::Error, span }
}

/// What stands for a statement that recovery skipped.
pub(crate) fn bad_statement(span: Span) -> Statement {
    Statement {
        annotations: Vec::new(),
        sid: None,
        effect: None,
        principals: None,
        actions: Actions::default(),
        resources: None,
        clauses: Vec::new(),
        span,
    }
}

/// `first op rest…` as one n-ary node's operands.
pub(crate) fn chain(first: Expr, rest: Vec<Expr>) -> Vec<Expr> {
    let mut all = Vec::with_capacity(rest.len() + 1);
    all.push(first);
    all.extend(rest);
    all
}

/// `key or missing`: the short form of `key == true or missing`.
pub(crate) fn bool_or_missing(key: Lexeme) -> Comparison {
    let literal = Literal { ty: LiteralType::Bool, lexeme: Lexeme::of("true", Form::Bare).at(key.span) };
    Comparison {
        quantifier: None,
        key,
        op: CompareOp::Eq,
        ignoring_case: false,
        or_missing: true,
        values: vec![literal],
        list: false,
    }
}

/// A literal without quotes: its form tells its type.
pub(crate) fn bare_literal(lexeme: Lexeme) -> Literal {
    Literal { ty: literal_type(&lexeme), lexeme }
}

/// The type that an unquoted literal has by its form.
pub(crate) fn literal_type(lexeme: &Lexeme) -> LiteralType {
    let raw = &*lexeme.raw;
    match lexeme.form {
        Form::Quoted => LiteralType::String,
        Form::Backtick => LiteralType::Name,
        Form::Bare if matches!(raw, "true" | "false") => LiteralType::Bool,
        Form::Bare if raw.starts_with("arn:") => LiteralType::Arn,
        Form::Bare if is_number(raw) => LiteralType::Number,
        Form::Bare if is_date(raw) => LiteralType::Date,
        Form::Bare if is_network(raw) => LiteralType::Ip,
        Form::Bare => LiteralType::Name,
    }
}

/// `10`, `-1.5`
fn is_number(raw: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = raw.strip_prefix('-').unwrap_or(raw);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

/// `2024-01-01`, with or without `T…`; whether such a day exists is not asked here.
fn is_date(raw: &str) -> bool {
    let shape = b"dddd-dd-dd";
    let bytes = raw.as_bytes();
    bytes.len() >= shape.len()
        && bytes.iter().zip(shape).all(|(b, s)| if *s == b'd' { b.is_ascii_digit() } else { b == s })
        && bytes.get(shape.len()).is_none_or(|b| *b == b'T')
}

/// `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`
fn is_network(raw: &str) -> bool {
    let (address, prefix) = raw.split_once('/').map_or((raw, None), |(a, p)| (a, Some(p)));
    address.parse::<IpAddr>().is_ok()
        && prefix.is_none_or(|p| !p.is_empty() && p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
