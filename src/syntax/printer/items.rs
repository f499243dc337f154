//! Top-level items that are not policies: the file, the organization, definitions, services, tests, invariants.

use super::super::ast::*;
use super::super::layout::{Blank, Op, Place};
use super::{Printer, before, last, start};

impl<'a> Printer<'a> {
    pub(super) fn file(&mut self, file: &'a File) {
        let mut previous: Option<&Item> = None;
        for item in &file.items {
            if let Some(previous) = previous {
                self.op(Op::Hard(if goes_with(previous, item) { Blank::Keep } else { Blank::Force }));
            }
            self.annotations(&item.annotations);
            self.item(item);
            previous = Some(item);
        }
    }

    fn item(&mut self, item: &'a Item) {
        let end = last(item.span);
        let place = match (item.annotations.is_empty(), first_name(&item.kind)) {
            (true, _) => start(item.span),
            (false, Some(name)) => before(name.span),
            (false, None) => Place::Unknown,
        };
        match &item.kind {
            ItemKind::Import(path) => {
                self.word_at("import ", place);
                self.raw(path);
            }
            ItemKind::Organization(organization) => self.organization(organization, place, end),
            ItemKind::Account(account) => self.account(account, place),
            ItemKind::Const(named) => {
                self.word_at("const ", place);
                self.name(&named.name);
                self.word(" = ");
                self.values(&named.value, named.list);
            }
            ItemKind::Actions(named) => self.set("actions ", place, named),
            ItemKind::Resources(named) => self.set("resources ", place, named),
            ItemKind::Condition(named) => {
                self.word_at("condition ", place);
                self.name(&named.name);
                self.word(" = ");
                self.expr(&named.value);
            }
            ItemKind::Policy(policy) => self.policy(policy, place, end),
            ItemKind::Guardrail(guardrail) => self.guardrail(guardrail, place, end),
            ItemKind::ResourcePolicy(policy) => self.resource_policy(policy, place, end),
            ItemKind::EndpointPolicy(policy) => self.endpoint_policy(policy, place, end),
            ItemKind::AccessPoint(point) => self.access_point(point, place),
            ItemKind::Identity(identity) => self.identity(identity, place, end),
            ItemKind::Service(service) => self.service(service, place, end),
            ItemKind::Test(test) => self.test(test, place, end),
            ItemKind::Invariant(invariant) => self.invariant(invariant, place),
            ItemKind::Error => self.word("<error>"),
        }
    }

    fn set(&mut self, word: &'static str, place: Place, named: &'a Named<Vec<Lexeme>>) {
        self.word_at(word, place);
        self.name(&named.name);
        self.word(" = ");
        self.hanging(|p| p.names(&named.value));
    }

    fn organization(&mut self, organization: &'a Organization, place: Place, end: Place) {
        self.word_at("organization ", place);
        self.name(&organization.id);
        self.word(" ");
        let Some(root) = &organization.root else {
            return self.block(&organization.members, end, Self::org_member);
        };
        self.word("{");
        self.op(Op::In);
        self.op(Op::Hard(Blank::Never));
        self.word_at("root ", before(root.span));
        self.name(root);
        for member in &organization.members {
            self.op(Op::Hard(Blank::Keep));
            self.org_member(member);
        }
        self.op(Op::Out);
        self.op(Op::Hard(Blank::Never));
        self.word_at("}", end);
    }

    /// Recurses as deep as units nest, which the parser limits.
    fn org_member(&mut self, member: &'a OrgMember) {
        match member {
            OrgMember::Account(account) => self.account(account, start(account.span)),
            OrgMember::Unit(unit) => {
                self.word_at("unit ", start(unit.span));
                self.name(&unit.name);
                if let Some(id) = &unit.id {
                    self.word(" ");
                    self.name(id);
                }
                self.word(" ");
                self.block(&unit.members, last(unit.span), Self::org_member);
            }
            OrgMember::Error(_) => self.word("<error>"),
        }
    }

    fn account(&mut self, account: &'a Account, place: Place) {
        self.word_at(if account.management { "management account " } else { "account " }, place);
        self.name(&account.name);
        self.word(" ");
        self.name(&account.id);
    }

    fn service(&mut self, service: &'a Service, place: Place, end: Place) {
        self.word_at("service ", place);
        self.raw(&service.prefix);
        self.word(" ");
        self.block(&service.members, end, |p, member| match member {
            ServiceMember::Action { names, on, keys } => p.service_action(names, on, keys),
            ServiceMember::Resource { name, arn } => {
                p.word_at("resource ", before(name.span));
                p.name(name);
                p.word(" ");
                p.name(arn);
            }
            ServiceMember::Key { name, ty, list } => {
                p.word_at("key ", before(name.span));
                p.name(name);
                p.word(if *list { " list of " } else { " " });
                p.name(ty);
            }
            ServiceMember::Error(_) => p.word("<error>"),
        });
    }

    fn service_action(&mut self, names: &'a [Lexeme], on: &'a [Lexeme], keys: &'a [Lexeme]) {
        self.op(Op::Open);
        self.word_at("action ", names.first().map_or(Place::Unknown, |n| before(n.span)));
        self.hanging(|p| p.names(names));
        self.op(Op::In);
        for (word, list) in [("on ", on), ("with ", keys)] {
            if let Some(first) = list.first() {
                self.op(Op::Line);
                self.word_at(word, before(first.span));
                self.hanging(|p| p.names(list));
            }
        }
        self.op(Op::Out);
        self.op(Op::Close);
    }

    fn test(&mut self, test: &'a Test, place: Place, end: Place) {
        self.word_at("test ", place);
        self.raw(&test.name);
        self.word(" ");
        self.block(&test.blocks, end, Self::test_block);
    }

