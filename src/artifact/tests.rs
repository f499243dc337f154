//! Tables built by hand, written, loaded and asked.

use super::{WriteOptions, write};
use crate::hir::{Effect, IdentityKind, Operator, Piece, PolicyKind, Quantifier, Template, Value};
use crate::limits::Limits;
use crate::lower::tables::*;
use tabella_runtime::{Context, Decision, Entry, Gate, IdContext, IdRequest, Outcome, Request, Values};

fn pattern(text: &str) -> Pattern {
    Pattern::Whole(super::template::action(text))
}

fn statement(effect: Effect, actions: u32, item: Item) -> Statement {
    Statement { effect, actions, item, sid: Some("S".into()), place: ("a.tabella".into(), 3, 5) }
}

fn by_policies(levels: Vec<Vec<u32>>) -> PolicySet {
    PolicySet { levels, tabled: false, rows: Vec::new(), default: Cell::None }
}

/// Ann may read a bucket's objects, but not under `secret/`, and only from the office.
fn tables() -> Tables {
    Tables {
        services: vec![Service {
            prefix: "s3".into(),
            actions: vec![
                Action { name: "getobject".into(), wildcard_only: false },
                Action { name: "listallmybuckets".into(), wildcard_only: true },
            ],
        }],
        keys: vec!["aws:sourceip".into(), "aws:username".into()],
        patterns: vec![
            pattern("arn:aws:s3:::b/secret/*"),
            pattern("arn:aws:s3:::b/*"),
            Pattern::Whole(Template {
                pieces: vec![
                    Piece::Literal("arn:aws:s3:::home/".into()),
                    Piece::Variable {
                        key: "aws:username".into(),
                        written: "aws:username".into(),
                        default: None,
                    },
                    Piece::Literal("/".into()),
                    Piece::Any,
                ]
                .into(),
            }),
        ],
        resource_sets: vec![
            ResourceSet { negated: true, patterns: vec![] },
            ResourceSet { negated: false, patterns: vec![0] },
            ResourceSet { negated: false, patterns: vec![1, 2] },
        ],
        atoms: vec![Atom {
            quantifier: Quantifier::Single,
            operator: Operator::IpAddress,
            if_exists: false,
            doubt: false,
            key: 0,
            values: vec![Value::Ip {
                network: "10.0.0.0".parse().unwrap(),
                prefix: 8,
                written: "10.0.0.0/8".into(),
            }]
            .into(),
        }],
        conditions: vec![vec![vec![]], vec![vec![0]]],
        principal_sets: vec![PrincipalSet { negated: false, entries: vec![] }],
        action_sets: vec![
            ActionSet { negated: false, patterns: vec!["s3:get*".into()] },
            ActionSet { negated: false, patterns: vec!["*".into()] },
        ],
        policies: vec![Policy {
            name: "P".into(),
            kind: PolicyKind::Identity,
            statements: vec![
                statement(Effect::Allow, 0, Item { principals: 0, resources: 2, condition: 1 }),
                statement(Effect::Deny, 1, Item { principals: 0, resources: 1, condition: 0 }),
            ],
        }],
        sets: vec![by_policies(vec![vec![0]])],
        accounts: vec![Account {
            id: "111111111111".into(),
            in_organization: false,
            management: false,
            org_path: String::new(),
            scps: None,
            rcps: None,
        }],
        principals: vec![Principal {
            kind: IdentityKind::User,
            arn: "arn:aws:iam::111111111111:user/ann".into(),
            name: "ann".into(),
            account: 0,
            unique_id: "AIDAANN".into(),
            identity: 0,
            boundary: None,
            boundary_arn: String::new(),
            service_linked: false,
            tags: vec![],
        }],
        ..Tables::default()
    }
}

fn with_cells() -> Tables {
    let mut t = tables();
    t.programs = vec![Program {
        denies: vec![Item { principals: 0, resources: 1, condition: 0 }],
        levels: vec![vec![Item { principals: 0, resources: 2, condition: 1 }]],
    }];
    t.palettes = vec![vec![Cell::Program(0), Cell::None]];
    t.shapes = vec![vec![0, 1]];
    t.sets = vec![PolicySet {
        levels: vec![vec![0]],
        tabled: true,
        rows: vec![Row { service: 0, shape: 0, palette: 0 }],
        default: Cell::None,
    }];
    t
}

