//! The estate of a case: the caller's account with its guardrails, the caller, and the documents in their
//! places. What the format leaves unsaid is filled in so that it has no say of its own.

use super::OwnedRequest;
use crate::diag::{Diagnostic, has_errors};
use crate::hir::{
    Account, AccountId, Endpoint, Identity, IdentityKind, Organization, Policy, PolicyId, PolicyKind,
    ResourcePolicy, Str, World, is_account_id,
};
use crate::json::{self, Node, NodeKind};
use crate::limits::Limits;
use crate::resolve;
use crate::source::Span;

/// Stands for the owner of a resource, or the account of a caller, when nobody is named.
const NOBODY: &str = "000000000000";
const ENDPOINT: &str = "vpce-case";

/// Reads the `policies` member and puts its documents where the request meets them. Names that the request needs
/// (session policies, endpoint, issuer) are written into it. The outer error says that it is no such member, the inner
/// one why a document in it was refused.
pub(super) fn build(
    node: &Node,
    request: &mut OwnedRequest,
    limits: &Limits,
) -> Result<Result<World, Vec<Diagnostic>>, Box<Diagnostic>> {
    let places = ["identity", "boundary", "session", "scp", "rcp", "resource", "endpoint"];
    super::object("`policies` of a case", node, &places)?;
    // Null is as good as nothing.
    let place = |key| node.get(key).filter(|n| n.kind != NodeKind::Null).map(|n| (key, n));
    let mut reader = Reader { limits, world: World::default(), refused: Vec::new() };
    let documents = Documents {
        identity: reader.list(place("identity"), PolicyKind::Identity)?.unwrap_or_default(),
        boundary: reader.list(place("boundary"), PolicyKind::Boundary)?,
        session: reader.list(place("session"), PolicyKind::Session)?,
        scps: reader.levels(place("scp"), PolicyKind::Scp)?,
        rcps: reader.levels(place("rcp"), PolicyKind::Rcp)?,
        resource: reader.one(place("resource"), resource_kind(request))?,
        endpoint: reader.one(place("endpoint"), PolicyKind::Endpoint)?,
    };
    if has_errors(&reader.refused) {
        return Ok(Err(reader.refused));
    }
    let mut world = reader.world;
    documents.place(&mut world, request);
    Ok(Ok(world))
}

/// For `sts` calls on a role the resource's policy is the role's trust policy (R122).
fn resource_kind(request: &OwnedRequest) -> PolicyKind {
    let sts = request.action.split_once(':').is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case("sts"));
    let mut parts = request.resource.splitn(6, ':').skip(2);
    let role = parts.next() == Some("iam") && parts.nth(2).is_some_and(|rest| rest.starts_with("role/"));
    if sts && role { PolicyKind::Trust } else { PolicyKind::Resource }
}

/// The documents of a case, by place.
struct Documents {
    identity: Vec<PolicyId>,
    boundary: Option<Vec<PolicyId>>,
    session: Option<Vec<PolicyId>>,
    scps: Option<Vec<Vec<PolicyId>>>,
    rcps: Option<Vec<Vec<PolicyId>>>,
    resource: Option<PolicyId>,
    endpoint: Option<PolicyId>,
}