    fn test_block(&mut self, block: &'a TestBlock) {
        self.op(Op::Open);
        self.word_at("as ", start(block.span));
        self.principal(&block.caller);
        self.op(Op::In);
        self.op(Op::In);
        if let Some((issued, until)) = &block.issued {
            self.op(Op::Line);
            self.word_at("issued ", before(issued.span));
            self.name(issued);
            self.word_at(" until ", before(until.span));
            self.name(until);
        }
        if let Some(at) = &block.at {
            self.op(Op::Line);
            self.word_at("at ", before(at.span));
            self.name(at);
        }
        if let Some(first) = block.session_policies.first() {
            self.op(Op::Line);
            self.word_at("with session policy ", before(first.span));
            self.names(&block.session_policies);
        }
        if let Some(endpoint) = &block.endpoint {
            self.op(Op::Line);
            self.word_at("via ", before(endpoint.span));
            self.name(endpoint);
        }
        self.context(&block.context);
        self.op(Op::Out);
        self.op(Op::Out);
        self.op(Op::Close);
        self.word(" ");
        self.block(&block.expectations, last(block.span), Self::expectation);
    }

    fn context(&mut self, context: &'a [ContextEntry]) {
        let Some(first) = context.first() else { return };
        self.op(Op::Line);
        self.word_at("with ", before(first.key.span));
        self.hanging(|p| {
            p.list(context, |p, entry| {
                p.name(&entry.key);
                p.word(" = ");
                p.values(&entry.values, entry.list);
            });
        });
    }

    fn expectation(&mut self, expectation: &'a Expectation) {
        self.op(Op::Open);
        self.word_at(
            match expectation.outcome {
                Expected::Allow => "allow ",
                Expected::Deny => "deny ",
                Expected::DenyImplicitly => "deny implicitly ",
                Expected::DenyExplicitly => "deny explicitly ",
            },
            start(expectation.span),
        );
        self.name(&expectation.action);
        self.op(Op::In);
        if let Some(resource) = &expectation.resource {
            self.op(Op::Line);
            self.word_at("on ", before(resource.span));
            self.name(resource);
            self.in_account(expectation.account.as_ref());
        }
        self.context(&expectation.context);
        if let Some(first) = expectation.because.first() {
            self.op(Op::Line);
            self.word_at("because", before(first.span));
            for word in &expectation.because {
                self.word(" ");
                self.raw(word);
            }
        }
        self.op(Op::Out);
        self.op(Op::Close);
    }

    fn invariant(&mut self, invariant: &'a Invariant, place: Place) {
        self.op(Op::Open);
        self.word_at(if invariant.only { "only " } else { "never " }, place);
        self.hanging(|p| match &invariant.outside {
            Some(outside) => {
                // An organization's id says what it is; accounts have any name.
                p.word(if outside.raw.starts_with("o-") {
                    "anyone outside "
                } else {
                    "anyone outside account "
                });
                p.name(outside);
            }
            None => p.list(&invariant.principals, Self::principal),
        });
        self.op(Op::In);
        self.op(Op::Line);
        let first = invariant.actions.first().map(|a| a.span).or(invariant.assume.as_ref().map(|a| a.span));
        self.word_at("may ", first.map_or(Place::Unknown, before));
        if let Some(PrincipalItem { kind: PrincipalKind::Role(name, account, _), span }) = &invariant.assume {
            self.word_at("assume role ", before(*span));
            self.name(name);
            self.in_account(account.as_ref());
        } else {
            self.hanging(|p| p.names(&invariant.actions));
        }
        if let Some(first) = invariant.resources.first() {
            self.op(Op::Line);
            self.word_at("on ", before(first.span));
            self.hanging(|p| p.names(&invariant.resources));
        }
        self.clauses(&invariant.clauses);
        self.op(Op::Out);
        self.op(Op::Close);
    }
}

/// Whether two neighbours may stand without a blank line between them: short items of one kind.
fn goes_with(a: &Item, b: &Item) -> bool {
    use ItemKind::*;
    let plain = a.annotations.is_empty() && b.annotations.is_empty();
    plain
        && matches!(
            (&a.kind, &b.kind),
            (Import(_), Import(_))
                | (Account(_), Account(_))
                | (AccessPoint(_), AccessPoint(_))
                | (Const(_), Const(_))
                | (Actions(_), Actions(_))
                | (Resources(_), Resources(_))
                | (Condition(_), Condition(_))
                | (Invariant(_), Invariant(_))
        )
}

/// The first lexeme after an item's keyword.
fn first_name(kind: &ItemKind) -> Option<&Lexeme> {
    match kind {
        ItemKind::Import(path) => Some(path),
        ItemKind::Organization(x) => Some(&x.id),
        ItemKind::Account(x) => Some(&x.name),
        ItemKind::Const(x) => Some(&x.name),
        ItemKind::Actions(x) | ItemKind::Resources(x) => Some(&x.name),
        ItemKind::Condition(x) => Some(&x.name),
        ItemKind::Policy(x) => Some(&x.name),
        ItemKind::Guardrail(x) => Some(&x.name),
        ItemKind::ResourcePolicy(x) => x.name.as_ref().or(x.on.first()),
        ItemKind::EndpointPolicy(x) => x.name.as_ref().or(x.on.first()),
        ItemKind::AccessPoint(x) => Some(&x.arn),
        ItemKind::Identity(x) => Some(&x.name),
        ItemKind::Service(x) => Some(&x.prefix),
        ItemKind::Test(x) => Some(&x.name),
        ItemKind::Invariant(x) => x.actions.first(),
        ItemKind::Error => None,
    }
}
