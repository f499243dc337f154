//! From a warning about a statement to the word in it: resolved documents keep the place of statements only, so the word is
//! looked for in the tree when there is something to say about it.

use super::SourceUnit;
use super::cx::{Cx, Names};
use super::lint::Found;
use crate::diag::{Code, Diagnostic, codes::catalog as code};
use crate::source::Span;
use crate::syntax::ast::{
    Body, Expectation, IdentityMemberKind, Invariant, Item, ItemKind, Lexeme, Statement, TestBlock,
};
use hashbrown::{HashMap, HashSet};

/// What is said of a member of a set where the set is defined.
const OF_MEMBERS: [Code; 5] =
    [code::NO_SERVICE, code::NO_ACTION, code::NO_KEY, code::SHORT_ARN, code::TYPE_WILDCARD];

/// What has words that warnings are about.
#[derive(Clone, Copy)]
enum Holder<'t> {
    Statement(&'t Statement),
    Expectation(&'t TestBlock, &'t Expectation),
    Invariant(&'t Invariant),
    Member(&'t Lexeme),
}

impl<'t> Holder<'t> {
    fn actions(self) -> &'t [Lexeme] {
        match self {
            Self::Statement(s) => &s.actions.items,
            Self::Expectation(_, e) => std::slice::from_ref(&e.action),
            Self::Invariant(i) => &i.actions,
            Self::Member(word) => std::slice::from_ref(word),
        }
    }

    fn resources(self) -> &'t [Lexeme] {
        match self {
            Self::Statement(s) => s.resources.as_ref().map_or(&[], |r| &r.items),
            Self::Invariant(i) => &i.resources,
            Self::Expectation(..) | Self::Member(_) => &[],
        }
    }

    /// Keys of a request's context.
    fn keys(self) -> impl Iterator<Item = &'t Lexeme> {
        let (own, common) = match self {
            Self::Expectation(block, e) => (e.context.as_slice(), block.context.as_slice()),
            _ => (&[][..], &[][..]),
        };
        own.iter().chain(common).map(|entry| &entry.key)
    }
}

/// Statements and the like by place; filled when it is first asked.
pub struct Places<'t> {
    files: &'t [&'t SourceUnit],
    body: Option<&'t Body>,
    names: Option<&'t Names<'t>>,
    holders: Option<HashMap<Span, Holder<'t>>>,
    /// Members of sets of actions and of resources that were asked for, by name.
    members: [HashMap<&'t str, HashSet<&'t str>>; 2],
}

impl<'t> Places<'t> {
    /// Of these files.
    pub fn new(files: &'t [&'t SourceUnit], names: &'t Names<'t>) -> Self {
        Places { files, body: None, names: Some(names), holders: None, members: Default::default() }
    }

    /// Of a document that stands alone.
    pub fn of(body: &'t Body) -> Self {
        Places { files: &[], body: Some(body), names: None, holders: None, members: Default::default() }
    }

    /// The warning at its word, with the mend as a replacement, if the word stands in the statement itself. `None` when it
    /// comes from a set and is said where the set is defined.
    pub fn refine(&mut self, found: Found) -> Option<Diagnostic> {
        let Found { diagnostic, word, instead } = found;
        let Some(at) = diagnostic.primary.as_ref().map(|l| l.span).filter(|_| !word.is_empty()) else {
            return Some(diagnostic);
        };
        let (files, body) = (self.files, self.body);
        let holders = self.holders.get_or_insert_with(|| holders(files, body));
        let Some(holder) = holders.get(&at).copied() else { return Some(diagnostic) };
        let mut words = holder.actions().iter().chain(holder.resources()).chain(holder.keys());
        let is_word = |w: &&Lexeme| *w.raw == *word || w.text().as_deref() == Some(&*word);
        match words.find(is_word) {
            None if OF_MEMBERS.contains(&diagnostic.code) && self.is_of_set(holder, &word) => None,
            None => Some(diagnostic),
            Some(lexeme) => {
                let diagnostic = diagnostic.at(lexeme.span);
                Some(match instead {
                    Some(text) => diagnostic.fix(lexeme.span, text),
                    None => diagnostic,
                })
            }
        }
    }

    /// Whether a word is a member of a set that is named here.
    fn is_of_set(&mut self, holder: Holder<'t>, word: &str) -> bool {
        let Some(names) = self.names else { return false };
        let [of_actions, of_resources] = &mut self.members;
        let sets = |words: &'t [Lexeme]| words.iter().filter(|w| Cx::is_set_name(w)).map(|w| &*w.raw);
        let actions = |name: &str| names.actions.get(name).into_iter().flatten().map(|p| &*p.text).collect();
        let resources = |name: &str| names.resources.get(name).into_iter().flatten().map(|t| &**t).collect();
        sets(holder.actions()).any(|n| of_actions.entry(n).or_insert_with(|| actions(n)).contains(word))
            || sets(holder.resources())
                .any(|n| of_resources.entry(n).or_insert_with(|| resources(n)).contains(word))
    }
}

fn holders<'t>(files: &[&'t SourceUnit], body: Option<&'t Body>) -> HashMap<Span, Holder<'t>> {
    let mut out = HashMap::new();
    out.extend(body.into_iter().flat_map(of_body));
    for Item { kind, span, .. } in files.iter().flat_map(|f| &f.tree.items) {
        match kind {
            ItemKind::Policy(p) => out.extend(of_body(&p.body)),
            ItemKind::Guardrail(g) => out.extend(of_body(&g.body)),
            ItemKind::ResourcePolicy(p) => out.extend(of_body(&p.body)),
            ItemKind::EndpointPolicy(p) => out.extend(of_body(&p.body)),
            ItemKind::Identity(i) => i.members.iter().for_each(|m| match &m.kind {
                IdentityMemberKind::Trust(body) | IdentityMemberKind::Inline(_, body) => {
                    out.extend(of_body(body));
                }
                _ => {}
            }),
            ItemKind::Actions(set) => out.extend(set.value.iter().map(|m| (m.span, Holder::Member(m)))),
            ItemKind::Resources(set) => out.extend(set.value.iter().map(|m| (m.span, Holder::Member(m)))),
            ItemKind::Test(t) => out.extend(t.blocks.iter().flat_map(|block| {
                block.expectations.iter().map(move |e| (e.span, Holder::Expectation(block, e)))
            })),
            ItemKind::Invariant(i) => out.extend([(*span, Holder::Invariant(i))]),
            _ => {}
        }
    }
    out
}

fn of_body(body: &Body) -> impl Iterator<Item = (Span, Holder<'_>)> {
    body.statements.iter().map(|s| (s.span, Holder::Statement(s)))
}
