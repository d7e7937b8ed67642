//! One message: its direction, kind and state.

use crate::{Lang, MessageId, Millis, media::AttachmentView, status::status};
use serde::{Deserialize, Serialize};

status! {
    /// Which way a message goes.
    Direction {
        Incoming => "incoming",
        Outgoing => "outgoing",
    }
}

status! {
    /// Where an outgoing message is. States only move to the right; `Failed`, `Expired` and `Cancelled` end it.
    MessageState {
        /// Stored, not yet accepted by the network.
        Queued => "queued",
        /// The network acknowledged it.
        Sent => "sent",
        /// The phone of the recipient has it.
        Delivered => "delivered",
        Read => "read",
        /// The network or the recipient's number refused it; the reason stands beside it.
        Failed => "failed",
        /// Too late to be worth sending.
        Expired => "expired",
        /// Taken back before it was sent.
        Cancelled => "cancelled",
    }
}

status! {
    /// What is in a message.
    MessageKind {
        Text => "text",
        Image => "image",
        Video => "video",
        Audio => "audio",
        Voice => "voice",
        Document => "document",
        Sticker => "sticker",
        Location => "location",
        Contact => "contact",
        Poll => "poll",
        Reaction => "reaction",
        /// Could not be decrypted (yet).
        Undecryptable => "undecryptable",
        /// May be seen once, and only on the phone.
        ViewOnce => "view_once",
        /// Known to exist, not understood.
        Other => "other",
    }
}

status! {
    /// Who wrote an outgoing message.
    Author {
        /// A person of the team, in Sapa.
        Agent => "agent",
        Bot => "bot",
        Campaign => "campaign",
        /// The phone of the number, outside Sapa.
        Phone => "phone",
        Api => "api",
    }
}

status! {
    /// Why a message was not sent. Stored, shown in words, counted in reports.
    FailReason {
        NotOnWhatsapp => "not_on_whatsapp",
        /// The network refused the content.
        InvalidContent => "invalid_content",
        OptedOut => "opted_out",
        /// Refused twice more with the same id, with a code we do not know.
        Refused => "refused",
        /// The file could not be taken from its store or given to the network, however often it was tried.
        FileNotGiven => "file_not_given",
        /// The number was removed while the message waited.
        NumberGone => "number_gone",
    }
}

impl Direction {
    /// The side at the other end.
    pub fn other(self) -> Self {
        match self {
            Self::Incoming => Self::Outgoing,
            Self::Outgoing => Self::Incoming,
        }
    }
}

impl MessageState {
    /// Nothing more is sent for it. Delivered and read may still follow `Sent`.
    pub fn is_final(self) -> bool {
        self != Self::Queued
    }

    /// The state after a receipt: receipts may arrive late or twice, and never lead backwards.
    pub fn after_receipt(self, receipt: Self) -> Self {
        let rank = |state| match state {
            Self::Queued => Some(0),
            Self::Sent => Some(1),
            Self::Delivered => Some(2),
            Self::Read => Some(3),
            Self::Failed | Self::Expired | Self::Cancelled => None,
        };
        match (rank(self), rank(receipt)) {
            (Some(now), Some(next)) if next > now => receipt,
            _ => self,
        }
    }
}

impl MessageKind {
    /// It stands for a message whose words are not here, and may come yet.
    pub fn is_placeholder(self) -> bool {
        matches!(self, Self::Undecryptable | Self::ViewOnce)
    }

