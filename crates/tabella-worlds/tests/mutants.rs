//! The list of wrong edits fits the sources, and `docs/mutations.md` says what caught each.

use std::collections::BTreeSet;
use std::path::Path;
use tabella_worlds::mutants::{Page, parse};

#[test]
fn the_list_of_mutants_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read =
        |file: &str| std::fs::read_to_string(root.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let mutants = parse(&read("crates/tabella-worlds/mutants.txt")).unwrap();
    let page = read("docs/mutations.md");
    let table = Page::read(&page).unwrap();
    let mut names = BTreeSet::new();
    let mut problems = Vec::new();
    for mutant in &mutants {
        let found = read(&mutant.file).matches(&mutant.old).count();
        if found != 1 {
            problems.push(format!("{}: its text is found {found} times in {}", mutant.name, mutant.file));
        }
        if mutant.old == mutant.new || !names.insert(&mutant.name) {
            problems.push(format!("{}: changes nothing, or is there twice", mutant.name));
        }
        match table.caught_by(mutant) {
            None => problems.push(format!("{}: no row; scripts/mutants.sh --missing", mutant.name)),
            Some(by) if by.contains("survived") => problems.push(format!("{}: survived", mutant.name)),
            Some(_) => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(table.write(&mutants) == page, "docs/mutations.md has rows of other mutants or in another order");
}
