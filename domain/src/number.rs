//! WhatsApp numbers and the state of their link.

pub mod allowance;
pub mod budget;
pub mod group;
pub mod health;
pub mod limits;
pub mod manner;
pub mod profile;
pub mod removal;

use crate::{
    Error, Field, Lang, Millis, NumberId, PhoneNumber, error::Result, identity::length_problem, status::status,
    time::SECOND_MS,
};
use allowance::Allowance;
use budget::Budget;
use limits::Limits;
use manner::Manner;
use serde::{Deserialize, Serialize};

status! {
    /// Which network a number lives on. Chosen when it is added; never changes.
    Network {
        /// WhatsApp itself.
        Whatsapp => "whatsapp",
        /// The network in a box: simulated people, nothing leaves the server.
        Sandbox => "sandbox",
    }
}

status! {
    /// Where the link of a number is.
    NumberState {
        /// Added, never linked; a QR code is wanted.
        Unlinked => "unlinked",
        /// A code is shown; waiting for the phone.
        Linking => "linking",
        /// Linked; finding its way to the network.
        Connecting => "connecting",
        /// A round trip was seen.
        Connected => "connected",
        /// Linked, not connected, trying again.
        Reconnecting => "reconnecting",
        /// The phone or the network ended the link: it must be linked again. The queue is held.
        LoggedOut => "logged_out",
        /// Refused by the network until a stated time. The queue is held.
        Banned => "banned",
        /// Another program took the connection over. The queue is held.
        Replaced => "replaced",
        /// The network no longer takes this version of the client. The queue is held.
        Outdated => "outdated",
    }
}

status! {
    /// Why a number is not connected, where the state alone does not say it.
    NumberProblem {
        /// Nobody scanned any of the codes.
        CodeExpired => "code_expired",
        /// The phone removed this device.
        RemovedByPhone => "removed_by_phone",
        /// The sandbox lost or renewed its world: link again.
        SandboxReset => "sandbox_reset",
        /// The network does not answer.
        Unreachable => "unreachable",
        /// The network refused the link.
        Refused => "refused",
        /// The network gave no code for the phone number: too many were asked for, or it is not on WhatsApp.
        CodeRefused => "code_refused",
        /// The network wants a passkey of the account before it links a device.
        PasskeyWanted => "passkey_wanted",
        /// The account is banned for good.
        BannedForGood => "banned_for_good",
        /// This build may not dial that network.
        SandboxBuild => "sandbox_build",
        /// Somebody of the team logged the number out.
        LoggedOutHere => "logged_out_here",
        /// It counts as connected, but nothing was heard of the network for too long.
        Silent => "silent",
    }
}

impl Network {
    /// The shortest and the longest time between two messages of a number; milliseconds. On WhatsApp a person who writes
    /// quickly needs some seconds for each message; so does Sapa.
    pub fn gap_ms(self) -> (i64, i64) {
        match self {
            Self::Whatsapp => (6 * SECOND_MS, 14 * SECOND_MS),
            Self::Sandbox => (0, 0),
        }
    }
}

impl NumberState {
    /// Whether messages may leave.
    pub fn may_send(self) -> bool {
        self == Self::Connected
    }

    /// Whether there is a device registered with the network, so that a restart reconnects without linking.
    pub fn is_linked(self) -> bool {
        !matches!(self, Self::Unlinked | Self::Linking | Self::LoggedOut)
    }

    /// Whether it comes back only by linking again. A ban ends by itself or not at all.
    pub fn needs_link(self) -> bool {
        matches!(self, Self::Unlinked | Self::LoggedOut | Self::Replaced | Self::Outdated)
    }
}

/// A number as a page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberView {
    pub id: NumberId,
    pub label: String,
    pub network: Network,
    /// Known once linked.
    pub phone: Option<PhoneNumber>,
    pub state: NumberState,
    pub problem: Option<NumberProblem>,
    /// The queue waits until then, refused by the network.
    pub held_until: Option<Millis>,
    /// Last time the state changed.
    pub changed_at: Millis,
    /// Messages waiting in the outbox.
    pub queued: u64,
    /// Messages the network accepted today (tenant's day).
    pub sent_today: u64,
    pub budget: Budget,
    /// New chats it opened today (tenant's day).
    pub new_chats: u64,
    /// What the network says of its new chats.
    pub limits: Limits,
    pub manner: Manner,
}

impl NumberView {
    /// Its own rules and the network's.
    pub fn allowance(&self) -> Allowance {
        Allowance { budget: self.budget, limits: self.limits }
    }
}

