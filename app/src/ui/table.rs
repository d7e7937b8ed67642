//! Lists of rows, and going from page to page.

use super::{Glyph, Icon, text, use_lang};
use leptos::{html, prelude::*};

/// A table that reaches the edges of the card it stands in and scrolls sideways when it must. Write `<thead>` and
/// `<tbody>` inside; right-aligned numbers have the class `num`. Columns that a phone can do without: `max-md:hidden`.
#[component]
pub fn Table(
    /// What the rows are, for screen readers.
    #[prop(into)]
    caption: String,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let label = caption.clone();
    view! {
        // Reached by Tab, so that the arrow keys can scroll it.
        <div class="overflow-x-auto" role="group" tabindex="0" aria-label=label>
            <table class=format!("table {class}")>
                <caption class="sr-only">{caption}</caption>
                {children()}
            </table>
        </div>
    }
}

/// A search field that is a form: it sends `q` to the same page with GET, so it works without JavaScript.
#[component]
pub fn SearchForm(
    /// Where the list is: "/contacts".
    #[prop(into)]
    action: String,
    /// What is searched: "Search contacts".
    #[prop(into)]
    label: String,
    /// What was searched for; the field follows it, whichever way led there.
    #[prop(optional, into)]
    value: Signal<String>,
    #[prop(optional, into)] class: String,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        if let Some(input) = node.get_untracked().filter(|_| before.is_some_and(|before| before != now)) {
            input.set_value(&now);
        }
        now
    });
    view! {
        <leptos_router::components::Form method="GET" action=action attr:role="search" attr:class=class>
            <div class="input-wrap">
                <Icon glyph=Glyph::Search />
                <input
                    node_ref=node
                    class="input"
                    type="search"
                    name="q"
                    value=value.get_untracked()
                    placeholder=label.clone()
                    aria-label=label
                />
            </div>
        </leptos_router::components::Form>
    }
}

/// The pages of a list, as links; nothing when there is only one.
#[component]
pub fn Pagination(
    /// 1-based.
    page: u32,
    pages: u32,
    per_page: u32,
    /// The address of a page: `|page| format!("/contacts?page={page}")`.
    href: impl Fn(u32) -> String + Send + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let step = |glyph: Glyph, label: &'static str, to: Option<String>| match to {
        Some(href) => view! {
            <a class="btn btn-sm btn-icon" href=href aria-label=label>
                <Icon glyph />
            </a>
        }
        .into_any(),
        None => view! {
            <span class="btn btn-sm btn-icon" aria-disabled="true" aria-hidden="true">
                <Icon glyph />
            </span>
        }
        .into_any(),
    };
    (pages > 1).then(|| {
        let previous = (page > 1).then(|| href(page - 1));
        let next = (page < pages).then(|| href(page + 1));
        view! {
            <nav class="flex flex-wrap items-center gap-1.5 px-[var(--card-pad)] py-3" aria-label=text::pages(lang)>
                {step(Glyph::ChevronLeft, text::previous(lang), previous)}
                {shown_pages(page, pages)
                    .into_iter()
                    .map(|n| match n {
                        Some(n) => {
                            view! {
                                <a
                                    class="btn btn-sm btn-ghost page-link tabular-nums"
                                    href=href(n)
                                    aria-label=text::page(lang, n)
                                    aria-current=(n == page).then_some("page")
                                >
                                    {n}
                                </a>
                            }
                                .into_any()
                        }
                        None => view! { <span class="px-1 text-muted" aria-hidden="true">"…"</span> }.into_any(),
                    })
                    .collect_view()}
                {step(Glyph::ChevronRight, text::next(lang), next)}
                <span class="ml-auto text-xs text-muted">{text::per_page(lang, per_page)}</span>
            </nav>
        }
    })
}

/// The pages worth a link: first, last, and those around the present one; `None` where some are left out.
fn shown_pages(page: u32, pages: u32) -> Vec<Option<u32>> {
    let mut shown = Vec::new();
    let mut before = 0;
    for n in (1..=pages).filter(|n| *n == 1 || *n == pages || n.abs_diff(page) <= 1) {
        if n > before + 1 {
            shown.push(if n == before + 2 { Some(before + 1) } else { None });
        }
        shown.push(Some(n));
        before = n;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown_pages;

    #[test]
    fn far_pages_are_left_out() {
        assert_eq!(shown_pages(1, 86), [Some(1), Some(2), None, Some(86)]);
        assert_eq!(shown_pages(4, 5), [Some(1), Some(2), Some(3), Some(4), Some(5)]);
        assert_eq!(shown_pages(9, 20), [Some(1), None, Some(8), Some(9), Some(10), None, Some(20)]);
    }
}
