//! Principal entries → [`Principal`] (R75–R86). Knows the spellings of principals and the program's accounts and
//! identities; knows nothing of statements.

use super::cx::Cx;
use crate::diag::codes::resolve as code;
use crate::hir::{Effect, Principal, Principals, Str, is_account_id};
use crate::source::Span;
use crate::syntax::ast::{self, IdentityKind, Lexeme, PrincipalItem, PrincipalKind};

/// Identity providers with a name instead of an ARN (R83).
const WELL_KNOWN: [&str; 4] =
    ["cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"];

impl Cx<'_> {
    /// All entries or none.
    pub fn principals(&mut self, principals: &ast::Principals) -> Option<Principals> {
        if principals.items.is_empty() {
            self.error(code::PRINCIPAL, principals.span, "the list of principals is empty");
            return None;
        }
        let items = self.principal_items(&principals.items)?;
        Some(Principals { negated: principals.negated, items })
    }

    /// All entries or none.
    pub fn principal_items(&mut self, items: &[PrincipalItem]) -> Option<Vec<Principal>> {
        let mut out = Vec::with_capacity(items.len());
        let mut complete = true;
        for item in items {
            match self.principal(item) {
                Some(p) => out.push(p),
                None => complete = false,
            }
        }
        complete.then_some(out)
    }

    /// One entry.
    pub fn principal(&mut self, item: &PrincipalItem) -> Option<Principal> {
        let span = item.span;
        match &item.kind {
            PrincipalKind::Anyone { aws } => Some(Principal::Anyone { aws: *aws }),
            PrincipalKind::Account(word) => self.account_principal(word),
            PrincipalKind::User(name, account) => {
                Some(Principal::User(self.identity_arn(IdentityKind::User, name, account.as_ref())?))
            }
            PrincipalKind::Role(name, account, session) => {
                let role = self.identity_arn(IdentityKind::Role, name, account.as_ref())?;
                match session {
                    None => Some(Principal::Role(role)),
                    Some(session) => self.session_of(&role, session).map(Principal::RoleSession),
                }
            }
            PrincipalKind::Aws(word) => {
                let text = self.exact(word)?;
                self.aws_principal(&text, span)
            }
            PrincipalKind::Service(word) => {
                let text = self.exact(word)?;
                if !is_domain(&text) {
                    let help = "a service principal looks like `lambda.amazonaws.com`";
                    self.error_help(code::PRINCIPAL, span, format!("`{text}` is no service principal"), help);
                    return None;
                }
                Some(Principal::Service(text))
            }
            PrincipalKind::WebIdentity(word) => self.provider(word, "oidc-provider"),
            PrincipalKind::Saml(word) => self.provider(word, "saml-provider"),
            PrincipalKind::Federated(word) => self.federated(word),
            PrincipalKind::Canonical(word) => {
                let text = self.exact(word)?;
                if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                    let message = format!("`{text}` is no canonical user id");
                    self.error_help(code::PRINCIPAL, span, message, "it has 64 hexadecimal digits");
                    return None;
                }
                Some(Principal::Canonical(text))
            }
        }
    }

    /// A text that stands for itself: no wildcards, variables or blanks (R76, R81, R114).
    fn exact(&mut self, word: &Lexeme) -> Option<Str> {
        let text = self.text(word)?;
        let problem = if text.is_empty() {
            "it is empty"
        } else if text.contains(['*', '?']) {
            "wildcards are not allowed in principals; only `anyone` stands for all"
        } else if text.contains("${") {
            "policy variables are not allowed in principals"
        } else if text.trim() != &*text || text.contains(|c: char| c.is_control()) {
            "it has blanks around it or control characters in it"
        } else {
            return Some(Str::from(&*text));
        };
        self.error(code::PRINCIPAL, word.span, format!("`{text}` is no principal: {problem}"));
        None
    }

    /// `account x`: a declared name, digits or a root ARN (R78).
    fn account_principal(&mut self, word: &Lexeme) -> Option<Principal> {
        let text = self.exact(word)?;
        if text.starts_with("arn:") {
            return match self.aws_principal(&text, word.span)? {
                account @ Principal::Account { .. } => Some(account),
                _ => {
                    let message = format!("`{text}` is not the ARN of an account");
                    self.error_help(code::PRINCIPAL, word.span, message, "it ends in `:root`");
                    None
                }
            };
        }
        Some(Principal::Account { id: self.account_digits(&text, word.span)?, arn: None })
    }

    /// Digits of an account given by name or digits.
    pub fn account_digits(&mut self, text: &str, span: Span) -> Option<Str> {
        if is_account_id(text) {
            return Some(Str::from(text));
        }
        let known = self.names.map(|n| &n.accounts);
        if let Some(digits) = known.and_then(|k| k.get(text)) {
            return Some(digits.clone());
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            self.error(
                code::PRINCIPAL,
                span,
                format!("`{text}` is no account: an account id has twelve digits"),
            );
        } else {
            self.unknown("account", text, span, known.into_iter().flat_map(|k| k.keys()).map(|k| &**k));
        }
        None
    }

    /// The ARN of a user or role given by ARN, or by name and account.
    pub fn identity_arn(
        &mut self,
        kind: IdentityKind,
        name: &Lexeme,
        account: Option<&Lexeme>,
    ) -> Option<Str> {
        let text = self.exact(name)?;
        let what = if kind == IdentityKind::User { "user" } else { "role" };
        if text.starts_with("arn:") {
            return match (self.aws_principal(&text, name.span)?, kind) {
                (Principal::User(arn), IdentityKind::User) | (Principal::Role(arn), IdentityKind::Role) => {
                    Some(arn)
                }
                _ => {
                    self.error(code::PRINCIPAL, name.span, format!("`{text}` is not the ARN of a {what}"));
                    None
                }
            };
        }
        let wanted = match account {
            Some(word) => {
                let text = self.text(word)?;
                Some(self.account_digits(&text, word.span)?)
            }
            None => None,
        };
        let names = self.names;
        let declared =
            names.and_then(|n| n.identities.get(&(kind, text.clone()))).map_or(&[][..], Vec::as_slice);
        let found: Vec<_> =
            declared.iter().filter(|d| wanted.as_ref().is_none_or(|w| *w == d.account)).collect();
        match found.as_slice() {
            [one] => Some(one.arn.clone()),
            [] => {
                self.no_such_identity(kind, what, &text, name.span, declared);
                None
            }
            _ => {
                let accounts: Vec<&str> = found.iter().map(|d| &*d.account).collect();
                let message = format!("the {what} `{text}` exists in several accounts");
                let help = format!("say which one: `in` {}", accounts.join(" or "));
                self.error_help(code::AMBIGUOUS, name.span, message, help);
                None
            }
        }
    }

    fn no_such_identity(
        &mut self,
        kind: IdentityKind,
        what: &str,
        name: &str,
        span: Span,
        declared: &[super::cx::Declared],
    ) {
        if let Some(elsewhere) = declared.first() {
            let message = format!("there is no {what} `{name}` in that account");
            self.error_help(
                code::UNKNOWN_NAME,
                span,
                message,
                format!("there is one in {}", elsewhere.account),
            );
            return;
        }
        let names = self.names;
        let known = names.into_iter().flat_map(|n| n.identities.keys());
        let known = known.filter(|(k, _)| *k == kind).map(|(_, n)| &**n);
        match crate::diag::suggest::nearest(name, known) {
            Some(near) => {
                let message = format!("there is no {what} named `{name}`");
                self.error_help(code::UNKNOWN_NAME, span, message, format!("did you mean `{near}`?"));
            }
            None => self.error_help(
                code::UNKNOWN_NAME,
                span,
                format!("there is no {what} named `{name}`"),
                format!("declare it, or name a {what} from outside by its ARN"),
            ),
        }
    }

    /// The ARN of one session of a role (R81). It carries the role's name without its path (R80).
    pub fn session_of(&mut self, role: &str, session: &Lexeme) -> Option<Str> {
        let name = self.exact(session)?;
        let mut parts = role.splitn(6, ':');
        let (partition, account) = (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or_default());
        let role_name = role.rsplit('/').next().unwrap_or_default();
        if name.contains('/') {
            self.error(code::PRINCIPAL, session.span, format!("`{name}` is no session name: it holds a `/`"));
            return None;
        }
        Some(Str::from(format!("arn:{partition}:sts::{account}:assumed-role/{role_name}/{name}")))
    }

    /// Any entry that stands under `AWS` in JSON.
    fn aws_principal(&mut self, text: &str, span: Span) -> Option<Principal> {
        let found = classify(text);
        if let Err(problem) = found {
            self.error(code::PRINCIPAL, span, format!("`{text}` is no principal: {problem}"));
        }
        found.ok()
    }

    /// An identity provider: its ARN, a well-known name, or the name of one in the owner's account.
    fn provider(&mut self, word: &Lexeme, kind: &str) -> Option<Principal> {
        let text = self.exact(word)?;
        if text.starts_with("arn:") {
            if provider_kind(&text) != Some(kind) {
                self.error(code::PRINCIPAL, word.span, format!("`{text}` is not the ARN of an `{kind}`"));
                return None;
            }
            return Some(Principal::Federated(text));
        }
        if kind == "oidc-provider" && WELL_KNOWN.contains(&&*text) {
            return Some(Principal::Federated(text));
        }
        if !is_path(&text) || text.contains(char::is_whitespace) {
            self.error(code::PRINCIPAL, word.span, format!("`{text}` is not the name of an `{kind}`"));
            return None;
        }
        Some(Principal::Federated(match &self.home {
            Some(home) => Str::from(format!("{home}:{kind}/{text}")),
            None => text,
        }))
    }

    /// Any entry under `Federated`: a provider's ARN, or a provider by name.
    fn federated(&mut self, word: &Lexeme) -> Option<Principal> {
        let text = self.exact(word)?;
        let name = |t: &str| t.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/".contains(&b));
        if provider_kind(&text).is_some() || name(&text) {
            return Some(Principal::Federated(text));
        }
        let message = format!("`{text}` is neither the ARN of a provider nor the name of one");
        self.error(code::PRINCIPAL, word.span, message);
        None
    }

    /// Says who of a statement's principals can be nobody: an error where that is who is denied (rule 6).
    pub fn nobody(&mut self, written: &ast::Principals, resolved: &Principals, effect: Effect) {
        if resolved.negated && resolved.items.iter().any(|p| matches!(p, Principal::Anyone { .. })) {
            let message = "`anyone but anyone` is nobody";
            self.all_but_all(effect, written.span, message, "name who is excepted, or delete the statement");
            return;
        }
        for (item, principal) in written.items.iter().zip(&resolved.items) {
            let (message, help) = match principal {
                Principal::Federated(name) if !name.starts_with("arn:") && !WELL_KNOWN.contains(&&**name) => {
                    (
                        format!("`{name}` is not one of the providers that IAM knows by name"),
                        "write the ARN of the provider",
                    )
                }
                Principal::UniqueId(id) if self.names.is_some_and(|n| !n.unique_ids.contains(id)) => (
                    format!("no user or role with the id `{id}` is declared, so it is nobody"),
                    "declare the user or role with its `id`, or delete what was left of it",
                ),
                _ => continue,
            };
            // Whom an exception does not reach is denied: that closes more, not less.
            let effect = if resolved.negated { Effect::Allow } else { effect };
            self.idle(effect, item.span, &message, help);
        }
    }
}

