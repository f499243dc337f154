//! Values of condition keys: derived from caller, resource and estate, taken from the session, or from the request
//! (R144–R151). Computed when a condition asks for them.

use crate::asked::{Asked, Facts};
use crate::digits::Digits;
use crate::fold::is_folded;
use crate::kept::Kept;
use crate::layout::{self, Detail, IN_ORGANIZATION, KEY_TYPE_SHIFT, Key, NONE, Tag};
use crate::request::{Request, Values, is_session_key};
use crate::tables::Tables;
use crate::values::{Decimal, Instant, Timestamp, truth};
use crate::who::{Kind, Who};
use core::cell::{Cell, OnceCell};
use core::fmt::{self, Write};
use core::net::IpAddr;

/// Where the value of a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum KeyClass {
    Request = 0,
    Session = 1,
    PrincipalArn = 2,
    PrincipalAccount = 3,
    PrincipalType = 4,
    PrincipalOrgId = 5,
    PrincipalOrgPaths = 6,
    PrincipalIsAwsService = 7,
    PrincipalServiceName = 8,
    PrincipalServiceNamesList = 9,
    UserName = 10,
    UserId = 11,
    ResourceAccount = 12,
    ResourceOrgId = 13,
    ResourceOrgPaths = 14,
    PrincipalTag = 15,
    /// The request's, if a service makes it (R149).
    ServiceRequest = 16,
    /// The clock's, and without a clock the request's.
    CurrentTime = 17,
    /// Likewise.
    EpochTime = 18,
    /// The session's issue time, and without one the session's key.
    TokenIssueTime = 19,
    /// The tag of a declared user or role that an action of `iam` or `sts` is done to; of other resources the request's.
    TargetTag = 20,
    /// The ARN of such a user's or role's boundary, likewise.
    TargetBoundary = 21,
    DataAccessPointArn = 22,
    DataAccessPointAccount = 23,
    AccessPointNetworkOrigin = 24,
}

pub(crate) const PRINCIPAL_TAG: &str = "aws:principaltag/";
/// How the keys of the resource's tags begin; all as long.
pub(crate) const TARGET_TAGS: [&str; 2] = ["aws:resourcetag/", "iam:resourcetag/"];
pub(crate) const TARGET_BOUNDARY: &str = "iam:permissionsboundary";

pub(crate) const USER_ID: &str = "aws:userid";
const MFA_PRESENT: &[u8] = b"aws:multifactorauthpresent";
pub(crate) const CURRENT_TIME: &str = "aws:currenttime";
pub(crate) const EPOCH_TIME: &str = "aws:epochtime";
pub(crate) const TOKEN_ISSUE_TIME: &str = "aws:tokenissuetime";

/// Keys that only requests of services have, in lower case.
const OF_SERVICES: [&str; 4] =
    ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

/// Keys of requests through access points, in lower case (R152).
pub(crate) const OF_ACCESS_POINTS: [(&str, KeyClass); 3] = [
    ("s3:dataaccesspointarn", KeyClass::DataAccessPointArn),
    ("s3:dataaccesspointaccount", KeyClass::DataAccessPointAccount),
    ("s3:accesspointnetworkorigin", KeyClass::AccessPointNetworkOrigin),
];

/// Derived keys in lower case and in the order of their classes, which begins at 2.
const DERIVED: [(&str, KeyClass); 13] = [
    ("aws:principalarn", KeyClass::PrincipalArn),
    ("aws:principalaccount", KeyClass::PrincipalAccount),
    ("aws:principaltype", KeyClass::PrincipalType),
    ("aws:principalorgid", KeyClass::PrincipalOrgId),
    ("aws:principalorgpaths", KeyClass::PrincipalOrgPaths),
    ("aws:principalisawsservice", KeyClass::PrincipalIsAwsService),
    ("aws:principalservicename", KeyClass::PrincipalServiceName),
    ("aws:principalservicenameslist", KeyClass::PrincipalServiceNamesList),
    ("aws:username", KeyClass::UserName),
    ("aws:userid", KeyClass::UserId),
    ("aws:resourceaccount", KeyClass::ResourceAccount),
    ("aws:resourceorgid", KeyClass::ResourceOrgId),
    ("aws:resourceorgpaths", KeyClass::ResourceOrgPaths),
];

