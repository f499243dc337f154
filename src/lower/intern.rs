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

    /// As [`Self::intern`], of something that is copied only when it is new.
    pub(crate) fn intern_copy(&mut self, item: &T) -> u32
    where
        T: Clone,
    {
        match self.ids.get(item) {
            Some(id) => *id,
            None => self.intern(item.clone()),
        }
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

    /// Those of the indexes that there are, each once, in order.
    pub(crate) fn used(&self, ids: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut is_used = vec![false; self.items.len()];
        for id in ids {
            if let Some(is_used) = is_used.get_mut(id as usize) {
                *is_used = true;
            }
        }
        (0..).zip(is_used).filter_map(|(id, is_used)| is_used.then_some(id)).collect()
    }

    /// The things at the indexes in `used`, each there once and changed by `change`, in order of content; and for each
    /// old index the new one.
    pub(crate) fn sorted<U: Ord>(self, used: &[u32], mut change: impl FnMut(&T) -> U) -> (Vec<U>, Vec<u32>) {
        let mut order: Vec<(U, u32)> =
            used.iter().filter_map(|id| Some((change(self.get(*id)?), *id))).collect();
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
