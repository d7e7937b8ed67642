//! One client's encrypted channel over a WebSocket: intro, frames, ciphers, stanzas.

use anyhow::{Context as _, Result, bail};
use axum::extract::ws::{Message, WebSocket};
use bytes::BytesMut;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use rand::rngs::StdRng;
use tokio::sync::mpsc;
use wacore_binary::consts::WA_CONN_HEADER;
use wacore_binary::{Node, NodeContent};
use wacore_noise::NoiseCipher;
use wacore_noise::framing::{FrameDecoder, encode_frame};
use waproto::whatsapp as wa;

use super::noise::{self, Answer, Handshake, Secured, ServerKeys};

/// How many waiting stanzas are written before the socket is flushed.
const WRITE_BATCH: usize = 64;

/// What goes out on a line.
enum Outgoing {
    Stanza(Node),
    HangUp,
}

/// The way to one connected client. Cheap to clone; sending never waits and a dead line swallows what it is given.
#[derive(Clone)]
pub struct Line {
    id: u64,
    outgoing: mpsc::UnboundedSender<Outgoing>,
}

impl Line {
    /// A line without a client, and what was sent on it since the last look.
    #[cfg(any(test, fuzzing))]
    pub fn to_nowhere() -> (Self, impl FnMut() -> Vec<Node>) {
        let (outgoing, mut waiting) = mpsc::unbounded_channel();
        let sent = move || {
            let next = || waiting.try_recv().ok();
            let stanza = |outgoing| if let Outgoing::Stanza(stanza) = outgoing { Some(stanza) } else { None };
            std::iter::from_fn(next).filter_map(stanza).collect()
        };
        (Self { id: 0, outgoing }, sent)
    }

    /// Sends a stanza.
    pub fn send(&self, stanza: Node) {
        let _ = self.outgoing.send(Outgoing::Stanza(stanza));
    }

    /// Closes the connection after everything that was sent before.
    pub fn hang_up(&self) {
        let _ = self.outgoing.send(Outgoing::HangUp);
    }

    /// Whether both are the same connection.
    pub fn is(&self, other: &Line) -> bool {
        self.id == other.id
    }
}

/// What the handshake said about the client.
pub struct Introduction {
    /// The client's static Noise key.
    pub client_key: [u8; 32],
    /// Its login or registration.
    pub payload: wa::ClientPayload,
    pub handshake: Handshake,
}

/// Shakes hands on a fresh WebSocket and starts the task that writes to it.
pub async fn open(
    socket: WebSocket,
    keys: &ServerKeys,
    rng: &mut StdRng,
    line_id: u64,
) -> Result<(Introduction, Reader, Line)> {
    let (mut sink, stream) = socket.split();
    let mut frames = Frames { stream, intake: Intake::new() };
    let hello = frames.next().await?.context("closed before the handshake")?;
    let secured = match noise::answer(keys, &hello, rng)? {
        Answer::Secured { reply, secured } => {
            sink.send(framed(&reply)?).await?;
            *secured
        }
        Answer::Asked { reply, pending } => {
            sink.send(framed(&reply)?).await?;
            pending.finish(&frames.next().await?.context("closed during the handshake")?)?
        }
    };
    let Secured { write, read, client_key, payload, handshake } = secured;
    let (outgoing, waiting) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        if let Err(error) = write_all(sink, write, waiting).await {
            tracing::debug!(%error, "the line broke while writing");
        }
    });
    let reader = Reader { frames, cipher: read, counter: 0 };
    Ok((Introduction { client_key, payload, handshake }, reader, Line { id: line_id, outgoing }))
}

async fn write_all(
    mut sink: SplitSink<WebSocket, Message>,
    cipher: NoiseCipher,
    mut waiting: mpsc::UnboundedReceiver<Outgoing>,
) -> Result<()> {
    let mut counter = 0;
    let mut batch = Vec::with_capacity(WRITE_BATCH);
    while waiting.recv_many(&mut batch, WRITE_BATCH).await > 0 {
        for outgoing in batch.drain(..) {
            let Outgoing::Stanza(stanza) = outgoing else {
                sink.send(Message::Close(None)).await?;
                return Ok(());
            };
            let plain = wacore_binary::marshal::marshal(&stanza)?;
            let sealed = cipher.encrypt_with_counter(counter, &plain)?;
            counter += 1;
            sink.feed(framed(&sealed)?).await?;
        }
        sink.flush().await?;
    }
    Ok(())
}

fn framed(payload: &[u8]) -> Result<Message> {
    Ok(Message::Binary(encode_frame(payload, None)?.into()))
}

/// The stanzas a client sends.
pub struct Reader {
    frames: Frames,
    cipher: NoiseCipher,
    counter: u32,
}

