//! Per-policy tables, and the final order of policies and sets.

use super::places::Places;
use super::tables::{Item, Policy, Statement};
use crate::nf::{Layer, NormalForm};
use crate::source::SourceMap;

/// Policies in their final order.
pub(super) struct Policies {
    /// As the tables have them.
    pub(super) tables: Vec<Policy>,
    /// For each of them one of the normal form that says the same.
    pub(super) origin: Vec<usize>,
    /// Index in the normal form → index here. Policies that are equal, names and places included, are one.
    pub(super) moved: Vec<u32>,
}

impl Policies {
    pub(super) fn of(nf: &NormalForm, sources: &SourceMap) -> Policies {
        let spans = nf.policies.iter().flat_map(|p| &p.statements).flat_map(|s| &s.sources).map(|s| s.span);
        let places = Places::of(sources, spans);
        let mut order: Vec<(Policy, usize)> =
            nf.policies.iter().map(|p| table(p, &places)).zip(0..).collect();
        order.sort();
        let mut out = Policies { tables: Vec::new(), origin: Vec::new(), moved: vec![0; order.len()] };
        for (policy, from) in order {
            if out.tables.last() != Some(&policy) {
                out.tables.push(policy);
                out.origin.push(from);
            }
            if let Some(slot) = out.moved.get_mut(from) {
                *slot = out.tables.len() as u32 - 1;
            }
        }
        out
    }

    /// The new index of a policy of the normal form.
    pub(super) fn at(&self, policy: u32) -> u32 {
        self.moved.get(policy as usize).copied().unwrap_or(policy)
    }

    /// The layers with new indexes, sorted; and for each old layer the new one.
    pub(super) fn layers(&self, layers: &[Layer]) -> (Vec<Layer>, Vec<u32>) {
        let level = |level: &Vec<u32>| {
            let mut level: Vec<u32> = level.iter().map(|p| self.at(*p)).collect();
            level.sort_unstable();
            level.dedup();
            level
        };
        let change = |l: &Layer| Layer { implied: l.implied, levels: l.levels.iter().map(level).collect() };
        let changed: Vec<Layer> = layers.iter().map(change).collect();
        let mut sorted = changed.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let moved = changed.iter().map(|l| sorted.binary_search(l).unwrap_or(0) as u32).collect();
        (sorted, moved)
    }
}

/// The statements in the order of the document, every one of them.
fn table(policy: &crate::nf::Policy, places: &Places) -> Policy {
    let mut statements: Vec<(u32, Statement)> = Vec::with_capacity(policy.statements.len());
    for statement in &policy.statements {
        let rule = statement.rule;
        for source in &statement.sources {
            let item =
                Item { principals: rule.principals, resources: rule.resources, condition: rule.condition };
            statements.push((
                source.index,
                Statement {
                    effect: rule.effect,
                    actions: rule.actions,
                    item,
                    sid: source.sid.as_ref().map(ToString::to_string),
                    place: places.get(source.span),
                },
            ));
        }
    }
    statements.sort_by_key(|(index, _)| *index);
    let statements = statements.into_iter().map(|(_, s)| s).collect();
    Policy { name: policy.name.to_string(), kind: policy.kind, statements }
}
