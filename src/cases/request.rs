//! The request of a case, owning its text.

use super::{member, text, wrong};
use crate::diag::Diagnostic;
use crate::json::{Node, NodeKind};
use tabella_runtime::{Context, Entry, Extras, Request, Session, Values};

/// A request that owns its text; [`OwnedRequest::with`] lends it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnedRequest {
    /// See [`Request::principal`].
    pub principal: String,
    /// See [`Request::action`].
    pub action: String,
    /// See [`Request::resource`].
    pub resource: String,
    /// See [`Extras::resource_account`].
    pub resource_account: Option<String>,
    /// See [`Extras::endpoint`].
    pub endpoint: Option<String>,
    /// See [`Extras::now`].
    pub now: Option<i64>,
    /// See [`Session::policies`].
    pub session_policies: Option<Vec<String>>,
    /// See [`Session::tags`].
    pub tags: Vec<(String, String)>,
    /// See [`Session::issuer`].
    pub issuer: Option<String>,
    /// See [`Session::issued`].
    pub issued: Option<i64>,
    /// See [`Session::expires`].
    pub expires: Option<i64>,
    /// See [`Session::keys`].
    pub session_keys: Vec<OwnedEntry>,
    /// The context's entries.
    pub context: Vec<OwnedEntry>,
    /// Whether the context is complete as it stands ([`Context::complete`]).
    pub complete: bool,
}

/// A context entry that owns its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnedEntry {
    /// The key.
    pub key: String,
    /// Its values; one, if it is single-valued.
    pub values: Vec<String>,
    /// Multivalued.
    pub list: bool,
}

impl OwnedRequest {
    /// Lends the request. An error says why the context was refused.
    pub fn with<T>(&self, ask: impl FnOnce(&Request<'_>) -> T) -> Result<T, String> {
        let context_values = values(&self.context);
        let context = entries(&self.context, &context_values);
        let context = match self.complete {
            true => Context::complete(&context),
            false => Context::new(&context),
        };
        let context = context.map_err(|e| e.to_string())?;
        let key_values = values(&self.session_keys);
        let keys = entries(&self.session_keys, &key_values);
        let tags: Vec<_> = self.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
        let policies = self.session_policies.as_ref();
        let policies: Option<Vec<&str>> = policies.map(|names| names.iter().map(String::as_str).collect());
        let session = Session {
            policies: policies.as_deref(),
            tags: &tags,
            issuer: self.issuer.as_deref(),
            issued: self.issued,
            expires: self.expires,
            keys: &keys,
        };
        let extras = Extras {
            session,
            resource_account: self.resource_account.as_deref(),
            endpoint: self.endpoint.as_deref(),
            now: self.now,
        };
        Ok(ask(&Request {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            context,
            extras: Some(&extras),
        }))
    }
}

fn values(entries: &[OwnedEntry]) -> Vec<Vec<&str>> {
    entries.iter().map(|e| e.values.iter().map(String::as_str).collect()).collect()
}

fn entries<'a>(owned: &'a [OwnedEntry], values: &'a [Vec<&'a str>]) -> Vec<Entry<'a>> {
    let lend = |(entry, values): (&'a OwnedEntry, &'a Vec<&'a str>)| Entry {
        key: &entry.key,
        values: match (entry.list, values.first()) {
            (false, Some(value)) => Values::One(value),
            _ => Values::Many(values),
        },
    };
    owned.iter().zip(values).map(lend).collect()
}

/// Reads the `request` member.
pub(super) fn read(node: &Node) -> Result<OwnedRequest, Box<Diagnostic>> {
    let known = ["principal", "action", "resource", "resource_account", "context"];
    super::object("the request of a case", node, &known)?;
    let resource_account = match node.get("resource_account") {
        None => None,
        Some(value) if value.kind == NodeKind::Null => None,
        Some(_) => Some(text(node, "resource_account")?.to_owned()),
    };
    let wanted = member(node, "context")?;
    let members = wanted.members().ok_or_else(|| wrong("`context`", "an object", wanted))?;
    let mut context = Vec::with_capacity(members.len());
    for member in members {
        let (values, list) = match member.value.items() {
            Some(items) => (items, true),
            None => (std::slice::from_ref(&member.value), false),
        };
        let values = values.iter().map(value).collect::<Result<_, _>>()?;
        context.push(OwnedEntry { key: member.key.to_string(), values, list });
    }
    Ok(OwnedRequest {
        principal: text(node, "principal")?.to_owned(),
        action: text(node, "action")?.to_owned(),
        resource: text(node, "resource")?.to_owned(),
        resource_account,
        context,
        complete: true,
        ..OwnedRequest::default()
    })
}

/// One value of a key; numbers and booleans stand for their text (R57).
fn value(node: &Node) -> Result<String, Box<Diagnostic>> {
    match &node.kind {
        NodeKind::String(text) | NodeKind::Number(text) => Ok(text.to_string()),
        NodeKind::Bool(value) => Ok(value.to_string()),
        _ => Err(wrong("a value of the context", "a string", node)),
    }
}
