//! The engines of a world and the sandbox network they talk to.

use super::{Member, NOON, World};
use domain::{
    NumberId,
    number::{NumberState, NumberView},
};
use sandbox::{DrivenClock, Sandbox, SandboxConfig};
use serde_json::Value;
use server::{
    Server,
    engines::{self, Engines},
    number,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// How long something may take that waits for the network: far beyond what it needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Engines and network, as long as this lives.
pub struct Network {
    url: String,
    http: reqwest::Client,
    engines: Engines,
    /// Of a network that goes by the world's time.
    clock: Option<(Arc<DrivenClock>, sandbox::Running)>,
}

impl Network {
    /// A network in which it is noon as well, and as late as in the world: see [`Network::pass`]. Nobody there receives or
    /// reads anything while the time stands still.
    pub async fn start_in_step(world: &World) -> Self {
        let clock = Arc::new(DrivenClock::at(NOON.0));
        let running = Sandbox::open(SandboxConfig { clock: clock.clone(), ..SandboxConfig::default() }).await;
        let running = running.expect("the sandbox opens");
        // The first word counts: the sandbox of the engines stays alone.
        world.server.set_sandbox_url(running.base_url());
        Self { clock: Some((clock, running)), ..Self::start(world).await }
    }

    /// Time passes, in the network and in the world.
    pub fn pass(&self, world: &World, ms: i64) {
        let (clock, _) = self.clock.as_ref().expect("a network that goes by the world's time");
        clock.advance(Duration::from_millis(ms.unsigned_abs()));
        world.clock.advance(ms);
        world.server.nudge.outbox.now();
    }

    pub async fn start(world: &World) -> Self {
        Self::start_in(&world.server).await
    }

    /// In another process.
    pub async fn start_in(server: &Server) -> Self {
        let mut engines = engines::start(server);
        engines.running().await.expect("the engines run");
        let url = server.sandbox_url().expect("the sandbox is on").to_owned();
        Self { url, http: server.http.clone(), engines, clock: None }
    }

    /// Engines and network end, and begin again in another process.
    pub async fn restart_in(self, server: &Server) -> Self {
        self.engines.stop().await.expect("the engines stop");
        Self::start_in(server).await
    }

    /// Engines and network end, and nobody takes over.
    pub async fn stop(self) {
        self.engines.stop().await.expect("the engines stop");
    }

    /// What the control API of the sandbox says of a path: "accounts/6281255500142".
    pub async fn ask(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}/api/{path}", self.url)).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status).expect("the sandbox answers");
        answer.json().await.expect("JSON")
    }

    /// A person of the sandbox writes to an account.
    pub async fn writes(&self, person: &str, account: &str, text: &str) {
        self.says(person, account, serde_json::json!({ "text": text })).await;
    }

    /// A person of the sandbox writes whatever `message` says beside `to`; the id on the wire.
    pub async fn says(&self, person: &str, account: &str, mut message: Value) -> String {
        message["to"] = account.into();
        let answer = self.makes(&format!("people/{person}/messages"), message).await;
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// Asks the control API of the sandbox for something to be done.
    pub async fn posts(&self, path: &str, body: Value) {
        self.sends(self.http.post(format!("{}/api/{path}", self.url)), body).await;
    }

    /// Asks the control API for something to be made; what it says of it.
    pub async fn makes(&self, path: &str, body: Value) -> Value {
        let answer = self.sends(self.http.post(format!("{}/api/{path}", self.url)), body).await;
        answer.json().await.expect("JSON")
    }

    /// Asks the control API for something to be another way.
    pub async fn changes(&self, path: &str, body: Value) {
        self.sends(self.http.put(format!("{}/api/{path}", self.url)), body).await;
    }

    async fn sends(&self, request: reqwest::RequestBuilder, body: Value) -> reqwest::Response {
        let answer = request.json(&body).send().await;
        answer.and_then(reqwest::Response::error_for_status).expect("the sandbox takes it")
    }

    /// What a person of the sandbox is like.
    pub async fn persona(&self, person: &str, persona: Value) {
        self.changes(&format!("people/{person}"), persona).await;
    }

    /// What the network allows from here on.
    pub async fn policy(&self, policy: Value) {
        self.changes("world", serde_json::json!({ "policy": policy })).await;
    }

    /// What happens in the network from here on.
    pub async fn watch(&self) -> Happenings {
        let answer = self.http.get(format!("{}/api/events", self.url)).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status).expect("the sandbox tells");
        Happenings { answer, told: String::new() }
    }

    /// Something goes wrong from here on.
    pub async fn fault(&self, fault: Value) {
        self.posts("faults", fault).await;
    }

    /// Nothing goes wrong any more.
    pub async fn mend(&self) {
        let answer = self.http.delete(format!("{}/api/faults", self.url)).send().await;
        answer.and_then(reqwest::Response::error_for_status).expect("the sandbox takes it");
    }
}

/// What happens in the network, in order.
pub struct Happenings {
    answer: reqwest::Response,
    told: String,
}

impl Happenings {
    /// The next one that is `wanted`; the others are passed over.
    pub async fn next(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let looking = async {
            loop {
                while let Some((line, rest)) = self.told.split_once('\n') {
                    let happening = line.strip_prefix("data:").and_then(|data| serde_json::from_str(data).ok());
                    self.told = rest.to_owned();
                    if let Some(happening) = happening.filter(&wanted) {
                        return happening;
                    }
                }
                let more = self.answer.chunk().await.expect("the sandbox goes on").expect("the sandbox goes on");
                self.told.push_str(std::str::from_utf8(&more).expect("text"));
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("{what} never happened"))
    }
}

/// Asks until there is an answer, again after each event of the tenant.
pub async fn until<T>(server: &Server, member: &Member, what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let mut events = server.bus.subscribe(member.scope.tenant());
    let answered = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            if let Err(RecvError::Closed) = events.recv().await {
                panic!("{what}: the server is gone");
            }
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.unwrap_or_else(|_| panic!("{what} never came"))
}

/// Waits until a number is in a state.
pub async fn number_in(server: &Server, member: &Member, id: NumberId, state: NumberState) -> NumberView {
    until(server, member, "the state", async || {
        let view = number::get(server, &member.scope, id).await.expect("asks");
        (view.state == state).then_some(view)
    })
    .await
}

/// The digits of the phone of a number, once it is connected.
pub async fn phone_of(server: &Server, member: &Member, id: NumberId) -> String {
    let number = number_in(server, member, id, NumberState::Connected).await;
    number.phone.expect("linked").digits().to_owned()
}

impl World {
    /// A number of the sandbox, connected, and the digits of its phone.
    pub async fn connected(&self, member: &Member, label: &str) -> (NumberId, String) {
        let id = number::add_sandbox(&self.server, &member.scope, label).await.expect("adds");
        (id, phone_of(&self.server, member, id).await)
    }
}
