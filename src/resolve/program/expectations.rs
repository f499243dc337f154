//! `test` blocks → requests with what is expected of them; `never` and `only` → resolved invariants.

use super::items::{endpoint_id, plain};
use super::policies::Shelf;
use super::times::Sessions;
use super::{Build, Shared, home};
use crate::diag::{Diagnostic, codes::analysis, codes::resolve as code};
use crate::hir::{
    ActionPattern, ContextEntry, Invariant, List, Piece, PolicyId, PolicyKind, Principal, ResourcePattern,
    Str, Template, Test, TestCase, Times, Version, is_account_id,
};
use crate::source::Span;
use crate::syntax::ast::{self, Expectation, Lexeme, PrincipalItem, TestBlock};
use tabella_runtime::{is_derived_key, is_session_key};

impl Build {
    /// Resolves all tests.
    pub fn tests<'a>(&mut self, shared: &Shared<'a>) {
        let roles = Sessions::new(&self.world);
        for (test, span) in &shared.items.tests {
            let Some(name) = self.cx(shared, None, None).text(&test.name).map(|t| Str::from(&*t)) else {
                continue;
            };
            let mut cases = Vec::new();
            for block in &test.blocks {
                self.block(shared, block, &roles, &mut cases);
            }
            self.world.tests.push(Test { name, cases, span: *span });
        }
    }

    fn block<'a>(
        &mut self,
        shared: &Shared<'a>,
        block: &'a TestBlock,
        roles: &Sessions,
        out: &mut Vec<TestCase>,
    ) {
        let policies = self.session_policies(shared, &block.session_policies);
        let endpoint = block.endpoint.as_ref().and_then(|w| endpoint_id(w, &mut self.sink));
        let common = self.context(shared, &block.context);
        let times = self.times(shared, block);
        for expectation in &block.expectations {
            let case = self.case(shared, block, expectation);
            let own = self.context(shared, &expectation.context);
            let (Some(mut case), Some(policies), Some(common), Some(own), Some(times)) =
                (case, &policies, &common, own, times)
            else {
                continue;
            };
            case.session_policies.clone_from(policies);
            case.endpoint.clone_from(&endpoint);
            let hidden = |c: &&ContextEntry| !own.iter().any(|o| o.key.eq_ignore_ascii_case(&c.key));
            case.context = common.iter().filter(hidden).cloned().chain(own.iter().cloned()).collect();
            case.times = times;
            if let Err(longest) = roles.end_session(&mut case) {
                self.too_long(block, longest);
                break;
            }
            out.push(case);
        }
    }

    /// One request without what the whole block shares.
    fn case<'a>(
        &mut self,
        shared: &Shared<'a>,
        block: &'a TestBlock,
        e: &'a Expectation,
    ) -> Option<TestCase> {
        let action = self.test_action(shared, &e.action);
        let resource = match &e.resource {
            Some(word) => self.test_resource(shared, word),
            None => Some("*".into()),
        };
        let account = match &e.account {
            Some(word) => {
                let text = plain(word, &mut self.sink)?;
                Some(self.cx(shared, None, None).account_digits(&text, word.span)?)
            }
            None => None,
        };
        let owner =
            resource.as_ref().and_then(|r| r.split(':').nth(4)).filter(|a| is_account_id(a)).map(Str::from);
        let owner = account.clone().or(owner).or_else(|| shared.names.only_account.clone());
        let owner = owner.map(|digits| home(resource.as_deref().unwrap_or_default(), &digits));
        let principal = self.caller(shared, &block.caller, owner);
        let mut because = Vec::with_capacity(e.because.len());
        for word in &e.because {
            because.push(Str::from(&*self.cx(shared, None, None).text(word)?));
        }
        Some(TestCase {
            principal: principal?,
            session_policies: None,
            times: Times::default(),
            endpoint: None,
            action: action?,
            resource: resource?,
            resource_account: account,
            context: Vec::new(),
            expected: e.outcome,
            because,
            span: e.span,
        })
    }

    /// The request's principal as text.
    fn caller<'a>(
        &mut self,
        shared: &Shared<'a>,
        item: &'a PrincipalItem,
        owner: Option<Str>,
    ) -> Option<Str> {
        Some(match self.cx(shared, None, owner).principal(item)? {
            Principal::Anyone { .. } => "*".into(),
            Principal::Account { arn: Some(arn), .. } => arn,
            Principal::Account { id, arn: None } => Str::from(format!("arn:aws:iam::{id}:root")),
            Principal::User(text)
            | Principal::Role(text)
            | Principal::RoleSession(text)
            | Principal::FederatedUser(text)
            | Principal::Service(text)
            | Principal::Federated(text) => text,
            Principal::UniqueId(text) | Principal::Canonical(text) => {
                self.test_error(
                    item.span,
                    format!("`{text}` cannot make a request"),
                    "name the caller by its ARN",
                );
                return None;
            }
        })
    }

    pub(super) fn test_error(&mut self, span: Span, message: String, help: &str) {
        self.sink.push(Diagnostic::error(code::TEST, message).at(span).help(help));
    }

    /// One action, without wildcards.
    fn test_action(&mut self, shared: &Shared<'_>, word: &Lexeme) -> Option<Str> {
        let text = Str::from(&*self.cx(shared, None, None).text(word)?);
        let whole = text.split_once(':').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        if !whole || text.contains(['*', '?']) || text.contains("${") {
            self.test_error(
                word.span,
                format!("`{text}` is not one action"),
                "a request has one: `service:Name`",
            );
            return None;
        }
        Some(text)
    }

    /// One ARN, or `*`.
    fn test_resource(&mut self, shared: &Shared<'_>, word: &Lexeme) -> Option<Str> {
        let text = Str::from(&*self.cx(shared, None, None).text(word)?);
        let whole = text.starts_with("arn:") && text.bytes().filter(|b| *b == b':').count() >= 5;
        if &*text != "*" && !whole {
            let help = "a request has one ARN of six parts, or `*`";
            self.test_error(word.span, format!("`{text}` is not one resource"), help);
            return None;
        }
        Some(text)
    }

    /// Session policies by name; `Some(None)` = none were passed.
    fn session_policies(&mut self, shared: &Shared<'_>, words: &[Lexeme]) -> Option<Option<Vec<PolicyId>>> {
        if words.is_empty() {
            return Some(None);
        }
        let mut out = Vec::with_capacity(words.len());
        for word in words {
            out.push(self.reference(shared, &[Shelf::Session], word, &[], word.span)?);
        }
        Some(Some(out))
    }

    /// Context entries; keys that the engine derives are refused (R151).
    fn context(&mut self, shared: &Shared<'_>, entries: &[ast::ContextEntry]) -> Option<Vec<ContextEntry>> {
        let mut out: Vec<ContextEntry> = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = Str::from(&*self.cx(shared, None, None).text(&entry.key)?);
            let values = self.cx(shared, None, None).literals(&entry.values)?;
            if is_derived_key(&key) && !is_session_key(&key) {
                let help = "it follows from the caller, the resource and the organization; declare those";
                self.test_error(entry.key.span, format!("`{key}` is derived and cannot be given"), help);
                return None;
            }
            if out.iter().any(|o| o.key.eq_ignore_ascii_case(&key)) {
                self.test_error(entry.key.span, format!("`{key}` is given twice"), "write it once");
                return None;
            }
            let list = entry.list || values.len() != 1;
            out.push(ContextEntry { key, values: values.into_iter().map(|(v, _)| v.text).collect(), list });
        }
        Some(out)
    }

    /// Resolves all invariants.
    pub fn invariants<'a>(&mut self, shared: &Shared<'a>) {
        for (invariant, span) in &shared.items.invariants {
            if let Some(resolved) = self.invariant(shared, invariant, *span) {
                // Nobody may take an invariant for proved because nothing was said about it.
                let warning = Diagnostic::warning(
                    analysis::NOT_PROVED,
                    "this invariant is checked for names only, not proved",
                );
                self.sink.push(warning.at(*span).help("write it as a `deny`, and pin it with a `test`"));
                self.world.invariants.push(resolved);
            }
        }
    }

    fn invariant<'a>(&mut self, shared: &Shared<'a>, i: &'a ast::Invariant, span: Span) -> Option<Invariant> {
        let role = match &i.assume {
            Some(item) => Some(self.assumed(shared, item)?),
            None => None,
        };
        let owner = role.as_ref().and_then(|r| r.split(':').nth(4)).map(Str::from);
        let owner = owner.or_else(|| shared.names.only_account.clone());
        let owner = owner.map(|digits| home(role.as_deref().unwrap_or_default(), &digits));
        let mut cx = self.cx(shared, None, owner);
        let principals = cx.principal_items(&i.principals);
        let actions = cx.action_patterns(&i.actions);
        let resources = cx.resource_patterns(&i.resources, PolicyKind::Identity, Version::V2012);
        let condition = cx.clauses(&i.clauses, Version::V2012);
        let outside = match &i.outside {
            Some(word) => Some(self.outside(shared, word)?),
            None => None,
        };
        let (principals, mut actions, mut resources) = (principals?, actions?, resources?);
        if let Some(role) = role {
            actions = List::one(ActionPattern { text: "sts:AssumeRole".into() });
            resources =
                List::one(ResourcePattern { text: Template { pieces: List::one(Piece::Literal(role)) } });
        }
        if actions.is_empty() {
            let d = Diagnostic::error(code::NO_ACTIONS, "this invariant has no actions").at(span);
            self.sink.push(d.help("say what is never done, or `*`"));
            return None;
        }
        if resources.is_empty() {
            resources = List::one(ResourcePattern { text: Template { pieces: List::one(Piece::Any) } });
        }
        Some(Invariant { only: i.only, principals, outside, actions, resources, condition: condition?, span })
    }

    /// The role of `may assume role R`.
    fn assumed<'a>(&mut self, shared: &Shared<'a>, item: &'a PrincipalItem) -> Option<Str> {
        match self.cx(shared, None, None).principal(item)? {
            Principal::Role(arn) => Some(arn),
            _ => {
                let d = Diagnostic::error(code::PRINCIPAL, "only roles can be assumed").at(item.span);
                self.sink.push(d.help("write `may assume role Name in account`"));
                None
            }
        }
    }

    /// `o-…`, or digits of an account.
    fn outside(&mut self, shared: &Shared<'_>, word: &Lexeme) -> Option<Str> {
        let text = plain(word, &mut self.sink)?;
        let organization = self.world.organization.as_ref();
        if organization.is_some_and(|o| o.id == text) || (organization.is_none() && text.starts_with("o-")) {
            return Some(text);
        }
        if text.starts_with("o-") && !shared.names.accounts.contains_key(&text) {
            let known = organization.map(|o| o.id.clone());
            self.cx(shared, None, None).unknown("organization", &text, word.span, known.iter().map(|k| &**k));
            return None;
        }
        self.cx(shared, None, None).account_digits(&text, word.span)
    }
}