impl KeyClass {
    /// The class of a lower-case key.
    pub fn of(key: &str) -> KeyClass {
        if key.starts_with(PRINCIPAL_TAG) {
            return KeyClass::PrincipalTag;
        }
        if TARGET_TAGS.iter().any(|head| key.starts_with(head)) {
            return KeyClass::TargetTag;
        }
        match key {
            TARGET_BOUNDARY => return KeyClass::TargetBoundary,
            TOKEN_ISSUE_TIME => return KeyClass::TokenIssueTime,
            CURRENT_TIME => return KeyClass::CurrentTime,
            EPOCH_TIME => return KeyClass::EpochTime,
            USER_ID => return KeyClass::UserId,
            _ if is_session_key(key) => return KeyClass::Session,
            _ => {}
        }
        if OF_SERVICES.contains(&key) {
            return KeyClass::ServiceRequest;
        }
        let mut derived = DERIVED.iter().chain(&OF_ACCESS_POINTS);
        derived.find(|(name, _)| *name == key).map_or(KeyClass::Request, |(_, class)| *class)
    }

    /// The class that a key's record names, beside the type of its values.
    #[inline]
    pub fn from_number(number: u32) -> KeyClass {
        match number & ((1 << KEY_TYPE_SHIFT) - 1) {
            0 => KeyClass::Request,
            1 => KeyClass::Session,
            15 => KeyClass::PrincipalTag,
            16 => KeyClass::ServiceRequest,
            17 => KeyClass::CurrentTime,
            18 => KeyClass::EpochTime,
            19 => KeyClass::TokenIssueTime,
            20 => KeyClass::TargetTag,
            21 => KeyClass::TargetBoundary,
            22 => KeyClass::DataAccessPointArn,
            23 => KeyClass::DataAccessPointAccount,
            24 => KeyClass::AccessPointNetworkOrigin,
            n => n
                .checked_sub(2)
                .and_then(|i| DERIVED.get(i as usize))
                .map_or(KeyClass::Request, |(_, class)| *class),
        }
    }
}

/// The number a writer puts beside a lower-case key.
pub fn key_class(key: &str) -> u32 {
    KeyClass::of(key) as u32
}

/// What a writer puts beside a test of a key, by what stands beside the key, class and type: the same, but where only requests
/// on declared users and roles have another value than the context's (`Asked::target`), the class of the context.
pub fn test_class(key: u32) -> u32 {
    match KeyClass::from_number(key) {
        KeyClass::TargetTag | KeyClass::TargetBoundary => key >> KEY_TYPE_SHIFT << KEY_TYPE_SHIFT,
        _ => key,
    }
}

/// The value or values of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'a> {
    Absent,
    One(&'a str),
    Many(&'a [&'a str]),
    /// A multivalued key with one value.
    ManyOne(&'a str),
    /// The request has the key, and nobody knows what it holds: its source is not declared, or what is given is malformed for
    /// the key (R153).
    Unknown,
}

impl<'a> Found<'a> {
    pub fn some(value: Option<&'a str>) -> Self {
        value.map_or(Found::Absent, Found::One)
    }

    /// R93, R95: no value, the empty set, one empty string.
    pub fn is_null(&self) -> bool {
        match self {
            Found::Absent => true,
            Found::One(value) | Found::ManyOne(value) => value.is_empty(),
            Found::Many(values) => matches!(values, [] | [""]),
            Found::Unknown => false,
        }
    }

    /// The same of a key of a type: what is malformed for it is not known.
    #[inline(always)]
    fn of_type(self, ty: u32) -> Self {
        if ty == layout::KEY_TEXT || self.is_of_type(ty) { self } else { Found::Unknown }
    }

