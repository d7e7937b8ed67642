//! The newest messages of the whole network.

use super::{
    super::{ledger::Entries, text as said},
    api, is_heard,
};
use crate::{live::refetch_on, ui::*};
use leptos::prelude::*;

/// Whoever wrote them.
#[component]
pub fn Ledger() -> impl IntoView {
    let lang = use_lang();
    let entries = Query::new(|| (), |()| api::open_ledger());
    refetch_on(entries, is_heard);
    view! {
        <Card title=said::newest(lang) note=said::newest_lead(lang) flush=true>
            <Load of=entries view=move |entries| view! { <Entries entries of_all=true /> } />
        </Card>
    }
}
