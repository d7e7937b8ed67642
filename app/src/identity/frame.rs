//! The page before the dashboard: the form at the left, and what Sapa is about at the right.

use super::text;
use crate::{
    layout::LangSwitch,
    ui::{Mark, use_lang},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// The frame of the sign-in and sign-up pages.
#[component]
pub fn IdentityFrame(
    #[prop(into)] title: String,
    #[prop(into)] lead: String,
    /// The name of the window.
    #[prop(into)]
    window_title: String,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Title text=window_title />
        <main class="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.05fr)]">
            <section class="flex flex-col px-8 py-7 max-md:px-5">
                <div class="flex items-center justify-between">
                    <span class="flex items-center gap-2.5">
                        <Mark />
                        <span class="text-[19px] font-extrabold tracking-[-0.035em]">"Sapa"</span>
                    </span>
                    <LangSwitch />
                </div>
                <div class="mx-auto flex w-full max-w-[372px] flex-1 flex-col justify-center py-10">
                    <h1 class="!text-2xl">{title}</h1>
                    <p class="mt-1.5 mb-7 text-muted text-pretty">{lead}</p>
                    {children()}
                </div>
                <p class="text-xs text-muted">{text::self_hosted(lang)}</p>
            </section>
            <Greeting />
        </main>
    }
}

/// A conversation over the kawung pattern. It shows, it tells nothing: hidden from screen readers.
#[component]
fn Greeting() -> impl IntoView {
    let lang = use_lang();
    const SAID: &str = "w-fit max-w-[400px] rounded-[18px] rounded-bl-[5px] bg-[oklch(0.985_0.006_75)] px-4.5 py-3 text-[17px] leading-6 shadow-dialog";
    const ANSWERED: &str = "ml-auto w-[274px] rounded-[18px] rounded-br-[5px] bg-[oklch(0.87_0.125_86)] px-4.5 py-3 text-[17px] leading-6 shadow-dialog";
    view! {
        <aside
            class="relative flex items-center justify-center overflow-hidden bg-[oklch(0.30_0.095_var(--brand-h))] p-10 max-lg:hidden"
            aria-hidden="true"
        >
            <div class="kawung-night absolute inset-0"></div>
            <div class="absolute inset-0 bg-[radial-gradient(closest-side,oklch(0.30_0.095_var(--brand-h))_45%,transparent)]"></div>
            <div class="relative w-full max-w-[430px] space-y-3.5 text-[oklch(0.24_0.02_20)]">
                <div class=SAID>{text::customer_asks(lang)}</div>
                <div class=ANSWERED>{text::agent_answers(lang)}</div>
                <div class=SAID>{text::customer_thanks(lang)}</div>
                <p class="pt-8 text-[26px] leading-[33px] font-bold tracking-[-0.025em] text-balance text-[oklch(0.97_0.012_75)]">
                    {text::promise(lang)}
                </p>
            </div>
        </aside>
    }
}
