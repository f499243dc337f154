//! Links in folders that the command is given.
#![cfg(unix)]

use super::{Folder, GOOD, tabella};
use std::os::unix::fs::symlink;

const LOOSE: &str = "policy   P   { allow s3:GetObject }\n";

/// A program beside files that are none of its business.
fn beside(name: &str) -> Folder {
    let files = [("in/good.tabella", GOOD), ("out/secret", "the secret\n"), ("out/loose.tabella", LOOSE)];
    Folder::new(name, &files)
}

#[test]
fn folders_do_not_lead_out_of_the_program() {
    let dir = beside("links-out");
    let text = |out: &snapbox::cmd::OutputAssert| {
        let out = out.get_output();
        String::from_utf8_lossy(&[&out.stderr[..], &out.stdout].concat()).into_owned()
    };
    for target in ["../out/secret", "../out/loose.tabella", "../../links-out-elsewhere"] {
        let elsewhere = dir.0.parent().unwrap().join("links-out-elsewhere");
        std::fs::write(&elsewhere, LOOSE).unwrap();
        symlink(target, dir.0.join("in/link.tabella")).unwrap();
        let commands: [&[&str]; 7] = [
            &["check"],
            &["fmt"],
            &["fmt", "--check"],
            &["build", "-o", "e.tbl"],
            &["test"],
            &["export"],
            &["decide", "--principal", "*", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/x"],
        ];
        for command in commands {
            // From within, from beside, by an absolute path: a folder is a folder.
            let absolute = dir.0.join("in");
            for (here, folder) in
                [("in", "."), (".", "in"), ("out", "../in"), ("out", absolute.to_str().unwrap())]
            {
                let (verb, rest) = command.split_first().unwrap();
                let args = [&[*verb, folder], rest].concat();
                let out = tabella().args(&args).current_dir(dir.0.join(here)).assert().code(2);
                let text = text(&out);
                assert!(
                    text.contains("T0716") && text.contains("link.tabella"),
                    "{args:?} in {here}: {text}"
                );
                assert!(!text.contains("the secret") && !text.contains("policy   P"), "{args:?}: {text}");
            }
        }
        assert_eq!(dir.read("out/loose.tabella"), LOOSE);
        assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), LOOSE);
        assert!(!dir.0.join("in/e.tbl").exists() && !dir.0.join("e.tbl").exists());
        // Who names the link has named the file.
        let named = dir.run(&["fmt", "--check", "in/link.tabella"]).assert();
        named.code(if target.ends_with("secret") { 2 } else { 1 });
        std::fs::remove_file(dir.0.join("in/link.tabella")).unwrap();
    }
}

#[test]
fn folders_that_are_linked_are_not_searched() {
    let dir = beside("links-folder");
    symlink("../out", dir.0.join("in/more")).unwrap();
    symlink(".", dir.0.join("in/again")).unwrap();
    let out = dir.run(&["fmt", "in"]).assert().code(0);
    let text = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(text.contains("note[T0716]") && text.contains("in/more") && !text.contains("again"), "{text}");
    assert_eq!(dir.read("out/loose.tabella"), LOOSE);
    // Both folders are given: nothing leads out.
    dir.run(&["check", "in", "out", "--deny-warnings"]).assert().code(2);
    dir.write("out/loose.tabella", LOOSE.replace("P", "Q").as_bytes());
    dir.run(&["check", "in", "out"]).assert().code(0).stderr_eq("");
}

#[test]
fn links_inside_are_the_file_they_lead_to() {
    let dir = Folder::new("links-in", &[("in/deep/p.tabella", GOOD)]);
    symlink("deep/p.tabella", dir.0.join("in/a.tabella")).unwrap();
    symlink("in/deep/p.tabella", dir.0.join("named.tabella")).unwrap();
    // One file under three names is one file: a policy is not declared twice.
    dir.run(&["check", "in"]).assert().code(0).stderr_eq("");
    dir.run(&["check", "in", "named.tabella"]).assert().code(0).stderr_eq("");
    symlink("nowhere.tabella", dir.0.join("in/lost.tabella")).unwrap();
    let out = dir.run(&["check", "in"]).assert().code(2);
    let text = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(text.contains("T0701") && text.contains("in/lost.tabella"), "{text}");
}
