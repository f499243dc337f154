//! Statements and residual programs: sets and conditions become tagged references, programs runs of items.

use super::Failure;
use super::kept::Kept;
use super::pools::{Runs, index};
use super::template::{Templates, action};
use crate::hir::{Piece, Principal};
use crate::lower::tables::{ActionSet, Cell, Item, Pattern, PrincipalSet, Program, ResourceSet, Tables};
use hashbrown::{HashMap, HashSet};
use tabella_runtime::layout::{
    self, ACTION_COLUMN, ACTION_HEAD, AND_END, CELL_ALLOW, CELL_DENY, CELL_NONE, CELL_NOT_ON, CELL_ON,
    CELL_PROGRAM, CELL_UNLESS, ENTRY_END, ITEM_DENY, ITEM_LAST, ITEM_LEVEL, ITEM_NEVER, LIST_END, OR_END,
    PRINCIPAL_HEAD, REF_ALL, REF_LIST, REF_NOT, REF_ONE, Text, make_reference,
};

/// A reference, or the certainty that nothing is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    Word(u32),
    Never,
}

const ALL: Reference = Reference::Word(REF_ALL);

/// What the tables' indexes become.
#[derive(Debug, Default)]
pub(super) struct References {
    resources: Vec<Reference>,
    conditions: Vec<Reference>,
    principals: Vec<Reference>,
    actions: Vec<Reference>,
    programs: Vec<u32>,
    pub items: Vec<layout::Item>,
    pub resource_lists: Runs<u32>,
    pub condition_lists: Runs<u32>,
    pub action_lists: Runs<u32>,
    pub principal_entries: Runs<[u32; 3]>,
    pub action_texts: Vec<layout::Text>,
    /// Those of them that are the name of a column.
    columns: HashSet<u32>,
}

/// The full names of all columns.
fn columns(tables: &Tables) -> HashSet<String> {
    let names = tables.services.iter().flat_map(|s| s.actions.iter().map(move |a| (&s.prefix, &a.name)));
    names.map(|(service, action)| format!("{service}:{action}")).collect()
}

/// The reference to a list, which is written behind `head`.
fn list(
    head: &[u32],
    elements: &[u32],
    negated: bool,
    word: impl Fn(u32) -> u32,
    lists: &mut Runs<u32>,
) -> Result<Reference, Failure> {
    let (tag, start) = match (elements, negated) {
        ([], false) => return Ok(Reference::Never),
        ([], true) => return Ok(ALL),
        ([one], false) => (REF_ONE, *one),
        _ => {
            let mut words: Vec<u32> = elements.iter().map(|e| word(*e)).collect();
            if let Some(last) = words.last_mut() {
                *last |= LIST_END;
            }
            (if negated { REF_NOT } else { REF_LIST }, lists.add_behind(head, &words)?)
        }
    };
    Ok(Reference::Word(make_reference(tag, start)))
}

fn get<T: Copy>(of: &[T], index: u32, what: &str) -> Result<T, Failure> {
    of.get(index as usize).copied().ok_or_else(|| Failure::Refused(format!("there is no {what} {index}")))
}

impl References {
    pub fn new(tables: &Tables, kept: &Kept, templates: &mut Templates) -> Result<Self, Failure> {
        let mut out = References::default();
        for set in &tables.resource_sets {
            let reference = out.resource_set(tables, set)?;
            out.resources.push(reference);
        }
        for condition in &tables.conditions {
            let reference = out.condition(condition, kept)?;
            out.conditions.push(reference);
        }
        for set in &tables.principal_sets {
            let reference = if out.principals.is_empty() { ALL } else { out.principal_set(set, templates)? };
            out.principals.push(reference);
        }
        let mut known = HashMap::new();
        let columns = columns(tables);
        for set in &tables.action_sets {
            let reference = out.action_set(set, templates, &mut known, &columns)?;
            out.actions.push(reference);
        }
        for (index, program) in tables.programs.iter().enumerate() {
            // No set leads to a program that asks for what is kept.
            let cell = if kept.is_program(index) { CELL_DENY } else { out.program(program)? };
            out.programs.push(cell);
        }
        Ok(out)
    }

