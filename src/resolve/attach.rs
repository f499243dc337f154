//! What the statements of a resource policy leave to the resource that the policy is attached to (R54): the element
//! `Resource` where it is not written, and the short forms of API Gateway.

use crate::hir::{self, Piece, Policy, PolicyKind, ResourcePattern, Resources, Str, Template, World};

/// Spells out the resources of all resource policies.
pub(super) fn world(world: &mut World) {
    let mut on: Vec<Vec<Str>> = vec![Vec::new(); world.policies.len()];
    for r in &world.resource_policies {
        if let Some(on) = on.get_mut(r.policy.index()) {
            on.push(r.resource.clone());
        }
    }
    for (policy, on) in world.policies.iter_mut().zip(on) {
        if policy.kind == PolicyKind::Resource && !on.is_empty() {
            short_forms(policy, &on);
            let all = all_of(&on);
            for statement in &mut policy.statements {
                statement.resources.get_or_insert_with(|| all.clone());
            }
        }
    }
}

/// The resources themselves, and what is inside them.
fn all_of(on: &[Str]) -> Resources {
    let literal = |text: &str| Piece::Literal(text.into());
    let inside = |arn: &Str| hir::inside(arn).into_iter().map(|text| text.trim_end_matches('*').to_owned());
    let patterns = on.iter().flat_map(|arn| {
        let own = Template { pieces: vec![literal(arn)].into() };
        let under = inside(arn).map(move |text| Template { pieces: vec![literal(&text), Piece::Any].into() });
        std::iter::once(own).chain(under).collect::<Vec<_>>()
    });
    Resources { negated: false, patterns: patterns.map(|text| ResourcePattern { text }).collect() }
}

fn is_short(pattern: &ResourcePattern) -> bool {
    matches!(pattern.text.pieces.first(), Some(Piece::Literal(head)) if head.starts_with(hir::OF_API))
}

/// `execute-api:/stage/GET/*` in the policy of an API is about that API.
pub fn short_forms(policy: &mut Policy, on: &[Str]) {
    for resources in policy.statements.iter_mut().filter_map(|s| s.resources.as_mut()) {
        let expanded = |pattern: &ResourcePattern| -> Vec<ResourcePattern> {
            let [Piece::Literal(head), rest @ ..] = pattern.text.pieces.as_slice() else {
                return vec![pattern.clone()];
            };
            let of = on.iter().filter_map(|arn| hir::of_api(head, arn)).map(|head| {
                let pieces =
                    std::iter::once(Piece::Literal(head.into())).chain(rest.iter().cloned()).collect();
                ResourcePattern { text: Template { pieces } }
            });
            let of: Vec<_> = of.collect();
            if of.is_empty() { vec![pattern.clone()] } else { of }
        };
        // Lists that hold no short form stay shared.
        if resources.patterns.iter().any(is_short) {
            resources.patterns = resources.patterns.iter().flat_map(expanded).collect();
        }
    }
}
