//! Diagnostics as one SARIF 2.1.0 log, the format code-review tools read.

use super::Places;
use crate::diag::{Diagnostic, Severity, codes};
use crate::source::{SourceMap, Span};
use serde_json::{Map, Value, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// All findings as one log. Its rules are the codes that occur, in the order of their numbers.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut used: Vec<&str> = diagnostics.iter().map(|d| d.code.0).collect();
    used.sort_unstable();
    used.dedup();
    let rules: Vec<Value> = used.iter().map(|code| rule(code)).collect();
    let mut places = Places::new(sources);
    let results: Vec<Value> = diagnostics.iter().map(|d| result(d, &used, &mut places)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tabella",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: &str) -> Value {
    match codes::find(code) {
        Some(entry) => json!({
            "id": code,
            "shortDescription": { "text": entry.title },
            "help": { "text": entry.page, "markdown": entry.page },
        }),
        None => json!({ "id": code }),
    }
}

fn result(d: &Diagnostic, used: &[&str], places: &mut Places<'_>) -> Value {
    let mut result = Map::new();
    result.insert("ruleId".into(), d.code.0.into());
    if let Ok(index) = used.binary_search(&d.code.0) {
        result.insert("ruleIndex".into(), index.into());
    }
    result.insert("level".into(), level(d.severity).into());
    result.insert("message".into(), json!({ "text": message(d) }));
    if let Some(location) = d.primary.as_ref().and_then(|l| location(l.span, "", places)) {
        result.insert("locations".into(), json!([location]));
    }
    let related: Vec<Value> = d.secondary.iter().filter_map(|l| location(l.span, &l.text, places)).collect();
    if !related.is_empty() {
        result.insert("relatedLocations".into(), related.into());
    }
    if let Some(fix) = d.fix.as_ref().and_then(|f| fix(d, f.span, &f.replacement, places)) {
        result.insert("fixes".into(), json!([fix]));
    }
    Value::Object(result)
}

fn level(severity: Severity) -> &'static str {
    super::severity_name(severity)
}

/// The sentence, what stands at the place, the notes and the help: SARIF viewers show one text.
fn message(d: &Diagnostic) -> String {
    let mut text = d.message.clone();
    if let Some(label) = d.primary.as_ref().filter(|l| !l.text.is_empty()) {
        text.push_str(": ");
        text.push_str(&label.text);
    }
    for note in &d.notes {
        text.push_str("\nnote: ");
        text.push_str(note);
    }
    if let Some(help) = &d.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    text
}

fn location(span: Span, text: &str, places: &mut Places<'_>) -> Option<Value> {
    let physical = json!({
        "artifactLocation": { "uri": uri(&places.of(span)?.file) },
        "region": region(span, places)?,
    });
    Some(if text.is_empty() {
        json!({ "physicalLocation": physical })
    } else {
        json!({ "physicalLocation": physical, "message": { "text": text } })
    })
}

fn region(span: Span, places: &mut Places<'_>) -> Option<Value> {
    let p = places.of(span)?;
    Some(json!({
        "startLine": p.start.line,
        "startColumn": p.start.column,
        "endLine": p.end.line,
        "endColumn": p.end.column,
        "byteOffset": span.start,
        "byteLength": span.end.saturating_sub(span.start),
    }))
}

fn fix(d: &Diagnostic, span: Span, replacement: &str, places: &mut Places<'_>) -> Option<Value> {
    let file = places.of(span)?.file;
    let description = d.help.clone().unwrap_or_else(|| format!("replace with `{replacement}`"));
    Some(json!({
        "description": { "text": description },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&file) },
            "replacements": [{
                "deletedRegion": region(span, places)?,
                "insertedContent": { "text": replacement },
            }],
        }],
    }))
}

/// A file name as the path part of a URI: `/` between segments, everything unusual percent-encoded.
fn uri(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'\\' if cfg!(windows) => out.push('/'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char)
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
