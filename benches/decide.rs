//! One decision by strings, by ids and in batches, over W1–W3, a W4 of a tenth of its size, and that with conditions
//! on none and on all of its statements. Hot asks 1,024 requests in rotation, swept 262,144 distinct ones.
//! `TABELLA_W4=full` takes W4 as published.

#![expect(clippy::panic, reason = "without its workload there is nothing to measure")]
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tabella_runtime::{Decision, Request, Tables};
use tabella_workloads::{Workload, compile, conditional, ids, managed, simple};

/// Requests of one batch.
const BATCH: usize = 1_024;

/// Asks requests in rotation, one at a time and, by ids, many at a time.
fn rotate(c: &mut Criterion, group: &str, name: &str, tables: &Tables<'_>, requests: &[Request<'static>]) {
    let requests = ids::known(tables, requests);
    let by_ids = ids::by_ids(tables, &requests).unwrap_or_else(|e| panic!("{e}"));
    let mut group = c.benchmark_group(group);
    group.throughput(Throughput::Elements(1));
    let mut asked = requests.iter().cycle();
    group.bench_function(BenchmarkId::new("strings", name), |b| {
        b.iter(|| asked.next().map(|r| tables.decide(black_box(r))));
    });
    let mut asked = by_ids.iter().cycle();
    group.bench_function(BenchmarkId::new("ids", name), |b| {
        b.iter(|| asked.next().map(|r| tables.decide_ids(black_box(r))));
    });
    let mut asked = by_ids.chunks(BATCH).cycle();
    let mut decisions = [Decision::default(); BATCH];
    group.throughput(Throughput::Elements(by_ids.len().min(BATCH) as u64));
    group.bench_function(BenchmarkId::new("batch", name), |b| {
        b.iter(|| asked.next().map(|r| tables.decide_batch(black_box(r), &mut decisions)));
    });
}

fn workload(c: &mut Criterion, name: &str, workload: &Workload) {
    let artifact = compile::artifact(workload).unwrap_or_else(|e| panic!("{e}"));
    let artifact = compile::pages(&artifact).unwrap_or_else(|e| panic!("{e}"));
    let tables = Tables::load(&artifact).unwrap_or_else(|e| panic!("{e}"));
    let hot = workload.requests.get(..1_024).unwrap_or(&workload.requests);
    rotate(c, "decide/hot", name, &tables, hot);
    rotate(c, "decide/swept", name, &tables, &workload.swept);
}

fn decide(c: &mut Criterion) {
    workload(c, "W1", &simple::w1().0);
    workload(c, "W2", &simple::w2_w3("W2", 1_000).0);
    workload(c, "W3", &simple::w2_w3("W3", 7_700).0);
    let full = std::env::var_os("TABELLA_W4").is_some_and(|v| v == "full");
    let size = if full { managed::Size::w4() } else { managed::Size::of(10_000, 10_000) };
    let mut w4 = managed::w4(size).unwrap_or_else(|e| panic!("{e}"));
    workload(c, "W4", &w4);
    for percent in [0, 100] {
        conditional::share(&mut w4, percent).unwrap_or_else(|e| panic!("{e}"));
        workload(c, &format!("W4, conditions on {percent} %"), &w4);
    }
}

criterion_group!(benches, decide);
criterion_main!(benches);
