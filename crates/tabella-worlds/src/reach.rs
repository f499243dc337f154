//! What a request reaches of what is rare in generated worlds, so that a test can tell that it is reached at all.

use crate::request::{Owned, OwnedEntry};
use crate::requests::each_atom;
use std::collections::BTreeSet;
use std::net::IpAddr;
use tabella::catalog::Catalog;
use tabella::hir::{
    Effect, Identity, IdentityKind, NetworkOrigin, Piece, Principal, Statement, Template, Value, World,
};
use tabella::reference::access_point_keys;
use tabella_runtime::Decision;

/// What is rare. A request may reach several.
pub const RARE: [&str; 24] = [
    "an access point",
    "an access point, allowed",
    "an access point, denied explicitly",
    "an access point of a VPC",
    "an access point of another account's bucket",
    "an access point by a complete context",
    "no access point, or one that is not modelled",
    "a bucket behind an access point, straight",
    "a network of mapped addresses",
    "a mapped address",
    "a wildcard in a declared tag that a variable stands for",
    "a wildcard in a session tag that a variable stands for",
    "a wildcard in a value of the request that a variable stands for",
    "NotPrincipal: an account",
    "NotPrincipal: a user",
    "NotPrincipal: a role",
    "NotPrincipal: a session",
    "NotPrincipal: somebody excepted, with a boundary",
    "a target with tags",
    "a target with a boundary",
    "a service-linked role that asks",
    "a service-linked role that is asked for",
    "a session with issue time, end and clock",
    "a session that has ended",
];

/// What of a world the requests are held against.
pub struct Reach<'w> {
    world: &'w World,
    catalog: Catalog,
    /// Keys, in lower case, that variables stand for.
    variables: BTreeSet<&'w str>,
    /// Keys, in lower case, that are tested for addresses, and whether some network is of mapped addresses.
    addresses: BTreeSet<(&'w str, bool)>,
}

impl<'w> Reach<'w> {
    /// Looks a world through.
    pub fn new(world: &'w World) -> Self {
        let mut variables = BTreeSet::new();
        let mut addresses = BTreeSet::new();
        for statement in world.policies.iter().flat_map(|p| &p.statements) {
            let patterns = statement.resources.iter().flat_map(|r| &r.patterns);
            patterns.for_each(|p| variables.extend(keys_of(&p.text)));
            each_atom(&statement.condition, &mut |atom| {
                for value in &atom.values {
                    match value {
                        Value::Text(text) => variables.extend(keys_of(text)),
                        Value::Ip { network, .. } => {
                            let is_mapped =
                                matches!(network, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
                            addresses.insert((&*atom.key, is_mapped));
                        }
                        _ => {}
                    }
                }
            });
        }
        Reach { world, catalog: Catalog::shipped().with_services(&world.services), variables, addresses }
    }

    /// What a request that was decided so reaches, by its place in [`RARE`].
    pub fn of(&self, request: &Owned, decision: Decision) -> [bool; RARE.len()] {
        let caller = self.caller(request);
        let target = self.target(request);
        let [through, of_vpc, of_others, straight, odd] = self.points(request);
        let denied = decision.outcome == tabella_runtime::Outcome::ExplicitDeny;
        let entries = || request.context.iter();
        let inserted = |key: &str| self.variables.contains(&*key.to_ascii_lowercase());
        let tag_is_inserted = |key: &str| inserted(&format!("aws:principaltag/{key}"));
        let is_mapped = |e: &OwnedEntry| {
            let v6 = |v: &String| v.parse::<std::net::Ipv6Addr>().is_ok_and(|a| a.to_ipv4_mapped().is_some());
            e.values.iter().any(v6)
        };
        let tested = |e: &OwnedEntry, mapped: &[bool]| {
            mapped.iter().any(|m| self.addresses.contains(&(&*e.key.to_ascii_lowercase(), *m)))
        };
        let [account, user, role, session] = self.excepted(request, caller);
        let bounded = caller.is_some_and(|i| i.boundary.is_some());
        let linked = |i: &Identity| i.service_linked;
        let times = request.issued.zip(request.expires).zip(request.now);
        [
            through,
            through && decision.is_allowed(),
            through && denied,
            of_vpc,
            of_others,
            through && request.complete,
            odd,
            straight,
            entries().any(|e| tested(e, &[true])),
            entries().any(|e| is_mapped(e) && tested(e, &[true, false])),
            caller.is_some_and(|i| i.tags.iter().any(|(k, v)| is_wild(v) && tag_is_inserted(k))),
            request.tags.iter().any(|(k, v)| is_wild(v) && tag_is_inserted(k)),
            entries().any(|e| !e.list && inserted(&e.key) && e.values.iter().any(|v| is_wild(v))),
            account,
            user,
            role,
            session,
            bounded && (account || user || role || session),
            target.is_some_and(|i| !i.tags.is_empty()),
            target.is_some_and(|i| i.boundary.is_some()),
            caller.is_some_and(linked),
            self.world.identities.iter().any(|i| i.service_linked && *i.arn == *request.resource),
            times.is_some_and(|((issued, expires), now)| issued <= now && now < expires),
            times.is_some_and(|((_, expires), now)| now >= expires),
        ]
    }

    /// Whether it goes through an access point, and through which; to a bucket that has one; or to what is none.
    fn points(&self, request: &Owned) -> [bool; 5] {
        let keys = request.with(|r| access_point_keys(self.world, &self.catalog, r)).ok().flatten();
        let point = keys
            .as_ref()
            .and_then(|[(_, arn), ..]| self.world.access_points.iter().find(|p| *p.arn == **arn));
        let others = |p: &tabella::hir::AccessPoint| p.arn.split(':').nth(4) != Some(&*p.owner);
        let straight =
            self.world.access_points.iter().any(|p| crate::points::behind(p, &request.resource).is_some());
        let looks_so =
            ["accesspoint", "-s3alias", "--ol-s3"].iter().any(|word| request.resource.contains(word));
        [
            point.is_some(),
            point.is_some_and(|p| p.origin != NetworkOrigin::Internet),
            point.is_some_and(others),
            straight,
            looks_so && point.is_none(),
        ]
    }

    /// The declared user or role whose permissions the caller has.
    fn caller(&self, request: &Owned) -> Option<&'w Identity> {
        let by_arn = |arn: &str| self.world.identities.iter().find(|i| *i.arn == *arn);
        if let Some((head, session)) = request.principal.split_once(":assumed-role/") {
            let digits = head.split(':').nth(4)?;
            let (name, _) = session.split_once('/')?;
            let of = |i: &&Identity| {
                i.kind == IdentityKind::Role && *i.name == *name && i.arn.split(':').nth(4) == Some(digits)
            };
            return self.world.identities.iter().find(of);
        }
        match request.principal.contains(":federated-user/") {
            true => by_arn(request.issuer.as_deref()?),
            false => by_arn(&request.principal),
        }
    }

