//! Rows: the cells of one service in one set, as a shape (column → place in the palette) and a palette. Sets whose
//! policies say the same in a service share the row.

use super::blocks::{Block, Blocks, Items, PolicyBlocks};
use super::budget::Budget;
use super::cells::Cells;
use super::known::Known;
use super::runs::Runs;
use super::tables::{Cell, Item, Row};
use super::universe::Universe;
use crate::nf::{Layer, Pools};
use crate::normalize::intern::Interner;
use hashbrown::HashMap;
use std::sync::Arc;

/// Rows and default cell of a set.
#[derive(Debug)]
pub(crate) struct Tabled {
    pub(crate) rows: Vec<Row>,
    pub(crate) default: Cell,
}

/// What a row or a cell depends on, as one run of numbers: the service (or [`NO_SERVICE`]), whether allows are implied,
/// and for each level its blocks (or [`Items`]), sorted, each once, ended by [`END`].
type Key = Vec<u32>;

/// Ends a level in a [`Key`].
const END: u32 = u32::MAX;
/// Stands for the service in the key of a cell, which is the same in all services.
const NO_SERVICE: u32 = u32::MAX;

/// The levels of a key.
fn levels_of(key: &[u32]) -> impl Iterator<Item = &[u32]> {
    // INVARIANT: a key ends in `END` if it has a level; the piece after the last one is no level.
    let levels = key.get(2..).unwrap_or_default();
    levels.split_inclusive(|id| *id == END).map(|level| level.strip_suffix(&[END]).unwrap_or(level))
}

/// Ends the level that began at `from`.
fn end_level(key: &mut Key, from: usize) {
    if let Some(level) = key.get_mut(from..) {
        level.sort_unstable();
    }
    let mut kept = from;
    for at in from..key.len() {
        let id = key.get(at).copied().unwrap_or(END);
        if kept == from || key.get(kept - 1) != Some(&id) {
            if let Some(slot) = key.get_mut(kept) {
                *slot = id;
            }
            kept += 1;
        }
    }
    key.truncate(kept);
    key.push(END);
}

/// Builds rows.
pub(super) struct Rows<'a> {
    pub(super) universe: &'a Universe,
    pub(super) policies: &'a [PolicyBlocks],
    pub(super) blocks: &'a Blocks,
    pub(super) cache: &'a mut Cache,
}

/// What is built already, and what the rows refer to.
pub(super) struct Cache {
    pub(super) cells: Cells,
    pub(super) shapes: Interner<Runs<u16>>,
    pub(super) palettes: Interner<Vec<Cell>>,
    /// Shape and palette by key; `None` over the budget.
    rows: Known<Option<(u32, u32)>>,
    /// Rows of the broad policies of a layer by themselves, which many layers share.
    bases: HashMap<Layer, Option<Arc<Vec<Row>>>>,
    cell_of: Known<Cell>,
    room: Room,
}

/// What building a row needs room for, kept from one row to the next.
#[derive(Default)]
struct Room {
    /// Class of each column.
    columns: Runs<u32>,
    /// The same with one block more.
    refined: Runs<u32>,
    /// First column of each class.
    first: Vec<u32>,
    /// See [`Pairs::Dense`].
    pairs: Vec<u32>,
    /// Of each class the index of its [`Items`] in each block.
    items: Vec<u32>,
    cell_key: Key,
    /// Place in the palette of each cell.
    places: HashMap<Cell, u16>,
    /// The same of each class.
    place_of: Vec<u16>,
    shape: Runs<u16>,
    palette: Vec<Cell>,
}

impl Cache {
    pub(super) fn new(pools: &Pools) -> Self {
        Cache {
            cells: Cells::new(pools),
            shapes: Interner::new(),
            palettes: Interner::new(),
            rows: Known::new(),
            bases: HashMap::new(),
            cell_of: Known::new(),
            room: Room::default(),
        }
    }

    /// Makes room for about half as much again.
    pub(super) fn reserve(&mut self) {
        self.cells.programs.reserve();
        self.shapes.reserve();
        self.palettes.reserve();
        self.rows.reserve();
        self.cell_of.reserve();
    }

