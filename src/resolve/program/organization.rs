//! Accounts and the organization's tree → accounts with their levels of guardrails (R40–R50).
//!
//! A level (root, unit, account) with no guardrail written has `FullAWSAccess`; a level with written ones has
//! exactly those. Ids that are not written are made from names, always the same ones.

use super::items::{Items, plain};
use super::{Build, Shared};
use crate::diag::{Diagnostic, codes::resolve as code};
use crate::hir::{
    Account, AccountId, ActionPattern, Actions, Condition, Effect, List, Organization, Piece, Policy,
    PolicyId, PolicyKind, ResourcePattern, Resources, Statement, Str, Template, Version, is_account_id,
};
use crate::limits::Limits;
use crate::resolve::document::Head;
use crate::source::Span;
use crate::syntax::ast::{self, Guardrail, GuardrailTarget, Lexeme, OrgMember, Unit};
use hashbrown::HashMap;

/// Where an account stands: names of its units, outermost first.
type Units = Vec<Str>;

/// Where a guardrail can be attached.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Level {
    Root,
    Unit(Str),
    Account(Str),
}

/// Collects all accounts, sorted by id, with their places in the organization.
pub fn accounts(items: &Items<'_>, limits: &Limits, build: &mut Build) {
    let mut found: Vec<Account> = Vec::new();
    for account in &items.accounts {
        if account.management {
            let message = "only the organization has a management account";
            build.sink.push(Diagnostic::error(code::ORGANIZATION, message).at(account.span));
        }
        found.extend(declare(account, None, build));
    }
    if let Some((organization, span)) = items.organization {
        let org = organization_ids(organization, span, build);
        let mut walk =
            Walk { ids: &org, limits, found: Vec::new(), units: HashMap::new(), unit_ids: HashMap::new() };
        walk.members(organization, build);
        found.extend(walk.found);
        build.documents.units = walk.units.into_keys().collect();
        build.documents.units.sort();
        let managers: Vec<&Account> = found.iter().filter(|a| a.management).collect();
        if let [first, second, ..] = managers.as_slice() {
            let message = "an organization has one management account";
            let d = Diagnostic::error(code::ORGANIZATION, message).at(second.span);
            build.sink.push(d.and_at(first.span, "the first one"));
        }
        build.world.organization = Some(org);
    }
    found.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.name.cmp(&b.name)));
    unique(&found, build);
    for (i, account) in found.iter().enumerate() {
        build.accounts.insert(account.id.clone(), AccountId(i as u32));
    }
    build.world.accounts = found;
}

/// Two accounts share neither digits nor name.
fn unique(found: &[Account], build: &mut Build) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for account in found {
        let keys =
            if account.id == account.name { vec![&*account.id] } else { vec![&*account.id, &*account.name] };
        for key in keys {
            if let Some(first) = seen.insert(key, account.span) {
                let d = Diagnostic::error(code::DUPLICATE, format!("the account `{key}` is declared twice"));
                build.sink.push(d.at(account.span).and_at(first, "the first one"));
            }
        }
    }
}

/// One account; levels are filled in when the guardrails are known.
fn declare(
    account: &ast::Account,
    place: Option<(&Organization, &str)>,
    build: &mut Build,
) -> Option<Account> {
    let name = plain(&account.name, &mut build.sink)?;
    let id = plain(&account.id, &mut build.sink)?;
    if !is_account_id(&id) {
        let d = Diagnostic::error(code::ACCOUNT, format!("`{id}` is no account id")).at(account.id.span);
        build.sink.push(d.help("an account id has twelve digits"));
        return None;
    }
    if is_account_id(&name) && name != id {
        let message = format!("the account cannot be called `{name}`: it reads as the id of another account");
        let d = Diagnostic::error(code::NAME, message).at(account.name.span);
        build.sink.push(d.help("use a name, or the account's own id"));
    }
    if place.is_some() && !account.management && name.eq_ignore_ascii_case("management") {
        let message = format!("the account `{name}` is bound by guardrails like any other");
        let d = Diagnostic::warning(code::MANAGEMENT_NAME, message).at(account.name.span);
        let help = format!("if it is the management account, say so: `management account {name} {id}`");
        build.sink.push(d.help(help));
    }
    Some(Account {
        management: place.is_some() && account.management,
        name,
        id,
        in_organization: place.is_some(),
        org_path: place.map_or("", |(_, path)| path).into(),
        scps: None,
        rcps: None,
        span: account.span,
    })
}

