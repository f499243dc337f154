//! Requests aimed at a world's policies: a caller, a statement that concerns it, an action, resource and
//! context that just match or just miss.

use crate::damage;
use crate::request::Owned;
use crate::rng::Rng;
use crate::satisfy::{self, Known};
use crate::text;
use crate::vocabulary::{
    ACTIONS, KEPT, KEPT_CALLS, LINKED_PATH, LINKED_SERVICE, PROVIDERS, SERVICES, STRANGE_ACTIONS,
};
use crate::{points, targets, times};
use std::collections::BTreeMap;
use tabella::hir::{
    Atom, Condition, Effect, Identity, IdentityKind, Piece, Policy, PolicyId, PolicyKind, Principal,
    Statement, World,
};
use tabella_runtime::{is_derived_key, is_session_key};

/// Makes requests for one world.
pub struct Aimer<'w> {
    world: &'w World,
    session_policies: Vec<&'w str>,
    /// Principals that policies name.
    named: Vec<&'w str>,
    /// Actions by lower-case service prefix.
    actions: BTreeMap<String, Vec<String>>,
    prefixes: Vec<String>,
    /// Concrete ARNs that the world is about.
    arns: Vec<String>,
    /// The one policy to aim at, and the resource it governs.
    only: Option<(PolicyId, Option<&'w str>)>,
}

/// Who asks.
struct Caller<'w> {
    principal: String,
    identity: Option<&'w Identity>,
    account: Option<usize>,
    session: bool,
    federated: bool,
}

impl<'w> Aimer<'w> {
    /// Prepares a world.
    pub fn new(world: &'w World) -> Self {
        let session_policies =
            world.policies.iter().filter(|p| p.kind == PolicyKind::Session).map(|p| &*p.name).collect();
        let statements = || world.policies.iter().flat_map(|p| &p.statements);
        let mut actions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let exact = statements()
            .flat_map(|s| &s.actions.patterns)
            .map(|p| &*p.text)
            .filter(|a| !damage::is_no_action(a));
        for action in ACTIONS.iter().copied().chain(["sts:AssumeRole"]).chain(exact) {
            let Some((prefix, _)) = action.split_once(':') else { continue };
            actions.entry(prefix.to_ascii_lowercase()).or_default().push(action.to_string());
        }
        for list in actions.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        let principals = statements().filter_map(|s| s.principals.as_ref()).flat_map(|p| &p.items);
        let mut named: Vec<&str> = principals.filter_map(name_of).collect();
        named.sort_unstable();
        named.dedup();
        let prefixes = actions.keys().cloned().collect();
        Aimer { world, session_policies, named, actions, prefixes, arns: arns(world), only: None }
    }

    /// Prepares a world, to aim at one of its policies.
    pub fn at(world: &'w World, policy: PolicyId, governed: Option<&'w str>) -> Self {
        Aimer { only: Some((policy, governed)), ..Aimer::new(world) }
    }

    /// The next request.
    pub fn request(&self, rng: &mut Rng) -> Owned {
        let caller = self.caller(rng);
        let target = self.target(&caller, rng);
        let mut request = Owned { principal: caller.principal.clone(), ..Owned::default() };
        let mut known = self.known(&caller, rng, &mut request);
        self.context(&caller, target, &mut known, rng);
        request.action = self.action(target, rng);
        request.resource = self.resource(&caller, target, &known, rng);
        if rng.below(150) == 0 {
            self.kept(&caller, &mut request, rng);
        } else if target.and_then(|t| t.governed).is_some_and(|arn| arn.contains(LINKED_PATH))
            && rng.chance(70)
        {
            // R137: nobody else gets anywhere.
            request.principal = LINKED_SERVICE.to_string();
        }
        self.surroundings(&caller, &mut request, rng);
        satisfy::spread(known, &mut request, rng);
        points::aim(&mut request, self.world, rng);
        if rng.chance(1) {
            damage::overlong(&mut request, rng);
        }
        damage::perturb(&mut request, rng);
        if !rng.chance(4) {
            damage::reconcile(&mut request, self.world, rng);
        }
        if rng.chance(6) {
            targets::aim(&mut request, self.world, rng);
        }
        times::tell(&mut request, caller.session, rng);
        if !request.complete {
            request.context.retain(|e| !is_derived_key(&e.key) && !is_session_key(&e.key));
        }
        // Most ids of callers are left to the estate.
        if rng.chance(90) {
            request.session_keys.retain(|e| !e.key.eq_ignore_ascii_case("aws:userid"));
        }
        damage::dedup(&mut request.context);
        damage::dedup(&mut request.session_keys);
        request
    }

