//! A world that may be compiled. [`Checked`] exists only without errors: `resolve` makes it, or
//! [`Checked::new`] looks at a world that a program built and refuses what `resolve` would never produce.

mod identities;
mod linked;

pub(super) use identities::is_arn_of;
pub(crate) use identities::{SessionNames, Taken, check_identity};
pub(crate) use linked::unlinks;
pub(super) use linked::{faults as linked_faults, path_of_service};

use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{
    Atom, Condition, Effect, Operator, Piece, Policy, PolicyId, PolicyKind, Principal, Principals,
    Quantifier, Statement, Value, World,
};
use crate::limits::Limits;

/// A world without errors.
#[derive(Clone, Debug)]
pub struct Checked {
    world: World,
}

impl Checked {
    /// Looks at every id and every document of a world that was built by hand.
    pub fn new(world: World) -> Result<Checked, Vec<Diagnostic>> {
        let mut check = Check { world: &world, found: Vec::new() };
        check.ids();
        for policy in &world.policies {
            check.policy(policy);
        }
        let found = check.found;
        if found.is_empty() { Ok(Checked { world }) } else { Err(found) }
    }

    /// What is wrong with one document, wherever it is.
    pub(crate) fn policy(policy: &Policy) -> Result<(), Vec<Diagnostic>> {
        let mut check = Check { world: &World::default(), found: Vec::new() };
        check.policy(policy);
        if check.found.is_empty() { Ok(()) } else { Err(check.found) }
    }

    /// A world that `resolve` made.
    pub(super) fn trusted(world: World) -> Checked {
        Checked { world }
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }
}

