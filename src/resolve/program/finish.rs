//! The last touch: everything in a world whose order has no meaning is sorted, so that the same program gives the same
//! world however its files were passed.

use crate::hir::{PolicyId, World};

/// Sorts the documents by kind and name, renumbers all references to them, and sorts the lists that hold them.
pub fn sort(world: &mut World) {
    let mut order: Vec<usize> = (0..world.policies.len()).collect();
    let key = |i: &usize| world.policies.get(*i).map(|p| (p.kind, p.name.clone(), p.arn.clone()));
    order.sort_by_cached_key(key);
    let mut new = vec![PolicyId(0); order.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = new.get_mut(*from) {
            *slot = PolicyId(to as u32);
        }
    }
    let mut old: Vec<Option<crate::hir::Policy>> =
        std::mem::take(&mut world.policies).into_iter().map(Some).collect();
    world.policies = order.iter().filter_map(|from| old.get_mut(*from).and_then(Option::take)).collect();
    let renumber = |id: &mut PolicyId| *id = new.get(id.index()).copied().unwrap_or(*id);
    let list = |ids: &mut Vec<PolicyId>| {
        ids.iter_mut().for_each(renumber);
        ids.sort();
        ids.dedup();
    };
    for account in &mut world.accounts {
        account.scps.iter_mut().flatten().for_each(list);
        account.rcps.iter_mut().flatten().for_each(list);
    }
    for identity in &mut world.identities {
        list(&mut identity.policies);
        list(&mut identity.inline);
        identity.boundary.iter_mut().for_each(list);
        identity.trust.iter_mut().for_each(renumber);
    }
    for group in &mut world.groups {
        list(&mut group.policies);
        list(&mut group.inline);
    }
    world.resource_policies.iter_mut().for_each(|r| renumber(&mut r.policy));
    world.resource_policies.sort_by(|a, b| (&a.resource, a.policy).cmp(&(&b.resource, b.policy)));
    world.access_points.sort_by(|a, b| a.arn.cmp(&b.arn));
    world.endpoints.iter_mut().for_each(|e| renumber(&mut e.policy));
    world.endpoints.sort_by(|a, b| a.id.cmp(&b.id));
    for case in world.tests.iter_mut().flat_map(|t| &mut t.cases) {
        case.session_policies.iter_mut().for_each(list);
    }
    world.tests.sort_by(|a, b| a.name.cmp(&b.name));
}
