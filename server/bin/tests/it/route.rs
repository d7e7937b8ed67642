//! Every server function, asked without a sign-in.

use crate::support::Database;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// What anybody may ask, and why. This list may only shrink.
const OPEN: [(&str, &str); 5] = [
    ("/api/app/identity/api/sign_in", "whoever signs in is not signed in yet"),
    ("/api/app/identity/api/sign_up", "whoever signs up is not signed in yet"),
    ("/api/app/identity/api/sign_out", "without a sign-in it does nothing, and a stale page must not fail"),
    ("/api/app/layout/preference/choose_language", "the sign-in page has its language, too"),
    ("/api/app/layout/preference/choose_theme", "the sign-in page has its theme, too"),
];

async fn status(router: &axum::Router, method: Method, path: &str) -> StatusCode {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .body(Body::empty())
        .expect("a request");
    router.clone().oneshot(request).await.expect("answers").status()
}

#[tokio::test]
async fn without_a_sign_in_every_server_function_is_closed() {
    let database = Database::sqlite();
    let server = database.server().await;
    let router = sapa::router::router(&server, &CancellationToken::new()).expect("builds");
    let mut asked = 0;
    for (path, method) in server_fn::axum::server_fn_paths() {
        if OPEN.iter().any(|(open, _)| *open == path) {
            continue;
        }
        asked += 1;
        assert_eq!(status(&router, method.clone(), path).await, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    assert!(asked > 3, "the walk found only {asked} server functions");
    assert_eq!(status(&router, Method::GET, "/events").await, StatusCode::UNAUTHORIZED);
    for file in ["/numbers/x/export", "/contacts/consent.csv"] {
        assert_eq!(status(&router, Method::GET, file).await, StatusCode::SEE_OTHER, "{file}: to the sign-in page");
    }
    for (path, why) in OPEN {
        let known = server_fn::axum::server_fn_paths().any(|(known, _)| known == path);
        assert!(known, "{path} is on the list ({why}) but is no server function");
    }
}

/// A page of another site cannot make a browser do anything here.
#[tokio::test]
async fn a_form_on_another_site_is_refused() {
    let database = Database::sqlite();
    let server = database.server().await;
    let router = sapa::router::router(&server, &CancellationToken::new()).expect("builds");
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/app/identity/api/sign_in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://elsewhere.example")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("email=a%40b.id&password=whatever&next="))
        .expect("a request");
    let status = router.oneshot(request).await.expect("answers").status();
    assert_eq!(status, StatusCode::FORBIDDEN);
}

/// An upload beyond the limit is refused before it is read.
#[tokio::test]
async fn a_hundred_megabytes_are_refused_with_a_clear_status() {
    let database = Database::sqlite();
    let server = database.server().await;
    let router = sapa::router::router(&server, &CancellationToken::new()).expect("builds");
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/app/identity/api/sign_in")
        .header(header::CONTENT_LENGTH, 100 * 1024 * 1024)
        .header("sec-fetch-site", "same-origin")
        .body(Body::empty())
        .expect("a request");
    let status = router.oneshot(request).await.expect("answers").status();
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}
