//! Syntax errors in words: the parser's list of terminals becomes a short sentence, with advice for known slips.
//!
//! Knows how terminals are called in the grammar and what people mean by them; builds no nodes.

use logos::Logos;

use super::token::Token;
use crate::diag::Diagnostic;
use crate::diag::codes::syntax as codes;
use crate::source::Span;

/// Things named in one "expected …" list; more would not be read.
const MOST: usize = 6;

/// The diagnostic for a token that can't stand where it does (`None`: the end of the file).
pub(crate) fn diagnostic(text: &str, span: Span, found: Option<Token>, expected: &[String]) -> Diagnostic {
    let expected: Vec<&str> = expected.iter().map(|e| terminal(e)).collect();
    let before = previous(text, span.start as usize);
    let slice = text.get(span.start as usize..span.end as usize).unwrap_or("");
    let wanted = sentence(&describe(&expected, before));
    let message = match found {
        Some(_) if !slice.is_empty() => format!("expected {wanted}, found `{}`", shorten(slice)),
        Some(_) => format!("expected {wanted}, found the end of the block"),
        None => format!("expected {wanted}, found the end of the file"),
    };
    let diagnostic = Diagnostic::error(codes::SYNTAX, message).at(span);
    let head = text.get(..span.start as usize).unwrap_or("").trim_end_matches([' ', '\t']);
    let begins_line = head.is_empty() || head.ends_with('\n');
    let help = match (found, before) {
        (Some(Token::Quoted), Some(Token::Or | Token::And)) => Some(another_value(text, span, slice)),
        (Some(token), _) => advice(token, slice, &expected, before, begins_line),
        (None, _) => None,
    };
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
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
    name == "service linked role"
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

/// What to do about slips that are known.
fn advice(
    found: Token,
    slice: &str,
    expected: &[&str],
    before: Option<Token>,
    begins_line: bool,
) -> Option<String> {
    let has = |name: &str| expected.contains(&name);
    let help = match found {
        Token::Word => match slice {
            "&&" | "&" => "write `and`".to_owned(),
            "||" | "|" => "write `or`".to_owned(),
            "AND" | "OR" | "NOT" | "Allow" | "Deny" | "ALLOW" | "DENY" | "On" | "When" | "Unless" | "In"
            | "Like" => {
                format!("keywords are in lower case: `{}`", slice.to_lowercase())
            }
            "Effect" | "Statement" | "Action" | "Resource" => JSON.to_owned(),
            _ if has(",") && before.is_some_and(is_entry) => {
                "put a comma between entries of a list".to_owned()
            }
            _ => return None,
        },
        Token::Assign if has("==") => "compare with `==`".to_owned(),
        Token::EqEq if has("=") => "write `=`".to_owned(),
        Token::BraceOpen if has("import") && !has("word") => JSON.to_owned(),
        Token::Quoted if has("word") => {
            "names, actions and resources are written without quotes, or in backticks".to_owned()
        }
        _ if found.is_keyword() && has("word") && !begins_line && !slice.contains(' ') => {
            format!("`{slice}` is a keyword: to use it as a name, write it in backticks")
        }
        _ => return None,
    };
    Some(help)
}

/// What to do about `key == "a" or "b"`.
fn another_value(text: &str, span: Span, second: &str) -> String {
    let tokens = last_tokens(text, span.start as usize);
    let (key, operator, first) = match tokens.as_slice() {
        [.., (Token::Word, key), (Token::EqEq, _), (Token::Quoted, first), (Token::Or, _)] => {
            (key, "in", first)
        }
        [.., (Token::Word, key), (Token::NotEq, _), (Token::Quoted, first), (Token::Or, _)] => {
            (key, "not in", first)
        }
        [.., (Token::Word, key), (Token::Like, _), (Token::Quoted, first), (Token::Or, _)] => {
            (key, "like", first)
        }
        _ => {
            return "a test names its key: write the key again, or a list of values: `in [\"a\", \"b\"]`"
                .to_owned();
        }
    };
    let (first, second) = (shorten(first), shorten(second));
    format!("several values of one key are a list: `{} {operator} [{first}, {second}]`", shorten(key))
}

/// The last few tokens before a place, with their text.
fn last_tokens(text: &str, at: usize) -> Vec<(Token, &str)> {
    let head = text.get(..at).unwrap_or("");
    let mut lines: Vec<&str> = head.rsplit('\n').take(3).filter(|line| line.len() <= 4096).collect();
    lines.reverse();
    let mut out = Vec::new();
    for line in lines {
        let tokens = Token::lexer(line).spanned();
        let known = tokens.filter_map(|(token, at)| Some((token.ok()?, line.get(at)?)));
        out.extend(known.filter(|(token, _)| *token != Token::Comment));
    }
    out.split_off(out.len().saturating_sub(5))
}

const JSON: &str = "this looks like an IAM document in JSON: `tabella import` turns it into this language";

/// Whether a list entry may end with this token.
fn is_entry(token: Token) -> bool {
    matches!(token, Token::Word | Token::Backtick | Token::Quoted)
}

/// The token before a place. Tokens don't go over line ends, so lexing a line from its beginning is sound.
fn previous(text: &str, at: usize) -> Option<Token> {
    // Only for advice: on very long lines the beginning may be cut off.
    let mut from = at.saturating_sub(4096);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut head = text.get(from..at)?;
    for _ in 0..8 {
        let start = head.rfind('\n').map_or(0, |newline| newline + 1);
        let line = head.get(start..)?;
        let last = Token::lexer(line).flatten().filter(|token| *token != Token::Comment).last();
        if last.is_some() || start == 0 {
            return last;
        }
        head = head.get(..start - 1)?;
    }
    None
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
