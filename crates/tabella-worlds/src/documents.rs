//! Random documents of every kind, within what each kind may hold (R45, R48, R54, R55).

use crate::conditions::{self, Setting};
use crate::rng::Rng;
use crate::text;
use crate::vocabulary::{ACTIONS, Key, PROVIDERS, SERVICES, TRUST_ACTIONS, VARIABLES};
use tabella::hir::{
    ActionPattern, Actions, Condition, Effect, PolicyKind, Principal, Principals, ResourcePattern, Resources,
    Statement, Str, Version,
};
use tabella::source::Span;

/// What the documents of one world are about.
#[derive(Clone, Debug, Default)]
pub struct Pools {
    /// Actions.
    pub actions: Vec<&'static str>,
    /// ARNs of resources.
    pub resources: Vec<String>,
    /// Condition keys.
    pub keys: Vec<Key>,
    /// Account digits; the last one is not declared.
    pub accounts: Vec<String>,
    /// ARNs of users, roles, sessions; for principals and conditions.
    pub callers: Vec<String>,
    /// Unique ids.
    pub unique_ids: Vec<String>,
}

/// The version element of a new document.
pub fn version(rng: &mut Rng) -> Option<Version> {
    match rng.below(20) {
        0 => None,
        1 => Some(Version::V2008),
        _ => Some(Version::V2012),
    }
}

/// The statements of a document. `governed` is the resource of a resource policy.
pub fn statements(
    kind: PolicyKind,
    version: Option<Version>,
    governed: Option<&str>,
    pools: &Pools,
    rng: &mut Rng,
) -> Vec<Statement> {
    let count = match rng.below(10) {
        0..=3 => 1,
        4..=8 => rng.between(2, 3),
        _ => rng.between(4, 7),
    };
    let variables = version == Some(Version::V2012);
    (0..count).map(|i| statement(kind, variables, governed, i, pools, rng)).collect()
}

fn statement(
    kind: PolicyKind,
    variables: bool,
    governed: Option<&str>,
    at: usize,
    pools: &Pools,
    rng: &mut Rng,
) -> Statement {
    let allow = match kind {
        PolicyKind::Rcp => false,
        PolicyKind::Scp => rng.chance(35),
        PolicyKind::Boundary | PolicyKind::Session | PolicyKind::Endpoint => rng.chance(82),
        _ => rng.chance(78),
    };
    let effect = if allow { Effect::Allow } else { Effect::Deny };
    // R55: an allow of a resource policy may lack the element; it never applies.
    let nobody = effect == Effect::Allow && kind == PolicyKind::Resource && rng.chance(3);
    let arns: Vec<String> = pools.resources.iter().chain(&pools.callers).cloned().collect();
    let setting = Setting { keys: &pools.keys, arns: &arns, accounts: &pools.accounts, variables };
    let condition = match effect {
        // A deny without condition on a broad action would leave little to decide.
        Effect::Deny if rng.chance(70) => Condition::Atom(conditions::atom(&setting, rng)),
        _ => conditions::condition(&setting, rng),
    };
    Statement {
        sid: rng.chance(40).then(|| Str::from(format!("S{at}"))),
        effect,
        principals: (kind.has_principal() && !nobody).then(|| principals(kind, effect, pools, rng)),
        actions: actions(kind, effect, pools, rng),
        resources: resources(kind, effect, variables, governed, pools, rng),
        condition,
        annotations: Vec::new(),
        span: Span::NONE,
    }
}

fn actions(kind: PolicyKind, effect: Effect, pools: &Pools, rng: &mut Rng) -> Actions {
    let trust = kind == PolicyKind::Trust;
    let count = if rng.chance(50) { 1 } else { rng.between(2, 4) };
    let broad = effect == Effect::Allow && rng.chance(30);
    let mut patterns: Vec<ActionPattern> = (0..count)
        .map(|_| {
            let base = if trust { rng.pick(TRUST_ACTIONS) } else { rng.pick(&pools.actions) };
            ActionPattern { text: action_pattern(base, rng).into() }
        })
        .collect();
    if broad && !trust {
        patterns.push(ActionPattern { text: "*".into() });
    }
    let negated = !trust && kind != PolicyKind::Rcp && rng.chance(9);
    if negated {
        patterns.retain(|p| &*p.text != "*");
    }
    if negated || effect == Effect::Deny {
        // Sources that would leave something open with what no request can ask for are refused.
        patterns.retain(|p| !is_no_action(&p.text));
    }
    if patterns.is_empty() {
        patterns.push(ActionPattern { text: "s3:*".into() });
    }
    Actions { negated, patterns: patterns.into() }
}

