//! Runtime configuration: `Leptos.toml` (optional), then the environment (`SAPA_` + key path), which wins.

use crate::error::Result;
use anyhow::Context as _;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Every key there is: path in the file, and what it is for. The environment name follows from the path.
const KEYS: &[(&str, &str)] = &[
    ("data_dir", "folder of the database, the secret key and the sandbox's world"),
    ("database.url", "sqlite:PATH or postgres://…; default: sapa.db in data_dir"),
    ("database.owner_url", "PostgreSQL only: who runs the migrations; default: database.url"),
    ("redis.url", "redis://…; live pages across several processes"),
    ("listen", "address and port of the web server"),
    ("public_url", "how browsers reach it, without a trailing slash"),
    ("allow_http", "accept a public_url with http beyond this machine"),
    ("trusted_proxies", "number of proxies in front that set X-Forwarded-For"),
    ("secret_key", "32 bytes in base64; default: secret.key in data_dir"),
    ("site_dir", "folder of the dashboard's files; default: beside the program"),
    ("sandbox.enabled", "run the WhatsApp network in a box"),
    ("sandbox.listen", "address and port of its control API"),
    ("sandbox.url", "use a sandbox elsewhere: its base http URL"),
    ("media.url", "where files of messages are kept: s3://BUCKET/FOLDER; default: media in data_dir"),
    ("media.endpoint", "address of an S3-compatible server; default: Amazon's"),
    ("media.region", "region of the bucket"),
    ("media.access_key_id", "who writes to the bucket"),
    ("media.secret_access_key", "and the secret"),
    ("region", "country of phone numbers written without a country code"),
    ("log", "what to log, as in RUST_LOG"),
];

/// Variables that belong to tests and are read elsewhere.
const OTHERS: &[&str] = &["SAPA_CRASH_AT", "SAPA_TEST_POSTGRES_URL", "SAPA_TEST_REDIS_URL", "SAPA_TEST_SEEDS"];

/// The settings of one process.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub database_url: String,
    pub database_owner_url: String,
    pub redis_url: Option<String>,
    pub listen: SocketAddr,
    /// Without a trailing slash.
    pub public_url: String,
    pub allow_http: bool,
    pub trusted_proxies: usize,
    pub secret_key: Option<String>,
    pub site_dir: Option<PathBuf>,
    pub sandbox: SandboxSettings,
    /// Absent for the disk.
    pub media: Option<BucketSettings>,
    /// ISO 3166 code, upper case.
    pub region: String,
    pub log: String,
    /// Variables named `SAPA_…` that no key knows: probably typing mistakes.
    pub unknown: Vec<String>,
}

/// Where the sandbox network is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxSettings {
    pub enabled: bool,
    pub listen: SocketAddr,
    /// Base http URL of one that runs elsewhere.
    pub url: Option<String>,
}

/// A bucket of an S3-compatible store.
#[derive(Clone, PartialEq, Eq)]
pub struct BucketSettings {
    /// `s3://BUCKET/FOLDER`
    pub url: String,
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl std::fmt::Debug for BucketSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BucketSettings({})", self.url)
    }
}

impl Config {
    /// With port 0 the system chooses one; unless `public_url` was set, browsers reach us there.
    pub fn listens_on(&mut self, address: SocketAddr) {
        if self.public_url == format!("http://{}", self.listen) {
            self.public_url = format!("http://{address}");
        }
        self.listen = address;
    }

