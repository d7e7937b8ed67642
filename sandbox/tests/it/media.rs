//! Media, both ways, over the library's own calls.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use buffa::MessageField;
use reqwest::StatusCode;
use sandbox::control::dto::{LedgerMessage, MediaKind, MediaView};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wa_rs::download::MediaType;
use wa_rs::error::ErrorChainExt as _;
use wa_rs::media::{self, AudioOptions, DocumentOptions, ImageOptions, VideoOptions};
use wa_rs::upload::{UploadOptions, UploadResponse};
use wa_rs::{MediaRetryResult, MediaReuploadRequest};
use waproto::whatsapp as wa;

use crate::support::{Addressing, BUDI, Client, DEADLINE, Network, OWNER, RINA, in_both_modes, jid};

const KINDS: [MediaKind; 6] =
    [MediaKind::Image, MediaKind::Video, MediaKind::Audio, MediaKind::Voice, MediaKind::Document, MediaKind::Sticker];
const MIB: usize = 1024 * 1024;
/// Bytes that are not the same anywhere.
fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn keys(kind: MediaKind) -> MediaType {
    match kind {
        MediaKind::Image => MediaType::Image,
        MediaKind::Video => MediaType::Video,
        MediaKind::Audio | MediaKind::Voice => MediaType::Audio,
        MediaKind::Document => MediaType::Document,
        MediaKind::Sticker => MediaType::Sticker,
    }
}

/// A message as a program makes it with the library.
fn message(kind: MediaKind, up: UploadResponse) -> wa::Message {
    let audio = |ptt| AudioOptions { ptt: Some(ptt), ..Default::default() };
    match kind {
        MediaKind::Image => {
            media::image_message(up, ImageOptions { caption: Some("promo".into()), ..Default::default() })
        }
        MediaKind::Video => media::video_message(up, VideoOptions::default()),
        MediaKind::Audio => media::audio_message(up, audio(false)),
        MediaKind::Voice => media::audio_message(up, audio(true)),
        MediaKind::Document => {
            let file_name = Some("harga.pdf".into());
            let mimetype = Some("application/pdf".into());
            media::document_message(up, DocumentOptions { file_name, mimetype, ..Default::default() })
        }
        MediaKind::Sticker => {
            let image = media::image_message(up, ImageOptions::default()).image_message.into_option().unwrap();
            let sticker = wa::message::StickerMessage {
                mimetype: Some("image/webp".into()),
                direct_path: image.direct_path,
                media_key: image.media_key,
                file_sha256: image.file_sha256,
                file_enc_sha256: image.file_enc_sha256,
                file_length: image.file_length,
                ..Default::default()
            };
            wa::Message { sticker_message: MessageField::some(sticker), ..Default::default() }
        }
    }
}

async fn linked(mode: Addressing) -> (Network, Client) {
    linked_to(Network::start().await, mode).await
}

async fn linked_to(network: Network, mode: Addressing) -> (Network, Client) {
    network.add_account(OWNER, mode).await;
    let client = Client::pre_linked(&network, OWNER).await;
    (network, client)
}

async fn upload(client: &Client, kind: MediaKind, file: &[u8]) -> UploadResponse {
    client.library.upload(file.to_vec(), keys(kind), UploadOptions::new()).await.unwrap()
}

/// Waits until the recipient's phone shows a message and has its file, or knows that it cannot have it.
async fn fetched(network: &Network, id: &str) -> LedgerMessage {
    network.message_when(id, |message| message.media.is_some() && message.delivered_at_ms.is_some()).await
}

/// What the library makes of the file in a message.
async fn download(client: &Client, message: &wa::Message) -> anyhow::Result<Vec<u8>> {
    let library = &client.library;
    if let Some(image) = message.image_message.as_option() {
        return library.download(image).await;
    }
    if let Some(video) = message.video_message.as_option() {
        return library.download(video).await;
    }
    if let Some(audio) = message.audio_message.as_option() {
        return library.download(audio).await;
    }
    if let Some(document) = message.document_message.as_option() {
        return library.download(document).await;
    }
    library.download(message.sticker_message.as_option().unwrap()).await
}

