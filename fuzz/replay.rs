//! Gives the inputs that were kept to the body of their target: part of the unit tests of each crate that has targets.

use std::{fs, path::Path};

/// Runs a target with its corpus and with inputs that are made. An input that it does not take is named by the last line
/// that the test printed.
pub fn replay(target: &str, made: Vec<(&'static str, &'static str, Vec<u8>)>, run: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let kept = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let kept = kept.map(|entry| {
        let path = entry.expect("a listed file").path();
        let input = fs::read(&path).expect("a file that can be read");
        (path.display().to_string(), input)
    });
    let mut inputs: Vec<_> = kept.collect();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    let made = made.into_iter().filter(|made| made.0 == target);
    inputs.extend(made.map(|(_, name, input)| (format!("seed {name}"), input)));
    for (name, input) in inputs {
        println!("{target}: {name}");
        run(&input);
    }
}
