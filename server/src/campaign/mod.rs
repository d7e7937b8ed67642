//! Campaigns: one message to many people, each of them exactly once.
//!
//! The ledger has a row per person before anything leaves; the engine feeds the outbox from it in small windows and folds
//! back what became of each message. The counters of a campaign and the sum of its ledger agree at every commit.

mod audience;
pub mod engine;
mod file;
mod fold;
mod ledger;
mod minute;
mod schedule;
mod store;

pub use file::{attach, detach, file};
pub use ledger::RecipientFilter;

use crate::{
    Server,
    db::{TenantTx, again},
    error::Result,
    inbox,
    number::{self, health},
    outbox,
    scope::Scope,
};
use domain::{
    CampaignId, ConversationId, Error, Event, Field, FieldProblem, Millis, NumberId, Page, PageRequest, Template,
    campaign::{
        Again, Audience, CampaignMinute, CampaignStatus, CampaignTotals, CampaignView, MESSAGE_MAX, NewCampaign,
        RecipientView, Schedule, TAKE_BACK_MS, name_of_copy, render,
    },
    contact::ContactView,
    error::Refusal,
};

/// What is more than the wizard asks: for the command line.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// Messages per second at most.
    pub rate: Option<f64>,
    /// The same key means the same campaign.
    pub key: Option<SendKey>,
}

/// Makes a run of the command line repeatable.
#[derive(Clone, Debug)]
pub struct SendKey {
    pub key: String,
    /// Of file, message and number: the same key with another hash is a mistake.
    pub hash: Vec<u8>,
}

/// Campaigns, newest first.
pub async fn list(server: &Server, scope: &Scope, page: PageRequest) -> Result<Page<CampaignView>> {
    let mut tx = server.db.read(scope).await?;
    store::list(&mut tx, page).await
}

/// One campaign.
pub async fn get(server: &Server, scope: &Scope, id: CampaignId) -> Result<CampaignView> {
    let mut tx = server.db.read(scope).await?;
    store::get(&mut tx, id).await
}

/// How many reached each state, minute by minute.
pub async fn minutes(server: &Server, scope: &Scope, id: CampaignId) -> Result<Vec<CampaignMinute>> {
    let mut tx = server.db.read(scope).await?;
    store::get(&mut tx, id).await?;
    minute::list(&mut tx, id).await
}

/// The people of a campaign and where their message is.
pub async fn recipients(
    server: &Server,
    scope: &Scope,
    id: CampaignId,
    filter: RecipientFilter,
    page: PageRequest,
) -> Result<Page<RecipientView>> {
    let mut tx = server.db.read(scope).await?;
    store::get(&mut tx, id).await?;
    ledger::recipients(&mut tx, id, filter, page).await
}

/// How many people an audience has, and how many of them opted out: `(to write to, left out)`.
pub async fn count_audience(server: &Server, scope: &Scope, audience: Audience) -> Result<(u64, u64)> {
    let mut tx = server.db.read(scope).await?;
    audience::count(&mut tx, audience).await
}

/// How many of those who may be written to a number has never met: they count against its budget.
pub async fn count_strangers(server: &Server, scope: &Scope, audience: Audience, number: NumberId) -> Result<u64> {
    let mut tx = server.db.read(scope).await?;
    audience::count_strangers(&mut tx, audience, number).await
}

/// The first few people of an audience who may be written to, for previews; at most `limit`.
pub async fn sample(server: &Server, scope: &Scope, audience: Audience, limit: u32) -> Result<Vec<ContactView>> {
    let mut tx = server.db.read(scope).await?;
    audience::sample(&mut tx, audience, i64::from(limit)).await
}

