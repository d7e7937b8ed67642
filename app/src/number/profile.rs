//! What the account of a number shows of itself on WhatsApp, and changing it.

use super::{
    api::{ChangeProfile, HidePicture, ShowPicture, show_picture},
    text,
};
use crate::{
    error::{field_error, form_error},
    format,
    layout::may,
    ui::*,
};
use domain::{
    Lang, NumberId, Permission,
    media::MAX_PICTURE_BYTES,
    number::{
        NumberState, NumberView,
        profile::{ABOUT_MAX, NAME_MAX, ProfilePart, ProfileView},
    },
};
use leptos::{ev::SubmitEvent, form::ActionForm, prelude::*, web_sys};
use server_fn::ServerFn;

/// The profile on the number's page; nothing while there is no account.
#[component]
pub fn ProfileCard(number: Memo<NumberView>, profile: Memo<ProfileView>, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let (writing, picturing) = (RwSignal::new(None::<ProfileView>), RwSignal::new(false));
    let id = number.with_untracked(|number| number.id);
    let is_linked = Memo::new(move |_| number.with(|number| number.phone.is_some()));
    let name = move || {
        let name = profile.with(|profile| profile.name.clone());
        if name.is_empty() { text::no_name(lang).to_owned() } else { name }
    };
    let about = move || {
        let about = profile.with(|profile| profile.about.clone());
        match about.is_empty() {
            true if profile.with(|profile| profile.is_known) => text::no_about(lang).to_owned(),
            true => text::no_name(lang).to_owned(),
            false => about,
        }
    };
    let face = Memo::new(move |_| {
        let (name, picture) = profile.with(|profile| (profile.name.clone(), profile.picture.clone()));
        (if name.is_empty() { number.with(|number| number.label.clone()) } else { name }, picture)
    });
    let waits = Memo::new(move |_| number.with(|number| number.state != NumberState::Connected));
    let note = move || {
        let (is_changing, refused) = profile.with(|profile| (profile.is_changing, profile.refused));
        match (is_changing, refused) {
            (true, _) if waits.get() => Some((Tone::Info, text::profile_waits(lang))),
            (true, _) => Some((Tone::Info, text::profile_changing(lang))),
            (false, Some(part)) => Some((Tone::Warning, refusal(lang, part))),
            (false, None) => None,
        }
    };
    let actions = move || {
        slot(move || {
            may(Permission::NumberWrite).then(|| {
                view! {
                    <Button
                        small=true
                        glyph=Glyph::Pencil
                        class="js-only"
                        on:click=move |_| writing.set(Some(profile.get_untracked()))
                    >
                        {text::change_profile(lang)}
                    </Button>
                }
            })
        })
    };
    view! {
        {move || is_linked.get().then(|| view! {
            <Card title=text::profile(lang) actions=actions()>
                <div class="flex items-start gap-4">
                    {move || {
                        face.with(|(name, picture)| {
                            view! { <Avatar name=name.clone() picture=picture.clone() size=Size::Large /> }
                        })
                    }}
                    <div class="min-w-0 flex-1">
                        <p class="break-words font-semibold" data-testid="profile-name">{name}</p>
                        <p class="mt-0.5 break-words text-sm text-muted" data-testid="profile-about">{about}</p>
                        {may(Permission::NumberWrite)
                            .then(|| {
                                view! {
                                    <Button
                                        small=true
                                        glyph=Glyph::Photo
                                        class="js-only mt-3"
                                        on:click=move |_| picturing.set(true)
                                    >
                                        {text::change_picture(lang)}
                                    </Button>
                                }
                            })}
                    </div>
                </div>
                {move || note().map(|(tone, words)| view! { <Callout tone class="mt-4">{words}</Callout> })}
            </Card>
        })}
        <WordsDialog number=id writing changed />
        <PictureDialog number=id open=picturing has_picture=Signal::derive(move || face.with(|(_, picture)| picture.is_some())) changed />
    }
}

