//! A workload through all stages, to an artifact.

use crate::Workload;
use tabella::artifact::{self, WriteOptions};
use tabella::catalog::Catalog;
use tabella::hir::World;
use tabella::limits::Limits;
use tabella::lower::{self, tables::Tables};
use tabella::normalize;
use tabella::resolve::Checked;
use tabella::source::SourceMap;
use tabella_pages::Pages;

/// Normalizes and lowers a world.
pub fn tables(world: World) -> Result<Tables, String> {
    let limits = Limits::default();
    let checked = Checked::new(world).map_err(|d| format!("{d:?}"))?;
    let (nf, diagnostics) = normalize::normalize(&checked, &limits);
    let nf = nf.ok_or_else(|| format!("{diagnostics:?}"))?;
    Ok(lower::lower(&nf, Catalog::shipped(), &SourceMap::new(), &limits).0)
}

/// Writes the artifact of a workload.
pub fn artifact(workload: &Workload) -> Result<Vec<u8>, String> {
    world(workload.world.clone())
}

/// Writes the artifact of a world.
pub fn world(world: World) -> Result<Vec<u8>, String> {
    let tables = tables(world)?;
    artifact::write(&tables, &Limits::default(), &WriteOptions::default()).map_err(|d| d.message)
}

/// The artifact in memory of its own, as a service has it.
pub fn pages(artifact: &[u8]) -> Result<Pages, String> {
    Pages::copy(artifact).map_err(|e| format!("memory for an artifact: {e}"))
}
