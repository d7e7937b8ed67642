//! The file of a message: shown, played, or to be saved.

use super::{api::FetchFile, text};
use crate::{format, ui::*};
use domain::{
    MessageId,
    media::{AttachmentView, MediaFile, MediaProblem, percent_encoded},
    message::{Direction, MessageKind, MessageView},
};
use leptos::{either::EitherOf3, prelude::*};

/// Widest that a picture stands in a thread, in pixels.
const PICTURE_WIDTH: u32 = 320;
/// Highest, in pixels.
const PICTURE_HEIGHT: u32 = 360;

/// The file of a message, or why it is not here.
#[component]
pub fn Attachment(
    message: MessageView,
    file: AttachmentView,
    /// The person at the other end.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let lang = use_lang();
    match file.file {
        MediaFile::Here { .. } => {
            let words = match message.direction {
                Direction::Incoming => text::photo_of(lang, &name),
                Direction::Outgoing => text::photo_to(lang, &name),
            };
            EitherOf3::A(view! { <ShownFile kind=message.kind file words /> })
        }
        MediaFile::Waiting => EitherOf3::B(view! { <Waiting file /> }),
        MediaFile::Missing { problem, again } => EitherOf3::C(view! { <Missing id=message.id problem again /> }),
    }
}

/// Where the file of a message is. Its address changes every few hours.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum FilePlace {
    None,
    Waiting,
    Here(String),
    Missing(MediaProblem),
}

impl FilePlace {
    pub fn of(message: &MessageView) -> Self {
        match message.attachment.as_ref().map(|attachment| &attachment.file) {
            None => Self::None,
            Some(MediaFile::Waiting) => Self::Waiting,
            Some(MediaFile::Here { link, .. }) => Self::Here(link.clone()),
            Some(MediaFile::Missing { problem, .. }) => Self::Missing(*problem),
        }
    }
}

/// A file that is here, as messages of this kind show it; nothing when it is not here.
#[component]
pub fn ShownFile(
    kind: MessageKind,
    file: AttachmentView,
    /// What a picture is, for those who cannot see it.
    #[prop(into)]
    words: String,
) -> impl IntoView {
    let lang = use_lang();
    let MediaFile::Here { link, preview, plays } = file.file.clone() else { return ().into_any() };
    match kind {
        MessageKind::Image if plays => {
            let shown = preview.unwrap_or_else(|| link.clone());
            view! { <Picture link shown words size=file.size /> }.into_any()
        }
        MessageKind::Sticker if plays => {
            view! { <img class="my-1 size-32 object-contain" src=link alt=text::sticker(lang) loading="lazy" /> }.into_any()
        }
        MessageKind::Video if plays => {
            view! {
                <video
                    class="my-1 max-h-[360px] w-full max-w-80 rounded-lg bg-black"
                    src=link
                    controls
                    preload="metadata"
                    aria-label=text::plays_video(lang)
                ></video>
            }
            .into_any()
        }
        MessageKind::Audio | MessageKind::Voice if plays => {
            view! {
                <audio class="my-1 h-10 w-72 max-w-full" src=link controls preload="metadata" aria-label=text::plays_sound(lang)></audio>
            }
            .into_any()
        }
        _ => view! { <Saved file link /> }.into_any(),
    }
}

/// A picture, as large as there is room for; its place is kept before it is loaded.
#[component]
fn Picture(link: String, shown: String, words: String, size: Option<(u32, u32)>) -> impl IntoView {
    let lang = use_lang();
    let (width, height) = shown_size(size);
    view! {
        <a
            class="-mx-1.5 my-1 block w-fit overflow-hidden rounded-lg first:-mt-0.5"
            href=link
            target="_blank"
            rel="noopener"
            title=text::open_photo(lang)
        >
            <img
                class="block h-auto max-w-full bg-sunken object-cover"
                src=shown
                alt=words
                width=width
                height=height
                loading="lazy"
                decoding="async"
            />
        </a>
    }
}

