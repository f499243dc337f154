//! The baseline to beat: what a careful engineer writes by hand for exactly this workload. Policies indexed by
//! principal, actions compared as prefix or whole, resources by prefix, one context key.

use crate::engine::Engine;
use hashbrown::HashMap;
use tabella_runtime::{Request, Values};
use tabella_workloads::simple::{Model, Statement};

struct Rule {
    deny: bool,
    actions: Vec<(Box<str>, bool)>,
    prefix: Box<str>,
    condition: Option<(Box<str>, Box<str>)>,
}

struct Slice {
    identity: Vec<Rule>,
    boundary: Vec<Rule>,
}

/// Policies by principal.
pub struct Handwritten {
    by_principal: HashMap<Box<str>, Slice>,
    denies: Vec<Rule>,
    requests: Vec<Request<'static>>,
}

fn rule(s: &Statement) -> Rule {
    Rule {
        deny: s.deny,
        actions: s
            .actions
            .iter()
            .map(|a| a.strip_suffix('*').map_or((a.as_str().into(), false), |h| (h.into(), true)))
            .collect(),
        prefix: s.prefix.as_str().into(),
        condition: s.condition.as_ref().map(|(k, v)| (k.as_str().into(), v.as_str().into())),
    }
}

impl Rule {
    fn matches(&self, r: &Request<'_>) -> bool {
        self.actions
            .iter()
            .any(|(a, prefix)| if *prefix { r.action.starts_with(&**a) } else { r.action == &**a })
            && r.resource.starts_with(&*self.prefix)
            && self.condition.as_ref().is_none_or(|(k, v)| {
                r.context.entries().iter().any(|e| e.key == &**k && e.values == Values::One(v))
            })
    }
}

impl Handwritten {
    /// Indexes the model.
    pub fn new(model: &Model, requests: &[Request<'static>]) -> Self {
        let by_principal = model
            .principals
            .iter()
            .map(|p| {
                let slice = Slice {
                    identity: p.identity.iter().map(rule).collect(),
                    boundary: p.boundary.iter().map(rule).collect(),
                };
                (p.arn.as_str().into(), slice)
            })
            .collect();
        Handwritten {
            by_principal,
            denies: model.denies.iter().map(rule).collect(),
            requests: requests.to_vec(),
        }
    }
}

impl Engine for Handwritten {
    fn name(&self) -> String {
        "hand-written Rust, indexed by principal".into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        let r = &self.requests[i];
        let Some(slice) = self.by_principal.get(r.principal) else { return false };
        if self.denies.iter().any(|d| d.matches(r)) {
            return false;
        }
        let mut allow = false;
        for rule in &slice.identity {
            if (rule.deny || !allow) && rule.matches(r) {
                if rule.deny {
                    return false;
                }
                allow = true;
            }
        }
        allow && (slice.boundary.is_empty() || slice.boundary.iter().any(|b| b.matches(r)))
    }

    fn sample(&self) -> usize {
        self.requests.len()
    }
}
