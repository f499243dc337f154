//! Which services and actions are columns. An action that is no column is decided by the per-policy tables or by a
//! set's default cell, so the choice here is one of speed, but for R65: what has no resource-level permissions must
//! be known wherever a statement could tell resources apart.

use super::tables::{Action, Service};
use crate::catalog::{Catalog, Service as Known};
use crate::hir::{PolicyKind, Str};
use crate::nf::{ActionSet, EVERYTHING, NormalForm};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Services and columns, with the way back from names.
#[derive(Debug, Default)]
pub(super) struct Universe {
    /// As the tables have them.
    pub(super) services: Vec<Service>,
    by_prefix: HashMap<String, u32>,
}

/// Actions of one service while they are collected: lower-case name → whether it is wildcard-only.
type Actions = BTreeMap<String, bool>;

impl Universe {
    /// Every service that a pattern names, with its catalog actions, its declared actions and the literal actions
    /// seen; and, where some statement about all services tells resources apart, whatever else is wildcard-only.
    pub(super) fn of(nf: &NormalForm, catalog: &Catalog) -> Universe {
        let catalog = catalog.with_services(&nf.services);
        let mut services = named(nf.pools.actions.iter(), &catalog);
        // R12, R139: whether the resource's own policy must allow depends on what the resource is.
        let told_apart = tells_resources_apart(nf);
        add_wildcard_only(&mut services, &catalog, |prefix| told_apart || matches!(prefix, "kms" | "sts"));
        Universe::from_map(services)
    }

    /// The services that some action sets name, and nothing else. `catalog` knows the declared services.
    pub(super) fn named<'s>(sets: impl Iterator<Item = &'s ActionSet>, catalog: &Catalog) -> Universe {
        Universe::from_map(named(sets, catalog))
    }

    /// Adds the services that a set names and that are not known yet, at the end. `None` if the set names an action
    /// that is no column of a service that is known: then whatever was built over the columns must be built again.
    pub(super) fn extend(&mut self, set: &ActionSet, catalog: &Catalog) -> Option<()> {
        let fresh = |p: &&Str| p.split_once(':').is_some_and(|(prefix, _)| self.service(prefix).is_none());
        let patterns: Vec<Str> = set.patterns.iter().filter(fresh).cloned().collect();
        for pattern in &set.patterns {
            let Some((prefix, name)) = pattern.split_once(':') else { continue };
            let Some(service) = self.service(prefix) else { continue };
            let columns = self.columns(service);
            if is_action(pattern) && columns.binary_search_by(|a| a.name.as_str().cmp(name)).is_err() {
                return None;
            }
        }
        let new = ActionSet { negated: false, patterns };
        for (prefix, actions) in named(std::iter::once(&new), catalog) {
            self.add(prefix, actions);
        }
        Some(())
    }

    fn add(&mut self, prefix: String, actions: Actions) {
        self.by_prefix.insert(prefix.clone(), self.services.len() as u32);
        let actions = actions.into_iter().map(|(name, wildcard_only)| Action { name, wildcard_only });
        self.services.push(Service { prefix, actions: actions.collect() });
    }

    fn from_map(map: BTreeMap<String, Actions>) -> Universe {
        let mut universe = Universe::default();
        map.into_iter().for_each(|(prefix, actions)| universe.add(prefix, actions));
        universe
    }

    /// The service's index.
    pub(super) fn service(&self, prefix: &str) -> Option<u32> {
        self.by_prefix.get(prefix).copied()
    }

    /// The columns of a service.
    pub(super) fn columns(&self, service: u32) -> &[Action] {
        self.services.get(service as usize).map_or(&[], |s| &s.actions)
    }
}

/// Every service that a pattern names, with its catalog actions and the literal actions seen.
fn named<'s>(sets: impl Iterator<Item = &'s ActionSet>, catalog: &Catalog) -> BTreeMap<String, Actions> {
    let mut services: BTreeMap<String, Actions> = BTreeMap::new();
    for pattern in sets.flat_map(|set| &set.patterns) {
        let Some((prefix, name)) = pattern.split_once(':') else { continue };
        if !services.contains_key(prefix) {
            let known = catalog.service(prefix).map(|s| actions(s, false));
            services.insert(prefix.to_owned(), known.unwrap_or_default());
        }
        if is_action(pattern)
            && let Some(actions) = services.get_mut(prefix)
            && !actions.contains_key(name)
        {
            actions.insert(name.to_owned(), catalog.is_wildcard_only(pattern));
        }
    }
    services
}

/// Whether a pattern is one action that can be asked for (R63): no wildcard, one colon with something on either side,
/// no blank and no control character. Whatever else is no column: requests that name it are malformed.
fn is_action(pattern: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | '?' | ':');
    let part = |text: &str| !text.is_empty() && !text.contains(odd);
    pattern.split_once(':').is_some_and(|(prefix, name)| part(prefix) && part(name))
}

/// Whether some statement that is about all services (`*`, NotAction) answers differently for `*` and for another
/// resource: by its resources, or because its policy governs one resource.
fn tells_resources_apart(nf: &NormalForm) -> bool {
    nf.policies.iter().any(|policy| {
        let governs = matches!(policy.kind, PolicyKind::Resource | PolicyKind::Trust);
        policy.statements.iter().any(|s| {
            (governs || s.rule.resources != EVERYTHING)
                && nf.pools.actions.get(s.rule.actions as usize).is_some_and(ActionSet::is_global)
        })
    })
}

/// Only the wildcard-only actions of services that nothing names: such a service has no row anywhere, so its other
/// actions need no column.
fn add_wildcard_only(
    services: &mut BTreeMap<String, Actions>,
    catalog: &Catalog,
    wanted: impl Fn(&str) -> bool,
) {
    for service in catalog.services().filter(|s| !s.prefix.is_empty() && wanted(&s.prefix)) {
        if services.contains_key(&service.prefix) {
            continue;
        }
        let only = actions(service, true);
        if !only.is_empty() {
            services.insert(service.prefix.clone(), only);
        }
    }
}

/// The known actions of a service: all, or only those without resource-level permissions.
fn actions(service: &Known, wildcard_only: bool) -> Actions {
    let known = service.actions.iter().map(|a| (a.lower.clone(), a.resource_types.is_empty()));
    known.filter(|(_, only)| *only || !wildcard_only).collect()
}
