//! `tabella inspect`: what is in an artifact.

use super::load;
use super::output::{Console, Exit, Stop};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;
use tabella_runtime::Tables;
use tabella_runtime::layout::{self, HEADER_BYTES, Record, SECTION_BYTES, Section};

/// Show what is in an artifact: counts, sizes, sections, hash
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The artifact
    file: PathBuf,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// A section as the table of sections has it.
struct Found<'a> {
    section: Section,
    elements: u64,
    bytes: &'a [u8],
}

pub fn run(args: &Arguments, console: &mut Console) -> Result<Exit, Stop> {
    let bytes = load::bytes(&args.file, console.limits.artifact_bytes, console)?;
    let tables = load::tables(&format!("`{}`", load::name(&args.file)), &bytes, console)?;
    let sections: Vec<Found<'_>> = Section::ALL.iter().map(|s| find(*s, &bytes)).collect();
    match args.format {
        Format::Text => text(&tables, &bytes, &sections, console)?,
        Format::Json => console.json(format_args!("{:#}", object(&tables, &bytes, &sections)))?,
    }
    Ok(Exit::Fine)
}

/// Reads an entry of the section table; loading has checked that it is in bounds.
fn find(section: Section, bytes: &[u8]) -> Found<'_> {
    let at = HEADER_BYTES + section as usize * SECTION_BYTES;
    let word = |offset: usize| {
        let word = bytes.get(at + offset..).and_then(|b| b.first_chunk());
        word.map_or(0, |w| u64::from_le_bytes(*w))
    };
    let (start, elements) = (word(8) as usize, word(16));
    let size = elements as usize * section.element();
    Found { section, elements, bytes: bytes.get(start..start + size).unwrap_or_default() }
}

/// The counts people ask for. Slots of hash tables may be empty, so what stands there is counted.
fn counts(sections: &[Found<'_>]) -> Vec<(&'static str, u64)> {
    let of = |section: Section| sections.iter().find(|s| s.section == section);
    let elements = |section| of(section).map_or(0, |s| s.elements);
    let principals = of(Section::Principals).map_or(0, |s| filled(s, |p: layout::Principal| p.arn_len > 0));
    let resources = of(Section::Resources).map_or(0, |s| filled(s, |r: layout::Resource| r.arn_len > 0));
    let actions = of(Section::Actions).map_or(0, |s| filled(s, |a: layout::Action| a.name_len > 0));
    vec![
        ("accounts", elements(Section::Accounts)),
        ("principals", principals),
        ("policies", elements(Section::Policies)),
        ("statements", elements(Section::Statements)),
        ("policy sets", elements(Section::Sets)),
        ("governed resources", resources),
        ("endpoints", elements(Section::Endpoints)),
        ("session policies", elements(Section::SessionPolicies)),
        ("services", elements(Section::Services)),
        ("actions", actions),
        ("patterns", elements(Section::Patterns)),
        ("condition atoms", elements(Section::Atoms)),
        ("condition keys", elements(Section::Keys)),
        ("rows", elements(Section::Rows)),
        ("cells", elements(Section::Cells)),
    ]
}

fn filled<R: Record>(section: &Found<'_>, is_filled: impl Fn(R) -> bool) -> u64 {
    R::cut(section.bytes).iter().map(R::read).filter(|r| is_filled(*r)).count() as u64
}

fn hash(tables: &Tables<'_>) -> String {
    tables.content_hash().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(
    tables: &Tables<'_>,
    bytes: &[u8],
    sections: &[Found<'_>],
    console: &mut Console,
) -> std::io::Result<()> {
    console.line(format_args!("format        {}", layout::VERSION))?;
    console.line(format_args!("bytes         {}", bytes.len()))?;
    console.line(format_args!("hash          {}", hash(tables)))?;
    console.line(format_args!("organization  {}", tables.organization().unwrap_or("none")))?;
    let provenance = if tables.has_provenance() { "files, lines and statement names" } else { "none" };
    console.line(format_args!("provenance    {provenance}"))?;
    console.line(format_args!(""))?;
    for (name, count) in counts(sections) {
        console.line(format_args!("{count:>12}  {name}"))?;
    }
    console.line(format_args!(""))?;
    console.line(format_args!("{:>12}  {:>12}  section", "bytes", "elements"))?;
    for found in sections.iter().filter(|s| s.elements > 0) {
        let (bytes, name) = (found.bytes.len(), found.section.name());
        console.line(format_args!("{bytes:>12}  {:>12}  {name}", found.elements))?;
    }
    Ok(())
}

fn object(tables: &Tables<'_>, bytes: &[u8], sections: &[Found<'_>]) -> Value {
    let counts: serde_json::Map<String, Value> =
        counts(sections).into_iter().map(|(name, count)| (name.replace(' ', "_"), count.into())).collect();
    let sections: Vec<Value> = sections
        .iter()
        .map(|s| json!({ "name": s.section.name(), "bytes": s.bytes.len(), "elements": s.elements }))
        .collect();
    json!({
        "format": layout::VERSION,
        "bytes": bytes.len(),
        "hash": hash(tables),
        "organization": tables.organization(),
        "provenance": tables.has_provenance(),
        "counts": counts,
        "sections": sections,
    })
}
