//! Campaigns over the wire.

use crate::error::ApiError;
use domain::{
    CampaignId, ConversationId, Millis, NumberId, Page,
    campaign::{Audience, CampaignFile, CampaignMinute, CampaignView, RecipientView, ScheduleForm},
    contact::{ContactView, import::ImportView},
    number::NumberView,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::{MultipartData, MultipartFormData};

#[cfg(feature = "ssr")]
use {
    crate::{cx::authorized, multipart::Received},
    domain::{
        Error, Field, PageRequest, Permission,
        campaign::{Again, NewCampaign},
        contact::import::ImportStatus,
    },
};

/// Campaigns on a page of the list.
pub const PER_PAGE: u32 = 20;
/// Recipients on a page of a campaign.
pub const RECIPIENTS_PER_PAGE: u32 = 25;
/// People a preview can be shown for.
#[cfg(feature = "ssr")]
const SAMPLE: u32 = 20;
/// Contact files offered as an audience.
#[cfg(feature = "ssr")]
const FILES: u32 = 50;

/// A campaign as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignDetail {
    pub campaign: CampaignView,
    pub minutes: Vec<CampaignMinute>,
    /// The sending number: it may be why the campaign waits.
    pub number: Option<NumberView>,
    /// When the next people are due by the clocks they live by, and how many these are.
    pub next_due: Option<(Millis, u64)>,
    /// The file that goes with the message.
    pub file: Option<CampaignFile>,
}

/// The campaigns, and the numbers that may be why one waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignList {
    pub campaigns: Page<CampaignView>,
    pub numbers: Vec<NumberView>,
}

/// How many people an audience has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceCount {
    /// May be written to.
    pub people: u64,
    /// Asked not to be written to.
    pub left_out: u64,
}

/// What the step with the message shows beside what is typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Writing {
    /// Some people of the audience, to show the message for.
    pub people: Vec<ContactView>,
    pub file: Option<CampaignFile>,
}

/// A draft as the last step shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftReview {
    pub count: AudienceCount,
    /// One of the people, to show the message for.
    pub person: Option<ContactView>,
    pub numbers: Vec<NumberView>,
    /// People the chosen number has never met.
    pub strangers: u64,
    pub file: Option<CampaignFile>,
}

/// Campaigns, newest first.
#[server]
pub async fn list_campaigns(search: String, page: u32) -> Result<CampaignList, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    let campaigns = server::campaign::list(&server, &scope, PageRequest { search, page, per_page: PER_PAGE }).await?;
    Ok(CampaignList { campaigns, numbers: server::number::list(&server, &scope).await? })
}

/// One campaign with its minutes and its number.
#[server]
pub async fn open_campaign(id: CampaignId) -> Result<CampaignDetail, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    let campaign = server::campaign::get(&server, &scope, id).await?;
    let minutes = server::campaign::minutes(&server, &scope, id).await?;
    let numbers = server::number::list(&server, &scope).await?;
    let number = numbers.into_iter().find(|number| Some(number.id) == campaign.number);
    let next_due = server::campaign::next_due(&server, &scope, id).await?;
    let file = server::campaign::file(&server, &scope, id).await?;
    Ok(CampaignDetail { campaign, minutes, number, next_due, file })
}

/// The recipients of a campaign. `place` is the word of a message state, `replied`, or empty for all.
#[server]
pub async fn list_recipients(
    id: CampaignId,
    place: String,
    search: String,
    page: u32,
) -> Result<Page<RecipientView>, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    let filter = server::campaign::RecipientFilter { state: place.parse().ok(), replied: place == "replied" };
    let page = PageRequest { search, page, per_page: RECIPIENTS_PER_PAGE };
    Ok(server::campaign::recipients(&server, &scope, id, filter, page).await?)
}

/// A draft to go on with.
#[server]
pub async fn get_campaign(id: CampaignId) -> Result<CampaignView, ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    Ok(server::campaign::get(&server, &scope, id).await?)
}

/// Contact files that were imported, newest first.
#[server]
pub async fn list_files() -> Result<Vec<ImportView>, ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let imports = server::contact::import::list(&server, &scope, FILES).await?;
    Ok(imports.into_iter().filter(|import| import.status == ImportStatus::Done).collect())
}

