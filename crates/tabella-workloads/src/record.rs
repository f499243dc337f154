//! Artifacts and requests as files, for `count` of `tabella-runtime`, which knows no workloads.

use std::fmt::Write;
use tabella_runtime::{Request, Values};

/// Writes `FILE.tbl` and `FILE.requests`: a request a line, its principal, action, resource, then keys and values in
/// turn, apart by U+001F.
pub fn write(file: &str, artifact: &[u8], requests: &[Request<'_>]) -> Result<(), String> {
    let mut text = String::new();
    for request in requests {
        let _ = write!(text, "{}\u{1f}{}\u{1f}{}", request.principal, request.action, request.resource);
        for entry in request.context.entries() {
            let Values::One(value) = entry.values else { return Err("a value of several".into()) };
            let _ = write!(text, "\u{1f}{}\u{1f}{value}", entry.key);
        }
        text.push('\n');
    }
    std::fs::write(format!("{file}.tbl"), artifact).map_err(|e| e.to_string())?;
    std::fs::write(format!("{file}.requests"), text).map_err(|e| e.to_string())
}
