//! The example on the page of each code triggers it.

use crate::catalog::Catalog;
use crate::diag::codes;
use crate::limits::Limits;
use crate::resolve::{SourceUnit, program};
use crate::source::FileId;
use crate::syntax;

/// Codes whose example stands for something too large to print, or that a file cannot hold: each has a test of its own.
const OTHERWISE: [&str; 6] = ["T0308", "T0309", "T0337", "T0349", "T0390", "T0399"];

#[test]
fn every_example_triggers_its_code() {
    let limits = Limits::default();
    let entries = codes::resolve::ENTRIES.iter().chain(codes::catalog::ENTRIES);
    for entry in entries.filter(|e| !OTHERWISE.contains(&e.code.0)) {
        let (_, rest) = entry.page.split_once("```tabella\n").expect(entry.code.0);
        let (text, _) = rest.split_once("\n```").expect(entry.code.0);
        let (tree, found) = syntax::parse(FileId(0), text, &limits);
        assert!(found.is_empty(), "{}: {text}\n{found:#?}", entry.code.0);
        let unit = SourceUnit { file: FileId(0), name: "main.tabella".into(), tree };
        let (_, found) = program(&[unit], Catalog::shipped(), &limits);
        let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
        assert!(codes.contains(&entry.code.0), "{}: {text}\n{found:#?}", entry.code.0);
    }
}

#[test]
fn texts_that_are_too_long() {
    let limits = Limits { pattern_bytes: 10, ..Limits::default() };
    let (tree, _) = syntax::parse(FileId(0), "policy P { allow s3:GetObject }", &limits);
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let (checked, found) = program(&[unit], &Catalog::default(), &limits);
    assert_eq!(found.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["T0308"]);
    assert!(checked.is_none());
}

#[test]
fn programs_that_are_too_large() {
    let limits = Limits { statements: 2, diagnostics: 3, ..Limits::default() };
    let text = "policy P(x) { allow s3:$(x) } account a 111111111111
        role R in a { policies P(\"a\"), P(\"b\"), P(\"c\"), P(\"d\") }
        policy Q { allow a allow b allow c allow d allow e }";
    let (tree, found) = syntax::parse(FileId(0), text, &limits);
    assert!(found.is_empty(), "{found:#?}");
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let (checked, found) = program(&[unit], &Catalog::default(), &limits);
    assert!(checked.is_none());
    let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert!(codes.contains(&"T0349"), "{codes:?}");
    let text = "policy Q { allow a allow b allow c allow d allow e }";
    let limits = Limits { diagnostics: 3, ..Limits::default() };
    let (tree, _) = syntax::parse(FileId(0), text, &limits);
    let unit = SourceUnit { file: FileId(0), name: "main".into(), tree };
    let codes: Vec<&str> =
        program(&[unit], &Catalog::default(), &limits).1.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["T0316", "T0316", "T0316", "T0399"]);
}