/// How many people an audience has; see [`audience_word`].
#[server]
pub async fn count_audience(#[server(default)] audience: String) -> Result<AudienceCount, ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let audience = parse_audience(&audience)?.unwrap_or(Audience::Everyone);
    let (people, left_out) = server::campaign::count_audience(&server, &scope, audience).await?;
    Ok(AudienceCount { people, left_out })
}

/// What a message is written beside: people of the audience, and the file of the draft.
#[server]
pub async fn open_writing(id: Option<CampaignId>, #[server(default)] audience: String) -> Result<Writing, ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let audience = parse_audience(&audience)?.unwrap_or(Audience::Everyone);
    let file = file(&server, &scope, id).await?;
    Ok(Writing { people: server::campaign::sample(&server, &scope, audience, SAMPLE).await?, file })
}

/// What the last step shows of the file, of the audience and of the numbers.
#[server]
pub async fn review_draft(
    id: Option<CampaignId>,
    #[server(default)] audience: String,
    number: Option<NumberId>,
) -> Result<DraftReview, ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let audience = parse_audience(&audience)?.unwrap_or(Audience::Everyone);
    let (people, left_out) = server::campaign::count_audience(&server, &scope, audience).await?;
    let person = server::campaign::sample(&server, &scope, audience, 1).await?.pop();
    let numbers = server::number::list(&server, &scope).await?;
    let strangers = match number {
        Some(number) => server::campaign::count_strangers(&server, &scope, audience, number).await?,
        None => people,
    };
    let file = file(&server, &scope, id).await?;
    Ok(DraftReview { count: AudienceCount { people, left_out }, person, numbers, strangers, file })
}

/// Saves a draft and goes to the step `next`, or to the list when there is none.
#[server]
pub async fn save_draft(
    id: Option<CampaignId>,
    #[server(default)] name: String,
    number: Option<NumberId>,
    #[server(default)] message: String,
    #[server(default)] audience: String,
    #[server(default)] schedule: ScheduleForm,
    #[server(default)] next: String,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let draft = draft(name, number, message, &audience, &schedule)?;
    let id = server::campaign::save_draft(&server, &scope, id, draft).await?.id;
    let next = if next.is_empty() { "/campaigns".to_owned() } else { format!("/campaigns/{id}/edit?step={next}") };
    leptos_axum::redirect(&next);
    Ok(())
}

/// Saves a draft as it is on the page and puts a file beside its message: the fields of [`save_draft`] and `file`.
#[server(input = MultipartFormData)]
pub async fn attach_file(form: MultipartData) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let mut form = Received::read(&server, form).await?;
    let id: CampaignId = form.id("id")?;
    let number = form.text("number").parse().ok();
    let schedule = ScheduleForm {
        when: form.text("schedule[when]"),
        start: form.text("schedule[start]"),
        clock: form.text("schedule[clock]"),
        deadline: form.text("schedule[deadline]"),
    };
    let draft = draft(form.text("name"), number, form.text("message"), &form.text("audience"), &schedule)?;
    server::campaign::save_draft(&server, &scope, Some(id), draft).await?;
    Ok(server::campaign::attach(&server, &scope, id, form.file()?).await?)
}

/// Saves a draft as it is on the page; its message goes without a file.
#[server]
pub async fn detach_file(
    id: CampaignId,
    #[server(default)] name: String,
    number: Option<NumberId>,
    #[server(default)] message: String,
    #[server(default)] audience: String,
    #[server(default)] schedule: ScheduleForm,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let draft = draft(name, number, message, &audience, &schedule)?;
    server::campaign::save_draft(&server, &scope, Some(id), draft).await?;
    Ok(server::campaign::detach(&server, &scope, id).await?)
}

/// Sends a phone number what one of the people a saved draft is for would get; the conversation it is in.
#[server]
pub async fn try_campaign(id: CampaignId, #[server(default)] phone: String) -> Result<ConversationId, ApiError> {
    let (server, scope) = authorized(Permission::CampaignSend).await?;
    Ok(server::campaign::try_out(&server, &scope, id, &phone).await?)
}

/// Saves a draft as it is on the page, has it begin at its time, and goes to its page.
#[server]
pub async fn start_campaign(
    id: CampaignId,
    #[server(default)] name: String,
    number: Option<NumberId>,
    #[server(default)] message: String,
    #[server(default)] audience: String,
    #[server(default)] schedule: ScheduleForm,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignSend).await?;
    let draft = draft(name, number, message, &audience, &schedule)?;
    server::campaign::save_draft(&server, &scope, Some(id), draft).await?;
    server::campaign::schedule(&server, &scope, id).await?;
    leptos_axum::redirect(&format!("/campaigns/{id}"));
    Ok(())
}

