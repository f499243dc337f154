//! The floor: hash and look up the principal, hash and look up the action, split the ARN, load one word.
//! No engine that takes strings can do less.

use crate::engine::Engine;
use hashbrown::HashMap;
use tabella_runtime::Request;

type Map = HashMap<&'static str, u32, rapidhash::fast::RandomState>;

/// The floor of a workload.
pub struct Floor {
    principals: Map,
    actions: Map,
    words: Vec<u64>,
    columns: usize,
    requests: Vec<Request<'static>>,
}

impl Floor {
    /// Builds the two maps and a table of one word for each (principal, 64 actions).
    pub fn new(principals: impl Iterator<Item = &'static str>, requests: &[Request<'static>]) -> Self {
        let mut p = Map::default();
        for (i, arn) in principals.enumerate() {
            p.insert(arn, i as u32);
        }
        let mut a = Map::default();
        for r in requests {
            let next = a.len() as u32;
            a.entry(r.action).or_insert(next);
        }
        let columns = a.len().div_ceil(64).clamp(1, 8);
        let words = (0..p.len() * columns).map(|i| (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        Floor { principals: p, actions: a, words, columns, requests: requests.to_vec() }
    }
}

impl Engine for Floor {
    fn name(&self) -> String {
        "floor (two hash look-ups, split, one load)".into()
    }

    fn allowed(&mut self, i: usize) -> bool {
        let r = &self.requests[i];
        let (Some(p), Some(a)) = (self.principals.get(r.principal), self.actions.get(r.action)) else {
            return false;
        };
        let mut colons = [0usize; 5];
        let mut n = 0;
        for (at, b) in r.resource.bytes().enumerate() {
            if b == b':' && n < 5 {
                colons[n] = at;
                n += 1;
                if n == 5 {
                    break;
                }
            }
        }
        let word = self.words[*p as usize * self.columns + (*a as usize / 64) % self.columns];
        (word >> (a % 64)) & 1 == 1 && std::hint::black_box(colons)[4] != usize::MAX
    }

    fn sample(&self) -> usize {
        self.requests.len()
    }
}
