//! The real client library, linked to a sandbox.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use buffa::Message as _;
use reqwest::StatusCode;
use sandbox::control::dto::{AccountView, Addressing, DeviceLinked};
use serde_json::json;
use wa_rs::SendOptions;
use wa_rs::pair_code::PairCodeOptions;
use wa_rs::prelude::*;
use wacore::stanza::groups::GroupNotificationAction;
use wacore::store::InMemoryBackend;
use wacore::store::device::{CachedNoiseCert, CachedServerCertChain};
use wacore::store::traits::{Backend, DeviceStore as _};
use wacore::types::presence::ReceiptType;
use wacore_binary::Jid;
use wacore_libsignal::protocol::KeyPair;
use waproto::whatsapp as wa;

use super::{Network, Web, soon};

/// How a client is linked.
pub enum Kind<'a> {
    Qr,
    Code(&'a str),
}

pub struct Client {
    pub library: Arc<wa_rs::Client>,
    pub backend: Arc<dyn Backend>,
    pub web: Web,
    events: async_channel::Receiver<Arc<Event>>,
    seen: tokio::sync::Mutex<Vec<Arc<Event>>>,
    handle: BotHandle,
    _subscription: wacore::types::events::Subscription,
}

impl Client {
    /// Starts a client on a store.
    pub async fn start(url: &str, backend: Arc<dyn Backend>, kind: Kind<'_>) -> Self {
        let (handler, events) = ChannelEventHandler::new();
        let web = Web::default();
        let mut builder = Bot::builder()
            .with_backend_arc(backend.clone())
            .with_transport_factory(Nodelay(url.to_owned()))
            .with_http_client(web.clone())
            .with_runtime(TokioRuntime)
            .with_version((2, 3000, 1_030_000_000))
            .with_wanted_pre_key_count(30);
        if let Kind::Code(phone) = kind {
            builder = builder.with_pair_code(PairCodeOptions { phone_number: phone.to_owned(), ..Default::default() });
        }
        let bot = builder.build().await.expect("the client builds");
        let library = bot.client();
        let subscription = library.subscribe_handler(handler);
        Self {
            library,
            backend,
            web,
            events,
            seen: Default::default(),
            handle: bot.spawn(),
            _subscription: subscription,
        }
    }

    /// A client with a new store that was never linked.
    pub async fn unlinked(network: &Network, kind: Kind<'_>) -> Self {
        Self::start(&network.chat_url(), Arc::new(InMemoryBackend::new()), kind).await
    }

    /// A client that is linked without a phone, as "add a sandbox number" does it, and connected.
    pub async fn pre_linked(network: &Network, phone: &str) -> Self {
        let backend = pre_link(network, phone).await;
        Self::connect(network, backend).await
    }

    /// A client that was linked before, connected.
    pub async fn connect(network: &Network, backend: Arc<dyn Backend>) -> Self {
        let client = Self::start(&network.chat_url(), backend, Kind::Qr).await;
        client.connected().await;
        client
    }

    pub async fn connected(&self) {
        self.event("the connection", |event| matches!(event, Event::Connected(_)).then_some(())).await;
    }

    /// Waits for an event and takes it out of those that came. The others stay for later: the client tells of what
    /// happens at the same time in any order.
    pub async fn event<T>(&self, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let wait = async {
            let mut seen = self.seen.lock().await;
            for at in 0..seen.len() {
                if let Some(found) = wanted(&seen[at]) {
                    seen.remove(at);
                    return found;
                }
            }
            loop {
                let event = self.events.recv().await.expect("the client lives");
                match wanted(&event) {
                    Some(found) => return found,
                    None => seen.push(event),
                }
            }
        };
        soon(what, wait).await
    }

    /// Does something that makes the client connect again, and waits until it has.
    pub async fn connected_again(&self, breaking: impl Future<Output = ()>) {
        breaking.await;
        self.connected().await;
    }

    /// Waits until the client has learned that its account addresses chats by LID: it asks for the settings beside
    /// everything else that it does when it connects.
    pub async fn library_knows_it_moved(&self) {
        let wait = async {
            while !self.library.is_lid_migrated().await {
                tokio::task::yield_now().await;
            }
        };
        soon("the client to move", wait).await;
    }

    /// Waits for all of these messages and collects who sent them. None may come twice.
    pub async fn all_messages(&self, ids: &[String]) -> Vec<(String, Jid)> {
        let mut came: Vec<(String, Jid)> = Vec::new();
        // Those that came before stand in their events, and are looked at only once.
        self.each_event("all messages", |event| {
            if let Event::Messages(batch) = event {
                let new = batch.iter().filter(|inbound| ids.iter().any(|id| inbound.info.id == **id));
                came.extend(new.map(|inbound| (inbound.info.id.to_string(), inbound.info.source.sender.clone())));
            }
            came.len() >= ids.len()
        })
        .await;
        let distinct: std::collections::HashSet<_> = came.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!((distinct.len(), came.len()), (ids.len(), ids.len()), "each once");
        came
    }

