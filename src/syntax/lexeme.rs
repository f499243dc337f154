//! Lexemes: words and strings exactly as they are written, and the two functions between spelling and text.
//!
//! Knows how a piece of text is spelled; not what it names.

use logos::Logos;

use super::token::Token;
use crate::source::{Span, is_hidden};

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

/// A piece of a lexeme with its spelling taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it is meant; IAM variables `${…}` are still in it.
    Text(String),
    /// `$(name)`: a compile-time parameter and where it stands.
    Param(String, Span),
}

/// What is wrong inside a lexeme, and where. The parser reports these, so later stages need not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexemeError {
    /// Which mistake.
    pub kind: LexemeErrorKind,
    /// The bytes at fault.
    pub span: Span,
}

/// The mistakes a spelling can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexemeErrorKind {
    /// A backslash before something that is no escape.
    Escape,
    /// `$(` that is not followed by a name and `)`.
    Parameter,
}

impl Lexeme {
    /// Spells a text. `form` is the wish: a text that is no bare word, or that is a keyword, becomes a backtick form.
    pub fn of(text: &str, form: Form) -> Lexeme {
        let (raw, form) = match form {
            Form::Bare if is_bare(text) => (text.to_owned(), Form::Bare),
            Form::Bare | Form::Backtick => (delimit(text, '`'), Form::Backtick),
            Form::Quoted => (delimit(text, '"'), Form::Quoted),
        };
        Lexeme { raw: raw.into_boxed_str(), form, span: Span::NONE }
    }

    /// Puts it at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Lexeme {
        self.span = span;
        self
    }

    /// The lexeme that a slice of a file spells; its first character tells the form.
    pub(crate) fn read(raw: &str, span: Span) -> Lexeme {
        let form = match raw.as_bytes().first() {
            Some(b'"') => Form::Quoted,
            Some(b'`') => Form::Backtick,
            _ => Form::Bare,
        };
        Lexeme { raw: raw.into(), form, span }
    }

    /// The text with its spelling taken off, cut at compile-time parameters.
    pub fn parts(&self) -> Result<Vec<Part>, LexemeError> {
        Reader { lexeme: self, inner: self.inner(), at: 0, text: String::new(), parts: Vec::new() }.read()
    }

    /// The whole text; `None` when it holds compile-time parameters or a mistake.
    pub fn text(&self) -> Option<String> {
        if !self.raw.contains(['\\', '$']) {
            return Some(self.inner().to_owned());
        }
        let parts = self.parts().ok()?;
        let mut all = String::new();
        for part in parts {
            match part {
                Part::Text(text) => all.push_str(&text),
                Part::Param(..) => return None,
            }
        }
        Some(all)
    }

    /// The spelling without delimiters. The closing one is absent from forms the lexer found unclosed.
    fn inner(&self) -> &str {
        let close = match self.form {
            Form::Bare => return &self.raw,
            Form::Quoted => '"',
            Form::Backtick => '`',
        };
        let inner = self.raw.strip_prefix(close).unwrap_or(&self.raw);
        inner.strip_suffix(close).unwrap_or(inner)
    }
}

/// Takes the spelling off one lexeme.
struct Reader<'l> {
    lexeme: &'l Lexeme,
    inner: &'l str,
    at: usize,
    text: String,
    parts: Vec<Part>,
}

