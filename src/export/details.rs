//! Users, groups, roles and managed policies → what `aws iam get-account-authorization-details` prints.
//!
//! Documents are written as objects, as the command line prints them. A policy without an ARN of its own that is
//! attached to somebody becomes a managed policy of that account. What a dump has no place for (the organization and
//! its guardrails, policies on resources and endpoints, declared services, tests, invariants) is reported with a
//! warning; the documents among it can be exported one by one.

use super::inexpressible;
use crate::diag::codes::json as codes;
use crate::diag::{Diagnostic, has_errors};
use crate::hir::{AccountId, Group, Identity, IdentityKind, Policy, PolicyId, PolicyKind, Str, World};
use crate::source::Span;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// All accounts in one dump. `None` exactly when a diagnostic is an error.
pub fn authorization_details(world: &World) -> (Option<Value>, Vec<Diagnostic>) {
    Dump::new(world, None).run()
}

/// The dump of one account, as AWS prints it.
pub fn account_details(world: &World, account: AccountId) -> (Option<Value>, Vec<Diagnostic>) {
    Dump::new(world, Some(account)).run()
}

struct Dump<'w> {
    world: &'w World,
    only: Option<AccountId>,
    /// ARNs that are taken, and the ARN that a policy without one got in an account.
    arns: BTreeSet<Str>,
    /// The last number given after a name.
    numbers: BTreeMap<Str, usize>,
    given: BTreeMap<(PolicyId, AccountId), Str>,
    /// Managed policies in the order in which they were first met, and those of them with an ARN of their own.
    managed: Vec<(PolicyId, Str)>,
    met: BTreeSet<PolicyId>,
    documents: super::Exporter<'w>,
    diagnostics: Vec<Diagnostic>,
}

impl<'w> Dump<'w> {
    fn new(world: &'w World, only: Option<AccountId>) -> Self {
        let arns = world.policies.iter().filter_map(|p| p.arn.clone()).collect();
        Dump {
            world,
            only,
            arns,
            numbers: BTreeMap::new(),
            given: BTreeMap::new(),
            managed: Vec::new(),
            met: BTreeSet::new(),
            documents: super::Exporter::default(),
            diagnostics: Vec::new(),
        }
    }

