//! What was typed into a form that the server refused, when the form was sent without our code: the browser has no
//! JavaScript, or the page was not alive yet. The answer is a redirect back to the page, which then shows it again.

/// Names and texts of the fields of that form. The server puts it into the context of the request for the page.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct Typed(pub std::collections::HashMap<String, String>);

/// What was typed into the field of this name. Nothing in a browser: a page that is alive forgets nothing by itself.
pub(super) fn into(name: &str) -> Option<String> {
    #[cfg(feature = "ssr")]
    return leptos::prelude::use_context::<Option<Typed>>()?.and_then(|typed| typed.0.get(name).cloned());
    #[cfg(not(feature = "ssr"))]
    {
        let _ = name;
        None
    }
}
