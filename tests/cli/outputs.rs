//! Files that the command writes, standard output, and readers that go away.

use super::{ADA, DOCUMENT, ESTATE, Folder, GOOD, estate};
use std::process::{Command, Stdio};

fn stderr(out: &snapbox::cmd::OutputAssert) -> String {
    String::from_utf8_lossy(&out.get_output().stderr).into_owned()
}

/// Every command that writes a file, with the option that names it last.
const WRITERS: [&[&str]; 4] = [
    &["build", "estate.tabella", "-o"],
    &["import", "Reader.json", "-o"],
    &["export", "estate.tabella", "-o"],
    &[
        "assume",
        "estate.tabella",
        "--principal",
        "lambda.amazonaws.com",
        "--hop",
        "role=arn:aws:iam::111111111111:role/Worker,name=worker",
        "--save",
    ],
];

fn program(name: &str) -> Folder {
    Folder::new(name, &[("estate.tabella", ESTATE), ("Reader.json", DOCUMENT), ("old", "old\n")])
}

/// The names of what is in a folder: no temporary file is among them.
fn names(dir: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(&dir.0).unwrap();
    let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_file_and_an_old_one() {
    let dir = program("out-new");
    for writer in WRITERS {
        for file in ["old", "new"] {
            dir.run(&[writer, &[file]].concat()).assert().code(0);
        }
        let read = |name: &str| std::fs::read(dir.0.join(name)).unwrap();
        // Sessions of two walks begin at different times.
        assert!(read("old") == read("new") || (writer[0] == "assume" && read("old").starts_with(b"{")));
        assert_eq!(names(&dir), ["Reader.json", "estate.tabella", "new", "old"]);
        std::fs::remove_file(dir.0.join("new")).unwrap();
    }
}

#[test]
fn inputs_are_not_overwritten() {
    let dir = program("out-inputs");
    std::fs::hard_link(dir.0.join("estate.tabella"), dir.0.join("hard")).unwrap();
    std::fs::hard_link(dir.0.join("Reader.json"), dir.0.join("hard.json")).unwrap();
    for writer in WRITERS {
        let is_import = writer[0] == "import";
        let spellings = match is_import {
            true => ["Reader.json", "./Reader.json", "hard.json"],
            false => ["estate.tabella", "./estate.tabella", "hard"],
        };
        for output in spellings {
            let out = dir.run(&[writer, &[output]].concat()).assert().code(2);
            let text = stderr(&out);
            assert!(
                text.contains("T0710") && text.contains("is an input of this command"),
                "{writer:?}: {text}"
            );
        }
    }
    // Files that are not named themselves: imported, in a folder, read by an option.
    dir.write("shared.tabella", b"actions read = s3:GetObject\n");
    dir.write("main.tabella", b"import \"shared.tabella\"\n\npolicy P {\n  allow read on *\n}\n");
    dir.run(&["build", "main.tabella", "-o", "shared.tabella"]).assert().code(2);
    dir.run(&["build", "-o", "estate.tabella", "."]).assert().code(2);
    let hop = r#"{"from": {"principal": "lambda.amazonaws.com"},
        "hops": [{"role": "arn:aws:iam::111111111111:role/Worker", "sessionName": "worker"}]}"#;
    dir.write("chain.json", hop.as_bytes());
    let chain = ["assume", "estate.tabella", "--chain", "chain.json", "--save"];
    dir.run(&[&chain[..], &["chain.json"]].concat()).assert().code(2);
    assert_eq!(dir.read("chain.json"), hop);
    assert_eq!(dir.read("shared.tabella"), "actions read = s3:GetObject\n");
    assert_eq!(dir.read("estate.tabella"), ESTATE);
    assert_eq!(dir.read("Reader.json"), DOCUMENT);
}

