//! One document: version, statements, and what each kind of document may hold (R45, R48, R52–R58). Knows nothing of how
//! documents combine.

use super::cx::Cx;
use super::principal;
use crate::diag::codes::resolve as code;
use crate::hir::{
    ActionPattern, Actions, Effect, List, Piece, Policy, PolicyKind, Principal, Principals, ResourcePattern,
    Resources, Statement, Str, Template, Version, never,
};
use crate::source::Span;
use crate::syntax::ast::{self, Annotation, Body, Origin, PrincipalKind};
use hashbrown::HashMap;

/// What is known of a document from outside it.
#[derive(Clone, Debug)]
pub struct Head {
    /// What it is.
    pub kind: PolicyKind,
    /// The name reports use.
    pub name: Str,
    /// Its ARN.
    pub arn: Option<Str>,
    /// Where it stands.
    pub span: Span,
}

/// The actions that `sts` knows for the three ways into a role (R122).
const ASSUME: &str = "sts:AssumeRole";
const ASSUME_WEB: &str = "sts:AssumeRoleWithWebIdentity";
const ASSUME_SAML: &str = "sts:AssumeRoleWithSAML";
/// What a `deny` without actions closes: every way in, and what goes with it, such as tags of the session.
const STS: &str = "sts:*";

impl<'a> Cx<'a> {
    /// Resolves a document. `None` when anything in it is wrong: a statement is never left out (rule 6).
    pub fn document(&mut self, body: &'a Body, head: Head) -> Option<Policy> {
        self.origin = body.origin;
        let version = self.version(body);
        let id = body.id.as_ref().map(|id| self.text(id).map(|t| Str::from(&*t)));
        self.sids(body, head.kind);
        let mut statements = Vec::with_capacity(body.statements.len());
        let mut complete = !matches!(id, Some(None));
        for statement in &body.statements {
            match self.statement(statement, head.kind, version.unwrap_or(Version::V2012)) {
                Some(resolved) => statements.extend(resolved),
                None => complete = false,
            }
        }
        let version = version?;
        complete.then(|| Policy {
            name: head.name,
            arn: head.arn,
            kind: head.kind,
            version: Some(version),
            id: id.flatten(),
            statements,
            span: head.span,
        })
    }

    fn version(&mut self, body: &Body) -> Option<Version> {
        let Some(word) = &body.version else { return Some(Version::V2012) };
        let text = self.text(word)?;
        match &*text {
            "2012-10-17" => Some(Version::V2012),
            "2008-10-17" => Some(Version::V2008),
            _ => {
                let message = format!("`{text}` is no policy version");
                self.error_help(code::VERSION, word.span, message, "it is `2012-10-17` or `2008-10-17`");
                None
            }
        }
    }

