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
use futures::{Stream, StreamExt as _, stream};
use server::{Operator, identity::Authenticated, sandbox};
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// Proxies close silent connections; a comment now and then keeps this one.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The whole world changes all the time; who looks at it is told now and then.
const WORLD_EVERY: Duration = Duration::from_millis(500);

/// The events of the tenant, each as JSON in `data`. Starts with `resync`, and says it again when events were missed.
/// Ends when the server stops: an open stream would hold the end up.
pub(crate) async fn events(State(app): State<App>, authenticated: Option<Extension<Authenticated>>) -> Response {
    let Some(Extension(authenticated)) = authenticated else { return StatusCode::UNAUTHORIZED.into_response() };
    let world = world_of(&app, authenticated.operator.as_ref());
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
        .chain(stream::select(changes, world))
        .filter_map(|event| async move { sse::Event::default().json_data(event).ok().map(Ok::<_, Infallible>) })
        .take_until(app.stop.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

/// For operators, where there is a sandbox: that something in its world changed, whosever it is.
fn world_of(app: &App, operator: Option<&Operator>) -> impl Stream<Item = Event> + use<> {
    let watched = operator.filter(|_| sandbox::is_on(&app.server)).map(|operator| app.server.bus.watch_all(operator));
    let changes = watched.map(|watched| {
        stream::unfold(watched, |mut watched| async move {
            tokio::time::sleep(WORLD_EVERY).await;
            watched.changed().await.ok()?;
            Some((Event::WorldChanged, watched))
        })
    });
    stream::iter(changes).flatten()
}
