//! What tests stand on: a server on a database of its own, a clock that is driven, people with verbs.

mod database;
mod gate;
mod network;
mod sender;
mod talk;

pub use gate::Gate;
pub use network::{Network, number_in, phone_of, until};
pub use talk::says;

use database::Database;
use domain::{
    Millis,
    identity::{SignUp, Viewer},
};
use server::{
    Operator, Scope, Server,
    clock::{DrivenClock, Random},
    config::Config,
    execute,
    identity::{self, Device},
};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Every file in a folder, however deep.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

/// Writes each test once and runs it on both databases: `on_both! { async fn name(world: World) { … } }`.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: World) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let $world = $crate::support::World::sqlite().await;
                $body
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let $world = $crate::support::World::postgres().await;
                $body
            }
        }
    )+ };
}
pub(crate) use on_both;

/// A server with nobody in it, at noon of a fixed day.
pub struct World {
    pub server: Server,
    pub clock: DrivenClock,
    database: Database,
}

/// Friday 20 November 2026, 12:00 in Jakarta.
pub const NOON: Millis = Millis(1_795_150_800_000);

impl World {
    pub async fn sqlite() -> Self {
        Self::on(Database::sqlite()).await
    }

    pub async fn postgres() -> Self {
        Self::on(Database::postgres().await).await
    }

    /// On SQLite, with a configuration of its own.
    pub async fn sqlite_with(change: impl FnOnce(&mut Config)) -> Self {
        let database = Database::sqlite();
        let mut config = database.config();
        change(&mut config);
        Self::open(database, config).await
    }

    async fn on(database: Database) -> Self {
        let config = database.config();
        Self::open(database, config).await
    }

    async fn open(database: Database, config: Config) -> Self {
        let clock = DrivenClock::at(NOON);
        let server = Server::open_with(config, Arc::new(clock.clone()), Random::seeded(7)).await;
        Self { server: server.expect("the server opens"), clock, database }
    }

    /// A second process on the same database.
    pub async fn another_process(&self) -> Server {
        let config = self.database.config();
        Server::open_with(config, Arc::new(self.clock.clone()), Random::system()).await.expect("the server opens")
    }

    /// Changes what the database takes, as whoever owns the tables.
    pub async fn alter(&self, sqlite: &'static str, postgres: &'static str) {
        if self.server.db.is_sqlite() {
            let mut tx = self.server.db.system().await.expect("begins");
            execute!(&mut tx, sqlite).expect("changes it");
            return tx.commit().await.expect("commits");
        }
        let mut owner = PgConnection::connect(&self.database.config().database_owner_url).await.expect("connects");
        owner.execute(postgres).await.expect("changes it");
    }

    /// Signs somebody up; the name becomes the address and the tenant.
    pub async fn sign_up(&self, name: &str) -> Member {
        let email = format!("{}@toko.id", name.to_lowercase());
        let input = SignUp { name: name.into(), email, password: PASSWORD.into(), tenant: format!("Toko {name}") };
        let signed_in = identity::sign_up(&self.server, input, &browser()).await.expect("signs up");
        let found = identity::authenticate(&self.server, &signed_in.token).await.expect("asks");
        let found = found.expect("the fresh sign-in is alive");
        Member { token: signed_in.token, viewer: found.viewer, scope: found.scope, operator: found.operator }
    }
}

/// Why something was refused.
pub fn refusal<T>(outcome: server::Result<T>) -> domain::Error {
    outcome.err().map(domain::Error::from).expect("refused")
}

/// The password of everybody here.
pub const PASSWORD: &str = "kopi tubruk pagi";

/// A person who is signed in.
pub struct Member {
    pub token: String,
    pub viewer: Viewer,
    pub scope: Scope,
    /// Whoever signed up first.
    pub operator: Option<Operator>,
}

/// A browser on this machine.
pub fn browser() -> Device {
    Device { address: IpAddr::from([127, 0, 0, 1]), user_agent: "Test browser".into() }
}
