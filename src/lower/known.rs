//! What is known of keys that are runs of numbers.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// Key → value. The keys stand end to end in one list, and their hashes are kept: growing looks at no key again.
#[derive(Debug)]
pub(super) struct Known<V> {
    hasher: DefaultHashBuilder,
    entries: HashTable<Entry<V>>,
    numbers: Vec<u32>,
}

#[derive(Debug)]
struct Entry<V> {
    hash: u64,
    /// Where the key stands.
    from: usize,
    len: u32,
    value: V,
}

impl<V: Copy> Known<V> {
    pub(super) fn new() -> Self {
        Known { hasher: DefaultHashBuilder::default(), entries: HashTable::new(), numbers: Vec::new() }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &[u32]) -> Option<V> {
        let hash = self.hasher.hash_one(key);
        let is_key =
            |e: &Entry<V>| e.hash == hash && self.numbers.get(e.from..e.from + e.len as usize) == Some(key);
        self.entries.find(hash, is_key).map(|e| e.value)
    }

    /// Adds a key that is not there yet.
    pub(super) fn add(&mut self, key: &[u32], value: V) {
        let hash = self.hasher.hash_one(key);
        let entry = Entry { hash, from: self.numbers.len(), len: key.len() as u32, value };
        self.numbers.extend_from_slice(key);
        self.entries.insert_unique(hash, entry, |e| e.hash);
    }

    /// Makes room for about half as much again.
    pub(super) fn reserve(&mut self) {
        self.entries.reserve(self.entries.len() / 2, |e| e.hash);
        self.numbers.reserve(self.numbers.len() / 2);
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
