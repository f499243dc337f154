//! Hostile sources: declarations that are long, and statements, attachments and tests that use them many times.

use super::conditions::{self, clauses, comment, expression};
use super::leaves::{action, arn, letters, numbered, principal, value};
use super::writer::Writer;
use crate::rng::Rng;

/// A source of at most so many bytes.
pub fn source(rng: &mut Rng, most: usize) -> String {
    let w = &mut Writer::new(rng, most);
    if !w.careless || w.rng.chance(90) {
        w.push("account main 111111111111\n");
    }
    for _ in 0..w.rng.between(2, 8) {
        let share = w.share();
        w.whole(|w| piece(w, share));
    }
    // What is declared is used, so that more than its declaration costs something.
    for _ in 0..20 {
        let share = w.share().max(200);
        w.whole(|w| match w.rng.below(4) {
            0 | 1 => identities(w, share),
            2 => tests(w, share),
            _ => policy(w, share),
        });
        if w.left() < 400 {
            break;
        }
    }
    let mut text = std::mem::take(&mut w.text);
    if w.careless && w.rng.chance(40) {
        damage(&mut text, w.rng);
    }
    text
}

fn piece(w: &mut Writer<'_>, share: usize) {
    match w.rng.below(20) {
        0 | 1 => constants(w, share),
        2 => action_sets(w, share),
        3 => resource_sets(w, share),
        4..=6 => conditions::declare(w, share),
        7..=10 => policy(w, share),
        11 | 12 => identities(w, share),
        13 => organization(w, share),
        14 => guardrails(w, share),
        15 => resource_policies(w, share),
        16 => tests(w, share),
        17 => services(w, share),
        18 => invariants(w, share),
        _ => noise(w, share),
    }
}

fn constants(w: &mut Writer<'_>, share: usize) {
    let (_, value) = value(w.rng, w.careless);
    if w.rng.chance(30) {
        let name = w.family();
        let count = w.declare(share, &format!("const {name} = {value}\n"));
        w.consts.add(name, count);
    } else {
        let name = w.fresh();
        let values = w.list(&value, ", ", share);
        w.push(&format!("const {name} = [{}]\n", numbered(&values, 3)));
        w.consts.add(name, 1);
    }
}

/// Sets of one kind: a long one, many, or a family of which each uses the one before. The name, and how many.
fn sets(w: &mut Writer<'_>, word: &str, member: &str, share: usize) -> (String, usize) {
    let name = w.family();
    match w.rng.below(4) {
        0 => {
            let count = w.declare(share, &format!("{word} {name} = {member}\n"));
            (name, count)
        }
        1 => {
            let members = w.list(member, ", ", (share / 2).min(2_000));
            w.push(&numbered(&format!("{word} {name} = {members}\n"), 0));
            let before = name.replace('#', "~");
            let line = match w.rng.below(3) {
                0 => format!("{word} {name} = {before}, {before}\n"),
                1 => format!("{word} {name} = {before}, {}\n", member.replace(['~', '^', '%'], "1")),
                _ => format!("{word} {name} = {}\n", vec![&*before; 16].join(", ")),
            };
            let most = *w.rng.pick(&[4, 12, 40, 2_000]);
            let times = w.chain(&line, share, most);
            (name.replace('#', &times.to_string()), 1)
        }
        _ => {
            let name = name.replace('#', "0");
            let members = w.list(member, ", ", share);
            w.push(&format!("{word} {name} = {}\n", numbered(&members, 5)));
            (name, 1)
        }
    }
}

fn action_sets(w: &mut Writer<'_>, share: usize) {
    let member = action(w.rng, w.careless);
    let (name, count) = sets(w, "actions", &member, share);
    w.actions.add(name, count);
}

fn resource_sets(w: &mut Writer<'_>, share: usize) {
    let member = arn(w.rng, w.careless);
    let (name, count) = sets(w, "resources", &member, share);
    w.resources.add(name, count);
}

/// What stands for actions or resources: one, a set, a list, all but a list.
fn members(w: &mut Writer<'_>, share: usize, leaf: fn(&mut Rng, bool) -> String, is_action: bool) -> String {
    let set = match (w.rng.below(3), is_action) {
        (0, true) => w.used(|w| &w.actions),
        (0, false) => w.used(|w| &w.resources),
        _ => None,
    };
    let one = match set {
        Some(name) => name,
        None => leaf(w.rng, w.careless),
    };
    match w.rng.below(8) {
        0 => w.list(&one, ", ", share),
        1 if one != "*" => format!("not ({})", w.list(&one, ", ", share)),
        2 if one != "*" => format!("not ({one})"),
        _ => one,
    }
}

