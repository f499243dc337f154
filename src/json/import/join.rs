//! Account dumps beside sources that know the accounts: a dump says that its account exists, a source says where it stands
//! in the organization.

use super::words;
use crate::syntax::ast::{File, ItemKind, OrgMember};
use std::collections::BTreeSet;

/// Lets dumps join accounts that are declared elsewhere: by a source, or by a dump before. What stands in such an
/// account then names it by its digits.
pub fn join<'f>(sources: impl Iterator<Item = &'f File>, dumps: impl Iterator<Item = &'f mut File>) {
    let mut declared: BTreeSet<String> = sources.flat_map(accounts).collect();
    for dump in dumps {
        let mut joined = BTreeSet::new();
        let own = accounts(dump);
        dump.items.retain(|item| match &item.kind {
            ItemKind::Account(account) => match account.id.text() {
                Some(id) if declared.contains(&*id) => {
                    joined.extend(account.name.text().map(|name| (name.to_string(), id.to_string())));
                    false
                }
                _ => true,
            },
            _ => true,
        });
        declared.extend(own);
        for item in &mut dump.items {
            let ItemKind::Identity(identity) = &mut item.kind else { continue };
            let Some(word) = &mut identity.account else { continue };
            let id = word.text().and_then(|name| joined.iter().find(|(known, _)| *known == *name));
            if let Some((_, id)) = id {
                *word = words::word(id, word.span);
            }
        }
    }
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
