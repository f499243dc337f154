//! Lists that are shared: a named set, constant or condition is one list, whoever uses it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A list that never changes and is cheap to clone.
pub struct List<T>(Option<Arc<[T]>>);

impl<T> List<T> {
    /// The list without items.
    pub const EMPTY: Self = List(None);

    /// The list of one item.
    pub fn one(item: T) -> Self {
        List(Some(Arc::new([item])))
    }

    /// The items.
    pub fn as_slice(&self) -> &[T] {
        self
    }

    /// What tells this list from every other list that is alive. All empty lists are one.
    pub fn address(&self) -> usize {
        self.0.as_ref().map_or(0, |items| Arc::as_ptr(items).cast::<T>() as usize)
    }
}

impl<T: Clone> List<T> {
    /// The list without one of its items.
    pub fn remove(&mut self, at: usize) {
        *self = self.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, item)| item.clone()).collect();
    }
}

impl<T> Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// Copies the items first where the list is shared.
impl<T: Clone> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.0.as_mut().map(Arc::make_mut).unwrap_or_default()
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        List(self.0.clone())
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        List((!items.is_empty()).then(|| items.into()))
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.deref().fmt(f)
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && (self.address() == other.address() || **self == **other)
    }
}

impl<T: Eq> Eq for List<T> {}

impl<T: Hash> Hash for List<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.deref().hash(state);
    }
}

impl<T: Ord> PartialOrd for List<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> Ord for List<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self.address() == other.address() { self.len().cmp(&other.len()) } else { (**self).cmp(&**other) }
    }
}
