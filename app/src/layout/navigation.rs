//! The ways between pages: a column on wide screens (a rail where a page needs the room), a bar below on phones.

use super::{LangSwitch, ThemeSwitch, may, text, use_lang, use_viewer, viewer::use_frame_state};
use crate::{
    identity::api::SignOut,
    ui::{Count, Glyph, Icon, Leaf, Mark, Menu, MenuButton, slot},
};
use domain::{Lang, Permission, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use server_fn::ServerFn;

/// One place to go.
#[derive(Clone, Copy)]
struct Place {
    href: &'static str,
    glyph: Glyph,
    words: fn(Lang) -> &'static str,
    needs: Permission,
    /// Absent while there is no sandbox.
    of_sandbox: bool,
}

/// The places, in the order people use them. Only what exists is here.
const PLACES: [Place; 7] = [
    Place { href: "/", glyph: Glyph::Home, words: text::dashboard, needs: Permission::View, of_sandbox: false },
    Place { href: "/inbox", glyph: Glyph::Inbox, words: text::inbox, needs: Permission::InboxUse, of_sandbox: false },
    Place {
        href: "/campaigns",
        glyph: Glyph::Megaphone,
        words: text::campaigns,
        needs: Permission::View,
        of_sandbox: false,
    },
    Place {
        href: "/contacts",
        glyph: Glyph::People,
        words: text::contacts,
        needs: Permission::View,
        of_sandbox: false,
    },
    Place {
        href: "/chatbot",
        glyph: Glyph::Sparkles,
        words: text::chatbot,
        needs: Permission::View,
        of_sandbox: false,
    },
    Place { href: "/numbers", glyph: Glyph::Phone, words: text::numbers, needs: Permission::View, of_sandbox: false },
    Place {
        href: "/sandbox",
        glyph: Glyph::Flask,
        words: text::sandbox_place,
        needs: Permission::NumberWrite,
        of_sandbox: true,
    },
];

/// How many places stand in the bar of a phone, before "More".
const IN_BAR: usize = 4;

impl Place {
    /// Whether the address is this place or below it.
    fn holds(self, path: &str) -> bool {
        match self.href {
            "/" => path == "/",
            href => path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')),
        }
    }
}

fn places() -> impl Iterator<Item = Place> {
    let sandbox = use_frame_state().with_untracked(|frame| frame.sandbox);
    PLACES.into_iter().filter(move |place| may(place.needs) && (sandbox || !place.of_sandbox))
}

fn current(place: Place) -> impl Fn() -> Option<&'static str> + Copy + Send + Sync {
    let path = use_location().pathname;
    move || path.with(|path| place.holds(path)).then_some("page")
}

/// The number of unread messages, at the inbox.
fn unread_of(place: Place) -> Option<impl IntoView> {
    let lang = use_lang();
    let frame = use_frame_state();
    (place.href == "/inbox").then(|| {
        let n = Signal::derive(move || frame.get().unread);
        view! { <Count n label=Signal::derive(move || text::unread(lang, n.get())) /> }
    })
}

/// The column at the left, or the rail.
#[component]
pub fn NavColumn(#[prop(into)] rail: Signal<bool>) -> impl IntoView {
    let lang = use_lang();
    let viewer = use_viewer();
    let item = move |place: Place| {
        view! {
            <a class="nav-item" href=place.href aria-current=current(place) title=(place.words)(lang)>
                <Icon glyph=place.glyph class="" />
                <span class="nav-words">{(place.words)(lang)}</span>
                {unread_of(place)}
            </a>
        }
    };
    view! {
        <nav aria-label=text::main_menu(lang) class="nav-column" data-rail=move || rail.get().then_some("true")>
            <a href="/" class="nav-mark" aria-label="Sapa">
                <Mark />
                <span class="nav-words text-[19px] font-extrabold tracking-[-0.035em]">"Sapa"</span>
            </a>
            <div class="nav-tenant" title=viewer.tenant_name.clone()>
                <TenantSign name=viewer.tenant_name.clone() />
                <b class="nav-words min-w-0 flex-1 truncate text-sm font-semibold">{viewer.tenant_name.clone()}</b>
            </div>
            <div class="flex flex-col gap-0.5">{places().map(item).collect_view()}</div>
            <div class="flex-1"></div>
            <AccountMenu />
        </nav>
    }
}

