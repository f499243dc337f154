//! Who asks: the caller's kind, account and record (R75–R88, R126).

use crate::layout::{IS_ROLE, Principal, SERVICE_LINKED};
use crate::request::Request;
use crate::tables::Tables;

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

/// A caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'a> {
    pub kind: Kind,
    /// As the request spells it; empty for a session of a role that is asked for by id.
    pub text: &'a str,
    /// `aws`, `aws-cn`, …; empty without an ARN, and where nobody asks for it.
    pub partition: &'a str,
    /// Twelve digits; `None` for callers that belong to no account.
    pub account: Option<&'a str>,
    /// Name of the user, role or federated user, without path.
    pub name: &'a str,
    /// Name of the role session.
    pub session: &'a str,
    /// The record of the user or role; of a federated user, that of its issuer.
    pub record: Option<Principal>,
    /// For a federated user, the ARN of the user that asked for the session.
    pub issuer: Option<&'a str>,
}

/// Providers that policies name without an ARN (R83).
const WELL_KNOWN: [&str; 4] =
    ["cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"];

impl<'a> Who<'a> {
    /// Classifies the caller of a request; `action` is lower-case. `None`: no kind of caller.
    #[inline]
    pub fn new(tables: &'a Tables<'a>, request: &Request<'a>, action: &[u8]) -> Option<Self> {
        let text = request.principal;
        if let Some((_, record)) = tables.find_principal(text) {
            return Some(Self::known(tables, text, record));
        }
        if text.starts_with("arn:") { Self::arn(tables, request) } else { Self::named(text, action) }
    }

    /// A user or role that is declared.
    #[inline]
    pub fn known(tables: &'a Tables<'a>, text: &'a str, record: Principal) -> Self {
        let kind = if record.flags & IS_ROLE != 0 { Kind::Role } else { Kind::User };
        let account = tables.accounts.get(record.account as usize);
        Who {
            kind,
            text,
            partition: "",
            account: account.map(|a| tables.text(a.id, a.id_len)),
            name: tables.text(record.name, record.name_len),
            session: "",
            record: Some(record),
            issuer: None,
        }
    }

    /// A session of a declared role (R16, R80).
    pub fn session_of(tables: &'a Tables<'a>, record: Principal, session: &'a str) -> Option<Self> {
        let arn = tables.text(record.arn, record.arn_len);
        let partition = arn.split(':').nth(1)?;
        let named = !session.is_empty() && !session.contains('/') && record.flags & IS_ROLE != 0;
        named.then(|| Who {
            kind: Kind::RoleSession,
            text: "",
            partition,
            session,
            ..Self::known(tables, arn, record)
        })
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
        Some(Who::new_without_account(kind, text))
    }

    fn new_without_account(kind: Kind, text: &'a str) -> Self {
        Who { kind, text, partition: "", account: None, name: "", session: "", record: None, issuer: None }
    }

    fn arn(tables: &Tables<'_>, request: &Request<'a>) -> Option<Self> {
        let text = request.principal;
        let mut parts = text.splitn(6, ':').skip(1);
        let (partition, service, _region) = (parts.next()?, parts.next()?, parts.next()?);
        let (account, rest) = (parts.next()?, parts.next()?);
        if partition.is_empty() || !is_account(account) {
            return None;
        }
        let (word, name) = rest.split_once('/').unwrap_or((rest, ""));
        let last = name.rsplit('/').next().unwrap_or_default();
        let mut who = Who::new_without_account(Kind::Root, text);
        (who.partition, who.account) = (partition, Some(account));
        match (service, word) {
            ("iam", "root") if rest == "root" => return Some(who),
            ("iam", "user" | "role") if !last.is_empty() => {
                (who.kind, who.name) = (if word == "user" { Kind::User } else { Kind::Role }, last);
            }
            ("sts", "assumed-role") => {
                let (role, session) = name.split_once('/')?;
                if role.is_empty() || session.is_empty() || session.contains('/') {
                    return None;
                }
                (who.kind, who.name, who.session) = (Kind::RoleSession, role, session);
                who.record = tables.find_role(partition, account, role).map(|(_, p)| p);
            }
            ("sts", "federated-user") if !name.is_empty() => {
                (who.kind, who.name) = (Kind::FederatedUser, name);
                who.issuer = request.session.issuer;
                who.record = request.session.issuer.and_then(|arn| issuer(tables, arn, partition, account));
            }
            ("iam", "saml-provider" | "oidc-provider") if !name.is_empty() => {
                return Some(Who::new_without_account(Kind::Provider, text));
            }
            _ => return None,
        }
        Some(who)
    }

    /// Users, roles, sessions, federated users and root: callers with an account that sign their requests.
    pub fn is_iam(&self) -> bool {
        self.account.is_some()
    }

    /// R137.
    pub fn is_service_linked(&self) -> bool {
        self.record.is_some_and(|r| r.flags & SERVICE_LINKED != 0)
    }

    /// Whether an ARN is this session's (R81).
    pub fn is_session(&self, arn: &str) -> bool {
        if !self.text.is_empty() {
            return self.text == arn;
        }
        let account = self.account.unwrap_or_default();
        let pieces =
            ["arn:", self.partition, ":sts::", account, ":assumed-role/", self.name, "/", self.session];
        let mut rest = Some(arn);
        for piece in pieces {
            rest = rest.and_then(|r| r.strip_prefix(piece));
        }
        rest == Some("")
    }

    /// Whether a role's ARN names this caller's role (R80).
    pub fn has_role(&self, arn: &str) -> bool {
        match (self.kind, self.account) {
            (Kind::Role, _) => self.text == arn,
            (Kind::RoleSession, Some(account)) => {
                is_role_arn(arn, self.partition, account)
                    && arn.rsplit('/').next().is_some_and(|n| n == self.name)
            }
            _ => false,
        }
    }
}

/// The user that asked for a federated-user session; users of another account ask for none.
fn issuer(tables: &Tables<'_>, arn: &str, partition: &str, account: &str) -> Option<Principal> {
    let (_, found) = tables.find_principal(arn)?;
    let mut parts = arn.splitn(6, ':').skip(1);
    let same = parts.next()? == partition && parts.nth(2)? == account;
    (same && found.flags & IS_ROLE == 0).then_some(found)
}

/// `arn:PARTITION:iam::ACCOUNT:role/…`
pub(crate) fn is_role_arn(arn: &str, partition: &str, account: &str) -> bool {
    let rest = arn.strip_prefix("arn:").and_then(|r| r.strip_prefix(partition));
    let rest = rest.and_then(|r| r.strip_prefix(":iam::")).and_then(|r| r.strip_prefix(account));
    rest.is_some_and(|r| r.starts_with(":role/"))
}

/// Twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_service_name(text: &str) -> bool {
    text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn")
}
