//! The condition keys a request has: what the service says, what the authentication layer says, and what is
//! derived from the estate (section O of the rules). Each key has one source; a key from the wrong one makes the
//! request malformed (R151).

use super::access::Point;
use super::conditions::is_null;
use super::request::{Arn, Malformed, Question, Who};
use super::{target, values};
use crate::catalog::{Catalog, KeyType};
use crate::hir::{Account, Operator, World};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use tabella_runtime::{Entry, Request, Values, is_session_key};

/// What a key holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Single-valued.
    One(String),
    /// Multivalued.
    Many(Vec<String>),
}

impl Content {
    /// Single-valued and empty.
    pub(super) fn is_empty_text(&self) -> bool {
        matches!(self, Content::One(value) if value.is_empty())
    }
}

/// What there is to know of a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Looked<'a> {
    /// The request does not have it.
    Missing,
    Known(&'a Content),
    /// The request has it, and nobody knows what it holds: nothing declares it, or what is given is malformed for
    /// the key (R153).
    Unknown,
}

/// A key that a decision depends on and that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey {
    /// Its name, in lower case.
    pub name: String,
    /// What its value should be, where it has one that is none. `None`: nobody says what its value is.
    pub wanted: Option<&'static str>,
}

impl std::fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.name;
        match self.wanted {
            Some(wanted) => write!(f, "the condition key `{name}` is no {wanted}"),
            None => write!(f, "the condition key `{name}` is not known"),
        }
    }
}

/// All keys of a request, by lower-case name (R90).
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    map: BTreeMap<String, Content>,
    /// Those whose content is not known.
    unknown: BTreeSet<String>,
    /// Of these, the ones that were asked for.
    asked: RefCell<BTreeSet<String>>,
    /// What came of long parts of conditions, by their address and whether any reading will do: statements share them.
    came_of: RefCell<BTreeMap<(usize, bool), bool>>,
}

impl Keys {
    /// What came of a part of a condition before. Nothing is remembered where some key is not known: to be asked for it counts.
    pub(super) fn came_of(&self, part: usize, any: bool) -> Option<bool> {
        self.came_of.borrow().get(&(part, any)).copied()
    }

    /// Remembers what came of a part of a condition.
    pub(super) fn remember(&self, part: usize, any: bool, worth: bool) {
        if self.unknown.is_empty() {
            self.came_of.borrow_mut().insert((part, any), worth);
        }
    }

