//! Policies that are referred to by ARN and stand nowhere.

use super::{excerpt, words};
use crate::diag::codes::json as codes;
use crate::diag::{Diagnostic, has_errors};
use crate::hir;
use crate::json::reader;
use crate::limits::Limits;
use crate::managed::Managed;
use crate::source::{FileId, Span};
use crate::syntax::ast::{
    Annotation, Body, File, IdentityMemberKind as Kind, Item, ItemKind, Policy, PolicyKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// How an unknown policy is used, and the first place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Attached to somebody, and not only a boundary: it may deny.
    pub is_attached: bool,
    /// Where.
    pub span: Span,
}

/// The ARNs of policies that identities refer to and no file declares.
pub fn unknown<'f>(files: impl Iterator<Item = &'f File> + Clone) -> BTreeMap<String, Use> {
    let items = || files.clone().flat_map(|file| &file.items);
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for item in items() {
        let ItemKind::Identity(identity) = &item.kind else { continue };
        for member in &identity.members {
            let (references, is_attached) = match &member.kind {
                Kind::Policies(all) => (all.as_slice(), true),
                Kind::Boundary(one) => (std::slice::from_ref(one), false),
                _ => continue,
            };
            for reference in references {
                let Some(arn) = reference.name.text().filter(|name| name.starts_with("arn:")) else {
                    continue;
                };
                let found = uses.entry(arn.to_string()).or_insert(Use { is_attached, span: reference.span });
                found.is_attached |= is_attached;
            }
        }
    }
    for item in items() {
        if let ItemKind::Policy(policy) = &item.kind
            && let Some(arn) = policy.arn.as_ref().and_then(|arn| arn.text())
        {
            uses.remove(&*arn);
        }
    }
    uses
}

/// What is said of a policy that no document is known of.
pub fn no_document(arn: &str, of: Use) -> Diagnostic {
    let message = format!("no document of `{}` is known", excerpt(arn));
    let help = match of.is_attached {
        true => "declare a policy with this ARN in another file; it may hold a deny",
        false => "as a boundary it allows nothing; declare a policy with this ARN in another file",
    };
    Diagnostic::warning(codes::EXTERNAL_POLICY, message).at(of.span).help(help)
}

/// Names for policies that are added to a program, none of them taken.
#[derive(Debug)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// Those that the files leave free.
    pub fn of<'f>(files: impl Iterator<Item = &'f File>) -> Self {
        let policies = files.flat_map(|file| &file.items).filter_map(|item| match &item.kind {
            ItemKind::Policy(policy) => policy.name.text(),
            _ => None,
        });
        Names(policies.map(|name| name.to_string()).collect())
    }

    /// The last part of the ARN, with a number behind it if that is taken.
    fn free(&mut self, arn: &str) -> String {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let mut candidate = name.to_owned();
        let mut count = 1;
        while !self.0.insert(candidate.clone()) {
            count += 1;
            candidate = format!("{name}-{count}");
        }
        candidate
    }
}

/// A shipped AWS managed policy as an item; `file` holds its document. `None`: none of this ARN is shipped.
pub fn shipped(arn: &str, file: FileId, limits: &Limits, names: &mut Names) -> Option<Item> {
    let policy = Managed::shipped().get(arn)?;
    let (node, _) = reader::read(file, &policy.document, limits);
    let (body, findings) = super::document(&node?, hir::PolicyKind::Identity);
    let body = body.filter(|_| !has_errors(&findings))?;
    let span = Span::new(file, 0, policy.document.len());
    let version = Annotation {
        name: words::word(super::details::VERSION, span),
        value: Some(words::quoted(&policy.version, span)),
        span,
    };
    Some(Item { annotations: vec![version], ..item(arn, PolicyKind::Identity, body, span, names) })
}

/// A policy that allows and denies nothing, in place of one that is not known.
pub fn empty(arn: &str, of: Use, names: &mut Names) -> Item {
    let kind = if of.is_attached { PolicyKind::Identity } else { PolicyKind::Boundary };
    item(arn, kind, Body::default(), of.span, names)
}

fn item(arn: &str, kind: PolicyKind, body: Body, span: Span, names: &mut Names) -> Item {
    let policy = Policy {
        kind,
        name: words::word(&names.free(arn), span),
        params: Vec::new(),
        arn: Some(words::word(arn, span)),
        body,
    };
    Item { annotations: Vec::new(), kind: ItemKind::Policy(policy), span }
}
