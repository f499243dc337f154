//! casbin: a row for each statement and action pattern, `keyMatch` on both, boundaries in a second section.

use crate::engine::Engine;
use casbin::{CoreApi, DefaultModel, EnforceContext, Enforcer, MemoryAdapter, MgmtApi};
use std::error::Error;
use tabella_runtime::{Request, Values};
use tabella_workloads::simple::{Model, Statement};

const MODEL: &str = "
[request_definition]
r = sub, obj, act, region
r2 = sub, obj, act, region

[policy_definition]
p = sub, obj, act, region, eft
p2 = sub, obj, act, region, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
e2 = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (p.sub == \"*\" || r.sub == p.sub) && keyMatch(r.act, p.act) && keyMatch(r.obj, p.obj) && (p.region == \"\" || r.region == p.region)
m2 = r2.sub == p2.sub && keyMatch(r2.act, p2.act) && keyMatch(r2.obj, p2.obj) && (p2.region == \"\" || r2.region == p2.region)
";

/// casbin's enforcer.
pub struct Casbin {
    enforcer: Enforcer,
    bounded: bool,
    rows: usize,
    requests: Vec<[&'static str; 4]>,
}

fn rows(sub: &str, s: &Statement, out: &mut Vec<Vec<String>>) {
    let region = s.condition.as_ref().map_or(String::new(), |(_, v)| v.clone());
    for a in &s.actions {
        let effect = if s.deny { "deny" } else { "allow" };
        out.push(vec![sub.into(), format!("{}*", s.prefix), a.clone(), region.clone(), effect.into()]);
    }
}

impl Casbin {
    /// Loads the model.
    pub async fn new(model: &Model, requests: &[Request<'static>]) -> Result<Self, Box<dyn Error>> {
        let m = DefaultModel::from_str(MODEL).await?;
        let mut enforcer = Enforcer::new(m, MemoryAdapter::default()).await?;
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for p in &model.principals {
            p.identity.iter().for_each(|s| rows(&p.arn, s, &mut first));
            p.boundary.iter().for_each(|s| rows(&p.arn, s, &mut second));
        }
        model.denies.iter().for_each(|s| rows("*", s, &mut first));
        let count = first.len() + second.len();
        let bounded = !second.is_empty();
        enforcer.add_policies(first).await?;
        if bounded {
            enforcer.add_named_policies("p2", second).await?;
        }
        let requests = requests
            .iter()
            .map(|r| {
                let region = r.context.entries().iter().find(|e| e.key == "aws:RequestedRegion");
                let region = match region.map(|e| e.values) {
                    Some(Values::One(v)) => v,
                    _ => "",
                };
                [r.principal, r.resource, r.action, region]
            })
            .collect();
        Ok(Casbin { enforcer, bounded, rows: count, requests })
    }
}

impl Engine for Casbin {
    fn name(&self) -> String {
        "casbin".into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        let [sub, obj, act, region] = self.requests[i];
        self.enforcer.enforce((sub, obj, act, region)).unwrap_or(false)
            && (!self.bounded
                || self
                    .enforcer
                    .enforce_with_context(EnforceContext::new("2"), (sub, obj, act, region))
                    .unwrap_or(false))
    }

    fn sample(&self) -> usize {
        if self.rows > 50_000 {
            6
        } else if self.rows > 1_000 {
            24
        } else {
            512
        }
    }
}
