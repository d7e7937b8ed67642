//! The shell: asks once who is signed in, sends everybody else to the sign-in page, and draws the frame.

use super::{
    may,
    navigation::{NavBar, NavColumn},
    text,
    topbar::TopBar,
    use_lang,
    viewer::{Opened, open_page, provide_frame_state, provide_opened, use_frame_state},
};
use crate::{
    live::provide_live,
    query::Query,
    ui::{ErrorState, Glyph, Icon, ToastRegion, provide_toasts},
};
use domain::Permission;
use leptos::{either::EitherOf3, prelude::*};
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::use_location,
};

/// The parent of every page that needs a sign-in.
#[component]
pub fn Shell() -> impl IntoView {
    // Pages are drawn under the owner of this route, not under the place where they appear: what they must see is
    // provided here.
    let owner = Owner::current().expect("a route has an owner");
    let opened = Query::blocking(|| (), |()| open_page());
    let location = use_location();
    let content = move || {
        let owner = owner.clone();
        let next = location.pathname.get_untracked();
        Suspend::new(async move {
            match opened.answer().await {
                Ok(opened) => EitherOf3::A(owner.with(|| view! { <Frame opened /> })),
                Err(error) if error.is_signed_out() => EitherOf3::B(view! { <Redirect path=sign_in_address(&next) /> }),
                Err(error) => EitherOf3::C(view! {
                    <main id="main" class="mx-auto max-w-[560px] px-[var(--page-x)] py-16">
                        <ErrorState error retry=Callback::new(move |()| opened.refetch()) />
                    </main>
                }),
            }
        })
    };
    view! { <Suspense fallback=|| ()>{content}</Suspense> }
}

/// Where to sign in, and where to go afterwards.
fn sign_in_address(next: &str) -> String {
    if next == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") }
}

/// Navigation, bars and the page.
#[component]
fn Frame(opened: Opened) -> impl IntoView {
    let lang = use_lang();
    provide_opened(&opened);
    provide_toasts();
    provide_live();
    provide_frame_state(&opened);
    let frame = use_frame_state();
    let path = use_location().pathname;
    // The inbox needs the whole window.
    let rail = Memo::new(move |_| path.with(|path| path == "/inbox" || path.starts_with("/inbox/")));
    // So does what plays the sandbox, and it says by itself what it is.
    let bare = Memo::new(move |_| rail.get() || path.with(|path| path.starts_with("/sandbox")));
    let main = move || {
        if rail.get() {
            "min-h-0 min-w-0 flex-1"
        } else {
            "mx-auto w-full max-w-[1240px] px-[var(--page-x)] pt-6 pb-14 max-md:pt-4 max-md:pb-8"
        }
    };
    view! {
        <a href="#main" class="skip btn">{text::skip(lang)}</a>
        <div class="shell" data-rail=move || rail.get().then_some("true")>
            <NavColumn rail />
            <div class="flex min-w-0 flex-1 flex-col max-lg:pb-14">
                <TopBar />
                <main id="main" class=main tabindex="-1">
                    {move || (frame.get().only_sandbox && !bare.get()).then(|| view! { <SandboxBanner /> })}
                    <Outlet />
                </main>
            </div>
        </div>
        <NavBar />
        <ToastRegion />
    }
}

/// Says that nothing leaves this server.
#[component]
fn SandboxBanner() -> impl IntoView {
    let lang = use_lang();
    view! {
        <aside
            class="sandbox mb-5 flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 text-sm"
            aria-label=text::sandbox(lang)
        >
            <Icon glyph=Glyph::Flask class="size-5 shrink-0" />
            <p class="min-w-0 flex-1 basis-60">
                <b class="font-bold">{text::sandbox_lead(lang)}</b>
                " "
                {text::sandbox_body(lang)}
            </p>
            {may(Permission::NumberWrite)
                .then(|| {
                    view! {
                        <a class="font-semibold underline underline-offset-3" href="/sandbox">
                            {text::play_customers(lang)}
                        </a>
                    }
                })}
            <a class="font-semibold underline underline-offset-3" href="/numbers">
                {text::link_real(lang)}
            </a>
        </aside>
    }
}
