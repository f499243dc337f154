//! The command as people call it: every subcommand, every exit code, every kind of bad input.
//! `SNAPSHOTS=overwrite cargo test --test cli` rewrites what is expected.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use snapbox::cmd::{Command, cargo_bin};
use snapbox::str;
use std::path::{Path, PathBuf};

/// A folder of files that is removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let folder = Folder(path);
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// The command, run in the folder.
    fn run(&self, arguments: &[&str]) -> Command {
        tabella().args(arguments).current_dir(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn tabella() -> Command {
    Command::new(cargo_bin!("tabella")).env("NO_COLOR", "1").env_remove("COLUMNS").env("COLUMNS", "100")
}

const GOOD: &str = "policy P {\n  allow s3:GetObject on arn:aws:s3:::b/*\n}\n";

// ---------------------------------------------------------------- usage

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
    let mut child = std::process::Command::new(cargo_bin!("tabella"))
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

// ---------------------------------------------------------------- explain

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

// ---------------------------------------------------------------- files

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

// ---------------------------------------------------------------- errors in sources

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

// ---------------------------------------------------------------- fmt

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

// ---------------------------------------------------------------- IAM JSON

const DOCUMENT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "Read",
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:GetObjectTagging"],
    "Resource": "arn:aws:s3:::b/*",
    "Condition": {"StringLikeIfExists": {"aws:PrincipalTag/team": "a*"}}
  }]
}
"#;

