//! Reads files, folders and standard input into the [`SourceMap`](crate::source::SourceMap).
//! Knows names and bytes; what the text means is for the stages.

use super::files::Identity;
use super::output::{Console, Stop};
use crate::diag::codes::command;
use crate::diag::{Diagnostic, Severity};
use crate::source::{FileId, Span};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use tabella_runtime::Tables;

/// The name of standard input on the command line.
pub const STDIN: &str = "-";

/// What a file holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Policy source.
    Source,
    /// IAM JSON.
    Json,
    /// A compiled artifact.
    Artifact,
}

/// Which kind of file a path names.
pub fn kind(path: &Path) -> Kind {
    match path.extension().and_then(|e| e.to_str()) {
        Some(e) if e.eq_ignore_ascii_case("json") => Kind::Json,
        Some(e) if e.eq_ignore_ascii_case("tbl") => Kind::Artifact,
        _ => Kind::Source,
    }
}

/// The files that the paths of a command line stand for: folders are searched for `.tabella` files, in order of
/// their names; a file given twice counts once, whatever links lead to it. Without paths, the current folder.
pub fn expand(paths: &[PathBuf], console: &mut Console) -> Result<Vec<PathBuf>, Stop> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let folders = paths.iter().filter(|path| path.is_dir());
    let folders: Vec<PathBuf> = folders.filter_map(|folder| folder.canonicalize().ok()).collect();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = found.len();
            folder(path, &folders, &mut found, console);
            if found.len() == before && !console.failed() {
                let text = format!("there is no `.tabella` file in `{}`", name(path));
                console.report([Diagnostic::error(command::NO_SOURCES, text)]);
            }
        } else {
            found.push(clean(path));
        }
    }
    let mut seen = hashbrown::HashSet::new();
    // Standard input is no file, and what is not there is reported when it is read.
    let is_stdin = |path: &PathBuf| path.as_os_str() == STDIN;
    found.retain(|path| {
        let file = if is_stdin(path) { None } else { path.canonicalize().ok() };
        seen.insert(file.unwrap_or_else(|| path.clone()))
    });
    if found.len() > console.limits.files {
        let text = format!("{} files are more than the limit of {}", found.len(), console.limits.files);
        return console.refuse(Diagnostic::error(command::TOO_LARGE, text));
    }
    console.stop_on_errors()?;
    Ok(found)
}

/// Adds the sources under a folder. Links are followed to files only, so a cycle of links does no harm, and only to files
/// in the folders of the command line: whoever can write into a folder does not choose what else is read and rewritten.
fn folder(root: &Path, folders: &[PathBuf], found: &mut Vec<PathBuf>, console: &mut Console) {
    let is_inside = |target: &Path| folders.iter().any(|folder| target.starts_with(folder));
    let mut pending = vec![clean(root)];
    let mut files = Vec::new();
    while let Some(dir) = pending.pop() {
        let entries = match std::fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) => {
                console.report([unreadable(&dir, &error)]);
                continue;
            }
        };
        for entry in entries {
            let entry = match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
                Ok(entry) => entry,
                Err(error) => {
                    console.report([unreadable(&dir, &error)]);
                    continue;
                }
            };
            let (kind, entry) = entry;
            let path = clean(&entry.path());
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let is_source = path.extension().is_some_and(|e| e == "tabella");
            if kind.is_dir() {
                if !is_hidden {
                    pending.push(path);
                }
            } else if !kind.is_symlink() {
                if is_source && kind.is_file() {
                    files.push((false, path));
                }
            } else {
                match path.canonicalize() {
                    // What is in the folder is found there.
                    Ok(target) if target.is_dir() && (is_hidden || is_inside(&target)) => {}
                    Ok(target) if target.is_dir() => console.report([leads_out(&path, Severity::Note)]),
                    Ok(_) if !is_source => {}
                    Ok(target) if !is_inside(&target) => {
                        console.report([leads_out(&path, Severity::Error)]);
                    }
                    Ok(target) if target.is_file() => files.push((true, path)),
                    Ok(_) => {}
                    // Editors keep their locks in links that lead nowhere.
                    Err(error) if is_source && !is_hidden => console.report([unreadable(&path, &error)]),
                    Err(_) => {}
                }
            }
        }
    }
    // Of a file and a link to it, the file is the one that is read.
    files.sort();
    found.extend(files.into_iter().map(|(_, path)| path));
}