    /// Looks up a key whose name is in lower case.
    pub(super) fn look(&self, key: &str) -> Looked<'_> {
        if self.unknown.contains(key) {
            self.asked.borrow_mut().insert(key.to_owned());
            return Looked::Unknown;
        }
        self.map.get(key).map_or(Looked::Missing, Looked::Known)
    }

    /// Whether the request has a key, with something in it (R93).
    pub(super) fn is_there(&self, key: &str) -> bool {
        match self.map.get(key) {
            Some(content) => !is_null(content),
            None => self.unknown.contains(key),
        }
    }

    /// The value a policy variable stands for (R113): that of a single-valued key. An empty one is null (R120).
    pub(super) fn variable(&self, key: &str) -> Option<&str> {
        match self.look(key) {
            Looked::Known(Content::One(value)) if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The first key that was asked for and is not known.
    pub(super) fn asked_in_vain(&self, catalog: &Catalog) -> Option<UnknownKey> {
        let name = self.asked.borrow().first()?.clone();
        let wanted = self.map.contains_key(&name).then(|| match catalog.key(&name).map(|key| key.ty) {
            Some(KeyType::Ip) => "address",
            Some(KeyType::Date) => "time",
            Some(KeyType::Numeric) => "number",
            Some(KeyType::Bool) => "truth value",
            _ => "text",
        });
        Some(UnknownKey { wanted, name })
    }

    /// Marks a key as one that every such request has, though nothing says what it holds.
    fn is_unknown(&mut self, key: &str) {
        self.unknown.insert(key.to_ascii_lowercase());
    }

    /// R153: what is malformed for its key is not known.
    fn check_types(&mut self, catalog: &Catalog) {
        let malformed = |key: &str, content: &Content| {
            let Some(ty) = catalog.key(key).map(|key| key.ty) else { return false };
            let values = match content {
                Content::One(value) => std::slice::from_ref(value),
                Content::Many(values) => values.as_slice(),
            };
            values.iter().any(|value| !is_of_type(ty, value))
        };
        let found = self.map.iter().filter(|(key, content)| malformed(key, content));
        self.unknown.extend(found.map(|(key, _)| key.clone()));
    }

    /// R90: two names that differ only in letter case are an error.
    fn insert(&mut self, key: &str, content: Content) -> Result<(), Malformed> {
        match self.map.insert(key.to_ascii_lowercase(), content) {
            None => Ok(()),
            Some(_) => Err(Malformed),
        }
    }

    /// What the engine knows takes the place of what was said.
    pub(super) fn replace(&mut self, key: &str, content: Content) {
        self.map.insert(key.to_ascii_lowercase(), content);
    }

    fn one(&mut self, key: &str, value: impl Into<String>) -> Result<(), Malformed> {
        self.insert(key, Content::One(value.into()))
    }

    fn entry(&mut self, entry: &Entry<'_>) -> Result<(), Malformed> {
        let content = match entry.values {
            Values::One(value) => Content::One(value.to_owned()),
            Values::Many(values) => Content::Many(values.iter().map(|v| (*v).to_owned()).collect()),
        };
        self.insert(entry.key, content)
    }
}

/// Whether a value can be one of a key of this type. ARNs are left out: some keys of that type hold parts of ARNs.
fn is_of_type(ty: KeyType, value: &str) -> bool {
    let operator = match ty {
        KeyType::String | KeyType::Arn | KeyType::Binary => return true,
        KeyType::Bool => Operator::Bool,
        KeyType::Numeric => Operator::NumericEquals,
        KeyType::Date => Operator::DateEquals,
        KeyType::Ip => Operator::IpAddress,
    };
    values::is_well_formed(operator, value)
}

/// Gathers the keys of a request.
pub(super) fn keys(
    world: &World,
    catalog: &Catalog,
    request: &Request<'_>,
    question: &Question<'_>,
    point: Option<&Point<'_>>,
) -> Result<Keys, Malformed> {
    let mut keys = all_keys(world, request, question, point)?;
    keys.check_types(catalog);
    Ok(keys)
}

fn all_keys(
    world: &World,
    request: &Request<'_>,
    question: &Question<'_>,
    point: Option<&Point<'_>>,
) -> Result<Keys, Malformed> {
    let mut keys = Keys::default();
    let complete = request.context.is_complete();
    for entry in request.context.entries() {
        // R149: on whose behalf a service calls is no matter of other callers.
        if complete || question.caller.who == Who::Service || !is_of_services(entry.key) {
            keys.entry(entry)?;
        }
    }
    if complete {
        return Ok(keys);
    }
    for entry in request.extras().session.keys {
        // R151: each compartment has its own keys.
        if !is_session_key(entry.key) {
            return Err(Malformed);
        }
        keys.entry(entry)?;
    }
    times(request, &mut keys)?;
    session_keys(request, question, &mut keys);
    principal_keys(world, question, &mut keys)?;
    tags(request, question, &mut keys)?;
    resource_keys(world, question, &mut keys)?;
    target::keys(world, request, question, &mut keys)?;
    for (key, value) in point.iter().flat_map(|point| point.keys()) {
        keys.one(key, value)?;
    }
    Ok(keys)
}

/// The clock's time, and when the session was issued (R144, R146). Where a key was given, it is of the same instant (see
/// `request::check_times`); the engine's own text takes its place.
fn times(request: &Request<'_>, keys: &mut Keys) -> Result<(), Malformed> {
    let epoch = jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0);
    let iso = |seconds| match epoch.checked_add(jiff::SignedDuration::from_secs(seconds)) {
        Ok(time) => Ok(format!("{time}Z")),
        Err(_) => Err(Malformed),
    };
    let mut derive = |key: &str, text: String| keys.replace(key, Content::One(text));
    if let Some(now) = request.extras().now {
        derive("aws:CurrentTime", iso(now)?);
        derive("aws:EpochTime", now.to_string());
    }
    if let Some(issued) = request.extras().session.issued {
        derive("aws:TokenIssueTime", iso(issued)?);
    }
    Ok(())
}

