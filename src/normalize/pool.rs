//! Hash-consing: equal things get one index; at the end the indexes are put in order of content.

use hashbrown::HashMap;
use std::hash::Hash;

/// Things by first appearance, until [`Pool::finish`] sorts them.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    ids: HashMap<T, u32>,
    fixed: u32,
}

impl<T: Hash + Eq + Ord + Clone> Pool<T> {
    /// An empty pool.
    pub(crate) fn new() -> Self {
        Pool { ids: HashMap::new(), fixed: 0 }
    }

    /// A pool whose index 0 is `first`, before and after sorting.
    pub(crate) fn with_fixed(first: T) -> Self {
        let mut ids = HashMap::new();
        ids.insert(first, 0);
        Pool { ids, fixed: 1 }
    }

    /// The index of `item`, new or old.
    pub(crate) fn intern(&mut self, item: T) -> u32 {
        let next = self.ids.len() as u32;
        *self.ids.entry(item).or_insert(next)
    }

    /// How many things are in it.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The things in order of content (fixed ones first), and for each old index the new one.
    pub(crate) fn finish(self) -> (Vec<T>, Vec<u32>) {
        let fixed = self.fixed;
        let mut entries: Vec<(T, u32)> = self.ids.into_iter().collect();
        entries.sort_unstable_by(|a, b| (a.1 >= fixed, &a.0).cmp(&(b.1 >= fixed, &b.0)));
        let mut remap = vec![0; entries.len()];
        let mut sorted = Vec::with_capacity(entries.len());
        for (new, (item, old)) in entries.into_iter().enumerate() {
            if let Some(slot) = remap.get_mut(old as usize) {
                *slot = new as u32;
            }
            sorted.push(item);
        }
        (sorted, remap)
    }
}

/// Looks an index up in a remapping; every index that a pool gave out is in its own remapping.
pub(crate) fn moved(remap: &[u32], id: u32) -> u32 {
    remap.get(id as usize).copied().unwrap_or(id)
}
