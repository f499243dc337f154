//! Times normalize and lower on W4 and prints what came out:
//! `cargo run --release -p tabella-workloads --example lower -- [STATEMENTS PRINCIPALS]`.

use std::time::Duration;
use tabella::catalog::Catalog;
use tabella::limits::Limits;
use tabella::resolve::Checked;
use tabella::source::SourceMap;
use tabella_workloads::managed::{Size, w4};

/// Time on the processor where the system tells it (a busy machine should not count), else on the clock.
fn now() -> Duration {
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = of_thread.and_then(|s| s.split(' ').next()?.parse().ok());
    nanos.map_or_else(
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default(),
        Duration::from_nanos,
    )
}

fn main() -> Result<(), String> {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let size = match numbers.as_slice() {
        [statements, principals] => Size::of(*statements, *principals),
        _ => Size::w4(),
    };
    let workload = w4(size)?;
    let statements = workload.statements();
    let checked = Checked::new(workload.world).map_err(|e| format!("{e:?}"))?;
    let limits = Limits::default();
    let catalog = Catalog::shipped();
    println!("generated and checked in {:.2?}", now());

    let start = now();
    let (nf, found) = tabella::normalize::normalize(&checked, &limits);
    let normalize = now() - start;
    let nf = nf.ok_or_else(|| format!("{found:?}"))?;
    let start = now();
    let (tables, found) = tabella::lower::lower(&nf, catalog, &SourceMap::new(), &limits);
    let lower = now() - start;

    let rate = statements as f64 / (normalize + lower).as_secs_f64();
    println!("{statements} statements: normalize {normalize:.2?}, lower {lower:.2?}, {rate:.0} statements/s");
    for found in found {
        println!("{}", found.message);
    }
    let actions: usize = tables.services.iter().map(|s| s.actions.len()).sum();
    let rows: usize = tables.sets.iter().map(|s| s.rows.len()).sum();
    let columns: usize = tables.shapes.iter().map(Vec::len).sum();
    let cells: usize = tables.palettes.iter().map(Vec::len).sum();
    let items: usize =
        tables.programs.iter().map(|p| p.denies.len() + p.levels.iter().map(Vec::len).sum::<usize>()).sum();
    println!("services {}, actions {actions}", tables.services.len());
    println!("patterns {}, resource sets {}", tables.patterns.len(), tables.resource_sets.len());
    println!("atoms {}, conditions {}", tables.atoms.len(), tables.conditions.len());
    println!("policies {}, principals {}", tables.policies.len(), tables.principals.len());
    println!("sets {}, rows {rows}", tables.sets.len());
    println!(
        "shapes {} ({columns} columns), palettes {} ({cells} cells)",
        tables.shapes.len(),
        tables.palettes.len()
    );
    println!("programs {} ({items} items)", tables.programs.len());
    Ok(())
}
