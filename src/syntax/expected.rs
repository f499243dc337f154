//! Syntax errors in words: the parser's list of terminals becomes a short sentence, with advice for known slips.
//!
//! Knows how terminals are called in the grammar; builds no nodes.

use logos::Logos;

use self::advice::Slip;
use super::token::Token;
use crate::diag::Diagnostic;
use crate::diag::codes::syntax as codes;
use crate::source::Span;

mod advice;

/// Things named in one "expected …" list; more would not be read.
const MOST: usize = 6;

/// The diagnostic for a token that can't stand where it does (`None`: the end of the file).
pub(crate) fn diagnostic(text: &str, span: Span, found: Option<Token>, expected: &[String]) -> Diagnostic {
    let expected: Vec<&str> = expected.iter().map(|e| terminal(e)).collect();
    let before = advice::tokens_before(text, span.start as usize);
    let slice = text.get(span.start as usize..span.end as usize).unwrap_or("");
    let wanted = sentence(&describe(&expected, before.last().map(|(token, _)| *token)));
    let colon = if found == Some(Token::Label) { ":" } else { "" };
    let message = match found {
        Some(_) if !slice.is_empty() => format!("expected {wanted}, found `{}{colon}`", shorten(slice)),
        Some(_) => format!("expected {wanted}, found the end of the block"),
        None => format!("expected {wanted}, found the end of the file"),
    };
    let diagnostic = Diagnostic::error(codes::SYNTAX, message).at(span);
    let Some(found) = found else { return diagnostic };
    let slip =
        Slip { found, slice, expected: &expected, before: &before, begins_line: begins_line(text, span) };
    match slip.advice() {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// A misspelt `allow` or `deny` at the beginning of a line that recovery went over with what is before it.
pub(crate) fn skipped(text: &str, span: Span, token: Token) -> Option<Diagnostic> {
    let slice = text.get(span.start as usize..span.end as usize)?;
    if token != Token::Word || !begins_line(text, span) {
        return None;
    }
    let near = advice::near(slice, EFFECTS.into_iter())?;
    let message = format!("expected a statement (`allow` or `deny`), found `{}`", shorten(slice));
    Some(Diagnostic::error(codes::SYNTAX, message).at(span).help(near))
}

/// What begins a statement.
const EFFECTS: [&str; 2] = ["allow", "deny"];

/// Whether only white space stands before a place on its line.
fn begins_line(text: &str, span: Span) -> bool {
    let head = text.get(..span.start as usize).unwrap_or("").trim_end_matches([' ', '\t']);
    head.is_empty() || head.ends_with('\n')
}

/// A terminal's name without the grammar's quotes and without what tells blocks apart.
fn terminal(quoted: &str) -> &str {
    let name = quoted.trim_matches('"');
    name.strip_suffix(" in a block").unwrap_or(name)
}

/// The expected terminals as people call them, most telling first.
fn describe(expected: &[&str], before: Option<Token>) -> Vec<String> {
    let has = |name: &str| expected.contains(&name);
    let (word, principal) = (has("word"), has("web identity"));
    let statement = has("label") && !word;
    let (item, line) = (has("import") && !word, has("groups") && !word);
    let comparison = has("==") && !word;
    // A place for any name takes every soft keyword too, and a place for an item or a principal all that begin one:
    // naming those would hide the rest.
    let soft = word || item || principal || line;
    let hidden = |name: &str| {
        matches!(name, "word" | "backtick name" | "quoted text")
            || soft && is_soft(name)
            || principal && matches!(name, "web identity")
            || word && matches!(name, "[" | "label" | "@")
            || item && name == "@"
            || statement && matches!(name, "label" | "allow" | "deny" | "@")
            || comparison && COMPARISONS.contains(&name)
            || name == "}"
    };
    let mut out: Vec<String> = Vec::new();
    let mut noun = |shown: bool, noun: &str| {
        if shown {
            out.push(noun.to_owned());
        }
    };
    noun(word, word_noun(before, has("["), has("(")));
    noun(has("quoted text") && !word, "quoted text");
    noun(principal && !word, "a principal such as `role` or `service`");
    noun(comparison, "a comparison such as `==` or `in`");
    out.extend(expected.iter().filter(|name| !hidden(name)).map(|name| format!("`{name}`")));
    let mut noun = |shown: bool, noun: &str| {
        if shown {
            out.push(noun.to_owned());
        }
    };
    noun(statement, "a statement (`allow` or `deny`)");
    noun(line, "a line such as `trust` or `policies`");
    noun(item, "an item such as `policy` or `role`");
    noun(has("}") && !word, "`}`");
    if out.len() > MOST {
        out.truncate(MOST);
        out.push("something else".to_owned());
    }
    out
}

const COMPARISONS: [&str; 12] =
    ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "not like", "is missing", "is present"];

/// What a word would be, as the token before it tells.
fn word_noun(before: Option<Token>, list: bool, group: bool) -> &'static str {
    use Token::*;
    match before {
        Some(Allow | Deny) => "an action, a principal",
        Some(DenyExplicitly | DenyImplicitly) => "an action",
        Some(On) => "a resource",
        Some(EqEq | NotEq | Lt | Le | Gt | Ge | Like | Assign) if list => "a value",
        Some(In) if list => "a value",
        Some(In) => "an account",
        Some(When | Unless | And | Or | Not) => "a condition",
        Some(ParenOpen) if group => "a condition",
        Some(BracketOpen) => "a value",
        Some(Comma) => "another entry",
        _ => "a name",
    }
}

/// Keywords that are names where a name may stand.
fn is_soft(name: &str) -> bool {
    let mut lexer = Token::lexer(name);
    let token = lexer.next();
    let one = lexer.span() == (0..name.len());
    matches!(name, "service linked role" | "access point")
        || one && matches!(token, Some(Ok(t)) if t.is_keyword() && (t as u8) >= Token::Anyone as u8)
}

/// `a, b or c`
fn sentence(things: &[String]) -> String {
    match things {
        [] => "something else".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// User text for a message: not longer than a line takes.
fn shorten(slice: &str) -> String {
    const LONGEST: usize = 60;
    if slice.chars().count() <= LONGEST {
        return slice.to_owned();
    }
    let head: String = slice.chars().take(LONGEST).collect();
    format!("{head}…")
}