in_both_modes! {
    async fn what_a_client_sends_its_recipient_has(mode) {
        let (network, client) = linked(mode).await;
        for (seed, kind) in KINDS.into_iter().enumerate() {
            let file = bytes(10_000 + seed, seed as u64);
            let up = upload(&client, kind, &file).await;
            let id = client.send_message(RINA, message(kind, up)).await;
            client.delivered_and_read(&id).await;
            let entry = fetched(&network, &id).await;
            let Some(MediaView::Here { kind: told, mime, size, sha256: hash, file_name }) = entry.media else {
                panic!("{kind:?}: {:?}", entry.media);
            };
            assert_eq!((told, size, hash), (kind, file.len() as u64, sha256(&file)));
            assert_eq!(file_name.as_deref(), (kind == MediaKind::Document).then_some("harga.pdf"));
            assert_eq!(entry.text.is_some(), matches!(kind, MediaKind::Image | MediaKind::Document));
            let shown = network.media(RINA, OWNER, &id).await;
            assert_eq!(shown.status(), StatusCode::OK, "{kind:?}");
            assert_eq!(shown.headers()["content-type"], mime.as_str());
            assert_eq!(shown.headers()["x-content-type-options"], "nosniff");
            assert_eq!(shown.headers().contains_key("content-disposition"), kind == MediaKind::Document);
            assert!(shown.bytes().await.unwrap() == file, "{kind:?}: other bytes");
        }
        let chat = network.chat(RINA, OWNER).await;
        let kinds: Vec<_> = chat.iter().map(|message| message.kind.as_str()).collect();
        assert_eq!(kinds, ["image", "video", "audio", "voice", "document", "sticker"]);
        assert!(chat.iter().all(|message| message.media.is_some()));
        client.stop().await;
    }

    async fn what_a_person_sends_a_client_downloads(mode) {
        let (network, client) = linked(mode).await;
        for (seed, kind) in KINDS.into_iter().enumerate() {
            let file = bytes(20_000 + seed, seed as u64);
            let mut sent = json!({"kind": kind, "base64": BASE64_STANDARD.encode(&file), "file_name": "bukti.pdf"});
            if matches!(kind, MediaKind::Image | MediaKind::Video | MediaKind::Document) {
                sent["caption"] = json!("ini buktinya");
            }
            let id = network.person_sends(RINA, OWNER, json!({"media": sent})).await;
            let message = client.message(&id).await;
            let audio = message.audio_message.as_option();
            assert_eq!(audio.and_then(|audio| audio.ptt), audio.map(|_| kind == MediaKind::Voice));
            let caption = message.image_message.as_option().map(|image| image.caption.as_deref());
            assert_eq!(caption, (kind == MediaKind::Image).then_some(Some("ini buktinya")));
            let name = message.document_message.as_option().map(|document| document.file_name.as_deref());
            assert_eq!(name, (kind == MediaKind::Document).then_some(Some("bukti.pdf")));
            assert!(download(&client, &message).await.unwrap() == file, "{kind:?}: other bytes");
            let entry = network.message_when(&id, |message| message.delivered_at_ms.is_some()).await;
            assert!(matches!(entry.media, Some(MediaView::Here { size, .. }) if size == file.len() as u64));
            assert!(network.media(RINA, OWNER, &id).await.bytes().await.unwrap() == file);
        }
        client.stop().await;
    }

    async fn a_large_file_goes_on_where_its_upload_broke_off(mode) {
        let (network, client) = linked(mode).await;
        let file = bytes(6 * MIB, 5);
        let mut encrypted = Vec::new();
        let info = wacore::upload::encrypt_media_streaming(&file[..], &mut encrypted, MediaType::Document).unwrap();
        let token = BASE64_URL_SAFE_NO_PAD.encode(info.file_enc_sha256);
        let auth = client.library.refresh_media_conn(false).await.unwrap().auth;
        break_off(&network, &format!("/mms/document/{token}?auth={auth}&token={token}"), &encrypted, 2 * MIB).await;

        let source = bytes::Bytes::from(encrypted);
        let up = client.library.upload_stream(source, info, MediaType::Document).await.unwrap();
        let asked = client.web.asked();
        let offset: usize = asked[1].split("file_offset=").nth(1).expect("goes on").parse().unwrap();
        assert!(asked.len() == 2 && asked[0].ends_with("&resume=1") && (1..=2 * MIB).contains(&offset), "{asked:?}");
        let id = client.send_message(RINA, message(MediaKind::Document, up.clone())).await;
        fetched(&network, &id).await;
        assert!(network.media(RINA, OWNER, &id).await.bytes().await.unwrap() == file);
        // Whole files are not sent again.
        let options = UploadOptions::new().with_media_key(up.media_key);
        let again = client.library.upload(file, MediaType::Document, options).await.unwrap();
        assert_eq!((again.direct_path, client.web.asked().len()), (up.direct_path, 3));
        client.stop().await;
    }

    async fn one_upload_serves_many(mode) {
        let (network, client) = linked(mode).await;
        let file = bytes(5_000, 1);
        let up = upload(&client, MediaKind::Image, &file).await;
        for person in [RINA, BUDI, "6281311110003"] {
            let id = client.send_message(person, message(MediaKind::Image, up.clone())).await;
            fetched(&network, &id).await;
            assert!(network.media(person, OWNER, &id).await.bytes().await.unwrap() == file);
        }
        assert_eq!(client.web.asked().len(), 1);
        client.stop().await;
    }

    async fn what_is_gone_is_uploaded_again_when_it_is_asked_for(mode) {
        let (network, client) = linked(mode).await;
        let file = bytes(5_000, 1);
        let sent = json!({"media": {"kind": "image", "base64": BASE64_STANDARD.encode(&file)}});
        let id = network.person_sends(RINA, OWNER, sent).await;
        let message = client.message(&id).await;
        let mut image = message.image_message.into_option().unwrap();
        network.fault(json!({"kind": "media_gone", "account": OWNER, "count": 1})).await;
        let error = client.library.download(&image).await.unwrap_err();
        assert_eq!(error.http_status(), Some(410), "also after the library's own repetition");
        let (chat, key) = (jid(RINA), image.media_key.clone().unwrap());
        let request = MediaReuploadRequest {
            msg_id: &id,
            chat_jid: &chat,
            media_key: &key,
            is_from_me: false,
            participant: None,
        };
        let result = client.library.media_reupload().request(&request).await.unwrap();
        let MediaRetryResult::Success { direct_path } = result else { panic!("{result:?}") };
        assert_ne!(Some(&direct_path), image.direct_path.as_ref());
        image.direct_path = Some(direct_path);
        assert!(client.library.download(&image).await.unwrap() == file);

        let wrong_key = MediaReuploadRequest { media_key: &[1; 32], ..request };
        let result = client.library.media_reupload().request(&wrong_key).await.unwrap();
        assert!(matches!(result, MediaRetryResult::DecryptionError), "{result:?}");
        let unknown = MediaReuploadRequest { msg_id: "3EB0", ..wrong_key };
        let result = client.library.media_reupload().request(&unknown).await.unwrap();
        assert!(matches!(result, MediaRetryResult::NotFound), "{result:?}");
        client.stop().await;
    }
}

