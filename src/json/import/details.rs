//! What `aws iam get-account-authorization-details` prints → a file with accounts, policies, users, groups, roles.
//!
//! Policies are referred to by ARN, which is unique, never by name. Of a managed policy only the default version
//! counts. What has no meaning for decisions is left out with a note, once for each kind of thing.

mod policies;

use super::embedded;
use super::words;
use super::{document, excerpt, keep};
use crate::diag::codes::json as codes;
use crate::diag::{Diagnostic, Severity, has_errors};
use crate::hir::{self, is_account_id};
use crate::json::reader::{Member, Node, NodeKind};
use crate::source::Span;
use crate::syntax::ast::{
    Account, Annotation, Body, File, Identity, IdentityKind, IdentityMember, IdentityMemberKind as Kind,
    Item, ItemKind, LiteralType, PolicyKind, PolicyRef,
};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a file is an account dump, or pages of one.
pub(super) fn is_dump(node: &Node) -> bool {
    let with_versions = |policies: &[Node]| {
        policies.is_empty() || policies.iter().any(|p| p.get("PolicyVersionList").is_some())
    };
    let is_page = |page: &Node| {
        ["UserDetailList", "GroupDetailList", "RoleDetailList"].iter().any(|list| page.get(list).is_some())
            || page.get("Policies").is_some_and(|list| list.items().is_none_or(with_versions))
    };
    pages(node).iter().all(is_page)
}

/// The pages of a dump: the dump itself, if it is one.
fn pages(node: &Node) -> &[Node] {
    match node.items() {
        Some(items) if !items.is_empty() => items,
        _ => std::slice::from_ref(node),
    }
}

/// An account dump as a file. When a diagnostic is an error the file holds an `Error` item, and nothing is built of it.
pub fn authorization_details(node: &Node) -> (File, Vec<Diagnostic>) {
    let mut dump = Dump::default();
    let pages = pages(node);
    for (index, page) in pages.iter().enumerate() {
        dump.read(page, index + 1 == pages.len());
    }
    dump.finish()
}

/// The note that names the version of a managed policy.
pub(super) const VERSION: &str = "version";

/// Members that carry nothing a decision depends on.
const SILENT: &[&str] = &[
    "AttachmentCount",
    "PermissionsBoundaryUsageCount",
    "IsAttachable",
    "UpdateDate",
    "PolicyId",
    "DefaultVersionId",
    "RoleLastUsed",
    "Marker",
    "ResponseMetadata",
];

/// Members that say something, at any place.
const KNOWN: &[&str] = &[
    "UserDetailList",
    "GroupDetailList",
    "RoleDetailList",
    "Policies",
    "IsTruncated",
    "PolicyName",
    "Arn",
    "Path",
    "CreateDate",
    "PolicyVersionList",
    "DefaultVersionId",
    "Description",
    "UserName",
    "GroupName",
    "RoleName",
    "UserId",
    "GroupId",
    "RoleId",
    "AssumeRolePolicyDocument",
    "UserPolicyList",
    "GroupPolicyList",
    "RolePolicyList",
    "AttachedManagedPolicies",
    "PermissionsBoundary",
    "GroupList",
    "Tags",
    "MaxSessionDuration",
    "VersionId",
    "IsDefaultVersion",
    "Document",
    "PolicyDocument",
    "PolicyArn",
    "PermissionsBoundaryArn",
    "PermissionsBoundaryType",
];

#[derive(Default)]
struct Dump {
    /// Accounts by digits, with the place of the first ARN that names them.
    accounts: BTreeMap<String, Span>,
    /// Managed policies with their ARNs.
    policies: Vec<(String, Item)>,
    identities: Vec<Item>,
    /// ARNs of the managed policies in the dump.
    known: BTreeSet<String>,
    /// ARNs attached to somebody, and ARNs used as boundary, with the first place.
    attached: BTreeMap<String, Span>,
    boundaries: BTreeMap<String, Span>,
    /// Names of policy items, to keep them apart.
    names: BTreeSet<String>,
    noted: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
}

/// The members of one user, group or role while they are read.
#[derive(Default)]
struct Entry<'n> {
    name: Option<&'n Node>,
    arn: Option<&'n Node>,
    path: Option<&'n Node>,
    /// What the language has no place for but a note.
    annotations: Vec<Annotation>,
    members: Vec<IdentityMember>,
}

impl Dump {
    /// Reads a page. Only the last one may not say that others follow.
    fn read(&mut self, node: &Node, is_last: bool) {
        let Some(members) = node.members() else {
            return self.wrong("an account dump", "an object", node);
        };
        for member in members {
            match &*member.key {
                "UserDetailList" => self.each(member, |d, n| d.identity(n, IdentityKind::User)),
                "GroupDetailList" => self.each(member, |d, n| d.identity(n, IdentityKind::Group)),
                "RoleDetailList" => self.each(member, |d, n| d.identity(n, IdentityKind::Role)),
                "Policies" => self.each(member, Self::policy),
                "IsTruncated" if is_last => self.truncated(member),
                "IsTruncated" => {}
                _ => self.ignore(member),
            }
        }
    }

