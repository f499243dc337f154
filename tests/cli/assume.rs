//! `assume`, and what of its sessions `decide` takes: times, claims, reasons; and the roles that nobody but a service assumes.

use super::{Command, Folder};

const ESTATE: &str = r#"account home 111111111111
account away 222222222222

user Ann in home { policy own { allow sts:AssumeRole on * } }
user Bob in home {}

role Two in home {
  trust { allow user Ann in home, account away }
  policy own { allow s3:GetObject on arn:aws:s3:::d/* allow sts:AssumeRole on * }
  session 2h
}

role Late in home {
  trust { allow role Two in home }
  policy own { allow s3:GetObject on arn:aws:s3:::d/* }
}

role App in home {
  trust {
    allow federated cognito-identity.amazonaws.com
      when cognito-identity.amazonaws.com:aud == "eu-west-1:pool"
       and any of cognito-identity.amazonaws.com:amr like "authenticated"
  }
  policy own {
    allow s3:GetObject on arn:aws:s3:::d/${cognito-identity.amazonaws.com:sub}/*
    deny s3:GetObject when any of cognito-identity.amazonaws.com:amr == "unauthenticated"
  }
}

service linked role AWSServiceRoleForSupport in home {
  trust { allow service support.amazonaws.com }
  policy given { allow s3:GetObject }
}
"#;

const LINKED: &str =
    "arn:aws:iam::111111111111:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport";

fn home(name: &str) -> Folder {
    Folder::new(&format!("assume-{name}"), &[("main.tabella", ESTATE)])
}

fn hop(dir: &Folder, who: &str, hop: &str, more: &[&str]) -> Command {
    let principal =
        if who.contains('.') { who.to_owned() } else { format!("arn:aws:iam::111111111111:{who}") };
    dir.run(&[&["assume", "--engine", "both", "--principal", &principal, "--hop", hop], more].concat())
}

fn two(dir: &Folder, more: &[&str]) -> Command {
    hop(dir, "user/Ann", "role=arn:aws:iam::111111111111:role/Two,name=ann,duration=7200", more)
}

#[track_caller]
fn stdout(command: Command, code: i32) -> String {
    String::from_utf8(command.assert().code(code).get_output().stdout.clone()).unwrap()
}

#[track_caller]
fn stderr(command: Command, code: i32) -> String {
    String::from_utf8(command.assert().code(code).get_output().stderr.clone()).unwrap()
}

/// R1, R2, D7: a saved session counts from its issue to its end, in a chain and as a caller alike.
#[test]
fn a_saved_session_ends_for_chains_and_for_decisions() {
    let dir = home("ends");
    let text = stdout(two(&dir, &["--at", "2026-12-01T08:00:00Z", "--save", "s.json"]), 0);
    assert!(text.contains("     until 2026-12-01T10:00:00Z\n"), "{text}");
    let saved = dir.read("s.json");
    for (key, at) in [("issuedAt", "2026-12-01T08:00:00Z"), ("expiresAt", "2026-12-01T10:00:00Z")] {
        assert!(saved.contains(&format!("\"{key}\": \"{at}\"")), "{saved}");
    }
    let hops = r#"[{"role": "arn:aws:iam::111111111111:role/Late", "sessionName": "late"}]"#;
    dir.write("chain.json", format!(r#"{{"from": {saved}, "hops": {hops}}}"#).as_bytes());
    let object =
        ["--action", "s3:GetObject", "--resource", "arn:aws:s3:::d/a", "--resource-account", "111111111111"];
    for (at, refused) in [
        ("2026-12-01T07:59:59Z", Some("after the time of the call")),
        ("2026-12-01T08:00:00Z", None),
        ("2026-12-01T09:59:59Z", None),
        // The last second.
        ("1796119199", None),
        ("2026-12-01T10:00:00Z", Some("expired at 2026-12-01T10:00:00Z")),
        ("2036-12-01T10:00:00Z", Some("expired at 2026-12-01T10:00:00Z")),
        ("0", Some("")),
    ] {
        let chain = |more: &[&str]| {
            dir.run(&[&["assume", "--engine", "both", "--chain", "chain.json", "--at", at], more].concat())
        };
        let decide =
            [&["decide", "--engine", "both", "--as-session", "s.json", "--at", at], &object[..]].concat();
        match refused {
            None => {
                assert!(stdout(chain(&["--expect", "allow"]), 0).contains("1. allowed"), "{at}");
                dir.run(&[&decide[..], &["--expect", "allow"]].concat()).assert().code(0);
            }
            Some(words) => {
                let text = stdout(chain(&["--expect", "deny", "--save", "next.json"]), 0);
                assert!(text.contains("1. refused") && text.contains(words), "{at}: {text}");
                assert!(!dir.0.join("next.json").exists());
                let text = stderr(dir.run(&decide), 2);
                assert!(text.contains("cannot be used") && text.contains(words), "{at}: {text}");
            }
        }
    }
    // A context key is no clock.
    let later = ["--context", "aws:CurrentTime=2026-12-01T09:00:00Z", "--at", "2026-12-01T12:00:00Z"];
    let decide = [&["decide", "--as-session", "s.json"], &object[..], &later].concat();
    dir.run(&decide).assert().code(2);
}

#[test]
fn a_kept_session_without_its_times_is_refused() {
    let dir = home("endless");
    two(&dir, &["--at", "2026-12-01T08:00:00Z", "--save", "s.json"]).assert().code(0);
    let saved = dir.read("s.json");
    let hops = r#"[{"role": "arn:aws:iam::111111111111:role/Late", "sessionName": "late"}]"#;
    for (from, to, words) in [
        ("\"expiresAt\": \"2026-12-01T10:00:00Z\"", "\"expiresAt\": null", "a later end"),
        ("\"issuedAt\": \"2026-12-01T08:00:00Z\"", "\"issuedAt\": null", "a later end"),
        ("\"expiresAt\": \"2026-12-01T10:00:00Z\"", "\"expiresAt\": \"2026-12-01T08:00:00Z\"", "a later end"),
        (
            "\"principal\": \"arn:aws:sts::111111111111:assumed-role/Two/ann\"",
            "\"principal\": \"ec2.amazonaws.com\"",
            "a later end",
        ),
        ("2026-12-01T10:00:00Z", "soon", "invalid value"),
    ] {
        let changed = saved.replace(from, to);
        assert!(changed != saved, "{from}");
        dir.write("changed.json", changed.as_bytes());
        dir.write("chain.json", format!(r#"{{"from": {changed}, "hops": {hops}}}"#).as_bytes());
        let chain = dir.run(&["assume", "--chain", "chain.json", "--at", "2026-12-01T09:00:00Z"]);
        let out = chain.assert();
        let both = [out.get_output().stdout.clone(), out.get_output().stderr.clone()].concat();
        assert!(String::from_utf8(both).unwrap().contains(words), "{to}");
        let decide = [
            "decide",
            "--as-session",
            "changed.json",
            "--at",
            "2026-12-01T09:00:00Z",
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::d/a",
        ];
        assert!(stderr(dir.run(&decide), 2).contains(words), "{to}");
    }
}

/// D8: claims that are lists, and those that later requests have.
#[test]
fn claims_have_several_values_and_stay_in_the_saved_session() {
    let dir = home("claims");
    let provider = "cognito-identity.amazonaws.com";
    let of = |amr: &str| {
        format!(
            "role=arn:aws:iam::111111111111:role/App,name=app,call=web,with={provider}:aud=eu-west-1:pool,\
             with={provider}:sub=eu-west-1:u1,{amr}"
        )
    };
    let list = format!(
        "with={provider}:amr[]=authenticated,with={provider}:amr[]=cognito-idp.eu-west-1.amazonaws.com/x"
    );
    let at = ["--at", "2026-12-01T08:00:00Z"];
    let text = stdout(
        hop(&dir, provider, &of(&list), &[&at[..], &["--save", "s.json", "--expect", "allow"]].concat()),
        0,
    );
    assert!(text.contains(":amr = authenticated, cognito-idp"), "{text}");
    let guest = format!("with={provider}:amr[]=unauthenticated");
    assert!(
        stdout(hop(&dir, provider, &of(&guest), &at), 0).contains("on the role's side, by its trust policy")
    );
    for (key, expect) in [("eu-west-1:u1/a", "allow"), ("eu-west-1:u2/a", "deny")] {
        let resource = format!("arn:aws:s3:::d/{key}");
        let decide = [
            "decide",
            "--engine",
            "both",
            "--as-session",
            "s.json",
            "--action",
            "s3:GetObject",
            "--resource",
            &resource,
            "--resource-account",
            "111111111111",
            "--expect",
            expect,
        ];
        dir.run(&[&decide[..], &at].concat()).assert().code(0);
    }
}

/// D8: which side, which gate, which policy.
#[test]
fn a_refusal_says_whose_policy_refuses() {
    let dir = home("reasons");
    let two = |who: &str, format: &str| {
        stdout(hop(&dir, who, "role=arn:aws:iam::111111111111:role/Two,name=s1", &["--format", format]), 0)
    };
    let text = two("user/Bob", "text");
    let words = "`sts:AssumeRole` is refused on the role's side, by its trust policy: the resource policy `trust of Two` does not allow it";
    assert!(text.contains(words), "{text}");
    let json: serde_json::Value = serde_json::from_str(&two("user/Bob", "json")).unwrap();
    assert_eq!((&json["hops"][0]["refusal"], &json["hops"][0]["side"]), (&words.into(), &"role".into()));
    let dir = Folder::new(
        "assume-caller",
        &[("main.tabella", &*ESTATE.replace("user Bob in home {}", "user Bob in away {}"))],
    );
    let bob = "arn:aws:iam::222222222222:user/Bob";
    let asked = ["assume", "--principal", bob, "--hop", "role=arn:aws:iam::111111111111:role/Two,name=s1"];
    assert!(stdout(dir.run(&asked), 0).contains("is refused on the caller's side, by its identity policies"));
    // A key that only the engine sets, and tags that STS does not take.
    let forged = "role=arn:aws:iam::111111111111:role/Two,name=s1,with=aws:PrincipalArn=x";
    let text = stdout(hop(&dir, "user/Ann", forged, &[]), 0);
    assert!(
        text.contains("`sts:AssumeRole` is refused for what the call is:")
            && text.contains("aws:PrincipalArn"),
        "{text}"
    );
    let starred = "role=arn:aws:iam::111111111111:role/Two,name=s1,tag=team=*";
    assert!(
        stdout(hop(&dir, "user/Ann", starred, &[]), 0).contains("does not take the session tag `team`: '*'")
    );
}

/// R4, R137: `assume` and `decide` agree on who becomes a service-linked role, and nobody changes one.
#[test]
fn a_service_linked_role_is_its_services() {
    let dir = home("linked");
    let role = format!("role={LINKED},name=s1");
    for (who, expect) in
        [("support.amazonaws.com", "allow"), ("ec2.amazonaws.com", "deny"), ("user/Ann", "deny")]
    {
        hop(&dir, who, &role, &["--expect", expect]).assert().code(0);
        let principal =
            if who.contains('.') { who.to_owned() } else { format!("arn:aws:iam::111111111111:{who}") };
        let decide = [
            "decide",
            "--engine",
            "both",
            "--principal",
            &principal,
            "--action",
            "sts:AssumeRole",
            "--resource",
            LINKED,
        ];
        dir.run(&[&decide[..], &["--expect", expect]].concat()).assert().code(0);
    }
    let attach = [
        "decide",
        "--principal",
        "arn:aws:iam::111111111111:root",
        "--action",
        "iam:AttachRolePolicy",
        "--resource",
        LINKED,
    ];
    let text = stdout(dir.run(&[&attach[..], &["--expect", "deny"]].concat()), 0);
    assert!(text.contains("only AWS changes service-linked roles"), "{text}");
}

/// The example of the language reference: exported and imported again it is the same role.
#[test]
fn a_service_linked_role_comes_back_from_a_dump() {
    let source = "account prod 111111111111\n\nservice linked role AWSServiceRoleForSupport in prod {\n  trust {\n    allow service support.amazonaws.com\n  }\n}\n";
    let dir = Folder::new("assume-dump", &[("main.tabella", source)]);
    let dump = stdout(dir.run(&["export", "--account", "prod"]), 0);
    assert!(dump.contains("\"Path\": \"/aws-service-role/support.amazonaws.com/\""), "{dump}");
    dir.write("dump.json", dump.as_bytes());
    let imported = stdout(dir.run(&["import", "dump.json"]), 0);
    assert!(imported.contains("service linked role AWSServiceRoleForSupport"), "{imported}");
    let again = Folder::new("assume-dump-again", &[("main.tabella", &*imported)]);
    assert_eq!(stdout(again.run(&["export", "--account", "111111111111"]), 0), dump);
    // A dump that only calls itself one is refused.
    dir.write(
        "forged.json",
        dump.replace("\"Service\": \"support.amazonaws.com\"", "\"AWS\": \"111111111111\"").as_bytes(),
    );
    let found = stderr(dir.run(&["check", "forged.json"]), 2);
    assert!(found.contains("T0380"), "{found}");
}
