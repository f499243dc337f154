//! Every managed and public policy imports, or is refused for a reason that is right: the figures are pinned here.
//!
//! The corpora lie outside of the repository; without them the tests say that they were skipped. Figures and the
//! refused documents: `cargo test --test json_corpus -- --nocapture`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use tabella::diag::has_errors;
use tabella::hir::PolicyKind;
use tabella::json;
use tabella::limits::Limits;
use tabella::source::FileId;

/// The lines of a corpus, or `None` with a line that says why.
fn corpus(name: &str) -> Option<Vec<serde_json::Value>> {
    let shared = std::env::var_os("TABELLA_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("corpora").join(name);
    let Ok(file) = std::fs::File::open(&path) else {
        println!("SKIPPED: {} is not there (set TABELLA_SHARED)", path.display());
        return None;
    };
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    Some(lines.map(|l| serde_json::from_str(&l.unwrap()).unwrap()).collect())
}

fn kind(name: &str) -> PolicyKind {
    match name {
        "identity" | "permission-set" => PolicyKind::Identity,
        "boundary" => PolicyKind::Boundary,
        "scp" => PolicyKind::Scp,
        "rcp" => PolicyKind::Rcp,
        "resource" => PolicyKind::Resource,
        "trust" => PolicyKind::Trust,
        "vpce" => PolicyKind::Endpoint,
        other => panic!("unknown kind {other}"),
    }
}

/// What importing one document gave: the code and message of every error and of every warning.
fn import(document: &serde_json::Value, kind: PolicyKind) -> (bool, Vec<(String, String)>, Vec<String>) {
    let text = serde_json::to_string_pretty(document).unwrap();
    let (node, found) = json::read(FileId(0), &text, &Limits::default());
    assert!(found.is_empty(), "{found:?}");
    let (body, found) = json::import::document(&node.unwrap(), kind);
    assert_eq!(body.is_none(), has_errors(&found));
    assert!(found.iter().all(|d| d.primary.is_some()), "{found:?}");
    let errors = found.iter().filter(|d| d.is_error());
    let errors = errors.map(|d| (d.code.0.to_string(), d.message.clone())).collect();
    let warnings = found.iter().filter(|d| !d.is_error()).map(|d| d.code.0.to_string()).collect();
    (body.is_some(), errors, warnings)
}

#[test]
fn every_managed_policy_imports() {
    let Some(rows) = corpus("aws-managed-policies.jsonl.gz") else { return };
    let mut warned = BTreeMap::<String, usize>::new();
    for row in &rows {
        let (imported, errors, warnings) = import(&row["document"], PolicyKind::Identity);
        assert!(imported, "{}: {errors:?}", row["name"]);
        for code in warnings {
            *warned.entry(code).or_default() += 1;
        }
    }
    println!("managed policies: {} imported; warnings {warned:?}", rows.len());
    assert_eq!(rows.len(), 1_594);
}

#[test]
fn public_policies_import_or_are_refused_for_a_reason() {
    let Some(rows) = corpus("public-policies.jsonl.gz") else { return };
    let mut imported = 0;
    let mut refused = BTreeMap::<(String, bool), usize>::new();
    let mut samples = BTreeMap::<String, Vec<String>>::new();
    let mut warned = BTreeMap::<String, usize>::new();
    for row in &rows {
        let (good, errors, warnings) = import(&row["document"], kind(row["kind"].as_str().unwrap()));
        imported += usize::from(good);
        if let Some((code, _)) = errors.first() {
            *refused.entry((code.clone(), row["templated"].as_bool().unwrap())).or_default() += 1;
        }
        for (code, message) in errors {
            samples.entry(code).or_default().push(format!("{message}  <{}>", row["kind"].as_str().unwrap()));
        }
        for code in warnings {
            *warned.entry(code).or_default() += 1;
        }
    }
    println!("public policies: {imported} of {} imported; warnings {warned:?}", rows.len());
    println!("refused, by the code of the first error (code, templated): {refused:#?}");
    for (code, list) in &samples {
        println!("{code}: {} errors", list.len());
        for message in list.iter().step_by((list.len() / 12).max(1)) {
            println!("    {message}");
        }
    }
    assert_eq!(rows.len(), 5_675);
}
