//! Asking the network for the groups a number is in: all of them when a session begins and once a day, and each that
//! changes when it does.
//!
//! Questions run and are written down beside the session, one at a time, and hold nothing up. What is not answered is asked
//! again later, and ever later. Nobody may flood the network with questions: not a storm of changes, nor a group that it
//! never answers for.

use super::{live::Live, store};
use crate::{
    Server,
    error::Result,
    outbox::Sender,
    whatsapp::group::{Own, told, wa_id},
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::timeout};
use wa_rs::{Client, features::GroupError, request::IqError};
use wacore_binary::Jid;

/// Changes come in swarms; those of one moment are one reason to ask.
const SWARM: Duration = Duration::from_secs(1);
/// Between two questions.
const GAP: Duration = Duration::from_secs(5);
/// Between two questions for all groups, however much changes.
const GAP_OF_ALL: Duration = Duration::from_secs(600);
/// All are asked for at least this often.
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// After the first question that was not answered; twice as long after each further one, up to the longest.
const RETRY: Duration = Duration::from_secs(60);
const LONGEST_RETRY: Duration = Duration::from_secs(6 * 3_600);
/// How long the network may take to answer for one group, and for all.
const PATIENCE: Duration = Duration::from_secs(30);
const PATIENCE_FOR_ALL: Duration = Duration::from_secs(180);
/// Groups asked for one after the other.
const TOGETHER: usize = 8;
/// When more groups than this wait to be asked for, all are.
const MANY: usize = 256;
/// A group that the network did not answer for so often waits for the next time all are asked for.
const TRIES: u32 = 3;
/// Groups kept of a number.
const MOST_GROUPS: usize = 5_000;

/// What is asked next, and the question that is on its way.
pub(super) struct Groups {
    under_way: JoinSet<Outcome>,
    /// All are to be asked for; true from the beginning.
    all: bool,
    /// Those that changed, and how often they were asked for in vain.
    changed: BTreeMap<String, Changed>,
    /// Nothing is asked before then; nor all of them before the other moment.
    after: Instant,
    all_after: Instant,
    /// When all are asked for again.
    daily: Instant,
    /// Questions in a row without an answer.
    failures: u32,
}

pub(super) struct Changed {
    group: Jid,
    tries: u32,
}

/// What became of a question.
pub(super) enum Outcome {
    Learnt,
    /// Of these groups the network said nothing; of the others that were asked for it did.
    Some(BTreeMap<String, Changed>),
    /// It said nothing at all, and wants this long to pass.
    Nothing {
        question: Question,
        wait: Option<Duration>,
    },
}

pub(super) enum Question {
    All,
    Some(BTreeMap<String, Changed>),
}

impl Default for Groups {
    fn default() -> Self {
        let now = Instant::now();
        let (under_way, changed) = (JoinSet::new(), BTreeMap::new());
        Self { under_way, all: true, changed, after: now, all_after: now, daily: now + DAY, failures: 0 }
    }
}

impl Groups {
    /// The line is there again: what was not answered because it was lost may be asked now.
    pub(super) fn connected(&mut self) {
        (self.after, self.failures) = (Instant::now(), 0);
    }

    pub(super) fn changed(&mut self, group: &Jid) {
        let Some(wa_id) = wa_id(group) else { return };
        if self.changed.is_empty() {
            self.after = self.after.max(Instant::now() + SWARM);
        }
        self.changed.insert(wa_id, Changed { group: group.clone(), tries: 0 });
        if self.changed.len() > MANY {
            self.changed.clear();
            self.all = true;
        }
    }

    /// What became of a question, once something did; never while nobody asks.
    pub(super) async fn answered(&mut self) -> Outcome {
        match self.under_way.join_next().await {
            Some(Ok(outcome)) => outcome,
            // It panicked over what the network said: not again before tomorrow.
            Some(Err(_)) => Outcome::Learnt,
            None => std::future::pending().await,
        }
    }

