//! The list of wrong edits for the mutation check (`mutants.txt`) and the table of what caught them
//! (`docs/mutations.md`).
//!
//! The list holds one block a mutant:
//! ```text
//! == name of the mutant (rule)
//! file: src/reference/gates.rs
//! <<<
//! exact text, once in the file
//! ===
//! what it becomes
//! >>>
//! ```

use std::fmt::Write as _;

/// One wrong edit.
pub struct Mutant {
    /// `stage: what goes wrong (rules)`.
    pub name: String,
    /// The file it is made in, from the root of the project.
    pub file: String,
    /// Text that is found there once.
    pub old: String,
    /// What it becomes.
    pub new: String,
}

impl Mutant {
    /// The name without its rules, and the rules.
    pub fn title(&self) -> (&str, &str) {
        let split = self.name.rsplit_once(" (").and_then(|(title, r)| Some((title, r.strip_suffix(')')?)));
        split.filter(|(_, rules)| rules.starts_with('R')).unwrap_or((&self.name, ""))
    }
}

/// Reads the list.
pub fn parse(text: &str) -> Result<Vec<Mutant>, String> {
    let mut out = Vec::new();
    for block in text.split("\n== ").skip(1) {
        let fault = |what: &str| format!("{what} in block `{}`", block.lines().next().unwrap_or(""));
        let (name, rest) = block.split_once('\n').ok_or_else(|| fault("no lines"))?;
        let file =
            rest.lines().next().and_then(|l| l.strip_prefix("file: ")).ok_or_else(|| fault("no file"))?;
        let body = rest.split_once("<<<\n").ok_or_else(|| fault("no <<<"))?.1;
        let (old, body) = body.split_once("\n===\n").ok_or_else(|| fault("no ==="))?;
        let (new, _) =
            body.split_once("\n>>>").or_else(|| body.split_once(">>>")).ok_or_else(|| fault("no >>>"))?;
        out.push(Mutant { name: name.into(), file: file.into(), old: old.into(), new: new.into() });
    }
    Ok(out)
}

const BEGIN: &str = "<!-- mutants: begin -->\n";
const END: &str = "<!-- mutants: end -->";
const HEAD: &str = "| mutant | rule | file | caught by |\n|---|---|---|---|\n";

/// The page with the rows of the table.
pub struct Page<'p> {
    head: &'p str,
    rows: Vec<(String, String)>,
    tail: &'p str,
}

impl<'p> Page<'p> {
    /// Reads `docs/mutations.md`.
    pub fn read(text: &'p str) -> Result<Self, String> {
        let (head, rest) = text.split_once(BEGIN).ok_or("no table begins in the page")?;
        let (table, tail) = rest.split_once(END).ok_or("no table ends in the page")?;
        let rows = table.lines().skip(2).filter_map(|row| {
            let (key, caught) = row.strip_suffix(" |")?.rsplit_once(" | ")?;
            Some((key.to_owned(), caught.to_owned()))
        });
        Ok(Page { head, rows: rows.collect(), tail })
    }

    /// What the page says caught a mutant.
    pub fn caught_by(&self, mutant: &Mutant) -> Option<&str> {
        let key = key(mutant);
        self.rows.iter().find(|(k, _)| *k == key).map(|(_, caught)| &**caught)
    }

    /// Says what caught a mutant.
    pub fn record(&mut self, mutant: &Mutant, caught: &str) {
        let key = key(mutant);
        self.rows.retain(|(k, _)| *k != key);
        self.rows.push((key, caught.to_owned()));
    }

    /// The page, with rows in the order of the list and none of other mutants.
    pub fn write(&self, mutants: &[Mutant]) -> String {
        let mut out = format!("{}{BEGIN}{HEAD}", self.head);
        for mutant in mutants {
            if let Some(caught) = self.caught_by(mutant) {
                let _ = writeln!(out, "{} | {caught} |", key(mutant));
            }
        }
        out + END + self.tail
    }
}

/// The first columns of a row.
fn key(mutant: &Mutant) -> String {
    let (title, rules) = mutant.title();
    format!("| {title} | {rules} | `{}`", mutant.file)
}