/// What is scheduled begins at once.
#[server]
pub async fn begin_campaign(id: CampaignId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignSend).await?;
    server::campaign::start(&server, &scope, id).await?;
    Ok(())
}

/// What is scheduled does not begin: goes back to its last step.
#[server]
pub async fn take_back_campaign(id: CampaignId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignSend).await?;
    server::campaign::take_back(&server, &scope, id).await?;
    leptos_axum::redirect(&format!("/campaigns/{id}/edit?step=review"));
    Ok(())
}

/// Makes a draft like a campaign, for the same people or only for those whom it did not reach, and goes to it.
#[server]
pub async fn duplicate_campaign(id: CampaignId, #[server(default)] unreached: bool) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignWrite).await?;
    let again = if unreached { Again::Unreached } else { Again::Everybody };
    let draft = server::campaign::duplicate(&server, &scope, id, again).await?.id;
    leptos_axum::redirect(&format!("/campaigns/{draft}/edit"));
    Ok(())
}

/// Stops a campaign until it is resumed.
#[server]
pub async fn pause_campaign(id: CampaignId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignSend).await?;
    server::campaign::pause(&server, &scope, id).await?;
    Ok(())
}

/// Goes on where it stopped.
#[server]
pub async fn resume_campaign(id: CampaignId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignSend).await?;
    server::campaign::resume(&server, &scope, id).await?;
    Ok(())
}

/// Ends a campaign: what has not left never will.
#[server]
pub async fn cancel_campaign(id: CampaignId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::CampaignSend).await?;
    server::campaign::cancel(&server, &scope, id).await?;
    Ok(())
}

/// Before the id of the campaign that did not reach an audience.
const UNREACHED: &str = "unreached:";

/// How an audience is written in forms: `everyone`, the id of the file, or that of a campaign that did not reach it;
/// empty when none is chosen.
pub fn audience_word(audience: Option<Audience>) -> String {
    match audience {
        None => String::new(),
        Some(Audience::Everyone) => "everyone".to_owned(),
        Some(Audience::Import(id)) => id.to_string(),
        Some(Audience::Unreached(id)) => format!("{UNREACHED}{id}"),
    }
}

/// The audience of a word of [`audience_word`]; an unknown one is as good as none.
pub fn audience_of(word: &str) -> Option<Audience> {
    match word {
        "everyone" => Some(Audience::Everyone),
        word => match word.strip_prefix(UNREACHED) {
            Some(id) => id.parse().ok().map(Audience::Unreached),
            None => word.parse().ok().map(Audience::Import),
        },
    }
}

#[cfg(feature = "ssr")]
fn parse_audience(word: &str) -> Result<Option<Audience>, ApiError> {
    match audience_of(word) {
        None if !word.is_empty() => Err(Error::field("audience", Field::NotAChoice).into()),
        audience => Ok(audience),
    }
}

#[cfg(feature = "ssr")]
async fn file(
    server: &server::Server,
    scope: &server::Scope,
    id: Option<CampaignId>,
) -> Result<Option<CampaignFile>, ApiError> {
    match id {
        Some(id) => Ok(server::campaign::file(server, scope, id).await?),
        None => Ok(None),
    }
}

#[cfg(feature = "ssr")]
fn draft(
    name: String,
    number: Option<NumberId>,
    message: String,
    audience: &str,
    schedule: &ScheduleForm,
) -> Result<NewCampaign, ApiError> {
    // A form sent without JavaScript writes lines the way mail does.
    let message = message.replace("\r\n", "\n");
    let (audience, schedule) = (parse_audience(audience)?, schedule.parse()?);
    Ok(NewCampaign { name, number, message, audience, schedule })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ImportId;

    #[test]
    fn an_audience_is_the_same_after_a_form() {
        let id = "0192f1c2-7b1e-7c3a-9d50-1a2b3c4d5e6f".parse().expect("an id");
        let (file, campaign) = (Audience::Import(ImportId(id)), Audience::Unreached(CampaignId(id)));
        for audience in [None, Some(Audience::Everyone), Some(file), Some(campaign)] {
            assert_eq!(audience_of(&audience_word(audience)), audience);
        }
    }
}
