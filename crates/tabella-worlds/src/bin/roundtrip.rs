//! The long round trip: every document of the corpora, and every policy of generated worlds, exported and read back, must
//! decide as before. See `--help`.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tabella_worlds::roundtrip::{self, Tally};
use tabella_worlds::{Size, corpus, world};

const HELP: &str = "import, export, import: the same decisions, by the reference and by the tables
  --requests N    requests a document or world (default 100)
  --worlds N      generated worlds, besides the documents (default 1000)
  --every N       only every N-th document (default 1)
  --threads N     default 2
The documents are corpora/{aws-managed-policies,public-policies}.jsonl.gz under $TABELLA_SHARED.";

struct Options {
    requests: usize,
    worlds: usize,
    every: usize,
    threads: usize,
}

fn main() -> ExitCode {
    match options().and_then(|o| run(&o)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// The number of differences.
fn run(options: &Options) -> Result<usize, String> {
    let mut differences = 0;
    for file in corpus::FILES {
        let documents = corpus::documents(file)?;
        let (documents, refused): (Vec<_>, Vec<_>) =
            documents.into_iter().step_by(options.every).partition(|d| d.policy.is_ok());
        let check = |i: usize| match documents.get(i).map(|d| (&d.name, &d.policy)) {
            Some((name, Ok(policy))) => {
                roundtrip::document(policy, options.requests, i as u64).map_err(|e| format!("{name}: {e}"))
            }
            _ => Ok(Tally::default()),
        };
        differences += all(file, documents.len(), options.threads, check);
        println!("  ({} documents are refused at import)", refused.len());
    }
    let check = |i: usize| {
        let seed = i as u64;
        roundtrip::world(&world(seed, Size::SMALL), options.requests, seed)
            .map_err(|e| format!("seed {seed}: {e}"))
    };
    differences += all("generated worlds", options.worlds, options.threads, check);
    Ok(differences)
}

fn all(
    what: &str,
    count: usize,
    threads: usize,
    check: impl Fn(usize) -> Result<Tally, String> + Sync,
) -> usize {
    let start = Instant::now();
    let (next, differences) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let total = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut tally = Tally::default();
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count {
                        break;
                    }
                    match check(i) {
                        Ok(more) => tally += more,
                        Err(what) => {
                            differences.fetch_add(1, Ordering::Relaxed);
                            println!("==== {what}");
                        }
                    }
                }
                if let Ok(mut total) = total.lock() {
                    *total += tally;
                }
            });
        }
    });
    let tally = total.into_inner().unwrap_or_default();
    let differences = differences.into_inner();
    let share = |n: usize| 100.0 * n as f64 / tally.requests.max(1) as f64;
    println!(
        "{what}: {} documents, {} policies without a JSON form, {} that import refuses, {} that do not compile, {} requests ({:.0} % allowed, {:.0} % denied \
         explicitly), {differences} differences, {:.0} s",
        tally.documents,
        tally.inexpressible,
        tally.foreign,
        tally.uncompiled,
        tally.requests,
        share(tally.allowed),
        share(tally.denied),
        start.elapsed().as_secs_f64()
    );
    differences
}

fn options() -> Result<Options, String> {
    let mut o = Options { requests: 100, worlds: 1000, every: 1, threads: 2 };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value\n{HELP}"))?;
        let number: usize =
            value.replace('_', "").parse().map_err(|e| format!("{name} {value}: {e}\n{HELP}"))?;
        match name.as_str() {
            "--requests" => o.requests = number,
            "--worlds" => o.worlds = number,
            "--every" => o.every = number.max(1),
            "--threads" => o.threads = number.max(1),
            _ => return Err(format!("unknown argument {name}\n{HELP}")),
        }
    }
    Ok(o)
}
