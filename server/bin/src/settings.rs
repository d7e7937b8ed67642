//! The configuration of this process, and its log.

use server::{Result, config::Config};
use std::path::Path;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// From the file, if it exists, and the environment.
pub fn load(file: &Path) -> Result<Config> {
    let file = file.exists().then_some(file);
    Config::load(file, std::env::vars().filter(|(name, _)| name != "SAPA_CONFIG"))
}

/// Logs to standard error; `quiet` commands print only what goes wrong, unless RUST_LOG says otherwise.
pub fn start_log(config: &Config, quiet: bool) {
    let default = if quiet { "error" } else { config.log.as_str() };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
}
