//! Inputs to begin with: what clients say, and what they should not.

use buffa::{Message as _, MessageField};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::marshal::marshal;
use wacore_binary::{Jid, Node};
use wacore_noise::framing::encode_frame;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{
    ContactMessage, ExtendedTextMessage, FutureProofMessage, ImageMessage, LocationMessage, PollCreationMessage,
    ProtocolMessage, ReactionMessage, SenderKeyDistributionMessage, protocol_message,
};

use super::stage::{OTHER, PERSON, SHOP, Stage, phone, stranger};
use crate::signal::{Endpoint, pad};
use crate::wire::{leaf, node};

type Seed = (&'static str, &'static str, Vec<u8>);

/// Target, name and bytes.
pub fn seeds() -> Vec<Seed> {
    [wire(), stanzas(), plaintexts(), requests(), journals()].concat()
}

/// The parts of an input, each with its length before it.
fn joined(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let with_length = |part: Vec<u8>| {
        let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
        [&length.to_be_bytes()[..], &part].concat()
    };
    parts.into_iter().flat_map(with_length).collect()
}

fn with(first: u8, rest: &[u8]) -> Vec<u8> {
    [&[first], rest].concat()
}

fn wire() -> Vec<Seed> {
    let frame = |size: usize| encode_frame(&vec![7; size], None).expect("a frame");
    let plain = [b"WA\x06\x03".to_vec(), frame(3), frame(0), frame(600)].concat();
    let routed = [b"ED\x00\x01\x00\x00\x03abcWA\x06\x03".to_vec(), frame(40)].concat();
    let hello = |sealed: Option<Vec<u8>>| {
        let ephemeral = Some(vec![9; 32]);
        let hello = wa::handshake_message::ClientHello {
            ephemeral,
            r#static: sealed.clone(),
            payload: sealed,
            ..Default::default()
        };
        wa::HandshakeMessage { client_hello: MessageField::some(hello), ..Default::default() }.encode_to_vec()
    };
    let finish = wa::handshake_message::ClientFinish {
        r#static: Some(vec![1; 48]),
        payload: Some(vec![2; 60]),
        ..Default::default()
    };
    let finish =
        wa::HandshakeMessage { client_finish: MessageField::some(finish), ..Default::default() }.encode_to_vec();
    let deep = (0..100).fold(leaf("a", *b"x"), |inner, _| node("list").children([inner]).build());
    let wide = node("list").children((0..300).map(|_| node("item").build()).collect::<Vec<_>>()).build();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&marshal(&wide).expect("a stanza")[1..]).expect("memory");
    let bomb = {
        let mut bomb = ZlibEncoder::new(Vec::new(), Compression::best());
        bomb.write_all(&vec![0; 32 * 1024 * 1024]).expect("memory");
        bomb.finish().expect("memory")
    };
    let mut seeds = vec![
        ("wire", "frames", with(0, &with(1, &plain))),
        ("wire", "routed frames", with(0, &with(3, &routed))),
        ("wire", "an endless intro", with(0, b"\x40ED\x00\x01\xff\xff\xffabc")),
        ("wire", "another protocol", with(0, b"\x02GET / HTTP/1.1\r\n")),
        ("wire", "xx", with(1, &joined([hello(None), finish]))),
        ("wire", "ik", with(1, &joined([hello(Some(vec![3; 48]))]))),
        ("wire", "deep", with(2, &marshal(&deep).expect("a stanza"))),
        ("wire", "wide", with(2, &marshal(&wide).expect("a stanza"))),
        ("wire", "packed", with(2, &with(2, &packed.finish().expect("memory")))),
        ("wire", "a bomb", with(2, &with(2, &bomb))),
    ];
    let bare = |stanza: Node| with(2, &marshal(&stanza).expect("a stanza"));
    seeds.extend(questions().into_iter().map(|(name, stanza)| ("wire", name, bare(stanza))));
    seeds
}

fn person() -> Jid {
    phone(PERSON).jid()
}

fn iq(kind: &'static str, space: &'static str) -> NodeBuilder {
    node("iq").attr("type", kind).attr("xmlns", space).attr("id", "7").attr("to", "s.whatsapp.net")
}

