//! The media host's manners.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use reqwest::{Method, Response, StatusCode};
use sandbox::control::dto::MediaView;
use sandbox::{DrivenClock, MediaLimits, SandboxConfig};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wa_rs::download::MediaType;
use wa_rs::error::ErrorChainExt as _;
use wa_rs::upload::UploadOptions;

use crate::support::{Addressing, Client, Network, OWNER, RINA};

/// A network with an account, and its client's way to the media host.
struct Place {
    network: Network,
    client: Client,
    http: reqwest::Client,
    auth: String,
}

impl Place {
    async fn open(config: SandboxConfig) -> Self {
        let network = Network::open(config).await;
        network.add_account(OWNER, Addressing::Lid).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let auth = client.library.refresh_media_conn(false).await.unwrap().auth;
        Self { network, client, http: reqwest::Client::new(), auth }
    }

    async fn limited(media: MediaLimits) -> Self {
        Self::open(SandboxConfig { media, ..SandboxConfig::default() }).await
    }

    async fn post(&self, path: &str, file: &[u8]) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.network.base_url());
        let answer = self.http.post(url).body(file.to_vec()).send().await.unwrap();
        let status = answer.status();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// Uploads a file as it should be.
    async fn upload(&self, file: &[u8]) -> (StatusCode, Value) {
        let token = token(file);
        self.post(&format!("/mms/image/{token}?auth={}&token={token}", self.auth), file).await
    }

    async fn stored(&self, file: &[u8]) -> String {
        let (status, answer) = self.upload(file).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["direct_path"].as_str().unwrap().to_owned()
    }

    async fn download(&self, path: &str, range: Option<&str>) -> Response {
        let request = self.http.get(format!("{}{path}", self.network.base_url()));
        let request = if let Some(range) = range { request.header("range", range) } else { request };
        request.send().await.unwrap()
    }

    async fn status(&self, path: &str) -> StatusCode {
        self.download(path, None).await.status()
    }
}

