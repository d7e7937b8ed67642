//! Events between processes over Redis pub/sub. All of it may be lost: every gap ends in a `Resync`.

use super::{Bus, TenantEvent};
use anyhow::Context as _;
use futures::StreamExt as _;
use redis::AsyncCommands as _;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const CHANNEL: &str = "sapa:event";

/// What travels: the event and the process it comes from, which has told its own pages already.
#[derive(Serialize, Deserialize)]
struct Envelope {
    from: Uuid,
    event: TenantEvent,
}

/// Connects the bus with those of other processes until `stop`. Reconnects for ever; `me` must be unique per process.
pub async fn bridge(bus: Bus, url: String, me: Uuid, stop: CancellationToken) {
    let client = match redis::Client::open(url) {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "redis.url cannot be read; live pages see this process only"),
    };
    let mut waits = [1u64, 2, 3, 5, 8, 13].into_iter().chain(std::iter::repeat(15));
    loop {
        let run = tokio::select! {
            run = exchange(&bus, &client, me) => run,
            () = stop.cancelled() => return,
        };
        let Err(error) = run;
        tracing::warn!(error = %format!("{error:#}"), "Redis is gone; live pages see this process only until it is back");
        let wait = Duration::from_secs(waits.next().unwrap_or(15));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn exchange(bus: &Bus, client: &redis::Client, me: Uuid) -> anyhow::Result<std::convert::Infallible> {
    let mut local = bus.local.subscribe();
    let mut publish = client.get_multiplexed_async_connection().await.context("connecting")?;
    let (mut sink, mut incoming) = client.get_async_pubsub().await.context("connecting")?.split();
    sink.subscribe(CHANNEL).await.context("subscribing")?;
    // What happened elsewhere before this subscription is unknown.
    bus.resync_all();
    loop {
        tokio::select! {
            event = local.recv() => match event {
                Ok(event) => {
                    let envelope = serde_json::to_string(&Envelope { from: me, event })?;
                    publish.publish::<_, _, ()>(CHANNEL, envelope).await.context("publishing")?;
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => anyhow::bail!("the bus is closed"),
            },
            message = incoming.next() => {
                let payload: String = message.context("the connection ended")?.get_payload()?;
                match serde_json::from_str::<Envelope>(&payload) {
                    Ok(envelope) if envelope.from != me => bus.deliver(envelope.event),
                    Ok(_) => {}
                    // Another version of the program may know events that this one does not.
                    Err(_) => bus.resync_all(),
                }
            }
        }
    }
}

/// Whether Redis answers at this url.
pub async fn ping(url: &str) -> anyhow::Result<()> {
    let mut connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
    redis::cmd("PING").exec_async(&mut connection).await?;
    Ok(())
}
