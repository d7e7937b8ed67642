//! HTTP for the client library: the version it announces, and media.

use anyhow::{Context as _, Result, bail, ensure};
use async_trait::async_trait;
use futures::TryStreamExt as _;
use reqwest::{Body, Url};
use std::io::Read;
use tokio::{runtime::Handle, sync::mpsc};
use tokio_util::io::{StreamReader, SyncIoBridge};
use wacore::net::{HttpClient, HttpRequest, HttpResponse, StreamingHttpResponse, UploadBody};

/// Longest answer held in memory, in bytes. Files are streamed.
const LIMIT: usize = 16 * 1024 * 1024;
/// Bytes that an upload reads at once.
const PART: usize = 64 * 1024;

/// Requests of one session, over the server's pool of connections. They lead to its network and nowhere else: parts of
/// the addresses come from what strangers write.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    network: Reach,
}

#[derive(Clone)]
enum Reach {
    Whatsapp,
    /// Host and port of the sandbox, which has no certificate: the library's `https` means its `http`.
    Sandbox(String),
}

impl Http {
    /// Leads to WhatsApp's hosts.
    pub fn whatsapp(client: reqwest::Client) -> Self {
        Self { client, network: Reach::Whatsapp }
    }

    /// Leads to the sandbox at this base http URL.
    pub fn sandbox(client: reqwest::Client, base_url: &str) -> Self {
        let authority = base_url.split_once("://").map_or(base_url, |(_, rest)| rest).trim_end_matches('/');
        Self { client, network: Reach::Sandbox(authority.to_owned()) }
    }

    fn address(&self, asked: &str) -> Result<Url> {
        let mut url = Url::parse(asked).context("the address of a request")?;
        ensure!(url.username().is_empty() && url.password().is_none(), "an address with a user in it");
        match &self.network {
            Reach::Whatsapp => {
                ensure!(super::transport::MAY_DIAL_WHATSAPP, "this build dials the sandbox only");
                let host = url.host_str().unwrap_or_default();
                let ours = ["whatsapp.net", "whatsapp.com"]
                    .iter()
                    .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
                ensure!(url.scheme() == "https" && url.port().is_none() && ours, "{host} is no host of WhatsApp");
            }
            Reach::Sandbox(authority) => {
                let Some(host) = url.host_str() else { bail!("an address without host") };
                let asked = url.port_or_known_default().map(|port| format!("{host}:{port}"));
                ensure!(asked.as_deref() == Some(authority) || host == authority, "{host} is not the sandbox");
                ensure!(url.set_scheme("http").is_ok(), "an address without scheme");
            }
        }
        Ok(url)
    }

    fn request(&self, request: &HttpRequest) -> Result<reqwest::RequestBuilder> {
        let method = request.method.parse().context("the method of a request")?;
        let mut builder = self.client.request(method, self.address(&request.url)?);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        Ok(builder)
    }
}

#[async_trait]
impl HttpClient for Http {
    /// Any completed exchange is `Ok`, whatever its status: the library reads the code.
    async fn execute(&self, mut request: HttpRequest) -> Result<HttpResponse> {
        let body = request.body.take();
        let mut builder = self.request(&request)?;
        if let Some(body) = body {
            builder = builder.body(body);
        }
        answer(builder.send().await?).await
    }

    fn supports_streaming(&self) -> bool {
        true
    }

    /// Called on a thread that may block.
    fn execute_streaming(&self, request: HttpRequest) -> Result<StreamingHttpResponse> {
        let response = Handle::current().block_on(self.request(&request)?.send())?;
        let status_code = response.status().as_u16();
        let parts = response.bytes_stream().map_err(std::io::Error::other);
        Ok(StreamingHttpResponse { status_code, body: Box::new(SyncIoBridge::new(StreamReader::new(Box::pin(parts)))) })
    }

    fn supports_upload_streaming(&self) -> bool {
        true
    }

    /// Called on a thread that may block.
    fn execute_upload(&self, request: HttpRequest, body: UploadBody, content_length: u64) -> Result<HttpResponse> {
        let (give, mut parts) = mpsc::channel::<std::io::Result<bytes::Bytes>>(2);
        let parts = futures::stream::poll_fn(move |cx| parts.poll_recv(cx));
        let builder =
            self.request(&request)?.header(http::header::CONTENT_LENGTH, content_length).body(Body::wrap_stream(parts));
        let handle = Handle::current();
        handle.spawn_blocking(move || read_parts(body, &give));
        handle.block_on(async move { answer(builder.send().await?).await })
    }
}

/// Reads until the end, or until nobody takes the parts any more.
fn read_parts(mut body: impl Read, give: &mpsc::Sender<std::io::Result<bytes::Bytes>>) {
    loop {
        let mut part = vec![0; PART];
        let read = match body.read(&mut part) {
            Ok(0) => return,
            Ok(read) => {
                part.truncate(read);
                Ok(part.into())
            }
            Err(error) => Err(error),
        };
        let failed = read.is_err();
        if give.blocking_send(read).is_err() || failed {
            return;
        }
    }
}

async fn answer(mut response: reqwest::Response) -> Result<HttpResponse> {
    let status_code = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        ensure!(body.len() + chunk.len() <= LIMIT, "an answer of more than {LIMIT} bytes");
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status_code, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> reqwest::Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::new()
    }

    #[test]
    fn a_session_of_the_sandbox_reaches_the_sandbox_only() {
        let http = Http::sandbox(client(), "http://127.0.0.1:8091");
        let address = |asked: &str| http.address(asked).map(|url| url.to_string()).ok();
        assert_eq!(address("https://127.0.0.1:8091/v/a?b=c").as_deref(), Some("http://127.0.0.1:8091/v/a?b=c"));
        for strange in [
            "https://127.0.0.1:8092/v/a",
            "https://127.0.0.1/v/a",
            "https://mmg.whatsapp.net/v/a",
            "https://127.0.0.1:8091@10.0.0.1/v/a",
            "https://127.0.0.1:8091.evil.example/v/a",
            "file:///etc/passwd",
        ] {
            assert_eq!(address(strange), None, "{strange}");
        }
    }

    #[test]
    #[cfg(not(feature = "sandbox-linking"))]
    fn a_session_of_whatsapp_reaches_whatsapp_only() {
        let http = Http::whatsapp(client());
        assert!(http.address("https://mmg.whatsapp.net/v/a").is_ok());
        for strange in [
            "http://mmg.whatsapp.net/v/a",
            "https://mmg.whatsapp.net@10.0.0.1/v/a",
            "https://mmg.whatsapp.net.evil.example/v/a",
            "https://evilwhatsapp.net/v/a",
            "https://169.254.169.254/latest/meta-data",
            "https://mmg.whatsapp.net:8443/v/a",
        ] {
            assert!(http.address(strange).is_err(), "{strange}");
        }
    }
}
