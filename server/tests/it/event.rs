//! Live events between two processes over a real Redis.

use crate::support::World;
use domain::Event;
use server::event::bridge;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What one process commits, a page of the other process hears.
#[tokio::test]
async fn two_processes_hear_each_other_over_redis() {
    let url = std::env::var("SAPA_TEST_REDIS_URL")
        .expect("SAPA_TEST_REDIS_URL: run the tests with `cargo xtask test`, which starts a private Redis");
    let world = World::sqlite().await;
    let rani = world.sign_up("Rani").await;
    let other = world.another_process().await;
    let stop = CancellationToken::new();
    let mut heard = other.bus.subscribe(rani.viewer.tenant);
    for server in [&world.server, &other] {
        tokio::spawn(bridge(server.bus.clone(), url.clone(), server.process, stop.clone()));
    }
    // Each bridge says `Resync` to its own pages once it is subscribed.
    let first = timeout(Duration::from_secs(10), heard.recv()).await.expect("in time").expect("open");
    assert_eq!(first, Event::Resync);
    let heard_over_redis = async {
        loop {
            let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
            tx.publish(Event::ChatbotChanged);
            tx.commit().await.expect("commits");
            // The sender's bridge may still be connecting: say it again until it is heard.
            if let Ok(Ok(event)) = timeout(Duration::from_millis(200), heard.recv()).await {
                return event;
            }
        }
    };
    let event = timeout(Duration::from_secs(10), heard_over_redis).await.expect("in time");
    assert_eq!(event, Event::ChatbotChanged);
    stop.cancel();
}
