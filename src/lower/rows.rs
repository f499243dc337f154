//! Rows: the cells of one service in one set, as a shape (column → place in the palette) and a palette. Sets whose
//! policies say the same in a service share the row.

use super::blocks::{Block, Blocks, Items, PolicyBlocks};
use super::budget::Budget;
use super::cells::Cells;
use super::intern::Interner;
use super::tables::{Cell, Item, Row};
use super::universe::Universe;
use crate::nf::{Layer, Pools};
use hashbrown::HashMap;
use std::sync::Arc;

/// Rows and default cell of a set.
pub(super) struct Tabled {
    pub(super) rows: Vec<Row>,
    pub(super) default: Cell,
}

/// What a row depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct RowKey {
    /// The service; `None` for the default cell, which is one class everywhere.
    service: Option<u32>,
    implied: bool,
    /// Blocks of each level, sorted, each once.
    levels: Vec<Vec<u32>>,
}

/// What a cell depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct CellKey {
    implied: bool,
    /// [`Items`] of each level, sorted, each once.
    levels: Vec<Vec<u32>>,
}

/// Builds rows.
pub(super) struct Rows<'a> {
    universe: &'a Universe,
    policies: &'a [PolicyBlocks],
    items: &'a Interner<Items>,
    blocks: &'a Interner<Block>,
    pub(super) cells: Cells,
    pub(super) shapes: Interner<Vec<u16>>,
    pub(super) palettes: Interner<Vec<Cell>>,
    rows: HashMap<RowKey, Option<(u32, u32)>>,
    cell_of: HashMap<CellKey, Cell>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        universe: &'a Universe,
        policies: &'a [PolicyBlocks],
        blocks: &'a Blocks<'_>,
        pools: &Pools,
    ) -> Self {
        Rows {
            universe,
            policies,
            items: &blocks.items,
            blocks: &blocks.blocks,
            cells: Cells::new(pools),
            shapes: Interner::new(),
            palettes: Interner::new(),
            rows: HashMap::new(),
            cell_of: HashMap::new(),
        }
    }

    /// The rows of a layer: one for each service that a pattern of it names. `None` over the budget.
    pub(super) fn layer(&mut self, layer: &Layer, budget: &mut Budget) -> Option<Tabled> {
        let policies = self.policies;
        let of = |p: &u32| policies.get(*p as usize);
        if layer.levels.iter().flatten().any(|p| of(p).is_none_or(|b| b.over)) {
            return None;
        }
        let mut services: Vec<u32> = layer
            .levels
            .iter()
            .flatten()
            .filter_map(of)
            .flat_map(|p| p.named.iter().map(|(s, _)| *s))
            .collect();
        services.sort_unstable();
        services.dedup();
        budget.entries(services.len())?;
        let mut rows = Vec::with_capacity(services.len());
        for service in services {
            let (shape, palette) = self.row(self.key(layer, Some(service)), budget)?;
            rows.push(Row { service, shape, palette });
        }
        let default = self.default_cell(self.key(layer, None), budget)?;
        Some(Tabled { rows, default })
    }

    fn key(&self, layer: &Layer, service: Option<u32>) -> RowKey {
        let block = |p: &u32| {
            let policy = self.policies.get(*p as usize)?;
            let named = service.and_then(|s| policy.named.binary_search_by_key(&s, |(s, _)| *s).ok());
            named.and_then(|at| policy.named.get(at)).map(|(_, block)| *block).or(policy.elsewhere)
        };
        let level = |level: &Vec<u32>| {
            let mut blocks: Vec<u32> = level.iter().filter_map(block).collect();
            blocks.sort_unstable();
            blocks.dedup();
            blocks
        };
        RowKey { service, implied: layer.implied, levels: layer.levels.iter().map(level).collect() }
    }

    fn row(&mut self, key: RowKey, budget: &mut Budget) -> Option<(u32, u32)> {
        if let Some(row) = self.rows.get(&key) {
            return *row;
        }
        let row = self.build(&key, budget);
        self.rows.insert(key, row);
        row
    }

    fn build(&mut self, key: &RowKey, budget: &mut Budget) -> Option<(u32, u32)> {
        budget.row()?;
        let width = self.universe.columns(key.service?).len();
        let levels = self.blocks_of(key);
        let (columns, first) = combine(&levels, width, budget)?;
        let mut palette: Vec<Cell> = Vec::new();
        let mut places: HashMap<Cell, u16> = HashMap::new();
        let mut place_of = Vec::with_capacity(first.len());
        for column in first {
            let items =
                levels.iter().map(|blocks| blocks.iter().filter_map(|b| class_at(b, column)).collect());
            let cell = self.cell(CellKey { implied: key.implied, levels: items.collect() }, budget)?;
            let next = u16::try_from(palette.len()).ok()?;
            place_of.push(*places.entry(cell).or_insert_with(|| {
                palette.push(cell);
                next
            }));
        }
        let shape = columns.iter().map(|class| place_of.get(*class as usize).copied().unwrap_or(0)).collect();
        Some((self.shapes.intern(shape), self.palettes.intern(palette)))
    }

    fn default_cell(&mut self, key: RowKey, budget: &mut Budget) -> Option<Cell> {
        let levels = self.blocks_of(&key);
        let items = levels.iter().map(|blocks| blocks.iter().filter_map(|b| class_at(b, 0)).collect());
        self.cell(CellKey { implied: key.implied, levels: items.collect() }, budget)
    }

    fn blocks_of(&self, key: &RowKey) -> Vec<Vec<Arc<Block>>> {
        let level = |ids: &Vec<u32>| ids.iter().filter_map(|id| self.blocks.get(*id).cloned()).collect();
        key.levels.iter().map(level).collect()
    }

    fn cell(&mut self, mut key: CellKey, budget: &mut Budget) -> Option<Cell> {
        for level in &mut key.levels {
            level.sort_unstable();
            level.dedup();
        }
        if let Some(cell) = self.cell_of.get(&key) {
            return Some(*cell);
        }
        let lists = |level: &'_ Vec<u32>| -> Vec<Arc<Items>> {
            level.iter().filter_map(|id| self.items.get(*id).cloned()).collect()
        };
        let levels: Vec<Vec<Arc<Items>>> = key.levels.iter().map(lists).collect();
        let listed = levels.iter().flatten().map(|i| i.denies.len() + i.allows.len()).sum();
        budget.columns(listed)?;
        let denies: Vec<Item> = levels.iter().flatten().flat_map(|i| i.denies.iter().copied()).collect();
        let allows = |level: &Vec<Arc<Items>>| level.iter().flat_map(|i| i.allows.iter().copied()).collect();
        let allows = (!key.implied).then(|| levels.iter().map(allows).collect());
        let cell = self.cells.cell(denies, allows, budget)?;
        self.cell_of.insert(key, cell);
        Some(cell)
    }
}

/// The class of a column in a block.
fn class_at(block: &Arc<Block>, column: usize) -> Option<u32> {
    let place = block.columns.get(column).copied().unwrap_or(0);
    block.classes.get(place as usize).copied()
}

/// The coarsest classes that all blocks agree with: column → class, and the first column of each class.
fn combine(levels: &[Vec<Arc<Block>>], width: usize, budget: &mut Budget) -> Option<(Vec<u32>, Vec<usize>)> {
    budget.columns(width)?;
    let mut columns = vec![0u32; width];
    let mut first: Vec<usize> = if width == 0 { Vec::new() } else { vec![0] };
    let mut pairs: HashMap<(u32, u16), u32> = HashMap::new();
    for block in levels.iter().flatten().filter(|b| !b.columns.is_empty()) {
        budget.columns(width)?;
        pairs.clear();
        first.clear();
        for (column, (class, theirs)) in columns.iter_mut().zip(&block.columns).enumerate() {
            let next = first.len() as u32;
            *class = *pairs.entry((*class, *theirs)).or_insert_with(|| {
                first.push(column);
                next
            });
        }
    }
    Some((columns, first))
}
