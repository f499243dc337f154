//! The gates in their order, and how their answers combine (sections A–F, M and N of the rules).

use super::derive::Keys;
use super::doubt::Doubt;
use super::matching::{self, Reach};
use super::request::{Arn, Question, Who};
use super::{Evaluation, Finding, Silent, conditions};
use crate::hir::{Account, Effect, Policy, PolicyId, World};
use tabella_runtime::{Decision, Gate, Outcome};

/// What the policies of one gate say.
#[derive(Clone, Debug, Default)]
struct Verdict {
    /// A `Deny` statement applies (R2).
    denied: bool,
    /// For each level, how far the widest `Allow` statement that applies reaches. Without principals every allow
    /// is [`Reach::Full`].
    levels: Vec<Option<Reach>>,
}

impl Verdict {
    /// R40: every level must allow; no level at all is nothing attached (R42).
    fn allowed(&self) -> bool {
        !self.levels.is_empty() && self.levels.iter().all(Option::is_some)
    }

    /// The reach of a gate with one level.
    fn reach(&self) -> Option<Reach> {
        self.levels.iter().copied().flatten().max()
    }
}

/// All gates that a request meets; `None` = there is no such gate for it.
#[derive(Clone, Debug, Default)]
struct Gates {
    rcp: Option<Verdict>,
    scp: Option<Verdict>,
    endpoint: Option<Verdict>,
    resource: Verdict,
    identity: Verdict,
    boundary: Option<Verdict>,
    session: Option<Verdict>,
}

/// Decides an understood request. `hopeful`: what is not known does not deny.
pub(super) fn decide(world: &World, question: &Question<'_>, keys: &Keys, hopeful: bool) -> Evaluation {
    // R136: whoever has credentials may ask who they are; services of one's own have none. A request for a session
    // token that gets here is one of a user or root user.
    let caller = &question.caller;
    let signs = caller.account.is_some() || caller.is_aws_service();
    let asks = |action: &str| question.action.eq_ignore_ascii_case(action);
    if asks("sts:GetCallerIdentity") && signs || asks("sts:GetSessionToken") {
        let decision = Decision { outcome: Outcome::Allow, gate: Gate::Always };
        return Evaluation { decision, findings: Vec::new(), silent: Vec::new(), unknown: None, side: None };
    }
    let mut desk = Desk { world, question, keys, hopeful, findings: Vec::new(), silent: Vec::new() };
    let gates = desk.gates();
    let decision = match explicit_deny(&gates) {
        Some(gate) => Decision { outcome: Outcome::ExplicitDeny, gate },
        None => match combine(question, &gates) {
            Ok(gate) => Decision { outcome: Outcome::Allow, gate },
            Err(gate) => Decision { outcome: Outcome::ImplicitDeny, gate },
        },
    };
    // Only an implicit deny is somebody's silence, and only that of the gate which had to be opened.
    let mut silent = desk.silent;
    silent.retain(|s| decision.outcome == Outcome::ImplicitDeny && s.gate == decision.gate);
    Evaluation { decision, findings: desk.findings, silent, unknown: None, side: None }
}

/// Where the documents are read.
struct Desk<'a> {
    world: &'a World,
    question: &'a Question<'a>,
    keys: &'a Keys,
    hopeful: bool,
    findings: Vec<Finding>,
    /// Of every gate.
    silent: Vec<Silent>,
}

impl<'a> Desk<'a> {
    /// Reads every document that has a say, in R5's order.
    fn gates(&mut self) -> Gates {
        let question = self.question;
        let caller = &question.caller;
        let rcp = self.rcp_levels().map(|levels| self.read(Gate::Rcp, &levels));
        let scp = self.scp_levels().map(|levels| self.read(Gate::Scp, &levels));
        let endpoint = question.endpoint.clone().map(|policies| self.read(Gate::Endpoint, &[policies]));
        let resource = self.read(Gate::Resource, std::slice::from_ref(&question.resource_policies));
        let identity = self.identity_policies();
        let identity = self.read(Gate::Identity, &[identity]);
        // R137: boundaries don't bind service-linked roles.
        let boundary = caller.identity.filter(|_| !caller.is_service_linked());
        let boundary = boundary.and_then(|i| i.boundary.as_ref()).map(|ids| self.policies(ids));
        let boundary = boundary.map(|policies| self.read(Gate::Boundary, &[policies]));
        let session = question.session_policies.clone().or(match caller.who {
            // R27: a federated-user session without session policies may nothing by its identity.
            Who::FederatedUser { .. } => Some(Vec::new()),
            _ => None,
        });
        // Only callers with an account have sessions.
        let session = session.filter(|_| caller.account.is_some());
        let session = session.map(|policies| self.read(Gate::Session, &[policies]));
        Gates { rcp, scp, endpoint, resource, identity, boundary, session }
    }