/// Whether a statement names principals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// It does not.
    No,
    /// In the policy of a resource or endpoint.
    Some,
    /// Nobody but `anyone`, and it denies.
    Anyone,
    /// In a trust policy, where nothing but a condition follows.
    Trusted,
}

/// A statement; `#` is open in it. `share` is about how long it may be.
fn statement(w: &mut Writer<'_>, share: usize, who: Who) -> String {
    let effect = if who == Who::Anyone { "deny" } else { w.rng.word(&["allow", "allow", "deny"]) };
    let sid = if w.rng.chance(15) { format!("S{}x#: ", w.text.len()) } else { String::new() };
    let one = principal(w.rng, w.careless);
    let (who, rest) = match who {
        Who::No => (String::new(), true),
        Who::Anyone => ("anyone ".into(), true),
        Who::Trusted => (format!("{one} "), false),
        Who::Some => match w.rng.below(5) {
            0 => (w.list(one, ", ", share) + " ", true),
            1 if effect == "deny" && !one.starts_with("anyone") => {
                (format!("anyone but ({}) ", w.list(one, ", ", share)), true)
            }
            _ => (format!("{one} "), true),
        },
    };
    let mut body = String::new();
    if rest {
        body = members(w, share, action, true);
        if w.rng.chance(75) {
            body.push_str(&format!(" on {}", members(w, share, arn, false)));
        }
    }
    let note = if w.rng.chance(5) { "@note(\"#\") " } else { "" };
    format!("  {note}{sid}{effect} {who}{body}{}\n", clauses(w, share))
}

/// Statements that fill a share: one long one, or many of one template.
fn statements(w: &mut Writer<'_>, share: usize, who: Who) {
    let length = *w.rng.pick(&[60, 60, 200, 1_000, share / 4, share]);
    let template = statement(w, length.min(share), who);
    if w.rng.chance(10) {
        let line = comment(w);
        w.fill(share, &format!("{line}{template}"));
    } else if w.rng.chance(90) {
        w.declare(share, &template);
    } else {
        w.fill(share, &template);
    }
}

/// A policy with parameters, and what stands for it where it is attached.
fn parametrised(w: &mut Writer<'_>, share: usize) {
    let many = w.rng.chance(20);
    let name = if many { w.family() } else { w.fresh() };
    let count = *w.rng.pick(&[1, 2, 8, 200]);
    let parameters: Vec<String> = (0..count).map(|at| format!("p{at}")).collect();
    let place = match w.rng.below(3) {
        0 => "$(p0)".repeat(*w.rng.pick(&[1, 4, 200])),
        1 => parameters.iter().map(|p| format!("$({p})")).collect(),
        _ => "$(p0)*$(p0)".into(),
    };
    let tail = if w.rng.chance(40) { " when aws:username == p0" } else { "" };
    let one = format!("  allow s3:GetObject on arn:aws:s3:::b#{place}{tail}\n");
    let head = format!("policy {name}({}) {{\n", parameters.join(", "));
    let mut families = 1;
    if many {
        families = w.declare(share, &format!("{head}{one}}}\n"));
    } else {
        w.push(&head);
        let share = if w.rng.chance(70) { share } else { 200 };
        w.declare(share, &one);
        if w.rng.chance(30) {
            statements(w, share / 2, Who::No);
        }
        w.push("}\n");
    }
    let arguments = arguments(w, count);
    // Where it is attached the number is that of the identity, but for the name.
    let name = name.replace('#', &w.rng.below(families).to_string());
    w.policies.add(format!("{name}({arguments})"), 1_000);
}

fn policy(w: &mut Writer<'_>, share: usize) {
    if w.rng.chance(30) {
        return parametrised(w, share);
    }
    let word = w.rng.word(&["policy", "policy", "policy", "boundary", "session policy"]);
    let (name, count) = if w.rng.chance(20) {
        let name = w.family();
        let length = *w.rng.pick(&[60, 200, 2_000]);
        let one = statement(w, length.min(share), Who::No);
        let count = w.declare(share, &format!("{word} {name} {{\n{one}}}\n"));
        (name, count)
    } else {
        let name = w.fresh();
        let version = if w.rng.chance(5) { "  version 2008-10-17\n" } else { "" };
        w.push(&format!("{word} {name} {{\n{version}"));
        statements(w, share, Who::No);
        w.push("}\n");
        (name, 1)
    };
    match word {
        "policy" => w.policies.add(name, count),
        "boundary" => w.boundaries.add(name, count),
        _ => w.sessions.add(name, count),
    }
}

