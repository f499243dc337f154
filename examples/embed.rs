//! A service that loads an artifact and asks it. Run it with `cargo run --example embed company.tbl`, after
//! `tabella build -o company.tbl examples/company`.

use tabella_runtime::{Context, Entry, Request, Tables, Values};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "company.tbl".into());
    let bytes = std::fs::read(&path)
        .map_err(|e| format!("{path}: {e}; `tabella build -o {path} examples/company` makes it"))?;
    let tables = Tables::load_verified(&bytes)?;

    // What the service knows of the request. Setting a key that the engine derives would be an error here.
    let entries = [Entry { key: "aws:RequestedRegion", values: Values::One("eu-west-1") }];
    let request = Request {
        principal: "arn:aws:sts::111111111111:assumed-role/Analyst/mia",
        action: "s3:GetObject",
        resource: "arn:aws:s3:::acme-sales/north/q1.csv",
        context: Context::new(&entries).map_err(|e| e.to_string())?,
        extras: None,
    };
    let decision = tables.decide(&request);
    println!("{}, decided by the {}", decision.outcome, decision.gate);
    tables.explain(&request, &mut |finding| println!("  {:?} by {}", finding.effect, finding.policy));
    Ok(())
}