fn ask(
    bytes: &[u8],
    principal: &str,
    action: &str,
    resource: &str,
    ip: &str,
) -> (Outcome, Gate, Vec<String>) {
    let tables = tabella_runtime::Tables::load(bytes).unwrap();
    let entries = [Entry { key: "AWS:SourceIp", values: Values::One(ip) }];
    let request =
        Request { principal, action, resource, context: Context::new(&entries).unwrap(), extras: None };
    let mut findings = Vec::new();
    let explained = tables.explain(&request, &mut |f| {
        let place = f.place.map_or(String::new(), |p| format!(" {}:{}:{}", p.file, p.line, p.column));
        findings.push(format!("{} {} {:?} {:?}{place}", f.policy, f.statement, f.effect, f.sid));
    });
    let decision = tables.decide(&request);
    assert_eq!(decision, explained);
    (decision.outcome, decision.gate, findings)
}

#[test]
fn decides_with_and_without_cells() {
    let ann = "arn:aws:iam::111111111111:user/ann";
    for tables in [tables(), with_cells()] {
        let bytes = write(&tables, &Limits::default(), &WriteOptions::default()).unwrap();
        let ask = |who, action, resource, ip| ask(&bytes, who, action, resource, ip);
        let allowed = ask(ann, "s3:GetObject", "arn:aws:s3:::b/k", "10.1.2.3");
        assert_eq!(
            allowed,
            (Outcome::Allow, Gate::Identity, vec!["P 0 Allow Some(\"S\") a.tabella:3:5".into()])
        );
        assert_eq!(ask(ann, "s3:GetObject", "arn:aws:s3:::b/k", "11.1.2.3").0, Outcome::ImplicitDeny);
        assert_eq!(ask(ann, "S3:GETOBJECT", "arn:aws:s3:::home/ann/x", "10.1.2.3").0, Outcome::Allow);
        assert_eq!(ask(ann, "s3:GetObject", "arn:aws:s3:::home/bob/x", "10.1.2.3").0, Outcome::ImplicitDeny);
        let denied = ask(ann, "s3:GetObject", "arn:aws:s3:::b/secret/k", "10.1.2.3");
        assert_eq!((denied.0, denied.1, denied.2.len()), (Outcome::ExplicitDeny, Gate::Identity, 2));
        // An action that is no column, and a service that is in no table.
        assert_eq!(ask(ann, "s3:GetNew", "arn:aws:s3:::b/k", "10.1.2.3").0, Outcome::Allow);
        assert_eq!(ask(ann, "s3:GetNew", "arn:aws:s3:::b/secret/k", "10.1.2.3").0, Outcome::ExplicitDeny);
        assert_eq!(
            ask("arn:aws:iam::111111111111:user/bob", "s3:GetObject", "arn:aws:s3:::b/k", "10.1.2.3").0,
            Outcome::ImplicitDeny
        );
        assert_eq!(ask("nobody", "s3:GetObject", "arn:aws:s3:::b/k", "10.1.2.3").1, Gate::Request);
        assert_eq!(ask(ann, "sts:GetCallerIdentity", "*", "").1, Gate::Always);
    }
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let write = || write(&with_cells(), &Limits::default(), &WriteOptions::default()).unwrap();
    assert_eq!(write(), write());
}

#[test]
fn provenance_can_be_left_out() {
    let bytes =
        write(&with_cells(), &Limits::default(), &WriteOptions { provenance: false, keep: false }).unwrap();
    let ann = "arn:aws:iam::111111111111:user/ann";
    let found = ask(&bytes, ann, "s3:GetObject", "arn:aws:s3:::b/k", "10.1.2.3").2;
    assert_eq!(found, ["P 0 Allow None"]);
}

#[test]
fn two_principals_with_one_arn_are_refused() {
    let mut tables = tables();
    tables.principals.push(tables.principals[0].clone());
    let error = write(&tables, &Limits::default(), &WriteOptions::default()).unwrap_err();
    assert_eq!(error.code, crate::diag::codes::lower::ARTIFACT_REFUSED);
}

/// Whether a user's ARN stands in its record or among the texts, it is found, and no other is.
#[test]
fn principals_are_found_by_their_whole_name() {
    let name = |len: usize| "abcdefghij".chars().cycle().take(len).collect::<String>();
    let mut t = tables();
    let ann = t.principals.remove(0);
    let arns: Vec<String> = (1..=64)
        .map(|len| format!("arn:aws:iam::111111111111:user/{}", name(len)))
        .chain((1..=64).map(|len| format!("arn:aws-cn:iam::111111111111:user/p/{}", name(len))))
        .collect();
    t.principals = arns.iter().map(|arn| Principal { arn: arn.clone(), ..ann.clone() }).collect();
    t.principals.sort_by(|a, b| a.arn.cmp(&b.arn));
    let bytes = write(&t, &Limits::default(), &WriteOptions::default()).unwrap();
    let tables = tabella_runtime::Tables::load(&bytes).unwrap();
    for arn in &arns {
        assert!(tables.principal_id(arn).is_some(), "{arn}");
        for place in 0..arn.len() {
            let mut other = arn.clone().into_bytes();
            other[place] ^= 1;
            let other = String::from_utf8(other).unwrap();
            assert!(tables.principal_id(&other).is_none() || arns.contains(&other), "{other}");
        }
    }
    for other in ["", "arn:aws:iam::111111111111:user/", "arn:aws:iam::111111111111", "*"] {
        assert!(tables.principal_id(other).is_none(), "{other}");
    }
}

