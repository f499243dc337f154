//! Of programs and statements, and what they refer to: patterns, conditions, principals, actions.

use super::{Check, Checked, begins};
use crate::array::Array;
use crate::derive::test_class;
use crate::error::{Kind, LoadError};
use crate::layout::work::{MOST_STEPS, NUMBER_BYTES, PiecesHead};
use crate::layout::{self, *};
use crate::tables::Tables;

pub(super) fn items(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    if let Some(last) = t.items.len().checked_sub(1).and_then(|i| t.items.get(i))
        && last.flags & ITEM_LAST == 0
    {
        return c.fail(Kind::Order, 0, t.items.len() as u64);
    }
    // From the end: an item states the cost of the rest of its program, too.
    let mut rest = 0;
    for item in t.items.iter().rev() {
        let flags = item.flags & ((1 << ITEM_COST_SHIFT) - 1);
        if flags & (ITEM_DENY | ITEM_LEVEL) == ITEM_DENY | ITEM_LEVEL {
            return c.fail(Kind::Value, ITEM_DENY.into(), item.flags.into());
        }
        c.tests((item.principals, item.resources, item.condition), false)?;
        rest = c.costs.program(&item, rest);
        c.cost(rest, item.flags >> ITEM_COST_SHIFT)?;
    }
    Ok(())
}

/// Runs follow one another without a gap or an overlap: what is behind them is looked at once.
pub(super) fn follows(c: &Check<'_, '_>, start: u32, next: &mut u32, len: u32) -> Checked {
    if start != *next {
        return c.fail(Kind::Order, 0, start.into());
    }
    *next = start.saturating_add(len);
    Ok(())
}

/// Lists of words, each behind its head of `HEAD` words: `word` checks one and says what it costs, `head` what the head of a list
/// is whose words cost so much. The heads do not have all bits of `end`, so that no head is taken for the end of a list.
fn lists<const HEAD: usize>(
    c: &Check<'_, '_>,
    list: Array<'_, Word>,
    end: u32,
    mut word: impl FnMut(u32) -> Result<u32, LoadError>,
    head: impl Fn(usize, u32) -> [u32; HEAD],
) -> Checked {
    let mut words = list.iter().enumerate().peekable();
    while let Some((at, _)) = words.peek().copied() {
        let mut stated = [0; HEAD];
        for place in &mut stated {
            *place = words.next().map_or(0, |(_, word)| word.word);
        }
        let mut cost = 0_u32;
        loop {
            let Some((_, next)) = words.next() else { return c.fail(Kind::Order, 0, list.len() as u64) };
            cost = cost.saturating_add(word(next.word)?).min(MOST_STEPS);
            if next.word & end == end {
                break;
            }
        }
        let expected = head(at + HEAD, cost);
        if stated != expected {
            let differ = stated.iter().zip(expected).find(|(stated, expected)| *stated != expected);
            let (stated, expected) = differ.map_or((0, 0), |(stated, expected)| (*stated, expected));
            return c.fail(Kind::Cost, expected.into(), stated.into());
        }
    }
    Ok(())
}

pub(super) fn resource_lists(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let word = |word: u32| {
        c.index(word >> 1, t.patterns.len())?;
        Ok(c.costs.pattern(word >> 1))
    };
    lists(c, t.resource_lists, LIST_END, word, |_, cost| [cost << RESOURCE_COST_SHIFT])
}

pub(super) fn condition_lists(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut some_kept = false;
    let is_kept = core::cell::Cell::new(false);
    let word = |word: u32| {
        c.index(word >> 2, t.atoms.len())?;
        if word & (AND_END | OR_END) == OR_END {
            return Err(LoadError::new(Kind::Value, AND_END.into(), word.into()).in_section(c.section));
        }
        some_kept |= word >> 2 < t.meta.kept;
        is_kept.set(some_kept);
        if word & OR_END != 0 {
            some_kept = false;
        }
        Ok(c.costs.atom_of_condition(word >> 2))
    };
    lists(c, t.condition_lists, AND_END | OR_END, word, |_, cost| [condition_head(is_kept.get(), cost)])
}

pub(super) fn action_lists(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let (mut among_columns, mut services) = (false, 0);
    let services_of = core::cell::Cell::new(0);
    let word = |word: u32| {
        c.index(word >> 2, t.action_texts.len())?;
        let text = t.action_texts.get((word >> 2) as usize).unwrap_or_default();
        services |= service_bit(text.service);
        if word & ACTION_COLUMN != 0 {
            // Names of columns end their list, and are columns.
            let column = t.find_action(t.bytes(text.start, text.len));
            if text.kind != TEXT_LITERAL || column.is_none() {
                return Err(LoadError::new(Kind::Value, 0, word.into()).in_section(c.section));
            }
        } else if among_columns {
            return Err(LoadError::new(Kind::Order, 0, word.into()).in_section(c.section));
        }
        among_columns = word & (ACTION_COLUMN | LIST_END) == ACTION_COLUMN;
        services_of.set(services);
        if word & LIST_END != 0 {
            services = 0;
        }
        Ok(c.costs.action(word >> 2))
    };
    lists(c, t.action_lists, LIST_END, word, |_, cost| action_head(services_of.get(), cost))
}