    /// Whether browsers come by https, so that cookies can be kept to it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Reads `file` if it exists, then the environment. Every mistake names the key.
    pub fn load(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).required(false).format(config::FileFormat::Toml));
        }
        let mut unknown = Vec::new();
        for (name, value) in env.filter(|(name, _)| name.starts_with("SAPA_")) {
            match KEYS.iter().find(|(key, _)| env_name(key) == name) {
                Some((key, _)) => builder = builder.set_override(*key, value).context("environment")?,
                None if OTHERS.contains(&name.as_str()) => {}
                None => unknown.push(name),
            }
        }
        let values = builder.build().with_context(|| format!("reading {}", file.unwrap_or(Path::new("")).display()))?;
        Self::from_values(&values, unknown)
    }

    fn from_values(values: &config::Config, unknown: Vec<String>) -> Result<Self> {
        let text = |key: &str| values.get_string(key).ok().filter(|value| !value.is_empty());
        let flag = |key: &str, default| match text(key) {
            None => Ok(default),
            Some(_) => values.get_bool(key).with_context(|| format!("{key} must be true or false ({})", env_name(key))),
        };
        let address = |key: &str, default: &str| -> anyhow::Result<SocketAddr> {
            let value = text(key).unwrap_or_else(|| default.to_owned());
            value.parse().with_context(|| {
                format!("{key} must be an address and a port such as 127.0.0.1:3000, not {value:?} ({})", env_name(key))
            })
        };
        let data_dir = PathBuf::from(text("data_dir").unwrap_or_else(|| "data".into()));
        let database_url =
            text("database.url").unwrap_or_else(|| format!("sqlite:{}", data_dir.join("sapa.db").display()));
        let listen = address("listen", "127.0.0.1:3000")?;
        let public_url = text("public_url").unwrap_or_else(|| format!("http://{listen}"));
        Ok(Self {
            database_owner_url: text("database.owner_url").unwrap_or_else(|| database_url.clone()),
            database_url,
            redis_url: text("redis.url"),
            listen,
            public_url: public_url.trim_end_matches('/').to_owned(),
            allow_http: flag("allow_http", false)?,
            trusted_proxies: match text("trusted_proxies") {
                None => 0,
                Some(value) => value.parse().context("trusted_proxies must be a number (SAPA_TRUSTED_PROXIES)")?,
            },
            secret_key: text("secret_key"),
            site_dir: text("site_dir").map(PathBuf::from),
            sandbox: SandboxSettings {
                enabled: flag("sandbox.enabled", true)?,
                listen: address("sandbox.listen", "127.0.0.1:8091")?,
                url: text("sandbox.url").map(|url| url.trim_end_matches('/').to_owned()),
            },
            media: match text("media.url") {
                None => None,
                Some(url) => {
                    if !url.starts_with("s3://") {
                        return Err(anyhow::anyhow!(
                            "media.url must be s3://BUCKET/FOLDER, not {url:?} (SAPA_MEDIA_URL)"
                        )
                        .into());
                    }
                    let needed =
                        |key: &str| text(key).with_context(|| format!("media.url needs {key} ({})", env_name(key)));
                    Some(BucketSettings {
                        endpoint: text("media.endpoint"),
                        region: text("media.region").unwrap_or_else(|| "us-east-1".into()),
                        access_key_id: needed("media.access_key_id")?,
                        secret_access_key: needed("media.secret_access_key")?,
                        url,
                    })
                }
            },
            region: text("region").unwrap_or_else(|| "ID".into()).to_ascii_uppercase(),
            log: text("log").unwrap_or_else(|| "info,sqlx=warn,wa_rs=warn,whatsapp_rust=warn,wacore=warn".into()),
            data_dir,
            unknown,
        })
    }
}

/// `database.url` → `SAPA_DATABASE_URL`.
fn env_name(key: &str) -> String {
    format!("SAPA_{}", key.to_ascii_uppercase().replace('.', "_"))
}

/// The keys with what they are for, as `sapa doctor` and the documentation list them.
pub fn keys() -> impl Iterator<Item = (&'static str, String, &'static str)> {
    KEYS.iter().map(|(key, about)| (*key, env_name(key), *about))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(env: &[(&str, &str)]) -> Result<Config> {
        Config::load(None, env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_environment_wins_and_unknown_names_are_reported() {
        let config =
            load(&[("SAPA_DATA_DIR", "elsewhere"), ("SAPA_DATABSE_URL", "typo"), ("HOME", "ignored")]).expect("loads");
        assert_eq!(config.data_dir, PathBuf::from("elsewhere"));
        assert_eq!(config.database_url, "sqlite:elsewhere/sapa.db");
        assert_eq!(config.unknown, ["SAPA_DATABSE_URL"]);
    }

    #[test]
    fn a_mistake_names_the_key() {
        let error = load(&[("SAPA_LISTEN", "3000")]).expect_err("refused").to_string();
        assert!(error.contains("listen must be an address and a port"), "{error}");
        assert!(error.contains("SAPA_LISTEN"), "{error}");
    }
}
