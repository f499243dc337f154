//! What is timed: something that answers prepared requests.

use std::hint::black_box;
use std::time::{Duration, Instant};

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
    /// Answers the first `n` requests in turn.
    fn pass(&mut self, n: usize) {
        for i in 0..n {
            black_box(self.allowed(black_box(i)));
        }
    }
}

/// What an engine has of the processor before the next has its turn.
const TURN: Duration = Duration::from_millis(20);

/// Nanoseconds for one answer of each engine: medians over passes through its requests. The engines take turns, so
/// that whatever disturbs the machine disturbs all; each is timed for about `seconds`, and for three turns at least.
pub fn time(engines: &mut [Box<dyn Engine>], requests: usize, seconds: f64) -> Vec<f64> {
    let mut passes = vec![Vec::new(); engines.len()];
    let mut spent = vec![Duration::ZERO; engines.len()];
    let mut round = 0;
    while round < 3 || spent.iter().any(|s| s.as_secs_f64() < seconds) {
        for ((engine, passes), spent) in engines.iter_mut().zip(&mut passes).zip(&mut spent) {
            if round >= 3 && spent.as_secs_f64() >= seconds {
                continue;
            }
            let n = engine.sample().min(requests).max(1);
            let turn = Instant::now();
            loop {
                let start = Instant::now();
                engine.pass(n);
                passes.push(start.elapsed().as_nanos() as f64 / n as f64);
                if turn.elapsed() >= TURN {
                    break;
                }
            }
            *spent += turn.elapsed();
        }
        round += 1;
    }
    passes.into_iter().map(median).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
