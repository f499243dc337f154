//! Source text → tokens for the parser: drops comments, joins pairs of words, watches nesting, closes what the file
//! leaves open. What it can't use it reports and skips, so the parser never sees a lexical error.
//!
//! Knows tokens, not grammar.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;

use logos::Logos;

use super::lexeme::{Lexeme, LexemeErrorKind};
use super::token::Token;
use crate::diag::codes::syntax as codes;
use crate::diag::{Code, Diagnostic};
use crate::limits::Limits;
use crate::source::{FileId, Span, is_directional, is_hidden};

/// A token and its bytes.
pub(crate) type Spanned = (u32, Token, u32);

/// Where lexer and parser put what they find; it stops both when there is too much of it.
pub(crate) struct Problems {
    list: RefCell<Vec<Diagnostic>>,
    most: usize,
    /// The lexer gave up here: what the parser says about the end of the file is a consequence.
    cut: Cell<bool>,
}

impl Problems {
    pub(crate) fn new(limits: &Limits) -> Self {
        Problems { list: RefCell::new(Vec::new()), most: limits.diagnostics.max(1), cut: Cell::new(false) }
    }

    pub(crate) fn push(&self, diagnostic: Diagnostic) {
        let mut list = self.list.borrow_mut();
        if list.len() < self.most {
            list.push(diagnostic);
        } else {
            self.cut.set(true);
        }
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.cut.get()
    }

    /// Everything found, in source order.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        let mut list = self.list.into_inner();
        list.sort_by_key(|d| d.primary.as_ref().map_or(0, |l| l.span.start));
        list
    }
}

/// A bracket that is still open.
struct Open {
    token: Token,
    start: u32,
    /// `not`s directly before it.
    nots: usize,
}

