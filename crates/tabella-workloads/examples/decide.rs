//! Writes, loads and asks a workload, and prints what it cost:
//! `cargo run --release -p tabella-workloads --example decide -- w1|w2|w3|w4 [STATEMENTS PRINCIPALS]`.
//!
//! With `TABELLA_COUNT=N` nothing is timed: N decisions are made, for callgrind (run it with two counts; the
//! difference is what the decisions cost).

use std::hint::black_box;
use std::time::Duration;
use tabella::catalog::Catalog;
use tabella::limits::Limits;
use tabella::resolve::Checked;
use tabella::source::SourceMap;
use tabella_runtime::layout::{HEADER_BYTES, SECTION_BYTES, Section};
use tabella_runtime::{Request, Tables};
use tabella_workloads::managed::{Size, w4};
use tabella_workloads::{Workload, compile, simple};

/// Time on the processor where the system tells it (a busy machine should not count), else on the clock.
fn now() -> Duration {
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = of_thread.and_then(|s| s.split(' ').next()?.parse().ok());
    nanos.map_or_else(
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default(),
        Duration::from_nanos,
    )
}

fn workload(args: &[String]) -> Result<Workload, String> {
    let numbers: Vec<usize> = args.iter().filter_map(|a| a.parse().ok()).collect();
    match args.first().map(String::as_str) {
        Some("w2") => Ok(simple::w2_w3("W2", 1_000).0),
        Some("w3") => Ok(simple::w2_w3("W3", 7_700).0),
        Some("w4") => w4(match numbers.as_slice() {
            [statements, principals] => Size::of(*statements, *principals),
            _ => Size::w4(),
        }),
        _ => Ok(simple::w1().0),
    }
}

fn artifact(workload: &Workload) -> Result<Vec<u8>, String> {
    let checked = Checked::new(workload.world.clone()).map_err(|e| format!("{e:?}"))?;
    let limits = Limits::default();
    let (nf, found) = tabella::normalize::normalize(&checked, &limits);
    let nf = nf.ok_or_else(|| format!("{found:?}"))?;
    let (tables, _) = tabella::lower::lower(&nf, Catalog::shipped(), &SourceMap::new(), &limits);
    let start = now();
    let bytes = tabella::artifact::write(&tables, &limits, &Default::default()).map_err(|d| d.message)?;
    eprintln!("written in {:.2?}", now() - start);
    Ok(bytes)
}

fn sizes(bytes: &[u8], workload: &Workload) {
    let statements = workload.statements();
    println!(
        "{} bytes, {:.1} a statement ({statements})",
        bytes.len(),
        bytes.len() as f64 / statements as f64
    );
    for (number, section) in Section::ALL.iter().enumerate() {
        let entry = HEADER_BYTES + number * SECTION_BYTES;
        let count =
            bytes.get(entry + 16..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b));
        let size = count as usize * section.element();
        if size * 50 > bytes.len() {
            println!("  {:<22} {count:>10} × {:>2} = {size:>10}", section.name(), section.element());
        }
    }
}

/// Median of five runs over the requests, in ns a decision.
fn time(tables: &Tables<'_>, requests: &[Request<'_>], decisions: usize) -> f64 {
    let mut runs: Vec<f64> = (0..5)
        .map(|_| {
            let start = now();
            for request in requests.iter().cycle().take(decisions) {
                black_box(tables.decide(black_box(request)));
            }
            (now() - start).as_nanos() as f64 / decisions as f64
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    runs.get(2).copied().unwrap_or(f64::NAN)
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let workload = workload(&args)?;
    let cache = std::env::temp_dir().join(format!("tabella-{}.tbl", args.join("-")));
    let bytes = match std::fs::read(&cache) {
        Ok(bytes) if std::env::var_os("TABELLA_REUSE").is_some() => bytes,
        _ => artifact(&workload)?,
    };
    std::fs::write(&cache, &bytes).map_err(|e| e.to_string())?;
    let bytes = compile::pages(&bytes)?;
    let tables = Tables::load(&bytes).map_err(|e| e.to_string())?;
    let count: Option<usize> = std::env::var("TABELLA_COUNT").ok().and_then(|n| n.parse().ok());
    if let Some(count) = count {
        for request in workload.requests.iter().cycle().take(count) {
            black_box(tables.decide(black_box(request)));
        }
        return Ok(());
    }
    sizes(&bytes, &workload);
    let start = now();
    black_box(Tables::load(&bytes).is_ok());
    let load = now() - start;
    println!("load {load:.2?}, {:.2} GB/s", bytes.len() as f64 / load.as_nanos() as f64);
    let hot = workload.requests.get(..1_024.min(workload.requests.len())).unwrap_or_default();
    let allowed = hot.iter().filter(|r| tables.decide(r).is_allowed()).count();
    println!("hot {:.0} ns ({allowed} of {} allowed)", time(&tables, hot, 400_000), hot.len());
    println!("zipf {:.0} ns", time(&tables, &workload.requests, 400_000));
    println!("swept {:.0} ns", time(&tables, &workload.swept, workload.swept.len().max(1)));
    Ok(())
}
