//! Who has which policies: groups flattened, layers interned, everything in order of content.

use super::pool::{Pool, moved};
use crate::hir::{self, PolicyId, PolicyKind, Str, World};
use crate::nf::{Account, Endpoint, Governed, Identity, Layer, NormalForm, Policy, Pools};
use std::collections::BTreeMap;

/// Which documents some layer consults. The rest can't change a decision.
pub(crate) fn referenced(world: &World) -> Vec<bool> {
    let mut used = vec![false; world.policies.len()];
    let mut mark = |ids: &[PolicyId]| {
        for id in ids {
            if let Some(u) = used.get_mut(id.index()) {
                *u = true;
            }
        }
    };
    for account in &world.accounts {
        account.scps.iter().chain(&account.rcps).flatten().for_each(|level| mark(level));
    }
    for identity in &world.identities {
        mark(&identity_policies(world, identity));
        mark(identity.boundary.as_deref().unwrap_or_default());
        mark(identity.trust.as_slice());
    }
    world.resource_policies.iter().for_each(|r| mark(&[r.policy]));
    world.endpoints.iter().for_each(|e| mark(&[e.policy]));
    mark(&session_policies(world));
    used
}

/// For each document the resource whose policy it is, if it is a resource policy of exactly one.
pub(crate) fn governed_by(world: &World) -> Vec<Option<&str>> {
    let mut of = vec![None; world.policies.len()];
    let mut several = vec![false; world.policies.len()];
    for r in &world.resource_policies {
        let (Some(of), Some(several)) = (of.get_mut(r.policy.index()), several.get_mut(r.policy.index()))
        else {
            continue;
        };
        *several |= of.is_some_and(|known| known != &*r.resource);
        *of = Some(&*r.resource);
    }
    let is_one = |(policy, several): (&hir::Policy, &bool)| policy.kind == PolicyKind::Resource && !several;
    let ones = world.policies.iter().zip(&several).map(is_one);
    of.into_iter().zip(ones).map(|(of, one)| of.filter(|_| one)).collect()
}

