//! Principal and NotPrincipal (R75–R88). An entry is recognised exactly or refused: a principal that is kept as
//! text of unknown meaning might be matched by accident or, in a `Deny`, by nobody.

use super::words;
use super::{Importer, excerpt};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir::is_account_id;
use crate::json::reader::{Member, Node, NodeKind};
use crate::source::Span;
use crate::syntax::ast::{PrincipalItem, PrincipalKind, Principals};

const TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// Federated names that are not ARNs (R83).
const WELL_KNOWN: [&str; 4] =
    ["cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"];

impl Importer {
    pub(super) fn principals(&mut self, element: &str, value: &Node) -> Principals {
        let mut items = Vec::new();
        match &value.kind {
            NodeKind::String(text) if &**text == "*" => {
                items.push(PrincipalItem { kind: PrincipalKind::Anyone { aws: false }, span: value.span });
            }
            NodeKind::Object(members) => {
                for member in members {
                    self.typed_principals(member, &mut items);
                }
                if members.is_empty() {
                    let message = format!("`{element}` is an empty object");
                    self.push(Diagnostic::error(codes::EMPTY_LIST, message).at(value.span));
                }
            }
            NodeKind::String(text) => {
                let message = format!("the principal `{}` has no type", excerpt(text));
                let error = Diagnostic::error(codes::PRINCIPAL, message).at(value.span);
                self.push(error.help("write an object such as `{ \"AWS\": \"arn:…\" }`, or `\"*\"` alone"));
            }
            _ => self.wrong_type(&format!("`{element}`"), "`\"*\"` or an object", value),
        }
        Principals { negated: element == "NotPrincipal", items, span: value.span }
    }

    fn typed_principals(&mut self, member: &Member, items: &mut Vec<PrincipalItem>) {
        let read: fn(&mut Self, &str, Span) -> Option<PrincipalKind> = match &*member.key {
            "AWS" => Self::aws,
            "Service" => Self::service,
            "Federated" => Self::federated,
            "CanonicalUser" => Self::canonical,
            _ => return self.unknown_element(member, &TYPES),
        };
        for (text, span) in self.texts(&member.key, &member.value) {
            if let Some(kind) = read(self, text, span) {
                items.push(PrincipalItem { kind, span });
            }
        }
    }

    fn aws(&mut self, text: &str, span: Span) -> Option<PrincipalKind> {
        if text == "*" {
            return Some(PrincipalKind::Anyone { aws: true });
        }
        if self.has_wildcard(text, span) {
            return None;
        }
        let word = words::word(text, span);
        if is_account_id(text) {
            return Some(PrincipalKind::Account(word));
        }
        if is_unique_id(text) {
            return Some(PrincipalKind::Aws(word));
        }
        match aws_arn(text) {
            Some(AwsArn::Root) => Some(PrincipalKind::Account(word)),
            Some(AwsArn::User) => Some(PrincipalKind::User(word, None)),
            Some(AwsArn::Role) => Some(PrincipalKind::Role(word, None, None)),
            Some(AwsArn::Session) => Some(PrincipalKind::Aws(word)),
            Some(AwsArn::Group) => self.refuse(text, span, "is a group, and groups are never principals"),
            None => self.refuse(text, span, "is no account, user, role, session or unique id"),
        }
    }

    fn service(&mut self, text: &str, span: Span) -> Option<PrincipalKind> {
        if self.has_wildcard(text, span) {
            return None;
        }
        if !is_name(text) || !text.contains('.') || text.split('.').any(str::is_empty) {
            return self.refuse(text, span, "is not the name of a service, as in `lambda.amazonaws.com`");
        }
        Some(PrincipalKind::Service(words::word(text, span)))
    }