fn questions() -> Vec<(&'static str, Node)> {
    let lid = Stage::new().world.chat_jid(phone(PERSON), true);
    let user = |jid: &Jid| node("user").attr("jid", jid).build();
    let protocols =
        ["contact", "lid", "devices", "status"].map(|name| NodeBuilder::new_dynamic(name.to_owned()).build());
    let usync = |protocols: Vec<Node>, users: Vec<Node>| {
        let (query, list) = (node("query").children(protocols).build(), node("list").children(users).build());
        let usync = node("usync").attr("sid", "1").attr("mode", "query").attr("context", "interactive");
        iq("get", "usync").children([usync.children([query, list]).build()]).build()
    };
    let skey =
        node("skey").children([leaf("id", [0, 0, 1]), leaf("value", [4; 32]), leaf("signature", [5; 64])]).build();
    let key = |id: u8| node("key").children([leaf("id", [0, 0, id]), leaf("value", [id; 32])]).build();
    let upload = [
        leaf("registration", [0, 0, 0, 9]),
        leaf("identity", [3; 32]),
        node("list").children([key(1), key(2)]).build(),
        skey.clone(),
    ];
    let collection = |version: &'static str, patch: bool| {
        let collection = node("collection").attr("name", "critical_block").attr("version", version);
        if patch { collection.children([leaf("patch", *b"x")]).build() } else { collection.build() }
    };
    let sync = |it: Node| iq("set", "w:sync:app:state").children([node("sync").children([it]).build()]).build();
    let code = node("link_code_companion_reg").attr("stage", "companion_hello").attr("jid", phone(SHOP).jid());
    let code = code.children([leaf("link_code_pairing_wrapped_companion_ephemeral_pub", [6; 80])]).build();
    let participants =
        || vec![node("participant").attr("jid", person()).build(), node("participant").attr("jid", &lid).build()];
    let contact = node("user").children([leaf("contact", *b"+6281311110001")]).build();
    vec![
        ("ping", iq("get", "w:p").children([node("ping").build()]).build()),
        ("active", iq("set", "passive").children([node("active").build()]).build()),
        ("upload keys", iq("set", "encrypt").children(upload).build()),
        ("rotate keys", iq("set", "encrypt").children([node("rotate").children([skey]).build()]).build()),
        ("count keys", iq("get", "encrypt").children([node("count").build()]).build()),
        ("digest keys", iq("get", "encrypt").children([node("digest").build()]).build()),
        (
            "take keys",
            iq("get", "encrypt")
                .children([node("key").children([user(&person()), user(&lid), user(&phone(OTHER).jid())]).build()])
                .build(),
        ),
        ("usync", usync(protocols.to_vec(), vec![user(&person()), user(&lid), contact])),
        ("usync of too much", usync(vec![node("contact").build(); 500], vec![user(&person()); 150])),
        ("app state", sync(collection("0", false))),
        ("app state at the end of numbers", sync(collection("18446744073709551615", true))),
        ("media", iq("set", "w:m").children([node("media_conn").build()]).build()),
        ("settings", iq("get", "abt").children([node("props").build()]).build()),
        ("privacy", iq("get", "privacy").children([node("privacy").build()]).build()),
        ("blocklist", iq("get", "blocklist").build()),
        (
            "picture",
            iq("get", "w:profile:picture")
                .attr("target", person())
                .children([node("picture").attr("type", "image").build()])
                .build(),
        ),
        ("show a picture", iq("set", "w:profile:picture").children([leaf("picture", [8; 100])]).build()),
        ("about", iq("set", "status").children([leaf("status", "👋".repeat(100))]).build()),
        ("mex", iq("get", "w:mex").children([node("query").attr("query_id", "23983697327930364").build()]).build()),
        ("groups", iq("get", "w:g2").children([node("participating").build()]).build()),
        ("a group", iq("get", "w:g2").attr("to", Stage::new().group()).children([node("query").build()]).build()),
        (
            "make a group",
            iq("set", "w:g2")
                .children([node("create").attr("subject", "Baru").children(participants()).build()])
                .build(),
        ),
        (
            "add",
            iq("set", "w:g2")
                .attr("to", Stage::new().group())
                .children([node("add").children(participants()).build()])
                .build(),
        ),
        (
            "remove",
            iq("set", "w:g2")
                .attr("to", Stage::new().group())
                .children([node("remove").children(participants()).build()])
                .build(),
        ),
        (
            "rename",
            iq("set", "w:g2").attr("to", Stage::new().group()).children([leaf("subject", *b"Lain @ Solo")]).build(),
        ),
        (
            "leave",
            iq("set", "w:g2")
                .children([node("leave").children([node("group").attr("id", Stage::new().group()).build()]).build()])
                .build(),
        ),
        ("a code", iq("set", "md").children([code]).build()),
        ("log out", iq("set", "md").children([node("remove-companion-device").build()]).build()),
        ("unknown", iq("get", "w:comms:chat").children([node("thing").build()]).build()),
        ("without id", node("iq").attr("type", "get").attr("xmlns", "w:p").build()),
        (
            "signature",
            node("iq")
                .attr("type", "result")
                .children([node("pair-device-sign").children([leaf("device-identity", [1; 90])]).build()])
                .build(),
        ),
    ]
}

