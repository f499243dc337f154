//! Estates like W4 of 1,000 to 1,000,000 statements, principals growing with them: what a decision, a statement and
//! the compilation cost, as Markdown, and drawn into `--svg FILE`:
//! `cargo run --release -p tabella-workloads --example growth -- [--svg FILE] [STATEMENTS…]`.

use std::hint::black_box;
use tabella::artifact::{self, WriteOptions};
use tabella::limits::Limits;
use tabella_runtime::{IdRequest, Request, Tables};
use tabella_workloads::chart::{self, Chart, Series};
use tabella_workloads::managed::{Size, w4};
use tabella_workloads::measure::{forget_peak, median, memory, timed};
use tabella_workloads::{compile, ids};

/// Latencies by the order of the requests and the way of asking.
const CURVES: [&str; 6] =
    ["strings, hot", "strings, zipf", "strings, swept", "ids, hot", "ids, zipf", "ids, swept"];

fn strings(tables: &Tables<'_>, requests: &[Request<'_>]) -> f64 {
    median(requests.len(), || {
        for request in requests {
            black_box(tables.decide(black_box(request)));
        }
    })
}

fn by_ids(tables: &Tables<'_>, requests: &[IdRequest<'_>]) -> f64 {
    median(requests.len(), || {
        for request in requests {
            black_box(tables.decide_ids(black_box(request)));
        }
    })
}

/// Prints the row of an estate; its statements and the latencies of [`CURVES`].
fn row(statements: usize) -> Result<(usize, Vec<f64>), String> {
    let mut workload = w4(Size::of(statements, statements))?;
    let (statements, principals) = (workload.statements(), workload.world.identities.len());
    let world = std::mem::take(&mut workload.world);
    forget_peak();
    let (tables, built) = timed(|| compile::tables(world));
    let tables = tables?;
    let (bytes, written) = timed(|| {
        artifact::write(&tables, &Limits::default(), &WriteOptions::default()).map_err(|d| d.message)
    });
    let bytes = bytes?;
    let (_, peak) = memory();
    let sets = tables.sets.len();
    drop(tables);
    let bytes = compile::pages(&bytes)?;
    let (tables, load) = timed(|| Tables::load(&bytes).map_err(|e| e.to_string()));
    let tables = tables?;
    let zipf = ids::known(&tables, &workload.requests);
    let swept = ids::known(&tables, &workload.swept);
    let hot = zipf.get(..1_024).unwrap_or(&zipf);
    let orders: [&[Request<'static>]; 3] = [hot, &zipf, &swept];
    let mut latencies: Vec<f64> = orders.iter().map(|r| strings(&tables, r)).collect();
    for order in orders {
        latencies.push(by_ids(&tables, &ids::by_ids(&tables, order)?));
    }
    print!("| {statements} | {principals} | {sets} |");
    for ns in &latencies {
        print!(" {ns:.0} |");
    }
    println!(
        " {:.0} | {:.1} s | {:.0} | {:.1} GB | {:.1} ms, {:.2} GB/s |",
        bytes.len() as f64 / statements as f64,
        (built + written).as_secs_f64(),
        statements as f64 / built.as_secs_f64() / 1e3,
        peak as f64 / 1e9,
        load.as_secs_f64() * 1e3,
        bytes.len() as f64 / load.as_nanos() as f64,
    );
    Ok((statements, latencies))
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let svg = args.iter().position(|a| a == "--svg").and_then(|i| args.get(i + 1));
    let mut sizes: Vec<usize> = args.iter().filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1_000, 10_000, 100_000, 1_000_000];
    }
    println!(
        "| statements | principals | policy sets | {} | bytes a statement | compile | k statements/s to tables | \
         peak memory | load |",
        CURVES.join(" | ")
    );
    println!("|{}", "---:|".repeat(CURVES.len() + 8));
    let rows: Vec<(usize, Vec<f64>)> = sizes.iter().map(|n| row(*n)).collect::<Result<_, _>>()?;
    if let Some(file) = svg {
        let series: Vec<Series> = CURVES
            .iter()
            .enumerate()
            .map(|(i, name)| Series {
                name: (*name).to_owned(),
                points: rows
                    .iter()
                    .filter_map(|(n, latencies)| Some((*n as f64, *latencies.get(i)?)))
                    .collect(),
                dashed: name.starts_with("ids"),
            })
            .collect();
        let chart = Chart {
            title: "Growth",
            axes: ("statements", "time of a decision"),
            labels: (chart::count, chart::nanoseconds),
        };
        std::fs::write(file, chart.draw(&series)).map_err(|e| e.to_string())?;
    }
    Ok(())
}
