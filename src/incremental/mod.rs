//! A compiler that stays: it keeps every stage's results under indexes that last, so that a change is compiled again
//! only where something depends on it. [`Compiler::tables`] gives what compiling [`Compiler::world`] from scratch
//! gives, to the byte. What is kept, and when all is built anew, is written in `docs/incremental.md`.

mod check;
mod pools;
mod sets;

use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::hir::{Identity, Policy, PolicyId, PolicyKind, ResourcePolicy, Str, World};
use crate::limits::Limits;
use crate::lower::live::{self, Anew, Live};
use crate::lower::{lower, tables::Tables};
use crate::nf::{self, Layer};
use crate::normalize;
use crate::resolve::{Checked, SessionNames, Taken};
use crate::source::SourceMap;
use hashbrown::HashMap;
use pools::Pools;
use sets::{Lowered, Sets};

/// What a change made necessary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recompiled {
    /// Everything was built anew: the change added an action that is no column of a service in use, or too much of
    /// what was kept is of no use any more. Or nothing can be kept, because the budget may not do: then everything is
    /// built by [`Compiler::tables`], each time.
    pub all: bool,
    /// Policies normalized.
    pub policies: usize,
    /// Sets of policies with a row that was lowered.
    pub sets: usize,
    /// Rows lowered, those found among the known ones included.
    pub rows: usize,
    /// Accounts, principals, resources and endpoints that have one of these sets.
    pub holders: usize,
}

/// An edit's result: `None` if it was refused, and then nothing has changed.
pub type Outcome = (Option<Recompiled>, Vec<Diagnostic>);

/// A world and what is compiled of it.
pub struct Compiler<'c> {
    world: World,
    catalog: &'c Catalog,
    limits: Limits,
    by_arn: HashMap<Str, usize>,
    taken: Taken,
    session_names: SessionNames,
    /// Documents that a request can name, so that they are consulted whoever has them.
    session: Vec<bool>,
    /// The resource of each document that is the policy of one. It stays.
    of: Vec<Option<Str>>,
    built: Built,
}

/// What is compiled.
struct Built {
    pools: Pools,
    policies: Vec<Option<nf::Policy>>,
    /// `None` when the budget may not do: then tables are made from scratch.
    live: Option<(Live, Sets)>,
    /// Parts kept when it was built.
    size: usize,
}

