//! Cedar, in the form its documents recommend: actions as entities with groups for wildcards, a permit for each
//! allow, a `forbid … unless` for the boundary. Whole set, or sliced by principal by the application.

use crate::engine::Engine;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityTypeName, EntityUid, PolicySet,
    Request as CedarRequest, RestrictedExpression,
};
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fmt::Write;
use std::str::FromStr;
use tabella_runtime::{Request, Values};
use tabella_workloads::simple::{ACTIONS, Model, Statement};

/// Cedar with one policy set for everybody, or one for each principal.
pub struct Cedar {
    sliced: bool,
    sets: HashMap<String, PolicySet>,
    entities: Entities,
    authorizer: Authorizer,
    requests: Vec<(String, CedarRequest)>,
}

fn uid(ty: &str, id: &str) -> Result<EntityUid, Box<dyn Error>> {
    let ty = EntityTypeName::from_str(ty)?;
    Ok(EntityUid::from_type_name_and_id(ty, id.parse()?))
}

fn scope(s: &Statement) -> String {
    let list: Vec<String> = s.actions.iter().map(|a| format!("Action::\"{a}\"")).collect();
    format!("action in [{}]", list.join(", "))
}

fn test(s: &Statement) -> String {
    let mut text = format!("context.arn like \"{}*\"", s.prefix);
    if let Some((k, v)) = &s.condition {
        let _ = write!(text, " && context has \"{k}\" && context[\"{k}\"] == \"{v}\"");
    }
    text
}

fn own(model: &Model, i: usize, out: &mut String) {
    let p = &model.principals[i];
    for s in &p.identity {
        let verb = if s.deny { "forbid" } else { "permit" };
        let _ = writeln!(
            out,
            "{verb}(principal == User::\"{}\", {}, resource) when {{ {} }};",
            p.arn,
            scope(s),
            test(s)
        );
    }
    if !p.boundary.is_empty() {
        let list: Vec<String> = p
            .boundary
            .iter()
            .map(|s| {
                let acts: Vec<String> = s.actions.iter().map(|a| format!("Action::\"{a}\"")).collect();
                format!("(action in [{}] && {})", acts.join(", "), test(s))
            })
            .collect();
        let _ = writeln!(
            out,
            "forbid(principal == User::\"{}\", action, resource) unless {{ {} }};",
            p.arn,
            list.join(" || ")
        );
    }
}

fn common(model: &Model, out: &mut String) {
    for s in &model.denies {
        let _ = writeln!(out, "forbid(principal, {}, resource) when {{ {} }};", scope(s), test(s));
    }
}

impl Cedar {
    /// Loads the model.
    pub fn new(model: &Model, requests: &[Request<'static>], sliced: bool) -> Result<Self, Box<dyn Error>> {
        let mut sets = HashMap::new();
        if sliced {
            for (i, p) in model.principals.iter().enumerate() {
                let mut text = String::new();
                own(model, i, &mut text);
                common(model, &mut text);
                sets.insert(p.arn.clone(), PolicySet::from_str(&text)?);
            }
        } else {
            let mut text = String::new();
            (0..model.principals.len()).for_each(|i| own(model, i, &mut text));
            common(model, &mut text);
            sets.insert(String::new(), PolicySet::from_str(&text)?);
        }
        let mut groups: HashSet<String> = HashSet::new();
        for s in
            model.principals.iter().flat_map(|p| p.identity.iter().chain(&p.boundary)).chain(&model.denies)
        {
            groups.extend(s.actions.iter().filter(|a| a.ends_with('*')).cloned());
        }
        let mut entities = Vec::new();
        for g in &groups {
            entities.push(Entity::new_no_attrs(uid("Action", g)?, HashSet::new()));
        }
        for a in ACTIONS {
            let mut parents = HashSet::new();
            for g in groups.iter().filter(|g| a.starts_with(g.trim_end_matches('*'))) {
                parents.insert(uid("Action", g)?);
            }
            entities.push(Entity::new_no_attrs(uid("Action", a)?, parents));
        }
        let resource = uid("Resource", "r")?;
        let prepared = requests
            .iter()
            .map(|r| {
                let mut pairs =
                    vec![("arn".to_owned(), RestrictedExpression::new_string(r.resource.to_owned()))];
                for e in r.context.entries() {
                    if let Values::One(v) = e.values {
                        pairs.push((e.key.to_owned(), RestrictedExpression::new_string(v.to_owned())));
                    }
                }
                let context = Context::from_pairs(pairs)?;
                let q = CedarRequest::new(
                    uid("User", r.principal)?,
                    uid("Action", r.action)?,
                    resource.clone(),
                    context,
                    None,
                )?;
                Ok((r.principal.to_owned(), q))
            })
            .collect::<Result<_, Box<dyn Error>>>()?;
        let entities = Entities::from_entities(entities, None)?;
        Ok(Cedar { sliced, sets, entities, authorizer: Authorizer::new(), requests: prepared })
    }
}

impl Engine for Cedar {
    fn name(&self) -> String {
        if self.sliced { "cedar-policy, sliced by the application" } else { "cedar-policy, whole policy set" }
            .into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        let (principal, request) = &self.requests[i];
        let key = if self.sliced { principal.as_str() } else { "" };
        let Some(set) = self.sets.get(key) else { return false };
        self.authorizer.is_authorized(request, set, &self.entities).decision() == Decision::Allow
    }

    fn sample(&self) -> usize {
        match self.sets.get("").map_or(0, |s| s.policies().count()) {
            0..=100 => 1_024,
            101..=20_000 => 32,
            _ => 8,
        }
    }
}
