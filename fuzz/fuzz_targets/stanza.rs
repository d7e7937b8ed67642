#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::seed("stanza", sandbox::fuzzing::seeds()), |data: &[u8]| sandbox::fuzzing::stanza(data));
