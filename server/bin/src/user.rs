//! `sapa user`: people who sign in, for operators.

use anyhow::{Result, anyhow};
use server::{Server, config::Config, identity};

/// Makes a person an operator of the installation, or takes it back, and says so.
pub async fn operator(config: Config, email: &str, revoke: bool) -> Result<()> {
    let server = Server::open(config).await?;
    let changed = identity::set_operator(&server, email, !revoke).await;
    server.db.close().await;
    let changed = changed.map_err(|error| nobody(error, email))?;
    println!(
        "{email} {}",
        match (revoke, changed) {
            (false, true) => "is an operator of this installation now",
            (false, false) => "was an operator of this installation already",
            (true, true) => "is no operator of this installation any more",
            (true, false) => "was no operator of this installation",
        }
    );
    Ok(())
}

/// "Not found" alone does not say what was looked for.
fn nobody(error: server::Error, email: &str) -> anyhow::Error {
    match error {
        server::Error::Domain(domain::Error::NotFound) => anyhow!("nobody signs in as {email}"),
        error => error.into(),
    }
}

/// Gives a person a new password, prints it once, ends their sign-ins.
pub async fn password(config: Config, email: &str) -> Result<()> {
    let server = Server::open(config).await?;
    let password = identity::random_password(&server);
    identity::reset_password(&server, email, &password).await.map_err(|error| nobody(error, email))?;
    println!("New password of {email}: {password}");
    server.db.close().await;
    Ok(())
}