#[test]
fn outputs_beside_nothing_and_folders() {
    let dir = program("out-folder");
    std::fs::create_dir(dir.0.join("folder")).unwrap();
    for writer in WRITERS {
        for output in ["folder", "folder/", ".", "no/such/folder/file", "new/", "estate.tabella/x"] {
            let out = dir.run(&[writer, &[output]].concat()).assert().code(2);
            assert!(stderr(&out).contains("T0710"), "{writer:?} {output}: {}", stderr(&out));
        }
    }
    assert_eq!(names(&dir), ["Reader.json", "estate.tabella", "folder", "old"]);
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_replaced() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let dir = program("out-special");
    let socket = std::os::unix::net::UnixListener::bind(dir.0.join("socket")).unwrap();
    symlink("old", dir.0.join("link")).unwrap();
    symlink("/dev/null", dir.0.join("null")).unwrap();
    symlink("nowhere", dir.0.join("dangling")).unwrap();
    let mut outputs = vec!["socket", "link", "null", "dangling", "/dev/null"];
    let made = Command::new("mkfifo").arg(dir.0.join("fifo")).status();
    if made.is_ok_and(|status| status.success()) {
        outputs.push("fifo");
    } else {
        super::say("SKIPPED: named pipes as outputs, for there is no `mkfifo`");
    }
    // A device of one's own needs rights.
    let made =
        Command::new("mknod").arg(dir.0.join("device")).args(["c", "1", "3"]).stderr(Stdio::null()).status();
    if made.is_ok_and(|status| status.success()) {
        outputs.push("device");
    }
    let before = names(&dir);
    for writer in WRITERS {
        for output in &outputs {
            let out = dir.run(&[writer, &[output]].concat()).assert().code(2);
            let text = stderr(&out);
            assert!(
                text.contains("T0710") && text.contains("only a regular file is replaced"),
                "{output}: {text}"
            );
        }
    }
    assert_eq!(names(&dir), before);
    assert_eq!(dir.read("old"), "old\n");
    let kind = |name: &str| std::fs::symlink_metadata(dir.0.join(name)).unwrap().file_type();
    assert!(kind("socket").is_socket() && kind("link").is_symlink() && kind("dangling").is_symlink());
    assert!(!outputs.contains(&"fifo") || kind("fifo").is_fifo());
    assert!(!outputs.contains(&"device") || kind("device").is_char_device());
    drop(socket);
}

#[cfg(unix)]
#[test]
fn rights_stay_and_new_files_have_the_usual_ones() {
    use std::os::unix::fs::PermissionsExt;
    let dir = program("out-rights");
    let mode = |name: &str| std::fs::metadata(dir.0.join(name)).unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(dir.0.join("old"), PermissionsExt::from_mode(0o640)).unwrap();
    for file in ["old", "new"] {
        dir.run(&["build", "estate.tabella", "-o", file]).assert().code(0);
    }
    dir.write("beside", b"");
    assert_eq!((mode("old"), mode("new")), (0o640, mode("beside")));
    // A temporary name that somebody could have guessed and linked elsewhere is not used.
    dir.write("loose.tabella", b"policy   P { allow s3:GetObject }\n");
    std::fs::set_permissions(dir.0.join("loose.tabella"), PermissionsExt::from_mode(0o600)).unwrap();
    dir.run(&["fmt", "loose.tabella"]).assert().code(0);
    assert_eq!(mode("loose.tabella"), 0o600);
}

/// A link that the user has named stays one.
#[cfg(unix)]
#[test]
fn fmt_writes_what_a_named_link_leads_to() {
    let dir = Folder::new("out-fmt", &[("in/a.tabella", "policy   P { allow s3:GetObject }\n")]);
    std::os::unix::fs::symlink("in/a.tabella", dir.0.join("b.tabella")).unwrap();
    dir.run(&["fmt", "b.tabella"]).assert().code(0);
    assert_eq!(dir.read("in/a.tabella"), "policy P {\n  allow s3:GetObject\n}\n");
    assert!(std::fs::symlink_metadata(dir.0.join("b.tabella")).unwrap().is_symlink());
    assert_eq!(names(&dir), ["b.tabella", "in"]);
}

#[test]
fn standard_output() {
    let dir = program("out-stdout");
    dir.run(&["build", "estate.tabella", "-o", "e.tbl"]).assert().code(0);
    let out = dir.run(&["build", "estate.tabella", "-o", "-"]).assert().code(0).stderr_eq("");
    assert_eq!(out.get_output().stdout, std::fs::read(dir.0.join("e.tbl")).unwrap());
    for writer in &WRITERS[1..3] {
        dir.run(&[*writer, &["file"]].concat()).assert().code(0).stdout_eq("");
        let named = dir.run(&[*writer, &["-"]].concat()).assert().code(0);
        let plain = dir.run(&writer[..2]).assert().code(0);
        assert_eq!(named.get_output().stdout, plain.get_output().stdout);
        assert_eq!(String::from_utf8_lossy(&plain.get_output().stdout), dir.read("file"));
    }
    assert!(!dir.0.join("-").exists());
}

/// `-` is standard input where the user says it, and nowhere else.
#[test]
fn a_file_that_is_called_like_standard_input() {
    let dir = Folder::new("out-dash", &[("-", GOOD), ("main.tabella", "import \"-\"\n")]);
    let run = |args: &[&str]| dir.run(args).stdin("policy {").assert();
    run(&["check", "main.tabella"]).code(0);
    run(&["check", "./-"]).code(0);
    run(&["fmt", "--check", "./-"]).code(0);
    run(&["check", "-"]).code(2);
    dir.write("-", DOCUMENT.as_bytes());
    let import = |file: &str| dir.run(&["import", file, "--name", "R"]).stdin("{").assert();
    import("./-").code(0);
    import("-").code(2);
}

