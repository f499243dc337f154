//! What a request asks: who calls, what, on which resource, and whose the resource is. Everything here is read
//! from the request's text and the estate's names; no statement is looked at.

use super::values::instant;
use crate::catalog::Catalog;
use crate::hir::{AccessPoint, Identity, IdentityKind, Policy, PolicyId, PolicyKind, ResourcePolicy, World};
use tabella_runtime::{Request, Session, Values, limits};

/// The request can't be understood; it is denied (R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// An ARN in its six parts; the sixth may hold more colons (R66).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub partition: &'a str,
    pub service: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    pub rest: &'a str,
}

impl<'a> Arn<'a> {
    pub(super) fn split(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, rest) = (parts.next()?, parts.next()?, parts.next()?);
        (scheme == "arn").then_some(Arn { partition, service, region, account, rest })
    }

    /// Whether a resource can have it: something is of a partition and a service, and what begins like an account is one.
    fn is_of_one_thing(&self) -> bool {
        let named = !self.partition.is_empty() && !self.service.is_empty();
        named && (is_account(self.account) || !self.account.starts_with(|c: char| c.is_ascii_digit()))
    }
}

/// The kinds of callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who<'a> {
    /// `*` (R37).
    Anonymous,
    /// A service on its own behalf (R38).
    Service,
    /// Nobody yet: an identity provider vouches for the caller (R126).
    Provider,
    /// An account's root user (R8).
    Root,
    /// An IAM user.
    User { name: &'a str },
    /// A session of a role: the role's name without path, and the session's name. A role's own ARN stands for a
    /// session whose name is not known.
    RoleSession { role: &'a str, session: Option<&'a str> },
    /// A `GetFederationToken` session (R17, R18, R27).
    FederatedUser { name: &'a str, issuer: Option<&'a str> },
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller<'a> {
    /// The principal as the request has it.
    pub text: &'a str,
    /// Its kind.
    pub who: Who<'a>,
    /// Partition of its ARN.
    pub partition: &'a str,
    /// Its account; none for anonymous callers, services and identity providers.
    pub account: Option<&'a str>,
    /// The declared user or role whose permissions it has; for a federated-user session the user that asked for
    /// it. `None`: not declared, so it has no identity policies and no boundary.
    pub identity: Option<&'a Identity>,
}

impl Caller<'_> {
    /// A service of AWS (R82); other dotted names are services of one's own.
    pub(super) fn is_aws_service(&self) -> bool {
        self.who == Who::Service && is_of_aws(self.text)
    }

    /// A principal that signed the request with credentials of its own.
    pub(super) fn is_authenticated(&self) -> bool {
        !matches!(self.who, Who::Anonymous | Who::Provider)
    }

    /// R6: no principal has a name of more than 128 bytes, half of which AWS allows; nor a partition of 64.
    fn has_sane_names(&self) -> bool {
        let names = match self.who {
            Who::User { name } | Who::FederatedUser { name, .. } => [name, ""],
            Who::RoleSession { role, session } => [role, session.unwrap_or_default()],
            Who::Anonymous | Who::Service | Who::Provider | Who::Root => ["", ""],
        };
        let unique = self.identity.and_then(|i| i.unique_id.as_ref()).map_or(0, |id| id.len());
        if matches!(self.who, Who::FederatedUser { issuer: Some(issuer), .. } if issuer.len() > limits::PRINCIPAL_BYTES)
        {
            return false;
        }
        names.iter().all(|n| n.len() <= 128) && self.partition.len() <= 64 && unique <= 127
    }

    /// R137: a role whose permissions are the service's business.
    pub(super) fn is_service_linked(&self) -> bool {
        self.identity.is_some_and(|i| i.service_linked)
    }
}

