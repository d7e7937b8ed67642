//! The history and the address book of the phone that a number is linked with, over the real protocol.

use crate::support::{Member, Network, World, number_in, on_both, until};
use domain::{
    ConversationId, NumberId, PageRequest,
    inbox::{ConversationStatus, ConversationView},
    media::{MediaFile, MediaProblem},
    message::{Author, MessageState, MessageView},
    number::{Network as Net, NumberState, health::NumberEvent},
    time::DAY_MS,
};
use serde_json::json;
use server::{
    chatbot, contact, execute, fetch_one, inbox,
    number::{self, health, link},
};

const PHONE: &str = "6281255500142";
const RINA: &str = "6281311110001";
const BUDI: &str = "6281311110002";

/// What a history brought: messages, chats, parts that were lost.
type Told = (u64, u64, u64);

/// A phone of the sandbox that is linked with nothing.
async fn phone(network: &Network) {
    network.makes("accounts", json!({"phone": PHONE, "name": "Toko Sinar"})).await;
}

/// Links a number that waits to be with the phone.
async fn scan(world: &World, network: &Network, member: &Member, id: NumberId) {
    let code = until(&world.server, member, "a QR code", async || {
        link::qr_code(&world.server, &member.scope, id).await.expect("asks")
    })
    .await;
    network.posts(&format!("accounts/{PHONE}/scan"), json!({"qr": code.text})).await;
    number_in(&world.server, member, id, NumberState::Connected).await;
}

/// A number that is linked with the phone.
async fn linked(world: &World, network: &Network, member: &Member) -> NumberId {
    let id = number::add_linked(&world.server, &member.scope, "CS", Net::Sandbox).await.expect("adds");
    scan(world, network, member, id).await;
    id
}

/// What the histories of a number brought, the first one first, once there are so many.
async fn histories(world: &World, member: &Member, id: NumberId, count: usize) -> Vec<Told> {
    until(&world.server, member, "a history", async || {
        let timeline = health::open(&world.server, &member.scope, id).await.expect("opens").timeline;
        let told = timeline.iter().rev().filter_map(|entry| match entry.event {
            NumberEvent::History { messages, chats, lost } => Some((messages, chats, lost)),
            _ => None,
        });
        Some(told.collect::<Vec<_>>()).filter(|told| told.len() == count)
    })
    .await
}

async fn conversation(world: &World, member: &Member, name: &str) -> ConversationView {
    let all = world.conversations(member).await;
    let found = all.iter().find(|conversation| conversation.name == name);
    found.unwrap_or_else(|| panic!("{name}: {all:?}")).clone()
}

async fn messages(world: &World, member: &Member, id: ConversationId) -> Vec<MessageView> {
    inbox::thread(&world.server, &member.scope, id, 5_000).await.expect("opens").messages
}

async fn texts(world: &World, member: &Member, id: ConversationId) -> Vec<String> {
    messages(world, member, id).await.into_iter().map(|message| message.text).collect()
}

/// Rows of a table that name the number.
async fn rows(world: &World, member: &Member, table: &str, id: NumberId) -> i64 {
    let mut tx = world.server.db.read(&member.scope).await.expect("reads");
    let sql = format!("SELECT COUNT(*) FROM {table} WHERE number_id = $1");
    let (rows,): (i64,) = fetch_one!(&mut tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), id).expect("counts");
    rows
}

/// What a contact is called, as it is named and as they call themself.
async fn names(world: &World, member: &Member) -> Vec<(String, String)> {
    let page = contact::list(&world.server, &member.scope, &PageRequest::first(50)).await.expect("lists");
    page.rows.into_iter().map(|contact| (contact.name, contact.push_name)).collect()
}

