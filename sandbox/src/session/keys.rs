//! Prekeys: what devices upload and what strangers are given.

use anyhow::{Context as _, Result};
use wacore_binary::{Jid, Node};

use super::Session;
use crate::disk::{Blob, Record};
use crate::signal::Bundle;
use crate::wire::{Stanza, id24, leaf, node};

/// The protocol's name for Curve25519 keys.
const KEY_TYPE: u8 = 5;

impl Session {
    /// `encrypt set`: an upload of prekeys, or a new signed prekey.
    pub(super) fn store_keys(&self, iq: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let holder = iq.child("rotate").unwrap_or(iq);
        let (id, key, signature) = read_signed_prekey(holder.needs("skey")?)?;
        let upload = iq.child("list").map(|list| read_upload(iq, list)).transpose()?;
        self.world.change_device(&account, device, |device| {
            let registration = &mut device.registration;
            registration.signed_prekey_id = id;
            registration.signed_prekey = key;
            registration.signature = signature;
            if let Some(upload) = &upload {
                registration.registration_id = upload.registration_id;
                registration.identity_key = upload.identity;
                device.uploaded = true;
                device.prekeys.extend(upload.prekeys.iter().copied());
            }
        });
        if let Some(Upload { prekeys, .. }) = upload {
            let keys = prekeys.into_iter().map(|(id, key)| (id, Blob(key.to_vec()))).collect();
            self.world.journal.append(&Record::Prekeys { account: account.phone, device, keys });
        }
        self.result(iq, vec![]);
        Ok(())
    }

    pub(super) fn count_prekeys(&self, iq: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let count = account.with_device(device, |device| device.prekeys.len()).unwrap_or(0);
        self.result(iq, vec![node("count").attr("value", count).build()]);
        Ok(())
    }

    /// What the network believes the device's keys are, so that the device can check.
    pub(super) fn digest_keys(&self, iq: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let digest = account.with_device(device, |device| {
            let known = &device.registration;
            let keys: Vec<&[u8]> = device.prekeys.iter().map(|(_, key)| key.as_slice()).collect();
            let hash = wacore::prekeys::compute_key_bundle_digest(
                &known.identity_key,
                &known.signed_prekey,
                &known.signature,
                &keys,
            );
            let ids = device.prekeys.iter().map(|(id, _)| leaf("id", id24(*id)));
            let children = [
                leaf("registration", known.registration_id.to_be_bytes()),
                leaf("type", [KEY_TYPE]),
                leaf("identity", known.identity_key),
                signed_prekey(known.signed_prekey_id, known.signed_prekey, &known.signature),
                node("list").children(ids).build(),
                leaf("hash", hash),
            ];
            device.uploaded.then(|| node("digest").children(children).build())
        });
        match digest.flatten() {
            Some(digest) => self.result(iq, vec![digest]),
            None => self.error(iq, 404, "item-not-found"),
        }
        Ok(())
    }

    /// `encrypt get key`: bundles of other devices.
    pub(super) fn give_bundles(&self, iq: &Node) -> Result<()> {
        let asked = iq.needs("key")?.get_children_by_tag("user");
        let users = asked.map(|user| user.jid("jid").map(|jid| self.bundle_of(jid)).context("a user without jid"));
        let users = users.collect::<Result<Vec<_>>>()?;
        self.result(iq, vec![node("list").children(users).build()]);
        Ok(())
    }

    fn bundle_of(&self, jid: Jid) -> Node {
        let world = &self.world;
        let phone = self.phone_of(&jid).filter(|phone| world.is_on_whatsapp(*phone));
        let account = phone.and_then(|phone| world.account(phone));
        let found = match (phone, account, jid.device) {
            (Some(phone), _, 0) => Some((world.with_endpoint(phone, |it| it.bundle(world.prekey_id())), None)),
            (Some(_), Some(account), device) => {
                let proof = account.with_device(device, |device| device.identity_proof.clone()).flatten();
                world.take_bundle(&account, device).map(|bundle| (bundle, proof))
            }
            _ => None,
        };
        let Some((bundle, proof)) = found else {
            let error = node("error").attr("code", "406").attr("text", "not-acceptable").build();
            return node("user").attr("jid", jid).children([error]).build();
        };
        let mut children = vec![leaf("registration", bundle.registration_id.to_be_bytes())];
        children.extend(bundle_children(&bundle));
        children.extend(proof.map(|proof| leaf("device-identity", proof)));
        node("user").attr("jid", jid).attr("t", world.clock.now_secs()).children(children).build()
    }
}

/// The keys of a bundle, as `<user>` and a retry receipt's `<keys>` carry them.
pub fn bundle_children(bundle: &Bundle) -> Vec<Node> {
    let mut children = vec![
        leaf("type", [KEY_TYPE]),
        leaf("identity", bundle.identity),
        signed_prekey(bundle.signed_prekey_id, bundle.signed_prekey, &bundle.signature),
    ];
    if let Some((id, key)) = bundle.prekey {
        children.push(node("key").children([leaf("id", id24(id)), leaf("value", key)]).build());
    }
    children
}

/// The keys that a device sent along with a retry receipt.
pub(super) fn read_bundle(receipt: &Node, keys: &Node) -> Result<Bundle> {
    let (signed_prekey_id, signed_prekey, signature) = read_signed_prekey(keys.needs("skey")?)?;
    let prekey = keys.child("key").map(|key| anyhow::Ok((key.needs("id")?.number(), key.needs("value")?.key32()?)));
    Ok(Bundle {
        registration_id: receipt.needs("registration")?.number(),
        identity: keys.needs("identity")?.key32()?,
        signed_prekey_id,
        signed_prekey,
        signature,
        prekey: prekey.transpose()?,
    })
}

fn signed_prekey(id: u32, key: [u8; 32], signature: &[u8]) -> Node {
    let children = [leaf("id", id24(id)), leaf("value", key), leaf("signature", signature)];
    node("skey").children(children).build()
}

fn read_signed_prekey(skey: &Node) -> Result<(u32, [u8; 32], Vec<u8>)> {
    let signature = skey.needs("signature")?.content().to_vec();
    Ok((skey.needs("id")?.number(), skey.needs("value")?.key32()?, signature))
}

struct Upload {
    registration_id: u32,
    identity: [u8; 32],
    prekeys: Vec<(u32, [u8; 32])>,
}

fn read_upload(iq: &Node, list: &Node) -> Result<Upload> {
    let read = |key: &Node| anyhow::Ok((key.needs("id")?.number(), key.needs("value")?.key32()?));
    Ok(Upload {
        registration_id: iq.needs("registration")?.number(),
        identity: iq.needs("identity")?.key32()?,
        prekeys: list.children().unwrap_or_default().iter().map(read).collect::<Result<_>>()?,
    })
}
