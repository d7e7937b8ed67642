//! Trouble on command, and the devices of a phone.

use super::{
    api::{self, CauseFault, EndFaults, UnlinkDevice},
    is_heard, text,
};
use crate::{
    error::{field_error, form_error},
    live::refetch_on,
    ui::*,
};
use domain::{
    NumberId,
    sandbox::{Fault, FaultKind, SandboxDevice, SandboxPhone},
};
use leptos::{either::Either, form::ActionForm, prelude::*};

/// What can be done to a phone.
#[component]
pub fn Trouble(number: NumberId, phone: Signal<SandboxPhone>, changed: Callback<()>) -> impl IntoView {
    let faults = Query::new(move || number, api::list_faults);
    // A counted fault is used up by what the session does.
    refetch_on(faults, is_heard(number));
    let thrown = Callback::new(move |()| faults.refetch());
    view! {
        <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_372px]">
            <ThrowCard number thrown />
            <div class="grid content-start gap-[var(--gap)]">
                <InForceCard number faults />
                <DevicesCard number phone changed />
            </div>
        </div>
    }
}

#[component]
fn ThrowCard(number: NumberId, thrown: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let cause = ServerAction::<CauseFault>::new();
    let answer = cause.value();
    follow_up(answer, Some(text::thrown(lang)), thrown);
    view! {
        <Card title=text::throw(lang) class="self-start">
            <p class="mb-4 text-sm text-muted text-pretty">{text::throw_lead(lang)}</p>
            <ActionForm action=cause>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=number.to_string() />
                <FaultFields error=move |field| field_error(answer, field) />
                <div class="mt-5">
                    <Button variant=Variant::Primary submit=true glyph=Glyph::Bolt busy=cause.pending()>
                        {text::throw_it(lang)}
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
}

/// What trouble, how often, with whom.
#[component]
pub fn FaultFields<E>(
    /// What is wrong with a field.
    error: E,
) -> impl IntoView
where
    E: Fn(&'static str) -> Signal<Option<String>> + Copy + Send + Sync + 'static,
{
    let lang = use_lang();
    let kind = RwSignal::new(FaultKind::Disconnect.as_str().to_owned());
    let is = move |wanted: FaultKind| move || kind.with(|kind| kind == wanted.as_str());
    let choice = |kind: &FaultKind| (kind.as_str().to_owned(), text::fault(lang, *kind).to_owned());
    let options: Vec<_> = FaultKind::ALL.iter().map(choice).collect();
    view! {
        <div class="grid gap-4 sm:grid-cols-2">
            <Field
                name="fault[kind]"
                label=text::kind(lang)
                error=error("kind")
                class="sm:col-span-2"
            >
                <Select options bind=kind />
            </Field>
            <Show when=is(FaultKind::Nack)>
                <Field
                    name="fault[code]"
                    label=text::code(lang)
                    hint=text::code_hint(lang)
                    error=error("code")
                >
                    <Input inputmode="numeric" placeholder="463" />
                </Field>
            </Show>
            <Show when=is(FaultKind::AckLate)>
                <Field name="fault[delay_s]" label=text::delay(lang) error=error("delay_s")>
                    <Input inputmode="numeric" placeholder="30" />
                </Field>
            </Show>
            <Field
                name="fault[count]"
                label=text::count(lang)
                hint=text::count_hint(lang)
                error=error("count")
            >
                <Input inputmode="numeric" value="1".to_owned() />
            </Field>
            <Field
                name="person"
                label=text::person(lang)
                hint=text::person_hint(lang)
                error=error("person")
            >
                <Input kind="tel" inputmode="tel" autocomplete="off" />
            </Field>
        </div>
    }
}

#[component]
fn InForceCard(number: NumberId, faults: Query<Vec<Fault>>) -> impl IntoView {
    let lang = use_lang();
    let end = ServerAction::<EndFaults>::new();
    follow_up(end.value(), Some(text::ended(lang)), Callback::new(move |()| faults.refetch()));
    let draw = move |faults: Vec<Fault>| {
        if faults.is_empty() {
            return Either::Left(view! { <p class="text-sm text-muted">{text::nothing_in_force(lang)}</p> });
        }
        // What the operator threw at every phone is theirs to end.
        let own = faults.iter().any(|fault| fault.phone.is_some()).then(|| {
            view! {
                <ActionForm action=end attr:class="mt-3">
                    <input type="hidden" name="number" value=number.to_string() />
                    <Button small=true submit=true busy=end.pending()>{text::end_all(lang)}</Button>
                </ActionForm>
            }
        });
        Either::Right(view! {
            <FaultLines faults />
            {own}
        })
    };
    view! {
        <Card title=text::in_force(lang)>
            <Load of=faults view=draw />
        </Card>
    }
}

/// Faults in force, in words.
#[component]
pub fn FaultLines(
    faults: Vec<Fault>,
    /// Whichever phone they strike, not one.
    #[prop(optional)]
    of_all: bool,
) -> impl IntoView {
    let lang = use_lang();
    let line = move |fault: Fault| {
        let code = fault.code.map(|code| format!(" {code}")).unwrap_or_default();
        let strikes = match fault.phone {
            None => Some(text::every_phone(lang).to_owned()),
            Some(phone) => of_all.then(|| phone.readable()),
        };
        let often = fault.count.map_or_else(|| text::endless(lang).to_owned(), |count| text::times(lang, count));
        let whom = fault.person.map(|person| text::only_for(lang, &person.readable()));
        let about = [strikes, Some(often), whom].into_iter().flatten().collect::<Vec<_>>().join(", ");
        view! {
            <li class="py-2.5">
                <p class="text-sm font-medium">{text::fault(lang, fault.kind)} {code}</p>
                <p class="text-xs text-muted">{about}</p>
            </li>
        }
    };
    view! { <ul class="divide-y divide-border">{faults.into_iter().map(line).collect_view()}</ul> }
}

#[component]
fn DevicesCard(number: NumberId, phone: Signal<SandboxPhone>, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let unlink = ServerAction::<UnlinkDevice>::new();
    follow_up(unlink.value(), Some(text::unlinked(lang)), changed);
    let devices = Memo::new(move |_| {
        phone.with(|phone| phone.account.as_ref().map(|account| account.devices.clone()).unwrap_or_default())
    });
    let line = move |device: SandboxDevice| {
        let (tone, state) = if device.connected {
            (Tone::Success, text::device_on(lang))
        } else {
            (Tone::Neutral, text::device_off(lang))
        };
        view! {
            <li class="flex items-center gap-3 py-2.5">
                <div class="min-w-0 flex-1">
                    <p class="truncate text-sm font-medium">{text::device(lang, device.id)} " · " {device.platform}</p>
                    <Badge tone class="badge-tiny mt-1">{state}</Badge>
                </div>
                <ActionForm action=unlink>
                    <input type="hidden" name="number" value=number.to_string() />
                    <input type="hidden" name="device" value=device.id.to_string() />
                    <Button
                        small=true
                        submit=true
                        variant=Variant::DangerQuiet
                        attr:aria-label=text::unlink_of(lang, device.id)
                    >
                        {text::unlink(lang)}
                    </Button>
                </ActionForm>
            </li>
        }
    };
    view! {
        <Card title=text::linked_devices(lang)>
            <p class="text-sm text-muted">{text::devices_lead(lang)}</p>
            {move || {
                let devices = devices.get();
                if devices.is_empty() {
                    Either::Left(view! { <p class="mt-3 text-sm">{text::no_devices(lang)}</p> })
                } else {
                    let lines = devices.into_iter().map(line).collect_view();
                    Either::Right(view! { <ul class="mt-1 divide-y divide-border">{lines}</ul> })
                }
            }}
        </Card>
    }
}
