//! scratchstack-aspen: a policy set for each principal, indexed by hand; it has boundaries of its own.

use crate::engine::Engine;
use scratchstack_arn::Arn;
use scratchstack_aspen::{Context, Decision, Policy, PolicySet, PolicySource};
use scratchstack_aws_principal::{Principal, PrincipalIdentity, SessionData, SessionValue, User};
use std::collections::HashMap;
use std::error::Error;
use std::str::FromStr;
use tabella_runtime::{Request, Values};
use tabella_workloads::simple::{Model, document};

/// Aspen, sliced by principal.
pub struct Aspen {
    by_principal: HashMap<String, PolicySet>,
    requests: Vec<(&'static str, Context)>,
}

impl Aspen {
    /// Loads the model.
    pub fn new(model: &Model, requests: &[Request<'static>]) -> Result<Self, Box<dyn Error>> {
        let mut by_principal = HashMap::new();
        for p in &model.principals {
            let mut set = PolicySet::new();
            let mut statements = p.identity.clone();
            statements.extend(model.denies.iter().cloned());
            let source = PolicySource::new_entity_inline(p.arn.clone(), "AIDA", "own");
            set.add_policy(source, Policy::from_str(&document(&statements, false))?);
            if !p.boundary.is_empty() {
                let source =
                    PolicySource::new_permission_boundary("arn:aws:iam::111122223333:policy/b", "ANPA", "v1");
                set.add_policy(source, Policy::from_str(&document(&p.boundary, false))?);
            }
            by_principal.insert(p.arn.clone(), set);
        }
        let requests = requests
            .iter()
            .map(|r| {
                let (service, api) = r.action.split_once(':').unwrap_or(("", r.action));
                let name = r.principal.rsplit('/').next().unwrap_or("");
                let user = User::new("aws", "111122223333", "/", name)?;
                let mut session = SessionData::new();
                for e in r.context.entries() {
                    if let Values::One(v) = e.values {
                        session.insert(e.key, SessionValue::String(v.to_owned()));
                    }
                }
                let context = Context::builder()
                    .api(api)
                    .service(service)
                    .actor(Principal::from(vec![PrincipalIdentity::from(user)]))
                    .resources(vec![Arn::from_str(r.resource)?])
                    .session_data(session)
                    .build()?;
                Ok((r.principal, context))
            })
            .collect::<Result<_, Box<dyn Error>>>()?;
        Ok(Aspen { by_principal, requests })
    }
}

impl Engine for Aspen {
    fn name(&self) -> String {
        "scratchstack-aspen, sliced by the application".into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        let (principal, context) = &self.requests[i];
        let Some(set) = self.by_principal.get(*principal) else { return false };
        set.evaluate(context).is_ok_and(|(d, _)| d == Decision::Allow)
    }

    fn sample(&self) -> usize {
        64
    }
}
