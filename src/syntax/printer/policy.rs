//! Bodies, statements, principals.

use super::super::ast::*;
use super::super::layout::{Blank, Op, Place};
use super::{Printer, before, last, start};

impl<'a> Printer<'a> {
    pub(super) fn body(&mut self, body: &'a Body, end: Place) {
        if body.version.is_none() && body.id.is_none() {
            return self.block(&body.statements, end, Self::statement);
        }
        self.word("{");
        self.op(Op::In);
        if let Some(version) = &body.version {
            self.op(Op::Hard(Blank::Never));
            self.word_at("version ", before(version.span));
            self.name(version);
        }
        if let Some(id) = &body.id {
            self.op(Op::Hard(Blank::Never));
            self.word_at("id ", before(id.span));
            self.raw(id);
        }
        for statement in &body.statements {
            self.op(Op::Hard(Blank::Keep));
            self.statement(statement);
        }
        self.op(Op::Out);
        self.op(Op::Hard(Blank::Never));
        self.word_at("}", end);
    }

    /// One line if it fits; else `on`, `when` and `unless` each begin a line of their own.
    fn statement(&mut self, statement: &'a Statement) {
        self.annotations(&statement.annotations);
        let Some(effect) = statement.effect else { return self.word("<error>") };
        self.op(Op::Open);
        if let Some(sid) = &statement.sid {
            self.raw(sid);
            self.word(": ");
        }
        let first = statement.principals.as_ref().map(|p| p.span).or(statement.actions.span);
        let place = match first {
            _ if statement.sid.is_none() && statement.annotations.is_empty() => start(statement.span),
            Some(span) => before(span),
            None => Place::Unknown,
        };
        self.word_at(
            match effect {
                Effect::Allow => "allow",
                Effect::Deny => "deny",
            },
            place,
        );
        self.hanging(|p| {
            if let Some(principals) = &statement.principals {
                p.word(" ");
                p.principals(principals);
            }
            p.actions(&statement.actions, statement.principals.is_some());
        });
        self.op(Op::In);
        if let Some(resources) = &statement.resources {
            self.op(Op::Line);
            self.word_at("on ", before(resources.span));
            self.hanging(|p| p.maybe_negated(&resources.items, resources.negated));
        }
        self.clauses(&statement.clauses);
        self.op(Op::Out);
        self.op(Op::Close);
    }

    pub(super) fn clauses(&mut self, clauses: &'a [Clause]) {
        for clause in clauses {
            self.op(Op::Line);
            self.word_at(if clause.unless { "unless " } else { "when " }, before(clause.expr.span));
            self.expr(&clause.expr);
        }
    }

    fn actions(&mut self, actions: &'a Actions, after_principals: bool) {
        if actions.items.is_empty() && !actions.negated {
            return;
        }
        if !after_principals {
            self.word(" ");
            return self.maybe_negated(&actions.items, actions.negated);
        }
        // Breaks where the first action would run over; the rest of the list looks after itself.
        self.op(Op::Open);
        self.op(Op::Line);
        match actions.items.first() {
            Some(action) if !actions.negated => self.name(action),
            _ => self.word("not ("),
        }
        self.op(Op::Close);
        if actions.negated {
            self.names(&actions.items);
            self.closer(")");
        } else {
            for action in actions.items.iter().skip(1) {
                self.word(",");
                self.op(Op::Open);
                self.op(Op::Line);
                self.name(action);
                self.op(Op::Close);
            }
        }
    }

    fn maybe_negated(&mut self, items: &'a [Lexeme], negated: bool) {
        if negated {
            self.word("not (");
        }
        self.names(items);
        if negated {
            self.closer(")");
        }
    }

    fn principals(&mut self, principals: &'a Principals) {
        if !principals.negated {
            return self.list(&principals.items, Self::principal);
        }
        self.word_at("anyone but ", start(principals.span));
        match principals.items.as_slice() {
            [one] => self.principal(one),
            many => {
                self.word("(");
                self.list(many, Self::principal);
                self.closer(")");
            }
        }
    }

    pub(super) fn principal(&mut self, principal: &'a PrincipalItem) {
        let place = start(principal.span);
        let (kind, name) = match &principal.kind {
            PrincipalKind::Anyone { aws: false } => return self.word_at("anyone", place),
            PrincipalKind::Anyone { aws: true } => return self.word_at("anyone aws", place),
            PrincipalKind::Account(name) => ("account ", name),
            PrincipalKind::User(name, _) => ("user ", name),
            PrincipalKind::Role(name, ..) => ("role ", name),
            PrincipalKind::Aws(name) => ("aws ", name),
            PrincipalKind::Service(name) => ("service ", name),
            PrincipalKind::WebIdentity(name) => ("web identity ", name),
            PrincipalKind::Saml(name) => ("saml ", name),
            PrincipalKind::Federated(name) => ("federated ", name),
            PrincipalKind::Canonical(name) => ("canonical ", name),
        };
        self.word_at(kind, place);
        self.name(name);
        let (account, session) = match &principal.kind {
            PrincipalKind::User(_, account) => (account.as_ref(), None),
            PrincipalKind::Role(_, account, session) => (account.as_ref(), session.as_ref()),
            _ => (None, None),
        };
        self.in_account(account);
        if let Some(session) = session {
            self.word(" session ");
            self.raw(session);
        }
    }

    pub(super) fn in_account(&mut self, account: Option<&'a Lexeme>) {
        if let Some(account) = account {
            self.word(" in ");
            self.name(account);
        }
    }

