//! A session that waits to be linked: it gets the code that somebody asked for on a page, perhaps of another process.

use super::{
    live::{Live, Next},
    store::{self, Change},
};
use crate::error::Result;
use domain::{
    Millis, PhoneNumber,
    number::{NumberProblem, NumberState},
};
use std::sync::Arc;
use wa_rs::{Client, pair_code::PairCodeOptions};

/// How far the linking of a session is.
#[derive(Default)]
pub(super) struct Pairing {
    /// QR codes have come: the network listens.
    pub is_open: bool,
    /// It gives no further QR codes; what is left is a code being typed.
    pub no_more_qr: bool,
    /// When the question was put that the network has not answered yet.
    asked_at: Option<Millis>,
}

impl Pairing {
    /// A code came, or the word that there is none.
    pub(super) fn answered(&mut self) {
        self.asked_at = None;
    }
}

impl Live {
    /// A line to the network begins on which the device shall be linked.
    pub(super) async fn begin_pairing(&self, pairing: &mut Pairing) -> Result<()> {
        *pairing = Pairing::default();
        store::forget_pair_code(&self.server, self.sender).await
    }

    /// Asks the network for the code that somebody wants to type. Ends the session when no code is left to link with.
    pub(super) async fn attend(&self, client: &Arc<Client>, pairing: &mut Pairing) -> Result<Next> {
        if !pairing.is_open || client.pn().is_some() {
            return Ok(Next::GoOn);
        }
        let wanted = store::pair_code_wanted(&self.server, self.sender.number).await?;
        match wanted {
            Some(wanted) if wanted.until.is_none() => {
                if pairing.asked_at.replace(wanted.asked_at) != Some(wanted.asked_at) {
                    tokio::spawn(ask(client.clone(), wanted.phone));
                }
                Ok(Next::GoOn)
            }
            Some(wanted) if wanted.until > Some(self.server.now()) => Ok(Next::GoOn),
            _ if pairing.no_more_qr => {
                self.say(Change::because(NumberState::Unlinked, NumberProblem::CodeExpired)).await?;
                Ok(Next::End)
            }
            _ => Ok(Next::GoOn),
        }
    }
}

/// The code, or why there is none, comes as an event.
async fn ask(client: Arc<Client>, phone: PhoneNumber) {
    // The network routes what is typed by phone number alone: of two codes only the newer must be alive.
    client.cancel_pair_code().await;
    let options = PairCodeOptions { phone_number: phone.digits().to_owned(), ..PairCodeOptions::default() };
    if let Err(error) = client.pair_with_code(options).await {
        tracing::info!(%error, "the network gave no code");
    }
}
