//! What a hostile client must not break: the bodies of the fuzz targets (fuzz/README.md says how they are run). Unit tests
//! replay what fuzzing found; no other build has this.
//!
//! An input of several parts has two bytes of length before each of them; the last one has what is left.

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;
mod seed;
mod stage;

pub use seed::seeds;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Request, StatusCode};
use futures::StreamExt as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use wacore_binary::Node;
use wacore_binary::marshal::marshal;

use crate::address::{GroupId, Phone, Recipient};
use crate::clock::DrivenClock;
use crate::content::Content;
use crate::control::dto::ErrorBody;
use crate::control::{guard::Gate, router};
use crate::disk::Record;
use crate::media::Link;
use crate::signal::{Endpoint, pad, unpad};
use crate::wire::channel::{Intake, read_stanza};
use crate::wire::noise::{self, Answer, ServerKeys};
use crate::wire::{Stanza as _, is_repeatable};
use crate::world::World;
use stage::Stage;

/// What the network may say to a client for each byte that it heard, and besides.
const ECHO: usize = 64;
const ECHO_BESIDES: usize = 32 * 1024;

/// The first part of an input, and the rest.
fn part(data: &[u8]) -> (&[u8], &[u8]) {
    let Some((length, rest)) = data.split_first_chunk::<2>() else { return (data, &[]) };
    rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()))
}

fn parts(mut data: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (first, rest) = part(data);
        (!std::mem::replace(&mut data, rest).is_empty()).then_some(first)
    })
}

/// Bytes of a socket before there is a client: frames, the Noise handshake, binary nodes.
pub fn wire(data: &[u8]) {
    match data.split_first() {
        Some((0, bytes)) => frames(bytes),
        Some((1, bytes)) => handshake(bytes),
        Some((_, bytes)) => nodes(bytes),
        None => {}
    }
}

/// However a client cuts what it sends, the frames are the same.
fn frames(data: &[u8]) {
    let Some((&size, stream)) = data.split_first() else { return };
    let take = |size: usize| {
        let (mut intake, mut frames) = (Intake::new(), Vec::new());
        for piece in stream.chunks(size) {
            if intake.take(piece).is_err() {
                return None;
            }
            while let Some(frame) = intake.next() {
                frames.push(frame.to_vec());
            }
        }
        Some(frames)
    };
    let whole = take(stream.len().max(1));
    assert_eq!(whole, take(usize::from(size).max(1)));
    let length: usize = whole.iter().flatten().map(Vec::len).sum();
    assert!(length <= stream.len(), "nothing is made of nothing");
}

fn handshake(data: &[u8]) {
    static KEYS: OnceLock<ServerKeys> = OnceLock::new();
    let mut rng = StdRng::seed_from_u64(1);
    let keys = KEYS.get_or_init(|| ServerKeys::generate(&mut StdRng::seed_from_u64(2), 1_800_000_000));
    let (hello, finish) = part(data);
    if let Ok(Answer::Asked { pending, .. }) = noise::answer(keys, hello, &mut rng) {
        _ = pending.finish(finish);
    }
}

/// A stanza that a session takes can be written, and is the same when it is read again.
fn nodes(data: &[u8]) {
    let Ok(stanza) = read_stanza(data) else { return };
    _ = (stanza.jid("to"), stanza.key32(), stanza.number());
    if !is_repeatable(&stanza) {
        return;
    }
    let written = marshal(&stanza).expect("what was read can be written");
    let again = read_stanza(&written).expect("what was written can be read");
    let twice = marshal(&again).expect("what was read can be written");
    assert_eq!(twice, written, "a stanza has one form");
}

/// Stanzas of a client, linked or not: questions, receipts, messages, pairing. The first byte says who the client is; 2
/// stands for a login of its own making, which is the first part.
pub fn stanza(data: &[u8]) {
    let Some((&who, data)) = data.split_first() else { return };
    let (login, data) = if who == 2 { part(data) } else { (&[][..], data) };
    let runtime = stage::runtime();
    let _entered = runtime.enter();
    let mut stage = Stage::new();
    stage.log_in(who, login);
    for frame in parts(data) {
        let Ok(stanza) = read_stanza(frame) else { break };
        let taken = stage.session.take(&stanza);
        let said = (stage.sent)();
        let bytes: usize = said.iter().map(|node| written(node).len()).sum();
        assert!(bytes <= ECHO * frame.len() + ECHO_BESIDES, "{bytes} bytes of answer to {}", frame.len());
        if taken.is_err() {
            break;
        }
        let asks = stanza.tag == "iq" && matches!(stanza.text("type").as_deref(), Some("get" | "set"));
        let id = stanza.text("id").unwrap_or_default();
        let answers = |node: &&Node| node.tag == "iq" && node.text("id").as_deref() == Some(&id);
        assert!(!asks || said.iter().filter(answers).count() == 1, "every question has one answer");
    }
    stage.end();
}

fn written(node: &Node) -> Vec<u8> {
    let bytes = marshal(node).expect("what the network says can be written");
    read_stanza(&bytes).expect("and read");
    bytes
}

/// What devices encrypt for phones. The first byte says how it reaches one: decrypted by itself, in a chat, in a group, to
/// the own phone; then what is no plaintext: ciphertexts and sender keys.
pub fn plaintext(data: &[u8]) {
    let Some((&way, data)) = data.split_first() else { return };
    match way {
        0 => content(data),
        1..=3 => {
            let runtime = stage::runtime();
            let _entered = runtime.enter();
            let mut stage = Stage::new();
            stage.log_in(0, &[]);
            stage.write(way, data);
            stage.end();
        }
        _ => ciphertext(way, data),
    }
}

