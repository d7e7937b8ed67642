//! SQL of what the network tells of the groups a number is in.

use super::is_owner;
use crate::{
    Server,
    db::SystemTx,
    error::Result,
    inbox,
    number::{self, group::store},
    outbox::Sender,
};
use domain::{
    Event, PhoneNumber,
    number::group::{Told, known_by_both},
};
use futures::FutureExt as _;
use std::{collections::BTreeMap, sync::Arc};

/// Groups written in one transaction: each may have thousands of members.
const TOGETHER: usize = 20;
/// People looked for in one transaction.
const PEOPLE: usize = 100;

/// The network told all groups of the number: it is in no others.
pub(in crate::session) async fn learn_all_groups(server: &Server, sender: Sender, told: Vec<Told>) -> Result<()> {
    let wa_ids: Arc<Vec<String>> = Arc::new(told.iter().map(|told| told.group.wa_id.clone()).collect());
    learn_groups(server, sender, told.into_iter().map(|told| (told.group.wa_id.clone(), Some(told))).collect()).await?;
    let kept = server.db.write_again(|| {
        let wa_ids = wa_ids.clone();
        move |tx: &mut SystemTx| keep_only(tx, sender, wa_ids).boxed()
    });
    kept.await
}

/// What the network told of some groups; those of which it told nothing are not the number's any more.
pub(in crate::session) async fn learn_groups(
    server: &Server,
    sender: Sender,
    told: Vec<(String, Option<Told>)>,
) -> Result<()> {
    // In the same order whoever learns: two numbers may be in the same groups. Each once, and a few at a time: others
    // write as well.
    let groups = told.iter().filter_map(|(_, told)| told.as_ref());
    let people: BTreeMap<_, _> = groups.flat_map(|told| known_by_both(&told.members)).collect();
    let people: Vec<_> = people.into_iter().map(|(phone, lid)| (phone.clone(), lid.to_owned())).collect();
    let told = Arc::new(told);
    for from in (0..told.len()).step_by(TOGETHER) {
        let kept = server.db.write_again(|| {
            let told = told.clone();
            move |tx: &mut SystemTx| keep(tx, sender, told, from).boxed()
        });
        kept.await?;
    }
    for few in people.chunks(PEOPLE) {
        let learnt = server.db.write_again(|| {
            let (this, few) = (server.clone(), few.to_vec());
            move |tx: &mut SystemTx| learn(this, tx, sender, few).boxed()
        });
        learnt.await?;
    }
    Ok(())
}

/// Keeps the groups from this one on, as many as go together.
async fn keep(tx: &mut SystemTx, sender: Sender, told: Arc<Vec<(String, Option<Told>)>>, from: usize) -> Result<()> {
    if !may_keep(tx, sender).await? {
        return Ok(());
    }
    let mut is_news = false;
    for (wa_id, told) in told.iter().skip(from).take(TOGETHER) {
        is_news |= match told {
            Some(told) => store::keep(tx, sender, told).await?,
            None => store::forget(tx, sender.number, wa_id).await?,
        };
    }
    if is_news {
        tx.publish(sender.tenant, Event::NumberChanged(sender.number));
    }
    Ok(())
}

async fn keep_only(tx: &mut SystemTx, sender: Sender, wa_ids: Arc<Vec<String>>) -> Result<()> {
    if may_keep(tx, sender).await? && store::keep_only(tx, sender.number, &wa_ids).await? {
        tx.publish(sender.tenant, Event::NumberChanged(sender.number));
    }
    Ok(())
}

async fn learn(this: Server, tx: &mut SystemTx, sender: Sender, people: Vec<(PhoneNumber, String)>) -> Result<()> {
    if may_keep(tx, sender).await? {
        inbox::learn(&this, tx, sender.tenant, &people).await?;
    }
    Ok(())
}

/// The number is ours, and nobody deleted it.
async fn may_keep(tx: &mut SystemTx, sender: Sender) -> Result<bool> {
    Ok(is_owner(tx, sender).await? && number::store::is_here(tx, sender.number).await?)
}
