//! Processor time as the oracle of a fuzz target, and as what guides it.
//!
//! The time is that of the thread, so other work on the machine counts little. Work over the limit is repeated twice, and its
//! least time counts. What is measured is a build with optimizations, the fuzzer's counters, debug assertions and checks of
//! overflow: slower than a release by a half or so, never faster.

use cpu_time::ThreadTime;
use std::hint::black_box;
use std::time::Duration;

/// Measures work against limits.
pub struct Stopwatch {
    limit: fn(&str) -> Duration,
    /// Whether it tells what everything takes.
    is_loud: bool,
}

impl Stopwatch {
    /// A limit for each kind of work, by its name. `TABELLA_TIMES` in the environment tells what everything takes.
    pub fn new(limit: fn(&str) -> Duration) -> Self {
        Stopwatch { limit, is_loud: std::env::var_os("TABELLA_TIMES").is_some() }
    }

    /// Does a piece of work; panics when it is slow, which is a finding.
    pub fn measure(&self, name: &'static str, work: &dyn Fn()) {
        let limit = (self.limit)(name);
        let mut least = time(work);
        if self.is_loud {
            eprintln!("{name}: {least:?}");
        }
        guide(name, least);
        for _ in 0..2 {
            if least <= limit {
                return;
            }
            least = least.min(time(work));
        }
        assert!(least <= limit, "slow: {name} takes {least:?}, more than {limit:?}");
    }
}

fn time(work: &dyn Fn()) -> Duration {
    let start = ThreadTime::now();
    work();
    start.elapsed()
}

/// Tells the fuzzer of the time: it keeps inputs that reach code which none has reached, so slower inputs reach more.
/// Each step is a branch of its own for each kind of work.
fn guide(name: &str, took: Duration) {
    match name.bytes().fold(name.len(), |sum, byte| sum + usize::from(byte)) % 8 {
        0 => steps::<0>(took),
        1 => steps::<1>(took),
        2 => steps::<2>(took),
        3 => steps::<3>(took),
        4 => steps::<4>(took),
        5 => steps::<5>(took),
        6 => steps::<6>(took),
        _ => steps::<7>(took),
    }
}

#[inline(never)]
fn steps<const KIND: usize>(took: Duration) {
    macro_rules! steps {
        ($($micros:literal)*) => { $(
            if took > Duration::from_micros($micros) {
                black_box((KIND, $micros));
            }
        )* };
    }
    steps!(100 200 400 800 1_600 3_200 6_400 10_000 12_800 15_000 18_000 21_000 25_600 30_000 36_000 43_000 51_200
        61_000 72_000 86_000 102_400 122_000 145_000 172_000 204_800 243_000 290_000 344_000 409_600 487_000
        579_000 689_000 819_200 974_000 1_158_000 1_378_000 1_638_000 1_900_000);
}
