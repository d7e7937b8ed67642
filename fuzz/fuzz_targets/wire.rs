#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("wire", sandbox::fuzzing::seeds()), |data: &[u8]| sandbox::fuzzing::wire(data));