/// What AWS has of every such session is there, though nobody may say what it is (R146).
fn session_keys(request: &Request<'_>, question: &Question<'_>, keys: &mut Keys) {
    let who = question.caller.who;
    let mut always = |key: &str| {
        if !keys.map.contains_key(&key.to_ascii_lowercase()) {
            keys.is_unknown(key);
        }
    };
    match who {
        Who::RoleSession { .. } | Who::FederatedUser { .. } => always("aws:TokenIssueTime"),
        // With an issue time they have credentials of `GetSessionToken`.
        Who::User { .. } | Who::Root if request.extras().session.issued.is_some() => {
            always("aws:MultiFactorAuthPresent");
        }
        _ => {}
    }
}

fn principal_keys(world: &World, question: &Question<'_>, keys: &mut Keys) -> Result<(), Malformed> {
    let caller = &question.caller;
    // R145: signed requests have it; sessions of a role have the role's ARN with its path.
    if let Some(arn) = principal_arn(question) {
        keys.one("aws:PrincipalArn", arn)?;
    }
    // R144: unsigned requests have one, too.
    let account = match caller.who {
        Who::Anonymous | Who::Provider => Some("anonymous"),
        _ => caller.account,
    };
    if let Some(account) = account {
        keys.one("aws:PrincipalAccount", account)?;
    }
    // R144
    let kind = match caller.who {
        Who::Anonymous | Who::Provider => Some("Anonymous"),
        Who::Root => Some("Account"),
        Who::User { .. } => Some("User"),
        Who::RoleSession { .. } => Some("AssumedRole"),
        Who::FederatedUser { .. } => Some("FederatedUser"),
        Who::Service => None,
    };
    if let Some(kind) = kind {
        keys.one("aws:PrincipalType", kind)?;
    }
    user_id_key(question, keys)?;
    // R146: users only.
    if let Who::User { name } = caller.who {
        keys.one("aws:username", name)?;
    }
    // R148: only in an organization.
    if let Some(account) = member(world, caller.account) {
        organization_keys(world, account, "aws:Principal", keys)?;
    }
    // R149
    if caller.is_authenticated() {
        let service = caller.who == Who::Service;
        keys.one("aws:PrincipalIsAWSService", if caller.is_aws_service() { "true" } else { "false" })?;
        if service {
            keys.one("aws:PrincipalServiceName", caller.text)?;
            let names = Content::Many(vec![caller.text.to_owned()]);
            keys.insert("aws:PrincipalServiceNamesList", names)?;
        }
    }
    Ok(())
}

/// R149: keys of requests that services make.
fn is_of_services(key: &str) -> bool {
    ["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths"]
        .iter()
        .any(|k| k.eq_ignore_ascii_case(key))
}

/// R145. A session's ARN has its role's name without path; a role that is not declared is taken to have none.
fn principal_arn(question: &Question<'_>) -> Option<String> {
    let caller = &question.caller;
    match caller.who {
        Who::Anonymous | Who::Service | Who::Provider => None,
        Who::RoleSession { role, session: Some(_) } => Some(match (caller.identity, caller.account) {
            (Some(declared), _) => declared.arn.to_string(),
            (None, account) => format!("arn:{}:iam::{}:role/{role}", caller.partition, account?),
        }),
        Who::Root | Who::User { .. } | Who::RoleSession { .. } | Who::FederatedUser { .. } => {
            Some(caller.text.to_owned())
        }
    }
}

