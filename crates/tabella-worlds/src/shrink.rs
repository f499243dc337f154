//! Makes a failing world and request small: tries every way to leave something out, keeps what still fails.

use crate::request::Owned;
use tabella::hir::{
    AccountId, Condition, GroupId, PolicyId, Quantifier, ResourcePattern, Statement, Template, World,
};

/// A way to leave something out.
type Edit = Box<dyn Fn(&mut World, &mut Owned)>;

/// The same within one statement.
type StatementEdit = Box<dyn Fn(&mut Statement)>;

/// The smallest world and request found for which `fails` still holds.
pub fn shrink(
    world: &World,
    request: &Owned,
    fails: &mut dyn FnMut(&World, &Owned) -> bool,
) -> (World, Owned) {
    let mut best = (world.clone(), request.clone());
    loop {
        let before = weight(&best);
        for stage in [coarse, tables, documents, statements, requests] {
            run(&mut best, stage, fails);
        }
        let mut collected = best.clone();
        collect(&mut collected.0);
        if fails(&collected.0, &collected.1) {
            best = collected;
        }
        if weight(&best) >= before {
            return best;
        }
    }
}

fn weight(case: &(World, Owned)) -> usize {
    format!("{case:?}").len()
}

fn run(
    best: &mut (World, Owned),
    stage: fn(&World, &Owned) -> Vec<Edit>,
    fails: &mut dyn FnMut(&World, &Owned) -> bool,
) {
    let mut at = 0;
    loop {
        let edits = stage(&best.0, &best.1);
        let Some(edit) = edits.get(at) else { return };
        let mut next = best.clone();
        edit(&mut next.0, &mut next.1);
        if weight(&next) < weight(best) && fails(&next.0, &next.1) {
            *best = next;
        } else {
            at += 1;
        }
    }
}

/// Whole kinds of things at once; what big worlds need first.
fn coarse(_: &World, _: &Owned) -> Vec<Edit> {
    vec![
        Box::new(|w, r| w.identities.retain(|i| r.principal.contains(&*i.name))),
        Box::new(|w, _| w.identities.clear()),
        Box::new(|w, r| w.resource_policies.retain(|p| r.resource.starts_with(&*p.resource))),
        Box::new(|w, _| w.resource_policies.clear()),
        Box::new(|w, _| w.endpoints.clear()),
        Box::new(|w, _| w.access_points.clear()),
        Box::new(|w, _| w.accounts.iter_mut().for_each(|a| a.scps = None)),
        Box::new(|w, _| w.accounts.iter_mut().for_each(|a| a.rcps = None)),
        Box::new(|w, _| w.groups.iter_mut().for_each(|g| g.policies.clear())),
        Box::new(|w, _| collect(w)),
    ]
}

fn tables(w: &World, _: &Owned) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for i in 0..w.resource_policies.len() {
        edits.push(Box::new(move |w, _| {
            let gone = w.resource_policies.remove(i).policy;
            for identity in &mut w.identities {
                if identity.trust == Some(gone) {
                    identity.trust = None;
                }
            }
        }));
    }
    for i in 0..w.endpoints.len() {
        edits.push(Box::new(move |w, _| drop(w.endpoints.remove(i))));
    }
    for i in 0..w.access_points.len() {
        edits.push(Box::new(move |w, _| drop(w.access_points.remove(i))));
    }
    for (i, identity) in w.identities.iter().enumerate() {
        edits.push(Box::new(move |w, _| drop(w.identities.remove(i))));
        edits.push(Box::new(move |w, _| w.identities[i].boundary = None));
        edits.push(Box::new(move |w, _| w.identities[i].unique_id = None));
        edits.push(Box::new(move |w, _| w.identities[i].inline.clear()));
        for p in 0..identity.policies.len() {
            edits.push(Box::new(move |w, _| {
                let gone = w.identities[i].policies.remove(p);
                w.identities[i].inline.retain(|x| *x != gone);
            }));
        }
        for g in 0..identity.groups.len() {
            edits.push(Box::new(move |w, _| {
                w.identities[i].groups.remove(g);
            }));
        }
        for t in 0..identity.tags.len() {
            edits.push(Box::new(move |w, _| drop(w.identities[i].tags.remove(t))));
        }
    }
    for (i, account) in w.accounts.iter().enumerate() {
        edits.push(Box::new(move |w, _| w.accounts[i].scps = None));
        edits.push(Box::new(move |w, _| w.accounts[i].rcps = None));
        for scp in [true, false] {
            let levels = if scp { &account.scps } else { &account.rcps };
            for (l, level) in levels.iter().flatten().enumerate() {
                edits.push(Box::new(move |w, _| {
                    let a = &mut w.accounts[i];
                    if let Some(levels) = if scp { &mut a.scps } else { &mut a.rcps } {
                        levels.remove(l);
                    }
                }));
                for p in 0..level.len() {
                    edits.push(Box::new(move |w, _| {
                        let a = &mut w.accounts[i];
                        if let Some(levels) = if scp { &mut a.scps } else { &mut a.rcps } {
                            levels[l].remove(p);
                        }
                    }));
                }
            }
        }
    }
    edits
}