/// Patterns whose parts behind a few `*`s are one text, against the same patterns part by part.
#[test]
fn heads_and_tails_match_what_their_parts_match() {
    let patterns = [
        ("arn:aws:ec2:*:111111111111:instance/i-*", "arn:aws:ec2:eu-west-1:111111111111:instance/i-1", true),
        ("arn:aws:ec2:*:111111111111:instance/i-*", "arn:aws:ec2:eu-west-1:111111111111:instance/x", false),
        ("arn:aws:ec2:*:111111111111:instance/i-*", "arn:aws:ec2:eu-west-1:111111111112:instance/i-1", false),
        ("arn:aws:ec2:*:*:instance/i-1", "arn:aws:ec2:eu-west-1:111111111111:instance/i-1", true),
        ("arn:aws:ec2:*:*:instance/i-1", "arn:aws:ec2:eu-west-1:111111111111:instance/i-12", false),
        ("arn:aws:ec2:*:*:*", "arn:aws:ec2:eu-west-1:111111111111:instance/i-12", true),
        ("arn:aws:ec2:*:111111111111:*", "arn:aws:ec2:eu-west-1:111111111111:volume/v", true),
        ("arn:aws:ec2:*:111111111111:*", "arn:aws:rds:eu-west-1:111111111111:volume/v", false),
        ("arn:*:*:*:*:volume/v", "arn:aws:ec2:eu-west-1:111111111111:volume/v", true),
        // R68: the region's `*` takes the account and part of the rest, too.
        ("arn:aws:ec2:*:volume:v", "arn:aws:ec2:eu-west-1:111111111111:x:volume:v", true),
        ("arn:aws:ec2:*:volume:v", "arn:aws:ec2:eu-west-1:111111111111:volume:w", false),
        ("arn:aws:ec2:*:*:v/*", "arn:aws:ec2:eu-west-1:111111111111:x:v/1", true),
    ];
    for (text, resource, matches) in patterns {
        let mut t = with_cells();
        t.services[0].prefix = "ec2".into();
        t.patterns = vec![pattern("arn:aws:ec2:::none"), pattern(text), pattern("arn:aws:ec2:::neither")];
        t.conditions[1] = vec![vec![]];
        t.action_sets[0].patterns = vec!["ec2:get*".into()];
        let bytes = write(&t, &Limits::default(), &WriteOptions::default()).unwrap();
        let (outcome, _, _) =
            ask(&bytes, "arn:aws:iam::111111111111:user/ann", "ec2:GetObject", resource, "10.0.0.1");
        assert_eq!(outcome == Outcome::Allow, matches, "{text} {resource}");
    }
}

#[test]
fn rows_that_do_not_fit_their_service_are_refused() {
    let wrong: [fn(&mut Tables); 6] = [
        |t| t.palettes[0] = vec![Cell::None],
        |t| t.palettes[0] = vec![],
        |t| t.shapes[0] = vec![0],
        |t| t.shapes[0] = vec![0, 1, 1],
        |t| t.sets[0].rows[0].shape = 1,
        |t| t.sets[0].rows[0].palette = 1,
    ];
    for make_wrong in wrong {
        let mut tables = with_cells();
        make_wrong(&mut tables);
        let error = write(&tables, &Limits::default(), &WriteOptions::default()).unwrap_err();
        assert_eq!(error.code, crate::diag::codes::lower::ARTIFACT_REFUSED);
    }
}

#[test]
fn an_artifact_over_the_limit_is_refused() {
    let limits = Limits { artifact_bytes: 100, ..Limits::default() };
    let error = write(&tables(), &limits, &WriteOptions::default()).unwrap_err();
    assert_eq!(error.code, crate::diag::codes::lower::ARTIFACT_SIZE);
}

#[test]
fn empty_tables_are_an_artifact() {
    let bytes = write(&Tables::default(), &Limits::default(), &WriteOptions::default()).unwrap();
    let tables = tabella_runtime::Tables::load(&bytes).unwrap();
    assert_eq!(tables.organization(), None);
    assert!(!tables.has_provenance());
}