impl<'c> Compiler<'c> {
    /// Compiles a world.
    pub fn new(checked: Checked, catalog: &'c Catalog, limits: &Limits) -> (Option<Self>, Vec<Diagnostic>) {
        let world = checked.world().clone();
        drop(checked);
        let (built, diagnostics) = Built::new(&world, catalog, limits);
        let Some(built) = built else { return (None, diagnostics) };
        let by_arn = world.identities.iter().zip(0..).map(|(i, at)| (i.arn.clone(), at)).collect();
        let (mut taken, mut session_names) = (Taken::default(), SessionNames::default());
        world.identities.iter().for_each(|i| taken.add(i));
        world.policies.iter().zip(0..).for_each(|(p, id)| session_names.add(PolicyId(id), p));
        let mut session = vec![false; world.policies.len()];
        for id in normalize::session_policies(&world) {
            session.iter_mut().skip(id.index()).take(1).for_each(|s| *s = true);
        }
        let limits = limits.clone();
        let of = normalize::governed_by(&world).into_iter().map(|of| of.map(Str::from)).collect();
        let compiler = Compiler { world, catalog, limits, by_arn, taken, session_names, session, of, built };
        (Some(compiler), diagnostics)
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Replaces a document. Its kind stays.
    pub fn replace_policy(&mut self, id: PolicyId, policy: Policy) -> Outcome {
        if let Err(found) = check::policy(&self.world, &self.session_names, id, &policy) {
            return (None, found);
        }
        let Some(slot) = self.world.policies.get_mut(id.index()) else { return (None, Vec::new()) };
        let session = self.session.get(id.index()) == Some(&true);
        let is_held = match &self.built.live {
            Some((_, sets)) => sets.has(id.0),
            None => self.built.policy(id).is_some(),
        };
        if !is_held && !session {
            // Requests can name every session policy, so this is none.
            *slot = policy;
            self.built.set(id, None);
            return (Some(Recompiled::default()), Vec::new());
        }
        let of = self.of.get(id.index()).and_then(Option::as_deref);
        let (normal, diagnostics) = normalize::document(&policy, of, &self.limits);
        let Some((normal, own)) = normal else { return (None, diagnostics) };
        self.session_names.remove(slot);
        self.session_names.add(id, &policy);
        *slot = policy;
        let normal = self.built.pools.adopt(normal, own);
        let lowered = self.built.replace(id, normal);
        (Some(self.settle(lowered, 1)), diagnostics)
    }

    /// Gives an identity other policies: its own, inline ones included, and its boundary.
    pub fn attach(&mut self, arn: &str, policies: Vec<PolicyId>, boundary: Option<Vec<PolicyId>>) -> Outcome {
        let Some(known) = self.by_arn.get(arn).and_then(|at| self.world.identities.get(*at)) else {
            return (None, vec![check::unknown(arn)]);
        };
        let mut identity = known.clone();
        identity.inline.retain(|p| policies.contains(p));
        (identity.policies, identity.boundary) = (policies, boundary);
        self.put_principal(identity)
    }

    /// Adds a user or role, or replaces the one with its ARN.
    pub fn put_principal(&mut self, identity: Identity) -> Outcome {
        let at = self.by_arn.get(&identity.arn).copied();
        let before = at.and_then(|at| self.world.identities.get(at)).cloned();
        let found = check::identity(&self.world, &self.taken, before.as_ref(), &identity);
        if !found.is_empty() {
            return (None, found);
        }
        let (fresh, diagnostics) = match self.fresh(&identity) {
            Ok(normal) => normal,
            Err(found) => return (None, found),
        };
        before.iter().for_each(|before| self.taken.remove(before));
        self.taken.add(&identity);
        let trusts = before.as_ref().is_some_and(|b| b.trust != identity.trust)
            || before.is_none() && identity.trust.is_some();
        let mut old: Vec<Layer> = before.iter().flat_map(|i| own_layers(&self.world, i)).collect();
        if trusts {
            old.extend(trust_layer(&self.world, &identity.arn));
        }
        if trusts {
            self.trust(&identity.arn, before.as_ref().and_then(|b| b.trust), Some(&identity));
        }
        match at.and_then(|at| self.world.identities.get_mut(at)) {
            Some(slot) => *slot = identity.clone(),
            None => {
                self.by_arn.insert(identity.arn.clone(), self.world.identities.len());
                self.world.identities.push(identity.clone());
            }
        }
        let mut new = own_layers(&self.world, &identity);
        if trusts {
            new.extend(trust_layer(&self.world, &identity.arn));
        }
        let count = fresh.len();
        let lowered = self.built.exchange(fresh, old, new);
        (Some(self.settle(lowered, count)), diagnostics)
    }

    /// Removes a user or role.
    pub fn remove_principal(&mut self, arn: &str) -> Outcome {
        let Some(at) = self.by_arn.get(arn).copied().filter(|at| *at < self.world.identities.len()) else {
            return (None, vec![check::unknown(arn)]);
        };
        let trusted = trust_layer(&self.world, arn);
        let identity = self.world.identities.swap_remove(at);
        self.by_arn.remove(arn);
        self.taken.remove(&identity);
        if let Some(last) = self.world.identities.get(at) {
            self.by_arn.insert(last.arn.clone(), at);
        }
        let mut old = own_layers(&self.world, &identity);
        let mut new = Vec::new();
        if identity.trust.is_some() {
            self.trust(arn, identity.trust, None);
            old.extend(trusted);
            new.extend(trust_layer(&self.world, arn));
        }
        let lowered = self.built.exchange(Vec::new(), old, new);
        (Some(self.settle(lowered, 0)), Vec::new())
    }

    /// A role's trust policy governs its ARN: that of before no longer does, that of now does.
    fn trust(&mut self, arn: &str, before: Option<PolicyId>, now: Option<&Identity>) {
        let governing = &mut self.world.resource_policies;
        governing.retain(|r| Some(r.policy) != before || &*r.resource != arn);
        let now = now.and_then(|role| Some((role, role.trust?)));
        if let Some((role, policy)) = now
            && !governing.iter().any(|r| r.policy == policy && r.resource == role.arn)
        {
            let account = Some(role.account);
            governing.push(ResourcePolicy { resource: role.arn.clone(), account, policy });
        }
    }

    /// The tables of the world as it is now. This puts everything in order, which takes longer than an edit.
    pub fn tables(&self, sources: &SourceMap) -> (Tables, Vec<Diagnostic>) {
        let used = normalize::referenced(&self.world);
        let built = &self.built;
        let policies = || {
            let consulted = built.policies.iter().enumerate().zip(&used).filter(|(_, used)| **used);
            consulted.filter_map(|((at, policy), _)| Some((at, policy.as_ref()?)))
        };
        let (pools, moves) = built.pools.sorted(policies().map(|(_, p)| p));
        let policies = policies().map(|(at, p)| (at, moves.policy(p))).collect();
        let (nf, at) = normalize::of_documents(&self.world, policies, pools);
        let lowered = built.live.as_ref().and_then(|(live, sets)| {
            let parts = live::Moves {
                principals: &moves.principals,
                resources: &moves.resources,
                conditions: &moves.conditions,
            };
            live.tables(&nf, sources, &at, &parts, sets.iter())
        });
        match lowered {
            Some(tables) => (tables, Vec::new()),
            None => lower(&nf, self.catalog, sources, &self.limits),
        }
    }

    /// Normalizes what an identity has and nothing had before.
    fn fresh(&self, identity: &Identity) -> Result<(Vec<Normal>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let carried = normalize::identity_policies(&self.world, identity).into_iter();
        let mut all: Vec<PolicyId> =
            carried.chain(identity.boundary.iter().flatten().copied()).chain(identity.trust).collect();
        all.sort_unstable();
        all.dedup();
        let (mut fresh, mut diagnostics) = (Vec::new(), Vec::new());
        for id in all.into_iter().filter(|id| self.built.policy(*id).is_none()) {
            let Some(policy) = self.world.policies.get(id.index()) else { continue };
            // A resource's policy is there from the start.
            let (normal, found) = normalize::document(policy, None, &self.limits);
            diagnostics.extend(found);
            match normal {
                Some((normal, own)) => fresh.push((id, normal, own)),
                None => return Err(diagnostics),
            }
        }
        Ok((fresh, diagnostics))
    }

    /// Builds all anew if an edit could not be done in place, or when much of what is kept is of no use.
    fn settle(&mut self, lowered: Result<Lowered, Anew>, policies: usize) -> Recompiled {
        let kept = self.built.kept();
        if let Ok(lowered) = lowered
            && kept < (self.built.size / 2 * 3).saturating_add(100_000)
        {
            let Lowered { sets, rows, holders } = lowered;
            return Recompiled { all: self.built.live.is_none(), policies, sets, rows, holders };
        }
        // Every document was normalized before, so there is an answer.
        if let (Some(built), _) = Built::new(&self.world, self.catalog, &self.limits) {
            self.built = built;
        }
        self.built.totals()
    }
}

/// A document in normal form, over pools of its own.
type Normal = (PolicyId, nf::Policy, nf::Pools);

impl Built {
    fn new(world: &World, catalog: &Catalog, limits: &Limits) -> (Option<Built>, Vec<Diagnostic>) {
        let mut built = Built { pools: Pools::new(), policies: Vec::new(), live: None, size: 0 };
        let (mut diagnostics, mut failed) = (Vec::new(), false);
        let documents = world.policies.iter().zip(normalize::governed_by(world));
        for ((policy, of), used) in documents.zip(normalize::referenced(world)) {
            let mut normal = None;
            if used {
                let (document, found) = normalize::document(policy, of, limits);
                diagnostics.extend(found);
                failed |= document.is_none();
                normal = document.map(|(document, own)| built.pools.adopt(document, own));
            }
            built.policies.push(normal);
        }
        if failed {
            return (None, diagnostics);
        }
        built.live = built.lowered(world, catalog, limits).ok();
        built.pools.reserve();
        if let Some((live, _)) = &mut built.live {
            live.reserve();
        }
        built.size = built.kept();
        (Some(built), diagnostics)
    }

