//! Times the same requests through Tabella, its peers, a hand-written baseline and the floor, in one run, after
//! comparing their decisions. Prints a Markdown table; `--svg FILE` draws it.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml -- [--seconds S] [--only W1,W2] [--svg FILE]
//! [--w4 STATEMENTS]`; `--w4` makes W4 and W5 smaller, to try things out.

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
mod scan;

use engine::{Engine, time};
use ours::{Memory, Ours, Way};
use std::error::Error;
use tabella_runtime::layout::ALIGN;
use tabella_runtime::{Request, Tables, aligned};
use tabella_workloads::simple::Model;
use tabella_workloads::{Workload, compile, ids, managed, simple};

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
    statements: Option<usize>,
}

fn options() -> Options {
    let mut o = Options { seconds: 1.5, only: None, svg: None, statements: None };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => o.seconds = args.next().and_then(|s| s.parse().ok()).unwrap_or(o.seconds),
            "--only" => o.only = args.next(),
            "--w4" => o.statements = args.next().and_then(|s| s.parse().ok()),
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
    let size = options.statements.map_or(managed::Size::w4(), |n| managed::Size::of(n, n));
    if wanted("W4") {
        managed_table(&managed::w4(size)?, true, options.seconds, &mut rows)?;
    }
    if wanted("W5") {
        managed_table(&managed::w5(size)?, false, options.seconds, &mut rows)?;
    }
    print(&rows);
    if let Some(file) = options.svg {
        std::fs::write(&file, plot::bars(&rows))?;
    }
    Ok(())
}

