//! Who looks at the page, and when: known to every page below the shell, without asking again.

use crate::{error::ApiError, format::Zone};
use domain::{Event, Millis, Permission, analytics::FrameState, identity::Viewer};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What every page needs to know, asked once per page load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub viewer: Viewer,
    /// The server's clock when it answered. Pages reckon with it, so that server and browser write the same words.
    pub now: Millis,
    /// What the frame shows of the tenant at that moment.
    pub frame: FrameState,
}

/// Who looks at the page.
pub fn use_viewer() -> Viewer {
    expect_context::<Opened>().viewer
}

/// Whether whoever looks may do it. What is not permitted is absent from the page.
pub fn may(permission: Permission) -> bool {
    use_viewer().role.may(permission)
}

/// Whether whoever looks operates the installation. What only operators may do is absent from the pages of others.
pub fn operates() -> bool {
    use_viewer().operator
}

/// The zone in which times are written.
pub fn use_zone() -> Zone {
    use_context::<Zone>().unwrap_or_default()
}

/// The time now, on the server's clock; moves every half minute in the browser.
pub fn use_now() -> Signal<Millis> {
    expect_context::<Signal<Millis>>()
}

/// Provides all of it. Must run under the owner of the route, or the pages below do not see it.
pub fn provide_opened(opened: &Opened) {
    let start = opened.now;
    let now = RwSignal::new(start);
    provide_context(opened.clone());
    provide_context(Zone::default());
    provide_context::<Signal<Millis>>(now.into());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let begun = js_sys::Date::now();
        let every = std::time::Duration::from_secs(30);
        let tick = move || {
            let _ = now.try_set(start + (js_sys::Date::now() - begun) as i64);
        };
        if let Ok(handle) = set_interval_with_handle(tick, every) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// Who is signed in, for the shell. Needs a sign-in and nothing more.
#[server]
pub async fn open_page() -> Result<Opened, ApiError> {
    let server = crate::cx::server();
    let viewer = crate::cx::signed_in()?.viewer;
    Ok(Opened { viewer, now: server.now(), frame: fresh_frame().await? })
}

/// What the frame shows of the tenant, for keeping it fresh.
#[server]
pub async fn fresh_frame() -> Result<FrameState, ApiError> {
    let (server, scope) = crate::cx::authorized(Permission::View).await?;
    Ok(server::analytics::frame_state(&server, &scope).await?)
}

/// Unread messages and the like, in the navigation; follows the events.
pub fn use_frame_state() -> Signal<FrameState> {
    expect_context::<Signal<FrameState>>()
}

/// Provides it and keeps it fresh. After the live stream is there.
pub fn provide_frame_state(opened: &Opened) {
    let state = RwSignal::new(opened.frame);
    provide_context::<Signal<FrameState>>(state.into());
    let concerns = |event: &Event| matches!(event, Event::ConversationChanged(_) | Event::NumberChanged(_));
    crate::live::on_event(concerns, move || {
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = fresh_frame().await
                && state.try_get_untracked().is_some_and(|shown| shown != fresh)
            {
                state.set(fresh);
            }
        });
    });
}
