//! The shared parts of statements, from the normal form's pools to the tables': the same order, keys as indexes.

use super::tables::{ActionSet, Atom, PrincipalSet, ResourceSet, Tables, ValueType};
use crate::catalog::{Catalog, KeyType};
use crate::hir::{Piece, Template, Value};
use crate::nf::{Pattern, Pools};

/// Fills in patterns, resource sets, keys, atoms, conditions, principal sets and action sets.
pub(super) fn fill(tables: &mut Tables, pools: &Pools, catalog: &Catalog) {
    tables.keys = keys(pools);
    let typed = |key: &String| Some((key.clone(), value_type(catalog.key(key)?.ty)?));
    tables.typed_keys = tables.keys.iter().filter_map(typed).collect();
    let key = |k: &str| tables.keys.binary_search_by(|known| known.as_str().cmp(k)).unwrap_or(0) as u32;
    tables.atoms = pools
        .atoms
        .iter()
        .map(|a| Atom {
            quantifier: a.quantifier,
            operator: a.operator,
            if_exists: a.if_exists,
            doubt: a.doubt,
            key: key(&a.key),
            values: a.values.clone(),
        })
        .collect();
    tables.patterns = pools.patterns.clone();
    tables.conditions = pools.conditions.clone();
    tables.resource_sets = pools
        .resources
        .iter()
        .map(|r| ResourceSet { negated: r.negated, patterns: r.patterns.clone() })
        .collect();
    tables.principal_sets = pools
        .principals
        .iter()
        .map(|p| PrincipalSet { negated: p.negated, entries: p.entries.clone() })
        .collect();
    let texts = |patterns: &[crate::hir::Str]| patterns.iter().map(ToString::to_string).collect();
    tables.action_sets = pools
        .actions
        .iter()
        .map(|a| ActionSet { negated: a.negated, patterns: texts(&a.patterns) })
        .collect();
}

/// The types whose values can be malformed for their key. ARNs are not among them: the catalog has keys of that type whose
/// values are parts of ARNs.
fn value_type(ty: KeyType) -> Option<ValueType> {
    match ty {
        KeyType::Ip => Some(ValueType::Address),
        KeyType::Date => Some(ValueType::Date),
        KeyType::Numeric => Some(ValueType::Number),
        KeyType::Bool => Some(ValueType::Bool),
        KeyType::String | KeyType::Arn | KeyType::Binary => None,
    }
}

/// Keys of tests and of variables.
fn keys(pools: &Pools) -> Vec<String> {
    let in_values = pools.atoms.iter().flat_map(|a| &a.values).filter_map(|v| match v {
        Value::Text(t) | Value::Bool(t) => Some(t),
        _ => None,
    });
    let whole = pools.patterns.iter().filter_map(Pattern::whole);
    let variables = in_values.chain(whole).flat_map(variables);
    let mut keys: Vec<String> = pools.atoms.iter().map(|a| a.key.to_string()).chain(variables).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn variables(template: &Template) -> impl Iterator<Item = String> {
    template.pieces.iter().filter_map(|p| match p {
        Piece::Variable { key, .. } => Some(key.to_string()),
        _ => None,
    })
}
