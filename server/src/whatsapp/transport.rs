//! The connection to a network: WebSocket over TCP (and TLS) with Nagle's algorithm off.
//!
//! The library's own transport leaves it on, and a first message to a new contact then waits for delayed
//! acknowledgements several times: 22–45 a second instead of 650–830.

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use std::sync::Arc;
use tokio::net::TcpStream;
use wacore::net::{Transport, TransportEvent, TransportFactory, WHATSAPP_WEB_ORIGIN, WHATSAPP_WEB_WS_URL};
use whatsapp_rust_tokio_transport::{default_tls_connector, from_websocket};

/// Dials one network.
pub struct Dial {
    url: String,
    is_sandbox: bool,
}

impl Dial {
    /// WhatsApp itself.
    pub fn whatsapp() -> Self {
        Self { url: WHATSAPP_WEB_WS_URL.to_owned(), is_sandbox: false }
    }

    /// The sandbox at this base http URL.
    pub fn sandbox(base_url: &str) -> Self {
        let host = base_url.trim_end_matches('/').replacen("http", "ws", 1);
        Self { url: format!("{host}/ws/chat"), is_sandbox: true }
    }
}

/// Whether this build may dial WhatsApp. One that links with the sandbox by QR does not check certificate chains, so it
/// must not.
pub const MAY_DIAL_WHATSAPP: bool = !cfg!(feature = "sandbox-linking");

#[async_trait]
impl TransportFactory for Dial {
    async fn create_transport(&self) -> Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        ensure!(MAY_DIAL_WHATSAPP || self.is_sandbox, "this build dials the sandbox only");
        let uri: http::Uri = self.url.parse().context("the address of the network")?;
        let host = uri.host().context("the address of the network has no host")?.to_owned();
        let tls = uri.scheme_str() == Some("wss");
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let tcp = TcpStream::connect((host.as_str(), port)).await.with_context(|| format!("reaching {host}:{port}"))?;
        tcp.set_nodelay(true)?;
        let connector = if tls { default_tls_connector() } else { tokio_websockets::Connector::Plain };
        let stream = connector.wrap(&host, tcp).await.context("securing the connection")?;
        let (socket, _) = tokio_websockets::ClientBuilder::from_uri(uri)
            .add_header(http::header::ORIGIN, http::HeaderValue::from_static(WHATSAPP_WEB_ORIGIN))?
            .connect_on(stream)
            .await
            .context("opening the WebSocket")?;
        Ok(from_websocket(socket))
    }
}