#[test]
fn import_prints_source() {
    let dir = Folder::new("import", &[("Reader.json", DOCUMENT)]);
    dir.run(&["import", "Reader.json"]).assert().code(0).stderr_eq("").stdout_eq(str![[r#"
policy Reader {
  Read: allow s3:GetObject, s3:GetObjectTagging
    on arn:aws:s3:::b/*
    when aws:PrincipalTag/team like "a*" or missing
}

"#]]);
    dir.run(&["import", "Reader.json", "--name", "Lid", "--kind", "boundary"]).assert().code(0).stdout_eq(
        str![[r#"
boundary Lid {
  Read: allow s3:GetObject, s3:GetObjectTagging
    on arn:aws:s3:::b/*
    when aws:PrincipalTag/team like "a*" or missing
}

"#]],
    );
}

#[test]
fn import_of_a_bucket_that_nobody_owns() {
    let document = DOCUMENT.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let dir = Folder::new("import-ownerless", &[("B.json", &document)]);
    let import = |more: &[&str]| {
        let args = [&["import", "B.json", "--on", "arn:aws:s3:::b"], more].concat();
        dir.run(&args).assert().code(0)
    };
    import(&[]).stderr_eq(str![[r#"
warning[T0345]: nothing says which account owns `arn:aws:s3:::b`
 |
 = help: say it with `--account`: beside several accounts the source is refused without `in ACCOUNT`

1 warning

"#]]);
    import(&["--account", "prod"]).stderr_eq("");
    let queue = ["import", "B.json", "--on", "arn:aws:sqs:eu-west-1:111111111111:q"];
    dir.run(&queue).assert().code(0).stderr_eq("");
}

#[test]
fn import_points_into_the_json() {
    let wrong = DOCUMENT.replace("StringLikeIfExists", "StringLikes");
    let dir = Folder::new("import-wrong", &[("a.json", &wrong)]);
    dir.run(&["import", "a.json"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error[T0228]: unknown condition operator `StringLikes`
 --> a.json:8:19
  |
8 |     "Condition": {"StringLikes": {"aws:PrincipalTag/team": "a*"}}
  |                   ^^^^^^^^^^^^^
  |
  = help: did you mean `StringLike`?

1 error

"#]]);
}

#[test]
fn check_refuses_bad_json() {
    let files = [
        ("twice.json", r#"{"Version": "2012-10-17", "Statement": [], "Statement": []}"#),
        ("cut.json", r#"{"Version": "2012-10-17", "#),
        ("deep.json", &"[".repeat(100_000)),
    ];
    let dir = Folder::new("json", &files);
    dir.run(&["check", "twice.json"]).assert().code(2).stderr_eq(str![[r#"
error[T0202]: the key `Statement` stands twice in one object
 --> twice.json:1:44
  |
1 | {"Version": "2012-10-17", "Statement": [], "Statement": []}
  |                           -----------      ^^^^^^^^^^^ again here
  |                           |
  |                           first here
  |
  = help: merge the two values or delete one of them

1 error

"#]]);
    dir.run(&["check", "cut.json"]).assert().code(2).stderr_eq(str![[r#"
error[T0201]: the bracket is never closed
 --> cut.json:1:1
  |
1 | {"Version": "2012-10-17", 
  | ^                         - the file ends here

1 error

"#]]);
    dir.run(&["check", "deep.json", "--message-format", "json"]).assert().code(2);
    dir.write("good.json", DOCUMENT.as_bytes());
    dir.run(&["check", "good.json"]).assert().code(0).stderr_eq("");
}

// ---------------------------------------------------------------- an estate

const ESTATE: &str = r#"account main 111111111111

user Ada in main {
  policies Read
}

boundary Lid {
  allow s3:GetObject
}

role Worker in main {
  trust {
    Lambda: allow service lambda.amazonaws.com
  }
  policies Read
  boundary Lid
}

session policy OneFolder {
  allow s3:* on arn:aws:s3:::b/one/*
}

policy Read {
  Objects: allow s3:GetObject, s3:ListBucket on arn:aws:s3:::b, arn:aws:s3:::b/*
  Secret: deny s3:* on arn:aws:s3:::b/secret/* unless aws:MultiFactorAuthPresent
}

test "reading" {
  as user Ada in main {
    allow s3:GetObject on arn:aws:s3:::b/x because policy Read Objects
    deny explicitly s3:GetObject on arn:aws:s3:::b/secret/x because Secret
    deny implicitly s3:PutObject on arn:aws:s3:::b/x because identity
  }
}
"#;

const ADA: &str = "arn:aws:iam::111111111111:user/Ada";
const WORKER: &str = "arn:aws:sts::111111111111:assumed-role/Worker/w";

fn estate(name: &str) -> Folder {
    Folder::new(name, &[("estate.tabella", ESTATE)])
}

/// `decide` for one request, on the sources.
fn decide(dir: &Folder, principal: &str, action: &str, resource: &str, more: &[&str]) -> Command {
    let request = ["decide", "--principal", principal, "--action", action, "--resource", resource];
    dir.run(&request).args(more)
}

#[test]
fn decide_says_why() {
    let dir = estate("decide");
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &[]).assert().code(0).stderr_eq("").stdout_eq(
        str![[r#"
allow: s3:GetObject on arn:aws:s3:::b/x
  for arn:aws:iam::111111111111:user/Ada
  because an identity policy allows it
    `Read`, statement `Objects` at estate.tabella:24:3

"#]],
    );
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/secret/x", &[]).assert().code(0).stdout_eq(str![[r#"
explicit deny: s3:GetObject on arn:aws:s3:::b/secret/x
  for arn:aws:iam::111111111111:user/Ada
  because an identity policy denies it
    `Read`, statement `Secret` at estate.tabella:25:3

"#]]);
    decide(&dir, ADA, "s3:PutObject", "arn:aws:s3:::b/x", &[]).assert().code(0).stdout_eq(str![[r#"
implicit deny: s3:PutObject on arn:aws:s3:::b/x
  for arn:aws:iam::111111111111:user/Ada
  because the identity policy `Read` does not allow it

"#]]);
    decide(&dir, WORKER, "s3:ListBucket", "arn:aws:s3:::b", &[]).assert().code(0).stdout_eq(str![[r#"
implicit deny: s3:ListBucket on arn:aws:s3:::b
  for arn:aws:sts::111111111111:assumed-role/Worker/w
  because the boundary `Lid` does not allow it
    though the identity policy `Read`, statement `Objects` at estate.tabella:24:3 allows it

"#]]);
}

#[test]
fn decide_with_context_and_session() {
    let dir = estate("decide-session");
    let mfa = ["--context", "aws:MultiFactorAuthPresent=true", "--expect", "allow"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/secret/x", &mfa).assert().code(0);
    dir.write("mfa.json", br#"{"aws:MultiFactorAuthPresent": true, "aws:TagKeys": ["a", "b"]}"#);
    let file = ["--context-file", "mfa.json", "--expect", "allow"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/secret/x", &file).assert().code(0);
    let session = ["--session-policy", "OneFolder", "--expect", "implicit-deny", "--engine", "both"];
    decide(&dir, WORKER, "s3:GetObject", "arn:aws:s3:::b/two/x", &session).assert().code(0);
    let session = ["--session-policy", "OneFolder", "--expect", "allow", "--engine", "both"];
    decide(&dir, WORKER, "s3:GetObject", "arn:aws:s3:::b/one/x", &session).assert().code(0);
}

#[test]
fn decide_exits_with_1_only_when_something_was_expected() {
    let dir = estate("decide-expect");
    let secret = "arn:aws:s3:::b/secret/x";
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "allow"]).assert().code(1);
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "deny"]).assert().code(0);
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "explicit-deny"]).assert().code(0);
    decide(&dir, ADA, "s3:GetObject", secret, &["--expect", "implicit-deny"]).assert().code(1);
}

#[test]
fn decide_refuses_derived_keys() {
    let dir = estate("decide-derived");
    let derived = ["--context", "aws:PrincipalOrgID=o-acme1"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &derived).assert().code(2).stdout_eq("").stderr_eq(
        str![[r#"
error[T0708]: the context key `aws:PrincipalOrgID` is derived by the engine and cannot be set

1 error

"#]],
    );
    let twice = ["--context", "s3:prefix=a", "--context", "S3:Prefix=b"];
    decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &twice).assert().code(2).stderr_eq(str![[r#"
error[T0708]: the context key `S3:Prefix` is given twice

1 error

"#]]);
}

#[test]
fn decide_reads_requests_as_lines() {
    let dir = estate("decide-lines");
    let lines = format!(
        "{{\"principal\": \"{ADA}\", \"action\": \"s3:GetObject\", \"resource\": \"arn:aws:s3:::b/x\"}}\n\n\
         {{\"principal\": \"*\", \"action\": \"s3:GetObject\", \"resource\": \"arn:aws:s3:::b/x\", \"context\": {{}}}}\n"
    );
    dir.write("requests.jsonl", lines.as_bytes());
    let out = dir.run(&["decide", "--requests", "requests.jsonl", "--format", "json"]).assert().code(0);
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    let objects: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["decision"], "allow");
    assert_eq!(objects[0]["statements"][0]["sid"], "Objects");
    assert_eq!(objects[0]["statements"][0]["line"], 24);
    assert!(objects[0]["request"]["context"]["aws:CurrentTime"].is_string(), "the clock's time");
    assert_eq!(objects[1]["decision"], "implicit_deny");
}

#[test]
fn decide_refuses_what_is_no_request() {
    let dir = estate("decide-bad");
    for line in [
        "{}",
        "[",
        r#"{"principal": "*", "action": "a:b", "resorce": "*"}"#,
        r#"{"principal": "*", "action": "a:b", "resource": "*", "action": "a:c"}"#,
        r#"{"principal": "*", "action": "a:b", "resource": "*", "context": {"k": null}}"#,
    ] {
        dir.write("requests.jsonl", line.as_bytes());
        let out = dir.run(&["decide", "--requests", "requests.jsonl"]).assert().code(2).stdout_eq("");
        assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0707"), "{line}");
    }
    dir.run(&["decide"]).assert().code(2).stderr_eq(str![[r#"
error[T0707]: a request needs `--principal`, `--action` and `--resource`
 |
 = help: or give requests as JSON lines with `--requests FILE`

1 error

"#]]);
}

/// Numbers of requests are their text (R57): none is rounded, and `1e4` is no number (R102).
#[test]
fn numbers_reach_the_engine_as_they_are_written() {
    let dir = Folder::new(
        "numbers",
        &[(
            "estate.tabella",
            "account home 111111111111
user Ann in home {
  policy Own {
    allow s3:ListBucket on * when s3:max-keys == 90071992547409931234567890
    allow s3:GetObject on * when s3:max-keys == 10000
    allow s3:PutObject on * when s3:prefix == \"1e4\"
  }
}
",
        )],
    );
    let ask = |action: &str, key: &str, number: &str| {
        let line = format!(
            r#"{{"principal": "arn:aws:iam::111111111111:user/Ann", "action": "s3:{action}", "resource": "arn:aws:s3:::b", "resource_account": "111111111111", "context": {{"{key}": {number}}}}}"#
        );
        dir.write("requests.jsonl", line.as_bytes());
        let out =
            dir.run(&["decide", "--engine", "both", "--requests", "requests.jsonl", "--format", "json"]);
        let out = out.assert();
        let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        let object: serde_json::Value = serde_json::from_str(&text).unwrap();
        (object["allowed"] == true, object["request"]["context"][key].to_string())
    };
    let large = "90071992547409931234567890";
    assert_eq!(ask("ListBucket", "s3:max-keys", large), (true, format!("\"{large}\"")));
    assert!(!ask("ListBucket", "s3:max-keys", "90071992547409931234567891").0);
    assert!(!ask("ListBucket", "s3:max-keys", "90071992547409930000000000").0);
    assert_eq!(ask("GetObject", "s3:max-keys", "10000"), (true, "10000".into()));
    assert!(!ask("GetObject", "s3:max-keys", "1e4").0);
    assert!(ask("PutObject", "s3:prefix", "1e4").0);
}

/// What has no normal form is refused whichever engine would decide, and whether or not anybody has it.
#[test]
fn every_engine_refuses_what_tables_cannot_keep() {
    let alternatives = (1..=9).map(|i| format!("(a:{i} == \"x\" or b:{i} == \"x\")"));
    let condition = alternatives.collect::<Vec<_>>().join(" and ");
    let deny = format!("{{\n  deny s3:* when {condition}\n}}\n");
    let had = format!("account home 111111111111\nuser Ann in home {{\n  policies P\n}}\npolicy P {deny}");
    let idle = format!("account home 111111111111\nuser Ann in home {{\n}}\npolicy P {deny}");
    let request =
        ["--principal", "arn:aws:iam::111111111111:user/Ann", "--action", "s3:GetObject", "--resource", "*"];
    for estate in [had, idle] {
        let dir = Folder::new("no-normal-form", &[("estate.tabella", &estate)]);
        for engine in ["tables", "reference", "both"] {
            let out = dir.run(&["decide", "--engine", engine]).args(request).assert().code(2).stdout_eq("");
            assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0601"), "{engine} {estate}");
        }
    }
}

#[test]
fn a_document_alone_is_checked_to_the_end() {
    let deny = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:${aws:RequestedRegion}::b"}}"#;
    let dir = Folder::new(
        "document-to-the-end",
        &[("deny.json", deny), ("allow.json", &deny.replace("Deny", "Allow"))],
    );
    let out = dir.run(&["check", "deny.json"]).assert().code(2);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("error[T0604]"));
    dir.run(&["check", "allow.json"]).assert().code(0);
}

#[test]
fn the_time_that_is_given_counts() {
    let dir = Folder::new(
        "time",
        &[(
            "a.tabella",
            "account main 111111111111\nuser Ada in main {\n  policy p {\n    allow s3:GetObject on * when aws:CurrentTime < 2020-01-01T00:00:00Z\n      and aws:EpochTime < 1577836800\n  }\n}\n",
        )],
    );
    let run = |more: &[&str]| decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", more).assert();
    run(&["--expect", "deny"]).code(0);
    run(&["--expect", "allow", "--context", "aws:CurrentTime=2019-06-01T00:00:00Z"]).code(0);
    run(&["--expect", "allow", "--context", "aws:EpochTime=1500000000"]).code(0);
}

// ---------------------------------------------------------------- artifacts

#[test]
fn build_inspect_decide() {
    let dir = estate("artifact");
    dir.run(&["build", "-o", "e.tbl"]).assert().code(0).stderr_eq("");
    let out = dir.run(&["inspect", "e.tbl", "--format", "json"]).assert().code(0);
    let object: serde_json::Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(object["counts"]["principals"], 2);
    assert_eq!(object["provenance"], true);
    assert_eq!(object["bytes"], std::fs::metadata(dir.0.join("e.tbl")).unwrap().len());
    let sections: u64 =
        object["sections"].as_array().unwrap().iter().map(|s| s["bytes"].as_u64().unwrap()).sum();
    assert!(sections < object["bytes"].as_u64().unwrap());
    dir.run(&["inspect", "e.tbl"]).assert().code(0);
    let request = ["--principal", ADA, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/x"];
    dir.run(&["decide", "e.tbl", "--expect", "allow"]).args(request).assert().code(0).stdout_eq(str![[r#"
allow: s3:GetObject on arn:aws:s3:::b/x
  for arn:aws:iam::111111111111:user/Ada
  because an identity policy allows it
    `Read`, statement `Objects` at estate.tabella:24:3

"#]]);
    let out = dir.run(&["decide", "e.tbl", "--engine", "both"]).args(request).assert().code(2);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0712"));
}

#[test]
fn build_is_deterministic_and_can_leave_provenance_out() {
    let dir = estate("artifact-same");
    for name in ["a.tbl", "b.tbl"] {
        dir.run(&["build", "-o", name]).assert().code(0);
    }
    dir.run(&["build", "--no-provenance", "-o", "c.tbl"]).assert().code(0);
    let read = |name: &str| std::fs::read(dir.0.join(name)).unwrap();
    assert_eq!(read("a.tbl"), read("b.tbl"));
    assert!(read("c.tbl").len() < read("a.tbl").len());
    assert!(!read("c.tbl").windows(14).any(|w| w == b"estate.tabella"));
}

#[test]
fn build_writes_nothing_after_an_error() {
    let dir = Folder::new("artifact-error", &[("a.tabella", "user Ada in nowhere { }\n")]);
    dir.run(&["build", "-o", "e.tbl"]).assert().code(2).stderr_eq(str![[r#"
error[T0301]: there is no account named `nowhere`
 --> a.tabella:1:13
  |
1 | user Ada in nowhere { }
  |             ^^^^^^^
  |
  = help: declare the account, or mend the name

1 error

"#]]);
    assert!(!dir.0.join("e.tbl").exists());
}

#[test]
fn build_needs_a_place_to_write() {
    let dir = estate("artifact-place");
    let out = dir.run(&["build", "-o", "no/such/folder/e.tbl"]).assert().code(2);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0710"));
}

#[test]
fn damaged_artifacts_are_refused() {
    let dir = estate("artifact-damaged");
    dir.run(&["build", "-o", "e.tbl"]).assert().code(0);
    let good = std::fs::read(dir.0.join("e.tbl")).unwrap();
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for (name, bytes) in [
        ("cut.tbl", &good[..100]),
        ("empty.tbl", &[][..]),
        ("text.tbl", ESTATE.as_bytes()),
        ("flipped.tbl", &flipped),
    ] {
        dir.write(name, bytes);
        for command in ["inspect", "decide"] {
            let request = ["--principal", ADA, "--action", "s3:GetObject", "--resource", "*"];
            let more: &[&str] = if command == "decide" { &request } else { &[] };
            let out = dir.run(&[command, name]).args(more).assert().code(2).stdout_eq("");
            assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0709"), "{command} {name}");
        }
    }
    dir.run(&["check", "e.tbl"]).assert().code(2);
}

// ---------------------------------------------------------------- tests

#[test]
fn test_blocks_pass() {
    let dir = estate("test-pass");
    for engine in ["tables", "reference", "both"] {
        let out = dir.run(&["test", "--engine", engine]).assert().code(0).stderr_eq("");
        out.stdout_eq(str![[r#"
test "reading" (3) ... ok
3 passed, 0 failed, 0 skipped

"#]]);
    }
}

#[test]
fn test_blocks_fail() {
    let wrong = ESTATE
        .replace(
            "allow s3:GetObject on arn:aws:s3:::b/x because policy Read Objects",
            "deny s3:GetObject on arn:aws:s3:::b/x",
        )
        .replace("because Secret", "because Objects");
    let dir = Folder::new("test-fail", &[("estate.tabella", &wrong)]);
    // T0713 twice: the outcome, and the reason.
    dir.run(&["test"])
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
test "reading" (3) ... FAILED
1 passed, 2 failed, 0 skipped

"#]])
        .stderr_eq(str![[r#"
error[T0713]: expected deny, got allow
  --> estate.tabella:30:5
   |
30 |     deny s3:GetObject on arn:aws:s3:::b/x
   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = note: an identity policy allows it
   = note: `Read`, statement `Objects` at estate.tabella:24:3
   = note: in the test `reading`

error[T0713]: the outcome is right, but not because of `Objects`
  --> estate.tabella:31:5
   |
31 |     deny explicitly s3:GetObject on arn:aws:s3:::b/secret/x because Objects
   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = note: an identity policy denies it
   = note: `Read`, statement `Secret` at estate.tabella:25:3
   = note: in the test `reading`

2 errors

"#]]);
}

#[test]
fn tests_of_sources_with_errors_do_not_run() {
    let dir = Folder::new(
        "test-errors",
        &[("a.tabella", "test \"x\" {\n  as user Nobody in nowhere {\n    allow s3:Get\n  }\n}\n")],
    );
    dir.run(&["test"]).assert().code(2).stdout_eq("0 passed, 0 failed, 0 skipped\n");
}

#[test]
fn case_files() {
    let case = |id: &str, action: &str, expected: &str| {
        format!(
            r#"{{"id": "{id}", "source": "x", "note": "", "request": {{"principal": "{ADA}", "action": "{action}", "resource": "arn:aws:s3:::b/x", "context": {{}}}}, "policies": {{"identity": [{DOCUMENT}], "boundary": null, "session": null, "scp": null, "rcp": null, "resource": null, "endpoint": null}}, "expected": "{expected}"}}"#
        )
        .replace('\n', " ")
    };
    let good = [case("1", "s3:GetObject", "allow"), case("2", "s3:PutObject", "implicit_deny")].join("\n");
    let dir =
        Folder::new("cases", &[("good.jsonl", &good), ("bad.jsonl", &case("3", "s3:GetObject", "deny"))]);
    for engine in ["tables", "reference", "both"] {
        dir.run(&["test", "--cases", "good.jsonl", "--engine", engine])
            .assert()
            .code(0)
            .stdout_eq("2 passed, 0 failed, 0 skipped\n");
    }
    dir.run(&["test", "--cases", "good.jsonl", "bad.jsonl"]).assert().code(1).stdout_eq(str![[r#"
FAILED 3: expected deny
  tables: allow by identity policy
  reference: allow by identity policy
2 passed, 1 failed, 0 skipped

"#]]);
    dir.write("broken.jsonl", b"{\"id\": \"x\"}\n");
    dir.run(&["test", "--cases", "broken.jsonl"]).assert().code(1).stderr_eq(str![[r#"
error[T0801]: `request` is missing
 |
 = note: in case 1 of broken.jsonl

1 error

"#]]);
}

// ---------------------------------------------------------------- imports and export

#[test]
fn imports_are_followed() {
    let files = [
        ("main.tabella", "import \"lib/shared.tabella\"\n\npolicy P {\n  allow read on *\n}\n"),
        ("lib/shared.tabella", "actions read = s3:GetObject\n"),
    ];
    let dir = Folder::new("imports", &files);
    dir.run(&["check", "main.tabella"]).assert().code(0).stderr_eq("");
}

/// Findings show lines of a file: what is read is not for the author of a source to choose.
#[test]
fn imports_do_not_leave_the_program() {
    let files = [
        ("secret.txt", "the secret\n"),
        ("in/up.tabella", "import \"../secret.txt\"\n"),
        ("in/link.tabella", "import \"linked.tabella\"\n"),
        ("in/deep/up.tabella", "import \"../shared.tabella\"\n"),
        ("in/shared.tabella", "actions read = s3:GetObject\n"),
        ("beside.tabella", "actions write = s3:PutObject\n"),
        ("in/beside.tabella", "import \"../beside.tabella\"\n"),
    ];
    let dir = Folder::new("imports-out", &files);
    let secret = dir.0.join("secret.txt");
    dir.write("in/absolute.tabella", format!("import \"{}\"\n", secret.display()).as_bytes());
    dir.write("in/nowhere.tabella", b"import \"/nowhere.tabella\"\n");
    let here = dir.0.join("in");
    let check = |path: &str| tabella().args(["check", path]).current_dir(&here).assert();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, here.join("linked.tabella")).unwrap();
    }
    for path in ["up.tabella", "link.tabella", "absolute.tabella", "nowhere.tabella"] {
        if cfg!(not(unix)) && path == "link.tabella" {
            continue;
        }
        let out = check(path).code(2);
        let text = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert!(
            text.contains("T0303") && text.contains("outside the folder of the program"),
            "{path}: {text}"
        );
        assert!(!text.contains("the secret"), "{path}: {text}");
    }
    check("beside.tabella").code(2);
    // What the command is given belongs to the program, and so does what is under the folder it runs in.
    tabella().args(["check", "beside.tabella", "../beside.tabella"]).current_dir(&here).assert().code(0);
    check("deep/up.tabella").code(0);
    dir.run(&["check", "in/beside.tabella"]).assert().code(0);
}

#[test]
fn cyclic_and_missing_imports() {
    let files = [
        ("a.tabella", "import \"b.tabella\"\n"),
        ("b.tabella", "import \"a.tabella\"\n"),
        ("c.tabella", "import \"nowhere.tabella\"\n"),
    ];
    let dir = Folder::new("cycle", &files);
    dir.run(&["check"]).assert().code(2).stderr_eq(str![[r#"
error[T0304]: files import each other: `a.tabella` → `b.tabella`
 --> a.tabella:1:8
  |
1 | import "b.tabella"
  |        ^^^^^^^^^^^
  |
  = help: move what both need into a third file

error[T0303]: there is no file `nowhere.tabella`
 --> c.tabella:1:8
  |
1 | import "nowhere.tabella"
  |        ^^^^^^^^^^^^^^^^^
  |
  = help: the path is taken from the folder of the importing file

2 errors

"#]]);
}

#[test]
fn export_one_policy_and_all() {
    let dir = estate("export");
    dir.run(&["export", "--policy", "Read"]).assert().code(0).stderr_eq("").stdout_eq(str![[r#"
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Objects",
      "Effect": "Allow",
      "Action": [
        "s3:GetObject",
        "s3:ListBucket"
      ],
      "Resource": [
        "arn:aws:s3:::b",
        "arn:aws:s3:::b/*"
      ]
    },
    {
      "Sid": "Secret",
      "Effect": "Deny",
      "Action": "s3:*",
      "Resource": "arn:aws:s3:::b/secret/*",
      "Condition": {
        "BoolIfExists": {
          "aws:MultiFactorAuthPresent": "false"
        }
      }
    }
  ]
}

"#]]);
    dir.run(&["export", "--policy", "Reed"]).assert().code(2).stderr_eq(str![[r#"
error[T0706]: there is no policy `Reed`
 |
 = help: did you mean `Read`?

1 error

"#]]);
    let out = dir.run(&["export"]).assert().code(0);
    let all: serde_json::Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert!(all["Read"]["Statement"].is_array() && all["trust of Worker"]["Statement"].is_array(), "{all}");
}

#[test]
fn an_account_dump_goes_out_and_comes_back() {
    let dir = estate("dump");
    let out = dir.run(&["export", "--account", "main"]).assert().code(0);
    dir.write("dump.json", &out.get_output().stdout);
    dir.run(&["check", "dump.json"]).assert().code(0);
    let out = dir.run(&["import", "dump.json"]).assert().code(0);
    dir.write("back.tabella", &out.get_output().stdout);
    let request = ["--principal", ADA, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/x"];
    for source in ["dump.json", "back.tabella"] {
        dir.run(&["decide", source, "--expect", "allow"]).args(request).assert().code(0);
    }
}

/// The dump says that its account exists, the organization what binds it.
#[test]
fn an_account_dump_joins_the_account_that_sources_declare() {
    let document = |effect: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", "Action": "s3:*", "Resource": "*"}}}}"#
        )
    };
    let dump = |name: &str| {
        format!(
            r#"{{"UserDetailList": [{{"Path": "/", "UserName": "{name}", "Arn": "arn:aws:iam::111111111111:user/{name}",
                "UserPolicyList": [{{"PolicyName": "P", "PolicyDocument": {}}}]}}]}}"#,
            document("Allow")
        )
    };
    let organization = "organization o-acme1 {\n  unit Shop {\n    account prod 111111111111\n  }\n}\n\n\
        guardrail NoDelete on unit Shop {\n  allow *\n  deny s3:DeleteBucket\n}\n\n\
        test \"of the dump\" {\n  as user U in prod {\n    allow s3:GetObject on arn:aws:s3:::b/x\n  }\n}\n";
    let files = [("org.tabella", organization), ("dump.json", &dump("U")), ("more.json", &dump("V"))];
    let dir = Folder::new("dump-joins", &files);
    let build = |paths: &[&str]| dir.run(&[&["build", "-o", "out.tbl"], paths].concat()).assert();
    build(&["org.tabella", "dump.json", "more.json"]).code(0).stderr_eq("");
    dir.run(&["test", "org.tabella", "dump.json"]).assert().code(0);
    for (paths, delete) in [
        (&["org.tabella", "dump.json"][..], "explicit-deny"),
        (&["dump.json", "org.tabella"], "explicit-deny"),
        (&["dump.json", "more.json"], "allow"),
    ] {
        let request = ["--principal", "arn:aws:iam::111111111111:user/U", "--resource", "arn:aws:s3:::b"];
        for (action, expected) in [("s3:ListBucket", "allow"), ("s3:DeleteBucket", delete)] {
            let more = ["--action", action, "--expect", expected, "--engine", "both"];
            dir.run(&[&["decide"], paths, &request, &more].concat()).assert().code(0);
        }
    }
    // An account is declared once by sources as before.
    dir.write("twice.tabella", b"account again 111111111111\n");
    let out = build(&["org.tabella", "twice.tabella", "dump.json"]).code(2);
    assert!(String::from_utf8_lossy(&out.get_output().stderr).contains("T0302"));
    // Users of two dumps are not told apart by their files.
    build(&["org.tabella", "dump.json", "more.json", "dump.json"]).code(0);
    dir.write("again.json", dump("U").as_bytes());
    build(&["org.tabella", "dump.json", "again.json"]).code(2);
}

/// A user with a `Deny` on nothing, and a role with a `Deny` of nothing.
const IN_VAIN: &str = r#"{"UserDetailList": [{"Path": "/", "UserName": "U", "Arn": "arn:aws:iam::111111111111:user/U",
  "UserPolicyList": [{"PolicyName": "P", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:*", "NotResource": "*"}]}}]}],
 "RoleDetailList": [{"Path": "/", "RoleName": "R", "Arn": "arn:aws:iam::111111111111:role/R",
  "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {
    "Effect": "Deny", "Principal": {"AWS": "111111111111"}, "NotAction": "*"}}}]}
"#;

#[test]
fn what_a_dump_denies_in_vain_is_warned_of() {
    let dir = Folder::new("in-vain", &[("dump.json", IN_VAIN)]);
    let request =
        "--principal arn:aws:iam::111111111111:user/U --action s3:GetObject --resource arn:aws:s3:::b/x";
    let decide = format!("decide dump.json --engine both --expect allow {request}");
    for command in ["check dump.json", "build dump.json -o e.tbl", "import dump.json", &decide] {
        let out = dir.run(&command.split(' ').collect::<Vec<_>>()).assert().code(0);
        let err = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert_eq!(err.matches("warning[T0353]").count(), 2, "{command}: {err}");
        assert_eq!(err.matches("this denies nothing").count(), 2, "{command}: {err}");
    }
    // Who makes a source of it has to say what is meant.
    let out = dir.run(&["import", "dump.json"]).assert().code(0);
    dir.write("back.tabella", &out.get_output().stdout);
    let out = dir.run(&["check", "back.tabella"]).assert().code(2);
    assert_eq!(String::from_utf8_lossy(&out.get_output().stderr).matches("error[T0353]").count(), 2);
}

#[test]
fn a_dump_that_denies_whom_nobody_knows_is_refused() {
    let dump = IN_VAIN.replace(r#""AWS": "111111111111""#, r#""AWS": "AIDAGONEGONEGONEGONE1""#);
    let dir = Folder::new("unknown-id", &[("dump.json", &dump)]);
    let out = dir.run(&["check", "dump.json"]).assert().code(2);
    let err = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(err.contains("error[T0353]: no user or role with the id"), "{err}");
}

#[test]
fn a_dump_that_leans_on_other_files_is_warned_of_too() {
    let attached = r#""UserName": "U", "AttachedManagedPolicies": [{"PolicyName": "X", "PolicyArn": "arn:aws:iam::aws:policy/X"}],"#;
    let dump = IN_VAIN.replace(r#""UserName": "U","#, attached);
    let dir = Folder::new("in-vain-lean", &[("dump.json", &dump)]);
    let out = dir.run(&["import", "dump.json"]).assert().code(0);
    let err = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert_eq!((err.matches("T0353").count(), err.matches("T0344").count()), (2, 0), "{err}");
}

#[test]
fn a_document_that_denies_in_vain_is_warned_of() {
    let document = DOCUMENT
        .replace("Allow", "Deny")
        .replace("\"Resource\": \"arn:aws:s3:::b/*\"", "\"NotResource\": \"*\"");
    let dir = Folder::new("in-vain-alone", &[("a.json", &document)]);
    for command in ["check", "import"] {
        dir.run(&[command, "a.json"]).assert().code(0).stderr_eq(str![[r#"
warning[T0353]: all resources but all are none: this denies nothing
 --> a.json:7:20
  |
7 |     "NotResource": "*",
  |                    ^^^
  |
  = help: name what is excepted, or delete the statement

1 warning

"#]]);
    }
}

#[test]
fn a_document_without_a_place_is_no_estate() {
    let dir = Folder::new("placeless", &[("a.json", DOCUMENT)]);
    dir.run(&["build", "-o", "a.tbl", "a.json"]).assert().code(2).stderr_eq(str![[r#"
error[T0712]: `a.json` is a policy document, and nothing says where it is attached
 --> a.json:1:1
  |
1 | {
  | ^
  |
  = help: `tabella import` translates it; write it into a source where it belongs

1 error

"#]]);
    let bucket = DOCUMENT.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    dir.write("bucket.json", bucket.as_bytes());
    let out = dir.run(&["import", "bucket.json"]).assert().code(2);
    let stderr = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(stderr.contains("T0244") && stderr.contains("`--on`"), "{stderr}");
    dir.run(&["import", "bucket.json", "--on", "arn:aws:s3:::b"]).assert().code(0);
}

#[test]
fn warnings_can_be_errors() {
    let source = "account main 111111111111\nuser Ada in main {\n  policy p {\n    allow s3:* on arn:aws:s3:::* when aws:username == \"a\" and aws:username == \"b\"\n  }\n}\n";
    let dir = Folder::new("deny-warnings", &[("a.tabella", source)]);
    dir.run(&["check"]).assert().code(0);
    dir.run(&["check", "--deny-warnings"]).assert().code(2);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let files = [
        ("a.tabella", "account main 111111111111\nuser Ada in main { policies P, Q }\n"),
        ("b.tabella", "policy Q {\n  deny s3:* on arn:aws:s3:::b/secret/*\n}\n"),
        ("c.tabella", "policy P {\n  allow s3:GetObject on arn:aws:s3:::b/*\n}\n"),
    ];
    let dir = Folder::new("order", &files);
    let orders = [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]];
    let built: Vec<Vec<u8>> = orders
        .iter()
        .map(|order| {
            let names: Vec<String> = order.iter().map(|n| format!("{n}.tabella")).collect();
            dir.run(&["build", "-o", "e.tbl"]).args(&names).assert().code(0);
            std::fs::read(dir.0.join("e.tbl")).unwrap()
        })
        .collect();
    assert!(built.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn no_text_of_a_request_reaches_the_terminal_raw() {
    let dir = estate("escape");
    let out = decide(&dir, ADA, "s3:Get\u{1b}[31mObject", "arn:aws:s3:::b/\u{7}x", &[]).assert().code(0);
    assert!(!out.get_output().stdout.contains(&0x1b) && !out.get_output().stdout.contains(&7));
}

#[test]
fn a_guardrail_is_named_where_its_level_has_no_allow() {
    let source = "organization o-a1 {\n  root r-ab12\n  unit work {\n    account main 111111111111\n  }\n}\n\
        guardrail G on root { allow iam:* }\nguardrail H on unit work { allow s3:* }\n\
        user Ada in main { policy p { allow s3:* } }\n";
    let dir = Folder::new("levels", &[("a.tabella", source)]);
    for engine in ["tables", "reference"] {
        let out =
            decide(&dir, ADA, "s3:GetObject", "arn:aws:s3:::b/x", &["--engine", engine]).assert().code(0);
        let text = String::from_utf8_lossy(&out.get_output().stdout).into_owned();
        assert!(text.contains("`G` does not allow it"), "{text}");
        assert!(!text.contains("`H`, ") && !text.contains("FullAWSAccess"), "{text}");
    }
}

// ---------------------------------------------------------------- nothing asked, nothing dropped

#[test]
fn options_of_a_request_do_not_go_with_a_file_of_requests() {
    let dir = estate("requests-alone");
    let line =
        format!(r#"{{"principal": "{ADA}", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/x"}}"#);
    dir.write("requests.jsonl", line.as_bytes());
    dir.write("context.json", b"{}");
    let decide = ["decide", "--requests", "requests.jsonl"];
    dir.run(&decide).assert().code(0);
    for option in [
        ["--session-policy", "P"],
        ["--context", "aws:SourceIp=10.0.0.1"],
        ["--context-file", "context.json"],
        ["--endpoint", "vpce-1"],
        ["--resource-account", "111111111111"],
        ["--session-tag", "team=data"],
        ["--session-issuer", ADA],
    ] {
        dir.run(&[&decide[..], &option].concat()).assert().code(2).stdout_eq("");
    }
}

#[test]
fn nothing_asked_meets_no_expectation() {
    let dir = estate("nothing-asked");
    dir.write("empty.jsonl", b"\n");
    for more in [&[][..], &["--expect", "allow"]] {
        let out = dir.run(&[&["decide", "--requests", "empty.jsonl"], more].concat()).assert().code(2);
        out.stdout_eq("").stderr_eq(str![[r#"
error[T0707]: there is no request in the file
 |
 = help: write one JSON object a line

1 error

"#]]);
    }
    dir.write("chain.json", format!(r#"{{"from": {{"principal": "{ADA}"}}, "hops": []}}"#).as_bytes());
    let out = dir.run(&["assume", "--chain", "chain.json", "--expect", "allow"]).assert().code(2);
    out.stdout_eq("").stderr_eq(str![[r#"
error[T0707]: a chain needs at least one hop
 |
 = help: write `--hop role=ARN,name=SESSION`

1 error

"#]]);
}

/// A role that anybody of the account may assume, but for an address and a tag.
const ASSUMED: &str = r#"account home 111111111111
user Ada in home { policies Sts }
policy Sts { allow sts:* on * }
role R in home {
  trust {
    allow account home sts:AssumeRole, sts:TagSession
    deny anyone sts:AssumeRole when aws:SourceIp in 2001:db8::/32
    deny anyone sts:AssumeRole when aws:RequestTag/at == "12:30"
    deny anyone sts:AssumeRole when aws:RequestTag/a:b == "c"
  }
}
"#;

fn assume(dir: &Folder, hop: &str, more: &[&str]) -> Command {
    let hop = format!("role=arn:aws:iam::111111111111:role/R,name=s1{hop}");
    let principal = "arn:aws:iam::111111111111:user/Ada";
    dir.run(&[&["assume", "--principal", principal, "--hop", &hop], more].concat())
}

#[test]
fn a_hop_has_keys_and_values_with_colons() {
    let dir = Folder::new("hops", &[("main.tabella", ASSUMED)]);
    let expect = |hop: &str, outcome: &str| {
        assume(&dir, hop, &["--expect", outcome]).assert().code(0);
    };
    expect("", "allow");
    expect(",with=aws:SourceIp=2001:db8::1", "deny");
    expect(",with=aws:SourceIp=2001:db9::1", "allow");
    expect(",tag=at=12:30", "deny");
    expect(",tag=at=12:31,tag=x=a=b", "allow");
    expect(",with=aws:RequestTag/a:b=d", "allow");
    expect(",with=aws:RequestTag/a:b=c", "deny");
    for hop in [
        ",with=aws:SourceIp:2001:db8::1",
        ",with=aws:SourceIp:10.0.0.1",
        ",with=saml:sub:a=b",
        ",with==x",
        ",with=",
        ",tag=at:12:30",
        ",tag=at:12=30",
        ",tag=at:noon",
        ",name=other",
        ",mfa,mfa",
    ] {
        let out = assume(&dir, hop, &[]).assert().code(2).stdout_eq("");
        let text = String::from_utf8(out.get_output().stderr.clone()).unwrap();
        assert!(text.contains("is no part of a hop") && text.contains("help: "), "{hop}: {text}");
    }
    assume(&dir, ",with=aws:SourceIp:2001:db8::1", &[]).assert().stderr_eq(str![[r#"
error[T0707]: `with=aws:SourceIp:2001:db8::1` is no part of a hop
 |
 = help: write `with=KEY=VALUE`, such as `with=aws:SourceIp=2001:db8::1`

1 error

"#]]);
}

#[test]
fn only_users_have_mfa() {
    let dir = Folder::new("mfa", &[("main.tabella", ASSUMED)]);
    assume(&dir, "", &["--mfa"]).assert().code(0);
    let hop = "role=arn:aws:iam::111111111111:role/R,name=s1";
    for who in ["lambda.amazonaws.com", "arn:aws:iam::111111111111:role/R", "accounts.google.com"] {
        let out =
            dir.run(&["assume", "--principal", who, "--mfa", "--hop", hop]).assert().code(2).stdout_eq("");
        let text = String::from_utf8(out.get_output().stderr.clone()).unwrap();
        assert!(text.contains(&format!("`{who}` has no MFA")), "{text}");
        let chain = format!(
            r#"{{"from": {{"principal": "{who}", "mfaAt": 1, "issuedAt": 1}},
                "hops": [{{"role": "arn:aws:iam::111111111111:role/R", "sessionName": "s1"}}]}}"#
        );
        dir.write("chain.json", chain.as_bytes());
        dir.run(&["assume", "--chain", "chain.json"]).assert().code(2).stdout_eq("");
    }
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

/// The text of a policy that `import` makes of a document.
fn imported(dir: &Folder, document: &str) -> String {
    let out = dir.run(&["import", document]).assert().code(0);
    String::from_utf8(out.get_output().stdout.clone()).unwrap()
}

#[test]
fn what_is_exported_is_taken_when_it_is_imported() {
    let source = "policy P {\n  deny s3:PutObject on *\n    when (s3:prefix == \"a\" or s3:prefix == \"b\") and s3:prefix == \"a\"\n  \
        deny s3:GetObject on *\n    when (s3:max-keys == 1 or s3:prefix == \"b\") and s3:max-keys == 2\n}\n";
    let dir = Folder::new("fixed-point", &[("a.tabella", source)]);
    dir.run(&["check", "a.tabella"]).assert().code(0);
    let out = dir.run(&["export", "a.tabella", "--policy", "P"]).assert().code(0);
    dir.write("a.json", &out.get_output().stdout);
    dir.write("b.tabella", imported(&dir, "a.json").as_bytes());
    dir.run(&["check", "b.tabella"]).assert().code(0);
}

#[test]
fn imports_print_hidden_characters_as_escapes() {
    let document = "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"s3:*\", \
        \"Resource\": \"arn:aws:s3:::b/\u{3164}\u{200B}*\", \"Condition\": {\"StringEquals\": \
        {\"aws:PrincipalTag/a\u{FE0F}\": [\"x\u{E0041}\u{2028}y\", \"${aws:PrincipalTag/\u{2060}b}\"]}}}}";
    let dir = Folder::new("hidden", &[("a.json", document)]);
    let text = imported(&dir, "a.json");
    for c in ["3164", "200b", "fe0f", "e0041", "2028", "2060"] {
        assert!(text.contains(&format!("\\u{{{c}}}")), "{c}: {text}");
    }
    dir.write("a.tabella", text.as_bytes());
    dir.run(&["check", "a.tabella"]).assert().code(0);
    dir.run(&["fmt", "--check", "a.tabella"]).assert().code(0);
    let out = dir.run(&["export", "a.tabella"]).assert().code(0);
    let again = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    assert!(again.contains('\u{3164}') || again.contains("\\u3164"), "{again}");
}

#[test]
fn a_refused_chain_leaves_no_session() {
    let dir = Folder::new("save", &[("main.tabella", ASSUMED)]);
    let save = ["--save", "s.json"];
    assume(&dir, "", &save).assert().code(0);
    assert!(dir.read("s.json").contains("assumed-role/R/s1"));
    assume(&dir, ",with=aws:SourceIp=2001:db8::1", &save).assert().code(1);
    assert!(!dir.0.join("s.json").exists());
    // Whoever expects the refusal knows of it; the session goes all the same.
    assume(&dir, "", &save).assert().code(0);
    let denied = [&save[..], &["--expect", "deny"]].concat();
    assume(&dir, ",with=aws:SourceIp=2001:db8::1", &denied).assert().code(0);
    assert!(!dir.0.join("s.json").exists());
}

#[test]
fn import_uses_or_refuses_where_a_document_is_attached() {
    let rcp = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}}"#;
    let dump = r#"{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}"#;
    let files = [("scp.json", DOCUMENT), ("rcp.json", rcp), ("dump.json", dump)];
    let dir = Folder::new("attached", &files);
    for arguments in [
        &["scp.json", "--on", "root"][..],
        &["scp.json", "--account", "home"],
        &["scp.json", "--on", "arn:aws:s3:::b"],
        &["scp.json", "--kind", "scp", "--account", "home"],
        &["scp.json", "--kind", "scp", "--arn", "arn:aws:iam::111111111111:policy/P"],
        &["rcp.json", "--on", "root"],
        &["rcp.json", "--on", "unit Shop"],
        &["rcp.json", "--kind", "endpoint", "--on", "arn:aws:s3:::b"],
        &["dump.json", "--on", "root"],
        &["dump.json", "--name", "X"],
    ] {
        let out = dir.run(&[&["import"], arguments].concat()).assert().code(2).stdout_eq("");
        let text = String::from_utf8(out.get_output().stderr.clone()).unwrap();
        assert!(text.contains("T0712") && text.contains("help: "), "{arguments:?}: {text}");
    }
    for (arguments, words) in [
        (&["scp.json", "--kind", "scp", "--on", "root"][..], "guardrail scp on root"),
        (&["rcp.json", "--kind", "rcp", "--on", "unit Shop"], "resource guardrail rcp on unit Shop"),
        (&["rcp.json", "--on", "arn:aws:s3:::b"], "resource policy rcp on arn:aws:s3:::b"),
    ] {
        let out = dir.run(&[&["import"], arguments].concat()).assert().code(0);
        let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        assert!(text.contains(words), "{text}");
    }
    dir.run(&["import", "scp.json", "--on", "root"]).assert().stderr_eq(str![[r#"
error[T0712]: a policy of users, groups or roles has no `--on`
 |
 = help: its elements say that it is this; `--kind` says otherwise, such as `--kind scp`

1 error

"#]]);
}
