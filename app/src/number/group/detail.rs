//! Who is in a group, and making contacts of them.

use super::{
    Asked,
    api::{self, ImportGroup, OpenedGroup, PER_PAGE},
    list::{NoMatch, Search, called},
    text,
};
use crate::{
    error::{ApiError, form_error},
    layout::may,
    live::refetch_on,
    ui::*,
};
use domain::{Error, Event, Permission, number::group::MemberView};
use leptos::{either::Either, form::ActionForm, prelude::*};
use leptos_meta::Title;

/// `/numbers/{id}/groups/{group}?q=dewi&page=2`
#[component]
pub fn GroupPage() -> impl IntoView {
    let asked = Asked::current();
    let opened = Query::new(move || asked.get(), ask);
    refetch_on(opened, move |event| match event {
        Event::NumberChanged(changed) => asked.with_untracked(|asked| asked.number == Some(*changed)),
        Event::ContactChanged(_) | Event::ImportChanged(_) => true,
        _ => false,
    });
    view! { <LoadLive of=opened view=move |opened| view! { <WhileThere opened asked /> } /> }
}

async fn ask(asked: Asked) -> Result<Option<OpenedGroup>, ApiError> {
    let number = asked.number.ok_or(Error::NotFound)?;
    api::open_group(number, asked.group, asked.search, asked.page).await
}

/// The group, until the number is removed from it: by somebody on a phone, perhaps, while it is looked at.
#[component]
fn WhileThere(opened: Signal<Option<OpenedGroup>>, asked: Memo<Asked>) -> impl IntoView {
    let is_there = Memo::new(move |_| opened.with(Option::is_some));
    move || {
        let Some(first) = opened.get_untracked().filter(|_| is_there.get()) else {
            return Either::Left(view! { <Gone asked /> });
        };
        let opened = Signal::derive(move || opened.get().unwrap_or_else(|| first.clone()));
        Either::Right(view! { <Group opened asked /> })
    }
}

#[component]
fn Gone(asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let all = Asked { group: String::new(), ..asked.get_untracked() }.place();
    let action = slot(move || {
        view! {
            <ButtonLink href=all variant=Variant::Primary glyph=Glyph::ArrowLeft>
                {text::back_to_groups(lang)}
            </ButtonLink>
        }
    });
    view! {
        <Title text=text::group_gone(lang) />
        <div role="alert">
            <Card>
                <EmptyState
                    glyph=Glyph::People
                    title=text::group_gone(lang)
                    body=text::group_gone_body(lang)
                    action
                    whole_page=true
                />
            </Card>
        </div>
    }
}

#[component]
fn Group(opened: Signal<OpenedGroup>, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let head = Memo::new(move |_| opened.with(|opened| (opened.label.clone(), opened.detail.group.clone())));
    let sums =
        Memo::new(move |_| opened.with(|opened| [opened.detail.reachable, opened.detail.known, opened.detail.hidden]));
    view! {
        {move || {
            let (label, group) = head.get();
            let all = Asked { group: String::new(), ..asked.get_untracked() }.place();
            let actions = slot(move || {
                view! { <ButtonLink href=all glyph=Glyph::ArrowLeft>{text::back_to_groups(lang)}</ButtonLink> }
            });
            let aside = slot(move || {
                view! {
                    {group.is_admin.then(|| view! { <Badge tone=Tone::Info>{text::admin(lang)}</Badge> })}
                    {group.is_announcement.then(|| view! { <Badge>{text::announcement(lang)}</Badge> })}
                }
            });
            let (title, lead) = head.with(|(_, group)| (called(lang, group), text::members_of(lang, group.size, &label)));
            view! { <PageHead title lead aside actions /> }
        }}
        <div class="grid grid-cols-1 items-start gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_372px]">
            <Members opened asked />
            <div class="max-xl:order-first">
                <MakeContacts sums asked />
            </div>
        </div>
    }
}

