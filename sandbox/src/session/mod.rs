//! One client's session with the network, from the handshake to the last stanza.

mod app_state;
mod group;
mod group_message;
mod iq;
pub mod keys;
pub mod link_code;
mod login;
mod media;
mod message;
mod mex;
pub mod pairing;
mod presence;
mod profile;
mod receipt;
mod usync;

use std::sync::Arc;

use anyhow::Result;
use axum::extract::ws::WebSocket;
use wacore_binary::{Jid, JidExt as _, Node};

use crate::address::Phone;
use crate::wire::channel::{self, Line};
use crate::wire::{NETWORK, Stanza, is_repeatable, node};
use crate::world::World;
use crate::world::account::{Account, Registration};

/// A connected client.
pub(crate) struct Session {
    world: Arc<World>,
    line: Line,
    role: Role,
    /// By which name the client called: it finds the media host there too.
    host: String,
}

/// Who the client is.
enum Role {
    /// Not linked yet: waits for a phone to scan or type its code.
    Stranger(Arc<Registration>),
    /// A linked device.
    Device { account: Arc<Account>, device: u16 },
    /// Turned away.
    Refused,
}

/// Serves a client, which called the network by the name `host`, until it goes.
pub async fn serve(world: Arc<World>, socket: WebSocket, host: String) {
    let mut rng = world.random.fork();
    let opened = channel::open(socket, &world.server, &mut rng, world.next_line()).await;
    let (introduction, mut reader, line) = match opened {
        Ok(opened) => opened,
        Err(error) => return tracing::debug!(%error, "a handshake failed"),
    };
    let mut session = Session::new(world, line, host);
    if let Err(error) = session.begin(&introduction) {
        tracing::debug!(%error, "a client was turned away");
        session.line.hang_up();
    }
    loop {
        match reader.next().await {
            Ok(Some(stanza)) => {
                if let Err(error) = session.take(&stanza) {
                    // A real server closes the stream; so a mistake shows at once.
                    tracing::warn!(%error, tag = %stanza.tag, "a client broke the protocol");
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                tracing::debug!(%error, "a client could not be understood");
                break;
            }
        }
    }
    session.line.hang_up();
    session.end();
}

impl Session {
    /// The session of somebody who has not said yet who they are.
    pub(crate) fn new(world: Arc<World>, line: Line, host: String) -> Self {
        Self { world, line, role: Role::Refused, host }
    }

    pub(crate) fn take(&mut self, stanza: &Node) -> Result<()> {
        // Parts of it may be passed on to others, and kept.
        anyhow::ensure!(is_repeatable(stanza), "what the client says could not be written down");
        match stanza.tag.as_ref() {
            "iq" => self.take_iq(stanza),
            "message" => self.take_message(stanza),
            "receipt" => self.take_receipt(stanza),
            "ack" => self.take_ack(stanza),
            "chatstate" => self.take_chat_state(stanza),
            "presence" => self.take_presence(stanza),
            "ib" => self.take_notice(stanza),
            // Calls and the like are not simulated.
            other => {
                tracing::trace!(tag = other, "stanza without effect");
                Ok(())
            }
        }
    }

    /// The account and device, or an error for a client that is not linked.
    fn device(&self) -> Result<(Arc<Account>, u16)> {
        match &self.role {
            Role::Device { account, device } => Ok((account.clone(), *device)),
            _ => anyhow::bail!("the client is not linked"),
        }
    }

    /// The phone behind an address.
    fn phone_of(&self, jid: &Jid) -> Option<Phone> {
        self.world.realm().lids.phone_of(jid)
    }

    fn result(&self, request: &Node, children: Vec<Node>) {
        let mut answer = node("iq").attr("type", "result").attr("id", request.text("id").unwrap_or_default());
        // Questions to a group or person are answered in their name.
        answer = match request.jid("to").filter(|to| !to.user.is_empty() || to.is_group()) {
            Some(to) => answer.attr("from", to),
            None => answer.attr("from", NETWORK),
        };
        if !children.is_empty() {
            answer = answer.children(children);
        }
        self.line.send(answer.build());
    }

    fn error(&self, request: &Node, code: u16, text: &'static str) {
        let error = node("error").attr("code", code).attr("text", text).build();
        let answer = node("iq").attr("from", NETWORK).attr("type", "error");
        self.line.send(answer.attr("id", request.text("id").unwrap_or_default()).children([error]).build());
    }
}
