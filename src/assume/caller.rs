//! Who calls: a starting identity or the session that a hop made, and the file a session is kept in.

use super::checks::{is_user, provider_name};
use super::data::{Claim, instant, pairs, timestamp};
use super::{Call, Hop};
use crate::hir::{Identity, World};
use serde::{Deserialize, Serialize};
use std::fmt;
use tabella_runtime::{Entry, Session};

/// A principal and what is known of its session. Serialized, it is the file that `decide --as-session` reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Caller {
    /// The principal's ARN, the provider's ARN or name, or a service principal.
    pub principal: String,
    /// Names of session policies; `None` = none were passed.
    pub session_policies: Option<Vec<String>>,
    /// Session tags, inherited ones among them.
    #[serde(deserialize_with = "pairs")]
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that go on down the chain.
    pub transitive_tag_keys: Vec<String>,
    /// The source identity, once set the same through the whole chain (R128).
    pub source_identity: Option<String>,
    /// When MFA was used, in seconds since 1970; only a user's temporary credentials carry it, a role's do not
    /// (R134).
    #[serde(with = "instant")]
    pub mfa_at: Option<i64>,
    /// When the temporary credentials were issued, in seconds since 1970; `None` = long-term credentials. In JSON, times are
    /// written in RFC 3339, and numbers are read, too.
    #[serde(with = "instant")]
    pub issued_at: Option<i64>,
    /// When they end: from that instant on they are worth nothing.
    #[serde(with = "instant")]
    pub expires_at: Option<i64>,
    /// The identity provider of a federated session.
    pub federated_provider: Option<String>,
    /// For a federated-user session: the user that asked for it.
    pub issuer: Option<String>,
    /// Whether it is a role session already, so that a further hop is role chaining (R130).
    pub role_session: bool,
    /// Whether a SAML or web identity call made the session: MFA is no key of it, not even as `false` (R134).
    pub federated_session: bool,
    /// Of a federated session, the claims that later requests have, too (R126).
    #[serde(deserialize_with = "pairs")]
    pub claims: Vec<(String, Claim)>,
}

/// Why temporary credentials are worth nothing (R130, R146).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// They have ended.
    Expired {
        /// When.
        end: i64,
    },
    /// The clock shows a time before they were issued: it was set back.
    NotYetIssued {
        /// When they are issued.
        issue: i64,
    },
    /// An issue time without an end or the other way round, an end that is not after the issue time, or either of a caller
    /// that has no temporary credentials.
    Contradiction,
    /// A session that a call made and that says neither when it was issued nor when it ends.
    Endless,
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { end } => write!(f, "the session expired at {}", timestamp(*end)),
            Self::NotYetIssued { issue } => {
                write!(f, "the session is issued at {}, after the time of the call", timestamp(*issue))
            }
            Self::Contradiction => f.write_str(
                "a session has an issue time and a later end, and only callers of an account have one",
            ),
            Self::Endless => f.write_str("the session says neither when it was issued nor when it ends"),
        }
    }
}

/// The name under which the documentation speaks of a kept [`Caller`].
pub type SessionFile = Caller;

impl Caller {
    /// A principal with its long-term credentials, a provider or a service.
    pub fn new(principal: impl Into<String>) -> Self {
        Caller { principal: principal.into(), ..Self::default() }
    }

    /// Whether the credentials can be used at `now`. Of a role that starts a chain by its ARN nothing is known of when its
    /// session was issued: that the session is valid is then said by whoever names it, as for a request without times.
    pub fn usable(&self, now: i64) -> Result<(), Lifetime> {
        let has_account = self.principal.starts_with("arn:") && provider_name(&self.principal).is_none();
        match (self.issued_at, self.expires_at) {
            (None, None) if self.role_session || self.federated_session => Err(Lifetime::Endless),
            (None, None) => Ok(()),
            (Some(issue), Some(end)) if issue >= end || !has_account => Err(Lifetime::Contradiction),
            (Some(issue), Some(_)) if now < issue => Err(Lifetime::NotYetIssued { issue }),
            (Some(_), Some(end)) if end <= now => Err(Lifetime::Expired { end }),
            (Some(_), Some(_)) => Ok(()),
            _ => Err(Lifetime::Contradiction),
        }
    }

    /// Whether a further hop is role chaining (R130): a role's session, or by its ARN a role.
    pub(super) fn is_role_session(&self) -> bool {
        let mut parts = self.principal.splitn(6, ':').skip(2);
        let service = parts.next().unwrap_or_default();
        let rest = parts.nth(2).unwrap_or_default();
        self.role_session
            || (service == "sts" && rest.starts_with("assumed-role/"))
            || (service == "iam" && rest.starts_with("role/"))
    }

