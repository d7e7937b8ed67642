//! A small world in memory, the same for every input: an account with a linked device whose session is at hand, another
//! account, a person, a group of all three.

use std::sync::Arc;
use std::time::Duration;

use buffa::Message as _;
use futures::FutureExt as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::runtime::Runtime;
use wacore_binary::{Jid, Node};
use waproto::whatsapp as wa;

use crate::address::{DeviceAddress, Phone};
use crate::clock::DrivenClock;
use crate::content::Writing;
use crate::media::MediaLimits;
use crate::session::Session;
use crate::signal::{Encrypted, Endpoint};
use crate::wire::channel::{Introduction, Line};
use crate::wire::node;
use crate::wire::noise::Handshake;
use crate::world::World;
use crate::world::account::{Account, Addressing, Registration};
use crate::world::group::Group;
use crate::world::schedule::Schedule;

pub const SHOP: u64 = 6_281_200_000_001;
pub const OTHER: u64 = 6_281_200_000_002;
pub const PERSON: u64 = 6_281_311_110_001;
/// The device's static Noise key: it is who has this one.
const NOISE_KEY: [u8; 32] = [1; 32];
const LIMITS: MediaLimits = MediaLimits { file_bytes: 64 * 1024, total_bytes: 256 * 1024 };

pub struct Stage {
    pub world: Arc<World>,
    pub shop: Arc<Account>,
    pub session: Session,
    /// What the client was sent since the last look.
    pub sent: Box<dyn FnMut() -> Vec<Node>>,
    /// The client's keys.
    client: Endpoint,
    group: Arc<Group>,
    clock: Arc<DrivenClock>,
}

pub fn phone(number: u64) -> Phone {
    Phone::from_number(number).expect("a phone")
}

pub fn device() -> DeviceAddress {
    DeviceAddress { account: phone(SHOP), device: 1 }
}

/// For what runs beside the network; it ends when this is dropped.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

pub fn world() -> (Arc<World>, Arc<DrivenClock>) {
    let clock = Arc::new(DrivenClock::at(1_800_000_000_000));
    let world = World::open(clock.clone(), Some(7), None, LIMITS).expect("a world in memory");
    (world, clock)
}

/// Whatever is due within a minute happens.
pub fn let_time_pass(world: &Arc<World>, clock: &DrivenClock) {
    clock.advance(Duration::from_secs(60));
    _ = Schedule::run(world.clone()).now_or_never();
}

impl Stage {
    pub fn new() -> Self {
        let (world, clock) = world();
        let account =
            |number, addressing| world.add_account(phone(number), "Toko @ Solo".into(), addressing).expect("is new");
        let (shop, other) = (account(SHOP, Addressing::Lid), account(OTHER, Addressing::Pn));
        let client = Endpoint::new([2; 32]);
        for account in [&shop, &other] {
            world.link_device(account, registration(&client), "test");
            world.change_device(account, 1, |device| {
                device.uploaded = true;
                device.prekeys.extend((1..=3).filter_map(|id| client.bundle(id).prekey));
            });
        }
        let everybody = [phone(PERSON), other.phone];
        let group = world.create_group(&shop, "Keluarga".into(), &everybody).expect("there is room");
        let (line, sent) = Line::to_nowhere();
        let session = Session::new(world.clone(), line, "127.0.0.1:8091".into());
        let stage = Self { world, shop, session, sent: Box::new(sent), client, group, clock };
        stage
            .world
            .person_says(phone(PERSON), &stage.shop, Writing::Text("halo".into()), None)
            .expect("it is encrypted");
        stage
    }

    /// A journal of this world.
    pub fn journal(&self) -> Vec<Vec<u8>> {
        self.world.records().map(|record| serde_json::to_vec(&record).expect("plain data")).collect()
    }

    /// The address of the group.
    pub fn group(&self) -> Jid {
        self.group.id.jid()
    }

