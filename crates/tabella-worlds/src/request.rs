//! An owned request: what generators build and shrinkers edit. [`Owned::with`] lends it as a [`Request`].

use tabella_runtime::{Context, Entry, Extras, Request, Session, Values};

/// A request that owns its text.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Owned {
    /// See [`Request::principal`].
    pub principal: String,
    /// Names of session policies.
    pub session_policies: Option<Vec<String>>,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// User behind a federated-user session.
    pub issuer: Option<String>,
    /// See [`Session::issued`].
    pub issued: Option<i64>,
    /// See [`Session::expires`].
    pub expires: Option<i64>,
    /// Session keys.
    pub session_keys: Vec<OwnedEntry>,
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
    /// The context.
    pub context: Vec<OwnedEntry>,
    /// `Context::complete` instead of `Context::new`.
    pub complete: bool,
}

/// A context entry that owns its text.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedEntry {
    /// The key.
    pub key: String,
    /// Its values.
    pub values: Vec<String>,
    /// Multivalued; a single-valued entry has exactly one value.
    pub list: bool,
}

impl OwnedEntry {
    /// A single-valued entry.
    pub fn one(key: &str, value: impl Into<String>) -> Self {
        OwnedEntry { key: key.to_string(), values: vec![value.into()], list: false }
    }

    /// A multivalued entry.
    pub fn many(key: &str, values: Vec<String>) -> Self {
        OwnedEntry { key: key.to_string(), values, list: true }
    }
}

impl Owned {
    /// Lends the request; an error when the context is refused.
    pub fn with<R>(&self, use_it: impl FnOnce(&Request<'_>) -> R) -> Result<R, String> {
        let context_lists = lists(&self.context);
        let context = entries(&self.context, &context_lists);
        let key_lists = lists(&self.session_keys);
        let keys = entries(&self.session_keys, &key_lists);
        let tags: Vec<(&str, &str)> = self.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let policies: Option<Vec<&str>> =
            self.session_policies.as_ref().map(|p| p.iter().map(String::as_str).collect());
        let made = if self.complete { Context::complete(&context) } else { Context::new(&context) };
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
        // Requests that say nothing more are made without.
        let says_more = policies.is_some()
            || session.issuer.is_some()
            || extras.resource_account.is_some()
            || extras.endpoint.is_some()
            || session.issued.is_some()
            || session.expires.is_some()
            || extras.now.is_some()
            || !(tags.is_empty() && keys.is_empty());
        let request = Request {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            context: made.map_err(|e| e.to_string())?,
            extras: says_more.then_some(&extras),
        };
        Ok(use_it(&request))
    }
}

fn lists(from: &[OwnedEntry]) -> Vec<Vec<&str>> {
    from.iter().map(|e| e.values.iter().map(String::as_str).collect()).collect()
}

fn entries<'a>(from: &'a [OwnedEntry], lists: &'a [Vec<&'a str>]) -> Vec<Entry<'a>> {
    from.iter()
        .zip(lists)
        .map(|(e, list)| {
            let values = match (e.list, list.first()) {
                (false, Some(one)) => Values::One(one),
                _ => Values::Many(list),
            };
            Entry { key: &e.key, values }
        })
        .collect()
}
