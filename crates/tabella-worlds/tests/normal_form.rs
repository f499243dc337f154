//! The normal form says what the policies said: a world written back from it decides every request alike, by the
//! reference evaluator. And it does not depend on the order in which the world lists things.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use tabella::catalog::Catalog;
use tabella::hir::{
    Account, AccountId, ActionPattern, Actions, Atom, Condition, Effect, Endpoint, Group, Identity,
    IdentityKind, Organization, Piece, Policy, PolicyId, PolicyKind, Principal, Principals, ResourcePattern,
    ResourcePolicy, Resources, Statement, Template, Version, World,
};
use tabella::limits::Limits;
use tabella::lower::lower;
use tabella::nf::{EVERYTHING, Governed, NormalForm, Pattern, Rule};
use tabella::normalize::normalize;
use tabella::reference;
use tabella::resolve::Checked;
use tabella::source::{SourceMap, Span};
use tabella_worlds::{Aimer, Rng, Size, describe, world};

/// A world that says what the normal form says: no groups, one policy for each of the normal form.
fn write_back(nf: &NormalForm, original: &World) -> World {
    let ids = |layer: u32| -> Vec<Vec<PolicyId>> {
        let levels = &nf.layers[layer as usize].levels;
        levels.iter().map(|level| level.iter().map(|p| PolicyId(*p)).collect()).collect()
    };
    let one = |layer: u32| ids(layer).concat();
    let account = |a: &tabella::nf::Account| Account {
        name: a.id.clone(),
        id: a.id.clone(),
        in_organization: a.in_organization,
        management: a.management,
        org_path: a.org_path.clone(),
        scps: a.scps.map(ids),
        rcps: a.rcps.map(ids),
        span: Span::NONE,
    };
    let identity = |i: &tabella::nf::Identity| Identity {
        kind: i.kind,
        name: i.name.clone(),
        path: "/".into(),
        account: AccountId(i.account),
        arn: i.arn.clone(),
        unique_id: i.unique_id.clone(),
        policies: one(i.identity),
        groups: Vec::new(),
        boundary: i.boundary.map(one),
        tags: i.tags.clone(),
        max_session: 3600,
        service_linked: i.service_linked,
        trust: None,
        created: None,
        inline: Vec::new(),
        span: Span::NONE,
    };
    let root = original.organization.as_ref().map(|o| o.root_id.clone());
    World {
        organization: nf.organization.clone().zip(root).map(|(id, root_id)| Organization { id, root_id }),
        accounts: nf.accounts.iter().map(account).collect(),
        policies: nf.policies.iter().zip(0..).map(|(p, id)| policy(p, governed(id, nf), nf)).collect(),
        identities: nf.identities.iter().map(identity).collect(),
        resource_policies: nf
            .resources
            .iter()
            .flat_map(|r| {
                let account = r.account.map(AccountId);
                one(r.layer).into_iter().map(move |policy| ResourcePolicy {
                    resource: r.arn.clone(),
                    account,
                    policy,
                })
            })
            .collect(),
        endpoints: nf
            .endpoints
            .iter()
            .flat_map(|e| {
                one(e.layer).into_iter().map(|policy| Endpoint { id: e.id.clone(), account: None, policy })
            })
            .collect(),
        access_points: nf.access_points.clone(),
        services: nf.services.clone(),
        ..World::default()
    }
}

/// The ARN of the resource whose policy it is.
fn governed(policy: u32, nf: &NormalForm) -> &str {
    let has = |r: &&Governed| nf.layers[r.layer as usize].levels[0].contains(&policy);
    nf.resources.iter().find(has).map_or("", |r| &r.arn)
}

fn policy(policy: &tabella::nf::Policy, of: &str, nf: &NormalForm) -> Policy {
    Policy {
        name: policy.name.clone(),
        arn: policy.arn.clone(),
        kind: policy.kind,
        version: Some(Version::V2012),
        id: None,
        statements: policy.statements.iter().map(|s| statement(&s.rule, policy.kind, of, nf)).collect(),
        span: Span::NONE,
    }
}

