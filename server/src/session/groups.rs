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
    whatsapp::{
        group::{Own, told, wa_id},
        silence::Silence,
    },
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::timeout};
use wa_rs::{Client, features::GroupError};
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
    /// Nothing is asked before it is known whose line this is.
    is_known: bool,
    /// All are to be asked for; true from the beginning.
    all: bool,
    /// Those that changed, and how often they were asked for in vain.
    changed: BTreeMap<String, Changed>,
    /// Nothing is asked before then; nor all of them before the other moment.
    after: Instant,
    all_after: Instant,
    /// Nor before the network wants to be asked.
    not_before: Instant,
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
    Some {
        unanswered: BTreeMap<String, Changed>,
        wait: Duration,
    },
    /// It said nothing at all. It wants this long to pass before it is asked again.
    Nothing {
        question: Question,
        wait: Duration,
    },
}

pub(super) enum Question {
    All,
    Some(BTreeMap<String, Changed>),
}

impl Default for Groups {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            under_way: JoinSet::new(),
            is_known: false,
            all: true,
            changed: BTreeMap::new(),
            after: now,
            all_after: now,
            not_before: now,
            daily: now + DAY,
            failures: 0,
        }
    }
}

impl Groups {
    /// The line is there, and it is known whose it is. What was not answered because it was lost may be asked soon, once:
    /// an answer that breaks the line is not asked for again and again.
    pub(super) fn connected(&mut self) {
        self.is_known = true;
        if self.failures == 1 {
            self.after = self.after.min(Instant::now() + GAP);
        }
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
        if !self.is_known || !self.under_way.is_empty() || now < self.after.max(self.not_before) {
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
            Outcome::Some { unanswered, wait } => {
                (self.after, self.failures) = (now + GAP, 0);
                self.not_before = self.not_before.max(now + wait);
                self.again(unanswered);
            }
            Outcome::Nothing { question, wait } => {
                let retry = RETRY.saturating_mul(1 << self.failures.min(16)).min(LONGEST_RETRY);
                self.failures += 1;
                (self.after, self.not_before) = (now + retry, self.not_before.max(now + wait));
                match question {
                    Question::All => (self.all, self.all_after) = (true, now),
                    Question::Some(unanswered) => self.again(unanswered),
                }
            }
        }
    }

