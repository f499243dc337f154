//! Random numbers: splitmix64, so that a seed means the same world on every machine and in every release.

/// A generator of random numbers.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
    /// Choices made by a fuzzer, last first; used before the state is.
    tape: Vec<u8>,
}

impl Rng {
    /// A generator; equal seeds give equal numbers.
    pub fn new(seed: u64) -> Self {
        Rng { state: seed ^ 0x5851_f42d_4c95_7f2d, tape: Vec::new() }
    }

    /// A generator whose first choices are these bytes: a fuzzer that changes one changes one choice.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Rng { state: bytes.len() as u64, tape: bytes.iter().rev().copied().collect() }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        if let Some(choice) = self.tape.pop() {
            return u64::from(choice);
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.bits() % n as u64) as usize }
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items; the slice must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// One of the words; the slice must not be empty.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }

    /// One of the items, if there is any.
    pub fn maybe<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(self.pick(items)) }
    }

    /// An index chosen by weight.
    pub fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut at = self.below(weights.iter().sum());
        for (i, w) in weights.iter().enumerate() {
            if at < *w {
                return i;
            }
            at -= w;
        }
        0
    }

    /// A generator of its own for a part of the work.
    pub fn fork(&mut self) -> Rng {
        Rng { state: self.bits(), tape: Vec::new() }
    }
}
