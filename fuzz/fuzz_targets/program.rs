#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| tabella_worlds::fuzz::program(data));