/// A user's own policies and those of its groups; groups are not principals and say nothing else (R3, R85).
pub(crate) fn identity_policies(world: &World, identity: &hir::Identity) -> Vec<PolicyId> {
    let groups = identity.groups.iter().filter_map(|g| world.groups.get(g.index()));
    let mut all: Vec<PolicyId> =
        identity.policies.iter().chain(groups.flat_map(|g| &g.policies)).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Documents that a request can name as session policies.
pub(crate) fn session_policies(world: &World) -> Vec<PolicyId> {
    let declared = world.policies.iter().zip(0..).filter(|(p, _)| p.kind == PolicyKind::Session);
    let tested =
        world.tests.iter().flat_map(|t| &t.cases).filter_map(|c| c.session_policies.as_ref()).flatten();
    let mut all: Vec<PolicyId> = declared.map(|(_, i)| PolicyId(i)).chain(tested.copied()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What orders documents, and tells equal ones: kind, name, ARN, rules, and where they stand in the file (not in
/// which file: that would be the order of files).
type PolicyKey<'a> =
    (PolicyKind, &'a Str, &'a Option<Str>, Vec<(crate::nf::Rule, Vec<(u32, &'a Option<Str>, u32, u32)>)>);

fn key(policy: &Policy) -> PolicyKey<'_> {
    let rules = policy.statements.iter().map(|s| {
        let sources = s.sources.iter().map(|p| (p.index, &p.sid, p.span.start, p.span.end)).collect();
        (s.rule, sources)
    });
    (policy.kind, &policy.name, &policy.arn, rules.collect())
}

/// Sorts documents; for each document of the world the index it has now.
pub(super) fn sort_policies(policies: Vec<(usize, Policy)>, world: &World) -> (Vec<Policy>, Vec<u32>) {
    let mut policies = policies;
    policies.sort_by(|(_, a), (_, b)| {
        (a.kind, &a.name, &a.arn).cmp(&(b.kind, &b.name, &b.arn)).then_with(|| key(a).cmp(&key(b)))
    });
    let mut at = vec![u32::MAX; world.policies.len()];
    for (new, (old, _)) in policies.iter().enumerate() {
        if let Some(slot) = at.get_mut(*old) {
            *slot = new as u32;
        }
    }
    (policies.into_iter().map(|(_, p)| p).collect(), at)
}

/// Builds the layers of everybody.
pub(super) struct Estate<'a> {
    world: &'a World,
    /// New index of each document.
    at: &'a [u32],
    layers: Pool<Layer>,
}

impl<'a> Estate<'a> {
    pub(super) fn new(world: &'a World, at: &'a [u32]) -> Self {
        Estate { world, at, layers: Pool::new() }
    }

    /// A layer: documents sorted within their level, each once (R3).
    fn layer<'l>(&mut self, implied: bool, levels: impl Iterator<Item = &'l [PolicyId]>) -> u32 {
        let level = |ids: &[PolicyId]| {
            let mut level: Vec<u32> = ids.iter().filter_map(|id| self.at.get(id.index()).copied()).collect();
            level.sort_unstable();
            level.dedup();
            level
        };
        let levels = levels.map(level).collect();
        self.layers.intern(Layer { implied, levels })
    }

    fn one(&mut self, policies: &[PolicyId]) -> u32 {
        self.layer(false, std::iter::once(policies))
    }

    /// The whole normal form.
    pub(super) fn finish(mut self, pools: Pools, policies: Vec<Policy>) -> NormalForm {
        let world = self.world;
        let (mut accounts, account_at) = self.accounts();
        let mut identities = self.identities(&account_at);
        let mut resources = self.resources(&account_at);
        let mut endpoints = self.endpoints();
        let session_policies = self.sessions();
        let (layers, layers_at) = self.layers.finish();
        for a in &mut accounts {
            a.scps = a.scps.map(|l| moved(&layers_at, l));
            a.rcps = a.rcps.map(|l| moved(&layers_at, l));
        }
        for i in &mut identities {
            i.identity = moved(&layers_at, i.identity);
            i.boundary = i.boundary.map(|l| moved(&layers_at, l));
        }
        resources.iter_mut().for_each(|r| r.layer = moved(&layers_at, r.layer));
        endpoints.iter_mut().for_each(|e| e.layer = moved(&layers_at, e.layer));
        let mut services = world.services.clone();
        services.sort_by(|a, b| a.prefix.cmp(&b.prefix));
        let mut access_points = world.access_points.clone();
        access_points.sort_by(|a, b| a.arn.cmp(&b.arn));
        NormalForm {
            organization: world.organization.as_ref().map(|o| o.id.clone()),
            pools,
            policies,
            layers,
            accounts,
            identities,
            resources,
            access_points,
            endpoints,
            session_policies,
            services,
        }
    }

    /// Accounts in order of their digits, and for each account of the world the index it has now.
    fn accounts(&mut self) -> (Vec<Account>, Vec<u32>) {
        let mut order: Vec<usize> = (0..self.world.accounts.len()).collect();
        order.sort_by_key(|i| self.world.accounts.get(*i).map(|a| (&a.id, &a.org_path)));
        let mut at = vec![0; order.len()];
        let mut accounts = Vec::with_capacity(order.len());
        for old in order {
            let Some(a) = self.world.accounts.get(old) else { continue };
            if let Some(slot) = at.get_mut(old) {
                *slot = accounts.len() as u32;
            }
            let scps = a.scps.as_ref().map(|levels| self.layer(false, levels.iter().map(Vec::as_slice)));
            let rcps = a.rcps.as_ref().map(|levels| self.layer(true, levels.iter().map(Vec::as_slice)));
            accounts.push(Account {
                id: a.id.clone(),
                in_organization: a.in_organization,
                management: a.management,
                org_path: a.org_path.clone(),
                scps,
                rcps,
            });
        }
        (accounts, at)
    }

    fn identities(&mut self, account_at: &[u32]) -> Vec<Identity> {
        let mut identities = Vec::with_capacity(self.world.identities.len());
        for i in &self.world.identities {
            let identity = self.one(&identity_policies(self.world, i));
            let boundary = i.boundary.as_ref().map(|b| self.one(b));
            let mut tags = i.tags.clone();
            tags.sort_by(|a, b| (a.0.to_ascii_lowercase(), a).cmp(&(b.0.to_ascii_lowercase(), b)));
            identities.push(Identity {
                kind: i.kind,
                arn: i.arn.clone(),
                name: i.name.clone(),
                account: moved(account_at, i.account.0),
                unique_id: i.unique_id.clone(),
                identity,
                boundary,
                boundary_arn: self.world.boundary_arn(i),
                service_linked: i.service_linked,
                tags,
            });
        }
        identities.sort_by(|a, b| (&a.arn, &a.unique_id).cmp(&(&b.arn, &b.unique_id)));
        identities
    }

    /// Resource policies by what they govern; several on one resource act as one set. Trust policies govern their
    /// role's ARN (R122).
    fn resources(&mut self, account_at: &[u32]) -> Vec<Governed> {
        let mut by_arn: BTreeMap<(Str, bool), (Option<u32>, Vec<PolicyId>)> = BTreeMap::new();
        for r in &self.world.resource_policies {
            let trust =
                self.world.policies.get(r.policy.index()).is_some_and(|p| p.kind == PolicyKind::Trust);
            let (account, policies) = by_arn.entry((r.resource.clone(), trust)).or_default();
            let owner = r.account.map(|a| moved(account_at, a.0));
            *account = match (*account, owner) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            policies.push(r.policy);
        }
        for i in &self.world.identities {
            if let Some(trust) = i.trust {
                let (account, policies) = by_arn.entry((i.arn.clone(), true)).or_default();
                *account = account.or(Some(moved(account_at, i.account.0)));
                policies.push(trust);
            }
        }
        // R73: an access point says whose its bucket is, though no policy governs that.
        for point in &self.world.access_points {
            if let Some(owner) = self.world.accounts.iter().position(|a| a.id == point.owner) {
                let (account, _) = by_arn.entry((point.bucket.clone(), false)).or_default();
                *account = account.or(Some(moved(account_at, owner as u32)));
            }
        }
        let governed = by_arn.into_iter();
        governed
            .map(|((arn, trust), (account, p))| Governed { arn, trust, account, layer: self.one(&p) })
            .collect()
    }

    fn endpoints(&mut self) -> Vec<Endpoint> {
        let mut by_id: BTreeMap<Str, Vec<PolicyId>> = BTreeMap::new();
        for e in &self.world.endpoints {
            by_id.entry(e.id.clone()).or_default().push(e.policy);
        }
        by_id.into_iter().map(|(id, p)| Endpoint { id, layer: self.one(&p) }).collect()
    }

    fn sessions(&self) -> Vec<(Str, u32)> {
        let named = |id: PolicyId| {
            let policy = self.world.policies.get(id.index())?;
            Some((policy.name.clone(), self.at.get(id.index()).copied()?))
        };
        let mut sessions: Vec<(Str, u32)> =
            session_policies(self.world).into_iter().filter_map(named).collect();
        sessions.sort_unstable();
        sessions
    }
}
