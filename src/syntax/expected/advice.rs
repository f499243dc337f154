//! What to do about slips that are known. Knows what people mean by a token that can't stand where it does; where
//! two meanings are likely, it says nothing or both.

use logos::Logos;

use super::super::token::Token;
use super::shorten;
use crate::diag::suggest;

const JSON: &str = "this looks like an IAM document in JSON: `tabella import` turns it into this language";

/// A token where it can't stand.
pub(super) struct Slip<'t> {
    pub(super) found: Token,
    /// Its text.
    pub(super) slice: &'t str,
    /// What could stand there.
    pub(super) expected: &'t [&'t str],
    /// The last tokens before it.
    pub(super) before: &'t [(Token, &'t str)],
    pub(super) begins_line: bool,
}

impl Slip<'_> {
    fn has(&self, name: &str) -> bool {
        self.expected.contains(&name)
    }

    fn previous(&self) -> Option<Token> {
        self.before.last().map(|(token, _)| *token)
    }

    /// One sentence, if the slip is known.
    pub(super) fn advice(&self) -> Option<String> {
        match self.found {
            Token::Word => self.word(),
            Token::Quoted => self.quoted(),
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => self.bracket(),
            Token::Assign if self.has("==") => Some("compare with `==`".to_owned()),
            Token::EqEq if self.has("=") => Some("write `=`".to_owned()),
            Token::Label if matches!(self.previous(), Some(Token::Tags | Token::With | Token::Comma)) => {
                Some(format!("write `=` between a name and its value: `{} = \"…\"`", shorten(self.slice)))
            }
            found if found.is_keyword() => self.keyword(),
            _ => None,
        }
    }

    fn word(&self) -> Option<String> {
        if self.slice.starts_with('#') || self.slice.starts_with("/*") {
            return Some("comments begin with `//`".to_owned());
        }
        let help = match self.slice {
            "&&" | "&" => "write `and`",
            "||" | "|" => "write `or`",
            "if" | "where" if self.has("when") => "write `when`",
            "Effect" | "Statement" | "Action" | "Resource" => JSON,
            _ => return self.misspelt().or_else(|| self.two_entries()),
        };
        Some(help.to_owned())
    }

    /// A word that is nearly one of those that can stand here.
    fn misspelt(&self) -> Option<String> {
        let lower = self.slice.to_lowercase();
        if lower != self.slice && (self.has(&lower) || RESERVED.contains(&&*lower)) {
            return Some(format!("keywords are in lower case: `{lower}`"));
        }
        near(self.slice, self.expected.iter().copied())
    }

    /// A word after a word that ends an entry of a list.
    fn two_entries(&self) -> Option<String> {
        let is_entry = matches!(self.previous(), Some(Token::Word | Token::Backtick | Token::Quoted));
        if !self.has(",") || !is_entry {
            return None;
        }
        let help = match self.before {
            // What is directly after `allow` may be meant for a principal.
            [.., (Token::Allow | Token::Deny, _), (Token::Word, first)] if is_principal_arn(first) => {
                format!("a principal begins with what it is: `aws {}`", shorten(first))
            }
            [.., (Token::Allow | Token::Deny, _), (Token::Word, first)] if !first.contains([':', '*']) => {
                "a principal begins with `user`, `role`, `account`, …; entries of a list have commas between them"
                    .to_owned()
            }
            _ => "put a comma between entries of a list".to_owned(),
        };
        Some(help)
    }

    fn quoted(&self) -> Option<String> {
        if matches!(self.previous(), Some(Token::Or | Token::And)) {
            return Some(self.another_value());
        }
        self.has("word")
            .then(|| "names, actions and resources are written without quotes, or in backticks".to_owned())
    }

    fn bracket(&self) -> Option<String> {
        let help = match (self.found, self.previous()) {
            (Token::BraceOpen, _) if self.has("import") && !self.has("word") => JSON,
            (Token::BraceOpen, _) => return None,
            (Token::ParenOpen, Some(Token::In | Token::NotIn)) if self.has("[") => {
                "a list of values stands in square brackets: `in [\"a\", \"b\"]`"
            }
            (_, Some(Token::Allow | Token::Deny | Token::On)) => {
                "only `not` takes brackets: write the list without them, with commas"
            }
            _ => return None,
        };
        Some(help.to_owned())
    }

    /// A keyword, reserved or joined of two words.
    fn keyword(&self) -> Option<String> {
        use Token::*;
        let twice = self.previous() == Some(self.found) && !self.begins_line;
        let help = match (self.previous()?, self.found) {
            _ if twice => format!("`{}` stands here twice", self.slice),
            (Word | Backtick, In) if self.has("on") => "write `on` before a resource".to_owned(),
            (Comma, On | When | Unless) => "remove the comma: nothing follows it".to_owned(),
            (Allow | Deny, On | When | Unless) => "say which actions, or `*` for all".to_owned(),
            (And | Or | Not | When | Unless | ParenOpen, And | Or | OrMissing) => {
                format!(
                    "a condition stands on both sides of `{}`",
                    if self.found == And { "and" } else { "or" }
                )
            }
            (And | Or | Not | When | Unless | ParenOpen, In | Like | NotIn | NotLike) => {
                "a test begins with its key".to_owned()
            }
            // Places where a name is all that can stand.
            (
                Policy | PolicyIn | Boundary | BoundaryIn | Guardrail | User | UserIn | Role | RoleIn,
                found,
            )
            | (Group | Account | AccountIn | Unit | Const | Actions | Resources | Condition, found)
                if self.has("word") && is_reserved(found) && !self.begins_line =>
            {
                format!("`{}` is a keyword: to use it as a name, write it in backticks", self.slice)
            }
            _ => return None,
        };
        Some(help)
    }

    /// What to do about `key == "a" or "b"`.
    fn another_value(&self) -> String {
        let (key, operator, first) = match self.before {
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
        let (first, second) = (shorten(first), shorten(self.slice));
        format!("several values of one key are a list: `{} {operator} [{first}, {second}]`", shorten(key))
    }
}

