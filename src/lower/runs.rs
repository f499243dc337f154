//! The columns of a service in classes, as runs of neighbours. Columns are in order of name and most patterns end in
//! their only wildcard, so what is alike stands together: there are far fewer runs than columns.

use std::cmp::Ordering;

/// The class of every column. The order of such things is that of their columns' classes, one after another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Runs<C> {
    /// The column after the last of each run, and the run's class, which is not the one before it.
    runs: Vec<(u32, C)>,
}

impl<C> Default for Runs<C> {
    fn default() -> Self {
        Runs { runs: Vec::new() }
    }
}

impl<C: Copy + PartialEq> Runs<C> {
    /// Runs of the classes of all columns.
    pub(super) fn of(classes: impl Iterator<Item = C>) -> Self {
        let mut runs = Runs::default();
        (1..).zip(classes).for_each(|(end, class)| runs.push(end, class));
        runs
    }

    /// No columns.
    pub(super) fn clear(&mut self) {
        self.runs.clear();
    }

    /// Whether there are no columns.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Adds the columns up to `end`, at least one.
    pub(super) fn push(&mut self, end: u32, class: C) {
        match self.runs.last_mut() {
            Some(last) if last.1 == class => last.0 = end,
            _ => self.runs.push((end, class)),
        }
    }

    /// The end and the class of each run.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, C)> {
        self.runs.iter().copied()
    }

    /// How many columns there are.
    fn width(&self) -> usize {
        self.runs.last().map_or(0, |(end, _)| *end as usize)
    }

    /// The class of each column.
    pub(super) fn columns(&self) -> Vec<C> {
        let mut columns = Vec::with_capacity(self.width());
        self.iter().for_each(|(end, class)| columns.resize(end as usize, class));
        columns
    }

    /// The runs in which neither this nor `other` changes: first column, end, and both classes.
    pub(super) fn with<'r, D: Copy>(
        &'r self,
        other: &'r Runs<D>,
    ) -> impl Iterator<Item = (u32, u32, C, D)> + use<'r, C, D> {
        let (mut left, mut right) = (self.runs.as_slice(), other.runs.as_slice());
        let mut from = 0;
        std::iter::from_fn(move || {
            let ((left_end, class), after_left) = left.split_first()?;
            let ((right_end, theirs), after_right) = right.split_first()?;
            let end = *left_end.min(right_end);
            if *left_end == end {
                left = after_left;
            }
            if *right_end == end {
                right = after_right;
            }
            Some((std::mem::replace(&mut from, end), end, *class, *theirs))
        })
    }
}

impl<C: Copy + Ord> Ord for Runs<C> {
    fn cmp(&self, other: &Self) -> Ordering {
        let difference = self.with(other).map(|(_, _, ours, theirs)| ours.cmp(&theirs)).find(|o| o.is_ne());
        difference.unwrap_or_else(|| self.width().cmp(&other.width()))
    }
}

impl<C: Copy + Ord> PartialOrd for Runs<C> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
