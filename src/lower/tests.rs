//! Tables against the documents they come from: the cell of every column says what the statements whose actions
//! match by a naive glob say.

mod budgets;
mod order;
mod runs;

use super::lower;
use super::tables::{Cell, Item, Program, Tables};
use crate::catalog::Catalog;
use crate::hir::{
    Account, AccountId, ActionPattern, Actions, Atom, Condition, Effect, Identity, IdentityKind, List,
    Operator, Piece, Policy, PolicyId, PolicyKind, Quantifier, ResourcePattern, Resources, Service,
    ServiceAction, Statement, Template, Value, Version, World,
};
use crate::limits::Limits;
use crate::normalize::normalize;
use crate::resolve::Checked;
use crate::source::{SourceMap, Span};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A world with one account, the given identity policies, and a user for each list of policies.
fn world(policies: Vec<Policy>, users: &[Vec<usize>]) -> World {
    let account = Account {
        name: "main".into(),
        id: "111111111111".into(),
        in_organization: false,
        management: false,
        org_path: "".into(),
        scps: None,
        rcps: None,
        span: Span::NONE,
    };
    let user = |(at, has): (usize, &Vec<usize>)| Identity {
        kind: IdentityKind::User,
        name: format!("u{at}").into(),
        path: "/".into(),
        account: AccountId(0),
        arn: format!("arn:aws:iam::111111111111:user/u{at}").into(),
        unique_id: None,
        policies: has.iter().map(|p| PolicyId(*p as u32)).collect(),
        groups: Vec::new(),
        boundary: None,
        tags: Vec::new(),
        max_session: 3600,
        service_linked: false,
        trust: None,
        created: None,
        inline: Vec::new(),
        span: Span::NONE,
    };
    World {
        accounts: vec![account],
        policies,
        identities: users.iter().enumerate().map(user).collect(),
        services: vec![
            service("s3", &["get", "getx", "put", "list"]),
            service("ec2", &["run", "stop", "ge"]),
        ],
        ..World::default()
    }
}

fn service(prefix: &str, actions: &[&str]) -> Service {
    let action = |name: &&str| ServiceAction {
        name: (*name).into(),
        resources: if name.starts_with('l') { List::EMPTY } else { List::one("thing".into()) },
        keys: List::EMPTY,
    };
    Service {
        prefix: prefix.into(),
        actions: actions.iter().map(action).collect(),
        resources: vec![("thing".into(), "arn:aws:s3:::${x}".into())],
        keys: Vec::new(),
        span: Span::NONE,
    }
}

fn policy(name: &str, statements: Vec<Statement>) -> Policy {
    Policy {
        name: name.into(),
        arn: None,
        kind: PolicyKind::Identity,
        version: Some(Version::V2012),
        id: None,
        statements,
        span: Span::NONE,
    }
}

/// A statement; resource and condition by number, 0 = all and always.
fn statement(effect: Effect, negated: bool, actions: &[&str], resource: u8, condition: u8) -> Statement {
    let literal = |text: String| Template { pieces: vec![Piece::Literal(text.into())].into() };
    let any = Template { pieces: vec![Piece::Any].into() };
    let pattern = if resource == 0 { any } else { literal(format!("arn:aws:s3:::b{resource}")) };
    let atom = |n: u8| Atom {
        quantifier: Quantifier::Single,
        operator: Operator::StringEquals,
        if_exists: false,
        key: "aws:username".into(),
        written_key: "aws:username".into(),
        values: vec![Value::Text(literal(format!("v{n}")))].into(),
        span: Span::NONE,
    };
    Statement {
        sid: None,
        effect,
        principals: None,
        actions: Actions {
            negated,
            patterns: actions.iter().map(|a| ActionPattern { text: (*a).into() }).collect(),
        },
        resources: Some(Resources {
            negated: false,
            patterns: vec![ResourcePattern { text: pattern }].into(),
        }),
        condition: if condition == 0 { Condition::TRUE } else { Condition::Atom(atom(condition)) },
        annotations: Vec::new(),
        span: Span::NONE,
    }
}

fn compile(world: &World, limits: &Limits) -> Tables {
    let checked = Checked::new(world.clone()).unwrap();
    let (nf, diagnostics) = normalize(&checked, limits);
    assert!(nf.is_some(), "{diagnostics:?}");
    let nf = nf.unwrap();
    lower(&nf, &Catalog::default(), &SourceMap::new(), limits).0
}

