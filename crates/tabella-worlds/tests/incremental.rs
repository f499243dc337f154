//! After any edits, the compiler that stays gives the bytes that compiling from scratch gives.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use tabella::artifact::{self, WriteOptions};
use tabella::catalog::Catalog;
use tabella::diag::has_errors;
use tabella::hir::{ActionPattern, Policy, PolicyId, PolicyKind, World};
use tabella::incremental::{Compiler, Outcome, Recompiled};
use tabella::limits::Limits;
use tabella::lower::{lower, tables::Tables};
use tabella::normalize::normalize;
use tabella::resolve::Checked;
use tabella::source::SourceMap;
use tabella_worlds::{Rng, Size, world};

fn bytes(tables: &Tables, limits: &Limits) -> Vec<u8> {
    artifact::write(tables, limits, &WriteOptions::default()).unwrap()
}

/// The tables of a world from scratch.
fn scratch(world: &World, limits: &Limits) -> Option<Tables> {
    let checked = Checked::new(world.clone()).unwrap();
    let (nf, _) = normalize(&checked, limits);
    Some(lower(&nf?, Catalog::shipped(), &SourceMap::new(), limits).0)
}

/// Compares part by part first: a difference of bytes says little.
fn compare(compiler: &Compiler<'_>, limits: &Limits, what: &str) {
    let new = compiler.tables(&SourceMap::new()).0;
    let old = scratch(compiler.world(), limits).unwrap();
    macro_rules! same {
        ($($part:ident),*) => {$(
            assert_eq!(new.$part, old.$part, "{what}: {}", stringify!($part));
        )*};
    }
    same!(services, keys, patterns, resource_sets, atoms, conditions, principal_sets, action_sets, policies);
    same!(
        programs,
        palettes,
        shapes,
        sets,
        accounts,
        principals,
        resources,
        endpoints,
        session_policies,
        access_points
    );
    assert!(bytes(&new, limits) == bytes(&old, limits), "{what}: bytes");
}

/// What was done over a run, so that the test can tell that it tested something.
#[derive(Default)]
struct Seen {
    edits: usize,
    refused: usize,
    anew: usize,
    in_place: usize,
    nothing: usize,
}

impl Seen {
    fn note(&mut self, (done, found): &Outcome) {
        self.edits += 1;
        match done {
            None => {
                assert!(has_errors(found), "refused without an error");
                self.refused += 1;
            }
            Some(Recompiled { all: true, .. }) => self.anew += 1,
            Some(Recompiled { rows: 0, .. }) => self.nothing += 1,
            Some(_) => self.in_place += 1,
        }
    }
}

/// Some document of the same kind, or the document with a statement more or less, or with an action nobody knows.
fn variant(old: &Policy, donors: &World, number: usize, rng: &mut Rng) -> Policy {
    let others: Vec<&Policy> = donors.policies.iter().filter(|p| p.kind == old.kind).collect();
    let mut new = old.clone();
    let donor = rng.maybe(&others).map(|p| p.statements.clone()).unwrap_or_default();
    match rng.below(6) {
        0 => new.statements = donor,
        1 => new.statements.extend(donor.into_iter().take(1)),
        2 if new.statements.len() > 1 => drop(new.statements.remove(rng.below(old.statements.len()))),
        3 => {
            let text = match rng.below(5) {
                0 | 1 => format!("s3:Unheard{number}"),
                2 => format!("unheard{number}:Do"),
                3 => "*".to_owned(),
                _ => (*rng.pick(&["iam:Get*", "kms:Decrypt", "unheard:*", "not an action"])).to_owned(),
            };
            if let Some(s) = new.statements.last_mut() {
                let mut patterns = s.actions.patterns.to_vec();
                patterns.push(ActionPattern { text: text.into() });
                s.actions.patterns = patterns.into();
            }
        }
        4 => new.name = format!("{}-{number}", old.name).into(),
        _ => {
            if let (Some(s), Some(d)) = (new.statements.first_mut(), donor.first()) {
                s.condition = d.condition.clone();
            }
        }
    }
    new
}

