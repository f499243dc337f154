//! What the catalog knows of actions, in the form that columns are collected in.

use crate::catalog::Catalog;
use crate::hir::Service;
use std::collections::BTreeMap;

/// Actions of one service: lower-case name → whether it has no resource-level permissions (R65).
pub(super) type Actions = BTreeMap<String, bool>;

/// The catalog and the program's own services.
pub(super) struct Known<'a> {
    catalog: &'a Catalog,
    declared: &'a [Service],
}

impl<'a> Known<'a> {
    pub(super) fn new(catalog: &'a Catalog, declared: &'a [Service]) -> Self {
        Known { catalog, declared }
    }

    /// The known actions of a service.
    pub(super) fn actions(&self, prefix: &str) -> Actions {
        let declared = self.declared.iter().filter(|s| s.prefix.eq_ignore_ascii_case(prefix));
        declared
            .flat_map(|s| &s.actions)
            .map(|a| (a.name.to_ascii_lowercase(), a.resources.is_empty()))
            .collect()
    }

    /// Whether `service:name` has no resource-level permissions; unknown actions are taken to have them.
    pub(super) fn is_wildcard_only(&self, action: &str) -> bool {
        self.catalog.is_wildcard_only(action)
    }

    /// All prefixes, lower case.
    pub(super) fn prefixes(&self) -> Vec<String> {
        self.declared.iter().map(|s| s.prefix.to_ascii_lowercase()).collect()
    }
}
