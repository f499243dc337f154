//! The command as people call it: every subcommand, every exit code, every kind of bad input.
//! `SNAPSHOTS=overwrite cargo test --test cli` rewrites what is expected.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod artifacts;
mod assume;
mod decide;
mod documents;
mod dropped;
mod dumps;
mod expectations;
mod links;
mod outputs;
mod reasons;
mod sources;
mod terminal;
mod times;
mod usage;

use snapbox::cmd::{Command, cargo_bin};
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

/// Says on the terminal itself what a test leaves out: the output of a test that passes is not shown.
#[cfg(unix)]
fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

const GOOD: &str = "policy P {\n  allow s3:GetObject on arn:aws:s3:::b/*\n}\n";

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
