//! Runs are a shorter way to write the classes of columns, and nothing else.

use super::super::runs::Runs;
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #[test]
    fn runs_are_equal_and_ordered_as_their_columns(a in vec(0u16..3, 0..8), b in vec(0u16..3, 0..8)) {
        let (left, right) = (Runs::of(a.iter().copied()), Runs::of(b.iter().copied()));
        prop_assert_eq!(left.columns(), a.clone());
        prop_assert_eq!(left == right, a == b);
        prop_assert_eq!(left.cmp(&right), a.cmp(&b));
    }

    #[test]
    fn two_classes_of_every_column(both in vec((0u16..3, 0u32..3), 0..12)) {
        let left = Runs::of(both.iter().map(|(class, _)| *class));
        let right = Runs::of(both.iter().map(|(_, theirs)| *theirs));
        let mut columns = Vec::new();
        for (from, end, class, theirs) in left.with(&right) {
            prop_assert_eq!(from as usize, columns.len());
            columns.resize(end as usize, (class, theirs));
        }
        prop_assert_eq!(columns, both);
    }
}