impl Documents {
    fn place(self, world: &mut World, request: &mut OwnedRequest) {
        let part = |text: &str| text.split(':').nth(4).filter(|a| is_account_id(a)).map(str::to_owned);
        let caller = part(&request.principal);
        // The caller's account owns the resource when nobody else does.
        let owner = request.resource_account.clone().or_else(|| part(&request.resource)).or(caller.clone());
        let owner = owner.unwrap_or_else(|| NOBODY.to_owned());
        let caller = caller.unwrap_or_else(|| owner.clone());
        let organized = self.scps.is_some() || self.rcps.is_some();
        if organized {
            world.organization = Some(Organization { id: "o-case".into(), root_id: "r-case".into() });
        }
        let callers = account(world, &caller, organized);
        let owners = account(world, &owner, organized);
        if let Some(a) = world.accounts.get_mut(callers.index()) {
            a.scps = self.scps;
        }
        if let Some(a) = world.accounts.get_mut(owners.index()) {
            a.rcps = self.rcps;
        }
        if let Some(mut identity) = identity(request, callers) {
            identity.policies = self.identity;
            identity.boundary = self.boundary;
            world.identities.push(identity);
        }
        request.session_policies = self.session.map(|ids| {
            ids.iter().filter_map(|id| world.policies.get(id.index())).map(|p| p.name.to_string()).collect()
        });
        if let Some(policy) = self.resource {
            let resource: Str = request.resource.as_str().into();
            if let Some(document) = world.policies.get_mut(policy.index()) {
                crate::resolve::short_forms(document, std::slice::from_ref(&resource));
            }
            world.resource_policies.push(ResourcePolicy { resource, account: Some(owners), policy });
        }
        if let Some(policy) = self.endpoint {
            world.endpoints.push(Endpoint { id: ENDPOINT.into(), account: None, policy });
            request.endpoint = Some(ENDPOINT.to_owned());
        }
    }
}

/// The account with these digits; declared if it is not yet.
fn account(world: &mut World, id: &str, in_organization: bool) -> AccountId {
    let place = world.accounts.iter().position(|a| &*a.id == id).unwrap_or_else(|| {
        world.accounts.push(Account {
            name: id.into(),
            id: id.into(),
            in_organization,
            management: false,
            org_path: if in_organization { "o-case/r-case/".into() } else { "".into() },
            scps: None,
            rcps: None,
            span: Span::NONE,
        });
        world.accounts.len() - 1
    });
    AccountId(place as u32)
}

/// The user or role that the caller is, or is a session of. A federated-user session gets an issuer, since its
/// identity policies are those of a user. Root users, services and anonymous callers have no identity.
fn identity(request: &mut OwnedRequest, account: AccountId) -> Option<Identity> {
    let principal = request.principal.clone();
    let (head, rest) = principal.rsplit_once(':')?;
    let (kind, path) = rest.split_once('/')?;
    let of_iam = || head.replacen(":sts:", ":iam:", 1);
    let (kind, arn) = match kind {
        "user" => (IdentityKind::User, principal.clone()),
        "role" => (IdentityKind::Role, principal.clone()),
        "assumed-role" => (IdentityKind::Role, format!("{}:role/{}", of_iam(), path.split('/').next()?)),
        "federated-user" => (IdentityKind::User, format!("{}:user/issuer-of-{path}", of_iam())),
        _ => return None,
    };
    if principal.contains(":federated-user/") {
        request.issuer = Some(arn.clone());
    }
    let (_, path) = arn.rsplit_once(':').and_then(|(_, rest)| rest.split_once('/'))?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    Some(Identity {
        kind,
        name: name.into(),
        path: if folder.is_empty() { "/".into() } else { format!("/{folder}/").into() },
        account,
        arn: arn.as_str().into(),
        unique_id: None,
        policies: Vec::new(),
        groups: Vec::new(),
        boundary: None,
        tags: Vec::new(),
        max_session: 3600,
        service_linked: false,
        trust: None,
        created: None,
        inline: Vec::new(),
        span: Span::NONE,
    })
}

/// Reads documents into the world's policies.
struct Reader<'l> {
    limits: &'l Limits,
    world: World,
    refused: Vec<Diagnostic>,
}

/// A member of `policies` with its name.
type Place<'n> = Option<(&'n str, &'n Node)>;

