use super::*;
use crate::{Aimer, Rng, Size};

#[test]
fn shrinking_keeps_the_failure_and_drops_the_rest() {
    let (world, request) = (0..200)
        .find_map(|seed| {
            let world = crate::world(seed, Size::SMALL);
            let request = Aimer::new(&world).request(&mut Rng::new(seed));
            denies(&world, &request).then_some((world, request))
        })
        .unwrap();
    let (small, small_request) = shrink(&world, &request, &mut denies);
    assert!(denies(&small, &small_request));
    assert_eq!(small.policies.iter().map(|p| p.statements.len()).sum::<usize>(), 1, "{small:#?}");
    assert_eq!(small.identities.len(), 1);
    assert_eq!(small_request.context, vec![]);
}

/// Some identity has a policy with a deny.
fn denies(world: &World, _: &Owned) -> bool {
    world
        .identities
        .iter()
        .flat_map(|i| &i.policies)
        .any(|p| world.policies[p.index()].statements.iter().any(|s| s.effect == tabella::hir::Effect::Deny))
}

#[test]
fn collecting_keeps_every_reference_valid() {
    for seed in 0..100 {
        let mut world = crate::world(seed, Size::SMALL);
        let names: Vec<String> = world
            .identities
            .iter()
            .map(|i| i.policies.iter().map(|p| world.policies[p.index()].name.to_string()).collect())
            .collect();
        collect(&mut world);
        let after: Vec<String> = world
            .identities
            .iter()
            .map(|i| i.policies.iter().map(|p| world.policies[p.index()].name.to_string()).collect())
            .collect();
        assert_eq!(names, after);
    }
}
