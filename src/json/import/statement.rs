//! One statement: which elements it may have in which kind of document (R54–R56, R48).

use super::words;
use super::{Importer, excerpt};
use crate::diag::codes::json as codes;
use crate::diag::{Diagnostic, Severity};
use crate::hir::PolicyKind;
use crate::json::reader::{Member, Node};
use crate::source::Span;
use crate::syntax::ast::{Actions, Effect, Lexeme, PrincipalKind, Principals, Resources, Statement};
use hashbrown::HashMap;

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// The members of a statement, each at its place.
#[derive(Default)]
struct Elements<'n> {
    sid: Option<&'n Member>,
    effect: Option<&'n Member>,
    principal: Option<&'n Member>,
    action: Option<&'n Member>,
    resource: Option<&'n Member>,
    condition: Option<&'n Member>,
}

impl Importer {
    /// `None` only after an error, or for what is there anyway.
    pub(super) fn statement<'n>(
        &mut self,
        node: &'n Node,
        sids: &mut HashMap<&'n str, Span>,
    ) -> Option<Statement> {
        let Some(members) = node.members() else {
            self.wrong_type("a statement", "an object", node);
            return None;
        };
        let elements = self.elements(members);
        let effect = self.effect(elements.effect, node.span);
        let statement = Statement {
            annotations: Vec::new(),
            sid: elements.sid.and_then(|m| self.sid(&m.value, sids)),
            effect,
            principals: self.principal_element(elements.principal, effect, node.span),
            actions: self.action_element(elements.action, node.span),
            resources: self.resource_element(elements.resource, effect, node.span),
            clauses: elements.condition.map(|m| self.condition(&m.value)).unwrap_or_default(),
            span: node.span,
        };
        if self.kind == PolicyKind::Rcp && !self.rcp(&statement) {
            return None;
        }
        effect.map(|_| statement)
    }

    fn elements<'n>(&mut self, members: &'n [Member]) -> Elements<'n> {
        let mut elements = Elements::default();
        for member in members {
            let slot = match &*member.key {
                "Sid" => &mut elements.sid,
                "Effect" => &mut elements.effect,
                "Principal" | "NotPrincipal" => &mut elements.principal,
                "Action" | "NotAction" => &mut elements.action,
                "Resource" | "NotResource" => &mut elements.resource,
                "Condition" => &mut elements.condition,
                _ => {
                    self.unknown_element(member, &ELEMENTS);
                    continue;
                }
            };
            match slot {
                None => *slot = Some(member),
                Some(first) => {
                    let message = format!("`{}` and `{}` exclude each other", first.key, member.key);
                    let error = Diagnostic::error(codes::CONFLICT, message).at(member.key_span);
                    self.push(error.and_at(first.key_span, "the other is here").help("keep one of them"));
                }
            }
        }
        elements
    }

    fn effect(&mut self, member: Option<&Member>, statement: Span) -> Option<Effect> {
        let Some(member) = member else {
            self.missing("`Effect`", statement);
            return None;
        };
        match self.text("Effect", &member.value)? {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            other => {
                let message = format!("unknown effect `{}`", excerpt(other));
                let error = Diagnostic::error(codes::EFFECT, message).at(member.value.span);
                self.push(error.help("write `Allow` or `Deny`"));
                None
            }
        }
    }

    /// R56. An empty `Sid` names nothing, so several statements may have one. Names in policies on resources are the
    /// services' affair: twice the same is only worth a warning there, which `resolve` gives.
    fn sid<'n>(&mut self, value: &'n Node, sids: &mut HashMap<&'n str, Span>) -> Option<Lexeme> {
        let text = self.text("Sid", value)?;
        if text.is_empty() {
            return None;
        }
        let strict = !matches!(self.kind, PolicyKind::Resource | PolicyKind::Endpoint);
        if let Some(first) = sids.insert(text, value.span).filter(|_| strict) {
            let message = format!("two statements have the `Sid` `{}`", excerpt(text));
            let error = Diagnostic::error(codes::DUPLICATE_SID, message).at(value.span);
            self.push(error.and_at(first, "the first one").help("rename one of them"));
        }
        Some(words::word(text, value.span))
    }

    fn action_element(&mut self, member: Option<&Member>, statement: Span) -> Actions {
        match member {
            Some(member) => self.actions(&member.key, &member.value),
            None => {
                self.missing("`Action` or `NotAction`", statement);
                Actions::default()
            }
        }
    }

    /// R54: needed where the document is attached to an identity, optional where it is attached to a resource.
    fn resource_element(
        &mut self,
        member: Option<&Member>,
        effect: Option<Effect>,
        statement: Span,
    ) -> Option<Resources> {
        let Some(member) = member else {
            if self.kind == PolicyKind::Resource && effect == Some(Effect::Deny) {
                let message =
                    "without `Resource` this denies what the document is attached to, and what is inside it";
                let found = Diagnostic::warning(codes::NO_RESOURCE, message).at(statement);
                self.push(found.help("write `Resource`: in IAM's words it is the attached resource only"));
            }
            if !matches!(self.kind, PolicyKind::Resource | PolicyKind::Trust) {
                self.missing("`Resource` or `NotResource`", statement);
            }
            return None;
        };
        if self.kind == PolicyKind::Trust {
            self.trust_resource(member);
            return None;
        }
        Some(self.resources(&member.key, &member.value))
    }

    /// R54: a trust policy is about its role only, so `"Resource": "*"` says nothing and anything else can't be kept.
    fn trust_resource(&mut self, member: &Member) {
        let message = format!("a trust policy has no `{}`", member.key);
        let star = &*member.key == "Resource" && member.value.as_str() == Some("*");
        let severity = if star { Severity::Warning } else { Severity::Error };
        let found = Diagnostic::new(severity, codes::NOT_IN_KIND, message).at(member.key_span);
        self.push(found.help("delete it; a trust policy is about its role only"));
    }

    /// R55.
    fn principal_element(
        &mut self,
        member: Option<&Member>,
        effect: Option<Effect>,
        statement: Span,
    ) -> Option<Principals> {
        let Some(member) = member else {
            self.no_principal(statement);
            return None;
        };
        let place = member.key_span;
        if !self.kind.has_principal() {
            let message = format!("`{}` is not allowed in {}", member.key, name_of(self.kind));
            let error = Diagnostic::error(codes::NOT_IN_KIND, message).at(place);
            self.push(error.help("import it as a resource policy if it is attached to a resource"));
        } else if &*member.key == "NotPrincipal" {
            self.not_principal(effect, place);
        }
        Some(self.principals(&member.key, &member.value))
    }

    /// In policies of resources and endpoints `resolve` knows whether it is an error.
    fn no_principal(&mut self, statement: Span) {
        if matches!(self.kind, PolicyKind::Trust | PolicyKind::Rcp) {
            let message = "the statement names no principal";
            self.push(Diagnostic::error(codes::NO_PRINCIPAL, message).at(statement));
        }
    }

    fn not_principal(&mut self, effect: Option<Effect>, place: Span) {
        let message = match (self.kind, effect) {
            (PolicyKind::Trust, _) => "`NotPrincipal` is not allowed in a trust policy",
            (PolicyKind::Rcp, _) => "`NotPrincipal` is not allowed in a resource guardrail",
            (_, Some(Effect::Allow)) => "`NotPrincipal` with `Allow` would grant access to everybody else",
            _ => return,
        };
        let error = Diagnostic::error(codes::NOT_PRINCIPAL, message).at(place);
        self.push(error.help("name the principals that are meant"));
    }

    /// R48: resource guardrails only deny, to `*`. False for the statement of `RCPFullAWSAccess`, which is attached
    /// everywhere and can't be detached, so that leaving it out changes nothing.
    fn rcp(&mut self, statement: &Statement) -> bool {
        let span = statement.span;
        if statement.actions.negated {
            let message = "`NotAction` is not allowed in a resource guardrail";
            self.push(
                Diagnostic::error(codes::NOT_IN_KIND, message).at(statement.actions.span.unwrap_or(span)),
            );
        }
        if let Some(principals) = &statement.principals
            && !principals.items.iter().all(|p| matches!(p.kind, PrincipalKind::Anyone { .. }))
        {
            let error = Diagnostic::error(codes::NOT_IN_KIND, "a resource guardrail names no principals");
            self.push(error.at(principals.span).help("write `\"Principal\": \"*\"` and conditions"));
        }
        if statement.effect != Some(Effect::Allow) {
            return true;
        }
        let star = |items: &[Lexeme]| matches!(items, [only] if &*only.raw == "*");
        let everything = star(&statement.actions.items)
            && statement.resources.as_ref().is_some_and(|r| !r.negated && star(&r.items))
            && statement.clauses.is_empty();
        if everything {
            let message = "the statement of `RCPFullAWSAccess` is not imported: it is attached everywhere";
            self.push(Diagnostic::new(Severity::Note, codes::IMPLIED, message).at(span));
            return false;
        }
        let error = Diagnostic::error(codes::NOT_IN_KIND, "a resource guardrail only denies").at(span);
        self.push(error.help("`RCPFullAWSAccess` allows everything already; write what is denied"));
        true
    }
}

/// How messages call a kind of document.
fn name_of(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "an identity policy",
        PolicyKind::Boundary => "a boundary",
        PolicyKind::Session => "a session policy",
        PolicyKind::Scp => "a guardrail",
        PolicyKind::Rcp => "a resource guardrail",
        PolicyKind::Resource => "a resource policy",
        PolicyKind::Trust => "a trust policy",
        PolicyKind::Endpoint => "an endpoint policy",
    }
}
