//! Messages that are more than a text, and what they make of earlier ones.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use buffa::MessageField;
use reqwest::StatusCode;
use sandbox::control::dto::{ChatMessage, Phone, ReactionView};
use serde_json::json;
use wa_rs::send::RevokeType;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;

use crate::support::{Addressing, BUDI, Client, Network, OWNER, RINA, in_both_modes, jid};

async fn linked(mode: Addressing) -> (Network, Client) {
    let network = Network::start().await;
    network.add_account(OWNER, mode).await;
    let client = Client::pre_linked(&network, OWNER).await;
    (network, client)
}

fn reaction(from: &str, emoji: &str) -> ReactionView {
    ReactionView { from: from.parse::<Phone>().unwrap(), emoji: emoji.into() }
}

fn text(text: &str) -> wa::Message {
    wa::Message { conversation: Some(text.into()), ..Default::default() }
}

/// Waits until the phone of Rina shows a message as wanted.
async fn shown(network: &Network, id: &str, wanted: impl Fn(&ChatMessage) -> bool) -> ChatMessage {
    let of = |chat: &[ChatMessage]| chat.iter().find(|message| message.id == id && wanted(message)).cloned();
    let chat = network.chat_when("the message", RINA, OWNER, |chat| of(chat).is_some()).await;
    of(&chat).unwrap()
}

