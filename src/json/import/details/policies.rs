//! The managed policies of a dump.

use super::{Dump, VERSION, note};
use crate::diag::Diagnostic;
use crate::diag::codes::json as codes;
use crate::hir;
use crate::json::import::{excerpt, keep, words};
use crate::json::reader::{Member, Node, NodeKind};
use crate::syntax::ast::{Body, Item, ItemKind, Policy, PolicyKind};
use std::collections::BTreeSet;

impl Dump {
    pub(super) fn policy(&mut self, node: &Node) {
        let Some(members) = self.members("a policy", node) else { return };
        let (mut name, mut arn, mut body) = (None, None, None);
        let mut annotations = Vec::new();
        for member in members {
            match &*member.key {
                "PolicyName" => name = self.text(member),
                "Arn" => arn = self.text(member),
                "PolicyVersionList" => {
                    if let Some((made, version)) = self.default_version(node, member) {
                        body = made;
                        annotations.extend(version.map(|id| note(VERSION, id, member.value.span)));
                    }
                }
                "Description" => annotations.extend(self.described(member)),
                "Path" | "CreateDate" => {}
                _ => self.ignore(member),
            }
        }
        let (Some(name), Some(arn)) = (name, arn) else {
            return self.lacks("a managed policy", "`PolicyName` and `Arn`", node.span);
        };
        let Some(body) = body else {
            if members.iter().all(|m| &*m.key != "PolicyVersionList") {
                self.lacks("a managed policy", "`PolicyVersionList`", node.span);
            }
            return;
        };
        self.see_account(arn, node.span);
        if !self.known.insert(arn.to_string()) {
            let message = format!("the policy `{}` stands twice in the dump", excerpt(arn));
            keep(&mut self.diagnostics, Diagnostic::error(codes::DUMP, message).at(node.span));
            return;
        }
        let name = self.unique(name);
        let policy = Policy {
            kind: PolicyKind::Identity,
            name: words::word(&name, node.span),
            params: Vec::new(),
            arn: Some(words::word(arn, node.span)),
            body,
        };
        let item = Item { annotations, kind: ItemKind::Policy(policy), span: node.span };
        self.policies.push((arn.to_string(), item));
    }

    /// Names of policies need not be unique: AWS and the customer, or two paths, may share one.
    fn unique(&mut self, name: &str) -> String {
        let mut candidate = name.to_string();
        let mut count = 2;
        while !self.names.insert(candidate.clone()) {
            candidate = format!("{name}-{count}");
            count += 1;
        }
        candidate
    }

    /// The document of the default version, and the version's id.
    fn default_version<'n>(
        &mut self,
        policy: &'n Node,
        list: &'n Member,
    ) -> Option<(Option<Body>, Option<&'n str>)> {
        let Some(versions) = list.value.items() else {
            self.wrong("`PolicyVersionList`", "an array", &list.value);
            return None;
        };
        let wanted = match policy.members().unwrap_or_default().iter().find(|m| &*m.key == "DefaultVersionId")
        {
            Some(member) => Some(self.text(member)?),
            None => None,
        };
        let mut seen = BTreeSet::new();
        for version in versions {
            let id = self.version(version)?;
            if id.is_some_and(|id| !seen.insert(id)) {
                self.contradiction("two versions have one `VersionId`", version.span);
                return None;
            }
        }
        let is_default = |v: &&Node| match v.get("IsDefaultVersion").map(|n| &n.kind) {
            Some(NodeKind::Bool(is)) => *is,
            _ => wanted.is_some() && v.get("VersionId").and_then(Node::as_str) == wanted,
        };
        let mut defaults = versions.iter().filter(is_default);
        let first = defaults.next();
        let named = first.and_then(|v| v.get("VersionId")).and_then(Node::as_str);
        if let (Some(wanted), Some(_)) = (wanted, first)
            && named != Some(wanted)
        {
            let other = named.map_or("one without `VersionId`".to_owned(), |n| format!("`{}`", excerpt(n)));
            let message = format!("the default version is `{}` and also {other}", excerpt(wanted));
            self.contradiction(&message, list.value.span);
            return None;
        }
        match (first.and_then(|v| v.get("Document")), defaults.next()) {
            (Some(node), None) => Some((self.body(node, hir::PolicyKind::Identity), named)),
            _ => {
                self.lacks(
                    "a managed policy",
                    "exactly one default version with a `Document`",
                    list.value.span,
                );
                None
            }
        }
    }

    /// A version's members have their types, and nothing is in it that is not read. The inner `None`: it has no id.
    fn version<'n>(&mut self, version: &'n Node) -> Option<Option<&'n str>> {
        let mut id = None;
        for member in self.members("a version of a policy", version)? {
            match &*member.key {
                "VersionId" => id = Some(self.text(member)?),
                "IsDefaultVersion" => match member.value.kind {
                    NodeKind::Bool(_) | NodeKind::Null => {}
                    _ => {
                        self.wrong("`IsDefaultVersion`", "a boolean", &member.value);
                        return None;
                    }
                },
                "Document" | "CreateDate" => {}
                _ => self.ignore(member),
            }
        }
        Some(id)
    }
}
