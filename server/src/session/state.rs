//! What the network says about the link itself, and what is stored of it.

use super::{
    link::Pairing,
    live::{Live, Next},
    store::{self, Change},
};
use crate::{error::Result, whatsapp::content};
use domain::{
    number::{Network, NumberProblem, NumberState},
    time::SECOND_MS,
};
use std::sync::Arc;
use wa_rs::Client;
use wacore::types::events::Event;

impl Live {
    pub(super) async fn state_event(&self, client: &Arc<Client>, event: &Event, pairing: &mut Pairing) -> Result<Next> {
        let lasting = |timeout: std::time::Duration| {
            self.server.now() + i64::try_from(timeout.as_millis()).unwrap_or(20 * SECOND_MS)
        };
        let (change, next) = match event {
            Event::PairingQrCode(code) => {
                pairing.is_open = true;
                let qr = Some((code.code.clone(), lasting(code.timeout)));
                (Change { qr, ..Change::to(NumberState::Linking) }, Next::GoOn)
            }
            Event::PairingCode(code) => {
                pairing.answered();
                let pair_code = Some((code.code.clone(), lasting(code.timeout)));
                (Change { pair_code, ..Change::to(NumberState::Linking) }, Next::GoOn)
            }
            Event::PairingCodeError(error) => {
                pairing.answered();
                tracing::info!(number.id = %self.sender.number, error = error.error, "no code to type");
                (Change::because(NumberState::Linking, NumberProblem::CodeRefused), Next::GoOn)
            }
            Event::PairPasskeyRequest(_) | Event::PairPasskeyError(_) => {
                (Change::because(NumberState::Linking, NumberProblem::PasskeyWanted), Next::GoOn)
            }
            // The line stays open for a code that is being typed.
            Event::PairingQrCodesExhausted(codes) if !codes.disconnected => {
                pairing.no_more_qr = true;
                return Ok(Next::GoOn);
            }
            Event::PairingQrCodesExhausted(_) => {
                (Change::because(NumberState::Unlinked, NumberProblem::CodeExpired), Next::End)
            }
            Event::PairSuccess(_) => (Change::to(NumberState::Connecting), Next::GoOn),
            Event::PairError(_) => (Change::because(NumberState::Unlinked, NumberProblem::Refused), Next::End),
            Event::Connected(_) => {
                let pn = client.pn();
                let identity = pn.as_ref().and_then(content::phone);
                let lid = client.lid().map(|lid| lid.user.to_string());
                let identity = identity.map(|phone| (phone, lid));
                (Change { identity, ..Change::to(NumberState::Connected) }, Next::GoOn)
            }
            Event::Disconnected(_) if client.is_logged_in() => return Ok(Next::GoOn),
            Event::Disconnected(_) if client.pn().is_none() => {
                self.begin_pairing(pairing).await?;
                return Ok(Next::GoOn);
            }
            Event::Disconnected(_) => (Change::to(NumberState::Reconnecting), Next::GoOn),
            Event::LoggedOut(_) => (self.logged_out().await, Next::End),
            Event::StreamReplaced(_) => (Change::to(NumberState::Replaced), Next::End),
            Event::ClientOutdated(_) => (Change::to(NumberState::Outdated), Next::End),
            Event::TemporaryBan(ban) => {
                let held_until = Some(self.server.now() + ban.expire.num_milliseconds());
                (Change { held_until, ..Change::to(NumberState::Banned) }, Next::End)
            }
            Event::ConnectFailure(_) => {
                (Change::because(NumberState::Reconnecting, NumberProblem::Unreachable), Next::GoOn)
            }
            _ => return Ok(Next::GoOn),
        };
        self.say(change).await?;
        Ok(next)
    }

    /// Logged out by the phone, or because the sandbox forgot its world.
    async fn logged_out(&self) -> Change {
        let reset = self.network == Network::Sandbox && self.sandbox_was_reset().await;
        let problem = if reset { NumberProblem::SandboxReset } else { NumberProblem::RemovedByPhone };
        Change::because(NumberState::LoggedOut, problem)
    }

    async fn sandbox_was_reset(&self) -> bool {
        let Some(base_url) = self.server.sandbox_url() else { return false };
        let Ok(Some(known)) = store::server_id(&self.server, self.sender.session).await else { return false };
        let Ok(response) = self.server.http.get(format!("{base_url}/health")).send().await else { return false };
        response.json::<sandbox::control::dto::Health>().await.is_ok_and(|health| health.server_id != known)
    }

    pub(super) async fn say(&self, change: Change) -> Result<()> {
        store::say(&self.server, self.sender, change).await
    }
}
