//! From paths to a checked estate and on to an artifact: what [`crate::compile`] does, with files, imports and progress.

use super::load::{self, Kind};
use super::output::{Console, Stop};
use crate::artifact::WriteOptions;
use crate::compile::Estate;
use crate::diag::Diagnostic;
use crate::diag::codes::{self, command};
use crate::json::{self, import::Answer};
use crate::managed::Managed;
use crate::nf::NormalForm;
use crate::resolve::SourceUnit;
use crate::source::{FileId, Span};
use crate::syntax;
use crate::syntax::ast::{self, ItemKind};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Reads the sources that the paths stand for, what they import, and account dumps, and resolves all of it.
pub fn estate(paths: &[PathBuf], console: &mut Console) -> Result<Estate, Stop> {
    let files = load::expand(paths, console)?;
    let units = units(files, console)?;
    resolve(&units, console)
}

/// Resolves parsed files.
pub fn resolve(units: &[SourceUnit], console: &mut Console) -> Result<Estate, Stop> {
    console.progress(format_args!("checking {} files", units.len()));
    let found = Estate::of(units, &console.limits);
    take(found, console)
}

/// What a stage made, unless it reports an error.
fn take<T>((made, findings): (Option<T>, Vec<Diagnostic>), console: &mut Console) -> Result<T, Stop> {
    console.report(findings);
    console.stop_on_errors()?;
    made.ok_or(Stop::Reported)
}

/// Parses files and, in turn, the files they import. Every file is parsed, so that one run reports every error.
pub fn units(files: Vec<PathBuf>, console: &mut Console) -> Result<Vec<SourceUnit>, Stop> {
    let roots = roots(&files);
    let mut seen: hashbrown::HashSet<PathBuf> = files.iter().cloned().collect();
    let mut pending: std::collections::VecDeque<PathBuf> = files.into();
    let mut units = Vec::new();
    while let Some(path) = pending.pop_front() {
        if units.len() >= console.limits.files {
            let text = format!("more than {} files are imported", console.limits.files);
            return console.refuse(Diagnostic::error(command::TOO_LARGE, text));
        }
        console.progress(format_args!("reading {}", path.display()));
        // A file that can't be read is reported; the others are still looked at.
        let Ok(file) = load::text(&path, console) else { continue };
        let tree = match load::kind(&path) {
            Kind::Source => source(file, console),
            Kind::Json => dump(file, &path, console),
            Kind::Artifact => {
                let text = format!("`{}` is a compiled artifact, not a source", load::name(&path));
                console.report([Diagnostic::error(command::WRONG_INPUT, text)]);
                continue;
            }
        };
        for target in imports(&tree, &path) {
            if seen.contains(&target.path) {
                continue;
            }
            if target.is_absolute || is_outside(&target.path, &roots) {
                let text = format!("`{}` is outside the folder of the program", load::name(&target.path));
                let finding = Diagnostic::error(codes::resolve::IMPORT, text).at(target.span);
                console
                    .report([finding.help("name the file on the command line if it belongs to the program")]);
            } else if target.path.is_file() {
                seen.insert(target.path.clone());
                pending.push_back(target.path);
            }
        }
        units.push(SourceUnit { file, name: load::name(&path).into(), tree });
    }
    // Nothing is built from a part of the files, and resolving would only add errors about what is missing.
    console.stop_on_errors()?;
    let is_dump = |unit: &SourceUnit| load::kind(Path::new(&*unit.name)) == Kind::Json;
    let (mut dumps, sources): (Vec<_>, Vec<_>) = units.into_iter().partition(is_dump);
    // Which dump declares an account that no source does must not depend on the order of files.
    dumps.sort_by(|a, b| a.name.cmp(&b.name));
    let findings = json::import::join(sources.iter().map(|u| &u.tree), dumps.iter_mut().map(|u| &mut u.tree));
    console.report(findings);
    let mut units: Vec<_> = sources.into_iter().chain(dumps).collect();
    supply(&mut units, console);
    Ok(units)
}

