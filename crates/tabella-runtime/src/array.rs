//! A section as an array of records. Knows nothing of what the records mean.

use crate::ahead::ahead;
use crate::layout::Record;

/// Records of one section.
#[derive(Debug)]
pub(crate) struct Array<'a, R: Record> {
    records: &'a [R::Bytes],
}

impl<R: Record> Clone for Array<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Record> Copy for Array<'_, R> {}

/// A record where it stands.
#[derive(Debug)]
pub(crate) struct Stored<'a, R: Record> {
    bytes: &'a R::Bytes,
    pub index: u32,
}

impl<R: Record> Clone for Stored<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Record> Copy for Stored<'_, R> {}

impl<'a, R: Record> Stored<'a, R> {
    #[inline(always)]
    pub fn new(bytes: &'a R::Bytes, index: u32) -> Self {
        Stored { bytes, index }
    }

    #[inline(always)]
    pub fn bytes(&self) -> &'a R::Bytes {
        self.bytes
    }

    #[inline(always)]
    pub fn read(&self) -> R {
        R::read(self.bytes)
    }
}

impl<'a, R: Record> Array<'a, R> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Array { records: R::cut(bytes) }
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<R> {
        self.records.get(index).map(R::read)
    }

    /// A record that is read when something of it is needed.
    #[inline(always)]
    pub fn stored(&self, index: usize) -> Option<Stored<'a, R>> {
        self.records.get(index).map(|bytes| Stored::new(bytes, index as u32))
    }

    /// Begins to fetch a record.
    #[inline(always)]
    pub fn ahead(&self, index: usize) {
        self.records.get(index).into_iter().for_each(ahead);
    }

    pub fn iter(self) -> impl DoubleEndedIterator<Item = R> + ExactSizeIterator + 'a
    where
        R: 'a,
    {
        self.records.iter().map(R::read)
    }

    /// The records from `start` on.
    #[inline(always)]
    pub fn from(self, start: usize) -> impl Iterator<Item = R> + 'a
    where
        R: 'a,
    {
        self.records.get(start..).unwrap_or_default().iter().map(R::read)
    }

    /// The records `start..start + len`; `None`: there are fewer.
    #[inline(always)]
    pub fn exactly(self, start: u32, len: u32) -> Option<impl Iterator<Item = R> + 'a>
    where
        R: 'a,
    {
        let start = start as usize;
        let end = start.checked_add(len as usize)?;
        Some(self.records.get(start..end)?.iter().map(R::read))
    }

    /// The records `start..start + len`; fewer when there are fewer.
    #[inline]
    pub fn run(self, start: u32, len: u32) -> impl Iterator<Item = R> + 'a
    where
        R: 'a,
    {
        let from = (start as usize).min(self.records.len());
        let to = from.saturating_add(len as usize).min(self.records.len());
        self.records.get(from..to).unwrap_or_default().iter().map(R::read)
    }
}
