//! Whether parts of a tree name a parameter of their policy.

use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Lexeme, Literal, LiteralType, Statement};
use crate::syntax::lexeme::Part;

/// Names in a word's `$(…)`.
pub fn params_of(word: &Lexeme) -> Vec<(String, Span)> {
    let parts = if word.raw.contains("$(") { word.parts().unwrap_or_default() } else { Vec::new() };
    parts
        .into_iter()
        .filter_map(|p| match p {
            Part::Param(name, span) => Some((name, span)),
            Part::Text(_) => None,
        })
        .collect()
}

/// A word.
pub fn word(word: &Lexeme, is_param: &dyn Fn(&str) -> bool) -> bool {
    params_of(word).iter().any(|(name, _)| is_param(name))
}

/// A value.
fn literal(l: &Literal, is_param: &dyn Fn(&str) -> bool) -> bool {
    word(&l.lexeme, is_param)
        || (l.ty == LiteralType::Name && l.lexeme.text().is_some_and(|text| is_param(&text)))
}

/// A condition; what the conditions it names say is no matter, for parameters do not reach into them.
pub fn expr(expr: &Expr, is_param: &dyn Fn(&str) -> bool) -> bool {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => open.extend(parts),
            ExprKind::Not(inner) | ExprKind::Group(inner) => open.push(inner),
            ExprKind::Name(name) if word(name, is_param) => return true,
            ExprKind::Compare(c)
                if word(&c.key, is_param) || c.values.iter().any(|l| literal(l, is_param)) =>
            {
                return true;
            }
            ExprKind::Name(_) | ExprKind::Compare(_) | ExprKind::Error => {}
        }
    }
    false
}

/// A statement.
pub fn statement(s: &Statement, is_param: &dyn Fn(&str) -> bool) -> bool {
    let notes = s.annotations.iter().flat_map(|a| [Some(&a.name), a.value.as_ref()]).flatten();
    let resources = s.resources.iter().flat_map(|r| &r.items);
    notes.chain(&s.sid).chain(&s.actions.items).chain(resources).any(|w| word(w, is_param))
        || s.clauses.iter().any(|c| expr(&c.expr, is_param))
}