    /// What changed meanwhile is asked for all the same, as something new.
    fn again(&mut self, unanswered: BTreeMap<String, Changed>) {
        for (wa_id, change) in unanswered {
            if change.tries < TRIES {
                self.changed.entry(wa_id).or_insert(change);
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
            let mut told: Vec<_> = groups.into_values().filter_map(|group| told(&group, &own)).collect();
            told.sort_unstable_by(|one, other| one.group.wa_id.cmp(&other.group.wa_id));
            told.truncate(MOST_GROUPS);
            let kept = is_kept(sender, store::learn_all_groups(server, sender, told).await);
            kept.map_or(nothing(Duration::ZERO), |()| Outcome::Learnt)
        }
        Ok(Err(error)) => nothing(why(sender, &error).wait()),
        Err(_) => nothing(Duration::ZERO),
    }
}

/// Each by itself: one that is not answered for holds up no other. When the line is gone, or the network wants not to be
/// asked, the rest waits, and has not been asked for in vain.
async fn some(server: &Server, sender: Sender, client: &Client, changed: BTreeMap<String, Changed>) -> Outcome {
    let (own, mut known, mut unanswered, mut wait) = (Own::of(client), Vec::new(), BTreeMap::new(), None);
    for (wa_id, mut change) in changed {
        if wait.is_some() {
            unanswered.insert(wa_id, change);
            continue;
        }
        match timeout(PATIENCE, client.groups().get_metadata(&change.group)).await {
            Ok(Ok(group)) => {
                known.push((wa_id, told(&group, &own)));
                continue;
            }
            Ok(Err(error)) => match why(sender, &error) {
                Why::Gone => {
                    known.push((wa_id, None));
                    continue;
                }
                Why::Group => change.tries += 1,
                Why::Line | Why::Busy(_) => wait = Some(why(sender, &error).wait()),
            },
            Err(_) => change.tries += 1,
        }
        unanswered.insert(wa_id, change);
    }
    let (is_silent, wait) = (known.is_empty(), wait.unwrap_or_default());
    if is_kept(sender, store::learn_groups(server, sender, known).await).is_none() {
        // What was known of them is lost: all at the next occasion.
        return Outcome::Nothing { question: Question::All, wait };
    }
    match (unanswered.is_empty(), is_silent) {
        (true, _) => Outcome::Learnt,
        (false, false) => Outcome::Some { unanswered, wait },
        (false, true) => Outcome::Nothing { question: Question::Some(unanswered), wait },
    }
}

/// A number goes on sending when its groups cannot be written down.
fn is_kept(sender: Sender, kept: Result<()>) -> Option<()> {
    kept.inspect_err(|error| tracing::warn!(number.id = %sender.number, %error, "groups were not kept")).ok()
}

/// Why there was no answer.
enum Why {
    /// The network tells nothing of a group to who is not in it.
    Gone,
    /// Something about this group.
    Group,
    Line,
    /// The network wants not to be asked for so long.
    Busy(Duration),
}

impl Why {
    fn wait(&self) -> Duration {
        match self {
            Self::Busy(wait) => *wait,
            Self::Gone | Self::Group | Self::Line => Duration::ZERO,
        }
    }
}

fn why(sender: Sender, error: &GroupError) -> Why {
    tracing::debug!(number.id = %sender.number, %error, "the network does not tell of groups");
    let GroupError::Iq(error) = error else { return Why::Group };
    match Silence::from(error) {
        Silence::Line => Why::Line,
        Silence::Busy(wait) => Why::Busy(wait.unwrap_or(RETRY).min(DAY)),
        Silence::Question(Some(401 | 403 | 404 | 410)) => Why::Gone,
        Silence::Question(_) => Why::Group,
    }
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
        assert!(groups.next(Instant::now()).is_none(), "nobody knows yet whose line it is");
        groups.connected();
        assert_eq!(in_turn(groups.next(Instant::now())), ["all"]);
        groups.settle(Outcome::Learnt);
        groups.after = Instant::now();
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

    /// The same question, not answered because of the groups.
    fn in_vain(question: Question) -> Question {
        match question {
            Question::All => Question::All,
            Question::Some(mut changed) => {
                changed.values_mut().for_each(|change| change.tries += 1);
                Question::Some(changed)
            }
        }
    }

    #[test]
    fn who_is_not_answered_asks_ever_later_and_gives_up_on_a_group() {
        let mut groups = told_all();
        groups.changed(&group("1"));
        let mut pauses = Vec::new();
        for tries in 0..TRIES {
            let Some(question) = groups.next(groups.after) else { panic!("given up after {tries}") };
            groups.settle(Outcome::Nothing { question: in_vain(question), wait: Duration::ZERO });
            pauses.push(groups.after.duration_since(Instant::now()).as_secs_f64().round());
        }
        assert_eq!(pauses, [60.0, 120.0, 240.0]);
        assert!(groups.next(groups.after).is_none(), "it waits for the next day");
    }

    #[test]
    fn the_network_knows_best_how_long_to_wait() {
        let mut groups = told_all();
        groups.settle(Outcome::Nothing { question: Question::All, wait: Duration::from_secs(3_600) });
        groups.connected();
        assert!(groups.next(Instant::now() + GAP).is_none(), "also after the line was lost");
        assert_eq!(in_turn(groups.next(Instant::now() + Duration::from_secs(3_601))), ["all"]);
    }

    #[test]
    fn a_line_that_breaks_over_the_answer_is_not_broken_again_and_again() {
        let mut groups = told_all();
        let lost = || Outcome::Nothing { question: Question::All, wait: Duration::ZERO };
        groups.settle(lost());
        groups.connected();
        assert_eq!(in_turn(groups.next(Instant::now() + GAP)), ["all"], "once it may have been chance");
        groups.settle(lost());
        groups.connected();
        assert!(groups.next(Instant::now() + GAP).is_none());
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
