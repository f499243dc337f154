//! The long differential run. See `--help`.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tabella_worlds::coverage::Coverage;
use tabella_worlds::{Aimer, Owned, Rng, Size, describe, differential, world};

const HELP: &str = "reference against tables on generated worlds
  --seeds A..B       worlds to make (default 0..1000)
  --requests N       requests a world (default 200)
  --threads N        default 2
  --size small|medium
  --estate N         instead of generated worlds: N principals with AWS managed policies;
                     needs corpora/aws-managed-policies.jsonl.gz under $TABELLA_SHARED. --seeds A..B are then runs
                     of --requests requests on the estate
  --keep-going N     stop after N differences (default 5)";

struct Options {
    seeds: (u64, u64),
    requests: usize,
    threads: usize,
    size: Size,
    estate: Option<usize>,
    stop_after: u64,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(o) => o,
        Err(e) => {
            eprintln!("{e}\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    let start = Instant::now();
    let estate = match options.estate.map(tabella_worlds::estate::estate).transpose() {
        Ok(e) => e,
        Err(e) => {
            eprintln!("{e}");
            return ExitCode::FAILURE;
        }
    };
    let compiled = match estate.as_ref().map(differential::compile).transpose() {
        Ok(c) => c,
        Err(e) => {
            eprintln!("the estate does not compile: {e}");
            return ExitCode::FAILURE;
        }
    };
    if let Some(c) = &compiled {
        println!("estate compiled in {:.1} s, {} bytes", start.elapsed().as_secs_f64(), c.bytes.len());
    }
    let start = Instant::now();
    let next = AtomicU64::new(options.seeds.0);
    let differences = AtomicU64::new(0);
    let costly = AtomicU64::new(0);
    let total = Mutex::new(Coverage::default());
    std::thread::scope(|scope| {
        for _ in 0..options.threads {
            scope.spawn(|| {
                let mut coverage = Coverage::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= options.seeds.1 || differences.load(Ordering::Relaxed) >= options.stop_after {
                        break;
                    }
                    let found = match &compiled {
                        Some(c) => on(c, seed, &options, &mut coverage),
                        None => {
                            let world = world(seed, options.size);
                            match differential::compile(&world) {
                                Ok(c) => on(&c, seed, &options, &mut coverage),
                                Err(e) if differential::is_too_costly(&e) => {
                                    costly.fetch_add(1, Ordering::Relaxed);
                                    0
                                }
                                Err(e) => {
                                    println!("seed {seed} does not compile: {e}");
                                    1
                                }
                            }
                        }
                    };
                    differences.fetch_add(found, Ordering::Relaxed);
                }
                if let Ok(mut total) = total.lock() {
                    total.add(&coverage);
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let Ok(total) = total.into_inner() else { return ExitCode::FAILURE };
    let found = differences.into_inner();
    print!("{total}");
    println!("{} worlds refused for the work of a decision", costly.into_inner());
    println!(
        "{} requests in {seconds:.1} s, {:.0} requests/s, {found} differences",
        total.requests,
        total.requests as f64 / seconds
    );
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one seed's requests; the number of differences (at most one a seed).
fn on(compiled: &differential::Compiled, seed: u64, options: &Options, coverage: &mut Coverage) -> u64 {
    let world = compiled.checked.world();
    let tables = match compiled.load() {
        Ok(t) => t,
        Err(e) => {
            println!("seed {seed}: {e}");
            return 1;
        }
    };
    coverage.world(world);
    let aimer = Aimer::new(world);
    let mut rng = Rng::new(seed);
    for _ in 0..options.requests {
        let request = aimer.request(&mut rng);
        match differential::compare(&tables, &request) {
            Ok(decision) => coverage.request(&request, decision),
            Err(what) => {
                report(world, &request, seed, &what);
                return 1;
            }
        }
    }
    0
}

fn report(world: &tabella::hir::World, request: &Owned, seed: u64, what: &str) {
    let (small, request, shrunk) = differential::shrunk(world, request, what);
    println!(
        "==== seed {seed}: {what}\n{}{}\n---- shrunk: {shrunk}\n",
        describe::world(&small),
        describe::request(&request)
    );
}

fn options() -> Result<Options, String> {
    let mut o = Options {
        seeds: (0, 1000),
        requests: 200,
        threads: 2,
        size: Size::SMALL,
        estate: None,
        stop_after: 5,
    };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        let number = |v: &str| v.replace('_', "").parse::<u64>().map_err(|e| format!("{name} {v}: {e}"));
        match name.as_str() {
            "--seeds" => {
                let (a, b) = value.split_once("..").ok_or("--seeds takes A..B")?;
                o.seeds = (number(a)?, number(b)?);
            }
            "--requests" => o.requests = number(&value)? as usize,
            "--threads" => o.threads = number(&value)?.max(1) as usize,
            "--keep-going" => o.stop_after = number(&value)?,
            "--estate" => o.estate = Some(number(&value)? as usize),
            "--size" if value == "small" => o.size = Size::SMALL,
            "--size" if value == "medium" => o.size = Size::MEDIUM,
            _ => return Err(format!("unknown argument {name} {value}")),
        }
    }
    Ok(o)
}
