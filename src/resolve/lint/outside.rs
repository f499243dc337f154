//! Resources of a resource policy that it is never asked about: neither the attached resource nor under it.

use super::Lint;
use super::overlap::overlap;
use super::resources::glob;
use crate::diag::codes::catalog as code;
use crate::hir::{Effect, Policy, PolicyKind, Resources, Statement, World};
use crate::resolve::shared::LONG;
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What comparing globs may take in all; a pattern that is not looked at any more is not warned of.
const STEPS: usize = 1 << 26;

/// Warnings that are given: far fewer are shown.
const WARNINGS: usize = 20_000;

/// A statement's patterns as globs, and their places by text. Long lists may be shared, and are looked at once.
struct Globs {
    all: Vec<String>,
    places: HashSet<String>,
    /// Those that are outside of all that some policy governs.
    lost: Option<Vec<usize>>,
}

impl Lint<'_> {
    /// Looks at every statement of the policies of resources.
    pub fn outside(&mut self, world: &World) {
        let mut governed: HashMap<usize, Vec<&str>> = HashMap::new();
        for r in &world.resource_policies {
            governed.entry(r.policy.index()).or_default().push(&r.resource);
        }
        let (mut steps, mut left) = (0, WARNINGS);
        let everywhere = Places::new(governed.values().flatten().copied());
        let mut long: HashMap<usize, Rc<Globs>> = HashMap::new();
        for (index, policy) in world.policies.iter().enumerate() {
            let Some(own) = governed.get(&index).filter(|_| policy.kind == PolicyKind::Resource) else {
                continue;
            };
            let own = Places::new(own.iter().copied());
            for statement in &policy.statements {
                let Some(resources) = &statement.resources else { continue };
                let address = resources.patterns.address();
                let is_long = resources.patterns.len() >= LONG;
                let known = long.get(&address).filter(|_| is_long).cloned();
                let mut globs = known.unwrap_or_else(|| Rc::new(Globs::new(resources)));
                // A set may be shared by the policies of several resources: then some of its patterns are for the others.
                if own.hold_any(&globs, &mut steps) {
                    if globs.lost.is_none() {
                        let lost = everywhere.lost(&globs, &mut steps);
                        globs = Rc::new(Globs { lost: Some(lost), ..Globs::new(resources) });
                    }
                    self.each_outside(policy, statement, &globs, globs.lost.iter().flatten(), &mut left);
                } else {
                    let lost = own.lost(&globs, &mut steps);
                    self.each_outside(policy, statement, &globs, lost.iter(), &mut left);
                }
                if is_long {
                    long.insert(address, globs);
                }
            }
        }
    }

    fn each_outside<'g>(
        &mut self,
        policy: &Policy,
        s: &Statement,
        globs: &Globs,
        lost: impl Iterator<Item = &'g usize>,
        left: &mut usize,
    ) {
        let Some(resources) = &s.resources else { return };
        for glob in lost.filter_map(|at| globs.all.get(*at)).take(*left) {
            *left -= 1;
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

impl Globs {
    fn new(resources: &Resources) -> Self {
        let all: Vec<String> = resources.patterns.iter().map(|p| glob(&p.text)).collect();
        let places = if all.len() >= LONG { all.iter().cloned().collect() } else { HashSet::new() };
        Globs { all, places, lost: None }
    }
}

/// Resources that policies govern.
struct Places<'w> {
    /// In order.
    all: Vec<&'w str>,
    /// Their lengths.
    lengths: BTreeSet<usize>,
}

impl<'w> Places<'w> {
    fn new(all: impl Iterator<Item = &'w str>) -> Self {
        let mut all: Vec<&str> = all.collect();
        all.sort_unstable();
        let lengths = all.iter().map(|r| r.len()).collect();
        Places { all, lengths }
    }

    /// Whether one of the patterns may match one of the resources or something under it.
    fn hold_any(&self, globs: &Globs, steps: &mut usize) -> bool {
        let own = self.all.iter().flat_map(|r| ["", "/*", ":*", "*"].map(|under| format!("{r}{under}")));
        let mut own = if globs.places.is_empty() { None } else { Some(own) };
        own.as_mut().is_some_and(|own| own.any(|text| globs.places.contains(&text)))
            || globs.all.iter().any(|glob| self.hold(glob, steps))
    }

    /// The patterns that match none of the resources and nothing under them.
    fn lost(&self, globs: &Globs, steps: &mut usize) -> Vec<usize> {
        let all = globs.all.iter().enumerate();
        all.filter(|(_, glob)| !self.hold(glob, steps)).map(|(at, _)| at).collect()
    }

    /// Whether a pattern may match one of the resources or something under it.
    fn hold(&self, glob: &str, steps: &mut usize) -> bool {
        if glob.bytes().filter(|b| *b == b':').take(5).count() < 5 {
            return true;
        }
        // Most patterns begin with the resource.
        let begins = |len: &usize| {
            let ends = glob.as_bytes().get(*len).is_none_or(|c| matches!(c, b'/' | b':' | b'*'));
            ends && glob.get(..*len).is_some_and(|head| self.all.binary_search(&head).is_ok())
        };
        if self.lengths.range(..=glob.len()).any(begins) {
            return true;
        }
        let Some(wild) = glob.find(['*', '?']) else { return false };
        let head = glob.get(..wild).unwrap_or_default();
        // What the text before the first wildcard begins with, and what begins with it.
        let from = self.all.partition_point(|r| *r < head);
        let above = self.all.get(from..).unwrap_or_default().iter().take_while(|r| r.starts_with(head));
        let below = self.lengths.range(..head.len()).filter_map(|len| {
            let r = head.get(..*len).filter(|_| matches!(head.as_bytes().get(*len), Some(b'/' | b':')))?;
            self.all.binary_search(&r).ok().and_then(|at| self.all.get(at))
        });
        above.chain(below).any(|r| {
            *steps += (glob.len() + 16) * (r.len() / 64 + 1);
            *steps > STEPS || ["", "/*", ":*"].iter().any(|under| overlap(&format!("{r}{under}"), glob))
        })
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