/// The parser's view of a file.
pub(crate) struct Lexer<'s> {
    raw: logos::Lexer<'s, Token>,
    text: &'s str,
    file: FileId,
    problems: &'s Problems,
    nesting: usize,
    /// A token that was read to see whether it joins the one before.
    ahead: Option<Spanned>,
    open: Vec<Open>,
    /// Braces among them.
    braces: usize,
    /// `not`s before the next operand, and those before all open brackets.
    nots: usize,
    outer_nots: usize,
    /// Close everything where an item begins in the first column (tried when the file leaves something open).
    guess: bool,
    /// The token before.
    before: Option<Token>,
    /// Closing braces to hand out before going on, and the token to go on with.
    closers: usize,
    after_closers: Option<Spanned>,
    /// Comments met so far, when someone wants them.
    pub(crate) comments: Option<Vec<(u32, u32)>>,
    /// Whether the end of the file found something open.
    pub(crate) unclosed: bool,
    /// Blocks whose `}` stands further left than the line they begin in: it was meant for a block around them.
    suspects: Vec<u32>,
    /// `}` that unclosed texts hold.
    swallowed: usize,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(file: FileId, text: &'s str, limits: &Limits, problems: &'s Problems) -> Self {
        let mut raw = Token::lexer(text);
        if text.starts_with('\u{FEFF}') {
            raw.bump(3);
        }
        Lexer {
            raw,
            text,
            file,
            problems,
            nesting: limits.nesting,
            ahead: None,
            open: Vec::new(),
            braces: 0,
            nots: 0,
            outer_nots: 0,
            guess: false,
            before: None,
            closers: 0,
            after_closers: None,
            comments: None,
            unclosed: false,
            suspects: Vec::new(),
            swallowed: 0,
        }
    }

    /// The same, but an item in the first column closes everything before it.
    pub(crate) fn guessing(mut self) -> Self {
        self.guess = true;
        self
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span { file: self.file, start, end }
    }

    fn slice(&self, start: u32, end: u32) -> &'s str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// The next token, comments dropped, labels recognised; pairs are still apart.
    fn single(&mut self) -> Option<Spanned> {
        if let Some(token) = self.ahead.take() {
            return Some(token);
        }
        loop {
            let next = self.raw.next()?;
            let range = self.raw.span();
            let (start, end) = (range.start as u32, range.end as u32);
            match next {
                Ok(Token::Comment) => {
                    if let Some(comments) = &mut self.comments {
                        comments.push((start, end));
                    }
                }
                Ok(token @ (Token::Word | Token::Quoted | Token::Backtick | Token::Unclosed)) => {
                    return Some(self.text_token(token, start, end));
                }
                Ok(token) => return Some((start, token, end)),
                Err(()) => self.unusable(start, end),
            }
            if self.problems.is_cut() {
                return None;
            }
        }
    }

    /// A word or string: label or not, and are its escapes right?
    fn text_token(&mut self, token: Token, start: u32, end: u32) -> Spanned {
        let raw = self.slice(start, end);
        match token {
            Token::Word => {
                if raw.contains('$') {
                    return self.word_with_variables(raw, start, end);
                }
                if raw.len() > 1 && raw.ends_with(':') && self.space_at(end) {
                    return (start, Token::Label, end - 1);
                }
                (start, Token::Word, end)
            }
            Token::Unclosed => {
                let what = if raw.starts_with('"') { "string" } else { "backtick name" };
                self.report(
                    codes::UNCLOSED_TEXT,
                    start,
                    end,
                    format!("this {what} is not closed on its line"),
                );
                self.swallowed += raw.matches('}').count();
                (start, if raw.starts_with('"') { Token::Quoted } else { Token::Backtick }, end)
            }
            _ => {
                self.check_spelling(raw, start, end);
                if self.slice(end, end + 1) == ":" && self.space_at(end + 1) {
                    self.raw.bump(1);
                    return (start, Token::Label, end);
                }
                (start, token, end)
            }
        }
    }

    /// Whether white space or the end of the file follows.
    fn space_at(&self, at: u32) -> bool {
        self.text.as_bytes().get(at as usize).is_none_or(u8::is_ascii_whitespace)
    }

    /// A word that holds `$`: what is left open takes the rest of the word with it.
    fn word_with_variables(&mut self, raw: &'s str, start: u32, end: u32) -> Spanned {
        if !(raw.ends_with('$') && matches!(self.slice(end, end + 1), "{" | "(")) {
            self.check_spelling(raw, start, end);
            if raw.ends_with(':') && self.space_at(end) {
                return (start, Token::Label, end - 1);
            }
            return (start, Token::Word, end);
        }
        let rest = self.text.get(end as usize..).unwrap_or("");
        let rest = rest.find(char::is_whitespace).unwrap_or(rest.len());
        self.raw.bump(rest);
        let message = format!("`{}` is not closed, or holds what it may not", self.slice(end - 1, end + 1));
        let diagnostic = Diagnostic::error(codes::VARIABLE, message)
            .at(self.span(end - 1, end + rest as u32))
            .help("a variable is written `${aws:username}`, a parameter `$(name)`; other text with `$` goes into quotes or backticks");
        self.problems.push(diagnostic);
        (start, Token::Word, end + rest as u32)
    }

    fn check_spelling(&mut self, raw: &str, start: u32, end: u32) {
        if let Some(tab) = raw.find('\t') {
            let at = start + tab as u32;
            let diagnostic = Diagnostic::error(codes::CHARACTER, "a tab inside a text looks like blanks")
                .at(self.span(at, at + 1))
                .help(r"write it as `\t` inside quotes or backticks");
            self.problems.push(diagnostic);
        }
        if !raw.contains(['\\', '$']) {
            return;
        }
        let Err(error) = Lexeme::read(raw, self.span(start, end)).parts() else { return };
        let found = self.slice(error.span.start, error.span.end);
        let diagnostic = match error.kind {
            LexemeErrorKind::Escape => Diagnostic::error(codes::ESCAPE, format!("`{found}` is no escape"))
                .help(r#"the escapes are \" \\ \` \$ \n \t \r and \u{…} with the number of a character in hexadecimal"#),
            LexemeErrorKind::Parameter => {
                Diagnostic::error(codes::VARIABLE, format!("`{found}` does not name a parameter"))
                    .help(r"write `$(name)`, or `\$(` in quotes for the two characters themselves")
            }
        };
        self.problems.push(diagnostic.at(error.span));
    }

    /// Characters that begin no token.
    fn unusable(&mut self, start: u32, end: u32) {
        let found = self.slice(start, end);
        let c = found.chars().next().unwrap_or(' ');
        if is_hidden(c) {
            return; // reported by `check_characters`, wherever they stand
        }
        let (message, help) = match c {
            ';' => ("`;` is not needed".to_owned(), "statements end where the next one begins: remove it"),
            '!' => ("`!` is not an operator here".to_owned(), "write `not`"),
            c if c.is_whitespace() => (
                format!("unexpected character U+{:04X}", c as u32),
                r"remove it, or write it as `\u{…}` inside quotes or backticks",
            ),
            c => (
                format!("unexpected character `{c}`"),
                "put text with such characters into quotes or backticks",
            ),
        };
        self.problems.push(Diagnostic::error(codes::CHARACTER, message).at(self.span(start, end)).help(help));
    }

    fn report(&self, code: Code, start: u32, end: u32, message: String) {
        self.problems.push(Diagnostic::error(code, message).at(self.span(start, end)));
    }

    /// The next token with pairs joined.
    fn joined(&mut self) -> Option<Spanned> {
        let (start, token, end) = self.single()?;
        if !matches!(token, Token::Word | Token::Or | Token::Not | Token::Deny | Token::Service) {
            return Some((start, token, end));
        }
        let text = self.slice(start, end);
        // `assume` before an item that begins with `role` is a name.
        if !token.may_begin_pair(text) || text == "assume" && self.before != Some(Token::May) {
            return Some((start, token, end));
        }
        let Some(next) = self.single() else { return Some((start, token, end)) };
        let second = self.slice(next.0, next.2);
        if token == Token::Service {
            return Some(self.service_linked_role((start, token, end), next));
        }
        let plain = next.1 == Token::Word || next.1.is_keyword();
        if let Some(pair) = Token::pair(text, second).filter(|_| plain) {
            return Some((start, pair, next.2));
        }
        self.ahead = Some(next);
        Some((start, token, end))
    }

    /// `service linked role` takes three words; a service that is called `linked` takes the road back.
    fn service_linked_role(&mut self, service: Spanned, next: Spanned) -> Spanned {
        let rest = self.text.get(next.2 as usize..).unwrap_or("");
        let role = rest.trim_start().strip_prefix("role");
        let ends = role.is_some_and(|r| r.starts_with(char::is_whitespace));
        let linked = next.1 == Token::Word && self.slice(next.0, next.2) == "linked" && ends;
        if let Some(role) = linked.then(|| self.single()).flatten() {
            return (service.0, Token::ServiceLinkedRole, role.2);
        }
        self.ahead = Some(next);
        service
    }

    /// Keeps the account of open brackets; false when this one closes nothing or nests too deeply.
    fn track(&mut self, (start, token, end): Spanned) -> bool {
        let fits = match token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                self.open.push(Open { token, start, nots: self.nots });
                self.braces += usize::from(token == Token::BraceOpen);
                self.outer_nots += self.nots;
                self.nots = 0;
                true
            }
            Token::Not => {
                self.nots += 1;
                true
            }
            Token::ParenClose => self.close(Token::ParenOpen, start),
            Token::BracketClose => self.close(Token::BracketOpen, start),
            Token::BraceClose => self.close(Token::BraceOpen, start),
            Token::Allow | Token::Deny => {
                self.leave_statement();
                true
            }
            _ => {
                self.nots = 0;
                true
            }
        };
        if !fits {
            let message = format!("this `{}` closes nothing", self.slice(start, end));
            self.report(codes::SYNTAX, start, end, message);
            return false;
        }
        if self.open.len() + self.outer_nots + self.nots <= self.nesting {
            return true;
        }
        let message = format!("nested more than {} levels deep", self.nesting);
        let diagnostic = Diagnostic::error(codes::NESTING, message)
            .at(self.span(start, end))
            .help("give inner conditions names with `condition name = …`; the rest of the file was not read");
        self.problems.push(diagnostic);
        self.problems.cut.set(true);
        false
    }

    /// Closes a bracket of this kind; false when none is open. A brace closes what is open inside it; others never
    /// reach past a brace.
    fn close(&mut self, token: Token, at: u32) -> bool {
        self.nots = 0;
        let brace = token == Token::BraceOpen;
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, o)| brace || o.token != Token::BraceOpen)
            .find(|(_, o)| o.token == token)
            .map(|(i, _)| i);
        let Some(keep) = found else { return false };
        if let Some(open) = self.open.get(keep).filter(|open| brace && self.is_suspect(open.start, at)) {
            self.suspects.push(open.start);
        }
        for open in self.open.drain(keep..) {
            self.outer_nots -= open.nots;
            self.braces -= usize::from(open.token == Token::BraceOpen);
        }
        true
    }

    /// The line of a place up to there; nothing where it is long, for then its indentation tells nothing.
    fn line_before(&self, at: u32) -> Option<&'s str> {
        const LONGEST: usize = 256;
        let mut from = (at as usize).saturating_sub(LONGEST);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let head = self.text.get(from..at as usize)?;
        match head.rsplit_once('\n') {
            Some((_, line)) => Some(line),
            None => (from == 0).then_some(head),
        }
    }

    /// Whether a `}` alone on its line stands further left than the line of the `{` that it closes.
    fn is_suspect(&self, open: u32, close: u32) -> bool {
        let (Some(opened), Some(closed)) = (self.line_before(open), self.line_before(close)) else {
            return false;
        };
        closed.trim().is_empty() && closed.len() < opened.len() - opened.trim_start().len()
    }

    /// Forgets parentheses that the statement before left open: no condition reaches into the next one.
    fn leave_statement(&mut self) {
        self.nots = 0;
        while let Some(open) = self.open.pop_if(|open| open.token != Token::BraceOpen) {
            self.outer_nots -= open.nots;
        }
    }

    /// Reports what is open and arranges for closing braces before `then`.
    fn close_all(&mut self, then: Option<Spanned>) {
        self.unclosed = true;
        for open in self.open.drain(..).filter(|o| o.token == Token::BraceOpen) {
            self.closers += 1;
            if let Some(less) = self.swallowed.checked_sub(1) {
                self.swallowed = less; // its `}` stands in a text, which is reported
                continue;
            }
            let start = self.suspects.pop_if(|suspect| *suspect > open.start).unwrap_or(open.start);
            let span = Span { file: self.file, start, end: start + 1 };
            let diagnostic = Diagnostic::error(codes::UNCLOSED_BLOCK, "this `{` is never closed")
                .at(span)
                .help("add a `}`");
            self.problems.push(diagnostic);
        }
        self.suspects.clear();
        (self.nots, self.outer_nots, self.braces) = (0, 0, 0);
        self.after_closers = then;
    }

    fn has_open_brace(&self) -> bool {
        self.braces > 0
    }

    fn advance(&mut self) -> Option<Spanned> {
        loop {
            let place = self.after_closers.map_or(self.text.len() as u32, |t| t.0);
            if self.closers > 0 {
                self.closers -= 1;
                return Some((place, Token::BraceClose, place));
            }
            if let Some(token) = self.after_closers.take() {
                return self.track(token).then_some(self.placed(token));
            }
            if self.problems.is_cut() {
                return None;
            }
            let next = self.joined();
            self.before = next.map(|(_, token, _)| token);
            match next {
                None if self.has_open_brace() && !self.problems.is_cut() => self.close_all(None),
                Some(token) if self.guess && self.begins_line(token) && self.has_open_brace() => {
                    self.close_all(next);
                }
                Some(token) if self.track(token) => return Some(self.placed(token)),
                Some(_) => {}
                None => return None,
            }
        }
    }

    /// The token as it is inside or outside a block.
    fn placed(&self, (start, token, end): Spanned) -> Spanned {
        (start, if self.has_open_brace() { token.in_block() } else { token }, end)
    }

    /// Whether an item seems to begin here, in the first column.
    fn begins_line(&self, (start, token, _): Spanned) -> bool {
        token.begins_item() && start.checked_sub(1).is_none_or(|before| self.slice(before, start) == "\n")
    }
}