    fn run(mut self) -> (Option<Value>, Vec<Diagnostic>) {
        let world = self.world;
        self.own_arns();
        let here = |account: AccountId| self.only.is_none_or(|only| only == account);
        let (mut users, mut roles, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        let identities: Vec<&Identity> = world.identities.iter().filter(|i| here(i.account)).collect();
        let all_groups: Vec<&Group> = world.groups.iter().filter(|g| here(g.account)).collect();
        for identity in identities {
            match identity.kind {
                IdentityKind::User => users.push(self.user(identity)),
                IdentityKind::Role => roles.push(self.role(identity)),
            }
        }
        for group in all_groups {
            groups.push(self.group(group));
        }
        let policies: Vec<Value> = std::mem::take(&mut self.managed)
            .into_iter()
            .filter_map(|(id, arn)| self.managed_policy(id, &arn))
            .collect();
        self.left_out();
        let dump = json!({
            "UserDetailList": users,
            "GroupDetailList": groups,
            "RoleDetailList": roles,
            "Policies": policies,
            "IsTruncated": false,
        });
        (Some(dump).filter(|_| !has_errors(&self.diagnostics)), self.diagnostics)
    }

    /// Policies with an ARN stand in the dump even when nobody has them.
    fn own_arns(&mut self) {
        for (index, policy) in self.world.policies.iter().enumerate() {
            let Some(arn) = &policy.arn else { continue };
            let account = arn.split(':').nth(4).unwrap_or("");
            let wanted = match self.only.and_then(|id| self.world.accounts.get(id.index())) {
                Some(only) => account == &*only.id || account == "aws",
                None => true,
            };
            if wanted && is_attachable(policy) {
                self.met.insert(PolicyId(index as u32));
                self.managed.push((PolicyId(index as u32), arn.clone()));
            }
        }
    }

    fn user(&mut self, user: &Identity) -> Value {
        let mut entry = Map::new();
        entry.insert("Path".into(), path(&user.arn));
        entry.insert("UserName".into(), text(&user.name));
        entry.extend(user.unique_id.as_deref().map(|id| ("UserId".to_string(), id.into())));
        entry.insert("Arn".into(), text(&user.arn));
        entry.extend(user.created.as_deref().map(|at| ("CreateDate".to_string(), at.into())));
        entry.insert("UserPolicyList".into(), self.inline(&user.inline));
        let groups = user.groups.iter().filter_map(|g| self.world.groups.get(g.index()));
        entry.insert("GroupList".into(), groups.map(|g| text(&g.name)).collect());
        self.attachments(user, &mut entry);
        Value::Object(entry)
    }

    fn role(&mut self, role: &Identity) -> Value {
        if role.service_linked != path_of(&role.arn).starts_with("/aws-service-role/") {
            let message = format!("the path of the role `{}` says otherwise than its kind", role.name);
            self.diagnostics.push(*inexpressible(message, role.span));
        }
        let mut entry = Map::new();
        entry.insert("Path".into(), path(&role.arn));
        entry.insert("RoleName".into(), text(&role.name));
        entry.extend(role.unique_id.as_deref().map(|id| ("RoleId".to_string(), id.into())));
        entry.insert("Arn".into(), text(&role.arn));
        entry.extend(role.created.as_deref().map(|at| ("CreateDate".to_string(), at.into())));
        if let Some(document) = role.trust.and_then(|id| self.document(id)) {
            entry.insert("AssumeRolePolicyDocument".into(), document);
        }
        entry.insert("InstanceProfileList".into(), json!([]));
        entry.insert("RolePolicyList".into(), self.inline(&role.inline));
        self.attachments(role, &mut entry);
        if role.max_session != 3600 {
            entry.insert("MaxSessionDuration".into(), role.max_session.into());
        }
        Value::Object(entry)
    }

    fn group(&mut self, group: &Group) -> Value {
        let mut entry = Map::new();
        entry.insert("Path".into(), path(&group.arn));
        entry.insert("GroupName".into(), text(&group.name));
        entry.extend(group.unique_id.as_deref().map(|id| ("GroupId".to_string(), id.into())));
        entry.insert("Arn".into(), text(&group.arn));
        entry.insert("GroupPolicyList".into(), self.inline(&group.inline));
        let attached = self.attached(&group.policies, &group.inline, group.account);
        entry.insert("AttachedManagedPolicies".into(), attached);
        Value::Object(entry)
    }

    /// What users and roles have in common after their own lists.
    fn attachments(&mut self, identity: &Identity, entry: &mut Map<String, Value>) {
        let attached = self.attached(&identity.policies, &identity.inline, identity.account);
        entry.insert("AttachedManagedPolicies".into(), attached);
        match identity.boundary.as_deref() {
            None => {}
            Some([boundary]) => {
                let arn = self.arn_of(*boundary, identity.account);
                let boundary = json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": &*arn});
                entry.insert("PermissionsBoundary".into(), boundary);
            }
            Some(_) => {
                let message = format!("`{}` has a boundary of several documents or none", identity.arn);
                self.diagnostics.push(*inexpressible(message, identity.span));
            }
        }
        let tags = identity.tags.iter().map(|(key, value)| json!({"Key": &**key, "Value": &**value}));
        entry.insert("Tags".into(), tags.collect());
    }

    fn inline(&mut self, policies: &[PolicyId]) -> Value {
        let mut list = Vec::with_capacity(policies.len());
        for id in policies {
            let Some(policy) = self.world.policies.get(id.index()) else { continue };
            // Reports call an inline policy `Owner/Name`.
            let name = policy.name.rsplit('/').next().unwrap_or(&policy.name);
            if let Some(document) = self.document(*id) {
                list.push(json!({"PolicyName": name, "PolicyDocument": document}));
            }
        }
        Value::Array(list)
    }

    fn attached(&mut self, policies: &[PolicyId], inline: &[PolicyId], account: AccountId) -> Value {
        let mut list = Vec::new();
        let inline: BTreeSet<&PolicyId> = inline.iter().collect();
        for id in policies.iter().filter(|id| !inline.contains(id)) {
            let arn = self.arn_of(*id, account);
            list.push(json!({"PolicyName": name_of(&arn), "PolicyArn": &*arn}));
        }
        Value::Array(list)
    }

    /// The policy's ARN; one in the account when it has none of its own.
    fn arn_of(&mut self, id: PolicyId, account: AccountId) -> Str {
        let world = self.world;
        let policy = world.policies.get(id.index());
        if let Some(arn) = policy.and_then(|p| p.arn.clone()) {
            if self.met.insert(id) {
                self.managed.push((id, arn.clone()));
            }
            return arn;
        }
        if let Some(arn) = self.given.get(&(id, account)) {
            return arn.clone();
        }
        let digits = world.accounts.get(account.index()).map_or("", |a| &*a.id);
        let legal = |c: char| if c.is_ascii_alphanumeric() || "+=,.@_-".contains(c) { c } else { '-' };
        let name: String = policy.map_or("", |p| &*p.name).chars().map(legal).collect();
        let base = Str::from(format!("arn:aws:iam::{digits}:policy/{name}"));
        let mut arn = base.clone();
        let number = self.numbers.entry(base.clone()).or_insert(1);
        while !self.arns.insert(arn.clone()) {
            *number += 1;
            arn = Str::from(format!("{base}-{number}"));
        }
        self.given.insert((id, account), arn.clone());
        self.managed.push((id, arn.clone()));
        arn
    }

    fn managed_policy(&mut self, id: PolicyId, arn: &Str) -> Option<Value> {
        let document = self.document(id)?;
        let rest = arn.split_once(":policy").map_or("", |(_, rest)| rest);
        let path = rest.rfind('/').and_then(|end| rest.get(..=end)).unwrap_or("/");
        Some(json!({
            "PolicyName": name_of(arn),
            "Arn": &**arn,
            "Path": path,
            "DefaultVersionId": "v1",
            "PolicyVersionList": [{"Document": document, "VersionId": "v1", "IsDefaultVersion": true}],
        }))
    }

    /// `None` after an error.
    fn document(&mut self, id: PolicyId) -> Option<Value> {
        match self.documents.document(self.world.policies.get(id.index())?) {
            Ok(document) => Some(document),
            Err(errors) => {
                self.diagnostics.extend(errors);
                None
            }
        }
    }

    /// What a dump has no place for.
    fn left_out(&mut self) {
        let world = self.world;
        let trust =
            |id: &PolicyId| world.policies.get(id.index()).is_some_and(|p| p.kind == PolicyKind::Trust);
        let guardrails =
            world.policies.iter().filter(|p| matches!(p.kind, PolicyKind::Scp | PolicyKind::Rcp));
        let counts = [
            ("organization", usize::from(world.organization.is_some())),
            ("guardrails", guardrails.count()),
            ("resource policies", world.resource_policies.iter().filter(|r| !trust(&r.policy)).count()),
            ("endpoint policies", world.endpoints.len()),
            ("access points", world.access_points.len()),
            ("session policies", world.policies.iter().filter(|p| p.kind == PolicyKind::Session).count()),
            ("declared services", world.services.len()),
            ("tests and invariants", world.tests.len() + world.invariants.len()),
        ];
        for (what, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            let message = format!("an account dump has no place for {what}: {count} left out");
            let warning = Diagnostic::warning(codes::NOT_IN_DUMP, message).at(Span::NONE);
            self.diagnostics.push(warning.help("export documents one by one"));
        }
    }
}

/// Whether it can be a managed policy.
fn is_attachable(policy: &Policy) -> bool {
    matches!(policy.kind, PolicyKind::Identity | PolicyKind::Boundary)
}

fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The path in an ARN: where only the ARN is written in a source, it is the path.
fn path_of(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let path = resource.find('/').and_then(|from| resource.get(from..=resource.rfind('/')?));
    path.unwrap_or("/")
}

fn path(arn: &Str) -> Value {
    path_of(arn).into()
}

fn text(text: &Str) -> Value {
    Value::String(text.to_string())
}
