//! Users, roles and groups with everything that stands in them.

use super::items::{Items, plain};
use super::names::account_of;
use super::policies::Shelf;
use super::{Build, Shared, home};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{self, AccountId, Group, GroupId, Identity, PolicyId, PolicyKind, ResourcePolicy, Str};
use crate::limits::Limits;
use crate::resolve::checked::{is_arn_of, linked_faults, path_of_service};
use crate::resolve::cx::{Declared, Names};
use crate::resolve::document::Head;
use crate::source::Span;
use crate::syntax::ast::{
    self, IdentityKind, IdentityMember, IdentityMemberKind, Lexeme, Literal, PrincipalKind,
};
use hashbrown::HashMap;

/// Longest and shortest session AWS takes, and what it takes when nothing is written.
const SESSION: (u32, u32, u32) = (3600, 43_200, 3600);

/// What a kind is called.
fn kind_name(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::User => "user",
        IdentityKind::Group => "group",
        IdentityKind::Role => "role",
        IdentityKind::ServiceLinkedRole => "service-linked role",
    }
}

/// Names of a kind are looked up together; service-linked roles are roles.
fn shelf(kind: IdentityKind) -> IdentityKind {
    if kind == IdentityKind::ServiceLinkedRole { IdentityKind::Role } else { kind }
}

/// Puts every identity into the names in scope, with its ARN, and reports those declared twice.
pub fn declare(items: &Items<'_>, limits: &Limits, build: &mut Build, names: &mut Names<'_>) {
    let mut seen: HashMap<(IdentityKind, Str, String), Span> = HashMap::new();
    for (identity, span) in &items.identities {
        let what = format!("the {} `{}`", kind_name(identity.kind), identity.name.raw);
        let Some(name) = plain(&identity.name, &mut build.sink) else { continue };
        let account =
            account_of(identity.account.as_ref(), &what, identity.name.span, names, limits, &mut build.sink);
        let Some(account) = account else { continue };
        let key = (shelf(identity.kind), account.clone(), name.to_ascii_lowercase());
        if let Some(first) = seen.insert(key, *span) {
            let d = Diagnostic::error(code::DUPLICATE, format!("{what} is declared twice in {account}"));
            build.sink.push(
                d.at(identity.name.span)
                    .and_at(first, "the first one")
                    .help("names differ in more than letter case"),
            );
            continue;
        }
        let arn = arn_of(identity, &name, &account);
        if identity.kind != IdentityKind::Group {
            let id = |m: &IdentityMember| {
                if let IdentityMemberKind::UniqueId(w) = &m.kind { w.text() } else { None }
            };
            names.unique_ids.extend(identity.members.iter().filter_map(id).map(Str::from));
        }
        names.identities.entry((shelf(identity.kind), name)).or_default().push(Declared { account, arn });
    }
}

/// The ARN that is written, or the one that account, path and name give.
fn arn_of(identity: &ast::Identity, name: &str, account: &str) -> Str {
    let member = |f: fn(&IdentityMemberKind) -> Option<&Lexeme>| {
        identity.members.iter().find_map(|m| f(&m.kind)).and_then(|w| w.text())
    };
    let written = member(|k| if let IdentityMemberKind::Arn(word) = k { Some(word) } else { None });
    if let Some(arn) = written {
        return arn.into();
    }
    let path = member(|k| if let IdentityMemberKind::Path(word) = k { Some(word) } else { None });
    let path = path.map_or_else(|| path_not_written(identity), |path| (&*path).into());
    let kind = kind_name(shelf(identity.kind));
    Str::from(format!("arn:aws:iam::{account}:{kind}{path}{name}"))
}