impl Iterator for Lexer<'_> {
    type Item = Result<Spanned, Infallible>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().map(Ok)
    }
}

/// Reports characters that reorder or hide text: a reviewer would read something else than the compiler.
pub(crate) fn check_characters(file: FileId, text: &str, problems: &Problems) {
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\t' | b'\n')) {
        return;
    }
    // A byte order mark is no part of the text.
    let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    let mut chars = text.get(start..).unwrap_or("").char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let code = match c {
            c if is_directional(c) => codes::DIRECTION,
            // It ends a line together with the line feed only; alone it takes a terminal back to where the line began.
            '\r' if chars.peek().is_none_or(|(_, next)| *next != '\n') => codes::CHARACTER,
            c if is_hidden(c) => codes::CHARACTER,
            _ => continue,
        };
        let what = match c {
            c if is_directional(c) => "changes the order in which text is shown",
            c if c.is_control() => "is a control character",
            _ => "is not seen where it stands",
        };
        let help = match c {
            '\r' => "end lines with a line feed, or with both; in quotes and backticks, write `\\r`",
            _ => r"remove it, or write it as `\u{…}` inside quotes or backticks",
        };
        let at = start + at;
        let message = format!("U+{:04X} {what}", c as u32);
        let span = Span::new(file, at, at + c.len_utf8());
        problems.push(Diagnostic::error(code, message).at(span).help(help));
        if problems.is_cut() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