/// Which kind of provider a `Federated` entry is: the action a trust policy implies for it (R126).
pub fn is_saml(federated: &str) -> Option<bool> {
    match federated.splitn(6, ':').nth(5).and_then(|r| r.split('/').next()) {
        Some("saml-provider") => Some(true),
        Some("oidc-provider") => Some(false),
        Some(_) => None,
        None => (WELL_KNOWN.contains(&federated) || federated.contains('.')).then_some(false),
    }
}

/// What an `AWS` entry is; the error says why it is nothing.
fn classify(text: &str) -> Result<Principal, &'static str> {
    if is_account_id(text) {
        return Ok(Principal::Account { id: text.into(), arn: None });
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("an account id has twelve digits");
    }
    if !text.starts_with("arn:") {
        return unique_id(text);
    }
    let mut parts = text.splitn(6, ':').skip(1);
    let (Some(partition), Some(service), Some(region), Some(account), Some(resource)) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("its ARN has fewer than six parts");
    };
    if !is_partition(partition) || !region.is_empty() {
        return Err("its ARN is malformed");
    }
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    let named = is_path(name);
    // CloudFront's origin access identities are users of an account named `cloudfront`.
    if service == "iam" && kind == "user" && named && account == "cloudfront" {
        return Ok(Principal::User(text.into()));
    }
    if !is_account_id(account) {
        return Err("the account in its ARN has not twelve digits");
    }
    match (service, kind) {
        ("iam", "root") if resource == "root" => {
            Ok(Principal::Account { id: account.into(), arn: Some(text.into()) })
        }
        ("iam", "user") if named => Ok(Principal::User(text.into())),
        ("iam", "role") if named => Ok(Principal::Role(text.into())),
        ("iam", "group") => Err("groups are never principals"),
        ("sts", "assumed-role") if named && name.split('/').count() == 2 => {
            Ok(Principal::RoleSession(text.into()))
        }
        ("sts", "federated-user") if named && !name.contains('/') => {
            Ok(Principal::FederatedUser(text.into()))
        }
        _ => Err("it is the ARN of no account, user, role or session"),
    }
}