fn stanzas() -> Vec<Seed> {
    let bytes = |stanza: Node| marshal(&stanza).expect("a stanza");
    let mut seeds: Vec<Seed> =
        questions().into_iter().map(|(name, it)| ("stanza", name, with(0, &joined([bytes(it)])))).collect();
    seeds.extend(questions().into_iter().map(|(name, it)| ("stanza", name, with(1, &joined([bytes(it)])))));
    let enc = |kind: &'static str| node("enc").attr("v", "2").attr("type", kind).bytes([0x33; 60]).build();
    let to = |jid: Jid| node("to").attr("jid", jid).children([enc("pkmsg")]).build();
    let message = |to: Jid| node("message").attr("to", to).attr("id", "3EB0A1").attr("type", "text");
    let everybody =
        || node("participants").children([to(person()), to(phone(OTHER).jid()), to(phone(SHOP).jid())]).build();
    let receipt = |kind: &'static str| {
        let entry = Stage::new().world.ledger.chat(phone(PERSON), phone(SHOP));
        let id = entry.first().map_or_else(String::new, |shown| shown.entry.id.clone());
        node("receipt").attr("to", person()).attr("id", id).attr("type", kind)
    };
    let bundle = Endpoint::new([2; 32]).bundle(1);
    let keys = node("keys").children(crate::session::keys::bundle_children(&bundle)).build();
    let retry = node("retry").attr("count", "1").attr("v", "1").build();
    let sealed = node("encrypt").children([leaf("enc_p", [1; 40]), leaf("enc_iv", [2; 12])]).build();
    let rmr = node("rmr").attr("jid", person()).attr("from_me", "false").build();
    let presence = |kind: &'static str| node("presence").attr("type", kind).attr("to", person()).build();
    let several: Vec<(&'static str, Vec<Node>)> = vec![
        ("message", vec![message(person()).children([everybody(), leaf("device-identity", [4; 80])]).build()]),
        (
            "message again",
            vec![message(person()).children([enc("msg")]).build(), message(person()).children([enc("msg")]).build()],
        ),
        ("message to itself", vec![message(phone(SHOP).jid()).children([everybody()]).build()]),
        ("message to a group", vec![message(Stage::new().group()).children([everybody(), enc("skmsg")]).build()]),
        ("message to nobody", vec![message(Jid::newsletter("123")).build()]),
        (
            "group repetition",
            vec![
                message(Stage::new().group()).children([enc("skmsg")]).build(),
                message(Stage::new().group()).attr("participant", person()).children([enc("pkmsg")]).build(),
            ],
        ),
        ("receipts", vec![receipt("delivery").build(), receipt("read").build(), receipt("played").build()]),
        (
            "receipt of a list",
            vec![
                receipt("read")
                    .children([node("list").children([node("item").attr("id", "A").build()]).build()])
                    .build(),
            ],
        ),
        ("retry", vec![receipt("retry").children([retry, leaf("registration", [0, 0, 0, 1]), keys]).build()]),
        ("file again", vec![receipt("server-error").children([sealed, rmr]).build()]),
        (
            "acks",
            vec![
                node("ack").attr("class", "message").attr("id", "A").build(),
                node("ack").attr("class", "receipt").attr("participant", person()).attr("id", "A").build(),
            ],
        ),
        (
            "typing",
            vec![
                node("chatstate")
                    .attr("to", person())
                    .children([node("composing").attr("media", "audio").build()])
                    .build(),
            ],
        ),
        (
            "presence",
            vec![
                presence("subscribe"),
                presence("unsubscribe"),
                node("presence").build(),
                node("presence").attr("type", "unavailable").build(),
            ],
        ),
        ("offline", vec![node("ib").children([node("offline_batch").attr("count", "100").build()]).build()]),
        ("a call", vec![node("call").attr("to", person()).build()]),
    ];
    let all = |list: Vec<Node>| with(0, &joined(list.into_iter().map(bytes)));
    seeds.extend(several.into_iter().map(|(name, list)| ("stanza", name, all(list))));
    let ping = bytes(questions().swap_remove(0).1);
    let device = wa::ClientPayload { username: Some(SHOP), device: Some(1), passive: Some(true), ..Default::default() };
    for (name, payload) in [("login", device), ("stranger", stranger(&Endpoint::new([2; 32])))] {
        seeds.push(("stanza", name, with(2, &joined([payload.encode_to_vec(), ping.clone()]))));
    }
    seeds
}

