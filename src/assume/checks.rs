//! What STS checks by itself before and beside the policies: names, durations, tags.

use super::{Call, Caller, Hop, Lifetime};
use crate::hir::{Identity, PolicyKind, World};
use std::fmt;
use tabella_runtime::Decision;
use unicode_general_category::{GeneralCategory, get_general_category};

/// Why a hop was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No such role is declared.
    UnknownRole(String),
    /// A service-linked role can only be assumed by its service (R137).
    ServiceLinked(String),
    /// 2 to 64 characters of letters, digits and `_+=,.@-`.
    SessionName(String),
    /// 900 seconds to the role's longest session; one hour when chaining (R130).
    Duration {
        /// What was asked for.
        asked: u32,
        /// The longest that is allowed.
        longest: u32,
        /// Whether role chaining is what limits it.
        chaining: bool,
    },
    /// More than 50 tags, counting inherited ones (R129).
    TooManyTags(usize),
    /// A key or value that STS does not take, with the reason (R129).
    Tag(String, TagFault),
    /// The caller's session cannot be used at the time of the call (R130, R146).
    Session(Lifetime),
    /// The time of the call is none: the clock was never set.
    Clock(i64),
    /// A tag of that key came down the chain as transitive and cannot be set anew (R129).
    TransitiveTag(String),
    /// A transitive key that is not among the tags of the call.
    TransitiveKeyWithoutTag(String),
    /// The source identity is set already and cannot be changed (R128).
    SourceIdentity {
        /// What the session has.
        set: String,
        /// What the call asked for.
        asked: String,
    },
    /// `ExternalId` outside `AssumeRole`, MFA with a federated call, or the like.
    NotInThisCall(&'static str),
    /// Root users, anonymous callers and identity providers do not call `AssumeRole`, nor signed callers the
    /// federated calls (R126).
    NotForThisCaller {
        /// The call.
        action: &'static str,
        /// What the caller is.
        who: &'static str,
    },
    /// At most 10 managed session policies and one inline (R28).
    TooManySessionPolicies(usize),
    /// No such session policy is declared (R28).
    UnknownSessionPolicy(String),
    /// 2 to 256 characters of letters, digits and `_+=,.@-` (R128).
    SourceIdentityName(String),
    /// 2 to 1,224 characters of letters, digits and `_+=,.@:/-` (R132).
    ExternalId(String),
    /// The engine denied a permission.
    Denied {
        /// Which.
        action: &'static str,
        /// How.
        decision: Decision,
    },
}

/// What STS does not take of a session tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagFault {
    /// The key is empty.
    Empty,
    /// The key has more than 128 characters.
    LongKey,
    /// The value has more than 256 characters.
    LongValue,
    /// The key or the value has a character that is no letter, digit or blank and none of `_.:/=+-@`.
    Character(char),
    /// Two keys differ in letter case only, or not at all.
    Repeated,
    /// The key or the value begins with `aws:`, which AWS keeps for itself.
    Reserved,
}

impl fmt::Display for TagFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("its key is empty"),
            Self::LongKey => f.write_str("its key has more than 128 characters"),
            Self::LongValue => f.write_str("its value has more than 256 characters"),
            Self::Character(c) => {
                write!(f, "{c:?} is no letter, digit or blank and none of `_.:/=+-@`")
            }
            Self::Repeated => f.write_str("its key is there twice, letter case aside"),
            Self::Reserved => f.write_str("AWS keeps what begins with `aws:` for itself"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRole(arn) => write!(f, "no role `{arn}` is declared"),
            Self::ServiceLinked(arn) => {
                write!(f, "`{arn}` is a service-linked role: only its service can assume it (R137)")
            }
            Self::SessionName(name) => {
                write!(f, "the session name `{name}` is not 2 to 64 letters, digits or `_+=,.@-`")
            }
            Self::Duration { asked, longest, chaining: false } => {
                write!(f, "a session of {asked} s is not between 900 s and the role's longest, {longest} s")
            }
            Self::Duration { asked, longest, chaining: true } => {
                write!(
                    f,
                    "a session of {asked} s is not between 900 s and {longest} s, the longest when chaining roles (R130)"
                )
            }
            Self::TooManyTags(n) => write!(f, "{n} session tags are more than 50 (R129)"),
            Self::Tag(key, fault) => write!(f, "STS does not take the session tag `{key}`: {fault} (R129)"),
            Self::Session(lifetime) => write!(f, "{lifetime} (R130, R146)"),
            Self::Clock(now) => write!(f, "the clock is not set: {now} s since 1970"),
            Self::TransitiveTag(key) => {
                write!(f, "the tag `{key}` came down the chain as transitive and cannot be set again (R129)")
            }
            Self::TransitiveKeyWithoutTag(key) => {
                write!(f, "the transitive tag key `{key}` is not among the tags of the call")
            }
            Self::SourceIdentity { set, asked } => {
                write!(f, "the source identity is `{set}` and cannot become `{asked}` (R128)")
            }
            Self::NotInThisCall(what) => write!(f, "{what} cannot be passed in this call"),
            Self::NotForThisCaller { action, who } => write!(f, "`{action}` cannot be called by {who}"),
            Self::UnknownSessionPolicy(name) => write!(f, "no session policy `{name}` is declared (R28)"),
            Self::SourceIdentityName(name) => {
                write!(f, "the source identity `{name}` is not 2 to 256 letters, digits or `_+=,.@-`")
            }
            Self::ExternalId(id) => {
                write!(f, "the external id `{id}` is not 2 to 1,224 letters, digits or `_+=,.@:/-`")
            }
            Self::TooManySessionPolicies(n) => write!(f, "{n} session policies are more than 11 (R28)"),
            Self::Denied { action, decision } => {
                write!(f, "`{action}`: {} by the {}", decision.outcome, decision.gate)
            }
        }
    }
}

