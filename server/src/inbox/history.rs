//! What was said before: the history that a phone gives a device it is linked with.
//!
//! It becomes threads like everything else, once however often it comes, and nobody reacts to it: no bot, no campaign, no
//! counter. Who is in it is no stranger to the number.

use super::{Received, arrival, change, merge, receive, store};
use crate::{
    Server, contact,
    db::SystemTx,
    error::Result,
    number::{self, budget},
    outbox::{self, Sender},
    whatsapp::content::{Change, Content, Said},
};
use domain::{
    ContactId, Event, Millis,
    message::{Author, MessageKind, MessageState},
    time::{DAY_MS, SECOND_MS},
};
use futures::FutureExt as _;
use std::{ops::Range, sync::Arc};

/// Messages stored in one transaction: others write as well.
const PIECE: usize = 50;
/// A piece ends where a second does, so that what was said within one keeps its order, unless it becomes as long as this.
const LONGEST_PIECE: usize = 200;
/// Files of this age are fetched by themselves; older ones when somebody wants them. Nobody reads a year of pictures on the
/// day a number is linked.
const FETCHED_MS: i64 = 7 * DAY_MS;
/// Between two files that are fetched by themselves: those of people who write now go before them.
const FETCH_GAP_MS: i64 = 2 * SECOND_MS;

/// A chat as the phone has it, or a part of it.
#[derive(Clone, Debug)]
pub struct Chat {
    pub who: contact::Identity,
    /// The name under which the phone has the person saved; empty when it has not.
    pub saved_name: String,
    /// Messages of the person that nobody has read on the phone: the newest.
    pub unread: u32,
    /// In their order.
    pub messages: Vec<Past>,
}

/// A message as it is by now.
#[derive(Clone, Debug)]
pub struct Past {
    pub message: Received,
    /// Its place in the chat: the network's clock has whole seconds.
    pub order: i64,
    /// Of one that the number wrote.
    pub state: MessageState,
    pub is_deleted: bool,
    pub reactions: Vec<Reaction>,
}

/// What somebody thinks of a message.
#[derive(Clone, Debug)]
pub struct Reaction {
    pub from_me: bool,
    pub emoji: String,
    pub at: Millis,
}

/// What a history brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Messages that were not here.
    pub messages: u64,
    /// Messages that were.
    pub known: u64,
    /// Whose chat it is, when there was a message in it.
    pub contact: Option<ContactId>,
}

/// Stores a chat, a few messages at a time, the newest first; may be done again. `fetches` counts the files that are
/// fetched by themselves.
///
/// # Errors
/// `Stale` when another process owns the session by now.
pub async fn take_in(server: &Server, sender: Sender, chat: Chat, fetches: &mut u64) -> Result<Brought> {
    let chat = Arc::new(chat);
    let mut brought = Brought::default();
    for piece in pieces(&chat.messages) {
        let (already, piece) = (*fetches, Arc::new(piece));
        let stored = server.db.write_again(|| {
            let (this, chat, piece) = (server.clone(), chat.clone(), piece.clone());
            move |tx: &mut SystemTx| {
                async move { Piece { this, sender, chat, fetches: already }.store(tx, (*piece).clone()).await }.boxed()
            }
        });
        let (of_piece, fetched) = stored.await?;
        *fetches = fetched;
        brought.messages += of_piece.messages;
        brought.known += of_piece.known;
        brought.contact = of_piece.contact.or(brought.contact);
    }
    Ok(brought)
}

/// From the newest to the oldest, as parts come.
fn pieces(messages: &[Past]) -> Vec<Range<usize>> {
    let second = |at: usize| second(&messages[at]);
    let (mut pieces, mut until) = (Vec::new(), messages.len());
    while until > 0 {
        let mut from = until.saturating_sub(PIECE);
        while from > 0 && until - from < LONGEST_PIECE && second(from - 1) == second(from) {
            from -= 1;
        }
        pieces.push(from..until);
        until = from;
    }
    pieces
}

fn second(past: &Past) -> i64 {
    past.message.at.0.div_euclid(SECOND_MS)
}

fn begin_of(past: &Past) -> Millis {
    Millis(second(past) * SECOND_MS)
}

/// What was done with a message.
enum Stored {
    /// It was not there.
    Fresh,
    /// It was there, and has a place in the history now.
    Placed,
    Known,
}

/// A part of a chat on its way into the database.
struct Piece {
    this: Server,
    sender: Sender,
    chat: Arc<Chat>,
    fetches: u64,
}

