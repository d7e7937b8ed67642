#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("text", domain::fuzzing::seeds()), |data: &[u8]| domain::fuzzing::text(data));
