//! Loading an artifact with full validation, in bytes a second.

#![expect(clippy::panic, reason = "without its workload there is nothing to measure")]
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tabella_runtime::Tables;
use tabella_workloads::{compile, simple};

fn load(c: &mut Criterion) {
    let mut group = c.benchmark_group("load");
    for (name, principals) in [("W2", 1_000), ("W3", 7_700)] {
        let (workload, _) = simple::w2_w3(name, principals);
        let artifact = compile::artifact(&workload).unwrap_or_else(|e| panic!("{e}"));
        group.throughput(Throughput::Bytes(artifact.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| Tables::load(black_box(&artifact)).is_ok());
        });
    }
}

criterion_group!(benches, load);
criterion_main!(benches);
