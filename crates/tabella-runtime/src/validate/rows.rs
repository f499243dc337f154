//! Of sets, rows and cells.

use super::statements::follows;
use super::{Check, Checked, Steps};
use crate::error::{Kind, LoadError};
use crate::layout::*;
use crate::tables::Tables;

pub(super) fn sets(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let (mut next, mut next_policy) = (0, 0);
    for set in t.sets.iter() {
        c.run(set.levels, set.levels_len, t.levels.len())?;
        follows(c, set.levels, &mut next, set.levels_len)?;
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
        follows(c, level.start, &mut next_policy, level.len)?;
    }
    t.level_policies.iter().try_for_each(|p| c.index(p.word, t.policies.len()))
}

pub(super) fn set_services(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    let stride = t.meta.stride as usize;
    let words = t.sets.len().saturating_mul(stride);
    if t.set_services.len() != words {
        return c.fail(Kind::Size, words as u64, t.set_services.len() as u64);
    }
    let mut words = t.set_services.iter();
    for set in t.sets.iter() {
        for word in words.by_ref().take(stride) {
            c.run(word.first_row() as u32, word.bits().count_ones(), t.rows.len())?;
            if set.default == CELL_POLICIES {
                c.at_most(word.bits().into(), 0)?;
            }
        }
    }
    Ok(())
}

/// What sets state of their cost: no less than what their policies cost, and than any of their cells.
pub(super) fn set_costs(c: &Check<'_, '_>, steps: &mut Steps) -> Checked {
    let costliest = c.costs.costliest_cell();
    for (index, set) in c.tables.sets.iter().enumerate() {
        let by_policies = c.costs.set_by_policies(&set);
        if set.cost < by_policies {
            return c.fail(Kind::Cost, by_policies.into(), set.cost.into());
        }
        // No cell of any set costs more: those of this one need not be looked at.
        if set.cost >= costliest {
            continue;
        }
        let mut looked = 0;
        let by_cells = c.costs.set_by_cells(index, &set, &mut looked);
        steps.take(looked).map_err(|e: LoadError| e.in_section(c.section))?;
        let by_cells = by_cells.unwrap_or(costliest);
        if set.cost < by_cells {
            return c.fail(Kind::Cost, by_cells.into(), set.cost.into());
        }
    }
    Ok(())
}

fn cell(c: &Check<'_, '_>, cell: u32) -> Checked {
    match cell {
        ..CELL_PROGRAM => Ok(()),
        CELL_PROGRAM..CELL_ON => c.index(cell - CELL_PROGRAM, c.tables.items.len()),
        CELL_ON..CELL_NOT_ON => c.index(cell - CELL_ON, c.tables.patterns.len()),
        CELL_NOT_ON..CELL_UNLESS => c.index(cell - CELL_NOT_ON, c.tables.patterns.len()),
        CELL_UNLESS.. => c.atom(cell - CELL_UNLESS),
    }
}

pub(super) fn rows(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    for row in t.rows.iter() {
        if row.shape == UNIFORM {
            cell(c, row.palette)?;
            continue;
        }
        let (data, log) = (row.shape >> 3, row.shape & 7);
        let before = (data as usize).checked_sub(SHAPE).and_then(|at| shape_at(t, at));
        let Some(shape) = before.filter(|s| s.columns & 0xFF == log && log <= 4) else {
            return c.fail(Kind::Index, t.shapes.len() as u64, row.shape.into());
        };
        c.run(data, shape_len(&shape), t.shapes.len())?;
        let cells = if shape.columns >> 8 == 0 { 0 } else { shape.greatest.saturating_add(1) };
        c.run(row.palette, cells, t.cells.len())?;
    }
    t.cells.iter().try_for_each(|word| cell(c, word.word))
}

/// Pairs of bytes of a shape's record.
const SHAPE: usize = Shape::SIZE / 2;

fn shape_at(t: &Tables<'_>, at: usize) -> Option<Shape> {
    t.shapes.get(at..).and_then(|s| s.as_flattened().first_chunk()).map(Shape::read)
}

/// Pairs of bytes of the packed columns behind it.
fn shape_len(shape: &Shape) -> u32 {
    let columns = u64::from(shape.columns >> 8);
    (columns << (shape.columns & 7)).div_ceil(16) as u32
}

pub(super) fn shapes(c: &Check<'_, '_>) -> Checked {
    let t = c.tables;
    // Rows hold places in it above three bits.
    if t.shapes.len() > SHAPES_LIMIT {
        return c.fail(Kind::Size, SHAPES_LIMIT as u64, t.shapes.len() as u64);
    }
    let mut at = 0;
    while at < t.shapes.len() {
        let Some(shape) = shape_at(t, at) else {
            return c.fail(Kind::Size, SHAPE as u64, (t.shapes.len() - at) as u64);
        };
        let (columns, log, len) = (shape.columns >> 8, shape.columns & 0xFF, shape_len(&shape));
        c.at_most(log, 4)?;
        at += SHAPE;
        let start = at as u32;
        c.run(start, len, t.shapes.len())?;
        c.at_most(greatest(t, start, columns, log, len), shape.greatest)?;
        at += len as usize;
    }
    Ok(())
}

/// The greatest palette index of a shape.
fn greatest(t: &Tables<'_>, start: u32, columns: u32, log: u32, len: u32) -> u32 {
    let start = start as usize;
    let data = t.shapes.get(start..start.saturating_add(len as usize)).unwrap_or_default();
    // Bits behind the last column count too: they are 0.
    let of_byte = |byte: &u8| match log {
        0 => u32::from(*byte != 0),
        1 => (0..4).map(|i| u32::from(byte >> (2 * i) & 3)).max().unwrap_or(0),
        2 => u32::from(byte & 15).max(u32::from(byte >> 4)),
        _ => u32::from(*byte),
    };
    match log {
        _ if columns == 0 => 0,
        4 => data.iter().map(|b| u32::from(u16::from_le_bytes(*b))).max().unwrap_or(0),
        _ => data.as_flattened().iter().map(of_byte).max().unwrap_or(0),
    }
}