    pub(super) fn policy(&mut self, policy: &'a Policy, place: Place, end: Place) {
        self.word_at(
            match policy.kind {
                PolicyKind::Identity => "policy ",
                PolicyKind::Boundary => "boundary ",
                PolicyKind::Session => "session policy ",
            },
            place,
        );
        self.name(&policy.name);
        if !policy.params.is_empty() {
            self.word("(");
            self.hanging(|p| p.names(&policy.params));
            self.closer(")");
        }
        if let Some(arn) = &policy.arn {
            self.word(" arn ");
            self.name(arn);
        }
        self.word(" ");
        self.body(&policy.body, end);
    }

    pub(super) fn guardrail(&mut self, guardrail: &'a Guardrail, place: Place, end: Place) {
        self.word_at(if guardrail.resource { "resource guardrail " } else { "guardrail " }, place);
        self.name(&guardrail.name);
        self.word(" on ");
        self.hanging(|p| {
            p.list(&guardrail.targets, |p, target| match target {
                GuardrailTarget::Root(span) => p.word_at("root", start(*span)),
                GuardrailTarget::Unit(name) => {
                    p.word_at("unit ", before(name.span));
                    p.name(name);
                }
                GuardrailTarget::Account(name) => {
                    p.word_at("account ", before(name.span));
                    p.name(name);
                }
            });
        });
        self.word(" ");
        self.body(&guardrail.body, end);
    }

    pub(super) fn resource_policy(&mut self, policy: &'a ResourcePolicy, place: Place, end: Place) {
        let word = match policy.word {
            ResourceWord::Resource => "resource policy ",
            ResourceWord::Bucket => "bucket policy ",
            ResourceWord::Queue => "queue policy ",
            ResourceWord::Topic => "topic policy ",
            ResourceWord::Key => "key policy ",
        };
        self.word_at(word, place);
        self.attached(policy.name.as_ref(), &policy.on, policy.account.as_ref());
        self.body(&policy.body, end);
    }

    pub(super) fn endpoint_policy(&mut self, policy: &'a EndpointPolicy, place: Place, end: Place) {
        self.word_at("endpoint policy ", place);
        self.attached(policy.name.as_ref(), &policy.on, policy.account.as_ref());
        self.body(&policy.body, end);
    }

    pub(super) fn access_point(&mut self, point: &'a AccessPoint, place: Place) {
        self.op(Op::Open);
        self.word_at("access point ", place);
        self.name(&point.arn);
        self.op(Op::In);
        self.op(Op::Line);
        self.word_at("on ", before(point.bucket.span));
        self.name(&point.bucket);
        self.in_account(point.account.as_ref());
        if let Some(vpc) = &point.vpc {
            self.word(" via ");
            self.name(vpc);
        }
        self.op(Op::Out);
        self.op(Op::Close);
    }

    /// `[Name] on a, b [in account]`
    fn attached(&mut self, name: Option<&'a Lexeme>, on: &'a [Lexeme], account: Option<&'a Lexeme>) {
        if let Some(name) = name {
            self.name(name);
            self.word(" ");
        }
        self.word("on ");
        self.hanging(|p| p.names(on));
        self.in_account(account);
        self.word(" ");
    }

    pub(super) fn identity(&mut self, identity: &'a Identity, place: Place, end: Place) {
        self.word_at(
            match identity.kind {
                IdentityKind::User => "user ",
                IdentityKind::Group => "group ",
                IdentityKind::Role => "role ",
                IdentityKind::ServiceLinkedRole => "service linked role ",
            },
            place,
        );
        self.name(&identity.name);
        self.in_account(identity.account.as_ref());
        self.word(" ");
        self.block(&identity.members, end, Self::identity_member);
    }

    fn identity_member(&mut self, member: &'a IdentityMember) {
        let (place, end) = (start(member.span), last(member.span));
        let (word, value) = match &member.kind {
            IdentityMemberKind::Trust(body) => {
                self.word_at("trust ", place);
                return self.body(body, end);
            }
            IdentityMemberKind::Inline(name, body) => {
                self.word_at("policy ", place);
                self.name(name);
                self.word(" ");
                return self.body(body, end);
            }
            IdentityMemberKind::Policies(policies) => {
                self.word_at("policies ", place);
                return self.hanging(|p| p.list(policies, Self::policy_ref));
            }
            IdentityMemberKind::Boundary(policy) => {
                self.word_at("boundary ", place);
                return self.hanging(|p| p.policy_ref(policy));
            }
            IdentityMemberKind::Groups(groups) => {
                self.word_at("groups ", place);
                return self.hanging(|p| p.names(groups));
            }
            IdentityMemberKind::Tags(tags) => {
                self.word_at("tags ", place);
                return self.hanging(|p| {
                    p.list(tags, |p, (key, value)| {
                        p.raw(key);
                        p.word(" = ");
                        p.literal(value);
                    });
                });
            }
            IdentityMemberKind::Session(value) => ("session ", value),
            IdentityMemberKind::Path(value) => ("path ", value),
            IdentityMemberKind::UniqueId(value) => ("id ", value),
            IdentityMemberKind::Created(value) => ("created ", value),
            IdentityMemberKind::Arn(value) => ("arn ", value),
            IdentityMemberKind::Error => return self.word("<error>"),
        };
        self.word_at(word, place);
        self.name(value);
    }

    fn policy_ref(&mut self, policy: &'a PolicyRef) {
        self.name(&policy.name);
        if policy.args.is_empty() {
            return;
        }
        self.word("(");
        self.list(&policy.args, |p, argument| {
            if let Some(name) = &argument.name {
                p.name(name);
                p.word(" = ");
            }
            p.values(&argument.values, argument.list);
        });
        self.word_at(")", last(policy.span));
    }
}
