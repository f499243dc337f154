//! Requests of the suites: those of `test` blocks, and JSON lines.

use serde::Deserialize;
use serde_json::{Map, Value};
use tabella::cases::{OwnedEntry, OwnedRequest};
use tabella::hir::{Expected, TestCase, World};
use tabella_runtime::{Outcome, is_session_key};

/// A request and what must come of it.
pub struct Asked {
    pub request: OwnedRequest,
    /// Words of `expect`.
    pub expect: String,
    /// Words of `because`.
    pub because: Vec<String>,
}

/// Whether an outcome is the expected one; `None` = the request was refused.
pub fn is_met(expect: &str, outcome: Option<Outcome>) -> bool {
    match expect {
        "allow" => outcome == Some(Outcome::Allow),
        "deny" => matches!(outcome, Some(Outcome::ExplicitDeny | Outcome::ImplicitDeny)),
        "deny explicitly" => outcome == Some(Outcome::ExplicitDeny),
        "deny implicitly" => outcome == Some(Outcome::ImplicitDeny),
        "refused" => outcome.is_none(),
        other => panic!("`{other}` is no expectation"),
    }
}

/// The request of an expectation in a `test` block.
pub fn of_test(case: &TestCase, world: &World) -> Asked {
    let entry = |e: &tabella::hir::ContextEntry| OwnedEntry {
        key: e.key.to_string(),
        values: e.values.iter().map(|v| v.to_string()).collect(),
        list: e.list,
    };
    let (session_keys, context) = case.context.iter().map(entry).partition(|e| is_session_key(&e.key));
    let names = |ids: &Vec<tabella::hir::PolicyId>| {
        ids.iter().map(|id| world.policies[id.index()].name.to_string()).collect()
    };
    Asked {
        request: OwnedRequest {
            principal: case.principal.to_string(),
            action: case.action.to_string(),
            resource: case.resource.to_string(),
            resource_account: case.resource_account.as_deref().map(str::to_owned),
            endpoint: case.endpoint.as_deref().map(str::to_owned),
            session_policies: case.session_policies.as_ref().map(names),
            session_keys,
            context,
            ..OwnedRequest::default()
        },
        expect: match case.expected {
            Expected::Allow => "allow",
            Expected::Deny => "deny",
            Expected::DenyImplicitly => "deny implicitly",
            Expected::DenyExplicitly => "deny explicitly",
        }
        .to_owned(),
        because: case.because.iter().map(|w| w.to_string()).collect(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    principal: String,
    action: String,
    resource: String,
    #[serde(default)]
    resource_account: Option<String>,
    #[serde(default)]
    endpoint: Option<String>,
    #[serde(default)]
    now: Option<Value>,
    #[serde(default)]
    session: SessionLine,
    #[serde(default)]
    context: Map<String, Value>,
    #[serde(default)]
    expect: String,
    #[serde(default)]
    because: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SessionLine {
    policies: Option<Vec<String>>,
    tags: Map<String, Value>,
    issuer: Option<String>,
    issued: Option<Value>,
    expires: Option<Value>,
    keys: Map<String, Value>,
}

/// RFC 3339, or seconds since 1970 where no calendar has the time.
fn seconds(time: &Value) -> Result<i64, String> {
    let calendar = |text: &str| Ok(text.parse::<jiff::Timestamp>().map_err(|e| e.to_string())?.as_second());
    time.as_i64().map_or_else(|| calendar(time.as_str().unwrap_or_default()), Ok)
}

/// The request of a JSON line.
pub fn of_line(line: &str) -> Result<Asked, String> {
    let line: Line = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let time = |time: &Option<Value>| time.as_ref().map(seconds).transpose();
    let tags = line.session.tags.iter().map(|(key, value)| (key.clone(), text(value))).collect();
    Ok(Asked {
        request: OwnedRequest {
            principal: line.principal,
            action: line.action,
            resource: line.resource,
            resource_account: line.resource_account,
            endpoint: line.endpoint,
            now: time(&line.now)?,
            session_policies: line.session.policies,
            tags,
            issuer: line.session.issuer,
            issued: time(&line.session.issued)?,
            expires: time(&line.session.expires)?,
            session_keys: entries(&line.session.keys),
            context: entries(&line.context),
            complete: false,
        },
        expect: line.expect,
        because: line.because.split_whitespace().map(str::to_owned).collect(),
    })
}

fn entries(map: &Map<String, Value>) -> Vec<OwnedEntry> {
    let entry = |(key, value): (&String, &Value)| {
        let (values, list) = match value {
            Value::Array(values) => (values.iter().map(text).collect(), true),
            one => (vec![text(one)], false),
        };
        OwnedEntry { key: key.clone(), values, list }
    };
    map.iter().map(entry).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string())
}
