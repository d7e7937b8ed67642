//! Asking the network for the groups a number is in: all of them once a day, and each that changes when it does.
//!
//! The question runs beside the session and holds nothing up. What is not answered is asked again later.

use super::{incoming, live::Live, store};
use crate::{error::Result, number::group::store::Told, whatsapp::content::tidy};
use domain::{
    Millis, PhoneNumber,
    number::group::{GroupView, LONGEST_SUBJECT, MOST_MEMBERS, Member},
    time::DAY_MS,
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use wa_rs::{
    Client,
    features::{GroupMetadata, GroupParticipant},
};
use wacore_binary::Jid;

/// Changes come in swarms; those of one moment are one reason to ask.
const GAP: Duration = Duration::from_secs(1);
/// After a question that was not answered.
const RETRY: Duration = Duration::from_secs(60);
/// How long the network may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// When more groups than this have changed, all are asked for at once.
const MANY: usize = 16;
/// Groups kept of a number, and asked about again by themselves.
const MOST_GROUPS: usize = 5_000;

/// What is asked next, and the question that is on its way.
pub(super) struct Groups {
    under_way: JoinSet<Answer>,
    /// Connected again: whether a day has passed is to be looked up.
    is_new: bool,
    all: bool,
    changed: BTreeMap<String, Jid>,
    after: Instant,
    /// When all are asked for again, by the server's clock.
    at: Millis,
}

/// What the network said. Without an answer, what is to be asked again.
pub(super) enum Answer {
    All(Vec<Told>),
    /// Those that changed; without anything, the number is not in them any more.
    Some(Vec<(String, Option<Told>)>),
    NoneOfAll,
    NoneOf(BTreeMap<String, Jid>),
}

impl Default for Groups {
    fn default() -> Self {
        let (all, changed, at) = (false, BTreeMap::new(), Millis(i64::MAX));
        Self { under_way: JoinSet::new(), is_new: false, all, changed, after: Instant::now(), at }
    }
}

impl Groups {
    pub(super) fn connected(&mut self) {
        self.is_new = true;
    }

    pub(super) fn changed(&mut self, group: &Jid) {
        self.changed.insert(group.user.to_string(), group.clone());
        if self.changed.len() > MANY {
            self.changed.clear();
            self.all = true;
        }
        self.after = self.after.max(Instant::now() + GAP);
    }

    /// What the network said, once it did or took too long; never while nobody asks.
    pub(super) async fn answered(&mut self) -> Answer {
        match self.under_way.join_next().await {
            Some(Ok(answer)) => answer,
            // It panicked over what the network said: not again before tomorrow.
            Some(Err(_)) => Answer::Some(Vec::new()),
            None => std::future::pending().await,
        }
    }

    fn again(&mut self) {
        self.after = Instant::now() + RETRY;
    }
}

impl Live {
    /// Asks the network if it is time to.
    pub(super) async fn ask_groups(&self, client: &Arc<Client>, groups: &mut Groups) -> Result<()> {
        let is_due = groups.is_new || groups.all || !groups.changed.is_empty() || self.server.now() >= groups.at;
        if !is_due || !groups.under_way.is_empty() || Instant::now() < groups.after || !client.is_logged_in() {
            return Ok(());
        }
        if std::mem::take(&mut groups.is_new) {
            let told_at = store::groups_told_at(&self.server, self.sender).await?;
            groups.at = told_at.map_or(Millis(0), |at| at + DAY_MS);
        }
        let is_all = groups.all || self.server.now() >= groups.at;
        let changed = std::mem::take(&mut groups.changed);
        (groups.all, groups.after) = (false, Instant::now() + GAP);
        let client = client.clone();
        if is_all {
            groups.at = self.server.now() + DAY_MS;
            groups.under_way.spawn(async move { all(&client).await });
        } else if !changed.is_empty() {
            groups.under_way.spawn(async move { some(&client, changed).await });
        }
        Ok(())
    }

    /// Keeps what the network answered, and asks again for what it did not.
    pub(super) async fn learn_groups(&self, answer: Answer, groups: &mut Groups) -> Result<()> {
        match answer {
            Answer::All(told) => store::learn_all_groups(&self.server, self.sender, told).await,
            Answer::Some(told) => store::learn_groups(&self.server, self.sender, told).await,
            Answer::NoneOfAll => {
                groups.all = true;
                groups.again();
                Ok(())
            }
            Answer::NoneOf(changed) => {
                groups.changed.extend(changed);
                groups.again();
                Ok(())
            }
        }
    }
}

async fn all(client: &Client) -> Answer {
    match tokio::time::timeout(PATIENCE, client.groups().get_participating()).await {
        Ok(Ok(groups)) => {
            let own = Own::of(client);
            let told = groups.into_values().filter_map(|group| told(&group, &own)).take(MOST_GROUPS);
            Answer::All(told.collect())
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "the network does not tell the groups");
            Answer::NoneOfAll
        }
        Err(_) => Answer::NoneOfAll,
    }
}

