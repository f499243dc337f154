//! Users, roles and groups of a world that a program built: each by itself, and that no two of them answer to one
//! name. An estate may hold a hundred thousand of them and change one at a time, so what is taken is kept in an index.

use super::Check;
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{AccountId, Group, Identity, IdentityKind, Policy, PolicyId, PolicyKind as K, Str, World};
use crate::source::Span;
use hashbrown::HashMap;

/// What is wrong with one user or role that is or will be in a world, whatever else there is of its kind.
pub fn check_identity(world: &World, identity: &Identity) -> Vec<Diagnostic> {
    let mut check = Check { world, found: Vec::new() };
    check.identity(identity);
    check.found
}

/// The ids and names of users and roles that are taken, and by whose ARN.
#[derive(Debug, Default)]
pub struct Taken {
    owners: HashMap<Key, Str>,
}

/// What no two users or roles have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    /// An ARN or a unique id: a request names its principal by either.
    Id(Str),
    /// Names of a kind and account differ in more than letter case; a role's sessions know it by its name alone (R80).
    Name(IdentityKind, AccountId, String),
}

fn keys(i: &Identity) -> impl Iterator<Item = Key> {
    let name = Key::Name(i.kind, i.account, i.name.to_ascii_lowercase());
    [Key::Id(i.arn.clone()), name].into_iter().chain(i.unique_id.clone().map(Key::Id))
}

impl Taken {
    /// Why a user or role can't be added, maybe in another's place.
    pub fn conflict(&self, identity: &Identity, replaced: Option<&Identity>) -> Option<Diagnostic> {
        for key in keys(identity) {
            let Some(owner) = self.owners.get(&key) else { continue };
            if replaced.is_some_and(|r| r.arn == *owner) {
                continue;
            }
            let message = match key {
                Key::Id(id) => format!("two identities have the id `{id}`"),
                Key::Name(..) => {
                    let arn = &identity.arn;
                    format!("`{arn}` and `{owner}` have one name, and sessions have no path (R80)")
                }
            };
            return Some(Diagnostic::error(code::WORLD, message).at(identity.span));
        }
        None
    }

    /// Takes what a user or role has.
    pub fn add(&mut self, identity: &Identity) {
        self.owners.extend(keys(identity).map(|key| (key, identity.arn.clone())));
    }

    /// Gives back what a user or role had.
    pub fn remove(&mut self, identity: &Identity) {
        keys(identity).for_each(|key| drop(self.owners.remove(&key)));
    }
}

/// The session policies by the names that requests use.
#[derive(Debug, Default)]
pub struct SessionNames(HashMap<Str, PolicyId>);

impl SessionNames {
    /// Why a document can't be under an id.
    pub fn conflict(&self, id: PolicyId, policy: &Policy) -> Option<Diagnostic> {
        if policy.kind == K::Session && self.0.get(&policy.name).is_some_and(|known| *known != id) {
            let message = format!("two session policies are named `{}`", policy.name);
            return Some(Diagnostic::error(code::WORLD, message).at(policy.span));
        }
        None
    }

    /// A document is under an id.
    pub fn add(&mut self, id: PolicyId, policy: &Policy) {
        if policy.kind == K::Session {
            self.0.insert(policy.name.clone(), id);
        }
    }

    /// A document is there no longer.
    pub fn remove(&mut self, policy: &Policy) {
        if policy.kind == K::Session {
            self.0.remove(&policy.name);
        }
    }
}