pub(super) fn entries(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut entries = t.principal_entries.iter();
    while let Some(head) = entries.next() {
        if head.kind != PRINCIPAL_HEAD || head.text_len != 0 {
            return c.fail(Kind::Value, PRINCIPAL_HEAD.into(), head.kind.into());
        }
        let mut cost = 0_u32;
        loop {
            let Some(entry) = entries.next() else {
                return c.fail(Kind::Order, 0, t.principal_entries.len() as u64);
            };
            c.at_most(entry.kind & !ENTRY_END, PRINCIPAL_CANONICAL)?;
            c.text(entry.text, entry.text_len)?;
            cost = cost.saturating_add(c.costs.entry(&entry)).min(MOST_STEPS);
            if entry.kind & ENTRY_END != 0 {
                break;
            }
        }
        c.cost(cost, head.text)?;
    }
    Ok(())
}

pub(super) fn pattern(c: &Check<'_, '_>, p: &Pattern) -> Checked {
    let mut variables = false;
    c.at_most(p.floats & ((1 << HEAD_SHIFT) - 1), 31 | HAS_VARIABLES | IN_DOUBT)?;
    if !p.has_variables() {
        c.at_most(p.floats & IN_DOUBT, 0)?;
    }
    let has_parts = matches!(p.kind, PATTERN_PARTS | PATTERN_VOID);
    c.at_most(p.floats >> HEAD_SHIFT & 0xFF, if has_parts { 5 } else { 0 })?;
    c.at_most(p.floats >> TAIL_SHIFT, if has_parts { 5 } else { 0 })?;
    match p.kind {
        PATTERN_ALL | PATTERN_UNDER => {}
        PATTERN_LITERAL | PATTERN_PREFIX | PATTERN_BEHIND | PATTERN_BEHIND_HEAD => {
            c.text(p.whole, p.whole_len)?;
        }
        PATTERN_GLOB | PATTERN_EXPANDED => variables = c.pieces(p.whole, p.whole_len)?.variables,
        PATTERN_PARTS | PATTERN_VOID => {
            c.text(p.whole, p.whole_len)?;
            p.parts().iter().try_for_each(|(start, len)| match len >> 30 {
                PART_ALL => Ok(()),
                PART_PIECES => {
                    variables |= c.pieces(*start, len & PART_LEN)?.variables;
                    Ok(())
                }
                _ => c.text(*start, len & PART_LEN),
            })?;
            p.tail().map_or(Ok(()), |from| tail(c, p, from))?;
        }
        kind => c.at_most(kind, PATTERN_VOID)?,
    }
    match variables == p.has_variables() {
        true => Ok(()),
        false => c.fail(Kind::Value, HAS_VARIABLES.into(), p.floats.into()),
    }
}

/// Between head and tail are `*`s only; the tail's parts stand one behind another, a colon between them, and only its end
/// may be a `*`.
fn tail(c: &Check<'_, '_>, p: &Pattern, from: usize) -> Checked {
    let parts = p.parts();
    let kind = |i: usize| parts.get(i).map_or(PART_PIECES, |(_, len)| len >> 30);
    let (start, len) = p.span(from);
    c.text(start, len)?;
    let text = c.tables.bytes(start, len);
    let between = (p.head()..from).all(|i| kind(i) == PART_ALL);
    let literal = (from..5).all(|i| kind(i) == PART_LITERAL) && kind(5) != PART_PIECES;
    let next = |i: usize| {
        let (Some((at, len)), Some((next, _))) = (parts.get(i), parts.get(i + 1)) else { return false };
        let end = at.wrapping_add(len & PART_LEN);
        *next == end.wrapping_add(1) && text.get(end.wrapping_sub(start) as usize) == Some(&b':')
    };
    match p.head() <= from && between && literal && (from..5).all(next) {
        true => Ok(()),
        false => c.fail(Kind::Value, 0, p.floats.into()),
    }
}

fn template(c: &Check<'_, '_>, kind: u32, start: u32, len: u32) -> Checked {
    match kind {
        TEXT_PIECES => c.pieces(start, len).map(|_| ()),
        _ => {
            c.at_most(kind, TEXT_PIECES)?;
            c.text(start, len)
        }
    }
}

pub(super) fn action_text(c: &Check<'_, '_>, text: &Text) -> Checked {
    let t = c.tables;
    template(c, text.kind, text.start, text.len)?;
    let head = match text.kind {
        TEXT_PIECES => {
            let first = t.pieces.run(text.start, text.len).next().unwrap_or_default();
            if first.kind & 7 == PIECE_LITERAL { t.bytes(first.text, first.text_len) } else { &[] }
        }
        _ => t.bytes(text.start, text.len),
    };
    match service_hash(head) {
        service if service == text.service => Ok(()),
        service => c.fail(Kind::Value, service.into(), text.service.into()),
    }
}

