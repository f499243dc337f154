#![no_main]
use std::time::Duration;
use tabella_fuzz::Stopwatch;

fn limit(work: &str) -> Duration {
    Duration::from_millis(if work == "decide" { 10 } else { 100 })
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let stopwatch = Stopwatch::new(limit);
    tabella_worlds::fuzz::hostile_artifact(data, &mut |name, work| stopwatch.measure(name, work));
});
