//! What comes over the page: dialogs and menus.

use super::{Button, Glyph, IconButton, Variant, text, use_lang};
use leptos::{ev, html, prelude::*};

/// A dialog: the browser's own `<dialog>`, which keeps focus inside, gives it back and closes with Esc. A sheet from the
/// bottom on a phone. What is inside is made when it opens, so it begins fresh each time.
///
/// ```text
/// let open = RwSignal::new(false);
/// <Button on:click=move |_| open.set(true)>…</Button>
/// <Dialog open title=text::link_number(lang)> … </Dialog>
/// ```
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// 720 px instead of 560.
    #[prop(optional)]
    wide: bool,
    /// From the right edge, as high as the window.
    #[prop(optional)]
    drawer: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let lang = use_lang();
    let node = NodeRef::<html::Dialog>::new();
    let style = match (wide, drawer) {
        (_, true) => "dialog dialog-drawer",
        (true, false) => "dialog dialog-wide",
        (false, false) => "dialog",
    };
    Effect::new(move |_| {
        let (wanted, Some(dialog)) = (open.get(), node.get()) else { return };
        if wanted {
            // After the frame in which the inside is drawn, so that focus finds it.
            request_animation_frame(move || {
                if open.get_untracked() && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        } else if dialog.open() {
            dialog.close();
        }
    });
    let on_backdrop = move |event: ev::MouseEvent| {
        if event.target() == event.current_target() {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=node
            class=style
            aria-label=title
            on:close=move |_| open.set(false)
            on:click=on_backdrop
        >
            <Show when=move || open.get()>
                <div class="flex items-center gap-3 px-6 pt-5">
                    <h2 class="min-w-0 flex-1 !text-lg !leading-6">{title}</h2>
                    <IconButton glyph=Glyph::Close label=text::close(lang) small=true on:click=move |_| open.set(false) />
                </div>
                <div class="px-6 pt-2 pb-6">{children()}</div>
            </Show>
        </dialog>
    }
}

/// For a dialog about one thing of many: it is open while `about` holds the thing. `begin` runs before it opens, because
/// a field keeps what it begins with.
pub fn open_about<T: Clone + Send + Sync + 'static>(
    about: RwSignal<Option<T>>,
    begin: impl Fn(T) + Send + Sync + 'static,
) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(thing) = about.get() {
            begin(thing);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            about.set(None);
        }
    });
    open
}

/// The buttons at the end of a dialog: the safe one first.
#[component]
pub fn DialogActions(children: Children) -> impl IntoView {
    view! { <div class="mt-5 flex flex-wrap justify-end gap-2">{children()}</div> }
}

/// Asks before something that cannot be undone. `body` names the count and the consequence; the safe button has focus.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] body: Signal<String>,
    /// What the safe button says: "Keep sending".
    #[prop(into)]
    keep: String,
    /// What the other says: "Stop campaign".
    #[prop(into)]
    confirm: String,
    #[prop(optional, into)] busy: Signal<bool>,
    on_confirm: Callback<()>,
) -> impl IntoView {
    let (keep, confirm) = (StoredValue::new(keep), StoredValue::new(confirm));
    view! {
        <Dialog open title>
            <p class="text-sm text-muted">{body}</p>
            <DialogActions>
                <Button attr:autofocus=true on:click=move |_| open.set(false)>{keep.get_value()}</Button>
                <Button variant=Variant::Danger busy on:click=move |_| on_confirm.run(())>{confirm.get_value()}</Button>
            </DialogActions>
        </Dialog>
    }
}

/// A button that shows more choices below it: a `<details>`, so it opens without JavaScript. Put [`MenuLink`]s, buttons
/// with the class `menu-item` or forms inside. Closes on Esc, on a press outside and when something is chosen.
#[component]
pub fn Menu(
    /// What the button shows.
    trigger: super::ViewFnOnce,
    /// The accessible name, where the button shows no words: "More for CS Solo".
    #[prop(optional, into)]
    label: Option<String>,
    /// Classes of the button; the default is a small quiet icon button.
    #[prop(default = "btn btn-ghost btn-sm btn-icon")]
    button: &'static str,
    /// Where the list stands: below and to the right by default.
    #[prop(default = "right-0 top-full mt-1")]
    place: &'static str,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(details) = node.get_untracked().filter(|details| details.open()) {
            details.set_open(false);
            return true;
        }
        false
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && close() {
            event.stop_propagation();
            #[cfg(feature = "hydrate")]
            if let Some(summary) = node.get_untracked().and_then(|d| d.query_selector("summary").ok().flatten()) {
                use wasm_bindgen::JsCast;
                let _ = summary.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        }
    };
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let handle = window_event_listener(ev::click, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let chosen = target.as_ref().is_some_and(|target| target.closest(".menu-item").ok().flatten().is_some());
            let outside = node.get_untracked().is_some_and(|d| !d.contains(target.as_ref().map(AsRef::as_ref)));
            if chosen || outside {
                close();
            }
        });
        on_cleanup(move || handle.remove());
    }
    view! {
        <details node_ref=node class=format!("relative {class}") on:keydown=on_key>
            <summary class=button aria-label=label.clone() title=label>
                {trigger.run()}
            </summary>
            <div class=format!("menu absolute z-30 min-w-48 {place}")>
                {children()}
            </div>
        </details>
    }
}

/// A place to go to, in a menu.
#[component]
pub fn MenuLink(
    #[prop(into)] href: String,
    #[prop(optional, into)] glyph: Option<Glyph>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="menu-item" href=href>
            {glyph.map(|glyph| view! { <super::Icon glyph /> })}
            {children()}
        </a>
    }
}

/// Something to do, in a menu. Add `on:click`; with `submit` it sends the form around it.
#[component]
pub fn MenuButton(
    #[prop(optional, into)] glyph: Option<Glyph>,
    #[prop(optional)] submit: bool,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=if danger { "menu-item text-danger-text" } else { "menu-item" }
        >
            {glyph.map(|glyph| view! { <super::Icon glyph /> })}
            {children()}
        </button>
    }
}
