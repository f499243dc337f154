//! Instructions of a decision as estates, the share of statements with conditions, texts and patterns grow, as
//! Markdown. Needs valgrind:
//!
//! ```text
//! cargo build --release -p tabella-runtime --example count
//! cargo run --release -p tabella-workloads --example instructions -- target/release/examples/count growth [STATEMENTS…]
//! … conditions [PERCENT…]
//! … adversarial [--quick]
//! ```

use std::path::PathBuf;
use std::process::Command;
use tabella_runtime::Request;
use tabella_workloads::adversarial::{CASES, Case, PATTERNS, TEXT, TEXTS};
use tabella_workloads::managed::{Size, w4};
use tabella_workloads::{Workload, compile, conditional, record};

/// Requests of an estate: half of them fill the caches, half are counted.
const REQUESTS: usize = 8_192;

/// What counts, and where it finds files.
struct Counter {
    program: String,
    file: PathBuf,
}

impl Counter {
    fn new(program: &str) -> Result<Counter, String> {
        let folder = std::env::temp_dir().join(format!("tabella-instructions-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        Ok(Counter { program: program.to_owned(), file: folder.join("recorded") })
    }

    fn record(&self, artifact: &[u8], requests: &[Request<'_>]) -> Result<(), String> {
        record::write(&self.file.to_string_lossy(), artifact, requests)
    }

    /// Instructions and last-level misses of a decision.
    fn count(&self, way: &str) -> Result<(u64, f64), String> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/callgrind.sh");
        let output = Command::new(script)
            .arg(&self.program)
            .args([self.file.with_extension("tbl"), self.file.with_extension("requests")])
            .arg(way)
            .output()
            .map_err(|e| format!("{script}: {e}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = text.trim().split_once(' ').and_then(|(i, m)| Some((i.parse().ok()?, m.parse().ok()?)));
        found.ok_or_else(|| format!("not a count: {text}"))
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // What stays behind is in the folder of temporary files.
        let _ = self.file.parent().map(std::fs::remove_dir_all);
    }
}

fn growth(counter: &Counter, sizes: &[usize]) -> Result<(), String> {
    println!("| statements | strings | LL misses | ids | LL misses | batch | LL misses |");
    println!("|{}", "---:|".repeat(7));
    for statements in sizes {
        let mut workload = w4(Size::of(*statements, *statements))?;
        print!("| {} |", workload.statements());
        let world = std::mem::take(&mut workload.world);
        let artifact = compile::world(world)?;
        counter.record(&artifact, workload.swept.get(..REQUESTS).unwrap_or(&workload.swept))?;
        drop(artifact);
        for way in ["strings", "ids", "batch"] {
            let (instructions, misses) = counter.count(way)?;
            print!(" {instructions} | {misses:.2} |");
        }
        println!();
    }
    Ok(())
}

/// Statements of the estate whose conditions vary.
const CONDITIONAL: usize = 2_000;

fn conditions(counter: &Counter, shares: &[usize]) -> Result<(), String> {
    println!("| statements with a condition | bytes a statement | strings | ids | batch |");
    println!("|{}", "---:|".repeat(5));
    for percent in shares {
        let mut workload = w4(Size::of(CONDITIONAL, CONDITIONAL))?;
        conditional::share(&mut workload, *percent)?;
        let artifact = compile::artifact(&workload)?;
        counter.record(&artifact, workload.swept.get(..REQUESTS).unwrap_or(&workload.swept))?;
        print!("| {percent} % | {} |", artifact.len() / workload.statements());
        for way in ["strings", "ids", "batch"] {
            print!(" {} |", counter.count(way)?.0);
        }
        println!();
    }
    Ok(())
}

/// Instructions of one hostile decision.
fn hostile(counter: &Counter, case: &Case, size: usize, text: usize) -> Result<u64, String> {
    let (world, _) = case.world(size)?;
    let workload = Workload { name: case.name, world, requests: Vec::new(), swept: Vec::new() };
    let request = case.request(text);
    counter.record(&compile::artifact(&workload)?, &[request, request])?;
    Ok(counter.count("every")?.0)
}

/// How much the last step of a row adds for each of its units.
fn slope(points: &[(usize, u64)]) -> String {
    match points {
        [.., (x0, y0), (x1, y1)] if x1 > x0 => {
            format!("{:.1}", (*y1 as f64 - *y0 as f64) / (x1 - x0) as f64)
        }
        _ => String::new(),
    }
}

fn adversarial(counter: &Counter, quick: bool) -> Result<(), String> {
    let few =
        |all: &[usize]| -> Vec<usize> { all.iter().copied().take(if quick { 2 } else { 99 }).collect() };
    let (texts, patterns) = (few(&TEXTS), few(&PATTERNS));
    let heads: Vec<String> = texts.iter().map(|n| format!("{n} B")).collect();
    println!(
        "| instructions by text | {} | a byte more |\n|---|{}",
        heads.join(" | "),
        "---:|".repeat(texts.len() + 1)
    );
    for case in CASES {
        print!("| {} |", case.name);
        let mut points = Vec::new();
        for text in &texts {
            points.push((*text, hostile(counter, case, case.usual, *text)?));
            print!(" {} |", points.last().map_or(0, |p| p.1));
        }
        println!(" {} |", slope(&points));
    }
    println!();
    let heads: Vec<String> = patterns.iter().map(|n| format!("× {n}")).collect();
    println!(
        "| by pattern; text of {TEXT} bytes | {} | a repetition more |\n|---|{}",
        heads.join(" | "),
        "---:|".repeat(patterns.len() + 1)
    );
    for case in CASES {
        print!("| {} |", case.name);
        let mut points = Vec::new();
        for size in &patterns {
            if *size > case.largest {
                print!(" |");
                continue;
            }
            points.push((*size, hostile(counter, case, *size, TEXT)?));
            print!(" {} |", points.last().map_or(0, |p| p.1));
        }
        println!(" {} |", slope(&points));
    }
    Ok(())
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [program, what, rest @ ..] = args.as_slice() else {
        return Err("COUNT growth|conditions|adversarial".into());
    };
    let counter = Counter::new(program)?;
    let sizes: Vec<usize> = rest.iter().filter_map(|a| a.parse().ok()).collect();
    match what.as_str() {
        "growth" if sizes.is_empty() => growth(&counter, &[1_000, 10_000, 100_000, 1_000_000]),
        "growth" => growth(&counter, &sizes),
        "conditions" if sizes.is_empty() => conditions(&counter, &[0, 10, 25, 50, 75, 100]),
        "conditions" => conditions(&counter, &sizes),
        "adversarial" => adversarial(&counter, rest.iter().any(|a| a == "--quick")),
        other => Err(format!("nothing to count: {other}")),
    }
}