/// Uploads the first `length` bytes of a file, then lets the line break.
async fn break_off(network: &Network, path: &str, file: &[u8], length: usize) {
    let host = network.base_url().trim_start_matches("http://").to_owned();
    let mut line = tokio::net::TcpStream::connect(&host).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n", file.len());
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&file[..length]).await.unwrap();
    line.shutdown().await.unwrap();
    // The host hangs up, too, once it has noticed.
    let _ = tokio::time::timeout(DEADLINE, line.read_to_end(&mut Vec::new())).await.expect("an end");
}

/// Lets a message say something else of its file.
type Falsify = fn(&mut wa::message::ImageMessage);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_checks_what_it_is_sent() {
    let (network, client) = linked(Addressing::Lid).await;
    let file = bytes(5_000, 1);
    let image = |change: Falsify| {
        let up = client.library.upload(file.clone(), MediaType::Image, UploadOptions::new());
        async move {
            let mut message = message(MediaKind::Image, up.await.unwrap());
            change(message.image_message.as_option_mut().unwrap());
            message
        }
    };
    let cases: [(Falsify, &str); 6] = [
        (|image| image.file_sha256 = Some(vec![0; 32]), "the hash of the file is not the message's"),
        (|image| image.file_enc_sha256 = Some(vec![0; 32]), "the hash of the encrypted file is not the message's"),
        (|image| image.file_length = Some(7), "the file has 5000 bytes, the message says 7"),
        (|image| image.media_key = Some(vec![0; 32]), "the file cannot be decrypted: MAC mismatch"),
        (|image| image.direct_path = Some("/elsewhere".into()), "the message names no file of this media host"),
        (
            |image| {
                let hash = BASE64_URL_SAFE_NO_PAD.encode([7; 32]);
                (image.file_enc_sha256, image.direct_path) = (Some(vec![7; 32]), Some(format!("/v/{hash}/0")));
            },
            "the media host has no such file",
        ),
    ];
    for (change, reason) in cases {
        let id = client.send_message(RINA, image(change).await).await;
        let entry = fetched(&network, &id).await;
        assert_eq!(entry.media, Some(MediaView::Lost { error: reason.into() }));
        assert!(entry.decrypted && entry.text.as_deref() == Some("promo"));
        client.delivered_and_read(&id).await;
        assert_eq!(network.media(RINA, OWNER, &id).await.status(), StatusCode::NOT_FOUND);
    }
    network.fault(json!({"kind": "media_gone", "person": RINA, "count": 1})).await;
    let id = client.send_message(RINA, image(|_| ()).await).await;
    let error = "the file is gone from the media host".to_owned();
    assert_eq!(fetched(&network, &id).await.media, Some(MediaView::Lost { error }));
    assert_eq!(network.summary().await.undecryptable, 0);
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_can_refuse_uploads() {
    let (network, client) = linked(Addressing::Pn).await;
    network.fault(json!({"kind": "media_refused", "count": 1})).await;
    network.fault(json!({"kind": "media_refused", "code": 503, "account": OWNER, "count": 1})).await;
    for status in [507, 503] {
        let upload = client.library.upload(bytes(100, 1), MediaType::Image, UploadOptions::new()).await;
        assert_eq!(upload.unwrap_err().http_status(), Some(status));
    }
    upload(&client, MediaKind::Image, &bytes(100, 1)).await;
    client.stop().await;
}
