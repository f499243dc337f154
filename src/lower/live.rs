//! Lowering that stays in memory: blocks, rows and cells under indexes that last, so that one policy or one set can be
//! lowered again by itself. What nothing refers to any more stays until all is built anew; [`Live::tables`] leaves it
//! out and puts the rest in order, which gives the tables of [`super::lower`].

use super::blocks::{Blocks, PolicyBlocks};
use super::budget::Budget;
use super::expand::Expanded;
use super::policies::Policies;
pub(crate) use super::rows::Tabled;
use super::rows::{Cache, Rows};
use super::runs::Runs;
use super::tables::{Cell, Item, PolicySet, Row, Tables};
use super::universe::Universe;
use crate::catalog::Catalog;
use crate::limits::Limits;
use crate::nf::{ActionSet, Layer, NormalForm, Pools, Rule};
use crate::source::SourceMap;
use hashbrown::HashMap;

/// Why something must be built anew: a column was added to a known service, or the budget may not do.
#[derive(Debug)]
pub(crate) struct Anew;

/// Blocks, rows and cells.
pub(crate) struct Live {
    /// With the declared services.
    catalog: Catalog,
    universe: Universe,
    expanded: Vec<Expanded>,
    blocks: Blocks,
    policies: Vec<PolicyBlocks>,
    cache: Cache,
    whole: Budget,
    budget: Budget,
}

/// What a policy says elsewhere than before.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// In these services.
    services: Vec<u32>,
    /// In all services that it does not name: rows of all services may differ.
    elsewhere: bool,
}

impl Changed {
    /// Whether it says the same as before.
    pub(crate) fn is_nothing(&self) -> bool {
        self.services.is_empty() && !self.elsewhere
    }
}

/// New indexes of parts.
pub(crate) struct Moves<'a> {
    /// Principal sets.
    pub(crate) principals: &'a [u32],
    /// Resource sets.
    pub(crate) resources: &'a [u32],
    /// Conditions.
    pub(crate) conditions: &'a [u32],
}

