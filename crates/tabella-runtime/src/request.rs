//! What is asked. Shared by the tables and the reference evaluator; the only thing they share.
//!
//! Three compartments keep apart who may say what (R144–R151): what the engine derives from the principal and
//! the resource, what the authentication layer says of the session, what the service says of the request.
//! A key of one compartment is refused in another.

use crate::array::Stored;
use crate::chunk::Chunk;
use crate::layout::{CASES, Key, key_mark};
use crate::seen::Seen;
use crate::tables::Tables;
use core::fmt;

/// One question: may this caller do this action on this resource, now?
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// A user, role, session, federated-user or root ARN; a service principal (`lambda.amazonaws.com`); an
    /// identity provider (ARN or well-known name) for `AssumeRoleWithSAML` / `…WithWebIdentity`; `*` = anonymous.
    pub principal: &'a str,
    /// `service:Name`, any case.
    pub action: &'a str,
    /// One ARN, or `*`; anything else is malformed, and so is an account part of digits that are not twelve. The service
    /// makes it, in the one spelling it has for the thing: it is compared byte for byte, and `..`, `//`, `%2F` or another
    /// case make it another resource, past what denies this one.
    pub resource: &'a str,
    /// What the service says of the request.
    pub context: Context<'a>,
    /// What few requests have. They stand apart, because requests that take little memory are decided sooner.
    pub extras: Option<&'a Extras<'a>>,
}

/// What else may be said of a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras<'a> {
    /// What is known of the principal's session.
    pub session: Session<'a>,
    /// Twelve digits: who owns the resource. What the service knows, never what a client says: where neither the ARN nor a
    /// resource policy names an owner, a caller's own account here makes the caller's own policies suffice. A request that
    /// names another owner than they do is malformed. `None`: the ARN's account part, else the account of the resource
    /// policy that governs it, else the principal's own account, if it is declared.
    pub resource_account: Option<&'a str>,
    /// The VPC endpoint the request came through, `vpce-` and lower-case letters, digits and hyphens; anything else is
    /// malformed. Its policy is asked if it is named here, not for the `aws:SourceVpce` of a context.
    pub endpoint: Option<&'a str>,
    /// When the request is made, in seconds since 1970: the service's own clock, which nothing in the context overrides.
    /// `aws:CurrentTime` and `aws:EpochTime` are derived from it; where the context has one of them, it must be of the same
    /// instant, or the request is malformed. Without a clock no session that has an end is decided, and the two keys are the
    /// context's. A clock that shows a time before 1970-01-02 or after the year 9999 has not been set, and is malformed.
    pub now: Option<i64>,
}

impl Extras<'_> {
    /// Nothing is said.
    pub const NONE: Extras<'static> = Extras {
        session: Session { policies: None, tags: &[], issuer: None, issued: None, expires: None, keys: &[] },
        resource_account: None,
        endpoint: None,
        now: None,
    };
}

impl<'a> Request<'a> {
    /// Its extras; without any, [`Extras::NONE`].
    #[inline]
    pub fn extras(&self) -> &'a Extras<'a> {
        self.extras.unwrap_or(&Extras::NONE)
    }
}

/// What the authentication layer knows of a session. Never to be filled from request headers (R151).
#[derive(Clone, Copy, Debug, Default)]
pub struct Session<'a> {
    /// Names of session policies; `None` = none were passed (R26, R27). `Some(&[])` limits to nothing.
    pub policies: Option<&'a [&'a str]>,
    /// Session tags; they override the role's tags (R129).
    pub tags: &'a [(&'a str, &'a str)],
    /// For a federated-user session: the ARN of the IAM user that asked for it (R17).
    pub issuer: Option<&'a str>,
    /// When the temporary credentials were issued, in seconds since 1970; `aws:TokenIssueTime` is derived from it.
    ///
    /// Whoever gives the issue time gives the end, too, and [`Extras::now`]. From the issue time on and before the end the
    /// session is decided, at every other time it is refused. Users and root users with an issue time and an end are those that
    /// have temporary credentials of `GetSessionToken`; services, providers and anonymous callers have neither.
    ///
    /// Of a role session or a federated-user session without them, the service says by asking that the credentials are valid.
    pub issued: Option<i64>,
    /// When the temporary credentials end, in seconds since 1970: from that instant on they are worth nothing.
    pub expires: Option<i64>,
    /// Session keys ([`is_session_key`]): `aws:TokenIssueTime`, `aws:MultiFactorAuthPresent`, …, and `aws:userid`, which is derived
    /// where the tables know the unique id, and must then be the same. [`Tables::keys_to_supply`] says which a caller needs.
    pub keys: &'a [Entry<'a>],
}

