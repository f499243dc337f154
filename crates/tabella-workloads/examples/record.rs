//! Writes the artifact of a workload and the first requests of its swept order, for `count` of `tabella-runtime`:
//! `record w1|w2|w3|w4|w4-small|w5|w5-small FILE`, to `FILE.tbl` and `FILE.requests`.

use tabella_workloads::{Workload, compile, managed, record, simple};

/// Half of them fill the caches, half are counted.
const REQUESTS: usize = 8_192;

fn workload(name: &str) -> Result<Workload, String> {
    Ok(match name {
        "w1" => simple::w1().0,
        "w2" => simple::w2_w3("W2", 1_000).0,
        "w3" => simple::w2_w3("W3", 7_700).0,
        "w4" => managed::w4(managed::Size::w4())?,
        "w4-small" => managed::w4(managed::Size::of(2_000, 2_000))?,
        "w5" => managed::w5(managed::Size::w4())?,
        "w5-small" => managed::w5(managed::Size::of(2_000, 2_000))?,
        other => return Err(format!("no workload {other}")),
    })
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, file] = args.as_slice() else { return Err("two arguments".into()) };
    let workload = workload(name)?;
    let artifact = compile::artifact(&workload)?;
    record::write(file, &artifact, workload.swept.get(..REQUESTS).unwrap_or(&workload.swept))
}
