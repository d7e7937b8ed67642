//! The protocol's schema, a dependency, has a build script that watches a file it writes itself. Left alone, the second
//! build of a fresh folder therefore compiles the schema and all that rests on it once more: a minute and a half at the
//! second start of Sapa.

use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use crate::workspace::Workspace;

/// After a build: dates the written file back, so that the script counts as run.
pub fn settle(ws: &Workspace) -> Result<()> {
    for profile in ["debug", "release"] {
        settle_in(&ws.target.join(profile).join("build"))?;
    }
    Ok(())
}

/// The same, in a target folder's folder of builds.
pub fn settle_in(builds: &Path) -> Result<()> {
    // No such profile was built.
    let Ok(entries) = fs::read_dir(builds) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let written = entry.path().join("out/whatsapp.local.desc");
        if entry.file_name().to_string_lossy().starts_with("waproto-") && written.is_file() {
            File::options().write(true).open(written)?.set_modified(SystemTime::UNIX_EPOCH)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_script_wrote_is_older_than_its_run() {
        let target = std::env::temp_dir().join(format!("sapa-waproto-{}", std::process::id()));
        let out = target.join("debug/build/waproto-0123/out");
        fs::create_dir_all(&out).expect("a folder");
        fs::write(out.join("whatsapp.local.desc"), "schema").expect("a file");
        settle(&Workspace { root: target.clone(), target: target.clone() }).expect("settles");
        let modified = fs::metadata(out.join("whatsapp.local.desc")).and_then(|file| file.modified());
        assert_eq!(modified.expect("a time"), SystemTime::UNIX_EPOCH);
        assert_eq!(fs::read(out.join("whatsapp.local.desc")).expect("a file"), b"schema");
        fs::remove_dir_all(target).expect("removes");
    }
}
