//! The list of contacts.

use super::{
    api::{PER_PAGE, list_contacts},
    text,
};
use crate::{format, layout::may, layout::use_now, layout::use_zone, live::refetch_on, ui::*};
use domain::{Event, Page, Permission, contact::ContactView};
use leptos::{either::Either, prelude::*};

/// Values shown beside a contact.
const DETAILS: usize = 3;

/// `/contacts?q=solo&page=2`
#[component]
pub fn ContactsPage() -> impl IntoView {
    let lang = use_lang();
    let asked = use_asked();
    let contacts = Query::new(move || asked.get(), |(search, page)| list_contacts(search, page));
    refetch_on(contacts, |event| matches!(event, Event::ContactChanged(_) | Event::ImportChanged(_) | Event::Resync));
    view! {
        <PageHead
            title=text::contacts(lang)
            actions=slot(move || {
                view! {
                    <ButtonLink href="/contacts/consent" glyph=Glyph::Hand>{text::consent(lang)}</ButtonLink>
                    {may(Permission::ContactWrite)
                        .then(|| {
                            view! {
                                <ButtonLink href="/contacts/import" variant=Variant::Primary glyph=Glyph::Upload>
                                    {text::import(lang)}
                                </ButtonLink>
                            }
                        })}
                }
            })
        />
        <Load of=contacts view=move |page| view! { <Contacts page search=asked.get_untracked().0 /> } />
    }
}

#[component]
fn Contacts(page: Page<ContactView>, search: String) -> impl IntoView {
    let lang = use_lang();
    let filtered = !search.is_empty();
    if page.total == 0 && !filtered {
        return Either::Left(view! { <Nobody /> });
    }
    let count = if filtered { text::matching(lang, page.total) } else { text::people(lang, page.total) };
    let nothing = page.rows.is_empty().then(|| text::nobody_matches(lang, &search));
    let (number, pages) = (page.page, page.pages());
    Either::Right(view! {
        <SearchedCard path="/contacts" label=text::search(lang) search count page=number pages per_page=PER_PAGE nothing>
            <Table caption=text::contacts(lang)>
                <thead>
                    <tr>
                        <th scope="col">{text::name(lang)}</th>
                        <th scope="col" class="max-md:hidden">{text::details(lang)}</th>
                        <th scope="col">{text::marketing(lang)}</th>
                        <th scope="col" class="max-md:hidden">{text::added(lang)}</th>
                    </tr>
                </thead>
                <tbody>
                    {page.rows.into_iter().map(|contact| view! { <ContactRow contact /> }).collect_view()}
                </tbody>
            </Table>
        </SearchedCard>
    })
}

#[component]
fn Nobody() -> impl IntoView {
    let lang = use_lang();
    let action = slot(move || {
        may(Permission::ContactWrite).then(|| {
            view! {
                <ButtonLink href="/contacts/import" glyph=Glyph::Upload>
                    {text::import_a_file(lang)}
                </ButtonLink>
            }
        })
    });
    view! {
        <Card>
            <EmptyState glyph=Glyph::People title=text::no_contacts(lang) body=text::no_contacts_body(lang) action />
        </Card>
    }
}

#[component]
fn ContactRow(contact: ContactView) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let name = contact.display_name();
    let phone = contact.phone.as_ref().map(|phone| phone.readable()).filter(|phone| *phone != name);
    let details = details(&contact);
    let (added, opted_out) = (contact.created_at, contact.opted_out_at.is_some());
    view! {
        <tr>
            // On a phone the name gives way to what stands beside it.
            <td class="max-md:w-full max-md:max-w-0">
                <div class="flex items-center gap-3">
                    <Avatar name=name.clone() picture=contact.picture.clone() />
                    <div class="min-w-0">
                        <b class="block max-w-[32ch] truncate font-semibold">{name}</b>
                        <span class="block truncate text-xs text-muted tabular-nums">{phone}</span>
                    </div>
                </div>
            </td>
            <td class="max-w-[48ch] truncate text-muted max-md:hidden">{details}</td>
            <td>
                {if opted_out {
                    view! { <Badge tone=Tone::Warning glyph=Glyph::Hand>{text::opted_out(lang)}</Badge> }
                } else {
                    view! { <Badge tone=Tone::Neutral>{text::allowed(lang)}</Badge> }
                }}
            </td>
            <td class="whitespace-nowrap text-muted max-md:hidden">
                {format::short_date(lang, zone, added, now.get_untracked())}
            </td>
        </tr>
    }
}

/// Some of what the file said about a person, without repeating name and number.
fn details(contact: &ContactView) -> String {
    let phone = contact.phone.as_ref().map(|phone| phone.digits()).unwrap_or_default();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let repeats = |value: &str| {
        let digits = digits(value);
        contact.name.contains(value) || (digits.len() >= 7 && phone.ends_with(digits.trim_start_matches('0')))
    };
    let told = contact.attributes.iter().filter(|(_, value)| !repeats(value));
    told.take(DETAILS).map(|(header, value)| format!("{header}: {value}")).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Millis;

    #[test]
    fn details_do_not_repeat_name_and_number() {
        let told = [("Nama", "Dewi"), ("HP", "0812-5550-0142"), ("Kota", "Solo"), ("Kelas", "VIP")];
        let contact = ContactView {
            id: "00000000-0000-7000-8000-000000000000".parse().expect("an id"),
            phone: Some("6281255500142".parse().expect("a number")),
            name: "Dewi Wijaya".into(),
            push_name: String::new(),
            picture: None,
            attributes: told.map(|(header, value)| (header.to_owned(), value.to_owned())).into(),
            opted_out_at: None,
            created_at: Millis(0),
        };
        assert_eq!(details(&contact), "Kelas: VIP · Kota: Solo");
    }
}
