//! The people of a campaign and where each message is.

use super::{api, text};
use crate::{
    error::ApiError,
    format,
    layout::{use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    CampaignId, Error, Event, Lang, Page,
    campaign::{CampaignTotals, RecipientView},
    message::MessageState,
};
use leptos::{either::Either, prelude::*};
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// The filter as the address has it: `?state=…&q=…&page=…`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Filter {
    /// The word of a message state, `replied`, or empty.
    place: String,
    search: String,
    page: u32,
}

impl Filter {
    fn of(query: &ParamsMap) -> Self {
        Self {
            place: query.get("state").unwrap_or_default(),
            search: query.get("q").unwrap_or_default(),
            page: query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1),
        }
    }

    fn address(&self, id: CampaignId) -> String {
        let mut query = ParamsMap::new();
        for (key, value) in [("state", &self.place), ("q", &self.search)] {
            if !value.is_empty() {
                query.insert(key, value.clone());
            }
        }
        if self.page > 1 {
            query.insert("page", self.page.to_string());
        }
        format!("/campaigns/{id}{}#recipients", query.to_query_string())
    }
}

/// The question for the people of a campaign, asked by the page.
#[derive(Clone, Copy)]
pub struct AskedRecipients {
    filter: Memo<Filter>,
    page: Query<Page<RecipientView>>,
}

impl AskedRecipients {
    /// Follows the filter in the address, and what happens.
    pub fn new(id: Memo<Option<CampaignId>>) -> Self {
        let query = use_query_map();
        let filter = Memo::new(move |_| query.with(Filter::of));
        let page = Query::new(
            move || (id.get(), filter.get()),
            |(id, Filter { place, search, page })| async move {
                let id = id.ok_or_else(|| ApiError::from(Error::NotFound))?;
                api::list_recipients(id, place, search, page).await
            },
        );
        refetch_on(page, move |event| match event {
            Event::Resync => true,
            Event::CampaignChanged(changed) => Some(*changed) == id.get_untracked(),
            _ => false,
        });
        Self { filter, page }
    }
}

/// The table with its filters.
#[component]
pub fn Recipients(
    id: CampaignId,
    asked: AskedRecipients,
    #[prop(into)] totals: Signal<CampaignTotals>,
) -> impl IntoView {
    let lang = use_lang();
    let AskedRecipients { filter, page } = asked;
    let draw = move |page: Page<RecipientView>| view! { <RecipientTable id page filter /> };
    view! {
        <div id="recipients" class="mt-[var(--gap)] scroll-mt-20">
            <Card title=text::recipients(lang) flush=true>
                <div class="flex flex-wrap items-center gap-3 px-[var(--card-pad)] pt-1 pb-3">
                    <Places id totals filter />
                    <Search id filter />
                </div>
                <Load of=page view=draw />
            </Card>
        </div>
    }
}

/// One chip per place that has somebody in it. Links, so that they work without JavaScript.
#[component]
fn Places(id: CampaignId, totals: Signal<CampaignTotals>, filter: Memo<Filter>) -> impl IntoView {
    let lang = use_lang();
    let chip = move |(place, words, n): (&'static str, &'static str, u64)| {
        let current = filter.with(|filter| filter.place == place);
        let class = if current { "chip !border-accent-line !bg-accent-soft !text-accent-text" } else { "chip" };
        let to = Filter { place: place.to_owned(), page: 1, ..filter.get() };
        view! {
            <a class=class href=to.address(id) aria-current=current.then_some("true")>
                {words}
                <span class="font-medium tabular-nums">{format::count(lang, n)}</span>
            </a>
        }
    };
    view! {
        <nav class="-mx-1 flex min-w-0 gap-2 overflow-x-auto px-1 py-1" aria-label=text::show(lang)>
            {move || {
                let current = filter.with(|filter| filter.place.clone());
                places(lang, &totals.get())
                    .into_iter()
                    .filter(|(place, _, n)| place.is_empty() || *n > 0 || *place == current)
                    .map(chip)
                    .collect_view()
            }}
        </nav>
    }
}

/// The places as the ledger keeps them: whoever replied has read as well.
fn places(lang: Lang, t: &CampaignTotals) -> [(&'static str, &'static str, u64); 8] {
    [
        ("", text::all(lang), t.recipients),
        ("replied", text::replied(lang), t.replied),
        ("read", text::read(lang), t.read),
        ("delivered", text::delivered(lang), t.delivered.saturating_sub(t.read)),
        ("sent", text::awaiting(lang), t.sent.saturating_sub(t.delivered)),
        ("failed", text::failed(lang), t.failed),
        ("queued", text::queued(lang), t.queued()),
        ("cancelled", text::stopped(lang), t.cancelled),
    ]
}

