//! Names that stand for values: constants, sets of actions and resources, conditions, accounts, identities. Each gets its
//! value once, what it uses before it; circles are reported. Walks with stacks of its own, not by recursion.

use super::items::{Items, Table, plain};
use super::{Build, identities};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{PolicyKind, Str, Version};
use crate::limits::Limits;
use crate::resolve::cx::{Cx, Names, Sink, Vals};
use crate::resolve::mentions::params_of;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Lexeme, Literal, LiteralType, Named};
use hashbrown::HashSet;

/// Entries and the places where they are used.
pub type Edges = Vec<(usize, Span)>;

/// Gives every name its value.
pub fn resolve<'t>(items: &'t Items<'t>, limits: &Limits, build: &mut Build) -> Names<'t> {
    let mut names = Names::default();
    for account in &build.world.accounts {
        names.accounts.insert(account.name.clone(), account.id.clone());
    }
    if let [only] = build.world.accounts.as_slice() {
        names.only_account = Some(only.id.clone());
    }
    consts(items, limits, build, &mut names);
    actions(items, limits, build, &mut names);
    resources(items, limits, build, &mut names);
    for (name, (named, _)) in &items.conditions.list {
        names.conditions.insert(name.clone(), &named.value);
    }
    identities::declare(items, limits, build, &mut names);
    conditions(items, limits, build, &names);
    names
}

fn conditions<'t>(items: &'t Items<'t>, limits: &Limits, build: &mut Build, names: &Names<'t>) {
    let table = &items.conditions;
    let edges = edges(table, |n| named_in(&n.value));
    for (name, (named, _), circular) in ordered("condition", table, &edges, &mut build.sink) {
        if !circular {
            cx(names, limits, &mut build.sink).declare(&name, &named.value);
        }
    }
}

/// Lone words of a condition: names of other conditions, or of keys.
fn named_in(expr: &Expr) -> Vec<(String, Span)> {
    let mut out = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => open.extend(parts.iter().rev()),
            ExprKind::Not(inner) | ExprKind::Group(inner) => open.push(inner),
            ExprKind::Name(word) => out.extend(word.text().map(|text| (text, word.span))),
            ExprKind::Compare(_) | ExprKind::Error => {}
        }
    }
    out
}

fn cx<'a>(names: &'a Names<'a>, limits: &'a Limits, sink: &'a mut Sink) -> Cx<'a> {
    Cx { names: Some(names), ..Cx::bare(limits, sink) }
}

fn consts<'t>(items: &'t Items<'t>, limits: &Limits, build: &mut Build, names: &mut Names<'t>) {
    let table = &items.consts;
    let uses = |literal: &Literal| -> Vec<(String, Span)> {
        if literal.ty == LiteralType::Name {
            vec![(literal.lexeme.text().unwrap_or_default(), literal.lexeme.span)]
        } else {
            params_of(&literal.lexeme)
        }
    };
    let edges = edges(table, |n| n.value.iter().flat_map(uses).collect());
    let mut members = 0;
    for (name, (named, span), circular) in ordered("constant", table, &edges, &mut build.sink) {
        let literals =
            if circular { None } else { cx(names, limits, &mut build.sink).literals(&named.value) };
        let Some(literals) = literals else {
            // Known but without a value, so that its uses are not reported as well.
            names.consts.insert(name, Vals::default());
            continue;
        };
        let mut seen = HashSet::new();
        let mut vals: Vec<_> = literals.into_iter().map(|(v, _)| v).collect();
        vals.retain(|v| seen.insert(v.clone()));
        members += vals.len();
        if too_many(members, limits, span, &mut build.sink) {
            return;
        }
        let list = named.list || vals.len() != 1;
        names.consts.insert(name, Vals { items: vals.into(), list });
    }
}

fn actions<'t>(items: &'t Items<'t>, limits: &Limits, build: &mut Build, names: &mut Names<'t>) {
    let table = &items.actions;
    let edges = edges(table, |n| set_names(&n.value));
    let mut members = 0;
    for (name, (named, span), circular) in ordered("set of actions", table, &edges, &mut build.sink) {
        let patterns =
            if circular { None } else { cx(names, limits, &mut build.sink).action_patterns(&named.value) };
        let mut seen = HashSet::new();
        let mut texts = patterns.map(|p| p.to_vec()).unwrap_or_default();
        texts.retain(|p| seen.insert(p.text.clone()));
        members += texts.len();
        if too_many(members, limits, span, &mut build.sink) {
            return;
        }
        names.actions.insert(name, texts.into());
    }
}

fn resources<'t>(items: &'t Items<'t>, limits: &Limits, build: &mut Build, names: &mut Names<'t>) {
    let table = &items.resources;
    let edges = edges(table, |n| set_names(&n.value));
    let mut members = 0;
    for (name, (named, span), circular) in ordered("set of resources", table, &edges, &mut build.sink) {
        let mut cx = cx(names, limits, &mut build.sink);
        let mut texts = Vec::new();
        for item in named.value.iter().filter(|_| !circular) {
            // Checked here as identity policies have it; kinds that want more check again where the set is used.
            let is_checked = Cx::is_set_name(item);
            for text in &cx.resource_texts(item).unwrap_or_default() {
                let identity = PolicyKind::Identity;
                if is_checked || cx.resource_text(text, item.span, identity, Version::V2012).is_some() {
                    texts.push(text.clone());
                }
            }
        }
        let texts = distinct(texts.into_iter());
        members += texts.len();
        if too_many(members, limits, span, &mut build.sink) {
            return;
        }
        names.resources.insert(name, texts.into());
    }
}