fn token(file: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(file))
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("media")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_takes_nothing_but_what_was_announced() {
    let folder = tempfile::tempdir().unwrap();
    let dir = Some(folder.path().to_owned());
    let place = Place::open(SandboxConfig { dir, ..SandboxConfig::default() }).await;
    let (auth, file) = (&place.auth, b"rahasia".as_slice());
    let (right, other) = (token(file), token(b"lain"));
    let forged = auth.replace(OWNER, "6281200000002");
    let cases = [
        (format!("/mms/image/{right}?token={right}"), StatusCode::UNAUTHORIZED),
        (format!("/mms/image/{right}?auth=x&token={right}"), StatusCode::UNAUTHORIZED),
        (format!("/mms/image/{right}?auth={forged}"), StatusCode::UNAUTHORIZED),
        (format!("/mms/image/{other}?auth={auth}"), StatusCode::BAD_REQUEST),
        (format!("/mms/image/..%2F..%2Fworld?auth={auth}"), StatusCode::BAD_REQUEST),
        (format!("/mms/image/?auth={auth}"), StatusCode::NOT_FOUND),
        (format!("/mms/program/{right}?auth={auth}"), StatusCode::NOT_FOUND),
        (format!("/mms/image/{right}?auth={auth}&file_offset=3"), StatusCode::CONFLICT),
        (format!("/mms/image/{right}?auth={auth}&file_offset=-3"), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("/mms/image/{right}?auth={auth}&resume=yes"), StatusCode::UNPROCESSABLE_ENTITY),
    ];
    for (path, expected) in cases {
        let (status, answer) = place.post(&path, file).await;
        assert_eq!(status, expected, "{path}: {answer}");
    }
    assert_eq!(files(folder.path()), 0, "nothing is left of what was refused");
    let first = place.stored(file).await;
    assert_eq!((place.stored(file).await, files(folder.path())), (first, 1), "kept once");
    place.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_has_an_end() {
    let place = Place::limited(MediaLimits { file_bytes: 1_000, total_bytes: 1_500 }).await;
    let (status, answer) = place.upload(&[1; 1_001]).await;
    assert_eq!(
        (status, &answer["error"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &json!("a file may have 1000 bytes at most"))
    );
    let huge = vec![1; 8 * 1024 * 1024];
    let error = place.client.library.upload(huge, MediaType::Image, UploadOptions::new()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(413));
    // One that does not say how long it is.
    let pieces = futures::stream::iter((0..3).map(|_| Ok::<_, std::io::Error>(vec![1; 500])));
    let url = format!("{}/mms/image/{}?auth={}", place.network.base_url(), token(b"x"), place.auth);
    let body = reqwest::Body::wrap_stream(pieces);
    let answer = place.http.post(url).body(body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);

    place.stored(&[2; 1_000]).await;
    assert_eq!(place.upload(&[3; 501]).await.0, StatusCode::INSUFFICIENT_STORAGE);
    place.stored(&[4; 500]).await;
    let sent = json!({"to": OWNER, "media": {"kind": "image", "base64": BASE64_STANDARD.encode([5; 100])}});
    let (status, answer) = place.network.post(&format!("/api/people/{RINA}/messages"), sent).await;
    assert_eq!(status, StatusCode::INSUFFICIENT_STORAGE, "{answer}");
    assert_eq!(place.network.chat(RINA, OWNER).await, []);
    place.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_given_out_whole_and_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    for dir in [None, Some(folder.path().to_owned())] {
        gives_out(SandboxConfig { dir, ..SandboxConfig::default() }).await;
    }
}

async fn gives_out(config: SandboxConfig) {
    let place = Place::open(config).await;
    let file: Vec<u8> = (0..=255).collect();
    let path = place.stored(&file).await;
    let cases = [
        (None, StatusCode::OK, 0..256, None),
        (Some("bytes=0-9"), StatusCode::PARTIAL_CONTENT, 0..10, Some("bytes 0-9/256")),
        (Some("bytes=250-"), StatusCode::PARTIAL_CONTENT, 250..256, Some("bytes 250-255/256")),
        (Some("bytes=-1"), StatusCode::PARTIAL_CONTENT, 255..256, Some("bytes 255-255/256")),
        (Some("bytes=256-"), StatusCode::RANGE_NOT_SATISFIABLE, 0..0, Some("bytes */256")),
    ];
    for (range, status, expected, told) in cases {
        let answer = place.download(&path, range).await;
        let content_range = answer.headers().get("content-range").map(|range| range.to_str().unwrap().to_owned());
        assert_eq!((answer.status(), content_range.as_deref()), (status, told), "{range:?}");
        assert_eq!(answer.bytes().await.unwrap(), file[expected], "{range:?}");
    }
    let unknown = format!("/v/{}/0", token(b"unknown"));
    for path in
        [unknown.as_str(), "/v/x/0", "/v/..%2F..%2Fworld/0", &path.replace("/0", "/1"), &path.replace("/0", "/-1")]
    {
        assert_eq!(place.status(path).await, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(place.status(&format!("{path}?auth=x")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(place.status(&format!("{path}?auth={}", place.auth)).await, StatusCode::OK);
    let elsewhere = place.http.get(format!("{}{path}", place.network.base_url())).header("host", "example.com");
    assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    place.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_outlives_a_restart_and_no_reset() {
    let folder = tempfile::tempdir().unwrap();
    let config = || SandboxConfig { dir: Some(folder.path().to_owned()), ..SandboxConfig::default() };
    let Place { network, client, auth, http } = Place::open(config()).await;
    let file = b"bukti transfer";
    let sent = json!({"media": {"kind": "document", "base64": BASE64_STANDARD.encode(file), "file_name": "<b>.html",
        "mime": "text/html"}});
    let id = network.person_sends(RINA, OWNER, sent).await;
    let message = client.message(&id).await;
    let document = message.document_message.as_option().unwrap();
    let backend = client.stop().await;
    network.shutdown().await;
    std::fs::write(folder.path().join("media/draft-7"), "left over").unwrap();

    let network = Network::open(config()).await;
    assert_eq!(files(folder.path()), 1, "what no upload finished is removed");
    let client = Client::connect(&network, backend).await;
    assert_eq!(client.library.download(document).await.unwrap(), file);
    let shown = network.media(RINA, OWNER, &id).await;
    assert_eq!(shown.headers()["content-type"], "application/octet-stream", "no page of the sandbox's origin");
    assert_eq!(shown.headers()["content-disposition"], "attachment; filename*=UTF-8''%3Cb%3E.html");
    assert_eq!(shown.bytes().await.unwrap().as_ref(), file);

    network.post("/api/reset", json!({})).await;
    assert_eq!(files(folder.path()), 0);
    let path = document.direct_path.as_deref().unwrap();
    let place = Place { network, client, http, auth };
    assert_eq!(place.status(path).await, StatusCode::NOT_FOUND);
    assert_eq!(place.upload(file).await.0, StatusCode::UNAUTHORIZED);
    place.client.stop().await;
    place.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_kept_for_thirty_days() {
    let clock = Arc::new(DrivenClock::at(1_700_000_000_000));
    let place = Place::open(SandboxConfig { clock: clock.clone(), ..SandboxConfig::default() }).await;
    let path = place.stored(b"lama").await;
    clock.advance(Duration::from_secs(30 * 86_400 - 1));
    assert_eq!(place.status(&path).await, StatusCode::OK);
    clock.advance(Duration::from_secs(1));
    assert_eq!(place.status(&path).await, StatusCode::GONE);
    let again = place.stored(b"lama").await;
    assert_eq!((place.status(&path).await, place.status(&again).await), (StatusCode::GONE, StatusCode::OK));
    place.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_files_that_are_there_are_shown() {
    let place = Place::open(SandboxConfig::default()).await;
    let network = &place.network;
    let text = network.person_writes(RINA, OWNER, "halo").await;
    let sent = json!({"media": {"kind": "voice", "base64": BASE64_STANDARD.encode("suara")}});
    let voice = network.person_sends(RINA, OWNER, sent).await;
    let entry = network.message_when(&voice, |message| message.media.is_some()).await;
    assert!(matches!(entry.media, Some(MediaView::Here { mime, .. }) if mime == "audio/ogg; codecs=opus"));
    assert_eq!(network.media(RINA, OWNER, &voice).await.status(), StatusCode::OK);
    network.person_sends(RINA, OWNER, json!({"delete": voice})).await;
    let (someone, path) = ("6281311119999", format!("/api/people/x/chats/{OWNER}/{voice}/media"));
    for (person, account, id) in
        [(RINA, OWNER, "x"), (RINA, OWNER, &*text), (RINA, OWNER, &*voice), (someone, OWNER, &voice)]
    {
        assert_eq!(network.media(person, account, id).await.status(), StatusCode::NOT_FOUND, "{person} {id}");
    }
    assert_eq!(network.media(RINA, someone, &voice).await.status(), StatusCode::NOT_FOUND);
    let wrong = network.request(Method::GET, &path, None).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    place.client.stop().await;
}
