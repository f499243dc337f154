//! Tabella, asked with strings.

use crate::engine::Engine;
use std::error::Error;
use tabella::catalog::Catalog;
use tabella::limits::Limits;
use tabella::source::SourceMap;
use tabella_runtime::{Request, Tables};
use tabella_workloads::Workload;

/// Compiles a workload to an artifact.
pub fn compile(workload: &Workload) -> Result<Vec<u8>, Box<dyn Error>> {
    let limits = Limits::default();
    let checked = tabella::resolve::Checked::new(workload.world.clone()).map_err(|d| format!("{d:?}"))?;
    let (nf, diagnostics) = tabella::normalize::normalize(&checked, &limits);
    let nf = nf.ok_or_else(|| format!("{diagnostics:?}"))?;
    let (tables, diagnostics) = tabella::lower::lower(&nf, Catalog::shipped(), &SourceMap::new(), &limits);
    let tables = tables.ok_or_else(|| format!("{diagnostics:?}"))?;
    Ok(tabella::artifact::write(&tables, &limits, &Default::default()).map_err(|d| format!("{d:?}"))?)
}

/// Tables and prepared requests.
pub struct Ours {
    tables: Tables<'static>,
    requests: Vec<Request<'static>>,
    name: &'static str,
    window: usize,
}

impl Ours {
    /// Loads an artifact, which lives as long as the process. Asks `window` requests in rotation.
    pub fn new(
        name: &'static str,
        artifact: &'static [u8],
        requests: &[Request<'static>],
        window: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let tables = Tables::load(artifact).map_err(|e| format!("{e:?}"))?;
        Ok(Ours { tables, requests: requests.to_vec(), name, window })
    }
}

impl Engine for Ours {
    fn name(&self) -> String {
        self.name.into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        self.tables.decide(&self.requests[i]).is_allowed()
    }

    fn sample(&self) -> usize {
        self.window
    }
}
