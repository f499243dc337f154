//! Fail closed: a policy with a fault does not compile, wherever the fault is and whichever road it came by.
//!
//! Every fault of [`faults`] is written into every kind of policy that has the part it is in, in a `Deny` and in an
//! `Allow`, alone and beside what is right, in the policy language, as an IAM document, and as an account dump where
//! those hold the kind. Each time there must be an error with the fault's code, and no [`Checked`] program. The same
//! policies without the fault must compile, so that it is the fault that is refused.
//!
//! `TABELLA_UPDATE=1 cargo test --test fail_closed` rewrites the table of `docs/semantics.md`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod faults;
mod places;
mod programs;

use faults::{FAULTS, Fault};
use places::{Attempt, KINDS, Place};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use tabella::catalog::Catalog;
use tabella::diag::{Diagnostic, codes, has_errors};
use tabella::hir::Effect;
use tabella::json;
use tabella::limits::Limits;
use tabella::normalize;
use tabella::resolve::{self, Checked, SourceUnit};
use tabella::source::FileId;
use tabella::syntax::{self, ast};

/// All findings, and the program if there is one.
type Outcome = (Option<Checked>, Vec<Diagnostic>);

fn program(trees: Vec<ast::File>, mut findings: Vec<Diagnostic>) -> Outcome {
    let name = |i: usize| format!("{i}.tabella").as_str().into();
    let unit = |(i, tree)| SourceUnit { file: FileId(0), name: name(i), tree };
    let units: Vec<_> = trees.into_iter().enumerate().map(unit).collect();
    let (checked, more) = resolve::program(&units, Catalog::shipped(), &Limits::default());
    findings.extend(more);
    (checked, findings)
}

/// The parser's errors don't keep what it made of the rest from going on.
fn from_language(text: &str) -> Outcome {
    let (tree, findings) = syntax::parse(FileId(0), text, &Limits::default());
    program(vec![tree], findings)
}

fn node(text: &str) -> json::Node {
    let (node, found) = json::read(FileId(0), text, &Limits::default());
    node.unwrap_or_else(|| panic!("{text}: {found:?}"))
}

fn from_document(text: &str, place: Place) -> Outcome {
    let (body, mut findings) = json::import::document(&node(text), place.kind);
    let Some(body) = body else { return (None, findings) };
    let (policy, more) = resolve::body(&body, place.kind, "P", &Limits::default());
    assert_eq!(policy.is_none(), has_errors(&more), "{text}");
    findings.extend(more);
    let item = json::import::item(place.kind, &place.target(), body).unwrap();
    let (estate, found) = syntax::parse(FileId(0), places::ESTATE, &Limits::default());
    assert!(found.is_empty(), "{found:?}");
    let (checked, more) = program(vec![estate, ast::File { items: vec![item] }], Vec::new());
    findings.extend(more);
    // Alone and in an estate it is refused alike.
    assert_eq!(policy.is_some(), checked.is_some(), "{text}: {findings:?}");
    (checked, findings)
}

fn from_dump(text: &str) -> Outcome {
    let (tree, findings) = json::import::authorization_details(&node(text));
    match has_errors(&findings) {
        true => (None, findings),
        false => program(vec![tree], findings),
    }
}

fn outcome(attempt: &Attempt, place: Place) -> Outcome {
    match attempt {
        Attempt::Language(text) => from_language(text),
        Attempt::Document(text) => from_document(text, place),
        Attempt::Dump(text) => from_dump(text),
    }
}

fn say(findings: &[Diagnostic]) -> String {
    let all = findings.iter().filter(|d| d.is_error()).map(|d| format!("{} {}", d.code.0, d.message));
    all.collect::<Vec<_>>().join("; ")
}

/// What is wrong with how a faulty policy fared.
fn refused(found: &Outcome, code: &str) -> Result<(), String> {
    let (checked, findings) = found;
    if checked.is_some() {
        return Err("compiles".into());
    }
    match findings.iter().any(|d| d.is_error() && d.code.0 == code) {
        true => Ok(()),
        false => Err(format!("is refused without {code}: {}", say(findings))),
    }
}

fn faults() -> impl Iterator<Item = &'static Fault> {
    FAULTS.iter().flat_map(|(_, faults)| *faults)
}

fn places_of(fault: &Fault) -> impl Iterator<Item = Place> {
    let effects = fault.effects;
    let kinds = KINDS.into_iter().filter(|k| fault.kinds.contains(k));
    kinds.flat_map(move |kind| effects.iter().map(move |e| Place { kind, effect: *e })).filter(Place::exists)
}

