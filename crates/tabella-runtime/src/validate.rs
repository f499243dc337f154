//! What holds of the records of an artifact, steps 5 and 6 of `load`.

use crate::array::Array;
use crate::derive::KeyClass;
use crate::error::{Kind, LoadError};
use crate::layout::{self, *};
use crate::tables::Tables;

type Checked = Result<(), LoadError>;

/// Checks inside one section.
struct Check<'t, 'a> {
    tables: &'t Tables<'a>,
    section: Section,
}

impl Check<'_, '_> {
    fn fail(&self, kind: Kind, expected: u64, got: u64) -> Checked {
        Err(LoadError::new(kind, expected, got).in_section(self.section))
    }

    fn index(&self, index: u32, len: usize) -> Checked {
        if (index as usize) < len { Ok(()) } else { self.fail(Kind::Index, len as u64, index.into()) }
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

    /// A tagged reference: `one` elements or `lists` words of lists.
    fn reference(&self, word: u32, one: usize, lists: usize) -> Checked {
        match reference(word) {
            (REF_ALL, 0) => Ok(()),
            (REF_ALL, index) => self.fail(Kind::Value, 0, index as u64),
            (REF_ONE, index) => self.index(index as u32, one),
            (_, index) => self.index(index as u32, lists),
        }
    }

    fn condition(&self, word: u32) -> Checked {
        let t = self.tables;
        if reference(word).0 == REF_NOT {
            return self.fail(Kind::Value, REF_LIST.into(), REF_NOT.into());
        }
        self.reference(word, t.atoms.len(), t.condition_lists.len())
    }

    fn tests(&self, principals: u32, resources: u32, condition: u32) -> Checked {
        let t = self.tables;
        let entries = t.principal_entries.len();
        self.reference(principals, entries, entries)?;
        self.reference(resources, t.patterns.len(), t.resource_lists.len())?;
        self.condition(condition)
    }

    /// Names strictly ascend.
    fn sorted<R: Record>(&self, array: Array<'_, R>, name: impl Fn(R) -> (u32, u32)) -> Checked {
        let mut last = None;
        for (i, record) in array.iter().enumerate() {
            let (start, len) = name(record);
            self.text(start, len)?;
            let text = self.tables.text(start, len);
            if last.is_some_and(|l| l >= text) {
                return self.fail(Kind::Order, 0, i as u64);
            }
            last = Some(text);
        }
        Ok(())
    }
}

/// Every record of every section.
pub(crate) fn validate(t: &Tables<'_>) -> Checked {
    let check = |section| Check { tables: t, section };
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
    slots(&check(Section::ResourceSlots), t.resource_slots, t.resources.len())?;
    resources(&check(Section::Resources))?;
    named(&check(Section::Endpoints), t.endpoints, t.sets.len())?;
    named(&check(Section::SessionPolicies), t.session_policies, t.policies.len())?;
    keys(&check(Section::Keys))?;
    sets(&check(Section::Sets))?;
    set_services(&check(Section::SetServices))?;
    rows(&check(Section::Rows))?;
    shapes(&check(Section::Shapes))?;
    items(&check(Section::Items))?;
    lists(t)?;
    entries(&check(Section::PrincipalEntries))?;
    for p in t.patterns.iter() {
        pattern(&check(Section::Patterns), &p)?;
    }
    for text in t.action_texts.iter() {
        template(&check(Section::ActionTexts), text.kind, text.start, text.len)?;
    }
    pieces(&check(Section::Pieces))?;
    atoms(&check(Section::Atoms))?;
    policies(&check(Section::Policies))?;
    statements(&check(Section::Statements))?;
    provenance(&check(Section::Provenance))
}

fn meta(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let stride = t.services.len().div_ceil(WORD_SERVICES as usize).max(1);
    if t.meta.stride as usize != stride {
        return c.fail(Kind::Value, stride as u64, t.meta.stride.into());
    }
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
        if action.name_len == 0 {
            continue;
        }
        if has_own_rules(t.bytes(action.name, name_len)) != (action.name_len & OWN_RULES != 0) {
            return c.fail(Kind::Value, OWN_RULES.into(), action.name_len.into());
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
    for p in t.principals.iter() {
        c.text(p.arn, p.arn_len)?;
        if p.arn_len == 0 {
            continue;
        }
        c.text(p.name, p.name_len)?;
        c.text(p.unique_id, p.unique_id_len)?;
        c.index(p.account, t.accounts.len())?;
        c.index(p.identity, t.sets.len())?;
        c.index_or_none(p.boundary, t.sets.len())?;
        c.run(p.tags, p.tags_len, t.tags.len())?;
        c.at_most(p.flags, IS_ROLE | SERVICE_LINKED | MALFORMED)?;
        repeated(c, &p)?;
    }
    Ok(())
}

/// What a principal's record repeats, so that decisions find it in one place, is what it would be made of.
fn repeated(c: &Check<'_, '_>, p: &Principal) -> Checked {
    let t = c.tables;
    let account = t.accounts.get(p.account as usize).unwrap_or_default();
    let words = digit_words(t.text(account.id, account.id_len)).unwrap_or_default();
    for (expected, got) in words.into_iter().zip([p.digits_0, p.digits_1, p.digits_2]) {
        if expected != got {
            return c.fail(Kind::Value, expected.into(), got.into());
        }
    }
    let scps = binding_scps(&account, p.flags & SERVICE_LINKED != 0);
    if p.scps != scps {
        return c.fail(Kind::Value, scps.into(), p.scps.into());
    }
    let malformed = is_malformed(p.name_len as usize, p.unique_id_len as usize);
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

fn resources(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for r in t.resources.iter() {
        c.index_or_none(r.account, t.accounts.len())?;
        c.index(r.set, t.sets.len())?;
        c.at_most(r.flags, TRUST)?;
    }
    t.resources.iter().try_for_each(|r| c.text(r.arn, r.arn_len))
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
        let class = KeyClass::of(name) as u32;
        if key.class != class {
            return c.fail(Kind::Value, class.into(), key.class.into());
        }
    }
    Ok(())
}

fn sets(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for set in t.sets.iter() {
        c.run(set.levels, set.levels_len, t.levels.len())?;
        match set.default {
            CELL_POLICIES => {}
            // R42: a set without levels allows nothing, whatever rows would say.
            default if set.levels_len == 0 => {
                return c.fail(Kind::Value, CELL_POLICIES.into(), default.into());
            }
            default => cell(c, default)?,
        }
    }
    for level in t.levels.iter() {
        c.run(level.start, level.len, t.level_policies.len())?;
    }
    t.level_policies.iter().try_for_each(|p| c.index(p.word, t.policies.len()))
}

fn set_services(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let stride = t.meta.stride as usize;
    let words = t.sets.len().saturating_mul(stride);
    if t.set_services.len() != words {
        return c.fail(Kind::Size, words as u64, t.set_services.len() as u64);
    }
    let mut words = t.set_services.iter();
    for set in t.sets.iter() {
        for word in words.by_ref().take(stride) {
            c.run(word.row, word.bits.count_ones(), t.rows.len())?;
            if set.default == CELL_POLICIES {
                c.at_most(word.bits, 0)?;
            }
        }
    }
    Ok(())
}

fn cell(c: &Check<'_, '_>, cell: u32) -> Checked {
    match cell.checked_sub(CELL_PROGRAM) {
        None => Ok(()),
        Some(item) => c.index(item, c.tables.items.len()),
    }
}

fn rows(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for row in t.rows.iter() {
        let (data, log) = (row.shape >> 3, row.shape & 7);
        let before = (data as usize).checked_sub(Shape::SIZE).and_then(|at| shape_at(t, at));
        let Some(shape) = before.filter(|s| s.columns & 0xFF == log && log <= 4) else {
            return c.fail(Kind::Index, t.shapes.len() as u64, row.shape.into());
        };
        c.run(data, shape_bytes(&shape), t.shapes.len())?;
        let cells = if shape.columns >> 8 == 0 { 0 } else { shape.greatest.saturating_add(1) };
        c.run(row.palette, cells, t.cells.len())?;
    }
    t.cells.iter().try_for_each(|word| cell(c, word.word))
}

fn shape_at(t: &Tables<'_>, at: usize) -> Option<Shape> {
    t.shapes.get(at..).and_then(|s| s.first_chunk()).map(Shape::read)
}

/// Bytes of the packed columns behind it.
fn shape_bytes(shape: &Shape) -> u32 {
    let columns = u64::from(shape.columns >> 8);
    (columns << (shape.columns & 7)).div_ceil(8) as u32
}

fn shapes(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    // Rows hold places in it above three bits.
    if t.shapes.len() > SHAPES_LIMIT {
        return c.fail(Kind::Size, SHAPES_LIMIT as u64, t.shapes.len() as u64);
    }
    let mut at = 0;
    while at < t.shapes.len() {
        let Some(shape) = shape_at(t, at) else {
            return c.fail(Kind::Size, Shape::SIZE as u64, (t.shapes.len() - at) as u64);
        };
        let (columns, log, bytes) = (shape.columns >> 8, shape.columns & 0xFF, shape_bytes(&shape));
        c.at_most(log, 4)?;
        at += Shape::SIZE;
        let start = at as u32;
        c.run(start, bytes, t.shapes.len())?;
        c.at_most(greatest(t, start, columns, log, bytes), shape.greatest)?;
        at += bytes as usize;
    }
    Ok(())
}

/// The greatest palette index of a shape.
fn greatest(t: &Tables<'_>, start: u32, columns: u32, log: u32, bytes: u32) -> u32 {
    let start = start as usize;
    let data = t.shapes.get(start..start.saturating_add(bytes as usize)).unwrap_or_default();
    // Bits behind the last column count too: they are 0.
    let of_byte = |byte: &u8| match log {
        0 => u32::from(*byte != 0),
        1 => (0..4).map(|i| u32::from(byte >> (2 * i) & 3)).max().unwrap_or(0),
        2 => u32::from(byte & 15).max(u32::from(byte >> 4)),
        _ => u32::from(*byte),
    };
    match log {
        _ if columns == 0 => 0,
        4 => data.as_chunks().0.iter().map(|b| u32::from(u16::from_le_bytes(*b))).max().unwrap_or(0),
        _ => data.iter().map(of_byte).max().unwrap_or(0),
    }
}

/// Runs follow one another without a gap or an overlap: what is behind them is looked at once.
fn follows(c: &Check<'_, '_>, start: u32, next: &mut u32, len: u32) -> Checked {
    if start != *next {
        return c.fail(Kind::Order, 0, start.into());
    }
    *next = start.saturating_add(len);
    Ok(())
}

fn items(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for item in t.items.iter() {
        c.at_most(item.flags, ITEM_DENY | ITEM_LEVEL | ITEM_LAST | ITEM_NEVER)?;
        if item.flags & (ITEM_DENY | ITEM_LEVEL) == ITEM_DENY | ITEM_LEVEL {
            return c.fail(Kind::Value, ITEM_DENY.into(), item.flags.into());
        }
        c.tests(item.principals, item.resources, item.condition)?;
    }
    match t.items.len().checked_sub(1).and_then(|i| t.items.get(i)) {
        Some(last) if last.flags & ITEM_LAST == 0 => c.fail(Kind::Order, 0, t.items.len() as u64),
        _ => Ok(()),
    }
}

fn lists(t: &Tables<'_>) -> Checked {
    let each = [
        (Section::ResourceLists, t.resource_lists, 1, LIST_END, t.patterns.len()),
        (Section::ActionLists, t.action_lists, 2, LIST_END, t.action_texts.len()),
        (Section::ConditionLists, t.condition_lists, 2, AND_END | OR_END, t.atoms.len()),
    ];
    for (section, list, shift, end, of) in each {
        let c = Check { tables: t, section };
        list.iter().try_for_each(|w| c.index(w.word >> shift, of))?;
        if let Some(last) = list.len().checked_sub(1).and_then(|i| list.get(i))
            && last.word & end != end
        {
            return c.fail(Kind::Order, 0, list.len() as u64);
        }
    }
    columns_of_lists(&Check { tables: t, section: Section::ActionLists })
}

/// Names of columns end their list, and are columns.
fn columns_of_lists(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut among_columns = false;
    for (i, word) in t.action_lists.iter().enumerate() {
        if word.word & ACTION_COLUMN != 0 {
            let text = t.action_texts.get((word.word >> 2) as usize).unwrap_or_default();
            let column = t.find_action(t.bytes(text.start, text.len));
            if text.kind != TEXT_LITERAL || column.is_none() {
                return c.fail(Kind::Value, 0, word.word.into());
            }
        } else if among_columns {
            return c.fail(Kind::Order, 0, i as u64);
        }
        among_columns = word.word & (ACTION_COLUMN | LIST_END) == ACTION_COLUMN;
    }
    Ok(())
}

fn entries(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for entry in t.principal_entries.iter() {
        c.at_most(entry.kind & !ENTRY_END, PRINCIPAL_CANONICAL)?;
        c.text(entry.text, entry.text_len)?;
    }
    match t.principal_entries.len().checked_sub(1).and_then(|i| t.principal_entries.get(i)) {
        Some(last) if last.kind & ENTRY_END == 0 => c.fail(Kind::Order, 0, t.principal_entries.len() as u64),
        _ => Ok(()),
    }
}

fn pattern(c: &Check<'_, '_>, p: &Pattern) -> Checked {
    let t = c.tables;
    c.at_most(p.floats & ((1 << HEAD_SHIFT) - 1), 31)?;
    c.at_most(p.floats >> HEAD_SHIFT, if p.kind == PATTERN_PARTS { 5 } else { 0 })?;
    match p.kind {
        PATTERN_ALL => Ok(()),
        PATTERN_LITERAL | PATTERN_PREFIX => c.text(p.whole, p.whole_len),
        PATTERN_GLOB | PATTERN_EXPANDED => c.run(p.whole, p.whole_len, t.pieces.len()),
        PATTERN_PARTS => {
            c.text(p.whole, p.whole_len)?;
            p.parts().iter().try_for_each(|(start, len)| match len >> 30 {
                PART_ALL => Ok(()),
                PART_PIECES => c.run(*start, len & PART_LEN, t.pieces.len()),
                _ => c.text(*start, len & PART_LEN),
            })
        }
        kind => c.at_most(kind, PATTERN_EXPANDED),
    }
}

fn template(c: &Check<'_, '_>, kind: u32, start: u32, len: u32) -> Checked {
    match kind {
        TEXT_PIECES => c.run(start, len, c.tables.pieces.len()),
        _ => {
            c.at_most(kind, TEXT_PIECES)?;
            c.text(start, len)
        }
    }
}

fn pieces(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for piece in t.pieces.iter() {
        c.at_most(piece.kind & 7, PIECE_DEFAULT)?;
        c.text(piece.text, piece.text_len)?;
        match piece.kind & 7 {
            PIECE_VARIABLE | PIECE_DEFAULT => c.index(piece.kind >> 3, t.keys.len())?,
            _ => c.at_most(piece.kind >> 3, 0)?,
        }
    }
    Ok(())
}

fn atoms(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut next = 0;
    for atom in t.atoms.iter() {
        c.at_most(atom.operator >> 16 & 0xFF, 1)?;
        c.at_most(atom.operator >> 8 & 0xFF, 2)?;
        c.index(atom.key, t.keys.len())?;
        let class = t.keys.get(atom.key as usize).unwrap_or_default().class;
        if atom.operator >> 24 != class {
            return c.fail(Kind::Value, class.into(), (atom.operator >> 24).into());
        }
        c.run(atom.values, atom.values_len, t.values.len())?;
        follows(c, atom.values, &mut next, atom.values_len)?;
        let operator = atom.operator & 0xFF;
        c.at_most(operator, layout::operator::NULL)?;
        for v in t.values.run(atom.values, atom.values_len) {
            value(c, operator, &v)?;
        }
    }
    Ok(())
}

fn value(c: &Check<'_, '_>, operator: u32, v: &Value) -> Checked {
    use layout::operator as o;
    let blobs = c.tables.blobs.len();
    match operator {
        o::STRING_EQUALS..=o::STRING_NOT_LIKE | o::BOOL => template(c, v.kind, v.a, v.b),
        o::NUMERIC_EQUALS..=o::NUMERIC_GREATER_EQUALS => {
            c.text(v.a, v.b)?;
            match crate::values::Decimal::parse(c.tables.text(v.a, v.b)) {
                Some(_) => Ok(()),
                None => c.fail(Kind::Value, 0, v.a.into()),
            }
        }
        o::DATE_EQUALS..=o::DATE_GREATER_EQUALS => c.at_most(v.kind, 999_999_999),
        o::BINARY_EQUALS => c.run(v.a, v.b, blobs),
        o::IP_ADDRESS | o::NOT_IP_ADDRESS => match v.kind & 0xFF {
            4 => c.at_most(v.kind >> 8, 32).and_then(|()| c.run(v.a, 4, blobs)),
            6 => c.at_most(v.kind >> 8, 128).and_then(|()| c.run(v.a, 16, blobs)),
            family => c.fail(Kind::Value, 6, family.into()),
        },
        o::ARN_EQUALS..=o::ARN_NOT_LIKE => c.index(v.a, c.tables.patterns.len()),
        _ => c.at_most(v.kind, 1),
    }
}

fn policies(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for policy in t.policies.iter() {
        c.text(policy.name, policy.name_len)?;
        c.run(policy.statements, policy.statements_len, t.statements.len())?;
    }
    Ok(())
}

fn statements(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for s in t.statements.iter() {
        c.at_most(s.flags & !(ITEM_DENY | ITEM_NEVER), 0)?;
        c.reference(s.actions, t.action_texts.len(), t.action_lists.len())?;
        c.tests(s.principals, s.resources, s.condition)?;
    }
    Ok(())
}

fn provenance(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    if t.provenance.len() != 0 && t.provenance.len() != t.statements.len() {
        return c.fail(Kind::Size, t.statements.len() as u64, t.provenance.len() as u64);
    }
    for p in t.provenance.iter() {
        c.text_in(t.provenance_strings, p.file, p.file_len)?;
        if p.sid_len != NONE {
            c.text_in(t.provenance_strings, p.sid, p.sid_len)?;
        }
    }
    Ok(())
}
