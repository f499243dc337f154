//! Unit tests on hand-built policies; the rule suites under `tests/rules` test the same rules from source text.

mod conditions;
mod gates;
mod matching;
mod values;

use super::{Evaluation, evaluate};
use crate::catalog::Catalog;
use crate::hir::*;
use crate::source::Span;
use tabella_runtime::{Context, Decision, Entry, Extras, Gate, Outcome, Request, Values};

pub(super) const HOME: &str = "111111111111";
pub(super) const AWAY: &str = "222222222222";

pub(super) fn allow(action: &str, resource: &str) -> Statement {
    statement(Effect::Allow, action, resource)
}

pub(super) fn deny(action: &str, resource: &str) -> Statement {
    statement(Effect::Deny, action, resource)
}

fn statement(effect: Effect, action: &str, resource: &str) -> Statement {
    Statement {
        sid: None,
        effect,
        principals: None,
        actions: Actions { negated: false, patterns: vec![ActionPattern { text: action.into() }].into() },
        resources: (!resource.is_empty()).then(|| Resources {
            negated: false,
            patterns: vec![ResourcePattern { text: glob(resource) }].into(),
        }),
        condition: Condition::TRUE,
        annotations: Vec::new(),
        span: Span::NONE,
    }
}

impl Statement {
    pub(super) fn by(mut self, principal: Principal) -> Self {
        let principals = self.principals.get_or_insert(Principals { negated: false, items: Vec::new() });
        principals.items.push(principal);
        self
    }

    pub(super) fn by_all_but(mut self, principal: Principal) -> Self {
        self = self.by(principal);
        self.principals.as_mut().unwrap().negated = true;
        self
    }

    pub(super) fn when(mut self, condition: Condition) -> Self {
        self.condition = condition;
        self
    }
}

/// Text with `*`, `?` and `${key}` / `${key, 'default'}`.
pub(super) fn glob(text: &str) -> Template {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(body) = rest.strip_prefix("${") {
            let (inside, after) = body.split_once('}').unwrap();
            let (key, default) = match inside.split_once(',') {
                Some((key, default)) => (key, Some(default.trim().trim_matches('\'').into())),
                None => (inside, None),
            };
            pieces.push(Piece::Variable { key: key.to_lowercase().into(), written: key.into(), default });
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match (c, pieces.last_mut()) {
            ('*', _) => pieces.push(Piece::Any),
            ('?', _) => pieces.push(Piece::One),
            (c, Some(Piece::Literal(text))) => *text = format!("{text}{c}").into(),
            (c, _) => pieces.push(Piece::Literal(c.to_string().into())),
        }
    }
    Template { pieces: pieces.into() }
}

pub(super) fn user(name: &str) -> Principal {
    Principal::User(format!("arn:aws:iam::{HOME}:user/{name}").into())
}

pub(super) fn role(name: &str) -> Principal {
    Principal::Role(format!("arn:aws:iam::{HOME}:role/{name}").into())
}

pub(super) fn account(id: &str) -> Principal {
    Principal::Account { id: id.into(), arn: None }
}

pub(super) const ANYONE: Principal = Principal::Anyone { aws: false };

/// A world with two accounts, a user `ann` and a role `ops` in the first and a user `bob` in the second.
pub(super) struct Estate(pub(super) World);

impl Estate {
    pub(super) fn new() -> Self {
        let account = |name: &str, id: &str| Account {
            name: name.into(),
            id: id.into(),
            in_organization: true,
            management: false,
            org_path: "".into(),
            scps: None,
            rcps: None,
            span: Span::NONE,
        };
        let accounts = vec![account("home", HOME), account("away", AWAY)];
        let mut world = World { accounts, ..World::default() };
        world.identities = vec![
            identity(IdentityKind::User, "ann", "/", HOME),
            identity(IdentityKind::Role, "ops", "/x/", HOME),
            identity(IdentityKind::User, "bob", "/", AWAY),
        ];
        Estate(world)
    }

    pub(super) fn policy(&mut self, kind: PolicyKind, statements: Vec<Statement>) -> PolicyId {
        let id = PolicyId(self.0.policies.len() as u32);
        self.0.policies.push(Policy {
            name: format!("p{}", id.0).into(),
            arn: None,
            kind,
            version: Some(Version::V2012),
            id: None,
            statements,
            span: Span::NONE,
        });
        id
    }

    /// Gives `ann`, `ops` or `bob` an identity policy.
    pub(super) fn give(mut self, name: &str, statements: Vec<Statement>) -> Self {
        let id = self.policy(PolicyKind::Identity, statements);
        self.identity(name).policies.push(id);
        self
    }

