//! What is known of services: actions, resource types, condition keys. Shipped data and user-declared services.
//!
//! Knows nothing of policies; unknown is an answer here, never an error.

mod read;

#[cfg(test)]
mod tests;

use crate::hir::{self, Str};
use hashbrown::HashMap;
use std::sync::{Arc, OnceLock};

/// The service reference and the program's own services. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// In order of their prefixes.
    services: Vec<Arc<Service>>,
    keys: Arc<Keys>,
    declared_keys: Vec<Arc<Keys>>,
    source: Option<Str>,
}

/// One service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Lower-case action prefix.
    pub prefix: String,
    /// Its full name.
    pub name: String,
    /// Whether resource control policies act on it (R50).
    pub rcp: bool,
    /// Whether the program declares it.
    pub declared: bool,
    /// In order of their lower-case names.
    pub actions: Vec<Action>,
    /// Resource types.
    pub resource_types: Vec<ResourceType>,
}

/// One action.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The name as documented, without prefix.
    pub name: String,
    /// The name in lower case.
    pub lower: String,
    /// Indexes into the service's resource types; empty = no resource-level permissions (R65).
    pub resource_types: Vec<u16>,
}

/// One resource type.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceType {
    /// Its name, such as `bucket`.
    pub name: String,
    /// Its ARN with `*` where it varies.
    pub arn: String,
}

/// The type of a condition key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyType {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A date.
    Date,
    /// An address or a network.
    Ip,
    /// Base64.
    Binary,
}

impl KeyType {
    /// The type by the service reference's name of it, without `ArrayOf`.
    pub fn parse(name: &str) -> Option<KeyType> {
        Some(match name {
            _ if name.eq_ignore_ascii_case("string") => KeyType::String,
            _ if name.eq_ignore_ascii_case("arn") => KeyType::Arn,
            _ if name.eq_ignore_ascii_case("bool") => KeyType::Bool,
            _ if name.eq_ignore_ascii_case("numeric") => KeyType::Numeric,
            _ if name.eq_ignore_ascii_case("date") => KeyType::Date,
            _ if name.eq_ignore_ascii_case("ipaddress") => KeyType::Ip,
            _ if name.eq_ignore_ascii_case("binary") => KeyType::Binary,
            _ => return None,
        })
    }
}

/// A condition key.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// As documented; for a family of keys what stands before the varying part (`aws:RequestTag/`).
    pub name: String,
    /// Its type.
    pub ty: KeyType,
    /// Multivalued.
    pub list: bool,
    /// Whether it is a family: any text may follow.
    pub family: bool,
}

/// Condition keys by lower-case name, families apart.
#[derive(Clone, Debug, Default)]
struct Keys {
    exact: HashMap<String, Key>,
    /// In order of their lower-case names.
    families: Vec<(String, Key)>,
}

impl Keys {
    fn insert(&mut self, key: Key) {
        let lower = key.name.to_ascii_lowercase();
        if key.family {
            match self.families.binary_search_by(|(name, _)| name.as_str().cmp(&lower)) {
                Ok(_) => {}
                Err(at) => self.families.insert(at, (lower, key)),
            }
        } else {
            self.exact.entry(lower).or_insert(key);
        }
    }

    fn find(&self, lower: &str) -> Option<&Key> {
        if let Some(key) = self.exact.get(lower) {
            return Some(key);
        }
        // The longest family the key begins with: families that are prefixes of it sort before it.
        let end = self.families.partition_point(|(name, _)| name.as_str() <= lower);
        let before = self.families.get(..end)?;
        let head = lower.get(..lower.find([':', '/']).map_or(lower.len(), |i| i + 1))?;
        before
            .iter()
            .rev()
            .take_while(|(name, _)| name.starts_with(head))
            .find(|(name, _)| lower.len() > name.len() && lower.starts_with(name.as_str()))
            .map(|(_, key)| key)
    }
}

