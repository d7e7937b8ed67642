//! Inputs to begin with: what people send, and what they should not.

use super::OWN;
use buffa::{Message as _, MessageField};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;
use wa::message::{
    AudioMessage, ContactMessage, DocumentMessage, ExtendedTextMessage, FutureProofMessage, ImageMessage,
    LocationMessage, PollCreationMessage, ProtocolMessage, ReactionMessage, StickerMessage, VideoMessage,
    protocol_message,
};
use wacore_binary::{Jid, Node, builder::NodeBuilder, marshal::marshal};
use waproto::whatsapp as wa;

type Seed = (&'static str, &'static str, Vec<u8>);

/// Target, name and bytes.
pub fn seeds() -> Vec<Seed> {
    [inbound(), media(), import()].concat()
}

fn inbound() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (name, message) in messages() {
        seeds.push(("inbound", name, message_in(0, &incoming(), &message.encode_to_vec())));
    }
    let halo = text("halo").encode_to_vec();
    for (name, stanza) in stanzas() {
        seeds.push(("inbound", name, message_in(0, &stanza, &halo)));
        seeds.push(("inbound", name, message_in(1, &stanza, &[])));
    }
    let truncated = &halo[..halo.len() - 2];
    seeds.push(("inbound", "truncated", message_in(0, &incoming(), truncated)));
    seeds.push(("inbound", "another type", message_in(0, &incoming(), &[0x08, 0x01, 0x0a, 0x02, 0x08, 0x01])));
    for (name, group) in groups() {
        seeds.push(("inbound", name, [&[2], marshal(&group).expect("a stanza").as_slice()].concat()));
    }
    seeds
}

fn message_in(what: u8, stanza: &Node, message: &[u8]) -> Vec<u8> {
    let stanza = marshal(stanza).expect("a stanza");
    let length = u16::try_from(stanza.len()).expect("short").to_be_bytes();
    [&[what], &length[..], &stanza, message].concat()
}

fn node(tag: &'static str) -> NodeBuilder {
    NodeBuilder::new(tag)
}

fn message_from(from: Jid) -> NodeBuilder {
    node("message")
        .attr("from", from)
        .attr("id", "3EB0A1B2C3")
        .attr("t", "1800000000")
        .attr("type", "text")
        .attr("notify", "Rina")
}

fn incoming() -> Node {
    message_from(Jid::lid("770000000000001")).attr("sender_pn", Jid::pn("6281311110001")).build()
}

/// Who writes, and what the network says of it.
fn stanzas() -> Vec<(&'static str, Node)> {
    let (lid, pn) = (|| Jid::lid("770000000000001"), || Jid::pn("6281311110001"));
    let own = || message_from(Jid::lid_device(OWN.1, 3)).attr("recipient", lid());
    vec![
        ("lid and phone", incoming()),
        ("phone and lid", message_from(pn()).attr("sender_lid", lid()).build()),
        ("only lid", message_from(lid()).build()),
        ("only phone", message_from(pn()).build()),
        ("lid of no digits", message_from(Jid::lid("7".repeat(300))).build()),
        ("lid as alias of lid", message_from(lid()).attr("sender_pn", Jid::lid("x\0y")).build()),
        ("phone that is none", message_from(Jid::pn("0")).attr("sender_lid", lid()).build()),
        ("self sent", own().attr("peer_recipient_pn", pn()).build()),
        ("self sent to itself", message_from(Jid::pn(OWN.0)).build()),
        ("by a bot", message_from("867051314767696@bot".parse().expect("a jid")).build()),
        ("by another messenger", message_from("1234567890@msgr".parse().expect("a jid")).build()),
        ("to a list", message_from("1234567890@broadcast".parse().expect("a jid")).attr("participant", lid()).build()),
        ("status", message_from("status@broadcast".parse().expect("a jid")).attr("participant", lid()).build()),
        ("channel", message_from(Jid::newsletter("120363000000000001")).build()),
        ("group", message_from(Jid::group("120363000000000001")).attr("participant", lid()).build()),
        ("hosted", message_from("6281311110001@hosted".parse().expect("a jid")).build()),
        ("peer", message_from(Jid::pn(OWN.0)).attr("category", "peer").build()),
        ("edit", message_from(lid()).attr("edit", "1").build()),
        (
            "names and ids",
            message_from(lid()).attr("notify", "R\0i\r\nna\u{202e}".repeat(100)).attr("id", "A\nB").build(),
        ),
        ("long id", message_from(lid()).attr("id", "A".repeat(300)).build()),
        ("long ago", message_from(lid()).attr("t", "-9000000000000").build()),
        ("in a long time", message_from(lid()).attr("t", "8210298412799").build()),
    ]
}

