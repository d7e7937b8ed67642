//! `cargo xtask serve`: build what is out of date, then run Sapa until Ctrl-C.

use std::process::ExitCode;

use anyhow::Result;

use crate::binary::{self, Network};
use crate::dashboard;
use crate::interrupt;
use crate::program::Program;
use crate::workspace::{Profile, Workspace};

pub fn serve(ws: &Workspace, profile: Profile, network: Network, port: Option<u16>) -> Result<ExitCode> {
    dashboard::build(ws, profile)?;
    let sapa = binary::build(ws, profile, network)?;
    let mut program = Program::new(sapa).dir(&ws.root).args(["serve", "--demo"]).env("LEPTOS_SITE_ROOT", ws.site());
    if let Some(port) = port {
        program = program.env("SAPA_LISTEN", format!("127.0.0.1:{port}"));
        if std::env::var_os("SAPA_PUBLIC_URL").is_none() {
            program = program.env("SAPA_PUBLIC_URL", format!("http://127.0.0.1:{port}"));
        }
    }
    let status = program.attached()?;
    // None: a signal ended it. After our own Ctrl-C that is the ordinary end.
    let code = match status.code() {
        Some(code) => u8::try_from(code).unwrap_or(1),
        None if interrupt::requested() => 130,
        None => 1,
    };
    Ok(ExitCode::from(code))
}