    /// Waits for all of these messages; their ids as they came.
    pub async fn all_in_order(&self, ids: &[String]) -> Vec<String> {
        self.all_messages(ids).await.into_iter().map(|(id, _)| id).collect()
    }

    /// Looks at every event, each once and in order, until `enough`.
    pub async fn each_event(&self, what: &str, mut enough: impl FnMut(&Event) -> bool) {
        self.event(what, |event| enough(event).then_some(())).await;
    }

    pub async fn qr(&self) -> String {
        self.event("a QR code", |event| match event {
            Event::PairingQrCode(qr) => Some(qr.code.clone()),
            _ => None,
        })
        .await
    }

    pub async fn send(&self, to: &str, text: &str) -> String {
        self.library.send_text(jid(to), text).await.expect("the message is written").message_id
    }

    pub async fn send_as(&self, to: &str, text: &str, id: &str) {
        self.send_as_to(jid(to), text, id).await;
    }

    pub async fn send_as_to_group(&self, group: &str, text: &str, id: &str) {
        self.send_as_to(group.parse().expect("the address of a group"), text, id).await;
    }

    async fn send_as_to(&self, to: Jid, text: &str, id: &str) {
        let message = wa::Message { conversation: Some(text.to_owned()), ..Default::default() };
        let options = SendOptions::default().with_message_id(id);
        self.library.send_message_with_options(to, message, options).await.expect("the message is written");
    }

    /// Waits until the network has answered for a message; the error code of a refusal.
    pub async fn ack(&self, id: &str) -> Option<String> {
        self.event("an acknowledgement", |event| match event {
            Event::ServerAck(ack) if ack.id == *id => Some(ack.error.as_ref().map(ToString::to_string)),
            _ => None,
        })
        .await
    }

    /// Waits for both ticks to turn blue.
    pub async fn delivered_and_read(&self, id: &str) {
        let (mut delivered, mut read) = (false, false);
        self.event("delivered and read", |event| {
            if let Event::Receipt(receipt) = event
                && receipt.message_ids.iter().any(|other| other == id)
            {
                delivered |= receipt.r#type == ReceiptType::Delivered;
                read |= receipt.r#type == ReceiptType::Read;
            }
            (delivered && read).then_some(())
        })
        .await;
    }

    pub async fn receipt(&self, id: &str, kind: ReceiptType) {
        self.event("a receipt", |event| match event {
            Event::Receipt(receipt) if receipt.r#type == kind && receipt.message_ids.iter().any(|it| it == id) => {
                Some(())
            }
            _ => None,
        })
        .await;
    }

    /// Waits for a text; the sender's address and the message's id.
    pub async fn text(&self, text: &str) -> (Jid, String) {
        self.event(&format!("{text:?}"), |event| {
            let Event::Messages(batch) = event else { return None };
            let found = batch.iter().find(|inbound| inbound.message.conversation.as_deref() == Some(text))?;
            Some((found.info.source.sender.clone(), found.info.id.to_string()))
        })
        .await
    }

    /// Waits for the message with this id.
    pub async fn message(&self, id: &str) -> wa::Message {
        self.event(&format!("message {id}"), |event| {
            let Event::Messages(batch) = event else { return None };
            batch.iter().find(|inbound| inbound.info.id == *id).map(|inbound| wa::Message::clone(&inbound.message))
        })
        .await
    }

    pub async fn send_to_group(&self, group: &str, text: &str) -> String {
        let group: Jid = group.parse().expect("the address of a group");
        self.library.send_text(group, text).await.expect("the message is written").message_id
    }

    /// Waits until a participant has received or read a message.
    pub async fn group_receipt(&self, id: &str, kind: ReceiptType, network: &Network, who: &str) {
        let account: Option<AccountView> = network.find(&format!("/api/accounts/{who}")).await;
        self.event(&format!("the receipt of {who}"), |event| match event {
            Event::Receipt(receipt) if receipt.r#type == kind && receipt.message_ids.iter().any(|it| it == id) => {
                let source = &receipt.source;
                let named = [Some(&source.sender), source.sender_alt.as_ref()];
                let is = |jid: &Jid| jid.user == who || account.as_ref().is_some_and(|it| jid.user == it.lid.as_str());
                (source.chat.to_string().ends_with("@g.us") && named.into_iter().flatten().any(is)).then_some(())
            }
            _ => None,
        })
        .await;
    }

    /// The phone behind an address, as far as the client knows.
    pub async fn phone_of(&self, jid: &Jid) -> String {
        if jid.is_pn() {
            return jid.user.to_string();
        }
        let known = self.library.get_lid_pn_entry(jid).await.expect("the store answers");
        known.expect("the client has learned who this is").phone_number.to_string()
    }

    /// Waits for news of a group; its address.
    pub async fn group_update(&self, what: &str, wanted: impl Fn(&GroupNotificationAction) -> bool) -> String {
        self.event(what, |event| match event {
            Event::GroupUpdate(update) if wanted(&update.action) => Some(update.group_jid.to_string()),
            _ => None,
        })
        .await
    }

    /// Waits for news of somebody's picture: its id, or that it is gone.
    pub async fn picture_update(&self, who: &str) -> Option<String> {
        let (whose, id) = self
            .event("news of a picture", |event| match event {
                Event::PictureUpdate(update) => Some((update.jid.clone(), update.picture_id.clone())),
                _ => None,
            })
            .await;
        assert_eq!(self.phone_of(&whose).await, who);
        id
    }

    /// Sends a message of any kind; its id.
    pub async fn send_message(&self, to: &str, message: wa::Message) -> String {
        self.library.send_message(jid(to), message).await.expect("the message is written").message_id
    }

    pub async fn stop(self) -> Arc<dyn Backend> {
        self.handle.shutdown().await;
        self.backend
    }
}

