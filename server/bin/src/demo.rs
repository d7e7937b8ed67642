//! Trying Sapa without a phone: the demo company, and the sandbox by itself.

use anyhow::{Context as _, Result};
use domain::identity::SignUp;
use sandbox::{
    Sandbox, SandboxConfig,
    control::dto::{Persona, WorldSettings},
};
use server::{
    Server,
    identity::{self, Device},
    tenant,
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// The demo's sign-in. Its password is random and printed once.
const EMAIL: &str = "demo@sapa.local";

/// Makes the demo company at the first start and prints its sign-in; people of the sandbox become lively.
pub async fn prepare(server: &Server) -> Result<()> {
    if !tenant::list(server).await?.is_empty() {
        println!("Demo sign-in: {EMAIL} (new password: `sapa user password {EMAIL}`)");
        return Ok(());
    }
    let password = identity::random_password(server);
    let demo =
        SignUp { name: "Demo".into(), email: EMAIL.into(), password: password.clone(), tenant: "Toko Contoh".into() };
    let here = Device { address: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: "sapa serve".into() };
    let signed_in = identity::sign_up(server, demo, &here).await?;
    if let Some(authenticated) = identity::authenticate(server, &signed_in.token).await? {
        // Nobody holds this sign-in's token: it ends here.
        identity::sign_out(server, &authenticated.scope).await?;
    }
    if let Some(url) = server.sandbox_url() {
        make_people_lively(&server.http, url).await?;
    }
    println!("Demo sign-in: {EMAIL} with password {password}");
    Ok(())
}

/// People read within seconds and often answer, as customers of a shop do.
async fn make_people_lively(http: &reqwest::Client, base_url: &str) -> Result<()> {
    let lively: Persona = serde_json::from_value(serde_json::json!({
        "deliver_ms": [200, 2500],
        "read_ms": [1500, 20000],
        "read_probability": 0.8,
        "reply_probability": 0.25,
        "replies": [
            { "match": "(?i)harga|promo|diskon|%", "text": "Berapa harganya, Kak?", "after_ms": 4000 },
            { "match": "(?i)undang|hadir|acara", "text": "Siap, saya datang. Jam berapa mulainya?", "after_ms": 6000 },
            { "match": "(?i)tagihan|bayar|pesanan", "text": "Sudah saya transfer ya, tolong dicek.", "after_ms": 8000 },
            { "match": "(?i)berhenti|stop", "text": "STOP", "after_ms": 3000 },
            { "match": ".", "text": "Terima kasih infonya!", "after_ms": 7000 }
        ]
    }))?;
    let settings = WorldSettings { defaults: Some(lively), ..WorldSettings::default() };
    let answer = http.put(format!("{base_url}/api/world")).json(&settings).send().await;
    answer
        .context("the sandbox does not answer")?
        .error_for_status()
        .context("the sandbox refused the demo's people")?;
    Ok(())
}

/// `sapa sandbox`: the network by itself, until Ctrl-C.
pub async fn sandbox(listen: SocketAddr, dir: Option<PathBuf>) -> Result<()> {
    let network = Sandbox::open(SandboxConfig { listen, dir, ..SandboxConfig::default() }).await?;
    println!("The sandbox is ready: {}", network.base_url());
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    network.shutdown().await;
    Ok(())
}
