//! The house rules that a machine can check: who imports whom, who touches the world outside, how long files are.
//! `ARCHITECTURE.md` explains them; its table of imports is the law, and so are the tables here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each top-level module and the modules it may import, as the page has them. What is not listed there may not be
/// imported.
fn imports() -> Vec<(String, Vec<String>)> {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, section) = page.split_once("## Who may import whom").unwrap();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<String>>();
    let mut table = Vec::new();
    for row in section.lines().skip_while(|l| !l.starts_with("| `")).take_while(|l| l.starts_with("| `")) {
        let [_, modules, allowed, _] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        // `cli` may import all.
        let modules = names(modules).into_iter().filter(|m| m != "cli");
        table.extend(modules.map(|module| (module, names(allowed))));
    }
    assert!(table.len() > 10, "the page has no table: {table:?}");
    table
}

/// Libraries that only one module may know, so that it can be replaced there.
const PRIVATE_LIBRARIES: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["diag"]),
    ("lalrpop_util", &["syntax"]),
    ("logos", &["syntax", "json"]),
    ("bitvec", &["lower"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("tempfile", &["cli"]),
];

/// What only `cli` may do.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "std::net::Tcp",
    "std::process",
    "std::thread",
    "std::time",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "Timestamp::now",
    "Zoned::now",
];

/// Files may have this many lines.
const MOST_LINES: usize = 600;

/// Longer files, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[
    ("src/hir.rs", "one type a concept of IAM, half of it documentation; no logic"),
    ("src/syntax/ast.rs", "one type a construct of the language, half of it documentation; no logic"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under a folder of the project, with `/` in their names, sorted.
fn rust_files(folder: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut pending = vec![root().join(folder)];
    while let Some(dir) = pending.pop() {
        for entry in std::fs::read_dir(&dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

fn is_test(name: &str) -> bool {
    let path = Path::new(name);
    path.file_stem().is_some_and(|s| s == "tests") || path.components().any(|c| c.as_os_str() == "tests")
}

/// The first folder or file name under `src/`.
fn module(name: &str) -> &str {
    let rest = name.strip_prefix("src/").unwrap_or(name);
    rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs")
}

/// The code without comments, so that prose may name what code may not. Good enough for our own files: a `//`
/// inside a string ends the line early, which can only hide what follows it on that line.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Modules named after `crate::`, groups `crate::{a::x, b}` included.
fn imported(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if rest.starts_with('{') {
            found.extend(group(rest));
        } else {
            found.insert(word(rest));
        }
    }
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first words of the items of a group, at its outermost level.
fn group(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = 0;
    let mut fresh = false;
    for (i, c) in text.char_indices() {
        match c {
            '{' => {
                depth += 1;
                fresh = depth == 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            ',' => fresh = depth == 1,
            c if c.is_whitespace() => {}
            _ if fresh => {
                found.push(word(&text[i..]));
                fresh = false;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn imports_go_one_way() {
    let table = imports();
    let mut wrong = Vec::new();
    for (name, text) in rust_files("src") {
        let from = module(&name);
        if is_test(&name) || matches!(from, "cli" | "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = table.iter().find(|(m, _)| m == from) else {
            wrong.push(format!("{name}: the module `{from}` is not in the table of imports"));
            continue;
        };
        for to in imported(&code(&text)) {
            if to != from && !allowed.contains(&to) {
                wrong.push(format!("{name}: `{from}` may not import `{to}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_imports_has_no_cycle() {
    let table = imports();
    for (i, (module, allowed)) in table.iter().enumerate() {
        for other in allowed {
            let before = table.iter().position(|(m, _)| m == other);
            assert!(before.is_some_and(|b| b < i), "`{module}` may import `{other}`, which stands after it");
        }
    }
}

#[test]
fn the_table_of_imports_names_modules_that_are_there() {
    let files = rust_files("src");
    let here: BTreeSet<&str> = files.keys().map(|name| module(name)).collect();
    for (name, _) in imports() {
        assert!(here.contains(name.as_str()), "there is no module `{name}`");
    }
}

#[test]
fn groups_are_taken_apart() {
    let found = imported("use crate::{a::{x, y}, b, c::d};\nlet z = crate::e::f(crate::g);");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "b", "c", "e", "g"]);
}

#[test]
fn only_the_command_touches_the_outside() {
    let mut wrong = Vec::new();
    for (name, text) in rust_files("src").into_iter().chain(rust_files("crates/tabella-runtime/src")) {
        if is_test(&name) || module(&name) == "cli" || name == "src/main.rs" {
            continue;
        }
        let code = code(&text);
        for what in OUTSIDE {
            if code.contains(what) {
                wrong.push(format!("{name}: `{what}` is for `cli` only"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_where_they_are() {
    let mut wrong = Vec::new();
    for (name, text) in rust_files("src") {
        let code = code(&text);
        for (library, modules) in PRIVATE_LIBRARIES {
            let used = code.contains(&format!("{library}::")) || code.contains(&format!("use {library}"));
            if used && !is_test(&name) && !modules.contains(&module(&name)) {
                wrong.push(format!("{name}: `{library}` is for {modules:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reference_evaluator_shares_only_the_request() {
    for (name, text) in rust_files("src") {
        if module(&name) != "reference" || is_test(&name) {
            continue;
        }
        let code = code(&text);
        for (at, _) in code.match_indices("tabella_runtime::") {
            let rest = &code[at + "tabella_runtime::".len()..];
            let named = if rest.starts_with('{') { group(rest) } else { vec![word(rest)] };
            // The request and what bounds it: `limits` says which requests are malformed, for both evaluators alike.
            let shared = [
                "Context",
                "Decision",
                "Entry",
                "Gate",
                "Outcome",
                "Request",
                "Session",
                "Values",
                "Extras",
                "is_derived_key",
                "is_session_key",
                "limits",
            ];
            for what in named {
                assert!(shared.contains(&what.as_str()), "{name}: shares `{what}` with the runtime");
            }
        }
    }
}

#[test]
fn the_runtime_is_alone() {
    for (name, text) in rust_files("crates/tabella-runtime/src") {
        let code = code(&text);
        assert!(!code.contains("tabella::"), "{name}: the runtime may not know the compiler");
        if !is_test(&name) {
            for library in ["std::", "alloc::"] {
                assert!(
                    !code.contains(library),
                    "{name}: `{library}` in a crate that neither has std nor allocates"
                );
            }
        }
    }
    let lib = std::fs::read_to_string(root().join("crates/tabella-runtime/src/lib.rs")).unwrap();
    assert!(lib.contains("#![no_std]") && lib.contains("#![forbid(unsafe_code)]"));
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for (name, text) in rust_files("src").into_iter().chain(rust_files("crates")) {
        let lines = text.lines().count();
        let long = LONG_FILES.iter().any(|(n, _)| *n == name);
        if lines > MOST_LINES && !long {
            wrong.push(format!("{name}: {lines} lines, more than {MOST_LINES}"));
        }
        if lines <= MOST_LINES && long {
            wrong.push(format!("{name}: {lines} lines, no longer a long file"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    for (name, text) in rust_files("src").into_iter().chain(rust_files("crates")) {
        let tests = is_test(&name);
        assert!(tests || text.starts_with("//!"), "{name}: begins without a module comment");
    }
}
