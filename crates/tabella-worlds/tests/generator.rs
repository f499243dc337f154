//! The generator: same seed, same world; every operator, kind and spelling turns up; requests are well-formed.

use std::collections::BTreeSet;
use tabella::hir::{PolicyKind, Quantifier};
use tabella_runtime::Gate;
use tabella_worlds::coverage::Coverage;
use tabella_worlds::damage::owner_by_policies;
use tabella_worlds::reach::{RARE, Reach};
use tabella_worlds::requests::each_atom;
use tabella_worlds::{Aimer, Rng, Size, world};

/// What makes a request malformed.
const FAULTS: [&str; 2] = ["no access point, or one that is not modelled", "a session that has ended"];

/// The gate of requests that can't be understood.
const MALFORMED: &str = "implicit deny by request";

#[test]
fn the_same_seed_gives_the_same_world_and_requests() {
    for seed in 0..20 {
        let (a, b) = (world(seed, Size::SMALL), world(seed, Size::SMALL));
        assert_eq!(format!("{a:?}"), format!("{b:?}"));
        let (mut x, mut y) = (Rng::new(seed), Rng::new(seed));
        let (one, two) = (Aimer::new(&a), Aimer::new(&b));
        for _ in 0..20 {
            assert_eq!(one.request(&mut x), two.request(&mut y));
        }
    }
    assert_ne!(format!("{:?}", world(1, Size::SMALL)), format!("{:?}", world(2, Size::SMALL)));
}

#[test]
fn every_operator_quantifier_and_kind_turns_up() {
    let mut seen = BTreeSet::new();
    for seed in 0..150 {
        for policy in &world(seed, Size::SMALL).policies {
            seen.insert(format!("{:?}", policy.kind));
            for statement in &policy.statements {
                if statement.actions.negated {
                    seen.insert("NotAction".into());
                }
                if statement.resources.as_ref().is_some_and(|r| r.negated) {
                    seen.insert("NotResource".into());
                }
                if statement.principals.as_ref().is_some_and(|p| p.negated) {
                    seen.insert("NotPrincipal".into());
                    assert_ne!(policy.kind, PolicyKind::Trust, "R55");
                }
                each_atom(&statement.condition, &mut |a| {
                    if a.quantifier != Quantifier::Single {
                        seen.insert(format!("{:?}", a.quantifier));
                    }
                    if a.if_exists {
                        seen.insert("IfExists".into());
                    }
                    seen.insert(a.operator.name().into());
                });
            }
        }
    }
    // 27 operators, 8 kinds, 2 quantifiers, IfExists, 3 negations.
    assert_eq!(seen.len(), 27 + 8 + 2 + 1 + 3, "{seen:?}");
}

#[test]
fn requests_are_well_formed() {
    for seed in 0..100 {
        let world = world(seed, Size::SMALL);
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..100 {
            let request = aimer.request(&mut rng);
            assert_eq!(request.with(|r| r.action.to_string()), Ok(request.action.clone()), "{request:?}");
        }
    }
}

#[test]
fn contradictions_turn_up() {
    // Another owner than the policy's (R73), one that agrees with it; six parts that are no ARN, an account of other digits
    // than twelve (R66); a root user that assumes a role (R123).
    let mut seen = [0; 5];
    for seed in 0..200 {
        let world = world(seed, Size::SMALL);
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..100 {
            let request = aimer.request(&mut rng);
            let parts: Vec<&str> = request.resource.splitn(6, ':').collect();
            let &[scheme, partition, service, _, account, _] = parts.as_slice() else { continue };
            let owner = owner_by_policies(&world, &request.resource).filter(|_| account.is_empty());
            let agrees = owner.zip(request.resource_account.as_deref()).map(|(a, b)| a == b);
            let assumes = request.action.eq_ignore_ascii_case("sts:AssumeRole") && !request.complete;
            let found = [
                agrees == Some(false),
                agrees == Some(true),
                scheme != "arn" || partition.is_empty() || service.is_empty(),
                account.starts_with(|c: char| c.is_ascii_digit()) && account.len() != 12,
                assumes && request.principal.ends_with(":root"),
            ];
            seen.iter_mut().zip(found).for_each(|(n, found)| *n += u32::from(found));
        }
    }
    println!("{seen:?}");
    assert!(seen.iter().all(|n| *n >= 20), "{seen:?}");
}

#[test]
fn what_is_rare_is_reached() {
    let mut seen = [0; RARE.len()];
    for seed in 0..400 {
        let world = world(seed, Size::SMALL);
        let catalog = tabella::catalog::Catalog::shipped().with_services(&world.services);
        let reach = Reach::new(&world);
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..40 {
            let request = aimer.request(&mut rng);
            let decision =
                request.with(|r| tabella::reference::evaluate(&world, &catalog, r).decision).unwrap();
            // What is malformed reaches nothing but what makes it so.
            let malformed = decision.gate == Gate::Request;
            let found = reach.of(&request, decision).into_iter().zip(RARE);
            let counts = |(is, what): (bool, &str)| is && (!malformed || FAULTS.contains(&what));
            seen.iter_mut().zip(found).for_each(|(n, found)| *n += u32::from(counts(found)));
        }
    }
    let told: Vec<String> = seen.iter().zip(RARE).map(|(n, what)| format!("{n} {what}")).collect();
    println!("{}", told.join("\n"));
    assert!(seen.iter().all(|n| *n >= 20), "{}", told.join("\n"));
}

#[test]
fn worlds_are_valid_and_a_fair_share_is_allowed() {
    let mut coverage = Coverage::default();
    let catalog = tabella::catalog::Catalog::default();
    for seed in 0..300 {
        let world = world(seed, Size::SMALL);
        if let Err(found) = tabella::resolve::Checked::new(world.clone()) {
            panic!("seed {seed}: {found:?}");
        }
        coverage.world(&world);
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..40 {
            let request = aimer.request(&mut rng);
            let decision =
                request.with(|r| tabella::reference::evaluate(&world, &catalog, r).decision).unwrap();
            coverage.request(&request, decision);
        }
    }
    assert!((20.0..50.0).contains(&coverage.allowed()), "{coverage}");
    let malformed = coverage.gates.get(MALFORMED).copied().unwrap_or_default() as f64;
    let share = 100.0 * malformed / coverage.requests as f64;
    assert!((5.0..15.0).contains(&share), "{share} % are malformed:\n{coverage}");
    assert!(coverage.gates.len() >= 17, "some gate never decided:\n{coverage}");
}
