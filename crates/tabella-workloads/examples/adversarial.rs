//! Patterns made to be slow: what a decision costs as the text and the pattern grow, and what compiling them costs,
//! as Markdown, and drawn into `--svg FILE`:
//! `cargo run --release -p tabella-workloads --example adversarial -- [--svg FILE]`.

use std::hint::black_box;
use tabella::artifact::{self, WriteOptions};
use tabella::limits::Limits;
use tabella_runtime::{Request, Tables};
use tabella_workloads::adversarial::{CASES, Case, PATTERNS, TEXT, TEXTS};
use tabella_workloads::chart::{self, Chart, Series};
use tabella_workloads::compile;
use tabella_workloads::measure::{median, timed};

struct Compiled {
    bytes: Vec<u8>,
    ms: f64,
    pattern: usize,
}

fn compiled(case: &Case, size: usize) -> Result<Compiled, String> {
    let (world, pattern) = case.world(size)?;
    let (bytes, time) = timed(|| {
        let tables = compile::tables(world)?;
        artifact::write(&tables, &Limits::default(), &WriteOptions::default()).map_err(|d| d.message)
    });
    Ok(Compiled { bytes: bytes?, ms: time.as_secs_f64() * 1e3, pattern })
}

fn decide(tables: &Tables<'_>, request: &Request<'_>) -> f64 {
    median(1, || {
        black_box(tables.decide(black_box(request)));
    })
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let svg = args.iter().position(|a| a == "--svg").and_then(|i| args.get(i + 1));
    let mut series = Vec::new();
    println!("| pattern | its bytes | compile | tables | {} |", TEXTS.map(|n| format!("{n} B")).join(" | "));
    println!("|---|{}", "---:|".repeat(TEXTS.len() + 3));
    for case in CASES {
        let compiled = compiled(case, case.usual)?;
        let tables = Tables::load(&compiled.bytes).map_err(|e| e.to_string())?;
        let times: Vec<f64> = TEXTS.iter().map(|n| decide(&tables, &case.request(*n))).collect();
        let written: Vec<String> = times.iter().map(|ns| chart::nanoseconds(*ns)).collect();
        println!(
            "| {} | {} | {:.1} ms | {} B | {} |",
            case.name,
            compiled.pattern,
            compiled.ms,
            compiled.bytes.len(),
            written.join(" | ")
        );
        let points = TEXTS.iter().map(|n| *n as f64).zip(times).collect();
        series.push(Series { name: case.name.to_owned(), points, dashed: false });
    }
    println!();
    let heads = PATTERNS.map(|n| format!("× {n}")).join(" | ");
    println!("| pattern, grown; text of {TEXT} bytes | {heads} |");
    println!("|---|{}", "---:|".repeat(PATTERNS.len()));
    for case in CASES {
        print!("| {} |", case.name);
        for size in &PATTERNS {
            if *size > case.largest {
                print!(" |");
                continue;
            }
            let compiled = compiled(case, *size)?;
            let tables = Tables::load(&compiled.bytes).map_err(|e| e.to_string())?;
            let ns = decide(&tables, &case.request(TEXT));
            let (time, kb) = (chart::nanoseconds(ns), compiled.bytes.len() / 1_024);
            print!(" {time}; {} B, {:.1} ms, {kb} kB |", compiled.pattern, compiled.ms);
        }
        println!();
    }
    if let Some(file) = svg {
        let chart = Chart {
            title: "Hostile patterns",
            axes: ("bytes of the matched text", "time of a decision"),
            labels: (chart::count, chart::nanoseconds),
        };
        std::fs::write(file, chart.draw(&series)).map_err(|e| e.to_string())?;
    }
    Ok(())
}
