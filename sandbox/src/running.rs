//! Starting and stopping a network.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clock, SystemClock};
use crate::control;
use crate::media::MediaLimits;
use crate::world::World;
use crate::world::feed::Happening;
use crate::world::schedule::Schedule;

/// How long requests may take to finish once the network shuts down.
const GRACE: Duration = Duration::from_secs(2);

/// How a network is started.
pub struct SandboxConfig {
    /// Where the protocol and the control API listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where the world is kept; `None`: in memory only.
    pub dir: Option<PathBuf>,
    /// The seed of a new world; `None`: any.
    pub seed: Option<u64>,
    /// Where the network takes its time from.
    pub clock: Arc<dyn Clock>,
    /// Browser origins, besides the sandbox's own, whose pages may call the control API: `http://127.0.0.1:3000`.
    pub allowed_origins: Vec<String>,
    /// How much the media host takes.
    pub media: MediaLimits,
}

impl Default for SandboxConfig {
    /// A free port, a world in memory, the machine's clock.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            dir: None,
            seed: None,
            clock: Arc::new(SystemClock),
            allowed_origins: Vec::new(),
            media: MediaLimits::default(),
        }
    }
}

/// Why a network could not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another program has the port.
    #[error("{0} is in use by another program; choose another address for the sandbox")]
    Busy(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    /// The world on disk cannot be used.
    #[error("cannot open the sandbox's world: {0:#}")]
    World(anyhow::Error),
}

/// The entrance.
pub struct Sandbox;

/// A network that runs until it is shut down or dropped.
pub struct Running {
    address: SocketAddr,
    world: Arc<World>,
    stop: CancellationToken,
    /// The tasks of connected clients.
    clients: TaskTracker,
    server: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Opens the world and starts listening. The network answers once this returns.
    pub async fn open(config: SandboxConfig) -> Result<Running, OpenError> {
        let listener = TcpListener::bind(config.listen).await.map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => OpenError::Busy(config.listen),
            _ => OpenError::Listen { address: config.listen, source },
        })?;
        let address = listener.local_addr().map_err(|source| OpenError::Listen { address: config.listen, source })?;
        let world = World::open(config.clock, config.seed, config.dir.as_deref(), config.media);
        let world = world.map_err(OpenError::World)?;
        let stop = CancellationToken::new();
        let gate = control::guard::Gate::new(address, config.allowed_origins);
        let clients = TaskTracker::new();
        let app = control::router(world.clone(), gate, stop.clone(), clients.clone());
        // Without this Nagle holds every small stanza back until the client's last one was confirmed.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY");
            }
        });
        let server = tokio::spawn(run(world.clone(), listener, app, stop.clone()));
        Ok(Running { address, world, stop, clients, server: Some(server) })
    }
}

async fn run<L>(world: Arc<World>, listener: L, app: axum::Router, stop: CancellationToken)
where
    L: axum::serve::Listener,
    L::Addr: std::fmt::Debug,
{
    let serve = axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
    let serve = async {
        let served = serve.await;
        if let Err(error) = served {
            tracing::error!(%error, "the sandbox stopped listening");
        }
    };
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = serve => {}
        () = overdue => {}
        () = Schedule::run(world) => {}
    }
}

impl Running {
    /// Where the network listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The base of the control API: `http://127.0.0.1:8091`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where clients connect: `ws://127.0.0.1:8091/ws/chat`.
    pub fn chat_url(&self) -> String {
        format!("ws://{}/ws/chat", self.address)
    }

    /// What happens from now on. Hints: a receiver that falls behind loses some.
    pub fn watch(&self) -> tokio::sync::broadcast::Receiver<Happening> {
        self.world.feed.watch()
    }

    /// Ends every connection and keeps the world.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        self.world.hang_up_all();
        if let Some(server) = self.server.take()
            && let Err(error) = server.await
        {
            tracing::error!(%error, "the sandbox did not stop cleanly");
        }
        self.clients.close();
        self.clients.wait().await;
        self.world.save();
        self.world.journal.close();
    }
}

impl Drop for Running {
    /// A network that is dropped stops at once: its folder is free, its world is as the journal has it, and what it
    /// acknowledges in its very last moment may be lost. [`Running::shutdown`] loses nothing.
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            self.stop.cancel();
            self.world.journal.close();
            self.world.hang_up_all();
            server.abort();
        }
    }
}