/// Reserved words that people write with capitals though they can't stand there either.
const RESERVED: [&str; 10] = ["allow", "deny", "on", "when", "unless", "not", "and", "or", "in", "like"];

fn is_reserved(token: Token) -> bool {
    (token as u8) < Token::Anyone as u8
}

/// `arn:aws:iam::111111111111:user/ann` and the like.
fn is_principal_arn(word: &str) -> bool {
    let service = word.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(1));
    matches!(service, Some("iam" | "sts"))
}

/// Which of some words is meant. Short words are near to everything, so they are never meant.
pub(super) fn near<'n>(word: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    let long = |word: &str| word.len() > 2;
    let near = suggest::nearest(word, known.filter(|known| long(known))).filter(|_| long(word))?;
    Some(format!("did you mean `{near}`?"))
}

/// The last tokens before a place, with their text. Tokens don't go over line ends, so lexing a line from its
/// beginning is sound.
pub(super) fn tokens_before(text: &str, at: usize) -> Vec<(Token, &str)> {
    const TOKENS: usize = 5;
    const LINES: usize = 8;
    // Only for advice: on very long lines the beginning may be cut off.
    let mut from = at.saturating_sub(4096);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut out = Vec::new();
    for line in text.get(from..at).unwrap_or("").rsplit('\n').take(LINES) {
        let tokens = Token::lexer(line).spanned();
        let known = tokens.filter_map(|(token, at)| Some((token.ok()?, line.get(at)?)));
        out.splice(0..0, known.filter(|(token, _)| *token != Token::Comment));
        if out.len() >= TOKENS {
            break;
        }
    }
    out.split_off(out.len().saturating_sub(TOKENS))
}