/// How many of the members can become contacts, and the way there.
#[component]
fn MakeContacts(sums: Memo<[u64; 3]>, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let import = ServerAction::<ImportGroup>::new();
    let number = move || asked.with(|asked| asked.number.map(|number| number.to_string()));
    let hidden = Memo::new(move |_| sums.with(|[.., hidden]| *hidden));
    view! {
        <Card title=text::make_contacts(lang)>
            <FormError error=form_error(import.value()) />
            <p class="text-sm text-pretty">
                {move || sums.with(|[reachable, known, _]| text::reachable(lang, *reachable, *known))}
            </p>
            <Show when=move || { hidden.get() > 0 }>
                <p class="mt-1.5 text-sm text-muted text-pretty">{text::hidden(lang, hidden.get())}</p>
            </Show>
            {may(Permission::ContactWrite)
                .then(|| {
                    view! {
                        <Show when=move || sums.with(|[reachable, ..]| *reachable > 0)>
                            <p class="mt-1.5 text-sm text-muted text-pretty">{text::before_import(lang)}</p>
                            <ActionForm action=import attr:class="mt-4">
                                <input type="hidden" name="number" value=number />
                                <input type="hidden" name="group" value=move || asked.with(|asked| asked.group.clone()) />
                                <Button variant=Variant::Primary submit=true glyph=Glyph::People busy=import.pending()>
                                    {text::make_contacts(lang)}
                                </Button>
                            </ActionForm>
                            <Callout tone=Tone::Warning class="mt-4">
                                {text::consent(lang)}
                            </Callout>
                        </Show>
                    }
                })}
        </Card>
    }
}

#[component]
fn Members(opened: Signal<OpenedGroup>, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let nobody = Memo::new(move |_| opened.with(|opened| opened.detail.members.total == 0));
    view! {
        <Card flush=true>
            <Search label=text::search_members(lang) asked />
            {move || {
                if nobody.get() {
                    Either::Left(view! { <NoMatch title=text::nobody_matches(lang) asked /> })
                } else {
                    Either::Right(view! { <MemberTable opened asked /> })
                }
            }}
        </Card>
    }
}

#[component]
fn MemberTable(opened: Signal<OpenedGroup>, asked: Memo<Asked>) -> impl IntoView {
    let lang = use_lang();
    let page = move || {
        let (number, pages) = opened.with(|opened| (opened.detail.members.page, opened.detail.members.pages()));
        let href = move |page| asked.with_untracked(|asked| asked.on_page(page));
        view! { <Pagination page=number pages per_page=PER_PAGE href /> }
    };
    view! {
        <Table caption=text::members(lang)>
            <thead>
                <tr>
                    <th scope="col">{text::member(lang)}</th>
                    <th scope="col" class="max-md:hidden">{text::role(lang)}</th>
                    <th scope="col">{text::contact(lang)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || opened.with(|opened| opened.detail.members.rows.clone()) key=MemberView::clone let:shown>
                    <MemberRow shown />
                </For>
            </tbody>
        </Table>
        {page}
    }
}

#[component]
fn MemberRow(shown: MemberView) -> impl IntoView {
    let lang = use_lang();
    let phone = shown.member.phone.as_ref().map(|phone| phone.readable()).filter(|phone| *phone != shown.name);
    let below = match &shown.member.phone {
        Some(_) => phone,
        None => Some(text::number_hidden(lang).to_owned()),
    };
    let admin = shown.member.is_admin.then(|| view! { <Badge tone=Tone::Info>{text::admin(lang)}</Badge> });
    let contact = if shown.member.is_self {
        view! { <Badge tone=Tone::Accent>{text::this_number(lang)}</Badge> }.into_any()
    } else if shown.is_known {
        view! { <Badge tone=Tone::Success glyph=Glyph::Check>{text::already(lang)}</Badge> }.into_any()
    } else {
        view! { <span class="text-muted">{text::not_yet(lang)}</span> }.into_any()
    };
    view! {
        <tr>
            <td class="max-md:w-full max-md:max-w-0">
                <div class="flex items-center gap-3">
                    <Avatar name=shown.name.clone() />
                    <div class="min-w-0">
                        <b class="block max-w-[32ch] truncate font-semibold">{shown.name}</b>
                        <span class="block truncate text-xs text-muted tabular-nums">{below}</span>
                    </div>
                </div>
            </td>
            <td class="max-md:hidden">{admin}</td>
            <td>{contact}</td>
        </tr>
    }
}
