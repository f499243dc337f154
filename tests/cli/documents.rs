//! IAM's JSON: documents and account dumps, in and out.

use super::{ADA, DOCUMENT, Folder, estate, tabella};
use snapbox::str;

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
    // Its test names a user of the dump.
    dir.run(&["check", "org.tabella", "dump.json"]).assert().code(0);
    dir.run(&["check", "org.tabella"]).assert().code(2);
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
    // Users of two dumps are not told apart by their files: one who stands in both alike is one, else it is an error.
    build(&["org.tabella", "dump.json", "more.json", "dump.json"]).code(0);
    dir.write("again.json", dump("U").as_bytes());
    build(&["org.tabella", "dump.json", "again.json"]).code(0);
    dir.write("again.json", dump("U").replace("Allow", "Deny").as_bytes());
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
