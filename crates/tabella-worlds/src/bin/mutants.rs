//! Mutation check: applies wrong edits one at a time in a scratch copy of the project and says which suite
//! caught each. `cargo run -p tabella-worlds --bin mutants -- [--list FILE] [--only WORD] [--work DIR]`
//!
//! The list holds one block a mutant:
//! ```text
//! == name of the mutant (rule)
//! file: src/reference/gates.rs
//! <<<
//! exact text, once in the file
//! ===
//! what it becomes
//! >>>
//! ```
//! The suites run in the order below; the first that fails caught it, unless `--suites all` wants all of them. A mutant that does not compile, or whose text
//! is not found exactly once, is a mistake in the list and counts as a failure of this check.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

struct Mutant {
    name: String,
    file: String,
    old: String,
    new: String,
}

/// Name and `cargo test` arguments. The conformance cases need `TABELLA_SHARED`.
const SUITES: &[(&str, &[&str])] = &[
    ("rules", &["test", "-q", "-p", "tabella", "--test", "rules"]),
    ("unit tests", &["test", "-q", "-p", "tabella", "-p", "tabella-runtime", "--lib"]),
    ("differential", &["test", "-q", "-p", "tabella-worlds", "--test", "differential"]),
    ("conformance", &["test", "-q", "-p", "tabella", "--test", "conformance"]),
    ("generated", &["test", "-q", "-p", "tabella-worlds", "--tests"]),
];

enum Outcome {
    Caught { suite: &'static str, test: String },
    Survived,
    Broken(String),
}

fn main() -> ExitCode {
    let mut list = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/mutants.txt"));
    let (mut only, mut work) = (None, std::env::temp_dir().join("tabella-mutants"));
    let mut all = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--list", Some(v)) => list = v.into(),
            ("--only", Some(v)) => only = Some(v),
            ("--work", Some(v)) => work = v.into(),
            ("--suites", Some(v)) => all = v == "all",
            (other, _) => {
                eprintln!("unknown argument {other}");
                return ExitCode::FAILURE;
            }
        }
    }
    match run(&list, only.as_deref(), &work, all) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn run(list: &Path, only: Option<&str>, work: &Path, all: bool) -> Result<bool, String> {
    let text = std::fs::read_to_string(list).map_err(|e| format!("{}: {e}", list.display()))?;
    let mutants = parse(&text)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scratch = work.join("tree");
    copy(&root, &scratch)?;
    let (mut caught, mut total) = (0, 0);
    println!("| # | mutant | file | caught by | seconds |\n|---|---|---|---|---|");
    for (i, mutant) in mutants.iter().enumerate() {
        if only.is_some_and(|o| !mutant.name.contains(o)) {
            continue;
        }
        total += 1;
        let start = Instant::now();
        let outcomes = try_mutant(mutant, &scratch, work, all);
        let mut by = String::new();
        for outcome in &outcomes {
            let _ = match outcome {
                Outcome::Caught { suite, test } => write!(by, "{suite}: `{test}`; "),
                Outcome::Survived => write!(by, "**survived**; "),
                Outcome::Broken(why) => write!(by, "**broken**: {why}; "),
            };
        }
        caught += usize::from(outcomes.iter().any(|o| matches!(o, Outcome::Caught { .. })));
        let seconds = start.elapsed().as_secs();
        println!(
            "| {} | {} | {} | {} | {seconds} |",
            i + 1,
            mutant.name,
            mutant.file,
            by.trim_end_matches("; ")
        );
    }
    println!("\n{caught} of {total} caught");
    Ok(caught == total)
}

fn parse(text: &str) -> Result<Vec<Mutant>, String> {
    let mut out = Vec::new();
    for block in text.split("\n== ").skip(1) {
        let fault = |what: &str| format!("{what} in block `{}`", block.lines().next().unwrap_or(""));
        let (name, rest) = block.split_once('\n').ok_or_else(|| fault("no lines"))?;
        let file =
            rest.lines().next().and_then(|l| l.strip_prefix("file: ")).ok_or_else(|| fault("no file"))?;
        let body = rest.split_once("<<<\n").ok_or_else(|| fault("no <<<"))?.1;
        let (old, body) = body.split_once("\n===\n").ok_or_else(|| fault("no ==="))?;
        let (new, _) =
            body.split_once("\n>>>").or_else(|| body.split_once(">>>")).ok_or_else(|| fault("no >>>"))?;
        out.push(Mutant { name: name.into(), file: file.into(), old: old.into(), new: new.into() });
    }
    Ok(out)
}

/// Copies what git knows of, so that the scratch tree builds by itself and keeps its own target folder.
fn copy(root: &Path, scratch: &Path) -> Result<(), String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("git ls-files: {e}"))?;
    for name in String::from_utf8_lossy(&listed.stdout).lines() {
        let (from, to) = (root.join(name), scratch.join(name));
        let Ok(new) = std::fs::read(&from) else { continue };
        if std::fs::read(&to).is_ok_and(|old| old == new) {
            continue;
        }
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        std::fs::write(&to, new).map_err(|e| format!("{}: {e}", to.display()))?;
    }
    Ok(())
}

fn try_mutant(mutant: &Mutant, scratch: &Path, work: &Path, all: bool) -> Vec<Outcome> {
    let path = scratch.join(&mutant.file);
    let original = match std::fs::read_to_string(&path) {
        Ok(t) => t,
        Err(e) => return vec![Outcome::Broken(format!("{}: {e}", mutant.file))],
    };
    let found = original.matches(&mutant.old).count();
    if found != 1 {
        return vec![Outcome::Broken(format!("text found {found} times"))];
    }
    if let Err(e) = std::fs::write(&path, original.replacen(&mutant.old, &mutant.new, 1)) {
        return vec![Outcome::Broken(e.to_string())];
    }
    let outcomes = suites(scratch, work, all);
    if let Err(e) = std::fs::write(&path, &original) {
        return vec![Outcome::Broken(format!("could not undo: {e}"))];
    }
    outcomes
}

fn suites(scratch: &Path, work: &Path, all: bool) -> Vec<Outcome> {
    let cargo = |args: &[&str]| {
        Command::new("timeout")
            .args(["900", "cargo"])
            .args(args)
            .current_dir(scratch)
            .env("CARGO_TARGET_DIR", work.join("target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .output()
            .map_err(|e| e.to_string())
    };
    match cargo(&["check", "-q", "-p", "tabella-worlds"]) {
        Ok(o) if o.status.success() => {}
        Ok(o) => {
            let text = String::from_utf8_lossy(&o.stderr).into_owned();
            let line = text.lines().find(|l| l.starts_with("error")).unwrap_or("does not compile");
            return vec![Outcome::Broken(line.to_string())];
        }
        Err(e) => return vec![Outcome::Broken(e)],
    }
    let mut outcomes = Vec::new();
    for (suite, args) in SUITES {
        match cargo(args) {
            Ok(o) if o.status.success() => {}
            Ok(o) => {
                let text = String::from_utf8_lossy(&o.stdout).into_owned();
                let failed = text.lines().find_map(|l| l.strip_prefix("---- ")?.split(" stdout").next());
                let test = failed.unwrap_or("(the run failed)").to_string();
                outcomes.push(Outcome::Caught { suite, test });
                if !all {
                    return outcomes;
                }
            }
            Err(e) => return vec![Outcome::Broken(e)],
        }
    }
    if outcomes.is_empty() {
        outcomes.push(Outcome::Survived);
    }
    outcomes
}