    /// What to ask now.
    fn next(&mut self, now: Instant) -> Option<Question> {
        if !self.under_way.is_empty() || now < self.after {
            return None;
        }
        self.all |= now >= self.daily;
        if self.all && now >= self.all_after {
            (self.all, self.all_after, self.daily) = (false, now + GAP_OF_ALL, now + DAY);
            self.changed.clear();
            return Some(Question::All);
        }
        if self.changed.is_empty() {
            return None;
        }
        let rest = self.changed.keys().nth(TOGETHER).cloned().map(|first| self.changed.split_off(&first));
        Some(Question::Some(std::mem::replace(&mut self.changed, rest.unwrap_or_default())))
    }

    pub(super) fn settle(&mut self, outcome: Outcome) {
        let now = Instant::now();
        match outcome {
            Outcome::Learnt => (self.after, self.failures) = (now + GAP, 0),
            Outcome::Some(unanswered) => {
                (self.after, self.failures) = (now + GAP, 0);
                self.again(unanswered);
            }
            Outcome::Nothing { question, wait } => {
                let retry = RETRY.saturating_mul(1 << self.failures.min(16)).min(LONGEST_RETRY);
                self.failures += 1;
                self.after = now + wait.unwrap_or_default().max(retry);
                match question {
                    Question::All => (self.all, self.all_after) = (true, now),
                    Question::Some(unanswered) => self.again(unanswered),
                }
            }
        }
    }

    /// What changed meanwhile is asked for all the same, as something new.
    fn again(&mut self, unanswered: BTreeMap<String, Changed>) {
        for (wa_id, Changed { group, tries }) in unanswered {
            if tries + 1 < TRIES {
                self.changed.entry(wa_id).or_insert(Changed { group, tries: tries + 1 });
            }
        }
    }
}

impl Live {
    /// Asks the network if it is time to.
    pub(super) fn ask_groups(&self, client: &Arc<Client>, groups: &mut Groups) {
        if !client.is_logged_in() {
            return;
        }
        let Some(question) = groups.next(Instant::now()) else { return };
        let (server, sender, client) = (self.server.clone(), self.sender, client.clone());
        groups.under_way.spawn(async move {
            match question {
                Question::All => all(&server, sender, &client).await,
                Question::Some(changed) => some(&server, sender, &client, changed).await,
            }
        });
    }
}

async fn all(server: &Server, sender: Sender, client: &Client) -> Outcome {
    let nothing = |wait| Outcome::Nothing { question: Question::All, wait };
    match timeout(PATIENCE_FOR_ALL, client.groups().get_participating()).await {
        Ok(Ok(groups)) => {
            if groups.len() > MOST_GROUPS {
                tracing::warn!(number.id = %sender.number, groups = groups.len(), "not all groups of a number are kept");
            }
            let own = Own::of(client);
            let told = groups.into_values().filter_map(|group| told(&group, &own)).take(MOST_GROUPS).collect();
            is_kept(sender, store::learn_all_groups(server, sender, told).await)
                .map_or(nothing(None), |()| Outcome::Learnt)
        }
        Ok(Err(error)) => nothing(unanswered(sender, &error)),
        Err(_) => nothing(None),
    }
}

/// Each by itself: one that is not answered for holds up no other.
async fn some(server: &Server, sender: Sender, client: &Client, changed: BTreeMap<String, Changed>) -> Outcome {
    let (own, mut known, mut unknown, mut wait) = (Own::of(client), Vec::new(), BTreeMap::new(), None);
    for (wa_id, change) in changed {
        match timeout(PATIENCE, client.groups().get_metadata(&change.group)).await {
            Ok(Ok(group)) => known.push((wa_id, told(&group, &own))),
            Ok(Err(error)) if is_gone(&error) => known.push((wa_id, None)),
            Ok(Err(error)) => {
                wait = wait.max(unanswered(sender, &error));
                unknown.insert(wa_id, change);
            }
            Err(_) => drop(unknown.insert(wa_id, change)),
        }
    }
    let is_silent = known.is_empty();
    if is_kept(sender, store::learn_groups(server, sender, known).await).is_none() {
        // What was known of them is lost: all at the next occasion.
        return Outcome::Nothing { question: Question::All, wait };
    }
    match (unknown.is_empty(), is_silent) {
        (true, _) => Outcome::Learnt,
        (false, false) => Outcome::Some(unknown),
        (false, true) => Outcome::Nothing { question: Question::Some(unknown), wait },
    }
}

