//! `Server`: what every verb and engine is given.

use crate::{
    clock::{Clock, Random, SystemClock},
    config::Config,
    db::{self, Db},
    engine::{Nudge, NudgeAll},
    error::Result,
    event::Bus,
    identity::SignInLimits,
    media,
    secret::{self, Cipher, Signer},
};
use anyhow::Context as _;
use domain::Millis;
use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
    time::Duration,
};
use uuid::Uuid;

/// The running program. Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Parts>);

/// What a [`Server`] holds.
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub bus: Bus,
    pub clock: Arc<dyn Clock>,
    pub random: Random,
    pub cipher: Arc<Cipher>,
    pub signer: Arc<Signer>,
    pub media: media::Storage,
    pub nudge: Nudges,
    pub sign_in_limits: SignInLimits,
    /// Unique per process: owner of leases, sender of events.
    pub process: Uuid,
    /// Outgoing HTTP, over one pool of connections.
    pub http: reqwest::Client,
    /// Base http URL of the sandbox, once it is known.
    pub(crate) sandbox_url: OnceLock<String>,
}

/// One nudge per engine.
#[derive(Clone, Default)]
pub struct Nudges {
    pub outbox: Nudge,
    /// Files are to be fetched.
    pub media: NudgeAll,
    pub campaign: Nudge,
    pub import: Nudge,
    pub session: Nudge,
    pub chatbot: Nudge,
    pub removal: Nudge,
    /// A number is to behave differently.
    pub manner: NudgeAll,
}

impl Deref for Server {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Server {
    /// Opens the database (migrating it), loads or makes the secret key. Starts nothing.
    pub async fn open(config: Config) -> Result<Self> {
        Self::open_with(config, Arc::new(SystemClock), Random::system()).await
    }

    /// The same with a given clock and randomness.
    pub async fn open_with(config: Config, clock: Arc<dyn Clock>, random: Random) -> Result<Self> {
        // One TLS provider for the whole graph; rustls panics when it has to guess. A second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("cannot make data_dir {}", config.data_dir.display()))?;
        let key = secret::load_or_make_key(config.secret_key.as_deref(), &config.data_dir, &random)?;
        db::migrate(&config.database_owner_url).await?;
        let bus = Bus::default();
        let db = db::open(&config.database_url, bus.clone()).await?;
        Ok(Self(Arc::new(Parts {
            cipher: Arc::new(Cipher::new(&key, random.clone())),
            signer: Arc::new(Signer::new(&key)),
            media: media::Storage::open(&config)?,
            process: random.uuid(clock.now()),
            sign_in_limits: SignInLimits::default(),
            nudge: Nudges::default(),
            // Nobody leads a request elsewhere: parts of some addresses come from strangers.
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(Duration::from_secs(20))
                .read_timeout(Duration::from_secs(60))
                .build()
                .context("the client for outgoing requests")?,
            sandbox_url: config.sandbox.url.clone().map(OnceLock::from).unwrap_or_default(),
            config,
            db,
            bus,
            clock,
            random,
        })))
    }

    /// What time it is.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Base http URL of the sandbox: the one elsewhere, or the one this process runs.
    pub fn sandbox_url(&self) -> Option<&str> {
        self.sandbox_url.get().map(String::as_str)
    }

    /// Tells where the sandbox of this process listens; only the first word counts.
    pub fn set_sandbox_url(&self, url: String) {
        let _ = self.sandbox_url.set(url);
    }

    /// A new id, sorted by time.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        self.random.uuid(self.now()).into()
    }
}