    /// How many things are kept.
    pub(super) fn size(&self) -> usize {
        self.rows.len() + self.cell_of.len() + self.cells.programs.len() + self.palettes.len()
    }

    /// Forgets what depends on what a broad policy says.
    pub(super) fn forget_bases(&mut self) {
        self.bases.clear();
    }
}

impl Rows<'_> {
    /// The rows of a layer: one for each service that a pattern of it names. `None` over the budget.
    ///
    /// The rows of services that only broad policies name are the same in every layer with the same broad policies,
    /// so they are built once and copied.
    pub(super) fn layer(&mut self, layer: &Layer, budget: &mut Budget) -> Option<Tabled> {
        let policies = self.policies;
        let of = |p: &u32| policies.get(*p as usize);
        if layer.levels.iter().flatten().any(|p| of(p).is_none_or(|b| b.over)) {
            return None;
        }
        let is_broad = |p: &u32| of(p).is_some_and(PolicyBlocks::is_broad);
        let broad = |level: &Vec<u32>| level.iter().copied().filter(is_broad).collect();
        let broad = Layer { implied: layer.implied, levels: layer.levels.iter().map(broad).collect() };
        let narrow = layer.levels.iter().flatten().filter(|p| !is_broad(p)).filter_map(of);
        let mut services: Vec<u32> = narrow.flat_map(|p| p.named.iter().map(|(s, _)| *s)).collect();
        services.sort_unstable();
        services.dedup();
        let mut own = Vec::with_capacity(services.len());
        let mut key = Key::new();
        for service in services {
            self.key(layer, service, &mut key);
            let (shape, palette) = self.row(&key, budget)?;
            own.push(Row { service, shape, palette });
        }
        let base = self.base(broad, budget)?;
        let rows = overlay(&base, &own);
        budget.entries(rows.len())?;
        self.key(layer, NO_SERVICE, &mut key);
        let default = self.default_cell(&key, budget)?;
        Some(Tabled { rows, default })
    }

    /// The row of one service, if a policy of the layer names it. The outer `None` is over the budget.
    pub(super) fn of_service(
        &mut self,
        layer: &Layer,
        service: u32,
        budget: &mut Budget,
    ) -> Option<Option<Row>> {
        let names = |p: &PolicyBlocks| p.named.binary_search_by_key(&service, |(s, _)| *s).is_ok();
        if !layer.levels.iter().flatten().any(|p| self.policies.get(*p as usize).is_some_and(names)) {
            return Some(None);
        }
        let mut key = Key::new();
        self.key(layer, service, &mut key);
        let (shape, palette) = self.row(&key, budget)?;
        Some(Some(Row { service, shape, palette }))
    }

    /// The rows of a layer's broad policies.
    fn base(&mut self, broad: Layer, budget: &mut Budget) -> Option<Arc<Vec<Row>>> {
        if let Some(base) = self.cache.bases.get(&broad) {
            return base.clone();
        }
        let policies = self.policies;
        let all = broad.levels.iter().flatten().filter_map(|p| policies.get(*p as usize));
        let mut services: Vec<u32> = all.flat_map(|p| p.named.iter().map(|(s, _)| *s)).collect();
        services.sort_unstable();
        services.dedup();
        let mut rows = Vec::with_capacity(services.len());
        let mut key = Key::new();
        for service in services {
            self.key(&broad, service, &mut key);
            match self.row(&key, budget) {
                Some((shape, palette)) => rows.push(Row { service, shape, palette }),
                None => {
                    self.cache.bases.insert(broad, None);
                    return None;
                }
            }
        }
        let rows = Arc::new(rows);
        self.cache.bases.insert(broad, Some(rows.clone()));
        Some(rows)
    }

    /// The key of a row; of the default cell with [`NO_SERVICE`].
    fn key(&self, layer: &Layer, service: u32, key: &mut Key) {
        key.clear();
        key.extend([service, u32::from(layer.implied)]);
        for level in &layer.levels {
            let from = key.len();
            for policy in level.iter().filter_map(|p| self.policies.get(*p as usize)) {
                let named = policy.named.binary_search_by_key(&service, |(s, _)| *s).ok();
                let block = named.and_then(|at| policy.named.get(at)).map(|(_, block)| *block);
                key.extend(block.or(policy.elsewhere));
            }
            end_level(key, from);
        }
    }

    fn row(&mut self, key: &[u32], budget: &mut Budget) -> Option<(u32, u32)> {
        if let Some(row) = self.cache.rows.get(key) {
            return row;
        }
        let row = self.build(key, budget);
        self.cache.rows.add(key, row);
        row
    }

    fn build(&mut self, key: &[u32], budget: &mut Budget) -> Option<(u32, u32)> {
        budget.row()?;
        let mut room = std::mem::take(&mut self.cache.room);
        let row = self.build_in(&mut room, key, budget);
        self.cache.room = room;
        row
    }

    fn build_in(&mut self, room: &mut Room, key: &[u32], budget: &mut Budget) -> Option<(u32, u32)> {
        let width = self.universe.columns(*key.first()?).len();
        let blocks = &self.blocks.blocks;
        combine(levels_of(key).flatten().filter_map(|id| blocks.get(*id)), width, budget, room)?;
        items_at(key, blocks, &room.first, &mut room.items)?;
        let Room { columns, first, items, cell_key, places, place_of, shape, palette, .. } = room;
        places.clear();
        place_of.clear();
        palette.clear();
        shape.clear();
        let stride = items.len().checked_div(first.len()).unwrap_or(0);
        for class in 0..first.len() {
            let items = items.get(class * stride..(class + 1) * stride).unwrap_or_default();
            class_key(key, items, cell_key);
            let cell = self.cell(cell_key, budget)?;
            let next = u16::try_from(palette.len()).ok()?;
            place_of.push(*places.entry(cell).or_insert_with(|| {
                palette.push(cell);
                next
            }));
        }
        for (end, class) in columns.iter() {
            shape.push(end, place_of.get(class as usize).copied().unwrap_or(0));
        }
        let known = self.cache.shapes.len();
        let shape = self.cache.shapes.intern_copy(shape);
        if self.cache.shapes.len() > known {
            // Unlike the visits so far, a new shape stays in memory.
            budget.columns(width.saturating_mul(8))?;
        }
        Some((shape, self.cache.palettes.intern_copy(palette)))
    }

    fn default_cell(&mut self, key: &[u32], budget: &mut Budget) -> Option<Cell> {
        let (mut items, mut cell_key) = (Vec::new(), Key::new());
        items_at(key, &self.blocks.blocks, &[0], &mut items)?;
        class_key(key, &items, &mut cell_key);
        self.cell(&cell_key, budget)
    }

    fn cell(&mut self, key: &[u32], budget: &mut Budget) -> Option<Cell> {
        if let Some(cell) = self.cache.cell_of.get(key) {
            return Some(cell);
        }
        let items = &self.blocks.items;
        let level = |ids: &[u32]| -> Vec<&Items> { ids.iter().filter_map(|id| items.get(*id)).collect() };
        let levels: Vec<Vec<&Items>> = levels_of(key).map(level).collect();
        budget.columns(levels.iter().flatten().map(|i| i.denies.len() + i.allows.len()).sum())?;
        let denies: Vec<Item> = levels.iter().flatten().flat_map(|i| i.denies.iter().copied()).collect();
        let allows = |level: &Vec<&Items>| level.iter().flat_map(|i| i.allows.iter().copied()).collect();
        let implied = key.get(1) == Some(&1);
        let allows = (!implied).then(|| levels.iter().map(allows).collect());
        let cell = self.cache.cells.cell(denies, allows, budget)?;
        self.cache.cell_of.add(key, cell);
        Some(cell)
    }
}

