//! Is there such a service, and such an action?

use super::Lint;
use super::overlap::matches;
use crate::catalog::{Catalog, Service};
use crate::diag::{codes::catalog as code, suggest};
use crate::hir::Str;
use crate::source::Span;
use std::sync::Arc;

/// What is known of an action pattern.
#[derive(Clone, Debug)]
pub enum Known {
    /// `*`, or nothing is known because there is no catalog.
    Everything,
    /// No such service; the nearest one.
    NoService(Option<String>),
    /// No such action; the nearest one.
    NoAction(Option<String>),
    /// The actions of a service it matches, as places in the service's list.
    Actions(Arc<[u32]>),
}

impl Lint<'_> {
    /// Warns about a pattern that matches no known action.
    pub fn action_known(&mut self, pattern: &Str, span: Span) {
        let known = self.known(pattern).clone();
        match known {
            Known::Everything | Known::Actions(_) => {}
            Known::NoService(near) => {
                let prefix = pattern.split(':').next().unwrap_or_default();
                let message = format!("there is no service `{prefix}`");
                let instead = near.map(|n| pattern.replacen(prefix, &n, 1));
                let help = "mend the prefix, or declare the service: `service prefix { … }`";
                self.misspelled(code::NO_SERVICE, span, pattern, message, instead, help);
            }
            Known::NoAction(near) => {
                let wild = pattern.contains(['*', '?']);
                let message = if wild {
                    format!("`{pattern}` matches no known action")
                } else {
                    format!("there is no action `{pattern}`")
                };
                let help = "mend the name; retired actions can stay, they do no harm";
                self.misspelled(code::NO_ACTION, span, pattern, message, near, help);
            }
        }
    }

    /// What is known of a pattern; worked out once for each distinct text.
    pub fn known(&mut self, pattern: &Str) -> &Known {
        let catalog = self.catalog;
        self.actions.entry_ref(pattern).or_insert_with(|| match catalog {
            Some(catalog) => look_up(catalog, pattern),
            None => Known::Everything,
        })
    }
}

fn look_up(catalog: &Catalog, pattern: &str) -> Known {
    let Some((prefix, name)) = pattern.split_once(':') else { return Known::Everything };
    let Some(service) = catalog.service(prefix) else {
        let near = suggest::nearest(prefix, catalog.services().map(|s| s.prefix.as_str()));
        return Known::NoService(near.map(str::to_owned));
    };
    if !name.contains(['*', '?']) {
        return exact(service, name);
    }
    let wanted = name.to_ascii_lowercase();
    let places = service.actions.iter().enumerate().filter(|(_, a)| matches(&wanted, &a.lower));
    let places: Arc<[u32]> = places.map(|(i, _)| i as u32).collect();
    if places.is_empty() { Known::NoAction(None) } else { Known::Actions(places) }
}

fn exact(service: &Service, name: &str) -> Known {
    let lower = name.to_ascii_lowercase();
    match service.actions.binary_search_by(|a| a.lower.cmp(&lower)) {
        Ok(place) => Known::Actions(Arc::new([place as u32])),
        Err(_) => {
            let near = suggest::nearest(name, service.actions.iter().map(|a| a.name.as_str()));
            Known::NoAction(near.map(|n| format!("{}:{n}", service.prefix)))
        }
    }
}