/// A number goes on sending when its groups cannot be written down.
fn is_kept(sender: Sender, kept: Result<()>) -> Option<()> {
    kept.inspect_err(|error| tracing::warn!(number.id = %sender.number, %error, "groups were not kept")).ok()
}

/// How long the network wants not to be asked.
fn unanswered(sender: Sender, error: &GroupError) -> Option<Duration> {
    tracing::debug!(number.id = %sender.number, %error, "the network does not tell of groups");
    match error {
        GroupError::Iq(IqError::ServerError { backoff, .. }) => backoff.map(|s| Duration::from_secs(s.into())),
        _ => None,
    }
}

/// The network tells nothing of a group to who is not in it.
fn is_gone(error: &GroupError) -> bool {
    matches!(error, GroupError::Iq(IqError::ServerError { code: 401 | 403 | 404 | 410, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: &str) -> Jid {
        format!("{id}@g.us").parse().expect("a jid")
    }

    fn in_turn(question: Option<Question>) -> Vec<String> {
        match question.expect("a question") {
            Question::All => vec!["all".into()],
            Question::Some(changed) => changed.into_keys().collect(),
        }
    }

    /// Everything was told a moment ago, and the next question may be asked.
    fn told_all() -> Groups {
        let mut groups = Groups::default();
        assert_eq!(in_turn(groups.next(Instant::now())), ["all"]);
        groups.settle(Outcome::Learnt);
        groups.connected();
        assert!(groups.next(Instant::now()).is_none());
        groups
    }

    #[test]
    fn a_steady_stream_of_changes_starves_no_question() {
        let mut groups = told_all();
        groups.changed(&group("1"));
        let due = groups.after;
        groups.changed(&group("2"));
        groups.changed(&group("1"));
        assert_eq!(groups.after, due, "later ones wait for no more than the first");
        assert_eq!(in_turn(groups.next(due)), ["1", "2"]);
    }

    #[test]
    fn a_storm_of_changes_is_asked_for_in_portions_and_then_as_a_whole_once() {
        let mut groups = told_all();
        (10..30).for_each(|n| groups.changed(&group(&n.to_string())));
        let later = Instant::now() + GAP;
        assert_eq!(in_turn(groups.next(later)).len(), TOGETHER);
        assert_eq!(groups.changed.len(), 20 - TOGETHER);
        (1_000..1_300).for_each(|n| groups.changed(&group(&n.to_string())));
        assert!(groups.all, "too many to be asked for one by one");
        let rest = groups.next(later).map_or(0, |question| in_turn(Some(question)).len());
        assert!(rest <= TOGETHER, "all were asked for a moment ago");
        assert_eq!(in_turn(groups.next(later + GAP_OF_ALL)), ["all"]);
    }

    #[test]
    fn who_is_not_answered_asks_ever_later_and_gives_up_on_a_group() {
        let mut groups = told_all();
        groups.changed(&group("1"));
        let mut now = Instant::now();
        for tries in 0..TRIES {
            now = groups.after.max(now);
            let Some(question) = groups.next(now) else { panic!("given up after {tries}") };
            let before = groups.after;
            groups.settle(Outcome::Nothing { question, wait: None });
            assert!(groups.after > before);
            now = groups.after;
        }
        assert!(groups.next(now).is_none(), "it waits for the next day");
        groups.settle(Outcome::Nothing { question: Question::All, wait: Some(Duration::from_secs(90_000)) });
        assert!(groups.after > Instant::now() + Duration::from_secs(80_000), "the network knows best");
        assert_eq!(in_turn(groups.next(groups.after)), ["all"]);
    }

    #[test]
    fn ids_that_nobody_can_have_are_not_asked_for() {
        let mut groups = told_all();
        for id in ["1203\u{0}", "12 03", "", "status"] {
            let mut jid = group("1");
            jid.user = id.into();
            groups.changed(&jid);
        }
        assert!(groups.changed.is_empty());
    }
}
