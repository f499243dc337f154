//! Resources of a resource policy that it is never asked about: neither the attached resource nor under it.

use super::Lint;
use super::overlap::overlap;
use super::resources::glob;
use crate::diag::codes::catalog as code;
use crate::hir::{Effect, Policy, PolicyKind, Resources, Statement, World};
use hashbrown::HashMap;

impl Lint<'_> {
    /// Looks at every statement of the policies of resources.
    pub fn outside(&mut self, world: &World) {
        let mut governed: HashMap<usize, Vec<&str>> = HashMap::new();
        for r in &world.resource_policies {
            governed.entry(r.policy.index()).or_default().push(&r.resource);
        }
        let all = governed.values().flatten().copied().collect::<Vec<_>>();
        for (index, policy) in world.policies.iter().enumerate() {
            let Some(own) = governed.get(&index).filter(|_| policy.kind == PolicyKind::Resource) else {
                continue;
            };
            for statement in &policy.statements {
                self.statement_outside(policy, statement, own, &all);
            }
        }
    }

    fn statement_outside(&mut self, policy: &Policy, s: &Statement, own: &[&str], all: &[&str]) {
        let Some(resources) = &s.resources else { return };
        let globs: Vec<String> = resources.patterns.iter().map(|p| glob(&p.text)).collect();
        // A set may be shared by the policies of several resources: then some of its patterns are for the others.
        let among = if globs.iter().any(|g| is_within(g, own)) { all } else { own };
        for glob in globs.iter().filter(|g| !is_within(g, among)) {
            let message = format!("`{glob}` is neither what `{}` is attached to nor under it", policy.name);
            let help = format!(
                "{}; {}",
                effect(s, resources),
                "mend it, or leave out `on` for all that the policy governs"
            );
            self.warn_word(code::OUTSIDE, s.span, glob, message, help);
        }
    }
}

/// What comes of a pattern that matches nothing.
fn effect(s: &Statement, resources: &Resources) -> &'static str {
    match (resources.negated, s.effect) {
        (true, _) => "it excepts nothing",
        (false, Effect::Deny) => "it denies nothing",
        (false, Effect::Allow) => "it allows nothing",
    }
}

/// Whether a pattern may match one of the resources or something under it.
fn is_within(glob: &str, resources: &[&str]) -> bool {
    let short = glob.bytes().filter(|b| *b == b':').take(5).count() < 5;
    short
        || resources.iter().any(|r| {
            // Most patterns begin with the resource.
            let rest = glob.strip_prefix(r);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', '*']))
                || glob.contains(['*', '?'])
                    && ["", "/*", ":*"].iter().any(|under| overlap(glob, &format!("{r}{under}")))
        })
}