    fn federated(&mut self, text: &str, span: Span) -> Option<PrincipalKind> {
        if self.has_wildcard(text, span) {
            return None;
        }
        let word = words::word(text, span);
        match provider(text) {
            Some(Provider::Saml) => return Some(PrincipalKind::Saml(word)),
            Some(Provider::Oidc) => return Some(PrincipalKind::WebIdentity(word)),
            None if WELL_KNOWN.contains(&text) => return Some(PrincipalKind::Federated(word)),
            None if !is_name(text) => {
                return self.refuse(text, span, "is neither a provider's ARN nor a provider's name");
            }
            None => {}
        }
        let message = format!("`{}` is not one of the providers that IAM knows by name", excerpt(text));
        let warning = Diagnostic::warning(codes::ODD_PRINCIPAL, message).at(span);
        self.push(warning.help("write the ARN of the provider"));
        Some(PrincipalKind::Federated(word))
    }

    fn canonical(&mut self, text: &str, span: Span) -> Option<PrincipalKind> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Some(PrincipalKind::Canonical(words::word(text, span)));
        }
        self.refuse(text, span, "is not a canonical user id of 64 hexadecimal digits")
    }

    fn refuse(&mut self, text: &str, span: Span, why: &str) -> Option<PrincipalKind> {
        let message = format!("the principal `{}` {why}", excerpt(text));
        self.push(Diagnostic::error(codes::PRINCIPAL, message).at(span));
        None
    }

    /// R76, R81. Says so, if.
    fn has_wildcard(&mut self, text: &str, span: Span) -> bool {
        if text.contains("${") {
            self.refuse(text, span, "holds `${`, and principals have no variables");
            return true;
        }
        if !text.contains(['*', '?']) {
            return false;
        }
        if text == "*" {
            self.refuse(text, span, "stands alone or under `AWS` only");
            return true;
        }
        let message = format!("the principal `{}` holds a wildcard", excerpt(text));
        let error = Diagnostic::error(codes::PRINCIPAL_WILDCARD, message).at(span);
        self.push(error.help("name the account, and add a condition on `aws:PrincipalArn`"));
        true
    }
}

/// What an ARN under `AWS` names.
enum AwsArn {
    Root,
    User,
    Role,
    Session,
    Group,
}

fn aws_arn(text: &str) -> Option<AwsArn> {
    let (service, account, rest) = arn(text)?;
    let (kind, name) = rest.split_once('/').unwrap_or((rest, ""));
    let named = is_path(name);
    // IAM writes CloudFront's origin access identities as users of an account called `cloudfront`.
    let owned = is_account_id(account) || account == "cloudfront";
    match (service, kind) {
        ("iam", "root") if rest == "root" && is_account_id(account) => Some(AwsArn::Root),
        ("iam", "user") if named && owned => Some(AwsArn::User),
        ("iam", "role") if named && is_account_id(account) => Some(AwsArn::Role),
        ("iam", "group") if is_account_id(account) => Some(AwsArn::Group),
        ("sts", "assumed-role") if is_account_id(account) && is_session(name) => Some(AwsArn::Session),
        ("sts", "federated-user") if is_account_id(account) && named && !name.contains('/') => {
            Some(AwsArn::Session)
        }
        _ => None,
    }
}

enum Provider {
    Saml,
    Oidc,
}

fn provider(text: &str) -> Option<Provider> {
    let ("iam", account, rest) = arn(text)? else { return None };
    let (kind, name) = rest.split_once('/')?;
    match kind {
        _ if !is_account_id(account) || !is_path(name) => None,
        "saml-provider" => Some(Provider::Saml),
        "oidc-provider" => Some(Provider::Oidc),
        _ => None,
    }
}

/// Service, account and the sixth part of an ARN of a global service.
fn arn(text: &str) -> Option<(&str, &str, &str)> {
    let mut parts = text.splitn(6, ':');
    let ("arn", partition) = (parts.next()?, parts.next()?) else { return None };
    let (service, region, account, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let partition = partition == "aws" || partition.starts_with("aws-");
    (partition && region.is_empty()).then_some((service, account, rest))
}

/// A name with its path: no empty segment, no control characters.
fn is_path(name: &str) -> bool {
    name.split('/').all(|s| !s.is_empty()) && !name.chars().any(char::is_control)
}

fn is_session(name: &str) -> bool {
    name.split('/').count() == 2 && is_path(name)
}

/// R86: `AIDA…`, `AROA…` and the like.
fn is_unique_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && (text.starts_with("AIDA") || text.starts_with("AROA"))
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A domain-like name.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/".contains(&b))
}