/// Adds the policies that nothing in the program declares: AWS managed policies that are shipped, and empty ones in place of
/// boundaries of dumps and of what the command line says is empty. What is still unknown then is an error of its own, since it
/// may hold a deny.
fn supply(units: &mut Vec<SourceUnit>, console: &mut Console) {
    let unknown = json::import::unknown(units.iter().map(|unit| &unit.tree));
    if unknown.is_empty() {
        return;
    }
    let mut names = json::import::Names::of(units.iter().map(|unit| &unit.tree));
    let is_dump = |file: FileId| {
        units.iter().any(|unit| unit.file == file && load::kind(Path::new(&*unit.name)) == Kind::Json)
    };
    let dumped: BTreeSet<String> =
        unknown.iter().filter(|(_, of)| is_dump(of.span.file)).map(|(arn, _)| arn.clone()).collect();
    for (arn, of) in &unknown {
        let name = format!("AWS managed policy {arn}");
        let mut add = |file: FileId, item: ast::Item| {
            let tree = ast::File { items: vec![item] };
            units.push(SourceUnit { file, name: (&*name).into(), tree });
        };
        // A document that is known is never taken for empty: it may hold a deny.
        if let Some(policy) = Managed::shipped().get(arn) {
            let file = console.sources.add(name.clone(), policy.document.clone());
            if let Some(item) = json::import::shipped(arn, file, &console.limits, &mut names) {
                add(file, item);
            }
        } else if console.assume_empty.contains(arn) {
            add(of.span.file, json::import::empty(arn, *of, &mut names));
        } else if !of.is_attached && dumped.contains(arn) {
            console.report([json::import::no_document(arn, *of)]);
            add(of.span.file, json::import::empty(arn, *of, &mut names));
        }
    }
}

fn source(file: FileId, console: &mut Console) -> ast::File {
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    let (tree, findings) = syntax::parse(file, &text, &console.limits);
    console.report(findings);
    tree
}

/// An account dump or a list of access points joins the estate; a lone policy document has no place in it.
fn dump(file: FileId, path: &Path, console: &mut Console) -> ast::File {
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    let (node, findings) = json::import::read(file, &text, &console.limits);
    console.report(findings);
    let Some(node) = node else { return ast::File::default() };
    let (answer, findings) = json::import::answer(&node);
    console.report(findings);
    let Some(answer) = answer else { return ast::File::default() };
    let Answer::Declarations(tree) = answer else {
        let text =
            format!("`{}` is a policy document, and nothing says where it is attached", load::name(path));
        let finding = Diagnostic::error(command::WRONG_INPUT, text).at(Span::new(file, 0, 1));
        console.report([
            finding.help("`tabella import` translates it; write it into a source where it belongs")
        ]);
        return ast::File::default();
    };
    tree
}

/// A file that is imported.
struct Target {
    path: PathBuf,
    /// As it is written.
    is_absolute: bool,
    span: Span,
}

/// The files a file imports, found relative to it.
fn imports(tree: &ast::File, path: &Path) -> Vec<Target> {
    // Of the folder that the command runs in, too: `-` alone would be standard input.
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let target = |item: &ast::Item| match &item.kind {
        ItemKind::Import(written) => {
            let text = written.text()?;
            let is_absolute = Path::new(&*text).has_root();
            Some(Target { path: load::clean(&folder.join(&*text)), is_absolute, span: written.span })
        }
        _ => None,
    };
    tree.items.iter().filter_map(target).collect()
}

/// Where a program's files are: the folder that the command runs in, and those of the files it is given.
fn roots(files: &[PathBuf]) -> Vec<PathBuf> {
    let folder = |file: &PathBuf| match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut folders: Vec<PathBuf> = files.iter().map(folder).collect();
    folders.sort();
    folders.dedup();
    let mut roots: Vec<PathBuf> = folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
    // A program does not lie in all the system.
    roots.extend(
        std::env::current_dir().and_then(|here| here.canonicalize()).ok().filter(|h| h.parent().is_some()),
    );
    roots
}

/// Whether a file that is imported lies elsewhere, links followed. Whoever writes a source says what is read, and findings
/// show lines of it: it must not be any file of whoever compiles it. What is not there is reported as that.
fn is_outside(target: &Path, roots: &[PathBuf]) -> bool {
    target.canonicalize().is_ok_and(|target| !roots.iter().any(|root| target.starts_with(root)))
}

/// The normal form, which every engine needs.
pub fn normal(estate: &Estate, console: &mut Console) -> Result<NormalForm, Stop> {
    console.progress(format_args!("normalizing"));
    let found = estate.normal(&console.limits);
    take(found, console)
}

/// Compiles an estate to the bytes of an artifact.
pub fn artifact(estate: &Estate, provenance: bool, console: &mut Console) -> Result<Vec<u8>, Stop> {
    let normal = normal(estate, console)?;
    console.progress(format_args!("building tables"));
    let found = estate.artifact(
        &normal,
        &console.sources,
        &console.limits,
        &WriteOptions { provenance, ..WriteOptions::default() },
    );
    take(found, console)
}