pub(super) fn pieces(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut at = 0;
    while let Some(record) = t.pieces.get(at) {
        let Some(head) = PiecesHead::of(&record) else {
            return c.fail(Kind::Value, PIECE_HEAD.into(), record.kind.into());
        };
        let start = at as u32 + 1;
        c.run(start, head.len, t.pieces.len())?;
        t.pieces.run(start, head.len).try_for_each(|p| piece(c, &p))?;
        let expected = c.costs.pieces_head(start, head.len);
        if head != expected {
            return c.fail(Kind::Cost, expected.cost.into(), head.cost.into());
        }
        at += 1 + head.len as usize;
    }
    Ok(())
}

fn piece(c: &Check<'_, '_>, piece: &Piece) -> Checked {
    c.at_most(piece.kind & 7, PIECE_DEFAULT)?;
    c.text(piece.text, piece.text_len)?;
    match piece.kind & 7 {
        PIECE_VARIABLE | PIECE_DEFAULT => c.index(piece.kind >> 3, c.tables.keys.len()),
        _ => c.at_most(piece.kind >> 3, 0),
    }
}

pub(super) fn atoms(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut next = 0;
    for (index, atom) in (0..).zip(t.atoms.iter()) {
        c.at_most(atom.operator >> 16 & 0xFF, 7)?;
        c.at_most(atom.operator >> 8 & 0xFF, 2)?;
        c.index(atom.key, t.keys.len())?;
        let class = t.keys.get(atom.key as usize).unwrap_or_default().class;
        if atom.operator >> 24 != test_class(class) {
            return c.fail(Kind::Value, test_class(class).into(), (atom.operator >> 24).into());
        }
        // Behind their head.
        c.run(atom.values, atom.values_len, t.values.len())?;
        next += 1;
        follows(c, atom.values, &mut next, atom.values_len)?;
        let operator = atom.operator & 0xFF;
        // Of those that are kept, one says for all of its list what they are in doubt.
        let is_kept = index < t.meta.kept;
        c.at_most(operator, if is_kept { layout::operator::NULL - 1 } else { layout::operator::NULL })?;
        let texts = t.values.run(atom.values, atom.values_len).map(|v| (v.kind, t.bytes(v.a, v.b)));
        let is_plain = is_plain(atom.operator, texts);
        if is_plain != (atom.operator & PLAIN != 0) {
            return c.fail(Kind::Value, PLAIN.into(), atom.operator.into());
        }
        for v in t.values.run(atom.values, atom.values_len) {
            value(c, operator, &v)?;
            let mark = if is_plain { mark(t.bytes(v.a, v.b)) } else { 0 };
            if v.mark != mark {
                return c.fail(Kind::Value, mark.into(), v.mark.into());
            }
        }
        let head = atom.values.checked_sub(1).and_then(|at| t.values.get(at as usize)).unwrap_or_default();
        let cost = c.costs.atom_of_values(&atom);
        if head != (Value { a: cost, ..Value::default() }) {
            return c.fail(Kind::Cost, cost.into(), head.a.into());
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
            c.at_most(v.b, NUMBER_BYTES as u32)?;
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

pub(super) fn policies(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut next = 0;
    for policy in t.policies.iter() {
        c.text(policy.name, policy.name_len)?;
        c.run(policy.statements, policy.statements_len, t.statements.len())?;
        follows(c, policy.statements, &mut next, policy.statements_len)?;
        c.cost(c.costs.policy_of_statements(&policy), policy.cost)?;
    }
    Ok(())
}

pub(super) fn statements(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for s in t.statements.iter() {
        c.at_most(s.flags & !(ITEM_DENY | ITEM_NEVER), 0)?;
        let is_list = |at| begins(t.action_lists, at, ACTION_HEAD, LIST_END);
        c.reference(s.actions, t.action_texts.len(), is_list)?;
        c.tests((s.principals, s.resources, s.condition), true)?;
        let services = services_named(t, s.actions);
        if s.services != services {
            return c.fail(Kind::Value, services.into(), s.services.into());
        }
    }
    Ok(())
}

/// Bits for the services of the actions that a reference names.
fn services_named(t: &Tables<'_>, actions: u32) -> u32 {
    match reference(actions) {
        (REF_ONE, index) => t.action_texts.get(index).map_or(0, |text| service_bit(text.service)),
        (REF_LIST, start) => {
            let mut head = t.action_lists.from(start.saturating_sub(ACTION_HEAD)).map(|word| word.word);
            head_services([0; ACTION_HEAD].map(|_| head.next().unwrap_or(u32::MAX)))
        }
        _ => u32::MAX,
    }
}

pub(super) fn provenance(c: &Check<'_, '_>) -> Checked {
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