    fn resource_set(&mut self, tables: &Tables, set: &ResourceSet) -> Result<Reference, Failure> {
        let lone = |p: &u32| {
            let template = tables.patterns.get(*p as usize).and_then(Pattern::whole);
            template.is_some_and(|t| !t.pieces.is_empty() && t.pieces.iter().all(|p| *p == Piece::Any))
        };
        if set.patterns.iter().any(lone) {
            return Ok(if set.negated { Reference::Never } else { ALL });
        }
        list(&[0], &set.patterns, set.negated, |pattern| pattern << 1, &mut self.resource_lists)
    }

    fn condition(&mut self, condition: &[Vec<u32>], kept: &Kept) -> Result<Reference, Failure> {
        if condition.iter().any(Vec::is_empty) {
            return Ok(ALL);
        }
        match condition {
            [] => return Ok(Reference::Never),
            [one] if one.len() == 1 && !kept.is_kept(one[0]) => {
                return Ok(Reference::Word(make_reference(REF_ONE, kept.atom(one[0]))));
            }
            _ => {}
        }
        let mut words = Vec::new();
        for conjunction in condition {
            words.extend(conjunction.iter().map(|atom| kept.atom(*atom) << 2));
            if let Some(last) = words.last_mut() {
                *last |= AND_END;
            }
        }
        if let Some(last) = words.last_mut() {
            *last |= OR_END;
        }
        let tag = kept.tag(condition.iter().flatten().copied());
        Ok(Reference::Word(make_reference(tag, self.condition_lists.add_behind(&[0], &words)?)))
    }

    fn principal_set(&mut self, set: &PrincipalSet, templates: &mut Templates) -> Result<Reference, Failure> {
        if set.entries.is_empty() {
            return Ok(if set.negated { ALL } else { Reference::Never });
        }
        let mut words = Vec::new();
        for entry in &set.entries {
            let (kind, text) = principal(entry);
            let (start, len) = templates.strings.add(text.as_bytes())?;
            words.push([kind, start, len]);
        }
        if let Some(last) = words.last_mut() {
            last[0] |= ENTRY_END;
        }
        let tag = match (set.negated, words.len()) {
            (true, _) => REF_NOT,
            (false, 1) => REF_ONE,
            (false, _) => REF_LIST,
        };
        Ok(Reference::Word(make_reference(
            tag,
            self.principal_entries.add_behind(&[[PRINCIPAL_HEAD, 0, 0]], &words)?,
        )))
    }

