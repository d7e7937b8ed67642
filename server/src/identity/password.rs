//! Passwords: argon2id with the parameters OWASP recommends, never more than a few at once.

use crate::error::Result;
use anyhow::Context as _;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and some tens of milliseconds of a core: a flood waits here instead of filling the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Verified against when the address is unknown, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default().hash_password(b"nobody has this password").expect("the default parameters are valid").to_string()
});

/// The PHC string to store.
pub async fn hash(password: String) -> Result<String> {
    work(move || Ok(Argon2::default().hash_password(password.as_bytes()).context("hashing a password")?.to_string()))
        .await
}

/// Whether the password belongs to the hash; without a hash, false after the same work.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    work(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&hash).context("a stored password hash is damaged")?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

async fn work<T: Send + 'static>(hashing: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T> {
    let _permit = AT_ONCE.acquire().await.context("the semaphore is never closed")?;
    Ok(tokio::task::spawn_blocking(hashing).await.context("hashing panicked")??)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let stored = hash("rahasia besar".into()).await.expect("hashes");
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(verify("rahasia besar".into(), Some(stored.clone())).await.expect("verifies"));
        assert!(!verify("rahasia kecil".into(), Some(stored)).await.expect("verifies"));
        assert!(
            !verify("nobody has this password".into(), None).await.expect("verifies"),
            "an unknown address never opens"
        );
    }
}
