//! Tabella, asked with strings.

use crate::engine::Engine;
use std::error::Error;
use tabella_runtime::{Request, Tables};

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
