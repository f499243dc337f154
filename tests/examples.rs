//! The examples stay whole.

use std::path::{Path, PathBuf};
use tabella::diag::render::{Places, text::Text};
use tabella::limits::Limits;
use tabella::source::SourceMap;

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")];
    while let Some(dir) = pending.pop() {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "tabella") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

#[test]
fn every_example_parses() {
    let mut map = SourceMap::new();
    let mut findings = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = map.add(path.display().to_string(), text.clone());
        findings.extend(tabella::syntax::parse(file, &text, &Limits::default()).1);
    }
    let mut places = Places::new(&map);
    let texts: Vec<String> =
        findings.iter().map(|d| Text::new(false, 120).render(d, &mut places, &map)).collect();
    assert!(texts.is_empty(), "{}", texts.join("\n\n"));
}