    fn action_set<'a>(
        &mut self,
        set: &'a ActionSet,
        templates: &mut Templates,
        known: &mut HashMap<&'a str, u32>,
        columns: &HashSet<String>,
    ) -> Result<Reference, Failure> {
        if set.patterns.iter().any(|p| p == "*") {
            return Ok(if set.negated { Reference::Never } else { ALL });
        }
        let mut texts = Vec::new();
        for pattern in &set.patterns {
            let at = match known.get(pattern.as_str()) {
                Some(at) => *at,
                None => {
                    let at = index(self.action_texts.len())?;
                    let service = layout::service_hash(pattern.as_bytes());
                    self.action_texts.push(Text { service, ..templates.text(&action(pattern))? });
                    if columns.contains(pattern.as_str()) {
                        self.columns.insert(at);
                    }
                    known.insert(pattern, at);
                    at
                }
            };
            texts.push(at);
        }
        let columns = &self.columns;
        texts.sort_by_key(|text| columns.contains(text));
        let word = |text: u32| text << 2 | if columns.contains(&text) { ACTION_COLUMN } else { 0 };
        list(&[0; ACTION_HEAD], &texts, set.negated, word, &mut self.action_lists)
    }

    fn program(&mut self, program: &Program) -> Result<u32, Failure> {
        let start = self.items.len();
        for deny in &program.denies {
            let item = self.item(deny)?;
            if item.flags & ITEM_NEVER == 0 {
                self.items.push(layout::Item { flags: ITEM_DENY, ..item });
            }
        }
        for level in &program.levels {
            let first = self.items.len();
            for allow in level {
                let item = self.item(allow)?;
                if item.flags & ITEM_NEVER == 0 {
                    self.items.push(item);
                }
            }
            match self.items.get_mut(first) {
                Some(item) => item.flags |= ITEM_LEVEL,
                None => {
                    let never = layout::Item { flags: ITEM_LEVEL | ITEM_NEVER, ..layout::Item::default() };
                    self.items.push(never);
                }
            }
        }
        match self.items.get(start..).unwrap_or_default() {
            [] => return Ok(CELL_ALLOW),
            // The commonest program of guardrails is its only condition.
            [layout::Item { flags: ITEM_DENY, principals: 0, resources: 0, condition }]
                if let (REF_ONE, atom) = layout::reference(*condition) =>
            {
                self.items.truncate(start);
                return Ok(index(atom)? + CELL_UNLESS);
            }
            // So is that of other layers its only pattern.
            [layout::Item { flags, principals: 0, resources, condition: 0 }]
                if let (REF_ONE, pattern) = layout::reference(*resources) =>
            {
                let first = if flags & ITEM_DENY == 0 { CELL_ON } else { CELL_NOT_ON };
                self.items.truncate(start);
                return Ok(index(pattern)? + first);
            }
            _ => {}
        }
        if let Some(last) = self.items.last_mut() {
            last.flags |= ITEM_LAST;
        }
        Ok(index(start)? + CELL_PROGRAM)
    }

    /// The item without its place in a program.
    pub fn item(&self, item: &Item) -> Result<layout::Item, Failure> {
        // Index 0 means everything.
        let get = |of, index, what| if index == 0 { Ok(ALL) } else { get(of, index, what) };
        let words = [
            get(&self.principals, item.principals, "principal set")?,
            get(&self.resources, item.resources, "resource set")?,
            get(&self.conditions, item.condition, "condition")?,
        ];
        Ok(match words {
            [Reference::Word(principals), Reference::Word(resources), Reference::Word(condition)] => {
                layout::Item { flags: 0, principals, resources, condition }
            }
            _ => layout::Item { flags: ITEM_NEVER, ..layout::Item::default() },
        })
    }

    pub fn actions(&self, set: u32) -> Result<Reference, Failure> {
        get(&self.actions, set, "action set")
    }

    /// Bits for the services of the actions that a reference names.
    pub fn services(&self, actions: u32) -> u32 {
        let text = |index: usize| self.action_texts.get(index).map_or(0, |t| layout::service_bit(t.service));
        match layout::reference(actions) {
            (REF_ONE, index) => text(index),
            (REF_LIST, start) => {
                let words = self.action_lists.all.iter().skip(start);
                let length = words.clone().take_while(|word| *word & LIST_END == 0).count() + 1;
                words.take(length).fold(0, |all, word| all | text((word >> 2) as usize))
            }
            _ => u32::MAX,
        }
    }

    pub fn cell(&self, cell: Cell) -> Result<u32, Failure> {
        Ok(match cell {
            Cell::None => CELL_NONE,
            Cell::Allow => CELL_ALLOW,
            Cell::Deny => CELL_DENY,
            Cell::Program(index) => get(&self.programs, index, "program")?,
        })
    }
}

fn principal(entry: &Principal) -> (u32, &str) {
    match entry {
        Principal::Anyone { .. } => (layout::PRINCIPAL_ANYONE, ""),
        Principal::Account { id, .. } => (layout::PRINCIPAL_ACCOUNT, id),
        Principal::User(arn) => (layout::PRINCIPAL_USER, arn),
        Principal::Role(arn) => (layout::PRINCIPAL_ROLE, arn),
        Principal::RoleSession(arn) => (layout::PRINCIPAL_SESSION, arn),
        Principal::FederatedUser(arn) => (layout::PRINCIPAL_FEDERATED_USER, arn),
        Principal::UniqueId(id) => (layout::PRINCIPAL_UNIQUE_ID, id),
        Principal::Service(name) => (layout::PRINCIPAL_SERVICE, name),
        Principal::Federated(name) => (layout::PRINCIPAL_PROVIDER, name),
        Principal::Canonical(id) => (layout::PRINCIPAL_CANONICAL, id),
    }
}
