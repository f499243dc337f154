//! The rule suites: `tests/rules/*.md`, one section for each rule of evaluation, with policies, requests and what must
//! come of them. Every rule must have a case that allows or accepts and one that denies or refuses, unless its
//! section says why it can't be observed.
//!
//! Blocks of a section:
//!
//! | info string | what it holds |
//! |---|---|
//! | `tabella` | a program; its `test` blocks are run |
//! | `tabella warn CODE`, `tabella refuse CODE` | a program that is warned of or refused with this code |
//! | `json KIND accept`, `… warn CODE`, `… refuse [CODE]` | an IAM document of this kind |
//! | `json case` | cases of the conformance format, one a line: documents, a request, and what comes of it |
//! | `json request` | requests, one a line, with `expect` and `because`, to the program before |
//! | `json call allow`, `json call deny` | requests that are one call: allowed only if all are |
//!
//! `TABELLA_UPDATE=1 cargo test --test rules` rewrites the table of `docs/semantics.md`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod engines;
mod markdown;
mod requests;
mod run;

use markdown::Section;
use std::fmt::Write as _;
use std::path::Path;

const RULES: u32 = 153;
const BEGIN: &str = "<!-- rules: begin -->\n";
const END: &str = "<!-- rules: end -->\n";

fn sections() -> Vec<Section> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "md"));
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        markdown::sections(&name, &std::fs::read_to_string(file).unwrap())
    };
    files.iter().flat_map(read).collect()
}

#[test]
fn every_case_holds() {
    let (mut cases, mut failures) = (0, Vec::new());
    for section in sections() {
        let tally = run::section(&section);
        cases += tally.positive + tally.negative;
        failures.extend(tally.failures);
    }
    println!("{cases} cases of {RULES} rules, {} failed", failures.len());
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_rule_has_cases_for_and_against() {
    let sections = sections();
    let numbers: Vec<u32> = sections.iter().map(|s| s.rule).collect();
    assert_eq!(numbers, (1..=RULES).collect::<Vec<_>>(), "one section for each rule, in order");
    for section in &sections {
        let tally = run::section(section);
        let observed = tally.positive > 0 && tally.negative > 0;
        let excused = section.unobservable && tally.positive + tally.negative == 0;
        assert!(
            observed || excused,
            "R{} has {} cases for and {} against",
            section.rule,
            tally.positive,
            tally.negative
        );
    }
}

#[test]
fn the_table_of_rules_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/semantics.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let wanted = format!("{head}{BEGIN}{}{END}{tail}", table());
    if std::env::var_os("TABELLA_UPDATE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    } else {
        assert!(text == wanted, "docs/semantics.md is out of date: TABELLA_UPDATE=1 cargo test --test rules");
    }
}

fn table() -> String {
    let mut table = String::from("| rule | what it says | for | against | suite |\n|---|---|---|---|---|\n");
    for section in sections() {
        let tally = run::section(&section);
        let (rule, title, file) = (section.rule, &section.title, &section.file);
        let cases = match section.unobservable {
            true => "– | –".to_owned(),
            false => format!("{} | {}", tally.positive, tally.negative),
        };
        writeln!(table, "| R{rule} | {title} | {cases} | [{file}](../tests/rules/{file}) |").unwrap();
    }
    table
}
