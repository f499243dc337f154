//! A single document as a top-level item, for `tabella import`. Must not know where the document came from.

use super::words;
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::{self, PolicyKind};
use crate::source::Span;
use crate::syntax::ast;

/// What an imported document is to be in the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its name; for a trust policy the role's name.
    pub name: String,
    /// The ARN of a managed policy, if known.
    pub arn: Option<String>,
    /// Where it is attached: resource ARNs of a resource policy, endpoints of an endpoint policy; `root`,
    /// `unit NAME` or `account NAME` for a guardrail (`root` when empty).
    pub on: Vec<String>,
    /// The account of the role, resource or endpoint.
    pub account: Option<String>,
}

/// The item that holds `body` as a document of `kind`. An error when the kind needs a place and there is none.
pub fn item(kind: PolicyKind, target: &Target, body: ast::Body) -> Result<ast::Item, Vec<Diagnostic>> {
    let item_kind = match kind {
        PolicyKind::Identity => policy(ast::PolicyKind::Identity, target, body),
        PolicyKind::Boundary => policy(ast::PolicyKind::Boundary, target, body),
        PolicyKind::Session => policy(ast::PolicyKind::Session, target, body),
        PolicyKind::Scp => guardrail(false, target, body),
        PolicyKind::Rcp => guardrail(true, target, body),
        PolicyKind::Resource | PolicyKind::Endpoint if target.on.is_empty() => {
            return Err(vec![no_place(kind)]);
        }
        PolicyKind::Resource => ast::ItemKind::ResourcePolicy(ast::ResourcePolicy {
            word: ast::ResourceWord::Resource,
            name: name(target),
            on: words_of(&target.on),
            account: target.account.as_deref().map(word),
            body: attached(body, &target.on),
        }),
        PolicyKind::Endpoint => ast::ItemKind::EndpointPolicy(ast::EndpointPolicy {
            name: name(target),
            on: words_of(&target.on),
            account: target.account.as_deref().map(word),
            body,
        }),
        PolicyKind::Trust => ast::ItemKind::Identity(ast::Identity {
            kind: ast::IdentityKind::Role,
            name: word(&target.name),
            account: target.account.as_deref().map(word),
            members: vec![ast::IdentityMember {
                kind: ast::IdentityMemberKind::Trust(body),
                span: Span::NONE,
            }],
        }),
    };
    Ok(ast::Item { annotations: Vec::new(), kind: item_kind, span: Span::NONE })
}

/// Spells out what the statements leave to the resource that the document is attached to: without `Resource` an allow is
/// about it, a deny also about what is inside it (R54, R153), and an API's policy names what is inside by short forms.
fn attached(mut body: ast::Body, on: &[String]) -> ast::Body {
    for statement in &mut body.statements {
        match &mut statement.resources {
            None => {
                let inside = on.iter().filter(|_| statement.effect == Some(ast::Effect::Deny));
                let inside: Vec<String> = inside.flat_map(|arn| hir::inside(arn)).collect();
                let items = on.iter().chain(&inside).map(|text| word(text)).collect();
                statement.resources = Some(ast::Resources { negated: false, items, span: statement.span });
            }
            Some(resources) => {
                let expanded = |item: &ast::Lexeme| -> Vec<ast::Lexeme> {
                    let text = item.text().unwrap_or_default();
                    let of: Vec<_> =
                        on.iter().filter_map(|arn| hir::of_api(&text, arn)).map(|text| word(&text)).collect();
                    if of.is_empty() { vec![item.clone()] } else { of }
                };
                resources.items = resources.items.iter().flat_map(expanded).collect();
            }
        }
    }
    body
}

fn no_place(kind: PolicyKind) -> Diagnostic {
    let (what, place) = match kind {
        PolicyKind::Endpoint => ("an endpoint policy", "the id of the endpoint"),
        _ => ("a resource policy", "the ARN of the resource"),
    };
    let message = format!("{what} needs {place} that it is attached to");
    Diagnostic::error(codes::NO_PLACE, message).help("say where it is attached: `--on` of `tabella import`")
}

fn policy(kind: ast::PolicyKind, target: &Target, body: ast::Body) -> ast::ItemKind {
    ast::ItemKind::Policy(ast::Policy {
        kind,
        name: word(&target.name),
        params: Vec::new(),
        arn: target.arn.as_deref().map(word),
        body,
    })
}

fn guardrail(resource: bool, target: &Target, body: ast::Body) -> ast::ItemKind {
    let place = |text: &String| match text.split_once(' ') {
        Some(("unit", name)) => ast::GuardrailTarget::Unit(word(name)),
        Some(("account", name)) => ast::GuardrailTarget::Account(word(name)),
        _ if text == "root" => ast::GuardrailTarget::Root(Span::NONE),
        _ => ast::GuardrailTarget::Unit(word(text)),
    };
    let mut targets: Vec<_> = target.on.iter().map(place).collect();
    if targets.is_empty() {
        targets.push(ast::GuardrailTarget::Root(Span::NONE));
    }
    ast::ItemKind::Guardrail(ast::Guardrail { resource, name: word(&target.name), targets, body })
}

fn name(target: &Target) -> Option<ast::Lexeme> {
    (!target.name.is_empty()).then(|| word(&target.name))
}

fn words_of(texts: &[String]) -> Vec<ast::Lexeme> {
    texts.iter().map(|t| word(t)).collect()
}

fn word(text: &str) -> ast::Lexeme {
    words::word(text, Span::NONE)
}
