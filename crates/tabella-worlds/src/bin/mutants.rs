//! Mutation check: applies wrong edits one at a time in a scratch copy of the project and says which suites caught
//! each. What it finds it writes into the table of `docs/mutations.md`, a row as soon as it is known.
//!
//! Every mutant meets the rule suites; one of the evaluators or of what lies between them meets the differential
//! test too. Where neither fails the unit tests are run, and after them everything. A mutant that does not compile,
//! or whose text is not found exactly once, is a mistake in the list and counts as a failure of this check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;
use tabella_worlds::mutants::{Mutant, Page, parse};

const HELP: &str = "applies the wrong edits of crates/tabella-worlds/mutants.txt one at a time
  --only WORD     mutants whose name or file holds the word
  --from N        begin with the N-th of the list
  --missing       only those without a row in docs/mutations.md
  --first         stop at the first suite that catches a mutant
  --work DIR      where the scratch tree and its target folder lie (default: in the temporary folder)";

/// One selection of packages, so that every suite links the same build of the library.
const PACKAGES: [&str; 8] = ["test", "-q", "-p", "tabella", "-p", "tabella-runtime", "-p", "tabella-worlds"];
const RULES: &[&str] = &["--test", "rules"];
const DIFFERENTIAL: &[&str] = &["--test", "differential"];
const UNITS: &[&str] = &["--lib"];
/// The test of the list itself sees every mutant.
const ALL: &[&str] = &["--no-fail-fast", "--", "--skip", "the_list_of_mutants"];

struct Options {
    only: Option<String>,
    from: usize,
    missing: bool,
    first: bool,
    work: PathBuf,
}

fn main() -> ExitCode {
    let outcome = options().and_then(|options| run(&options));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options, String> {
    let work = std::env::temp_dir().join("tabella-mutants");
    let mut o = Options { only: None, from: 1, missing: false, first: false, work };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--only" => o.only = Some(value()?),
            "--from" => o.from = value()?.parse().map_err(|e| format!("--from: {e}"))?,
            "--missing" => o.missing = true,
            "--first" => o.first = true,
            "--work" => o.work = value()?.into(),
            _ => return Err(format!("unknown argument {name}\n{HELP}")),
        }
    }
    Ok(o)
}

fn run(options: &Options) -> Result<bool, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = root.join("docs/mutations.md");
    let mutants = parse(&read(&root.join("crates/tabella-worlds/mutants.txt"))?)?;
    let scratch = Scratch { tree: options.work.join("tree"), target: options.work.join("target") };
    scratch.copy(&root)?;
    let (mut caught, mut total) = (0, 0);
    for (i, mutant) in mutants.iter().enumerate().skip(options.from.saturating_sub(1)) {
        let text = read(&page)?;
        let mut table = Page::read(&text)?;
        let wanted = options.only.as_ref().is_none_or(|o| mutant.name.contains(o) || mutant.file.contains(o));
        if !wanted || options.missing && table.caught_by(mutant).is_some() {
            continue;
        }
        let start = Instant::now();
        let found = scratch.with(mutant, || scratch.suites(mutant, options.first))??;
        let by = if found.is_empty() { "**survived**".to_owned() } else { found.join("; ") };
        println!("{} {}: {by} ({} s)", i + 1, mutant.name, start.elapsed().as_secs());
        total += 1;
        caught += usize::from(!found.is_empty());
        table.record(mutant, &by);
        write(&page, table.write(&mutants))?;
    }
    println!("{caught} of {total} caught");
    Ok(caught == total)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// A copy of the project with a target folder of its own.
struct Scratch {
    tree: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// Copies what git knows of and what is new, where it differs.
    fn copy(&self, root: &Path) -> Result<(), String> {
        let listed = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .map_err(|e| format!("git ls-files: {e}"))?;
        for name in String::from_utf8_lossy(&listed.stdout).lines() {
            let (from, to) = (root.join(name), self.tree.join(name));
            let Ok(new) = std::fs::read(&from) else { continue };
            if std::fs::read(&to).is_ok_and(|old| old == new) {
                continue;
            }
            if let Some(folder) = to.parent() {
                std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            }
            write(&to, new)?;
        }
        let names = String::from_utf8_lossy(&listed.stdout).into_owned();
        prune(&self.tree, &names.lines().map(|name| self.tree.join(name)).collect())
    }

    /// Does something while a mutant is in the tree.
    fn with<T>(&self, mutant: &Mutant, work: impl FnOnce() -> T) -> Result<T, String> {
        let path = self.tree.join(&mutant.file);
        let original = read(&path)?;
        let found = original.matches(&mutant.old).count();
        if found != 1 {
            return Err(format!("{}: its text is found {found} times", mutant.name));
        }
        write(&path, original.replacen(&mutant.old, &mutant.new, 1))?;
        let outcome = work();
        write(&path, &original)?;
        Ok(outcome)
    }

    /// The suites that fail, each with what failed first.
    fn suites(&self, mutant: &Mutant, first: bool) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        let mut run = |name: &str, suite: &[&str]| -> Result<bool, String> {
            let failed = self.suite(mutant, suite)?;
            found.extend(failed.iter().map(|test| format!("{name}: {test}")));
            Ok(failed.is_some())
        };
        let mut caught = run("rules", RULES)?;
        let between = ["src/reference/", "src/normalize/", "src/lower/", "crates/tabella-runtime/"];
        if !(caught && first) && between.iter().any(|folder| mutant.file.starts_with(folder)) {
            caught |= run("differential", DIFFERENTIAL)?;
        }
        let _ = caught || run("unit tests", UNITS)? || run("other tests", ALL)?;
        Ok(found)
    }

    /// Runs one suite: `None` if it passes, else what failed first.
    fn suite(&self, mutant: &Mutant, suite: &[&str]) -> Result<Option<String>, String> {
        let output = Command::new("timeout")
            .args(["900", "cargo"])
            .args(PACKAGES)
            .args(suite)
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "1")
            .output()
            .map_err(|e| e.to_string())?;
        if output.status.success() {
            return Ok(None);
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        // A run that tests nothing catches nothing.
        let of_tests = |line: &str| line.starts_with("error: test failed") || line.contains("target failed");
        if let Some(error) = errors.lines().find(|l| l.starts_with("error: ") && !of_tests(l)) {
            return Err(format!("{}: {error}\n{errors}", mutant.name));
        }
        Ok(Some(failure(&String::from_utf8_lossy(&output.stdout))))
    }
}

/// Removes what is no longer among the files: a file that moved would be there twice.
fn prune(folder: &Path, files: &BTreeSet<PathBuf>) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            prune(&path, files)?;
        } else if !files.contains(&path) {
            std::fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(())
}

/// The rules whose cases failed, or the first test that did.
fn failure(output: &str) -> String {
    let mut rules: Vec<&str> = Vec::new();
    for line in output.lines().filter(|l| l.contains(" tests/rules/")) {
        let rule = line.split(' ').next().unwrap_or_default();
        if rule.strip_prefix('R').is_some_and(|n| n.parse::<u32>().is_ok()) && !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    let failed = output.lines().find_map(|l| l.strip_prefix("---- ")?.split(" stdout").next());
    let test = failed.map_or("the run failed".to_owned(), |test| format!("`{test}`"));
    match rules.as_slice() {
        [] => test,
        few if few.len() <= 4 => format!("{test}, cases of {}", few.join(", ")),
        many => format!(
            "{test}, cases of {} and {} more",
            many.get(..3).unwrap_or(many).join(", "),
            many.len() - 3
        ),
    }
}
