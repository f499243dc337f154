//! What holds of the records of an artifact, steps 5 and 6 of `load`.

mod rows;
mod statements;

use crate::access::are_point_and_bucket;
use crate::array::Array;
use crate::derive::KeyClass;
use crate::digits::Digits;
use crate::error::{Kind, LoadError};
use crate::layout::work::{Costs, DECISION_STEPS, PRINCIPAL_TAGS, PiecesHead};
use crate::layout::*;
use crate::tables::Tables;

use rows::{rows, set_costs, set_services, sets, shapes};
use statements::{
    action_lists, action_text, atoms, condition_lists, entries, items, pattern, pieces, policies, provenance,
    resource_lists, statements,
};

type Checked = Result<(), LoadError>;

/// Checks inside one section.
struct Check<'t, 'a> {
    tables: &'t Tables<'a>,
    costs: &'t Costs<'a>,
    section: Section,
}

impl Check<'_, '_> {
    fn fail(&self, kind: Kind, expected: u64, got: u64) -> Checked {
        Err(LoadError::new(kind, expected, got).in_section(self.section))
    }

    fn index(&self, index: u32, len: usize) -> Checked {
        if (index as usize) < len { Ok(()) } else { self.fail(Kind::Index, len as u64, index.into()) }
    }

    fn cost(&self, is: u32, stated: u32) -> Checked {
        if is == stated { Ok(()) } else { self.fail(Kind::Cost, is.into(), stated.into()) }
    }

    fn index_or_none(&self, index: u32, len: usize) -> Checked {
        if index == NONE { Ok(()) } else { self.index(index, len) }
    }

    fn at_most(&self, value: u32, limit: u32) -> Checked {
        if value <= limit { Ok(()) } else { self.fail(Kind::Value, limit.into(), value.into()) }
    }

    fn run(&self, start: u32, len: u32, of: usize) -> Checked {
        let end = u64::from(start) + u64::from(len);
        if end <= of as u64 { Ok(()) } else { self.fail(Kind::Index, of as u64, end) }
    }

    fn text(&self, start: u32, len: u32) -> Checked {
        self.text_in(self.tables.strings, start, len)
    }

    fn text_in(&self, strings: &str, start: u32, len: u32) -> Checked {
        let end = u64::from(start) + u64::from(len);
        let found = usize::try_from(end).ok().and_then(|end| strings.get(start as usize..end));
        if found.is_some() { Ok(()) } else { self.fail(Kind::Text, strings.len() as u64, end) }
    }

    /// A run of pieces: all that stands behind a head, so that no two lie over one another.
    fn pieces(&self, start: u32, len: u32) -> Result<PiecesHead, LoadError> {
        let before = start.checked_sub(1).and_then(|at| self.tables.pieces.get(at as usize));
        let head = before.as_ref().and_then(PiecesHead::of).filter(|head| head.len == len);
        head.ok_or(LoadError::new(Kind::Index, start.into(), len.into()).in_section(self.section))
    }

    /// A tagged reference: one of `one` elements, or a list of which `is_list` says that it begins there.
    fn reference(&self, word: u32, one: usize, is_list: impl Fn(usize) -> bool) -> Checked {
        match reference(word) {
            (REF_ALL, 0) => Ok(()),
            (REF_ALL, index) => self.fail(Kind::Value, 0, index as u64),
            (REF_ONE, index) => self.index(index as u32, one),
            (_, index) if is_list(index) => Ok(()),
            (_, index) => self.fail(Kind::Index, 0, index as u64),
        }
    }

    /// Atoms that are kept stand in lists whose heads and references say so, and nowhere else.
    fn condition(&self, word: u32, may_keep: bool) -> Checked {
        let t = self.tables;
        let (tag, index) = reference(word);
        match tag {
            REF_ONE => return self.atom(index as u32),
            REF_KEPT if !may_keep => return self.fail(Kind::Value, REF_LIST.into(), REF_KEPT.into()),
            _ => {}
        }
        let is_kept = |at: usize| {
            let head = at.checked_sub(1).and_then(|at| t.condition_lists.get(at)).unwrap_or_default();
            head.word & AND_END != 0
        };
        self.reference(word, t.atoms.len(), |at| {
            begins(t.condition_lists, at, 1, AND_END | OR_END) && is_kept(at) == (tag == REF_KEPT)
        })
    }

    /// An atom that is evaluated wherever it is asked for.
    fn atom(&self, index: u32) -> Checked {
        self.index(index, self.tables.atoms.len())?;
        if index >= self.tables.meta.kept {
            Ok(())
        } else {
            self.fail(Kind::Value, self.tables.meta.kept.into(), index.into())
        }
    }