    /// What a list row shows instead of text: `[Foto]`.
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Text, _) => "",
            (Self::Image, Lang::Id) => "[Foto]",
            (Self::Image, Lang::En) => "[Photo]",
            (Self::Video, _) => "[Video]",
            (Self::Audio, _) => "[Audio]",
            (Self::Voice, Lang::Id) => "[Pesan suara]",
            (Self::Voice, Lang::En) => "[Voice message]",
            (Self::Document, Lang::Id) => "[Dokumen]",
            (Self::Document, Lang::En) => "[Document]",
            (Self::Sticker, Lang::Id) => "[Stiker]",
            (Self::Sticker, Lang::En) => "[Sticker]",
            (Self::Location, Lang::Id) => "[Lokasi]",
            (Self::Location, Lang::En) => "[Location]",
            (Self::Contact, Lang::Id) => "[Kontak]",
            (Self::Contact, Lang::En) => "[Contact]",
            (Self::Poll, Lang::Id) => "[Jajak pendapat]",
            (Self::Poll, Lang::En) => "[Poll]",
            (Self::Reaction, Lang::Id) => "[Reaksi]",
            (Self::Reaction, Lang::En) => "[Reaction]",
            (Self::Undecryptable, Lang::Id) => "[Menunggu pesan ini; WhatsApp sedang mengirim ulang]",
            (Self::Undecryptable, Lang::En) => "[Waiting for this message; WhatsApp is sending it again]",
            (Self::ViewOnce, Lang::Id) => "[Pesan sekali lihat; buka di ponsel]",
            (Self::ViewOnce, Lang::En) => "[View-once message; open it on the phone]",
            (Self::Other, Lang::Id) => "[Jenis pesan yang belum didukung]",
            (Self::Other, Lang::En) => "[A kind of message not supported yet]",
        }
    }
}

impl FailReason {
    /// The reason in words.
    pub fn message(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::NotOnWhatsapp, Lang::Id) => "Nomor ini tidak terdaftar di WhatsApp",
            (Self::NotOnWhatsapp, Lang::En) => "This number is not on WhatsApp",
            (Self::InvalidContent, Lang::Id) => "WhatsApp menolak isi pesan",
            (Self::InvalidContent, Lang::En) => "WhatsApp refused the content",
            (Self::OptedOut, Lang::Id) => "Meminta tidak dikirimi pesan",
            (Self::OptedOut, Lang::En) => "Asked not to be written to",
            (Self::Refused, Lang::Id) => "WhatsApp menolak pesan ini tiga kali",
            (Self::Refused, Lang::En) => "WhatsApp refused this message three times",
            (Self::FileNotGiven, Lang::Id) => "Berkas tidak berhasil diunggah ke WhatsApp; kirim ulang pesannya",
            (Self::FileNotGiven, Lang::En) => "The file could not be uploaded to WhatsApp; send the message again",
            (Self::NumberGone, Lang::Id) => "Nomor pengirim sudah dihapus",
            (Self::NumberGone, Lang::En) => "The sending number was removed",
        }
    }
}

/// A message that another one answers, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quote {
    /// Which way it went; unknown when it is not in the thread.
    pub direction: Option<Direction>,
    pub kind: MessageKind,
    /// Beginning of its text.
    pub text: String,
    pub is_deleted: bool,
}

/// What somebody of a chat thinks of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reaction {
    /// Whose it is: the person's, or the number's.
    pub from: Direction,
    pub emoji: String,
}

/// A message as the thread shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    pub id: MessageId,
    pub direction: Direction,
    pub kind: MessageKind,
    /// Text or caption, as written: shown as text, never as markup.
    pub text: String,
    /// The file it carries.
    pub attachment: Option<AttachmentView>,
    /// The message that it answers.
    pub quote: Option<Quote>,
    /// At most one of each side.
    pub reactions: Vec<Reaction>,
    /// When its author changed it last.
    pub edited_at: Option<Millis>,
    /// Its author took it back: nothing of it is kept.
    pub is_deleted: bool,
    /// For outgoing messages.
    pub state: Option<MessageState>,
    pub fail_reason: Option<FailReason>,
    pub author: Option<Author>,
    /// The agent's name, the campaign's name, or the rule's name.
    pub author_name: Option<String>,
    /// When the network says it was sent, or when it was queued.
    pub at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_never_lead_backwards() {
        use MessageState::*;
        assert_eq!(Sent.after_receipt(Read), Read);
        assert_eq!(Read.after_receipt(Delivered), Read);
        // A receipt without an acknowledgement counts: the network has it.
        assert_eq!(Queued.after_receipt(Delivered), Delivered);
        assert_eq!(Failed.after_receipt(Read), Failed);
    }
}