    /// The client says who it is: the device (0), a stranger who wants to be linked (1), or what `payload` says.
    pub fn log_in(&mut self, who: u8, payload: &[u8]) {
        let payload = match who {
            0 => wa::ClientPayload { username: Some(SHOP), device: Some(1), ..Default::default() },
            1 => stranger(&self.client),
            _ => wa::ClientPayload::decode_from_slice(payload).unwrap_or_default(),
        };
        let introduction = Introduction { client_key: NOISE_KEY, payload, handshake: Handshake::Ik };
        _ = self.session.begin(&introduction);
        (self.sent)();
        let active = node("iq").attr("type", "set").attr("xmlns", "passive").attr("id", "0");
        if who == 0 {
            self.session.take(&active.children([node("active").build()]).build()).expect("a question");
            (self.sent)();
        }
    }

    /// The device writes something whose padded plaintext is this: to the person (1), the group (2) or its own phone (3).
    pub fn write(&mut self, way: u8, plaintext: &[u8]) {
        let mut rng = StdRng::seed_from_u64(3);
        let (to, reader) = match way {
            1 => (self.world.chat_jid(phone(PERSON), true), phone(PERSON)),
            2 => (self.group.id.jid(), phone(PERSON)),
            _ => (self.shop.jid(0, true), self.shop.phone),
        };
        let bundle = || Some(self.world.with_endpoint(reader, |endpoint| endpoint.bundle(1)));
        let peer = DeviceAddress { account: reader, device: 0 };
        let sealed = self.client.encrypt(peer, plaintext, bundle, &mut rng).expect("it can be encrypted");
        let Encrypted { kind, bytes, .. } = sealed;
        let enc = node("enc").attr("v", "2").attr("type", kind).bytes(bytes).build();
        let direct = node("to").attr("jid", self.world.chat_jid(reader, true)).children([enc]).build();
        let mut children = vec![node("participants").children([direct]).build()];
        if way == 2 {
            let spoken =
                self.client.encrypt_group(self.group.id, plaintext, &[], &mut rng).expect("it can be encrypted");
            children.push(node("enc").attr("v", "2").attr("type", "skmsg").bytes(spoken.ciphertext).build());
        }
        let message =
            node("message").attr("to", to).attr("id", "3EB0F0").attr("type", "text").children(children).build();
        self.session.take(&message).expect("a message of the right form");
        let written = self.world.ledger.find(self.shop.phone, "3EB0F0").and_then(|at| self.world.ledger.get(at));
        assert!(way == 3 || written.is_some(), "the ledger has it");
    }

    /// The client goes, and what was due happens.
    pub fn end(self) {
        let_time_pass(&self.world, &self.clock);
        for account in self.world.accounts() {
            self.world.ledger.chat(phone(PERSON), account.phone);
        }
        self.world.ledger.group_chat(phone(PERSON), self.group.id);
        self.session.end();
    }
}

fn registration(client: &Endpoint) -> Registration {
    let bundle = client.bundle(1);
    Registration {
        noise_key: NOISE_KEY,
        identity_key: bundle.identity,
        registration_id: bundle.registration_id,
        signed_prekey_id: bundle.signed_prekey_id,
        signed_prekey: bundle.signed_prekey,
        signature: bundle.signature,
    }
}

pub fn stranger(client: &Endpoint) -> wa::ClientPayload {
    let keys = registration(client);
    let data = wa::client_payload::DevicePairingRegistrationData {
        e_ident: Some(keys.identity_key.to_vec()),
        e_regid: Some(keys.registration_id.to_be_bytes().to_vec()),
        e_skey_id: Some(vec![0, 0, 1]),
        e_skey_val: Some(keys.signed_prekey.to_vec()),
        e_skey_sig: Some(keys.signature),
        ..Default::default()
    };
    wa::ClientPayload { device_pairing_data: buffa::MessageField::some(data), ..Default::default() }
}