fn statement(rule: &Rule, kind: PolicyKind, of: &str, nf: &NormalForm) -> Statement {
    let pools = &nf.pools;
    let everyone = Principals { negated: false, items: vec![Principal::Anyone { aws: false }] };
    let principals = match rule.principals {
        EVERYTHING => kind.has_principal().then_some(everyone),
        id => {
            let set = &pools.principals[id as usize];
            Some(Principals { negated: set.negated, items: set.entries.clone() })
        }
    };
    let resources = (rule.resources != EVERYTHING).then(|| {
        let set = &pools.resources[rule.resources as usize];
        let patterns = set.patterns.iter().flat_map(|p| written(&pools.patterns[*p as usize], of));
        Resources { negated: set.negated, patterns: patterns.map(|text| ResourcePattern { text }).collect() }
    });
    let all = |c: &Vec<u32>| Condition::And(c.iter().map(|a| Condition::Atom(atom(*a, nf))).collect());
    let actions = &pools.actions[rule.actions as usize];
    Statement {
        sid: None,
        effect: rule.effect,
        principals,
        actions: Actions {
            negated: actions.negated,
            patterns: actions.patterns.iter().map(|p| ActionPattern { text: p.clone() }).collect(),
        },
        resources,
        condition: Condition::Or(pools.conditions[rule.condition as usize].iter().map(all).collect()),
        annotations: Vec::new(),
        span: Span::NONE,
    }
}

fn written(pattern: &Pattern, of: &str) -> Vec<Template> {
    let behind = |text: &str, open: bool| {
        let arn = Piece::Literal(format!("{of}{text}").into());
        Template { pieces: if open { vec![arn, Piece::Any].into() } else { vec![arn].into() } }
    };
    match pattern {
        Pattern::Whole(template) | Pattern::Varying(template, _) => vec![template.clone()],
        Pattern::Behind { text, open } => vec![behind(text, *open)],
        Pattern::Under => vec![behind("", false), behind("/", true)],
    }
}

fn atom(id: u32, nf: &NormalForm) -> Atom {
    let atom = &nf.pools.atoms[id as usize];
    Atom {
        quantifier: atom.quantifier,
        operator: atom.operator,
        if_exists: atom.if_exists,
        key: atom.key.clone(),
        written_key: atom.key.clone(),
        values: atom.values.clone(),
        span: Span::NONE,
    }
}

fn normal(world: &World) -> Option<NormalForm> {
    let checked = Checked::new(world.clone()).unwrap();
    let (nf, diagnostics) = normalize(&checked, &Limits::default());
    assert_eq!(nf.is_none(), tabella::diag::has_errors(&diagnostics), "{diagnostics:?}");
    nf
}

