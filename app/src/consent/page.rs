//! `/contacts/consent?q=solo&page=2`

use super::{
    api::{self, PER_PAGE},
    proof,
    setting::SettingCard,
    suppress::SuppressDialog,
    text,
    wish::AgreedDialog,
};
use crate::{format, layout::may, layout::use_now, layout::use_zone, live::refetch_on, ui::*};
use domain::{ContactId, Event, Page, Permission, consent::OptedOut};
use leptos::{either::Either, prelude::*};

const PATH: &str = "/contacts/consent";

#[component]
pub fn ConsentPage() -> impl IntoView {
    let lang = use_lang();
    let asked = use_asked();
    let people = Query::new(move || asked.get(), |(search, page)| api::list_opted_out(search, page));
    refetch_on(people, |event| matches!(event, Event::ContactChanged(_) | Event::ImportChanged(_) | Event::Resync));
    let again = Callback::new(move |()| people.refetch());
    let (adding, agreeing) = (RwSignal::new(false), RwSignal::new(None::<(ContactId, String)>));
    let actions = slot(move || {
        view! {
            <ButtonLink href="/contacts" glyph=Glyph::ArrowLeft>{text::contacts(lang)}</ButtonLink>
            {may(Permission::ContactWrite)
                .then(|| {
                    view! {
                        <ButtonLink href="/contacts/consent.csv" glyph=Glyph::Download attr:rel="external">
                            {text::export(lang)}
                        </ButtonLink>
                        <Button glyph=Glyph::Plus class="js-only" on:click=move |_| adding.set(true)>
                            {text::add_list(lang)}
                        </Button>
                    }
                })}
        }
    });
    view! {
        <PageHead title=text::title(lang) lead=text::lead(lang) actions />
        <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_372px]">
            <div class="min-w-0">
                <Load
                    of=people
                    view=move |page| view! { <People page search=asked.get_untracked().0 agreeing /> }
                />
            </div>
            <SettingCard />
        </div>
        <SuppressDialog open=adding added=again />
        <AgreedDialog agreeing again />
    }
}

#[component]
fn People(page: Page<OptedOut>, search: String, agreeing: RwSignal<Option<(ContactId, String)>>) -> impl IntoView {
    let lang = use_lang();
    let filtered = !search.is_empty();
    if page.total == 0 && !filtered {
        return Either::Left(view! {
            <Card>
                <EmptyState glyph=Glyph::Hand title=text::nobody(lang) body=text::nobody_body(lang) />
            </Card>
        });
    }
    let count = if filtered { text::matching(lang, page.total) } else { text::people(lang, page.total) };
    let nothing = page.rows.is_empty().then(|| text::nobody_matches(lang, &search));
    let (number, pages) = (page.page, page.pages());
    Either::Right(view! {
        <SearchedCard path=PATH label=text::search(lang) search count page=number pages per_page=PER_PAGE nothing>
            <Table caption=text::opted_out(lang)>
                <thead>
                    <tr>
                        <th scope="col">{text::name(lang)}</th>
                        <th scope="col" class="max-md:hidden">{text::how(lang)}</th>
                        <th scope="col" class="max-md:hidden">{text::since(lang)}</th>
                        <th scope="col">
                            <span class="sr-only">{text::actions(lang)}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {page.rows.into_iter().map(|person| view! { <PersonRow person agreeing /> }).collect_view()}
                </tbody>
            </Table>
        </SearchedCard>
    })
}

#[component]
fn PersonRow(person: OptedOut, agreeing: RwSignal<Option<(ContactId, String)>>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let (contact, name) = (person.contact, person.name);
    let phone = person.phone.map(|phone| phone.readable()).filter(|phone| *phone != name);
    let how = person.proof.map(|entry| proof(lang, &entry)).unwrap_or_default();
    let thread = person.conversation.filter(|_| may(Permission::InboxUse)).map(|conversation| {
        view! {
            <a
                class="btn btn-ghost btn-icon"
                href=format!("/inbox/{conversation}")
                aria-label=text::open_thread_of(lang, &name)
                title=text::open_thread(lang)
            >
                <Icon glyph=Glyph::Inbox />
            </a>
        }
    });
    let agreed = may(Permission::InboxUse).then(|| {
        let about = name.clone();
        view! {
            <Button
                small=true
                glyph=Glyph::Check
                class="js-only"
                attr:aria-label=text::record_in_of(lang, &name)
                on:click=move |_| agreeing.set(Some((contact, about.clone())))
            >
                <span class="max-md:hidden">{text::record_in(lang)}</span>
            </Button>
        }
    });
    view! {
        <tr>
            // On a phone the proof stands below whose it is.
            <td class="max-w-[26ch] max-md:w-full max-md:max-w-0">
                <b class="block truncate font-semibold">{name}</b>
                <span class="block truncate text-xs text-muted tabular-nums">{phone}</span>
                <span class="mt-1 line-clamp-2 text-xs md:hidden">{how.clone()}</span>
            </td>
            <td class="max-w-[36ch] text-pretty break-words max-md:hidden">
                <span class="line-clamp-2" title=how.clone()>{how.clone()}</span>
            </td>
            <td class="whitespace-nowrap text-muted max-md:hidden">
                {format::short_date(lang, zone, person.since, now.get_untracked())}
            </td>
            <td>
                <div class="flex items-center justify-end gap-1">{thread} {agreed}</div>
            </td>
        </tr>
    }
}