/// Registers a device with the sandbox and gives back the store of a client that is it.
pub async fn pre_link(network: &Network, phone: &str) -> Arc<dyn Backend> {
    let mut device = wacore::store::Device::new();
    let identity = raw(&device.identity_key);
    let request = json!({
        "noise_key": BASE64_STANDARD.encode(raw(&device.noise_key)),
        "identity_key": BASE64_STANDARD.encode(identity),
        "registration_id": device.registration_id,
        "signed_prekey": {
            "id": device.signed_pre_key_id,
            "key": BASE64_STANDARD.encode(raw(&device.signed_pre_key)),
            "signature": BASE64_STANDARD.encode(device.signed_pre_key_signature),
        },
    });
    let account: AccountView = network.get(&format!("/api/accounts/{phone}")).await;
    let (status, answer) = network.post(&format!("/api/accounts/{phone}/devices"), request).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let linked: DeviceLinked = serde_json::from_value(answer).expect("the contract's answer");

    let proof = BASE64_STANDARD.decode(&linked.adv_identity).expect("base64");
    let mut proof = wa::ADVSignedDeviceIdentity::decode_from_slice(&proof).expect("a signed identity");
    let (details, account_key) = (proof.details.clone().unwrap(), proof.account_signature_key.clone().unwrap());
    let message = [&[6, 1][..], &details, &identity, &account_key].concat();
    let mut rng = rand::rng();
    proof.device_signature = Some(device.identity_key.calculate_signature(&message, &mut rng).unwrap().to_vec());

    let key = BASE64_STANDARD.decode(&linked.server_key).expect("base64").try_into().expect("32 bytes");
    let certificate = CachedNoiseCert { key, not_before: 0, not_after: i64::MAX };
    device.server_cert_chain = Some(CachedServerCertChain { intermediate: certificate.clone(), leaf: certificate });
    device.pn = Some(Jid::pn_device(phone, linked.device));
    device.lid = Some(Jid::lid_device(linked.lid, linked.device));
    device.lid_migrated = account.addressing == Addressing::Lid;
    device.account = Some(Arc::new(proof));
    device.push_name = account.name;
    let backend = Arc::new(InMemoryBackend::new());
    backend.create().await.expect("a new store");
    backend.save(&device).await.expect("a store in memory takes everything");
    backend
}

pub fn jid(phone: &str) -> Jid {
    Jid::pn(phone)
}

fn raw(pair: &KeyPair) -> [u8; 32] {
    pair.public_key.public_key_bytes().try_into().expect("32 bytes")
}

/// The library's transport, with TCP_NODELAY.
struct Nodelay(String);

#[async_trait::async_trait]
impl wacore::net::TransportFactory for Nodelay {
    async fn create_transport(
        &self,
    ) -> anyhow::Result<(Arc<dyn wacore::net::Transport>, async_channel::Receiver<wacore::net::TransportEvent>)> {
        let uri: http::Uri = self.0.parse()?;
        let (host, port) = (uri.host().unwrap_or_default(), uri.port_u16().unwrap_or_default());
        let tcp = tokio::net::TcpStream::connect((host, port)).await?;
        tcp.set_nodelay(true)?;
        let (socket, _) = tokio_websockets::ClientBuilder::from_uri(uri).connect_on(tcp).await?;
        Ok(whatsapp_rust_tokio_transport::from_websocket(socket))
    }
}