impl Live {
    /// Columns for some action sets, and no policies yet. `catalog` knows the declared services.
    pub(crate) fn new<'s>(
        sets: impl Iterator<Item = &'s ActionSet>,
        catalog: Catalog,
        limits: &Limits,
    ) -> Live {
        let whole = Budget::of(limits, 0);
        Live {
            universe: Universe::named(sets, &catalog),
            catalog,
            expanded: Vec::new(),
            blocks: Blocks::new(),
            policies: Vec::new(),
            cache: Cache::new(&Pools::default()),
            whole,
            budget: whole,
        }
    }

    /// How many action sets are known; the next one gets this index.
    pub(crate) fn action_sets(&self) -> usize {
        self.expanded.len()
    }

    /// Adds an action set.
    pub(crate) fn action_set(&mut self, set: &ActionSet) -> Result<(), Anew> {
        self.universe.extend(set, &self.catalog).ok_or(Anew)?;
        let expanded = Expanded::of(set, &self.universe, &mut self.budget);
        if expanded.over {
            return Err(Anew);
        }
        self.expanded.push(expanded);
        self.strain()
    }

    /// Sets what a policy says, given its rules that can apply.
    pub(crate) fn policy(&mut self, policy: u32, rules: impl Iterator<Item = Rule>) -> Result<Changed, Anew> {
        let new = self.blocks.policy(rules, &self.expanded, &self.universe, &mut self.budget);
        self.strain()?;
        if new.over {
            return Err(Anew);
        }
        let at = policy as usize;
        if self.policies.len() <= at {
            self.policies.resize_with(at + 1, PolicyBlocks::default);
        }
        let Some(slot) = self.policies.get_mut(at) else { return Ok(Changed::default()) };
        let old = std::mem::replace(slot, new);
        let changed = difference(&old, slot);
        if (old.is_broad() || slot.is_broad()) && !changed.is_nothing() {
            self.cache.forget_bases();
        }
        Ok(changed)
    }

    /// Lowers a set.
    pub(crate) fn set(&mut self, layer: &Layer) -> Result<Tabled, Anew> {
        let mut budget = self.budget;
        let tabled = self.rows().layer(layer, &mut budget);
        self.budget = budget;
        self.strain()?;
        tabled.ok_or(Anew)
    }

    /// Makes room for about half as much again, so that no single edit has to move everything that is kept.
    pub(crate) fn reserve(&mut self) {
        self.cache.reserve();
        self.blocks.items.reserve();
        self.blocks.blocks.reserve();
    }

    /// Nobody has a set any more.
    pub(crate) fn forget(&mut self, tabled: &Tabled) {
        self.budget.return_entries(tabled.rows.len());
    }

    /// Lowers again what of a set depends on a change of one of its policies; the number of rows looked up anew.
    pub(crate) fn patch(
        &mut self,
        layer: &Layer,
        tabled: &mut Tabled,
        changed: &Changed,
    ) -> Result<usize, Anew> {
        if changed.elsewhere {
            self.budget.return_entries(tabled.rows.len());
            *tabled = self.set(layer)?;
            return Ok(tabled.rows.len() + 1);
        }
        let mut budget = self.budget;
        let mut rows = self.rows();
        let done = changed.services.iter().try_for_each(|service| {
            let row = rows.of_service(layer, *service, &mut budget)?;
            let at = tabled.rows.binary_search_by_key(service, |r| r.service);
            match (at, row) {
                (Ok(at), Some(row)) => tabled.rows.iter_mut().skip(at).take(1).for_each(|r| *r = row),
                (Ok(at), None) => {
                    tabled.rows.remove(at);
                    budget.return_entries(1);
                }
                (Err(at), Some(row)) => {
                    budget.entries(1)?;
                    tabled.rows.insert(at, row);
                }
                (Err(_), None) => {}
            }
            Some(())
        });
        self.budget = budget;
        self.strain()?;
        done.ok_or(Anew)?;
        Ok(changed.services.len())
    }

    fn rows(&mut self) -> Rows<'_> {
        Rows {
            universe: &self.universe,
            policies: &self.policies,
            blocks: &self.blocks,
            cache: &mut self.cache,
        }
    }

    fn strain(&self) -> Result<(), Anew> {
        if self.budget.is_strained(&self.whole) { Err(Anew) } else { Ok(()) }
    }

    /// How many parts are kept, those that nothing refers to any more included.
    pub(crate) fn size(&self) -> usize {
        self.cache.size() + self.blocks.items.len() + self.blocks.blocks.len() + self.expanded.len()
    }

    /// The tables: what [`super::lower`] makes of `nf`. `at` are the policies' indexes in it, `sets` all sets that it
    /// has, under the policies' lasting indexes. `None` if one is missing.
    pub(crate) fn tables<'s>(
        &self,
        nf: &NormalForm,
        sources: &SourceMap,
        at: &[u32],
        moves: &Moves<'_>,
        sets: impl Iterator<Item = (&'s Layer, &'s Tabled)>,
    ) -> Option<Tables> {
        let policies = Policies::of(nf, sources);
        let (layers, moved) = policies.layers(&nf.layers);
        let universe = Universe::of(nf, &self.catalog);
        let mut found: Vec<Option<&Tabled>> = vec![None; layers.len()];
        for (layer, tabled) in sets {
            let place = |p: &u32| at.get(*p as usize).map(|p| policies.at(*p));
            let level = |level: &Vec<u32>| -> Option<Vec<u32>> {
                let mut level = level.iter().map(place).collect::<Option<Vec<u32>>>()?;
                level.sort_unstable();
                level.dedup();
                Some(level)
            };
            let levels = layer.levels.iter().map(level).collect::<Option<Vec<Vec<u32>>>>()?;
            if let Ok(at) = layers.binary_search(&Layer { implied: layer.implied, levels }) {
                *found.get_mut(at)? = Some(tabled);
            }
        }
        let mut tables = Tables::default();
        let mut moving = Moving::new(self, &universe, nf, moves);
        for (layer, tabled) in layers.into_iter().zip(found) {
            let tabled = tabled?;
            let mut rows = tabled.rows.iter().map(|r| moving.row(*r)).collect::<Option<Vec<Row>>>()?;
            rows.sort_unstable_by_key(|r| r.service);
            let default = moving.cell(tabled.default)?;
            tables.sets.push(PolicySet { levels: layer.levels, tabled: true, rows, default });
        }
        let new = moving.new;
        super::sort_rows(&mut tables, new);
        super::pools::fill(&mut tables, &nf.pools, &self.catalog);
        super::estate(&mut tables, nf, &policies, &moved);
        tables.services = universe.services;
        tables.policies = policies.tables;
        Some(tables)
    }
}

/// Where two policies differ.
fn difference(old: &PolicyBlocks, new: &PolicyBlocks) -> Changed {
    let mut all: Vec<u32> = old.named.iter().chain(&new.named).map(|(service, _)| *service).collect();
    all.sort_unstable();
    all.dedup();
    let block = |p: &PolicyBlocks, service: u32| {
        let at = p.named.binary_search_by_key(&service, |(s, _)| *s).ok()?;
        p.named.get(at).map(|(_, block)| *block)
    };
    all.retain(|service| block(old, *service) != block(new, *service));
    Changed { services: all, elsewhere: old.elsewhere != new.elsewhere }
}

