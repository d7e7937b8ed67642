//! A seeded simulation of everything around the outbox: the real engines, verbs and databases under a driven clock, over a
//! network that is a script. It loses words, says them late and twice, and refuses; processes die, and come back after
//! somebody else took over. What must hold holds after every step, and once nothing goes wrong any more everything ends.
//!
//! This is the one place where a script stands for the network: it tries thousands of orders of events for which the real
//! protocol would take days.

use crate::support::{Member, World};
use domain::{
    CampaignId, ContactId, Millis, PageRequest,
    campaign::CampaignStatus,
    consent::WishSource,
    error::Refusal,
    message::{Direction, FailReason, MessageState},
    number::budget::BudgetForm,
    time::{DAY_MS, HOUR_MS, SECOND_MS, Zone},
};
use futures::FutureExt as _;
use server::{
    campaign,
    clock::Random,
    consent,
    error::Error,
    execute, fetch_all, inbox, number,
    outbox::{self, Claimed, LEASE_MS, Sender, pacing::Pace},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    panic::AssertUnwindSafe,
};

/// Seeds on SQLite.
const SEEDS: u64 = 200;
/// Stories of one world, where only so many may sign up at a time; and seeds on PostgreSQL, where each statement is a trip.
const STORIES: usize = 20;
/// Events of one seed in which things go wrong.
const STEPS: usize = 70;
/// Rounds in which nothing goes wrong any more, and everything must end.
const PATIENCE: usize = 60;

/// What a process knows of its session: gone when it dies.
struct Process {
    sender: Sender,
    on_the_wire: Vec<Claimed>,
    /// Words of the network that have not come yet.
    late: Vec<String>,
}

struct Simulation<'w> {
    world: &'w World,
    member: Member,
    random: Random,
    process: Process,
    people: Vec<(ContactId, String)>,
    campaign: CampaignId,
    cap: Option<u64>,
    /// What the network has, by wire id: whose, and what it says.
    accepted: BTreeMap<String, (ContactId, String)>,
    /// Every message that was ever claimed, by wire id: in which order, whose, what it says.
    claimed: HashMap<String, (i64, ContactId, String)>,
    /// Final as far as a process was told.
    settled: HashSet<String>,
    refusals: HashMap<String, u32>,
    /// Until when a chat has a message on its way.
    busy: HashMap<ContactId, (String, Millis)>,
    /// People whom the number knows, and on which day it wrote to each other one first.
    met: HashSet<ContactId>,
    opened: BTreeMap<i64, u64>,
    /// Since when they want no messages.
    opted_out: HashMap<ContactId, Millis>,
    /// When somebody wrote last.
    spoke: HashMap<ContactId, Millis>,
    heard: HashSet<(ContactId, String)>,
    written: usize,
}

impl<'w> Simulation<'w> {
    async fn begin(world: &'w World, seed: u64) -> Self {
        let member = world.sign_up(&format!("Rani{seed}")).await;
        let random = Random::seeded(seed);
        let sender = world.connected_number(&member).await;
        let count = 3 + below(&random, 12) as u32;
        let ids = world.contacts(&member, count).await;
        let people = ids.into_iter().enumerate().map(|(n, id)| (id, format!("62812555{:05}", n + 1))).collect();
        let cap = (below(&random, 3) == 0).then(|| 1 + below(&random, 4) as u64);
        if let Some(cap) = cap {
            let form = BudgetForm { cap: cap.to_string(), ..BudgetForm::default() };
            number::budget::change(&world.server, &member.scope, sender.number, &form).await.expect("changes");
        }
        let campaign = world.campaign(&member, sender).await.id;
        Self {
            world,
            member,
            random,
            process: Process { sender, on_the_wire: Vec::new(), late: Vec::new() },
            people,
            campaign,
            cap,
            accepted: BTreeMap::new(),
            claimed: HashMap::new(),
            settled: HashSet::new(),
            refusals: HashMap::new(),
            busy: HashMap::new(),
            met: HashSet::new(),
            opened: BTreeMap::new(),
            opted_out: HashMap::new(),
            spoke: HashMap::new(),
            heard: HashSet::new(),
            written: 0,
        }
    }

    fn below(&self, n: usize) -> usize {
        below(&self.random, n)
    }

    fn somebody(&self) -> (ContactId, String) {
        self.people[self.below(self.people.len())].clone()
    }