impl Catalog {
    /// The shipped service reference, read on first use.
    pub fn shipped() -> &'static Catalog {
        static SHIPPED: OnceLock<Catalog> = OnceLock::new();
        SHIPPED.get_or_init(read::shipped)
    }

    /// Where the shipped data comes from and of which date.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or("")
    }

    /// This catalog and the program's own services. A shipped service stays what it is, whatever is declared: its actions
    /// decide which denies are asked for at all (R65), and trust and key policies hang on `sts` and `kms`.
    pub fn with_services(&self, declared: &[hir::Service]) -> Catalog {
        let mut catalog = self.clone();
        for service in declared {
            let (service, keys) = convert(service);
            match catalog.services.binary_search_by(|s| s.prefix.cmp(&service.prefix)) {
                Ok(at) => {
                    let Some(old) = catalog.services.get_mut(at).filter(|old| old.declared) else { continue };
                    *old = Arc::new(service);
                }
                Err(at) => catalog.services.insert(at, Arc::new(service)),
            }
            catalog.declared_keys.push(Arc::new(keys));
        }
        catalog
    }

    /// All services in order of their prefixes.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().map(|s| &**s)
    }

    /// A service by its prefix, in any case.
    pub fn service(&self, prefix: &str) -> Option<&Service> {
        let at = self.services.binary_search_by(|s| cmp_lower(&s.prefix, prefix)).ok()?;
        self.services.get(at).map(|s| &**s)
    }

    /// An action by `service:Name`, in any case.
    pub fn action(&self, action: &str) -> Option<(&Service, &Action)> {
        let (prefix, name) = action.split_once(':')?;
        let service = self.service(prefix)?;
        service.action(name).map(|a| (service, a))
    }

    /// Whether the action (`service:Name`, any case) has no resource-level permissions, so that it is evaluated
    /// against resource `*` (R65). Unknown actions: false.
    pub fn is_wildcard_only(&self, action: &str) -> bool {
        self.action(action).is_some_and(|(_, a)| a.resource_types.is_empty())
    }

    /// A condition key by its name, in any case; tag keys and the like are found by their family.
    pub fn key(&self, name: &str) -> Option<&Key> {
        let lower = name.to_ascii_lowercase();
        self.declared_keys.iter().rev().find_map(|k| k.find(&lower)).or_else(|| self.keys.find(&lower))
    }

    /// A condition key as [`key`](Self::key) finds it, or a family by what its keys begin with: `shop:Tag/`.
    pub fn key_or_family(&self, name: &str) -> Option<&Key> {
        let family = || name.ends_with('/').then(|| self.key(&format!("{name}x"))).flatten();
        self.key(name).or_else(family)
    }

    /// Names of all condition keys, sorted, families by what they begin with.
    pub fn key_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = std::iter::once(&self.keys)
            .chain(&self.declared_keys)
            .flat_map(|keys| {
                let exact = keys.exact.values().map(|k| k.name.as_str());
                exact.chain(keys.families.iter().map(|(_, k)| k.name.as_str()))
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Service {
    /// An action by its name without prefix, in any case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        let at = self.actions.binary_search_by(|a| cmp_lower(&a.lower, name)).ok()?;
        self.actions.get(at)
    }

    /// The resource types of an action.
    pub fn types_of<'s>(&'s self, action: &'s Action) -> impl Iterator<Item = &'s ResourceType> {
        action.resource_types.iter().filter_map(|i| self.resource_types.get(usize::from(*i)))
    }
}

/// Compares a lower-case name with one of any case.
fn cmp_lower(lower: &str, any: &str) -> std::cmp::Ordering {
    lower.bytes().cmp(any.bytes().map(|b| b.to_ascii_lowercase()))
}

fn convert(declared: &hir::Service) -> (Service, Keys) {
    let resource_types: Vec<ResourceType> = declared
        .resources
        .iter()
        .map(|(name, arn)| ResourceType { name: name.to_string(), arn: arn.to_string() })
        .collect();
    // The first of a name counts.
    let places = resource_types.iter().enumerate().rev();
    let places: HashMap<&str, u16> = places.map(|(at, ty)| (ty.name.as_str(), at as u16)).collect();
    let index = |name: &Str| places.get(&**name).copied();
    let mut actions: Vec<Action> = declared
        .actions
        .iter()
        .map(|a| Action {
            name: a.name.to_string(),
            lower: a.name.to_ascii_lowercase(),
            resource_types: a.resources.iter().filter_map(index).collect(),
        })
        .collect();
    actions.sort_by(|a, b| a.lower.cmp(&b.lower));
    actions.dedup_by(|a, b| a.lower == b.lower);
    drop(places);
    let mut keys = Keys::default();
    for key in &declared.keys {
        let family = key.name.ends_with('/');
        let ty = KeyType::parse(&key.ty).unwrap_or(KeyType::String);
        keys.insert(Key { name: key.name.to_string(), ty, list: key.list, family });
    }
    let service = Service {
        prefix: declared.prefix.to_ascii_lowercase(),
        name: declared.prefix.to_string(),
        rcp: true,
        declared: true,
        actions,
        resource_types,
    };
    (service, keys)
}