/// The requests of a row: its name and how many of them are asked in rotation.
type Windows<'a> = [(String, &'a [Request<'static>])];

/// Hot and swept of a simple workload; its requests are drawn evenly, so that no order of them is Zipf's.
fn simple_table(
    workload: &Workload,
    model: &Model,
    seconds: f64,
    rows: &mut Vec<Row>,
) -> Result<(), Box<dyn Error>> {
    let tables = load(workload)?;
    let [(_, of_pages), _] = tables;
    let asked = ids::known(&of_pages, &workload.requests);
    let hot = asked.get(..1_024).unwrap_or(&asked);
    let name = workload.name;
    let principals: Vec<&'static str> =
        model.principals.iter().map(|p| &*Box::leak(p.arn.clone().into_boxed_str())).collect();
    fast(
        &[(name.into(), hot), (format!("{name} swept"), &asked)],
        &principals,
        // These tables are as quick in any memory (docs/benchmarks.md).
        tables.get(..1).unwrap_or_default(),
        |requests| Some(Box::new(handwritten::Handwritten::new(model, requests))),
        seconds,
        rows,
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut engines: Vec<Box<dyn Engine>> = vec![
        Box::new(Ours::new(Way::Strings, tables[0], hot, hot.len())?),
        Box::new(cedar::Cedar::new(model, hot, true)?),
        Box::new(cedar::Cedar::new(model, hot, false)?),
        Box::new(rego::Rego::new(model, hot)?),
        Box::new(runtime.block_on(casbin_peer::Casbin::new(model, hot))?),
        Box::new(iam_rs_peer::IamRs::new(model, hot)?),
        Box::new(aspen::Aspen::new(model, hot)?),
    ];
    compare(name, &mut engines, hot);
    engines.remove(0);
    report(name, &mut engines, hot.len(), seconds, rows);
    // The rows of one window stand together.
    let swept = format!("{name} swept");
    rows.sort_by_key(|r| r.workload == swept);
    Ok(())
}

/// What answers in nanoseconds, timed in turns: the floor, Tabella in its three ways and in each of the memories, what is
/// written by hand.
fn fast(
    windows: &Windows<'_>,
    principals: &[&'static str],
    tables: &[(Memory, Tables<'static>)],
    by_hand: impl Fn(&[Request<'static>]) -> Option<Box<dyn Engine>>,
    seconds: f64,
    rows: &mut Vec<Row>,
) -> Result<(), Box<dyn Error>> {
    for (name, requests) in windows {
        let n = requests.len();
        let mut engines: Vec<Box<dyn Engine>> = Vec::new();
        for tables in tables {
            for way in [Way::Strings, Way::Ids, Way::Batch] {
                engines.push(Box::new(Ours::new(way, *tables, requests, n)?));
            }
        }
        engines.extend(by_hand(requests));
        compare(name, &mut engines, requests);
        engines.insert(0, Box::new(floor::Floor::new(principals.iter().copied(), requests)));
        report(name, &mut engines, n, seconds, rows);
    }
    Ok(())
}

/// The tables of a workload in both kinds of memory, which live as long as the process.
fn load(workload: &Workload) -> Result<[(Memory, Tables<'static>); 2], Box<dyn Error>> {
    let artifact = compile::artifact(workload)?;
    eprintln!("{}: {} statements, artifact {} bytes", workload.name, workload.statements(), artifact.len());
    let pages = Box::leak(Box::new(compile::pages(&artifact)?));
    let room = Box::leak(vec![0; artifact.len() + ALIGN].into_boxed_slice());
    let ordinary = aligned(&artifact, room).ok_or("no room")?;
    let load = |bytes: &'static [u8]| Tables::load(bytes).map_err(|e| format!("{e:?}"));
    Ok([(Memory::Pages, load(pages)?), (Memory::Ordinary, load(ordinary)?)])
}

/// Times engines and adds their rows.
fn report(
    workload: &str,
    engines: &mut [Box<dyn Engine>],
    requests: usize,
    seconds: f64,
    rows: &mut Vec<Row>,
) {
    let times = time(engines, requests, seconds);
    for (engine, ns) in engines.iter().zip(times) {
        eprintln!("{workload} {}: {ns:.1} ns", engine.name());
        rows.push(Row { workload: workload.into(), engine: engine.name(), ns });
    }
}

/// Every engine must give the first one's decisions; says which it does not give.
fn compare(workload: &str, engines: &mut [Box<dyn Engine>], requests: &[Request<'static>]) {
    let Some((ours, rest)) = engines.split_first_mut() else { return };
    for engine in rest {
        let n = engine.sample().min(requests.len());
        let wrong: Vec<usize> = (0..n).filter(|i| engine.allowed(*i) != ours.allowed(*i)).collect();
        eprintln!("{workload} {}: {} of {n} decisions differ", engine.name(), wrong.len());
        for i in wrong.into_iter().take(3) {
            let r = &requests[i];
            let ours = ours.allowed(i);
            eprintln!("  Tabella {ours}: {} {} {}", r.principal, r.action, r.resource);
        }
    }
    let allowed = (0..requests.len()).filter(|i| ours.allowed(*i)).count();
    eprintln!("{workload}: {allowed} of {} allowed", requests.len());
}

/// Hot, zipf and swept of W4 or W5; `by_hand`: beside the scan, which knows no perimeter.
fn managed_table(
    workload: &Workload,
    by_hand: bool,
    seconds: f64,
    rows: &mut Vec<Row>,
) -> Result<(), Box<dyn Error>> {
    let tables = load(workload)?;
    let name = workload.name;
    let leak = |arn: &str| -> &'static str { Box::leak(arn.to_owned().into_boxed_str()) };
    let principals: Vec<&'static str> = workload.world.identities.iter().map(|i| leak(&i.arn)).collect();
    let [(_, of_pages), _] = tables;
    let zipf = ids::known(&of_pages, &workload.requests);
    let swept = ids::known(&of_pages, &workload.swept);
    let hot = zipf.get(..1_024).unwrap_or(&zipf);
    fast(
        &[(format!("{name} hot"), hot), (format!("{name} zipf"), &zipf), (format!("{name} swept"), &swept)],
        &principals,
        &tables,
        |requests| by_hand.then(|| Box::new(scan::Scan::new(&workload.world, requests)) as Box<dyn Engine>),
        seconds,
        rows,
    )
}

fn print(rows: &[Row]) {
    println!("| workload | engine | ns / decision | × Tabella, strings | × floor |");
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
            row.ns / of("Tabella, strings"),
            row.ns / of("floor")
        );
    }
}
