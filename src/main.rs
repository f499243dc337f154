//! The `tabella` command; all of it is in [`tabella::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tabella::cli::main()
}
