#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("journal", sandbox::fuzzing::seeds()), |data: &[u8]| sandbox::fuzzing::journal(data));