/// `aws:userid`: derived, or else what the session says, or else not known; what the session says must fit what is known.
fn user_id_key(question: &Question<'_>, keys: &mut Keys) -> Result<(), Malformed> {
    let caller = &question.caller;
    let unique = caller.identity.and_then(|i| i.unique_id.as_deref());
    let said = match keys.map.get("aws:userid") {
        None => None,
        Some(Content::One(id)) => Some(id.as_str()),
        Some(Content::Many(_)) => return Err(Malformed),
    };
    let fits = |id: &str| !id.is_empty() && unique.is_none_or(|own| own == id);
    let well_said = |id: &str| match caller.who {
        Who::User { .. } => fits(id) && !id.contains(':'),
        Who::RoleSession { session: Some(session), .. } => {
            id.strip_suffix(&format!(":{session}")).is_some_and(fits)
        }
        Who::RoleSession { session: None, .. } => {
            id.split_once(':').is_some_and(|(id, session)| fits(id) && !session.is_empty())
        }
        _ => false,
    };
    match (user_id(question), said) {
        (Some(derived), Some(said)) if derived != said => Err(Malformed),
        (Some(derived), _) => {
            keys.replace("aws:userid", Content::One(derived));
            Ok(())
        }
        (None, Some(said)) => well_said(said).then_some(()).ok_or(Malformed),
        (None, None) => {
            if matches!(caller.who, Who::User { .. } | Who::RoleSession { .. }) {
                keys.is_unknown("aws:userid");
            }
            Ok(())
        }
    }
}

/// `aws:userid`, as far as the unique ids are known (R144).
fn user_id(question: &Question<'_>) -> Option<String> {
    let caller = &question.caller;
    let unique = caller.identity.and_then(|i| i.unique_id.as_deref());
    match caller.who {
        Who::Root => caller.account.map(str::to_owned),
        Who::User { .. } => unique.map(str::to_owned),
        Who::RoleSession { session, .. } => Some(format!("{}:{}", unique?, session?)),
        Who::FederatedUser { name, .. } => Some(format!("{}:{name}", caller.account?)),
        Who::Anonymous => Some("anonymous".to_owned()),
        Who::Service | Who::Provider => None,
    }
}

/// R129, R150: tags of the user or role, for a federated-user session of its issuer; session tags override them
/// whatever their case.
fn tags(request: &Request<'_>, question: &Question<'_>, keys: &mut Keys) -> Result<(), Malformed> {
    let session = request.extras().session.tags;
    for (key, value) in session {
        keys.one(&format!("aws:PrincipalTag/{key}"), *value)?;
    }
    let declared = question.caller.identity.map_or(&[][..], |i| &i.tags);
    for (key, value) in declared {
        if !session.iter().any(|(k, _)| k.eq_ignore_ascii_case(key)) {
            keys.one(&format!("aws:PrincipalTag/{key}"), &**value)?;
        }
    }
    Ok(())
}

fn resource_keys(world: &World, question: &Question<'_>, keys: &mut Keys) -> Result<(), Malformed> {
    let Some(account) = question.known_resource_account else { return Ok(()) };
    keys.one("aws:ResourceAccount", account)?;
    match member(world, Some(account)) {
        Some(account) => organization_keys(world, account, "aws:Resource", keys),
        None => Ok(()),
    }
}

/// `…OrgID` and the multivalued `…OrgPaths` (R148).
fn organization_keys(
    world: &World,
    account: &Account,
    prefix: &str,
    keys: &mut Keys,
) -> Result<(), Malformed> {
    let Some(organization) = &world.organization else { return Ok(()) };
    keys.one(&format!("{prefix}OrgID"), &*organization.id)?;
    keys.insert(&format!("{prefix}OrgPaths"), Content::Many(vec![account.org_path.to_string()]))
}

fn member<'a>(world: &'a World, account: Option<&str>) -> Option<&'a Account> {
    world.accounts.iter().find(|a| a.in_organization && account == Some(&*a.id))
}

/// Whether `role` (an ARN with path) is the role of this session (R80): partition, account and name; the whole
/// ARN where the caller gave one.
pub(super) fn is_session_of(question: &Question<'_>, role: &str) -> bool {
    let caller = &question.caller;
    match caller.who {
        Who::RoleSession { session: None, .. } => caller.text == role,
        Who::RoleSession { role: name, session: Some(_) } => Arn::split(role).is_some_and(|arn| {
            arn.partition == caller.partition
                && Some(arn.account) == caller.account
                && arn.service == "iam"
                && arn.rest.strip_prefix("role/").and_then(|path| path.rsplit('/').next()) == Some(name)
        }),
        _ => false,
    }
}
