//! From a warning about a statement to the word in it: resolved documents keep the place of statements only, so the word is
//! looked for in the tree when there is something to say about it.

use super::SourceUnit;
use super::lint::Found;
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Body, IdentityMemberKind, ItemKind, Lexeme, Statement};
use hashbrown::HashMap;

/// Statements by place; filled when it is first asked.
pub struct Places<'t> {
    files: &'t [&'t SourceUnit],
    body: Option<&'t Body>,
    statements: Option<HashMap<Span, &'t Statement>>,
}

impl<'t> Places<'t> {
    /// Of these files.
    pub fn new(files: &'t [&'t SourceUnit]) -> Self {
        Places { files, body: None, statements: None }
    }

    /// Of a document that stands alone.
    pub fn of(body: &'t Body) -> Self {
        Places { files: &[], body: Some(body), statements: None }
    }

    /// The warning at its word, with the mend as a replacement, if the word stands in the statement itself.
    pub fn refine(&mut self, found: Found) -> Diagnostic {
        let Found { diagnostic, word, instead } = found;
        let Some(at) = diagnostic.primary.as_ref().map(|l| l.span).filter(|_| !word.is_empty()) else {
            return diagnostic;
        };
        let (files, body) = (self.files, self.body);
        let statements = self.statements.get_or_insert_with(|| statements(files, body));
        let Some(statement) = statements.get(&at) else { return diagnostic };
        let resources = statement.resources.iter().flat_map(|r| &r.items);
        let mut words = statement.actions.items.iter().chain(resources);
        let is_word = |w: &&Lexeme| *w.raw == *word || w.text().as_deref() == Some(&*word);
        match words.find(is_word) {
            None => diagnostic,
            Some(lexeme) => {
                let diagnostic = diagnostic.at(lexeme.span);
                match instead {
                    Some(text) => diagnostic.fix(lexeme.span, text),
                    None => diagnostic,
                }
            }
        }
    }
}

fn statements<'t>(files: &[&'t SourceUnit], body: Option<&'t Body>) -> HashMap<Span, &'t Statement> {
    let mut out = HashMap::new();
    let mut add = |body: &'t Body| out.extend(body.statements.iter().map(|s| (s.span, s)));
    body.into_iter().for_each(&mut add);
    for item in files.iter().flat_map(|f| &f.tree.items) {
        match &item.kind {
            ItemKind::Policy(p) => add(&p.body),
            ItemKind::Guardrail(g) => add(&g.body),
            ItemKind::ResourcePolicy(p) => add(&p.body),
            ItemKind::EndpointPolicy(p) => add(&p.body),
            ItemKind::Identity(i) => i.members.iter().for_each(|m| match &m.kind {
                IdentityMemberKind::Trust(body) | IdentityMemberKind::Inline(_, body) => add(body),
                _ => {}
            }),
            _ => {}
        }
    }
    out
}
