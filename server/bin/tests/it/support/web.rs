//! `sapa serve` as a process, and people who are signed in to it.

use super::{Database, Network, sapa};
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use reqwest::{Client, Response, StatusCode, header, multipart};
use serde_json::Value;
use std::{os::unix::process::ExitStatusExt as _, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// Looks until there is something, for half a minute.
pub async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: what was awaited never came");
}

pub struct Web {
    pub url: String,
    sandbox_url: String,
    child: Child,
}

impl Web {
    /// With a sandbox network of its own.
    pub async fn start(database: &Database) -> Self {
        Self::start_with(database, |command| command.env("SAPA_SANDBOX_LISTEN", "127.0.0.1:0")).await
    }

    /// Dies where `crash_at` says: `label:n`.
    pub async fn start_to_die(database: &Database, crash_at: &str) -> Self {
        Self::start_with(database, |command| {
            command.env("SAPA_SANDBOX_LISTEN", "127.0.0.1:0").env("SAPA_CRASH_AT", crash_at)
        })
        .await
    }

    /// One of several on the same database, with a network that outlives each of them.
    pub async fn start_beside(database: &Database, network: &Network) -> Self {
        Self::start_with(database, |command| command.env("SAPA_SANDBOX_URL", &network.url)).await
    }

    /// One beside others that dies where `crash_at` says, however early that is.
    pub async fn die_beside(database: &Database, network: &Network, crash_at: &str) {
        let mut command = serve(database);
        command.env("SAPA_SANDBOX_URL", &network.url).env("SAPA_CRASH_AT", crash_at).stdout(Stdio::null());
        let status = command.status().await.expect("the server starts");
        assert_eq!(status.signal(), Some(9), "{crash_at}");
    }

    async fn start_with(database: &Database, network: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut command = serve(database);
        network(command.stdout(Stdio::piped()));
        let mut child = command.spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        loop {
            let line = lines.next_line().await.expect("reads").expect("it says where it is");
            if let Some((_, url)) = line.split_once("Sapa is ready: ") {
                let run = std::fs::read_to_string(database.dir().join("run.json")).expect("run.json");
                let run: Value = serde_json::from_str(&run).expect("JSON");
                let sandbox_url = run["sandbox_url"].as_str().expect("a sandbox").to_owned();
                return Self { url: url.trim().to_owned(), sandbox_url, child };
            }
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Sends a signal to the process.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).expect("a process");
        signal::kill(Pid::from_raw(pid), signal).expect("it takes signals");
    }

    /// Waits until the process is gone.
    pub async fn gone(mut self) {
        self.child.wait().await.expect("it ends");
    }

    /// How people of the sandbox behave.
    pub async fn people_are(&self, persona: Value) {
        let world = serde_json::json!({ "defaults": persona });
        let request = Client::new().put(format!("{}/api/world", self.sandbox_url)).json(&world);
        request.send().await.and_then(Response::error_for_status).expect("the sandbox takes it");
    }

    /// A phone of the sandbox makes a group; its id, without what all groups have in common.
    pub async fn group(&self, subject: &str, account: &str, people: &[&str]) -> String {
        let group = serde_json::json!({ "subject": subject, "account": account, "participants": people });
        let request = Client::new().post(format!("{}/api/groups", self.sandbox_url)).json(&group);
        let made = request.send().await.and_then(Response::error_for_status).expect("the sandbox takes it");
        let made: Value = made.json().await.expect("JSON");
        let jid = made["jid"].as_str().expect("an address");
        jid.split_once('@').expect("of a group").0.to_owned()
    }

    /// Somebody with a tenant of their own, whose name is in everything they have.
    pub async fn sign_up(&self, name: &str) -> Person {
        let http =
            Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let person = Person { http, url: self.url.clone() };
        let email = format!("{}@example.com", name.to_lowercase());
        let form = [("name", name), ("tenant", name), ("email", &email), ("password", "correct horse battery")];
        let answer = person.call("identity/api/sign_up", &form).await;
        assert!(answer.status().is_success() || answer.status().is_redirection(), "{}", answer.status());
        person
    }
}

