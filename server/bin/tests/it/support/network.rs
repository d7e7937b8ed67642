//! A sandbox in a process of its own: it outlives every crash of the program under test.

use super::sapa;
use serde::Deserialize;
use std::process::Stdio;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Child,
};

pub struct Network {
    /// Base URL of the control API.
    pub url: String,
    http: reqwest::Client,
    child: Child,
}

/// `GET /api/ledger/summary`
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct Summary {
    pub accepted: u64,
    pub distinct_ids: u64,
    pub distinct_recipients: u64,
    pub undecryptable: u64,
    pub max_distinct_ids_per_recipient: u64,
    pub signal_counter_reuse: u64,
}

impl Network {
    pub async fn start() -> Self {
        // The HTTP client needs to be told which TLS it has, even for plain requests.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut command = sapa();
        command.args(["sandbox", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the sandbox starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = lines.next_line().await.expect("reads").expect("it says where it is");
        let url = line.split_whitespace().last().expect("a url").to_owned();
        Self { url, http: reqwest::Client::new(), child }
    }

    #[allow(dead_code, reason = "for benchmarks")]
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Asks the control API for something; panics unless it is willing.
    #[allow(dead_code, reason = "for benchmarks")]
    pub async fn tell(&self, method: reqwest::Method, path: &str, body: &serde_json::Value) {
        let request = self.http.request(method, format!("{}/api/{path}", self.url)).json(body);
        request.send().await.and_then(reqwest::Response::error_for_status).expect("the sandbox takes it");
    }

    /// What the control API says of a path.
    #[allow(dead_code, reason = "for benchmarks")]
    pub async fn ask(&self, path: &str) -> serde_json::Value {
        let answer = self.http.get(format!("{}/api/{path}", self.url)).send().await;
        answer.and_then(reqwest::Response::error_for_status).expect("answers").json().await.expect("JSON")
    }

    /// What the network saw.
    pub async fn summary(&self) -> Summary {
        let url = format!("{}/api/ledger/summary", self.url);
        self.http.get(url).send().await.expect("answers").json().await.expect("a summary")
    }
}