/// The plainest glob there is.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            glob(rest, text) || text.split_first().is_some_and(|(_, shorter)| glob(pattern, shorter))
        }
        (Some((b'?', rest)), Some((_, shorter))) => glob(rest, shorter),
        (Some((p, rest)), Some((t, shorter))) => p == t && glob(rest, shorter),
        _ => false,
    }
}

fn matches(actions: &Actions, action: &str) -> bool {
    let any = actions.patterns.iter().any(|p| {
        let p = p.text.to_ascii_lowercase();
        p == "*" || glob(p.as_bytes(), action.as_bytes())
    });
    any != actions.negated
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Answer {
    Deny,
    Allow,
    Nothing,
}

/// Whether an item holds when exactly the parts in `on` do; index 0 always does.
fn holds(item: &Item, on: u32) -> bool {
    let part = |id: u32, shift: u32| id == 0 || on >> ((id + shift) % 32) & 1 == 1;
    part(item.principals, 0) && part(item.resources, 5) && part(item.condition, 17)
}

fn by_cell(tables: &Tables, cell: Cell, on: u32) -> Answer {
    match cell {
        Cell::None => Answer::Nothing,
        Cell::Allow => Answer::Allow,
        Cell::Deny => Answer::Deny,
        Cell::Program(p) => {
            let Program { denies, levels } = &tables.programs[p as usize];
            if denies.iter().any(|i| holds(i, on)) {
                Answer::Deny
            } else if levels.iter().all(|level| level.iter().any(|i| holds(i, on))) {
                Answer::Allow
            } else {
                Answer::Nothing
            }
        }
    }
}

/// What the documents say of an action, items taken from the per-policy tables.
fn by_documents(
    tables: &Tables,
    documents: &BTreeMap<String, Policy>,
    levels: &[Vec<u32>],
    action: &str,
    on: u32,
) -> Answer {
    let mut denied = false;
    let mut allowed = true;
    for level in levels {
        let mut here = false;
        for p in level {
            let table = &tables.policies[*p as usize];
            for (from, to) in documents[&table.name].statements.iter().zip(&table.statements) {
                assert_eq!(from.effect, to.effect);
                let set = &tables.action_sets[to.actions as usize];
                let listed = set.patterns.iter().any(|p| glob(p.as_bytes(), action.as_bytes()));
                assert_eq!(matches(&from.actions, action), listed != set.negated, "{action} {set:?}");
                if matches(&from.actions, action) && holds(&to.item, on) {
                    match from.effect {
                        Effect::Deny => denied = true,
                        Effect::Allow => here = true,
                    }
                }
            }
        }
        allowed &= here;
    }
    match (denied, allowed) {
        (true, _) => Answer::Deny,
        (false, true) => Answer::Allow,
        (false, false) => Answer::Nothing,
    }
}

fn check(world: &World, tables: &Tables, on: u32) {
    let documents: BTreeMap<String, Policy> =
        world.policies.iter().map(|p| (p.name.to_string(), p.clone())).collect();
    for set in tables.sets.iter().filter(|s| s.tabled) {
        assert!(set.rows.is_sorted_by_key(|r| r.service));
        for (at, service) in tables.services.iter().enumerate() {
            assert!(service.actions.is_sorted_by(|a, b| a.name < b.name));
            let row = set.rows.iter().find(|r| r.service == at as u32);
            for (column, action) in service.actions.iter().enumerate() {
                let cell = row.map_or(set.default, |r| {
                    let place = tables.shapes[r.shape as usize][column];
                    tables.palettes[r.palette as usize][place as usize]
                });
                let action = format!("{}:{}", service.prefix, action.name);
                let expected = by_documents(tables, &documents, &set.levels, &action, on);
                assert_eq!(by_cell(tables, cell, on), expected, "{action} in {:?}", set.levels);
            }
            if row.is_none() {
                let action = format!("{}:unheardof", service.prefix);
                let expected = by_documents(tables, &documents, &set.levels, &action, on);
                assert_eq!(by_cell(tables, set.default, on), expected, "{action}");
            }
        }
        let expected = by_documents(tables, &documents, &set.levels, "nobody:knows", on);
        assert_eq!(by_cell(tables, set.default, on), expected);
    }
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just("*".to_owned()),
        8 => ("s3|S3|ec2|acme", "[gG*?]?[eE*?]?[tT*?]?[x*?]?|put|run|stop|list|p*|\\*\\*t")
            .prop_map(|(service, name)| format!("{service}:{}", if name.is_empty() { "*" } else { &name })),
    ]
}

