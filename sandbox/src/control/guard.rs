//! Who may call: programs on this machine, and the pages of origins that were named. A page from elsewhere that a browser
//! on this machine happens to show may not.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::error::{Answer, Refusal};

/// What WhatsApp Web clients say they are.
const WEB_CLIENT: &str = "https://web.whatsapp.com";

/// The rule.
#[derive(Clone)]
pub struct Gate {
    port: u16,
    allowed_origins: Arc<[String]>,
}

impl Gate {
    /// The rule of a network that listens on `address`.
    pub fn new(address: SocketAddr, allowed_origins: Vec<String>) -> Self {
        let allowed_origins = allowed_origins.into_iter().map(|it| it.trim_end_matches('/').to_owned()).collect();
        Self { port: address.port(), allowed_origins }
    }

    /// A name that points elsewhere may be a page's trick to reach this machine (DNS rebinding).
    fn check_host(headers: &HeaderMap, uri: &Uri) -> Answer<()> {
        if called(headers, uri).is_some_and(|host| is_loopback(strip_port(host))) {
            return Ok(());
        }
        Err(Refusal::new(StatusCode::FORBIDDEN, "the sandbox answers on loopback names only"))
    }

    fn check_origin(&self, headers: &HeaderMap, also: Option<&str>) -> Answer<()> {
        let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
        let origin = origin.to_str().unwrap_or_default();
        if also == Some(origin) || self.is_own(origin) || self.allowed_origins.iter().any(|allowed| allowed == origin) {
            return Ok(());
        }
        Err(Refusal::new(StatusCode::FORBIDDEN, "pages of this origin may not call the sandbox"))
    }

    fn is_own(&self, origin: &str) -> bool {
        let Some(authority) = origin.strip_prefix("http://") else { return false };
        let host = strip_port(authority);
        is_loopback(host) && authority.strip_prefix(host) == Some(&format!(":{}", self.port))
    }
}

/// The control API's door.
pub async fn admit_api(State(gate): State<Gate>, request: Request, next: Next) -> Answer<Response> {
    Gate::check_host(request.headers(), request.uri())?;
    gate.check_origin(request.headers(), None)?;
    Ok(next.run(request).await)
}

/// The protocol's door: its clients send WhatsApp Web's origin.
pub async fn admit_chat(State(gate): State<Gate>, request: Request, next: Next) -> Answer<Response> {
    Gate::check_host(request.headers(), request.uri())?;
    gate.check_origin(request.headers(), Some(WEB_CLIENT))?;
    Ok(next.run(request).await)
}

/// The name by which the sandbox was called: host and port, where one was given.
pub struct Host(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Host {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(called(&parts.headers, &parts.uri).unwrap_or_default().to_owned()))
    }
}

fn called<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    headers.get(HOST).and_then(|host| host.to_str().ok()).or_else(|| uri.authority().map(|it| it.as_str()))
}

fn strip_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.ends_with(':') => host,
        _ => authority,
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_several_names() {
        for host in ["localhost", "LOCALHOST:8091", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8091"] {
            assert!(is_loopback(strip_port(host)), "{host}");
        }
        for host in ["example.com", "10.0.0.1:8091", "localhost.example.com", "127.0.0.1.nip.io", ""] {
            assert!(!is_loopback(strip_port(host)), "{host}");
        }
    }

    #[test]
    fn only_the_own_port_is_the_own_origin() {
        let gate = Gate::new(([127, 0, 0, 1], 8091).into(), vec!["http://127.0.0.1:3000/".into()]);
        let check = |origin: &str| {
            let headers = HeaderMap::from_iter([(ORIGIN, origin.parse().unwrap())]);
            gate.check_origin(&headers, None).is_ok()
        };
        assert!(check("http://localhost:8091") && check("http://127.0.0.1:8091") && check("http://127.0.0.1:3000"));
        assert!(!check("http://localhost:8092") && !check("https://localhost:8091") && !check("null"));
        assert!(!check("https://example.com") && !check(WEB_CLIENT));
    }
}