/// Checks the call and gives the tags of the session: those passed, and inherited transitive ones.
pub(super) fn admissible(
    world: &World,
    caller: &Caller,
    hop: &Hop,
    role: &Identity,
    now: i64,
) -> Result<Vec<(String, String)>, Refusal> {
    // A day after 1970 at the earliest, and a year of four digits.
    if !(86_400..253_402_300_800).contains(&now) {
        return Err(Refusal::Clock(now));
    }
    caller.usable(now).map_err(Refusal::Session)?;
    // R137: the path names the service.
    let service = role.arn.split_once(":role/aws-service-role/").and_then(|(_, rest)| rest.split('/').next());
    if role.service_linked && service != Some(&caller.principal) {
        return Err(Refusal::ServiceLinked(hop.role.clone()));
    }
    if let Some(who) = excluded(hop.call, &caller.principal) {
        return Err(Refusal::NotForThisCaller { action: hop.call.action(), who });
    }
    session_name(&hop.session_name)?;
    duration(caller, hop, role)?;
    if hop.call != Call::Role && hop.external_id.is_some() {
        return Err(Refusal::NotInThisCall("an external id"));
    }
    if hop.call != Call::Role && hop.mfa {
        return Err(Refusal::NotInThisCall("an MFA token"));
    }
    // R134: only a user has a device.
    if hop.mfa && !is_user(&caller.principal) {
        return Err(Refusal::NotInThisCall("an MFA token of a caller that is no IAM user"));
    }
    if let Some(id) = hop.external_id.as_ref().filter(|id| !is_name(id, 1224, "_+=,.@:/-")) {
        return Err(Refusal::ExternalId(id.clone()));
    }
    if let Some(name) = source_identity(caller, hop).filter(|name| !is_name(name, 256, "_+=,.@-")) {
        return Err(Refusal::SourceIdentityName(name));
    }
    let policies = hop.session_policies.as_deref().unwrap_or_default();
    if policies.len() > 11 {
        return Err(Refusal::TooManySessionPolicies(policies.len()));
    }
    let declared =
        |name: &str| world.policies.iter().any(|p| p.kind == PolicyKind::Session && &*p.name == name);
    if let Some(name) = policies.iter().find(|name| !declared(name)) {
        return Err(Refusal::UnknownSessionPolicy(name.clone()));
    }
    if let (Some(set), Some(asked)) = (&caller.source_identity, &hop.source_identity)
        && set != asked
    {
        return Err(Refusal::SourceIdentity { set: set.clone(), asked: asked.clone() });
    }
    tags(caller, hop)
}

/// Why STS does not take a call from such a caller, whatever the policies say: `AssumeRole` needs credentials that are
/// not the root user's, the federated calls are made without any.
fn excluded(call: Call, principal: &str) -> Option<&'static str> {
    const PROVIDERS: [&str; 3] = ["www.amazon.com", "graph.facebook.com", "accounts.google.com"];
    let iam = iam_resource(principal);
    let provider = PROVIDERS.contains(&principal)
        || iam.is_some_and(|r| r.starts_with("oidc-provider/") || r.starts_with("saml-provider/"));
    match call {
        Call::Role if iam == Some("root") => Some("a root user"),
        Call::Role if principal == "*" => Some("an anonymous caller"),
        Call::Role if provider => Some("an identity provider"),
        // Of STS, credentials of GetFederationToken may call GetCallerIdentity only.
        Call::Role if principal.contains(":federated-user/") => Some("a federated-user session"),
        Call::Saml | Call::WebIdentity if principal.starts_with("arn:") && !provider => {
            Some("a caller with credentials")
        }
        _ => None,
    }
}

/// The name before the claims of an identity provider's tokens: empty for a SAML provider. `None`: the caller is of an account.
pub(super) fn provider_name(principal: &str) -> Option<&str> {
    match iam_resource(principal) {
        Some(resource) => match resource.strip_prefix("oidc-provider/") {
            None if resource.starts_with("saml-provider/") => Some(""),
            name => name,
        },
        None if principal.starts_with("arn:") => None,
        None => Some(principal),
    }
}

