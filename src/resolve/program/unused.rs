//! Policies with parameters that nobody uses: what can be checked without arguments is checked.

use super::policies::{Shelf, kind_of, table};
use super::{Build, Shared};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::resolve::cx::Cx;
use crate::resolve::document::Head;
use crate::resolve::mentions;
use crate::syntax::ast::Body;

impl Build {
    /// Says which policies were never given arguments, and checks their statements that name none.
    pub fn never_instantiated(&mut self, shared: &Shared<'_>) {
        for shelf in [Shelf::Policy, Shelf::Boundary, Shelf::Session] {
            for (name, (policy, span)) in &table(shared, shelf).list {
                if policy.params.is_empty() || self.documents.asked.contains(&(shelf, name.clone())) {
                    continue;
                }
                let is_param = |name: &str| policy.params.iter().any(|p| p.text().as_deref() == Some(name));
                let statements = policy.body.statements.iter().filter(|s| !mentions::statement(s, &is_param));
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