    /// Statement names: one each, and of the characters IAM takes (R56).
    fn sids(&mut self, body: &Body, kind: PolicyKind) {
        let mut seen: HashMap<Str, Span> = HashMap::new();
        let strict = !matches!(kind, PolicyKind::Resource | PolicyKind::Endpoint);
        for word in body.statements.iter().filter_map(|s| s.sid.as_ref()) {
            let Some(text) = self.text(word) else { continue };
            if strict && !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
                let message = format!("IAM does not take the statement name `{text}`");
                self.warn(code::SID, word.span, message, "use letters and digits only");
            }
            if text.is_empty() {
                continue;
            }
            if let Some(first) = seen.get(&*text) {
                let message = format!("two statements are named `{text}`");
                let d = if strict {
                    crate::diag::Diagnostic::error(code::SID_TWICE, message)
                } else {
                    crate::diag::Diagnostic::warning(code::SID_TWICE, message)
                };
                self.sink.push(d.at(word.span).and_at(*first, "the first one").help("rename one of them"));
            } else {
                seen.insert(Str::from(&*text), word.span);
            }
        }
    }

    /// A statement; a trust statement whose actions follow from its principals may become several.
    fn statement(
        &mut self,
        s: &'a ast::Statement,
        kind: PolicyKind,
        version: Version,
    ) -> Option<Vec<Statement>> {
        let Some(effect) = s.effect else {
            self.sink.fail();
            return None;
        };
        let before = self.sink.errors();
        let sid = s.sid.as_ref().map(|w| self.text(w).map(|t| Str::from(&*t)));
        let annotations = self.annotations(&s.annotations);
        let parts = self.parts(s, effect, kind);
        let resources = self.statement_resources(s, effect, kind, version);
        let condition = self.clauses(&s.clauses, version);
        let sid = sid.map_or(Some(None), |s| s.map(Some));
        let (parts, resources, condition, sid, annotations) =
            (parts?, resources?, condition?, sid?, annotations?);
        let place = s.resources.as_ref().map_or(s.span, |r| r.span);
        self.unfilled(effect, resources.as_ref(), &condition, place);
        self.misplaced(effect, resources.as_ref(), place);
        if effect == Effect::Deny && self.origin == Origin::Source && never::holds(&condition) {
            let spans = s.clauses.iter().map(|c| c.expr.span);
            let span = spans.reduce(Span::to).unwrap_or(s.span);
            let help = "mend the condition, or delete the statement if nothing is to be denied";
            self.idle(effect, span, "this condition can never hold, so nothing is denied", help);
        }
        if self.sink.errors() > before {
            return None;
        }
        Some(
            parts
                .into_iter()
                .map(|(principals, actions)| Statement {
                    sid: sid.clone(),
                    effect,
                    principals,
                    actions,
                    resources: resources.clone(),
                    condition: condition.clone(),
                    annotations: annotations.clone(),
                    span: s.span,
                })
                .collect(),
        )
    }

    /// Annotations as pairs.
    pub fn annotations(&mut self, annotations: &[Annotation]) -> Option<Vec<(Str, Str)>> {
        let mut out = Vec::with_capacity(annotations.len());
        for a in annotations {
            let name = Str::from(&*self.text(&a.name)?);
            let value = match &a.value {
                Some(value) => Str::from(&*self.text(value)?),
                None => Str::from(""),
            };
            out.push((name, value));
        }
        Some(out)
    }

    /// Who and what: usually one pair.
    fn parts(
        &mut self,
        s: &'a ast::Statement,
        effect: Effect,
        kind: PolicyKind,
    ) -> Option<Vec<(Option<Principals>, Actions)>> {
        let principals = self.statement_principals(s, effect, kind);
        if kind == PolicyKind::Rcp && s.actions.negated {
            let span = s.actions.span.unwrap_or(s.span);
            self.error(code::RCP, span, "a resource guardrail cannot say `not` actions");
        }
        if s.actions.items.is_empty() {
            return match (kind, &s.principals) {
                (PolicyKind::Trust, Some(written)) if !s.actions.negated => {
                    self.implied_actions(effect, written, principals.flatten()?)
                }
                _ => {
                    let message = "this statement has no actions";
                    self.error_help(code::NO_ACTIONS, s.span, message, "name them, or write `*` for all");
                    None
                }
            };
        }
        let actions = self.actions(&s.actions);
        if let Some(actions) = &actions {
            self.no_action(actions, effect, s.actions.span.unwrap_or(s.span));
        }
        Some(vec![(principals?, actions?)])
    }

    /// Trust statements without actions: the way in follows from the kind of principal, so one statement a kind. A
    /// `deny` closes all of them: a principal such as `anyone` comes in by more ways than one.
    fn implied_actions(
        &mut self,
        effect: Effect,
        written: &ast::Principals,
        resolved: Principals,
    ) -> Option<Vec<(Option<Principals>, Actions)>> {
        let only = |action: &str| Actions {
            negated: false,
            patterns: List::one(ActionPattern { text: action.into() }),
        };
        if effect == Effect::Deny {
            return Some(vec![(Some(resolved), only(STS))]);
        }
        let mut groups: [(&str, Vec<Principal>); 3] =
            [(ASSUME, Vec::new()), (ASSUME_WEB, Vec::new()), (ASSUME_SAML, Vec::new())];
        for (item, principal) in written.items.iter().zip(resolved.items) {
            let way = match (&item.kind, &principal) {
                (PrincipalKind::WebIdentity(_), _) => 1,
                (PrincipalKind::Saml(_), _) => 2,
                (_, Principal::Federated(text)) => match principal::is_saml(text) {
                    Some(saml) => 1 + usize::from(saml),
                    None => {
                        let message = format!("it does not follow from `{text}` how the role is assumed");
                        let help = "write the action, or use `web identity` or `saml`";
                        self.error_help(code::NO_ACTIONS, item.span, message, help);
                        return None;
                    }
                },
                _ => 0,
            };
            if let Some((_, items)) = groups.get_mut(way) {
                items.push(principal);
            }
        }
        let parts = groups
            .into_iter()
            .filter(|(_, items)| !items.is_empty())
            .map(|(action, items)| (Some(Principals { negated: resolved.negated, items }), only(action)));
        Some(parts.collect())
    }

    /// Principals as the kind of document has them. The outer `None` is an error.
    fn statement_principals(
        &mut self,
        s: &'a ast::Statement,
        effect: Effect,
        kind: PolicyKind,
    ) -> Option<Option<Principals>> {
        if kind == PolicyKind::Rcp {
            return self.rcp_principals(s, effect).map(Some);
        }
        let Some(written) = &s.principals else {
            return self.no_principals(s, effect, kind);
        };
        if !kind.has_principal() {
            let message = format!("{} have no principals", kind_name(kind));
            let help = "they act for whoever they are attached to; leave the principals out";
            self.error_help(code::PRINCIPALS_HERE, written.span, message, help);
            return None;
        }
        if written.negated && kind == PolicyKind::Trust {
            let help = "name who may assume the role, or deny it with a condition on `aws:PrincipalArn`";
            self.error_help(
                code::NOT_PRINCIPAL,
                written.span,
                "a trust policy cannot say `anyone but`",
                help,
            );
            return None;
        }
        if written.negated && effect == Effect::Allow {
            let help =
                "it would allow everybody else, anonymous callers too; deny instead, or name who is allowed";
            self.error_help(code::NOT_PRINCIPAL, written.span, "`anyone but` goes only with `deny`", help);
            return None;
        }
        let canonical = written.items.iter().find(|i| matches!(i.kind, PrincipalKind::Canonical(_)));
        if let (PolicyKind::Trust, Some(item)) = (kind, canonical) {
            self.error(
                code::PRINCIPAL,
                item.span,
                "canonical users exist in S3 only and cannot assume roles",
            );
            return None;
        }
        // R84: what can't be kept is refused where it denies; an allow of nobody is only worth a warning.
        if let (Effect::Deny, false, Some(item)) = (effect, written.negated, canonical) {
            let message = "no request says which canonical user its account is, so this would deny nobody";
            self.error_help(code::PRINCIPAL, item.span, message, "deny the account instead: `account …`");
            return None;
        }
        let resolved = self.principals(written)?;
        self.nobody(written, &resolved, effect);
        Some(Some(resolved))
    }

    /// A statement without principals where the kind has them (R55).
    fn no_principals(
        &mut self,
        s: &ast::Statement,
        effect: Effect,
        kind: PolicyKind,
    ) -> Option<Option<Principals>> {
        if !kind.has_principal() {
            return Some(None);
        }
        let message = format!("a statement of {} needs principals", kind_name(kind));
        let help = "say who: `anyone`, `role X`, `account Y`, `service z.amazonaws.com`";
        if effect == Effect::Deny || kind == PolicyKind::Trust {
            self.error_help(code::NO_PRINCIPALS, s.span, message, help);
            return None;
        }
        self.warn(code::NO_PRINCIPALS, s.span, format!("{message}: this one never applies"), help);
        Some(None)
    }

    /// Resource guardrails deny anyone (R48).
    fn rcp_principals(&mut self, s: &ast::Statement, effect: Effect) -> Option<Principals> {
        if effect == Effect::Allow {
            let help = "what they do not deny is allowed by RCPFullAWSAccess, which is always there";
            self.error_help(code::RCP, s.span, "resource guardrails only deny", help);
            return None;
        }
        match &s.principals {
            None => Some(Principals { negated: false, items: vec![Principal::Anyone { aws: false }] }),
            Some(p)
                if !p.negated && p.items.iter().all(|i| matches!(i.kind, PrincipalKind::Anyone { .. })) =>
            {
                self.principals(p)
            }
            Some(p) => {
                let help = "leave the principals out and use a condition such as `aws:PrincipalArn`";
                self.error_help(code::RCP, p.span, "a resource guardrail denies `anyone`", help);
                None
            }
        }
    }

    /// Resources as the kind of document has them (R54). The outer `None` is an error.
    fn statement_resources(
        &mut self,
        s: &ast::Statement,
        effect: Effect,
        kind: PolicyKind,
        version: Version,
    ) -> Option<Option<Resources>> {
        match (&s.resources, kind) {
            (Some(written), PolicyKind::Trust) => {
                let message = "a trust policy has no resources: it is about its role only";
                self.error_help(code::RESOURCES_HERE, written.span, message, "leave out `on …`");
                None
            }
            (Some(written), _) => {
                let resources = self.resources(written, kind, version)?;
                let all = |p: &ResourcePattern| matches!(p.text.pieces.as_slice(), [Piece::Any]);
                if resources.negated && resources.patterns.iter().any(all) {
                    let message = "all resources but all are none";
                    self.all_but_all(
                        effect,
                        written.span,
                        message,
                        "name what is excepted, or delete the statement",
                    );
                }
                Some(Some(resources))
            }
            (None, PolicyKind::Trust | PolicyKind::Resource) => Some(None),
            (None, _) => {
                let text = Template { pieces: List::one(Piece::Any) };
                Some(Some(Resources { negated: false, patterns: List::one(ResourcePattern { text }) }))
            }
        }
    }
}

/// What documents of a kind are called in messages.
fn kind_name(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "identity policies",
        PolicyKind::Boundary => "boundaries",
        PolicyKind::Session => "session policies",
        PolicyKind::Scp => "guardrails",
        PolicyKind::Rcp => "resource guardrails",
        PolicyKind::Resource => "resource policies",
        PolicyKind::Trust => "trust policies",
        PolicyKind::Endpoint => "endpoint policies",
    }
}
