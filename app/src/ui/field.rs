//! Fields of forms. A [`Field`] holds the label, hint and error and tells the control inside it what it is called, so
//! that `aria-describedby` and `aria-invalid` are always right. What was typed is never replaced.

use super::{Glyph, Icon, IconButton, text, typed};
use crate::layout::use_lang;
use leptos::{html, prelude::*, tachys::reactive_graph::OwnedView};

/// What a control needs to know of the field around it.
#[derive(Clone)]
struct FieldContext {
    name: &'static str,
    id: String,
    hinted: bool,
    error: Signal<Option<String>>,
    typed: Option<String>,
}

impl FieldContext {
    /// What the control begins with: what was typed into it before, else what it follows, else the given value.
    fn first(&self, bind: Option<RwSignal<String>>, value: Option<String>) -> Option<String> {
        if let (Some(typed), Some(bind)) = (&self.typed, bind) {
            bind.set(typed.clone());
        }
        self.typed.clone().or_else(|| bind.map(|bind| bind.get_untracked())).or(value)
    }

    fn described_by(&self) -> impl Fn() -> Option<String> + Send + Sync + 'static + use<> {
        let (id, hinted, error) = (self.id.clone(), self.hinted, self.error);
        move || match (hinted, error.with(Option::is_some)) {
            (false, false) => None,
            (true, false) => Some(format!("{id}-hint")),
            (false, true) => Some(format!("{id}-error")),
            (true, true) => Some(format!("{id}-error {id}-hint")),
        }
    }

    fn invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static + use<> {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }
}

/// Label, control, hint, error.
///
/// ```text
/// <Field name="title" label=text::title(lang) hint=text::only_your_team(lang) error=move || problems.of("title")>
///     <Input maxlength=80/>
/// </Field>
/// ```
#[component]
pub fn Field(
    /// The control's `name`, and the beginning of its id.
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    /// What is wrong, in words that say what to do.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Needed where two forms of a page have a field of the same name.
    #[prop(optional, into)]
    id: Option<String>,
    /// The label is read, not seen (a search field with an icon).
    #[prop(optional)]
    quiet_label: bool,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    // Of several forms with such a field it is not known which was sent.
    let typed = if id.is_none() { typed::into(name) } else { None };
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let context = FieldContext { name, id: id.clone(), hinted: hint.is_some(), error, typed };
    let owner = Owner::current().expect("components are rendered under an owner").child();
    let control = owner.with(|| {
        provide_context(context);
        children()
    });
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class=class>
            <label class=if quiet_label { "sr-only" } else { "label" } for=id>{label}</label>
            {OwnedView::new_with_owner(control, owner)}
            <FieldError id=error_id error />
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// The line under a control that says what is wrong.
#[component]
pub fn FieldError(#[prop(into)] id: String, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div id=id role="alert">
            {move || error.get().map(|error| view! {
                <p class="error">
                    <Icon glyph=Glyph::ExclamationCircle />
                    <span>{error}</span>
                </p>
            })}
        </div>
    }
}

/// Keeps a control and its signal the same. What a person typed before the page came alive wins over the first value.
macro_rules! follow {
    ($node:expr, $bind:expr) => {
        if let Some(bind) = $bind {
            let node = $node;
            Effect::new(move |before: Option<()>| {
                let (Some(control), wanted) = (node.get(), bind.get()) else { return };
                let shown = control.value();
                if shown == wanted {
                } else if before.is_none() && !shown.is_empty() {
                    bind.set(shown);
                } else {
                    control.set_value(&wanted);
                }
            });
        }
    };
}

fn field() -> FieldContext {
    use_context::<FieldContext>().expect("a control stands in a Field")
}

/// One line of text. Give `bind` to follow what is typed, or `value` to begin with; inside an `ActionForm` neither is
/// needed.
#[component]
pub fn Input(
    /// `type`: text, email, tel, search, number, datetime-local …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional, into)] bind: Option<RwSignal<String>>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional, into)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] glyph: Option<Glyph>,
    #[prop(optional, into)] class: String,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let field = field();
    let first = field.first(bind, value);
    follow!(node_ref, bind);
    view! {
        <div class=if glyph.is_some() { "input-wrap" } else { "relative" }>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            <input
                node_ref=node_ref
                class=format!("input {class}")
                type=kind
                id=field.id.clone()
                name=field.name
                value=first
                on:input=move |event| {
                    if let Some(bind) = bind {
                        bind.set(event_target_value(&event));
                    }
                }
                placeholder=placeholder
                autocomplete=autocomplete
                inputmode=inputmode
                maxlength=maxlength.map(|n| n.to_string())
                required=required
                autofocus=autofocus
                disabled=disabled
                aria-invalid=field.invalid()
                aria-describedby=field.described_by()
            />
        </div>
    }
}

