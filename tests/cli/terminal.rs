//! Names, paths and arguments that would do something to a terminal.

use super::{Folder, tabella};

/// Sets a colour, clears the screen, the same in one byte of C1, turns the text around, begins a line of its own.
const HOSTILE: &str = "P\u{1b}[31m\u{1b}[2J\u{9b}2J\u{202e}\u{2066}\u{7f}\u{8}";

/// As sources and dumps write it.
fn spelled(text: &str) -> String {
    let hidden = |c: char| !matches!(c, ' '..='~');
    text.chars().map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// Whether all of it may reach a terminal. Line breaks are the command's own.
fn is_plain(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap();
    let hostile = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}')
    };
    !text.contains(hostile)
}

fn check(command: snapbox::cmd::Command, what: &str) -> (String, String) {
    let out = command.assert();
    let out = out.get_output().clone();
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).escape_debug().to_string();
    assert!(is_plain(&out.stdout), "{what}: {}", shown(&out.stdout));
    assert!(is_plain(&out.stderr), "{what}: {}", shown(&out.stderr));
    let lines = [out.stdout.as_slice(), &out.stderr].concat();
    let forged = String::from_utf8_lossy(&lines).lines().any(|line| line.starts_with("forged"));
    assert!(!forged, "{what}: {}", shown(&lines));
    (String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
}

fn hostile_estate() -> String {
    let name = spelled(&format!("{HOSTILE}\nforged"));
    format!(
        "account main 111111111111\nuser Ada in main {{\n  policies `{name}`\n}}\npolicy `{name}` {{\n  `{name}`: allow \
         s3:GetObject on `arn:aws:s3:::b{name}/*`\n}}\nrole R in main {{\n  trust {{ allow user Ada in main }}\n}}\n\
         test \"{name}\" {{\n  as user Ada in main {{\n    deny s3:GetObject on `arn:aws:s3:::b{name}/x`\n  }}\n}}\n"
    )
}

#[test]
fn names_of_sources_and_artifacts() {
    let dir = Folder::new("terminal", &[("e.tabella", &hostile_estate())]);
    dir.run(&["check"]).assert().code(0);
    dir.run(&["build", "-o", "e.tbl"]).assert().code(0);
    let resource = format!("arn:aws:s3:::b{HOSTILE}\nforged/x");
    let ask = ["--principal", super::ADA, "--action", "s3:GetObject", "--resource", &resource];
    for source in ["e.tabella", "e.tbl"] {
        for format in ["text", "json"] {
            let args = [&["decide", source, "--format", format], &ask[..]].concat();
            let (out, _) = check(dir.run(&args), &format!("decide {source} {format}"));
            assert!(out.contains("allow"), "{out}");
            match format {
                "text" => assert!(out.contains(r"`P\u{1b}[31m") && out.contains(r"\nforged"), "{out}"),
                _ => {
                    let object: serde_json::Value = serde_json::from_str(&out).unwrap();
                    let statement = &object["statements"][0];
                    assert_eq!(statement["policy"], format!("{HOSTILE}\nforged"));
                    assert_eq!(statement["sid"], statement["policy"]);
                    assert_eq!(object["request"]["resource"], resource);
                }
            }
        }
    }
    check(dir.run(&["inspect", "e.tbl"]), "inspect");
    let (out, err) = check(dir.run(&["test"]), "test");
    assert!(out.contains(r"\u{1b}") && err.contains("T0713"), "{out}{err}");
    for format in ["json", "sarif"] {
        check(dir.run(&["test", "--message-format", format]), format);
    }
    check(dir.run(&["fmt", "-"]).stdin(hostile_estate()), "fmt");
    let (out, _) = check(dir.run(&["export"]), "export");
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(all[format!("{HOSTILE}\nforged")]["Statement"].is_array(), "{out}");
}

