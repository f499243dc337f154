//! Who asks: the caller's kind, account and record (R75–R88, R126).

use crate::array::Stored;
use crate::digits::Digits;
use crate::layout::{Detail, IS_ROLE, MALFORMED, NAME_BYTES, Principal, SERVICE_LINKED};
use crate::limits::PRINCIPAL_BYTES;
use crate::request::Request;
use crate::tables::Tables;
use memchr::memchr;

/// What a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    /// A role's own ARN: a session whose name is unknown.
    Role,
    RoleSession,
    FederatedUser,
    Root,
    Service,
    Provider,
    Anonymous,
}

/// A caller. What few conditions ask for is read from text or record when they do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'a> {
    pub kind: Kind,
    /// As the request spells it; empty for callers asked for by id.
    pub text: &'a str,
    /// Name of the role session.
    pub session: &'a str,
    /// The record of the user or role; of a federated user, that of its issuer. All others have none.
    record: Option<Stored<'a, Principal>>,
}

impl Principal {
    /// Its account.
    #[inline(always)]
    pub(crate) fn digits(&self) -> Digits {
        Digits::of_words(self.digits)
    }

    /// It is there, and what is composed of it fits.
    #[inline(always)]
    pub(crate) fn is_well_formed(&self) -> bool {
        self.flags & MALFORMED == 0
    }
}

/// How ARNs of sessions begin.
const SESSION_HEAD: &[u8] = b"arn:aws:sts::";

/// And go on behind the account.
const SESSION_ROLE: &[u8] = b":assumed-role/";

/// Bytes of a partition. AWS needs 10.
const PARTITION: usize = 64;

/// Providers that policies name without an ARN (R83).
const WELL_KNOWN: [&str; 4] =
    ["cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"];

impl<'a> Who<'a> {
    /// Classifies the caller of a request; `action` is lower-case. `None`: no kind of caller.
    #[inline(always)]
    pub fn new(tables: &'a Tables<'a>, request: &Request<'a>, action: &[u8]) -> Option<Self> {
        let text = request.principal;
        match tables.find_principal(text) {
            Some((_, record)) => Self::known(text, record),
            None if text.len() > PRINCIPAL_BYTES => None,
            None if text.starts_with("arn:") => Self::by_arn(tables, request),
            None => Self::named(text, action),
        }
    }

    /// A user or role that is declared. `None`: some value that must be composed of the record does not fit.
    #[inline(always)]
    pub fn known(text: &'a str, record: Stored<'a, Principal>) -> Option<Self> {
        record.read().is_well_formed().then(|| Who::declared(text, record))
    }

    /// A session of a declared role by its ARN, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. `None`: another caller, or
    /// one that takes longer to read.
    #[inline(always)]
    pub fn usual_session(tables: &'a Tables<'a>, text: &'a str) -> Option<Self> {
        const HEAD: usize = SESSION_HEAD.len() + 12 + SESSION_ROLE.len();
        let bytes = text.as_bytes();
        if bytes.len() > PRINCIPAL_BYTES {
            return None;
        }
        let (account, rest) = bytes.strip_prefix(SESSION_HEAD)?.split_first_chunk()?;
        let rest = rest.strip_prefix(SESSION_ROLE)?;
        let role_len = memchr(b'/', rest)?;
        let role = rest.get(..role_len)?;
        let session = text.get(HEAD + role_len + 1..)?;
        let named =
            !session.is_empty() && session.len() <= NAME_BYTES && memchr(b'/', session.as_bytes()).is_none();
        let record = tables.find_usual_role(account, role).filter(|_| named)?;
        record.read().is_well_formed().then(|| Who { text, ..Who::declared("", record).in_session(session) })
    }

    /// A user or role whose record is well-formed.
    #[inline(always)]
    pub fn declared(text: &'a str, record: Stored<'a, Principal>) -> Self {
        let kind = if record.read().flags & IS_ROLE != 0 { Kind::Role } else { Kind::User };
        Who { kind, text, session: "", record: Some(record) }
    }

    /// A session of a role (R16, R80).
    #[inline(always)]
    pub fn in_session(self, session: &'a str) -> Self {
        Who { kind: Kind::RoleSession, session, ..self }
    }

    /// Whether a record may have a session of this name.
    #[inline(never)]
    pub fn may_have_session(tables: &Tables<'_>, stored: Stored<'_, Principal>, session: &str) -> bool {
        let partition = tables.arn_of(stored).split(':').nth(1);
        let fits = !session.is_empty() && session.len() <= NAME_BYTES;
        let named = fits && !session.contains('/') && stored.read().flags & IS_ROLE != 0;
        named && partition.is_some_and(|p| p.len() <= PARTITION)
    }

