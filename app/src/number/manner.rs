//! How a number behaves while it writes, and changing it.

use super::{api::ChangeManner, card::Fact, text};
use crate::{error::form_error, layout::may, ui::*};
use domain::{
    Permission,
    number::{NumberView, manner::Manner},
};
use leptos::{form::ActionForm, prelude::*};

/// The behaviour on the number's page.
#[component]
pub fn MannerCard(number: Memo<NumberView>, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let changing = RwSignal::new(None::<NumberView>);
    let actions = slot(move || {
        may(Permission::NumberWrite).then(|| {
            view! {
                <Button
                    small=true
                    glyph=Glyph::Pencil
                    class="js-only"
                    on:click=move |_| changing.set(Some(number.get_untracked()))
                >
                    {text::change_manner(lang)}
                </Button>
            }
        })
    });
    let manner = Memo::new(move |_| number.with(|number| number.manner));
    let typing = Signal::derive(move || {
        if manner.get().types { text::typing_on(lang) } else { text::typing_off(lang) }.to_owned()
    });
    let online = Signal::derive(move || {
        let Manner { types, stays_online } = manner.get();
        let words = match (stays_online, types) {
            (true, _) => text::online_always(lang),
            (false, true) => text::online_modest(lang),
            (false, false) => text::online_never(lang),
        };
        words.to_owned()
    });
    view! {
        <Card title=text::manner(lang) actions>
            <dl class="grid grid-cols-2 gap-x-4 gap-y-4 text-xs">
                <Fact name=text::typing_shown(lang) value=typing />
                <Fact name=text::online_shown(lang) value=online />
            </dl>
        </Card>
        <ChangeDialog changing changed />
    }
}

/// Open while there is a number whose behaviour is to be changed.
#[component]
fn ChangeDialog(changing: RwSignal<Option<NumberView>>, changed: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let change = ServerAction::<ChangeManner>::new();
    let answer = change.value();
    let (types, stays_online) = (RwSignal::new(false), RwSignal::new(false));
    let open = open_about(changing, move |number: NumberView| {
        change.clear();
        types.set(number.manner.types);
        stays_online.set(number.manner.stays_online);
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::manner_saved(lang));
            changed.run(());
        }
    });
    let label = move || changing.with(|number| number.as_ref().map(|number| number.label.clone()).unwrap_or_default());
    let title = Signal::derive(move || text::manner_title(lang, &label()));
    let id = move || changing.with(|number| number.as_ref().map(|number| number.id.to_string()));
    view! {
        <Dialog open title>
            <p class="mb-4 text-sm text-muted text-pretty">{text::manner_lead(lang)}</p>
            <ActionForm action=change>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=id />
                <div class="grid gap-4">
                    <div>
                        <Checkbox name="types" bind=types hint=text::types_hint(lang)>{text::types(lang)}</Checkbox>
                    </div>
                    <div>
                        <Checkbox name="stays_online" bind=stays_online hint=text::stays_online_hint(lang)>
                            {text::stays_online(lang)}
                        </Checkbox>
                    </div>
                </div>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=change.pending()>{text::save_manner(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}
