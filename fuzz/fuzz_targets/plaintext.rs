#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("plaintext", sandbox::fuzzing::seeds()), |data: &[u8]| sandbox::fuzzing::plaintext(data));