    async fn step(&mut self) {
        match self.below(16) {
            0..4 => self.claim().await,
            4..9 => self.network_does_something().await,
            9 => {
                if let Some(id) = self.process.late.pop() {
                    self.word(id).await;
                }
            }
            10 => self.receipt().await,
            11 => self.world.clock.advance(1 + self.below(40 * SECOND_MS as usize) as i64),
            12 => self.somebody_writes().await,
            13 => self.agent_answers().await,
            14 => self.somebody_interferes().await,
            _ => self.process_dies().await,
        }
        self.world.settle().await;
        self.adds_up().await;
    }

    async fn claim(&mut self) {
        let window = 1 + self.below(6) as i64;
        let claims = self.world.claim(self.process.sender, window).await;
        for claimed in claims {
            self.check_claim(&claimed);
            self.process.on_the_wire.push(claimed);
        }
    }

    /// M1, M3, M5, M7, M8, M9: what goes again is in doubt, and the same.
    fn check_claim(&mut self, claim: &Claimed) {
        let (now, id) = (self.world.server.now(), &claim.wa_id);
        assert!(!self.settled.contains(id), "{id} was final");
        let before = self.claimed.insert(id.clone(), (claim.seq, claim.contact_id, claim.body.clone()));
        if let Some(before) = before {
            assert_eq!(before, (claim.seq, claim.contact_id, claim.body.clone()), "a message is always the same");
        } else {
            assert!(
                !self.opted_out.contains_key(&claim.contact_id)
                    || (is_answer(&claim.body) && self.wrote_since(claim.contact_id)),
                "somebody who wants no messages gets one"
            );
            let earlier = self.claimed.values().filter(|(seq, contact, body)| {
                *contact == claim.contact_id && is_answer(body) == is_answer(&claim.body) && *seq > claim.seq
            });
            assert_eq!(earlier.count(), 0, "messages of a chat leave in the order in which they were written");
        }
        if let Some((other, until)) = self.busy.get(&claim.contact_id) {
            assert!(other == id || *until <= now, "one at a time in each chat");
        }
        self.busy.insert(claim.contact_id, (id.clone(), now + LEASE_MS));
        if self.met.insert(claim.contact_id) {
            let opened = self.opened.entry(Zone::default().day(now).0).or_default();
            *opened += 1;
            assert!(
                self.cap.is_none_or(|cap| *opened <= cap || is_answer(&claim.body)),
                "more new chats than the day has"
            );
        }
    }

    /// One message that is on its way: taken, lost, or refused, with words that come, come late, or never.
    async fn network_does_something(&mut self) {
        if self.process.on_the_wire.is_empty() {
            return;
        }
        let at = self.below(self.process.on_the_wire.len());
        let message = self.process.on_the_wire.swap_remove(at);
        let (server, sender, id) = (&self.world.server, self.process.sender, message.wa_id.clone());
        let known = self.accepted.contains_key(&id);
        match self.below(10) {
            // Never reached it, or is a copy of what it does not want: it does not change its mind.
            0 => {}
            _ if !known && self.settled.contains(&id) => {}
            // The account has to wait: the message is not the network's.
            1 if !known => {
                outbox::held_back(server, sender, id).await.expect("waits");
                self.busy.remove(&message.contact_id);
            }
            2 if !known => {
                self.settled.insert(id.clone());
                outbox::failed(server, sender, id, FailReason::NotOnWhatsapp).await.expect("fails");
                self.busy.remove(&message.contact_id);
            }
            3 if !known => {
                let refusals = self.refusals.entry(id.clone()).or_insert(0);
                *refusals += 1;
                if *refusals == 3 {
                    self.settled.insert(id.clone());
                }
                outbox::refused(server, sender, id).await.expect("counts");
                self.busy.remove(&message.contact_id);
            }
            outcome => {
                self.accepted.insert(id.clone(), (message.contact_id, message.body));
                match outcome {
                    4 => {}
                    5 => self.process.late.push(id),
                    _ => self.word(id).await,
                }
            }
        }
    }

    /// The process hears that the network has a message.
    async fn word(&mut self, id: String) {
        for _ in 0..=self.below(2) {
            let ids = vec![id.clone()];
            outbox::accepted(&self.world.server, self.process.sender, ids).await.expect("accepts");
        }
        self.busy.retain(|_, (other, _)| *other != id);
        self.settled.insert(id);
    }