    /// What an item or a statement tests; of a statement some atoms may be kept.
    fn tests(&self, (principals, resources, condition): (u32, u32, u32), may_keep: bool) -> Checked {
        let t = self.tables;
        let kind = |at: usize| t.principal_entries.get(at).map(|entry| entry.kind);
        let is_list = |at: usize| at.checked_sub(1).and_then(kind) == Some(PRINCIPAL_HEAD);
        self.reference(principals, t.principal_entries.len(), is_list)?;
        if let (REF_ONE, index) = reference(principals)
            && kind(index) == Some(PRINCIPAL_HEAD)
        {
            return self.fail(Kind::Index, 0, index as u64);
        }
        self.reference(resources, t.patterns.len(), |at| begins(t.resource_lists, at, 1, LIST_END))?;
        self.condition(condition, may_keep)
    }

    /// Names strictly ascend. They are different texts, and so no longer than all text together: what they have in common is
    /// compared no more often than it stands there.
    fn sorted<R: Record>(&self, array: Array<'_, R>, name: impl Fn(R) -> (u32, u32)) -> Checked {
        let mut last = None;
        let mut left = self.tables.strings.len() as u64;
        for (i, record) in array.iter().enumerate() {
            let (start, len) = name(record);
            self.text(start, len)?;
            left = match left.checked_sub(len.into()) {
                Some(left) => left,
                None => return self.fail(Kind::Size, self.tables.strings.len() as u64, i as u64),
            };
            let text = self.tables.text(start, len);
            if last.is_some_and(|l| l >= text) {
                return self.fail(Kind::Order, 0, i as u64);
            }
            last = Some(text);
        }
        Ok(())
    }
}

/// Whether a list of words begins at a place: `head` words behind the end of the one before.
fn begins(list: Array<'_, Word>, at: usize, head: usize, end: u32) -> bool {
    let Some(first) = at.checked_sub(head).filter(|_| at < list.len()) else { return false };
    first.checked_sub(1).is_none_or(|last| list.get(last).is_some_and(|word| word.word & end == end))
}

/// Steps that checks may take which look at one thing for several records: in proportion to the file.
pub(crate) struct Steps {
    left: u64,
    all: u64,
}

/// Steps for each byte of an artifact.
const STEPS: u64 = 16;

impl Steps {
    pub fn of(bytes: usize) -> Self {
        let all = STEPS * bytes as u64;
        Steps { left: all, all }
    }

    pub fn take(&mut self, steps: u64) -> Checked {
        match self.left.checked_sub(steps) {
            Some(left) => self.left = left,
            None => return Err(LoadError::new(Kind::Steps, self.all, self.all.saturating_add(steps))),
        }
        Ok(())
    }
}

/// Every record of every section; the most steps of a decision.
pub(crate) fn validate(t: &Tables<'_>, costs: &Costs<'_>, steps: &mut Steps) -> Result<u64, LoadError> {
    let check = |section| Check { tables: t, costs, section };
    meta(&check(Section::Meta))?;
    services(&check(Section::Services))?;
    actions(&check(Section::Actions))?;
    principals(&check(Section::Principals))?;
    slots(&check(Section::RoleSlots), t.role_slots, t.principals.len())?;
    for tag in t.tags.iter() {
        let c = check(Section::Tags);
        c.text(tag.key, tag.key_len)?;
        c.text(tag.value, tag.value_len)?;
    }
    accounts(&check(Section::Accounts))?;
    resources(&check(Section::Resources), steps)?;
    access_points(&check(Section::AccessPoints))?;
    named(&check(Section::Endpoints), t.endpoints, t.sets.len())?;
    named(&check(Section::SessionPolicies), t.session_policies, t.policies.len())?;
    keys(&check(Section::Keys))?;
    sets(&check(Section::Sets))?;
    set_services(&check(Section::SetServices))?;
    rows(&check(Section::Rows))?;
    shapes(&check(Section::Shapes))?;
    // Each relies on the costs that those before it state.
    pieces(&check(Section::Pieces))?;
    for p in t.patterns.iter() {
        pattern(&check(Section::Patterns), &p)?;
    }
    for text in t.action_texts.iter() {
        action_text(&check(Section::ActionTexts), &text)?;
    }
    atoms(&check(Section::Atoms))?;
    entries(&check(Section::PrincipalEntries))?;
    resource_lists(&check(Section::ResourceLists))?;
    action_lists(&check(Section::ActionLists))?;
    condition_lists(&check(Section::ConditionLists))?;
    items(&check(Section::Items))?;
    statements(&check(Section::Statements))?;
    policies(&check(Section::Policies))?;
    set_costs(&check(Section::Sets), steps)?;
    provenance(&check(Section::Provenance))?;
    match costs.decision() {
        steps if steps <= DECISION_STEPS => Ok(steps),
        steps => Err(LoadError::new(Kind::Work, DECISION_STEPS, steps)),
    }
}

