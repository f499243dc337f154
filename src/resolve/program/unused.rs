//! Policies with parameters that nobody uses: what can be checked without arguments is checked.

use super::names::params_of;
use super::policies::{Shelf, kind_of, table};
use super::{Build, Shared};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::resolve::cx::Cx;
use crate::resolve::document::Head;
use crate::syntax::ast::{Body, Expr, ExprKind, Lexeme, Literal, LiteralType, Policy, Statement};

impl Build {
    /// Says which policies were never given arguments, and checks their statements that name none.
    pub fn never_instantiated(&mut self, shared: &Shared<'_>) {
        for shelf in [Shelf::Policy, Shelf::Boundary, Shelf::Session] {
            for (name, (policy, span)) in &table(shared, shelf).list {
                if policy.params.is_empty() || self.documents.asked.contains(&(shelf, name.clone())) {
                    continue;
                }
                let statements = policy.body.statements.iter().filter(|s| !mentions(s, policy));
                let body = Body {
                    version: policy.body.version.clone(),
                    id: None,
                    statements: statements.cloned().collect(),
                    origin: policy.body.origin,
                };
                let head = Head { kind: kind_of(shelf), name: name.clone(), arn: None, span: *span };
                let sink = &mut self.sink;
                Cx { names: Some(shared.names), ..Cx::bare(shared.limits, sink) }.document(&body, head);
                let message =
                    format!("nobody uses `{name}`, and what it does with its parameters is not checked");
                let d = Diagnostic::warning(code::NOT_INSTANTIATED, message).at(policy.name.span);
                self.sink.push(d.help("attach it with arguments, or delete it"));
            }
        }
    }
}

/// Whether a statement names a parameter of its policy.
fn mentions(s: &Statement, policy: &Policy) -> bool {
    let is_param = |name: &str| policy.params.iter().any(|p| p.text().as_deref() == Some(name));
    let in_word = |word: &Lexeme| params_of(word).iter().any(|(name, _)| is_param(name));
    let in_literal = |l: &Literal| {
        in_word(&l.lexeme) || (l.ty == LiteralType::Name && l.lexeme.text().is_some_and(|t| is_param(&t)))
    };
    let notes = s.annotations.iter().flat_map(|a| [Some(&a.name), a.value.as_ref()]).flatten();
    let resources = s.resources.iter().flat_map(|r| &r.items);
    if notes.chain(&s.sid).chain(&s.actions.items).chain(resources).any(in_word) {
        return true;
    }
    let mut open: Vec<&Expr> = s.clauses.iter().map(|c| &c.expr).collect();
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => open.extend(parts),
            ExprKind::Not(inner) | ExprKind::Group(inner) => open.push(inner),
            ExprKind::Name(word) if in_word(word) => return true,
            ExprKind::Compare(c) if in_word(&c.key) || c.values.iter().any(in_literal) => return true,
            ExprKind::Name(_) | ExprKind::Compare(_) | ExprKind::Error => {}
        }
    }
    false
}
