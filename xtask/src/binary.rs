//! The server's half: the one binary, `sapa`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::program::Program;
use crate::waproto;
use crate::workspace::{Profile, Workspace};

/// Which networks a build may link numbers on. A build for the sandbox does not check certificate chains and therefore
/// refuses to dial any other host; a build for real phones cannot scan the sandbox's QR codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    Sandbox,
    WhatsApp,
}

impl Network {
    pub fn new(real: bool) -> Self {
        if real { Self::WhatsApp } else { Self::Sandbox }
    }
}

/// Builds what is out of date; gives the path of the binary.
pub fn build(ws: &Workspace, profile: Profile, network: Network) -> Result<PathBuf> {
    println!("  Building the server");
    let mut cargo = Program::cargo(&ws.root).args(["build", "--package", "sapa"]);
    if network == Network::Sandbox {
        cargo = cargo.args(["--features", "sandbox-linking"]);
    }
    if profile == Profile::Release {
        cargo = cargo.args(["--release"]);
    }
    cargo.logged(&ws.log("server")).context("building the server failed")?;
    waproto::settle(ws)?;
    Ok(path(ws, profile))
}

pub fn path(ws: &Workspace, profile: Profile) -> PathBuf {
    ws.target.join(profile.native()).join("sapa")
}
