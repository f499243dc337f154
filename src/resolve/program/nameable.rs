//! What a declaration may be called: a name that nothing can refer to declares nothing, and one that reads as something
//! else changes what other lines mean.

use crate::diag::{Diagnostic, codes::resolve as code};
use crate::resolve::cx::Sink;
use crate::source::Span;
use crate::syntax::ast::{Form, Lexeme, LiteralType};
use crate::syntax::lexeme::{Rank, rank};
use crate::syntax::literal_type;

/// What is declared, as far as names are used in other ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declares {
    /// A constant or parameter: where a value stands, and in `$(…)`.
    Value,
    /// A set of actions: where actions stand, perhaps directly after principals.
    Actions,
    /// A set of resources: where resources stand.
    Resources,
    /// A condition: where comparisons stand, perhaps after an `or`.
    Condition,
    /// A policy: where ARNs of policies stand.
    Policy,
    /// Anything else.
    Other,
}

/// Reports a name that cannot be used.
pub fn check(declares: Declares, what: &str, text: &str, span: Span, sink: &mut Sink) {
    let Some((why, help)) = fault(declares, text) else { return };
    let d = Diagnostic::error(code::NAME, format!("the {what} cannot be called `{text}`: {why}")).at(span);
    sink.push(d.help(help));
}

fn fault(declares: Declares, text: &str) -> Option<(&'static str, &'static str)> {
    let plain = "use a plain name: letters, digits, `-` and `_`";
    match declares {
        Declares::Value => {
            if let Some(literal) = literal(text) {
                return Some((literal, plain));
            }
            text.contains(['*', '?']).then_some(("it reads as a pattern", plain))
        }
        Declares::Condition => {
            if text.contains(':') {
                return Some(("a word with `:` in a condition is a key", plain));
            }
            if text == "missing" {
                return Some(("`or missing` says that the key may be missing", "use another name"));
            }
            literal(text).map(|literal| (literal, plain))
        }
        Declares::Actions | Declares::Resources => {
            let actions = declares == Declares::Actions;
            if text.contains([':', '*', '?', '$']) {
                let why = if actions {
                    "a word with `:`, `*` or `?` is an action, not the name of a set"
                } else {
                    "a word with `:`, `*` or `?` is a resource, not the name of a set"
                };
                return Some((why, plain));
            }
            match rank(text) {
                Rank::Plain if actions && matches!(text, "implicitly" | "explicitly") => {
                    Some(("after `deny` it is part of the verb", "use another name"))
                }
                Rank::Plain => None,
                Rank::Principal if !actions => None,
                Rank::Principal => {
                    Some(("it begins a principal, and never is an action", "use another name"))
                }
                Rank::Keyword => {
                    Some(("it is a keyword, and sets are named without backticks", "use another name"))
                }
                Rank::Text => Some(("sets are named without backticks, and this is no word", plain)),
            }
        }
        Declares::Policy => text
            .starts_with("arn:")
            .then_some(("it reads as the ARN of a policy", "say `arn` and the ARN after the name")),
        Declares::Other => None,
    }
}

/// What a word without quotes is where a value stands, if it is no name.
fn literal(text: &str) -> Option<&'static str> {
    match literal_type(&Lexeme::of(text, Form::Bare)) {
        LiteralType::Bool => Some("it reads as a truth value"),
        LiteralType::Number => Some("it reads as a number"),
        LiteralType::Date => Some("it reads as a date"),
        LiteralType::Ip => Some("it reads as an address"),
        LiteralType::Arn => Some("it reads as an ARN"),
        LiteralType::String | LiteralType::Binary | LiteralType::Name => None,
    }
}
