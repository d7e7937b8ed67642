//! Every route: pages and server functions, live events, files, health.

use crate::{export, media, middleware, sse, typed};
use anyhow::{Context as _, Result};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, State},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header},
    response::IntoResponse,
    routing::get,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list};
use server::Server;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate as _},
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    services::{ServeDir, ServeFile},
    trace::TraceLayer,
};

/// Largest request: a contact file of 32 MB and its envelope.
const BODY_LIMIT: usize = 33 * 1024 * 1024;

/// What handlers are given.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub server: Server,
    pub leptos: LeptosOptions,
    pub stop: CancellationToken,
}

/// The whole web server. Live streams end when `stop` is cancelled.
pub fn router(server: &Server, stop: &CancellationToken) -> Result<Router> {
    let leptos = leptos_options(server);
    let state = App { server: server.clone(), leptos: leptos.clone(), stop: stop.clone() };
    let routes = generate_route_list(app::App);
    let context = {
        let server = server.clone();
        move || provide_request(&server)
    };
    let shell = move || {
        set_content_security_policy();
        app::shell(leptos.clone())
    };
    let csrf = CsrfLayer::new().add_trusted_origin(&server.config.public_url).context("public_url is not an origin")?;
    Ok(Router::new()
        .route("/events", get(sse::events))
        .route("/health", get(health))
        .route("/media/{address}", get(media::file))
        .route("/numbers/{id}/export", get(export::number))
        .route("/contacts/consent.csv", get(export::opted_out))
        // Files pass Leptos by: its own file handler takes the headers of whatever page was rendered on the thread.
        .nest_service("/pkg", ServeDir::new(site_dir(server).join("pkg")))
        .nest_service("/vendor", ServeDir::new(site_dir(server).join("vendor")))
        .route_service("/favicon.svg", ServeFile::new(site_dir(server).join("favicon.svg")))
        .leptos_routes_with_context(&state, routes, context, shell.clone())
        .fallback(leptos_axum::file_and_error_handler_with_context::<App, _>(
            {
                let server = server.clone();
                move || provide_request(&server)
            },
            move |_| shell(),
        ))
        .layer(axum::middleware::from_fn(middleware::refusal_status))
        .layer(axum::middleware::from_fn_with_state(state.clone(), typed::keep))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::authenticate))
        .layer(csrf)
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::security_headers))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_no_file)))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(state))
}

/// What every page and server function finds in its context.
fn provide_request(server: &Server) {
    provide_context(server.clone());
    app::query::provide_asked();
    let parts = use_context::<http::request::Parts>();
    let authenticated =
        parts.as_ref().and_then(|parts| parts.extensions.get::<server::identity::Authenticated>().cloned());
    // Also when nobody is signed in: what another request left on this thread must not be found.
    provide_context::<Option<server::identity::Authenticated>>(authenticated);
    provide_context::<Option<app::ui::typed::Typed>>(parts.as_ref().and_then(|parts| typed::of(&server.config, parts)));
}

/// No script runs but ours: files of this server, and the two inline ones that start the page, by their nonce. No
/// `unsafe-eval`: WebAssembly has its own word.
fn set_content_security_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Files of messages are packed as they are, and players ask for parts of them.
fn is_no_file(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::CONTENT_DISPOSITION)
}

/// 200 when the database answers.
async fn health(State(server): State<Server>) -> impl IntoResponse {
    match server.db.system_read().await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}

fn leptos_options(server: &Server) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("sapa")
        .site_root(site_dir(server).display().to_string())
        .site_pkg_dir("pkg")
        .site_addr(server.config.listen)
        .build()
}

/// From the configuration, from whoever started us, or beside the program: `target/debug/sapa` → `target/site`.
fn site_dir(server: &Server) -> PathBuf {
    let configured = server.config.site_dir.clone();
    configured.or_else(|| std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from)).unwrap_or_else(|| {
        let program = std::env::current_exe().unwrap_or_default();
        program.parent().and_then(|dir| dir.parent()).map(|dir| dir.join("site")).unwrap_or_default()
    })
}