fn text(text: &str) -> wa::Message {
    wa::Message { conversation: Some(text.into()), ..Default::default() }
}

fn key(id: &str) -> MessageField<wa::MessageKey> {
    MessageField::some(wa::MessageKey { id: Some(id.into()), from_me: Some(true), ..Default::default() })
}

fn quoting(quoted: wa::Message) -> MessageField<wa::ContextInfo> {
    let context = wa::ContextInfo {
        stanza_id: Some("Q1".into()),
        quoted_message: MessageField::some(quoted),
        ..Default::default()
    };
    MessageField::some(context)
}

fn extended(quoted: wa::Message) -> wa::Message {
    let answer = ExtendedTextMessage { text: Some("iya".into()), context_info: quoting(quoted), ..Default::default() };
    wa::Message { extended_text_message: MessageField::some(answer), ..Default::default() }
}

fn protocol(protocol: ProtocolMessage) -> wa::Message {
    wa::Message { protocol_message: MessageField::some(protocol), ..Default::default() }
}

fn wrapped(mut message: wa::Message, times: usize) -> wa::Message {
    for _ in 0..times {
        let wrapper = FutureProofMessage { message: MessageField::some(message) };
        message = wa::Message { view_once_message_v2: MessageField::some(wrapper), ..Default::default() };
    }
    message
}

macro_rules! file {
    ($type:ident { $($name:ident: $value:expr),* $(,)? }) => {
        MessageField::some($type {
            direct_path: Some("/v/t62.7118-24/1.enc?ccb=11-4".into()),
            media_key: Some(vec![1; 32]),
            file_sha256: Some(vec![2; 32]),
            file_enc_sha256: Some(vec![3; 32]),
            file_length: Some(1_000),
            $($name: $value,)*
            ..Default::default()
        })
    };
}

