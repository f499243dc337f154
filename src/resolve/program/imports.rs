//! `import "file.tabella"`: which file that is, whether it is there, and whether files import each other in a circle.
//! Reads no files; the caller passes them all.

use super::SourceUnit;
use crate::diag::{Diagnostic, codes::resolve as code, suggest};
use crate::limits::Limits;
use crate::resolve::cx::Sink;
use crate::source::Span;
use crate::syntax::ast::ItemKind;
use hashbrown::HashMap;

/// The name of an imported file: `path` taken from the folder of `importer`, with `.` and `..` resolved. Names are
/// compared as text, so the same file must be passed under the same spelling.
pub fn import_path(importer: &str, path: &str) -> String {
    let folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (root, mut parts): (&str, Vec<&str>) = match path.strip_prefix('/') {
        Some(_) => ("/", Vec::new()),
        None if folder.starts_with('/') || importer.starts_with('/') => ("/", folder.split('/').collect()),
        None => ("", folder.split('/').collect()),
    };
    parts.extend(path.split('/'));
    let mut out: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            "" | "." => {}
            ".." if out.last().is_some_and(|l| *l != "..") => {
                out.pop();
            }
            ".." if root.is_empty() => out.push(part),
            ".." => {}
            _ => out.push(part),
        }
    }
    format!("{root}{}", out.join("/"))
}

/// How `importer` writes the name of another file: [`import_path`] gives `name` again. `None` when one of the two is taken
/// from the root and the other is not.
fn written_from(importer: &str, name: &str) -> Option<String> {
    if importer.starts_with('/') != name.starts_with('/') {
        return None;
    }
    let folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
    let parts = |path: &str| -> Vec<String> {
        import_path("", path).split('/').filter(|p| !p.is_empty()).map(str::to_owned).collect()
    };
    let (from, to) = (parts(folder), parts(name));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(common);
    // What stands before an unknown folder has no name.
    if up.clone().any(|part| part == "..") {
        return None;
    }
    let down = to.iter().skip(common).map(String::as_str);
    Some(up.map(|_| "..").chain(down).collect::<Vec<_>>().join("/"))
}

/// Reports imports that lead nowhere, circles, and files passed twice.
pub fn check(order: &[&SourceUnit], limits: &Limits, sink: &mut Sink) {
    if order.len() > limits.files {
        let message = format!("the program has more than {} files", limits.files);
        sink.push(Diagnostic::error(code::EXPANSION, message));
        return;
    }
    let mut index: HashMap<String, usize> = HashMap::new();
    for (i, unit) in order.iter().enumerate() {
        if index.insert(import_path("", &unit.name), i).is_some() {
            sink.push(Diagnostic::error(
                code::DUPLICATE,
                format!("the file `{}` was passed twice", unit.name),
            ));
        }
    }
    let edges: Vec<Vec<(usize, Span)>> =
        order.iter().map(|unit| imports_of(unit, &index, order, sink)).collect();
    for cycle in super::names::cycles(&edges) {
        let path: Vec<&str> = cycle.iter().filter_map(|(i, _)| order.get(*i)).map(|u| &*u.name).collect();
        let Some((_, span)) = cycle.first() else { continue };
        let message = match path.as_slice() {
            [one] => format!("`{one}` imports itself"),
            _ => format!("files import each other: `{}`", path.join("` → `")),
        };
        let help = "move what both need into a third file";
        sink.push(Diagnostic::error(code::IMPORT_CYCLE, message).at(*span).help(help));
    }
}

fn imports_of(
    unit: &SourceUnit,
    index: &HashMap<String, usize>,
    order: &[&SourceUnit],
    sink: &mut Sink,
) -> Vec<(usize, Span)> {
    let mut out = Vec::new();
    for item in &unit.tree.items {
        let ItemKind::Import(word) = &item.kind else { continue };
        let Some(text) = word.text() else {
            let message = "the name of an imported file is written out";
            sink.push(Diagnostic::error(code::IMPORT, message).at(word.span));
            continue;
        };
        let path = import_path(&unit.name, &text);
        match index.get(&path) {
            Some(i) => out.push((*i, word.span)),
            None => {
                let d = Diagnostic::error(code::IMPORT, format!("there is no file `{path}`")).at(word.span);
                let others = order.iter().map(|u| &*u.name).filter(|name| *name != &*unit.name);
                let near = suggest::nearest(&path, others);
                sink.push(match near.and_then(|name| written_from(&unit.name, name)) {
                    Some(near) => d.help(format!("did you mean `{near}`?")),
                    None => d.help("the path is taken from the folder of the importing file"),
                });
            }
        }
    }
    out
}