fn documents(w: &World, _: &Owned) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (p, policy) in w.policies.iter().enumerate() {
        for s in 0..policy.statements.len() {
            edits.push(Box::new(move |w, _| drop(w.policies[p].statements.remove(s))));
        }
        if policy.name.len() > 4 {
            edits.push(Box::new(move |w, _| w.policies[p].name = format!("N{p}").into()));
        }
    }
    edits
}

fn statements(w: &World, _: &Owned) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (p, policy) in w.policies.iter().enumerate() {
        for (s, statement) in policy.statements.iter().enumerate() {
            let mut push = |f: StatementEdit| {
                edits.push(Box::new(move |w: &mut World, _: &mut Owned| f(&mut w.policies[p].statements[s])));
            };
            elements(statement, &mut push);
            conditions(&statement.condition, &mut push);
        }
    }
    edits
}

fn elements(statement: &Statement, push: &mut dyn FnMut(StatementEdit)) {
    push(Box::new(|s| s.sid = None));
    push(Box::new(|s| s.condition = Condition::TRUE));
    push(Box::new(|s| {
        s.actions.patterns = vec![tabella::hir::ActionPattern { text: "*".into() }].into();
    }));
    for i in 0..statement.actions.patterns.len() {
        if statement.actions.patterns.len() > 1 {
            push(Box::new(move |s| s.actions.patterns.remove(i)));
        }
    }
    if let Some(principals) = &statement.principals {
        for i in 0..principals.items.len() {
            if principals.items.len() > 1 {
                push(Box::new(move |s| {
                    if let Some(p) = &mut s.principals {
                        p.items.remove(i);
                    }
                }));
            }
        }
    }
    if let Some(resources) = &statement.resources {
        let any = ResourcePattern { text: Template { pieces: vec![tabella::hir::Piece::Any].into() } };
        push(Box::new(move |s| {
            if let Some(r) = &mut s.resources {
                r.patterns = vec![any.clone()].into();
            }
        }));
        for (i, pattern) in resources.patterns.iter().enumerate() {
            if resources.patterns.len() > 1 {
                push(Box::new(move |s| {
                    if let Some(r) = &mut s.resources {
                        r.patterns.remove(i);
                    }
                }));
            }
            for piece in 0..pattern.text.pieces.len() {
                push(Box::new(move |s| {
                    if let Some(r) = &mut s.resources {
                        r.patterns[i].text.pieces.remove(piece);
                    }
                }));
            }
        }
    }
}

/// Ways to simplify a condition: each path of child indexes leads to a node.
fn conditions(condition: &Condition, push: &mut dyn FnMut(StatementEdit)) {
    let mut open: Vec<(Vec<usize>, &Condition)> = vec![(Vec::new(), condition)];
    while let Some((path, node)) = open.pop() {
        match node {
            Condition::And(parts) | Condition::Or(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    let (here, mut below) = (path.clone(), path.clone());
                    let lifted = part.clone();
                    let to = path.clone();
                    push(Box::new(move |s| edit(s, &to, &mut |c| *c = lifted.clone())));
                    let least = usize::from(matches!(node, Condition::Or(_)));
                    if parts.len() > least {
                        push(Box::new(move |s| {
                            edit(s, &here, &mut |c| {
                                if let Condition::And(p) | Condition::Or(p) = c {
                                    p.remove(i);
                                }
                            });
                        }));
                    }
                    below.push(i);
                    open.push((below, part));
                }
            }
            Condition::Atom(atom) => {
                for v in 0..atom.values.len() {
                    atom_edit(&path, push, move |a| a.values.remove(v));
                    if let Some(tabella::hir::Value::Text(t)) = atom.values.get(v) {
                        for piece in 0..t.pieces.len() {
                            atom_edit(&path, push, move |a| {
                                if let tabella::hir::Value::Text(t) = &mut a.values[v] {
                                    t.pieces.remove(piece);
                                }
                            });
                        }
                    }
                }
                atom_edit(&path, push, |a| a.if_exists = false);
                atom_edit(&path, push, |a| a.quantifier = Quantifier::Single);
            }
        }
    }
}

fn atom_edit(
    path: &[usize],
    push: &mut dyn FnMut(StatementEdit),
    f: impl Fn(&mut tabella::hir::Atom) + 'static,
) {
    let path = path.to_vec();
    push(Box::new(move |s| {
        edit(s, &path, &mut |c| {
            if let Condition::Atom(a) = c {
                f(a);
            }
        });
    }));
}

fn edit(statement: &mut Statement, path: &[usize], f: &mut dyn FnMut(&mut Condition)) {
    let mut node = &mut statement.condition;
    for step in path {
        match node {
            Condition::And(parts) | Condition::Or(parts) => match parts.get_mut(*step) {
                Some(next) => node = next,
                None => return,
            },
            Condition::Atom(_) => return,
        }
    }
    f(node);
}

