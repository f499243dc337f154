//! Whether a statement's actions, resources and principals match (sections H, I and J of the rules).

use super::derive::{Keys, is_session_of};
use super::doubt::{Doubt, has_void};
use super::request::{Arn, Question, Who};
use super::template::{Token, matches};
use crate::hir::{Actions, Piece, PolicyKind, Principal, Principals, Resources, Template};

/// R60–R64.
pub(super) fn actions(element: &Actions, action: &str) -> bool {
    let listed = element.patterns.iter().any(|p| action_pattern(&p.text, action));
    // R64: NotAction matches whatever is not listed, in all services.
    listed != element.negated
}

fn action_pattern(pattern: &str, action: &str) -> bool {
    // R62
    if pattern == "*" {
        return true;
    }
    // R60: prefix and name compare ignoring ASCII case. R63: whitespace in a pattern meets none in an action.
    let glob = |pattern: &str, text: &str| {
        let tokens: Vec<Token> = pattern
            .chars()
            .map(|c| match c.to_ascii_lowercase() {
                '*' => Token::Any,
                '?' => Token::One,
                c => Token::Char(c),
            })
            .collect();
        matches(&tokens, &text.to_ascii_lowercase())
    };
    match (pattern.split_once(':'), action.split_once(':')) {
        (Some((prefix, name)), Some((of, called))) => glob(prefix, of) && glob(name, called),
        _ => false,
    }
}

/// R66–R74. `None` = the element is not written: identity-side documents always have one, and a resource's own
/// policy speaks of what it is attached to (R54).
pub(super) fn resources(
    element: Option<&Resources>,
    kind: PolicyKind,
    question: &Question<'_>,
    keys: &Keys,
    doubt: Doubt,
) -> bool {
    let Some(element) = element else { return true };
    // R116: an entry of NotResource whose variable has no value lists nothing; by another reading the statement is
    // void, so that an allow gives nothing.
    let void = || element.patterns.iter().any(|p| has_void(&p.text, keys));
    if element.negated && !doubt.denies() && void() {
        return false;
    }
    let doubt = if element.negated { doubt.turned() } else { doubt };
    let listed =
        element.patterns.iter().any(|p| resource_pattern(&p.text, kind, question.resource, keys, doubt));
    // R72: NotResource matches whatever is not listed.
    listed != element.negated
}

fn resource_pattern(pattern: &Template, kind: PolicyKind, resource: &str, keys: &Keys, doubt: Doubt) -> bool {
    // R69. R65: nothing else matches `*`, the resource of actions without resource-level permissions.
    if !pattern.pieces.is_empty() && pattern.pieces.iter().all(|p| *p == Piece::Any) {
        return true;
    }
    if resource == "*" {
        return false;
    }
    // R114: variables stand in the sixth part only, so that those before it may be read first.
    let Some((head, last)) = parts_before_last(pattern, kind) else { return false };
    doubt.of_template(&last, keys, true, |tail| matches(&[head.as_slice(), tail].concat(), resource))
}

/// The pattern of an ARN with R68's two kinds of `*` and R70's padding: what is before the sixth part, and that.
/// `None`: it matches no resource.
fn parts_before_last(pattern: &Template, kind: PolicyKind) -> Option<(Vec<Token>, Template)> {
    const LAST: usize = 5;
    let mut last: Vec<Piece> = Vec::new();
    let mut tokens: Vec<Token> = Vec::new();
    let mut part = 0;
    for piece in &pattern.pieces {
        if part == LAST {
            last.push(piece.clone());
            continue;
        }
        match piece {
            // R114: variables have no value outside the sixth part.
            Piece::Variable { .. } => return None,
            Piece::Any => tokens.push(Token::AnyInPart),
            Piece::One => tokens.push(Token::OneInPart),
            Piece::Literal(text) => {
                for (at, c) in text.char_indices() {
                    if part == LAST {
                        last.push(Piece::Literal(text.get(at..).unwrap_or_default().into()));
                        break;
                    }
                    if c == ':' {
                        end_part(&mut tokens);
                        part += 1;
                    }
                    tokens.push(Token::Char(c));
                }
            }
        }
    }
    if part == LAST {
        return Some((tokens, Template { pieces: last.into() }));
    }
    if !may_be_short(pattern, kind) {
        return None;
    }
    for _ in part..LAST {
        end_part(&mut tokens);
        tokens.push(Token::Char(':'));
        tokens.push(Token::Any);
    }
    Some((tokens, Template::default()))
}

