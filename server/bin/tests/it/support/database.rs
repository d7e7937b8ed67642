//! A database for one test: SQLite in the data folder, or a PostgreSQL database that is dropped afterwards.

use server::Server;
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::path::Path;

pub struct Database {
    dir: tempfile::TempDir,
    postgres: Option<(String, String)>,
}

impl Database {
    pub fn sqlite() -> Self {
        Self { dir: tempfile::tempdir().expect("a folder"), postgres: None }
    }

    pub async fn postgres() -> Self {
        let admin = std::env::var("SAPA_TEST_POSTGRES_URL")
            .expect("SAPA_TEST_POSTGRES_URL: run the tests with `cargo xtask test`, which starts a private PostgreSQL");
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().file_name().expect("a name").to_string_lossy().to_lowercase();
        let name = format!("sapa_crash_{}", folder.trim_start_matches('.'));
        let mut conn = PgConnection::connect(&admin).await.expect("PostgreSQL answers");
        conn.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("makes a database");
        Self { dir, postgres: Some((admin, name)) }
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// `None` for the default.
    pub fn url(&self) -> Option<String> {
        let (admin, name) = self.postgres.as_ref()?;
        let (base, _) = admin.rsplit_once('/').expect("the url names a database");
        Some(format!("{base}/{name}"))
    }

    /// A server on it, in this process.
    pub async fn server(&self) -> Server {
        let mut env = vec![
            ("SAPA_DATA_DIR".to_owned(), self.dir().display().to_string()),
            ("SAPA_SANDBOX_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ];
        env.extend(self.url().map(|url| ("SAPA_DATABASE_URL".to_owned(), url)));
        let config = server::config::Config::load(None, env.into_iter()).expect("a valid configuration");
        Server::open(config).await.expect("opens")
    }

    /// Drops what PostgreSQL holds; call it last.
    pub async fn drop(self) {
        if let Some((admin, name)) = &self.postgres {
            let mut conn = PgConnection::connect(admin).await.expect("PostgreSQL answers");
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            conn.execute(sqlx::AssertSqlSafe(sql)).await.expect("drops the database");
        }
    }
}
