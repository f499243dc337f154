//! Tests that read the folder `../shared`, or the one that `TABELLA_SHARED` names. Without the folder the run says of each of them
//! that it is ignored, and what is missing: a test that has not run must not look like one that has passed.

#![allow(dead_code, reason = "each test target uses what it needs")]

use libtest_mimic::{Arguments, Trial};
use std::path::PathBuf;
use std::process::ExitCode;

/// A path in the folder.
pub fn shared(path: &str) -> PathBuf {
    let folder = std::env::var_os("TABELLA_SHARED");
    let folder =
        folder.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    folder.join(path)
}

/// A test that reads a file or folder of it.
pub fn needs(path: &str, name: &str, test: fn()) -> Trial {
    let is_missing = !shared(path).exists();
    let trial = plain(name, test).with_ignored_flag(is_missing);
    if is_missing { trial.with_kind(format!("needs {}", shared(path).display())) } else { trial }
}

/// A test that needs nothing.
pub fn plain(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// Runs tests as the arguments of `cargo test` say.
pub fn run(tests: Vec<Trial>) -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
