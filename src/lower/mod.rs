//! Normal form → decision tables.
//!
//! Action patterns become sets of columns, columns of a policy become classes, classes of a set of policies become
//! cells. All of it is memory for speed: the per-policy tables alone are exact, so whatever goes over a budget is
//! left to them. Knows nothing of requests and of bytes.

mod blocks;
mod budget;
mod cells;
mod expand;
mod known;
pub(crate) mod live;
mod places;
mod policies;
mod pools;
mod rows;
mod runs;
pub mod tables;
#[cfg(test)]
mod tests;
mod universe;

use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::hir::NetworkOrigin;
use crate::limits::Limits;
use crate::nf::{Layer, NormalForm, Rule};
use crate::source::SourceMap;
use budget::Budget;
use policies::Policies;
use runs::Runs;
use tables::{AccessPoint, Account, Cell, Endpoint, GovernedResource, PolicySet, Principal, Tables};

/// Builds the tables of a program. There always are some: what is over the budget has no rows, with a warning.
pub fn lower(
    nf: &NormalForm,
    catalog: &Catalog,
    sources: &SourceMap,
    limits: &Limits,
) -> (Tables, Vec<Diagnostic>) {
    let policies = Policies::of(nf, sources);
    let (layers, moved) = policies.layers(&nf.layers);
    let catalog = &catalog.with_services(&nf.services);
    let universe = universe::Universe::of(nf, catalog);
    let mut tables = Tables::default();
    let diagnostics = fill(&mut tables, nf, &universe, &policies, &layers, limits);
    pools::fill(&mut tables, &nf.pools, catalog);
    estate(&mut tables, nf, &policies, &moved);
    tables.services = universe.services;
    tables.policies = policies.tables;
    (tables, diagnostics)
}

/// Sets, rows and programs.
fn fill(
    tables: &mut Tables,
    nf: &NormalForm,
    universe: &universe::Universe,
    policies: &Policies,
    layers: &[Layer],
    limits: &Limits,
) -> Vec<Diagnostic> {
    let mut budget = Budget::of(limits, nf.policies.iter().map(|p| p.statements.len()).sum());
    let expanded: Vec<expand::Expanded> =
        nf.pools.actions.iter().map(|set| expand::Expanded::of(set, universe, &mut budget)).collect();
    let mut blocks = blocks::Blocks::new();
    let origin = policies.origin.iter().filter_map(|p| nf.policies.get(*p));
    let rules = |p: &crate::nf::Policy| -> Vec<Rule> {
        p.statements.iter().map(|s| s.rule).filter(|rule| !nf.pools.is_never(rule)).collect()
    };
    let of_policies: Vec<blocks::PolicyBlocks> =
        origin.map(|p| blocks.policy(rules(p).into_iter(), &expanded, universe, &mut budget)).collect();
    let mut cache = rows::Cache::new(&nf.pools);
    let mut rows = rows::Rows { universe, policies: &of_policies, blocks: &blocks, cache: &mut cache };
    let mut over = Vec::new();
    for layer in layers {
        let tabled = rows.layer(layer, &mut budget);
        if tabled.is_none() {
            over.push(layer);
        }
        let is_tabled = tabled.is_some();
        let (rows, default) = tabled.map_or((Vec::new(), Cell::None), |t| (t.rows, t.default));
        tables.sets.push(PolicySet { levels: layer.levels.clone(), tabled: is_tabled, rows, default });
    }
    sort_rows(tables, cache);
    budget::report(nf, policies, &of_policies, &over, layers.len()).into_iter().collect()
}

/// Puts programs, palettes and shapes in order of content, without what only sets over the budget had.
fn sort_rows(tables: &mut Tables, rows: rows::Cache) {
    let all = || tables.sets.iter().flat_map(|s| &s.rows);
    let program = |c: &Cell| match c {
        Cell::Program(p) => Some(*p),
        _ => None,
    };
    let shapes = rows.shapes.used(all().map(|r| r.shape));
    let palettes = rows.palettes.used(all().map(|r| r.palette));
    let in_palettes = palettes.iter().filter_map(|p| rows.palettes.get(*p)).flat_map(|p| p.iter());
    let programs = in_palettes.chain(tables.sets.iter().map(|s| &s.default)).filter_map(program);
    let programs = rows.cells.programs.used(programs);
    let (programs, program_at) = rows.cells.programs.sorted(&programs, |p| p);
    let at = |map: &[u32], id: u32| map.get(id as usize).copied().unwrap_or(id);
    let cell = |c: &Cell| match c {
        Cell::Program(p) => Cell::Program(at(&program_at, *p)),
        c => *c,
    };
    let (palettes, palette_at) =
        rows.palettes.sorted(&palettes, |p| p.iter().map(cell).collect::<Vec<Cell>>());
    let (shapes, shape_at) = rows.shapes.sorted(&shapes, |runs| runs);
    let shapes = shapes.iter().map(Runs::columns).collect();
    for set in &mut tables.sets {
        set.default = cell(&set.default);
        for row in &mut set.rows {
            (row.shape, row.palette) = (at(&shape_at, row.shape), at(&palette_at, row.palette));
        }
    }
    (tables.programs, tables.palettes, tables.shapes) = (programs, palettes, shapes);
}

/// Accounts, principals, resources and endpoints.
fn estate(tables: &mut Tables, nf: &NormalForm, policies: &Policies, moved: &[u32]) {
    let set = |layer: u32| moved.get(layer as usize).copied().unwrap_or(layer);
    tables.organization = nf.organization.as_ref().map(ToString::to_string);
    tables.accounts = nf
        .accounts
        .iter()
        .map(|a| Account {
            id: a.id.to_string(),
            in_organization: a.in_organization,
            management: a.management,
            org_path: a.org_path.to_string(),
            scps: a.scps.map(set),
            rcps: a.rcps.map(set),
        })
        .collect();
    tables.principals = nf
        .identities
        .iter()
        .map(|i| Principal {
            kind: i.kind,
            arn: i.arn.to_string(),
            name: i.name.to_string(),
            account: i.account,
            unique_id: i.unique_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            identity: set(i.identity),
            boundary: i.boundary.map(set),
            boundary_arn: i.boundary_arn.as_ref().map(ToString::to_string).unwrap_or_default(),
            service_linked: i.service_linked,
            tags: i
                .tags
                .iter()
                .map(|(k, v)| (k.to_ascii_lowercase(), k.to_string(), v.to_string()))
                .collect(),
        })
        .collect();
    tables.resources = nf
        .resources
        .iter()
        .map(|r| GovernedResource {
            arn: r.arn.to_string(),
            account: r.account,
            set: set(r.layer),
            trust: r.trust,
        })
        .collect();
    tables.access_points = nf
        .access_points
        .iter()
        .map(|p| AccessPoint {
            arn: p.arn.to_string(),
            bucket: p.bucket.to_string(),
            owner: p.owner.to_string(),
            vpc: match &p.origin {
                NetworkOrigin::Internet => None,
                NetworkOrigin::Vpc(id) => Some(id.as_deref().unwrap_or_default().to_owned()),
            },
        })
        .collect();
    tables.endpoints =
        nf.endpoints.iter().map(|e| Endpoint { id: e.id.to_string(), set: set(e.layer) }).collect();
    tables.session_policies =
        nf.session_policies.iter().map(|(name, p)| (name.to_string(), policies.at(*p))).collect();
    tables.session_policies.sort_unstable();
    tables.session_policies.dedup();
}
