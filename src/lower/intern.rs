//! Indexes for equal things, in the order they came; what goes into the tables is sorted afterwards.

use hashbrown::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Things by first appearance, with the way back from an index.
#[derive(Debug)]
pub(crate) struct Interner<T> {
    ids: HashMap<Arc<T>, u32>,
    items: Vec<Arc<T>>,
}

impl<T: Hash + Eq> Interner<T> {
    pub(crate) fn new() -> Self {
        Interner { ids: HashMap::new(), items: Vec::new() }
    }

    /// The index of `item`, new or old.
    pub(crate) fn intern(&mut self, item: T) -> u32 {
        if let Some(id) = self.ids.get(&item) {
            return *id;
        }
        let item = Arc::new(item);
        let id = self.items.len() as u32;
        self.items.push(item.clone());
        self.ids.insert(item, id);
        id
    }

    /// The thing at an index.
    pub(crate) fn get(&self, id: u32) -> Option<&Arc<T>> {
        self.items.get(id as usize)
    }

    /// Makes room for about half as much again.
    pub(crate) fn reserve(&mut self) {
        self.ids.reserve(self.ids.len() / 2);
        self.items.reserve(self.items.len() / 2);
    }

    /// All things, in order of index.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|item| &**item)
    }

    /// How many things there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The things at the indexes in `used`, each changed by `change`, in order of content; and for each old index the
    /// new one.
    pub(crate) fn sorted<U: Ord>(self, used: &[u32], mut change: impl FnMut(&T) -> U) -> (Vec<U>, Vec<u32>) {
        let mut used = used.to_vec();
        used.sort_unstable();
        used.dedup();
        let mut order: Vec<(U, u32)> =
            used.into_iter().filter_map(|id| Some((change(self.get(id)?), id))).collect();
        order.sort_unstable();
        let mut remap = vec![0; self.items.len()];
        for (new, (_, old)) in order.iter().enumerate() {
            if let Some(slot) = remap.get_mut(*old as usize) {
                *slot = new as u32;
            }
        }
        (order.into_iter().map(|(item, _)| item).collect(), remap)
    }
}
