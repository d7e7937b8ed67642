//! `sapa user`: people who sign in, for operators.

use anyhow::Result;
use server::{Server, config::Config, identity};

/// Gives a person a new password, prints it once, ends their sign-ins.
pub async fn password(config: Config, email: &str) -> Result<()> {
    let server = Server::open(config).await?;
    let password = identity::random_password(&server);
    identity::reset_password(&server, email, &password).await?;
    println!("New password of {email}: {password}");
    server.db.close().await;
    Ok(())
}