    #[inline(never)]
    fn is_of_type(&self, ty: u32) -> bool {
        let is = |value: &str| match ty {
            layout::KEY_ADDRESS => value.parse::<IpAddr>().is_ok(),
            layout::KEY_DATE => Instant::parse(value).is_some(),
            layout::KEY_NUMBER => Decimal::parse(value).is_some(),
            _ => truth(value.as_bytes()).is_some(),
        };
        match self {
            Found::Absent | Found::Unknown => true,
            Found::One(value) | Found::ManyOne(value) => is(value),
            Found::Many(values) => values.iter().all(|value| is(value)),
        }
    }
}

/// Text composed on the stack. Callers whose names do not fit are refused before.
#[derive(Debug)]
pub(crate) struct Composed<const N: usize = COMPOSED> {
    bytes: [u8; N],
    len: usize,
}

/// Bytes of the longest composed value: a role ARN or `unique id:session`.
pub(crate) const COMPOSED: usize = 256;

impl<const N: usize> Composed<N> {
    fn new(parts: &[&str]) -> Option<Self> {
        let mut out = Composed { bytes: [0; N], len: 0 };
        parts.iter().try_for_each(|part| out.write_str(part)).ok()?;
        Some(out)
    }

    fn text(&self) -> Option<&str> {
        core::str::from_utf8(self.bytes.get(..self.len)?).ok()
    }
}

impl<const N: usize> fmt::Write for Composed<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// Text of an instant.
type Moment = Composed<20>;

/// What few decisions need: composed values, made at most once a decision, and keys whose values are not known.
#[derive(Debug)]
pub(crate) struct Cache<'a> {
    role_arn: OnceCell<Option<Composed>>,
    user_id: OnceCell<Option<Composed>>,
    late: OnceCell<Late>,
    /// A key that is not known and that a test asked for; `NONE`: none did.
    unknown: Cell<u32>,
    /// Tests of keys that are not known come out as an allow would have it.
    hopeful: Cell<bool>,
    /// What tests have come to, where that is kept.
    pub kept: Option<&'a Kept>,
}

/// What few requests ask for: it is made ready when one does.
#[derive(Debug, Default)]
pub(crate) struct Late {
    current_time: OnceCell<Option<Moment>>,
    epoch_time: OnceCell<Option<Moment>>,
    token_issue_time: OnceCell<Option<Moment>>,
    /// Who owns the resource by the policies that govern it.
    pub owner: OnceCell<Option<Digits>>,
}

impl Default for Cache<'_> {
    #[inline(always)]
    fn default() -> Self {
        Cache {
            role_arn: OnceCell::new(),
            user_id: OnceCell::new(),
            late: OnceCell::new(),
            unknown: Cell::new(NONE),
            hopeful: Cell::new(false),
            kept: None,
        }
    }
}

impl Cache<'_> {
    pub fn late(&self) -> &Late {
        self.late.get_or_init(Late::default)
    }

    /// The key that is not known and that a test asked for, if one did.
    #[inline(always)]
    pub fn unknown(&self) -> Option<u32> {
        Some(self.unknown.get()).filter(|key| *key != NONE)
    }

    /// Whether what is not known does not deny.
    pub fn is_hopeful(&self) -> bool {
        self.hopeful.get()
    }

    /// From here on, what is not known does not deny: the second look at a request that was not allowed.
    pub fn hope(&self) {
        self.hopeful.set(true);
        self.kept.into_iter().for_each(Kept::forget);
    }
}

impl Tables<'_> {
    /// What the context says of a key, whatever its class.
    #[inline(always)]
    pub(crate) fn requested<'a>(&self, facts: Facts<'a>, number: u32) -> Option<Values<'a>> {
        match facts {
            Facts::Names(request) => self.named(request, number),
            Facts::Ids(request) => request.value(number),
        }
    }

    /// The same of a request by names.
    #[inline(always)]
    pub(crate) fn named<'a>(&self, request: &Request<'a>, number: u32) -> Option<Values<'a>> {
        request.context.value(self.keys.stored(number as usize)?, self)
    }
}

