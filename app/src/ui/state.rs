//! A part of a page that is loading, empty or broken, and the list of first steps.

use super::{Button, Glyph, Icon, TextLink, ViewFnOnce, text, use_lang};
use crate::{
    error::ApiError,
    query::{Answer, Answers, Query, follow},
};
use leptos::{either::Either, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// Shows the answer of a query: the server renders it into the page; later answers change it in place. An error is shown
/// where the content would be, with a way to try again.
///
/// ```text
/// let contacts = Query::new(move || query.get(), api::list_contacts);
/// <Load of=contacts view=move |page| view! { <ContactTable page/> } />
/// ```
#[component]
pub fn Load<T, V>(
    of: Query<T>,
    /// Draws it. Runs again with each new answer: keep signals that must survive outside of it.
    view: impl Fn(T) -> V + Send + Sync + 'static,
    /// While the first answer is awaited in the browser; the default is a skeleton of three rows.
    #[prop(optional, into)]
    skeleton: Option<ViewFn>,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let draw = move |answer: &Answer| answer.read().map(|data: T| view(data).into_any());
    load(of.answers(), Arc::new(draw), skeleton)
}

type DrawAnswer = Arc<dyn Fn(&Answer) -> Result<AnyView, ApiError> + Send + Sync>;

/// Without the type of the answer: this much code is there once, not for every page.
fn load(of: Answers, draw: DrawAnswer, skeleton: Option<ViewFn>) -> AnyView {
    let fallback = move || placeholder(skeleton.as_ref());
    let content = move || {
        let draw = draw.clone();
        Suspend::new(async move {
            draw(&of.answer().await).unwrap_or_else(|error| view! { <ErrorState error retry=again(of) /> }.into_any())
        })
    };
    view! { <Transition fallback>{content}</Transition> }.into_any()
}

fn placeholder(skeleton: Option<&ViewFn>) -> AnyView {
    skeleton.map_or_else(|| view! { <Skeleton /> }.into_any(), ViewFn::run)
}

fn again(of: Answers) -> Callback<()> {
    Callback::new(move |()| of.refetch())
}

/// Like [`Load`], for pages that follow events: `view` runs once and is given a signal, so charts, open menus and what
/// was typed stay as they are while the numbers change.
///
/// ```text
/// let campaign = Query::new(move || id.get(), api::campaign);
/// refetch_on(campaign, move |event| *event == Event::CampaignChanged(id.get_untracked()));
/// <LoadLive of=campaign view=move |campaign| view! { <CampaignPage campaign/> } />
/// ```
#[component]
pub fn LoadLive<T, V>(
    of: Query<T>,
    view: impl Fn(Signal<T>) -> V + Send + Sync + 'static,
    #[prop(optional, into)] skeleton: Option<ViewFn>,
) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    // Nothing that is drawn reads the query itself: that would draw everything anew with each answer.
    let draw = move || {
        let latest = Memo::new(move |before: Option<&Option<T>>| {
            of.get().and_then(Result::ok).or_else(|| before.cloned().flatten())
        });
        let first = latest.get_untracked()?;
        Some(view(Signal::derive(move || latest.get().unwrap_or_else(|| first.clone()))).into_any())
    };
    let fallback = move || placeholder(skeleton.as_ref());
    let of = of.answers();
    let (problem, draw) = (|answer: &Answer| answer.read::<T>().err(), Arc::new(draw) as DrawLive);
    view! {
        <Transition fallback>
            <Loaded of problem draw=draw.clone() />
        </Transition>
    }
}

type DrawLive = Arc<dyn Fn() -> Option<AnyView> + Send + Sync>;

#[component]
fn Loaded(of: Answers, problem: fn(&Answer) -> Option<ApiError>, draw: DrawLive) -> impl IntoView {
    // Changes only between nothing, something and an error.
    let outcome = follow(move |before| match of.get().map(|answer| problem(&answer)) {
        // The server is away: what is shown stays, and the sign in the top bar says so.
        Some(Some(ApiError::Transport)) if before == Some(&Some(None)) => Some(None),
        outcome => outcome,
    });
    move || match outcome.get()? {
        None => draw(),
        Some(error) => Some(view! { <ErrorState error retry=again(of) /> }.into_any()),
    }
}

