//! A world as text for reports: IAM-like, conditions as trees, so that nothing is lost in translation.

use crate::request::{Owned, OwnedEntry};
use std::fmt::Write as _;
use tabella::hir::{Condition, Piece, Policy, Principal, Statement, Template, Value, World};

/// The whole world.
pub fn world(w: &World) -> String {
    let mut out = String::new();
    if let Some(o) = &w.organization {
        let _ = writeln!(out, "organization {}", o.id);
    }
    let name = |p: &tabella::hir::PolicyId| w.policies.get(p.index()).map_or("?", |p| &*p.name).to_string();
    let names = |ps: &[tabella::hir::PolicyId]| ps.iter().map(name).collect::<Vec<_>>();
    for a in &w.accounts {
        let levels =
            |l: &Option<Vec<Vec<_>>>| l.as_ref().map(|l| l.iter().map(|l| names(l)).collect::<Vec<_>>());
        let _ = writeln!(
            out,
            "account {} member={} management={} path={:?} scps={:?} rcps={:?}",
            a.id,
            a.in_organization,
            a.management,
            a.org_path,
            levels(&a.scps),
            levels(&a.rcps)
        );
    }
    for i in &w.identities {
        let groups: Vec<_> =
            i.groups.iter().filter_map(|g| w.groups.get(g.index())).map(|g| names(&g.policies)).collect();
        let _ = writeln!(
            out,
            "{:?} {} id={:?} linked={} policies={:?} groups={groups:?} boundary={:?} trust={:?} tags={:?}",
            i.kind,
            i.arn,
            i.unique_id,
            i.service_linked,
            names(&i.policies),
            i.boundary.as_deref().map(names),
            i.trust.as_ref().map(name),
            i.tags
        );
    }
    for r in &w.resource_policies {
        let owner = r.account.and_then(|a| w.accounts.get(a.index())).map(|a| &a.id);
        let _ = writeln!(out, "resource {} owner={owner:?} policy={}", r.resource, name(&r.policy));
    }
    for p in &w.access_points {
        let _ = writeln!(out, "access point {} on {} in {} {:?}", p.arn, p.bucket, p.owner, p.origin);
    }
    for e in &w.endpoints {
        let _ = writeln!(out, "endpoint {} policy={}", e.id, name(&e.policy));
    }
    for p in &w.policies {
        out.push_str(&policy(p));
    }
    out
}

/// One document.
pub fn policy(p: &Policy) -> String {
    let mut out = format!("policy {} {:?} version={:?}\n", p.name, p.kind, p.version);
    for s in &p.statements {
        let _ = writeln!(out, "  {}", statement(s));
    }
    out
}

/// One statement on one line.
pub fn statement(s: &Statement) -> String {
    let mut out = format!("{:?}", s.effect);
    let not = |n: bool| if n { " Not" } else { " " };
    if let Some(p) = &s.principals {
        let items: Vec<String> = p.items.iter().map(principal).collect();
        let _ = write!(out, "{}Principal{items:?}", not(p.negated));
    }
    let actions: Vec<&str> = s.actions.patterns.iter().map(|a| &*a.text).collect();
    let _ = write!(out, "{}Action{actions:?}", not(s.actions.negated));
    if let Some(r) = &s.resources {
        let items: Vec<String> = r.patterns.iter().map(|p| template(&p.text)).collect();
        let _ = write!(out, "{}Resource{items:?}", not(r.negated));
    }
    if s.condition != Condition::TRUE {
        let _ = write!(out, " when {}", condition(&s.condition));
    }
    out
}

fn principal(p: &Principal) -> String {
    match p {
        Principal::Anyone { .. } => "*".into(),
        Principal::Account { id, .. } => id.to_string(),
        Principal::User(a)
        | Principal::Role(a)
        | Principal::RoleSession(a)
        | Principal::FederatedUser(a)
        | Principal::UniqueId(a)
        | Principal::Service(a)
        | Principal::Federated(a)
        | Principal::Canonical(a) => a.to_string(),
    }
}

/// Text of a template; literal wildcards show as `${*}`.
pub fn template(t: &Template) -> String {
    let mut out = String::new();
    for p in &t.pieces {
        match p {
            Piece::Literal(l) => out.push_str(&l.replace('*', "${*}").replace('?', "${?}")),
            Piece::Any => out.push('*'),
            Piece::One => out.push('?'),
            Piece::Variable { written, default: None, .. } => {
                let _ = write!(out, "${{{written}}}");
            }
            Piece::Variable { written, default: Some(d), .. } => {
                let _ = write!(out, "${{{written}, '{d}'}}");
            }
        }
    }
    out
}

fn condition(c: &Condition) -> String {
    let list = |parts: &[Condition], word: &str| {
        format!("({})", parts.iter().map(condition).collect::<Vec<_>>().join(word))
    };
    match c {
        Condition::And(parts) => list(parts, " and "),
        Condition::Or(parts) => list(parts, " or "),
        Condition::Atom(a) => {
            let values: Vec<String> = a.values.iter().map(value).collect();
            let exists = if a.if_exists { "IfExists" } else { "" };
            let set = match a.quantifier {
                tabella::hir::Quantifier::Single => String::new(),
                q => format!("{q:?}:"),
            };
            format!("{set}{}{exists}({}, {values:?})", a.operator.name(), a.written_key)
        }
    }
}

fn value(v: &Value) -> String {
    match v {
        Value::Text(t) | Value::Bool(t) => template(t),
        Value::Number { written, .. }
        | Value::Date { written, .. }
        | Value::Binary { written, .. }
        | Value::Ip { written, .. } => written.to_string(),
        Value::Null(b) => b.to_string(),
    }
}

/// A request, without what it leaves open.
pub fn request(r: &Owned) -> String {
    let mut out = format!("{:?} asks {:?} on {:?}", r.principal, r.action, r.resource);
    for (word, value) in [("account", &r.resource_account), ("endpoint", &r.endpoint), ("issuer", &r.issuer)]
    {
        if let Some(v) = value {
            let _ = write!(out, " {word}={v:?}");
        }
    }
    for (word, value) in [("now", r.now), ("issued", r.issued), ("expires", r.expires)] {
        if let Some(at) = value {
            let _ = write!(out, " {word}={at}");
        }
    }
    if let Some(p) = &r.session_policies {
        let _ = write!(out, " session policies={p:?}");
    }
    if !r.tags.is_empty() {
        let _ = write!(out, " tags={:?}", r.tags);
    }
    let entries = |e: &[OwnedEntry]| {
        e.iter()
            .map(|e| {
                if e.list {
                    format!("{}={:?}", e.key, e.values)
                } else {
                    format!("{}={:?}", e.key, e.values[0])
                }
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !r.session_keys.is_empty() {
        let _ = write!(out, " session{{{}}}", entries(&r.session_keys));
    }
    let word = if r.complete { "complete" } else { "context" };
    let _ = write!(out, " {word}{{{}}}", entries(&r.context));
    out
}