impl Reader<'_> {
    /// One document, or none.
    fn one(&mut self, place: Place<'_>, kind: PolicyKind) -> Result<Option<PolicyId>, Box<Diagnostic>> {
        place.map_or(Ok(None), |(name, node)| self.document(name, node, kind))
    }

    /// One document; `None` if it is refused. What is no object is no document.
    fn document(
        &mut self,
        name: &str,
        node: &Node,
        kind: PolicyKind,
    ) -> Result<Option<PolicyId>, Box<Diagnostic>> {
        if node.members().is_none() {
            return Err(super::wrong(&format!("a document of `{name}`"), "an object", node));
        }
        let (body, problems) = json::import::document(node, kind);
        self.refused.extend(problems);
        let Some(body) = body else { return Ok(None) };
        let name = format!("{}-{}", kind_word(kind), self.world.policies.len() + 1);
        let (policy, problems) = resolve::body(&body, kind, &name, self.limits);
        self.refused.extend(problems);
        Ok(policy.map(|policy| self.push(policy)))
    }

    fn push(&mut self, policy: Policy) -> PolicyId {
        let id = PolicyId(self.world.policies.len() as u32);
        self.world.policies.push(policy);
        id
    }

    /// A list of documents; `None` when there is no list.
    fn list(&mut self, place: Place<'_>, kind: PolicyKind) -> Result<Option<Vec<PolicyId>>, Box<Diagnostic>> {
        let Some((name, node)) = place else { return Ok(None) };
        let items = items(&format!("`{name}`"), "an array of documents", node)?;
        self.documents(name, items.iter(), kind).map(Some)
    }

    fn documents<'n>(
        &mut self,
        name: &str,
        nodes: impl Iterator<Item = &'n Node>,
        kind: PolicyKind,
    ) -> Result<Vec<PolicyId>, Box<Diagnostic>> {
        let read = nodes.map(|node| self.document(name, node, kind));
        read.filter_map(Result::transpose).collect()
    }

    /// Guardrails level by level. `RCPFullAWSAccess` is on every level of itself (R48), and no customer's RCP may
    /// allow, so that document is left out where a case writes it.
    fn levels(
        &mut self,
        place: Place<'_>,
        kind: PolicyKind,
    ) -> Result<Option<Vec<Vec<PolicyId>>>, Box<Diagnostic>> {
        let Some((name, node)) = place else { return Ok(None) };
        let levels = items(&format!("`{name}`"), "an array of levels", node)?.iter().map(|level| {
            let items = items(&format!("a level of `{name}`"), "an array of documents", level)?.iter();
            let own = items.filter(|item| kind != PolicyKind::Rcp || !is_full_access(item));
            self.documents(name, own, kind)
        });
        levels.collect::<Result<_, _>>().map(Some)
    }
}

fn items<'n>(what: &str, wanted: &str, node: &'n Node) -> Result<&'n [Node], Box<Diagnostic>> {
    node.items().ok_or_else(|| super::wrong(what, wanted, node))
}

/// `RCPFullAWSAccess`: one statement that allows everybody everything.
fn is_full_access(document: &Node) -> bool {
    let statement = document.get("Statement");
    let statement = match statement.and_then(Node::items) {
        Some([one]) => Some(one),
        Some(_) => None,
        None => statement,
    };
    let Some(members) = statement.and_then(Node::members) else { return false };
    let is = |key: &str, wanted: &str| {
        let value = members.iter().find(|m| &*m.key == key).and_then(|m| m.value.as_str());
        value == Some(wanted)
    };
    let known = |key: &str| matches!(key, "Sid" | "Effect" | "Principal" | "Action" | "Resource");
    is("Effect", "Allow")
        && is("Principal", "*")
        && is("Action", "*")
        && is("Resource", "*")
        && members.iter().all(|m| known(&m.key))
}

fn kind_word(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "identity",
        PolicyKind::Boundary => "boundary",
        PolicyKind::Session => "session",
        PolicyKind::Scp => "scp",
        PolicyKind::Rcp => "rcp",
        PolicyKind::Resource => "resource",
        PolicyKind::Trust => "trust",
        PolicyKind::Endpoint => "endpoint",
    }
}