/// R68: a `*` that is the last character of a part may match past the colon.
fn end_part(tokens: &mut [Token]) {
    if let Some(last) = tokens.last_mut().filter(|t| **t == Token::AnyInPart) {
        *last = Token::Any;
    }
}

/// R70: where patterns of fewer than six parts are padded with `*`. A guardrail on resources should not have got
/// here with one; padding it denies more.
fn may_be_short(pattern: &Template, kind: PolicyKind) -> bool {
    let wild = |piece: &Piece| matches!(piece, Piece::Any | Piece::One);
    match kind {
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session | PolicyKind::Rcp => true,
        PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Endpoint => pattern.pieces.iter().any(wild),
        PolicyKind::Scp => pattern.pieces.last() == Some(&Piece::Any),
    }
}

/// How far an entry that matches the caller reaches against implicit denies of the same account (R14–R22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Names the account: an identity policy must allow too (R11, R20).
    Account,
    /// Names what the session was made from: boundary and session policy still limit (R15, R17, R24).
    Limited,
    /// Names the caller itself: nothing else has to allow (R14, R16, R18, R19, R21, R22).
    Full,
}

/// R75–R88. `None` = the statement is not about this caller. Statements of kinds without principals are about
/// everybody who has the policy; a resource policy's statement without the element never applies (R55).
pub(super) fn principals(
    element: Option<&Principals>,
    allows: bool,
    kind: PolicyKind,
    question: &Question<'_>,
) -> Option<Reach> {
    let Some(element) = element else {
        return (!kind.has_principal() || kind == PolicyKind::Rcp).then_some(Reach::Full);
    };
    if element.negated {
        // R55: NotPrincipal goes with Deny only; an allow for "everybody but" is never given.
        // R31: a deny is about whoever has a boundary, listed or not.
        let has_boundary = question.caller.identity.is_some_and(|i| i.boundary.is_some());
        let denied = !allows && (has_boundary || !is_excepted(&element.items, question));
        return denied.then_some(Reach::Full);
    }
    // R75: entries are OR-ed, so the one that reaches farthest counts, wherever it stands.
    let reach = element.items.iter().filter_map(|p| principal(p, kind, question)).max();
    if !allows && reach.is_none() && element.items.iter().any(|p| may_be(p, question)) {
        return Some(Reach::Full);
    }
    reach
}

/// R153: whom else an entry of a deny is about. Names of roles are unique whatever their letter case; a provider whose ARN
/// is in an account is of that account.
fn may_be(entry: &Principal, question: &Question<'_>) -> bool {
    let caller = &question.caller;
    match (entry, caller.who) {
        (Principal::Account { id, .. }, Who::Provider) => {
            Arn::split(caller.text).is_some_and(|arn| arn.account == &**id)
        }
        (Principal::Role(arn), Who::RoleSession { role, session }) => {
            let (Some((path, name)), Some(of)) = (arn.rsplit_once('/'), Arn::split(arn)) else {
                return false;
            };
            let same_place = match session {
                None => caller.text.rsplit_once('/').is_some_and(|(own, _)| own == path),
                Some(_) => {
                    of.partition == caller.partition
                        && Some(of.account) == caller.account
                        && of.service == "iam"
                        && of.region.is_empty()
                        && of.rest.starts_with("role/")
                }
            };
            same_place && name.eq_ignore_ascii_case(role)
        }
        (Principal::RoleSession(arn), Who::RoleSession { role, session: Some(session) }) => {
            let Some(of) = Arn::split(arn) else { return false };
            let mut parts = of.rest.splitn(3, '/');
            of.partition == caller.partition
                && Some(of.account) == caller.account
                && of.service == "sts"
                && of.region.is_empty()
                && parts.next() == Some("assumed-role")
                && parts.next().is_some_and(|name| name.eq_ignore_ascii_case(role))
                && parts.next() == Some(session)
        }
        _ => false,
    }
}

