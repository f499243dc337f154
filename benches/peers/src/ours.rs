//! Tabella, asked by strings, by ids, and in batches of ids.

use crate::engine::Engine;
use std::error::Error;
use std::hint::black_box;
use tabella_runtime::{Decision, Gate, IdRequest, Outcome, Request, Tables};
use tabella_workloads::ids;

/// Requests of one call.
const BATCH: usize = 1_024;

/// How it is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Principal, action and keys by name.
    Strings,
    /// By ids that the service keeps.
    Ids,
    /// Likewise, 1,024 at once.
    Batch,
}

/// Where its tables are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// In pages of 2 MB.
    Pages,
    /// In ordinary memory, like those of the others.
    Ordinary,
}

/// Tables and prepared requests.
pub struct Ours {
    tables: Tables<'static>,
    requests: Vec<Request<'static>>,
    ids: Vec<IdRequest<'static>>,
    decisions: Vec<Decision>,
    way: Way,
    memory: Memory,
    window: usize,
}

impl Ours {
    /// Asks `window` requests in rotation.
    pub fn new(
        way: Way,
        (memory, tables): (Memory, Tables<'static>),
        requests: &[Request<'static>],
        window: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let none = Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request };
        let (requests, ids) = match way {
            Way::Strings => (requests.to_vec(), Vec::new()),
            Way::Ids | Way::Batch => (Vec::new(), ids::by_ids(&tables, requests)?),
        };
        Ok(Ours { tables, requests, ids, decisions: vec![none; BATCH], way, memory, window })
    }
}

impl Engine for Ours {
    fn name(&self) -> String {
        let way = match self.way {
            Way::Strings => "Tabella, strings",
            Way::Ids => "Tabella, ids",
            Way::Batch => "Tabella, batch of ids",
        };
        match self.memory {
            Memory::Pages => way.into(),
            Memory::Ordinary => format!("{way}, tables in ordinary pages"),
        }
    }

    fn allowed(&mut self, i: usize) -> bool {
        match self.way {
            Way::Strings => self.tables.decide(&self.requests[i]).is_allowed(),
            Way::Ids => self.tables.decide_ids(&self.ids[i]).is_allowed(),
            Way::Batch => {
                self.tables.decide_batch(&self.ids[i..=i], &mut self.decisions);
                self.decisions[0].is_allowed()
            }
        }
    }

    fn sample(&self) -> usize {
        self.window
    }

    fn pass(&mut self, n: usize) {
        match self.way {
            Way::Strings => {
                for request in self.requests.iter().take(n) {
                    black_box(self.tables.decide(black_box(request)).is_allowed());
                }
            }
            Way::Ids => {
                for request in self.ids.iter().take(n) {
                    black_box(self.tables.decide_ids(black_box(request)).is_allowed());
                }
            }
            Way::Batch => {
                for requests in self.ids[..n].chunks(BATCH) {
                    black_box(self.tables.decide_batch(black_box(requests), &mut self.decisions));
                    black_box(&self.decisions);
                }
            }
        }
    }
}
