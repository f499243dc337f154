//! The longest decisions that artifacts can ask for: for each kind of work the largest source that still compiles, and how long
//! it takes to decide the largest requests of it. Fails when a decision takes more than 10 ms, or loading a small artifact more
//! than a second.
//!
//!     cargo run --release -p tabella-worlds --example worst [KIND…]
//!
//! Times are those of the processor: what else the machine does is no part of them.

mod kinds;

use kinds::{Kind, Sent};
use std::process::ExitCode;
use std::time::Duration;
use tabella::limits::Limits;
use tabella::source::SourceMap;
use tabella_runtime::{Context, Entry, Extras, Request, Session, Tables, Values};

/// What a decision may take.
const DECISION: Duration = Duration::from_millis(10);
/// What loading may take, of an artifact of at most so many bytes.
const LOAD: Duration = Duration::from_secs(1);
const SMALL: usize = 4_000_000;
/// Beyond it no source is tried.
const MOST: usize = 400_000;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut over = false;
    println!("| kind | statements | artifact | load | steps | decision | steps a ns |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for kind in kinds::all() {
        if wanted.is_empty() || wanted.iter().any(|name| kind.name.starts_with(name.as_str())) {
            over |= measure(&kind);
        }
    }
    if over { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn compile(kind: &Kind, statements: usize) -> Option<Vec<u8>> {
    let mut sources = SourceMap::new();
    sources.add("main.tabella", (kind.source)(statements));
    match tabella::compile(&sources, &Limits::default()) {
        (Some(bytes), _) => Some(bytes),
        (None, found) => {
            let work = |code: &str| matches!(code, "T0652" | "T0651" | "T0600" | "T0601");
            let is_error =
                |found: &&tabella::diag::Diagnostic| found.severity == tabella::diag::Severity::Error;
            for other in found.iter().filter(is_error).filter(|found| !work(found.code.0)).take(1) {
                eprintln!("{}: {} statements: {} {}", kind.name, statements, other.code.0, other.message);
            }
            None
        }
    }
}

/// The largest artifact of a kind.
fn largest(kind: &Kind) -> Option<(usize, Vec<u8>)> {
    let mut good = (1, compile(kind, 1)?);
    let mut bad = None;
    while bad.is_none_or(|bad| bad > good.0 + good.0 / 50 + 1) {
        let next = bad.map_or(good.0 * 8, |bad| (good.0 + bad) / 2).min(MOST);
        match compile(kind, next) {
            Some(bytes) => good = (next, bytes),
            None => bad = Some(next),
        }
        if good.0 == MOST {
            break;
        }
    }
    Some(good)
}

/// Processor time of this thread: others may use the machine.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or_default())
}

/// What one run takes of the processor, on average over many: the kernel counts in ticks of some milliseconds.
fn average<T>(mut run: impl FnMut() -> T) -> Duration {
    let (start, mut runs) = (processor(), 0);
    loop {
        std::hint::black_box(run());
        runs += 1;
        let took = processor().saturating_sub(start);
        if took > Duration::from_millis(60) {
            return took / runs;
        }
    }
}

/// Whether something takes too long.
fn measure(kind: &Kind) -> bool {
    let Some((statements, bytes)) = largest(kind) else {
        println!("| {} | does not compile | | | | | |", kind.name);
        return true;
    };
    let load = average(|| Tables::load(&bytes).is_ok());
    let tables = match Tables::load(&bytes) {
        Ok(tables) => tables,
        Err(error) => {
            println!("| {} | {error} | | | | | |", kind.name);
            return true;
        }
    };
    let times: Vec<Duration> = (kind.requests)().iter().map(|sent| decide(&tables, sent)).collect();
    if std::env::var_os("WORST_TIMES").is_some() {
        eprintln!("{}: {times:?}", kind.name);
    }
    let longest = times.into_iter().max().unwrap_or_default();
    let over = longest > DECISION || (load > LOAD && bytes.len() <= SMALL);
    println!(
        "| {} | {statements} | {} KB | {:.1} ms | {:.1} M | {:.2} ms | {:.1} |{}",
        kind.name,
        bytes.len() / 1_000,
        load.as_secs_f64() * 1e3,
        tables.most_steps() as f64 / 1e6,
        longest.as_secs_f64() * 1e3,
        tables.most_steps() as f64 / longest.as_nanos() as f64,
        if over { " OVER" } else { "" },
    );
    over
}

fn decide(tables: &Tables<'_>, sent: &Sent) -> Duration {
    let lists: Vec<Vec<&str>> =
        sent.context.iter().map(|(_, values)| values.iter().map(String::as_str).collect()).collect();
    let entries: Vec<Entry<'_>> = sent
        .context
        .iter()
        .zip(&lists)
        .map(|((key, _), values)| Entry {
            key,
            values: match values.as_slice() {
                [one] => Values::One(one),
                many => Values::Many(many),
            },
        })
        .collect();
    let Ok(context) = Context::new(&entries) else {
        eprintln!("a context beyond the limits");
        return Duration::MAX;
    };
    let policies: Vec<&str> = sent.session_policies.iter().map(String::as_str).collect();
    let session = Session { policies: (!policies.is_empty()).then_some(&policies[..]), ..Session::default() };
    let extras = Extras { session, ..Extras::NONE };
    let request = Request {
        principal: &sent.principal,
        action: &sent.action,
        resource: &sent.resource,
        context,
        extras: (!policies.is_empty()).then_some(&extras),
    };
    let decision = tables.decide(&request);
    if std::env::var_os("WORST_DECISIONS").is_some() {
        eprintln!("{decision:?}");
    }
    average(|| tables.decide(&request))
}
