//! Whole programs: [`check`] compares a world with a short text of it, [`reject`] the codes of what is wrong.

mod estates;
mod mistakes;
mod nameable;
mod show;
mod silent;

use super::{SourceUnit, program};
use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::limits::Limits;
use crate::resolve::Checked;
use crate::source::FileId;
use crate::syntax;

/// Parses and resolves files.
fn resolve(files: &[(&str, &str)]) -> (Option<Checked>, Vec<Diagnostic>) {
    let limits = Limits::default();
    let mut units = Vec::new();
    for (i, (name, text)) in files.iter().enumerate() {
        let (tree, found) = syntax::parse(FileId(i as u32), text, &limits);
        assert!(found.is_empty(), "{text}\n{found:#?}");
        units.push(SourceUnit { file: FileId(i as u32), name: (*name).into(), tree });
    }
    program(&units, &Catalog::default(), &limits)
}

/// The world of one file, written down, is this; nothing is found.
#[track_caller]
fn check(text: &str, expected: &str) {
    check_with(text, &[], expected);
}

/// The world of one file is this, and these warnings are found.
#[track_caller]
fn check_with(text: &str, warnings: &[&str], expected: &str) {
    let (world, found) = resolve(&[("main.tabella", text)]);
    let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, warnings, "{found:#?}");
    let shown = show::world(world.expect("a world").world());
    let trim = |s: &str| s.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n");
    assert_eq!(trim(&shown), trim(expected), "{text}");
}

/// The files are refused with these codes, in this order.
#[track_caller]
fn reject_files(files: &[(&str, &str)], codes: &[&str]) -> Vec<Diagnostic> {
    let (world, found) = resolve(files);
    let given: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(given, codes, "{files:?}\n{found:#?}");
    assert!(world.is_none(), "{files:?}");
    found
}

/// One file is refused with these codes.
#[track_caller]
fn reject(text: &str, codes: &[&str]) -> Vec<Diagnostic> {
    reject_files(&[("main.tabella", text)], codes)
}