    /// About a message that the network has, whatever the process knows of it.
    async fn receipt(&mut self) {
        let known = self.accepted.len();
        if known == 0 {
            return;
        }
        let id = self.accepted.keys().nth(self.below(known)).expect("one of them").clone();
        let state = if self.below(2) == 0 { MessageState::Delivered } else { MessageState::Read };
        let (server, sender) = (&self.world.server, self.process.sender);
        outbox::receipt(server, sender, vec![id.clone()], state, server.now()).await.expect("stores");
        self.busy.retain(|_, (other, _)| *other != id);
        self.settled.insert(id);
    }

    /// Something new, or what came before: as after a lost acknowledgement.
    async fn somebody_writes(&mut self) {
        let (contact, phone) = self.somebody();
        let id = format!("IN{}", self.below(6));
        self.world.hears(self.process.sender, &phone, &id, "Berapa?").await;
        if self.heard.insert((contact, id)) {
            self.spoke.insert(contact, self.world.server.now());
        }
        self.met.insert(contact);
    }

    /// Whether somebody wrote after they said that they want no messages. In the same second nobody knows: the network has
    /// whole ones, and a thread puts its messages in an order within them.
    fn wrote_since(&self, contact: ContactId) -> bool {
        let spoke = self.spoke.get(&contact).zip(self.opted_out.get(&contact));
        spoke.is_some_and(|(spoke, opted_out)| *spoke + SECOND_MS > *opted_out)
    }

    async fn agent_answers(&mut self) {
        let conversations = self.world.conversations(&self.member).await;
        if conversations.is_empty() {
            return;
        }
        let chosen = &conversations[self.below(conversations.len())];
        self.written += 1;
        let text = format!("Jawaban {}", self.written);
        let closed = self.opted_out.contains_key(&chosen.contact);
        match inbox::reply(&self.world.server, &self.member.scope, chosen.id, &text).await {
            Ok(_) => assert!(!closed || self.wrote_since(chosen.contact), "an agent writes against a wish"),
            Err(Error::Domain(domain::Error::Refused(Refusal::OptedOut))) => assert!(closed),
            Err(error) => panic!("{error}"),
        }
    }

    async fn somebody_interferes(&mut self) {
        let (server, scope) = (&self.world.server, &self.member.scope);
        match self.below(3) {
            0 => drop(campaign::pause(server, scope, self.campaign).await),
            1 => drop(campaign::resume(server, scope, self.campaign).await),
            _ => {
                let (contact, _) = self.somebody();
                let mut tx = server.db.begin(scope).await.expect("begins");
                consent::opt_out(server, &mut tx, contact, WishSource::Message, "STOP").await.expect("stores");
                tx.commit().await.expect("commits");
                self.opted_out.entry(contact).or_insert(server.now());
            }
        }
    }

    /// S1: whoever takes over is the owner, and the one before writes nothing any more.
    async fn process_dies(&mut self) {
        let before = self.process.sender;
        let mut tx = self.world.server.db.begin(&self.member.scope).await.expect("begins");
        let sql = "UPDATE session SET fence = fence + 1 WHERE session_id = $1";
        execute!(&mut tx, sql, before.session).expect("updates");
        tx.commit().await.expect("commits");
        let now = Sender { fence: before.fence + 1, ..before };
        let dead =
            std::mem::replace(&mut self.process, Process { sender: now, on_the_wire: Vec::new(), late: Vec::new() });
        let ids: Vec<_> = dead.on_the_wire.into_iter().map(|message| message.wa_id).collect();
        let stale = outbox::accepted(&self.world.server, before, ids).await;
        assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
        let stale = outbox::claim(&self.world.server, before, 4, Pace).await;
        assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
    }

    /// M2: the counters and the ledger say the same, and nobody is missing.
    async fn adds_up(&self) {
        let view = campaign::get(&self.world.server, &self.member.scope, self.campaign).await.expect("there");
        let totals = view.totals;
        assert_eq!(totals.recipients, self.people.len() as u64);
        assert!(totals.sent + totals.failed + totals.cancelled + totals.expired <= totals.recipients, "{totals:?}");
        assert!(totals.read <= totals.delivered && totals.delivered <= totals.sent, "{totals:?}");
    }

