//! Every registered code has a page, and the page's example triggers the code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use tabella::catalog::Catalog;
use tabella::diag::{Diagnostic, codes};
use tabella::hir::PolicyKind;
use tabella::limits::Limits;
use tabella::source::{FileId, SourceMap};
use tabella::{export, json, lower, normalize, resolve, syntax};

/// Codes that no short text can trigger, each with what triggers it instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("T0106", "a file over 256 MiB: the tests of `src/syntax/parser`"),
    ("T0204", "a file over 256 MiB: the tests of `src/json/reader`"),
    ("T0243", "two files: `tests/cli/dumps.rs`"),
    ("T0244", "a document that is imported alone: `tests/cli`"),
    ("T0250", "found on the way out: the tests of `src/export`"),
    ("T0251", "likewise"),
    ("T0252", "likewise"),
    ("T0309", "the parser finds it first; a tree built by hand: the tests of `src/resolve`"),
    ("T0335", "likewise"),
    ("T0308", "a text of 16 KiB: the tests of `src/resolve`"),
    ("T0349", "millions of statements: `scripts/bad-input.sh`"),
    ("T0390", "a world built by hand: the tests of `src/resolve`"),
    ("T0255", "two dumps: `tests/cli/dumps.rs`"),
    ("T0399", "a thousand findings: the tests of `src/resolve`"),
    ("T0602", "a thousand names deep: the tests of `src/normalize`"),
    ("T0604", "resolve refuses it first; a world built by hand: the tests of `src/normalize`"),
    ("T0605", "resolve refuses it first; a world built by hand: the tests of `src/normalize`"),
    ("T0606", "likewise"),
    ("T0607", "millions of rows: the tests of `src/lower`"),
    ("T065", "tables over the format's bounds: the tests of `src/artifact`"),
    ("T07", "the command's own codes: `tests/cli` has a case for each"),
    ("T08", "codes of case files: `src/cases/tests.rs`"),
];

#[test]
fn codes_are_unique_and_in_order() {
    let all: Vec<&str> = codes::all().map(|e| e.code.0).collect();
    let mut sorted = all.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(all, sorted, "codes must be unique and stand in the order of their numbers");
}

#[test]
fn codes_are_well_formed() {
    for entry in codes::all() {
        let digits = entry.code.0.strip_prefix('T').unwrap_or_default();
        assert!(
            digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()),
            "{}: a code is `T` and four digits",
            entry.code.0
        );
        assert!(!entry.title.trim().is_empty(), "{}: no title", entry.code.0);
        assert!(entry.page.trim().len() > 80, "{}: the page explains nothing", entry.code.0);
    }
}

#[test]
fn find_ignores_case() {
    for entry in codes::all() {
        assert_eq!(codes::find(&entry.code.0.to_lowercase()).map(|e| e.code), Some(entry.code));
    }
    assert!(codes::find("T0000").is_none());
}

const KINDS: [PolicyKind; 8] = [
    PolicyKind::Identity,
    PolicyKind::Boundary,
    PolicyKind::Session,
    PolicyKind::Scp,
    PolicyKind::Rcp,
    PolicyKind::Resource,
    PolicyKind::Trust,
    PolicyKind::Endpoint,
];

/// The fenced blocks of a page that are written in a language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find("```") {
        let block = &rest[at + 3..];
        let Some(end) = block.find("```") else { break };
        let (first, text) = block[..end].split_once('\n').unwrap_or((&block[..end], ""));
        if first.split_whitespace().next() == Some(language) {
            found.push(text);
        }
        rest = &block[end + 3..];
    }
    found
}

/// Everything that a source triggers: as it stands, or as a statement or a clause where one can stand.
fn of_source(text: &str) -> Vec<Diagnostic> {
    let accounts = "account prod 111111111111\naccount staging 222222222222\naccount a 333333333333\n";
    let mut found = of_file(text);
    found.extend(of_file(&format!("{accounts}{text}")));
    found.extend(of_file(&format!("policy Example {{\n{text}\n}}")));
    found.extend(of_file(&format!("policy Example {{\nallow s3:GetObject on *\n{text}\n}}")));
    found
}

/// Everything that a file triggers in any stage.
fn of_file(text: &str) -> Vec<Diagnostic> {
    let limits = Limits::default();
    let mut sources = SourceMap::new();
    let file = sources.add("example.tabella", text);
    let (tree, mut found) = syntax::parse(file, text, &limits);
    let unit = resolve::SourceUnit { file, name: "example.tabella".into(), tree };
    let catalog = Catalog::shipped();
    let (checked, more) = resolve::program(&[unit], catalog, &limits);
    found.extend(more);
    let Some(checked) = checked else { return found };
    for policy in &checked.world().policies {
        found.extend(export::document(policy).err().unwrap_or_default());
    }
    found.extend(export::authorization_details(checked.world()).1);
    let (normal, more) = normalize::normalize(&checked, &limits);
    found.extend(more);
    if let Some(normal) = normal {
        found.extend(lower::lower(&normal, catalog, &sources, &limits).1);
    }
    found
}

/// Everything that a JSON text triggers: as a document of any kind, as a statement of one, or as a dump.
fn of_json(text: &str) -> Vec<Diagnostic> {
    let statement = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{text}]}}");
    let mut found = of_document(text);
    found.extend(of_document(&statement));
    found
}

fn of_document(text: &str) -> Vec<Diagnostic> {
    let limits = Limits::default();
    let (node, mut found) = json::read(FileId(0), text, &limits);
    let Some(node) = node else { return found };
    for kind in KINDS {
        let (body, more) = json::import::document(&node, kind);
        found.extend(more);
        if let Some(body) = body {
            found.extend(resolve::body(&body, kind, "example", &limits).1);
        }
    }
    found.extend(json::import::authorization_details(&node).1);
    found.extend(json::import::answer(&node).1);
    found
}

#[test]
fn every_page_triggers_its_code() {
    let mut wrong = Vec::new();
    for entry in codes::all() {
        let sources = blocks(entry.page, "tabella").into_iter().flat_map(of_source);
        let documents = blocks(entry.page, "json").into_iter().flat_map(of_json);
        let found: BTreeSet<&str> = sources.chain(documents).map(|d| d.code.0).collect();
        let elsewhere = ELSEWHERE.iter().any(|(code, _)| entry.code.0.starts_with(code));
        if !found.contains(entry.code.0) && !elsewhere {
            wrong.push(format!("{} ({}): the page's examples trigger {found:?}", entry.code.0, entry.title));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_commands_codes_have_a_test() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let files = std::fs::read_dir(folder).unwrap();
    let tests: String = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    // That the engines disagree is a defect, which no test can order.
    let ordinary = codes::all().filter(|e| e.code.0.starts_with("T07") && e.code.0 != "T0711");
    for entry in ordinary {
        assert!(tests.contains(entry.code.0), "{} ({}) is not in tests/cli", entry.code.0, entry.title);
    }
}