/// Each by itself; those that are not answered are asked for again together.
async fn some(client: &Client, changed: BTreeMap<String, Jid>) -> Answer {
    let (own, mut known) = (Own::of(client), Vec::new());
    for (wa_id, group) in &changed {
        match tokio::time::timeout(PATIENCE, client.groups().get_metadata(group)).await {
            Ok(Ok(group)) => known.push((wa_id.clone(), told(&group, &own).filter(|told| is_in(&told.members)))),
            Ok(Err(error)) if is_gone(&error) => known.push((wa_id.clone(), None)),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the network does not tell a group");
                return Answer::NoneOf(changed);
            }
            Err(_) => return Answer::NoneOf(changed),
        }
    }
    Answer::Some(known)
}

/// The network tells nothing of a group to who is not in it.
fn is_gone(error: &wa_rs::features::GroupError) -> bool {
    use wa_rs::{features::GroupError, request::IqError};
    matches!(error, GroupError::Iq(IqError::ServerError { code: 401 | 403 | 404 | 410, .. }))
}

fn is_in(members: &[Member]) -> bool {
    members.iter().any(|member| member.is_self)
}

/// The account of the session, under both addresses.
struct Own {
    phone: Option<PhoneNumber>,
    lid: Option<String>,
}

impl Own {
    fn of(client: &Client) -> Self {
        let lid = client.lid().map(|lid| lid.user.to_string());
        Self { phone: client.pn().as_ref().and_then(incoming::phone), lid }
    }
}

/// `None` for communities: what people write in is their groups.
fn told(group: &GroupMetadata, own: &Own) -> Option<Told> {
    let wa_id = group.id.user.to_string();
    if group.is_parent_group || wa_id.is_empty() || wa_id.len() > 64 || wa_id.contains('\0') {
        return None;
    }
    // Nobody is in a group twice, whatever the network says.
    let mut seen = HashSet::new();
    let members = group.participants.iter().filter_map(|participant| member(participant, own));
    let members: Vec<Member> = members.filter(|member| seen.insert(member.clone())).take(MOST_MEMBERS).collect();
    let is_admin = members.iter().any(|member| member.is_self && member.is_admin);
    let size = group.size.map_or(0, u64::from).max(members.len() as u64);
    let subject = tidy(&group.subject).chars().take(LONGEST_SUBJECT).collect();
    let group = GroupView { wa_id, subject, size, is_admin, is_announcement: group.is_announcement };
    Some(Told { group, members })
}

fn member(participant: &GroupParticipant, own: &Own) -> Option<Member> {
    let sides = || [Some(&participant.jid), participant.phone_number.as_ref(), participant.lid.as_ref()];
    let phone = sides().into_iter().flatten().find(|jid| !jid.server.is_lid_family()).and_then(incoming::phone);
    let lid = sides().into_iter().flatten().find(|jid| jid.server.is_lid_family()).map(|jid| jid.user.to_string());
    if phone.is_none() && lid.is_none() {
        return None;
    }
    let is_self = (phone.is_some() && phone == own.phone) || (lid.is_some() && lid == own.lid);
    Some(Member { phone, lid, is_admin: participant.is_admin(), is_self })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wacore::iq::groups::ParticipantType;

    fn participant(jid: &str, phone: Option<&str>, participant_type: ParticipantType) -> GroupParticipant {
        let read = |text: &str| text.parse::<Jid>().expect("a jid");
        let (jid, phone_number) = (read(jid), phone.map(read));
        GroupParticipant { jid, phone_number, lid: None, username: None, participant_type, details: None }
    }

    #[test]
    fn a_member_has_whatever_address_the_network_tells() {
        let own = Own { phone: PhoneNumber::from_e164("6281255500001").ok(), lid: Some("99000001".into()) };
        let read = |jid, phone, rank| {
            let member = member(&participant(jid, phone, rank), &own)?;
            Some((member.phone.map(|phone| phone.digits().to_owned()), member.lid, member.is_admin, member.is_self))
        };
        let (text, rank) = (|text: &str| Some(text.to_owned()), ParticipantType::Member);
        let both = read("99000142@lid", Some("6281255500142@s.whatsapp.net"), rank);
        assert_eq!(both, Some((text("6281255500142"), text("99000142"), false, false)));
        assert_eq!(read("99000142@lid", None, rank), Some((None, text("99000142"), false, false)));
        let by_phone = read("6281255500142@s.whatsapp.net", None, ParticipantType::SuperAdmin);
        assert_eq!(by_phone, Some((text("6281255500142"), None, true, false)));
        assert_eq!(read("99000001@lid", None, rank), Some((None, text("99000001"), false, true)));
        assert_eq!(read("120363@g.us", None, rank), None);
    }
}
