//! Requests as people write them: options of `decide`, or JSON lines. Turned into the runtime's borrowed form.
//!
//! The command plays service and authentication layer at once, so it sorts the keys it is given into the
//! compartments of [`Request`]; a key that the engine derives is refused (R151), but for those of an access point, which must
//! say what is derived (R152).

use super::output::{Console, Stop};
use super::time::Time;
use crate::assume::{Caller, Claim};
use crate::diag::Diagnostic;
use crate::diag::codes::command;
use clap::Args;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;
use std::path::PathBuf;
use tabella_runtime::{Context, Entry, Extras, Request, Session, Values, is_session_key};

/// The request, as options.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub struct Options {
    /// Who asks: a user, role, role-session or root ARN, a service (`lambda.amazonaws.com`), a provider, or `*`
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
    /// What for: `service:Action`
    #[arg(long)]
    action: Option<String>,
    /// On what: one ARN, or `*`
    #[arg(long, value_name = "ARN")]
    resource: Option<String>,
    /// Who owns the resource, where its ARN does not say
    #[arg(long, value_name = "ACCOUNT")]
    resource_account: Option<String>,
    /// A condition key; `key[]=value`, repeated, gives a list
    #[arg(long, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// A JSON object of condition keys: each a string, or a list of strings
    #[arg(long, value_name = "FILE.json")]
    context_file: Option<PathBuf>,
    /// A session policy of the caller; may be repeated
    #[arg(long, value_name = "NAME")]
    session_policy: Vec<String>,
    /// A tag of the caller's session; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    session_tag: Vec<String>,
    /// For a federated-user session: the ARN of the user that asked for it
    #[arg(long, value_name = "ARN")]
    session_issuer: Option<String>,
    /// When the caller's temporary credentials were issued
    #[arg(long, value_name = "TIME", requires = "session_expires")]
    session_issued: Option<Time>,
    /// When they end
    #[arg(long, value_name = "TIME", requires = "session_issued")]
    session_expires: Option<Time>,
    /// The VPC endpoint the request came through
    #[arg(long, value_name = "VPCE")]
    endpoint: Option<String>,
    /// A session that `assume --save` wrote: who asks, and all that is known of its session
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["principal", "session_tag", "session_policy", "session_issuer",
        "session_issued", "session_expires"])]
    as_session: Option<PathBuf>,
}

/// One request, owned. Also the form of a line of a request file.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// See [`Request::principal`].
    pub principal: String,
    /// See [`Request::action`].
    pub action: String,
    /// See [`Request::resource`].
    pub resource: String,
    /// See [`Extras::resource_account`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_account: Option<String>,
    /// See [`Extras::endpoint`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// See [`Extras::now`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Condition keys.
    #[serde(default, skip_serializing_if = "Pairs::is_empty")]
    pub context: Pairs<Content>,
    /// The caller's session.
    #[serde(default, skip_serializing_if = "SessionAsked::is_plain")]
    pub session: SessionAsked,
}

/// What is known of the caller's session.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SessionAsked {
    /// Names of session policies; absent = none were passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<String>>,
    /// Session tags.
    #[serde(default, skip_serializing_if = "Pairs::is_empty")]
    pub tags: Pairs<String>,
    /// See [`Session::issuer`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// See [`Session::issued`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Time>,
    /// See [`Session::expires`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
}

impl SessionAsked {
    fn is_plain(&self) -> bool {
        self == &Self::default()
    }
}

/// A JSON object in its order, repeated keys included, so that they can be refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs<T>(pub Vec<(String, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Pairs(Vec::new())
    }
}

impl<T> Pairs<T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(k, v)| (k, v)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
            type Value = Pairs<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor(std::marker::PhantomData))
    }
}

/// The content of a condition key.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// Single-valued.
    One(String),
    /// Multivalued.
    Many(Vec<String>),
    /// Single-valued, written as a JSON boolean.
    Bool(bool),
    /// Single-valued, written as a JSON number: its text, for that is what counts (R57), digit by digit.
    #[serde(serialize_with = "as_written")]
    Number(String),
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        let read = match text.as_bytes().first() {
            Some(b'"') => serde_json::from_str(text).map(Content::One),
            Some(b'[') => serde_json::from_str(text).map(Content::Many),
            Some(b't' | b'f') => serde_json::from_str(text).map(Content::Bool),
            Some(b'-' | b'0'..=b'9') => Ok(Content::Number(text.to_owned())),
            _ => Err(Error::custom("a condition key has a string, a list of strings, a number or a boolean")),
        };
        read.map_err(D::Error::custom)
    }
}

