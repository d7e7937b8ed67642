//! SQL of what the network tells of the groups a number is in.

use super::is_owner;
use crate::{Server, error::Result, inbox, number::group::store, outbox::Sender};
use domain::{
    Event,
    number::group::{Told, known_by_both},
};

/// Groups written in one transaction: each may have thousands of members.
const TOGETHER: usize = 20;

/// The network told all groups of the number: it is in no others.
pub(in crate::session) async fn learn_all_groups(server: &Server, sender: Sender, told: Vec<Told>) -> Result<()> {
    let wa_ids: Vec<String> = told.iter().map(|told| told.group.wa_id.clone()).collect();
    learn_groups(server, sender, told.into_iter().map(|told| (told.group.wa_id.clone(), Some(told))).collect()).await?;
    server
        .db
        .write(move |tx| {
            let wa_ids = wa_ids.clone();
            Box::pin(async move {
                if is_owner(tx, sender).await? && store::keep_only(tx, sender.number, &wa_ids).await? {
                    tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                }
                Ok(())
            })
        })
        .await
}

/// What the network told of some groups; those of which it told nothing are not the number's any more.
pub(in crate::session) async fn learn_groups(
    server: &Server,
    sender: Sender,
    told: Vec<(String, Option<Told>)>,
) -> Result<()> {
    for part in told.chunks(TOGETHER) {
        let (part, own) = (part.to_vec(), server.clone());
        server
            .db
            .write(move |tx| {
                let (part, server) = (part.clone(), own.clone());
                Box::pin(async move {
                    if !is_owner(tx, sender).await? {
                        return Ok(());
                    }
                    let mut is_news = false;
                    for (wa_id, told) in part {
                        is_news |= match told {
                            Some(told) => {
                                let people = known_by_both(&told.members);
                                let people: Vec<_> =
                                    people.map(|(phone, lid)| (phone.clone(), lid.to_owned())).collect();
                                inbox::learn(&server, tx, sender.tenant, &people).await?;
                                store::keep(tx, sender, &told).await?
                            }
                            None => store::forget(tx, sender.number, &wa_id).await?,
                        };
                    }
                    if is_news {
                        tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                    }
                    Ok(())
                })
            })
            .await?;
    }
    Ok(())
}
