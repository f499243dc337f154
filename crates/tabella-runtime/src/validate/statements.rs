//! Of programs and statements, and what they refer to: patterns, conditions, principals, actions.

use super::{Check, Checked};
use crate::error::Kind;
use crate::layout::{self, *};
use crate::tables::Tables;

pub(super) fn items(c: &Check<'_, '_>) -> Checked {
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

/// Runs follow one another without a gap or an overlap: what is behind them is looked at once.
fn follows(c: &Check<'_, '_>, start: u32, next: &mut u32, len: u32) -> Checked {
    if start != *next {
        return c.fail(Kind::Order, 0, start.into());
    }
    *next = start.saturating_add(len);
    Ok(())
}

pub(super) fn lists(t: &Tables<'_>) -> Checked {
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

pub(super) fn entries(c: &Check<'_, '_>) -> Checked {
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

pub(super) fn pattern(c: &Check<'_, '_>, p: &Pattern) -> Checked {
    let t = c.tables;
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
        PATTERN_GLOB | PATTERN_EXPANDED => c.run(p.whole, p.whole_len, t.pieces.len())?,
        PATTERN_PARTS | PATTERN_VOID => {
            c.text(p.whole, p.whole_len)?;
            p.parts().iter().try_for_each(|(start, len)| match len >> 30 {
                PART_ALL => Ok(()),
                PART_PIECES => c.run(*start, len & PART_LEN, t.pieces.len()),
                _ => c.text(*start, len & PART_LEN),
            })?;
            p.tail().map_or(Ok(()), |from| tail(c, p, from))?;
        }
        kind => c.at_most(kind, PATTERN_VOID)?,
    }
    match has_variables(t, p) == p.has_variables() {
        true => Ok(()),
        false => c.fail(Kind::Value, HAS_VARIABLES.into(), p.floats.into()),
    }
}

/// Whether some piece of a pattern is a variable.
fn has_variables(t: &Tables<'_>, p: &Pattern) -> bool {
    let variable = |piece: Piece| matches!(piece.kind & 7, PIECE_VARIABLE | PIECE_DEFAULT);
    match p.kind {
        PATTERN_GLOB | PATTERN_EXPANDED => t.pieces.run(p.whole, p.whole_len).any(variable),
        PATTERN_PARTS | PATTERN_VOID => p.parts().iter().any(|(start, len)| {
            len >> 30 == PART_PIECES && t.pieces.run(*start, len & PART_LEN).any(variable)
        }),
        _ => false,
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
        TEXT_PIECES => c.run(start, len, c.tables.pieces.len()),
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

pub(super) fn atoms(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let mut next = 0;
    for atom in t.atoms.iter() {
        c.at_most(atom.operator >> 16 & 0xFF, 7)?;
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

pub(super) fn policies(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for policy in t.policies.iter() {
        c.text(policy.name, policy.name_len)?;
        c.run(policy.statements, policy.statements_len, t.statements.len())?;
    }
    Ok(())
}

pub(super) fn statements(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for s in t.statements.iter() {
        c.at_most(s.flags & !(ITEM_DENY | ITEM_NEVER), 0)?;
        c.reference(s.actions, t.action_texts.len(), t.action_lists.len())?;
        c.tests(s.principals, s.resources, s.condition)?;
        let services = services_named(t, s.actions);
        if s.services != services {
            return c.fail(Kind::Value, services.into(), s.services.into());
        }
    }
    Ok(())
}

/// Bits for the services of the actions that a reference names.
fn services_named(t: &Tables<'_>, actions: u32) -> u32 {
    let bit = |index: u32| t.action_texts.get(index as usize).map_or(0, |text| service_bit(text.service));
    match reference(actions) {
        (REF_ONE, index) => bit(index as u32),
        (REF_LIST, start) => {
            let mut all = 0;
            for word in t.action_lists.from(start) {
                all |= bit(word.word >> 2);
                if word.word & LIST_END != 0 {
                    break;
                }
            }
            all
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
