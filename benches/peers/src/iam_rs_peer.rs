//! iam-rs: one evaluator for the identity policy and one for the boundary of each principal, indexed by hand.

use crate::engine::Engine;
use iam_rs::{
    Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId,
};
use std::collections::HashMap;
use std::error::Error;
use tabella_runtime::{Request, Values};
use tabella_workloads::simple::{Model, document};

/// iam-rs, sliced by principal.
pub struct IamRs {
    by_principal: HashMap<String, (PolicyEvaluator, Option<PolicyEvaluator>)>,
    requests: Vec<(&'static str, IAMRequest)>,
}

impl IamRs {
    /// Loads the model.
    pub fn new(model: &Model, requests: &[Request<'static>]) -> Result<Self, Box<dyn Error>> {
        let mut by_principal = HashMap::new();
        for p in &model.principals {
            let mut statements = p.identity.clone();
            statements.extend(model.denies.iter().cloned());
            let identity =
                PolicyEvaluator::with_policies(vec![IAMPolicy::from_json(&document(&statements, false))?]);
            let boundary = if p.boundary.is_empty() {
                None
            } else {
                Some(PolicyEvaluator::with_policies(vec![IAMPolicy::from_json(&document(
                    &p.boundary,
                    false,
                ))?]))
            };
            by_principal.insert(p.arn.clone(), (identity, boundary));
        }
        let requests = requests
            .iter()
            .map(|r| {
                let mut context = Context::new();
                for e in r.context.entries() {
                    if let Values::One(v) = e.values {
                        context.insert(e.key.to_owned(), ContextValue::String(v.to_owned()));
                    }
                }
                let arn = Arn::parse(r.resource).map_err(|e| format!("{e:?}"))?;
                let principal = Principal::Aws(PrincipalId::String(r.principal.to_owned()));
                Ok((r.principal, IAMRequest::new_with_context(principal, r.action, arn, context)))
            })
            .collect::<Result<_, Box<dyn Error>>>()?;
        Ok(IamRs { by_principal, requests })
    }
}

impl Engine for IamRs {
    fn name(&self) -> String {
        "iam-rs, sliced by the application".into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        let (principal, request) = &self.requests[i];
        let Some((identity, boundary)) = self.by_principal.get(*principal) else { return false };
        let allow = |e: &PolicyEvaluator| e.evaluate(request).is_ok_and(|r| r.decision == Decision::Allow);
        allow(identity) && boundary.as_ref().is_none_or(allow)
    }

    fn sample(&self) -> usize {
        512
    }
}