/// From lasting indexes to those of the tables.
struct Moving<'a> {
    live: &'a Live,
    moves: &'a Moves<'a>,
    /// Service → the one of the tables and, if they differ, its columns that are there too.
    services: Vec<Option<(u32, Option<Vec<usize>>)>>,
    rows: HashMap<(u32, u32, u32), (u32, u32)>,
    shapes: HashMap<u32, u32>,
    palettes: HashMap<u32, u32>,
    programs: HashMap<u32, u32>,
    new: Cache,
}

impl<'a> Moving<'a> {
    fn new(live: &'a Live, universe: &Universe, nf: &NormalForm, moves: &'a Moves<'a>) -> Self {
        let service = |service: &super::tables::Service| {
            let to = universe.service(&service.prefix)?;
            let columns = universe.columns(to);
            if columns.len() == service.actions.len() {
                return Some((to, None));
            }
            let kept = |name: &str| columns.binary_search_by(|a| a.name.as_str().cmp(name)).is_ok();
            let columns = service.actions.iter().enumerate().filter(|(_, a)| kept(&a.name));
            Some((to, Some(columns.map(|(column, _)| column).collect())))
        };
        Moving {
            live,
            moves,
            services: live.universe.services.iter().map(service).collect(),
            rows: HashMap::new(),
            shapes: HashMap::new(),
            palettes: HashMap::new(),
            programs: HashMap::new(),
            new: Cache::new(&nf.pools),
        }
    }

    fn row(&mut self, row: Row) -> Option<Row> {
        let (service, columns) = self.services.get(row.service as usize)?.as_ref()?;
        let service = *service;
        let (shape, palette) = match columns {
            None => (self.shape(row.shape)?, self.palette(row.palette)?),
            Some(columns) => match self.rows.get(&(service, row.shape, row.palette)) {
                Some(known) => *known,
                None => {
                    let (shape, palette) = self.narrowed(row, columns)?;
                    let cells = palette.into_iter().map(|c| self.cell(c)).collect::<Option<Vec<Cell>>>()?;
                    let new = (self.new.shapes.intern(shape), self.new.palettes.intern(cells));
                    self.rows.insert((service, row.shape, row.palette), new);
                    new
                }
            },
        };
        Some(Row { service, shape, palette })
    }

    /// A row with only some of its columns, its cells in order of their first column.
    fn narrowed(&self, row: Row, columns: &[usize]) -> Option<(Runs<u16>, Vec<Cell>)> {
        let places = self.live.cache.shapes.get(row.shape)?.columns();
        let cells = self.live.cache.palettes.get(row.palette)?;
        let (mut shape, mut palette) = (Vec::with_capacity(columns.len()), Vec::new());
        let mut at: HashMap<u16, u16> = HashMap::new();
        for place in columns.iter().filter_map(|c| places.get(*c)) {
            let next = palette.len() as u16;
            shape.push(match at.get(place) {
                Some(known) => *known,
                None => {
                    palette.push(*cells.get(*place as usize)?);
                    at.insert(*place, next);
                    next
                }
            });
        }
        Some((Runs::of(shape.into_iter()), palette))
    }

    fn shape(&mut self, shape: u32) -> Option<u32> {
        if let Some(known) = self.shapes.get(&shape) {
            return Some(*known);
        }
        let new = self.new.shapes.intern(self.live.cache.shapes.get(shape)?.clone());
        self.shapes.insert(shape, new);
        Some(new)
    }

    fn palette(&mut self, palette: u32) -> Option<u32> {
        if let Some(known) = self.palettes.get(&palette) {
            return Some(*known);
        }
        let cells = self.live.cache.palettes.get(palette)?.clone();
        let cells = cells.iter().map(|c| self.cell(*c)).collect::<Option<Vec<Cell>>>()?;
        let new = self.new.palettes.intern(cells);
        self.palettes.insert(palette, new);
        Some(new)
    }

    fn cell(&mut self, cell: Cell) -> Option<Cell> {
        let Cell::Program(program) = cell else { return Some(cell) };
        if let Some(known) = self.programs.get(&program) {
            return Some(Cell::Program(*known));
        }
        let moves = self.moves;
        let at = |map: &[u32], id: u32| map.get(id as usize).copied().unwrap_or(id);
        let old = self.live.cache.cells.programs.get(program)?;
        let renamed = self.new.cells.renamed(old, |item| Item {
            principals: at(moves.principals, item.principals),
            resources: at(moves.resources, item.resources),
            condition: at(moves.conditions, item.condition),
        });
        let new = self.new.cells.programs.intern(renamed);
        self.programs.insert(program, new);
        Some(Cell::Program(new))
    }
}