    /// The session keys of R144–R150 that the authentication layer sets. `mfa` = the call carries a token itself.
    pub fn session_keys(&self, mfa: bool, now: i64) -> Vec<(&'static str, String)> {
        let mut keys = Vec::new();
        // R146: a role has temporary credentials only, whether or not it is known since when.
        let issued_at = self.issued_at.or_else(|| self.is_role_session().then_some(now));
        if let Some(at) = issued_at {
            keys.push(("aws:TokenIssueTime", timestamp(at)));
        }
        if mfa {
            keys.push(("aws:MultiFactorAuthPresent", "true".into()));
            keys.push(("aws:MultiFactorAuthAge", "0".into()));
        } else if issued_at.is_some() && !self.federated_session {
            let used = self.mfa_at.filter(|_| is_user(&self.principal) && !self.role_session);
            keys.push(("aws:MultiFactorAuthPresent", used.is_some().to_string()));
            keys.extend(used.map(|at| ("aws:MultiFactorAuthAge", now.saturating_sub(at).max(0).to_string())));
        }
        keys.extend(self.source_identity.clone().map(|id| ("aws:SourceIdentity", id)));
        keys.extend(self.federated_provider.clone().map(|p| ("aws:FederatedProvider", p)));
        keys
    }

    /// Lends the session to a request.
    pub fn with_session<T>(&self, keys: &[Entry<'_>], ask: impl FnOnce(Session<'_>) -> T) -> T {
        let policies: Option<Vec<&str>> =
            self.session_policies.as_ref().map(|list| list.iter().map(String::as_str).collect());
        let tags: Vec<(&str, &str)> = self.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        ask(Session {
            policies: policies.as_deref(),
            tags: &tags,
            issuer: self.issuer.as_deref(),
            issued: self.issued_at,
            expires: self.expires_at,
            keys,
        })
    }
}

/// The session that an allowed hop makes: the role's permissions only (R131), tags that were passed and
/// transitive ones that were inherited (R129), the source identity of the chain (R128). MFA counts for the call that
/// carries it and does not go on into the session (R134).
pub(super) fn session_of(
    caller: &Caller,
    hop: &Hop,
    role: &Identity,
    world: &World,
    tags: Vec<(String, String)>,
    source_identity: Option<String>,
    now: i64,
) -> Caller {
    let account = world.accounts.get(role.account.index()).map_or("", |a| &a.id);
    let partition = role.arn.split(':').nth(1).unwrap_or("aws");
    let mut transitive = caller.transitive_tag_keys.clone();
    for key in &hop.transitive_tag_keys {
        if !transitive.iter().any(|k| k.eq_ignore_ascii_case(key)) {
            transitive.push(key.clone());
        }
    }
    let federated = (hop.call != Call::Role).then(|| caller.principal.clone());
    Caller {
        principal: format!("arn:{partition}:sts::{account}:assumed-role/{}/{}", role.name, hop.session_name),
        session_policies: hop.session_policies.clone(),
        tags,
        transitive_tag_keys: transitive,
        source_identity,
        mfa_at: None,
        issued_at: Some(now),
        // Each hop gives credentials of its own: they last as long as the call asks, whenever the caller's end.
        expires_at: Some(now.saturating_add(i64::from(hop.duration_seconds.unwrap_or(3600)))),
        federated_provider: federated,
        issuer: None,
        role_session: true,
        federated_session: hop.call != Call::Role,
        claims: match hop.call {
            Call::Role => Vec::new(),
            call => {
                hop.context.iter().filter(|(key, _)| stays(call, &caller.principal, key)).cloned().collect()
            }
        },
    }
}

/// Whether later requests of the session have a claim, too: those of the token's subject, audience and methods, and those that
/// name a subject of a SAML assertion. The service authorization reference lists them as keys of `sts:AssumeRole`, whose callers
/// have authenticated before.
fn stays(call: Call, provider: &str, key: &str) -> bool {
    let is_one = |name: &str, of: &[&str]| of.iter().any(|n| n.eq_ignore_ascii_case(name));
    if call == Call::Saml {
        return is_one(key, &["saml:namequalifier", "saml:sub", "saml:sub_type"]);
    }
    let Some(name) = provider_name(provider) else { return false };
    let claim = key.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name));
    let claim = claim.and_then(|_| key.get(name.len()..)?.strip_prefix(':'));
    claim.is_some_and(|claim| is_one(claim, &["sub", "aud", "amr", "app_id", "id", "user_id"]))
}
