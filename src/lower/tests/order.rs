//! Tables do not depend on the order of files. (The order of everything else in a world is shuffled by the tests of
//! `tabella-worlds`.)

use super::{policy, statement, world};
use crate::catalog::Catalog;
use crate::hir::{Effect, Policy, World};
use crate::limits::Limits;
use crate::lower::lower;
use crate::lower::tables::Tables;
use crate::normalize::normalize;
use crate::resolve::Checked;
use crate::source::{FileId, SourceMap, Span};

/// Two files that declare the same inline policy twice, and one more policy; added in the given order.
fn tables(names: [&str; 2], swap: bool) -> Tables {
    let mut sources = SourceMap::new();
    let mut files = names.map(|n| (n, "policy\n  text {n}\n"));
    if swap {
        files.reverse();
    }
    let ids: Vec<(&str, FileId)> = files.iter().map(|(n, text)| (*n, sources.add(*n, *text))).collect();
    let in_file = |name: &str| {
        let file = ids.iter().find(|(n, _)| *n == name).unwrap().1;
        let mut s = statement(Effect::Allow, false, &["s3:get"], 1, 1);
        s.span = Span::new(file, 9, 12);
        s
    };
    let mut policies: Vec<Policy> = names.iter().map(|n| policy("same", vec![in_file(n)])).collect();
    let mut users = vec![vec![0], vec![1]];
    if swap {
        policies.reverse();
        users.reverse();
    }
    let world: World = world(policies, &users);
    let limits = Limits::default();
    let nf = normalize(&Checked::new(world).unwrap(), &limits).0.unwrap();
    lower(&nf, &Catalog::default(), &sources, &limits).0
}

#[test]
fn the_order_of_files_changes_nothing() {
    let straight = tables(["a.tabella", "b.tabella"], false);
    assert_eq!(straight, tables(["a.tabella", "b.tabella"], true));
    let places: Vec<&(String, u32, u32)> =
        straight.policies.iter().flat_map(|p| &p.statements).map(|s| &s.place).collect();
    assert_eq!(places, [&("a.tabella".to_owned(), 2, 3), &("b.tabella".to_owned(), 2, 3)]);
    // Equal to the eye, yet two documents: each user keeps its own.
    assert_eq!(straight.principals.iter().map(|p| p.identity).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn what_was_written_once_and_used_twice_is_one() {
    let twice = tables(["a.tabella", "a.tabella"], false);
    assert_eq!(twice.policies.len(), 1);
    assert_eq!(twice.sets.len(), 1);
}