/// A condition key and its value or values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The key, any case.
    pub key: &'a str,
    /// Its value(s).
    pub values: Values<'a>,
}

/// A single-valued or a multivalued key's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values<'a> {
    /// Single-valued. Addresses in the form of their own family (`IpAddr::to_canonical`): `::ffff:10.0.0.1` is in no IPv4
    /// network (R110). What does not parse as its operator's type matches nothing, in a `Deny` too (R111).
    One(&'a str),
    /// Multivalued; may be empty. For keys that are lists only: a plain operator on a list is false, in a `Deny` too (R94), so a
    /// parameter that a client may repeat must be refused or be one value.
    Many(&'a [&'a str]),
}

/// The request context.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    entries: &'a [Entry<'a>],
    complete: bool,
    /// [`key_mark`] of the first of them.
    marks: [u8; MARKS],
}

/// Keys of a context that are found by their mark.
const MARKS: usize = Chunk::BYTES;

/// Why a context was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextError<'a> {
    /// The engine derives this key; callers may not set it (R151).
    Derived(&'a str),
    /// The authentication layer sets this key in [`Session::keys`].
    SessionKey(&'a str),
    /// The same key twice, letter case aside (R90).
    Duplicate(&'a str),
    /// A key's id came from other tables.
    OtherTables,
}

impl fmt::Display for ContextError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Derived(k) => write!(f, "the context key `{k}` is derived by the engine and cannot be set"),
            Self::SessionKey(k) => {
                write!(f, "the context key `{k}` belongs to the session, not to the request")
            }
            Self::Duplicate(k) => write!(f, "the context key `{k}` is given twice"),
            Self::OtherTables => f.write_str("a context key's id came from other tables"),
        }
    }
}

impl core::error::Error for ContextError<'_> {}

impl<'a> Context<'a> {
    /// No context.
    pub const EMPTY: Context<'static> = Context { entries: &[], complete: false, marks: [0; MARKS] };

    /// What the service says of the request. Refuses keys that are not its to set, and repeated keys.
    pub fn new(entries: &'a [Entry<'a>]) -> Result<Self, ContextError<'a>> {
        let context = Self::of(entries, |key, mark| match may_be_reserved(key, mark) {
            true if is_derived_key(key) => Some(ContextError::Derived(key)),
            true if is_session_key(key) => Some(ContextError::SessionKey(key)),
            _ => None,
        });
        context.map(|context| Context { complete: false, ..context })
    }

    /// A recorded context that is complete as it stands: nothing is derived, a key that is not in it is absent.
    /// For conformance cases, simulators and audits, never for serving.
    pub fn complete(entries: &'a [Entry<'a>]) -> Result<Self, ContextError<'a>> {
        Self::of(entries, |_, _| None)
    }

    /// Refuses repeated keys, and those that `refused` refuses by their name and mark.
    #[inline(always)]
    fn of(
        entries: &'a [Entry<'a>],
        refused: impl Fn(&'a str, u8) -> Option<ContextError<'a>>,
    ) -> Result<Self, ContextError<'a>> {
        let (mut seen, mut marks) = (Seen::<4>::NOTHING, [0; MARKS]);
        for (i, e) in entries.iter().enumerate() {
            let mark = key_mark(e.key.as_bytes());
            if let Some(refused) = refused(e.key, mark) {
                return Err(refused);
            }
            let before = || entries.iter().take(i).any(|o| o.key.eq_ignore_ascii_case(e.key));
            if seen.number(mark.into()) && before() {
                return Err(ContextError::Duplicate(e.key));
            }
            if let Some(place) = marks.get_mut(i) {
                *place = mark;
            }
        }
        Ok(Context { entries, complete: true, marks })
    }

    /// What it says of a key of the tables.
    #[inline(always)]
    pub(crate) fn value(&self, key: Stored<'_, Key>, tables: &Tables<'_>) -> Option<Values<'a>> {
        // Most others have another mark.
        let mut alike = Chunk::new(&self.marks).same(Chunk::of_word(key.read().mark));
        while alike != 0 {
            let entry = self.entries.get(alike.trailing_zeros() as usize)?;
            if key.is_named(entry.key.as_bytes(), tables) {
                return Some(entry.values);
            }
            alike &= alike - 1;
        }
        self.value_behind(key, tables)
    }

    /// The same of the keys without a mark.
    #[inline(always)]
    fn value_behind(&self, key: Stored<'_, Key>, tables: &Tables<'_>) -> Option<Values<'a>> {
        let mut rest = self.entries.get(MARKS..)?.iter();
        rest.find(|entry| key.is_named(entry.key.as_bytes(), tables)).map(|entry| entry.values)
    }

    /// The entries.
    pub fn entries(&self) -> &'a [Entry<'a>] {
        self.entries
    }

    /// Whether derivation is off.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