fn meta(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let stride = t.services.len().div_ceil(WORD_SERVICES as usize).max(1);
    if t.meta.stride as usize != stride {
        return c.fail(Kind::Value, stride as u64, t.meta.stride.into());
    }
    c.at_most(t.meta.kept, KEPT_ATOMS.min(t.atoms.len()) as u32)?;
    if t.meta.organization == NONE {
        return Ok(());
    }
    c.text(t.meta.organization, t.meta.organization_len)
}

fn services(c: &Check<'_, '_>) -> Checked {
    c.tables.services.iter().try_for_each(|s| c.at_most(s.columns, (1 << 24) - 1))?;
    c.sorted(c.tables.services, |s| (s.prefix, s.prefix_len))
}

fn actions(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for action in t.actions.iter() {
        let name_len = action.name_len & ACTION_NAME_LEN;
        c.text(action.name, name_len)?;
        let text = words_of(t.bytes(action.name, name_len)).unwrap_or_default();
        if action.text != text {
            return c.fail(Kind::Value, action.name.into(), name_len.into());
        }
        if action.name_len == 0 {
            continue;
        }
        let flags = action_flags(t.bytes(action.name, name_len));
        if flags != action.name_len & !(WILDCARD_ONLY | ACTION_NAME_LEN) {
            return c.fail(Kind::Value, flags.into(), action.name_len.into());
        }
        let Some(service) = t.services.get(action.service as usize) else {
            return c.fail(Kind::Index, t.services.len() as u64, action.service.into());
        };
        c.index(action.column, service.columns as usize)?;
    }
    Ok(())
}

fn principals(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    if t.details.len() != t.principals.len() {
        return c.fail(Kind::Size, t.principals.len() as u64, t.details.len() as u64);
    }
    for (p, detail) in t.principals.iter().zip(t.details.iter()) {
        c.text(detail.arn, p.arn_len)?;
        if p.arn_len == 0 {
            // Whoever asks as it is refused.
            if p.flags != MALFORMED {
                return c.fail(Kind::Value, MALFORMED.into(), p.flags.into());
            }
            continue;
        }
        c.text(detail.name, detail.name_len)?;
        c.text(detail.unique_id, detail.unique_id_len)?;
        c.text(detail.boundary, detail.boundary_len)?;
        c.index(detail.account, t.accounts.len())?;
        c.index(p.identity, t.sets.len())?;
        c.index_or_none(p.boundary, t.sets.len())?;
        c.run(detail.tags, detail.tags_len, t.tags.len())?;
        c.at_most(detail.tags_len, PRINCIPAL_TAGS as u32)?;
        c.at_most(p.flags, IS_ROLE | SERVICE_LINKED | MALFORMED | INLINE | BOUNDED)?;
        // R137: none binds a service-linked role.
        let binds = p.flags & (BOUNDED | SERVICE_LINKED) == BOUNDED;
        if binds != (p.boundary != NONE) {
            return c.fail(Kind::Value, BOUNDED.into(), p.flags.into());
        }
        repeated(c, &p, &detail)?;
    }
    Ok(())
}

/// What a principal's record repeats, so that decisions find it in one place, is what it would be made of.
fn repeated(c: &Check<'_, '_>, p: &Principal, detail: &Detail) -> Checked {
    let t = c.tables;
    let account = t.accounts.get(detail.account as usize).unwrap_or_default();
    let id = t.text(account.id, account.id_len);
    let tail = tail_words(t.text(detail.arn, p.arn_len), id);
    if tail.is_some() != (p.flags & INLINE != 0) {
        return c.fail(Kind::Value, INLINE.into(), p.flags.into());
    }
    if Some(p.digits) != digit_words(id) || p.tail != tail.unwrap_or_default() {
        return c.fail(Kind::Value, detail.arn.into(), p.arn_len.into());
    }
    let scps = binding_scps(&account, p.flags & SERVICE_LINKED != 0);
    if p.scps != scps {
        return c.fail(Kind::Value, scps.into(), p.scps.into());
    }
    let malformed = is_malformed(detail.name_len as usize, detail.unique_id_len as usize);
    match malformed == (p.flags & MALFORMED != 0) {
        true => Ok(()),
        false => c.fail(Kind::Value, MALFORMED.into(), p.flags.into()),
    }
}

fn slots(c: &Check<'_, '_>, slots: Array<'_, Slot>, of: usize) -> Checked {
    if slots.len() > 0 && !slots.len().is_power_of_two() {
        return c.fail(Kind::Size, slots.len().next_power_of_two() as u64, slots.len() as u64);
    }
    slots.iter().try_for_each(|slot| c.at_most(slot.index, u32::try_from(of).unwrap_or(u32::MAX)))
}

