//! What all that speaks of one request costs together.

use super::{Costs, DECISION_STEPS, FIXED, KEPT_PASSES, PASSES};
use crate::layout::Principal;
use crate::limits::{GOVERNING_POLICIES, SESSION_POLICIES};

impl Costs<'_> {
    /// The most steps that any decision takes.
    pub fn decision(&self) -> u64 {
        let largest = self.sets.iter().map(|set| u64::from(set.cost)).max().unwrap_or(0);
        let named = self.session_policies.iter().map(|n| self.policy(n.target));
        let sessions = sum_of_costliest::<SESSION_POLICIES>(named);
        // RCPs, SCPs, endpoint, identity, boundary, and those of the resource.
        // R152: through an access point a request is evaluated twice.
        let times = if self.access_points.len() > 0 { 2 } else { 1 };
        let kept = KEPT_PASSES * self.kept_atoms();
        let of = |layers| times * (FIXED + kept + PASSES * (sessions + layers));
        let rough = of((5 + GOVERNING_POLICIES as u64) * largest);
        if rough <= DECISION_STEPS { rough } else { of(self.layers()) }
    }

    /// The most steps of all layers but session policies, layer by layer.
    fn layers(&self) -> u64 {
        let cost = |set: u32| self.sets.get(set as usize).map_or(0, |set| set.cost);
        let most = |costs: &mut dyn Iterator<Item = u64>| costs.max().unwrap_or(0);
        let own =
            |p: Principal| [p.scps, p.identity, p.boundary].map(|set| u64::from(cost(set))).iter().sum();
        let own = most(&mut self.principals.iter().filter(|p| p.arn_len > 0).map(own));
        let scps = most(&mut self.accounts.iter().map(|a| cost(a.scps).into()));
        let rcps = most(&mut self.accounts.iter().map(|a| cost(a.rcps).into()));
        let endpoints = most(&mut self.endpoints.iter().map(|e| cost(e.target).into()));
        let governing = self.resources.iter().filter(|r| r.arn_len > 0).map(|r| cost(r.set));
        own.max(scps) + rcps + endpoints + sum_of_costliest::<GOVERNING_POLICIES>(governing)
    }
}

/// The N largest of some costs together.
fn sum_of_costliest<const N: usize>(costs: impl Iterator<Item = u32>) -> u64 {
    let mut largest = [0; N];
    for cost in costs {
        // In ascending order: the first is the one that goes.
        if let Some(least) = largest.first_mut().filter(|least| cost > **least) {
            *least = cost;
            largest.sort_unstable();
        }
    }
    largest.iter().map(|cost| u64::from(*cost)).sum()
}
