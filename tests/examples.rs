//! The examples hold: their tests pass on both engines, they are in the one layout, and the README shows them as they are.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use snapbox::cmd::{Command, cargo_bin};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tabella(arguments: &[&str]) -> Command {
    Command::new(cargo_bin!("tabella")).args(arguments).current_dir(root())
}

fn estates() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root().join("examples"))
        .unwrap()
        .flatten()
        .filter(|e| e.path().is_dir())
        .map(|e| Path::new("examples").join(e.file_name()))
        .collect();
    found.sort();
    found
}

#[test]
fn every_expectation_is_met() {
    let mut passed = 0;
    for estate in estates() {
        let out = tabella(&["test", "--engine", "both"]).arg(&estate).assert().code(0);
        let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        let last = text.lines().last().unwrap();
        assert!(last.ends_with(" passed, 0 failed, 0 skipped"), "{}: {last}", estate.display());
        passed += last.split(' ').next().unwrap().parse::<usize>().unwrap();
    }
    assert!(passed >= 100, "only {passed} expectations in all examples");
}

#[test]
fn every_example_is_in_the_one_layout() {
    for estate in estates() {
        tabella(&["fmt", "--check"]).arg(&estate).assert().code(0).stdout_eq("");
    }
}

#[test]
fn every_example_is_clean() {
    for estate in estates() {
        if estate.ends_with("managed") {
            // AWS's own text, kept as it is; the comment beside it says what the warning is about.
            let out = tabella(&["check"]).arg(&estate).assert().code(0);
            let text = String::from_utf8(out.get_output().stderr.clone()).unwrap();
            assert!(text.contains("logs:StopLiveTail") && text.contains("1 warning"), "{text}");
        } else {
            tabella(&["check", "--deny-warnings"]).arg(&estate).assert().code(0).stderr_eq("");
        }
    }
}

/// The fenced block of the README that begins with a line.
fn shown(first: &str) -> String {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let block = readme.split("```").find(|b| b.lines().nth(1).is_some_and(|l| l.starts_with(first)));
    block.unwrap_or_else(|| panic!("README.md has no block that begins with `{first}`")).to_string()
}

#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let block = shown("$ cargo run");
    let (command, printed) = block.trim_start_matches("console\n").split_once('\n').unwrap();
    let arguments: Vec<&str> = command.split(" -- ").nth(1).unwrap().split(' ').collect();
    let out = tabella(&arguments).assert().code(0);
    assert_eq!(String::from_utf8(out.get_output().stdout.clone()).unwrap(), printed);
}

#[test]
fn the_readme_shows_the_embedding_example() {
    let code = std::fs::read_to_string(root().join("examples/embed.rs")).unwrap();
    let begin = code.find("use tabella_runtime").unwrap();
    assert_eq!(shown("use tabella_runtime").trim_start_matches("rust\n"), &code[begin..]);
}