fn text(text: &str) -> wa::Message {
    wa::Message { conversation: Some(text.into()), ..Default::default() }
}

fn wrapped(mut message: wa::Message, times: usize) -> wa::Message {
    for _ in 0..times {
        let wrapper = FutureProofMessage { message: MessageField::some(message) };
        message = wa::Message { ephemeral_message: MessageField::some(wrapper), ..Default::default() };
    }
    message
}

fn messages() -> Vec<(&'static str, wa::Message)> {
    let key =
        || MessageField::some(wa::MessageKey { id: Some("3EB0F0".into()), from_me: Some(true), ..Default::default() });
    let protocol = |protocol: ProtocolMessage| wa::Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    };
    let edit = ProtocolMessage {
        key: key(),
        r#type: Some(protocol_message::Type::MESSAGE_EDIT),
        edited_message: MessageField::some(text("dua")),
        ..Default::default()
    };
    let edits = (0..30).fold(text("x"), |inner, _| {
        protocol(ProtocolMessage { edited_message: MessageField::some(inner), ..Default::default() })
    });
    let revoke = ProtocolMessage { key: key(), r#type: Some(protocol_message::Type::REVOKE), ..Default::default() };
    let context = wa::ContextInfo {
        stanza_id: Some("Q1".into()),
        quoted_message: MessageField::some(text("q")),
        ..Default::default()
    };
    let answer = ExtendedTextMessage {
        text: Some("iya".into()),
        context_info: MessageField::some(context),
        ..Default::default()
    };
    let image = ImageMessage {
        direct_path: Some("/v/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/0".into()),
        media_key: Some(vec![1; 32]),
        file_sha256: Some(vec![0; 32]),
        file_enc_sha256: Some(vec![0; 32]),
        file_length: Some(u64::MAX),
        caption: Some("promo".into()),
        ..Default::default()
    };
    let reaction = ReactionMessage { key: key(), text: Some("👍".repeat(200)), ..Default::default() };
    let place = LocationMessage { degrees_latitude: Some(f64::NAN), name: Some("Monas".into()), ..Default::default() };
    let card =
        ContactMessage { display_name: Some("Rina".into()), vcard: Some("BEGIN:VCARD".into()), ..Default::default() };
    let poll = PollCreationMessage { name: Some("Kapan?".into()), ..Default::default() };
    let told = SenderKeyDistributionMessage {
        axolotl_sender_key_distribution_message: Some(vec![0x33; 60]),
        ..Default::default()
    };
    vec![
        ("text", text("halo")),
        ("emoji", text(&"👨‍👩‍👧".repeat(150))),
        ("nothing", wa::Message::default()),
        ("wrappers", wrapped(text("halo"), 40)),
        ("edit", protocol(edit)),
        ("edits of edits", edits),
        ("revoke", protocol(revoke)),
        ("answer", wa::Message { extended_text_message: MessageField::some(answer), ..Default::default() }),
        ("image", wa::Message { image_message: MessageField::some(image), ..Default::default() }),
        ("reaction", wa::Message { reaction_message: MessageField::some(reaction), ..Default::default() }),
        ("place", wa::Message { location_message: MessageField::some(place), ..Default::default() }),
        ("card", wa::Message { contact_message: MessageField::some(card), ..Default::default() }),
        ("poll", wa::Message { poll_creation_message_v3: MessageField::some(poll), ..Default::default() }),
        ("chain", wa::Message { sender_key_distribution_message: MessageField::some(told), ..text("x") }),
    ]
}

