//! Declared users and roles as the resource of a request of `iam` or `sts`: what the estate says of them, and what a request may
//! not claim otherwise.

use crate::asked::{Asked, Facts, Verb};
use crate::derive::{Found, KeyClass, TARGET_BOUNDARY, TARGET_TAGS};
use crate::fold::is_folded;
use crate::layout::{BOUNDED, Detail, ON_IDENTITIES, WILDCARD_ONLY};
use crate::request::Values;
use crate::tables::Tables;

/// The user or role that an action is done to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    detail: Detail,
    bounded: bool,
    boundary: Boundary,
}

/// Whose boundary `iam:PermissionsBoundary` names, by the action (service authorization reference of IAM).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Boundary {
    /// The target's.
    Target,
    /// The one that the request puts on it.
    Asked,
    /// Nobody's: AWS has no such key for the action.
    None,
}

impl Boundary {
    /// By a lower-case action.
    fn of(action: &[u8]) -> Self {
        match action {
            b"iam:putrolepermissionsboundary" | b"iam:putuserpermissionsboundary" => Boundary::Asked,
            b"iam:attachrolepolicy"
            | b"iam:attachuserpolicy"
            | b"iam:deleterole"
            | b"iam:deleterolepermissionsboundary"
            | b"iam:deleterolepolicy"
            | b"iam:deleteuserpermissionsboundary"
            | b"iam:deleteuserpolicy"
            | b"iam:detachrolepolicy"
            | b"iam:detachuserpolicy"
            | b"iam:getrole"
            | b"iam:putrolepolicy"
            | b"iam:putuserpolicy"
            | b"iam:updateassumerolepolicy"
            | b"iam:updaterole"
            | b"iam:updateroledescription" => Boundary::Target,
            _ => Boundary::None,
        }
    }
}

/// What follows the twelve bytes of the account in an ARN of IAM, if it is one of the largest partition.
#[inline(always)]
pub(crate) fn behind_account(resource: &[u8]) -> Option<&[u8]> {
    const ACCOUNT: usize = 12;
    Some(resource.strip_prefix(b"arn:aws:iam::")?.get(ACCOUNT..).unwrap_or_default())
}

/// Whether a resource may be a user or role. Of the largest partition, whose accounts begin and end at known places, nothing
/// else may; a look-up says what is declared.
#[inline(always)]
pub(crate) fn may_be_identity(resource: &str) -> bool {
    match behind_account(resource.as_bytes()) {
        Some(name) => name.starts_with(b":role/") || name.starts_with(b":user/"),
        None => true,
    }
}

impl Target {
    /// The declared user or role that a request names. What is created is not there yet, and a recorded context has what it has.
    #[inline(always)]
    pub fn find(tables: &Tables<'_>, facts: &Facts<'_>, verb: &Verb<'_>) -> Option<Target> {
        let of_sts = || verb.name(tables).starts_with(b"sts:");
        if verb.flags & WILDCARD_ONLY != 0 || (verb.flags & ON_IDENTITIES == 0 && !of_sts()) {
            return None;
        }
        Target::look(tables, facts, verb.name(tables))
    }

    #[inline(never)]
    fn look(tables: &Tables<'_>, facts: &Facts<'_>, action: &[u8]) -> Option<Target> {
        if !may_be_identity(facts.resource()) {
            return None;
        }
        let (_, record) = tables.find_principal(facts.resource())?;
        if facts.is_complete() || matches!(action, b"iam:createrole" | b"iam:createuser") {
            return None;
        }
        let bounded = record.read().flags & BOUNDED != 0;
        Some(Target { detail: tables.detail(record), bounded, boundary: Boundary::of(action) })
    }

    /// What it has of a key.
    #[inline(never)]
    pub fn value<'a>(&self, asked: &'a Asked<'_>, class: KeyClass, number: u32) -> Found<'a> {
        let [head, _] = TARGET_TAGS;
        match class {
            KeyClass::TargetTag => {
                Found::some(asked.tables.tag_by_key(&self.detail, asked.tables.tag_key(number, head)))
            }
            _ if self.boundary == Boundary::Target => match self.declared_boundary(asked.tables) {
                // What boundary it is, only the request says.
                Some("") => match asked.requested(number) {
                    None => Found::Unknown,
                    said => said.into(),
                },
                arn => Found::some(arn),
            },
            _ => asked.requested(number).into(),
        }
    }

    /// The ARN of its boundary; empty: it has one that has no ARN. `None`: it has none.
    fn declared_boundary<'a>(&self, tables: &Tables<'a>) -> Option<&'a str> {
        self.bounded.then(|| tables.text(self.detail.boundary, self.detail.boundary_len))
    }

    /// Whether the context says of it what the declaration does not.
    #[inline(never)]
    pub fn is_misrepresented(&self, tables: &Tables<'_>, facts: &Facts<'_>) -> bool {
        facts.any_of_context(tables, |key, values| {
            let declared = match claimed_tag(key) {
                Some(tag) => {
                    let mut tags = tables.tags.run(self.detail.tags, self.detail.tags_len);
                    let tag = tags.find(|t| is_folded(tag, tables.bytes(t.key, t.key_len)));
                    tag.map(|t| tables.text(t.value, t.value_len))
                }
                None if !key.eq_ignore_ascii_case(TARGET_BOUNDARY) || self.boundary == Boundary::Asked => {
                    return false;
                }
                None => match self.declared_boundary(tables) {
                    Some("") => return false,
                    arn => arn,
                },
            };
            declared.is_none_or(|declared| *values != Values::One(declared))
        })
    }
}

/// The tag's key of a key of the resource's tags.
fn claimed_tag(key: &str) -> Option<&[u8]> {
    let [head, _] = TARGET_TAGS;
    let (start, tag) = key.as_bytes().split_at_checked(head.len())?;
    TARGET_TAGS.iter().any(|head| start.eq_ignore_ascii_case(head.as_bytes())).then_some(tag)
}

/// Whether a key of the context may be told by the declaration of a user or role.
pub(crate) fn is_of_targets(key: &str) -> bool {
    claimed_tag(key).is_some() || key.eq_ignore_ascii_case(TARGET_BOUNDARY)
}
