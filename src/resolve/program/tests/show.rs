//! A world as lines of text.

use crate::hir::*;
use crate::resolve::tests::show as line;

pub fn world(w: &World) -> String {
    let mut out = String::new();
    let mut say = |text: String| {
        out += &text;
        out += "\n";
    };
    let policy = |id: &PolicyId| w.policies[id.index()].name.to_string();
    let list = |ids: &[PolicyId]| ids.iter().map(policy).collect::<Vec<_>>().join(", ");
    let levels = |l: &Option<Vec<Vec<PolicyId>>>| match l {
        None => "none".into(),
        Some(levels) => levels.iter().map(|l| format!("[{}]", list(l))).collect::<String>(),
    };
    if let Some(o) = &w.organization {
        say(format!("organization {} {}", o.id, o.root_id));
    }
    for a in &w.accounts {
        let management = if a.management { " management" } else { "" };
        let (scps, rcps) = (levels(&a.scps), levels(&a.rcps));
        say(format!("account {} {}{management} path={} scps={scps} rcps={rcps}", a.id, a.name, a.org_path));
    }
    for p in &w.policies {
        let arn = p.arn.as_ref().map(|a| format!(" {a}")).unwrap_or_default();
        say(format!("{:?} {}{arn}", p.kind, p.name));
        for s in &p.statements {
            say(format!("  {}", line::statement(s)));
        }
    }
    for g in &w.groups {
        say(format!("group {} policies={}", g.arn, list(&g.policies)));
    }
    for i in &w.identities {
        let mut text =
            format!("{:?} {}", i.kind, i.arn).to_lowercase().replace(&i.arn.to_lowercase(), &i.arn);
        if !i.policies.is_empty() {
            text += &format!(" policies={}", list(&i.policies));
        }
        if let Some(b) = &i.boundary {
            text += &format!(" boundary={}", list(b));
        }
        if !i.groups.is_empty() {
            let groups: Vec<&str> = i.groups.iter().map(|g| &*w.groups[g.index()].arn).collect();
            text += &format!(" groups={}", groups.join(","));
        }
        if !i.tags.is_empty() {
            let tags: Vec<String> = i.tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
            text += &format!(" tags={}", tags.join(","));
        }
        if let Some(t) = &i.trust {
            text += &format!(" trust={}", policy(t));
        }
        if i.max_session != 3600 {
            text += &format!(" session={}", i.max_session);
        }
        say(text);
    }
    for r in &w.resource_policies {
        let account = r.account.map_or("-".into(), |a| w.accounts[a.index()].id.clone());
        say(format!("governs {} {account} {}", r.resource, policy(&r.policy)));
    }
    for e in &w.endpoints {
        say(format!("endpoint {} {}", e.id, policy(&e.policy)));
    }
    for s in &w.services {
        let actions: Vec<String> =
            s.actions.iter().map(|a| format!("{}{:?}{:?}", a.name, a.resources, a.keys)).collect();
        say(format!("service {} {} {:?} {:?}", s.prefix, actions.join(" "), s.resources, s.keys));
    }
    for t in &w.tests {
        say(format!("test {}", t.name));
        for c in &t.cases {
            let context: Vec<String> =
                c.context.iter().map(|e| format!("{}={:?}", e.key, e.values)).collect();
            let sessions = c.session_policies.as_deref().map(list).unwrap_or_default();
            let account = c.resource_account.as_deref().unwrap_or("-");
            say(format!(
                "  {:?} {} {} on {} {account} [{}] sessions={sessions} {:?}",
                c.expected,
                c.principal,
                c.action,
                c.resource,
                context.join(" "),
                c.because
            ));
        }
    }
    for i in &w.invariants {
        let resources: Vec<String> = i.resources.iter().map(|r| line::template(&r.text)).collect();
        let actions: Vec<&str> = i.actions.iter().map(|a| &*a.text).collect();
        say(format!(
            "{} {:?} outside={:?} {} on {} if {}",
            if i.only { "only" } else { "never" },
            i.principals,
            i.outside,
            actions.join(","),
            resources.join(","),
            line::condition(&i.condition)
        ));
    }
    out
}
