//! What comes in: stored before it is acknowledged, once however often it arrives.

use super::{arrival, change, merge, store};
use crate::{
    Server,
    consent::{Ears, Heard},
    contact,
    crash::crash_point,
    db::SystemTx,
    error::Result,
    media::{self, Source},
    number::{self, budget, health},
    outbox::Sender,
    whatsapp::content::Said,
};
use domain::{
    ContactId, Event, Millis, PhoneNumber,
    media::MediaProblem,
    message::{Author, Direction, MessageState},
    time::Day,
};
use futures::FutureExt as _;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// One message as the network handed it over, in our words.
#[derive(Clone, Debug)]
pub struct Received {
    /// The other side of the thread: at least one of phone and LID is known.
    pub phone: Option<PhoneNumber>,
    /// Digits, without server.
    pub lid: Option<String>,
    /// What they call themselves; empty when unknown.
    pub push_name: String,
    /// Written on the phone of the number itself.
    pub from_me: bool,
    pub wa_id: String,
    /// The chat's address, as the network has it.
    pub chat: String,
    pub said: Said,
    pub at: Millis,
}

impl Received {
    pub(super) fn direction(&self) -> Direction {
        if self.from_me { Direction::Outgoing } else { Direction::Incoming }
    }
}

/// Stores a batch, all of it or nothing, in order; returns once it is on the disk. A message that is there already
/// changes nothing, so a batch may come again; one that could not be read gets its words when it comes again.
///
/// How many messages were new.
pub async fn receive(server: &Server, sender: Sender, batch: Vec<Received>) -> Result<usize> {
    let batch = Arc::new(batch);
    let stored = server.db.write_again(|| {
        let (this, batch) = (server.clone(), batch.clone());
        move |tx: &mut SystemTx| store_all(this, tx, sender, batch).boxed()
    });
    let fresh = stored.await?;
    crash_point("inbox.stored");
    if fresh > 0 {
        server.nudge.chatbot.now();
        server.nudge.campaign.now();
    }
    Ok(fresh)
}

/// How many messages were new.
async fn store_all(this: Server, tx: &mut SystemTx, sender: Sender, batch: Arc<Vec<Received>>) -> Result<usize> {
    // Deleted: it is taken from the network, which would send it again, and kept nowhere.
    if !number::store::is_here(tx, sender.number).await? {
        return Ok(0);
    }
    let (mut fresh, mut met, mut wrote) = (0usize, Vec::new(), Vec::new());
    let mut ears = None;
    // An offline queue may reach back over several days.
    let mut written: BTreeMap<Day, (usize, Millis)> = BTreeMap::new();
    for message in batch.iter() {
        let Some(contact) = receive_one(&this, tx, sender, message, &mut ears).await? else { continue };
        fresh += 1;
        met.push(contact);
        if !message.from_me {
            wrote.push(contact);
            // The network's clock may be ahead of ours.
            let at = message.at.min(this.now());
            let (messages, last) = written.entry(health::zone().day(at)).or_default();
            (*messages, *last) = (*messages + 1, at.max(*last));
        }
    }
    // Who wrote is no stranger, and whom the team wrote to on the phone is none either.
    budget::store::meet(tx, sender.tenant, sender.number, &met, this.now()).await?;
    budget::store::answered(tx, sender.number, &wrote).await?;
    contact::picture::want(tx, sender.tenant, sender.number, &wrote, this.now()).await?;
    for (messages, last) in written.into_values() {
        let traffic = health::store::Traffic::Received;
        health::store::add(tx, sender.tenant, sender.number, traffic, messages, last).await?;
    }
    crash_point("inbox.store");
    Ok(fresh)
}