/// The whole question.
#[derive(Clone, Debug)]
pub(super) struct Question<'a> {
    pub caller: Caller<'a>,
    /// `service:Name` as the request has it; compared ignoring ASCII case (R60).
    pub action: &'a str,
    /// The resource, `*` for actions without resource-level permissions (R65).
    pub resource: &'a str,
    /// The request itself names `*`, no particular resource.
    pub names_all: bool,
    /// The action supports no resource-level permissions (R65).
    pub wildcard_only: bool,
    /// Who owns the resource; `None` when nothing says so and the caller's account is not of the estate either.
    pub resource_account: Option<&'a str>,
    /// The same without the last resort, the caller's own account: what `aws:ResourceAccount` is derived from.
    pub known_resource_account: Option<&'a str>,
    /// Documents that govern the resource, in the order of the estate; they act as one set.
    pub resource_policies: Vec<(PolicyId, &'a Policy)>,
    /// Documents of the endpoint the request came through; `None` = no endpoint, or one without a policy.
    pub endpoint: Option<Vec<(PolicyId, &'a Policy)>>,
    /// Session policies; `None` = none were passed.
    pub session_policies: Option<Vec<(PolicyId, &'a Policy)>>,
}

/// Reads the request against the estate.
pub(super) fn understand<'a>(
    world: &'a World,
    catalog: &Catalog,
    request: &Request<'a>,
) -> Result<Question<'a>, Malformed> {
    check_action(request.action)?;
    check_lengths(request)?;
    let caller = caller(world, request)?;
    if !caller.has_sane_names() {
        return Err(Malformed);
    }
    if !may_make(&caller, request) || is_for_aws_only(request, &caller) {
        return Err(Malformed);
    }
    let extras = request.extras();
    if extras.endpoint.is_some_and(|id| !is_endpoint(id) || came_otherwise(request, id)) {
        return Err(Malformed);
    }
    check_times(request, &caller)?;
    let wildcard_only = catalog.is_wildcard_only(request.action);
    let resource = if wildcard_only { "*" } else { request.resource };
    // R66: six parts; `*` stands for "no particular resource".
    if request.resource != "*" && !Arn::split(request.resource).is_some_and(|arn| arn.is_of_one_thing()) {
        return Err(Malformed);
    }
    if extras.resource_account.is_some_and(|a| !is_account(a)) {
        return Err(Malformed);
    }
    let governing = |resource: &str| {
        let mut governing: Vec<_> = world
            .resource_policies
            .iter()
            .filter_map(|r| Some((r, world.policies.get(r.policy.index())?)))
            .filter(|(r, policy)| governs(&r.resource, policy.kind, resource, request.action))
            .collect();
        // The policy of the resource itself before that of what it lies in. No two accounts own one resource; should
        // an estate built by a program say so, the lesser digits count.
        let owner =
            |r: &ResourcePolicy| r.account.and_then(|a| world.accounts.get(a.index())).map(|a| &*a.id);
        governing.sort_by_key(|(r, _)| (std::cmp::Reverse(r.resource.len()), owner(r)));
        governing
    };
    // An access point says whose its bucket is. What lies in a bucket is governed before the bucket.
    let of_bucket = |resource: &str| {
        let declared = |digits: &&str| world.accounts.iter().any(|a| *a.id == **digits);
        let of = |p: &&AccessPoint| governs(&p.bucket, PolicyKind::Resource, resource, request.action);
        world.access_points.iter().filter(of).map(|p| &*p.owner).filter(declared).min()
    };
    // R73: whose it is does not depend on what is matched against (R65).
    let of_arn = request.resource.split(':').nth(4).filter(|a| is_account(a));
    let of_policy = || {
        let account = governing(request.resource).iter().find_map(|(r, _)| r.account)?;
        Some(&*world.accounts.get(account.index())?.id)
    };
    let named = of_arn.or_else(of_policy).or_else(|| of_bucket(request.resource));
    // R73: nobody owns what the ARN, or the policy that governs it, says another does.
    if extras.resource_account.zip(named).is_some_and(|(said, named)| said != named) {
        return Err(Malformed);
    }
    let known_resource_account = extras.resource_account.or(named);
    // R73: as a last resort the caller's account is taken, if it is one of the estate's.
    let own = caller.account.filter(|own| world.accounts.iter().any(|a| *a.id == **own));
    Ok(Question {
        caller,
        action: request.action,
        resource,
        names_all: request.resource == "*",
        wildcard_only,
        resource_account: known_resource_account.or(own),
        known_resource_account,
        resource_policies: governing(resource).into_iter().map(|(r, policy)| (r.policy, policy)).collect(),
        endpoint: extras.endpoint.and_then(|id| endpoint_policies(world, id)),
        session_policies: session_policies(world, &extras.session)?,
    })
}