/// The program as a server on a free port.
fn serve(database: &Database) -> Command {
    let mut command = sapa();
    command.arg("serve").env("SAPA_DATA_DIR", database.dir()).env("SAPA_LISTEN", "127.0.0.1:0");
    if let Some(url) = database.url() {
        command.env("SAPA_DATABASE_URL", url);
    }
    command
}

/// A signed-in browser, without its pages.
#[derive(Clone)]
pub struct Person {
    http: Client,
    url: String,
}

impl Person {
    /// The same person, with the same cookies, at another process.
    pub fn at(&self, web: &Web) -> Self {
        Self { http: self.http.clone(), url: web.url.clone() }
    }

    /// Asks a server function by its path below `/api/app/`.
    pub async fn call(&self, function: &str, form: &[(&str, &str)]) -> Response {
        let request = self.http.post(format!("{}/api/app/{function}", self.url)).form(form);
        request
            .header(header::ACCEPT, "application/json")
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .expect("answers")
    }

    /// What a server function answers; panics unless it is willing.
    pub async fn ask(&self, function: &str, form: &[(&str, &str)]) -> Value {
        let answer = self.call(function, form).await;
        let (status, text) = (answer.status(), answer.text().await.expect("a text"));
        assert!(status.is_success() || status.is_redirection(), "{function}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Asks until `wanted` finds something in the answer.
    pub async fn wait<T>(&self, function: &str, form: &[(&str, &str)], wanted: impl Fn(&Value) -> Option<T>) -> T {
        eventually(function, async || wanted(&self.ask(function, form).await)).await
    }

    /// Uploads a contact file; the id of the import.
    pub async fn upload(&self, csv: String) -> String {
        let file = multipart::Part::text(csv).file_name("contacts.csv");
        let answer = self.post("contact/api/upload_contacts", multipart::Form::new().part("file", file)).await;
        let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        to.rsplit('/').next().expect("an address").to_owned()
    }

    /// Answers in a conversation with a file.
    pub async fn send_file(&self, conversation: &str, text: &str, name: &str, content: &'static [u8]) -> Response {
        let file = multipart::Part::bytes(content).file_name(name.to_owned());
        let fields = [("conversation", conversation.to_owned()), ("text", text.to_owned())];
        let form = fields.into_iter().fold(multipart::Form::new(), |form, (name, value)| form.text(name, value));
        self.post("inbox/api/send_file", form.part("file", file)).await
    }

    /// Puts a file beside the message of a draft.
    pub async fn attach_file(&self, draft: &str, name: &str, content: &'static [u8]) -> Response {
        let file = multipart::Part::bytes(content).file_name(name.to_owned());
        let form = multipart::Form::new().text("id", draft.to_owned()).text("name", "Rahasia draft").part("file", file);
        self.post("campaign/api/attach_file", form).await
    }

    /// Gives the profile of a number a picture.
    pub async fn show_picture(&self, number: &str, content: &'static [u8]) -> Response {
        let file = multipart::Part::bytes(content).file_name("logo.png");
        let form = multipart::Form::new().text("number", number.to_owned()).part("file", file);
        self.post("number/api/show_picture", form).await
    }

    async fn post(&self, function: &str, form: multipart::Form) -> Response {
        let request = self.http.post(format!("{}/api/app/{function}", self.url)).multipart(form);
        request.header("sec-fetch-site", "same-origin").send().await.expect("answers")
    }

    /// What is behind an address, asked with these headers and without a sign-in.
    pub async fn file(&self, path: &str, headers: &[(&'static str, &str)]) -> Response {
        let request = Client::new().get(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.expect("answers")
    }

    /// Status and text of a page.
    pub async fn page(&self, path: &str) -> (StatusCode, String) {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.expect("answers");
        (answer.status(), answer.text().await.expect("a text"))
    }
}
