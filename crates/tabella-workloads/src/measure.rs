//! Time and memory. Time is that of the clock: the processor's own account of a thread moves in steps of milliseconds.

use std::time::{Duration, Instant};

/// What a piece of work gives, and its time.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Median nanoseconds of one of `n` things that `work` does, over as many runs as fit into about 0.3 s, three at
/// least.
pub fn median(n: usize, mut work: impl FnMut()) -> f64 {
    let mut runs = Vec::new();
    let mut spent = Duration::ZERO;
    while runs.len() < 3 || (spent < Duration::from_millis(300) && runs.len() < 10_000) {
        let ((), time) = timed(&mut work);
        spent += time;
        runs.push(time.as_nanos() as f64 / n.max(1) as f64);
    }
    runs.sort_by(f64::total_cmp);
    runs.get(runs.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Bytes resident now, and the most there were since [`forget_peak`]; zeros where the system does not tell.
pub fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|l| l.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    (field("VmRSS:").unwrap_or(0) << 10, field("VmHWM:").unwrap_or(0) << 10)
}

/// Begins a new peak.
pub fn forget_peak() {
    // What can't be reset only makes the peak too high.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
