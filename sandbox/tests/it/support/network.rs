//! A running sandbox and its control API.

use std::path::Path;

use reqwest::{Method, Response, StatusCode};
use sandbox::control::dto::{Addressing, Chat, ChatMessage, Happening, LedgerMessage, LedgerPage, Summary};
use sandbox::{Running, Sandbox, SandboxConfig};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::soon;

pub struct Network {
    running: Running,
    http: reqwest::Client,
}

impl Network {
    /// A network in memory where people are quick.
    pub async fn start() -> Self {
        let network = Self::open(SandboxConfig { seed: Some(1), ..SandboxConfig::default() }).await;
        network.people_are(json!({"deliver_ms": [0, 5], "read_ms": [0, 5]})).await;
        network
    }

    /// A network that keeps its world.
    pub async fn in_folder(folder: &Path) -> Self {
        Self::open(SandboxConfig { dir: Some(folder.to_owned()), ..SandboxConfig::default() }).await
    }

    pub async fn open(config: SandboxConfig) -> Self {
        // Whichever test comes first installs it for all.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let running = Sandbox::open(config).await.expect("the sandbox starts");
        Self { running, http: reqwest::Client::new() }
    }

    pub async fn shutdown(self) {
        soon("the shutdown", self.running.shutdown()).await;
    }

    pub fn base_url(&self) -> String {
        self.running.base_url()
    }

    pub fn chat_url(&self) -> String {
        self.running.chat_url()
    }

    pub async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.base_url()));
        let request = if let Some(body) = body { request.json(body) } else { request };
        request.send().await.expect("the sandbox answers")
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self.request(Method::GET, path, None).await;
        assert_eq!(answer.status(), StatusCode::OK, "GET {path}");
        answer.json().await.expect("the answer is what the contract says")
    }

    /// What stands at a path, if anything does.
    pub async fn find<T: DeserializeOwned>(&self, path: &str) -> Option<T> {
        let answer = self.request(Method::GET, path, None).await;
        if answer.status().is_success() { Some(answer.json().await.expect("the contract's answer")) } else { None }
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let answer = self.request(Method::POST, path, Some(&body)).await;
        let status = answer.status();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn put(&self, path: &str, body: Value) {
        let answer = self.request(Method::PUT, path, Some(&body)).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "PUT {path}");
    }

    pub async fn delete(&self, path: &str) -> StatusCode {
        self.request(Method::DELETE, path, None).await.status()
    }

    pub async fn add_account(&self, phone: &str, addressing: Addressing) {
        let account = json!({"phone": phone, "name": "Toko Sinar", "addressing": addressing});
        assert_eq!(self.post("/api/accounts", account).await.0, StatusCode::CREATED);
    }

    pub async fn people_are(&self, defaults: Value) {
        self.put("/api/world", json!({"defaults": defaults})).await;
    }

    pub async fn person_is(&self, phone: &str, persona: Value) {
        self.put(&format!("/api/people/{phone}"), persona).await;
    }

    pub async fn fault(&self, fault: Value) {
        assert_eq!(self.post("/api/faults", fault).await.0, StatusCode::NO_CONTENT);
    }

    /// A person writes to an account; the message's id.
    pub async fn person_writes(&self, person: &str, to: &str, text: &str) -> String {
        let message = json!({"to": to, "text": text});
        let (status, answer) = self.post(&format!("/api/people/{person}/messages"), message).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// A person sends something to an account; the message's id.
    pub async fn person_sends(&self, person: &str, to: &str, content: Value) -> String {
        let mut message = content;
        message["to"] = json!(to);
        let (status, answer) = self.post(&format!("/api/people/{person}/messages"), message).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// An account makes a group; its address.
    pub async fn add_group(&self, account: &str, participants: &[&str]) -> String {
        let group = json!({"subject": "Arisan", "account": account, "participants": participants});
        let (status, answer) = self.post("/api/groups", group).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        answer["jid"].as_str().expect("an address").to_owned()
    }

    /// What a person's phone shows of a chat.
    pub async fn chat(&self, person: &str, account: &str) -> Vec<ChatMessage> {
        self.get::<Chat>(&format!("/api/people/{person}/chats/{account}")).await.messages
    }

    /// Waits until a person's phone shows a chat as wanted.
    pub async fn chat_when(
        &self,
        what: &str,
        person: &str,
        account: &str,
        wanted: impl Fn(&[ChatMessage]) -> bool,
    ) -> Vec<ChatMessage> {
        let mut happenings = self.watch();
        let wait = async {
            loop {
                let chat = self.chat(person, account).await;
                if wanted(&chat) {
                    return chat;
                }
                next(&mut happenings).await;
            }
        };
        soon(what, wait).await
    }

    /// The file of a message, as a person's phone has it.
    pub async fn media(&self, person: &str, account: &str, id: &str) -> Response {
        self.request(Method::GET, &format!("/api/people/{person}/chats/{account}/{id}/media"), None).await
    }

    pub async fn summary(&self) -> Summary {
        self.get("/api/ledger/summary").await
    }

    pub async fn ledger(&self) -> Vec<LedgerMessage> {
        self.get::<LedgerPage>("/api/ledger?limit=10000").await.messages
    }

    pub fn watch(&self) -> broadcast::Receiver<Happening> {
        self.running.watch()
    }

    /// Waits until the ledger's totals are as wanted.
    pub async fn summary_when(&self, what: &str, wanted: impl Fn(&Summary) -> bool) -> Summary {
        let mut happenings = self.watch();
        let wait = async {
            loop {
                let summary = self.summary().await;
                if wanted(&summary) {
                    return summary;
                }
                next(&mut happenings).await;
            }
        };
        soon(what, wait).await
    }

    /// Waits until a message is in the ledger as wanted.
    pub async fn message_when(&self, id: &str, wanted: impl Fn(&LedgerMessage) -> bool) -> LedgerMessage {
        let mut happenings = self.watch();
        let wait = async {
            loop {
                let found = self.ledger().await.into_iter().find(|message| message.id == id && wanted(message));
                if let Some(message) = found {
                    return message;
                }
                let _ = happenings.recv().await;
            }
        };
        soon(&format!("message {id}"), wait).await
    }
}

/// Waits until something happens, and takes everything that happened with it: one look covers it all.
async fn next(happenings: &mut broadcast::Receiver<Happening>) {
    // Having missed some is as good as having seen one.
    let _ = happenings.recv().await;
    while happenings.try_recv().is_ok() {}
}
