//! The control API: HTTP and JSON on loopback, beside the protocol on the same listener.

mod account;
pub mod dto;
pub(crate) mod error;
mod fault;
pub(crate) mod fields;
mod file;
mod group;
pub(crate) mod guard;
mod ledger;
mod message;
mod people;
mod picture;
mod presence;
mod world;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use futures::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::media;
use crate::session;
use crate::world::World;
use error::Refusal;
use guard::{Gate, Host};

/// The largest request body, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;
/// The largest message of a person, whose file comes as base64, in bytes.
const LARGEST_MESSAGE: usize = 24 * 1024 * 1024;

/// What every route is given.
#[derive(Clone)]
pub(crate) struct Control {
    pub world: Arc<World>,
    stop: CancellationToken,
    clients: TaskTracker,
}

/// All routes: the control API, `/ws/chat` and the media host.
pub(crate) fn router(world: Arc<World>, gate: Gate, stop: CancellationToken, clients: TaskTracker) -> Router {
    let control = Control { world, stop, clients };
    let api = Router::new()
        .route("/accounts", post(account::add).get(account::list))
        .route("/accounts/{phone}", get(account::show))
        .route("/accounts/{phone}/devices", post(account::link))
        .route("/accounts/{phone}/devices/{id}", delete(account::unlink))
        .route("/accounts/{phone}/scan", post(account::scan))
        .route("/accounts/{phone}/code", post(account::enter_code))
        .route("/accounts/{phone}/chats", get(account::chats))
        .route("/accounts/{phone}/addressing", post(account::move_to_lid))
        .route("/world", put(world::configure).get(world::show))
        .route("/reset", post(world::reset))
        .route("/people/{phone}", put(people::set).get(people::show))
        .route(
            "/people/{phone}/personas/{account}",
            put(people::set_toward).get(people::show_toward).delete(people::clear_toward),
        )
        .route("/people/{phone}/messages", post(message::write).layer(DefaultBodyLimit::max(LARGEST_MESSAGE)))
        .route("/people/{phone}/picture", put(picture::set).delete(picture::remove))
        .route("/people/{phone}/presence", post(presence::show))
        .route("/people/{phone}/chats/{account}", get(message::chat))
        .route("/people/{phone}/chats/{account}/{id}/media", get(message::media))
        .route("/groups", post(group::add).get(group::list))
        .route("/groups/{jid}", get(group::show).put(group::rename))
        .route("/groups/{jid}/participants", post(group::participants))
        .route("/ledger", get(ledger::page))
        .route("/ledger/summary", get(ledger::summary))
        .route("/faults", post(fault::add).get(fault::list).delete(fault::clear))
        .route("/events", get(events))
        .fallback(|| async { Refusal::not_found("there is no such route") });
    Router::new()
        .route("/health", get(world::health))
        .nest("/api", api)
        .layer(axum::middleware::from_fn_with_state(gate.clone(), guard::admit_api))
        .merge(
            Router::new()
                .route("/ws/chat", get(chat))
                .merge(media::host::router())
                .layer(axum::middleware::from_fn_with_state(gate, guard::admit_chat)),
        )
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(control)
}

/// The protocol itself.
async fn chat(State(control): State<Control>, Host(host): Host, upgrade: WebSocketUpgrade) -> Response {
    let clients = control.clients.clone();
    let talk = move |socket| async move {
        let stop = control.stop.clone();
        let serve = session::serve(control.world, socket, host);
        // A client that never says goodbye must not keep the network from stopping.
        let overdue = async {
            stop.cancelled().await;
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        };
        tokio::select! {
            () = serve => {}
            () = overdue => {}
        }
    };
    upgrade.on_upgrade(move |socket| clients.track_future(talk(socket)))
}

/// Server-sent events: one JSON object each, and `lagged` when some were lost.
async fn events(State(control): State<Control>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let happenings = BroadcastStream::new(control.world.feed.watch()).map(|happening| {
        let event = match happening {
            Ok(happening) => Event::default().json_data(happening).expect("events are plain data"),
            Err(_) => Event::default().data(r#"{"event":"lagged"}"#),
        };
        Ok(event)
    });
    let until_stop = happenings.take_until(control.stop.clone().cancelled_owned());
    Sse::new(until_stop).keep_alive(KeepAlive::default())
}

/// 204, empty.
fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
