//! One decision: strings in, over W1–W3 and a W4 of a tenth of its size. Hot asks 1,024 requests in rotation,
//! swept 262,144 distinct ones. `TABELLA_W4=full` takes W4 as published.

#![expect(clippy::panic, reason = "without its workload there is nothing to measure")]
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tabella_runtime::{Request, Tables};
use tabella_workloads::{Workload, compile, managed, simple};

fn rotate(c: &mut Criterion, group: &str, name: &str, tables: &Tables<'_>, requests: &[Request<'static>]) {
    let mut requests = requests.iter().cycle();
    c.benchmark_group(group).bench_function(BenchmarkId::from_parameter(name), |b| {
        b.iter(|| requests.next().map(|r| tables.decide(black_box(r))));
    });
}

fn workload(c: &mut Criterion, workload: &Workload) {
    let artifact = compile::artifact(workload).unwrap_or_else(|e| panic!("{e}"));
    let artifact = compile::pages(&artifact).unwrap_or_else(|e| panic!("{e}"));
    let tables = Tables::load(&artifact).unwrap_or_else(|e| panic!("{e}"));
    let hot = workload.requests.get(..1_024).unwrap_or(&workload.requests);
    rotate(c, "decide/hot", workload.name, &tables, hot);
    rotate(c, "decide/swept", workload.name, &tables, &workload.swept);
}

fn decide(c: &mut Criterion) {
    workload(c, &simple::w1().0);
    workload(c, &simple::w2_w3("W2", 1_000).0);
    workload(c, &simple::w2_w3("W3", 7_700).0);
    let full = std::env::var_os("TABELLA_W4").is_some_and(|v| v == "full");
    let size = if full { managed::Size::w4() } else { managed::Size::of(10_000, 10_000) };
    workload(c, &managed::w4(size).unwrap_or_else(|e| panic!("{e}")));
}

criterion_group!(benches, decide);
criterion_main!(benches);
