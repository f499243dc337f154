//! regorus: statements as data keyed by principal, one generic rule over them.

use crate::engine::Engine;
use regorus::{Engine as Regorus, Value};
use std::error::Error;
use tabella_runtime::{Request, Values};
use tabella_workloads::simple::{Model, Statement};

const RULES: &str = r#"
package authz

default allow := false

action_matches(s) if {
	some a in s.exact
	a == input.action
}

action_matches(s) if {
	some a in s.heads
	startswith(input.action, a)
}

holds(s) if s.key == ""

holds(s) if input.context[s.key] == s.value

applies(s) if {
	action_matches(s)
	startswith(input.resource, s.prefix)
	holds(s)
}

mine := data.principals[input.principal]

granted if {
	some s in mine.allows
	applies(s)
}

denied if {
	some s in mine.denies
	applies(s)
}

denied if {
	some s in data.denies
	applies(s)
}

bounded if count(mine.boundary) == 0

bounded if {
	some s in mine.boundary
	applies(s)
}

allow if {
	granted
	bounded
	not denied
}
"#;

/// The Rego interpreter.
pub struct Rego {
    engine: Regorus,
    inputs: Vec<Value>,
}

fn statement(s: &Statement) -> serde_json::Value {
    let (heads, exact): (Vec<&String>, Vec<&String>) = s.actions.iter().partition(|a| a.ends_with('*'));
    let heads: Vec<&str> = heads.iter().map(|a| a.trim_end_matches('*')).collect();
    let (key, value) = s.condition.clone().unwrap_or_default();
    serde_json::json!({ "exact": exact, "heads": heads, "prefix": s.prefix, "key": key, "value": value })
}

impl Rego {
    /// Loads the model.
    pub fn new(model: &Model, requests: &[Request<'static>]) -> Result<Self, Box<dyn Error>> {
        let mut principals = serde_json::Map::new();
        for p in &model.principals {
            let list = |deny: bool| -> Vec<_> {
                p.identity.iter().filter(|s| s.deny == deny).map(statement).collect()
            };
            let boundary: Vec<_> = p.boundary.iter().map(statement).collect();
            principals.insert(
                p.arn.clone(),
                serde_json::json!({ "allows": list(false), "denies": list(true), "boundary": boundary }),
            );
        }
        let denies: Vec<_> = model.denies.iter().map(statement).collect();
        let data = serde_json::json!({ "principals": principals, "denies": denies });
        let mut engine = Regorus::new();
        engine.add_policy("authz.rego".into(), RULES.into())?;
        engine.add_data(Value::from_json_str(&data.to_string())?)?;
        let inputs = requests
            .iter()
            .map(|r| {
                let context: serde_json::Map<_, _> = r
                    .context
                    .entries()
                    .iter()
                    .filter_map(|e| match e.values {
                        Values::One(v) => Some((e.key.to_owned(), serde_json::Value::from(v))),
                        Values::Many(_) => None,
                    })
                    .collect();
                let input = serde_json::json!({
                    "principal": r.principal, "action": r.action, "resource": r.resource, "context": context
                });
                Ok(Value::from_json_str(&input.to_string())?)
            })
            .collect::<Result<_, Box<dyn Error>>>()?;
        Ok(Rego { engine, inputs })
    }
}

impl Engine for Rego {
    fn name(&self) -> String {
        "regorus, policies as data".into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        self.engine.set_input(self.inputs[i].clone());
        self.engine.eval_rule("data.authz.allow".into()).is_ok_and(|v| v == Value::from(true))
    }

    fn sample(&self) -> usize {
        256
    }
}
