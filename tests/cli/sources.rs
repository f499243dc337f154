//! Files that are read, errors in them, and their layout.

use super::{Folder, GOOD, tabella};
use snapbox::str;

#[test]
fn a_missing_file() {
    let dir = Folder::new("missing", &[]);
    dir.run(&["check", "missing.tabella"]).assert().code(2).stderr_eq(str![[r#"
error[T0701]: `missing.tabella` cannot be read
 |
 = note: No such file or directory (os error 2)

1 error

"#]]);
}

#[test]
fn an_empty_folder() {
    let dir = Folder::new("empty-folder", &[("note.txt", "x")]);
    dir.run(&["check"]).assert().code(2).stderr_eq(str![[r#"
error[T0705]: there is no `.tabella` file in `.`

1 error

"#]]);
}

#[test]
fn an_empty_file_is_an_empty_estate() {
    let dir = Folder::new("empty-file", &[("a.tabella", "")]);
    dir.run(&["check", "a.tabella"]).assert().code(0).stderr_eq("");
}

#[test]
fn invalid_utf8() {
    let dir = Folder::new("utf8", &[]);
    dir.write("a.tabella", b"policy P { // caf\xe9\n}\n");
    dir.run(&["check", "a.tabella"]).assert().code(2).stderr_eq(str![[r#"
error[T0702]: the file is not UTF-8
 --> a.tabella:1:18
  |
1 | policy P { // caf�
  |                  ^ these bytes
  |
  = help: save it as UTF-8

1 error

"#]]);
}

#[test]
fn a_binary_file() {
    let dir = Folder::new("binary", &[]);
    dir.write("a.tabella", b"\x7fELF\0\0\0\x01");
    dir.run(&["check", "a.tabella"]).assert().code(2).stderr_eq(str![[r#"
error[T0704]: `a.tabella` is not a text file
 |
 = help: sources are UTF-8 text that ends in `.tabella`

1 error

"#]]);
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let dir = Folder::new("huge", &[]);
    std::fs::File::create(dir.0.join("a.tabella")).unwrap().set_len(300 << 20).unwrap();
    dir.run(&["check", "a.tabella"]).assert().code(2).stderr_eq(str![[r#"
error[T0703]: `a.tabella` is larger than the limit of 268435456 bytes

1 error

"#]]);
}

#[test]
fn hidden_folders_and_other_files_are_not_searched() {
    let files =
        [("a.tabella", GOOD), (".git/b.tabella", "policy {"), ("c.txt", "policy {"), ("d/e.tabella", "deny")];
    let dir = Folder::new("search", &files);
    dir.run(&["check", "--message-format", "json"]).assert().code(2).stdout_eq(str![[r#"
{"code":"T0101","severity":"error","message":"expected an item such as `policy` or `role`, found `deny`","title":"not what the grammar expects","place":{"file":"d/e.tabella","line":1,"column":1,"end_line":1,"end_column":5,"start":0,"end":4},"label":"","secondary":[],"notes":[],"help":null,"fix":null}

"#]]);
}

#[test]
fn standard_input() {
    tabella().args(["check", "-"]).stdin(GOOD).assert().code(0);
    tabella().args(["check", "-"]).stdin("policy P {").assert().code(2).stderr_eq(str![[r#"
error[T0107]: this `{` is never closed
 --> <stdin>:1:10
  |
1 | policy P {
  |          ^
  |
  = help: add a `}`

1 error

"#]]);
}

#[test]
fn every_error_of_every_file_in_one_run() {
    let files = [
        ("a.tabella", "policy P {\n  allow s3:GetObject on\n}\nconst x = \"open\n"),
        ("b.tabella", "rolle R {}\n"),
    ];
    let dir = Folder::new("many", &files);
    dir.run(&["check"]).assert().code(2).stderr_eq(str![[r#"
error[T0101]: expected a resource or `not`, found `}`
 --> a.tabella:3:1
  |
3 | }
  | ^

error[T0102]: this string is not closed on its line
 --> a.tabella:4:11
  |
4 | const x = "open
  |           ^^^^^

error[T0101]: expected an item such as `policy` or `role`, found `rolle`
 --> b.tabella:1:1
  |
1 | rolle R {}
  | ^^^^^
  |
  = help: did you mean `role`?

3 errors

"#]]);
}

#[test]
fn deep_nesting() {
    let deep = format!("condition c = {}", "(".repeat(1_000_000));
    tabella().args(["check", "-"]).stdin(deep).assert().code(2).stderr_eq(str![[r#"
error[T0105]: nested more than 128 levels deep
 --> <stdin>:1:143
  |
 ::: 
1 | …((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((...
  |                                                                                  ^
  |
  = help: give inner conditions names with `condition name = …`; the rest of the file was not read

1 error

"#]]);
}

#[test]
fn findings_as_sarif_are_one_log() {
    let out = tabella().args(["check", "--message-format", "sarif", "-"]).stdin("policy {").assert().code(2);
    let log: serde_json::Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"][0]["results"][0]["level"], "error");
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["id"], "T0101");
    let clean = tabella().args(["check", "--message-format", "sarif", "-"]).stdin(GOOD).assert().code(0);
    let log: serde_json::Value = serde_json::from_slice(&clean.get_output().stdout).unwrap();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn colour_when_asked_for() {
    let run = |when: &str| {
        let out = tabella().args(["check", "--color", when, "-"]).stdin("policy {").assert().code(2);
        out.get_output().stderr.contains(&0x1b)
    };
    assert!(run("always"));
    assert!(!run("auto"), "not on a terminal");
    assert!(!run("never"));
}

#[test]
fn fmt_writes_and_checks() {
    let dir = Folder::new(
        "fmt",
        &[("a.tabella", "policy P{allow s3:GetObject on * // all\n}"), ("b.tabella", GOOD)],
    );
    dir.run(&["fmt", "--check"]).assert().code(1).stdout_eq("a.tabella\n").stderr_eq("");
    dir.run(&["fmt"]).assert().code(0).stdout_eq("").stderr_eq("");
    assert!(dir.read("a.tabella").contains("// all"), "{}", dir.read("a.tabella"));
    dir.run(&["fmt", "--check"]).assert().code(0).stdout_eq("");
    assert_eq!(dir.read("b.tabella"), GOOD);
}

#[test]
fn fmt_leaves_files_with_errors_alone() {
    let dir = Folder::new("fmt-errors", &[("a.tabella", "policy  P {")]);
    dir.run(&["fmt"]).assert().code(2);
    assert_eq!(dir.read("a.tabella"), "policy  P {");
}

#[test]
fn fmt_of_standard_input() {
    tabella().args(["fmt", "-"]).stdin("policy P{allow s3:GetObject on *}").assert().code(0).stdout_eq(str![
        [r#"
policy P {
  allow s3:GetObject on *
}

"#]
    ]);
}

#[test]
fn a_constant_that_is_too_long_is_not_called_a_list() {
    let mut source = String::from("const k0 = \"xxxxxxxx\"\n");
    for i in 1..16 {
        source += &format!("const k{i} = \"$(k{0})$(k{0})\"\n", i - 1);
    }
    let dir = Folder::new("long", &[("a.tabella", &source)]);
    let out = dir.run(&["check"]).assert().code(2);
    let all = [&out.get_output().stdout[..], &out.get_output().stderr[..]].concat();
    let text = String::from_utf8_lossy(&all).into_owned();
    assert!(text.contains("T0308") && !text.contains("T0307"), "{text}");
}
