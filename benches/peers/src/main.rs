//! Times the same requests through Tabella, its peers, a hand-written baseline and the floor, in one run, after
//! comparing their decisions. Prints a Markdown table; `--svg FILE` draws it.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml -- [--seconds S] [--only W1,W2] [--svg FILE]`

mod aspen;
mod casbin_peer;
mod cedar;
mod engine;
mod floor;
mod handwritten;
mod iam_rs_peer;
mod ours;
mod plot;
mod rego;

use engine::{Engine, time};
use std::error::Error;
use tabella_runtime::Request;
use tabella_workloads::simple::Model;
use tabella_workloads::{Workload, compile, managed, simple};

/// One line of the table.
pub struct Row {
    /// Workload.
    pub workload: String,
    /// Engine.
    pub engine: String,
    /// Median nanoseconds for one decision.
    pub ns: f64,
}

struct Options {
    seconds: f64,
    only: Option<String>,
    svg: Option<String>,
}

fn options() -> Options {
    let mut o = Options { seconds: 1.5, only: None, svg: None };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => o.seconds = args.next().and_then(|s| s.parse().ok()).unwrap_or(o.seconds),
            "--only" => o.only = args.next(),
            "--svg" => o.svg = args.next(),
            other => eprintln!("unknown argument {other}"),
        }
    }
    o
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options();
    let wanted = |name: &str| options.only.as_ref().is_none_or(|o| o.split(',').any(|w| w == name));
    let mut rows = Vec::new();
    if wanted("W1") {
        let (workload, model) = simple::w1();
        simple_table(&workload, &model, options.seconds, &mut rows)?;
    }
    if wanted("W2") {
        let (workload, model) = simple::w2_w3("W2", 1_000);
        simple_table(&workload, &model, options.seconds, &mut rows)?;
    }
    if wanted("W3") {
        let (workload, model) = simple::w2_w3("W3", 7_700);
        simple_table(&workload, &model, options.seconds, &mut rows)?;
    }
    if wanted("W4") {
        w4(options.seconds, &mut rows)?;
    }
    print(&rows);
    if let Some(file) = options.svg {
        std::fs::write(&file, plot::bars(&rows))?;
    }
    Ok(())
}

/// Loads every engine, compares decisions on a sample, then times.
fn simple_table(
    workload: &Workload,
    model: &Model,
    seconds: f64,
    rows: &mut Vec<Row>,
) -> Result<(), Box<dyn Error>> {
    let requests: Vec<Request<'static>> = workload.requests.iter().take(1_024).copied().collect();
    let artifact: &'static [u8] = Vec::leak(compile::artifact(workload)?);
    eprintln!("{}: {} statements, artifact {} bytes", workload.name, workload.statements(), artifact.len());
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let principals: Vec<&'static str> =
        model.principals.iter().map(|p| &*Box::leak(p.arn.clone().into_boxed_str())).collect();
    let mut engines: Vec<Box<dyn Engine>> = vec![
        Box::new(floor::Floor::new(principals.into_iter(), &requests)),
        Box::new(ours::Ours::new("Tabella", artifact, &requests, 1_024)?),
        Box::new(handwritten::Handwritten::new(model, &requests)),
        Box::new(cedar::Cedar::new(model, &requests, true)?),
        Box::new(cedar::Cedar::new(model, &requests, false)?),
        Box::new(rego::Rego::new(model, &requests)?),
        Box::new(runtime.block_on(casbin_peer::Casbin::new(model, &requests))?),
        Box::new(iam_rs_peer::IamRs::new(model, &requests)?),
        Box::new(aspen::Aspen::new(model, &requests)?),
    ];
    compare(workload.name, &mut engines, requests.len());
    for engine in &mut engines {
        let ns = time(engine.as_mut(), requests.len(), seconds);
        eprintln!("{} {}: {ns:.1} ns", workload.name, engine.name());
        rows.push(Row { workload: workload.name.into(), engine: engine.name(), ns });
    }
    Ok(())
}

/// Every engine but the floor must give Tabella's decision on every sampled request.
fn compare(workload: &str, engines: &mut [Box<dyn Engine>], requests: usize) {
    let Some((ours, rest)) = engines.get_mut(1..).and_then(|e| e.split_first_mut()) else { return };
    for engine in rest {
        let n = engine.sample().min(requests);
        let wrong = (0..n).filter(|i| engine.allowed(*i) != ours.allowed(*i)).count();
        eprintln!("{workload} {}: {wrong} of {n} decisions differ", engine.name());
    }
    let allowed = (0..requests).filter(|i| ours.allowed(*i)).count();
    eprintln!("{workload}: {allowed} of {requests} allowed");
}

fn w4(seconds: f64, rows: &mut Vec<Row>) -> Result<(), Box<dyn Error>> {
    let workload = managed::w4(managed::Size::w4())?;
    let artifact: &'static [u8] = Vec::leak(compile::artifact(&workload)?);
    eprintln!("W4: {} statements, artifact {} bytes", workload.statements(), artifact.len());
    let principals = || {
        workload
            .world
            .identities
            .iter()
            .map(|i| &*Box::leak(i.arn.to_string().into_boxed_str()) as &'static str)
    };
    let hot: Vec<_> = workload.requests.iter().take(1_024).copied().collect();
    let all = workload.requests.len();
    for (name, requests, window) in
        [("W4 hot", &hot, 1_024), ("W4 zipf", &workload.requests, all), ("W4 swept", &workload.swept, all)]
    {
        let mut floor = floor::Floor::new(principals(), requests);
        let mut ours = ours::Ours::new("Tabella", artifact, requests, window)?;
        let allowed = (0..requests.len()).filter(|i| ours.allowed(*i)).count();
        eprintln!("{name}: {allowed} of {} allowed", requests.len());
        let ns = time(&mut floor::Window(&mut floor, window), requests.len(), seconds);
        rows.push(Row { workload: name.into(), engine: floor.name(), ns });
        let ns = time(&mut ours, requests.len(), seconds);
        rows.push(Row { workload: name.into(), engine: ours.name(), ns });
    }
    Ok(())
}

fn print(rows: &[Row]) {
    println!("| workload | engine | ns / decision | × Tabella | × floor |");
    println!("|---|---|---:|---:|---:|");
    for row in rows {
        let of = |engine: &str| {
            rows.iter()
                .find(|r| r.workload == row.workload && r.engine.starts_with(engine))
                .map_or(f64::NAN, |r| r.ns)
        };
        println!(
            "| {} | {} | {:.1} | {:.2} | {:.2} |",
            row.workload,
            row.engine,
            row.ns,
            row.ns / of("Tabella"),
            row.ns / of("floor")
        );
    }
}
