//! Account dumps beside sources and beside one another.
//!
//! A dump says that its account exists, a source says where the account stands in the organization. What dumps have in
//! common is told apart by ARN: policies of one ARN are one policy, and of an AWS managed policy the newest version counts,
//! because AWS changes it for all accounts at once. Names of policies need not be unique across accounts; nothing in a dump
//! refers to a policy by its name.

use super::details::VERSION;
use super::{excerpt, words};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::syntax;
use crate::syntax::ast::{File, Identity, Item, ItemKind, OrgMember, Policy, PolicyKind};
use std::collections::{BTreeMap, BTreeSet};

/// Lets dumps join what is declared elsewhere: by a source, or by a dump before.
pub fn join<'f>(
    sources: impl Iterator<Item = &'f File>,
    dumps: impl Iterator<Item = &'f mut File>,
) -> Vec<Diagnostic> {
    let mut known = Known::default();
    for source in sources {
        known.accounts.extend(accounts(source));
        let names = source.items.iter().filter_map(|item| policy(item)?.name.text());
        known.names.extend(names.map(|name| name.to_string()));
    }
    let mut dumps: Vec<&mut File> = dumps.collect();
    known.newest(&dumps);
    known.attached(&mut dumps);
    for dump in &mut dumps {
        known.join_accounts(dump);
        known.join_items(dump);
    }
    known.findings
}

/// What stands in the sources and in the dumps before.
#[derive(Default)]
struct Known {
    /// The digits of accounts.
    accounts: BTreeSet<String>,
    /// Names of policies.
    names: BTreeSet<String>,
    /// The newest version of each AWS managed policy, by ARN: the number and the document.
    newest: BTreeMap<String, (u32, String)>,
    /// Policies and identities of dumps, by ARN, as they would be printed.
    items: BTreeMap<String, String>,
    findings: Vec<Diagnostic>,
}

impl Known {
    /// Finds the newest versions. Where dumps differ, the others are out of date.
    fn newest(&mut self, dumps: &[&mut File]) {
        let mut reported = BTreeSet::new();
        for item in dumps.iter().flat_map(|dump| &dump.items) {
            let Some((arn, number)) = managed_by_aws(item) else { continue };
            let document = document(item);
            let Some((newest, first)) = self.newest.get_mut(&arn) else {
                self.newest.insert(arn, (number, document));
                continue;
            };
            if *first == document {
                *newest = number.max(*newest);
                continue;
            }
            if number > *newest {
                (*newest, *first) = (number, document);
            }
            if reported.insert(arn.clone()) {
                let message = format!("the dumps have different versions of `{}`", excerpt(&arn));
                let warning = Diagnostic::warning(codes::VERSIONS, message).at(item.span);
                let help = "the newest one counts; print the dumps again, so that they are of one time";
                self.findings.push(warning.help(help));
            }
        }
    }

    /// A policy that is attached in one account and a boundary in another is what both can refer to.
    fn attached(&self, dumps: &mut [&mut File]) {
        let mut attached = BTreeSet::new();
        let policies = || dumps.iter().flat_map(|dump| &dump.items).filter_map(policy);
        for policy in policies().filter(|policy| policy.kind == PolicyKind::Identity) {
            attached.extend(policy.arn.as_ref().and_then(|arn| arn.text().map(|arn| arn.to_string())));
        }
        for item in dumps.iter_mut().flat_map(|dump| &mut dump.items) {
            let is_attached = policy(item)
                .and_then(|policy| policy.arn.as_ref()?.text())
                .is_some_and(|arn| attached.contains(&*arn));
            if let ItemKind::Policy(policy) = &mut item.kind
                && is_attached
            {
                policy.kind = PolicyKind::Identity;
            }
        }
    }

    /// An account that is declared already is left out; what stands in it then names it by its digits.
    fn join_accounts(&mut self, dump: &mut File) {
        let mut joined = BTreeSet::new();
        let own = accounts(dump);
        dump.items.retain(|item| match &item.kind {
            ItemKind::Account(account) => match account.id.text() {
                Some(id) if self.accounts.contains(&*id) => {
                    joined.extend(account.name.text().map(|name| (name.to_string(), id.to_string())));
                    false
                }
                _ => true,
            },
            _ => true,
        });
        self.accounts.extend(own);
        for item in &mut dump.items {
            let ItemKind::Identity(identity) = &mut item.kind else { continue };
            let Some(word) = &mut identity.account else { continue };
            let id = word.text().and_then(|name| joined.iter().find(|(known, _)| *known == *name));
            if let Some((_, id)) = id {
                *word = words::word(id, word.span);
            }
        }
    }

