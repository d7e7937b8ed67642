#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("import", server::fuzzing::seeds()), |data: &[u8]| server::fuzzing::import(data));
