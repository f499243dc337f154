//! Templates and values → the text that IAM JSON has for them.

use super::inexpressible;
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::{Piece, Template, Value};
use crate::source::Span;
use serde_json::Value as Json;

/// What counts where a text stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// `*` and `?` are wildcards.
    pub wildcards: bool,
    /// The document has version 2012-10-17.
    pub variables: bool,
}

/// One string, or an array of any other number.
pub(super) fn one_or_many(texts: impl Iterator<Item = String>) -> Json {
    let mut list: Vec<Json> = texts.map(Json::String).collect();
    match list.pop() {
        Some(only) if list.is_empty() => only,
        last => {
            list.extend(last);
            Json::Array(list)
        }
    }
}

/// The text of a template, such that reading it at the same place gives the template again (R114, R118, R119).
pub(super) fn write(template: &Template, place: Place, span: Span) -> Result<String, Box<Diagnostic>> {
    let mut out = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Literal(text) => literal(text, place, span, &mut out)?,
            Piece::Any if place.wildcards => out.push('*'),
            Piece::One if place.wildcards => out.push('?'),
            Piece::Any | Piece::One => {
                let message = "a wildcard stands where IAM knows none".to_string();
                return Err(inexpressible(message, span));
            }
            Piece::Variable { written, default, .. } => {
                variable(written, default.as_deref(), place, span, &mut out)?;
            }
        }
    }
    Ok(out)
}

fn literal(text: &str, place: Place, span: Span, out: &mut String) -> Result<(), Box<Diagnostic>> {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' | '?' if place.wildcards && place.variables => {
                out.push_str("${");
                out.push(c);
                out.push('}');
            }
            '*' | '?' if place.wildcards => {
                let message = format!("`{c}` can't stand for itself in a document of version 2008-10-17");
                let error = Diagnostic::error(codes::LITERAL_WILDCARD, message).at(span);
                return Err(Box::new(error.help("use version 2012-10-17, which has `${*}` and `${?}`")));
            }
            '$' if place.variables && chars.peek() == Some(&'{') => out.push_str("${$}"),
            c => out.push(c),
        }
    }
    Ok(())
}

fn variable(
    key: &str,
    default: Option<&str>,
    place: Place,
    span: Span,
    out: &mut String,
) -> Result<(), Box<Diagnostic>> {
    let fault = if !place.variables {
        Some("documents of version 2008-10-17 have no variables")
    } else if key.trim() != key || key.is_empty() || key.contains(['}', ',', '\'', '{', '$', '*', '?']) {
        Some("IAM can't write the key of the variable")
    } else if default.is_some_and(closes_early) {
        Some("IAM can't write the default of the variable")
    } else {
        None
    };
    if let Some(fault) = fault {
        return Err(inexpressible(format!("{fault}: `{key}`"), span));
    }
    out.push_str("${");
    out.push_str(key);
    if let Some(default) = default {
        out.push_str(", '");
        out.push_str(default);
        out.push('\'');
    }
    out.push('}');
    Ok(())
}

/// Whether a quote and a brace inside the default would end it.
fn closes_early(default: &str) -> bool {
    default.match_indices('\'').any(|(at, _)| {
        default.get(at + 1..).is_some_and(|rest| rest.trim_start_matches(' ').starts_with('}'))
    })
}

/// The text of a condition value. Typed values keep the spelling they were written with.
pub(super) fn value(value: &Value, place: Place, span: Span) -> Result<String, Box<Diagnostic>> {
    match value {
        Value::Text(template) => write(template, place, span),
        Value::Bool(template) => write(template, Place { wildcards: false, ..place }, span),
        Value::Number { written, .. }
        | Value::Date { written, .. }
        | Value::Binary { written, .. }
        | Value::Ip { written, .. } => Ok(written.to_string()),
        Value::Null(absent) => Ok(absent.to_string()),
    }
}
