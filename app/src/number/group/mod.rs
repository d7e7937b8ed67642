//! The groups of a number: which it is in, who else is, and making contacts of them.

pub mod api;
mod detail;
mod list;
mod text;

pub use detail::GroupPage;
pub use list::GroupsPage;

use crate::ui::*;
use domain::NumberId;
use leptos::prelude::*;
use leptos_router::{hooks::use_params_map, params::ParamsMap};

/// How many groups the number is in, and the way to them.
#[component]
pub fn GroupsCard(number: NumberId, groups: Memo<u64>) -> impl IntoView {
    let lang = use_lang();
    let words = move || match groups.get() {
        0 => text::in_no_group(lang).to_owned(),
        n => text::in_groups(lang, n),
    };
    view! {
        <Card title=text::groups(lang)>
            <p class="text-sm text-muted text-pretty">{words}</p>
            <Show when=move || { groups.get() > 0 }>
                <ButtonLink href=format!("/numbers/{number}/groups") glyph=Glyph::People class="mt-3">
                    {text::show_groups(lang)}
                </ButtonLink>
            </Show>
        </Card>
    }
}

/// The number in the address of a page, what is searched there, and which page of it is looked at.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    number: Option<NumberId>,
    /// Of the network; empty on the page of all groups.
    group: String,
    search: String,
    page: u32,
}

impl Asked {
    fn current() -> Memo<Self> {
        let (params, query) = (use_params_map(), leptos_router::hooks::use_query_map());
        Memo::new(move |_| {
            let (params, query) = (params.get(), query.get());
            Self {
                number: params.get("id").and_then(|id| id.parse().ok()),
                group: params.get("group").unwrap_or_default(),
                search: query.get("q").unwrap_or_default(),
                page: query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
            }
        })
    }

    /// Where the page is, without what is searched.
    fn place(&self) -> String {
        let number = self.number.map(|number| number.to_string()).unwrap_or_default();
        if self.group.is_empty() {
            return format!("/numbers/{number}/groups");
        }
        format!("/numbers/{number}/groups/{}", self.group)
    }

    /// The same search, another page.
    fn on_page(&self, page: u32) -> String {
        let mut query = ParamsMap::new();
        if !self.search.is_empty() {
            query.insert("q", self.search.clone());
        }
        query.insert("page", page.to_string());
        format!("{}{}", self.place(), query.to_query_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_number_the_group_and_what_was_searched_for() {
        let number: NumberId = "00000000-0000-7000-8000-000000000000".parse().expect("an id");
        let asked = Asked { number: Some(number), group: String::new(), search: "a&b".into(), page: 1 };
        assert_eq!(asked.on_page(2), format!("/numbers/{number}/groups?q=a%26b&page=2"));
        let asked = Asked { group: "1203-4".into(), search: String::new(), ..asked };
        assert_eq!(asked.on_page(1), format!("/numbers/{number}/groups/1203-4?page=1"));
    }
}
