//! Which sets there are, who has them, and which policy is in which.

use crate::lower::live::{Anew, Changed, Live, Tabled};
use crate::nf::Layer;
use hashbrown::HashMap;
use std::sync::Arc;

/// A layer of policies that somebody has.
struct Set {
    layer: Arc<Layer>,
    tabled: Tabled,
    /// How many accounts, identities, resources and endpoints have it.
    holders: usize,
}

/// All sets, by layer and by policy. A set without holders is gone.
#[derive(Default)]
pub(super) struct Sets {
    sets: Vec<Option<Set>>,
    free: Vec<u32>,
    by_layer: HashMap<Arc<Layer>, u32>,
    by_policy: Vec<Vec<u32>>,
}

/// What was lowered again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lowered {
    pub(super) sets: usize,
    pub(super) rows: usize,
    pub(super) holders: usize,
}

impl Sets {
    /// Whether a set has the policy.
    pub(super) fn has(&self, policy: u32) -> bool {
        self.by_policy.get(policy as usize).is_some_and(|sets| !sets.is_empty())
    }

    /// One more holder of a layer; the rows lowered for it, if it is new.
    pub(super) fn hold(&mut self, layer: Layer, holders: usize, live: &mut Live) -> Result<usize, Anew> {
        if let Some(at) = self.by_layer.get(&layer) {
            if let Some(Some(set)) = self.sets.get_mut(*at as usize) {
                set.holders += holders;
            }
            return Ok(0);
        }
        let tabled = live.set(&layer)?;
        let rows = tabled.rows.len() + 1;
        let layer = Arc::new(layer);
        let set = Set { layer: layer.clone(), tabled, holders };
        let at = match self.free.pop() {
            Some(at) => at,
            None => {
                self.sets.push(None);
                self.sets.len() as u32 - 1
            }
        };
        if let Some(slot) = self.sets.get_mut(at as usize) {
            *slot = Some(set);
        }
        for policy in members(&layer) {
            if self.by_policy.len() <= policy as usize {
                self.by_policy.resize_with(policy as usize + 1, Vec::new);
            }
            if let Some(sets) = self.by_policy.get_mut(policy as usize) {
                sets.push(at);
            }
        }
        self.by_layer.insert(layer, at);
        Ok(rows)
    }

    /// One holder less.
    pub(super) fn release(&mut self, layer: &Layer, live: &mut Live) {
        let Some(at) = self.by_layer.get(layer).copied() else { return };
        let Some(slot) = self.sets.get_mut(at as usize) else { return };
        let Some(set) = slot else { return };
        set.holders = set.holders.saturating_sub(1);
        if set.holders > 0 {
            return;
        }
        live.forget(&set.tabled);
        *slot = None;
        self.free.push(at);
        self.by_layer.remove(layer);
        for policy in members(layer) {
            if let Some(sets) = self.by_policy.get_mut(policy as usize)
                && let Some(place) = sets.iter().position(|s| *s == at)
            {
                sets.swap_remove(place);
            }
        }
    }

    /// Lowers the sets of a policy again where it changed.
    pub(super) fn patch(&mut self, policy: u32, changed: &Changed, live: &mut Live) -> Result<Lowered, Anew> {
        let mut lowered = Lowered::default();
        let sets = &mut self.sets;
        for at in self.by_policy.get(policy as usize).into_iter().flatten() {
            let Some(Some(set)) = sets.get_mut(*at as usize) else { continue };
            lowered.rows += live.patch(&set.layer, &mut set.tabled, changed)?;
            lowered.sets += 1;
            lowered.holders += set.holders;
        }
        Ok(lowered)
    }

    /// All sets with the number of their holders.
    pub(super) fn held(&self) -> impl Iterator<Item = (usize, &Tabled)> {
        self.sets.iter().flatten().map(|set| (set.holders, &set.tabled))
    }

    /// All sets.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Layer, &Tabled)> {
        self.sets.iter().flatten().map(|set| (&*set.layer, &set.tabled))
    }
}

/// The policies of a layer, each once.
fn members(layer: &Layer) -> Vec<u32> {
    let mut all: Vec<u32> = layer.levels.concat();
    all.sort_unstable();
    all.dedup();
    all
}