fn plaintexts() -> Vec<Seed> {
    let padded = messages().into_iter().map(|(name, message)| (name, pad(&message)));
    let mut seeds: Vec<Seed> = padded
        .flat_map(|(name, bytes)| (0..=3).map(move |way| ("plaintext", name, with(way, &bytes))).collect::<Vec<_>>())
        .collect();
    seeds.push(("plaintext", "giant", with(1, &pad(&text(&"a".repeat(1_000_000))))));
    seeds.push(("plaintext", "no padding", with(1, b"")));
    let mut rng = rand::SeedableRng::seed_from_u64(1);
    let (client, phone) = (Endpoint::new([2; 32]), Endpoint::new([1; 32]));
    let peer = super::stage::device();
    let first = client.encrypt(peer, b"halo", || Some(phone.bundle(7)), &mut rng).expect("it can be encrypted");
    seeds.push(("plaintext", "pkmsg", with(4, &first.bytes)));
    seeds.push(("plaintext", "msg", with(5, &first.bytes)));
    let spoken =
        client.encrypt_group(crate::address::GroupId::of(1), b"halo", &[], &mut rng).expect("it can be encrypted");
    seeds.push(("plaintext", "skmsg", with(6, &joined([spoken.distribution, spoken.ciphertext]))));
    seeds
}

