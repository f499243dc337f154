//! Artifacts: built, read, damaged.

use super::{ADA, ESTATE, Folder, estate};
use snapbox::str;

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

/// Another estate's artifact with the content hash of the first, and checksums that hold.
fn forged(genuine: &[u8], other: &[u8]) -> Vec<u8> {
    use tabella_runtime::layout::{HEADER_BYTES, SECTION_BYTES, Section, header};
    let mut forged = other.to_vec();
    let hash = header::CONTENT_HASH..header::CONTENT_HASH + 32;
    forged[hash.clone()].copy_from_slice(&genuine[hash]);
    let fixed = HEADER_BYTES + Section::ALL.len() * SECTION_BYTES;
    let crc = tabella_runtime::header_crc(&forged[..fixed]);
    forged[header::CRC..header::CRC + 4].copy_from_slice(&crc.to_le_bytes());
    forged
}

#[test]
fn an_artifact_with_the_hash_of_another_is_refused() {
    let dir = estate("artifact-forged");
    dir.run(&["build", "-o", "e.tbl"]).assert().code(0);
    // The statement that denies the secret is gone.
    let without = ESTATE.lines().filter(|l| !l.contains("Secret")).collect::<Vec<_>>().join("\n");
    dir.write("other/estate.tabella", without.as_bytes());
    dir.run(&["build", "-o", "o.tbl", "other"]).assert().code(0);
    let read = |name: &str| std::fs::read(dir.0.join(name)).unwrap();
    let forged = forged(&read("e.tbl"), &read("o.tbl"));
    dir.write("f.tbl", &forged);
    let loaded = tabella_runtime::Tables::load(&forged).unwrap();
    assert_eq!(loaded.content_hash(), tabella_runtime::Tables::load(&read("e.tbl")).unwrap().content_hash());
    let error = tabella_runtime::Tables::load_verified(&forged).unwrap_err();
    assert!(error.is_content_hash() && !error.is_checksum(), "{error}");
    let request = ["--principal", ADA, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/secret/x"];
    for (file, code) in [("e.tbl", 0), ("o.tbl", 0), ("f.tbl", 2)] {
        for command in ["inspect", "decide"] {
            let more: &[&str] = if command == "decide" { &request } else { &[] };
            for format in ["text", "json"] {
                let out = dir.run(&[command, file, "--format", format]).args(more).assert().code(code);
                let text = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
                assert_eq!(
                    code == 2,
                    text.contains("T0709") && text.contains("hash"),
                    "{command} {file}: {text}"
                );
                assert_eq!(code == 2, out.get_output().stdout.is_empty(), "{command} {file}");
            }
        }
    }
}
