//! Where things are: the workspace's root, its target folder, its lock file.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};

/// How a build is made. The browser's half has its own release profile, made small instead of quick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

impl Profile {
    pub fn new(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }

    /// The folder under `target/` and what people call it.
    pub fn native(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    /// The profile of the browser's half, and its folder: see Cargo.toml.
    pub fn wasm(self) -> &'static str {
        match self {
            Self::Debug => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

pub struct Workspace {
    pub root: PathBuf,
    pub target: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().context("the xtask crate has no parent folder")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// Programs that we install for ourselves, never into the person's home.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// What the web server serves: `pkg/` (the dashboard), `vendor/` and everything of `public/`.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The browser's build has its own folder, so that it never waits for the server's and never evicts its artifacts.
    pub fn front(&self) -> PathBuf {
        self.target.join("front")
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(format!("{name}.log"))
    }

    /// The version of a package in Cargo.lock. An error if there is none.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let lock = fs::read_to_string(self.root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
        version_in_lock(&lock, package).with_context(|| format!("Cargo.lock has no package `{package}`"))
    }
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let version = lock.lines().skip_while(|line| *line != name).nth(1)?;
    Some(version.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in_lock;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
"#;

    #[test]
    fn the_exact_package_is_found() {
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(LOCK, "wasm"), None);
    }
}