/// Each has its `KeyClass`.
pub(crate) const DERIVED: [&str; 16] = [
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:username",
    "aws:userid",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "s3:DataAccessPointArn",
    "s3:DataAccessPointAccount",
    "s3:AccessPointNetworkOrigin",
];

/// The derived keys that end in a tag's key begin so.
const TAG_OF_PRINCIPAL: &str = "aws:PrincipalTag/";

const SESSION: [&str; 7] = [
    "aws:TokenIssueTime",
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
    "aws:SourceIdentity",
    "aws:FederatedProvider",
    "aws:AssumedRoot",
    "aws:userid",
];

/// The marks of the keys that are derived and of the session's, a bit for each.
const RESERVED: [u64; 4] = {
    let mut marks = [0; 4];
    let mut at = 0;
    while at < DERIVED.len() + SESSION.len() {
        let name = if at < DERIVED.len() { DERIVED[at] } else { SESSION[at - DERIVED.len()] };
        let mark = key_mark(name.as_bytes());
        marks[mark as usize / 64] |= 1 << (mark % 64);
        at += 1;
    }
    marks
};

/// Whether a key of this mark may be derived or the session's. Most are not.
#[inline(always)]
fn may_be_reserved(key: &str, mark: u8) -> bool {
    const WORD: usize = 8;
    const OF_TAG: u64 = {
        let (_, end) = TAG_OF_PRINCIPAL.as_bytes().split_at(TAG_OF_PRINCIPAL.len() - WORD);
        match end.first_chunk() {
            Some(end) => u64::from_le_bytes(*end) | CASES,
            None => 0,
        }
    };
    let end = key.as_bytes().get(TAG_OF_PRINCIPAL.len() - WORD..).and_then(|rest| rest.first_chunk());
    let is_tag = end.is_some_and(|end| u64::from_le_bytes(*end) | CASES == OF_TAG);
    let marked = RESERVED.get(mark as usize / 64).is_none_or(|marks| marks >> (mark % 64) & 1 != 0);
    is_tag || marked
}

/// Keys the engine derives from the principal, the resource and the estate.
pub fn is_derived_key(key: &str) -> bool {
    DERIVED.iter().any(|k| k.eq_ignore_ascii_case(key)) || has_prefix(key, TAG_OF_PRINCIPAL)
}

/// Keys the authentication layer sets in [`Session::keys`].
pub fn is_session_key(key: &str) -> bool {
    SESSION.iter().any(|k| k.eq_ignore_ascii_case(key))
}

fn has_prefix(key: &str, prefix: &str) -> bool {
    key.as_bytes().get(..prefix.len()).is_some_and(|h| h.eq_ignore_ascii_case(prefix.as_bytes()))
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{
        DERIVED, SESSION, TAG_OF_PRINCIPAL, is_derived_key, is_session_key, key_mark, may_be_reserved,
    };

    #[test]
    fn no_reserved_key_passes() {
        for key in DERIVED.iter().chain(&SESSION).chain(&[TAG_OF_PRINCIPAL, "aws:PrincipalTag/team"]) {
            for key in [(*key).into(), key.to_ascii_lowercase(), key.to_ascii_uppercase()] {
                let key: &str = &key;
                assert!(is_derived_key(key) || is_session_key(key), "{key}");
                assert!(may_be_reserved(key, key_mark(key.as_bytes())), "{key}");
            }
        }
        let mut doubtful = 0;
        for key in
            ["aws:RequestedRegion", "aws:SourceIp", "s3:prefix", "", "aws", "kms:username", "aws:SourceVpce"]
        {
            assert!(!is_derived_key(key) && !is_session_key(key), "{key}");
            doubtful += usize::from(may_be_reserved(key, key_mark(key.as_bytes())));
        }
        assert!(doubtful < 3, "{doubtful}");
    }
}