/// A number if that gives the same text, else the text: nothing is rounded on the way out either.
fn as_written<S: serde::Serializer>(number: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match serde_json::from_str::<serde_json::Number>(number) {
        Ok(n) if n.to_string() == number => n.serialize(serializer),
        _ => serializer.serialize_str(number),
    }
}

impl Options {
    /// Whether any of the three things every request has was given.
    pub fn is_given(&self) -> bool {
        self.principal.is_some()
            || self.as_session.is_some()
            || self.action.is_some()
            || self.resource.is_some()
    }

    /// The request that the options describe.
    pub fn asked(&self, now: Time, console: &mut Console) -> Result<Asked, Stop> {
        let kept = self.kept_session(now, console)?;
        let principal = kept.as_ref().map(|s| &s.principal).or(self.principal.as_ref());
        let (Some(principal), Some(action), Some(resource)) = (principal, &self.action, &self.resource)
        else {
            let text = "a request needs `--principal`, `--action` and `--resource`";
            let finding = Diagnostic::error(command::BAD_REQUEST, text);
            return console.refuse(finding.help("or give requests as JSON lines with `--requests FILE`"));
        };
        let mut context = match &self.context_file {
            Some(path) => context_file(path, console)?,
            None => Pairs::default(),
        };
        for written in &self.context {
            let (key, value) = pair(written, "--context", console)?;
            match key.strip_suffix("[]") {
                None => context.0.push((key.to_string(), Content::One(value.to_string()))),
                Some(key) => push_to_list(&mut context, key, value),
            }
        }
        let mut tags = Pairs::default();
        for written in &self.session_tag {
            let (key, value) = pair(written, "--session-tag", console)?;
            tags.0.push((key.to_string(), value.to_string()));
        }
        let mut policies = (!self.session_policy.is_empty()).then(|| self.session_policy.clone());
        let mut issuer = self.session_issuer.clone();
        let (mut issued, mut expires) = (self.session_issued, self.session_expires);
        if let Some(session) = &kept {
            let keys = session.session_keys(false, now.0);
            context.0.extend(keys.into_iter().map(|(k, v)| (k.to_owned(), Content::One(v))));
            context.0.extend(session.claims.iter().map(|(key, claim)| (key.clone(), claim.clone().into())));
            tags = Pairs(session.tags.clone());
            (policies, issuer) = (session.session_policies.clone(), session.issuer.clone());
            (issued, expires) = (session.issued_at.map(Time), session.expires_at.map(Time));
        }
        Ok(Asked {
            principal: principal.clone(),
            action: action.clone(),
            resource: resource.clone(),
            resource_account: self.resource_account.clone(),
            endpoint: self.endpoint.clone(),
            at: Some(now),
            context,
            session: SessionAsked { policies, tags, issuer, issued, expires },
        })
    }
}

impl Options {
    /// The session of `--as-session`, unless it has expired.
    fn kept_session(&self, now: Time, console: &mut Console) -> Result<Option<Caller>, Stop> {
        let Some(path) = &self.as_session else { return Ok(None) };
        let session: Caller = super::assume::read(path, "a session that `assume --save` wrote", console)?;
        if let Err(lifetime) = session.usable(now.0) {
            let text = format!("the session in `{}` cannot be used", super::load::name(path));
            let finding = Diagnostic::error(command::BAD_REQUEST, text).note(lifetime.to_string());
            return console.refuse(finding.help("walk the chain again with `tabella assume --save`"));
        }
        Ok(Some(session))
    }
}

fn push_to_list(context: &mut Pairs<Content>, key: &str, value: &str) {
    for (known, content) in &mut context.0 {
        if let (true, Content::Many(values)) = (known.eq_ignore_ascii_case(key), content) {
            values.push(value.to_string());
            return;
        }
    }
    context.0.push((key.to_string(), Content::Many(vec![value.to_string()])));
}

fn pair<'a>(written: &'a str, option: &str, console: &mut Console) -> Result<(&'a str, &'a str), Stop> {
    match written.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, value)),
        _ => {
            let text = format!("`{option} {written}` is not `key=value`");
            console.refuse(Diagnostic::error(command::BAD_REQUEST, text))
        }
    }
}

fn context_file(path: &std::path::Path, console: &mut Console) -> Result<Pairs<Content>, Stop> {
    let file = super::load::text(path, console)?;
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    serde_json::from_str(&text).or_else(|error| {
        let text = format!("`{}` is not an object of condition keys", super::load::name(path));
        console.refuse(Diagnostic::error(command::BAD_REQUEST, text).note(error.to_string()))
    })
}