    /// Reads the documents of one gate: statements of a level are OR-ed, in no order (R3).
    fn read(&mut self, gate: Gate, levels: &[Vec<(PolicyId, &'a Policy)>]) -> Verdict {
        let mut verdict = Verdict::default();
        for (level, policies) in levels.iter().enumerate() {
            let mut widest = None;
            for (id, policy) in policies {
                for statement in 0..policy.statements.len() {
                    let Some((effect, reach)) = self.applies(policy, statement) else { continue };
                    self.findings.push(Finding { gate, side: None, level, policy: *id, statement, effect });
                    match effect {
                        Effect::Deny => verdict.denied = true,
                        Effect::Allow => widest = widest.max(Some(reach)),
                    }
                }
            }
            if widest.is_none() {
                self.silent.extend(policies.iter().map(|(policy, _)| Silent {
                    gate,
                    level,
                    policy: *policy,
                }));
            }
            verdict.levels.push(widest);
        }
        verdict
    }

    /// R4: principal and action and resource and condition.
    fn applies(&self, policy: &Policy, statement: usize) -> Option<(Effect, Reach)> {
        let statement = policy.statements.get(statement)?;
        let allows = statement.effect == Effect::Allow;
        let principals = statement.principals.as_ref();
        let doubt = Doubt::of(statement.effect, self.hopeful);
        let reach = matching::principals(principals, allows, policy.kind, self.question)?;
        let resources = statement.resources.as_ref();
        let applies = matching::actions(&statement.actions, self.question.action)
            && matching::resources(resources, policy.kind, self.question, self.keys, doubt)
            && conditions::holds(&statement.condition, self.keys, doubt);
        applies.then_some((statement.effect, reach))
    }

    fn policies(&self, ids: &[PolicyId]) -> Vec<(PolicyId, &'a Policy)> {
        ids.iter().filter_map(|id| Some((*id, self.world.policies.get(id.index())?))).collect()
    }

    /// Managed and inline policies of the user or role, then those of the user's groups; each once.
    fn identity_policies(&self) -> Vec<(PolicyId, &'a Policy)> {
        let Some(identity) = self.question.caller.identity else { return Vec::new() };
        let mut ids = identity.policies.clone();
        let groups = identity.groups.iter().filter_map(|g| self.world.groups.get(g.index()));
        for id in groups.flat_map(|group| &group.policies) {
            if !ids.contains(id) {
                ids.push(*id);
            }
        }
        self.policies(&ids)
    }

    /// R42, R43: SCPs bind users, roles and root users of member accounts, wherever the resource is (R36, R44).
    fn scp_levels(&self) -> Option<Vec<Vec<(PolicyId, &'a Policy)>>> {
        let caller = &self.question.caller;
        let account = self.account(caller.account)?;
        // R43: not the management account, not service-linked roles, nobody outside the organization.
        if !account.in_organization || account.management || caller.is_service_linked() {
            return None;
        }
        Some(account.scps.as_ref()?.iter().map(|level| self.policies(level)).collect())
    }

    /// R47: RCPs bind the resources of member accounts, whoever calls.
    fn rcp_levels(&self) -> Option<Vec<Vec<(PolicyId, &'a Policy)>>> {
        let account = self.account(self.question.resource_account)?;
        // R50
        let exempt = !account.in_organization
            || account.management
            || self.question.caller.is_service_linked()
            || self.question.action.eq_ignore_ascii_case("kms:RetireGrant");
        if exempt {
            return None;
        }
        Some(account.rcps.as_ref()?.iter().map(|level| self.policies(level)).collect())
    }

    fn account(&self, id: Option<&str>) -> Option<&'a Account> {
        self.world.accounts.iter().find(|a| id == Some(&*a.id))
    }
}

/// R2: the first gate, in R5's order, with a deny that applies.
fn explicit_deny(gates: &Gates) -> Option<Gate> {
    let in_order = [
        (Gate::Rcp, gates.rcp.as_ref()),
        (Gate::Scp, gates.scp.as_ref()),
        (Gate::Endpoint, gates.endpoint.as_ref()),
        (Gate::Resource, Some(&gates.resource)),
        (Gate::Identity, Some(&gates.identity)),
        (Gate::Boundary, gates.boundary.as_ref()),
        (Gate::Session, gates.session.as_ref()),
    ];
    in_order.iter().find(|(_, verdict)| verdict.is_some_and(|v| v.denied)).map(|(gate, _)| *gate)
}

/// Nothing denies: who allows, or which gate does not.
fn combine(question: &Question<'_>, gates: &Gates) -> Result<Gate, Gate> {
    // R48: RCPFullAWSAccess is on every level, so RCPs can only deny.
    let closed = |gate: &Option<Verdict>| gate.as_ref().is_some_and(|v| !v.allowed());
    // R40, R44: SCPs gate the request, whatever allows it.
    if closed(&gates.scp) {
        return Err(Gate::Scp);
    }
    // R51
    if closed(&gates.endpoint) {
        return Err(Gate::Endpoint);
    }
    let granted = gates.resource.reach();
    let caller = &question.caller;
    let Some(account) = caller.account else {
        // R37, R38, R126: no account, no identity policies; the resource's policy alone decides.
        return if granted.is_some() { Ok(Gate::Resource) } else { Err(Gate::Resource) };
    };
    let limits = || match (closed(&gates.boundary), closed(&gates.session)) {
        (true, _) => Err(Gate::Boundary),
        (false, true) => Err(Gate::Session),
        (false, false) => Ok(()),
    };
    let own = || own_side(question, gates).and_then(|gate| limits().map(|()| gate));
    if question.resource_account != Some(account) {
        // R32–R34: both accounts must allow; here any grant will do, and none is enough.
        return if granted.is_some() { own() } else { Err(Gate::Resource) };
    }
    // R12, R139: some resources' policies must allow even in the same account.
    if granted.is_none() && is_mandatory(question) {
        return Err(Gate::Resource);
    }
    match granted {
        // R14, R16, R18, R19, R22
        Some(Reach::Full) => Ok(Gate::Resource),
        // R15, R17, R24: boundary and session policy limit it; the identity policies can't add anything.
        Some(Reach::Limited) => limits().map(|()| Gate::Resource),
        // R11, R20: delegation; R13, R25, R26: the identity path.
        Some(Reach::Account) | None => own(),
    }
}

/// The principal's side before boundary and session policy: R8 for root users, else an identity policy (R10).
fn own_side(question: &Question<'_>, gates: &Gates) -> Result<Gate, Gate> {
    // R8: the root user of the resource's account. `*` is no particular resource, but the account's.
    let owned = question.known_resource_account.is_some() || question.names_all;
    match question.caller.who {
        Who::Root if owned => Ok(Gate::Root),
        _ if gates.identity.allowed() => Ok(Gate::Identity),
        _ => Err(Gate::Identity),
    }
}

/// R12, R122, R139: a role's trust policy for assuming it; a key's policy. Whatever the request names instead of role
/// or key, no policy of either has been asked, and so nothing is granted.
fn is_mandatory(question: &Question<'_>) -> bool {
    let Some((prefix, name)) = question.action.split_once(':') else { return false };
    let is = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let on = |service: &str, kind: &str| {
        Arn::split(question.resource).is_some_and(|arn| arn.service == service && arn.rest.starts_with(kind))
    };
    if prefix.eq_ignore_ascii_case("sts") {
        // R127: tags of a GetFederationToken session are no role's business.
        return name.to_ascii_lowercase().starts_with("assumerole")
            || is(&["SetSourceIdentity", "SetContext"])
            || (is(&["TagSession"]) && !on("sts", "federated-user/"));
    }
    // R65, R143: actions without resource, and what is done to the alias itself, follow the ordinary rules.
    let of_alias = is(&["CreateAlias", "UpdateAlias", "DeleteAlias"]) && on("kms", "alias/");
    prefix.eq_ignore_ascii_case("kms") && !question.wildcard_only && !of_alias
}