/// The shape of rows that are on their way. Appears after 200 ms, so quick answers do not flicker.
#[component]
pub fn Skeleton(#[prop(default = 3)] rows: u8) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="skeleton-rows" role="status" aria-busy="true" aria-label=text::loading(lang)>
            {(0..rows)
                .map(|_| {
                    view! {
                        <div class="flex items-center gap-3">
                            <span class="skeleton size-9 !rounded-full"></span>
                            <div class="flex-1 space-y-2">
                                <div class="skeleton h-3.5 w-2/5"></div>
                                <div class="skeleton h-3 w-4/5"></div>
                            </div>
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// Nothing is here yet: what will be, and the one thing that starts it.
#[component]
pub fn EmptyState(
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(into)] body: String,
    #[prop(optional, into)] action: Option<ViewFnOnce>,
    /// A filter that matches nothing: plain, without the pattern.
    #[prop(optional)]
    filtered: bool,
    /// It is the whole page, so its title is the `h1`.
    #[prop(optional)]
    whole_page: bool,
) -> impl IntoView {
    let heading = if whole_page {
        Either::Left(view! { <h1 class="mt-4 !text-lg">{title}</h1> })
    } else {
        Either::Right(view! { <h2 class="mt-4">{title}</h2> })
    };
    let pattern = if filtered { "" } else { "kawung-edge" };
    view! {
        <div class=format!("{pattern} flex flex-col items-center rounded-card px-6 py-9 text-center")>
            <span class="avatar leaf av-1 !size-14">
                <Icon glyph class="size-7" />
            </span>
            {heading}
            <p class="mt-1 max-w-[36ch] text-sm text-muted text-pretty">{body}</p>
            {action.map(|action| view! { <div class="mt-4 flex flex-wrap justify-center gap-2">{action.run()}</div> })}
        </div>
    }
}

/// What could not be shown, in the place of it: what happened and what to do.
#[component]
pub fn ErrorState(error: ApiError, #[prop(optional, into)] retry: Option<Callback<()>>) -> impl IntoView {
    let lang = use_lang();
    let signed_out = error.is_signed_out();
    // What was asked for is wrong: asking once more would not help.
    let retry = retry.filter(|_| !error.is_about_fields());
    view! {
        <div class="flex flex-col items-center rounded-card border bg-raised px-6 py-9 text-center" role="alert">
            <span class="avatar av-4 !size-12">
                <Icon glyph=Glyph::Warning class="size-6" />
            </span>
            <h2 class="mt-3">{text::could_not_load(lang)}</h2>
            <p class="mt-1 max-w-[44ch] text-sm text-muted text-pretty">{error.message(lang)}</p>
            <div class="mt-3">
                {if signed_out {
                    Either::Left(view! { <TextLink href="/sign-in" attr:rel="external">{text::sign_in(lang)}</TextLink> })
                } else {
                    Either::Right(
                        retry
                            .map(|retry| {
                                view! {
                                    <Button small=true on:click=move |_| retry.run(())>
                                        {text::try_again(lang)}
                                    </Button>
                                }
                            }),
                    )
                }}
            </div>
        </div>
    }
}

/// One of the first steps.
pub struct Step {
    pub title: String,
    pub body: String,
    pub done: bool,
    /// Shown when it is this step's turn.
    pub action: ViewFnOnce,
}

/// First steps, in order. The first that is not done is the present one and shows its button.
#[component]
pub fn Checklist(#[prop(into)] title: String, steps: Vec<Step>) -> impl IntoView {
    let lang = use_lang();
    let (done, all) = (steps.iter().filter(|step| step.done).count(), steps.len());
    let name = title.clone();
    let current = steps.iter().position(|step| !step.done);
    view! {
        <section class="card overflow-hidden" aria-label=name>
            <div class="flex items-center gap-4 border-b px-[var(--card-pad)] py-4">
                <h2>{title}</h2>
                <div class="ml-auto flex w-44 items-center gap-3">
                    <div class="bar flex-1" aria-hidden="true">
                        <i class="bg-accent" style=format!("width:{}%", done * 100 / all.max(1))></i>
                    </div>
                    <span class="text-xs whitespace-nowrap text-muted">{text::step_of(lang, done, all)}</span>
                </div>
            </div>
            <ol class="divide-y divide-border">
                {steps
                    .into_iter()
                    .enumerate()
                    .map(|(i, step)| view! { <ChecklistStep step number=i + 1 current=current == Some(i) /> })
                    .collect_view()}
            </ol>
        </section>
    }
}

#[component]
fn ChecklistStep(step: Step, number: usize, current: bool) -> impl IntoView {
    let lang = use_lang();
    let mark = match (step.done, current) {
        (true, _) => "bg-success-soft text-success-text",
        (false, true) => "bg-accent text-accent-contrast",
        (false, false) => "bg-active text-muted",
    };
    let row = format!("flex gap-4 px-[var(--card-pad)] py-4 {}", if current { "bg-accent-soft" } else { "" });
    let title = if step.done { "font-semibold text-muted" } else { "font-semibold" };
    view! {
        <li class=row aria-current=current.then_some("step")>
            <span class=format!("grid size-7 shrink-0 place-items-center rounded-full text-xs font-bold {mark}")>
                {if step.done {
                    Either::Left(view! { <Icon glyph=Glyph::Check class="size-4 stroke-[2.4]" /><span class="sr-only">{text::done(lang)}</span> })
                } else {
                    Either::Right(number)
                }}
            </span>
            <div class="min-w-0 flex-1 self-center">
                <p class=title>{step.title}</p>
                {(!step.done).then(|| view! { <p class="mt-0.5 text-sm text-muted">{step.body}</p> })}
                {current.then(|| view! { <div class="mt-3 flex flex-wrap gap-2">{step.action.run()}</div> })}
            </div>
        </li>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use any_spawner::Executor;
    use futures::StreamExt as _;
    use hydration_context::SsrSharedContext;
    use leptos::reactive::owner::Owner;

    /// The answer comes from another thread while the page is drawn.
    async fn drawn(pause: u32) -> String {
        let page = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
        let html = page.with(|| {
            provide_context(domain::Lang::En);
            crate::query::provide_asked();
            let seven = Query::new(
                || (),
                move |()| async move {
                    tokio::task::yield_now().await;
                    (0..pause).for_each(|_| std::hint::spin_loop());
                    Ok(7)
                },
            );
            let content = |n: Signal<i32>| view! { <p>{move || n.get()}</p> };
            view! { <LoadLive of=seven view=content /> }.to_html_stream_in_order().collect::<String>()
        });
        html.await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_page_has_the_answer_whenever_it_comes() {
        Executor::init_tokio().expect("the first in this process");
        for pause in 0..10_000 {
            let html = drawn(pause % 500).await;
            assert!(html.contains("<p>7"), "{pause}: {html}");
        }
    }
}
