//! The connection to a network: WebSocket over TCP (and TLS) with Nagle's algorithm off.
//!
//! The library's own transport leaves it on, and a first message to a new contact then waits for delayed
//! acknowledgements several times: 22–45 a second instead of 650–830.
//!
//! A frame leaves when all keys that were stored before it are on the disk. The client goes on meanwhile: many frames
//! wait for one commit.

use super::keys::Written;
use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpStream, sync::mpsc};
use wacore::net::{Transport, TransportEvent, TransportFactory, WHATSAPP_WEB_ORIGIN, WHATSAPP_WEB_WS_URL};
use whatsapp_rust_tokio_transport::{default_tls_connector, from_websocket};

/// Frames that wait for the disk; more make the client wait.
const WAITING: usize = 256;
/// How long a connection that is closed by us may take to write what waits.
const LAST_FRAMES: Duration = Duration::from_secs(1);

/// Where a network is.
#[derive(Clone)]
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

impl Dial {
    /// Dials for a session whose keys are written behind.
    pub fn after(self, written: Written) -> Line {
        Line { dial: self, written }
    }

    async fn connect(&self) -> Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
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

/// Dials one network for one session.
pub struct Line {
    dial: Dial,
    written: Written,
}

#[async_trait]
impl TransportFactory for Line {
    async fn create_transport(&self) -> Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        let (wire, events) = self.dial.connect().await?;
        Ok((Arc::new(AfterKeys::over(wire, self.written.clone())), events))
    }
}

/// A transport whose frames leave in order, each after the keys that were stored before it was handed over.
///
/// Handing over does not wait: an error of the wire is told with the next frame, and by the end of the connection.
pub struct AfterKeys {
    written: Written,
    frames: mpsc::Sender<Frame>,
    wire: Arc<dyn Transport>,
}

enum Frame {
    /// The change of the keys it waits for, and its bytes.
    Data(u64, Bytes),
    /// Nothing comes after it.
    Last,
}

impl AfterKeys {
    /// Must be called inside the runtime.
    pub fn over(wire: Arc<dyn Transport>, written: Written) -> Self {
        let (frames, waiting) = mpsc::channel(WAITING);
        tokio::spawn(forward(wire.clone(), written.clone(), waiting));
        Self { written, frames, wire }
    }
}

#[async_trait]
impl Transport for AfterKeys {
    async fn send(&self, data: Bytes) -> Result<()> {
        let frame = Frame::Data(self.written.last(), data);
        self.frames.send(frame).await.map_err(|_| anyhow::anyhow!("the connection is closed"))
    }

    async fn disconnect(&self) {
        let last_frames = async {
            if self.frames.send(Frame::Last).await.is_ok() {
                self.frames.closed().await;
            }
        };
        // A disk that hangs must not keep us from hanging up.
        let _ = tokio::time::timeout(LAST_FRAMES, last_frames).await;
        self.wire.disconnect().await;
    }

    fn resource_report(&self) -> Option<wacore::stats::TransportResourceReport> {
        self.wire.resource_report()
    }
}

async fn forward(wire: Arc<dyn Transport>, written: Written, mut waiting: mpsc::Receiver<Frame>) {
    while let Some(Frame::Data(keys, data)) = waiting.recv().await {
        if written.reached(keys).await.is_err() || wire.send(data).await.is_err() {
            break;
        }
    }
    waiting.close();
    wire.disconnect().await;
}
