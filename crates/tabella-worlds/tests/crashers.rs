//! Inputs that a fuzz target once failed on, kept in `tests/crashers/TARGET/`; and the examples, so that no target
//! fails on ordinary input.

use std::path::{Path, PathBuf};
use tabella_worlds::fuzz;

/// A name and what it does with its bytes.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 8] = [
    ("lex_parse", fuzz::lex_parse),
    ("print_parse", fuzz::print_parse),
    ("json_import", fuzz::json_import),
    ("program", fuzz::program),
    ("compile_vs_reference", fuzz::compile_vs_reference),
    ("artifact_load", fuzz::artifact_load),
    ("hostile", hostile),
    ("hostile_artifact", hostile_artifact),
];

// The targets that measure; here each piece of work has only to end.
fn hostile(data: &[u8]) {
    fuzz::hostile(data, &mut |_, work| work());
}

fn hostile_artifact(data: &[u8]) {
    fuzz::hostile_artifact(data, &mut |_, work| work());
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

#[test]
fn what_once_failed_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crashers");
    for (name, target) in TARGETS {
        let mut found = Vec::new();
        files(&root.join(name), &mut found);
        for path in found {
            println!("{}", path.display());
            target(&std::fs::read(path).unwrap());
        }
    }
}

#[test]
fn ordinary_input_passes() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"), &mut found);
    assert!(found.len() >= 3);
    for path in found {
        let text = std::fs::read(path).unwrap();
        TARGETS.iter().for_each(|(_, target)| target(&text));
    }
}

/// The fuzz targets measure the time that hostile inputs take; here each command has only to end.
#[test]
fn hostile_input_ends() {
    for seed in 0..12_u8 {
        hostile(&[seed, seed.wrapping_mul(37), seed.wrapping_mul(101)]);
    }
    for seed in 0..60_u8 {
        hostile_artifact(&[seed, seed.wrapping_mul(37), seed.wrapping_mul(101), seed.wrapping_mul(7)]);
    }
}