    /// Lowers everything.
    fn lowered(&self, world: &World, catalog: &Catalog, limits: &Limits) -> Result<(Live, Sets), Anew> {
        let catalog = catalog.with_services(&world.services);
        let mut live = Live::new(self.pools.actions.iter(), catalog, limits);
        for (policy, id) in self.policies.iter().zip(0..) {
            if let Some(policy) = policy {
                lower_policy(&mut live, &self.pools, id, policy)?;
            }
        }
        // Policies under their own indexes give the layers of everybody.
        let same: Vec<u32> = (0..world.policies.len() as u32).collect();
        let everybody = normalize::layers(world, &same);
        let mut holders = vec![0usize; everybody.layers.len()];
        let mut hold = |layer: u32| holders.iter_mut().skip(layer as usize).take(1).for_each(|n| *n += 1);
        everybody.accounts.iter().flat_map(|a| a.scps.into_iter().chain(a.rcps)).for_each(&mut hold);
        everybody.identities.iter().map(|i| i.identity).for_each(&mut hold);
        everybody.identities.iter().filter_map(|i| i.boundary).for_each(&mut hold);
        everybody.resources.iter().map(|r| r.layer).for_each(&mut hold);
        everybody.endpoints.iter().map(|e| e.layer).for_each(&mut hold);
        let mut sets = Sets::default();
        for (layer, holders) in everybody.layers.into_iter().zip(holders) {
            sets.hold(layer, holders, &mut live)?;
        }
        Ok((live, sets))
    }