fn any_statement() -> impl Strategy<Value = Statement> {
    let actions = proptest::collection::vec(pattern(), 1..4);
    (any::<bool>(), proptest::bool::weighted(0.2), actions, 0u8..4, 0u8..4).prop_map(
        |(deny, negated, actions, resource, condition)| {
            let effect = if deny { Effect::Deny } else { Effect::Allow };
            let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
            statement(effect, negated, &actions, resource, condition)
        },
    )
}

proptest! {
    #[test]
    fn cells_say_what_the_statements_say(
        policies in proptest::collection::vec(proptest::collection::vec(any_statement(), 0..5), 1..5),
        users in proptest::collection::vec(proptest::collection::vec(0usize..5, 0..4), 1..4),
        guardrails in proptest::collection::vec(proptest::collection::vec(0usize..5, 0..3), 0..4),
        on in any::<[u32; 8]>(),
    ) {
        let count = policies.len();
        let documents: Vec<Policy> =
            policies.into_iter().enumerate().map(|(i, s)| policy(&format!("p{i}"), s)).collect();
        let mut scps = documents.clone();
        for p in &mut scps {
            p.kind = PolicyKind::Scp;
            p.name = format!("scp-{}", p.name).into();
        }
        let users: Vec<Vec<usize>> =
            users.iter().map(|u| u.iter().map(|p| p % count).collect()).collect();
        let mut world = world([documents, scps].concat(), &users);
        if !guardrails.is_empty() {
            let id = |p: &usize| PolicyId((count + p % count) as u32);
            world.accounts[0].scps = Some(guardrails.iter().map(|l| l.iter().map(id).collect()).collect());
        }
        let tables = compile(&world, &Limits::default());
        prop_assert!(tables.sets.iter().all(|s| s.tabled));
        for on in on {
            check(&world, &tables, on);
        }
        check(&world, &tables, u32::MAX);
        check(&world, &tables, 0);
    }
}

#[test]
fn constant_cells_are_constant() {
    let allow = |actions: &[&str]| statement(Effect::Allow, false, actions, 0, 0);
    let deny = |actions: &[&str]| statement(Effect::Deny, false, actions, 0, 0);
    let world = world(vec![policy("p", vec![allow(&["s3:*"]), deny(&["s3:put"])])], &[vec![0]]);
    let tables = compile(&world, &Limits::default());
    assert_eq!(tables.programs, []);
    assert_eq!(tables.palettes, [vec![Cell::Allow, Cell::Deny]]);
    let s3 = tables.services.iter().find(|s| s.prefix == "s3").unwrap();
    let names: Vec<(&str, bool)> = s3.actions.iter().map(|a| (a.name.as_str(), a.wildcard_only)).collect();
    assert_eq!(names, [("get", false), ("getx", false), ("list", true), ("put", false)]);
    assert_eq!(tables.shapes, [vec![0, 0, 0, 1]]);
    assert_eq!(tables.sets[0].default, Cell::None);
}

#[test]
fn what_all_services_share_is_known_to_be_wildcard_only() {
    let everything = |resource| statement(Effect::Allow, false, &["*"], resource, 0);
    let services = |resource| {
        let tables =
            compile(&world(vec![policy("p", vec![everything(resource)])], &[vec![0]]), &Limits::default());
        tables.services.into_iter().map(|s| (s.prefix, s.actions.len())).collect::<Vec<_>>()
    };
    // No pattern names a service; only where resources matter is `list` worth a column.
    assert_eq!(services(0), []);
    assert_eq!(services(1), [("s3".to_owned(), 1)]);
}

#[test]
fn users_with_the_same_policies_share_a_set() {
    let p = |n| policy(n, vec![statement(Effect::Allow, false, &["s3:get"], 0, 0)]);
    let tables =
        compile(&world(vec![p("a"), p("b")], &[vec![0, 1], vec![1, 0], vec![0]]), &Limits::default());
    assert_eq!(tables.sets.len(), 2);
    let identity: Vec<u32> = tables.principals.iter().map(|p| p.identity).collect();
    assert_eq!(identity[0], identity[1]);
    // Equal documents say the same: their sets share rows.
    assert_eq!(tables.sets[0].rows, tables.sets[1].rows);
}