fn requests(_: &World, r: &Owned) -> Vec<Edit> {
    let mut edits: Vec<Edit> = vec![
        Box::new(|_, r| r.session_policies = None),
        Box::new(|_, r| r.issuer = None),
        Box::new(|_, r| (r.issued, r.expires) = (None, None)),
        Box::new(|_, r| r.now = None),
        Box::new(|_, r| r.resource_account = None),
        Box::new(|_, r| r.endpoint = None),
        Box::new(|_, r| r.tags.clear()),
        Box::new(|_, r| r.session_keys.clear()),
        Box::new(|_, r| r.context.clear()),
    ];
    for i in 0..r.tags.len() {
        edits.push(Box::new(move |_, r| drop(r.tags.remove(i))));
    }
    for i in 0..r.session_keys.len() {
        edits.push(Box::new(move |_, r| drop(r.session_keys.remove(i))));
    }
    for (i, entry) in r.context.iter().enumerate() {
        edits.push(Box::new(move |_, r| drop(r.context.remove(i))));
        for v in 0..entry.values.len() {
            if entry.list {
                edits.push(Box::new(move |_, r| drop(r.context[i].values.remove(v))));
            }
            for at in entry.values[v].char_indices().map(|c| c.0).collect::<Vec<_>>() {
                edits.push(Box::new(move |_, r| {
                    r.context[i].values[v].remove(at);
                }));
            }
        }
    }
    for at in r.resource.char_indices().map(|c| c.0).collect::<Vec<_>>() {
        edits.push(Box::new(move |_, r| {
            r.resource.remove(at);
        }));
    }
    edits
}

/// Drops policies, groups and accounts that nothing names. Session policies are named by requests and stay.
pub fn collect(w: &mut World) {
    let mut used = vec![false; w.policies.len()];
    let mut groups = vec![false; w.groups.len()];
    let mut accounts = vec![false; w.accounts.len()];
    let mut mark = |id: &PolicyId| {
        if let Some(u) = used.get_mut(id.index()) {
            *u = true;
        }
    };
    for i in &w.identities {
        i.policies
            .iter()
            .chain(&i.inline)
            .chain(i.boundary.iter().flatten())
            .chain(&i.trust)
            .for_each(&mut mark);
        i.groups.iter().for_each(|g| groups[g.index()] = true);
        accounts[i.account.index()] = true;
    }
    for (g, keep) in w.groups.iter().zip(&groups) {
        if *keep {
            g.policies.iter().chain(&g.inline).for_each(&mut mark);
            accounts[g.account.index()] = true;
        }
    }
    for r in &w.resource_policies {
        mark(&r.policy);
        r.account.iter().for_each(|a| accounts[a.index()] = true);
    }
    for e in &w.endpoints {
        mark(&e.policy);
        e.account.iter().for_each(|a| accounts[a.index()] = true);
    }
    // Session policies by kind, guardrails by the accounts that stay.
    for (i, p) in w.policies.iter().enumerate() {
        if p.kind == tabella::hir::PolicyKind::Session {
            mark(&PolicyId(i as u32));
        }
    }
    for (a, keep) in w.accounts.iter().zip(&accounts) {
        if *keep {
            a.scps.iter().chain(&a.rcps).flatten().flatten().for_each(&mut mark);
        }
    }
    renumber(w, &used, &groups, &accounts);
}

fn renumber(w: &mut World, used: &[bool], groups: &[bool], accounts: &[bool]) {
    let new = |keep: &[bool], at: usize| keep.iter().take(at).filter(|k| **k).count() as u32;
    let policy = |id: &mut PolicyId| *id = PolicyId(new(used, id.index()));
    let account = |id: &mut AccountId| *id = AccountId(new(accounts, id.index()));
    keep(&mut w.policies, used);
    keep(&mut w.groups, groups);
    keep(&mut w.accounts, accounts);
    for a in &mut w.accounts {
        a.scps.iter_mut().chain(&mut a.rcps).flatten().flatten().for_each(policy);
    }
    for i in &mut w.identities {
        i.policies.iter_mut().chain(&mut i.inline).for_each(policy);
        i.boundary.iter_mut().flatten().chain(&mut i.trust).for_each(policy);
        i.groups.iter_mut().for_each(|g| *g = GroupId(new(groups, g.index())));
        account(&mut i.account);
    }
    for g in &mut w.groups {
        g.policies.iter_mut().chain(&mut g.inline).for_each(policy);
        account(&mut g.account);
    }
    for r in &mut w.resource_policies {
        policy(&mut r.policy);
        r.account.iter_mut().for_each(account);
    }
    for e in &mut w.endpoints {
        policy(&mut e.policy);
        e.account.iter_mut().for_each(account);
    }
}

fn keep<T>(items: &mut Vec<T>, wanted: &[bool]) {
    let mut at = 0;
    items.retain(|_| {
        at += 1;
        wanted.get(at - 1).copied().unwrap_or(false)
    });
}

#[cfg(test)]
mod tests;
