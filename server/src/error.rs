//! Errors of the engines: narrow inside, mapped to [`domain::Error`] once, logged once.

use domain::error::Refusal;

/// Shorthand for results of the server.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that stops an engine or a verb.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller can be told: wrong input, wrong state, not found.
    #[error(transparent)]
    Domain(#[from] domain::Error),
    /// The database refused or is gone.
    #[error("database: {0}")]
    Db(#[from] sqlx::Error),
    /// A lease or fence was lost: another owner has taken over. Stop, write nothing more.
    #[error("no longer the owner of {0}")]
    Stale(&'static str),
    /// A write that must touch one row touched another number of rows.
    #[error("expected one row, touched {0}")]
    RowCount(u64),
    /// A secret could not be opened: wrong key or damaged data.
    #[error("cannot decrypt {0}")]
    Undecryptable(&'static str),
    /// Everything that has no better name; the text is for the log.
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

impl Error {
    /// PostgreSQL ended one of two transactions that waited for each other: the same again may do.
    pub fn is_deadlock(&self) -> bool {
        matches!(self, Self::Db(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("40P01" | "40001")))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Domain(domain::Error::Refused(refusal))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.into())
    }
}

/// The one place where an inner error becomes an answer: logged here, shown as "our fault".
impl From<Error> for domain::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Domain(error) => error,
            inner => {
                tracing::error!(error = %inner, "request failed");
                Self::Internal
            }
        }
    }
}

impl Error {
    /// One error, many callers: a lost fence stays recognisable.
    pub(crate) fn for_another_caller(&self) -> Self {
        match self {
            Self::Stale(what) => Self::Stale(what),
            other => Self::Other(anyhow::anyhow!("a shared transaction failed: {other}")),
        }
    }

    /// Whether a unique key of this name stopped a write. SQLite names the columns, PostgreSQL the constraint.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Db(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}
