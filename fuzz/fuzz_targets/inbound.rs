#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("inbound", server::fuzzing::seeds()), |data: &[u8]| server::fuzzing::inbound(data));
