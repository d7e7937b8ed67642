//! A list that is searched: what its address asks for, and the card it stands in.

use super::{ButtonLink, Card, EmptyState, Glyph, Pagination, SearchForm, slot, text, use_lang};
use leptos::{either::Either, prelude::*};
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// What the address of a list asks for, `?q=solo&page=2`: the words and the page, which begins at 1.
pub fn use_asked() -> Memo<(String, u32)> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let page = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1_u32);
            (query.get("q").unwrap_or_default(), page.max(1))
        })
    })
}

/// The address of a page of a list, with what was searched for.
pub fn list_address(path: &str, search: &str, page: u32) -> String {
    let mut query = ParamsMap::new();
    if !search.is_empty() {
        query.insert("q", search.to_owned());
    }
    query.insert("page", page.to_string());
    format!("{path}{}", query.to_query_string())
}

/// Nothing in a list is what was searched for.
#[component]
pub fn NothingFound(
    /// The list without a search: "/contacts".
    path: &'static str,
    /// "Nobody matches “solo”"
    title: String,
    body: &'static str,
) -> impl IntoView {
    let lang = use_lang();
    let action = slot(move || view! { <ButtonLink href=path>{text::clear_search(lang)}</ButtonLink> });
    view! { <EmptyState filtered=true glyph=Glyph::Search title body action /> }
}

/// One page of a list of people in a card: the search above it, how many there are, and the way to the other pages.
#[component]
pub fn SearchedCard(
    /// Where the list is: "/contacts".
    path: &'static str,
    /// What is searched: "Search by name or number".
    label: &'static str,
    /// What was searched for; nothing when it is empty.
    search: String,
    /// "12 people"
    count: String,
    page: u32,
    pages: u32,
    per_page: u32,
    /// What is said instead of the table when nobody is found: "Nobody matches “solo”".
    #[prop(optional_no_strip)]
    nothing: Option<String>,
    /// The table.
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Card flush=true>
            <div class="flex flex-wrap items-center gap-3 px-[var(--card-pad)] py-3">
                <SearchForm action=path label value=search.clone() class="w-80 max-sm:w-full" />
                <p class="ml-auto text-sm text-muted" role="status">
                    {count}
                </p>
            </div>
            {match nothing {
                Some(title) => Either::Left(view! { <NothingFound path title body=text::check_spelling(lang) /> }),
                None => {
                    Either::Right(
                        view! {
                            {children()}
                            <Pagination page pages per_page href=move |page| list_address(path, &search, page) />
                        },
                    )
                }
            }}
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::list_address;

    #[test]
    fn an_address_keeps_what_was_searched_for() {
        assert_eq!(list_address("/contacts", "", 2), "/contacts?page=2");
        assert_eq!(list_address("/contacts", "a&b", 2), "/contacts?q=a%26b&page=2");
    }
}
