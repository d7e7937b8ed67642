//! Everything that runs by itself: the sandbox network, sessions, campaigns, imports, the chatbot, deleted numbers, live events.
//!
//! With SQLite one process runs them, the one that holds `data/lock`; others only write rows and wait. With PostgreSQL
//! every process does, under leases.

use crate::{
    Server, campaign, chatbot, contact, engine,
    error::Result,
    event, media, removal,
    session::{self, Sessions},
};
use anyhow::Context as _;
use nix::fcntl::{Flock, FlockArg};
use sandbox::{Sandbox, SandboxConfig};
use std::{fs::File, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Nothing is lost without a nudge, only later: engines look by themselves this often.
const PERIOD: Duration = Duration::from_secs(2);
/// What became due by itself leaves as late as this.
const LOOK: Duration = Duration::from_secs(1);
/// How often files that nothing carries are looked for.
const SWEEP: Duration = Duration::from_secs(600);
/// How often a process without the lock asks for it.
const LOCK_EVERY: Duration = Duration::from_millis(300);

/// What the engines of this process are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Another process has the lock.
    Waiting,
    /// Engines run here, and the sandbox (if it is on) answers.
    Running,
}

/// The engines of a process, from [`start`] until [`stop`](Engines::stop).
pub struct Engines {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<Result<()>>,
    role: watch::Receiver<Role>,
}

/// Starts the engines: at once with PostgreSQL, as soon as the lock is free with SQLite.
pub fn start(server: &Server) -> Engines {
    let stop = CancellationToken::new();
    let (tell, role) = watch::channel(Role::Waiting);
    let task = tokio::spawn(run(server.clone(), stop.clone(), tell));
    Engines { stop, task, role }
}

impl Engines {
    /// Returns when the engines run here, or when they ended with an error.
    pub async fn running(&mut self) -> Result<()> {
        match self.role.wait_for(|role| *role == Role::Running).await {
            Ok(_) => Ok(()),
            Err(_) => (&mut self.task).await.context("the engines panicked")?,
        }
    }

    /// What they are doing now.
    pub fn role(&self) -> Role {
        *self.role.borrow()
    }

    /// Hands everything over and ends: sessions are disconnected, leases given back.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.task.await.context("the engines panicked")?
    }

    /// Ends when the engines end by themselves, which they only do with an error.
    pub async fn ended(&mut self) -> Result<()> {
        (&mut self.task).await.context("the engines panicked")?
    }
}

async fn run(server: Server, stop: CancellationToken, tell: watch::Sender<Role>) -> Result<()> {
    let Some(lock) = lock(&server, &stop).await? else { return Ok(()) };
    let network = start_sandbox(&server).await?;
    let sessions = Sessions::default();
    let mut tasks = JoinSet::new();
    spawn_engines(&server, &sessions, lock.is_some(), &stop, &mut tasks);
    if let Some(url) = server.config.redis_url.clone() {
        tasks.spawn(event::bridge(server.bus.clone(), url, server.process, stop.clone()));
    }
    tell.send_replace(Role::Running);
    stop.cancelled().await;
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "an engine panicked");
        }
    }
    sessions.stop_all(&server).await;
    if let Some(network) = network {
        network.shutdown().await;
    }
    drop(lock);
    Ok(())
}

fn spawn_engines(server: &Server, sessions: &Sessions, alone: bool, stop: &CancellationToken, tasks: &mut JoinSet<()>) {
    let nudge = server.nudge.clone();
    let (this, all) = (server.clone(), sessions.clone());
    let renew = Duration::from_millis(session::RENEW_MS).min(PERIOD);
    tasks.spawn(engine::run("session", renew, nudge.session, stop.clone(), move || {
        let (server, sessions) = (this.clone(), all.clone());
        async move { sessions.tick(&server, alone).await }
    }));
    let (this, all) = (server.clone(), sessions.clone());
    tasks.spawn(engine::run("outbox", LOOK, nudge.outbox, stop.clone(), move || {
        let (server, sessions) = (this.clone(), all.clone());
        async move { sessions.rouse(&server).await }
    }));
    let this = server.clone();
    tasks.spawn(engine::run("campaign", PERIOD, nudge.campaign, stop.clone(), move || {
        let server = this.clone();
        async move { campaign::engine::tick(&server).await }
    }));
    let this = server.clone();
    tasks.spawn(engine::run("import", PERIOD, nudge.import, stop.clone(), move || {
        let server = this.clone();
        async move { contact::import::engine::tick(&server).await }
    }));
    let this = server.clone();
    // Nobody waits for files to go.
    tasks.spawn(engine::run("media", SWEEP, engine::Nudge::default(), stop.clone(), move || {
        let server = this.clone();
        async move { media::tick(&server).await }
    }));
    let this = server.clone();
    tasks.spawn(engine::run("chatbot", PERIOD, nudge.chatbot, stop.clone(), move || {
        let server = this.clone();
        async move { chatbot::engine::tick(&server).await }
    }));
    let this = server.clone();
    tasks.spawn(engine::run("removal", PERIOD, nudge.removal, stop.clone(), move || {
        let server = this.clone();
        async move { removal::engine::tick(&server).await }
    }));
}

/// `Some(Some(lock))` with SQLite, `Some(None)` with PostgreSQL, `None` when stopped while waiting.
async fn lock(server: &Server, stop: &CancellationToken) -> Result<Option<Option<Flock<File>>>> {
    if !server.db.is_sqlite() {
        return Ok(Some(None));
    }
    let path = server.config.data_dir.join("lock");
    let mut waited = false;
    loop {
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(Some(Some(lock))),
            Err((_, nix::errno::Errno::EWOULDBLOCK)) => {}
            Err((_, error)) => return Err(anyhow::anyhow!("cannot lock {}: {error}", path.display()).into()),
        }
        if !waited {
            tracing::info!("another process runs the engines; waiting for it");
            waited = true;
        }
        tokio::select! {
            () = tokio::time::sleep(LOCK_EVERY) => {}
            () = stop.cancelled() => return Ok(None),
        }
    }
}

/// The network in a box, unless it is off or runs elsewhere.
async fn start_sandbox(server: &Server) -> Result<Option<sandbox::Running>> {
    let settings = &server.config.sandbox;
    if !settings.enabled || settings.url.is_some() {
        return Ok(None);
    }
    let config = SandboxConfig {
        listen: settings.listen,
        dir: Some(server.config.data_dir.join("sandbox")),
        clock: Arc::new(sandbox::SystemClock),
        allowed_origins: vec![server.config.public_url.clone()],
        ..SandboxConfig::default()
    };
    let network = Sandbox::open(config).await.context("sandbox.listen (SAPA_SANDBOX_LISTEN)")?;
    server.set_sandbox_url(network.base_url());
    Ok(Some(network))
}
