#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| tabella_worlds::fuzz::lex_parse(data));
