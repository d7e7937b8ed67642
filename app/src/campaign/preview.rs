//! The message on a person's phone, rendered in the browser by the code that sends it.

use super::{file::FileInMessage, text};
use crate::{
    format,
    layout::{use_now, use_viewer, use_zone},
    ui::*,
};
use domain::{
    CampaignId, Template,
    campaign::{CampaignFile, render},
    contact::ContactView,
    template::TemplateError,
};
use leptos::{either::EitherOf3, prelude::*};

/// What a preview follows.
#[derive(Clone, Copy)]
pub struct Preview {
    pub campaign: Option<CampaignId>,
    pub template: Memo<Result<Template, TemplateError>>,
    pub empty: Signal<bool>,
    /// What goes with the words.
    pub file: Signal<Option<CampaignFile>>,
    pub people: StoredValue<Vec<ContactView>>,
    /// Which of the people.
    pub chosen: RwSignal<usize>,
    /// Another wording for each.
    pub shuffle: RwSignal<u64>,
}

impl Preview {
    fn person(self) -> Option<ContactView> {
        let chosen = self.chosen.get();
        self.people.with_value(|people| people.get(chosen).cloned())
    }

    fn name(self, lang: domain::Lang) -> String {
        self.person().map_or_else(|| text::a_contact(lang).to_owned(), |person| person.display_name())
    }
}

/// Chooses whose phone it is, and draws it. `id` keeps two of them on a page apart.
#[component]
pub fn PhonePreview(preview: Preview, id: &'static str) -> impl IntoView {
    let lang = use_lang();
    let people = preview.people.with_value(|people| people.iter().map(ContactView::display_name).collect::<Vec<_>>());
    let count = people.len();
    let options = move || {
        people
            .iter()
            .enumerate()
            .map(|(i, name)| {
                view! { <option value=i.to_string() selected=move || preview.chosen.get() == i>{name.clone()}</option> }
            })
            .collect_view()
    };
    let choose = move |event| preview.chosen.set(event_target_value(&event).parse().unwrap_or(0));
    view! {
        {if count == 0 {
            leptos::either::Either::Left(view! { <p class="mb-3 text-xs text-muted">{text::no_people(lang)}</p> })
        } else {
            leptos::either::Either::Right(view! {
                <div class="mb-3 flex items-center gap-2">
                    <label class="sr-only" for=id>{text::preview_as(lang)}</label>
                    <select
                        id=id
                        class="input"
                        prop:value=move || preview.chosen.get().to_string()
                        on:change=choose
                    >{options()}</select>
                    <IconButton
                        glyph=Glyph::ChevronRight
                        label=text::next_person(lang)
                        variant=Variant::Secondary
                        on:click=move |_| preview.chosen.update(|i| *i = (*i + 1) % count)
                    />
                </div>
            })
        }}
        <Phone preview />
    }
}

#[component]
fn Phone(preview: Preview) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let viewer = use_viewer();
    let (tenant, business) = (viewer.tenant, viewer.tenant_name);
    let first: String = business.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    let bubble = move || {
        let file = preview.file.get();
        if preview.empty.get() && file.is_none() {
            return EitherOf3::A(view! { <p class="m-auto text-sm text-muted">{text::preview_empty(lang)}</p> });
        }
        let person = preview.person();
        preview.template.with(|template| match template {
            Ok(template) => {
                let words = render(template, tenant, preview.campaign, person.as_ref(), preview.shuffle.get()).text;
                EitherOf3::B(view! {
                    <div class="max-w-[92%] rounded-[14px] rounded-tl-[4px] bg-bubble-in px-3 pt-2 pb-1.5 shadow-raised ring-1 ring-border">
                        {file.map(|file| view! { <FileInMessage file /> })}
                        <div data-testid="preview-text"><MarkedText text=words /></div>
                        <p class="meta">{format::time(lang, zone, now.get())}</p>
                    </div>
                })
            }
            Err(_) => EitherOf3::C(view! { <p class="m-auto text-sm text-muted">{text::preview_broken(lang)}</p> }),
        })
    };
    view! {
        <section
            class="mx-auto w-[316px] max-w-full overflow-hidden rounded-[38px] border-[7px] border-inverse bg-thread shadow-float dark:border-border-strong"
            aria-label=move || text::preview_of(lang, &preview.name(lang))
        >
            <div class="flex items-center gap-2.5 border-b bg-raised px-4 pt-5 pb-2.5">
                <span class="avatar av-4 !size-8 text-2xs" aria-hidden="true">{first.to_uppercase()}</span>
                <b class="min-w-0 truncate text-sm font-semibold">{business}</b>
            </div>
            <div class="kawung flex min-h-[380px] flex-col items-start gap-2 px-3 pt-4 pb-3">{bubble}</div>
        </section>
    }
}