/// The path of an identity that has none written: a service-linked role's follows from the service that it trusts (R137).
fn path_not_written(identity: &ast::Identity) -> Str {
    let trust = |m: &'_ IdentityMember| matches!(m.kind, IdentityMemberKind::Trust(_));
    let trust = identity.members.iter().find(|m| trust(m)).map(|m| &m.kind);
    let service = match trust {
        Some(IdentityMemberKind::Trust(body)) if identity.kind == IdentityKind::ServiceLinkedRole => {
            let principals = body.statements.iter().filter_map(|s| s.principals.as_ref());
            principals.flat_map(|p| &p.items).find_map(|p| match &p.kind {
                PrincipalKind::Service(word) => word.text(),
                _ => None,
            })
        }
        _ => None,
    };
    service.map_or_else(|| "/".into(), |service| path_of_service(&service).into())
}

/// What the members of an identity come to.
struct Members {
    policies: Vec<PolicyId>,
    inline: Vec<PolicyId>,
    boundary: Option<Vec<PolicyId>>,
    groups: Vec<GroupId>,
    tags: Vec<(Str, Str)>,
    session: u32,
    trust: Option<PolicyId>,
    path: Str,
    arn: Str,
    unique_id: Option<Str>,
    created: Option<Str>,
}

/// One identity while its members are read.
struct Subject<'i> {
    kind: IdentityKind,
    name: Str,
    account: Str,
    label: String,
    groups: &'i HashMap<Str, GroupId>,
}

