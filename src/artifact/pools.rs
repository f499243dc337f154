//! Interned text, bytes, lists and runs of pieces: equal content is written once.

use super::Failure;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash};
use tabella_runtime::layout::INDEX_LIMIT;

/// Interned runs of words or records, one after another.
#[derive(Debug)]
pub(super) struct Runs<T> {
    pub all: Vec<T>,
    hasher: DefaultHashBuilder,
    known: HashTable<Known>,
}

/// A run that is there. Its hash is kept, so that growing looks at no run again.
#[derive(Debug)]
struct Known {
    hash: u64,
    start: usize,
    len: usize,
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Runs { all: Vec::new(), hasher: DefaultHashBuilder::default(), known: HashTable::new() }
    }
}

impl<T: Copy + Eq + Hash> Runs<T> {
    /// Where the run begins, to be referred to; it is written behind a head.
    pub fn add_behind(&mut self, head: &[T], run: &[T]) -> Result<u32, Failure> {
        index(self.place_behind(head, run))
    }

    /// Where the run begins.
    pub fn place(&mut self, run: &[T]) -> usize {
        self.place_behind(&[], run)
    }

    fn place_behind(&mut self, head: &[T], run: &[T]) -> usize {
        let hash = self.hasher.hash_one(run);
        let is_run = |k: &Known| k.hash == hash && self.all.get(k.start..k.start + k.len) == Some(run);
        if let Some(known) = self.known.find(hash, is_run) {
            return known.start;
        }
        self.all.extend_from_slice(head);
        let start = self.all.len();
        self.all.extend_from_slice(run);
        self.known.insert_unique(hash, Known { hash, start, len: run.len() }, |k| k.hash);
        start
    }
}

/// Interned bytes.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    runs: Runs<u8>,
}

impl Bytes {
    /// Where the content stands, and its length.
    pub fn add(&mut self, content: &[u8]) -> Result<(u32, u32), Failure> {
        let len = u32::try_from(content.len()).map_err(|_| Failure::Size("a text of 4 GiB".into()))?;
        if content.is_empty() {
            return Ok((0, 0));
        }
        let start = u32::try_from(self.runs.place(content)).ok().filter(|s| s.checked_add(len).is_some());
        Ok((start.ok_or_else(|| Failure::Size("more than 4 GiB of text".into()))?, len))
    }

    /// All of them, one after another.
    pub fn finish(self) -> Vec<u8> {
        self.runs.all
    }
}

/// An index that fits a tagged reference.
pub(super) fn index(index: usize) -> Result<u32, Failure> {
    u32::try_from(index)
        .ok()
        .filter(|i| *i < INDEX_LIMIT)
        .ok_or_else(|| Failure::Size(format!("an index of {index}, the limit is {INDEX_LIMIT}")))
}
