//! What is timed: something that answers the i-th prepared request.

/// An engine with its policies loaded and its requests prepared.
pub trait Engine {
    /// The row of the table.
    fn name(&self) -> String;
    /// Whether request `i` is allowed.
    fn allowed(&mut self, i: usize) -> bool;
    /// How many requests are asked in rotation; slow engines ask for fewer.
    fn sample(&self) -> usize {
        1_024
    }
}

/// Nanoseconds for one answer: the median over rounds of `window` requests, for about `seconds`.
pub fn time(engine: &mut dyn Engine, requests: usize, seconds: f64) -> f64 {
    let window = engine.sample().min(requests).max(1);
    let start = std::time::Instant::now();
    let mut rounds = Vec::new();
    while rounds.len() < 5 || (start.elapsed().as_secs_f64() < seconds && rounds.len() < 100_000) {
        let t = std::time::Instant::now();
        for i in 0..window {
            std::hint::black_box(engine.allowed(std::hint::black_box(i)));
        }
        rounds.push(t.elapsed().as_nanos() as f64 / window as f64);
        if start.elapsed().as_secs_f64() > seconds * 4.0 {
            break;
        }
    }
    rounds.sort_by(f64::total_cmp);
    rounds.get(rounds.len() / 2).copied().unwrap_or(f64::NAN)
}
