//! Whole programs: files → one world. Declarations are collected, names get their values, then every document is
//! resolved in the scope it stands in.
//!
//! One scope holds all files; `import` says which files belong together. Nothing in the result depends on the order
//! of the files: they are taken in the order of their names, and everything whose order has no meaning is
//! sorted. Arguments of a policy are program text: wildcards and `${…}` in them keep their meaning.

mod access_points;
mod attached;
mod defined;
mod expectations;
mod finish;
mod identities;
mod imports;
mod items;
mod nameable;
mod names;
mod organization;
mod policies;
mod services;
#[cfg(test)]
mod tests;
mod times;
mod unused;

pub use imports::import_path;

use super::Checked;
use super::cx::{Bindings, Cx, Names, Sink};
use super::document::Head;
use super::shared::Copies;
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{AccountId, PolicyId, Str, World};
use crate::limits::Limits;
use crate::source::{FileId, Span};
use crate::syntax::ast;
use hashbrown::HashMap;
use items::Items;
use policies::Documents;

/// One file of a program.
#[derive(Clone, Debug)]
pub struct SourceUnit {
    /// Its id in the source map.
    pub file: FileId,
    /// Its name; imports are taken relative to it.
    pub name: Str,
    /// Its tree.
    pub tree: ast::File,
}

/// Resolves all files of a program. The result exists only without errors; every error of every file is
/// reported. A tree in which the parser skipped something gives no result either, without a report of its own.
pub fn program(
    files: &[SourceUnit],
    catalog: &Catalog,
    limits: &Limits,
) -> (Option<Checked>, Vec<Diagnostic>) {
    let mut sink = Sink::new(limits);
    let mut order: Vec<&SourceUnit> = files.iter().collect();
    order.sort_by(|a, b| a.name.cmp(&b.name));
    imports::check(&order, limits, &mut sink);
    let items = Items::collect(&order, &mut sink);
    let mut build = Build {
        sink,
        world: World::default(),
        documents: Documents::default(),
        accounts: HashMap::new(),
        statements: 0,
        expanded: Copies::default(),
    };
    organization::accounts(&items, limits, &mut build);
    let names = names::resolve(&items, limits, &mut build);
    let shared = Shared { items: &items, names: &names, limits };
    build.services(&shared, catalog);
    build.managed_policies(&shared);
    build.guardrails(&shared);
    build.groups(&shared);
    build.identities(&shared);
    let owners = build.access_points(&shared);
    build.resource_policies(&shared, owners);
    build.endpoint_policies(&shared);
    build.tests(&shared);
    build.invariants(&shared);
    build.never_instantiated(&shared);
    let Build { mut sink, mut world, .. } = build;
    finish::sort(&mut world);
    if !sink.failed() {
        let catalog = catalog.with_services(&world.services);
        let mut places = super::places::Places::new(&order, &names);
        let mut take = |found| {
            if let Some(warning) = places.refine(found) {
                sink.push(warning);
            }
        };
        super::lint::world(&world, defined::all(&shared), &catalog, &mut take);
    }
    // After the lints, which are about what is written.
    super::attach::world(&mut world);
    let checked = (!sink.failed()).then(|| Checked::trusted(world));
    (checked, sink.finish())
}

/// What every part of the work reads.
struct Shared<'t> {
    items: &'t Items<'t>,
    names: &'t Names<'t>,
    limits: &'t Limits,
}

/// What every part of the work writes.
struct Build {
    sink: Sink,
    world: World,
    documents: Documents,
    /// Digits → id.
    accounts: HashMap<Str, AccountId>,
    /// Statements so far, instances of parametrised policies included.
    statements: usize,
    /// Those of instances, by policy.
    expanded: Copies,
}

impl Build {
    /// A context that sees the program's names.
    fn cx<'a>(&'a mut self, shared: &Shared<'a>, params: Option<&'a Bindings>, home: Option<Str>) -> Cx<'a> {
        Cx { names: Some(shared.names), params, home, ..Cx::bare(shared.limits, &mut self.sink) }
    }

    /// Resolves a document and puts it into the world.
    fn document<'a>(
        &'a mut self,
        shared: &Shared<'a>,
        body: &'a ast::Body,
        head: Head,
        params: Option<&'a Bindings>,
        home: Option<Str>,
    ) -> Option<PolicyId> {
        if self.sink.is_stopped() {
            return None;
        }
        let name = params.filter(|p| !p.is_empty()).map(|_| head.name.split('(').next().unwrap_or_default());
        let name = name.map(Str::from);
        if let Some(name) = &name {
            self.expand(name, body.statements.len(), head.span, shared.limits)?;
        }
        self.statements = self.statements.saturating_add(body.statements.len());
        if self.statements > shared.limits.statements {
            let message = format!("the program has more than {} statements", shared.limits.statements);
            self.sink.push(Diagnostic::error(code::EXPANSION, message).at(head.span));
            return None;
        }
        let id = PolicyId(u32::try_from(self.world.policies.len()).ok()?);
        let Build { sink, world, .. } = self;
        let span = head.span;
        let mut cx = Cx { names: Some(shared.names), params, home, ..Cx::bare(shared.limits, sink) };
        let policy = cx.document(body, head);
        let fresh = cx.fresh;
        if let Some(name) = &name {
            sink.copied("the policy", name, fresh, shared.limits, span)?;
        }
        // What is wrong with it was reported; should it not have been, the program must not do without it.
        let Some(policy) = policy else {
            sink.fail();
            return None;
        };
        world.policies.push(policy);
        Some(id)
    }

    /// Counts the statements of an instance. `None`: they are too many, which is reported once, with the policy that has most.
    fn expand(&mut self, name: &Str, statements: usize, span: Span, limits: &Limits) -> Option<()> {
        self.expanded.add("the policy", name, statements);
        let most = limits.expanded_statements;
        if self.expanded.total() <= most {
            return Some(());
        }
        let (largest, statements) = self.expanded.largest();
        let message = format!(
            "policies with parameters expand to more than {most} statements: {statements} of them are of {largest}"
        );
        let help = "what names no parameter can stand in a policy of its own, which is there once";
        self.sink.push(Diagnostic::error(code::EXPANSION, message).at(span).help(help));
        self.sink.stop();
        None
    }

    /// The id of a declared account.
    fn account_id(&self, digits: &str) -> Option<AccountId> {
        self.accounts.get(digits).copied()
    }
}

/// What ARNs of an account's identity providers begin with: they are in the partition of what they are named beside.
fn home(beside: &str, digits: &str) -> Str {
    let partition = beside.split(':').nth(1).filter(|p| !p.is_empty()).unwrap_or("aws");
    Str::from(format!("arn:{partition}:iam::{digits}"))
}