fn messages() -> Vec<(&'static str, wa::Message)> {
    let revoke = ProtocolMessage { key: key("A1"), r#type: Some(protocol_message::Type::REVOKE), ..Default::default() };
    let edit = |edited: wa::Message| ProtocolMessage {
        key: key("A1"),
        r#type: Some(protocol_message::Type::MESSAGE_EDIT),
        edited_message: MessageField::some(edited),
        ..Default::default()
    };
    let reaction = |emoji: String| {
        let reaction = ReactionMessage { key: key("A1"), text: Some(emoji), ..Default::default() };
        wa::Message { reaction_message: MessageField::some(reaction), ..Default::default() }
    };
    let (caption, context_info) = (Some("promo\u{0}".to_owned()), quoting(text("q")));
    let image = file!(ImageMessage { caption: caption.clone(), context_info: context_info });
    let hostile = ImageMessage {
        direct_path: Some("/v\r\nHost: evil/".into()),
        file_length: Some(u64::MAX),
        media_key: Some(vec![1; 31]),
        ..Default::default()
    };
    let place = LocationMessage { name: Some("Monas".into()), degrees_latitude: Some(f64::NAN), ..Default::default() };
    let card =
        ContactMessage { display_name: Some("Rina\n".into()), vcard: Some("BEGIN:VCARD".into()), ..Default::default() };
    let poll = PollCreationMessage { name: Some("Kapan?".into()), ..Default::default() };
    let document = file!(DocumentMessage { file_name: Some("../\u{202e}gpj.exe".repeat(30)), title: Some("x".into()) });
    vec![
        ("text", text("halo")),
        ("4096 emoji", text(&"👨‍👩‍👧‍👦".repeat(4_096))),
        ("giant", text(&"a".repeat(2_000_000))),
        ("giant answer", extended(text(&"a".repeat(1_000_000)))),
        ("nothing", wa::Message::default()),
        ("answer", extended(text("apa?"))),
        ("nested quotes", (0..25).fold(text("x"), |inner, _| extended(inner))),
        ("wrappers", wrapped(text("halo"), 3)),
        ("too many wrappers", wrapped(text("halo"), 45)),
        ("revoke", protocol(revoke)),
        ("edit", protocol(edit(text("dua")))),
        ("edit of a wrapper", wrapped(protocol(edit(wrapped(text("dua"), 2))), 1)),
        ("edit of an edit", protocol(edit(protocol(edit(text("x")))))),
        ("settings", protocol(ProtocolMessage::default())),
        ("reaction", reaction("👍🏽".into())),
        ("4096 emoji as one", reaction("👍".repeat(4_096))),
        ("reaction with controls", reaction("\u{7f}\r\n".into())),
        ("image", wa::Message { image_message: image, ..Default::default() }),
        ("hostile file", wa::Message { image_message: MessageField::some(hostile), ..Default::default() }),
        (
            "video",
            wa::Message {
                video_message: file!(VideoMessage { caption: caption, seconds: Some(u32::MAX) }),
                ..Default::default()
            },
        ),
        ("voice", wa::Message { audio_message: file!(AudioMessage { ptt: Some(true) }), ..Default::default() }),
        ("document", wa::Message { document_message: document, ..Default::default() }),
        ("sticker", wa::Message { sticker_message: file!(StickerMessage {}), ..Default::default() }),
        ("place", wa::Message { location_message: MessageField::some(place), ..Default::default() }),
        ("card", wa::Message { contact_message: MessageField::some(card), ..Default::default() }),
        ("poll", wa::Message { poll_creation_message_v3: MessageField::some(poll), ..Default::default() }),
    ]
}

fn groups() -> Vec<(&'static str, Node)> {
    let own = || {
        node("participant")
            .attr("jid", Jid::lid(OWN.1))
            .attr("phone_number", Jid::pn(OWN.0))
            .attr("type", "superadmin")
            .build()
    };
    let member = |number: u64| {
        let lid = Jid::lid((770_000_000_000_000 + number).to_string());
        node("participant")
            .attr("jid", lid)
            .attr("phone_number", Jid::pn((6_281_311_110_000 + number).to_string()))
            .build()
    };
    let group = |subject: String, participants: Vec<Node>| {
        let group =
            node("group").attr("id", "120363000000000001").attr("subject", subject).attr("addressing_mode", "lid");
        group.attr("size", participants.len()).attr("creation", "1700000000").children(participants).build()
    };
    vec![
        ("group", group("Keluarga".into(), vec![own(), member(1), member(2)])),
        ("group with a member twice", group("K".into(), vec![own(), member(1), member(1), own()])),
        ("group without the number", group("K".into(), vec![member(1)])),
        ("group with a subject of controls", group("\r\n\0\u{202e}".repeat(40), vec![own()])),
        ("group of many", group("K".into(), (0..400).map(member).chain([own()]).collect())),
    ]
}

fn media() -> Vec<Seed> {
    let written = |picture: DynamicImage, format| {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).expect("writes");
        out.into_inner()
    };
    let noise = || {
        DynamicImage::ImageRgb8(RgbImage::from_fn(20, 12, |x, y| Rgb([(x * 7) as u8, (y * 13) as u8, (x * y) as u8])))
    };
    let glass = || DynamicImage::ImageRgba8(RgbaImage::from_pixel(9, 16, Rgba([200, 30, 30, 9])));
    let grey = || DynamicImage::ImageLuma16(noise().to_luma16());
    let photo = written(noise(), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    let turned = [&photo[..2], &[0xff, 0xe1, 0, exif.len() as u8 + 2], &exif, &photo[2..]].concat();
    let mut bomb = written(noise(), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0x2e, 0xe0, 0, 0, 0x2e, 0xe0]);
    let contents: Vec<(&'static str, Vec<u8>)> = vec![
        ("jpeg", photo),
        ("turned jpeg", turned),
        ("png", written(noise(), ImageFormat::Png)),
        ("png of glass", written(glass(), ImageFormat::Png)),
        ("png of 16 bits", written(grey(), ImageFormat::Png)),
        ("webp", written(glass(), ImageFormat::WebP)),
        ("bomb", bomb),
        ("gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("pdf", b"%PDF-1.4\n".to_vec()),
        ("zip", b"PK\x03\x04\x14\0\0\0\0\0".to_vec()),
        ("mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()),
        ("ogg", b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead".to_vec()),
        ("html", b"<!DOCTYPE html><html><script>alert(1)</script>".to_vec()),
        ("svg", b"<?xml version=\"1.0\"?><svg onload='alert(1)'/>".to_vec()),
        ("nothing", Vec::new()),
    ];
    let each = |(name, content): (&'static str, Vec<u8>)| {
        (0..3).map(move |whose| ("media", name, [&[whose], content.as_slice()].concat()))
    };
    contents.into_iter().flat_map(each).collect()
}

fn import() -> Vec<Seed> {
    let utf16 = |text: &str| -> Vec<u8> {
        [&[0xff, 0xfe][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat()
    };
    let plain =
        "Nama,No. HP,Kota,Berhenti\nDewi,0812-5550-0142,Solo,\nBudi,+62 813 5550 0143 / 0814 5550 0144,Solo,STOP\n";
    let google = "First Name,Last Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value\nDewi,A,* ,0812-5550-0142 ::: 081255500142,\n";
    let phones: String = (0..80).map(|n| format!("0812555{n:05};")).collect();
    let many = format!("hp|{}\n{phones}|{}\n", "kota|".repeat(20), format!("{}|", "x".repeat(60)).repeat(20));
    let texts: Vec<(&'static str, Vec<u8>)> = vec![
        ("plain", plain.into()),
        ("semicolons", plain.replace(',', ";").into()),
        ("google", google.into()),
        ("utf-16", utf16(plain)),
        ("windows", b"Nama;HP\nCaf\xe9;081255500142\n".to_vec()),
        ("hint", b"sep=;\nNama;HP\na,b;081255500142\n".to_vec()),
        ("hint of a quote", b"sep=\"\nNama\"HP\na\"081255500142\n".to_vec()),
        ("quotes", b"phone,name\n1,Dewi\n2,\"Budi\n3,Sari\n4,\"Eko \"\"E\"\"\"\n".to_vec()),
        ("open quotes", "a,b\n1,\"x\n".repeat(120).into()),
        ("shortened", b"hp,nama\n\"8,12346E+11\",x\n6.28E+11,y\n081255500142.0,z\n".to_vec()),
        ("no header", b"081255500142,Dewi\n081255500143,Budi\n".to_vec()),
        ("title", b"Laporan Pesanan\nNama,Telepon\nDewi,081255500142\n".to_vec()),
        ("same headers", format!("{}hp\n{}081255500142\n", "a,".repeat(300), "x,".repeat(300)).into()),
        ("too many columns", format!("{}hp\n", "a,".repeat(100_000)).into()),
        ("many phones", many.into()),
        ("words", format!("hp\n{}\n", "0812 5550 0142 dan ".repeat(200)).into()),
        ("binary", b"PK\x03\x04 a workbook".to_vec()),
        ("digits of others", "hp\n٠٨١٢٥٥٥٠٠١٤٢\n०८१२५५५००१४२\n＋６２８１２５５５００１４２\n".into()),
        ("nothing", Vec::new()),
    ];
    let each = |(name, content): (&'static str, Vec<u8>)| {
        [0, 129].map(|how| ("import", name, [&[how], content.as_slice()].concat()))
    };
    texts.into_iter().flat_map(each).collect()
}