/// `aws`, `aws-cn` and the like.
fn is_partition(text: &str) -> bool {
    text == "aws" || text.strip_prefix("aws-").is_some_and(|rest| !rest.is_empty())
}

/// A name with its path: no empty segment.
fn is_path(name: &str) -> bool {
    name.split('/').all(|segment| !segment.is_empty())
}

/// A name as services have it (R82): labels with dots between them.
fn is_domain(text: &str) -> bool {
    let label =
        |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/".contains(&b));
    text.contains('.') && text.split('.').all(label)
}

/// `oidc-provider` or `saml-provider`, when the text is the ARN of one (R83).
fn provider_kind(text: &str) -> Option<&'static str> {
    let mut parts = text.splitn(6, ':');
    let ("arn", partition, "iam", "") = (parts.next()?, parts.next()?, parts.next()?, parts.next()?) else {
        return None;
    };
    let (account, (kind, name)) = (parts.next()?, parts.next()?.split_once('/')?);
    if !is_partition(partition) || !is_account_id(account) || !is_path(name) {
        return None;
    }
    ["oidc-provider", "saml-provider"].into_iter().find(|k| *k == kind)
}

/// `AIDA…` and `AROA…` (R86).
fn unique_id(text: &str) -> Result<Principal, &'static str> {
    let shaped = (16..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match text.get(..4) {
        Some("AIDA" | "AROA") if shaped => Ok(Principal::UniqueId(text.into())),
        Some("AGPA") if shaped => Err("groups are never principals"),
        _ => Err("it is no account, ARN or unique id of a user or role"),
    }
}
