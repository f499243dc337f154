//! A section as an array of records. Knows nothing of what the records mean.

use crate::layout::Record;
use core::marker::PhantomData;

/// Records of one section.
#[derive(Debug)]
pub(crate) struct Array<'a, R> {
    bytes: &'a [u8],
    of: PhantomData<R>,
}

impl<R> Clone for Array<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Array<'_, R> {}

impl<'a, R: Record> Array<'a, R> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Array { bytes, of: PhantomData }
    }

    pub fn len(&self) -> usize {
        self.bytes.len() / R::SIZE
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<R> {
        R::read(self.bytes.get(index.checked_mul(R::SIZE)?..)?)
    }

    pub fn iter(self) -> impl Iterator<Item = R> + 'a
    where
        R: 'a,
    {
        self.bytes.chunks_exact(R::SIZE).filter_map(R::read)
    }

    /// The records `start..start + len`; fewer when there are fewer.
    pub fn run(self, start: u32, len: u32) -> impl Iterator<Item = R> + 'a
    where
        R: 'a,
    {
        let from = (start as usize).saturating_mul(R::SIZE).min(self.bytes.len());
        let to = from.saturating_add((len as usize).saturating_mul(R::SIZE)).min(self.bytes.len());
        self.bytes.get(from..to).unwrap_or_default().chunks_exact(R::SIZE).filter_map(R::read)
    }
}