#[test]
fn the_specification_lists_the_sections() {
    use tabella_runtime::layout::{HEADER_BYTES, SECTION_BYTES, Section, VERSION};
    let text = include_str!("../../docs/artifact.md");
    for (number, section) in Section::ALL.iter().enumerate() {
        let row = format!("| {number} | {} | {} |", section.name(), section.element());
        assert!(text.contains(&row), "{row}");
    }
    let count = Section::ALL.len();
    assert!(!text.contains(&format!("\n| {count} |")));
    assert!(text.contains(&format!("## Section table ({count} × {SECTION_BYTES} bytes)")));
    assert!(text.contains(&format!("## Header ({HEADER_BYTES} bytes)")));
    assert!(text.contains(&format!("Format version: **{VERSION}**")));
    for operator in crate::hir::Operator::ALL {
        assert!(text.contains(operator.name()), "{}", operator.name());
    }
}

/// R6: a principal whose name or unique id is too long for what is composed of them is not asked for, by whatever way.
#[test]
fn principals_that_do_not_fit_are_malformed_by_ids_too() {
    for (unique_id, allowed) in [("A".repeat(127), true), ("A".repeat(128), false)] {
        let mut tables = with_cells();
        tables.principals[0].unique_id = unique_id;
        let bytes = write(&tables, &Limits::default(), &WriteOptions::default()).unwrap();
        let tables = tabella_runtime::Tables::load(&bytes).unwrap();
        let ann = "arn:aws:iam::111111111111:user/ann";
        let ip = Values::One("10.1.2.3");
        let entries = [Entry { key: "aws:SourceIp", values: ip }];
        let by_name = Request {
            principal: ann,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/k",
            context: Context::new(&entries).unwrap(),
            extras: None,
        };
        let entries = [(tables.key_id("aws:SourceIp").unwrap(), ip)];
        let by_ids = IdRequest {
            principal: tables.principal_id(ann).unwrap(),
            session_name: None,
            action: tables.action_id("s3:GetObject").unwrap(),
            resource: "arn:aws:s3:::b/k",
            context: IdContext::new(&tables, &entries).unwrap(),
            extras: None,
        };
        let mut batch = [Decision::default()];
        tables.decide_batch(&[by_ids], &mut batch);
        let expected = if allowed { Gate::Identity } else { Gate::Request };
        for decision in [tables.decide(&by_name), tables.decide_ids(&by_ids), batch[0]] {
            assert_eq!((decision.is_allowed(), decision.gate), (allowed, expected));
        }
    }
}

#[test]
fn keys_are_found_in_any_case_and_at_any_place() {
    let ann = "arn:aws:iam::111111111111:user/ann";
    let letters = b"a`[z@{q:-_0/.m";
    let others: Vec<String> = (0..40).map(|i| format!("aws:other-{i}")).collect();
    for len in 1..=40 {
        let key: String = (0..len).map(|i| char::from(letters[(i + len) % letters.len()])).collect();
        let tables = Tables { keys: vec![key.clone(), "aws:username".into()], ..with_cells() };
        let bytes = write(&tables, &Limits::default(), &WriteOptions::default()).unwrap();
        let tables = tabella_runtime::Tables::load(&bytes).unwrap();
        // Each byte as it is, and with a bit changed: of a letter one of them makes the other case.
        for (at, bit) in (0..len).flat_map(|at| [0, 0x20, 1].map(|bit| (at, bit))) {
            let mut spelt = key.clone().into_bytes();
            spelt[at] ^= bit;
            let spelt = String::from_utf8(spelt).unwrap();
            for place in [0, 7, 15, 16, 40] {
                let other = |key| Entry { key, values: Values::One("11.1.1.1") };
                let mut entries: Vec<Entry<'_>> = others.iter().map(|key| other(key)).collect();
                entries.insert(place, Entry { key: &spelt, values: Values::One("10.1.1.1") });
                let request = Request {
                    principal: ann,
                    action: "s3:GetObject",
                    resource: "arn:aws:s3:::b/k",
                    context: Context::new(&entries).unwrap(),
                    extras: None,
                };
                assert_eq!(
                    tables.decide(&request).is_allowed(),
                    spelt.eq_ignore_ascii_case(&key),
                    "{spelt} {key}"
                );
            }
        }
    }
}

#[test]
fn keys_are_those_of_requests() {
    let bytes = write(&tables(), &Limits::default(), &WriteOptions::default()).unwrap();
    let tables = tabella_runtime::Tables::load(&bytes).unwrap();
    // `aws:username`, which a pattern asks for, is derived; an endpoint is asked for whatever policies say (R147).
    assert_eq!(tables.keys().collect::<Vec<_>>(), ["aws:sourceip", "aws:sourcevpce"]);
}