/// A tenant: square, because it is neither a customer nor a member.
#[component]
fn TenantSign(name: String) -> impl IntoView {
    let first: String = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    view! {
        <span class="avatar av-4 !size-8 !rounded-[9px] text-2xs" aria-hidden="true">{first.to_uppercase()}</span>
    }
}

/// Who is signed in, with language, theme and the way out.
#[component]
fn AccountMenu() -> impl IntoView {
    let lang = use_lang();
    let viewer = use_viewer();
    let (name, role) = (viewer.name.clone(), viewer.role);
    let trigger = slot({
        let name = name.clone();
        move || {
            view! {
                <Leaf name=name.clone() />
                <span class="nav-words min-w-0 flex-1 text-left">
                    <b class="block truncate text-sm font-semibold">{name}</b>
                    <span class="block text-xs font-normal text-muted">{role_words(role, lang)}</span>
                </span>
                <span class="nav-words text-muted">
                    <Icon glyph=Glyph::ChevronUpDown />
                </span>
            }
        }
    });
    view! {
        <Menu
            trigger
            label=text::account_of(lang, &name)
            button="flex w-full items-center gap-2.5 rounded-control px-2 py-1.5 hover:bg-hover"
            place="left-0 bottom-full mb-2 w-64"
        >
            <AccountChoices email=viewer.email />
        </Menu>
    }
}

#[component]
fn AccountChoices(email: String) -> impl IntoView {
    let lang = use_lang();
    view! {
        <p class="truncate px-2.5 pt-1.5 pb-2 text-xs text-muted">{email}</p>
        <div class="flex items-center justify-between gap-3 px-2.5 py-1.5 text-sm">
            <span>{text::language(lang)}</span>
            <LangSwitch />
        </div>
        <div class="px-2.5 py-1.5 text-sm">
            <span class="mb-1.5 block">{text::theme(lang)}</span>
            <ThemeSwitch />
        </div>
        <form method="post" action=SignOut::url() class="mt-1.5 border-t pt-1.5">
            <MenuButton submit=true glyph=Glyph::SignOut>
                {text::sign_out(lang)}
            </MenuButton>
        </form>
    }
}

/// The bar below, on phones: the four places used most, and the rest behind "More".
#[component]
pub fn NavBar() -> impl IntoView {
    let lang = use_lang();
    let viewer = use_viewer();
    let item = move |place: Place| {
        view! {
            <a class="nav-bar-item" href=place.href aria-current=current(place)>
                <Icon glyph=place.glyph class="size-[22px]" />
                {(place.words)(lang)}
                {unread_of(place)}
            </a>
        }
    };
    let rest = move |place: Place| {
        view! {
            <a class="menu-item" href=place.href aria-current=current(place)>
                <Icon glyph=place.glyph />
                {(place.words)(lang)}
            </a>
        }
    };
    let trigger = slot(move || {
        view! {
            <Icon glyph=Glyph::Menu class="size-[22px]" />
            {text::more(lang)}
        }
    });
    view! {
        <nav aria-label=text::bottom_menu(lang) class="nav-bar">
            {places().take(IN_BAR).map(item).collect_view()}
            <Menu trigger button="nav-bar-item w-full" place="right-2 bottom-full mb-2 w-64" class="static">
                <p class="truncate px-2.5 pt-1.5 text-sm font-semibold">{viewer.tenant_name}</p>
                {places().skip(IN_BAR).map(rest).collect_view()}
                <div class="my-1.5 border-t"></div>
                <AccountChoices email=viewer.email />
            </Menu>
        </nav>
    }
}

fn role_words(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Owner => text::owner(lang),
        Role::Admin => text::admin(lang),
        Role::Marketer => text::marketer(lang),
        Role::Agent => text::agent(lang),
    }
}