/// Fits a picture into its frame. One whose size is not known gets the frame.
fn shown_size(size: Option<(u32, u32)>) -> (u32, u32) {
    let Some((width, height)) = size.filter(|(width, height)| *width > 0 && *height > 0) else {
        return (PICTURE_WIDTH, PICTURE_WIDTH * 3 / 4);
    };
    let fit = |side: u32, other: u32, to: u32| (u64::from(side) * u64::from(to) / u64::from(other)).max(1) as u32;
    let (width, height) =
        if width > PICTURE_WIDTH { (PICTURE_WIDTH, fit(height, width, PICTURE_WIDTH)) } else { (width, height) };
    if height > PICTURE_HEIGHT { (fit(width, height, PICTURE_HEIGHT), PICTURE_HEIGHT) } else { (width, height) }
}

/// A file that is saved.
#[component]
fn Saved(file: AttachmentView, link: String) -> impl IntoView {
    let lang = use_lang();
    let name = if file.name.is_empty() { text::nameless_file(lang).to_owned() } else { file.name };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_uppercase()).filter(|ending| ending.len() <= 5);
    let about: Vec<String> = ending.into_iter().chain(file.bytes.map(|bytes| format::bytes(lang, bytes))).collect();
    let address = format!("{link}?name={}", percent_encoded(&name));
    view! {
        <a
            class="my-1 flex min-w-56 max-w-80 items-center gap-3 rounded-lg border bg-raised px-3 py-2.5 hover:bg-hover"
            href=address
            download=name.clone()
            aria-label=text::download_file(lang, &name)
        >
            <span class="grid size-9 shrink-0 place-items-center rounded-md bg-sunken text-muted">
                <Icon glyph=Glyph::Document class="size-5" />
            </span>
            <span class="min-w-0 flex-1">
                <span class="block truncate text-sm font-medium">{name.clone()}</span>
                <span class="block text-xs text-muted">{about.join(" · ")}</span>
            </span>
            <Icon glyph=Glyph::Download class="size-4 shrink-0 text-muted" />
        </a>
    }
}

#[component]
fn Waiting(file: AttachmentView) -> impl IntoView {
    let lang = use_lang();
    let size = file.bytes.filter(|bytes| *bytes > 0).map(|bytes| format::bytes(lang, bytes));
    view! {
        <p class="my-1 flex min-w-56 items-center gap-3 rounded-lg border border-dashed px-3 py-2.5 text-sm text-muted" role="status">
            <Icon glyph=Glyph::Download class="size-4 shrink-0" />
            <span class="min-w-0 flex-1">{text::fetching(lang)}</span>
            {size.map(|size| view! { <span class="text-xs">{size}</span> })}
        </p>
    }
}

#[component]
fn Missing(id: MessageId, problem: MediaProblem, again: bool) -> impl IntoView {
    let lang = use_lang();
    let fetch = ServerAction::<FetchFile>::new();
    // Nothing is wrong with what nobody asked for yet.
    let sign = if problem == MediaProblem::Earlier { Glyph::Download } else { Glyph::Warning };
    let retry = move || {
        view! {
            <ActionForm action=fetch>
                <input type="hidden" name="message" value=id.to_string() />
                <Button small=true submit=true glyph=Glyph::Refresh busy=fetch.pending()>
                    {if problem == MediaProblem::Earlier { text::fetch_file(lang) } else { text::try_again(lang) }}
                </Button>
            </ActionForm>
        }
    };
    view! {
        <div class="my-1 flex min-w-56 items-center gap-3 rounded-lg border border-dashed px-3 py-2.5 text-sm text-muted">
            <Icon glyph=sign class="size-4 shrink-0" />
            <span class="min-w-0 flex-1">{problem.message(lang)}</span>
            {again.then(retry)}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_keep_their_shape_in_the_frame() {
        assert_eq!(shown_size(Some((100, 50))), (100, 50));
        assert_eq!(shown_size(Some((3_200, 1_600))), (320, 160));
        assert_eq!(shown_size(Some((1_000, 4_000))), (90, 360));
        assert_eq!(shown_size(Some((12_000, 1))), (320, 1));
        assert_eq!(shown_size(Some((0, 9))), (320, 240));
        assert_eq!(shown_size(None), (320, 240));
    }
}
