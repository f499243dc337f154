#![no_main]
use std::time::Duration;
use tabella_fuzz::Stopwatch;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let stopwatch = Stopwatch::new(|_| Duration::from_secs(2));
    tabella_worlds::fuzz::hostile(data, &mut |name, work| stopwatch.measure(name, work));
});
