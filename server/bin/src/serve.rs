//! `sapa serve`, `work` and `migrate`.

use crate::{demo, router, run_file::RunFile};
use anyhow::{Context as _, Result, bail};
use server::{Server, config::Config, db, engines};
use std::{io::Write as _, net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, signal::unix::SignalKind};
use tokio_util::sync::CancellationToken;

/// How long open requests may take after Ctrl-C.
const GRACE: Duration = Duration::from_millis(1_200);

/// Runs the dashboard and the engines until Ctrl-C or SIGTERM.
pub async fn serve(mut config: Config, with_demo: bool) -> Result<()> {
    refuse_plain_http(&config)?;
    let listener = listen(config.listen).await?;
    config.listens_on(listener.local_addr()?);
    let server = Server::open(config).await?;
    let mut engines = engines::start(&server);
    // Also where another process may run the engines: `run.json` names the sandbox that they start.
    if engines_are_elsewhere(&mut engines).await? && server.db.is_sqlite() {
        bail!(
            "another Sapa runs on the data folder {}; end it first, or choose another data_dir (SAPA_DATA_DIR)",
            server.config.data_dir.display()
        );
    }
    if with_demo {
        demo::prepare(&server).await?;
    }
    let stop = CancellationToken::new();
    let app = router::router(&server, &stop)?;
    let run = RunFile {
        url: server.config.public_url.clone(),
        sandbox_url: server.sandbox_url().map(str::to_owned),
        pid: std::process::id(),
    };
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let web = axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
    let web = tokio::spawn(async move { web.await });
    run.write(&server.config).context("cannot write run.json into data_dir")?;
    say(&format!("Sapa is ready: {}", run.url));
    wait_for_the_end(&mut engines).await?;
    say("Stopping");
    stop.cancel();
    let drained = tokio::time::timeout(GRACE, web).await;
    if drained.is_err() {
        tracing::warn!("some requests were cut off");
    }
    RunFile::remove(&server.config);
    engines.stop().await?;
    server.db.close().await;
    Ok(())
}

/// Runs the engines only.
pub async fn work(config: Config) -> Result<()> {
    let server = Server::open(config).await?;
    let mut engines = engines::start(&server);
    say("Sapa's engines are starting");
    wait_for_the_end(&mut engines).await?;
    engines.stop().await?;
    server.db.close().await;
    Ok(())
}

/// Brings the schema up to date.
pub async fn migrate(config: Config) -> Result<()> {
    std::fs::create_dir_all(&config.data_dir)?;
    db::migrate(&config.database_owner_url).await?;
    say("The database is up to date");
    Ok(())
}

/// Prints a line. Whoever listened may have gone; that must not keep the program from handing over what it owns.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Waits a moment for the lock: a process that was just ended may still be letting it go.
async fn engines_are_elsewhere(engines: &mut engines::Engines) -> Result<bool> {
    match tokio::time::timeout(Duration::from_secs(5), engines.running()).await {
        Ok(running) => running.map(|()| false).map_err(Into::into),
        Err(_) => Ok(true),
    }
}

async fn wait_for_the_end(engines: &mut engines::Engines) -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into),
        _ = terminate.recv() => Ok(()),
        ended = engines.ended() => ended.map_err(Into::into),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!("{address} is in use by another program; choose another `listen` (SAPA_LISTEN)")
        }
        _ => anyhow::Error::new(error).context(format!("cannot listen on {address} (`listen`, SAPA_LISTEN)")),
    })
}

/// A cookie over plain http can be read on the way: allowed on this machine only, unless the operator says so.
fn refuse_plain_http(config: &Config) -> Result<()> {
    let host = config.public_url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
    match host {
        None | Some("localhost" | "127.0.0.1" | "[") => Ok(()),
        Some(_) if config.allow_http => Ok(()),
        Some(host) => bail!(
            "public_url is http://{host}…: sign-ins could be read on the way. Put a proxy with https in front and set \
             public_url (SAPA_PUBLIC_URL) to its https address, or set allow_http = true if you know what you do"
        ),
    }
}
