//! Documents of the shared corpora as policies, by the kind that the corpus says they are of.

use crate::estate::{import, lines};
use tabella::hir::{Policy, PolicyKind};

/// The files that hold documents.
pub const FILES: [&str; 2] = ["aws-managed-policies.jsonl.gz", "public-policies.jsonl.gz"];

/// One document.
pub struct Document {
    /// Where it is from.
    pub name: String,
    /// What it is, or the first error.
    pub policy: Result<Policy, String>,
}

/// All documents of a file; templates with placeholders too, where they can be read.
pub fn documents(file: &str) -> Result<Vec<Document>, String> {
    let document = |line: &serde_json::Value| {
        let text = |name: &str| line.get(name).and_then(|v| v.as_str());
        let name = text("name").map_or_else(
            || format!("{} {}", text("repo").unwrap_or("?"), text("path").unwrap_or("?")),
            str::to_owned,
        );
        let kind = kind(text("kind").unwrap_or("identity"))?;
        let source = line.get("document").map(ToString::to_string).unwrap_or_default();
        Ok(Document { name, policy: import(&source, kind, "document") })
    };
    lines(file)?.iter().map(document).collect()
}

fn kind(name: &str) -> Result<PolicyKind, String> {
    Ok(match name {
        "identity" | "permission-set" => PolicyKind::Identity,
        "boundary" => PolicyKind::Boundary,
        "scp" => PolicyKind::Scp,
        "rcp" => PolicyKind::Rcp,
        "resource" => PolicyKind::Resource,
        "trust" => PolicyKind::Trust,
        "vpce" => PolicyKind::Endpoint,
        other => return Err(format!("unknown kind {other}")),
    })
}