    fn finish(mut self) -> (File, Vec<Diagnostic>) {
        self.choose_kinds();
        let accounts = self.accounts.iter().map(|(id, span)| account_item(id, *span));
        let mut items: Vec<Item> =
            accounts.chain(self.policies.into_iter().map(|(_, item)| item)).chain(self.identities).collect();
        if has_errors(&self.diagnostics) {
            items.push(Item { annotations: Vec::new(), kind: ItemKind::Error, span: Span::NONE });
        }
        (File { items }, self.diagnostics)
    }

    /// A policy that is used as boundary and never attached is written as `boundary`.
    fn choose_kinds(&mut self) {
        for (arn, item) in &mut self.policies {
            if let ItemKind::Policy(policy) = &mut item.kind
                && self.boundaries.contains_key(arn)
                && !self.attached.contains_key(arn)
            {
                policy.kind = PolicyKind::Boundary;
            }
        }
    }

    // ------------------------------------------------------------ users, groups, roles

    fn identity(&mut self, node: &Node, kind: IdentityKind) {
        let Some(members) = self.members("an entry", node) else { return };
        let mut entry = Entry::default();
        for member in members {
            self.identity_member(member, kind, &mut entry);
        }
        let (Some(name), Some(arn)) = (entry.name.and_then(Node::as_str), entry.arn.and_then(Node::as_str))
        else {
            return self.lacks("an entry", "its name and `Arn` as strings", node.span);
        };
        let Some(account) = self.see_account(arn, node.span) else {
            return self.lacks("an entry", "an ARN with a twelve-digit account", node.span);
        };
        let word = match kind {
            IdentityKind::User => "user",
            IdentityKind::Group => "group",
            IdentityKind::Role | IdentityKind::ServiceLinkedRole => "role",
        };
        // The ARN is what requests say, so the path is the one in it.
        let Some((path, last)) = path_and_name(arn, word) else {
            return self.lacks("an entry", &format!("an ARN of a {word}"), node.span);
        };
        if last != name {
            let message = format!("the {word} is `{}`, by its ARN `{}`", excerpt(name), excerpt(last));
            return self.contradiction(&message, node.span);
        }
        if let Some(written) = entry.path {
            match written.as_str() {
                None => return self.wrong("`Path`", "a string", written),
                Some(written) if written != path => {
                    let message =
                        format!("the path is `{}`, by the ARN `{}`", excerpt(written), excerpt(path));
                    return self.contradiction(&message, node.span);
                }
                Some(_) => {}
            }
        }
        if path != "/" {
            let path = words::word(path, node.span);
            entry.members.push(IdentityMember { kind: Kind::Path(path), span: node.span });
        }
        // Written only where it is not what account, path and name give.
        if arn != format!("arn:aws:iam::{account}:{word}{path}{name}") {
            let arn = words::word(arn, node.span);
            entry.members.push(IdentityMember { kind: Kind::Arn(arn), span: node.span });
        }
        let linked = kind == IdentityKind::Role && path.starts_with("/aws-service-role/");
        let identity = Identity {
            kind: if linked { IdentityKind::ServiceLinkedRole } else { kind },
            name: words::word(name, node.span),
            account: Some(words::word(&account_name(&account), node.span)),
            members: entry.members,
        };
        let kind = ItemKind::Identity(identity);
        self.identities.push(Item { annotations: entry.annotations, kind, span: node.span });
    }