    fn policy(&self, id: PolicyId) -> Option<&nf::Policy> {
        self.policies.get(id.index())?.as_ref()
    }

    fn set(&mut self, id: PolicyId, policy: Option<nf::Policy>) {
        if let Some(slot) = self.policies.get_mut(id.index()) {
            *slot = policy;
        }
    }

    /// Another document under a known id.
    fn replace(&mut self, id: PolicyId, policy: nf::Policy) -> Result<Lowered, Anew> {
        let mut lowered = Lowered::default();
        let result = match &mut self.live {
            Some((live, sets)) => lower_policy(live, &self.pools, id.0, &policy).and_then(|changed| {
                if !changed.is_nothing() {
                    lowered = sets.patch(id.0, &changed, live)?;
                }
                Ok(())
            }),
            None => Ok(()),
        };
        self.set(id, Some(policy));
        result.map(|()| lowered)
    }

    /// Other layers of somebody, and documents that nobody had before.
    fn exchange(&mut self, fresh: Vec<Normal>, old: Vec<Layer>, new: Vec<Layer>) -> Result<Lowered, Anew> {
        for (id, policy, own) in fresh {
            let policy = self.pools.adopt(policy, own);
            let result = match &mut self.live {
                Some((live, _)) => lower_policy(live, &self.pools, id.0, &policy).map(|_| ()),
                None => Ok(()),
            };
            self.set(id, Some(policy));
            result?;
        }
        let mut lowered = Lowered::default();
        let Some((live, sets)) = &mut self.live else { return Ok(lowered) };
        for layer in new {
            let rows = sets.hold(layer, 1, live)?;
            lowered.sets += usize::from(rows > 0);
            lowered.rows += rows;
        }
        old.iter().for_each(|layer| sets.release(layer, live));
        lowered.holders = 1;
        Ok(lowered)
    }

    fn kept(&self) -> usize {
        self.pools.size() + self.live.as_ref().map_or(0, |(live, _)| live.size())
    }

    fn totals(&self) -> Recompiled {
        let policies = self.policies.iter().flatten().count();
        let mut all = Recompiled { all: true, policies, ..Recompiled::default() };
        if let Some((_, sets)) = &self.live {
            for (holders, tabled) in sets.held() {
                all.sets += 1;
                all.rows += tabled.rows.len() + 1;
                all.holders += holders;
            }
        }
        all
    }
}

/// Lowers one policy, and the action sets that are new.
fn lower_policy(live: &mut Live, pools: &Pools, id: u32, policy: &nf::Policy) -> Result<live::Changed, Anew> {
    for set in pools.actions.iter().skip(live.action_sets()) {
        live.action_set(set)?;
    }
    let rules = policy.statements.iter().map(|s| s.rule).filter(|rule| !pools.is_never(rule));
    live.policy(id, rules)
}

/// The layers that an identity has.
fn own_layers(world: &World, identity: &Identity) -> Vec<Layer> {
    let own = normalize::identity_policies(world, identity);
    std::iter::once(own).chain(identity.boundary.clone()).map(level).collect()
}

/// The layer of everything that governs a role as a trust policy.
fn trust_layer(world: &World, arn: &str) -> Option<Layer> {
    let is_trust =
        |id: &PolicyId| world.policies.get(id.index()).is_some_and(|p| p.kind == PolicyKind::Trust);
    let governing = world.resource_policies.iter().filter(|r| &*r.resource == arn).map(|r| r.policy);
    let trusts = world.identities.iter().filter(|i| &*i.arn == arn).filter_map(|i| i.trust);
    let all: Vec<PolicyId> = governing.filter(is_trust).chain(trusts).collect();
    (!all.is_empty()).then(|| level(all))
}

fn level(policies: Vec<PolicyId>) -> Layer {
    let mut level: Vec<u32> = policies.into_iter().map(|p| p.0).collect();
    level.sort_unstable();
    level.dedup();
    Layer { implied: false, levels: vec![level] }
}
