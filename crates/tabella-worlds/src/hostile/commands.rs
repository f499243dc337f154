//! What each command does with an input, through the entry functions that it calls, without files and terminal.

use super::{Form, Input};
use crate::request::{Owned, OwnedEntry};
use std::hint::black_box;
use tabella::artifact::WriteOptions;
use tabella::catalog::Catalog;
use tabella::compile::Estate;
use tabella::diag::render::{Places, json as json_lines, sarif, text::Text};
use tabella::diag::{Diagnostic, has_errors};
use tabella::hir::{AccountId, PolicyKind, TestCase, World};
use tabella::json::{self, Node, import};
use tabella::limits::Limits;
use tabella::resolve::{self, SourceUnit};
use tabella::source::{FileId, SourceMap};
use tabella::{export, normalize, reference, syntax};
use tabella_runtime::Tables;

/// A command and what it does with an input.
pub type Command = (&'static str, fn(&Input));

/// The commands that read an input of this form. Each ends with whatever it finds, and must not panic.
pub fn of(form: Form) -> &'static [Command] {
    match form {
        Form::Source => &[("check", check), ("fmt", fmt), ("export", export), ("test", test)],
        Form::Json => &[("import", import_document), ("import dump", import_dump)],
    }
}

/// Every command, for those who count them.
pub fn all() -> impl Iterator<Item = &'static Command> {
    of(Form::Source).iter().chain(of(Form::Json))
}

/// One file and what was found in it.
struct Run {
    file: FileId,
    sources: SourceMap,
    found: Vec<Diagnostic>,
    limits: Limits,
}

impl Run {
    fn of(input: &Input) -> Self {
        let mut sources = SourceMap::new();
        let file = sources.add("main.tabella", input.text.as_str());
        Run { file, sources, found: Vec::new(), limits: Limits::default() }
    }

    fn take<T>(&mut self, (made, found): (T, Vec<Diagnostic>)) -> T {
        self.found.extend(found);
        made
    }

    /// Findings as people and as programs read them, as many as a run shows.
    fn report(&self) {
        let shown = &self.found[..self.found.len().min(self.limits.diagnostics)];
        let (text, mut places) = (Text::new(false, 120), Places::new(&self.sources));
        for finding in shown {
            black_box(text.render(finding, &mut places, &self.sources));
        }
        black_box(json_lines::render(shown, &self.sources));
        black_box(sarif::render(shown, &self.sources));
    }

    fn estate(&mut self, text: &str) -> Option<Estate> {
        let tree = self.take(syntax::parse(self.file, text, &self.limits));
        if has_errors(&self.found) {
            return None;
        }
        let unit = SourceUnit { file: self.file, name: "main.tabella".into(), tree };
        let found = Estate::of(&[unit], &self.limits);
        self.take(found)
    }

    fn artifact(&mut self, estate: &Estate) -> Option<Vec<u8>> {
        let normal = self.take(estate.normal(&self.limits))?;
        let options = WriteOptions { provenance: true, keep: false };
        let found = estate.artifact(&normal, &self.sources, &self.limits, &options);
        self.take(found)
    }
}

/// `check` and `build`, and what the service does that loads the artifact.
fn check(input: &Input) {
    let mut run = Run::of(input);
    if let Some(estate) = run.estate(&input.text)
        && let Some(bytes) = run.artifact(&estate)
    {
        let loaded = Tables::load(&bytes);
        assert!(loaded.is_ok(), "what build writes does not load: {:?}", loaded.err());
    }
    run.report();
}

/// `fmt`, and what `import` prints trees with.
fn fmt(input: &Input) {
    let mut run = Run::of(input);
    let formatted = run.take(syntax::format(run.file, &input.text, &run.limits));
    black_box(formatted);
    let (tree, found) = syntax::parse(run.file, &input.text, &run.limits);
    if !has_errors(&found) {
        black_box(syntax::print(&tree));
    }
}

