//! What replacing one policy of W4 costs: 2,000 policies drawn at random, each replaced once, and the bytes at the end.
//! `principal` are those that principals and accounts carry, `bucket` those of buckets.
//!
//! `cargo run --release -p tabella-workloads --example replace [statements principals [edits]]`

use std::time::{Duration, Instant};
use tabella::artifact::{self, WriteOptions};
use tabella::catalog::Catalog;
use tabella::hir::{Policy, PolicyId, PolicyKind, ResourcePattern, Template};
use tabella::incremental::{Compiler, Recompiled};
use tabella::limits::Limits;
use tabella::resolve::Checked;
use tabella::source::SourceMap;
use tabella_workloads::managed::{Size, w4};
use tabella_workloads::{Rng, compile};

/// How a policy is edited, a quarter each.
const EDITS: [&str; 4] = ["resource", "fewer", "statement", "document"];

/// The policy with another resource in one statement, without a statement, with one of another policy more, or with
/// another policy's statements instead of its own.
fn edited(policy: &Policy, donor: &Policy, edit: usize, number: usize, rng: &mut Rng) -> Policy {
    let mut new = policy.clone();
    let at = rng.below(new.statements.len());
    match edit {
        0 => {
            let own = ResourcePattern {
                text: Template {
                    pieces: vec![tabella::hir::Piece::Literal(
                        format!("arn:aws:s3:::replaced-{number}").into(),
                    )]
                    .into(),
                },
            };
            if let Some(resources) = new.statements.get_mut(at).and_then(|s| s.resources.as_mut()) {
                resources.patterns = vec![own].into();
            }
        }
        1 if new.statements.len() > 1 => drop(new.statements.remove(at)),
        1 => {
            let patterns = new.statements.get_mut(at).map(|s| &mut s.actions.patterns);
            patterns.into_iter().for_each(|p| *p = p.iter().take(p.len().div_ceil(2)).cloned().collect());
        }
        2 => new.statements.extend(donor.statements.first().cloned()),
        _ => new.statements = donor.statements.clone(),
    }
    new
}

fn line(name: &str, times: &mut [(Duration, Recompiled)]) {
    if times.is_empty() {
        return;
    }
    times.sort_by_key(|(time, _)| *time);
    let at = |share: f64| {
        let (time, _) = times[((times.len() - 1) as f64 * share) as usize];
        time.as_secs_f64() * 1e6
    };
    let mean = |f: fn(&Recompiled) -> usize| {
        times.iter().map(|(_, r)| f(r)).sum::<usize>() as f64 / times.len() as f64
    };
    println!(
        "{name:10} {:5} edits: median {:8.1} µs, p90 {:8.1}, p99 {:9.1}, worst {:10.1}; mean {:6.1} sets, {:7.1} rows; {} anew",
        times.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
        mean(|r| r.sets),
        mean(|r| r.rows),
        times.iter().filter(|(_, r)| r.all).count(),
    );
}

fn main() -> Result<(), String> {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let (size, edits) = match numbers.as_slice() {
        [statements, principals] => (Size::of(*statements, *principals), 2_000),
        [statements, principals, edits] => (Size::of(*statements, *principals), *edits),
        _ => (Size::w4(), 2_000),
    };
    let workload = w4(size)?;
    println!("{} statements, {} policies", workload.statements(), workload.world.policies.len());
    let checked = Checked::new(workload.world).map_err(|e| format!("{e:?}"))?;
    let limits = Limits::default();
    let start = Instant::now();
    let (compiler, found) = Compiler::new(checked, Catalog::shipped(), &limits);
    let mut compiler = compiler.ok_or_else(|| format!("{found:?}"))?;
    println!("built in {:.2?}", start.elapsed());

    let mut rng = Rng::new(2_000);
    let mut order: Vec<usize> = (0..compiler.world().policies.len()).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, rng.below(i + 1));
    }
    let mut times: Vec<Vec<(Duration, Recompiled)>> = vec![Vec::new(); EDITS.len()];
    let drawn = order.into_iter().take(edits);
    let (mut attached, mut governing) = (Vec::new(), Vec::new());
    for (number, id) in drawn.enumerate() {
        let policy = &compiler.world().policies[id];
        let same: Vec<&Policy> = (0..50)
            .filter_map(|_| rng.pick(&compiler.world().policies))
            .filter(|p| p.kind == policy.kind)
            .collect();
        let donor = rng.pick(&same).copied().unwrap_or(policy);
        let kind = policy.kind;
        let edit = number % EDITS.len();
        let new = edited(policy, donor, edit, number, &mut rng);
        let start = Instant::now();
        let (done, found) = compiler.replace_policy(PolicyId(id as u32), new);
        let time = start.elapsed();
        let done = done.ok_or_else(|| format!("{found:?}"))?;
        times[edit].push((time, done));
        match kind {
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Scp => attached.push((time, done)),
            _ => governing.push((time, done)),
        }
    }
    let mut all: Vec<(Duration, Recompiled)> = times.concat();
    line("all", &mut all);
    line("principal", &mut attached);
    line("bucket", &mut governing);
    for (name, times) in EDITS.iter().zip(&mut times) {
        line(name, times);
    }
    for (time, done) in all.iter().rev().take(5) {
        println!("  {time:.2?}: {done:?}");
    }

    let start = Instant::now();
    let (tables, _) = compiler.tables(&SourceMap::new());
    println!("tables in {:.2?}", start.elapsed());
    let start = Instant::now();
    let bytes = artifact::write(&tables, &limits, &WriteOptions::default()).map_err(|d| d.message)?;
    println!("{} bytes in {:.2?}", bytes.len(), start.elapsed());
    drop(tables);
    let start = Instant::now();
    let tables = compile::tables(compiler.world().clone())?;
    println!("from scratch, check included, in {:.2?}", start.elapsed());
    let scratch = artifact::write(&tables, &limits, &WriteOptions::default()).map_err(|d| d.message)?;
    if bytes != scratch {
        return Err("the bytes differ from those of a compilation from scratch".into());
    }
    println!("the bytes are those of a compilation from scratch");
    Ok(())
}
