//! Hash-consing: equal things get one index, in the order they came. What is kept for good is sorted afterwards.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash};

/// Things by first appearance, with the way back from an index.
#[derive(Debug)]
pub(crate) struct Interner<T> {
    hasher: DefaultHashBuilder,
    /// The hash and the index of each thing. Hashes are kept, so that growing looks at no thing again.
    ids: HashTable<(u64, u32)>,
    items: Vec<T>,
}

impl<T: Hash + Eq> Interner<T> {
    pub(crate) fn new() -> Self {
        Interner { hasher: DefaultHashBuilder::default(), ids: HashTable::new(), items: Vec::new() }
    }

    /// The index of `item`, new or old.
    pub(crate) fn intern(&mut self, item: T) -> u32 {
        let hash = self.hasher.hash_one(&item);
        self.find(hash, &item).unwrap_or_else(|| self.add(hash, item))
    }

    /// As [`Self::intern`], of something that is copied only when it is new.
    pub(crate) fn intern_copy(&mut self, item: &T) -> u32
    where
        T: Clone,
    {
        let hash = self.hasher.hash_one(item);
        self.find(hash, item).unwrap_or_else(|| self.add(hash, item.clone()))
    }

    fn find(&self, hash: u64, item: &T) -> Option<u32> {
        let is_item = |(h, id): &(u64, u32)| *h == hash && self.get(*id) == Some(item);
        self.ids.find(hash, is_item).map(|(_, id)| *id)
    }

    fn add(&mut self, hash: u64, item: T) -> u32 {
        let id = self.items.len() as u32;
        self.items.push(item);
        self.ids.insert_unique(hash, (hash, id), |(hash, _)| *hash);
        id
    }

    /// The thing at an index.
    pub(crate) fn get(&self, id: u32) -> Option<&T> {
        self.items.get(id as usize)
    }

    /// Makes room for about half as much again.
    pub(crate) fn reserve(&mut self) {
        self.ids.reserve(self.ids.len() / 2, |(hash, _)| *hash);
        self.items.reserve(self.items.len() / 2);
    }

    /// All things, in order of index.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter()
    }

    /// All things, in order of index.
    pub(crate) fn into_items(self) -> Vec<T> {
        self.items
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

    /// The things at the indexes in `used`, which are in order and each there once, changed by `change` and in order of
    /// content; and for each old index the new one.
    pub(crate) fn sorted<U: Ord>(self, used: &[u32], mut change: impl FnMut(T) -> U) -> (Vec<U>, Vec<u32>) {
        let mut remap = vec![0; self.items.len()];
        let mut used = used.iter().copied().peekable();
        let kept = (0..).zip(self.items).filter(|(id, _)| used.next_if_eq(id).is_some());
        let mut order: Vec<(U, u32)> = kept.map(|(id, item)| (change(item), id)).collect();
        order.sort_unstable();
        for (new, (_, old)) in order.iter().enumerate() {
            if let Some(slot) = remap.get_mut(*old as usize) {
                *slot = new as u32;
            }
        }
        (order.into_iter().map(|(item, _)| item).collect(), remap)
    }
}
