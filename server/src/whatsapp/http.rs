//! HTTP for the client library: the version it announces, and media.

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use wacore::net::{HttpClient, HttpRequest, HttpResponse};

/// Longest answer taken, in bytes.
const LIMIT: usize = 128 * 1024 * 1024;

/// Requests over the server's pool of connections.
#[derive(Clone)]
pub struct Http(pub reqwest::Client);

#[async_trait]
impl HttpClient for Http {
    /// Any completed exchange is `Ok`, whatever its status: the library reads the code.
    async fn execute(&self, request: HttpRequest) -> Result<HttpResponse> {
        ensure!(super::transport::MAY_DIAL_WHATSAPP, "this build dials the sandbox only");
        let method = request.method.parse().context("the method of a request")?;
        let mut builder = self.0.request(method, &request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let mut response = builder.send().await?;
        let status_code = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            ensure!(body.len() + chunk.len() <= LIMIT, "an answer of more than {LIMIT} bytes");
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status_code, body })
    }
}