in_both_modes! {
    async fn what_people_say_reaches_the_client(mode) {
        let (network, client) = linked(mode).await;
        let sends = async |content| network.person_sends(RINA, OWNER, content).await;
        let question = client.send(RINA, "Kirim ke mana?").await;
        client.delivered_and_read(&question).await;

        let place = sends(json!({"location": {"latitude": -6.175, "longitude": 106.827, "name": "Monas"}, "quote": question})).await;
        let message = client.message(&place).await.location_message.into_option().unwrap();
        assert_eq!((message.degrees_latitude, message.degrees_longitude), (Some(-6.175), Some(106.827)));
        assert_eq!(message.name.as_deref(), Some("Monas"));
        let context = message.context_info.as_option().unwrap();
        assert_eq!(context.stanza_id.as_deref(), Some(&*question));
        assert_eq!(context.quoted_message.as_option().unwrap().conversation.as_deref(), Some("Kirim ke mana?"));

        let card = sends(json!({"contact": {"name": "Budi", "phone": BUDI}})).await;
        let message = client.message(&card).await.contact_message.into_option().unwrap();
        assert_eq!(message.display_name.as_deref(), Some("Budi"));
        assert!(message.vcard.unwrap().contains(&format!("waid={BUDI}:+{BUDI}")));

        let poll = sends(json!({"poll": {"question": "Kapan?", "options": ["Senin", "Selasa"]}})).await;
        let message = client.message(&poll).await.poll_creation_message_v3.into_option().unwrap();
        assert_eq!((message.name.as_deref(), message.options.len()), (Some("Kapan?"), 2));
        assert_eq!(message.options[1].option_name.as_deref(), Some("Selasa"));

        let answer = sends(json!({"text": "Ke situ", "quote": place})).await;
        let message = client.message(&answer).await.extended_text_message.into_option().unwrap();
        assert_eq!(message.text.as_deref(), Some("Ke situ"));
        assert_eq!(message.context_info.as_option().unwrap().stanza_id.as_deref(), Some(&*place));

        let emoji = sends(json!({"reaction": {"to": question, "emoji": "👍"}})).await;
        let message = client.message(&emoji).await.reaction_message.into_option().unwrap();
        assert_eq!(message.text.as_deref(), Some("👍"));
        let key = message.key.as_option().unwrap();
        assert_eq!((key.id.as_deref(), key.from_me), (Some(&*question), Some(false)));

        let edit = sends(json!({"edit": {"of": answer, "text": "Ke sana"}})).await;
        let message = client.message(&edit).await.protocol_message.into_option().unwrap();
        assert_eq!(message.r#type, Some(Type::MESSAGE_EDIT));
        assert_eq!(message.edited_message.as_option().unwrap().conversation.as_deref(), Some("Ke sana"));
        let key = message.key.as_option().unwrap();
        assert_eq!((key.id.as_deref(), key.from_me), (Some(&*answer), Some(true)));

        let delete = sends(json!({"delete": card})).await;
        let message = client.message(&delete).await.protocol_message.into_option().unwrap();
        assert_eq!(message.r#type, Some(Type::REVOKE));
        assert_eq!(message.key.as_option().unwrap().id.as_deref(), Some(&*card));

        // The client has confirmed them all: none comes again.
        for id in [&place, &card, &answer, &emoji, &edit, &delete] {
            network.message_when(id, |message| message.delivered_at_ms.is_some()).await;
        }
        client.stop().await;
    }

    async fn a_phone_shows_what_people_changed(mode) {
        let (network, client) = linked(mode).await;
        let sends = async |content| network.person_sends(RINA, OWNER, content).await;
        let question = client.send(RINA, "Jadi?").await;
        client.delivered_and_read(&question).await;
        let answer = sends(json!({"text": "Jadii", "quote": question})).await;
        let mistake = sends(json!({"text": "salah kirim"})).await;
        sends(json!({"edit": {"of": answer, "text": "Jadi"}})).await;
        sends(json!({"delete": mistake})).await;
        sends(json!({"reaction": {"to": question, "emoji": "😂"}})).await;
        sends(json!({"reaction": {"to": question, "emoji": "👍"}})).await;
        let chat = network.chat(RINA, OWNER).await;
        let [asked, edited, deleted] = &chat[..] else { panic!("{chat:?}") };
        assert_eq!((&asked.id, &asked.reactions), (&question, &vec![reaction(RINA, "👍")]));
        assert_eq!((edited.text.as_deref(), edited.edited, edited.quote.as_ref()), (Some("Jadi"), true, Some(&question)));
        assert_eq!((&deleted.text, deleted.deleted, deleted.kind.as_str()), (&None, true, "text"));
        sends(json!({"reaction": {"to": question, "emoji": ""}})).await;
        assert_eq!(network.chat(RINA, OWNER).await[0].reactions, []);
        client.stop().await;
    }

    async fn a_phone_shows_what_the_account_changed(mode) {
        let (network, client) = linked(mode).await;
        network.person_is(RINA, json!({"replies": [{"match": "tanya", "text": "Ya?", "after_ms": 0}]})).await;
        let offer = client.send(RINA, "Harga 10").await;
        let mistake = client.send(RINA, "salah kirim").await;
        let wish = network.person_writes(RINA, OWNER, "mau satu").await;
        client.text("mau satu").await;
        for id in [&offer, &mistake] {
            client.delivered_and_read(id).await;
        }
        let library = &client.library;
        library.edit_message(jid(RINA), &offer, text("Harga 9, tanya saja")).await.unwrap();
        library.revoke_message(jid(RINA), &mistake, RevokeType::Sender).await.unwrap();
        let key = wa::MessageKey {
            remote_jid: Some(jid(RINA).to_string()),
            from_me: Some(false),
            id: Some(wish.clone()),
            ..Default::default()
        };
        library.send_reaction(jid(RINA), key.clone(), "❤").await.unwrap();
        let edited = shown(&network, &offer, |message| message.edited).await;
        assert_eq!(edited.text.as_deref(), Some("Harga 9, tanya saja"));
        let deleted = shown(&network, &mistake, |message| message.deleted).await;
        assert_eq!((deleted.text, deleted.reactions), (None, vec![]));
        shown(&network, &wish, |message| message.reactions == [reaction(OWNER, "❤")]).await;
        library.send_reaction(jid(RINA), key, "").await.unwrap();
        shown(&network, &wish, |message| message.reactions.is_empty()).await;
        assert_eq!(network.chat(RINA, OWNER).await.len(), 3);
        let ledger = network.ledger().await;
        let about: Vec<_> = ledger.iter().filter_map(|it| Some((it.kind.as_str(), it.about.as_deref()?))).collect();
        let (love, none) = (("reaction", &*wish), ("reaction", &*wish));
        assert_eq!(about, [("edit", &*offer), ("delete", &*mistake), love, none]);
        assert_eq!(network.summary().await.replies, 1, "nobody answers a correction");
        client.stop().await;
    }

    async fn places_cards_and_quotes_of_the_account_are_told(mode) {
        let (network, client) = linked(mode).await;
        let wish = network.person_writes(RINA, OWNER, "di mana?").await;
        let (sender, _) = client.text("di mana?").await;
        let location = wa::message::LocationMessage {
            degrees_latitude: Some(-6.2),
            degrees_longitude: Some(106.8),
            name: Some("Toko".into()),
            ..Default::default()
        };
        let location = wa::Message { location_message: MessageField::some(location), ..Default::default() };
        let contact = wa::message::ContactMessage { display_name: Some("Budi".into()), ..Default::default() };
        let contact = wa::Message { contact_message: MessageField::some(contact), ..Default::default() };
        let quote = wacore::proto_helpers::build_quote_context(&*wish, sender.to_non_ad_string(), &text("di mana?"));
        let answer = wa::message::ExtendedTextMessage {
            text: Some("di sini".into()),
            context_info: MessageField::some(quote),
            ..Default::default()
        };
        let answer = wa::Message { extended_text_message: MessageField::some(answer), ..Default::default() };
        let mut told = Vec::new();
        for message in [location, contact, answer] {
            let id = client.send_message(RINA, message).await;
            client.delivered_and_read(&id).await;
            let entry = shown(&network, &id, |_| true).await;
            told.push((entry.kind, entry.text.unwrap(), entry.quote));
        }
        let expected = [("location", "Toko", None), ("contact", "Budi", None), ("text", "di sini", Some(wish))];
        assert_eq!(told, expected.map(|(kind, text, quote)| (kind.to_owned(), text.to_owned(), quote)));
        client.stop().await;
    }

    async fn what_a_client_cannot_read_comes_again_whole(mode) {
        let (network, client) = linked(mode).await;
        let file = BASE64_STANDARD.encode([7; 3_000]);
        network.fault(json!({"kind": "undecryptable", "person": RINA, "count": 1})).await;
        let id = network.person_sends(RINA, OWNER, json!({"media": {"kind": "image", "base64": file}})).await;
        let image = client.message(&id).await.image_message.into_option().unwrap();
        assert_eq!(client.library.download(&image).await.unwrap(), [7; 3_000]);
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_makes_no_sense_is_refused_by_name() {
    let (network, client) = linked(Addressing::Lid).await;
    let theirs = client.send(RINA, "Harga 10").await;
    client.delivered_and_read(&theirs).await;
    let own = network.person_writes(RINA, OWNER, "mahal").await;
    let gone = network.person_writes(RINA, OWNER, "salah").await;
    network.person_sends(RINA, OWNER, json!({"delete": gone})).await;
    let place = network.person_sends(RINA, OWNER, json!({"location": {"latitude": 0, "longitude": 0}})).await;
    let image = |fields: serde_json::Value| {
        let mut media = json!({"kind": "image", "base64": "aGFsbw=="});
        media.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"media": media})
    };
    let cases = [
        (json!({}), "text"),
        (json!({"text": ""}), "text"),
        (json!({"text": 1}), "text"),
        (json!({"text": "a".repeat(65_537)}), "text"),
        (json!({"text": "a", "delete": own}), "delete"),
        (json!({"text": "a", "quote": "x"}), "quote"),
        (json!({"text": "a", "quote": gone}), "quote"),
        (json!({"delete": own, "quote": theirs}), "quote"),
        (json!({"colour": "red", "text": "a"}), "colour"),
        (json!({"media": "a"}), "media"),
        (image(json!({"kind": "film"})), "media.kind"),
        (image(json!({"base64": "%"})), "media.base64"),
        (image(json!({"base64": ""})), "media.base64"),
        (image(json!({"mime": "png"})), "media.mime"),
        (image(json!({"mime": "image/png\r\nset-cookie: a"})), "media.mime"),
        (image(json!({"kind": "voice", "caption": "a"})), "media.caption"),
        (image(json!({"file_name": "a".repeat(256)})), "media.file_name"),
        (image(json!({"name": "a"})), "media.name"),
        (json!({"reaction": {"to": theirs}}), "reaction.emoji"),
        (json!({"reaction": {"to": "x", "emoji": "👍"}}), "reaction.to"),
        (json!({"reaction": {"to": theirs, "emoji": "a".repeat(33)}}), "reaction.emoji"),
        (json!({"location": {"latitude": 91, "longitude": 0}}), "location.latitude"),
        (json!({"location": {"latitude": 1, "longitude": "1"}}), "location.longitude"),
        (json!({"contact": {"name": "", "phone": BUDI}}), "contact.name"),
        (json!({"contact": {"name": "Budi", "phone": "+62"}}), "contact.phone"),
        (json!({"poll": {"question": "", "options": ["a", "b"]}}), "poll.question"),
        (json!({"poll": {"question": "a", "options": ["a"]}}), "poll.options"),
        (json!({"poll": {"question": "a", "options": ["a", "a"]}}), "poll.options"),
        (json!({"poll": {"question": "a", "options": ["a", "b"], "multiple": 1}}), "poll.multiple"),
        (json!({"edit": {"of": theirs, "text": "a"}}), "edit.of"),
        (json!({"edit": {"of": place, "text": "a"}}), "edit.of"),
        (json!({"edit": {"of": gone, "text": "a"}}), "edit.of"),
        (json!({"edit": {"of": own, "text": ""}}), "edit.text"),
        (json!({"delete": theirs}), "delete"),
        (json!({"delete": gone}), "delete"),
        (json!({"delete": {"id": own}}), "delete"),
    ];
    let before = network.chat(RINA, OWNER).await;
    for (mut body, field) in cases {
        body["to"] = json!(OWNER);
        let (status, answer) = network.post(&format!("/api/people/{RINA}/messages"), body).await;
        assert_eq!((status, &answer["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{answer}");
    }
    let (status, _) =
        network.post(&format!("/api/people/{BUDI}/messages"), json!({"to": OWNER, "text": "a", "quote": own})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a message of another chat");
    let huge = json!({"to": OWNER, "media": {"kind": "image", "base64": "a".repeat(25 * 1024 * 1024)}});
    let (status, _) = network.post(&format!("/api/people/{RINA}/messages"), huge).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(network.chat(RINA, OWNER).await, before);
    client.stop().await;
}