    /// A caller's own ARN: of a user or role, of a federated user, of a root user.
    pub fn arn(&self, tables: &'a Tables<'a>) -> &'a str {
        match self.record {
            Some(record) if self.text.is_empty() => tables.arn_of(record),
            _ => self.text,
        }
    }

    /// Whether that is [`Self::arn`].
    pub fn is_named(&self, tables: &Tables<'_>, arn: &str) -> bool {
        match self.record {
            Some(record) if self.text.is_empty() => tables.has_arn(record, arn),
            _ => self.text == arn,
        }
    }

    fn named(text: &'a str, action: &[u8]) -> Option<Self> {
        let odd = |b: u8| b.is_ascii_whitespace() || b == b':';
        let kind = match text {
            "*" => Kind::Anonymous,
            _ if !text.contains('.') || text.bytes().any(odd) => return None,
            _ if WELL_KNOWN.contains(&text) && !is_service_name(text) => Kind::Provider,
            // R126: whoever asks for these has an assertion or a token, and nothing else.
            _ if matches!(action, b"sts:assumerolewithwebidentity" | b"sts:assumerolewithsaml") => {
                Kind::Provider
            }
            // R127, R128: they come with the former, from the same caller.
            _ if matches!(action, b"sts:tagsession" | b"sts:setsourceidentity" | b"sts:setcontext")
                && (WELL_KNOWN.contains(&text) || !is_service_name(text)) =>
            {
                Kind::Provider
            }
            _ => Kind::Service,
        };
        Some(Who::undeclared(kind, text))
    }

    fn undeclared(kind: Kind, text: &'a str) -> Self {
        Who { kind, text, session: "", record: None }
    }

    #[inline(never)]
    fn by_arn(tables: &'a Tables<'a>, request: &Request<'a>) -> Option<Self> {
        let text = request.principal;
        let mut parts = text.splitn(6, ':').skip(1);
        let (partition, service, region) = (parts.next()?, parts.next()?, parts.next()?);
        let (account, rest) = (parts.next()?, parts.next()?);
        // Principals are in no region.
        if partition.is_empty() || !region.is_empty() || Digits::parse(account.as_bytes()).is_none() {
            return None;
        }
        let (word, name) = rest.split_once('/').unwrap_or((rest, ""));
        let last = name.rsplit('/').next().unwrap_or_default();
        let mut who = Who::undeclared(Kind::Root, text);
        let mut own = name;
        match (service, word) {
            ("iam", "root") if rest == "root" => own = "",
            ("iam", "user" | "role") if !last.is_empty() => {
                who.kind = if word == "user" { Kind::User } else { Kind::Role };
                own = last;
            }
            ("sts", "assumed-role") => {
                let (role, session) = name.split_once('/')?;
                if role.is_empty()
                    || session.is_empty()
                    || session.contains('/')
                    || session.len() > NAME_BYTES
                {
                    return None;
                }
                (who.kind, who.session) = (Kind::RoleSession, session);
                own = role;
                if let Some(record) = tables.find_role(partition, account, role) {
                    who.record = Some(fitting(record)?);
                }
            }
            ("sts", "federated-user") if !name.is_empty() => {
                who.kind = Kind::FederatedUser;
                if let Some(arn) = request.extras().session.issuer {
                    (arn.len() <= PRINCIPAL_BYTES).then_some(())?;
                    // R17: users of another account ask for no session here.
                    is_of(arn, partition, account).then_some(())?;
                    let found = tables.find_principal(arn).map(|(_, record)| record);
                    if let Some(record) = found.filter(|r| r.read().flags & IS_ROLE == 0) {
                        who.record = Some(fitting(record)?);
                    }
                }
            }
            ("iam", "saml-provider" | "oidc-provider") if !name.is_empty() => {
                return Some(Who::undeclared(Kind::Provider, text));
            }
            _ => return None,
        }
        (own.len() <= NAME_BYTES && partition.len() <= PARTITION).then_some(who)
    }

    /// The record of the user or role; of a federated user, that of its issuer.
    #[inline(always)]
    pub fn principal(&self) -> Option<Principal> {
        self.record.map(|record| record.read())
    }

    /// What else there is to know of the same.
    pub fn detail(&self, tables: &Tables<'_>) -> Option<Detail> {
        self.record.map(|record| tables.detail(record))
    }

    /// Its ARN.
    pub fn record_arn(&self, tables: &Tables<'a>) -> Option<&'a str> {
        self.record.map(|record| tables.arn_of(record))
    }

    /// The record of a user or role that is itself declared.
    #[inline(always)]
    pub fn own_record(&self) -> Option<Stored<'a, Principal>> {
        if self.kind == Kind::FederatedUser { None } else { self.record }
    }

    /// Its account. `None` for callers that belong to none.
    #[inline(always)]
    pub fn digits(&self) -> Option<Digits> {
        match (self.kind, self.principal()) {
            (Kind::User | Kind::Role | Kind::RoleSession, Some(p)) => Some(p.digits()),
            _ => self.account().and_then(|a| Digits::parse(a.as_bytes())),
        }
    }

    /// The same as text.
    #[inline(never)]
    pub fn account(&self) -> Option<&'a str> {
        match self.record {
            _ if !self.is_iam() => None,
            Some(record) => Some(record.account()),
            None => self.text.split(':').nth(4),
        }
    }

    /// Whether that is its account.
    pub fn is_of(&self, account: &str) -> bool {
        match self.record {
            Some(record) if self.is_iam() => account.as_bytes().try_into().is_ok_and(|own| record.is_of(own)),
            _ => self.account() == Some(account),
        }
    }

    /// `aws`, `aws-cn`, …; empty for callers without an account.
    pub fn partition(&self, tables: &'a Tables<'a>) -> &'a str {
        if self.is_iam() { self.arn(tables).split(':').nth(1).unwrap_or_default() } else { "" }
    }

    /// Name of the user, role or federated user, without path.
    pub fn name(&self, tables: &'a Tables<'a>) -> &'a str {
        let rest = || self.text.splitn(6, ':').nth(5).and_then(|rest| rest.split_once('/'));
        let named = || rest().map_or("", |(_, name)| name);
        match (self.kind, self.record) {
            (Kind::User | Kind::Role | Kind::RoleSession, Some(record)) => {
                let detail = tables.detail(record);
                tables.text(detail.name, detail.name_len)
            }
            (Kind::User | Kind::Role, None) => named().rsplit('/').next().unwrap_or_default(),
            (Kind::RoleSession, None) => named().split('/').next().unwrap_or_default(),
            (Kind::FederatedUser, _) => named(),
            _ => "",
        }
    }

    /// Users, roles, sessions, federated users and root: callers with an account that sign their requests.
    #[inline(always)]
    pub fn is_iam(&self) -> bool {
        !matches!(self.kind, Kind::Service | Kind::Provider | Kind::Anonymous)
    }

    /// Users and roles have a unique id, which `aws:userid` holds.
    pub fn has_unique_id(&self) -> bool {
        matches!(self.kind, Kind::User | Kind::Role | Kind::RoleSession)
    }

    /// Roles and federated users have temporary credentials only.
    pub fn is_temporary(&self) -> bool {
        matches!(self.kind, Kind::Role | Kind::RoleSession | Kind::FederatedUser)
    }

    /// Its unique id, if the tables know it.
    pub fn unique_id(&self, tables: &Tables<'a>) -> Option<&'a str> {
        let detail = self.detail(tables)?;
        Some(tables.text(detail.unique_id, detail.unique_id_len)).filter(|id| !id.is_empty())
    }

    /// Whether `aws:userid` may be this text, as far as the tables know.
    pub fn may_have_user_id(&self, tables: &Tables<'a>, text: &str) -> bool {
        let is_unique = |id: &str| match self.unique_id(tables) {
            Some(own) => id == own,
            None => !id.is_empty(),
        };
        match self.kind {
            Kind::User => is_unique(text) && !text.contains(':'),
            Kind::Role => {
                text.split_once(':').is_some_and(|(id, session)| is_unique(id) && !session.is_empty())
            }
            Kind::RoleSession => {
                text.strip_suffix(self.session).and_then(|head| head.strip_suffix(':')).is_some_and(is_unique)
            }
            Kind::FederatedUser => text
                .split_once(':')
                .is_some_and(|(account, name)| self.account() == Some(account) && name == self.name(tables)),
            Kind::Root => self.account() == Some(text),
            Kind::Anonymous => text == "anonymous",
            Kind::Service | Kind::Provider => false,
        }
    }

    /// A service of AWS (R82); other dotted names are services of one's own.
    pub fn is_aws_service(&self) -> bool {
        self.kind == Kind::Service && is_service_name(self.text)
    }

    /// R137.
    pub fn is_service_linked(&self) -> bool {
        self.principal().is_some_and(|p| p.flags & SERVICE_LINKED != 0)
    }

    /// Whether an ARN is this session's (R81).
    pub fn is_session(&self, tables: &'a Tables<'a>, arn: &str) -> bool {
        if !self.text.is_empty() {
            return self.text == arn;
        }
        // Asked for by id: the ARN is put together.
        let account = self.account().unwrap_or_default();
        let (partition, name) = (self.partition(tables), self.name(tables));
        let pieces = ["arn:", partition, ":sts::", account, ":assumed-role/", name, "/", self.session];
        let mut rest = Some(arn);
        for piece in pieces {
            rest = rest.and_then(|r| r.strip_prefix(piece));
        }
        rest == Some("")
    }

    /// Whether a role's ARN names this caller's role (R80).
    pub fn has_role(&self, tables: &'a Tables<'a>, arn: &str) -> bool {
        // Of a session whose role's ARN it is not, a part of it may still be: sessions are named without a path.
        let alike = || {
            arn.rsplit('/').next().is_some_and(|name| name == self.name(tables))
                && self.account().is_some_and(|account| is_role_arn(arn, self.partition(tables), account))
        };
        match self.kind {
            Kind::Role => self.is_named(tables, arn),
            Kind::RoleSession => self.record.is_some_and(|role| tables.has_arn(role, arn)) || alike(),
            _ => false,
        }
    }
}