    pub(super) fn bound(mut self, name: &str, statements: Vec<Statement>) -> Self {
        let id = self.policy(PolicyKind::Boundary, statements);
        self.identity(name).boundary = Some(vec![id]);
        self
    }

    pub(super) fn attach(self, resource: &str, statements: Vec<Statement>) -> Self {
        self.attach_as(PolicyKind::Resource, resource, statements)
    }

    pub(super) fn trust(self, resource: &str, statements: Vec<Statement>) -> Self {
        self.attach_as(PolicyKind::Trust, resource, statements)
    }

    fn attach_as(mut self, kind: PolicyKind, resource: &str, statements: Vec<Statement>) -> Self {
        let policy = self.policy(kind, statements);
        self.0.resource_policies.push(ResourcePolicy { resource: resource.into(), account: None, policy });
        self
    }

    pub(super) fn scp(mut self, levels: Vec<Vec<Statement>>) -> Self {
        let ids = levels.into_iter().map(|s| vec![self.policy(PolicyKind::Scp, s)]).collect();
        self.0.accounts[0].scps = Some(ids);
        self
    }

    pub(super) fn rcp(mut self, statements: Vec<Statement>) -> Self {
        let id = self.policy(PolicyKind::Rcp, statements);
        self.0.accounts[0].rcps = Some(vec![vec![id]]);
        self
    }

    pub(super) fn identity(&mut self, name: &str) -> &mut Identity {
        self.0.identities.iter_mut().find(|i| &*i.name == name).unwrap()
    }

    pub(super) fn ask(&self, request: &Request<'_>) -> Evaluation {
        evaluate(&self.0, &Catalog::default(), request)
    }

    /// The decision on `s3:GetObject`, in short: `allow identity policy`.
    pub(super) fn get(&self, principal: &str, resource: &str) -> String {
        self.decide(principal, "s3:GetObject", resource)
    }

    pub(super) fn decide(&self, principal: &str, action: &str, resource: &str) -> String {
        short(self.ask(&request(principal, action, resource)).decision)
    }
}

pub(super) fn short(decision: Decision) -> String {
    format!("{}: {}", decision.outcome, decision.gate)
}

pub(super) fn request<'a>(principal: &'a str, action: &'a str, resource: &'a str) -> Request<'a> {
    Request { principal, action, resource, context: Context::EMPTY, extras: None }
}

/// The request, and more said of it.
pub(super) fn saying<'a>(request: &Request<'a>, say: impl FnOnce(&mut Extras<'a>)) -> Request<'a> {
    let mut extras = *request.extras();
    say(&mut extras);
    Request { extras: Some(Box::leak(Box::new(extras))), ..*request }
}

fn identity(kind: IdentityKind, name: &str, path: &str, of: &str) -> Identity {
    let word = if kind == IdentityKind::User { "user" } else { "role" };
    Identity {
        kind,
        name: name.into(),
        path: path.into(),
        account: AccountId(u32::from(of == AWAY)),
        arn: format!("arn:aws:iam::{of}:{word}{path}{name}").into(),
        unique_id: None,
        policies: Vec::new(),
        groups: Vec::new(),
        boundary: None,
        tags: Vec::new(),
        max_session: 3600,
        service_linked: false,
        trust: None,
        created: None,
        inline: Vec::new(),
        span: Span::NONE,
    }
}

/// The answer to one condition, given a complete context.
pub(super) fn condition_holds(condition: Condition, context: &[(&str, Values<'_>)]) -> bool {
    let estate = Estate::new().give("ann", vec![allow("s3:*", "*").when(condition)]);
    let entries: Vec<_> = context.iter().map(|(key, values)| Entry { key, values: *values }).collect();
    let ann = format!("arn:aws:iam::{HOME}:user/ann");
    let mut request = request(&ann, "s3:GetObject", "arn:aws:s3:::b/k");
    request.context = Context::complete(&entries).unwrap();
    let decision = estate.ask(&request).decision;
    assert!(matches!(decision.gate, Gate::Identity));
    decision.outcome == Outcome::Allow
}

pub(super) fn atom(operator: Operator, key: &str, values: Vec<Value>) -> Atom {
    Atom {
        quantifier: Quantifier::Single,
        operator,
        if_exists: false,
        key: key.to_lowercase().into(),
        written_key: key.into(),
        values: values.into(),
        span: Span::NONE,
    }
}

pub(super) fn text(value: &str) -> Value {
    Value::Text(glob(value))
}
