//! Parts under indexes by first appearance; at the end the indexes are put in order of content.

use super::intern::Interner;
use std::hash::Hash;

/// Things by first appearance, until [`Pool::finish`] sorts them.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    items: Interner<T>,
    fixed: u32,
}

impl<T: Hash + Eq + Ord> Pool<T> {
    /// An empty pool.
    pub(crate) fn new() -> Self {
        Pool { items: Interner::new(), fixed: 0 }
    }

    /// A pool whose index 0 is `first`, before and after sorting.
    pub(crate) fn with_fixed(first: T) -> Self {
        let mut items = Interner::new();
        items.intern(first);
        Pool { items, fixed: 1 }
    }

    /// The index of `item`, new or old.
    pub(crate) fn intern(&mut self, item: T) -> u32 {
        self.items.intern(item)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The thing at an index.
    pub(crate) fn get(&self, id: u32) -> Option<&T> {
        self.items.get(id)
    }

    /// The things in order of content (fixed ones first), and for each old index the new one.
    pub(crate) fn finish(self) -> (Vec<T>, Vec<u32>) {
        let fixed = self.fixed;
        let mut entries: Vec<(T, u32)> = self.items.into_items().into_iter().zip(0..).collect();
        entries.sort_unstable_by(|a, b| (a.1 >= fixed, &a.0).cmp(&(b.1 >= fixed, &b.0)));
        let mut remap = vec![0; entries.len()];
        for (new, (_, old)) in entries.iter().enumerate() {
            if let Some(slot) = remap.get_mut(*old as usize) {
                *slot = new as u32;
            }
        }
        (entries.into_iter().map(|(item, _)| item).collect(), remap)
    }
}

/// Looks an index up in a remapping; every index that a pool gave out is in its own remapping.
pub(crate) fn moved(remap: &[u32], id: u32) -> u32 {
    remap.get(id as usize).copied().unwrap_or(id)
}