/// Saves a draft: a new one, or the changes to one. Nothing typed is lost to a mistake in another field.
pub async fn save_draft(
    server: &Server,
    scope: &Scope,
    id: Option<CampaignId>,
    draft: NewCampaign,
) -> Result<CampaignView> {
    let draft = draft.checked_draft()?;
    let mut tx = server.db.begin(scope).await?;
    let id = match id {
        Some(id) => {
            store::get(&mut tx, id).await?;
            // First the number, then the campaign: as whoever deletes the number.
            check_number(&mut tx, draft.number).await?;
            let status = store::lock(&mut tx, id).await?.status;
            if status != CampaignStatus::Draft {
                return Err(Refusal::CampaignState.into());
            }
            store::update_draft(&mut tx, id, &draft).await?;
            id
        }
        None => {
            let id = server.new_id();
            check_number(&mut tx, draft.number).await?;
            store::insert(&mut tx, id, &draft, &SendOptions::default(), server.now()).await?;
            id
        }
    };
    tx.publish(Event::CampaignChanged(id));
    let view = store::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// A new draft like a campaign: the same number, message and file, for the same people or only for those whom it did not reach.
/// When it leaves is said anew.
///
/// Fails with `CampaignState` when it may still reach somebody.
pub async fn duplicate(server: &Server, scope: &Scope, id: CampaignId, again: Again) -> Result<CampaignView> {
    let mut tx = server.db.begin(scope).await?;
    let like = store::get(&mut tx, id).await?;
    let audience = match again {
        Again::Everybody => like.audience,
        Again::Unreached if like.status.is_over() => Some(Audience::Unreached(id)),
        Again::Unreached => return Err(Refusal::CampaignState.into()),
    };
    // It may have been deleted since.
    let number = match check_number(&mut tx, like.number).await {
        Ok(()) => like.number,
        Err(crate::Error::Domain(_)) => None,
        Err(error) => return Err(error),
    };
    let draft = NewCampaign {
        name: name_of_copy(&like.name),
        number,
        message: like.message,
        audience,
        schedule: Schedule::default(),
    };
    let copy = server.new_id();
    store::insert(&mut tx, copy, &draft.checked_draft()?, &SendOptions::default(), server.now()).await?;
    file::copy(&mut tx, id, copy).await?;
    changed(server, tx, copy).await
}

/// Sends a phone number what one of the people a draft is for would get, word for word; see [`sample`]. Nobody of the
/// audience is written to, and the draft stays as it is.
///
/// Fails with `Invalid` for the number, message or phone that is missing or wrong, and with `OptedOut`.
pub async fn try_out(server: &Server, scope: &Scope, id: CampaignId, phone: &str) -> Result<ConversationId> {
    let mut tx = server.db.read(scope).await?;
    let view = store::get(&mut tx, id).await?;
    let mut problems = problems(&view);
    problems.retain(|problem| problem.field != "audience");
    let Some(number) = view.number.filter(|_| problems.is_empty()) else { return Err(Error::Invalid(problems).into()) };
    let person = audience::sample(&mut tx, view.audience.unwrap_or(Audience::Everyone), 1).await?.pop();
    let file = file::given(&mut tx, id).await?;
    drop(tx);
    let template = Template::parse(&view.message).map_err(|error| Error::field("message", error.into()))?;
    let text = render(&template, scope.tenant(), Some(id), person.as_ref(), 0).text;
    again(|| inbox::try_message(server, scope, number, phone, &text, file.as_ref())).await
}

/// A draft begins by itself at its time, at the earliest after [`TAKE_BACK_MS`]; until then it can be taken back.
///
/// Fails with `Invalid` for what is missing, does not parse or is over, `NoRecipients`, `CampaignState`.
pub async fn schedule(server: &Server, scope: &Scope, id: CampaignId) -> Result<CampaignView> {
    let mut tx = server.db.begin(scope).await?;
    let status = store::lock(&mut tx, id).await?.status.schedule()?;
    let (view, now) = (store::get(&mut tx, id).await?, server.now());
    check_ready(&mut tx, &view, &view.schedule, now).await?;
    let soon = now + TAKE_BACK_MS;
    let starts_at = view.schedule.begins(health::zone()).map_or(soon, |begins| begins.max(soon));
    store::set_starts_at(&mut tx, id, status, Some(starts_at)).await?;
    changed(server, tx, id).await
}

/// What is scheduled does not begin: it is a draft again.
///
/// Fails with `CampaignState` when it has begun.
pub async fn take_back(server: &Server, scope: &Scope, id: CampaignId) -> Result<CampaignView> {
    let mut tx = server.db.begin(scope).await?;
    let status = store::lock(&mut tx, id).await?.status.take_back()?;
    store::set_starts_at(&mut tx, id, status, None).await?;
    changed(server, tx, id).await
}

/// Starts a draft, or what is scheduled, at once.
///
/// Fails with `Invalid` for what is missing, does not parse or is over, `NoRecipients`, `CampaignState`.
pub async fn start(server: &Server, scope: &Scope, id: CampaignId) -> Result<CampaignView> {
    let mut tx = server.db.begin(scope).await?;
    let status = store::lock(&mut tx, id).await?.status.start()?;
    let (view, now) = (store::get(&mut tx, id).await?, server.now());
    check_ready(&mut tx, &view, &Schedule { start: None, ..view.schedule }, now).await?;
    store::start(&mut tx, id, status, now).await?;
    changed(server, tx, id).await
}

/// Commits, tells everybody, and returns what there is now.
async fn changed(server: &Server, mut tx: TenantTx, id: CampaignId) -> Result<CampaignView> {
    tx.publish(Event::CampaignChanged(id));
    let view = store::get(&mut tx, id).await?;
    tx.commit().await?;
    server.nudge.campaign.now();
    Ok(view)
}

/// When the next people of a running campaign are due by the clocks they live by, and how many these are.
pub async fn next_due(server: &Server, scope: &Scope, id: CampaignId) -> Result<Option<(Millis, u64)>> {
    let mut tx = server.db.read(scope).await?;
    let next = ledger::next_due(&mut tx, id, server.now()).await?;
    Ok(next.map(|(at, people)| (at, people.unsigned_abs())))
}

/// Makes and starts a campaign in one step; the same key and hash give the same campaign back.
///
/// Fails with `KeyConflict` when the key was used with another hash.
pub async fn send(server: &Server, scope: &Scope, new: NewCampaign, options: &SendOptions) -> Result<CampaignId> {
    if let Some(key) = &options.key
        && let Some((id, hash)) = store::find_by_key(&mut server.db.read(scope).await?, &key.key).await?
    {
        return if hash == key.hash { Ok(id) } else { Err(Refusal::KeyConflict.into()) };
    }
    let new = new.checked_draft()?;
    let id = server.new_id();
    let mut tx = server.db.begin(scope).await?;
    check_number(&mut tx, new.number).await?;
    store::insert(&mut tx, id, &new, options, server.now()).await?;
    check_complete(&store::get(&mut tx, id).await?, &new.schedule, server.now())?;
    store::start(&mut tx, id, CampaignStatus::Running, server.now()).await?;
    tx.publish(Event::CampaignChanged(id));
    tx.commit().await?;
    server.nudge.campaign.now();
    Ok(id)
}

/// The campaign of a key, if there is one: its id and hash.
pub async fn find_by_key(server: &Server, scope: &Scope, key: &str) -> Result<Option<(CampaignId, Vec<u8>)>> {
    store::find_by_key(&mut server.db.read(scope).await?, key).await
}

/// Stops within one message: what never left goes back to the ledger.
pub async fn pause(server: &Server, scope: &Scope, id: CampaignId) -> Result<CampaignView> {
    step(server, scope, id, CampaignStatus::pause).await
}

/// Goes on where it stopped.
pub async fn resume(server: &Server, scope: &Scope, id: CampaignId) -> Result<CampaignView> {
    step(server, scope, id, CampaignStatus::resume).await
}

/// Ends it: what has not left never will.
pub async fn cancel(server: &Server, scope: &Scope, id: CampaignId) -> Result<CampaignView> {
    step(server, scope, id, CampaignStatus::cancel).await
}

async fn step(
    server: &Server,
    scope: &Scope,
    id: CampaignId,
    step: fn(CampaignStatus) -> domain::error::Result<CampaignStatus>,
) -> Result<CampaignView> {
    let mut tx = server.db.begin(scope).await?;
    let status = step(store::lock(&mut tx, id).await?.status)?;
    let now = server.now();
    match status {
        CampaignStatus::Running => outbox::let_go(&mut tx, scope.tenant(), id).await?,
        _ => {
            let contacts = outbox::take_back(&mut tx, scope.tenant(), id).await?;
            ledger::unfeed(&mut tx, id, &contacts).await?;
        }
    }
    if status == CampaignStatus::Cancelled {
        let cancelled = ledger::cancel_unfed(&mut tx, id, now).await?;
        store::add_totals(&mut tx, id, &CampaignTotals { cancelled, ..CampaignTotals::default() }).await?;
        // Those that may be on the wire are let go: their outcome is a fact to be recorded.
        outbox::let_go(&mut tx, scope.tenant(), id).await?;
    }
    store::set_status(&mut tx, id, status, status == CampaignStatus::Cancelled, now).await?;
    tx.publish(Event::CampaignChanged(id));
    let view = store::get(&mut tx, id).await?;
    tx.commit().await?;
    server.nudge.campaign.now();
    server.nudge.outbox.now();
    Ok(view)
}

/// A number was deleted: what still sends over it ends, whoever has nothing yet failed, and drafts need another.
pub(crate) async fn lose_number(tx: &mut TenantTx, number: NumberId) -> Result<()> {
    for (id, status) in store::lock_of_number(tx, number).await? {
        store::lose_number(tx, id, status.lose_number()).await?;
        tx.publish(Event::CampaignChanged(id));
    }
    Ok(())
}

/// A number that was chosen may have been deleted meanwhile; nobody deletes it before this transaction has ended.
async fn check_number(tx: &mut TenantTx, number: Option<NumberId>) -> Result<()> {
    let Some(number) = number else { return Ok(()) };
    match number::store::keep(tx, number).await {
        Err(crate::Error::Domain(Error::NotFound)) => Err(Error::field("number", Field::NotAChoice).into()),
        checked => checked,
    }
}

/// It is complete, and there is somebody to write to.
async fn check_ready(tx: &mut TenantTx, view: &CampaignView, schedule: &Schedule, now: Millis) -> Result<()> {
    check_complete(view, schedule, now)?;
    let (to_write_to, _) = match view.audience {
        Some(audience) => audience::count(tx, audience).await?,
        None => (0, 0),
    };
    if to_write_to == 0 { Err(Refusal::NoRecipients.into()) } else { Ok(()) }
}

/// Number, message or file, and audience are there, the message parses, and its times are to come.
fn check_complete(view: &CampaignView, schedule: &Schedule, now: Millis) -> Result<()> {
    let mut problems = problems(view);
    problems.extend(schedule.problems(health::zone(), now));
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems).into()) }
}

/// What is missing or wrong, whenever it leaves.
fn problems(view: &CampaignView) -> Vec<FieldProblem> {
    let new = NewCampaign {
        name: view.name.clone(),
        number: view.number,
        message: view.message.clone(),
        audience: view.audience,
        schedule: view.schedule,
    };
    let mut problems = new.problems(view.file);
    if !view.message.trim().is_empty()
        && let Some(problem) = message_problem(&view.message)
    {
        problems.push(FieldProblem { field: "message".into(), problem });
    }
    problems
}

/// What is wrong with a message template, if anything.
pub fn message_problem(message: &str) -> Option<Field> {
    if message.chars().count() > MESSAGE_MAX as usize {
        return Some(Field::TooLong { max: MESSAGE_MAX });
    }
    Template::parse(message).err().map(Field::from)
}