/// Temporary credentials hold from their issue time to their end, by the one clock of the request (R6).
fn check_times(request: &Request<'_>, caller: &Caller<'_>) -> Result<(), Malformed> {
    let extras = request.extras();
    // No clock shows the first day of 1970 but one that was never set; a year has four digits.
    let (first, last) = (86_400, 253_402_300_799);
    let is_set = |at: i64| at >= first && at <= last;
    if let Some(now) = extras.now {
        let is_time = |key: &str| ["aws:currenttime", "aws:epochtime"].contains(&&*key.to_ascii_lowercase());
        let times = request.context.entries().iter().filter(|e| is_time(e.key));
        if !is_set(now) || times.map(|e| &e.values).any(|values| !is_at(values, now)) {
            return Err(Malformed);
        }
    }
    let session = &extras.session;
    let (issued, expires) = match (session.issued, session.expires) {
        (None, None) => return Ok(()),
        (Some(issued), Some(expires)) if issued < expires && is_set(issued) => (issued, expires),
        _ => return Err(Malformed),
    };
    // Services sign as themselves; the anonymous and those with a provider's word have no credentials.
    if matches!(caller.who, Who::Service | Who::Provider | Who::Anonymous) {
        return Err(Malformed);
    }
    let mut keys = session.keys.iter().filter(|e| e.key.eq_ignore_ascii_case("aws:TokenIssueTime"));
    if !keys.all(|e| is_at(&e.values, issued)) {
        return Err(Malformed);
    }
    match extras.now {
        Some(now) if issued <= now && now < expires => Ok(()),
        _ => Err(Malformed),
    }
}

/// One value that is this instant.
fn is_at(values: &Values<'_>, seconds: i64) -> bool {
    match values {
        Values::One(text) => instant(text).is_some_and(|at| at.seconds == seconds && at.nanos == 0),
        Values::Many(_) => false,
    }
}

/// One concrete action: `prefix:Name` without wildcards, a second colon, or any blank or control character (R63).
fn check_action(action: &str) -> Result<(), Malformed> {
    let (prefix, name) = action.split_once(':').ok_or(Malformed)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | '?' | ':');
    // R6: what is longer than any action's name is no action.
    if action.len() > 256 {
        return Err(Malformed);
    }
    if prefix.is_empty() || name.is_empty() || prefix.contains(odd) || name.contains(odd) {
        return Err(Malformed);
    }
    Ok(())
}

/// What IAM and STS refuse to everybody, whatever policies say.
fn is_for_aws_only(request: &Request<'_>, caller: &Caller<'_>) -> bool {
    const LINKED: &str = "role/aws-service-role/";
    // What else `UpdateRole` changes beside a description can't be seen, so the call is refused.
    const CHANGES: [&str; 12] = [
        "CreateRole",
        "DeleteRole",
        "UpdateRole",
        "UpdateAssumeRolePolicy",
        "AttachRolePolicy",
        "DetachRolePolicy",
        "PutRolePolicy",
        "DeleteRolePolicy",
        "PutRolePermissionsBoundary",
        "DeleteRolePermissionsBoundary",
        "AddRoleToInstanceProfile",
        "RemoveRoleFromInstanceProfile",
    ];
    const DESCRIBES: [&str; 3] = ["UpdateRoleDescription", "TagRole", "UntagRole"];
    const OF_POLICIES: [&str; 6] = [
        "CreatePolicyVersion",
        "DeletePolicyVersion",
        "SetDefaultPolicyVersion",
        "DeletePolicy",
        "TagPolicy",
        "UntagPolicy",
    ];
    let Some(arn) = Arn::split(request.resource).filter(|arn| arn.service == "iam") else { return false };
    let Some((prefix, name)) = request.action.split_once(':') else { return false };
    let is_one = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    if prefix.eq_ignore_ascii_case("sts") && !request.context.is_complete() {
        // R137: a service-linked role is its service's, which the path names.
        let Some((service, _)) = arn.rest.strip_prefix(LINKED).map(|r| r.split_once('/').unwrap_or(("", r)))
        else {
            return false;
        };
        return caller.who != Who::Service || caller.text != service;
    }
    if !prefix.eq_ignore_ascii_case("iam") {
        return false;
    }
    // R137, R138
    let reserved = arn.rest.starts_with("role/aws-reserved/");
    let changed = is_one(&CHANGES) && (reserved || arn.rest.starts_with(LINKED));
    let described = is_one(&DESCRIBES) && reserved;
    let managed = is_one(&OF_POLICIES) && arn.account == "aws" && arn.rest.starts_with("policy/");
    changed || described || managed
}

/// R6: what is beyond the limits of a request is malformed. The context is not made at all if it is.
fn check_lengths(request: &Request<'_>) -> Result<(), Malformed> {
    let extras = request.extras();
    let Session { tags, keys, policies, .. } = extras.session;
    let colons = request.resource.split(':').count() - 1;
    let within = request.resource.len() <= limits::RESOURCE_BYTES
        && (colons <= limits::RESOURCE_COLONS || request.resource.len() <= limits::SHORT_RESOURCE_BYTES)
        && request.principal.len() <= limits::PRINCIPAL_BYTES
        && tags.len() <= limits::SESSION_TAGS
        && tags
            .iter()
            .all(|(key, value)| key.len() <= limits::KEY_BYTES && value.len() <= limits::VALUE_BYTES)
        && keys.len() <= limits::SESSION_KEYS
        && keys.iter().all(limits::is_entry)
        && policies.is_none_or(|names| names.len() <= limits::SESSION_POLICIES)
        && extras.endpoint.is_none_or(|id| id.len() <= limits::ENDPOINT_BYTES);
    if within { Ok(()) } else { Err(Malformed) }
}

/// Twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn caller<'a>(world: &'a World, request: &Request<'a>) -> Result<Caller<'a>, Malformed> {
    let text = request.principal;
    let nobody = |who| Caller { text, who, partition: "", account: None, identity: None };
    if text == "*" {
        return Ok(nobody(Who::Anonymous));
    }
    if !text.starts_with("arn:") {
        return name(text, request.action).map(nobody);
    }
    let arn = Arn::split(text).ok_or(Malformed)?;
    // Principals are in no region.
    if arn.partition.is_empty() || !arn.region.is_empty() || !is_account(arn.account) {
        return Err(Malformed);
    }
    let (kind, path) = arn.rest.split_once('/').unwrap_or((arn.rest, ""));
    let name = path.rsplit('/').next().unwrap_or(path);
    let named =
        |who, identity| Caller { text, who, partition: arn.partition, account: Some(arn.account), identity };
    match (arn.service, kind) {
        ("iam", "root") if path.is_empty() && arn.rest == "root" => Ok(named(Who::Root, None)),
        ("iam", "oidc-provider" | "saml-provider") if !path.is_empty() => Ok(nobody(Who::Provider)),
        ("iam", "user") if !name.is_empty() => {
            Ok(named(Who::User { name }, by_arn(world, IdentityKind::User, text)))
        }
        ("iam", "role") if !name.is_empty() => {
            Ok(named(Who::RoleSession { role: name, session: None }, by_arn(world, IdentityKind::Role, text)))
        }
        ("sts", "assumed-role") => {
            // R80: the session's ARN has the role's name without its path.
            let (role, session) = path.split_once('/').ok_or(Malformed)?;
            if role.is_empty() || session.is_empty() || session.contains('/') {
                return Err(Malformed);
            }
            let identity = role_by_name(world, arn.partition, arn.account, role);
            Ok(named(Who::RoleSession { role, session: Some(session) }, identity))
        }
        ("sts", "federated-user") if !path.is_empty() => {
            let issuer = request.extras().session.issuer;
            // R17: users of another account ask for no session here.
            let own = |i: &str| {
                let issuer = Arn::split(i);
                issuer.is_some_and(|i| i.partition == arn.partition && i.account == arn.account)
            };
            if issuer.is_some_and(|i| !own(i)) {
                return Err(Malformed);
            }
            let identity = issuer.and_then(|i| by_arn(world, IdentityKind::User, i));
            Ok(named(Who::FederatedUser { name: path, issuer }, identity))
        }
        // R85: groups among others.
        _ => Err(Malformed),
    }
}

