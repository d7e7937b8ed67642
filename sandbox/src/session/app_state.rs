//! App-state sync: the collections that a phone shares with its devices.

use anyhow::Result;
use wacore_binary::Node;

use super::Session;
use crate::handset;
use crate::wire::{Stanza, leaf, node};

impl Session {
    /// Answers every collection that was asked for. What clients upload is taken and counted, not kept.
    pub(super) fn sync_app_state(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let mut answers = Vec::new();
        for collection in iq.needs("sync")?.get_children_by_tag("collection") {
            let name = collection.text("name").unwrap_or_default();
            let version: u64 = collection.text("version").and_then(|version| version.parse().ok()).unwrap_or(0);
            let uploads = collection.child("patch").is_some();
            let unseen = if uploads { None } else { handset::patches(&self.world, &account, &name, version)? };
            let answer = node("collection").attr("name", name);
            answers.push(match unseen {
                Some((version, patches)) => {
                    let patches = patches.into_iter().map(|patch| leaf("patch", patch));
                    let patches = node("patches").children(patches).build();
                    answer.attr("version", version).children([patches]).build()
                }
                // Without a version a collection says that it is empty, which needs no key.
                None if version == 0 && !uploads => answer.build(),
                None => answer.attr("version", version.saturating_add(u64::from(uploads))).build(),
            });
        }
        self.result(iq, vec![node("sync").children(answers).build()]);
        Ok(())
    }
}