impl<'a> Who<'a> {
    /// As [`Self::has_role`], but for the letter case of the role's name: no two roles of an account differ in that only.
    #[cold]
    pub fn has_role_in_any_case(&self, tables: &'a Tables<'a>, arn: &str) -> bool {
        let Some((path, name)) = arn.rsplit_once('/') else { return false };
        let named = name.eq_ignore_ascii_case(self.name(tables));
        match self.kind {
            Kind::Role => named && self.arn(tables).rsplit_once('/').is_some_and(|(own, _)| own == path),
            Kind::RoleSession => {
                named
                    && self.account().is_some_and(|account| is_role_arn(arn, self.partition(tables), account))
            }
            _ => false,
        }
    }

    /// Whether the ARN names this session, letter case of the role's name aside.
    #[cold]
    pub fn is_session_in_any_case(&self, tables: &'a Tables<'a>, arn: &str) -> bool {
        let account = self.account().unwrap_or_default();
        let head = ["arn:", self.partition(tables), ":sts::", account, ":assumed-role/"];
        let rest = head.iter().try_fold(arn, |rest, piece| rest.strip_prefix(piece));
        rest.and_then(|rest| rest.split_once('/')).is_some_and(|(role, session)| {
            session == self.session && role.eq_ignore_ascii_case(self.name(tables))
        })
    }