/// The ids of organization and root.
fn organization_ids(organization: &ast::Organization, span: Span, build: &mut Build) -> Organization {
    let id = prefixed(&organization.id, "o-", "an organization", build).unwrap_or_else(|| "o-".into());
    let root_id = match &organization.root {
        Some(word) => prefixed(word, "r-", "a root", build).unwrap_or_else(|| "r-".into()),
        None => Str::from(format!("r-{}", id.strip_prefix("o-").unwrap_or(&id))),
    };
    if id.contains('/') || root_id.contains('/') {
        let message = "the id of an organization or root holds no `/`";
        build.sink.push(Diagnostic::error(code::ORGANIZATION, message).at(span));
    }
    Organization { id, root_id }
}

/// A word that must begin in a certain way.
fn prefixed(word: &Lexeme, prefix: &str, what: &str, build: &mut Build) -> Option<Str> {
    let text = plain(word, &mut build.sink)?;
    if text.len() > prefix.len() && text.starts_with(prefix) {
        return Some(text);
    }
    let d = Diagnostic::error(code::ORGANIZATION, format!("`{text}` is not the id of {what}")).at(word.span);
    build.sink.push(d.help(format!("it begins with `{prefix}`")));
    None
}

/// The way through the organization's tree.
struct Walk<'w> {
    ids: &'w Organization,
    limits: &'w Limits,
    found: Vec<Account>,
    units: HashMap<Str, Span>,
    /// Written ids of units.
    unit_ids: HashMap<Str, Span>,
}

impl Walk<'_> {
    fn members(&mut self, organization: &ast::Organization, build: &mut Build) {
        let path = format!("{}/{}/", self.ids.id, self.ids.root_id);
        // Members still to be visited, with the path, the units and the depth they are at.
        let mut open: Vec<(&OrgMember, String, Units)> =
            organization.members.iter().rev().map(|m| (m, path.clone(), Vec::new())).collect();
        while let Some((member, path, units)) = open.pop() {
            match member {
                OrgMember::Error(_) => build.sink.fail(),
                OrgMember::Account(account) => {
                    if let Some(account) = declare(account, Some((self.ids, &path)), build) {
                        build.documents.places.insert(account.id.clone(), units);
                        self.found.push(account);
                    }
                }
                OrgMember::Unit(unit) => {
                    let Some((path, units)) = self.unit(unit, &path, &units, build) else { continue };
                    open.extend(unit.members.iter().rev().map(|m| (m, path.clone(), units.clone())));
                }
            }
        }
    }

    /// Paths of units are compared as texts (R148): one id, one unit.
    fn unit_id(&mut self, id: &Str, span: Span, build: &mut Build) -> Option<()> {
        if id.contains('/') {
            let d = Diagnostic::error(code::ORGANIZATION, format!("`{id}` is not the id of a unit")).at(span);
            build.sink.push(d.help("it holds no `/`, which stands between the ids of a path"));
            return None;
        }
        if let Some(first) = self.unit_ids.insert(id.clone(), span) {
            let d = Diagnostic::error(code::ORGANIZATION, format!("two units have the id `{id}`")).at(span);
            build.sink.push(d.and_at(first, "the first one"));
            return None;
        }
        Some(())
    }

    /// The path and units of what is inside a unit.
    fn unit(&mut self, unit: &Unit, path: &str, units: &[Str], build: &mut Build) -> Option<(String, Units)> {
        let name = plain(&unit.name, &mut build.sink)?;
        if let Some(first) = self.units.insert(name.clone(), unit.span) {
            let d = Diagnostic::error(code::DUPLICATE, format!("the unit `{name}` is declared twice"));
            build.sink.push(d.at(unit.name.span).and_at(first, "the first one"));
            return None;
        }
        if units.len() >= self.limits.nesting {
            let message = format!("units are nested more than {} deep", self.limits.nesting);
            build.sink.push(Diagnostic::error(code::ORGANIZATION, message).at(unit.span));
            return None;
        }
        let id = match &unit.id {
            Some(word) => {
                let id = prefixed(word, "ou-", "a unit", build)?;
                self.unit_id(&id, word.span, build)?;
                id
            }
            None => {
                let root = self.ids.root_id.strip_prefix("r-").unwrap_or(&self.ids.root_id);
                let digest = blake3::hash(name.as_bytes()).to_hex();
                Str::from(format!("ou-{root}-{}", digest.get(..8).unwrap_or_default()))
            }
        };
        let mut units = units.to_vec();
        units.push(name);
        Some((format!("{path}{id}/"), units))
    }
}

