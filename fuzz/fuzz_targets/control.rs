#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("control", sandbox::fuzzing::seeds()), |data: &[u8]| sandbox::fuzzing::control(data));