impl Piece {
    async fn store(mut self, tx: &mut SystemTx, piece: Range<usize>) -> Result<(Brought, u64)> {
        let Sender { tenant, number, .. } = self.sender;
        outbox::check_fence(tx, self.sender).await?;
        if piece.is_empty() || !number::store::is_here(tx, number).await? {
            return Ok((Brought::default(), self.fetches));
        }
        let chat = self.chat.clone();
        let now = self.this.now();
        // What they called themselves then is not what they are called now: only who has no name gets it.
        let who = contact::Identity { push_name: String::new(), ..chat.who.clone() };
        let contact = merge::identify(&self.this, tx, tenant, &who).await?;
        // What the person writes meanwhile is placed after what they wrote before.
        let contact = contact::merge::hold_alone(tx, tenant, contact).await?;
        let names = contact::Names { push_name: &chat.who.push_name, saved_name: &chat.saved_name, is_new: false };
        if contact::tell_names(tx, tenant, contact, names, now).await? {
            tx.publish(tenant, Event::ContactChanged(contact));
        }
        let newest = chat.messages[piece.end - 1].message.at;
        let id = self.this.new_id();
        let conversation = arrival::open_silently(tx, tenant, id, number, contact, newest, now).await?;
        let (mut fresh, mut of_person, mut known, mut is_moved) = (0u64, 0usize, 0, false);
        for past in &chat.messages[piece.clone()] {
            match self.store_one(tx, contact, past).await? {
                Stored::Fresh => {
                    fresh += 1;
                    of_person += usize::from(!past.message.from_me);
                }
                Stored::Placed => (known, is_moved) = (known + 1, true),
                Stored::Known => known += 1,
            }
        }
        // After all of them: what was written on the stroke of a second may stand in the one after.
        let is_news = fresh > 0 || is_moved;
        if is_news {
            let mut seconds: Vec<_> = chat.messages[piece].iter().map(begin_of).collect();
            seconds.dedup();
            for begin in seconds {
                arrival::put_in_order(tx, self.sender, contact, begin).await?;
            }
            store::set_last(tx, tenant, number, contact).await?;
            arrival::add_unread(tx, conversation, of_person, chat.unread).await?;
            tx.publish(tenant, Event::ConversationChanged(conversation));
        }
        budget::store::meet(tx, tenant, number, &[contact], now).await?;
        let brought = Brought { messages: fresh, known, contact: Some(contact) };
        Ok((brought, self.fetches))
    }

    async fn store_one(&mut self, tx: &mut SystemTx, contact: ContactId, past: &Past) -> Result<Stored> {
        let message = &past.message;
        let gone = Content { kind: MessageKind::Text, text: String::new(), file: None, quote: None };
        let content = match &message.said {
            _ if past.is_deleted => &gone,
            Said::Message(content) => content,
            Said::Change(change) => {
                change::apply(tx, self.sender, contact, message, change).await?;
                return Ok(Stored::Known);
            }
            Said::Nothing => return Ok(Stored::Known),
        };
        let mut new = arrival::NewMessage {
            id: self.this.new_id(),
            tenant: self.sender.tenant,
            number: self.sender.number,
            contact,
            direction: message.direction(),
            content,
            state: message.from_me.then_some(past.state),
            author: message.from_me.then_some(Author::Phone),
            wa_id: &message.wa_id,
            at: begin_of(past),
            history_order: Some(past.order),
        };
        let is_fresh = arrival::insert(tx, &new).await?;
        let has_its_words = if is_fresh { Some(new.id) } else { arrival::replace(tx, &new).await? };
        if let Some(id) = has_its_words {
            new.id = id;
            let fetch = self.when_to_fetch(&new);
            receive::attach(&self.this, tx, &new, message, fetch).await?;
        }
        let stored = match is_fresh {
            true => Stored::Fresh,
            false if arrival::keep_order(tx, &new).await? => Stored::Placed,
            false => Stored::Known,
        };
        self.change(tx, contact, past).await?;
        Ok(stored)
    }

    /// What became of a message since it was written, also of one that was here.
    async fn change(&self, tx: &mut SystemTx, contact: ContactId, past: &Past) -> Result<()> {
        let message = &past.message;
        if past.is_deleted {
            let deleted = Change::Deleted { of: message.wa_id.clone() };
            return change::apply(tx, self.sender, contact, message, &deleted).await;
        }
        for Reaction { from_me, emoji, at } in &past.reactions {
            let from = Received { from_me: *from_me, at: *at, ..message.clone() };
            let own = *from_me == message.from_me;
            let reacted = Change::Reacted { to: message.wa_id.clone(), own, emoji: emoji.clone() };
            change::apply(tx, self.sender, contact, &from, &reacted).await?;
        }
        Ok(())
    }

    /// When its file is fetched by itself, if at all.
    fn when_to_fetch(&mut self, new: &arrival::NewMessage<'_>) -> Option<Millis> {
        let now = self.this.now();
        let has_place = new.content.file.as_ref().is_some_and(|file| file.place.is_ok());
        if !has_place || new.at < now - FETCHED_MS {
            return None;
        }
        let gaps = i64::try_from(self.fetches).unwrap_or(i64::MAX / FETCH_GAP_MS);
        self.fetches += 1;
        Some(now + gaps.saturating_mul(FETCH_GAP_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(at: i64) -> Past {
        let message = Received {
            phone: None,
            lid: None,
            push_name: String::new(),
            from_me: false,
            wa_id: String::new(),
            chat: String::new(),
            said: Said::Nothing,
            at: Millis(at),
        };
        Past { message, order: at, state: MessageState::Sent, is_deleted: false, reactions: Vec::new() }
    }

    #[test]
    fn pieces_are_small_and_end_where_a_second_does() {
        let seconds =
            |seconds: &[i64]| -> Vec<Past> { seconds.iter().map(|second| past(second * SECOND_MS)).collect() };
        assert!(pieces(&[]).is_empty());
        let spread: Vec<i64> = (0..120).collect();
        assert_eq!(pieces(&seconds(&spread)), [70..120, 20..70, 0..20]);
        let burst: Vec<i64> = (0..120).map(|at| at / 60).collect();
        assert_eq!(pieces(&seconds(&burst)), [60..120, 0..60]);
        assert_eq!(pieces(&seconds(&[7; 450])), [250..450, 50..250, 0..50]);
    }
}