fn leads_out(link: &Path, severity: Severity) -> Diagnostic {
    let text = format!("the link `{}` leads out of the folder and is not followed", name(link));
    let help = "name what it leads to on the command line if that belongs to the program";
    Diagnostic::new(severity, command::LINK, text).help(help)
}

/// A path without `.` and with `x/..` taken out, as far as that can be told from the text.
pub fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some_and(|n| n != "..") => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    if out.as_os_str().is_empty() {
        PathBuf::from(".")
    } else if out.as_os_str() == STDIN && path.as_os_str() != STDIN {
        // A file of that name is not standard input.
        Path::new(".").join(STDIN)
    } else {
        out
    }
}

/// The name of a path in findings and imports: `/` between folders on every system.
pub fn name(path: &Path) -> String {
    path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Reads a text file into the source map; `-` is standard input.
pub fn text(path: &Path, console: &mut Console) -> Result<FileId, Stop> {
    let stdin = path.as_os_str() == STDIN;
    let shown = if stdin { "<stdin>".to_string() } else { name(path) };
    let bytes = bytes(path, console.limits.file_bytes, console)?;
    let bytes = utf8(bytes);
    if bytes.iter().take(4096).any(|b| *b == 0) {
        let finding = Diagnostic::error(command::NOT_TEXT, format!("`{shown}` is not a text file"));
        return console.refuse(finding.help("sources are UTF-8 text that ends in `.tabella`"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(console.sources.add(shown, text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let good = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let file = console.sources.add(shown, good);
            let finding = Diagnostic::error(command::NOT_UTF8, "the file is not UTF-8")
                .at_with(Span::new(file, at, at + char::REPLACEMENT_CHARACTER.len_utf8()), "these bytes");
            console.refuse(finding.help("save it as UTF-8"))
        }
    }
}

/// What a byte order mark says is UTF-16 becomes UTF-8; PowerShell writes such files. Other bytes stay as they are.
fn utf8(bytes: Vec<u8>) -> Vec<u8> {
    let unit: fn([u8; 2]) -> u16 = match bytes.get(..2) {
        Some([0xFF, 0xFE]) => u16::from_le_bytes,
        Some([0xFE, 0xFF]) => u16::from_be_bytes,
        _ => return bytes,
    };
    let (pairs, rest) = bytes.get(2..).unwrap_or_default().as_chunks();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().copied().map(unit)).collect();
    match text {
        Ok(text) if rest.is_empty() => text.into_bytes(),
        _ => bytes,
    }
}

/// Reads any file whole, unless it is larger than `most` bytes.
pub fn bytes(path: &Path, most: usize, console: &mut Console) -> Result<Vec<u8>, Stop> {
    match read(path, most, console) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => {
            let text = format!("`{}` is larger than the limit of {most} bytes", name(path));
            console.refuse(Diagnostic::error(command::TOO_LARGE, text))
        }
        Err(error) => console.refuse(unreadable(path, &error)),
    }
}

/// The content; `None` when there are more than `most` bytes, which are then not kept in memory.
fn read(path: &Path, most: usize, console: &mut Console) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == STDIN {
        io::stdin().lock().take(most as u64 + 1).read_to_end(&mut bytes)?;
    } else {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        console.reads(Identity::of(path, &metadata));
        let size = metadata.len();
        if size > most as u64 {
            return Ok(None);
        }
        bytes.reserve_exact(size as usize);
        file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    }
    Ok((bytes.len() <= most).then_some(bytes))
}

/// Loads an artifact. Its content hash is computed: what the command shows and decides is of the content that the hash names.
pub fn tables<'b>(what: &str, bytes: &'b [u8], console: &mut Console) -> Result<Tables<'b>, Stop> {
    Tables::load_verified(bytes).or_else(|error| {
        let finding = Diagnostic::error(command::BAD_ARTIFACT, format!("{what} cannot be loaded"));
        console.refuse(finding.note(error.to_string()).help("build it again with `tabella build`"))
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(command::UNREADABLE, format!("`{}` cannot be read", name(path))).note(error.to_string())
}