fn seeds() -> std::ops::Range<u64> {
    let worlds = std::env::var("TABELLA_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    0..worlds
}

#[test]
fn a_world_written_back_decides_alike() {
    let catalog = Catalog::default();
    let mut compared = 0;
    for seed in seeds() {
        let mut world = world(seed, Size::SMALL);
        // Policies of nested resources that name different owners: the reference takes the first that is listed, and
        // the normal form has another order. One owner for all leaves nothing to choose.
        world.resource_policies.iter_mut().for_each(|r| r.account = Some(AccountId(0)));
        let owner = world.accounts[0].id.clone();
        world.access_points.iter_mut().for_each(|p| p.owner = owner.clone());
        let Some(nf) = normal(&world) else { continue };
        let back = write_back(&nf, &world);
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..60 {
            let request = aimer.request(&mut rng);
            let (before, after) = request
                .with(|r| (reference::evaluate(&world, &catalog, r), reference::evaluate(&back, &catalog, r)))
                .unwrap();
            compared += 1;
            assert_eq!(
                before.decision,
                after.decision,
                "seed {seed}\n{}\n{}\n{}",
                describe::request(&request),
                describe::world(&world),
                describe::world(&back)
            );
        }
    }
    assert!(compared > 1_000, "the generator makes worlds that normalize: {compared}");
}

/// Lists everything of a world in another order, ids moved along. The order of statements in a document stays: it is
/// what reports count by.
fn shuffled(world: &World, rng: &mut Rng) -> World {
    let mut out = world.clone();
    let policies = shuffle(&mut out.policies, rng);
    let accounts = shuffle(&mut out.accounts, rng);
    let groups = shuffle(&mut out.groups, rng);
    shuffle(&mut out.identities, rng);
    shuffle(&mut out.resource_policies, rng);
    shuffle(&mut out.endpoints, rng);
    shuffle(&mut out.access_points, rng);
    let policy = |id: &mut PolicyId| id.0 = policies[id.index()];
    for account in &mut out.accounts {
        account.scps.iter_mut().chain(&mut account.rcps).flatten().flatten().for_each(policy);
    }
    for Group { policies, account, .. } in &mut out.groups {
        policies.iter_mut().for_each(policy);
        account.0 = accounts[account.index()];
        policies.reverse();
    }
    for identity in &mut out.identities {
        identity.policies.iter_mut().chain(identity.boundary.iter_mut().flatten()).for_each(policy);
        identity.inline.iter_mut().chain(&mut identity.trust).for_each(policy);
        identity.policies.reverse();
        identity.account.0 = accounts[identity.account.index()];
        identity.groups.iter_mut().for_each(|g| g.0 = groups[g.index()]);
    }
    for governed in &mut out.resource_policies {
        policy(&mut governed.policy);
        governed.account.iter_mut().for_each(|a| a.0 = accounts[a.index()]);
    }
    for endpoint in &mut out.endpoints {
        policy(&mut endpoint.policy);
        endpoint.account.iter_mut().for_each(|a| a.0 = accounts[a.index()]);
    }
    out
}

/// Shuffles a list; old place → new place.
fn shuffle<T>(items: &mut Vec<T>, rng: &mut Rng) -> Vec<u32> {
    let mut keyed: Vec<(usize, usize, T)> =
        items.drain(..).enumerate().map(|(old, item)| (rng.below(1 << 20), old, item)).collect();
    keyed.sort_by_key(|(key, old, _)| (*key, *old));
    let mut moved = vec![0; keyed.len()];
    for (new, (_, old, item)) in keyed.into_iter().enumerate() {
        moved[old] = new as u32;
        items.push(item);
    }
    moved
}

#[test]
fn tables_do_not_depend_on_order() {
    let (catalog, sources, limits) = (Catalog::default(), SourceMap::new(), Limits::default());
    for seed in 0..20 {
        let world = world(seed, Size::MEDIUM);
        let Some(nf) = normal(&world) else { continue };
        let (tables, _) = lower(&nf, &catalog, &sources, &limits);
        let mut rng = Rng::new(seed);
        for _ in 0..3 {
            let other = normal(&shuffled(&world, &mut rng)).unwrap();
            assert!(other == nf, "seed {seed}");
            assert!(lower(&other, &catalog, &sources, &limits).0 == tables, "seed {seed}");
        }
    }
}

#[test]
fn normalizing_twice_changes_nothing() {
    for seed in 0..60 {
        let original = world(seed, Size::SMALL);
        let Some(once) = normal(&original) else { continue };
        // Conditions that can't hold and empty sets are no documents one can write: leave such statements out.
        let mut back = write_back(&once, &original);
        for policy in &mut back.policies {
            policy.statements.retain(writable);
        }
        let checked = Checked::new(back.clone());
        let Ok(checked) = checked else { continue };
        let Some(twice) = normalize(&checked, &Limits::default()).0 else { continue };
        let rules = |nf: &NormalForm, world: &World| {
            let back = write_back(nf, world);
            let mut all: Vec<String> = back.policies.iter().map(describe::policy).collect();
            all.sort();
            all
        };
        let mut kept: Vec<String> = back.policies.iter().map(describe::policy).collect();
        kept.sort();
        assert_eq!(rules(&twice, &original), kept, "seed {seed}");
    }
}

fn writable(statement: &Statement) -> bool {
    let principals = statement.principals.as_ref().is_none_or(|p| !p.items.is_empty());
    let resources = statement.resources.as_ref().is_none_or(|r| !r.patterns.is_empty());
    let condition = !matches!(&statement.condition, Condition::Or(any) if any.is_empty());
    principals && resources && condition && !statement.actions.patterns.is_empty()
}

/// No world has a boundary on a service-linked role (R30), but tables that have one are loaded, and it does not bind.
#[test]
fn a_boundary_does_not_bind_a_service_linked_role() {
    let mut builder = tabella_worlds::build::Builder::default();
    let home = builder.account("home", "111111111111");
    let open = builder.policy("open".into(), PolicyKind::Identity, None, tabella_worlds::build::allow_all());
    let closed = builder.policy("closed".into(), PolicyKind::Boundary, None, Vec::new());
    let role = builder.identity(IdentityKind::Role, "R", "/", home);
    (role.policies, role.boundary) = (vec![open], Some(vec![closed]));
    // R31: whoever has a boundary is denied, whether or not it binds.
    let mut but = tabella_worlds::build::statement(Effect::Deny, &["*"], None);
    let this = Principal::Role("arn:aws:iam::111111111111:role/R".into());
    but.principals = Some(Principals { negated: true, items: vec![this] });
    let but = builder.policy("but".into(), PolicyKind::Resource, None, vec![but]);
    builder.govern("arn:aws:s3:::but", Some(home), but);
    let mut nf = normal(&builder.world).unwrap();
    let outcome = |nf: &NormalForm, resource: &str| {
        let sources = SourceMap::new();
        let tables = lower(nf, &Catalog::default(), &sources, &Limits::default()).0;
        let bytes = tabella::artifact::write(&tables, &Limits::default(), &Default::default()).unwrap();
        let resource_account = Some("111111111111");
        let extras = tabella_runtime::Extras { resource_account, ..tabella_runtime::Extras::NONE };
        let request = tabella_runtime::Request {
            principal: "arn:aws:iam::111111111111:role/R",
            action: "s3:GetObject",
            resource,
            context: tabella_runtime::Context::EMPTY,
            extras: Some(&extras),
        };
        tabella_runtime::Tables::load(&bytes).unwrap().decide(&request).is_allowed()
    };
    assert!(!outcome(&nf, "arn:aws:s3:::b/x") && !outcome(&nf, "arn:aws:s3:::but/x"));
    nf.identities[0].service_linked = true;
    assert!(outcome(&nf, "arn:aws:s3:::b/x") && !outcome(&nf, "arn:aws:s3:::but/x"));
}

#[test]
fn the_policy_of_several_resources_names_each_by_its_arn() {
    let mut builder = tabella_worlds::build::Builder::default();
    let home = builder.account("home", "111111111111");
    let open = builder.policy("open".into(), PolicyKind::Identity, None, tabella_worlds::build::allow_all());
    builder.identity(IdentityKind::User, "U", "/", home).policies = vec![open];
    let mut deny = tabella_worlds::build::statement(Effect::Deny, &["*"], Some(&["arn:aws:s3:::b/x"]));
    deny.principals = Some(Principals { negated: false, items: vec![Principal::Anyone { aws: false }] });
    let deny = builder.policy("deny".into(), PolicyKind::Resource, None, vec![deny]);
    for resource in ["arn:aws:s3:::a", "arn:aws:s3:::b"] {
        builder.govern(resource, Some(home), deny);
    }
    let nf = normal(&builder.world).unwrap();
    let tables = lower(&nf, &Catalog::default(), &SourceMap::new(), &Limits::default()).0;
    let bytes = tabella::artifact::write(&tables, &Limits::default(), &Default::default()).unwrap();
    let tables = tabella_runtime::Tables::load(&bytes).unwrap();
    for (resource, allowed) in [("arn:aws:s3:::a/x", true), ("arn:aws:s3:::b/x", false)] {
        let request = tabella_runtime::Request {
            principal: "arn:aws:iam::111111111111:user/U",
            action: "s3:GetObject",
            resource,
            context: tabella_runtime::Context::EMPTY,
            extras: None,
        };
        assert_eq!(tables.decide(&request).is_allowed(), allowed, "{resource}");
    }
}