fn content(padded: &[u8]) {
    let Ok(message) = unpad(padded) else { return };
    let content = Content::of(&message);
    let again = unpad(&pad(&message)).expect("what was read can be written");
    assert_eq!(Content::of(&again), content);
    let length = content.text.as_ref().map_or(0, String::len) + content.quote.as_ref().map_or(0, String::len);
    assert!(length <= padded.len(), "nothing is made of nothing");
}

fn ciphertext(way: u8, data: &[u8]) {
    let phone = Endpoint::new([1; 32]);
    let peer = stage::device();
    let mut rng = StdRng::seed_from_u64(1);
    match way {
        4 => _ = phone.decrypt(peer, "pkmsg", data, &mut rng),
        5 => _ = phone.decrypt(peer, "msg", data, &mut rng),
        _ => {
            let (group, (told, spoken)) = (GroupId::of(1), part(data));
            _ = phone.hear_chain(group, peer, told);
            _ = phone.decrypt_group(group, peer, spoken);
        }
    }
}

/// A request to the control API or the media host, as `METHOD path`, headers, an empty line and a body; and its text as
/// whatever a parser of addresses, ranges or codes is given.
pub fn control(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    addresses(&text);
    let (head, body) = match data.windows(2).position(|two| two == b"\n\n") {
        Some(end) => (String::from_utf8_lossy(&data[..end]), &data[end + 2..]),
        None => (text, &[][..]),
    };
    let mut lines = head.lines();
    let Some((method, path)) = lines.next().and_then(|line| line.split_once(' ')) else { return };
    let mut request = Request::builder().method(method).uri(path).header(HOST, "127.0.0.1:8091");
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    let Ok(request) = request.body(Body::from(body.to_vec())) else { return };
    // A code is stretched by PBKDF2, which is slow on purpose; whoever typed it waits for a client.
    if !request.uri().path().ends_with("/code") {
        stage::runtime().block_on(ask(request));
    }
}

async fn ask(request: Request<Body>) {
    let mut stage = Stage::new();
    stage.log_in(0, &[]);
    let gate = Gate::new(([127, 0, 0, 1], 8091).into(), Vec::new());
    let app = router(stage.world.clone(), gate, CancellationToken::new(), TaskTracker::new());
    let Ok(response) = app.oneshot(request).await;
    let (status, is_json) = (response.status(), response.headers().get(CONTENT_TYPE).is_some_and(is_json));
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "no request is our mistake");
    if response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
        return;
    }
    let mut body = Vec::new();
    let mut pieces = response.into_body().into_data_stream();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.expect("a body that can be read"));
    }
    if is_json && !status.is_success() {
        let refusal: ErrorBody = serde_json::from_slice(&body).expect("a refusal says what is wrong");
        assert!(!refusal.error.is_empty());
    }
    stage.end();
}

fn is_json(kind: &axum::http::HeaderValue) -> bool {
    kind == "application/json"
}

/// An address that was read is written as it was.
fn addresses(text: &str) {
    if let Ok(phone) = text.parse::<Phone>() {
        assert_eq!(phone.to_string(), text);
        assert_eq!(Phone::from_number(phone.number()), Some(phone));
    }
    if let Ok(to) = text.parse::<Recipient>() {
        assert_eq!(to.to_string(), text);
    }
    if let Ok(link) = text.parse::<Link>() {
        assert_eq!(link.to_string().parse(), Ok(link));
    }
}

/// A journal: whatever its lines say, the world that they make can be written down, and is the same when it is read again.
pub fn journal(data: &[u8]) {
    let runtime = stage::runtime();
    let _entered = runtime.enter();
    let Ok((world, _)) = read_journal(data.split(|byte| *byte == b'\n')) else { return };
    let kept = lines(&world);
    let in_order: Vec<_> = world.records().map(|record| serde_json::to_vec(&record).expect("plain data")).collect();
    let (again, clock) = read_journal(in_order.iter().map(Vec::as_slice)).expect("what was written can be read");
    assert_eq!(lines(&again), kept);
    again.resume();
    stage::let_time_pass(&again, &clock);
}

fn read_journal<'a>(lines: impl Iterator<Item = &'a [u8]>) -> anyhow::Result<(Arc<World>, Arc<DrivenClock>)> {
    let (world, clock) = stage::world();
    for line in lines.filter(|line| !line.is_empty()) {
        world.apply(serde_json::from_slice(line)?)?;
    }
    Ok((world, clock))
}

/// In no order: maps have none. Without the server's keys, which are not applied.
fn lines(world: &World) -> BTreeSet<Vec<u8>> {
    let records = world.records().filter(|record| !matches!(record, Record::Server { .. }));
    records.map(|record| serde_json::to_vec(&record).expect("plain data")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay(target: &str, run: fn(&[u8])) {
        replay::replay(target, seeds(), run);
    }

    #[test]
    fn bytes_of_strangers_break_nothing() {
        replay("wire", wire);
    }

    #[test]
    fn stanzas_of_a_hostile_client_break_nothing() {
        replay("stanza", stanza);
    }

    #[test]
    fn hostile_messages_break_no_phone() {
        replay("plaintext", plaintext);
    }

    #[test]
    fn hostile_requests_are_refused() {
        replay("control", control);
    }

    #[test]
    fn a_journal_of_somebody_else_is_read_or_refused() {
        replay("journal", journal);
    }
}