on_both! {
    async fn a_phone_that_has_chats_brings_them_and_nobody_reacts(world: World) {
        let network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        phone(&network).await;
        network.persona(RINA, json!({"name": "Rina", "saved_as": "Bu Rina", "reply_probability": 0.0, "read_ms": [0, 5]})).await;
        network.persona(BUDI, json!({"name": "Budi", "saved_as": null})).await;
        network.writes(RINA, PHONE, "Masih ada?").await;
        // Somebody else's program was linked before.
        let before = linked(&world, &network, &budi).await;
        assert_eq!(histories(&world, &budi, before, 1).await, [(1, 1, 0)]);
        let thread = conversation(&world, &budi, "Bu Rina").await.id;
        inbox::reply(&world.server, &budi.scope, thread, "Masih, Kak").await.expect("replies");
        until(&world.server, &budi, "that it was read", async || {
            let read = |message: &MessageView| message.state == Some(MessageState::Read);
            messages(&world, &budi, thread).await.iter().any(read).then_some(())
        })
        .await;
        number::log_out(&world.server, &budi.scope, before).await.expect("leaves");
        number_in(&world.server, &budi, before, NumberState::LoggedOut).await;
        let order = network.says(RINA, PHONE, json!({"text": "Pesan dua"})).await;
        network.says(RINA, PHONE, json!({"edit": {"of": order, "text": "Pesan tiga"}})).await;
        let secret = network.says(RINA, PHONE, json!({"text": "Sandi saya 1234"})).await;
        network.says(RINA, PHONE, json!({"delete": secret})).await;
        network.writes(BUDI, PHONE, "Apa kabar?").await;

        world.answers_everything(&rani).await;
        let id = linked(&world, &network, &rani).await;
        assert_eq!(histories(&world, &rani, id, 1).await, [(5, 2, 0)]);
        let rina = conversation(&world, &rani, "Bu Rina").await;
        let shown: Vec<_> = messages(&world, &rani, rina.id).await;
        let shown: Vec<_> = shown.iter().map(|m| (m.text.as_str(), m.author, m.state, m.is_deleted)).collect();
        let read = Some(MessageState::Read);
        assert_eq!(
            shown,
            [
                ("Masih ada?", None, None, false),
                ("Masih, Kak", Some(Author::Phone), read, false),
                ("Pesan tiga", None, None, false),
                ("", None, None, true),
            ]
        );
        let other = conversation(&world, &rani, "Budi").await;
        assert_eq!((rina.unread, other.unread), (2, 1), "as on the phone");
        assert_eq!((rina.bot_paused, rina.status), (false, ConversationStatus::Open));
        chatbot::engine::tick(&world.server).await.expect("ticks");
        let detail = health::open(&world.server, &rani.scope, id).await.expect("opens");
        assert_eq!((detail.number.queued, detail.health.received_at, detail.health.sent_at), (0, None, None));
        assert!(detail.days.iter().all(|day| (day.sent, day.received, day.asked) == (0, 0, 0)));
        assert_eq!(rows(&world, &rani, "chat", id).await, 2, "neither is a stranger");
        assert_eq!(rows(&world, &rani, "message_change", id).await, 0, "and nobody answered a campaign");
        // Who writes now is answered.
        network.writes(RINA, PHONE, "Halo, apa ada?").await;
        until(&world.server, &rani, "the bot", async || {
            let of_bot = |message: &MessageView| message.author == Some(Author::Bot);
            messages(&world, &rani, rina.id).await.iter().any(of_bot).then_some(())
        })
        .await;
    }

    async fn a_number_that_is_linked_again_has_everything_once(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        phone(&network).await;
        network.writes(RINA, PHONE, "Satu").await;
        let id = linked(&world, &network, &rani).await;
        assert_eq!(histories(&world, &rani, id, 1).await, [(1, 1, 0)]);
        let thread = world.only_conversation(&rani).await.id;
        inbox::reply(&world.server, &rani.scope, thread, "Dua").await.expect("replies");
        network.writes(RINA, PHONE, "Tiga").await;
        let is_sent = |message: &MessageView| message.state.is_none_or(MessageState::is_final);
        until(&world.server, &rani, "both", async || {
            let messages = messages(&world, &rani, thread).await;
            (messages.len() == 3 && messages.iter().all(is_sent)).then_some(())
        })
        .await;
        inbox::mark_read(&world.server, &rani.scope, thread).await.expect("reads");
        inbox::set_status(&world.server, &rani.scope, thread, ConversationStatus::Resolved).await.expect("resolves");
        number::log_out(&world.server, &rani.scope, id).await.expect("leaves");
        number_in(&world.server, &rani, id, NumberState::LoggedOut).await;
        link::relink(&world.server, &rani.scope, id).await.expect("asks for a code");
        scan(&world, &network, &rani, id).await;
        assert_eq!(histories(&world, &rani, id, 2).await, [(1, 1, 0), (0, 0, 0)], "it was all here");
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.unread, row.status), (0, ConversationStatus::Resolved));

        number::log_out(&world.server, &rani.scope, id).await.expect("leaves");
        number_in(&world.server, &rani, id, NumberState::LoggedOut).await;
        network.writes(RINA, PHONE, "Empat").await;
        link::relink(&world.server, &rani.scope, id).await.expect("asks for a code");
        scan(&world, &network, &rani, id).await;
        assert_eq!(histories(&world, &rani, id, 3).await[2], (1, 1, 0));
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.unread, row.status), (1, ConversationStatus::Open));
        let mut all = texts(&world, &rani, thread).await;
        // The clocks of the world and of the network differ, and so does the order.
        all.sort();
        assert_eq!(all, ["Dua", "Empat", "Satu", "Tiga"]);
    }

    async fn what_people_write_while_it_is_linked_is_there_once(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        phone(&network).await;
        let written: Vec<String> = (0..60).map(|number| format!("Pesan {number:02}")).collect();
        let writing = async {
            for text in &written {
                network.writes(RINA, PHONE, text).await;
            }
        };
        let (id, ()) = tokio::join!(linked(&world, &network, &rani), writing);
        let [(_, _, lost)] = histories(&world, &rani, id, 1).await[..] else { panic!("one history") };
        assert_eq!(lost, 0);
        let all = until(&world.server, &rani, "all of them", async || {
            let all = texts(&world, &rani, world.only_conversation(&rani).await.id).await;
            (all.len() >= written.len()).then_some(all)
        })
        .await;
        assert_eq!(all, written);
    }

    async fn a_long_history_comes_whole_and_in_order(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        phone(&network).await;
        let written: Vec<String> = (0..600).map(|number| format!("Pesan {number:03}")).collect();
        for text in &written {
            network.writes(RINA, PHONE, text).await;
            network.writes(BUDI, PHONE, text).await;
        }
        let id = linked(&world, &network, &rani).await;
        assert_eq!(histories(&world, &rani, id, 1).await, [(1_200, 2, 0)]);
        for conversation in world.conversations(&rani).await {
            assert_eq!(conversation.unread, 600);
            assert_eq!(texts(&world, &rani, conversation.id).await, written);
        }
    }

    async fn a_part_that_cannot_be_had_is_told(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        phone(&network).await;
        for number in 0..620 {
            network.writes(RINA, PHONE, &format!("Pesan {number}")).await;
        }
        network.fault(json!({"kind": "media_gone", "account": PHONE, "count": 1})).await;
        let id = linked(&world, &network, &rani).await;
        // The latest ones and the oldest came by themselves; the part between is gone.
        assert_eq!(histories(&world, &rani, id, 1).await, [(120, 1, 1)]);
        assert_eq!(texts(&world, &rani, world.only_conversation(&rani).await.id).await.len(), 120);
    }

    async fn who_is_known_by_lid_alone_has_one_thread(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        phone(&network).await;
        network.persona(RINA, json!({"name": "Rina", "hides_number": true})).await;
        network.writes(RINA, PHONE, "Dari LID").await;
        let id = linked(&world, &network, &rani).await;
        assert_eq!(histories(&world, &rani, id, 1).await, [(1, 1, 0)]);
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.name.as_str(), row.phone, row.unread), ("Rina", None, 1));
        network.writes(RINA, PHONE, "Lagi").await;
        let both = until(&world.server, &rani, "the next one", async || {
            let texts = texts(&world, &rani, world.only_conversation(&rani).await.id).await;
            (texts.len() == 2).then_some(texts)
        })
        .await;
        assert_eq!(both, ["Dari LID", "Lagi"]);
        // Her number comes out when the phone saves it.
        network.persona(RINA, json!({"name": "Rina", "hides_number": true, "saved_as": "Bu Rina"})).await;
        let known = until(&world.server, &rani, "her number", async || {
            let row = world.only_conversation(&rani).await;
            row.phone.is_some().then_some(row)
        })
        .await;
        assert_eq!((known.name.as_str(), known.id), ("Bu Rina", row.id));
    }

    async fn files_of_before_come_when_somebody_wants_them(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        phone(&network).await;
        let sends = async |text: &str| {
            let file = json!({"kind": "document", "base64": "JVBERi0xLjQKaGFyZ2EKJSVFT0Y=", "file_name": format!("{text}.pdf")});
            network.says(RINA, PHONE, json!({"media": file})).await;
        };
        sends("lama").await;
        // As if it had been sent a month ago.
        world.clock.advance(60 * DAY_MS);
        let id = linked(&world, &network, &rani).await;
        histories(&world, &rani, id, 1).await;
        let thread = world.only_conversation(&rani).await.id;
        let place = async || messages(&world, &rani, thread).await[0].attachment.clone().expect("a file").file;
        let missing = MediaFile::Missing { problem: MediaProblem::Earlier, again: true };
        assert_eq!(place().await, missing);
        let message = messages(&world, &rani, thread).await[0].id;
        inbox::fetch_file(&world.server, &rani.scope, message).await.expect("asks");
        until(&world.server, &rani, "the file", async || matches!(place().await, MediaFile::Here { .. }).then_some(())).await;
    }

    async fn names_in_the_phone_follow_it_until_somebody_knows_better(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        network.persona(BUDI, json!({"name": "Budi", "saved_as": null})).await;
        phone(&network).await;
        let id = linked(&world, &network, &rani).await;
        network.writes(RINA, PHONE, "Halo").await;
        let called = async |name: &str| {
            until(&world.server, &rani, name, async || {
                let names = names(&world, &rani).await;
                assert!(names.len() <= 1, "nobody becomes a contact by standing in an address book: {names:?}");
                names.first().is_some_and(|(called, _)| called == name).then_some(())
            })
            .await;
        };
        called("").await;
        // What is changed while nobody is there is asked for as a whole; the client library passes over news that come while
        // it asks.
        let away = async |changes: &[(&str, &str)]| {
            network.fault(json!({"kind": "server_503", "account": PHONE})).await;
            number_in(&world.server, &rani, id, NumberState::Reconnecting).await;
            for (person, name) in changes {
                network.persona(person, json!({"name": "Orang", "saved_as": name})).await;
            }
            network.mend().await;
            number_in(&world.server, &rani, id, NumberState::Connected).await;
        };
        away(&[(RINA, "Bu Rina")]).await;
        called("Bu Rina").await;
        away(&[(RINA, "Rina Toko Kue")]).await;
        called("Rina Toko Kue").await;
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        let tenant = rani.scope.tenant();
        execute!(&mut tx, "UPDATE contact SET name = 'Ibu Rina Kencana' WHERE tenant_id = $1", tenant).expect("names her");
        tx.commit().await.expect("commits");
        network.writes(BUDI, PHONE, "Halo").await;
        until(&world.server, &rani, "both", async || (names(&world, &rani).await.len() == 2).then_some(())).await;
        away(&[(RINA, "Rina Kue"), (BUDI, "Pak Budi")]).await;
        until(&world.server, &rani, "the other one", async || {
            names(&world, &rani).await.iter().any(|(name, _)| name == "Pak Budi").then_some(())
        })
        .await;
        assert!(names(&world, &rani).await.iter().any(|(name, _)| name == "Ibu Rina Kencana"));
    }
}