    /// Whether an ARN is that of a session of a role of this name, in any letter case.
    pub fn is_of_role_named(&self, tables: &'a Tables<'a>, session: &str) -> bool {
        session.split('/').nth(1).is_some_and(|role| role.eq_ignore_ascii_case(self.name(tables)))
    }

    /// The one call that an identity provider's word is good for (R126), in lower case.
    pub fn federated_call(&self) -> &'static [u8] {
        let is_saml = self.text.starts_with("arn:") && self.text.contains(":saml-provider/");
        if is_saml { b"sts:assumerolewithsaml" } else { b"sts:assumerolewithwebidentity" }
    }
}

/// Whether it is an ARN of this partition and account.
fn is_of(arn: &str, partition: &str, account: &str) -> bool {
    let part = |i| arn.splitn(6, ':').nth(i);
    part(0) == Some("arn") && part(1) == Some(partition) && part(4) == Some(account) && part(5).is_some()
}

/// `None`: some value that must be composed of the record does not fit.
fn fitting(record: Stored<'_, Principal>) -> Option<Stored<'_, Principal>> {
    record.read().is_well_formed().then_some(record)
}

/// `arn:PARTITION:iam::ACCOUNT:role/…`
pub(crate) fn is_role_arn(arn: &str, partition: &str, account: &str) -> bool {
    let rest = arn.strip_prefix("arn:").and_then(|r| r.strip_prefix(partition));
    let rest = rest.and_then(|r| r.strip_prefix(":iam::")).and_then(|r| r.strip_prefix(account));
    rest.is_some_and(|r| r.starts_with(":role/"))
}

fn is_service_name(text: &str) -> bool {
    text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn")
}