    /// Nothing goes wrong any more: everything ends.
    async fn drain(&mut self) {
        let (server, scope) = (&self.world.server, &self.member.scope);
        drop(campaign::resume(server, scope, self.campaign).await);
        for _ in 0..PATIENCE {
            self.world.settle().await;
            self.claim().await;
            while let Some(message) = self.process.on_the_wire.pop() {
                let id = message.wa_id.clone();
                self.accepted.insert(id.clone(), (message.contact_id, message.body));
                self.word(id).await;
            }
            self.world.settle().await;
            let view = campaign::get(&self.world.server, &self.member.scope, self.campaign).await.expect("there");
            if view.status == CampaignStatus::Finished && self.waiting().await == 0 {
                return;
            }
            let day = if self.cap.is_some() { DAY_MS } else { HOUR_MS };
            self.world.clock.advance(day);
        }
        panic!("{} messages still wait", self.waiting().await);
    }

    async fn waiting(&self) -> u64 {
        let number = self.process.sender.number;
        number::get(&self.world.server, &self.member.scope, number).await.expect("there").queued
    }

    /// M1, M4, M6, I1: what the rows say is what the network has.
    async fn ends_well(&self) {
        let mut tx = self.world.server.db.read(&self.member.scope).await.expect("reads");
        let sql = "SELECT wa_id, contact_id, direction, state, campaign_id FROM message WHERE tenant_id = $1";
        type Row = (String, ContactId, Direction, Option<MessageState>, Option<CampaignId>);
        let rows: Vec<Row> = fetch_all!(&mut tx, Row, sql, self.member.viewer.tenant).expect("reads");
        drop(tx);
        let (mut sent, mut heard, mut of_campaign) = (HashSet::new(), HashSet::new(), HashSet::new());
        for (id, contact, direction, state, campaign) in rows {
            match direction {
                Direction::Incoming => assert!(heard.insert((contact, id)), "a message is there twice"),
                Direction::Outgoing => {
                    assert!(campaign.is_none() || of_campaign.insert(contact), "somebody gets the campaign twice");
                    let is_sent =
                        matches!(state, Some(MessageState::Sent | MessageState::Delivered | MessageState::Read));
                    assert!(is_sent || state == Some(MessageState::Failed), "{id} has not ended: {state:?}");
                    if is_sent {
                        sent.insert(id);
                    }
                }
            }
        }
        assert_eq!(heard, self.heard);
        assert_eq!(sent, self.accepted.keys().cloned().collect::<HashSet<_>>());
        let view = campaign::get(&self.world.server, &self.member.scope, self.campaign).await.expect("there");
        let totals = view.totals;
        assert_eq!(totals.sent + totals.failed, self.people.len() as u64, "{totals:?}");
        let to_people: HashSet<_> =
            self.accepted.values().filter(|(_, body)| !is_answer(body)).map(|(contact, _)| *contact).collect();
        assert_eq!(totals.sent, to_people.len() as u64);
        let page = PageRequest::first(100);
        let ledger =
            campaign::recipients(&self.world.server, &self.member.scope, self.campaign, Default::default(), page);
        let ledger = ledger.await.expect("lists");
        let reached = |state| matches!(state, MessageState::Sent | MessageState::Delivered | MessageState::Read);
        let in_ledger: HashSet<_> =
            ledger.rows.iter().filter(|row| reached(row.state)).map(|row| row.contact).collect();
        assert_eq!(in_ledger, to_people);
    }
}

fn below(random: &Random, n: usize) -> usize {
    (u64::from_le_bytes(random.bytes()) % n as u64) as usize
}

/// An agent's words; all others are of the campaign.
fn is_answer(body: &str) -> bool {
    body.starts_with("Jawaban ")
}

/// Each seed is another story; the one that fails is named.
async fn stories(world: &World, seeds: Range<u64>) {
    for seed in seeds {
        let story = async {
            let mut simulation = Simulation::begin(world, seed).await;
            world.settle().await;
            for _ in 0..STEPS {
                simulation.step().await;
            }
            simulation.drain().await;
            simulation.ends_well().await;
        };
        if let Err(broken) = AssertUnwindSafe(story).catch_unwind().await {
            eprintln!("seed {seed} does not hold");
            std::panic::resume_unwind(broken);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_twice_nobody_skipped_whatever_happens_on_sqlite() {
    for first in (0..SEEDS).step_by(STORIES) {
        stories(&World::sqlite().await, first..first + STORIES as u64).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_twice_nobody_skipped_whatever_happens_on_postgres() {
    stories(&World::postgres().await, 0..STORIES as u64).await;
}
