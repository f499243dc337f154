//! Test blocks and case files.

use super::{ADA, DOCUMENT, ESTATE, Folder, estate};
use snapbox::str;

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

/// R2: in a test, too, credentials end.
#[test]
fn test_blocks_have_a_clock() {
    let role = "account home 111111111111\n\
        role R { trust { allow account home } policy own { allow s3:GetObject on * } session 1h }\n";
    let block = |head: &str, outcome: &str| {
        format!("  as role R session \"s\" {head} {{ {outcome} s3:GetObject on arn:aws:s3:::d/a }}\n")
    };
    let hour = "issued 2026-12-01T09:00:00Z until 2026-12-01T10:00:00Z";
    let right = [
        block(&format!("{hour} at 2026-12-01T08:59:59Z"), "deny"),
        block(&format!("{hour} at 2026-12-01T09:00:00Z"), "allow"),
        block(&format!("{hour} at 2026-12-01T09:59:59Z"), "allow"),
        block(&format!("{hour} at 2026-12-01T10:00:00Z"), "deny"),
        // The role's longest session has ended.
        block(
            "with aws:TokenIssueTime = \"2026-12-01T08:00:00Z\", aws:CurrentTime = \"2026-12-01T09:00:00Z\"",
            "deny",
        ),
        block("at 2026-12-01T08:59:59Z with aws:TokenIssueTime = \"2026-12-01T08:00:00Z\"", "allow"),
    ];
    let dir = Folder::new(
        "test-clock",
        &[("right.tabella", &format!("{role}test \"times\" {{\n{}}}\n", right.concat()))],
    );
    for engine in ["tables", "reference", "both"] {
        dir.run(&["test", "right.tabella", "--engine", engine]).assert().code(0);
    }
    for (head, words) in [
        (hour, "no clock says whether the credentials have ended"),
        (
            "issued 2026-12-01T09:00:00Z until 2026-12-01T09:00:00Z at 2026-12-01T09:00:00Z",
            "credentials end after they are issued",
        ),
        (
            "issued 2026-12-01T09:00:00Z until 2026-12-01T10:00:01Z at 2026-12-01T09:00:00Z",
            "sessions of this role last 3600 s at most",
        ),
        ("at yesterday", "`yesterday` is not a time"),
    ] {
        let wrong = format!("{role}test \"times\" {{\n{}}}\n", block(head, "deny"));
        dir.write("wrong.tabella", wrong.as_bytes());
        let out = dir.run(&["test", "wrong.tabella"]).assert().code(2);
        let text = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert!(text.contains("T0346") && text.contains(words), "{text}");
    }
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