/// The key of the cell of a class, from the key of its row and the class's items in each block.
fn class_key(row: &[u32], items: &[u32], key: &mut Key) {
    key.clear();
    key.extend([NO_SERVICE, row.get(1).copied().unwrap_or(0)]);
    let mut rest = items;
    for level in levels_of(row) {
        let from = key.len();
        let (items, after) = rest.split_at(level.len().min(rest.len()));
        key.extend_from_slice(items);
        end_level(key, from);
        rest = after;
    }
}

/// The items of every block of a row at some columns, which are in order: column by column.
fn items_at(row: &[u32], blocks: &Interner<Block>, columns: &[u32], items: &mut Vec<u32>) -> Option<()> {
    let stride = levels_of(row).map(<[u32]>::len).sum();
    items.clear();
    items.resize(columns.len() * stride, 0);
    for (at, id) in levels_of(row).flatten().enumerate() {
        let block = blocks.get(*id)?;
        let mut runs = block.columns.iter().peekable();
        for (column, slot) in columns.iter().zip(items.iter_mut().skip(at).step_by(stride)) {
            while runs.next_if(|(end, _)| end <= column).is_some() {}
            let class = runs.peek().map_or(0, |(_, class)| *class);
            *slot = *block.classes.get(class as usize)?;
        }
    }
    Some(())
}