/// Whether a principal is an IAM user: nobody else has MFA (R134).
pub fn is_user(principal: &str) -> bool {
    iam_resource(principal).is_some_and(|resource| resource.starts_with("user/"))
}

/// The last part of an IAM ARN: `root`, `user/ann`, ….
fn iam_resource(principal: &str) -> Option<&str> {
    let mut parts = principal.splitn(6, ':');
    if parts.next() == Some("arn") && parts.nth(1) == Some("iam") { parts.nth(2) } else { None }
}

fn session_name(name: &str) -> Result<(), Refusal> {
    if is_name(name, 64, "_+=,.@-") { Ok(()) } else { Err(Refusal::SessionName(name.to_owned())) }
}

/// 2 to so many letters, digits and these.
fn is_name(text: &str, longest: usize, others: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    (2..=longest).contains(&text.len()) && text.chars().all(good)
}

fn duration(caller: &Caller, hop: &Hop, role: &Identity) -> Result<(), Refusal> {
    let chaining = caller.is_role_session();
    let longest = if chaining { role.max_session.min(3600) } else { role.max_session };
    match hop.duration_seconds {
        Some(asked) if asked < 900 || asked > longest => Err(Refusal::Duration { asked, longest, chaining }),
        _ => Ok(()),
    }
}

/// What is wrong with a tag by itself, as the API Reference of STS has it.
fn tag_fault(key: &str, value: &str) -> Option<TagFault> {
    let reserved = |text: &str| text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("aws:"));
    match () {
        () if key.is_empty() => Some(TagFault::Empty),
        () if key.chars().count() > 128 => Some(TagFault::LongKey),
        () if value.chars().count() > 256 => Some(TagFault::LongValue),
        () if reserved(key) || reserved(value) => Some(TagFault::Reserved),
        () => key.chars().chain(value.chars()).find(|c| !is_tag_letter(*c)).map(TagFault::Character),
    }
}

/// `[\p{L}\p{Z}\p{N}_.:/=+\-@]`
fn is_tag_letter(c: char) -> bool {
    use GeneralCategory as G;
    "_.:/=+-@".contains(c)
        || matches!(
            get_general_category(c),
            G::UppercaseLetter
                | G::LowercaseLetter
                | G::TitlecaseLetter
                | G::ModifierLetter
                | G::OtherLetter
                | G::SpaceSeparator
                | G::LineSeparator
                | G::ParagraphSeparator
                | G::DecimalNumber
                | G::LetterNumber
                | G::OtherNumber
        )
}

/// The service whose session tags the role's trust policy asks for as `aws:PrincipalTag/…`: IAM Roles Anywhere takes them from the
/// certificate ("Trust model" in its User Guide).
const ROLES_ANYWHERE: &str = "rolesanywhere.amazonaws.com";

/// Whether the caller's session tags are its own tags in the call that passes them.
pub(super) fn vouches_for_tags(principal: &str) -> bool {
    principal == ROLES_ANYWHERE
}

/// The source identity of the call: the one that is passed, else the one that came down the chain. IAM Roles Anywhere sets the
/// common name of the certificate's subject.
pub(super) fn source_identity(caller: &Caller, hop: &Hop) -> Option<String> {
    let common_name = || {
        let tag = hop.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case("x509Subject/CN"));
        tag.filter(|_| vouches_for_tags(&caller.principal)).map(|(_, value)| value)
    };
    hop.source_identity.as_ref().or(caller.source_identity.as_ref()).or_else(common_name).cloned()
}

fn tags(caller: &Caller, hop: &Hop) -> Result<Vec<(String, String)>, Refusal> {
    let is_transitive = |key: &str| caller.transitive_tag_keys.iter().any(|k| k.eq_ignore_ascii_case(key));
    for (i, (key, value)) in hop.tags.iter().enumerate() {
        let repeated = hop.tags.iter().take(i).any(|(k, _)| k.eq_ignore_ascii_case(key));
        if let Some(fault) = tag_fault(key, value).or(repeated.then_some(TagFault::Repeated)) {
            return Err(Refusal::Tag(key.clone(), fault));
        }
        if is_transitive(key) {
            return Err(Refusal::TransitiveTag(key.clone()));
        }
    }
    for key in &hop.transitive_tag_keys {
        if !hop.tags.iter().any(|(k, _)| k.eq_ignore_ascii_case(key)) {
            return Err(Refusal::TransitiveKeyWithoutTag(key.clone()));
        }
    }
    let mut all: Vec<(String, String)> =
        caller.tags.iter().filter(|(k, _)| is_transitive(k)).cloned().collect();
    all.extend(hop.tags.iter().cloned());
    if all.len() > 50 { Err(Refusal::TooManyTags(all.len())) } else { Ok(all) }
}
