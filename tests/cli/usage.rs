//! Usage, exit codes of mistakes in it, and the pages of codes.

use super::tabella;
use snapbox::str;

#[test]
fn help_says_exit_codes() {
    let out = tabella().arg("--help").assert().code(0);
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    for word in ["check", "fmt", "import", "explain", "completions", "Exit codes:", "--message-format"] {
        assert!(text.contains(word), "{word} is not in the help:\n{text}");
    }
}

#[test]
fn usage_errors_are_2() {
    tabella().arg("chekc").assert().code(2);
    tabella().assert().code(2);
    tabella().args(["check", "--message-format", "xml"]).assert().code(2);
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let out = tabella().args(["completions", shell]).assert().code(0);
        assert!(out.get_output().stdout.len() > 500, "{shell}");
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let mut child = std::process::Command::new(snapbox::cmd::cargo_bin!("tabella"))
        .args(["completions", "bash"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stderr), "");
    assert_eq!(out.status.code(), Some(0));
}

#[test]
fn explain_prints_a_page() {
    let out = tabella().args(["explain", "t0701"]).assert().code(0);
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    assert!(text.starts_with("# T0701: a file cannot be read\n"), "{text}");
}

#[test]
fn explain_lists_every_code() {
    let out = tabella().arg("explain").assert().code(0);
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    assert_eq!(text.lines().count(), tabella::diag::codes::all().count());
}

#[test]
fn explain_an_unknown_code() {
    tabella().args(["explain", "T9999"]).assert().code(2).stderr_eq(str![[r#"
error[T0706]: there is no code `T9999`
 |
 = help: `tabella explain` lists all codes

1 error

"#]]);
}
