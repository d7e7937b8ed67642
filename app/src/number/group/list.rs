//! The groups a number is in.

use super::{
    Asked,
    api::{self, GroupList, PER_PAGE},
    text,
};
use crate::{error::ApiError, live::refetch_on, ui::*};
use domain::{Error, Event, number::group::GroupView};
use leptos::{either::EitherOf3, prelude::*};

/// `/numbers/{id}/groups?q=solo&page=2`
#[component]
pub fn GroupsPage() -> impl IntoView {
    let asked = Asked::current();
    let list = Query::new(move || asked.get(), ask);
    refetch_on(list, move |event| match event {
        Event::NumberChanged(changed) => asked.with_untracked(|asked| asked.number == Some(*changed)),
        _ => false,
    });
    view! { <LoadLive of=list view=move |list| view! { <Groups list asked /> } /> }
}

async fn ask(asked: Asked) -> Result<GroupList, ApiError> {
    let number = asked.number.ok_or(Error::NotFound)?;
    api::list_groups(number, asked.search, asked.page).await
}

#[component]
fn Groups(list: Signal<GroupList>, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let label = Memo::new(move |_| list.with(|list| list.label.clone()));
    let nowhere = Memo::new(move |_| list.with(|list| list.groups.total == 0));
    let searched = Memo::new(move |_| asked.with(|asked| !asked.search.is_empty()));
    let number = asked.with_untracked(|asked| asked.number);
    let back = number.map(|number| format!("/numbers/{number}")).unwrap_or_default();
    let actions = slot(move || {
        view! { <ButtonLink href=back glyph=Glyph::ArrowLeft>{text::back_to_number(lang)}</ButtonLink> }
    });
    view! {
        <PageHead
            title=text::groups(lang)
            lead=Signal::derive(move || text::groups_of(lang, &label.get()))
            actions
        />
        <Card flush=true>
            <Show when=move || !nowhere.get() || searched.get()>
                <Search label=text::search_groups(lang) asked />
            </Show>
            {move || match (nowhere.get(), searched.get()) {
                (true, true) => EitherOf3::A(view! { <NoMatch title=text::no_group_matches(lang) asked /> }),
                (true, false) => {
                    EitherOf3::B(
                        view! {
                            <EmptyState
                                glyph=Glyph::People
                                title=text::no_groups(lang)
                                body=text::no_groups_body(lang)
                            />
                        },
                    )
                }
                (false, _) => EitherOf3::C(view! { <GroupTable list asked /> }),
            }}
        </Card>
    }
}

/// The search field.
#[component]
pub(super) fn Search(label: &'static str, asked: Memo<Asked>) -> impl IntoView {
    let action = asked.with_untracked(Asked::place);
    let value = Signal::derive(move || asked.with(|asked| asked.search.clone()));
    view! {
        <div class="px-[var(--card-pad)] py-3">
            <SearchForm action label value class="w-80 max-sm:w-full" />
        </div>
    }
}

/// What was searched for is not there; and the way back to all.
#[component]
pub(super) fn NoMatch(#[prop(into)] title: String, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let all = asked.with_untracked(Asked::place);
    let action = slot(move || view! { <ButtonLink href=all>{text::show_all(lang)}</ButtonLink> });
    view! { <EmptyState filtered=true glyph=Glyph::Search title body=text::other_words(lang) action /> }
}

#[component]
fn GroupTable(list: Signal<GroupList>, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let page = move || {
        let (number, pages) = list.with(|list| (list.groups.page, list.groups.pages()));
        let href = move |page| asked.with_untracked(|asked| asked.on_page(page));
        view! { <Pagination page=number pages per_page=PER_PAGE href /> }
    };
    view! {
        <Table caption=text::groups(lang)>
            <thead>
                <tr>
                    <th scope="col">{text::group(lang)}</th>
                    <th scope="col" class="num">{text::members(lang)}</th>
                    <th scope="col" class="max-md:hidden">{text::role(lang)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || list.with(|list| list.groups.rows.clone()) key=GroupView::clone let:group>
                    <GroupRow group asked />
                </For>
            </tbody>
        </Table>
        {page}
    }
}

#[component]
fn GroupRow(group: GroupView, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let href = Asked { group: group.wa_id.clone(), ..asked.get_untracked() }.place();
    let name = called(lang, &group);
    view! {
        <tr>
            <td class="max-md:w-full max-md:max-w-0">
                <div class="flex items-center gap-3">
                    <Avatar name=name.clone() />
                    <div class="min-w-0">
                        <TextLink href class="block max-w-[48ch] truncate font-semibold">
                            {name}
                        </TextLink>
                        {group
                            .is_announcement
                            .then(|| {
                                view! { <span class="block truncate text-xs text-muted">{text::announcement(lang)}</span> }
                            })}
                    </div>
                </div>
            </td>
            <td class="num">{crate::format::count(lang, group.size)}</td>
            <td class="max-md:hidden">
                {group.is_admin.then(|| view! { <Badge tone=Tone::Info>{text::admin(lang)}</Badge> })}
            </td>
        </tr>
    }
}

/// What to call a group.
pub(super) fn called(lang: domain::Lang, group: &GroupView) -> String {
    if group.subject.trim().is_empty() { text::nameless(lang).to_owned() } else { group.subject.clone() }
}
