//! Diagnostics as JSON, one object a line.
//!
//! ```text
//! {"code": "T0101", "severity": "error", "message": "…", "title": "…",
//!  "place": null | PLACE, "label": "…", "secondary": [{"place": PLACE, "label": "…"}, …],
//!  "notes": ["…", …], "help": null | "…", "fix": null | {"place": PLACE, "replacement": "…"}}
//! PLACE = {"file": "a.tabella", "line": 3, "column": 5, "end_line": 3, "end_column": 9, "start": 40, "end": 44}
//! ```
//! Lines and columns count from 1, columns in characters; `start` and `end` are byte offsets from 0.

use super::{Places, severity_name};
use crate::diag::{Diagnostic, codes};
use crate::source::{SourceMap, Span};
use serde_json::{Value, json};

/// All findings, one object a line, each line ended.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut places = Places::new(sources);
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&object(diagnostic, &mut places).to_string());
        out.push('\n');
    }
    out
}

/// One finding as a JSON object.
pub fn object(d: &Diagnostic, places: &mut Places<'_>) -> Value {
    let place = d.primary.as_ref().and_then(|l| place(l.span, places));
    let secondary: Vec<Value> = d
        .secondary
        .iter()
        .map(|l| json!({ "place": self::place(l.span, places), "label": l.text }))
        .collect();
    let fix =
        d.fix.as_ref().map(|f| json!({ "place": self::place(f.span, places), "replacement": f.replacement }));
    json!({
        "code": d.code.0,
        "severity": severity_name(d.severity),
        "message": d.message,
        "title": codes::find(d.code.0).map(|e| e.title),
        "place": place,
        "label": d.primary.as_ref().map_or("", |l| l.text.as_str()),
        "secondary": secondary,
        "notes": d.notes,
        "help": d.help,
        "fix": fix,
    })
}

fn place(span: Span, places: &mut Places<'_>) -> Option<Value> {
    let p = places.of(span)?;
    Some(json!({
        "file": p.file,
        "line": p.start.line,
        "column": p.start.column,
        "end_line": p.end.line,
        "end_column": p.end.column,
        "start": span.start,
        "end": span.end,
    }))
}