#[test]
fn every_fault_is_refused_everywhere() {
    let (mut attempts, mut failures) = (0, Vec::new());
    for fault in faults() {
        let mut tried = 0;
        for place in places_of(fault) {
            for attempt in place.with(&fault.part) {
                tried += 1;
                let code = match &attempt {
                    Attempt::Language(_) => fault.language,
                    Attempt::Document(_) | Attempt::Dump(_) => fault.json,
                };
                if let Err(problem) = refused(&outcome(&attempt, place), code) {
                    failures.push(format!(
                        "{} ({}) in {place} {problem}\n{}",
                        fault.what,
                        fault.rule,
                        attempt.text()
                    ));
                }
            }
        }
        assert!(tried > 0, "{} is tried nowhere", fault.what);
        attempts += tried;
    }
    println!("{} faults, {attempts} faulty policies", faults().count());
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

/// Else everything could be refused for another reason.
#[test]
fn without_a_fault_every_place_compiles() {
    for fault in faults::SOUND {
        for place in places_of(fault) {
            for attempt in place.with(&fault.part) {
                let (checked, findings) = outcome(&attempt, place);
                let problem = say(&findings);
                assert!(checked.is_some(), "{} in {place}: {problem}\n{}", fault.what, attempt.text());
            }
        }
    }
}

/// A document that was written for IAM means what it means there.
#[test]
fn what_iam_takes_in_vain_is_warned_of() {
    for fault in faults::IN_VAIN {
        for place in places_of(fault) {
            for attempt in place.with(&fault.part) {
                let (checked, findings) = outcome(&attempt, place);
                let warned = findings.iter().any(|d| !d.is_error() && d.code.0 == fault.json);
                let problem = say(&findings);
                assert!(
                    checked.is_some() && warned,
                    "{} in {place}: {problem}\n{}",
                    fault.what,
                    attempt.text()
                );
            }
        }
    }
}

/// Names and what else is not inside of a document.
#[test]
fn every_faulty_program_is_refused() {
    let mut failures = Vec::new();
    for (what, code, source) in programs::FAULTY {
        if let Err(problem) = refused(&from_language(source), code) {
            failures.push(format!("{what} {problem}\n{source}"));
        }
    }
    for (what, code, dump) in programs::FAULTY_DUMPS {
        if let Err(problem) = refused(&from_dump(dump), code) {
            failures.push(format!("{what} {problem}\n{dump}"));
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    for source in programs::SOUND {
        let (checked, findings) = from_language(source);
        assert!(checked.is_some(), "{source}\n{}", say(&findings));
    }
    let (checked, findings) = from_dump(programs::SOUND_DUMP);
    assert!(checked.is_some(), "{}", say(&findings));
}

#[test]
fn what_tables_cannot_keep_is_refused() {
    for (what, code, source) in programs::TOO_MUCH_FOR_TABLES {
        let (checked, findings) = from_language(source);
        let checked = checked.unwrap_or_else(|| panic!("{what}: {}", say(&findings)));
        let (form, findings) = normalize::normalize(&checked, &Limits::default());
        assert!(form.is_none(), "{what}");
        assert!(findings.iter().any(|d| d.is_error() && d.code.0 == *code), "{what}: {}", say(&findings));
    }
}

#[test]
fn every_code_exists() {
    let of_faults = faults().flat_map(|f| [f.language, f.json]).filter(|c| !c.is_empty());
    for code in of_faults.chain(
        programs::FAULTY
            .iter()
            .chain(programs::FAULTY_DUMPS)
            .chain(programs::TOO_MUCH_FOR_TABLES)
            .map(|p| p.1),
    ) {
        assert!(codes::find(code).is_some(), "{code}");
    }
}

const BEGIN: &str = "<!-- fail closed: begin -->\n";
const END: &str = "<!-- fail closed: end -->\n";

#[test]
fn the_table_of_faults_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/semantics.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let wanted = format!("{head}{BEGIN}{}{END}{tail}", table());
    if std::env::var_os("TABELLA_UPDATE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    } else {
        let command = "TABELLA_UPDATE=1 cargo test --test fail_closed";
        assert!(text == wanted, "docs/semantics.md is out of date: {command}");
    }
}

fn table() -> String {
    let mut table = String::from("| part | faults | codes | policies |\n|---|---|---|---|\n");
    for (part, faults) in FAULTS {
        let each = |f: &Fault| places_of(f).map(|p| p.with(&f.part).len()).sum::<usize>();
        let codes = faults.iter().flat_map(|f| [f.language, f.json]);
        row(&mut table, part, faults.iter().map(|f| f.what), codes, faults.iter().map(each).sum());
    }
    let programs =
        || programs::FAULTY.iter().chain(programs::FAULTY_DUMPS).chain(programs::TOO_MUCH_FOR_TABLES);
    row(
        &mut table,
        "between documents",
        programs().map(|p| p.0),
        programs().map(|p| p.1),
        programs().count(),
    );
    table
}

fn row<'a>(
    table: &mut String,
    part: &str,
    faults: impl Iterator<Item = &'a str>,
    codes: impl Iterator<Item = &'a str>,
    policies: usize,
) {
    let mut whats: Vec<&str> = Vec::new();
    faults.for_each(|what| {
        if !whats.contains(&what) {
            whats.push(what)
        }
    });
    let codes: BTreeSet<&str> = codes.filter(|c| !c.is_empty()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    writeln!(table, "| {part} | {} | {} | {policies} |", whats.join("; "), codes.join(", ")).unwrap();
}

/// For messages.
fn effect(effect: Effect) -> &'static str {
    if effect == Effect::Deny { "Deny" } else { "Allow" }
}
