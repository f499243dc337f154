//! Lexemes: words and strings exactly as they are written, and the two functions between spelling and text.

use crate::source::Span;

/// How a lexeme is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// `s3:GetObject`, `arn:aws:s3:::b/${aws:username}/*`, `10.0.0.0/8`, `Analyst`
    Bare,
    /// `"text"`
    Quoted,
    /// `` `any text` `` where a bare word is wanted but its characters would not lex as one.
    Backtick,
}

/// A piece of source text. Two lexemes are equal when they are spelled alike, wherever they stand.
#[derive(Clone, Debug, Eq)]
pub struct Lexeme {
    /// The spelling, delimiters included.
    pub raw: Box<str>,
    /// The form of `raw`.
    pub form: Form,
    /// Where.
    pub span: Span,
}

impl PartialEq for Lexeme {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