impl Build {
    /// Resolves all groups, sorted by ARN.
    pub fn groups<'a>(&mut self, shared: &Shared<'a>) {
        let none = HashMap::new();
        for (identity, span) in &shared.items.identities {
            if identity.kind != IdentityKind::Group {
                continue;
            }
            let Some((name, account, members)) = self.identity(shared, identity, &none) else { continue };
            self.world.groups.push(Group {
                name,
                path: members.path,
                account,
                arn: members.arn,
                unique_id: members.unique_id,
                policies: members.policies,
                inline: members.inline,
                span: *span,
            });
        }
        self.world.groups.sort_by(|a, b| a.arn.cmp(&b.arn));
    }

    /// Resolves all users and roles, sorted by ARN, and the trust policies of roles.
    pub fn identities<'a>(&mut self, shared: &Shared<'a>) {
        let groups = self.world.groups.iter().enumerate();
        let groups: HashMap<Str, GroupId> = groups.map(|(i, g)| (g.arn.clone(), GroupId(i as u32))).collect();
        for (identity, span) in &shared.items.identities {
            if identity.kind == IdentityKind::Group {
                continue;
            }
            let Some((name, account, m)) = self.identity(shared, identity, &groups) else { continue };
            if let Some(policy) = m.trust {
                let resource = m.arn.clone();
                self.world.resource_policies.push(ResourcePolicy {
                    resource,
                    account: Some(account),
                    policy,
                });
            }
            let user = identity.kind == IdentityKind::User;
            let resolved = Identity {
                kind: if user { hir::IdentityKind::User } else { hir::IdentityKind::Role },
                name,
                path: m.path,
                account,
                arn: m.arn,
                unique_id: m.unique_id,
                policies: m.policies,
                groups: m.groups,
                boundary: m.boundary,
                tags: m.tags,
                max_session: m.session,
                service_linked: identity.kind == IdentityKind::ServiceLinkedRole,
                trust: m.trust,
                created: m.created,
                inline: m.inline,
                span: *span,
            };
            self.linked(identity, &resolved);
            self.world.identities.push(resolved);
        }
        self.world.identities.sort_by(|a, b| a.arn.cmp(&b.arn));
        self.same_arn();
    }

    /// Service-linked roles are what IAM makes them, and no other role looks like one (R137).
    fn linked(&mut self, written: &ast::Identity, role: &Identity) {
        // A trust policy with errors is reported as such.
        let trusts = |m: &IdentityMember| matches!(m.kind, IdentityMemberKind::Trust(_));
        if role.trust.is_none() && written.members.iter().any(trusts) {
            return;
        }
        for fault in linked_faults(&self.world, role) {
            let span = if fault.span == role.span { written.name.span } else { fault.span };
            self.sink.push(Diagnostic::error(code::LINKED_ROLE, fault.message).at(span).help(fault.help));
        }
        if role.service_linked && !role.name.to_ascii_lowercase().starts_with("awsservicerolefor") {
            let message = format!("no service names its role `{}`", role.name);
            let help = "names of service-linked roles begin with `AWSServiceRoleFor`";
            self.sink
                .push(Diagnostic::warning(code::LINKED_ROLE_NAME, message).at(written.name.span).help(help));
        }
    }

    /// Two identities never share an ARN or a unique id.
    fn same_arn(&mut self) {
        let mut ids: Vec<(&str, Span)> = Vec::new();
        for i in &self.world.identities {
            ids.push((&i.arn, i.span));
            ids.extend(i.unique_id.as_deref().map(|u| (u, i.span)));
        }
        ids.sort();
        for pair in ids.windows(2) {
            if let [(a, first), (b, second)] = pair
                && a == b
            {
                let d = Diagnostic::error(code::DUPLICATE, format!("two identities have the id `{a}`"));
                self.sink.push(d.at(*second).and_at(*first, "the first one"));
            }
        }
    }

    fn identity<'a>(
        &mut self,
        shared: &Shared<'a>,
        identity: &'a ast::Identity,
        groups: &HashMap<Str, GroupId>,
    ) -> Option<(Str, AccountId, Members)> {
        let name = Str::from(identity.name.text()?);
        let what = kind_name(identity.kind);
        // Reported where it was declared, if it has no account.
        let account = match &identity.account {
            Some(word) => self.cx(shared, None, None).account_digits(&word.text()?, word.span)?,
            None => shared.names.only_account.clone()?,
        };
        let Some(id) = self.account_id(&account) else {
            let d = Diagnostic::error(code::NO_ACCOUNT, format!("the account `{account}` is not declared"));
            let help = format!("declare it: `account name {account}`");
            self.sink.push(d.at(identity.account.as_ref().map_or(identity.name.span, |w| w.span)).help(help));
            return None;
        };
        let subject = Subject {
            kind: identity.kind,
            label: format!("{what} `{name}`"),
            name: name.clone(),
            account,
            groups,
        };
        let members = self.members(shared, identity, &subject);
        Some((name, id, members))
    }

    fn members<'a>(
        &mut self,
        shared: &Shared<'a>,
        identity: &'a ast::Identity,
        subject: &Subject<'_>,
    ) -> Members {
        let mut out = Members {
            policies: Vec::new(),
            inline: Vec::new(),
            boundary: None,
            groups: Vec::new(),
            tags: Vec::new(),
            session: SESSION.2,
            trust: None,
            path: path_not_written(identity),
            arn: arn_of(identity, &subject.name, &subject.account),
            unique_id: None,
            created: None,
        };
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        for member in &identity.members {
            let (word, once) = word_of(&member.kind);
            if let Some((_, first)) = seen.iter().find(|(w, _)| once && *w == word) {
                let message = format!("the {} has `{word}` twice", subject.label);
                let d = Diagnostic::error(code::MEMBER, message).at(member.span);
                self.sink.push(d.and_at(*first, "the first one"));
                continue;
            }
            seen.push((word, member.span));
            if self.allowed(subject, word, member.span) {
                self.member(shared, member, subject, &mut out);
            }
        }
        // What it must say is known when path and all are read.
        let written = |m: &'a IdentityMember| match &m.kind {
            IdentityMemberKind::Arn(word) => Some(word),
            _ => None,
        };
        if let Some(word) = identity.members.iter().find_map(written) {
            self.own_arn(shared, word, subject, &out.path);
        }
        out.policies.extend(out.inline.iter().copied());
        out
    }

    /// Which kinds take which members (R30, R85).
    fn allowed(&mut self, subject: &Subject<'_>, word: &str, span: Span) -> bool {
        use IdentityKind as K;
        let (fits, help) = match (word, subject.kind) {
            ("trust" | "session", K::User | K::Group) => (false, "only roles have it"),
            ("groups", K::Role | K::ServiceLinkedRole | K::Group) => (false, "only users are in groups"),
            ("boundary", K::ServiceLinkedRole) => {
                (false, "a boundary cannot be put on a service-linked role")
            }
            ("boundary" | "tags", K::Group) => (false, "put it on the users of the group"),
            _ => (true, ""),
        };
        if !fits {
            let d = Diagnostic::error(code::MEMBER, format!("the {} has no `{word}`", subject.label));
            self.sink.push(d.at(span).help(help));
        }
        fits
    }

    fn member<'a>(
        &mut self,
        shared: &Shared<'a>,
        member: &'a IdentityMember,
        subject: &Subject<'_>,
        out: &mut Members,
    ) {
        use IdentityMemberKind as M;
        match &member.kind {
            M::Trust(body) => {
                let name = Str::from(format!("trust of {}", subject.name));
                let head = Head { kind: PolicyKind::Trust, name, arn: None, span: member.span };
                out.trust = self.document(shared, body, head, None, Some(home(&out.arn, &subject.account)));
            }
            M::Policies(refs) => self.references(shared, &[Shelf::Policy], refs, &mut out.policies),
            M::Inline(word, body) => {
                let Some(text) = plain(word, &mut self.sink) else { return };
                let name = Str::from(format!("{}/{text}", subject.name));
                let kind = PolicyKind::Identity;
                let head = Head { kind, name: name.clone(), arn: None, span: member.span };
                let twice = out.inline.iter().filter_map(|id| self.world.policies.get(id.index()));
                if twice.into_iter().any(|p| p.name == name) {
                    let message = format!("the {} has two policies named `{text}`", subject.label);
                    self.sink.push(Diagnostic::error(code::DUPLICATE, message).at(word.span));
                    return;
                }
                out.inline.extend(self.document(shared, body, head, None, None));
            }
            M::Boundary(r) => {
                let mut ids = Vec::new();
                self.references(shared, &[Shelf::Boundary, Shelf::Policy], std::slice::from_ref(r), &mut ids);
                out.boundary = Some(ids);
            }
            M::Groups(words) => self.groups_of(shared, words, subject, &mut out.groups),
            M::Tags(pairs) => self.tags(shared, pairs, &mut out.tags),
            M::Session(word) => {
                if let Some(seconds) = self.session(word) {
                    out.session = seconds;
                }
            }
            M::Path(word) => {
                if let Some(path) = self.path(word) {
                    out.path = path;
                }
            }
            M::UniqueId(word) => out.unique_id = plain(word, &mut self.sink),
            M::Created(word) => out.created = plain(word, &mut self.sink),
            M::Arn(_) => {}
            M::Error => self.sink.fail(),
        }
    }

    /// The ARN that is written must be one of this kind, account and name.
    fn own_arn(&mut self, shared: &Shared<'_>, word: &Lexeme, subject: &Subject<'_>, path: &str) {
        let Some(arn) = self.arn_of(shared, word) else { return };
        let what = kind_name(shelf(subject.kind));
        if !is_arn_of(what, &arn, &subject.account, path, &subject.name) {
            let message = format!("`{arn}` is not an ARN of the {}", subject.label);
            let help =
                format!("it looks like `arn:aws:iam::{}:{what}{path}{}`", subject.account, subject.name);
            self.sink.push(Diagnostic::error(code::ARN, message).at(word.span).help(help));
        }
    }

    fn groups_of(
        &mut self,
        shared: &Shared<'_>,
        words: &[Lexeme],
        subject: &Subject<'_>,
        out: &mut Vec<GroupId>,
    ) {
        for word in words {
            let Some(name) = plain(word, &mut self.sink) else { continue };
            let declared = shared.names.identities.get(&(IdentityKind::Group, name.clone()));
            let found =
                declared.into_iter().flatten().find(|d| d.account == subject.account || *d.arn == *name);
            match found.and_then(|d| subject.groups.get(&d.arn)) {
                Some(id) if out.contains(id) => {}
                Some(id) => out.push(*id),
                // A group that is declared and has errors is reported there.
                None if found.is_some() => {}
                None => {
                    let here = |d: &Declared| d.account == subject.account;
                    let known = shared.names.identities.iter();
                    let known = known.filter(|((k, _), d)| *k == IdentityKind::Group && d.iter().any(here));
                    let known = known.map(|((_, n), _)| &**n);
                    self.cx(shared, None, None).unknown("group in this account", &name, word.span, known);
                }
            }
        }
        out.sort();
    }

    /// Tag keys differ in more than letter case (R90).
    fn tags(&mut self, shared: &Shared<'_>, pairs: &[(Lexeme, Literal)], out: &mut Vec<(Str, Str)>) {
        for (key, value) in pairs {
            let mut cx = self.cx(shared, None, None);
            let (Some(k), Some(v)) = (cx.text(key), cx.one(value)) else { continue };
            if out.iter().any(|(o, _)| o.eq_ignore_ascii_case(&k)) {
                let d = Diagnostic::error(code::MEMBER, format!("the tag `{k}` is there twice")).at(key.span);
                self.sink.push(d.help("keys of tags differ in more than letter case"));
                continue;
            }
            out.push((Str::from(&*k), v));
        }
        out.sort();
    }

    /// `1h`, `90m`, `3600s` or seconds.
    fn session(&mut self, word: &Lexeme) -> Option<u32> {
        let text = plain(word, &mut self.sink)?;
        let (digits, unit) = match text.as_bytes().last() {
            Some(b'h') => (text.strip_suffix('h'), 3600),
            Some(b'm') => (text.strip_suffix('m'), 60),
            Some(b's') => (text.strip_suffix('s'), 1),
            _ => (Some(&*text), 1),
        };
        let digits = digits.filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
        let seconds = digits.and_then(|d| d.parse::<u32>().ok()).and_then(|n| n.checked_mul(unit));
        let fits = seconds.filter(|s| (SESSION.0..=SESSION.1).contains(s));
        if fits.is_none() {
            let d = Diagnostic::error(code::MEMBER, format!("a session cannot last `{text}`")).at(word.span);
            self.sink.push(d.help("it lasts from `1h` to `12h`; also `90m` and seconds can be written"));
        }
        fits
    }

    /// `/` or `/x/y/`.
    fn path(&mut self, word: &Lexeme) -> Option<Str> {
        let text = plain(word, &mut self.sink)?;
        let fits = text.starts_with('/')
            && text.ends_with('/')
            && !text.contains(['*', '?', ':', ' '])
            && !text.contains("${");
        if !fits {
            let d = Diagnostic::error(code::MEMBER, format!("`{text}` is no path")).at(word.span);
            self.sink.push(d.help("a path begins and ends with `/`"));
        }
        fits.then_some(text)
    }
}

/// The word a member begins with, and whether it stands at most once.
fn word_of(kind: &IdentityMemberKind) -> (&'static str, bool) {
    use IdentityMemberKind as M;
    match kind {
        M::Trust(_) => ("trust", true),
        M::Policies(_) => ("policies", false),
        M::Inline(..) => ("policy", false),
        M::Boundary(_) => ("boundary", true),
        M::Groups(_) => ("groups", false),
        M::Tags(_) => ("tags", false),
        M::Session(_) => ("session", true),
        M::Path(_) => ("path", true),
        M::UniqueId(_) => ("id", true),
        M::Created(_) => ("created", true),
        M::Arn(_) => ("arn", true),
        M::Error => ("", false),
    }
}
