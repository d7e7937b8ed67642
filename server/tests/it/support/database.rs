//! A database for one test: a SQLite file in a folder of its own, or a PostgreSQL database that is dropped afterwards.

use server::config::Config;
use sqlx::{Connection as _, Executor as _, PgConnection};

pub enum Database {
    Sqlite(tempfile::TempDir),
    Postgres { dir: tempfile::TempDir, admin_url: String, name: String },
}

impl Database {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a folder"))
    }

    pub async fn postgres() -> Self {
        let admin_url = std::env::var("SAPA_TEST_POSTGRES_URL")
            .expect("SAPA_TEST_POSTGRES_URL: run the tests with `cargo xtask test`, which starts a private PostgreSQL");
        let name = format!("sapa_test_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&admin_url).await.expect("PostgreSQL answers");
        admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("makes a database");
        Self::Postgres { dir: tempfile::tempdir().expect("a folder"), admin_url, name }
    }

    pub fn config(&self) -> Config {
        let (dir, url) = match self {
            Self::Sqlite(dir) => (dir, String::new()),
            Self::Postgres { dir, admin_url, name } => {
                let (base, _) = admin_url.rsplit_once('/').expect("the url names a database");
                (dir, format!("{base}/{name}"))
            }
        };
        let env = [
            ("SAPA_DATA_DIR", dir.path().display().to_string()),
            ("SAPA_DATABASE_URL", url),
            ("SAPA_SANDBOX_LISTEN", "127.0.0.1:0".into()),
        ];
        Config::load(None, env.map(|(key, value)| (key.to_owned(), value)).into_iter()).expect("a valid configuration")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { admin_url, name, .. } = self {
            let (url, name) = (admin_url.clone(), name.clone());
            // Drop is not async, and the test's runtime may be gone: a short one of its own.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(async {
                    let mut admin = PgConnection::connect(&url).await.expect("PostgreSQL answers");
                    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    admin.execute(sqlx::AssertSqlSafe(drop)).await.expect("drops the database");
                });
            });
            dropping.join().expect("the database is dropped");
        }
    }
}