/// A caller without ARN: a service principal or a well-known identity provider. Both have dotted names (R82, R83);
/// everything else, account numbers and unique ids among them, can't call.
fn name<'a>(text: &str, action: &str) -> Result<Who<'a>, Malformed> {
    const WELL_KNOWN: [&str; 4] =
        ["cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"];
    if !text.contains('.') || text.contains(|c: char| c.is_ascii_whitespace() || c == ':') {
        return Err(Malformed);
    }
    let is = |actions: &[&str]| actions.iter().any(|a| a.eq_ignore_ascii_case(action));
    // R126: nobody has credentials yet. R127, R128: what goes with such a call is asked of the provider, too.
    let unauthenticated = is_federated_call(action);
    let beside = is(&["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]);
    let of_aws = is_of_aws(text);
    let known = WELL_KNOWN.contains(&text);
    // Cognito is a provider and, outside of these calls, a service.
    let provider = unauthenticated || (beside && (known || !of_aws)) || (known && !of_aws);
    Ok(if provider { Who::Provider } else { Who::Service })
}

/// Whether a caller of this kind can make such a call at all.
fn may_make(caller: &Caller<'_>, request: &Request<'_>) -> bool {
    let is = |actions: &[&str]| actions.iter().any(|a| a.eq_ignore_ascii_case(request.action));
    match caller.who {
        // R126: a provider vouches for one call, and for what is asked for beside it (R127, R128).
        Who::Provider if is(&["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]) => true,
        Who::Provider => {
            let saml = caller.text.starts_with("arn:") && caller.text.contains(":saml-provider/");
            is(&[if saml { "sts:AssumeRoleWithSAML" } else { "sts:AssumeRoleWithWebIdentity" }])
        }
        // Nobody signs these calls: it takes a provider's word to make them.
        _ if is_federated_call(request.action) => false,
        // R123: STS takes no root user's credentials for this.
        Who::Root if is(&["sts:AssumeRole"]) => false,
        // R136: with temporary credentials there is no such call.
        _ if is(&["sts:GetSessionToken"]) => has_long_term_credentials(caller, &request.extras().session),
        _ => true,
    }
}

/// A user or root user, unless something is said of a session.
fn has_long_term_credentials(caller: &Caller<'_>, session: &Session<'_>) -> bool {
    let of_session = |key: &str| {
        ["aws:TokenIssueTime", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"]
            .iter()
            .any(|k| k.eq_ignore_ascii_case(key))
    };
    matches!(caller.who, Who::User { .. } | Who::Root)
        && session.issued.is_none()
        && !session.keys.iter().any(|e| of_session(e.key))
}

/// R126: made by whoever has an assertion or a token, without credentials.
fn is_federated_call(action: &str) -> bool {
    ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"].iter().any(|a| a.eq_ignore_ascii_case(action))
}

/// R82: the names that AWS gives its services.
fn is_of_aws(text: &str) -> bool {
    text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn")
}

/// R51: ids of endpoints are `vpce-` and lower-case letters, digits and hyphens.
fn is_endpoint(id: &str) -> bool {
    let plain = |c| matches!(c, 'a'..='z' | '0'..='9' | '-');
    id.strip_prefix("vpce-").is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain))
}

/// R147: the service says that the request came through no endpoint, or through another.
fn came_otherwise(request: &Request<'_>, endpoint: &str) -> bool {
    request.context.entries().iter().any(|e| {
        e.key.eq_ignore_ascii_case("aws:SourceIp")
            || (e.key.eq_ignore_ascii_case("aws:SourceVpce") && e.values != Values::One(endpoint))
    })
}

/// R79: by the whole ARN, case and path included.
fn by_arn<'a>(world: &'a World, kind: IdentityKind, arn: &str) -> Option<&'a Identity> {
    world.identities.iter().find(|i| i.kind == kind && &*i.arn == arn)
}

fn role_by_name<'a>(world: &'a World, partition: &str, account: &str, name: &str) -> Option<&'a Identity> {
    world.identities.iter().find(|i| {
        let of_account = Arn::split(&i.arn).is_some_and(|a| a.partition == partition && a.account == account);
        i.kind == IdentityKind::Role && of_account && &*i.name == name
    })
}

/// Whether a policy attached to `owner` is consulted for a request on `resource`.
fn governs(owner: &str, kind: PolicyKind, resource: &str, action: &str) -> bool {
    if kind == PolicyKind::Trust {
        // R122: a trust policy speaks of assuming exactly its role.
        return resource == owner && is_service(action, "sts");
    }
    match resource.strip_prefix(owner) {
        Some(rest) => rest.is_empty() || rest.starts_with(['/', ':']),
        None => false,
    }
}

/// Whether the action belongs to the service with this prefix.
pub(super) fn is_service(action: &str, prefix: &str) -> bool {
    action.split_once(':').is_some_and(|(p, _)| p.eq_ignore_ascii_case(prefix))
}

fn endpoint_policies<'a>(world: &'a World, id: &str) -> Option<Vec<(PolicyId, &'a Policy)>> {
    let of_id: Vec<_> = world
        .endpoints
        .iter()
        .filter(|e| &*e.id == id)
        .filter_map(|e| Some((e.policy, world.policies.get(e.policy.index())?)))
        .collect();
    (!of_id.is_empty()).then_some(of_id)
}

/// R28: the policies that were passed; a name nobody declared is an error (R6), not an unlimited session.
fn session_policies<'a>(
    world: &'a World,
    session: &Session<'a>,
) -> Result<Option<Vec<(PolicyId, &'a Policy)>>, Malformed> {
    let Some(names) = session.policies else { return Ok(None) };
    let find = |name: &&str| {
        let place = world.policies.iter().position(|p| p.kind == PolicyKind::Session && &*p.name == *name);
        let place = place.ok_or(Malformed)?;
        let policy = world.policies.get(place).ok_or(Malformed)?;
        Ok((PolicyId(place as u32), policy))
    };
    names.iter().map(find).collect::<Result<Vec<_>, _>>().map(Some)
}