impl<'a> Tables<'a> {
    /// The tag's key of a condition key that begins so.
    pub(crate) fn tag_key(&self, number: u32, head: &str) -> &'a [u8] {
        let key = self.keys.get(number as usize).unwrap_or_default();
        self.bytes(key.name, key.name_len).get(head.len()..).unwrap_or_default()
    }

    /// The tag of a user or role that a condition key asks for.
    #[inline(never)]
    pub(crate) fn tag_of(&self, who: &Who<'_>, number: u32) -> Option<&'a str> {
        self.tag_by_key(&who.detail(self)?, self.tag_key(number, PRINCIPAL_TAG))
    }

    /// The tag of a user or role by its lower-case key.
    pub(crate) fn tag_by_key(&self, record: &Detail, key: &[u8]) -> Option<&'a str> {
        let same = |tag: &Tag| self.bytes(tag.key, tag.key_len) == key;
        let tag = self.tags.run(record.tags, record.tags_len).find(same)?;
        Some(self.text(tag.value, tag.value_len))
    }
}

impl Asked<'_> {
    pub fn requested(&self, number: u32) -> Option<Values<'_>> {
        self.tables.requested(self.facts, number)
    }

    /// The value of a key of the tables; one that is malformed for the key is not known.
    pub fn value(&self, number: u32) -> Found<'_> {
        let Some(key) = self.tables.keys.get(number as usize) else { return Found::Absent };
        self.given(number, &key).of_type(key.class >> KEY_TYPE_SHIFT)
    }

    /// Whether a key is absent, or holds nothing but an empty text (R93).
    pub fn is_null(&self, number: u32) -> bool {
        let key = self.tables.keys.get(number as usize);
        key.is_none_or(|key| self.given(number, &key).is_null())
    }

    /// Whether a key that is not known has a value, which is malformed for it.
    pub fn is_given(&self, number: u32) -> bool {
        let key = self.tables.keys.get(number as usize).unwrap_or_default();
        !matches!(self.given(number, &key), Found::Unknown)
    }

    /// Notes that a test asked for a key that is not known. Whether what stands for it matches or holds, if that is what it
    /// does in doubt.
    #[cold]
    pub fn unknown(&self, number: u32, in_doubt: bool) -> bool {
        self.cache.unknown.set(self.cache.unknown.get().min(number));
        in_doubt != self.cache.is_hopeful()
    }

    /// The value of a key, malformed or not.
    fn given(&self, number: u32, key: &Key) -> Found<'_> {
        if self.facts.is_complete() {
            return self.requested(number).into();
        }
        let name = self.tables.bytes(key.name, key.name_len);
        let class = KeyClass::from_number(key.class);
        match class {
            KeyClass::Request => self.requested(number).into(),
            KeyClass::ServiceRequest if self.who.kind != Kind::Service => Found::Absent,
            KeyClass::ServiceRequest => self.requested(number).into(),
            KeyClass::CurrentTime | KeyClass::EpochTime => match self.facts.now() {
                Some(now) => self.time(class, now),
                None => self.requested(number).into(),
            },
            KeyClass::TokenIssueTime if let Some(issued) = self.facts.session().issued => {
                self.time(class, issued)
            }
            KeyClass::Session | KeyClass::TokenIssueTime => match self.said_of_session(name) {
                Some(values) => Some(values).into(),
                None if self.always_has(class, name) => Found::Unknown,
                None => Found::Absent,
            },
            KeyClass::UserId => match self.user_id() {
                Some(id) => Found::One(id),
                None => match self.said_of_session(name) {
                    Some(values) => Some(values).into(),
                    None if self.who.has_unique_id() => Found::Unknown,
                    None => Found::Absent,
                },
            },
            KeyClass::PrincipalTag => self.tag(number),
            KeyClass::TargetTag | KeyClass::TargetBoundary => match &self.target {
                Some(target) => target.value(self, class, number),
                None => self.requested(number).into(),
            },
            KeyClass::ResourceAccount => Found::some(self.known_resource_account()),
            KeyClass::ResourceOrgId | KeyClass::ResourceOrgPaths => {
                let account = self.known_owner().and_then(|_| self.resource_account());
                let account = account.filter(|a| a.flags & IN_ORGANIZATION != 0);
                self.organization_value(account, class == KeyClass::ResourceOrgPaths)
            }
            KeyClass::DataAccessPointArn
            | KeyClass::DataAccessPointAccount
            | KeyClass::AccessPointNetworkOrigin => {
                Found::some(self.through.and_then(|through| through.value(class)))
            }
            _ => self.principal_value(class),
        }
    }

    fn said_of_session(&self, name: &[u8]) -> Option<Values<'_>> {
        let keys = self.facts.session().keys;
        keys.iter().find(|e| is_folded(e.key.as_bytes(), name)).map(|e| e.values)
    }

    /// Whether AWS has this key of the session for every such caller (R146): when the temporary credentials were issued, and of
    /// those of `GetSessionToken` whether MFA was used.
    fn always_has(&self, class: KeyClass, name: &[u8]) -> bool {
        let of_user = matches!(self.who.kind, Kind::User | Kind::Root);
        match class {
            KeyClass::TokenIssueTime => self.who.is_temporary(),
            _ => of_user && name == MFA_PRESENT && self.facts.session().issued.is_some(),
        }
    }

    /// The text of an instant: ISO 8601 in UTC, of `aws:EpochTime` the seconds.
    #[cold]
    fn time(&self, class: KeyClass, seconds: i64) -> Found<'_> {
        let iso = || moment(format_args!("{}", Timestamp(seconds)));
        let text = match class {
            KeyClass::EpochTime => {
                self.cache.late().epoch_time.get_or_init(|| moment(format_args!("{seconds}")))
            }
            KeyClass::TokenIssueTime => self.cache.late().token_issue_time.get_or_init(iso),
            _ => self.cache.late().current_time.get_or_init(iso),
        };
        Found::some(text.as_ref().and_then(Composed::text))
    }

    fn principal_value(&self, class: KeyClass) -> Found<'_> {
        let who = &self.who;
        let service = who.kind == Kind::Service;
        match class {
            KeyClass::PrincipalArn => Found::some(self.principal_arn()),
            KeyClass::PrincipalAccount if matches!(who.kind, Kind::Anonymous | Kind::Provider) => {
                Found::One("anonymous")
            }
            KeyClass::PrincipalAccount => Found::some(who.account()),
            KeyClass::PrincipalType => Found::some(match who.kind {
                Kind::User => Some("User"),
                Kind::Role | Kind::RoleSession => Some("AssumedRole"),
                Kind::FederatedUser => Some("FederatedUser"),
                Kind::Root => Some("Account"),
                Kind::Anonymous | Kind::Provider => Some("Anonymous"),
                Kind::Service => None,
            }),
            KeyClass::PrincipalOrgId | KeyClass::PrincipalOrgPaths => {
                let account = self.principal_account().filter(|a| a.flags & IN_ORGANIZATION != 0);
                self.organization_value(account, class == KeyClass::PrincipalOrgPaths)
            }
            KeyClass::PrincipalIsAwsService if who.is_aws_service() => Found::One("true"),
            KeyClass::PrincipalIsAwsService if service || who.is_iam() => Found::One("false"),
            KeyClass::PrincipalServiceName if service => Found::One(who.text),
            KeyClass::PrincipalServiceNamesList if service => Found::ManyOne(who.text),
            KeyClass::UserName if who.kind == Kind::User => Found::One(who.name(self.tables)),
            _ => Found::Absent,
        }
    }

    fn organization_value(&self, account: Option<crate::layout::Account>, paths: bool) -> Found<'_> {
        let t = self.tables;
        match (account, t.organization()) {
            (Some(a), Some(_)) if paths => Found::ManyOne(t.text(a.path, a.path_len)),
            (Some(_), Some(id)) => Found::One(id),
            _ => Found::Absent,
        }
    }

    /// R145: of a role session, the role's ARN.
    fn principal_arn(&self) -> Option<&str> {
        let who = &self.who;
        match (who.kind, who.record_arn(self.tables)) {
            (Kind::User | Kind::Role, _) => Some(who.arn(self.tables)),
            (Kind::Root | Kind::FederatedUser, _) => Some(who.text),
            (Kind::RoleSession, Some(arn)) => Some(arn),
            (Kind::RoleSession, None) => {
                let account = who.account()?;
                let (partition, name) = (who.partition(self.tables), who.name(self.tables));
                let parts = ["arn:", partition, ":iam::", account, ":role/", name];
                self.cache.role_arn.get_or_init(|| Composed::new(&parts)).as_ref()?.text()
            }
            _ => None,
        }
    }

    fn user_id(&self) -> Option<&str> {
        let who = &self.who;
        let unique = who.detail(self.tables).map(|r| self.tables.text(r.unique_id, r.unique_id_len));
        let unique = unique.filter(|u| !u.is_empty());
        let compose = |head, tail| {
            self.cache.user_id.get_or_init(|| Composed::new(&[head, ":", tail])).as_ref()?.text()
        };
        match who.kind {
            Kind::User => unique,
            Kind::RoleSession => compose(unique?, who.session),
            Kind::FederatedUser => compose(who.account()?, who.name(self.tables)),
            Kind::Root => who.account(),
            Kind::Anonymous => Some("anonymous"),
            Kind::Role | Kind::Service | Kind::Provider => None,
        }
    }

    /// R129: session tags override those of the role; case does not count.
    fn tag(&self, number: u32) -> Found<'_> {
        let key = self.tables.tag_key(number, PRINCIPAL_TAG);
        let own = self.facts.session().tags.iter().find(|(k, _)| is_folded(k.as_bytes(), key));
        Found::some(match own {
            Some((_, value)) => Some(value),
            None => self.tables.tag_of(&self.who, number),
        })
    }
}

