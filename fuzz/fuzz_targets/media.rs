#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("media", server::fuzzing::seeds()), |data: &[u8]| server::fuzzing::media(data));
