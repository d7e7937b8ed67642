//! Profile pictures of people and accounts.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wacore_binary::Node;

use super::World;
use super::mailbox::{Class, HeldKey};
use crate::address::Phone;
use crate::disk::Record;
use crate::media::{Link, NotTaken, Token};
use crate::wire::node;

/// The largest picture, in bytes.
pub const LARGEST_PICTURE: usize = 512 * 1024;

/// A picture that somebody shows, on the media host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Changes with the picture.
    pub id: u64,
    pub token: Token,
    /// In bytes.
    pub size: u64,
}

/// Everybody's pictures.
#[derive(Default)]
pub struct Pictures(RwLock<HashMap<Phone, Picture>>);

impl Pictures {
    /// What somebody shows.
    pub fn of(&self, phone: Phone) -> Option<Picture> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&phone).copied()
    }

    /// Puts back a picture from the journal, or takes it away.
    pub fn restore(&self, phone: Phone, picture: Option<Picture>) {
        let mut pictures = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        match picture {
            Some(picture) => _ = pictures.insert(phone, picture),
            None => _ = pictures.remove(&phone),
        }
    }

    /// Everybody who shows one.
    pub fn all(&self) -> Vec<(Phone, Picture)> {
        let pictures = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        pictures.iter().map(|(phone, picture)| (*phone, *picture)).collect()
    }

    /// Forgets all pictures.
    pub fn clear(&self) {
        self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()).clear();
    }
}

impl World {
    /// Somebody shows another picture, or none. Accounts that have a chat with them are told.
    pub fn show_picture(&self, phone: Phone, bytes: Option<&[u8]>) -> Result<Option<Picture>, NotTaken> {
        let picture = bytes.map(|bytes| self.keep_picture(bytes)).transpose()?;
        self.pictures.restore(phone, picture);
        self.journal.append(&Record::Picture { phone, picture });
        self.tell_picture(phone, picture);
        Ok(picture)
    }

    fn keep_picture(&self, bytes: &[u8]) -> Result<Picture, NotTaken> {
        let token = Token::new(Sha256::digest(bytes).into());
        self.media.put(token, bytes, self.clock.now_ms())?;
        // Ten digits, as on the real network.
        let id = 1_000_000_000 + u64::from(u32::from_be_bytes(self.random.bytes()));
        Ok(Picture { id, token, size: bytes.len() as u64 })
    }

    /// Where a picture is given out: as long as it is shown, however long ago it was uploaded.
    pub fn picture_link(&self, picture: Picture) -> Option<Link> {
        let now = self.clock.now_ms();
        self.media.link(picture.token, now).or_else(|| self.media.renew(picture.token, now))
    }

    fn tell_picture(&self, phone: Phone, picture: Option<Picture>) {
        for account in self.accounts() {
            if account.phone != phone && !self.ledger.know_each_other(account.phone, phone) {
                continue;
            }
            for device in account.device_ids() {
                let (id, stanza) = self.picture_news(&account, phone, picture);
                let key = HeldKey { class: Class::Notification, id, kind: String::new() };
                self.post(&account, device, key, stanza);
            }
        }
    }

    fn picture_news(
        &self,
        account: &Arc<super::account::Account>,
        phone: Phone,
        picture: Option<Picture>,
    ) -> (String, Node) {
        let who = self.chat_jid(phone, account.addressing() == super::account::Addressing::Lid);
        let change = match picture {
            Some(picture) => node("set").attr("jid", &who).attr("author", &who).attr("id", picture.id).build(),
            None => node("delete").attr("jid", &who).attr("author", &who).build(),
        };
        let id = self.stanza_id();
        let news = node("notification").attr("from", who).attr("type", "picture").attr("id", &id);
        (id, news.attr("t", self.clock.now_secs()).children([change]).build())
    }
}
