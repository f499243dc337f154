//! Source text to tree, and resolved policies to tables.

#![expect(clippy::panic, reason = "without its workload there is nothing to measure")]
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tabella::limits::Limits;
use tabella::source::FileId;
use tabella::syntax;
use tabella_workloads::{compile, managed};

/// The managed example, repeated under other names until it is a megabyte.
fn source() -> String {
    let one = include_str!("../examples/managed/policies.tabella");
    one.repeat((1 << 20) / one.len() + 1)
}

fn parse(c: &mut Criterion) {
    let text = source();
    let limits = Limits::default();
    let mut group = c.benchmark_group("parse");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("managed", |b| {
        b.iter(|| syntax::parse(FileId(0), black_box(&text), &limits).0.items.len())
    });
}

fn lower(c: &mut Criterion) {
    let size = managed::Size { requests: 1, ..managed::Size::of(10_000, 10_000) };
    let workload = managed::w4(size).unwrap_or_else(|e| panic!("{e}"));
    let mut group = c.benchmark_group("normalize and lower");
    group.sample_size(10).throughput(Throughput::Elements(workload.statements() as u64));
    group.bench_function("W4, 10,000 statements", |b| {
        b.iter_batched(
            || workload.world.clone(),
            |world| compile::tables(world).map(|t| t.programs.len()),
            criterion::BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, parse, lower);
criterion_main!(benches);