fn accounts(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for a in t.accounts.iter() {
        c.text(a.path, a.path_len)?;
        c.index_or_none(a.scps, t.sets.len())?;
        c.index_or_none(a.rcps, t.sets.len())?;
        c.text(a.id, a.id_len)?;
        if digit_words(t.text(a.id, a.id_len)).is_none() {
            return c.fail(Kind::Value, 12, a.id_len.into());
        }
        c.at_most(a.flags, IN_ORGANIZATION | MANAGEMENT)?;
    }
    c.sorted(t.accounts, |a| (a.id, a.id_len))
}

fn resources(c: &Check<'_, '_>, steps: &mut Steps) -> Checked {
    let t = c.tables;
    // Ownership and trust are policies of two kinds, so that each ARN is there twice at most.
    let longest = 2 * t.strings.len() as u64;
    let mut left = longest;
    for r in t.resources.iter() {
        c.text(r.arn, r.arn_len)?;
        if r.arn_len == 0 {
            // Nothing is found there.
            if r != Resource::default() {
                return c.fail(Kind::Value, 0, r.flags.into());
            }
            continue;
        }
        c.index(r.set, t.sets.len())?;
        c.at_most(r.flags & !INLINE, TRUST)?;
        alike(c, r.set, r.alike, steps)?;
        left = match left.checked_sub(r.arn_len.into()) {
            Some(left) => left,
            None => return c.fail(Kind::Size, longest, r.arn_len.into()),
        };
        let tail = resource_words(t.text(r.arn, r.arn_len));
        if tail.is_some() != (r.flags & INLINE != 0) || r.tail != tail.unwrap_or_default() {
            return c.fail(Kind::Value, r.arn.into(), r.arn_len.into());
        }
        if r.digits != [0; 3] && t.find_account(&Digits::of_words(r.digits)).is_none() {
            return c.fail(Kind::Value, r.arn.into(), r.digits.first().copied().unwrap_or(0).into());
        }
    }
    Ok(())
}

fn access_points(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for point in t.access_points.iter() {
        c.text(point.arn, point.arn_len)?;
        c.text(point.bucket, point.bucket_len)?;
        c.text(point.vpc, point.vpc_len)?;
        // Not looked at any further than that, whatever other records share the texts.
        c.at_most(point.arn_len, POINT_BYTES as u32)?;
        c.at_most(point.bucket_len, BUCKET_BYTES as u32)?;
        c.at_most(point.vpc_len, VPC_BYTES as u32)?;
        c.at_most(point.flags, OF_VPC)?;
        let (arn, bucket) = (t.text(point.arn, point.arn_len), t.text(point.bucket, point.bucket_len));
        if !are_point_and_bucket(arn, bucket) || (point.flags & OF_VPC == 0 && point.vpc_len != 0) {
            return c.fail(Kind::Value, point.arn.into(), point.bucket.into());
        }
        let [head, ..] = point.owner;
        if Digits::of(Digits::of_words(point.owner).bytes()).is_none() {
            return c.fail(Kind::Value, 12, head.into());
        }
    }
    c.sorted(t.access_points, |point| (point.arn, point.arn_len))
}

/// Two sets have the same cells.
fn alike(c: &Check<'_, '_>, set: u32, alike: u32, steps: &mut Steps) -> Checked {
    let t = c.tables;
    c.index(alike, t.sets.len())?;
    let stride = t.meta.stride as usize;
    if set != alike {
        steps.take(stride as u64)?;
    }
    let words = |set: u32| t.set_services.from((set as usize).saturating_mul(stride)).take(stride);
    match set == alike || t.default_cell(set) == t.default_cell(alike) && words(set).eq(words(alike)) {
        true => Ok(()),
        false => c.fail(Kind::Value, set.into(), alike.into()),
    }
}

fn named(c: &Check<'_, '_>, array: Array<'_, Named>, targets: usize) -> Checked {
    array.iter().try_for_each(|n| c.index(n.target, targets))?;
    c.sorted(array, |n| (n.name, n.name_len))
}

fn keys(c: &Check<'_, '_>) -> Checked {
    c.sorted(c.tables.keys, |k| (k.name, k.name_len))?;
    for key in c.tables.keys.iter() {
        let name = c.tables.text(key.name, key.name_len);
        if let Some(at) = name.bytes().position(|b| b.is_ascii_uppercase()) {
            return c.fail(Kind::Value, 0, at as u64);
        }
        if (key.mark, key.ends, key.cases) != key_words(name) {
            return c.fail(Kind::Value, key.name.into(), key.name_len.into());
        }
        let class = KeyClass::of(name) as u32;
        c.at_most(key.class >> KEY_TYPE_SHIFT, KEY_BOOL)?;
        if key.class & ((1 << KEY_TYPE_SHIFT) - 1) != class {
            return c.fail(Kind::Value, class.into(), key.class.into());
        }
    }
    Ok(())
}