impl Check<'_> {
    /// All users, roles and groups, and what no two of them may share.
    pub(super) fn identities(&mut self) {
        let world = self.world;
        let mut taken = Taken::default();
        for i in &world.identities {
            self.identity(i);
            self.found.extend(taken.conflict(i, None));
            taken.add(i);
        }
        let mut groups = HashMap::new();
        for g in &world.groups {
            self.group(g);
            if groups.insert((g.account, g.name.to_ascii_lowercase()), ()).is_some() {
                self.refuse(g.span, format!("two groups are named as `{}` is", g.arn));
            }
        }
        let mut sessions = SessionNames::default();
        for (policy, id) in world.policies.iter().zip(0..) {
            self.found.extend(sessions.conflict(PolicyId(id), policy));
            sessions.add(PolicyId(id), policy);
        }
    }

    fn group(&mut self, g: &Group) {
        let digits = digits(self.world, g.account);
        if digits.is_none() {
            self.refuse(g.span, format!("`{}` is in an account that does not exist", g.arn));
        }
        self.arn("group", &g.arn, digits, &g.path, &g.name, g.span);
        self.documents(&g.arn, &g.policies, &[K::Identity]);
    }

    fn identity(&mut self, i: &Identity) {
        let digits = digits(self.world, i.account);
        if digits.is_none() {
            self.refuse(i.span, format!("`{}` is in an account that does not exist", i.arn));
        }
        let kind = if i.kind == IdentityKind::User { "user" } else { "role" };
        self.arn(kind, &i.arn, digits, &i.path, &i.name, i.span);
        self.groups_of(i);
        if i.kind == IdentityKind::User && i.trust.is_some() {
            self.refuse(i.span, format!("the user `{}` has a trust policy", i.arn));
        }
        // R43: guardrails do not bind service-linked roles. R30: nor has one a boundary.
        if i.kind == IdentityKind::User && i.service_linked {
            self.refuse(i.span, format!("the user `{}` is a service-linked role", i.arn));
        }
        for fault in super::linked_faults(self.world, i) {
            self.refuse(fault.span, fault.message);
        }
        if i.service_linked && i.boundary.is_some() {
            self.refuse(i.span, format!("the service-linked role `{}` has a boundary", i.arn));
        }
        if i.unique_id.as_deref().is_some_and(|id| id.is_empty() || *id == *i.arn) {
            self.refuse(i.span, format!("`{}` has a unique id that is none", i.arn));
        }
        let mut tags: Vec<String> = i.tags.iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
        tags.sort_unstable();
        if tags.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            self.refuse(i.span, format!("`{}` has tags that differ only in letter case (R90)", i.arn));
        }
        self.documents(&i.arn, &i.policies, &[K::Identity]);
        self.documents(&i.arn, i.boundary.as_deref().unwrap_or_default(), &[K::Boundary, K::Identity]);
        self.documents(&i.arn, i.trust.as_slice(), &[K::Trust]);
        if i.inline.iter().any(|p| !i.policies.contains(p)) {
            self.refuse(i.span, format!("`{}` has an inline policy that is not among its policies", i.arn));
        }
    }

    fn groups_of(&mut self, i: &Identity) {
        for id in &i.groups {
            match self.world.groups.get(id.index()) {
                None => self.refuse(i.span, format!("`{}` is in a group that does not exist", i.arn)),
                Some(g) if g.account != i.account => {
                    self.refuse(i.span, format!("`{}` is in a group of another account", i.arn));
                }
                Some(_) => {}
            }
        }
        if i.kind == IdentityKind::Role && !i.groups.is_empty() {
            self.refuse(i.span, format!("the role `{}` is in a group", i.arn));
        }
    }

    /// An ARN is what partition, kind, account, path and name give: engines take it apart again, and it is
    /// by the parts that sessions find their role (R79, R80).
    fn arn(&mut self, kind: &str, arn: &str, digits: Option<&str>, path: &str, name: &str, span: Span) {
        let fits = digits.is_none_or(|digits| is_arn_of(kind, arn, digits, path, name));
        if !fits {
            let message = format!(
                "`{arn}` is not the ARN of the {kind} `{name}` with the path `{path}` in its account"
            );
            self.refuse(span, message);
        }
    }
}

fn digits(world: &World, account: AccountId) -> Option<&str> {
    world.accounts.get(account.index()).map(|a| &*a.id)
}

/// Whether partition, kind, account, path and name give an ARN.
pub(in crate::resolve) fn is_arn_of(kind: &str, arn: &str, digits: &str, path: &str, name: &str) -> bool {
    let given = arn.split_once(&format!(":iam::{digits}:{kind}/"));
    let Some((head, rest)) = given else { return false };
    let partition = head.strip_prefix("arn:");
    let Some(folder) = rest.strip_suffix(name) else { return false };
    let whole = |p: &str| p.starts_with('/') && p.ends_with('/') && !p.contains(['*', '?', ':', ' ']);
    // A path that nobody wrote is `/`, and then the ARN has the say.
    partition.is_some_and(|p| !p.is_empty() && !p.contains([':', '*', '?']))
        && !name.is_empty()
        && (folder.is_empty() || folder.ends_with('/'))
        && whole(path)
        && (path == "/" && !folder.contains(['*', '?', ':']) || path.strip_prefix('/') == Some(folder))
}