    /// Asks for what AWS keeps for itself (R137, R138), mostly as somebody who may nearly everything.
    fn kept(&self, caller: &Caller<'w>, request: &mut Owned, rng: &mut Rng) {
        let linked: Vec<&Identity> = self.world.identities.iter().filter(|i| i.service_linked).collect();
        let digits =
            caller.account.and_then(|a| self.world.accounts.get(a)).map_or("111111111111", |a| &*a.id);
        request.resource = match rng.maybe(&linked) {
            Some(role) if rng.chance(70) => role.arn.to_string(),
            _ => rng.pick(KEPT).replace("{A}", digits),
        };
        request.action = (*rng.pick(KEPT_CALLS)).to_string();
        if rng.chance(20) {
            request.action = text::flip_case(&request.action, rng);
        }
        if request.action.starts_with("sts:") && rng.chance(50) {
            request.principal = LINKED_SERVICE.to_string();
        } else if rng.chance(60) {
            // Whom nothing but a guardrail holds back.
            let account = request.resource.split(':').nth(4).unwrap_or(digits);
            request.principal = format!("arn:aws:iam::{account}:root");
            (request.issuer, request.session_policies) = (None, None);
        }
    }

    fn caller(&self, rng: &mut Rng) -> Caller<'w> {
        let plain = |principal: String| Caller {
            principal,
            identity: None,
            account: None,
            session: false,
            federated: false,
        };
        let account = rng.below(self.world.accounts.len());
        let digits = self.world.accounts.get(account).map_or("999999999999", |a| &*a.id).to_string();
        match rng.weighted(&[72, 7, 3, 3, 2, 5, 2]) {
            0 => match rng.maybe(&self.world.identities) {
                Some(identity) => self.identity(identity, rng),
                None => plain("*".into()),
            },
            1 => Caller { account: Some(account), ..plain(format!("arn:aws:iam::{digits}:root")) },
            2 => plain((*rng.pick(SERVICES)).into()),
            3 => plain(rng.pick(PROVIDERS).replace("{A}", &digits)),
            4 => plain("*".into()),
            5 => Caller { account: Some(account), ..plain(self.named(rng, &digits)) },
            _ => {
                // A near miss of a known caller, or garbage.
                let known = match rng.maybe(&self.world.identities) {
                    Some(i) if rng.chance(70) => text::near_miss(&i.arn, rng),
                    _ => (*rng.pick(&[
                        "",
                        "arn:aws:iam::111111111111:user",
                        "arn:aws:iam::111111111111:group/g0",
                        "arn:aws:sts::111111111111:assumed-role/Role",
                        "arn:aws:sts::111111111111:assumed-role/Role/",
                        "arn:aws:iam::11111111111:root",
                        "arn:aws:iam:eu-west-1:111111111111:root",
                        "arn:aws-cn:iam::111111111111:root",
                        "111111111111",
                        "AIDAEXAMPLE0",
                        "arn:aws:iam::999999999999:user/x",
                        "LAMBDA.amazonaws.com",
                        "arn:aws:s3:::alpha",
                    ]))
                    .to_string(),
                };
                plain(known)
            }
        }
    }

    /// A principal that some policy names.
    fn named(&self, rng: &mut Rng, digits: &str) -> String {
        match rng.maybe(&self.named) {
            Some(name) => (*name).to_string(),
            None => format!("arn:aws:sts::{digits}:federated-user/bob"),
        }
    }

    fn identity(&self, identity: &'w Identity, rng: &mut Rng) -> Caller<'w> {
        let account = identity.account.index();
        let digits = &self.world.accounts[account].id;
        let role = identity.kind == IdentityKind::Role;
        let federated = !role && rng.chance(15);
        let session = role && rng.chance(75);
        let principal = if federated {
            let who = if rng.chance(60) { &*identity.name } else { "bob" };
            format!("arn:aws:sts::{digits}:federated-user/{who}")
        } else if session {
            let name =
                if rng.chance(60) { "ci" } else { *rng.pick(&["other", "alice", "a*", "x@y.z", "CI"]) };
            format!("arn:aws:sts::{digits}:assumed-role/{}/{name}", identity.name)
        } else {
            identity.arn.to_string()
        };
        Caller {
            principal,
            identity: Some(identity),
            account: Some(account),
            session: role || federated,
            federated,
        }
    }

    /// The statement to aim at, with its policy and the resource it governs.
    fn target(&self, caller: &Caller<'w>, rng: &mut Rng) -> Option<Target<'w>> {
        let mut policies: Vec<(PolicyId, Option<&'w str>)> = self.only.into_iter().collect();
        // Whoever has no identity policies gets somewhere by resource policies only.
        let roll = if caller.identity.is_none() && rng.chance(85) { 6 } else { rng.below(10) };
        match roll {
            _ if self.only.is_some() => {}
            0..=5 => {
                if let Some(i) = caller.identity {
                    policies.extend(i.policies.iter().map(|p| (*p, None)));
                    let of_groups = i.groups.iter().filter_map(|g| self.world.groups.get(g.index()));
                    policies.extend(of_groups.flat_map(|g| &g.policies).map(|p| (*p, None)));
                }
            }
            6..=8 => {
                policies.extend(self.world.resource_policies.iter().map(|r| (r.policy, Some(&*r.resource))));
                let welcome: Vec<_> =
                    policies.iter().copied().filter(|p| self.welcomes(p.0, caller)).collect();
                match caller.identity {
                    Some(i) if welcome.is_empty() && rng.chance(70) => {
                        policies = i.policies.iter().map(|p| (*p, None)).collect();
                    }
                    _ if !welcome.is_empty() && rng.chance(75) => policies = welcome,
                    _ => {}
                }
            }
            _ => policies.extend((0..self.world.policies.len()).map(|p| (PolicyId(p as u32), None))),
        }
        let (id, governed) = *rng.maybe(&policies)?;
        let policy = self.world.policies.get(id.index())?;
        let allows: Vec<&Statement> =
            policy.statements.iter().filter(|s| s.effect == Effect::Allow).collect();
        let statement = match rng.maybe(&allows) {
            Some(s) if rng.chance(75) => s,
            _ => rng.maybe(&policy.statements)?,
        };
        Some(Target { policy, statement, governed })
    }

    fn welcomes(&self, id: PolicyId, caller: &Caller<'w>) -> bool {
        let Some(policy) = self.world.policies.get(id.index()) else { return false };
        policy.statements.iter().any(|s| statement_welcomes(s, caller, self.world))
    }

    /// What will be true of the caller whatever the context says.
    fn known(&self, caller: &Caller<'w>, rng: &mut Rng, request: &mut Owned) -> Known {
        let mut known = Known::default();
        if let Some(identity) = caller.identity {
            known.derive("aws:PrincipalArn", &identity.arn);
            if identity.kind == IdentityKind::User && !caller.federated {
                known.derive("aws:username", &identity.name);
            }
            for (k, v) in &identity.tags {
                known.derive(&format!("aws:PrincipalTag/{k}"), v);
            }
        } else {
            known.derive("aws:PrincipalArn", &caller.principal);
        }
        if let Some(account) = caller.account.and_then(|a| self.world.accounts.get(a)) {
            known.derive("aws:PrincipalAccount", &account.id);
            if account.in_organization {
                known.derive("aws:PrincipalOrgID", "o-acme1");
                known.derive_list("aws:PrincipalOrgPaths", &account.org_path);
            }
        }
        if caller.session && rng.chance(25) {
            for (key, values) in
                [("team", ["analytics", "a?*"]), ("TEAM", ["finance", "*"]), ("x", ["", "1"])]
            {
                // No session has a tag twice.
                let twice = request.tags.iter().any(|(k, _)| k.eq_ignore_ascii_case(key));
                if rng.chance(if twice { 4 } else { 40 }) {
                    request.tags.push((key.to_string(), (*rng.pick(&values)).to_string()));
                }
            }
        }
        known
    }

    fn context(&self, caller: &Caller<'w>, target: Option<Target<'w>>, known: &mut Known, rng: &mut Rng) {
        if let Some(t) = target {
            satisfy::condition(&t.statement.condition, known, rng);
        }
        // What else may concern the caller: its boundary, its guardrails, some resource policies.
        // Guardrails concern every request: without most of their keys nothing would get past them.
        let mut others: Vec<(PolicyId, usize)> = Vec::new();
        if let Some(i) = caller.identity {
            others.extend(i.boundary.iter().flatten().map(|p| (*p, 40)));
            others.extend(i.policies.iter().take(3).map(|p| (*p, 40)));
        }
        if let Some(a) = caller.account.and_then(|a| self.world.accounts.get(a)) {
            others.extend(a.scps.iter().chain(&a.rcps).flatten().flatten().map(|p| (*p, 92)));
        }
        for _ in 0..rng.below(3) {
            if let Some(r) = rng.maybe(&self.world.resource_policies) {
                others.push((r.policy, 40));
            }
        }
        for (id, heed) in others {
            let Some(policy) = self.world.policies.get(id.index()) else { continue };
            for statement in &policy.statements {
                let wanted = (statement.effect == Effect::Allow) == rng.chance(85);
                each_atom(&statement.condition, &mut |a| {
                    if rng.chance(heed) {
                        satisfy::atom(a, wanted, known, rng);
                    }
                });
            }
        }
    }

    fn action(&self, target: Option<Target<'w>>, rng: &mut Rng) -> String {
        if rng.chance(1) {
            return (*rng.pick(STRANGE_ACTIONS)).to_string();
        }
        let action = match target {
            Some(t) if !t.statement.actions.negated || rng.chance(15) => {
                let pattern = rng.maybe(&t.statement.actions.patterns).map_or("*", |p| &*p.text);
                self.action_like(pattern, rng)
            }
            Some(t) if t.policy.kind == PolicyKind::Trust => "sts:AssumeRole".to_string(),
            _ => self.any_action(rng),
        };
        // Patterns match what is no action, too (R63).
        let action = match damage::is_no_action(&action) && !rng.chance(6) {
            true => self.any_action(rng),
            false => action,
        };
        match rng.below(90) {
            0 => text::near_miss(&action, rng),
            1..=6 => text::flip_case(&action, rng),
            _ => action,
        }
    }

    fn any_action(&self, rng: &mut Rng) -> String {
        let prefix = rng.maybe(&self.prefixes).and_then(|p| self.actions.get(p));
        prefix.and_then(|p| rng.maybe(p)).cloned().unwrap_or_default()
    }

    fn action_like(&self, pattern: &str, rng: &mut Rng) -> String {
        if pattern == "*" {
            return self.any_action(rng);
        }
        let prefix = pattern.split(':').next().unwrap_or("").to_ascii_lowercase();
        if rng.chance(75)
            && let Some(known) = self.actions.get(&prefix)
        {
            let pattern = pattern.to_ascii_lowercase();
            let fits = |a: &&String| satisfy::glob(&pattern, &a.to_ascii_lowercase());
            let fitting: Vec<&String> = known.iter().filter(fits).collect();
            if let Some(a) = rng.maybe(&fitting) {
                return (*a).clone();
            }
        }
        let filled = pattern.replace("**", "*").replace('*', rng.word(&["", "Object", "x"]));
        filled.replace('?', "x")
    }

    fn resource(
        &self,
        caller: &Caller<'w>,
        target: Option<Target<'w>>,
        known: &Known,
        rng: &mut Rng,
    ) -> String {
        if rng.chance(2) {
            return (*rng.pick(&[
                "*",
                "*",
                "",
                "arn",
                "arn:aws:s3",
                "arn:aws:s3:::",
                "arn:aws:iam::111111111111:u*",
                "x",
            ]))
            .to_string();
        }
        let resource = match target.and_then(|t| t.statement.resources.as_ref().map(|r| (t, r))) {
            Some((_, r)) if !r.negated || rng.chance(15) => match rng.maybe(&r.patterns) {
                Some(p) => {
                    let text = damage::as_arn(&satisfy::fill(&p.text, known, rng));
                    let odd = text.matches(':').count() >= 5 && rng.chance(10);
                    if damage::is_arn(&text) || odd { text } else { self.any_resource(caller, known, rng) }
                }
                None => self.any_resource(caller, known, rng),
            },
            _ => match target.and_then(|t| t.governed) {
                Some(governed) => governed.to_string(),
                None => self.any_resource(caller, known, rng),
            },
        };
        let resource = match self.is_out_of_reach(caller, &resource) && rng.chance(65) {
            true => self.any_resource(caller, known, rng),
            false => resource,
        };
        match rng.below(64) {
            0 => text::near_miss(&resource, rng),
            1 => format!("{resource}/x"),
            2 => format!("{resource}:q"),
            3 => text::flip_case(&resource, rng),
            4 => damage::no_arn(&resource, rng),
            _ => resource,
        }
    }

    /// Whether it is of another account than the caller's, and no policy lets anybody in.
    fn is_out_of_reach(&self, caller: &Caller<'w>, resource: &str) -> bool {
        let own = caller.account.and_then(|a| self.world.accounts.get(a)).map(|a| &*a.id);
        let owner = resource.split(':').nth(4).filter(|a| a.len() == 12);
        let governed = || self.world.resource_policies.iter().any(|r| resource.starts_with(&*r.resource));
        owner.zip(own).is_some_and(|(owner, own)| owner != own) && !governed()
    }

    fn any_resource(&self, caller: &Caller<'w>, known: &Known, rng: &mut Rng) -> String {
        for _ in 0..rng.below(3) {
            let policy = rng.maybe(&self.world.policies);
            let statement = policy.and_then(|p| rng.maybe(&p.statements));
            if let Some(p) = statement.and_then(|s| s.resources.as_ref()).and_then(|r| rng.maybe(&r.patterns))
            {
                let text = damage::as_arn(&satisfy::fill(&p.text, known, rng));
                if damage::is_arn(&text) {
                    return text;
                }
            }
        }
        let digits = caller.account.and_then(|a| self.world.accounts.get(a)).map_or("", |a| &*a.id);
        for _ in 0..if rng.chance(75) { 60 } else { 0 } {
            if let Some(arn) = rng.maybe(&self.arns)
                && arn.split(':').nth(4).is_some_and(|a| a.is_empty() || a == digits)
            {
                return arn.clone();
            }
        }
        rng.maybe(&self.arns).cloned().unwrap_or_else(|| "arn:aws:s3:::alpha/team/x.csv".to_string())
    }

    fn surroundings(&self, caller: &Caller<'w>, request: &mut Owned, rng: &mut Rng) {
        request.complete = rng.chance(25);
        request.resource_account = match rng.below(20) {
            0..=5 => caller.account.and_then(|a| self.world.accounts.get(a)).map(|a| a.id.to_string()),
            6 => rng.maybe(&self.world.accounts).map(|a| a.id.to_string()),
            7 if rng.chance(80) => Some("999999999999".to_string()),
            7 => Some((*rng.pick(&["", "x", "11111111111"])).to_string()),
            _ => None,
        };
        request.endpoint = match rng.below(16) {
            0 | 1 => rng.maybe(&self.world.endpoints).map(|e| e.id.to_string()),
            2 if rng.chance(80) => Some("vpce-unknown".to_string()),
            2 => Some((*rng.pick(&["", "vpce-", "VPCE-0", "vpce-0 "])).to_string()),
            _ => None,
        };
        let odd = rng.chance(3);
        if (caller.session && rng.chance(if caller.federated { 70 } else { 18 })) || odd {
            let count = rng.weighted(&[6, 70, 24]);
            let mut names: Vec<String> = (0..count)
                .filter_map(|_| rng.maybe(&self.session_policies).map(|n| (*n).to_string()))
                .collect();
            if rng.chance(3) {
                names.push("NoSuchSessionPolicy".to_string());
            }
            request.session_policies = Some(names);
        }
        if (caller.federated && rng.chance(75)) || rng.chance(1) {
            request.issuer = match caller.identity {
                Some(i) if rng.chance(85) => Some(i.arn.to_string()),
                // Of the caller's account, but not declared.
                Some(i) if rng.chance(60) => Some(format!("{}x", i.arn)),
                _ => Some("arn:aws:iam::111111111111:user/nobody".to_string()),
            };
        }
    }
}

fn statement_welcomes(statement: &Statement, caller: &Caller<'_>, world: &World) -> bool {
    let Some(principals) = &statement.principals else { return false };
    principals.items.iter().any(|item| match item {
        Principal::Anyone { .. } => true,
        Principal::User(a) | Principal::Role(a) => {
            *a.as_ref() == *caller.principal || caller.identity.is_some_and(|i| i.arn == *a)
        }
        Principal::Account { id, .. } => {
            caller.account.and_then(|a| world.accounts.get(a)).is_some_and(|a| a.id == *id)
        }
        Principal::RoleSession(a)
        | Principal::FederatedUser(a)
        | Principal::Service(a)
        | Principal::Federated(a) => *a.as_ref() == *caller.principal,
        Principal::UniqueId(u) => caller.identity.is_some_and(|i| i.unique_id.as_ref() == Some(u)),
        Principal::Canonical(_) => false,
    })
}

fn arns(world: &World) -> Vec<String> {
    let governed = world.resource_policies.iter().map(|r| r.resource.to_string());
    let resources = world.policies.iter().flat_map(|p| &p.statements).filter_map(|s| s.resources.as_ref());
    let literal = resources.flat_map(|r| &r.patterns).filter_map(|p| match p.text.pieces.as_slice() {
        [Piece::Literal(l)] if damage::is_arn(l) => Some(l.to_string()),
        _ => None,
    });
    let mut arns: Vec<String> = governed.chain(literal).collect();
    arns.sort_unstable();
    arns.dedup();
    arns
}

fn name_of(principal: &Principal) -> Option<&str> {
    match principal {
        // Nobody calls by these.
        Principal::Anyone { .. } | Principal::Account { .. } => None,
        Principal::UniqueId(_) | Principal::Canonical(_) => None,
        Principal::User(a)
        | Principal::Role(a)
        | Principal::RoleSession(a)
        | Principal::FederatedUser(a)
        | Principal::Service(a)
        | Principal::Federated(a) => Some(a),
    }
}

#[derive(Clone, Copy)]
struct Target<'w> {
    policy: &'w Policy,
    statement: &'w Statement,
    governed: Option<&'w str>,
}

/// Calls `f` for every atom of a condition.
pub fn each_atom<'c>(condition: &'c Condition, f: &mut impl FnMut(&'c Atom)) {
    let mut open = vec![condition];
    while let Some(c) = open.pop() {
        match c {
            Condition::And(parts) | Condition::Or(parts) => open.extend(parts),
            Condition::Atom(a) => f(a),
        }
    }
}