/// A code to be scanned, as a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCode {
    /// The text inside the code.
    pub text: String,
    /// The picture: an SVG path on a square of `size` modules, quiet zone included.
    pub svg_path: String,
    /// Modules on a side.
    pub size: u32,
    pub expires_at: Millis,
}

/// A code to be typed on the phone: what was asked for, and what came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairCode {
    /// The number of the phone that shall type it.
    pub phone: PhoneNumber,
    /// Eight letters and digits, and until when they are taken; none while the network is asked.
    pub code: Option<(String, Millis)>,
}

impl PairCode {
    /// As the phone shows its eight places: `ABCD-EFGH`.
    pub fn readable(code: &str) -> String {
        code.split_at_checked(4).map_or_else(|| code.to_owned(), |(first, second)| format!("{first}-{second}"))
    }
}

/// The label of a number: 1 to 60 characters, trimmed.
pub fn label(text: &str) -> Result<String> {
    let label = text.trim();
    match length_problem(label, 1, 60) {
        None => Ok(label.to_owned()),
        Some(problem) => Err(Error::field("label", problem)),
    }
}

/// The network a form asked for.
pub fn network(word: &str) -> Result<Network> {
    word.parse().map_err(|_| Error::field("network", Field::NotAChoice))
}

impl NumberProblem {
    /// What happened and what to do next.
    pub fn message(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::CodeExpired, Lang::Id) => "Tidak ada kode yang dipindai tepat waktu. Minta kode baru.",
            (Self::CodeExpired, Lang::En) => "No code was scanned in time. Ask for a new one.",
            (Self::RemovedByPhone, Lang::Id) => {
                "Perangkat ini dilepas dari ponsel. Tautkan lagi; riwayat dan antrean tetap ada."
            }
            (Self::RemovedByPhone, Lang::En) => {
                "The phone removed this device. Link it again; history and queue are kept."
            }
            (Self::SandboxReset, Lang::Id) => "Sandbox sudah diatur ulang. Tautkan lagi.",
            (Self::SandboxReset, Lang::En) => "The sandbox was reset: link again.",
            (Self::Unreachable, Lang::Id) => "Jaringan tidak menjawab. Kami terus mencoba; periksa koneksi server.",
            (Self::Unreachable, Lang::En) => {
                "The network does not answer. We keep trying; check the server's connection."
            }
            (Self::Refused, Lang::Id) => {
                "WhatsApp menolak penautan ini. Perbarui WhatsApp di ponsel, lalu minta kode baru."
            }
            (Self::Refused, Lang::En) => {
                "WhatsApp refused this link. Update WhatsApp on the phone, then ask for a new code."
            }
            (Self::CodeRefused, Lang::Id) => {
                "WhatsApp tidak memberi kode untuk nomor ini. Periksa nomornya, tunggu beberapa menit, atau pindai kode QR."
            }
            (Self::CodeRefused, Lang::En) => {
                "WhatsApp gave no code for this number. Check it, wait a few minutes, or scan the QR code instead."
            }
            (Self::PasskeyWanted, Lang::Id) => {
                "WhatsApp meminta passkey akun ini, yang tidak dapat diberikan Sapa. Coba kode 8 huruf."
            }
            (Self::PasskeyWanted, Lang::En) => {
                "WhatsApp asks for the passkey of this account, which Sapa cannot give. Try the pairing code."
            }
            (Self::BannedForGood, Lang::Id) => {
                "WhatsApp memblokir nomor ini. Ajukan banding di aplikasi WhatsApp; antrean ditahan."
            }
            (Self::BannedForGood, Lang::En) => {
                "WhatsApp banned this number. Appeal in the WhatsApp app; the queue is held."
            }
            (Self::LoggedOutHere, Lang::Id) => {
                "Nomor ini dikeluarkan dari Sapa. Riwayat dan antrean tetap ada; tautkan lagi untuk melanjutkan."
            }
            (Self::LoggedOutHere, Lang::En) => {
                "This number was logged out here. History and queue are kept; link again to go on."
            }
            (Self::Silent, Lang::Id) => {
                "Sudah lama tidak ada tanda dari jaringan. Kami menyambung lagi sendiri; pesan tetap tersimpan."
            }
            (Self::Silent, Lang::En) => {
                "Nothing was heard of the network for a while. We connect again by ourselves; messages are kept."
            }
            (Self::SandboxBuild, Lang::Id) => {
                "Program ini hanya tersambung ke sandbox. Jalankan `cargo xtask serve --real` untuk ponsel sungguhan."
            }
            (Self::SandboxBuild, Lang::En) => {
                "This build dials the sandbox only. Start it with `cargo xtask serve --real` for a real phone."
            }
        }
    }
}