/// Whose thread it is in, if it was not there already.
async fn receive_one(
    server: &Server,
    tx: &mut SystemTx,
    sender: Sender,
    message: &Received,
    ears: &mut Option<Ears>,
) -> Result<Option<ContactId>> {
    let who = contact::Identity {
        phone: message.phone.clone(),
        lid: message.lid.clone(),
        push_name: if message.from_me { String::new() } else { message.push_name.clone() },
    };
    let content = match &message.said {
        Said::Message(content) => content,
        // Whoever is known twice may have said it under either address.
        said => {
            let mut told = BTreeSet::new();
            for contact in contact::known(tx, sender.tenant, &who).await? {
                let contact = contact::merge::hold(tx, sender.tenant, contact).await?;
                if !told.insert(contact) {
                    continue;
                }
                change::clear_place(tx, sender, contact, message).await?;
                if let Said::Change(change) = said {
                    change::apply(tx, sender, contact, message, change).await?;
                }
            }
            return Ok(None);
        }
    };
    let contact = merge::identify(server, tx, sender.tenant, &who).await?;
    // Somebody may be making two of them one at this moment.
    let contact = contact::merge::hold(tx, sender.tenant, contact).await?;
    let mut new = arrival::NewMessage {
        id: server.new_id(),
        tenant: sender.tenant,
        number: sender.number,
        contact,
        direction: message.direction(),
        content,
        state: message.from_me.then_some(MessageState::Sent),
        author: message.from_me.then_some(Author::Phone),
        wa_id: &message.wa_id,
        at: message.at,
        history_order: None,
    };
    new.at = arrival::place(tx, &new).await?;
    if !arrival::insert(tx, &new).await? {
        if let Some(id) = arrival::adopt(tx, &new).await? {
            new.id = id;
            if !message.from_me {
                arrival::tell_reply(tx, &new).await?;
                hear(server, tx, &new, ears).await?;
            }
            change::tell(tx, sender, contact).await?;
            return Ok(Some(contact));
        }
        if let Some(id) = arrival::replace(tx, &new).await? {
            new.id = id;
            attach(server, tx, &new, message, Some(server.now())).await?;
            if !message.from_me {
                hear(server, tx, &new, ears).await?;
            }
            change::tell(tx, sender, contact).await?;
        }
        return Ok(None);
    }
    attach(server, tx, &new, message, Some(server.now())).await?;
    let conversation = arrival::arrived(tx, server.new_id(), &new, server.now()).await?;
    if !message.from_me {
        arrival::tell_reply(tx, &new).await?;
        hear(server, tx, &new, ears).await?;
    }
    tx.publish(sender.tenant, Event::ConversationChanged(conversation));
    Ok(Some(contact))
}

/// Whoever wishes to hear nothing more, or to hear again, is understood in the transaction that stores their words: nothing
/// leaves after it. The chatbot has no answer of its own to a wish.
async fn hear(
    server: &Server,
    tx: &mut SystemTx,
    new: &arrival::NewMessage<'_>,
    ears: &mut Option<Ears>,
) -> Result<()> {
    let ears = match ears {
        Some(ears) => ears,
        None => ears.insert(Ears::of(tx, new.tenant).await?),
    };
    let heard = Heard { number: new.number, contact: new.contact, text: &new.content.text, at: new.at };
    if ears.hear(server, tx, new.tenant, &heard).await? {
        arrival::spare_bot(tx, new.id).await?;
        store::set_last(tx, new.tenant, new.number, new.contact).await?;
    }
    Ok(())
}

/// The file, if it has one, is fetched by the session that was told of it, from `fetch_at` on or when somebody wants it.
pub(super) async fn attach(
    server: &Server,
    tx: &mut SystemTx,
    new: &arrival::NewMessage<'_>,
    message: &Received,
    fetch_at: Option<Millis>,
) -> Result<()> {
    let Some(file) = &new.content.file else { return Ok(()) };
    let source = match &file.place {
        Ok(place) => {
            let source = Source { place: place.clone(), chat: message.chat.clone(), from_me: message.from_me };
            Some(source.seal(server, new.id)?)
        }
        Err(_) => None,
    };
    let attachment = media::store::NewAttachment {
        message: new.id,
        tenant: new.tenant,
        number: new.number,
        media: None,
        name: &file.name,
        bytes: file.bytes,
        seconds: file.seconds,
        next_at: fetch_at.filter(|_| source.is_some()),
        source,
        problem: file.place.as_ref().err().copied().or(fetch_at.is_none().then_some(MediaProblem::Earlier)),
    };
    media::store::attach(tx, &[attachment]).await
}
