//! What the artifacts of the workloads are made of, against the target, and the memory compiling them takes, as
//! Markdown: `cargo run --release -p tabella-workloads --example sizes -- [w1|w2|w3|w4|w4-small…]`.

use std::collections::BTreeMap;
use tabella::artifact::{self, WriteOptions};
use tabella::limits::Limits;
use tabella_runtime::layout::{HEADER_BYTES, SECTION_BYTES, Section};
use tabella_workloads::measure::{forget_peak, memory};
use tabella_workloads::{Workload, compile, managed, simple};

/// Text and places of policies: apart from the target.
const NAMES: [&str; 3] = ["strings", "provenance", "provenance strings"];

struct Sizes {
    name: &'static str,
    /// Bytes of sections, by their numbers.
    sections: BTreeMap<usize, usize>,
    statements: usize,
    principals: usize,
    sets: usize,
    /// Of generating, normalizing, lowering and writing; `None` where requests are made, too.
    memory: Option<u64>,
}

impl Sizes {
    fn sum(&self, names: bool) -> usize {
        let of = |(n, _): &(&usize, &usize)| {
            Section::ALL.get(**n).is_some_and(|s| NAMES.contains(&s.name())) == names
        };
        self.sections.iter().filter(of).map(|(_, bytes)| bytes).sum()
    }

    /// 120 B a statement, 80 B a principal, 1.3 KB a policy set.
    fn target(&self) -> usize {
        120 * self.statements + 80 * self.principals + 1_300 * self.sets
    }
}

fn workload(name: &str) -> Result<Workload, String> {
    Ok(match name {
        "w1" => simple::w1().0,
        "w2" => simple::w2_w3("W2", 1_000).0,
        "w3" => simple::w2_w3("W3", 7_700).0,
        "w4" => managed::w4(managed::Size { requests: 0, ..managed::Size::w4() })?,
        "w4-small" => managed::w4(managed::Size { requests: 0, ..managed::Size::of(2_000, 2_000) })?,
        other => return Err(format!("no workload {other}")),
    })
}

fn sizes(name: &str) -> Result<Sizes, String> {
    let (before, _) = memory();
    let workload = workload(name)?;
    let alone = workload.requests.is_empty();
    let (statements, principals) = (workload.statements(), workload.world.identities.len());
    forget_peak();
    let tables = compile::tables(workload.world)?;
    let options = WriteOptions { provenance: true, keep: false };
    let bytes = artifact::write(&tables, &Limits::default(), &options).map_err(|d| d.message)?;
    let (_, peak) = memory();
    let mut sections = BTreeMap::new();
    for (number, section) in Section::ALL.iter().enumerate() {
        let entry = HEADER_BYTES + number * SECTION_BYTES;
        let count =
            bytes.get(entry + 16..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b));
        sections.insert(number, count as usize * section.element());
    }
    Ok(Sizes {
        name: workload.name,
        sections,
        statements,
        principals,
        sets: tables.sets.len(),
        memory: alone.then(|| peak.saturating_sub(before)),
    })
}

fn print_row(name: &str, all: &[Sizes], value: impl Fn(&Sizes) -> String) {
    let cells: Vec<String> = all.iter().map(value).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

fn main() -> Result<(), String> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.is_empty() {
        args = ["w1", "w2", "w3", "w4"].map(str::to_owned).to_vec();
    }
    let all: Vec<Sizes> = args.iter().map(|n| sizes(n)).collect::<Result<_, _>>()?;
    print_row("bytes", &all, |s| s.name.to_owned());
    println!("|---|{}", "---:|".repeat(all.len()));
    print_row("statements", &all, |s| s.statements.to_string());
    print_row("principals", &all, |s| s.principals.to_string());
    print_row("policy sets", &all, |s| s.sets.to_string());
    for (number, section) in Section::ALL.iter().enumerate() {
        let bytes = |s: &Sizes| s.sections.get(&number).copied().unwrap_or(0);
        // What is less than a hundredth everywhere is left out.
        if all.iter().any(|s| bytes(s) * 100 >= s.sum(false)) {
            print_row(section.name(), &all, |s| bytes(s).to_string());
        }
    }
    print_row("**all but names and provenance**", &all, |s| s.sum(false).to_string());
    print_row("a statement", &all, |s| format!("{:.1}", s.sum(false) as f64 / s.statements as f64));
    print_row("target", &all, |s| s.target().to_string());
    print_row("of the target", &all, |s| format!("{:.2} ×", s.sum(false) as f64 / s.target() as f64));
    print_row("names and provenance", &all, |s| s.sum(true).to_string());
    print_row("memory of compile, with the resolved policies", &all, |s| {
        s.memory.map_or_else(|| "–".to_owned(), |bytes| format!("{:.0} MB", bytes as f64 / 1e6))
    });
    Ok(())
}