fn moment(text: fmt::Arguments<'_>) -> Option<Moment> {
    let mut out = Moment::new(&[])?;
    out.write_fmt(text).ok()?;
    Some(out)
}

impl<'a> From<Option<Values<'a>>> for Found<'a> {
    fn from(values: Option<Values<'a>>) -> Self {
        match values {
            None => Found::Absent,
            Some(Values::One(value)) => Found::One(value),
            Some(Values::Many(values)) => Found::Many(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DERIVED, KeyClass, OF_ACCESS_POINTS, PRINCIPAL_TAG};
    use crate::request::is_derived_key;

    /// What requests may not say is what is derived, and the other way round.
    #[test]
    fn every_derived_key_has_a_class() {
        let of_access_points = (22..).zip(OF_ACCESS_POINTS);
        for (number, (key, class)) in (2..).zip(DERIVED).chain(of_access_points) {
            assert!(is_derived_key(key), "{key}");
            assert_eq!(KeyClass::of(key), class, "{key}");
            assert_eq!(KeyClass::from_number(number), class, "{key}");
        }
        assert!(is_derived_key(PRINCIPAL_TAG) && KeyClass::of(PRINCIPAL_TAG) == KeyClass::PrincipalTag);
        for key in crate::request::DERIVED {
            let mut all = DERIVED.iter().chain(&OF_ACCESS_POINTS);
            let own = all.any(|(name, _)| name.eq_ignore_ascii_case(key));
            assert!(own, "{key} has no class");
        }
    }
}