struct Check<'w> {
    world: &'w World,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    fn refuse(&mut self, span: crate::source::Span, message: String) {
        self.found.push(Diagnostic::error(code::WORLD, message).at(span));
    }

    /// Checks one reference to a document.
    fn document(&mut self, of: &str, id: PolicyId, kinds: &[PolicyKind]) {
        match self.world.policies.get(id.index()) {
            None => {
                self.refuse(crate::source::Span::NONE, format!("`{of}` has a policy that does not exist"))
            }
            Some(p) if !kinds.contains(&p.kind) => {
                let message = format!("`{of}` uses `{}`, which is of the wrong kind", p.name);
                self.refuse(p.span, message);
            }
            Some(_) => {}
        }
    }

    fn documents(&mut self, of: &str, ids: &[PolicyId], kinds: &[PolicyKind]) {
        for id in ids {
            self.document(of, *id, kinds);
        }
    }

    fn ids(&mut self) {
        use PolicyKind as K;
        let world = self.world;
        let accounts = world.accounts.len();
        let mut taken = std::collections::BTreeSet::new();
        for a in &world.accounts {
            if !crate::hir::is_account_id(&a.id) {
                self.refuse(a.span, format!("`{}` is no account id", a.id));
            }
            if !taken.insert(&a.id) || a.name != a.id && !taken.insert(&a.name) {
                self.refuse(a.span, format!("two accounts have the id or the name of `{}`", a.name));
            }
            for level in a.scps.iter().flatten() {
                self.documents(&a.name, level, &[K::Scp]);
            }
            for level in a.rcps.iter().flatten() {
                self.documents(&a.name, level, &[K::Rcp]);
            }
            if a.in_organization && world.organization.is_none() {
                self.refuse(a.span, format!("`{}` is in an organization that does not exist", a.name));
            }
        }
        self.identities();
        let mut owners = std::collections::BTreeMap::new();
        for r in &world.resource_policies {
            if let Some(account) = r.account
                && *owners.entry(&r.resource).or_insert(account) != account
            {
                let message = format!("two accounts own `{}`", r.resource);
                self.refuse(crate::source::Span::NONE, message);
            }
            if r.account.is_some_and(|a| a.index() >= accounts) {
                let message = format!("`{}` is in an account that does not exist", r.resource);
                self.refuse(crate::source::Span::NONE, message);
            }
            self.document(&r.resource, r.policy, &[K::Resource, K::Trust]);
        }
        self.trusts();
        self.access_points();
        for e in &world.endpoints {
            self.document(&e.id, e.policy, &[K::Endpoint]);
        }
        for case in world.tests.iter().flat_map(|t| &t.cases) {
            self.documents("a test", case.session_policies.as_deref().unwrap_or_default(), &[K::Session]);
        }
    }

    /// Each access point is one, once, of a bucket that it and the bucket's policies say has one owner.
    fn access_points(&mut self) {
        use crate::hir::{NetworkOrigin, access};
        let world = self.world;
        let of =
            |r: &crate::hir::ResourcePolicy| world.accounts.get(r.account?.index()).map(|a| a.id.clone());
        let mut owners: std::collections::BTreeMap<_, _> =
            world.resource_policies.iter().filter_map(|r| Some((r.resource.clone(), of(r)?))).collect();
        let mut seen = std::collections::BTreeSet::new();
        for point in &world.access_points {
            let fault = access::fault_of_point(&point.arn);
            if let Some((message, _)) = fault.or_else(|| access::fault_of_bucket(&point.bucket, &point.arn)) {
                self.refuse(point.span, message);
            }
            let of_no_vpc = matches!(&point.origin, NetworkOrigin::Vpc(Some(id)) if !access::is_vpc(id));
            if of_no_vpc || !crate::hir::is_account_id(&point.owner) {
                self.refuse(point.span, format!("`{}` is of a VPC or an account that is none", point.arn));
            }
            if !seen.insert(&point.arn) {
                self.refuse(point.span, format!("the access point `{}` is there twice", point.arn));
            }
            if *owners.entry(point.bucket.clone()).or_insert_with(|| point.owner.clone()) != point.owner {
                self.refuse(point.span, format!("two accounts own `{}`", point.bucket));
            }
        }
    }

    /// A role's trust policy, and no other, governs its ARN. Worlds of cases have trust policies of roles that are not
    /// declared, or say nothing of theirs.
    fn trusts(&mut self) {
        let world = self.world;
        let is_trust =
            |id: PolicyId| world.policies.get(id.index()).is_some_and(|p| p.kind == PolicyKind::Trust);
        let mut governing = std::collections::BTreeMap::<_, std::collections::BTreeSet<_>>::new();
        for r in world.resource_policies.iter().filter(|r| is_trust(r.policy)) {
            governing.entry(&r.resource).or_default().insert(r.policy);
        }
        for i in &world.identities {
            let Some(trust) = i.trust else { continue };
            if governing.get(&i.arn).is_none_or(|all| all.iter().ne([&trust])) {
                self.refuse(i.span, format!("`{}` is governed by another trust policy than it has", i.arn));
            }
        }
    }

    fn policy(&mut self, policy: &Policy) {
        for statement in &policy.statements {
            if let Err(problem) = check_statement(statement, policy.kind) {
                self.refuse(statement.span, format!("a statement of `{}` {problem}", policy.name));
            }
        }
    }
}

/// What `resolve` never makes of a statement.
fn check_statement(s: &Statement, kind: PolicyKind) -> Result<(), &'static str> {
    if s.actions.patterns.is_empty() {
        return Err("has no actions");
    }
    if s.resources.as_ref().is_some_and(|r| r.patterns.is_empty()) {
        return Err("has an empty list of resources");
    }
    match (&s.principals, kind.has_principal()) {
        (Some(_), false) => return Err("has principals, which its kind has not"),
        (None, true)
            if s.effect == Effect::Deny || kind != PolicyKind::Resource && kind != PolicyKind::Endpoint =>
        {
            return Err("has no principals");
        }
        (Some(p), true) if p.items.is_empty() => return Err("has an empty list of principals"),
        (Some(p), true) if p.negated && (s.effect == Effect::Allow || kind == PolicyKind::Trust) => {
            return Err("says `anyone but` where that is not allowed");
        }
        _ => {}
    }
    let canonical = |p: &Principals| p.items.iter().any(|i| matches!(i, Principal::Canonical(_)));
    if s.effect == Effect::Deny && s.principals.as_ref().is_some_and(|p| !p.negated && canonical(p)) {
        return Err("denies a canonical user, which no request names");
    }
    match (&s.resources, kind) {
        (None, PolicyKind::Resource | PolicyKind::Trust) => {}
        (None, _) => return Err("has no resources"),
        (Some(_), PolicyKind::Trust) => return Err("has resources, which its kind has not"),
        (Some(_), _) => {}
    }
    if kind == PolicyKind::Rcp && (s.effect == Effect::Allow || s.actions.negated) {
        return Err("allows or says `not` in a resource guardrail");
    }
    let anyone = |p: &Principals| !p.negated && p.items.iter().all(|i| matches!(i, Principal::Anyone { .. }));
    if kind == PolicyKind::Rcp && !s.principals.as_ref().is_some_and(anyone) {
        return Err("denies others than anyone in a resource guardrail");
    }
    check_condition(&s.condition)
}

