//! Interned text, bytes, lists and runs of pieces: equal content is written once.

use super::Failure;
use hashbrown::HashMap;
use tabella_runtime::layout::INDEX_LIMIT;

/// Interned bytes.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    pub bytes: Vec<u8>,
    known: HashMap<Vec<u8>, u32>,
}

impl Bytes {
    /// Where the content stands, and its length.
    pub fn add(&mut self, content: &[u8]) -> Result<(u32, u32), Failure> {
        let len = u32::try_from(content.len()).map_err(|_| Failure::Size("a text of 4 GiB".into()))?;
        if content.is_empty() {
            return Ok((0, 0));
        }
        if let Some(start) = self.known.get(content) {
            return Ok((*start, len));
        }
        let start = u32::try_from(self.bytes.len()).ok().filter(|s| s.checked_add(len).is_some());
        let start = start.ok_or_else(|| Failure::Size("more than 4 GiB of text".into()))?;
        self.bytes.extend_from_slice(content);
        self.known.insert(content.to_vec(), start);
        Ok((start, len))
    }
}

/// Interned runs of words or records.
#[derive(Debug)]
pub(super) struct Runs<T> {
    pub all: Vec<T>,
    known: HashMap<Vec<T>, u32>,
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Runs { all: Vec::new(), known: HashMap::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Runs<T> {
    /// Where the run begins.
    pub fn add(&mut self, run: Vec<T>) -> Result<u32, Failure> {
        if let Some(start) = self.known.get(&run) {
            return Ok(*start);
        }
        let start = index(self.all.len())?;
        self.all.extend_from_slice(&run);
        self.known.insert(run, start);
        Ok(start)
    }
}

/// An index that fits a tagged reference.
pub(super) fn index(index: usize) -> Result<u32, Failure> {
    u32::try_from(index)
        .ok()
        .filter(|i| *i < INDEX_LIMIT)
        .ok_or_else(|| Failure::Size(format!("an index of {index}, the limit is {INDEX_LIMIT}")))
}