impl Build {
    /// Resolves all guardrails and gives every account of the organization its levels.
    pub fn guardrails<'a>(&mut self, shared: &Shared<'a>) {
        let mut attached: [HashMap<Level, Vec<PolicyId>>; 2] = Default::default();
        let kinds = [
            (PolicyKind::Scp, &shared.items.guardrails),
            (PolicyKind::Rcp, &shared.items.resource_guardrails),
        ];
        for ((kind, table), levels) in kinds.into_iter().zip(&mut attached) {
            for (name, (guardrail, span)) in &table.list {
                let targets = self.targets(shared, guardrail, *span);
                let head = Head { kind, name: name.clone(), arn: None, span: *span };
                let Some(id) = self.document(shared, &guardrail.body, head, None, None) else { continue };
                for target in targets {
                    levels.entry(target).or_default().push(id);
                }
            }
        }
        if self.world.organization.is_none() {
            return;
        }
        let [scps, rcps] = attached;
        let full = self.full_access();
        for i in 0..self.world.accounts.len() {
            let Some(account) = self.world.accounts.get(i).filter(|a| a.in_organization) else { continue };
            let levels = self.levels(&account.id);
            let scps = levels.iter().map(|l| scps.get(l).cloned().unwrap_or_else(|| vec![full])).collect();
            let rcps = levels.iter().map(|l| rcps.get(l).cloned().unwrap_or_default()).collect();
            if let Some(account) = self.world.accounts.get_mut(i) {
                account.scps = Some(scps);
                account.rcps = Some(rcps);
            }
        }
        let used = |a: &Account| a.scps.iter().flatten().flatten().any(|id| *id == full);
        if !self.world.accounts.iter().any(used) && self.world.policies.len() == full.index() + 1 {
            self.world.policies.pop();
        }
    }

    /// Root, units, account.
    fn levels(&self, digits: &Str) -> Vec<Level> {
        let units = self.documents.places.get(digits).map_or(&[][..], Vec::as_slice);
        let units = units.iter().map(|u| Level::Unit(u.clone()));
        std::iter::once(Level::Root).chain(units).chain([Level::Account(digits.clone())]).collect()
    }

    /// Where a guardrail is attached, each place once.
    fn targets(&mut self, shared: &Shared<'_>, guardrail: &Guardrail, span: Span) -> Vec<Level> {
        let mut out: Vec<Level> = Vec::new();
        if self.world.organization.is_none() {
            let message = "there is no organization for this guardrail to stand in";
            let help = "declare it: `organization o-… { … }`";
            self.sink.push(Diagnostic::error(code::ORGANIZATION, message).at(span).help(help));
            return out;
        }
        for target in &guardrail.targets {
            let level = match target {
                GuardrailTarget::Root(_) => Some(Level::Root),
                GuardrailTarget::Unit(word) => self.unit_target(shared, word),
                GuardrailTarget::Account(word) => self.account_target(shared, word),
            };
            if let Some(level) = level
                && !out.contains(&level)
            {
                out.push(level);
            }
        }
        out
    }

    fn unit_target(&mut self, shared: &Shared<'_>, word: &Lexeme) -> Option<Level> {
        let name = plain(word, &mut self.sink)?;
        if self.documents.units.binary_search(&name).is_ok() {
            return Some(Level::Unit(name));
        }
        let units = self.documents.units.clone();
        self.cx(shared, None, None).unknown("unit", &name, word.span, units.iter().map(|u| &**u));
        None
    }

    fn account_target(&mut self, shared: &Shared<'_>, word: &Lexeme) -> Option<Level> {
        let name = plain(word, &mut self.sink)?;
        let digits = self.cx(shared, None, None).account_digits(&name, word.span)?;
        let account = self.account_id(&digits).and_then(|id| self.world.accounts.get(id.index()));
        if let Some(account) = account.filter(|a| a.in_organization) {
            if account.management {
                let message = format!("a guardrail on the management account `{name}` binds nobody");
                let d = Diagnostic::warning(code::MANAGEMENT_GUARDRAIL, message).at(word.span);
                self.sink.push(d.help("guardrails never bind the management account and what is in it"));
            }
            return Some(Level::Account(digits));
        }
        let d =
            Diagnostic::error(code::ORGANIZATION, format!("the account `{name}` is not in the organization"));
        self.sink.push(d.at(word.span).help("guardrails bind accounts of the organization only"));
        None
    }

    /// The policy that allows everything, which AWS attaches where nobody attached anything else.
    fn full_access(&mut self) -> PolicyId {
        let id = PolicyId(self.world.policies.len() as u32);
        let everything = Template { pieces: List::one(Piece::Any) };
        self.world.policies.push(Policy {
            name: "FullAWSAccess".into(),
            arn: Some("arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess".into()),
            kind: PolicyKind::Scp,
            version: Some(Version::V2012),
            id: None,
            statements: vec![Statement {
                sid: None,
                effect: Effect::Allow,
                principals: None,
                actions: Actions { negated: false, patterns: List::one(ActionPattern { text: "*".into() }) },
                resources: Some(Resources {
                    negated: false,
                    patterns: List::one(ResourcePattern { text: everything }),
                }),
                condition: Condition::TRUE,
                annotations: Vec::new(),
                span: Span::NONE,
            }],
            span: Span::NONE,
        });
        id
    }
}
