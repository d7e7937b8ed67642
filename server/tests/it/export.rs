//! An export, read back by programs that know nothing of Sapa.

use crate::support::{Member, World, on_both};
use domain::{
    ContactId, Error, MessageId, Millis,
    message::{Direction, MessageKind},
};
use server::{
    engine::Tick,
    error,
    export::{self, Export},
    inbox, insert_rows,
    media::Upload,
    number,
    outbox::{self, Sender},
    removal,
};
use std::{
    collections::HashSet,
    io::{Cursor, Read as _},
    time::Duration,
};
use tokio::io::AsyncReadExt as _;

const PERSON: &str = "6281255500001";

async fn exported(world: &World, member: &Member, sender: Sender) -> Export {
    export::open(&world.server, &member.scope, sender.number).await.expect("opens")
}

/// The files in it, by their names.
pub fn unzip(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
    (0..zip.len())
        .map(|i| {
            let mut file = zip.by_index(i).expect("a file");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("UTF-8");
            (file.name().expect("a name").into_owned(), text)
        })
        .collect()
}

pub fn table(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("says that it is UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("CSV").iter().map(str::to_owned).collect()).collect()
}

/// So many messages from each of these people.
async fn many(world: &World, member: &Member, sender: Sender, people: &[ContactId], each: i64) {
    for person in people {
        let mut tx = world.server.db.begin(&member.scope).await.expect("begins");
        let messages: Vec<i64> = (0..each).collect();
        insert_rows!(
            &mut tx,
            "INSERT INTO message (message_id, tenant_id, number_id, contact_id, direction, kind, body, wa_id, bot_due, at)",
            &messages,
            |n| [
                world.server.new_id::<MessageId>(),
                sender.tenant,
                sender.number,
                *person,
                Direction::Incoming,
                MessageKind::Text,
                format!("Pesan {n}"),
                format!("IN{n}"),
                false,
                // Three at a time in the same moment.
                Millis(n / 3)
            ],
            ""
        )
        .expect("inserts");
        tx.commit().await.expect("commits");
    }
}

on_both! {
    async fn an_export_says_what_was_said(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.hears(sender, PERSON, "IN1", "=HYPERLINK(\"http://x\")").await;
        let conversation = world.only_conversation(&rani).await.id;
        world.clock.advance(1_000);
        inbox::reply(&world.server, &rani.scope, conversation, "Halo,\nada \"promo\"").await.expect("replies");
        let campaign = world.campaign(&rani, sender).await;
        world.clock.advance(1_000);
        world.settle().await;
        let sent: Vec<_> = world.claim(sender, 1).await.into_iter().map(|message| message.wa_id).collect();
        outbox::accepted(&world.server, sender, sent).await.expect("accepts");

        let export = exported(&world, &rani, sender).await;
        assert_eq!(export.name(), "CS 2026-11-20");
        let mut bytes = Vec::new();
        export.write(&mut bytes).await.expect("writes");
        let files = unzip(bytes);
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["number.json", "conversations.csv", "messages.csv", "groups.csv"]);

        let number: serde_json::Value = serde_json::from_str(&files[0].1).expect("JSON");
        assert_eq!((&number["label"], &number["state"]), (&"CS".into(), &"connected".into()));
        assert_eq!(number["exported_at"], "2026-11-20T12:00:02+07:00");
        assert_eq!(number["days"][0]["day"], "2026-11-20");
        let conversations = table(&files[1].1);
        assert_eq!(conversations[0], ["phone", "name", "status", "unread", "messages", "begun_at", "last_at"]);
        assert_eq!(conversations[1][..5], ["6281255500001", "", "open", "0", "3"]);
        assert_eq!(conversations[1][5], "2026-11-20T12:00:00+07:00");

        let messages = table(&files[2].1);
        let head = ["time", "phone", "name", "direction", "kind", "text", "state", "reason", "campaign", "sent_by"];
        assert_eq!(messages[0][..10], head);
        let row = |n: usize| messages[n][..10].iter().map(String::as_str).collect::<Vec<_>>();
        let formula = "'=HYPERLINK(\"http://x\")";
        let first = ["2026-11-20T12:00:00+07:00", "6281255500001", "", "incoming", "text", formula, "", "", "", ""];
        assert_eq!(row(1), first);
        let answer = "Halo,\nada \"promo\"";
        let second = ["2026-11-20T12:00:01+07:00", "6281255500001", "", "outgoing", "text", answer, "sent", "", "", "Rani"];
        assert_eq!(row(2), second);
        // The text of a campaign is chosen by its id.
        assert!(["Halo Kak", "Hai Kak"].contains(&row(3)[5]), "{:?}", row(3));
        assert_eq!(row(3)[6..], ["queued", "", campaign.name.as_str(), "campaign"]);
        assert_eq!(messages.len(), 4);
    }

    async fn an_export_holds_each_file_once_and_its_messages_name_it(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.hears(sender, PERSON, "IN1", "Minta daftar harga").await;
        let conversation = world.only_conversation(&rani).await.id;
        for name in ["harga.pdf", "lagi.pdf"] {
            let mut upload = Upload::begin(&world.server, name).expect("begins");
            upload.write(b"%PDF-1.4\nharga\n%%EOF").expect("writes");
            world.clock.advance(1_000);
            inbox::reply_with_file(&world.server, &rani.scope, conversation, "", upload).await.expect("answers");
        }
        let mut bytes = Vec::new();
        exported(&world, &rani, sender).await.write(&mut bytes).await.expect("writes");
        let files = unzip(bytes);
        let (name, content) = files.last().expect("a file");
        assert_eq!((files.len(), content.as_str()), (5, "%PDF-1.4\nharga\n%%EOF"));
        assert!(name.starts_with("files/") && name.ends_with(".pdf"), "{name}");
        let messages = table(&files[2].1);
        assert_eq!(messages[0][10..], ["edited_at", "deleted_at", "file", "file_name"]);
        let files: Vec<_> = messages[1..].iter().map(|row| (row[12].as_str(), row[13].as_str())).collect();
        assert_eq!(files, [("", ""), (name.as_str(), "harga.pdf"), (name.as_str(), "lagi.pdf")]);
    }

    async fn an_export_of_many_messages_has_each_once_and_in_order(world: World) {
        const EACH: i64 = 701;
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let people = world.contacts(&rani, 15).await;
        many(&world, &rani, sender, &people, EACH).await;
        let mut bytes = Vec::new();
        exported(&world, &rani, sender).await.write(&mut bytes).await.expect("writes");
        let messages = table(&unzip(bytes)[2].1);
        assert_eq!(messages.len(), 1 + 15 * 701);
        let mut phones = HashSet::new();
        for chat in messages[1..].chunks(701) {
            assert!(chat.iter().all(|row| row[1] == chat[0][1]), "a chat stands together");
            phones.insert(chat[0][1].as_str());
            assert!(chat.is_sorted_by_key(|row| row[0].clone()), "each from its beginning");
            let mut said: Vec<_> = chat.iter().map(|row| row[5].clone()).collect();
            said.sort();
            said.dedup();
            assert_eq!(said.len(), 701);
        }
        assert_eq!(phones.len(), 15);
    }

    async fn readers_that_take_their_time_hold_nobody_up(world: World) {
        // More than there are connections to the database.
        const READERS: usize = 30;
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let people = world.contacts(&rani, 2).await;
        many(&world, &rani, sender, &people, 2_000).await;
        let mut readers = Vec::new();
        for _ in 0..READERS {
            let (to, mut from) = tokio::io::duplex(64);
            let export = exported(&world, &rani, sender).await;
            tokio::spawn(async move { export.write(to).await });
            from.read_exact(&mut [0; 16]).await.expect("begins");
            readers.push(from);
        }
        let answered = tokio::time::timeout(Duration::from_secs(20), number::list(&world.server, &rani.scope)).await;
        assert_eq!(answered.expect("is not held up").expect("lists").len(), 1);
        let mut whole = Vec::new();
        readers.remove(0).read_to_end(&mut whole).await.expect("reads on");
        // The first sixteen bytes were read already.
        assert!(whole.len() > 1_000);
    }

    async fn an_export_of_a_number_that_is_deleted_meanwhile_does_not_pass_for_whole(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let people = world.contacts(&rani, 2).await;
        many(&world, &rani, sender, &people, 2_000).await;
        let (to, mut from) = tokio::io::duplex(64);
        let export = exported(&world, &rani, sender).await;
        let writing = tokio::spawn(async move { export.write(to).await });
        from.read_exact(&mut [0; 16]).await.expect("begins");
        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        let mut half = Vec::new();
        from.read_to_end(&mut half).await.expect("reads on");
        let written = writing.await.expect("does not panic");
        assert!(matches!(written, Err(error::Error::Domain(Error::NotFound))), "{written:?}");
        assert!(zip::ZipArchive::new(Cursor::new(half)).is_err());
        assert_eq!(removal::engine::tick(&world.server).await.expect("ticks"), Tick::Idle, "it waits for its session");
    }
}