#[component]
fn Search(id: CampaignId, filter: Memo<Filter>) -> impl IntoView {
    let lang = use_lang();
    let now = filter.get_untracked();
    view! {
        <leptos_router::components::Form
            method="GET"
            action=format!("/campaigns/{id}")
            attr:role="search"
            attr:class="ml-auto w-full sm:w-56"
        >
            <input type="hidden" name="state" value=move || filter.with(|filter| filter.place.clone()) />
            <div class="input-wrap">
                <Icon glyph=Glyph::Search />
                <input
                    class="input"
                    type="search"
                    name="q"
                    value=now.search
                    placeholder=text::search_recipients(lang)
                    aria-label=text::search_recipients(lang)
                />
            </div>
        </leptos_router::components::Form>
    }
}

#[component]
fn RecipientTable(id: CampaignId, page: Page<RecipientView>, filter: Memo<Filter>) -> impl IntoView {
    let lang = use_lang();
    let asked = filter.get_untracked();
    if page.rows.is_empty() {
        let filtered = !asked.place.is_empty() || !asked.search.is_empty();
        return Either::Left(if filtered {
            let action = slot(move || {
                view! { <ButtonLink href=Filter::default().address(id)>{text::show_all(lang)}</ButtonLink> }
            });
            Either::Left(view! {
                <EmptyState
                    glyph=Glyph::Search
                    title=text::nobody(lang)
                    body=text::nobody_body(lang)
                    action
                    filtered=true
                />
            })
        } else {
            Either::Right(
                view! { <p class="px-[var(--card-pad)] pb-6 text-sm text-muted">{text::nobody_yet(lang)}</p> },
            )
        });
    }
    let (shown, pages, per_page) = (page.page, page.pages(), page.per_page);
    let rows = page.rows.into_iter().map(|recipient| view! { <Row recipient /> }).collect_view();
    Either::Right(view! {
        <Table caption=text::recipients(lang)>
            <thead>
                <tr>
                    <th scope="col">{text::recipient(lang)}</th>
                    <th scope="col">{text::state(lang)}</th>
                    <th scope="col" class="num max-md:hidden">{text::last_change(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination page=shown pages per_page href=move |page| Filter { page, ..asked.clone() }.address(id) />
    })
}

#[component]
fn Row(recipient: RecipientView) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let phone = recipient.phone.readable();
    let named = !recipient.name.trim().is_empty() && recipient.name != phone;
    let name = if named { recipient.name.clone() } else { phone.clone() };
    let at = recipient.changed_at;
    view! {
        <tr>
            <td>
                <b class="block font-semibold">{name}</b>
                {named.then(|| view! { <span class="text-xs text-muted tabular-nums">{phone}</span> })}
            </td>
            <td><StateWords recipient /></td>
            <td class="num whitespace-nowrap text-muted max-md:hidden">
                {move || format::moment(lang, zone, at, now.get())}
            </td>
        </tr>
    }
}

/// Where the message is, with a tick and, where there is one, the reason.
#[component]
fn StateWords(recipient: RecipientView) -> impl IntoView {
    let lang = use_lang();
    if recipient.replied {
        return Either::Left(view! {
            <span class="inline-flex items-center gap-1.5 text-accent-text">
                <Icon glyph=Glyph::Reply />
                {text::is_replied(lang)}
            </span>
        });
    }
    let (tone, words) = match (recipient.state, recipient.fail_reason) {
        (MessageState::Queued, _) => ("text-muted", text::is_queued(lang).to_owned()),
        (MessageState::Sent, _) => ("text-muted", text::is_submitted(lang).to_owned()),
        (MessageState::Delivered, _) => ("", text::delivered(lang).to_owned()),
        (MessageState::Read, _) => ("", text::read(lang).to_owned()),
        (MessageState::Failed, Some(why)) => ("text-danger-text", text::is_failed(lang, why.message(lang))),
        (MessageState::Failed, None) => ("text-danger-text", text::is_failed_plain(lang).to_owned()),
        (MessageState::Expired, _) => ("text-muted", text::is_expired(lang).to_owned()),
        (MessageState::Cancelled, _) => ("text-muted", text::is_cancelled(lang).to_owned()),
    };
    let tick = match recipient.state {
        MessageState::Queued => Some(Tick::Queued),
        MessageState::Sent => Some(Tick::Submitted),
        MessageState::Delivered => Some(Tick::Delivered),
        MessageState::Read => Some(Tick::Read),
        MessageState::Failed => Some(Tick::Failed),
        MessageState::Expired | MessageState::Cancelled => None,
    };
    Either::Right(view! {
        <span class=format!("inline-flex items-center gap-1.5 {tone}")>
            {tick.map(|tick| view! { <span aria-hidden="true"><Ticks of=tick /></span> })}
            {words}
        </span>
    })
}