impl Reader {
    /// The next stanza, or `None` when the client has gone.
    pub async fn next(&mut self) -> Result<Option<Node>> {
        let Some(mut frame) = self.frames.next().await? else { return Ok(None) };
        self.cipher.decrypt_in_place_with_counter(self.counter, &mut frame)?;
        self.counter += 1;
        Ok(Some(read_stanza(&frame)?))
    }
}

/// The stanza in a decrypted frame. A list of no children is no content: both are written alike.
pub fn read_stanza(frame: &[u8]) -> Result<Node> {
    let plain = wacore_binary::util::unpack(frame)?;
    let mut stanza = wacore_binary::marshal::unmarshal_ref(&plain)?.to_owned();
    forget_empty_lists(&mut stanza);
    Ok(stanza)
}

fn forget_empty_lists(stanza: &mut Node) {
    match &mut stanza.content {
        Some(NodeContent::Nodes(children)) if children.is_empty() => stanza.content = None,
        Some(NodeContent::Nodes(children)) => children.iter_mut().for_each(forget_empty_lists),
        _ => {}
    }
}

/// The frames in the WebSocket messages of a client.
struct Frames {
    stream: SplitStream<WebSocket>,
    intake: Intake,
}

impl Frames {
    async fn next(&mut self) -> Result<Option<BytesMut>> {
        loop {
            if let Some(frame) = self.intake.next() {
                return Ok(Some(frame));
            }
            match self.stream.next().await {
                None | Some(Ok(Message::Close(_))) => return Ok(None),
                Some(Ok(Message::Binary(bytes))) => self.intake.take(&bytes)?,
                Some(Ok(_)) => {}
                // A client that vanishes is no error of ours.
                Some(Err(_)) => return Ok(None),
            }
        }
    }
}

/// WebSocket messages as one stream of bytes, cut into frames: clients may split and merge as they like.
pub struct Intake {
    decoder: FrameDecoder,
    /// What came before the first frame, until it is complete.
    intro: Option<Vec<u8>>,
}

impl Intake {
    pub fn new() -> Self {
        Self { decoder: FrameDecoder::new(), intro: Some(Vec::new()) }
    }

    /// The next frame, once all of it has come.
    pub fn next(&mut self) -> Option<BytesMut> {
        if self.intro.is_some() { None } else { self.decoder.decode_frame() }
    }

    /// What came.
    pub fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(intro) = &mut self.intro else {
            self.decoder.feed(bytes);
            return Ok(());
        };
        intro.extend_from_slice(bytes);
        if let Some(length) = intro_length(intro)? {
            self.decoder.feed(&intro[length..]);
            self.intro = None;
        }
        Ok(())
    }
}

/// The length of what precedes the first frame, once all of it is there: optionally `ED 00 01 <u24 length> <routing>`,
/// then `WA 06 03`. The routing bytes are not part of the Noise prologue.
fn intro_length(bytes: &[u8]) -> Result<Option<usize>> {
    let routed = bytes.starts_with(b"ED");
    let routing = match bytes {
        _ if !routed => 0,
        [_, _, _, _, high, middle, low, ..] => 7 + u32::from_be_bytes([0, *high, *middle, *low]) as usize,
        _ => return Ok(None),
    };
    let length = routing + WA_CONN_HEADER.len();
    match bytes.get(routing..length) {
        None => Ok(None),
        Some(header) if header[..2] == WA_CONN_HEADER[..2] => Ok(Some(length)),
        Some(header) => bail!("not a WhatsApp client: the stream begins with {header:02x?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{intro_length, read_stanza};
    use crate::wire::node;
    use wacore_binary::marshal::marshal;

    #[test]
    fn the_intro_may_arrive_in_pieces() {
        let plain = b"WA\x06\x03rest";
        assert_eq!(intro_length(&plain[..3]).unwrap(), None);
        assert_eq!(intro_length(plain).unwrap(), Some(4));
        let routed = b"ED\x00\x01\x00\x00\x03abcWA\x06\x03rest";
        for cut in 0..14 {
            assert_eq!(intro_length(&routed[..cut]).unwrap_or(Some(99)), None, "{cut} bytes");
        }
        assert_eq!(intro_length(routed).unwrap(), Some(14));
    }

    #[test]
    fn a_list_of_no_children_is_no_content() {
        let empty = node("list").children([node("item").children([]).build()]).build();
        let plain = node("list").children([node("item").build()]).build();
        let read = |stanza| read_stanza(&marshal(stanza).unwrap()).unwrap();
        assert_eq!(marshal(&read(&empty)).unwrap(), marshal(&plain).unwrap());
        // What a careless client writes: the list itself, with no entries.
        let careless = read_stanza(&[0, 0xf8, 2, 0x19, 0xf8, 0]).unwrap();
        assert!(careless.content.is_none(), "{careless:?}");
    }

    #[test]
    fn another_protocol_is_refused() {
        assert!(intro_length(b"GET / HTTP/1.1").is_err());
    }
}