/// R63: no request has such an action.
fn is_no_action(pattern: &str) -> bool {
    pattern.matches(':').count() > 1 || pattern.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// A pattern that matches `action` or nearly does.
fn action_pattern(action: &str, rng: &mut Rng) -> String {
    let (prefix, name) = action.split_once(':').unwrap_or((action, ""));
    let chars: Vec<char> = name.chars().collect();
    let cut = rng.below(chars.len() + 1);
    let head: String = chars[..cut].iter().collect();
    let tail: String = chars[cut..].iter().collect();
    match rng.below(17) {
        0..=5 => action.to_string(),
        6 => text::flip_case(action, rng),
        7 | 8 => format!("{prefix}:*"),
        9 => format!("{prefix}:{head}*"),
        10 => format!("{prefix}:*{tail}"),
        11 => format!("{prefix}:{head}*{tail}"),
        12 => {
            let mut c = chars;
            if let Some(last) = c.get_mut(cut) {
                *last = '?';
            }
            format!("{prefix}:{}", c.into_iter().collect::<String>())
        }
        13 => format!("{prefix}:**{tail}"),
        14 => format!("{}:{head}*{tail}?", text::flip_case(prefix, rng)),
        // R63: what no request can ask for.
        15 => format!("{prefix}:{head}{}{tail}", rng.pick(&[":", "\u{a0}", "\u{b}"])),
        _ => "*".to_string(),
    }
}

fn resources(
    kind: PolicyKind,
    effect: Effect,
    variables: bool,
    governed: Option<&str>,
    pools: &Pools,
    rng: &mut Rng,
) -> Option<Resources> {
    if kind == PolicyKind::Trust || (kind == PolicyKind::Resource && rng.chance(45)) {
        return None;
    }
    let count = if rng.chance(55) { 1 } else { rng.between(2, 3) };
    let broad = if effect == Effect::Allow { 45 } else { 25 };
    let negated = rng.chance(10);
    let mut texts: Vec<String> = (0..count)
        .map(|_| {
            if rng.chance(broad) {
                return "*".to_string();
            }
            let base = match governed {
                Some(g) if rng.chance(85) => g.to_string(),
                _ => rng.pick(&pools.resources).clone(),
            };
            let text = resource_pattern(&base, kind, variables, rng);
            if effect == Effect::Deny || negated || rng.chance(50) { matchable(text, kind) } else { text }
        })
        .collect();
    if negated {
        texts.retain(|t| t != "*");
        if texts.is_empty() {
            texts.push(rng.pick(&pools.resources).clone());
        }
    }
    let patterns = texts
        .iter()
        .map(|t| ResourcePattern { text: text::template(t, true, variables) })
        .collect::<Vec<_>>();
    Some(Resources { negated, patterns: patterns.into() })
}

/// A pattern that matches `arn` or nearly does.
fn resource_pattern(arn: &str, kind: PolicyKind, variables: bool, rng: &mut Rng) -> String {
    match rng.below(20) {
        0..=4 => arn.to_string(),
        5 | 6 => format!("{arn}*"),
        7 | 8 => format!("{arn}/*"),
        9 => text::near_miss(arn, rng).replace("${", "$"),
        10 => {
            // Parts 2..5 as wildcards.
            let mut parts: Vec<&str> = arn.splitn(6, ':').collect();
            let at = *rng.pick(&[1, 3, 4]);
            if let Some(p) = parts.get_mut(at) {
                *p = "*";
            }
            parts.join(":")
        }
        11 if kind != PolicyKind::Rcp => short_arn(arn, kind, rng),
        12 | 13 if variables && arn.split(':').count() >= 6 => {
            let v = *rng.pick(VARIABLES);
            let tail = *rng.pick(&["/{}/*", "/{}", "/{}*", "-{}", "/x{}y"]);
            format!("{arn}{}", tail.replace("{}", v))
        }
        _ => blur(arn, rng),
    }
}

/// A deny that can't match is an error (R70), so short ARNs get the wildcard their kind of document wants.
fn matchable(text: String, kind: PolicyKind) -> String {
    if text == "*" || text.matches(':').count() >= 5 {
        return text;
    }
    match kind {
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => text,
        PolicyKind::Rcp => "*".to_string(),
        _ if text.contains("${") => "*".to_string(),
        _ => format!("{text}*"),
    }
}

/// Fewer than six parts (R70).
fn short_arn(arn: &str, kind: PolicyKind, rng: &mut Rng) -> String {
    let keep = rng.between(2, 5);
    let mut short = arn.splitn(6, ':').take(keep).collect::<Vec<_>>().join(":");
    if kind != PolicyKind::Identity || rng.chance(50) {
        short.push('*');
    }
    short
}

/// Replaces a stretch of the text after the service by `*`, or characters by `?`.
pub fn blur(arn: &str, rng: &mut Rng) -> String {
    let chars: Vec<char> = arn.chars().collect();
    // INVARIANT: the partition and the service stay as they are (R67).
    let start = arn.match_indices(':').nth(2).map_or(0, |(i, _)| arn[..=i].chars().count());
    if start >= chars.len() {
        return format!("{arn}*");
    }
    let from = rng.between(start, chars.len() - 1);
    let to = rng.between(from, chars.len());
    let head: String = chars[..from].iter().collect();
    let tail: String = chars[to..].iter().collect();
    match rng.below(6) {
        0..=2 => format!("{head}*{tail}"),
        3 => format!("{head}*"),
        4 => format!("{head}?{}", chars[(from + 1).min(chars.len())..].iter().collect::<String>()),
        _ => format!("{head}*?{tail}*"),
    }
}

fn principals(kind: PolicyKind, effect: Effect, pools: &Pools, rng: &mut Rng) -> Principals {
    if kind == PolicyKind::Rcp {
        return Principals { negated: false, items: vec![Principal::Anyone { aws: rng.chance(30) }] };
    }
    let negated = effect == Effect::Deny && kind != PolicyKind::Trust && rng.chance(40);
    let count = if rng.chance(50) { 1 } else { rng.between(2, 4) };
    let mut items: Vec<Principal> = (0..count).map(|_| principal(kind, pools, rng)).collect();
    if negated && rng.chance(70) {
        items.truncate(rng.below(2));
        items.extend(excepted(pools, rng));
    }
    if negated {
        items.retain(|p| !matches!(p, Principal::Anyone { .. }));
        if items.is_empty() {
            items.push(Principal::Account { id: rng.pick(&pools.accounts).as_str().into(), arn: None });
        }
    }
    // R84: a canonical user can't be denied.
    if effect == Effect::Deny && !negated {
        for item in items.iter_mut().filter(|p| matches!(p, Principal::Canonical(_))) {
            *item = Principal::Anyone { aws: true };
        }
    }
    Principals { negated, items }
}

/// Whom a deny is to except, level by level: an account, mostly one of its users or roles, and for a session its role before
/// it (R87, R88). Sometimes a level is missing, so that nobody is excepted.
fn excepted(pools: &Pools, rng: &mut Rng) -> Vec<Principal> {
    let sessions: Vec<&String> = pools.callers.iter().filter(|a| a.contains(":sts:")).collect();
    let arn: &String = match rng.maybe(&sessions) {
        Some(session) if rng.chance(45) => session,
        _ => rng.pick(&pools.callers),
    };
    let digits = arn.split(':').nth(4).unwrap_or_default();
    let mut items = vec![Principal::Account { id: digits.into(), arn: None }];
    if rng.chance(25) {
        return items;
    }
    if let Some((_, session)) = arn.split_once(":assumed-role/") {
        let (role, _) = session.split_once('/').unwrap_or((session, ""));
        let is_role = |a: &&String| {
            a.contains(":role/") && a.split(':').nth(4) == Some(digits) && a.rsplit('/').next() == Some(role)
        };
        items.extend(pools.callers.iter().find(is_role).map(|role| caller(role)));
    } else if let Some((_, name)) = arn.split_once(":federated-user/") {
        items.push(caller(&format!("arn:aws:iam::{digits}:user/{name}")));
    }
    items.push(caller(arn));
    if rng.chance(15) {
        items.remove(rng.below(items.len()));
    }
    items
}

/// One principal entry, in any spelling.
fn principal(kind: PolicyKind, pools: &Pools, rng: &mut Rng) -> Principal {
    let weights =
        if kind == PolicyKind::Trust { [6, 18, 40, 6, 14, 16, 0] } else { [20, 18, 38, 8, 10, 5, 1] };
    match rng.weighted(&weights) {
        0 => Principal::Anyone { aws: rng.chance(50) },
        1 => {
            let id: Str = rng.pick(&pools.accounts).as_str().into();
            let arn = rng.chance(50).then(|| Str::from(format!("arn:aws:iam::{id}:root")));
            Principal::Account { id, arn }
        }
        2 => {
            let arn: &String = rng.pick(&pools.callers);
            caller(arn)
        }
        3 => match rng.maybe(&pools.unique_ids) {
            Some(id) => Principal::UniqueId(id.as_str().into()),
            None => Principal::UniqueId("AIDAGONE".into()),
        },
        4 => Principal::Service((*rng.pick(SERVICES)).into()),
        5 => Principal::Federated(provider(pools, rng).into()),
        _ => Principal::Canonical("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be".into()),
    }
}

/// An identity provider.
pub fn provider(pools: &Pools, rng: &mut Rng) -> String {
    let account: &String = rng.pick(&pools.accounts);
    rng.pick(PROVIDERS).replace("{A}", account)
}

fn caller(arn: &str) -> Principal {
    let a: Str = arn.into();
    if arn.contains(":assumed-role/") {
        Principal::RoleSession(a)
    } else if arn.contains(":federated-user/") {
        Principal::FederatedUser(a)
    } else if arn.contains(":role/") {
        Principal::Role(a)
    } else {
        Principal::User(a)
    }
}

/// The action pool of a world: a few services whole.
pub fn choose_actions(rng: &mut Rng) -> Vec<&'static str> {
    let mut services: Vec<&str> = ACTIONS.iter().filter_map(|a| a.split(':').next()).collect();
    services.dedup();
    let wanted = rng.between(2, 5);
    let chosen: Vec<&str> = (0..wanted).map(|_| *rng.pick(&services)).collect();
    ACTIONS.iter().copied().filter(|a| chosen.iter().any(|c| a.starts_with(c))).collect()
}
