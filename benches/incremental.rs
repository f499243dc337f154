//! Replacing one policy in a compiler that stays, with its tables brought up to date.

#![expect(clippy::panic, reason = "without its workload there is nothing to measure")]
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use criterion::{Criterion, criterion_group, criterion_main};
use tabella::catalog::Catalog;
use tabella::hir::{PolicyId, PolicyKind};
use tabella::incremental::Compiler;
use tabella::limits::Limits;
use tabella::resolve::Checked;
use tabella_workloads::managed;

fn replace(c: &mut Criterion) {
    let size = managed::Size { requests: 1, ..managed::Size::of(10_000, 10_000) };
    let workload = managed::w4(size).unwrap_or_else(|e| panic!("{e}"));
    let checked = Checked::new(workload.world).unwrap_or_else(|e| panic!("{e:?}"));
    let (compiler, found) = Compiler::new(checked, Catalog::shipped(), &Limits::default());
    let mut compiler = compiler.unwrap_or_else(|| panic!("{found:?}"));
    for (name, kind) in [("of principals", PolicyKind::Identity), ("of a bucket", PolicyKind::Resource)] {
        let policies = &compiler.world().policies;
        let ids: Vec<u32> = (0..).zip(policies).filter(|(_, p)| p.kind == kind).map(|(id, _)| id).collect();
        let mut turns = ids.iter().enumerate().cycle();
        // Each gets its neighbour's statements, so that something changes every time.
        c.benchmark_group("replace a policy").bench_function(name, |b| {
            b.iter(|| {
                let Some((at, id)) = turns.next() else { return };
                let neighbour = ids.get((at + 1) % ids.len()).copied().unwrap_or(*id);
                let policies = &compiler.world().policies;
                let new = tabella::hir::Policy {
                    statements: policies[neighbour as usize].statements.clone(),
                    ..policies[*id as usize].clone()
                };
                let (done, found) = compiler.replace_policy(PolicyId(*id), new);
                assert!(done.is_some(), "{found:?}");
            });
        });
    }
}

criterion_group!(benches, replace);
criterion_main!(benches);
