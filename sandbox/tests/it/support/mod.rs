//! Actors: a network, and clients that are linked to it.

mod client;
mod network;
mod web;

pub use client::{Client, Kind, jid, pre_link};
pub use network::Network;
pub use web::Web;

use std::time::Duration;

pub use sandbox::control::dto::Addressing;

/// How long anything may take before a test gives up.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// The account that most tests use.
pub const OWNER: &str = "6281200000001";
/// A person.
pub const RINA: &str = "6281311110001";
/// Another one.
pub const BUDI: &str = "6281311110002";

/// Runs a test once for accounts that address by LID and once by phone number.
macro_rules! in_both_modes {
    ($($(#[$attr:meta])* async fn $name:ident($mode:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$attr])*
            async fn scenario($mode: $crate::support::Addressing) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn by_lid() {
                scenario($crate::support::Addressing::Lid).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn by_phone_number() {
                scenario($crate::support::Addressing::Pn).await;
            }
        }
    )*};
}
pub(crate) use in_both_modes;

/// Waits for a future, but not for ever.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}