/// Each text once, in order.
fn distinct(texts: impl Iterator<Item = Str>) -> Vec<Str> {
    let mut seen = HashSet::new();
    texts.filter(|t| seen.insert(t.clone())).collect()
}

fn too_many(members: usize, limits: &Limits, span: Span, sink: &mut Sink) -> bool {
    let most = limits.members;
    if members > most {
        let message = format!("sets have more than {most} members together");
        sink.push(Diagnostic::error(code::EXPANSION, message).at(span));
    }
    members > most
}

/// Names of sets among the members of a set.
fn set_names(members: &[Lexeme]) -> Vec<(String, Span)> {
    members.iter().filter(|m| Cx::is_set_name(m)).map(|m| (m.raw.to_string(), m.span)).collect()
}

/// Which entries of a table an entry uses. Unknown names are reported where they are resolved.
fn edges<T>(table: &Table<'_, Named<T>>, uses: impl Fn(&Named<T>) -> Vec<(String, Span)>) -> Vec<Edges> {
    let found = |(name, span): (String, Span)| Some((table.position(&name)?, span));
    table.list.iter().map(|(_, (named, _))| uses(named).into_iter().filter_map(found).collect()).collect()
}

/// A name, its declaration, and whether it is on a circle.
type Ordered<'t, T> = (Str, (&'t Named<T>, Span), bool);

/// The entries of a table, each after those it uses, and whether it is on a circle; circles are reported.
fn ordered<'t, T>(
    what: &str,
    table: &Table<'t, Named<T>>,
    edges: &[Edges],
    sink: &mut Sink,
) -> Vec<Ordered<'t, T>> {
    let (order, cycles) = depth_first(edges);
    let circular: HashSet<usize> = cycles.iter().flatten().map(|(i, _)| *i).collect();
    for cycle in cycles {
        let mut path: Vec<&str> =
            cycle.iter().filter_map(|(i, _)| table.list.get(*i)).map(|(n, _)| &**n).collect();
        if path.len() > SHOWN {
            path.splice(SHOWN / 2..path.len() - SHOWN / 2, ["…"]);
        }
        let (Some(first), Some((_, span))) = (path.first(), cycle.first()) else { continue };
        let message = format!("the {what} `{first}` uses itself: `{}` → `{first}`", path.join("` → `"));
        sink.push(Diagnostic::error(code::CYCLE, message).at(*span));
    }
    let entry =
        |i: usize| table.list.get(i).map(|(name, placed)| (name.clone(), *placed, circular.contains(&i)));
    order.into_iter().filter_map(entry).collect()
}

/// Names of a circle that a message shows.
const SHOWN: usize = 8;
/// Circles that are followed all the way round; of the rest, only where they close. All of them together are as long as the
/// square of the names.
const FOLLOWED: usize = 100;

/// One circle for each edge that closes one, as (entry, place of the edge from it).
pub fn cycles(edges: &[Edges]) -> Vec<Edges> {
    depth_first(edges).1
}

/// Depth-first order (what an entry uses comes before it) and the circles met.
fn depth_first(edges: &[Edges]) -> (Vec<usize>, Vec<Edges>) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; edges.len()];
    let (mut order, mut cycles) = (Vec::new(), Vec::new());
    for root in 0..edges.len() {
        // Entry, number of its next edge, place of the edge taken last.
        let mut open: Vec<(usize, usize, Span)> = Vec::new();
        if states.get(root) == Some(&State::New) {
            open.push((root, 0, Span::NONE));
        }
        while let Some((at, next, taken)) = open.last_mut() {
            let at = *at;
            if let Some(state) = states.get_mut(at) {
                *state = State::Open;
            }
            let Some((to, span)) = edges.get(at).and_then(|e| e.get(*next)).copied() else {
                if let Some(state) = states.get_mut(at) {
                    *state = State::Done;
                }
                order.push(at);
                open.pop();
                continue;
            };
            *next += 1;
            *taken = span;
            match states.get(to) {
                Some(State::New) => open.push((to, 0, Span::NONE)),
                Some(State::Open) => {
                    let round = open.iter().skip_while(|(i, ..)| *i != to).map(|(i, _, s)| (*i, *s));
                    let most = if cycles.len() < FOLLOWED { usize::MAX } else { 1 };
                    cycles.push(round.take(most).collect());
                }
                _ => {}
            }
        }
    }
    (order, cycles)
}

/// The digits of the account an item says it is in, or of the only account.
pub fn account_of(
    word: Option<&Lexeme>,
    what: &str,
    span: Span,
    names: &Names<'_>,
    limits: &Limits,
    sink: &mut Sink,
) -> Option<Str> {
    if let Some(word) = word {
        let text = plain(word, sink)?;
        return cx(names, limits, sink).account_digits(&text, word.span);
    }
    if names.only_account.is_none() {
        let d = Diagnostic::error(code::NO_ACCOUNT, format!("{what} is in no account")).at(span);
        sink.push(
            d.help("say `in` and the account; it can be left out only when the program has one account"),
        );
    }
    names.only_account.clone()
}