/// R87, R88: whether the entries of NotPrincipal except the caller from a deny, level by level: the account, then the
/// user or role, then the session. An entry whose wider levels are not listed excepts nobody; where narrower entries stand
/// beside a level's, that one only opens the level.
fn is_excepted(entries: &[Principal], question: &Question<'_>) -> bool {
    let caller = &question.caller;
    let some = |test: &dyn Fn(&Principal) -> bool| entries.iter().any(test);
    if some(&|entry| matches!(entry, Principal::Anyone { .. })) {
        return true;
    }
    let Some(account) = caller.account else {
        // Services and providers have no levels; anonymous callers are named by nothing but `*`.
        return some(&|entry| match (entry, caller.who) {
            (Principal::Service(name), Who::Service) | (Principal::Federated(name), Who::Provider) => {
                &**name == caller.text
            }
            _ => false,
        });
    };
    if !some(&|entry| matches!(entry, Principal::Account { id, .. } if &**id == account)) {
        return false;
    }
    let of_account = |arn: &str| arn.split(':').nth(4) == Some(account);
    let narrower = some(&|entry| match entry {
        Principal::User(arn)
        | Principal::Role(arn)
        | Principal::RoleSession(arn)
        | Principal::FederatedUser(arn) => of_account(arn),
        // Nothing says of which account it is: maybe of this one.
        Principal::UniqueId(_) => true,
        _ => false,
    });
    if caller.who == Who::Root || !narrower {
        return true;
    }
    let user_or_role = some(&|entry| match (entry, caller.who) {
        (Principal::User(arn), Who::User { .. }) => caller.text == &**arn,
        (Principal::User(arn), Who::FederatedUser { issuer, .. }) => issuer == Some(&**arn),
        (Principal::Role(arn), Who::RoleSession { .. }) => is_session_of(question, arn),
        (Principal::UniqueId(id), _) => caller.identity.is_some_and(|i| i.unique_id.as_ref() == Some(id)),
        _ => false,
    });
    if !user_or_role {
        return false;
    }
    // The sessions that are listed, of this role or of this account's federated users.
    let sessions: Vec<&str> = entries
        .iter()
        .filter_map(|entry| match (entry, caller.who) {
            (Principal::RoleSession(arn), Who::RoleSession { role, .. }) if of_account(arn) => {
                let name = arn.split('/').nth(1)?;
                name.eq_ignore_ascii_case(role).then_some(&**arn)
            }
            (Principal::FederatedUser(arn), Who::FederatedUser { .. }) if of_account(arn) => Some(&**arn),
            _ => None,
        })
        .collect();
    sessions.is_empty() || sessions.contains(&caller.text)
}

fn principal(entry: &Principal, kind: PolicyKind, question: &Question<'_>) -> Option<Reach> {
    let caller = &question.caller;
    // R24: a trust policy's grant to a user is limited by the user's boundary.
    let user = if kind == PolicyKind::Trust { Reach::Limited } else { Reach::Full };
    match entry {
        // R77, R19. R19 does not speak of federated-user sessions, and R27 gives them nothing past their session
        // policies but what names them: they stay within their limits.
        Principal::Anyone { .. } => Some(match caller.who {
            Who::FederatedUser { .. } => Reach::Limited,
            _ => Reach::Full,
        }),
        // R78, R11, R22. Anonymous callers and services have no account (R37).
        Principal::Account { id, .. } => (caller.account == Some(&**id)).then_some(match caller.who {
            Who::Root => Reach::Full,
            _ => Reach::Account,
        }),
        // R79, R14, R17
        Principal::User(arn) => match caller.who {
            Who::User { .. } => (caller.text == &**arn).then_some(user),
            Who::FederatedUser { issuer, .. } => (issuer == Some(&**arn)).then_some(Reach::Limited),
            _ => None,
        },
        // R80, R15
        Principal::Role(arn) => is_session_of(question, arn).then_some(Reach::Limited),
        // R81, R16
        Principal::RoleSession(arn) => (caller.text == &**arn).then_some(Reach::Full),
        // R18
        Principal::FederatedUser(arn) => (caller.text == &**arn).then_some(Reach::Full),
        // R86
        Principal::UniqueId(id) => match (caller.identity?.unique_id.as_ref() == Some(id), caller.who) {
            (true, Who::User { .. }) => Some(user),
            // R17: the identity of a federated-user session is its user.
            (true, Who::RoleSession { .. } | Who::FederatedUser { .. }) => Some(Reach::Limited),
            _ => None,
        },
        // R82
        Principal::Service(name) => {
            (caller.who == Who::Service && caller.text == &**name).then_some(Reach::Full)
        }
        // R83
        Principal::Federated(name) => {
            (caller.who == Who::Provider && caller.text == &**name).then_some(Reach::Full)
        }
        // R84: requests do not say which canonical id their account has.
        Principal::Canonical(_) => None,
    }
}
