//! Who calls: a starting identity or the session that a hop made, and the file a session is kept in.

use super::checks::is_user;
use super::{Call, Hop};
use crate::hir::{Identity, World};
use serde::{Deserialize, Serialize};
use tabella_runtime::{Decision, Entry, Gate, Outcome, Session};

/// The answer to a call whose context is malformed.
pub(super) const MALFORMED: Decision = Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request };

/// A principal and what is known of its session. Serialized, it is the file that `decide --as-session` reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Caller {
    /// The principal's ARN, the provider's ARN or name, or a service principal.
    pub principal: String,
    /// Names of session policies; `None` = none were passed.
    pub session_policies: Option<Vec<String>>,
    /// Session tags, inherited ones among them.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that go on down the chain.
    pub transitive_tag_keys: Vec<String>,
    /// The source identity, once set the same through the whole chain (R128).
    pub source_identity: Option<String>,
    /// When MFA was used, in seconds since 1970; only a user's temporary credentials carry it, a role's do not
    /// (R134).
    pub mfa_at: Option<i64>,
    /// When the temporary credentials were issued, in seconds since 1970; `None` = long-term credentials.
    pub issued_at: Option<i64>,
    /// When they expire.
    pub expires_at: Option<i64>,
    /// The identity provider of a federated session.
    pub federated_provider: Option<String>,
    /// For a federated-user session: the user that asked for it.
    pub issuer: Option<String>,
    /// Whether it is a role session already, so that a further hop is role chaining (R130).
    pub role_session: bool,
    /// Whether a SAML or web identity call made the session: MFA is no key of it, not even as `false` (R134).
    pub federated_session: bool,
}

/// The name under which the documentation speaks of a kept [`Caller`].
pub type SessionFile = Caller;

impl Caller {
    /// A principal with its long-term credentials, a provider or a service.
    pub fn new(principal: impl Into<String>) -> Self {
        Caller { principal: principal.into(), ..Self::default() }
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
        source_identity: hop.source_identity.clone().or_else(|| caller.source_identity.clone()),
        mfa_at: None,
        issued_at: Some(now),
        expires_at: Some(now + i64::from(hop.duration_seconds.unwrap_or(3600))),
        federated_provider: federated,
        issuer: None,
        role_session: true,
        federated_session: hop.call != Call::Role,
    }
}

/// RFC 3339 in UTC, as the context keys for times are written.
pub(super) fn timestamp(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |t| t.to_string())
}