    fn identity_member<'n>(&mut self, member: &'n Member, kind: IdentityKind, entry: &mut Entry<'n>) {
        let (node, span) = (&member.value, member.value.span);
        let made = match (&*member.key, kind) {
            ("UserName", IdentityKind::User)
            | ("GroupName", IdentityKind::Group)
            | ("RoleName", IdentityKind::Role) => {
                entry.name = Some(node);
                return;
            }
            ("Arn", _) => {
                entry.arn = Some(node);
                return;
            }
            ("Path", _) => {
                entry.path = Some(node);
                return;
            }
            ("UserId", IdentityKind::User)
            | ("GroupId", IdentityKind::Group)
            | ("RoleId", IdentityKind::Role) => {
                self.text(member).map(|t| Kind::UniqueId(words::word(t, span)))
            }
            // The language has no place for the date of a group.
            ("CreateDate", IdentityKind::Group) => {
                let date = self.text(member).map(|date| note("created", date, span));
                entry.annotations.extend(date);
                return;
            }
            ("Description", _) => {
                entry.annotations.extend(self.described(member));
                return;
            }
            ("CreateDate", _) => self.text(member).map(|t| Kind::Created(words::word(t, span))),
            ("AssumeRolePolicyDocument", IdentityKind::Role) => {
                self.body(node, hir::PolicyKind::Trust).map(Kind::Trust)
            }
            ("UserPolicyList", IdentityKind::User)
            | ("GroupPolicyList", IdentityKind::Group)
            | ("RolePolicyList", IdentityKind::Role) => {
                self.each(member, |dump, n| dump.inline(n, &mut entry.members));
                return;
            }
            ("AttachedManagedPolicies", _) => self.attached_policies(member),
            ("PermissionsBoundary", IdentityKind::User | IdentityKind::Role) => self.boundary(node),
            ("GroupList", IdentityKind::User) => self.groups(member),
            ("Tags", IdentityKind::User | IdentityKind::Role) => self.tags(member),
            ("MaxSessionDuration", IdentityKind::Role) => self.session(node),
            _ => {
                self.ignore(member);
                return;
            }
        };
        entry.members.extend(made.map(|kind| IdentityMember { kind, span }));
    }

    /// Members that nobody reads, of an object that has these.
    fn only(&mut self, node: &Node, known: &[&str]) {
        let members = node.members().unwrap_or_default().iter();
        members.filter(|m| !known.contains(&&*m.key)).for_each(|m| self.ignore(m));
    }

    fn inline(&mut self, node: &Node, members: &mut Vec<IdentityMember>) {
        self.only(node, &["PolicyName", "PolicyDocument"]);
        let name = node.get("PolicyName").and_then(Node::as_str);
        let (Some(name), Some(inner)) = (name, node.get("PolicyDocument")) else {
            return self.lacks("an inline policy", "`PolicyName` and `PolicyDocument`", node.span);
        };
        if let Some(body) = self.body(inner, hir::PolicyKind::Identity) {
            let kind = Kind::Inline(words::word(name, node.span), body);
            members.push(IdentityMember { kind, span: node.span });
        }
    }

    fn attached_policies(&mut self, member: &Member) -> Option<Kind> {
        let mut refs = Vec::new();
        self.each(member, |dump, node| {
            dump.only(node, &["PolicyName", "PolicyArn"]);
            let Some(arn) = node.get("PolicyArn").and_then(Node::as_str) else {
                return dump.lacks("an attached policy", "`PolicyArn`", node.span);
            };
            dump.attached.entry(arn.to_string()).or_insert(node.span);
            refs.push(reference(arn, node.span));
        });
        (!refs.is_empty()).then_some(Kind::Policies(refs))
    }

    fn boundary(&mut self, node: &Node) -> Option<Kind> {
        self.only(node, &["PermissionsBoundaryType", "PermissionsBoundaryArn"]);
        let Some(arn) = node.get("PermissionsBoundaryArn").and_then(Node::as_str) else {
            self.lacks("a boundary", "`PermissionsBoundaryArn`", node.span);
            return None;
        };
        self.boundaries.entry(arn.to_string()).or_insert(node.span);
        Some(Kind::Boundary(reference(arn, node.span)))
    }

    fn groups(&mut self, member: &Member) -> Option<Kind> {
        let mut groups = Vec::new();
        self.each(member, |dump, node| match node.as_str() {
            Some(name) => groups.push(words::word(name, node.span)),
            None => dump.wrong("a group's name", "a string", node),
        });
        (!groups.is_empty()).then_some(Kind::Groups(groups))
    }

    fn tags(&mut self, member: &Member) -> Option<Kind> {
        let mut tags = Vec::new();
        self.each(member, |dump, node| {
            dump.only(node, &["Key", "Value"]);
            let part = |key| node.get(key).and_then(Node::as_str);
            match (part("Key"), part("Value")) {
                (Some(key), Some(value)) => {
                    let value = words::literal(LiteralType::String, value, node.span);
                    tags.push((words::word(key, node.span), value));
                }
                _ => dump.lacks("a tag", "`Key` and `Value`", node.span),
            }
        });
        (!tags.is_empty()).then_some(Kind::Tags(tags))
    }

    /// Seconds; the dump of the command line does not have it, the role itself does.
    fn session(&mut self, node: &Node) -> Option<Kind> {
        match &node.kind {
            NodeKind::Number(text) if text.bytes().all(|b| b.is_ascii_digit()) => {
                Some(Kind::Session(words::word(&format!("{text}s"), node.span)))
            }
            _ => {
                self.wrong("`MaxSessionDuration`", "a number of seconds", node);
                None
            }
        }
    }

    // ------------------------------------------------------------ shared

    fn body(&mut self, node: &Node, kind: hir::PolicyKind) -> Option<Body> {
        let inner = embedded::document(node, &mut self.diagnostics)?;
        let (body, found) = document(&inner, kind);
        found.into_iter().for_each(|f| keep(&mut self.diagnostics, f));
        body
    }

    fn each(&mut self, list: &Member, mut read: impl FnMut(&mut Self, &Node)) {
        match list.value.items() {
            Some(items) => items.iter().for_each(|item| read(self, item)),
            None => self.wrong(&format!("`{}`", list.key), "an array", &list.value),
        }
    }

    fn members<'n>(&mut self, what: &str, node: &'n Node) -> Option<&'n [Member]> {
        if node.members().is_none() {
            self.wrong(what, "an object", node);
        }
        node.members()
    }

    fn text<'n>(&mut self, member: &'n Member) -> Option<&'n str> {
        if member.value.as_str().is_none() {
            self.wrong(&format!("`{}`", member.key), "a string", &member.value);
        }
        member.value.as_str()
    }

    /// A description as a note; an empty one says nothing.
    fn described(&mut self, member: &Member) -> Option<Annotation> {
        let text = self.text(member)?;
        (!text.is_empty()).then(|| note("description", text, member.value.span))
    }

    fn see_account(&mut self, arn: &str, span: Span) -> Option<String> {
        let account = account_of(arn)?;
        self.accounts.entry(account.to_string()).or_insert(span);
        Some(account.to_string())
    }

    fn truncated(&mut self, member: &Member) {
        if !matches!(member.value.kind, NodeKind::Bool(false)) {
            let error = Diagnostic::error(codes::DUMP, "the dump is truncated").at(member.value.span);
            keep(&mut self.diagnostics, error.help("fetch all pages; a missing page may hold a deny"));
        }
    }

    /// A member that is not read. What has no meaning is left out with a note; what may be a misspelled member, or holds
    /// more than a word, may be a document or a boundary, and those are never left out (R59).
    fn ignore(&mut self, member: &Member) {
        let key = &*member.key;
        let empty = member.value.items().is_some_and(<[Node]>::is_empty);
        let meant = words::nearest(key, KNOWN).filter(|near| *near != key);
        if SILENT.contains(&key) || (empty && meant.is_none()) {
            return;
        }
        let known = matches!(key, "InstanceProfileList" | "Tags");
        let holds = member.value.items().is_some() || member.value.members().is_some();
        if meant.is_some() || (holds && !known) {
            let message = format!("an account dump has no `{}` here", excerpt(key));
            let error = Diagnostic::error(codes::UNKNOWN_ELEMENT, message).at(member.key_span);
            let help = match meant {
                Some(near) => format!("did you mean `{near}`?"),
                None => "delete it if it has no influence on decisions".to_owned(),
            };
            return keep(&mut self.diagnostics, error.help(help));
        }
        if !self.noted.insert(key.to_string()) {
            return;
        }
        let severity = if known { Severity::Note } else { Severity::Warning };
        let message = format!("`{}` is not imported", excerpt(key));
        keep(&mut self.diagnostics, Diagnostic::new(severity, codes::IGNORED, message).at(member.key_span));
    }

    fn wrong(&mut self, what: &str, wanted: &str, node: &Node) {
        let message = format!("{what} must be {wanted}, found {}", node.what());
        keep(&mut self.diagnostics, Diagnostic::error(codes::WRONG_TYPE, message).at(node.span));
    }

    fn contradiction(&mut self, message: &str, span: Span) {
        keep(&mut self.diagnostics, Diagnostic::error(codes::DUMP, message.to_owned()).at(span));
    }

    fn lacks(&mut self, what: &str, wanted: &str, span: Span) {
        keep(
            &mut self.diagnostics,
            Diagnostic::error(codes::DUMP, format!("{what} needs {wanted}")).at(span),
        );
    }
}

/// `@name("text")`
fn note(name: &str, text: &str, span: Span) -> Annotation {
    Annotation { name: words::word(name, span), value: Some(words::quoted(text, span)), span }
}

fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|a| is_account_id(a))
}

/// The path, and the name behind it, of an ARN of a kind.
fn path_and_name<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next()?, parts.nth(2)?);
    let path_and_name = resource.strip_prefix(kind).filter(|rest| rest.starts_with('/'))?;
    let (_, name) = path_and_name.rsplit_once('/')?;
    let path = path_and_name.strip_suffix(name)?;
    (service == "iam" && !name.is_empty()).then_some((path, name))
}

/// How the imported program calls an account.
fn account_name(id: &str) -> String {
    format!("account-{id}")
}

fn account_item(id: &str, span: Span) -> Item {
    let account = Account {
        name: words::word(&account_name(id), span),
        id: words::word(id, span),
        management: false,
        span,
    };
    Item { annotations: Vec::new(), kind: ItemKind::Account(account), span }
}

fn reference(arn: &str, span: Span) -> PolicyRef {
    PolicyRef { name: words::word(arn, span), args: Vec::new(), span }
}