/// Runs the command with a standard output that nobody reads.
fn unread(dir: &Folder, arguments: &[&str]) -> Option<i32> {
    let mut child = Command::new(snapbox::cmd::cargo_bin!("tabella"))
        .args(arguments)
        .current_dir(&dir.0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    child.wait().unwrap().code()
}

#[test]
fn exit_codes_do_not_depend_on_the_reader() {
    let failing = ESTATE.replace(
        "allow s3:GetObject on arn:aws:s3:::b/x because",
        "deny s3:GetObject on arn:aws:s3:::b/x because",
    );
    let loose = "policy   P { allow s3:GetObject }\n";
    let request = r#"{"principal": "*", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/x"}"#;
    let many = format!("{request}\n").repeat(5_000);
    let files = [
        ("estate.tabella", ESTATE),
        ("failing.tabella", &*failing),
        ("loose/a.tabella", loose),
        ("bad.tabella", "policy P { allow s3:GetObject on nonsense }\n"),
        ("requests.jsonl", &*many),
    ];
    let dir = Folder::new("out-closed", &files);
    let ask = ["--principal", ADA, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/x"];
    let hop = ["--principal", ADA, "--hop", "role=arn:aws:iam::111111111111:role/Worker,name=worker"];
    let decide = |more: &[&'static str]| [&["decide", "estate.tabella"], &ask[..], more].concat();
    let mut commands: Vec<(Vec<&str>, i32)> = vec![
        (vec!["check", "bad.tabella"], 2),
        (vec!["check", "bad.tabella", "--message-format", "json"], 2),
        (vec!["check", "bad.tabella", "--message-format", "sarif"], 2),
        (vec!["check", "estate.tabella", "--message-format", "sarif"], 0),
        (vec!["test", "estate.tabella"], 0),
        (vec!["test", "failing.tabella"], 1),
        (vec!["test", "failing.tabella", "--message-format", "json"], 1),
        (vec!["fmt", "--check", "loose"], 1),
        (vec!["export", "estate.tabella"], 0),
        (vec!["explain", "T9999"], 2),
        (vec!["--help"], 0),
        (decide(&[]), 0),
        (decide(&["--expect", "deny"]), 1),
        (decide(&["--expect", "deny", "--format", "json"]), 1),
        (decide(&["--expect", "allow"]), 0),
        ([&["assume", "estate.tabella"], &hop[..], &["--expect", "allow"]].concat(), 1),
    ];
    for expect in ["allow", "deny"] {
        let args = vec!["decide", "estate.tabella", "--requests", "requests.jsonl", "--expect", expect];
        commands.push((args, if expect == "allow" { 1 } else { 0 }));
    }
    for (arguments, code) in commands {
        dir.run(&arguments).assert().code(code);
        assert_eq!(unread(&dir, &arguments), Some(code), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let out = Command::new(snapbox::cmd::cargo_bin!("tabella")).arg("explain").stdout(full).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    let text = String::from_utf8_lossy(&out.stderr);
    assert!(text.contains("cannot write to standard output"), "{text}");
}

#[test]
fn a_run_that_tests_nothing_fails() {
    let files = [
        ("none.tabella", "account main 111111111111\n"),
        ("empty.tabella", ""),
        (
            "idle.tabella",
            "account main 111111111111\nuser Ada in main { }\ntest \"idle\" {\n  as user Ada in main { }\n}\n",
        ),
        ("empty.jsonl", ""),
        ("blank.jsonl", "\n\n"),
    ];
    let dir = Folder::new("out-no-tests", &files);
    for arguments in
        [&["none.tabella"][..], &["empty.tabella"], &["--cases", "empty.jsonl"], &["--cases", "blank.jsonl"]]
    {
        let out = dir.run(&[&["test"], arguments].concat()).assert().code(2);
        let text = stderr(&out);
        assert!(text.contains("T0715"), "{arguments:?}: {text}");
        assert_eq!(out.get_output().stdout, b"0 passed, 0 failed, 0 skipped\n");
    }
    dir.run(&["test", "idle.tabella"]).assert().code(2);
    let dir = estate("out-tests");
    dir.write("empty.jsonl", b"");
    dir.run(&["test"]).assert().code(0);
    dir.run(&["test", ".", "--cases", "empty.jsonl"]).assert().code(2);
}
