//! The whole world of the sandbox, for the operator of the installation: every phone, how people and network behave,
//! trouble for everybody, the newest messages, a new beginning.

pub mod api;
mod ledger;
mod phones;
mod reset;
mod rules;
mod text;
mod trouble;

use crate::{error::ApiError, layout::operates, ui::*};
use domain::{Error, Event};
use leptos::{
    either::{Either, EitherOf4},
    prelude::*,
};
use leptos_router::hooks::use_query_map;

/// What of the world is shown, as the address has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Phones,
    Rules,
    Trouble,
    Ledger,
}

impl Shown {
    fn of(word: Option<&str>) -> Self {
        match word {
            Some("rules") => Self::Rules,
            Some("trouble") => Self::Trouble,
            Some("ledger") => Self::Ledger,
            _ => Self::Phones,
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::Phones => "/sandbox/world",
            Self::Rules => "/sandbox/world?view=rules",
            Self::Trouble => "/sandbox/world?view=trouble",
            Self::Ledger => "/sandbox/world?view=ledger",
        }
    }
}

/// `/sandbox/world?view=rules`
#[component]
pub fn WorldPage() -> impl IntoView {
    let lang = use_lang();
    let aside = slot(move || view! { <Badge tone=Tone::Kunyit glyph=Glyph::Flask>{super::text::title(lang)}</Badge> });
    let actions = slot(move || {
        view! { <ButtonLink href="/sandbox" glyph=Glyph::ArrowLeft>{super::text::back(lang)}</ButtonLink> }
    });
    view! {
        <PageHead title=super::text::whole_world(lang) lead=text::lead(lang) aside actions />
        {if operates() {
            Either::Left(view! { <Views /> })
        } else {
            // The server refuses it as well.
            Either::Right(view! { <ErrorState error=ApiError::from(Error::NotOperator) /> })
        }}
    }
}

#[component]
fn Views() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let shown = Memo::new(move |_| Shown::of(query.with(|query| query.get("view")).as_deref()));
    let tab = move |view: Shown, words: &'static str| {
        let current = Signal::derive(move || shown.get() == view);
        view! { <TabLink href=view.address() current>{words}</TabLink> }
    };
    view! {
        <TabLinks label=super::text::views(lang)>
            {tab(Shown::Phones, text::phones(lang))} {tab(Shown::Rules, text::rules(lang))}
            {tab(Shown::Trouble, super::text::trouble(lang))} {tab(Shown::Ledger, super::text::ledger(lang))}
        </TabLinks>
        <div class="mt-[var(--gap)]">
            {move || match shown.get() {
                Shown::Phones => EitherOf4::A(view! { <phones::Phones /> }),
                Shown::Rules => EitherOf4::B(view! { <rules::Rules /> }),
                Shown::Trouble => EitherOf4::C(view! { <trouble::Trouble /> }),
                Shown::Ledger => EitherOf4::D(view! { <ledger::Ledger /> }),
            }}
        </div>
    }
}

/// Whether it may show in the world. Operators are told of everything, whosever it is.
fn is_heard(event: &Event) -> bool {
    matches!(event, Event::WorldChanged | Event::Resync)
}