/// A file, chosen or dropped. The browser's own control lies over the area, unseen once the page is alive, so that
/// dropping, Enter and screen readers work as everywhere. Before that, and without JavaScript, it is seen.
#[component]
pub fn FileInput(
    /// Types that the browser offers first, as `accept` has them.
    #[prop(optional)]
    accept: Option<&'static str>,
) -> impl IntoView {
    let (lang, field) = (use_lang(), field());
    let chosen = RwSignal::new(String::new());
    let words = move || match chosen.get() {
        name if name.is_empty() => text::choose_or_drop(lang).to_owned(),
        name => name,
    };
    view! {
        <div class="drop">
            <Icon glyph=Glyph::Upload />
            <p class="drop-words" data-chosen=move || (!chosen.get().is_empty()).then_some("true")>
                {words}
            </p>
            <input
                type="file"
                id=field.id.clone()
                name=field.name
                accept=accept
                // Browsers give a made-up path: only its end is the name.
                on:change=move |event| {
                    let path = event_target_value(&event);
                    chosen.set(path.rsplit(['\\', '/']).next().unwrap_or_default().to_owned());
                }
                aria-invalid=field.invalid()
                aria-describedby=field.described_by()
            />
        </div>
    }
}

/// Bytes of the chosen file; 0 when none is chosen.
#[cfg(feature = "hydrate")]
pub fn chosen_size(form: &leptos::web_sys::FormData) -> u64 {
    use wasm_bindgen::JsCast as _;
    form.get("file").dyn_into::<::web_sys::File>().map_or(0, |file| file.size() as u64)
}

/// The server has nothing to choose from: forms are submitted in browsers.
#[cfg(not(feature = "hydrate"))]
pub fn chosen_size(_: &leptos::web_sys::FormData) -> u64 {
    0
}

/// A password, with a button that shows it.
#[component]
pub fn PasswordInput(
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] class: String,
) -> impl IntoView {
    let lang = use_lang();
    let field = field();
    let shown = RwSignal::new(false);
    let label = move || if shown.get() { text::hide_password(lang) } else { text::show_password(lang) }.to_owned();
    view! {
        <div class="relative">
            <input
                class=format!("input !pr-11 {class}")
                type=move || if shown.get() { "text" } else { "password" }
                id=field.id.clone()
                name=field.name
                autocomplete=autocomplete
                required=true
                aria-invalid=field.invalid()
                aria-describedby=field.described_by()
            />
            <span class="js-only absolute inset-y-0 right-1 flex items-center">
                <IconButton glyph=Glyph::Eye label small=true on:click=move |_| shown.update(|s| *s = !*s) />
            </span>
        </div>
    }
}

/// Several lines of text.
#[component]
pub fn Textarea(
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional, into)] bind: Option<RwSignal<String>>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(default = 4)] rows: u32,
    #[prop(optional, into)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] class: String,
    #[prop(optional)] node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let field = field();
    let first = field.first(bind, value).unwrap_or_default();
    follow!(node_ref, bind);
    view! {
        <textarea
            node_ref=node_ref
            class=format!("input {class}")
            id=field.id.clone()
            name=field.name
            rows=rows.to_string()
            placeholder=placeholder
            maxlength=maxlength.map(|n| n.to_string())
            required=required
            disabled=disabled
            on:input=move |event| {
                if let Some(bind) = bind {
                    bind.set(event_target_value(&event));
                }
            }
            aria-invalid=field.invalid()
            aria-describedby=field.described_by()
        >
            {first}
        </textarea>
    }
}

/// One of several: `options` are pairs of the value sent and the words shown.
#[component]
pub fn Select(
    options: Vec<(String, String)>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: Option<String>,
    #[prop(optional, into)] bind: Option<RwSignal<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] class: String,
) -> impl IntoView {
    let field = field();
    let first = field.first(bind, value).unwrap_or_default();
    let node_ref = NodeRef::<html::Select>::new();
    follow!(node_ref, bind);
    view! {
        <select
            node_ref=node_ref
            class=format!("input {class}")
            id=field.id.clone()
            name=field.name
            disabled=disabled
            on:change=move |event| {
                if let Some(bind) = bind {
                    bind.set(event_target_value(&event));
                }
            }
            aria-invalid=field.invalid()
            aria-describedby=field.described_by()
        >
            {options
                .into_iter()
                .map(|(value, words)| {
                    let selected = value == first;
                    view! { <option value=value selected=selected>{words}</option> }
                })
                .collect_view()}
        </select>
    }
}