    /// The declared user or role that `iam` or `sts` do something to.
    fn target(&self, request: &Owned) -> Option<&'w Identity> {
        let action = request.action.to_ascii_lowercase();
        let found = self.world.identities.iter().find(|i| *i.arn == *request.resource);
        found.filter(|_| action.starts_with("iam:") || action.starts_with("sts:"))
    }

    /// Whether a deny of a policy that governs the resource excepts the caller, and by which level at last: its account, it
    /// as a user, its role, its session.
    fn excepted(&self, request: &Owned, caller: Option<&Identity>) -> [bool; 4] {
        let mut found = [false; 4];
        let governs = |of: &str| {
            request
                .resource
                .strip_prefix(of)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        };
        let governing = self.world.resource_policies.iter().filter(|r| governs(&r.resource));
        let endpoint = self.world.endpoints.iter().filter(|e| request.endpoint.as_deref() == Some(&*e.id));
        let policies = governing.map(|r| r.policy).chain(endpoint.map(|e| e.policy));
        let policies = policies.filter_map(|id| self.world.policies.get(id.index()));
        for statement in policies.flat_map(|p| &p.statements) {
            if let Some(level) = level_of(statement, request, caller) {
                found[level] = true;
            }
        }
        found
    }
}

/// The last level at which a statement's NotPrincipal lists the caller, if it lists those before.
fn level_of(statement: &Statement, request: &Owned, caller: Option<&Identity>) -> Option<usize> {
    let principals =
        statement.principals.as_ref().filter(|p| p.negated && statement.effect == Effect::Deny)?;
    let has = |test: &dyn Fn(&Principal) -> bool| principals.items.iter().any(test);
    let account = request.principal.split(':').nth(4).filter(|account| account.len() == 12)?;
    if !has(&|p| matches!(p, Principal::Account { id, .. } if **id == *account)) {
        return None;
    }
    let own = |arn: &str| *arn == *request.principal;
    if has(&|p| matches!(p, Principal::RoleSession(arn) | Principal::FederatedUser(arn) if own(arn))) {
        return Some(3);
    }
    let of_caller = |arn: &str| caller.is_some_and(|i| *i.arn == *arn);
    if has(&|p| matches!(p, Principal::Role(arn) if of_caller(arn))) {
        return Some(2);
    }
    if has(&|p| matches!(p, Principal::User(arn) if of_caller(arn))) {
        return Some(1);
    }
    Some(0)
}

/// Keys that a template's variables stand for.
fn keys_of(template: &Template) -> impl Iterator<Item = &str> {
    template.pieces.iter().filter_map(|piece| match piece {
        Piece::Variable { key, .. } => Some(&**key),
        _ => None,
    })
}

fn is_wild(text: &str) -> bool {
    text.contains(['*', '?'])
}
