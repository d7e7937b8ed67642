//! What people and accounts show of themselves: pictures and the words beside them.

use anyhow::{Context as _, Result};
use wacore_binary::{JidExt as _, Node};

use super::Session;
use crate::wire::{Stanza, node};
use crate::world::account::LONGEST_ABOUT;
use crate::world::picture::LARGEST_PICTURE;

impl Session {
    /// Where somebody's picture is; the preview is the picture itself.
    pub(super) fn give_picture(&self, iq: &Node) -> Result<()> {
        let asked = iq.needs("picture")?;
        let target = iq.jid("target").context("nobody's picture")?;
        let picture = self.phone_of(&target).and_then(|phone| self.world.pictures.of(phone));
        let known = asked.text("id");
        let answer = match picture.and_then(|picture| Some((picture, self.world.picture_link(picture)?))) {
            // The client has it already.
            Some((picture, _)) if known.is_some_and(|known| known == picture.id.to_string()) => node("picture"),
            Some((picture, link)) => node("picture")
                .attr("id", picture.id)
                .attr("type", asked.text("type").unwrap_or_else(|| "image".into()))
                .attr("url", format!("https://{}{link}", self.host))
                .attr("direct_path", link.to_string()),
            None => {
                let none = node("error").attr("code", "404").attr("text", "item-not-found").build();
                node("picture").children([none])
            }
        };
        self.result(iq, vec![answer.build()]);
        Ok(())
    }

    /// The account shows another picture, or none.
    pub(super) fn set_picture(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        if iq.jid("target").is_some_and(|target| target.is_group()) {
            self.error(iq, 501, "feature-not-implemented");
            return Ok(());
        }
        let bytes = iq.child("picture").map(Stanza::content).filter(|bytes| !bytes.is_empty());
        if bytes.is_some_and(|bytes| bytes.len() > LARGEST_PICTURE) {
            self.error(iq, 413, "request-entity-too-large");
            return Ok(());
        }
        match self.world.show_picture(account.phone, bytes) {
            Ok(picture) => {
                let id = picture.map_or_else(|| "0".to_owned(), |picture| picture.id.to_string());
                self.result(iq, vec![node("picture").attr("id", id).build()]);
            }
            Err(error) => {
                tracing::debug!(%error, "a picture could not be kept");
                self.error(iq, 507, "insufficient-storage");
            }
        }
        Ok(())
    }

    /// The account says something else about itself.
    pub(super) fn set_about(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let about = String::from_utf8_lossy(iq.needs("status")?.content()).into_owned();
        if about.chars().count() > LONGEST_ABOUT {
            self.error(iq, 400, "bad-request");
            return Ok(());
        }
        self.world.set_about(&account, about);
        self.result(iq, vec![]);
        Ok(())
    }
}
