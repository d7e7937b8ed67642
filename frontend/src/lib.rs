//! The browser's beginning: wakes the page that the server rendered.

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    // For tests in a browser: from here on the page listens. Before, it can be seen but not used.
    if let Some(root) = document().document_element() {
        root.set_attribute("data-hydrated", "").ok();
    }
}