fn refusal(lang: Lang, part: ProfilePart) -> &'static str {
    match part {
        ProfilePart::Name => text::name_refused(lang),
        ProfilePart::About => text::about_refused(lang),
        ProfilePart::Picture => text::picture_refused(lang),
    }
}

/// Name and about; open while there is a profile to change.
#[component]
fn WordsDialog(number: NumberId, writing: RwSignal<Option<ProfileView>>, changed: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let change = ServerAction::<ChangeProfile>::new();
    let answer = change.value();
    let (name, about) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let open = open_about(writing, move |profile: ProfileView| {
        change.clear();
        name.set(profile.name);
        about.set(profile.about);
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::profile_saved(lang));
            changed.run(());
        }
    });
    view! {
        <Dialog open title=text::profile_title(lang)>
            <p class="mb-4 text-sm text-muted text-pretty">{text::profile_lead(lang)}</p>
            <ActionForm action=change>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=number.to_string() />
                <Field
                    name="name"
                    label=text::profile_name(lang)
                    hint=text::profile_name_hint(lang)
                    error=field_error(answer, "name")
                >
                    <Input bind=name autofocus=true maxlength=NAME_MAX />
                </Field>
                <Field
                    name="about"
                    label=text::about(lang)
                    hint=text::about_hint(lang)
                    error=field_error(answer, "about")
                    class="mt-4"
                >
                    <Input bind=about maxlength=ABOUT_MAX />
                </Field>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=change.pending()>{text::save_profile(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}

/// Another picture, or none.
#[component]
fn PictureDialog(
    number: NumberId,
    open: RwSignal<bool>,
    #[prop(into)] has_picture: Signal<bool>,
    changed: Callback<()>,
) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let show = Action::new_local(|form: &web_sys::FormData| show_picture(form.clone().into()));
    let hide = ServerAction::<HidePicture>::new();
    let too_large = RwSignal::new(None::<String>);
    let answer = Signal::derive(move || match (show.pending().get(), hide.pending().get()) {
        (false, false) => show.value().get().or_else(|| hide.value().get()),
        _ => None,
    });
    let done = move |words: &'static str| {
        open.set(false);
        toasts.say(words);
        changed.run(());
    };
    Effect::new(move |_| {
        if open.get() {
            show.value().set(None);
            hide.clear();
            too_large.set(None);
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = show.value().get() {
            done(text::picture_saved(lang));
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = hide.value().get() {
            done(text::picture_removed(lang));
        }
    });
    // Whoever closed the dialog meanwhile hears it all the same.
    Effect::new(move |_| {
        if let Some(Err(error)) = answer.get()
            && !open.get_untracked()
        {
            toasts.complain(error.message(lang));
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event_target::<web_sys::HtmlFormElement>(&event);
        let Ok(form) = web_sys::FormData::new_with_form(&form) else { return };
        let limit = MAX_PICTURE_BYTES;
        if chosen_size(&form) > limit {
            too_large.set(Some(text::picture_too_large(lang, &format::bytes(lang, limit))));
        } else {
            too_large.set(None);
            hide.clear();
            show.dispatch_local(form);
        }
    };
    let problem = field_error(answer, "file");
    let error = Signal::derive(move || too_large.get().or_else(|| problem.get()));
    view! {
        <Dialog open title=text::picture_title(lang)>
            <form method="post" action=ShowPicture::PATH enctype="multipart/form-data" on:submit=send>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=number.to_string() />
                <Field name="file" label=text::picture_file(lang) hint=text::picture_hint(lang) error>
                    <FileInput accept="image/jpeg,image/png,image/webp" />
                </Field>
                <DialogActions>
                    <Show when=move || has_picture.get()>
                        <Button
                            variant=Variant::DangerQuiet
                            busy=hide.pending()
                            class="mr-auto"
                            on:click=move |_| {
                                show.value().set(None);
                                hide.dispatch(HidePicture { number });
                            }
                        >
                            {text::remove_picture(lang)}
                        </Button>
                    </Show>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=show.pending()>{text::save_picture(lang)}</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