    /// A policy that another dump has is left out, and so is an identity that stands there alike; a policy of a name that is
    /// taken gets another one.
    fn join_items(&mut self, dump: &mut File) {
        dump.items.retain(|item| {
            let Some(arn) = arn(item) else { return true };
            // Of AWS's policies the newest stays, wherever it stands.
            if managed_by_aws(item).is_some()
                && self.newest.get(&arn).is_some_and(|(_, newest)| *newest != document(item))
            {
                return false;
            }
            let text = document(item);
            match self.items.get(&arn) {
                // Two that differ are both kept, and refused as declared twice.
                Some(before) => *before != text,
                None => {
                    self.items.insert(arn, text);
                    true
                }
            }
        });
        for item in &mut dump.items {
            let ItemKind::Policy(policy) = &mut item.kind else { continue };
            let (Some(name), span) = (policy.name.text().map(|name| name.to_string()), policy.name.span)
            else {
                continue;
            };
            let account = policy.arn.as_ref().and_then(|arn| Some(arn.text()?.split(':').nth(4)?.to_owned()));
            let mut candidate = name.clone();
            let mut count = 1;
            while !self.names.insert(candidate.clone()) {
                candidate = match &account {
                    Some(account) if count == 1 => format!("{name}-{account}"),
                    _ => format!("{name}-{count}"),
                };
                count += 1;
            }
            if candidate != name {
                policy.name = words::word(&candidate, span);
            }
        }
    }
}

fn policy(item: &Item) -> Option<&Policy> {
    match &item.kind {
        ItemKind::Policy(policy) => Some(policy),
        _ => None,
    }
}

/// The ARN of a policy of AWS, and the number of its version.
fn managed_by_aws(item: &Item) -> Option<(String, u32)> {
    let arn = policy(item)?.arn.as_ref()?.text()?.to_string();
    let version = item.annotations.iter().find(|note| note.name.text().as_deref() == Some(VERSION));
    let text = version.and_then(|note| note.value.as_ref()?.text());
    let number = text.and_then(|text| text.strip_prefix('v')?.parse().ok()).unwrap_or(0);
    (arn.split(':').nth(4) == Some("aws")).then_some((arn, number))
}

/// What tells an item from those of other dumps.
fn arn(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Policy(policy) => Some(policy.arn.as_ref()?.text()?.to_string()),
        ItemKind::Identity(identity) => of_identity(identity),
        _ => None,
    }
}

/// An identity by its kind, account and name, which tell as much as the ARN.
fn of_identity(identity: &Identity) -> Option<String> {
    let account = identity.account.as_ref()?.text()?;
    // Dumps name an account by its digits, or by a name that ends in them.
    let digits = account.rsplit('-').next().unwrap_or_default().to_owned();
    Some(format!("{:?} {digits} {}", identity.kind, identity.name.text()?.to_lowercase()))
}

/// An item as it would be printed, without its notes, and by another name all the same.
fn document(item: &Item) -> String {
    let mut item = Item { annotations: Vec::new(), ..item.clone() };
    match &mut item.kind {
        ItemKind::Policy(policy) => {
            policy.name = words::word("P", policy.name.span);
            policy.kind = PolicyKind::Identity;
        }
        ItemKind::Identity(identity) => identity.account = None,
        _ => {}
    }
    syntax::print(&File { items: vec![item] })
}

/// The digits of all accounts that a file declares.
fn accounts(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for item in &file.items {
        match &item.kind {
            ItemKind::Account(account) => found.extend(account.id.text()),
            ItemKind::Organization(organization) => {
                let mut open: Vec<&OrgMember> = organization.members.iter().collect();
                while let Some(member) = open.pop() {
                    match member {
                        OrgMember::Account(account) => found.extend(account.id.text()),
                        OrgMember::Unit(unit) => open.extend(&unit.members),
                        OrgMember::Error(_) => {}
                    }
                }
            }
            _ => {}
        }
    }
    found.into_iter().map(|id| id.to_string()).collect()
}