fn requests() -> Vec<Seed> {
    let group = Stage::new().group();
    let token = "RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o";
    let auth = crate::media::pass::of(&Stage::new().world.realm(), phone(SHOP));
    let lines = [
        "GET /health\n\n".to_owned(),
        "POST /api/accounts\n\n{\"phone\":\"6281200000009\",\"name\":\"Toko\",\"addressing\":\"pn\"}".to_owned(),
        format!("GET /api/accounts/{SHOP}\n\n"),
        format!("POST /api/accounts/{SHOP}/devices\n\n{{\"noise_key\":\"AAAA\",\"identity_key\":\"AAAA\",\"registration_id\":1,\"signed_prekey\":{{\"id\":1,\"key\":\"AAAA\",\"signature\":\"AAAA\"}}}}"),
        format!("DELETE /api/accounts/{SHOP}/devices/1\n\n"),
        format!("POST /api/accounts/{SHOP}/scan\n\n{{\"qr\":\"https://wa.me/settings/linked_devices#2@a,b,c,d,1\"}}"),
        format!("GET /api/accounts/{SHOP}/chats?limit=5\n\n"),
        format!("POST /api/accounts/{OTHER}/addressing\n\n{{\"addressing\":\"lid\"}}"),
        "PUT /api/world\n\n{\"seed\":1,\"defaults\":{\"read_ms\":null,\"deliver_ms\":[0,18446744073709551615]},\"policy\":{}}".to_owned(),
        "POST /api/reset\n\n".to_owned(),
        format!("PUT /api/people/{PERSON}\n\n{{\"name\":\"Rina\",\"replies\":[{{\"match\":\"(?i)(a|b)*c{{1,9}}\",\"text\":\"x\",\"after_ms\":1}}]}}"),
        format!("POST /api/people/{PERSON}/messages\n\n{{\"to\":\"{SHOP}\",\"text\":\"halo\",\"quote\":\"x\"}}"),
        format!("POST /api/people/{PERSON}/messages\n\n{{\"to\":\"{group}\",\"media\":{{\"kind\":\"image\",\"base64\":\"iVBORw0KGgo=\",\"mime\":\"image/png\",\"caption\":\"c\"}}}}"),
        format!("POST /api/people/{PERSON}/messages\n\n{{\"to\":\"{SHOP}\",\"location\":{{\"latitude\":-6.2,\"longitude\":106.8}}}}"),
        format!("POST /api/people/{PERSON}/messages\n\n{{\"to\":\"{SHOP}\",\"contact\":{{\"name\":\"R;\",\"phone\":\"6281311110002\"}}}}"),
        format!("PUT /api/people/{PERSON}/picture\n\n{{\"base64\":\"iVBORw0KGgo=\"}}"),
        format!("POST /api/people/{PERSON}/presence\n\n{{\"available\":true,\"to\":\"{SHOP}\",\"state\":\"composing\"}}"),
        format!("GET /api/people/{PERSON}/chats/{SHOP}\n\n"),
        format!("GET /api/people/{PERSON}/chats/{group}/A/media\nrange: bytes=0-3\n\n"),
        format!("POST /api/groups\n\n{{\"creator\":\"{SHOP}\",\"subject\":\"G\",\"participants\":[\"{PERSON}\"]}}"),
        format!("PUT /api/groups/{group}\n\n{{\"subject\":\"Lain\"}}"),
        format!("POST /api/groups/{group}/participants\n\n{{\"remove\":[\"{PERSON}\"]}}"),
        format!("GET /api/ledger?from={SHOP}&to={group}&limit=10&cursor=3&since_ms=1\n\n"),
        "GET /api/ledger/summary\n\n".to_owned(),
        "POST /api/faults\n\n{\"kind\":\"media_refused\",\"code\":100,\"probability\":0.5,\"count\":4294967295}".to_owned(),
        "GET /api/faults\n\n".to_owned(),
        "GET /api/events\n\n".to_owned(),
        "GET /ws/chat\nupgrade: websocket\nconnection: upgrade\nsec-websocket-version: 13\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\n\n".to_owned(),
        format!("POST /mms/image/{token}?auth={auth}&file_offset=0\ncontent-length: 6\n\nhello\n"),
        format!("POST /mms/image/{token}?auth={auth}&resume=1\n\n"),
        format!("GET /v/{token}/0?auth={auth}\nrange: bytes=-18446744073709551615\n\n"),
        "GET /health\nhost: evil.example\norigin: https://evil.example\n\n".to_owned(),
        group.to_string(),
        SHOP.to_string(),
        format!("/v/{token}/4294967295"),
    ];
    lines.into_iter().map(|line| ("control", "request", line.into_bytes())).collect()
}

fn journals() -> Vec<Seed> {
    let journal = Stage::new().journal();
    let mut seeds: Vec<Seed> = vec![("journal", "a world", journal.join(&b'\n'))];
    // One thing at a time: what stands on an account needs that.
    let is = |line: &[u8], kind: &str| line.starts_with(format!("{{\"{kind}\"").as_bytes());
    let of = |kind: &'static str| journal.iter().filter(move |line| is(line, kind)).take(2).cloned();
    for kind in ["defaults", "device", "prekeys", "held", "session", "group", "message", "own_chain", "tally"] {
        let lines: Vec<_> = of("realm").chain(of("account")).chain(of("device")).chain(of(kind)).collect();
        seeds.push(("journal", kind, lines.join(&b'\n')));
    }
    for line in [
        "{\"persona\":{\"phone\":\"6281311110001\",\"persona\":{\"read_probability\":0.5}}}",
        "{\"new_phone\":{\"phone\":\"6281311110001\",\"phones\":4294967295}}",
        "{\"picture\":{\"phone\":\"6281311110001\",\"picture\":null}}",
        "{\"tally\":{\"account\":\"6281200000001\",\"nacked\":18446744073709551615,\"counter_reuse\":18446744073709551615}}",
        "{\"confirmed\":{\"account\":\"6281200000001\",\"device\":1,\"at\":18446744073709551615}}",
        "{\"device_removed\":{\"account\":\"6281200000001\",\"device\":1}}",
        "{\"realm\":{\"server_id\":\"\",\"secret\":\"\",\"seed\":0}}",
        "{\"own_chain\":{\"owner\":\"6281311110001\",\"group\":\"120363000000000001@g.us\",\"key\":null,\"told\":[]}}",
    ] {
        seeds.push(("journal", "a line", line.into()));
    }
    seeds
}