/// Arguments of a policy, `#` open in them.
fn arguments(w: &mut Writer<'_>, count: usize) -> String {
    let one = match w.rng.below(4) {
        0 if w.careless => format!("[{}]", w.list("\"a#\"", ", ", 2_000)),
        1 if w.careless => w.used(|w| &w.consts).unwrap_or_default(),
        2 => format!("\"{}#\"", letters(w.rng)),
        _ => "\"x#\"".into(),
    };
    vec![one; count].join(", ")
}

/// Users, groups or roles with policies attached.
fn identities(w: &mut Writer<'_>, share: usize) {
    let name = w.family();
    let kind = w.rng.word(&["user", "user", "group", "role"]);
    let mut members = String::new();
    if w.rng.chance(75) {
        let length = *w.rng.pick(&[1, 1, 1_000, share / 4]);
        // Policies with arguments are other ones for each identity.
        let list = w.used_list(|w| &w.policies, length);
        let list = list.map(|list| if list.len() < 2_000 { list.replace("x0\"", "x#\"") } else { list });
        members.extend(list.map(|list| format!("policies {list}\n")));
    }
    if kind != "group" && w.rng.chance(30) {
        members.extend(w.used(|w| &w.boundaries).map(|name| format!("boundary {name}\n")));
    }
    if kind != "group" && w.rng.chance(30) {
        let length = *w.rng.pick(&[100, 1_000, share / 4]);
        members.push_str(&format!("tags {}\n", w.distinct("k# = \"v\"", ", ", length)));
    }
    if kind == "user" && w.rng.chance(40) {
        let length = *w.rng.pick(&[1, 1_000, share / 4]);
        members.extend(w.used_list(|w| &w.groups, length).map(|list| format!("groups {list}\n")));
    }
    if w.rng.chance(15) {
        members.push_str(&format!("policy Own {{\n{}}}\n", statement(w, 200, Who::No)));
    }
    if w.rng.chance(10) {
        members.push_str(&format!("path /{}/\n", letters(w.rng)));
    }
    if kind == "role" {
        members.push_str(&format!("trust {{\n{}}}\n", statement(w, 200, Who::Trusted)));
    }
    let count = w.declare(share, &format!("{kind} {name} in main {{\n{members}}}\n"));
    match kind {
        "user" => w.users.add(name, count),
        "group" => w.groups.add(name, count),
        _ => {}
    }
}

fn organization(w: &mut Writer<'_>, share: usize) {
    if w.organized && !w.careless {
        return;
    }
    w.organized = true;
    w.push("organization o-acme1 {\n root r-ab12\n");
    let depth = *w.rng.pick(&[1, 2, 5, 60, 120]);
    for at in 0..depth {
        w.push(&format!("unit u{at} {{\n"));
    }
    w.declare(share, "account a# 22222%\n");
    w.push(&"}".repeat(depth));
    if w.rng.chance(50) {
        w.declare(share / 2, "unit w# { account b# 33333% }\n");
    }
    w.push("}\n");
}

fn guardrails(w: &mut Writer<'_>, share: usize) {
    if !w.organized {
        organization(w, share / 2);
    }
    let resource = w.rng.chance(30);
    let (word, who) = if resource { ("resource guardrail", Who::Anyone) } else { ("guardrail", Who::No) };
    let target = w.rng.word(&["root", "unit u0", "account a0", "account a#", "account main"]);
    let targets = if w.rng.chance(30) { w.distinct("account a#", ", ", 100) } else { target.into() };
    if w.rng.chance(50) {
        let one = statement(w, 200, who);
        w.declare(share, &format!("{word} G{}x# on {targets} {{\n{one}}}\n", w.text.len()));
    } else {
        let name = w.fresh();
        w.push(&format!("{word} {name} on {} {{\n", numbered(&targets, 1)));
        if !resource {
            w.push(" allow *\n");
        }
        statements(w, share, who);
        w.push("}\n");
    }
}