impl Reader<'_> {
    fn read(mut self) -> Result<Vec<Part>, LexemeError> {
        let escapes = self.lexeme.form != Form::Bare;
        while let Some(rest) = self.inner.get(self.at..).filter(|r| !r.is_empty()) {
            let stop = rest.find(['\\', '$']).unwrap_or(rest.len());
            let (plain, special) = rest.split_at(stop);
            self.text.push_str(plain);
            self.at += stop;
            if special.starts_with('\\') && escapes {
                self.escape(special)?;
            } else if special.starts_with("$(") {
                self.parameter(special)?;
            } else if let Some(c) = special.chars().next() {
                self.text.push(c);
                self.at += c.len_utf8();
            }
        }
        if !self.text.is_empty() || self.parts.is_empty() {
            self.parts.push(Part::Text(self.text));
        }
        Ok(self.parts)
    }

    fn escape(&mut self, rest: &str) -> Result<(), LexemeError> {
        let (c, length) = match rest.chars().nth(1) {
            Some(c @ ('"' | '\\' | '`' | '$')) => (c, 2),
            Some('n') => ('\n', 2),
            Some('t') => ('\t', 2),
            Some('r') => ('\r', 2),
            Some('u') => unicode(rest).ok_or_else(|| {
                self.error(LexemeErrorKind::Escape, rest.find('}').map_or(2, |end| end + 1))
            })?,
            other => {
                return Err(self.error(LexemeErrorKind::Escape, 1 + other.map_or(0, char::len_utf8)));
            }
        };
        self.text.push(c);
        self.at += length;
        Ok(())
    }

    fn parameter(&mut self, rest: &str) -> Result<(), LexemeError> {
        let end = rest.find(')').ok_or_else(|| self.error(LexemeErrorKind::Parameter, 2))?;
        let name = rest.get(2..end).unwrap_or("");
        if !is_parameter(name) {
            return Err(self.error(LexemeErrorKind::Parameter, end + 1));
        }
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
        self.parts.push(Part::Param(name.to_owned(), self.span(end + 1)));
        self.at += end + 1;
        Ok(())
    }

    fn error(&self, kind: LexemeErrorKind, length: usize) -> LexemeError {
        LexemeError { kind, span: self.span(length) }
    }

    /// The next `length` bytes as a place in the file.
    fn span(&self, length: usize) -> Span {
        let whole = self.lexeme.span;
        if whole.is_none() {
            return whole;
        }
        let start = whole.start as usize + usize::from(self.lexeme.form != Form::Bare) + self.at;
        Span::new(whole.file, start, start + length)
    }
}

/// The character of `\u{…}` at the beginning of `rest`, and its length in bytes.
fn unicode(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix("\\u{")?;
    let end = digits.find('}').filter(|end| (1..=6).contains(end))?;
    let digits = digits.get(..end)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, end + 4))
}

/// Whether this is how a parameter may be called.
fn is_parameter(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether a text can be written as it is, wherever a word may stand.
fn is_bare(text: &str) -> bool {
    if text.ends_with([':', '$']) || text.contains("$(") || text.contains(|c| c == '\t' || is_hidden(c)) {
        return false;
    }
    let mut lexer = Token::lexer(text);
    let Some(Ok(token)) = lexer.next() else { return false };
    let word = token == Token::Word || token.is_keyword();
    word && lexer.span() == (0..text.len()) && !token.needs_backticks(text)
}

/// How far a text is a name without backticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    /// Wherever a name may stand.
    Plain,
    /// But for where principals begin.
    Principal,
    /// Nowhere: it is reserved.
    Keyword,
    /// Nowhere: it is no word.
    Text,
}

/// How far a text is a name without backticks.
pub(crate) fn rank(text: &str) -> Rank {
    let mut lexer = Token::lexer(text);
    match lexer.next() {
        Some(Ok(token))
            if lexer.span() == (0..text.len()) && (token == Token::Word || token.is_keyword()) =>
        {
            match token as u8 {
                t if token == Token::Word || t >= Token::Import as u8 => Rank::Plain,
                t if t >= Token::Anyone as u8 => Rank::Principal,
                _ => Rank::Keyword,
            }
        }
        _ => Rank::Text,
    }
}

/// The text between two delimiters, with escapes.
fn delimit(text: &str, delimiter: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(delimiter);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            '$' if chars.peek() == Some(&'(') => out.push_str("\\$"),
            c if c == delimiter => {
                out.push('\\');
                out.push(c);
            }
            c if is_hidden(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.push(delimiter);
    out
}

#[cfg(test)]
mod tests;
