//! Language and theme: what a person chose, kept in two cookies that scripts may read, so that the server renders the
//! page as it will look and nothing flickers.

use domain::Lang;
use leptos::prelude::*;
use server_fn::ServerFn;

/// The cookie with the language: `id` or `en`.
#[cfg(feature = "ssr")]
const LANG_COOKIE: &str = "sapa_lang";
/// The cookie with the theme: `light` or `dark`; absent, the system decides.
const THEME_COOKIE: &str = "sapa_theme";

/// Light or dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The word in the cookie and in `data-theme`; none for the system's.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    #[cfg_attr(feature = "hydrate", allow(dead_code))]
    fn of(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The language of this page. It does not change while a page is shown: switching loads the page again in the other
/// language, at the same address.
pub fn use_lang() -> Lang {
    use_context::<Lang>().unwrap_or_default()
}

/// The theme as it is now; writing it changes the page at once and is remembered.
pub fn use_theme() -> RwSignal<Theme> {
    expect_context::<RwSignal<Theme>>()
}

/// Reads the choices and provides them. Called once, by the shell of the page and by the browser's beginning.
pub fn provide_preferences() -> (Lang, Theme) {
    let (lang, theme) = read();
    provide_context(lang);
    let signal = RwSignal::new(theme);
    provide_context(signal);
    #[cfg(feature = "hydrate")]
    Effect::new(move |before: Option<Theme>| {
        let theme = signal.get();
        if before.is_some_and(|before| before != theme) {
            apply(theme);
        }
        theme
    });
    (lang, theme)
}

/// On the server: cookies, then the browser's languages, then Indonesian.
#[cfg(feature = "ssr")]
fn read() -> (Lang, Theme) {
    let Some(parts) = use_context::<http::request::Parts>() else { return Default::default() };
    let lang = cookie(&parts, LANG_COOKIE)
        .and_then(|word| Lang::from_tag(&word))
        .or_else(|| Lang::from_accept_language(parts.headers.get(http::header::ACCEPT_LANGUAGE)?.to_str().ok()?));
    let theme = cookie(&parts, THEME_COOKIE).map(|word| Theme::of(&word));
    (lang.unwrap_or_default(), theme.unwrap_or_default())
}

#[cfg(feature = "ssr")]
fn cookie(parts: &http::request::Parts, name: &str) -> Option<String> {
    let jar = axum_extra::extract::CookieJar::from_headers(&parts.headers);
    jar.get(name).map(|cookie| cookie.value().to_owned())
}

/// In the browser: what the server wrote on `<html>`.
#[cfg(feature = "hydrate")]
fn read() -> (Lang, Theme) {
    let Some(html) = document().document_element() else { return Default::default() };
    let lang = html.get_attribute("lang").and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default();
    let theme = html.get_attribute("data-theme").map(|word| Theme::of(&word)).unwrap_or_default();
    (lang, theme)
}

#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
fn read() -> (Lang, Theme) {
    Default::default()
}

#[cfg(feature = "hydrate")]
fn apply(theme: Theme) {
    use wasm_bindgen::JsCast;
    let Some(html) = document().document_element() else { return };
    let _ = match theme.word() {
        Some(word) => html.set_attribute("data-theme", word),
        None => html.remove_attribute("data-theme"),
    };
    if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
        let age = if theme == Theme::System { 0 } else { COOKIE_AGE_S };
        let word = theme.word().unwrap_or_default();
        let _ = document.set_cookie(&format!("{THEME_COOKIE}={word}; Path=/; Max-Age={age}; SameSite=Lax"));
    }
}

/// A choice is remembered for a year.
const COOKIE_AGE_S: u32 = 31_536_000;

/// Remembers the language and goes back to the page the form was on. A plain form posts to it, so it works before and
/// without JavaScript. Needs no sign-in.
#[server]
pub async fn choose_language(lang: Lang) -> Result<(), crate::error::ApiError> {
    remember(LANG_COOKIE, lang.tag());
    Ok(())
}

/// Remembers the theme and goes back, like [`choose_language`].
#[server]
pub async fn choose_theme(theme: Theme) -> Result<(), crate::error::ApiError> {
    remember(THEME_COOKIE, theme.word().unwrap_or_default());
    Ok(())
}

#[cfg(feature = "ssr")]
fn remember(name: &str, word: &str) {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    let age = if word.is_empty() { 0 } else { COOKIE_AGE_S };
    let cookie = format!("{name}={word}; Path=/; Max-Age={age}; SameSite=Lax");
    if let Ok(value) = http::HeaderValue::from_str(&cookie) {
        response.append_header(http::header::SET_COOKIE, value);
    }
}

/// Chooses the language: two buttons of a plain form.
#[component]
pub fn LangSwitch() -> impl IntoView {
    let lang = use_lang();
    view! {
        <form method="post" action=ChooseLanguage::url()>
            <div class="seg" role="group" aria-label=super::text::language(lang)>
            {Lang::ALL
                .into_iter()
                .map(|choice| {
                    view! {
                        <button
                            type="submit"
                            name="lang"
                            value=choice.tag()
                            lang=choice.tag()
                            aria-pressed=if choice == lang { "true" } else { "false" }
                        >
                            {choice.tag().to_uppercase()}
                            <span class="sr-only">{if choice == Lang::Id { " Indonesia" } else { " English" }}</span>
                        </button>
                    }
                })
                .collect_view()}
            </div>
        </form>
    }
}

/// Chooses the theme: three buttons of a plain form; in the browser it changes at once.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    use super::text;
    let (lang, theme) = (use_lang(), use_theme());
    let choices = [
        (Theme::Light, "light", text::light(lang)),
        (Theme::Dark, "dark", text::dark(lang)),
        (Theme::System, "system", text::system(lang)),
    ];
    view! {
        <form method="post" action=ChooseTheme::url()>
            <div class="seg" role="group" aria-label=text::theme(lang)>
            {choices
                .into_iter()
                .map(|(choice, word, words)| {
                    view! {
                        <button
                            type="submit"
                            name="theme"
                            value=word
                            aria-pressed=move || if theme.get() == choice { "true" } else { "false" }
                            on:click=move |event| {
                                event.prevent_default();
                                theme.set(choice);
                            }
                        >
                            {words}
                        </button>
                    }
                })
                .collect_view()}
            </div>
        </form>
    }
}
