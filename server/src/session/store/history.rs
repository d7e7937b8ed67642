//! SQL of what a phone remembers: which parts of its history are to come, and what people are called.

use super::is_owner;
use crate::{
    Server,
    contact::{self, Names},
    db::{SystemTx, json_list},
    error::Result,
    execute, fetch_all, inbox, insert_rows,
    number::{self, health},
    outbox::{self, Sender},
    session::history::Entry,
};
use domain::{Event, PhoneNumber, number::health::NumberEvent};
use futures::FutureExt as _;
use std::{collections::BTreeSet, sync::Arc};

/// People looked for in one transaction.
const PEOPLE: usize = 100;

/// These parts are to come. Before the network hears that we know: what is lost on the way is missed then.
pub(in crate::session) async fn announce(server: &Server, sender: Sender, parts: &[String]) -> Result<()> {
    let parts = parts.to_vec();
    let announced = server.db.write(move |tx| {
        Box::pin(async move {
            outbox::check_fence(tx, sender).await?;
            insert_rows!(
                tx,
                "INSERT INTO history_part (session_id, wa_id, tenant_id)",
                &parts,
                |part| [sender.session, part, sender.tenant],
                "ON CONFLICT (session_id, wa_id) DO NOTHING"
            )?;
            Ok(())
        })
    });
    announced.await
}

/// The parts that an earlier owner of the session waited for.
pub(in crate::session) async fn announced_before(server: &Server, sender: Sender) -> Result<BTreeSet<String>> {
    let mut tx = server.db.system_read().await?;
    let sql = "SELECT wa_id FROM history_part WHERE session_id = $1";
    let rows: Vec<(String,)> = fetch_all!(&mut tx, (String,), sql, sender.session)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Nothing is to come any more; what there was, if it is worth a word.
pub(in crate::session) async fn end_history(server: &Server, sender: Sender, event: Option<NumberEvent>) -> Result<()> {
    let now = server.now();
    let ended = server.db.write(move |tx| {
        Box::pin(async move {
            outbox::check_fence(tx, sender).await?;
            execute!(tx, "DELETE FROM history_part WHERE session_id = $1", sender.session)?;
            let Some(event) = event else { return Ok(()) };
            health::store::note(tx, sender.number, event, now).await?;
            tx.publish(sender.tenant, Event::NumberChanged(sender.number));
            Ok(())
        })
    });
    ended.await
}

/// What people are called, and who is who. Only those who are contacts are looked after.
pub(in crate::session) async fn learn_names(server: &Server, sender: Sender, people: Vec<Entry>) -> Result<()> {
    for few in people.chunks(PEOPLE) {
        let few: Arc<[Entry]> = few.into();
        let learnt = server.db.write_again(|| {
            let (this, few) = (server.clone(), few.clone());
            move |tx: &mut SystemTx| learn(this, tx, sender, few).boxed()
        });
        learnt.await?;
    }
    Ok(())
}

async fn learn(this: Server, tx: &mut SystemTx, sender: Sender, people: Arc<[Entry]>) -> Result<()> {
    if !is_owner(tx, sender).await? || !number::store::is_here(tx, sender.number).await? {
        return Ok(());
    }
    let pair = |entry: &Entry| Some((entry.phone.clone()?, entry.lid.clone()?));
    let pairs: Vec<(PhoneNumber, String)> = people.iter().filter_map(pair).collect();
    inbox::learn(&this, tx, sender.tenant, &pairs).await?;
    let phones = json_list(people.iter().filter_map(|entry| entry.phone.as_ref()).map(PhoneNumber::digits));
    let lids = json_list(people.iter().filter_map(|entry| entry.lid.as_ref()));
    let contacts = contact::among(tx, sender.tenant, &phones, &lids).await?;
    for entry in people.iter() {
        let is_theirs = |found: &&contact::Found| {
            (entry.phone.is_some() && found.phone == entry.phone) || (entry.lid.is_some() && found.lid == entry.lid)
        };
        for found in contacts.iter().filter(is_theirs) {
            let names = Names { push_name: &entry.push_name, saved_name: &entry.saved_name, is_new: entry.is_new };
            if contact::tell_names(tx, sender.tenant, found.contact_id, names, this.now()).await? {
                inbox::tell_contact(tx, sender.tenant, found.contact_id).await?;
            }
        }
    }
    Ok(())
}
