//! `GET /events`: what changed, for one open tab.

use crate::router::App;
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse as _, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use domain::Event;
use futures::{StreamExt as _, stream};
use server::identity::Authenticated;
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// Proxies close silent connections; a comment now and then keeps this one.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The events of the tenant, each as JSON in `data`. Starts with `resync`, and says it again when events were missed.
/// Ends when the server stops: an open stream would hold the end up.
pub(crate) async fn events(State(app): State<App>, authenticated: Option<Extension<Authenticated>>) -> Response {
    let Some(Extension(authenticated)) = authenticated else { return StatusCode::UNAUTHORIZED.into_response() };
    let heard = app.server.bus.subscribe(authenticated.scope.tenant());
    let changes = stream::unfold(heard, |mut heard| async move {
        let event = match heard.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::Resync,
            Err(RecvError::Closed) => return None,
        };
        Some((event, heard))
    });
    let events = stream::once(async { Event::Resync })
        .chain(changes)
        .filter_map(|event| async move { sse::Event::default().json_data(event).ok().map(Ok::<_, Infallible>) })
        .take_until(app.stop.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
