//! The web as clients in these tests see it: nothing but the sandbox's media host.

use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use wacore::net::{HttpClient, HttpRequest, HttpResponse, UploadBody};

/// Leads `https`, which the library insists on, to the plain `http` of a sandbox on this machine.
#[derive(Clone, Default)]
pub struct Web {
    http: reqwest::Client,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    /// Every address that was asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl HttpClient for Web {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        let place = request.url.strip_prefix("https://127.0.0.1:");
        let place = place.with_context(|| format!("a client of the sandbox asked the web for {}", request.url))?;
        self.asked.lock().unwrap().push(request.url.clone());
        let mut builder = self.http.request(request.method.parse()?, format!("http://127.0.0.1:{place}"));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let response = builder.send().await?;
        let status_code = response.status().as_u16();
        Ok(HttpResponse { status_code, body: response.bytes().await?.to_vec() })
    }

    fn supports_upload_streaming(&self) -> bool {
        true
    }

    fn execute_upload(
        &self,
        request: HttpRequest,
        mut body: UploadBody,
        content_length: u64,
    ) -> anyhow::Result<HttpResponse> {
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes)?;
        anyhow::ensure!(bytes.len() as u64 == content_length, "the library announced another length");
        tokio::runtime::Handle::current().block_on(self.execute(request.with_body(bytes)))
    }
}