/// Both lists in order of service; where both have a row, that of `own`.
fn overlay(base: &[Row], own: &[Row]) -> Vec<Row> {
    let in_both = |row: &&Row| base.binary_search_by_key(&row.service, |b| b.service).is_ok();
    let mut rows = Vec::with_capacity(base.len() + own.len() - own.iter().filter(in_both).count());
    let mut rest = base;
    for row in own {
        let (before, from) = rest.split_at(rest.partition_point(|b| b.service < row.service));
        rows.extend_from_slice(before);
        rows.push(*row);
        rest = match from.split_first() {
            Some((same, after)) if same.service == row.service => after,
            _ => from,
        };
    }
    rows.extend_from_slice(rest);
    rows
}

/// The coarsest classes that all blocks agree with, into `columns` and `first` of the room.
fn combine<'b>(
    blocks: impl Iterator<Item = &'b Block>,
    width: usize,
    budget: &mut Budget,
    room: &mut Room,
) -> Option<()> {
    budget.columns(width)?;
    let Room { columns, refined, first, pairs, .. } = room;
    columns.clear();
    first.clear();
    if width > 0 {
        columns.push(width as u32, 0);
        first.push(0);
    }
    for block in blocks.filter(|b| !b.columns.is_empty()) {
        budget.columns(width)?;
        let mut pairs = Pairs::new(first.len(), block.classes.len(), pairs);
        first.clear();
        refined.clear();
        for (from, end, class, theirs) in columns.with(&block.columns) {
            let next = first.len() as u32;
            let class = pairs.number(class, theirs, next);
            if class == next {
                first.push(from);
            }
            refined.push(end, class);
        }
        std::mem::swap(columns, refined);
    }
    Some(())
}

/// Numbers pairs of classes by first appearance.
enum Pairs<'r> {
    /// A place for each pair.
    Dense { width: usize, at: &'r mut Vec<u32> },
    /// Where that would be too many.
    Sparse(HashMap<(u32, u16), u32>),
}

impl<'r> Pairs<'r> {
    fn new(classes: usize, theirs: usize, at: &'r mut Vec<u32>) -> Self {
        let pairs = classes.saturating_mul(theirs);
        if pairs > 1 << 12 {
            return Pairs::Sparse(HashMap::new());
        }
        at.clear();
        at.resize(pairs, u32::MAX);
        Pairs::Dense { width: theirs, at }
    }

    /// The pair's number; `next` if it is new.
    fn number(&mut self, class: u32, theirs: u16, next: u32) -> u32 {
        match self {
            Pairs::Dense { width, at } => match at.get_mut(class as usize * *width + theirs as usize) {
                Some(number) => {
                    if *number == u32::MAX {
                        *number = next;
                    }
                    *number
                }
                None => next,
            },
            Pairs::Sparse(at) => *at.entry((class, theirs)).or_insert(next),
        }
    }
}
