//! Files both ways, over the real protocol and the sandbox's media host.

use crate::support::{Member, Network, World, files_under, on_both, until};
use bytes::Bytes;
use domain::{
    ConversationId, Error,
    campaign::{Again, Audience, CampaignStatus, NewCampaign},
    media::{AttachmentView, MediaFile, MediaProblem},
    message::{FailReason, MessageKind, MessageState, MessageView},
    time::{HOUR_MS, MINUTE_MS},
};
use futures::TryStreamExt as _;
use serde_json::{Value, json};
use server::{
    campaign, execute, inbox, media,
    media::{Link, Upload},
};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

const RINA: &str = "6281311110001";
const BUDI: &str = "6281311110002";
/// A document, by its content.
const PDF: &[u8] = b"%PDF-1.4\nharga baru\n%%EOF";
/// A picture of one pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The newest message of a conversation, once it is as wanted.
async fn newest(
    world: &World,
    member: &Member,
    what: &str,
    wanted: impl Fn(&MessageView) -> bool,
) -> (ConversationId, MessageView) {
    until(&world.server, member, what, async || {
        let id = world.conversations(member).await.first()?.id;
        let message = world.thread(member, id).await.messages.pop()?;
        wanted(&message).then_some((id, message))
    })
    .await
}

fn place(message: &MessageView) -> Option<&MediaFile> {
    message.attachment.as_ref().map(|file| &file.file)
}

fn is_here(message: &MessageView) -> bool {
    matches!(place(message), Some(MediaFile::Here { .. }))
}

async fn content(world: &World, file: &AttachmentView) -> Vec<u8> {
    let MediaFile::Here { link, .. } = &file.file else { panic!("not here: {file:?}") };
    let address = link.strip_prefix("/media/").expect("an address of ours");
    let link = Link::read(address, &world.server.signer, world.server.now()).expect("a fresh link");
    let parts: Vec<Bytes> =
        media::read(&world.server, &link, None).await.expect("opens").try_collect().await.expect("reads");
    parts.concat()
}

async fn sends(network: &Network, to: &str, media: Value) {
    network.posts(&format!("people/{RINA}/messages"), json!({"to": to, "media": media})).await;
}

