//! Policies of resources and of VPC endpoints: what they are attached to and in which account that is.

use super::access_points::Owners;
use super::items::{endpoint_id, plain};
use super::{Build, Shared, home};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{AccountId, Endpoint, PolicyKind, ResourcePolicy, Str, is_account_id};
use crate::resolve::document::Head;
use crate::source::Span;
use crate::syntax::ast::{Lexeme, Origin};
use hashbrown::HashSet;

impl Build {
    /// Resolves `resource policy … on …`; `owners` of buckets are known from their access points.
    pub fn resource_policies<'a>(&mut self, shared: &Shared<'a>, mut owners: Owners) {
        let by_points = owners.clone();
        let digits: Vec<Str> = self.world.accounts.iter().map(|a| a.id.clone()).collect();
        let mut ownerless: Vec<(Str, Span)> = Vec::new();
        for (policy, span) in &shared.items.resource_policies {
            let mut resources = Vec::new();
            for word in &policy.on {
                let Some(arn) = self.arn_of(shared, word) else { continue };
                if arn.split(':').nth(2) == Some("iam") {
                    let d = Diagnostic::error(code::ARN, format!("`{arn}` has no resource policy"));
                    let help = "who may assume a role is said in the role: `role R { trust { … } }`";
                    self.sink.push(d.at(word.span).help(help));
                    continue;
                }
                let Some(mut account) = self.owner(shared, &arn, policy.account.as_ref(), word.span) else {
                    continue;
                };
                account.1 = account.1.or_else(|| self.account_id(by_points.get(&arn)?));
                self.need_access_point(&arn, word.span);
                // IAM's JSON does not say who owns what; where it was found does.
                if account.0.is_none() && policy.body.origin == Origin::Source {
                    ownerless.push((arn.clone(), word.span));
                }
                resources.push((arn, account));
            }
            resources.sort();
            resources.dedup();
            let name = self.attached_name(policy.name.as_ref(), "resource policy on", &policy.on);
            let head = Head { kind: PolicyKind::Resource, name, arn: None, span: *span };
            // Names of providers without an ARN are looked for in the account, if there is one for all.
            let of = |(arn, (digits, _)): &(Str, (Option<Str>, _))| digits.as_ref().map(|d| home(arn, d));
            let at = match resources.as_slice() {
                [first, rest @ ..] if rest.iter().all(|r| of(r) == of(first)) => of(first),
                _ => None,
            };
            let Some(id) = self.document(shared, &policy.body, head, None, at) else { continue };
            for (resource, (_, account)) in resources {
                if let Some(owner) = account.and_then(|a| digits.get(a.index()))
                    && owners.entry(resource.clone()).or_insert_with(|| owner.clone()) != owner
                {
                    let message = format!("two accounts own `{resource}`");
                    let help = "policies on one resource act as one set and belong to one account";
                    self.sink.push(Diagnostic::error(code::DUPLICATE, message).at(*span).help(help));
                }
                self.world.resource_policies.push(ResourcePolicy { resource, account, policy: id });
            }
        }
        self.need_owners(&ownerless);
    }

    /// A resource without an owner is whoever's asks (R73). With several accounts it is each one's own, so somebody must
    /// say whose it is: its policy, another one on it, or one on what it lies in.
    fn need_owners(&mut self, ownerless: &[(Str, Span)]) {
        if self.world.accounts.len() < 2 {
            return;
        }
        let policies = &self.world.resource_policies;
        let owned: HashSet<&str> =
            policies.iter().filter(|p| p.account.is_some()).map(|p| &*p.resource).collect();
        for (arn, span) in ownerless {
            let mut around = arn.match_indices(['/', ':']).filter_map(|(at, _)| arn.get(..at));
            if owned.contains(&**arn) || around.any(|outer| owned.contains(outer)) {
                continue;
            }
            let message = format!("nothing says which account owns `{arn}`");
            let help = "its ARN names no account: write `in ACCOUNT` after it";
            self.sink.push(Diagnostic::error(code::NO_ACCOUNT, message).at(*span).help(help));
        }
    }

    /// Resolves `endpoint policy … on vpce-…`.
    pub fn endpoint_policies<'a>(&mut self, shared: &Shared<'a>) {
        for (policy, span) in &shared.items.endpoint_policies {
            let account = match &policy.account {
                Some(word) => self.written_account(shared, word),
                None => None,
            };
            let name = self.attached_name(policy.name.as_ref(), "endpoint policy on", &policy.on);
            let head = Head { kind: PolicyKind::Endpoint, name, arn: None, span: *span };
            let at = account.as_ref().map(|(digits, _)| home("", digits));
            let id = self.document(shared, &policy.body, head, None, at);
            for word in &policy.on {
                let Some(endpoint) = endpoint_id(word, &mut self.sink) else { continue };
                if self.world.endpoints.iter().any(|e| e.id == endpoint) {
                    let message = format!("the endpoint `{endpoint}` has two policies");
                    self.sink.push(Diagnostic::error(code::DUPLICATE, message).at(word.span));
                } else if let Some(id) = id {
                    let account = account.as_ref().and_then(|(_, id)| *id);
                    self.world.endpoints.push(Endpoint { id: endpoint, account, policy: id });
                }
            }
        }
    }

    /// The name reports use.
    fn attached_name(&mut self, name: Option<&Lexeme>, what: &str, on: &[Lexeme]) -> Str {
        if let Some(name) = name.and_then(|w| plain(w, &mut self.sink)) {
            return name;
        }
        let first = on.first().and_then(|w| w.text()).unwrap_or_default();
        Str::from(if on.len() > 1 { format!("{what} {first} …") } else { format!("{what} {first}") })
    }

    /// Digits and id of an account that is written.
    pub(super) fn written_account(
        &mut self,
        shared: &Shared<'_>,
        word: &Lexeme,
    ) -> Option<(Str, Option<AccountId>)> {
        let text = plain(word, &mut self.sink)?;
        let digits = self.cx(shared, None, None).account_digits(&text, word.span)?;
        let id = self.account_id(&digits);
        if id.is_none() {
            let d = Diagnostic::error(code::NO_ACCOUNT, format!("the account `{digits}` is not declared"));
            self.sink.push(d.at(word.span).help(format!("declare it: `account name {digits}`")));
        }
        id.map(|id| (digits, Some(id)))
    }

    /// The account of a resource: as written, else as its ARN says. The outer `None` is an error.
    #[allow(clippy::type_complexity, reason = "digits and id, each where it is known")]
    fn owner(
        &mut self,
        shared: &Shared<'_>,
        arn: &str,
        written: Option<&Lexeme>,
        span: Span,
    ) -> Option<(Option<Str>, Option<AccountId>)> {
        let in_arn = arn.split(':').nth(4).filter(|a| is_account_id(a)).map(Str::from);
        let Some(word) = written else {
            let id = in_arn.as_ref().and_then(|d| self.account_id(d));
            return Some((in_arn, id));
        };
        let (digits, id) = self.written_account(shared, word)?;
        if in_arn.as_ref().is_some_and(|d| *d != digits) {
            let message = format!("`{arn}` is not in the account `{digits}`");
            self.sink.push(Diagnostic::error(code::ARN, message).at(span));
            return None;
        }
        Some((Some(digits), id))
    }
}