impl Asked {
    /// What the context says of the access point that the request goes through. The engine derives these keys, so they are
    /// not handed to it: what is said is compared with what is derived (R151, R152).
    pub fn point_claims(&self) -> Vec<PointClaim<'_>> {
        let claims = self.context.0.iter().filter(|(key, _)| is_of_access_point(key));
        let value = |content: &Content| match content {
            Content::One(text) => Some(text.clone()),
            _ => None,
        };
        claims.map(|(key, content)| PointClaim { key, value: value(content) }).collect()
    }

    /// Hands the request to `f` in the runtime's form; the error says which key the caller may not set.
    pub fn with<R>(&self, f: impl FnOnce(&Request<'_>) -> R) -> Result<R, String> {
        let said = self.context.0.iter().filter(|(key, _)| !is_of_access_point(key));
        let (in_session, in_context): (Vec<_>, Vec<_>) = said.partition(|(key, _)| is_session_key(key));
        let session_texts: Vec<Vec<String>> = in_session.iter().map(|(_, c)| c.texts()).collect();
        let context_texts: Vec<Vec<String>> = in_context.iter().map(|(_, c)| c.texts()).collect();
        let session_lists = borrow(&session_texts);
        let context_lists = borrow(&context_texts);
        let keys = entries(&in_session, &session_lists);
        let entries = entries(&in_context, &context_lists);
        for (i, e) in keys.iter().enumerate() {
            if keys.iter().take(i).any(|o| o.key.eq_ignore_ascii_case(e.key)) {
                return Err(format!("the context key `{}` is given twice", e.key));
            }
        }
        let context = Context::new(&entries).map_err(|e| e.to_string())?;
        let policies: Option<Vec<&str>> =
            self.session.policies.as_ref().map(|p| p.iter().map(String::as_str).collect());
        let tags: Vec<(&str, &str)> =
            self.session.tags.0.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let session = Session {
            policies: policies.as_deref(),
            tags: &tags,
            issuer: self.session.issuer.as_deref(),
            issued: self.session.issued.map(|Time(at)| at),
            expires: self.session.expires.map(|Time(at)| at),
            keys: &keys,
        };
        let extras = Extras {
            session,
            resource_account: self.resource_account.as_deref(),
            endpoint: self.endpoint.as_deref(),
            now: self.at.map(|Time(at)| at),
        };
        Ok(f(&Request {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            context,
            extras: Some(&extras),
        }))
    }
}

/// What a context says of the access point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointClaim<'a> {
    /// The key, in any case.
    pub key: &'a str,
    /// Its value; `None`: it is no single text.
    pub value: Option<String>,
}

/// Whether a key follows from the access point that a request goes through.
fn is_of_access_point(key: &str) -> bool {
    let keys = ["s3:DataAccessPointArn", "s3:DataAccessPointAccount", "s3:AccessPointNetworkOrigin"];
    keys.iter().any(|of| of.eq_ignore_ascii_case(key))
}

impl From<Claim> for Content {
    fn from(claim: Claim) -> Self {
        match claim {
            Claim::One(text) => Content::One(text),
            Claim::Many(texts) => Content::Many(texts),
        }
    }
}

impl Content {
    fn texts(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::Many(texts) => texts.clone(),
            Self::Bool(value) => vec![value.to_string()],
            Self::Number(text) => vec![text.clone()],
        }
    }
}

fn borrow(texts: &[Vec<String>]) -> Vec<Vec<&str>> {
    texts.iter().map(|list| list.iter().map(String::as_str).collect()).collect()
}

fn entries<'a>(pairs: &[&'a (String, Content)], lists: &'a [Vec<&'a str>]) -> Vec<Entry<'a>> {
    let entry = |((key, content), list): (&&'a (String, Content), &'a Vec<&'a str>)| {
        let values = match (content, list.as_slice()) {
            (Content::Many(_), all) => Values::Many(all),
            (_, [one]) => Values::One(one),
            (_, all) => Values::Many(all),
        };
        Entry { key, values }
    };
    pairs.iter().zip(lists).map(entry).collect()
}

/// Reads a file of requests, one JSON object a line; blank lines are skipped.
pub fn lines(path: &std::path::Path, console: &mut Console) -> Result<Vec<Asked>, Stop> {
    let file = super::load::text(path, console)?;
    let text = console.sources.get(file).map(|f| f.text.clone()).unwrap_or_default();
    let mut asked = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = crate::source::Span::new(file, start, start + line.trim_end().len());
        start += line.len();
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(one) => asked.push(one),
            Err(error) => {
                let finding = Diagnostic::error(command::BAD_REQUEST, "this line is not a request");
                console.report([finding.at(span).note(error.to_string())]);
            }
        }
    }
    console.stop_on_errors()?;
    Ok(asked)
}