async fn answers(world: &World, member: &Member, id: ConversationId, text: &str, name: &str, content: &[u8]) {
    let mut upload = Upload::begin(&world.server, name).expect("begins");
    upload.write(content).expect("writes");
    inbox::reply_with_file(&world.server, &member.scope, id, text, upload).await.expect("queues");
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// What the ledger has from an account, once there are so many.
async fn ledger(world: &World, member: &Member, network: &Network, from: &str, count: usize) -> Vec<Value> {
    until(&world.server, member, "the ledger", async || {
        let ledger = network.ask(&format!("ledger?from={from}")).await;
        let all = ledger["messages"].as_array().expect("a list").clone();
        // A phone reads a message first and fetches its file then.
        let whole = |message: &Value| message["kind"] == "text" || message["media"]["sha256"].is_string();
        let read = all.iter().filter(|message| message["decrypted"] == true && whole(message)).count();
        (read == count).then_some(all)
    })
    .await
}

on_both! {
    async fn a_picture_comes_and_is_here(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (_, phone) = world.connected(&rani, "CS").await;
        sends(&network, &phone, json!({"kind": "image", "base64": PNG, "caption": "ini buktinya"})).await;
        let (_, message) = newest(&world, &rani, "the picture", is_here).await;
        assert_eq!((message.kind, message.text.as_str()), (MessageKind::Image, "ini buktinya"));
        let file = message.attachment.expect("a file");
        assert_eq!(file.size, Some((1, 1)));
        assert!(content(&world, &file).await.starts_with(b"\x89PNG"));
    }

    async fn a_document_comes_with_its_name_byte_by_byte(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (_, phone) = world.connected(&rani, "CS").await;
        use base64::Engine as _;
        let large: Vec<u8> = PDF.iter().copied().chain((0..3_000_000_u32).map(|n| (n % 253) as u8)).collect();
        let base64 = base64::prelude::BASE64_STANDARD.encode(&large);
        sends(&network, &phone, json!({"kind": "document", "base64": base64, "file_name": "../daftar.pdf"})).await;
        let (_, message) = newest(&world, &rani, "the document", is_here).await;
        let file = message.attachment.expect("a file");
        assert_eq!((file.name.as_str(), file.bytes), ("daftar.pdf", Some(large.len() as u64)));
        assert!(content(&world, &file).await == large);
    }

    async fn one_upload_serves_everybody_and_they_read_what_was_sent(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (number, phone) = world.connected(&rani, "CS").await;
        for person in [RINA, BUDI] {
            let id = inbox::start(&world.server, &rani.scope, number, person).await.expect("opens");
            answers(&world, &rani, id, "Harga terbaru", "harga.pdf", PDF).await;
        }
        let messages = ledger(&world, &rani, &network, &phone, 2).await;
        for message in &messages {
            assert_eq!((&message["kind"], &message["text"]), (&json!("document"), &json!("Harga terbaru")), "{message}");
            assert_eq!(message["media"]["sha256"], json!(sha256(PDF)), "{message}");
            assert_eq!(message["media"]["file_name"], json!("harga.pdf"), "{message}");
        }
        let summary = network.ask(&format!("ledger/summary?from={phone}")).await;
        assert_eq!((&summary["accepted"], &summary["wire_duplicates"]), (&json!(2), &json!(0)));
        // The network loses the next upload: there is none, because the file is with it.
        network.fault(json!({"kind": "media_refused", "code": 415})).await;
        let id = inbox::start(&world.server, &rani.scope, number, RINA).await.expect("opens");
        answers(&world, &rani, id, "Sekali lagi", "harga.pdf", PDF).await;
        ledger(&world, &rani, &network, &phone, 3).await;
    }

    async fn a_campaign_gives_its_file_to_the_network_once_and_sends_it_to_everybody(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (number, phone) = world.connected(&rani, "CS").await;
        world.contacts(&rani, 3).await;
        let draft = NewCampaign {
            name: "Katalog".into(),
            number: Some(number),
            message: "Untuk {{nomor}}".into(),
            audience: Some(Audience::Everyone),
            ..NewCampaign::default()
        };
        let id = campaign::save_draft(&world.server, &rani.scope, None, draft).await.expect("saves").id;
        let mut upload = Upload::begin(&world.server, "katalog.pdf").expect("begins");
        upload.write(PDF).expect("writes");
        campaign::attach(&world.server, &rani.scope, id, upload).await.expect("attaches");
        campaign::start(&world.server, &rani.scope, id).await.expect("starts");
        let said = |messages: &[Value]| messages.iter().map(|m| m["text"].clone()).collect::<HashSet<_>>();
        let first = ledger(&world, &rani, &network, &phone, 3).await;
        for message in &first {
            assert_eq!(message["kind"], json!("document"), "{message}");
            assert_eq!(message["media"]["sha256"], json!(sha256(PDF)), "{message}");
            assert_eq!(message["media"]["file_name"], json!("katalog.pdf"), "{message}");
        }
        assert_eq!(said(&first).len(), 3, "each their own words: {first:?}");
        until(&world.server, &rani, "the end", async || {
            let view = campaign::get(&world.server, &rani.scope, id).await.ok()?;
            (view.status == CampaignStatus::Finished).then_some(())
        })
        .await;
        // The network takes no file any more: none is given to it, because it has this one.
        network.fault(json!({"kind": "media_refused", "code": 415})).await;
        let copy = campaign::duplicate(&world.server, &rani.scope, id, Again::Everybody).await.expect("copies").id;
        campaign::start(&world.server, &rani.scope, copy).await.expect("starts");
        let both = ledger(&world, &rani, &network, &phone, 6).await;
        assert_eq!(said(&both), said(&first));
        let summary = network.ask(&format!("ledger/summary?from={phone}")).await;
        assert_eq!((&summary["accepted"], &summary["wire_duplicates"]), (&json!(6), &json!(0)));
    }

    async fn words_that_go_with_sound_follow_it(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (number, phone) = world.connected(&rani, "CS").await;
        let id = inbox::start(&world.server, &rani.scope, number, RINA).await.expect("opens");
        let sound = [b"OggS\0\x02".as_slice(), &[0; 22], b"OpusHead", &[0; 64]].concat();
        answers(&world, &rani, id, "Dengarkan ya", "pesan.ogg", &sound).await;
        let messages = ledger(&world, &rani, &network, &phone, 2).await;
        let said: Vec<_> = messages.iter().map(|message| (message["kind"].clone(), message["text"].clone())).collect();
        assert_eq!(said, [(json!("audio"), Value::Null), (json!("text"), json!("Dengarkan ya"))]);
        assert_eq!(messages[0]["media"]["sha256"], json!(sha256(&sound)));
    }

    async fn a_file_that_the_network_lost_is_asked_for_again(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (_, phone) = world.connected(&rani, "CS").await;
        network.fault(json!({"kind": "media_gone", "count": 1})).await;
        sends(&network, &phone, json!({"kind": "image", "base64": PNG})).await;
        newest(&world, &rani, "the picture, uploaded once more", is_here).await;
    }

    async fn a_file_that_is_gone_says_so_and_can_be_tried_again(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (_, phone) = world.connected(&rani, "CS").await;
        network.fault(json!({"kind": "media_gone"})).await;
        sends(&network, &phone, json!({"kind": "image", "base64": PNG})).await;
        let gone = MediaFile::Missing { problem: MediaProblem::Expired, again: true };
        let (_, message) = newest(&world, &rani, "the reason", |message| place(message) == Some(&gone)).await;
        network.mend().await;
        inbox::fetch_file(&world.server, &rani.scope, message.id).await.expect("tries again");
        let (_, message) = newest(&world, &rani, "the picture", is_here).await;
        let again = inbox::fetch_file(&world.server, &rani.scope, message.id).await.map_err(Error::from);
        assert_eq!(again, Err(Error::NotFound), "what is here is not fetched again");
        let budi = world.sign_up("Budi").await;
        let theirs = inbox::fetch_file(&world.server, &budi.scope, message.id).await.map_err(Error::from);
        assert_eq!(theirs, Err(Error::NotFound));
    }

    async fn a_file_that_the_network_refuses_fails_its_message_and_no_other(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (number, phone) = world.connected(&rani, "CS").await;
        network.fault(json!({"kind": "media_refused", "code": 415})).await;
        let id = inbox::start(&world.server, &rani.scope, number, RINA).await.expect("opens");
        let budi = inbox::start(&world.server, &rani.scope, number, BUDI).await.expect("opens");
        answers(&world, &rani, id, "", "harga.pdf", PDF).await;
        inbox::reply(&world.server, &rani.scope, budi, "Tanpa berkas").await.expect("queues");
        ledger(&world, &rani, &network, &phone, 1).await;
        let failed = until(&world.server, &rani, "the reason", async || {
            let message = world.thread(&rani, id).await.messages.pop()?;
            (message.state == Some(MessageState::Failed)).then_some(message.fail_reason)
        })
        .await;
        assert_eq!(failed, Some(FailReason::InvalidContent));
    }

    async fn a_file_that_cannot_be_read_holds_up_no_other(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (number, phone) = world.connected(&rani, "CS").await;
        let rina = inbox::start(&world.server, &rani.scope, number, RINA).await.expect("opens");
        let budi = inbox::start(&world.server, &rani.scope, number, BUDI).await.expect("opens");
        // While nobody sends, the store breaks.
        network.stop().await;
        answers(&world, &rani, rina, "", "harga.pdf", PDF).await;
        let [file] = &*files_under(&world.server.config.data_dir.join("media")) else { panic!("one file") };
        std::fs::remove_file(file).expect("removes");
        std::os::unix::fs::symlink(file, file).expect("what can be opened by nobody");
        answers(&world, &rani, budi, "", "lain.pdf", b"%PDF-1.4\nlain\n%%EOF").await;
        let other = world.another_process().await;
        let network = Network::start_in(&other).await;
        let accepted = async |wanted: u64| {
            let summary = network.ask(&format!("ledger/summary?from={phone}")).await;
            (summary["accepted"] == wanted).then_some(())
        };
        until(&other, &rani, "the other file", async || accepted(1).await).await;
        let state = async || world.thread(&rani, rina).await.messages.pop().map(|said| (said.state, said.fail_reason));
        assert_eq!(state().await, Some((Some(MessageState::Queued), None)), "the store may come back");
        // It does not: whoever wiped the disk took the file with it.
        std::fs::remove_file(file).expect("removes");
        world.clock.advance(MINUTE_MS);
        other.nudge.outbox.now();
        let failed = until(&other, &rani, "the reason", async || {
            state().await.filter(|(state, _)| *state == Some(MessageState::Failed))
        })
        .await;
        assert_eq!(failed.1, Some(FailReason::FileNotGiven));
        inbox::reply(&other, &rani.scope, rina, "Tanpa berkas").await.expect("queues");
        until(&other, &rani, "the next message", async || accepted(2).await).await;
    }

    async fn what_was_being_fetched_when_the_owner_died_is_fetched_by_the_next(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (_, phone) = world.connected(&rani, "CS").await;
        network.fault(json!({"kind": "media_gone"})).await;
        sends(&network, &phone, json!({"kind": "image", "base64": PNG})).await;
        newest(&world, &rani, "the reason", |message| matches!(place(message), Some(MediaFile::Missing { .. }))).await;
        // As an owner leaves it that dies while it fetches.
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        let sql = "UPDATE attachment SET problem = NULL, next_at = $1, is_fetching = TRUE";
        execute!(&mut tx, sql, world.server.now() + HOUR_MS).expect("updates");
        tx.commit().await.expect("commits");
        network.mend().await;
        let other = world.another_process().await;
        let _network = network.restart_in(&other).await;
        until(&other, &rani, "the picture", async || {
            let id = world.only_conversation(&rani).await.id;
            is_here(&world.thread(&rani, id).await.messages.pop()?).then_some(())
        })
        .await;
    }
}
