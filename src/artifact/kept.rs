//! Which atoms a decision keeps: those that so many statements ask that it would take too long to evaluate each time anew.

use super::bytes::Sections;
use crate::hir::Operator;
use crate::lower::tables::{Cell, Item, PolicySet, Program, Row, Tables};
use tabella_runtime::layout::work::Costs;
use tabella_runtime::layout::{KEPT_ATOMS, REF_KEPT, REF_LIST};

/// How many may be kept, one attempt after another: what is kept is evaluated whether or not a request asks for it, as far as
/// the bound knows.
const ATTEMPTS: [usize; 4] = [KEPT_ATOMS, 512, 64, 8];

/// Atoms in the order in which they are written: those that are kept stand first.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Indexes of the tables' atoms. Empty: none is kept, and all are written as they stand.
    order: Vec<u32>,
    /// Where each is written.
    place: Vec<u32>,
    /// How many are kept.
    pub count: u32,
    /// Programs that ask for some of them: it is policies that say so instead.
    programs: Vec<bool>,
    /// Palettes that lead to such programs.
    palettes: Vec<bool>,
}

impl Kept {
    /// What may be kept, the most first, when without it a decision may take too many steps: the atoms that save most, by what
    /// they cost and how often statements ask for them. `sections` are those of the same tables with nothing kept.
    pub fn attempts(tables: &Tables, sections: &Sections) -> Vec<Kept> {
        let costs = Costs::new(|section| sections.content(section));
        let saved = |(index, uses): (usize, u64)| {
            let cost = u64::from(costs.atom(index as u32));
            (may_be_kept(tables, index) && uses > 1).then(|| ((uses - 1).saturating_mul(cost), index as u32))
        };
        let mut all: Vec<(u64, u32)> = uses(tables).into_iter().enumerate().filter_map(saved).collect();
        all.sort_unstable_by_key(|(saved, index)| (std::cmp::Reverse(*saved), *index));
        let first: Vec<u32> = all.into_iter().map(|(_, index)| index).take(KEPT_ATOMS).collect();
        let mut counts: Vec<usize> = ATTEMPTS.iter().map(|most| first.len().min(*most)).collect();
        counts.dedup();
        counts.into_iter().filter(|count| *count > 0).map(|count| Kept::of(tables, &first, count)).collect()
    }

    /// Everything that may be kept, as far as there is room.
    pub fn all(tables: &Tables) -> Kept {
        let first: Vec<u32> =
            (0..tables.atoms.len()).filter(|at| may_be_kept(tables, *at)).map(|at| at as u32).collect();
        Kept::of(tables, &first, first.len().min(KEPT_ATOMS))
    }

    fn of(tables: &Tables, first: &[u32], count: usize) -> Kept {
        let first = first.get(..count).unwrap_or(first);
        let mut place = vec![u32::MAX; tables.atoms.len()];
        let mut order = Vec::with_capacity(place.len());
        for atom in first.iter().copied().chain(0..tables.atoms.len() as u32) {
            if let Some(place) = place.get_mut(atom as usize).filter(|place| **place == u32::MAX) {
                *place = order.len() as u32;
                order.push(atom);
            }
        }
        let mut kept = Kept { order, place, count: first.len() as u32, ..Kept::default() };
        kept.programs = tables.programs.iter().map(|program| kept.asks(tables, program)).collect();
        kept.palettes =
            tables.palettes.iter().map(|cells| cells.iter().any(|cell| kept.leads(*cell))).collect();
        kept
    }

    fn asks(&self, tables: &Tables, program: &Program) -> bool {
        let mut items = program.denies.iter().chain(program.levels.iter().flatten());
        items.any(|item| {
            let condition = tables.conditions.get(item.condition as usize);
            condition.is_some_and(|condition| condition.iter().flatten().any(|atom| self.is_kept(*atom)))
        })
    }

    fn leads(&self, cell: Cell) -> bool {
        matches!(cell, Cell::Program(index) if self.is_program(index as usize))
    }

    /// Whether a program asks for an atom that is kept.
    pub fn is_program(&self, index: usize) -> bool {
        self.programs.get(index).copied().unwrap_or(false)
    }

    /// Whether some cell of a set leads to such a program.
    pub fn is_set(&self, set: &PolicySet) -> bool {
        let palette = |row: &Row| self.palettes.get(row.palette as usize).copied().unwrap_or(false);
        self.leads(set.default) || set.rows.iter().any(palette)
    }

    /// The index with which an atom of the tables is written.
    pub fn atom(&self, index: u32) -> u32 {
        self.place.get(index as usize).copied().unwrap_or(index)
    }

    /// The atom that is written at a place.
    pub fn at(&self, place: usize) -> usize {
        self.order.get(place).map_or(place, |index| *index as usize)
    }

    /// The tag of a list of atoms of the tables.
    pub fn tag(&self, atoms: impl IntoIterator<Item = u32>) -> u32 {
        if atoms.into_iter().any(|atom| self.is_kept(atom)) { REF_KEPT } else { REF_LIST }
    }

    pub fn is_kept(&self, index: u32) -> bool {
        self.atom(index) < self.count
    }
}

/// A test of whether a key is there doesn't say what holds in doubt.
fn may_be_kept(tables: &Tables, atom: usize) -> bool {
    tables.atoms.get(atom).is_some_and(|atom| atom.operator != Operator::Null)
}

/// How often statements ask for each atom.
fn uses(tables: &Tables) -> Vec<u64> {
    let mut of_conditions = vec![0_u64; tables.conditions.len()];
    let mut count = |item: &Item| {
        if let Some(uses) = of_conditions.get_mut(item.condition as usize) {
            *uses += 1;
        }
    };
    tables.policies.iter().flat_map(|p| &p.statements).for_each(|s| count(&s.item));
    let mut of_atoms = vec![0_u64; tables.atoms.len()];
    for (condition, uses) in tables.conditions.iter().zip(of_conditions) {
        for atom in condition.iter().flatten() {
            if let Some(all) = of_atoms.get_mut(*atom as usize) {
                *all += uses;
            }
        }
    }
    of_atoms
}
