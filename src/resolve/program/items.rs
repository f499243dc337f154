//! Declarations of all files, sorted into a list for each kind, with duplicates reported. Resolves nothing.

use super::SourceUnit;
use super::nameable::{self, Declares};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::Str;
use crate::resolve::cx::Sink;
use crate::source::Span;
use crate::syntax::ast::{
    self, AccessPoint, ActionItem, EndpointPolicy, Expr, Guardrail, Identity, Invariant, ItemKind, Lexeme,
    Literal, Named, Policy, PolicyKind, ResourceItem, ResourcePolicy, Service, Test,
};
use hashbrown::HashMap;

/// A declaration and the place of all of it.
pub type Placed<'t, T> = (&'t T, Span);

/// Declarations by name, in source order of the files' names.
#[derive(Debug)]
pub struct Table<'t, T> {
    /// In order.
    pub list: Vec<(Str, Placed<'t, T>)>,
    index: HashMap<Str, usize>,
}

impl<T> Default for Table<'_, T> {
    fn default() -> Self {
        Table { list: Vec::new(), index: HashMap::new() }
    }
}

impl<'t, T> Table<'t, T> {
    /// The declaration of a name.
    pub fn get(&self, name: &str) -> Option<Placed<'t, T>> {
        self.index.get(name).and_then(|i| self.list.get(*i)).map(|(_, placed)| *placed)
    }

    /// Where a name stands in the list.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|(name, _)| &**name)
    }

    fn add(
        &mut self,
        declares: Declares,
        what: &str,
        name: &Lexeme,
        value: &'t T,
        span: Span,
        sink: &mut Sink,
    ) {
        let Some(text) = plain(name, sink) else { return };
        nameable::check(declares, what, &text, name.span, sink);
        if let Some(first) = self.index.get(&text).and_then(|i| self.list.get(*i)) {
            let message = format!("the {what} `{text}` is declared twice");
            let d = Diagnostic::error(code::DUPLICATE, message).at(name.span);
            sink.push(d.and_at(first.1.1, "the first one").help("rename one of them"));
            return;
        }
        self.index.insert(text.clone(), self.list.len());
        self.list.push((text, (value, span)));
    }
}

/// The text of a declared name: names hold no parameters.
pub fn plain(name: &Lexeme, sink: &mut Sink) -> Option<Str> {
    let text = name.text().filter(|t| !t.is_empty());
    if text.is_none() {
        let message = format!("`{}` cannot be the name of a declaration", name.raw);
        sink.push(Diagnostic::error(code::BAD_TEXT, message).at(name.span).help("use plain words as names"));
    }
    text.map(Str::from)
}

/// The id of a VPC endpoint; no request comes through what is called otherwise.
pub fn endpoint_id(word: &Lexeme, sink: &mut Sink) -> Option<Str> {
    let id = plain(word, sink)?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let known = id.strip_prefix("vpce-").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain));
    if !known {
        let message = format!("`{id}` is not the id of a VPC endpoint");
        let help = "it is `vpce-` and lower-case letters and digits";
        sink.push(Diagnostic::error(code::ENDPOINT, message).at(word.span).help(help));
    }
    known.then_some(id)
}

/// All declarations.
#[derive(Debug, Default)]
pub struct Items<'t> {
    /// At most one is used; a second is an error.
    pub organization: Option<Placed<'t, ast::Organization>>,
    /// Accounts outside of it.
    pub accounts: Vec<&'t ast::Account>,
    /// Constants.
    pub consts: Table<'t, Named<Vec<Literal>>>,
    /// Action sets.
    pub actions: Table<'t, Named<Vec<ActionItem>>>,
    /// Resource sets.
    pub resources: Table<'t, Named<Vec<ResourceItem>>>,
    /// Conditions.
    pub conditions: Table<'t, Named<Expr>>,
    /// `policy`
    pub policies: Table<'t, Policy>,
    /// `boundary`
    pub boundaries: Table<'t, Policy>,
    /// `session policy`
    pub sessions: Table<'t, Policy>,
    /// `guardrail`
    pub guardrails: Table<'t, Guardrail>,
    /// `resource guardrail`
    pub resource_guardrails: Table<'t, Guardrail>,
    /// Policies of resources.
    pub resource_policies: Vec<Placed<'t, ResourcePolicy>>,
    /// Access points.
    pub access_points: Vec<Placed<'t, AccessPoint>>,
    /// Policies of endpoints.
    pub endpoint_policies: Vec<Placed<'t, EndpointPolicy>>,
    /// Users, roles, groups.
    pub identities: Vec<Placed<'t, Identity>>,
    /// Declared services.
    pub services: Table<'t, Service>,
    /// Tests; their names may repeat.
    pub tests: Vec<Placed<'t, Test>>,
    /// Invariants.
    pub invariants: Vec<Placed<'t, Invariant>>,
}

impl<'t> Items<'t> {
    /// Collects them file by file.
    pub fn collect(order: &[&'t SourceUnit], sink: &mut Sink) -> Self {
        let mut all = Items::default();
        for item in order.iter().flat_map(|unit| &unit.tree.items) {
            all.add(&item.kind, item.span, sink);
        }
        all
    }

    fn add(&mut self, kind: &'t ItemKind, span: Span, sink: &mut Sink) {
        match kind {
            ItemKind::Import(_) => {}
            ItemKind::Organization(o) => match self.organization {
                None => self.organization = Some((o, span)),
                Some((_, first)) => {
                    let d = Diagnostic::error(code::ORGANIZATION, "a program has one organization").at(span);
                    sink.push(d.and_at(first, "the first one"));
                }
            },
            ItemKind::Account(a) => self.accounts.push(a),
            ItemKind::Const(n) => self.consts.add(Declares::Value, "constant", &n.name, n, span, sink),
            ItemKind::Actions(n) => {
                self.actions.add(Declares::Actions, "set of actions", &n.name, n, span, sink)
            }
            ItemKind::Resources(n) => {
                self.resources.add(Declares::Resources, "set of resources", &n.name, n, span, sink)
            }
            ItemKind::Condition(n) => {
                self.conditions.add(Declares::Condition, "condition", &n.name, n, span, sink)
            }
            ItemKind::Policy(p) => match p.kind {
                PolicyKind::Identity => self.policies.add(Declares::Policy, "policy", &p.name, p, span, sink),
                PolicyKind::Boundary => {
                    self.boundaries.add(Declares::Policy, "boundary", &p.name, p, span, sink)
                }
                PolicyKind::Session => {
                    self.sessions.add(Declares::Policy, "session policy", &p.name, p, span, sink)
                }
            },
            ItemKind::Guardrail(g) if g.resource => {
                self.resource_guardrails.add(Declares::Other, "resource guardrail", &g.name, g, span, sink);
            }
            ItemKind::Guardrail(g) => {
                self.guardrails.add(Declares::Other, "guardrail", &g.name, g, span, sink)
            }
            ItemKind::ResourcePolicy(p) => self.resource_policies.push((p, span)),
            ItemKind::EndpointPolicy(p) => self.endpoint_policies.push((p, span)),
            ItemKind::AccessPoint(p) => self.access_points.push((p, span)),
            ItemKind::Identity(i) => self.identities.push((i, span)),
            ItemKind::Service(s) => self.services.add(Declares::Other, "service", &s.prefix, s, span, sink),
            ItemKind::Test(t) => self.tests.push((t, span)),
            ItemKind::Invariant(i) => self.invariants.push((i, span)),
            ItemKind::Error => sink.fail(),
        }
    }
}