/// Walks a condition with a stack of its own.
fn check_condition(condition: &Condition) -> Result<(), &'static str> {
    let limit = Limits::default().nesting;
    let mut open = vec![(condition, 0usize)];
    // How deep shared parts were met: less deep they are nothing new.
    let mut met = hashbrown::HashMap::new();
    while let Some((condition, depth)) = open.pop() {
        if depth > limit {
            return Err("has a condition that is nested too deep");
        }
        if let Condition::And(parts) | Condition::Or(parts) = condition
            && parts.len() > 1
            && met.insert(parts.address(), depth).is_some_and(|before| before >= depth)
        {
            continue;
        }
        match condition {
            Condition::And(parts) => open.extend(parts.iter().map(|p| (p, depth + 1))),
            Condition::Or(parts) if parts.is_empty() => return Err("has an empty `or`"),
            Condition::Or(parts) => open.extend(parts.iter().map(|p| (p, depth + 1))),
            Condition::Atom(atom) => check_atom(atom)?,
        }
    }
    Ok(())
}

fn check_atom(atom: &Atom) -> Result<(), &'static str> {
    use Operator as O;
    if super::condition::key_fault(&atom.key).is_some() || atom.key.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err("has a condition key that is malformed or not in lower case");
    }
    let wildcards = match atom.operator {
        O::StringLike | O::StringNotLike => true,
        O::ArnEquals | O::ArnLike | O::ArnNotEquals | O::ArnNotLike => true,
        O::Null if atom.if_exists || atom.quantifier != Quantifier::Single => {
            return Err("has a Null with a set operator or IfExists");
        }
        _ => false,
    };
    let fits = |value: &Value| match (atom.operator, value) {
        (
            O::StringEquals
            | O::StringNotEquals
            | O::StringEqualsIgnoreCase
            | O::StringNotEqualsIgnoreCase
            | O::StringLike
            | O::StringNotLike
            | O::ArnEquals
            | O::ArnLike
            | O::ArnNotEquals
            | O::ArnNotLike,
            Value::Text(t),
        ) => wildcards || !t.pieces.iter().any(|p| matches!(p, Piece::Any | Piece::One)),
        (
            O::NumericEquals
            | O::NumericNotEquals
            | O::NumericLessThan
            | O::NumericLessThanEquals
            | O::NumericGreaterThan
            | O::NumericGreaterThanEquals,
            Value::Number { canonical, .. },
        ) => super::values::number(canonical).as_deref() == Some(canonical),
        (
            O::DateEquals
            | O::DateNotEquals
            | O::DateLessThan
            | O::DateLessThanEquals
            | O::DateGreaterThan
            | O::DateGreaterThanEquals,
            Value::Date { instant, .. },
        ) => instant.nanos < 1_000_000_000,
        (O::Bool, Value::Bool(t)) => {
            let literal = |text| super::values::boolean(text).is_some();
            t.has_variable() || matches!(t.pieces.as_slice(), [Piece::Literal(text)] if literal(text))
        }
        (O::BinaryEquals, Value::Binary { .. }) | (O::Null, Value::Null(_)) => true,
        (O::IpAddress | O::NotIpAddress, Value::Ip { network, prefix, .. }) => {
            super::values::ip(&format!("{network}/{prefix}")) == Some((*network, *prefix))
        }
        _ => false,
    };
    if atom.values.iter().all(fits) { Ok(()) } else { Err("has a value that does not fit its operator") }
}