fn resource_policies(w: &mut Writer<'_>, share: usize) {
    let is_endpoint = w.rng.chance(25);
    let (word, target) = if is_endpoint {
        ("endpoint policy", "vpce-0#")
    } else {
        (
            "resource policy",
            w.rng.word(&["arn:aws:s3:::bucket#", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket#/a"]),
        )
    };
    let length = *w.rng.pick(&[1, 1, share / 2]);
    let targets = w.distinct(target, ", ", length);
    let targets = if length > 1 { targets } else { target.into() };
    if w.rng.chance(50) {
        let one = statement(w, 200, Who::Some);
        w.declare(share, &format!("{word} on {targets} in main {{\n{one}}}\n"));
    } else {
        w.push(&format!("{word} on {} in main {{\n", numbered(&targets, 1)));
        statements(w, share, Who::Some);
        w.push("}\n");
    }
}

fn tests(w: &mut Writer<'_>, share: usize) {
    let long = letters(w.rng);
    let resource = match w.rng.below(4) {
        0 => format!("arn:aws:s3:::{long}#"),
        1 => format!("arn:aws:s3:::{}", "ab".repeat(w.rng.between(1, 1_000))),
        2 => "*".into(),
        _ => "arn:aws:s3:::b#/x".into(),
    };
    let length = *w.rng.pick(&[60, 1_000, share / 2]);
    let context = match w.rng.below(4) {
        0 => String::new(),
        1 => format!(" with {}", w.distinct("aws:RequestTag/k# = \"v#\"", ", ", length)),
        2 => format!(" with aws:TagKeys = [{}]", w.list("\"v#\"", ", ", length)),
        _ => format!(" with s3:prefix = \"{}\"", letters(w.rng)),
    };
    let who = match w.used(|w| &w.users) {
        Some(name) => format!("user {name} in main"),
        None => "anyone".into(),
    };
    let expectation = format!("    deny s3:GetObject on {resource}{context}\n");
    if w.rng.chance(50) {
        w.push(&format!("test \"one\" {{\n  as {who} {{\n"));
        w.fill(share, &expectation);
        w.push("  }\n}\n");
    } else {
        w.declare(share, &format!("test \"t#\" {{\n  as {who} {{\n{expectation}  }}\n}}\n"));
    }
}

fn services(w: &mut Writer<'_>, share: usize) {
    w.push(&format!("service shop{} {{\n", w.text.len()));
    match w.rng.below(4) {
        0 => {
            w.declare(share, "  action Act#\n");
        }
        1 => {
            let count = w.declare(share / 2, "  resource type# arn:shop:s:*:*:t#/*\n");
            let length = *w.rng.pick(&[20, 400, share / 4]);
            let types: Vec<String> =
                (0..count.min(length / 7).max(1)).map(|at| format!("type{at}")).collect();
            w.declare(share, &format!("  action Act# on {}\n", types.join(", ")));
        }
        2 => {
            let pattern = arn(w.rng, w.careless);
            w.declare(share, &format!("  resource type# {pattern}\n"));
        }
        _ => {
            w.declare(share, "  key shop:Key# list of String\n");
        }
    }
    w.push("}\n");
}

fn invariants(w: &mut Writer<'_>, share: usize) {
    let condition = expression(w, 200, 2);
    let (actions, resource) = (action(w.rng, w.careless), arn(w.rng, w.careless));
    let word = w.rng.word(&["never", "only"]);
    let who = principal(w.rng, w.careless);
    w.fill(share, &format!("{word} {who} may {actions} on {resource} when {condition}\n"));
}

/// What is no declaration: comments, brackets, long words, what stands where nothing may stand.
fn noise(w: &mut Writer<'_>, share: usize) {
    let kinds = if w.careless { 12 } else { 3 };
    let template = match w.rng.below(kinds) {
        0 => comment(w),
        1 => "// #\n".into(),
        2 => "\n".into(),
        3 => "(".into(),
        4 => "policy n# {\n".into(),
        5 => letters(w.rng),
        6 => format!("\"{}\" ", letters(w.rng)),
        7 => "allow ".into(),
        8 => "import \"f#.tabella\"\n".into(),
        9 => "@note(\"#\")\n".into(),
        10 => "\\u{1F511} ` \" ".into(),
        _ => "user U in main { policies P }\n".into(),
    };
    let most = *w.rng.pick(&[100, 2_000, 1 << 16]);
    w.fill(share.min(most), &template);
}

/// Takes characters out and doubles runs of lines: what a parser recovers from.
fn damage(text: &mut String, rng: &mut Rng) {
    for _ in 0..*rng.pick(&[1, 10, 400]) {
        let at = rng.bits() as usize % text.len().max(1);
        if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
            match rng.below(3) {
                0 => {
                    text.remove(at);
                }
                1 => text.insert_str(at, rng.word(&["{", "}", "(", ")", "\"", "=", ",", "allow", "policy"])),
                _ => {
                    let end = (at + 2_000).min(text.len());
                    let copied = text.get(at..end).unwrap_or_default().to_string();
                    text.insert_str(at, &copied);
                }
            }
        }
    }
}