/// `export`: a document for each policy, and the dump of an account.
fn export(input: &Input) {
    let mut run = Run::of(input);
    let Some(estate) = run.estate(&input.text) else { return };
    let world = estate.checked.world();
    for policy in &world.policies {
        match export::document(policy) {
            Ok(value) => drop(black_box(format!("{value:#}"))),
            Err(found) => run.found.extend(found),
        }
    }
    if !world.accounts.is_empty() {
        let value = run.take(export::account_details(world, AccountId(0)));
        black_box(value.map(|value| format!("{value:#}")));
    }
    run.report();
}

/// `test` with both engines.
fn test(input: &Input) {
    if !input.text.contains("test ") {
        return;
    }
    let mut run = Run::of(input);
    let Some(estate) = run.estate(&input.text) else { return };
    let Some(bytes) = run.artifact(&estate) else { return };
    let Ok(tables) = Tables::load(&bytes) else { return };
    let world = estate.checked.world();
    for case in world.tests.iter().flat_map(|test| &test.cases) {
        let _ = asked(case, world).with(|request| {
            black_box(tables.decide(request));
            tables.explain(request, &mut |finding| {
                black_box(finding);
            });
            black_box(reference::evaluate(world, &estate.catalog, request));
        });
    }
}

fn asked(case: &TestCase, world: &World) -> Owned {
    let entry = |e: &tabella::hir::ContextEntry| OwnedEntry {
        key: e.key.to_string(),
        values: e.values.iter().map(|v| v.to_string()).collect(),
        list: e.list || e.values.len() != 1,
    };
    let names = |ids: &Vec<tabella::hir::PolicyId>| {
        ids.iter().filter_map(|id| world.policies.get(id.index())).map(|p| p.name.to_string()).collect()
    };
    Owned {
        principal: case.principal.to_string(),
        session_policies: case.session_policies.as_ref().map(names),
        action: case.action.to_string(),
        resource: case.resource.to_string(),
        resource_account: case.resource_account.as_ref().map(|a| a.to_string()),
        endpoint: case.endpoint.as_ref().map(|e| e.to_string()),
        context: case.context.iter().map(entry).collect(),
        ..Owned::default()
    }
}

fn node(input: &Input, run: &mut Run) -> Option<Node> {
    run.take(json::read(run.file, &input.text, &run.limits))
}

/// `import` and `check` of a document, as a policy of an identity and as one of a resource.
fn import_document(input: &Input) {
    let mut run = Run::of(input);
    let Some(node) = node(input, &mut run) else { return run.report() };
    for kind in [PolicyKind::Identity, PolicyKind::Resource] {
        let Some(body) = run.take(import::document(&node, kind)) else { continue };
        let policy = run.take(resolve::body(&body, kind, "P", &run.limits));
        if let Some(policy) = policy {
            run.found.extend(resolve::lint(&policy, &body, Catalog::shipped()));
            run.found.extend(normalize::document(&policy, None, &run.limits).1);
            black_box(export::document(&policy).map(|value| value.to_string())).ok();
        }
        let target = import::Target {
            name: "P".into(),
            on: vec!["arn:aws:s3:::bucket".into()],
            ..import::Target::default()
        };
        if let Ok(item) = import::item(kind, &target, body) {
            black_box(syntax::print(&syntax::ast::File { items: vec![item] }));
        }
    }
    run.report();
}

/// `import`, `check` and `build` of an account dump.
fn import_dump(input: &Input) {
    let mut run = Run::of(input);
    let Some(node) = node(input, &mut run) else { return };
    let tree = run.take(import::authorization_details(&node));
    black_box(syntax::print(&tree));
    if !has_errors(&run.found) {
        let unit = SourceUnit { file: run.file, name: "dump.json".into(), tree };
        let found = Estate::of(&[unit], &run.limits);
        if let Some(estate) = run.take(found) {
            run.artifact(&estate);
        }
    }
    run.report();
}