#[test]
fn what_a_document_and_a_dump_say() {
    let name = format!("{HOSTILE}\nforged");
    let document = |sid: &str| {
        serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Sid": sid, "Effect": "Allow", "Action": format!("s3:{name}"), "Resource": "*"}]})
    };
    let dump = serde_json::json!({"UserDetailList": [{"Path": "/", "UserName": "Eve", "UserId": "AIDAEXAMPLE",
        "Arn": "arn:aws:iam::111111111111:user/Eve", "CreateDate": "2024-01-01T00:00:00Z", "GroupList": [name],
        "UserPolicyList": [{"PolicyName": name, "PolicyDocument": document("A")}], "AttachedManagedPolicies": []}],
        "GroupDetailList": [], "RoleDetailList": [], "Policies": []});
    // Raw characters, where JSON has them so: all but C0 may stand in a string as they are.
    let files = [
        ("a.json", document(&name).to_string()),
        ("d.json", dump.to_string()),
        (
            "raw.json",
            "{\"Version\": \"2012-10-17\", \"Statment\u{9b}2J\": \"\u{1b}[2J\u{202e}\", x\u{1b}\r}\n"
                .to_string(),
        ),
        (
            "raw.tabella",
            "policy P\u{1b}[2J { allow \u{9b}2J\u{202e} s3:Get\u{8}\rObject } # \u{2028}x\n".to_string(),
        ),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, &**text)).collect();
    let dir = Folder::new("terminal-json", &files);
    for (file, _) in &files {
        for format in ["text", "json", "sarif"] {
            check(dir.run(&["check", file, "--message-format", format]), &format!("{file} {format}"));
        }
    }
    for file in ["a.json", "d.json", "raw.json"] {
        check(dir.run(&["import", file]), file);
    }
    check(
        dir.run(&[
            "decide",
            "d.json",
            "--principal",
            "arn:aws:iam::111111111111:user/Eve",
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::b/x",
        ]),
        "decide",
    );
}

#[test]
fn arguments_and_requests() {
    let dir = Folder::new("terminal-args", &[("e.tabella", &hostile_estate())]);
    let name = format!("{HOSTILE}\nforged");
    let option = format!("--{name}");
    let hop = format!("role=arn:aws:iam::111111111111:role/R,name={name}");
    for arguments in [
        &["explain", &name][..],
        &[&name],
        &[&option],
        &["check", "--color", &name],
        &["check", &name],
        &["check", "e.tabella", "--kind", &name],
        &["build", "-o", &name, "nowhere.tabella"],
        &["decide", "--principal", &name, "--action", &name, "--resource", &name],
        &["decide", "--principal", "*", "--action", "s3:GetObject", "--resource", "*", "--context", &name],
        &["export", "--policy", &name],
        &["import", &name],
        &["inspect", &name],
        &["assume", "--principal", super::ADA, "--hop", &hop],
        &["assume", "--principal", super::ADA, "--hop", &name],
        &["assume", "--principal", super::ADA, "--hop", &hop, "--format", "json"],
    ] {
        check(dir.run(arguments), &arguments.join(" "));
        // What is coloured is the command's, and nothing of an argument is among it.
        let colour = dir.run(arguments).args(["--color", "always"]).assert();
        let out = colour.get_output();
        let all = [out.stdout.as_slice(), &out.stderr].concat();
        let text = String::from_utf8_lossy(&all).into_owned();
        assert!(
            !text.contains("\u{1b}[2J") && !text.contains('\u{9b}') && !text.contains('\u{202e}'),
            "{text:?}"
        );
    }
    let request =
        serde_json::json!({"principal": name, "action": name, "resource": name, "context": {&name: name}});
    for format in ["text", "json"] {
        let command = tabella().args(["decide", "--requests", "-", "--format", format]).current_dir(&dir.0);
        check(command.stdin(format!("{request}\n")), "requests");
    }
    let chain = serde_json::json!({"from": {"principal": super::ADA}, "hops": [
        {"role": "arn:aws:iam::111111111111:role/R", "sessionName": name, "tags": [[name, name]], "sourceIdentity": name}]});
    dir.write("chain.json", chain.to_string().as_bytes());
    check(dir.run(&["assume", "--chain", "chain.json"]), "chain");
}

#[cfg(unix)]
#[test]
fn names_of_files() {
    let name = format!("{HOSTILE}\nforged.tabella");
    let dir = Folder::new("terminal-files", &[(&name, "policy   P { allow s3:GetObjekt on nonsense }\n")]);
    dir.write(&name.replace("tabella", "json"), b"{");
    for arguments in [
        &["check"][..],
        &["check", &name],
        &["fmt", "--check"],
        &["check", "--message-format", "json"],
        &["check", "--message-format", "sarif"],
        &["check", &name.replace("tabella", "json")],
        &["inspect", &name],
    ] {
        check(dir.run(arguments), &arguments.join(" "));
    }
    dir.write(&name, b"policy P { allow s3:GetObject }\n");
    check(dir.run(&["build", "-o", &name.replace("tabella", "tbl")]), "build");
    check(dir.run(&["inspect", &name.replace("tabella", "tbl")]), "inspect");
    std::os::unix::fs::symlink("/etc/hostname", dir.0.join("x\u{1b}[2J.tabella")).unwrap();
    check(dir.run(&["check"]), "link");
}