fn edit(compiler: &mut Compiler<'_>, donors: &World, number: usize, rng: &mut Rng) -> Outcome {
    let world = compiler.world();
    let of = |kinds: &[PolicyKind]| -> Vec<PolicyId> {
        world
            .policies
            .iter()
            .zip(0..)
            .filter(|(p, _)| kinds.contains(&p.kind))
            .map(|(_, i)| PolicyId(i))
            .collect()
    };
    let some = |ids: &[PolicyId], rng: &mut Rng| -> Vec<PolicyId> {
        let mut all: Vec<PolicyId> = (0..rng.below(4)).filter_map(|_| rng.maybe(ids).copied()).collect();
        all.dedup();
        all
    };
    let choice = if world.identities.is_empty() { 0 } else { rng.below(10) };
    if choice < 6 {
        let id = rng.below(world.policies.len());
        let new = variant(&world.policies[id], donors, number, rng);
        return compiler.replace_policy(PolicyId(id as u32), new);
    }
    let mut who = rng.pick(&world.identities).clone();
    let carried = some(&of(&[PolicyKind::Identity]), rng);
    let bounds = of(&[PolicyKind::Boundary, PolicyKind::Identity]);
    match choice {
        6 => {
            let boundary = rng.chance(50).then(|| some(&bounds, rng));
            compiler.attach(&who.arn, carried, boundary)
        }
        7 => {
            who.arn = format!("{}{number}", who.arn).into();
            who.name = format!("{}{number}", who.name).into();
            who.unique_id = None;
            compiler.put_principal(who)
        }
        8 => {
            who.trust = rng.maybe(&of(&[PolicyKind::Trust])).copied().filter(|_| rng.chance(60));
            who.inline.retain(|p| who.policies.contains(p));
            compiler.put_principal(who)
        }
        9 if rng.chance(30) => compiler.attach(&who.arn, vec![PolicyId(9_999)], None),
        _ => compiler.remove_principal(&who.arn),
    }
}

fn run(seeds: std::ops::Range<u64>, size: Size, limits: &Limits, edits: usize, seen: &mut Seen) {
    for seed in seeds {
        let mut rng = Rng::new(seed ^ 0x1ced);
        let checked = Checked::new(world(seed, size)).unwrap();
        let Some(mut compiler) = Compiler::new(checked, Catalog::shipped(), limits).0 else { continue };
        compare(&compiler, limits, &format!("seed {seed}, no edit"));
        let donors = world(seed + 1_000_000, size);
        for number in 0..edits {
            let outcome = edit(&mut compiler, &donors, number, &mut rng);
            seen.note(&outcome);
            compare(&compiler, limits, &format!("seed {seed}, edit {number}: {:?}", outcome.0));
        }
    }
}

fn seeds() -> u64 {
    std::env::var("TABELLA_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(24)
}

#[test]
fn edits_give_the_bytes_of_a_compilation_from_scratch() {
    let mut seen = Seen::default();
    run(0..seeds(), Size::SMALL, &Limits::default(), 10, &mut seen);
    run(500..500 + seeds() / 8, Size::MEDIUM, &Limits::default(), 10, &mut seen);
    assert!(seen.in_place * 4 > seen.edits, "{} of {} in place", seen.in_place, seen.edits);
    assert!(seen.anew > 0 && seen.refused > 0 && seen.nothing > 0);
}

#[test]
fn small_budgets_give_the_bytes_of_a_compilation_from_scratch() {
    let mut seen = Seen::default();
    for rows in [0, 1, 20, 60, 150, 400] {
        let limits = Limits { rows, ..Limits::default() };
        run(700..700 + seeds() / 8, Size::SMALL, &limits, 6, &mut seen);
    }
    assert!(seen.in_place > 0 && seen.anew > 0, "{} in place, {} anew", seen.in_place, seen.anew);
}
