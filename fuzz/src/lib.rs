//! What the fuzz targets share.

use std::path::PathBuf;
use std::{env, fs};

/// Writes a target's inputs that are made by code where libFuzzer looks for them: in the folder that
/// `SAPA_FUZZ_SEEDS` names, before it is read.
pub fn seed(target: &str, seeds: Vec<(&'static str, &'static str, Vec<u8>)>) {
    let Some(folder) = env::var_os("SAPA_FUZZ_SEEDS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).expect("a folder for seeds");
    for (number, (_, name, input)) in seeds.into_iter().filter(|seed| seed.0 == target).enumerate() {
        let name = format!("{number:03}-{}", name.replace(' ', "-"));
        fs::write(folder.join(name), input).expect("room for a seed");
    }
}
