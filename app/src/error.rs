//! What a server function answers when it cannot do what was asked.

use domain::{Error, Lang};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// The one error of every server function: a refusal of the domain, or the way to the server is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    /// Said by the engines.
    #[error(transparent)]
    Domain(#[from] Error),
    /// Nothing readable came back: the server is away, restarting, or of another version.
    #[error("no answer from the server")]
    Transport,
}

impl ApiError {
    /// What happened and what to do, in words.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Domain(error) => error.message(lang),
            Self::Transport => text::no_answer(lang).to_owned(),
        }
    }

    /// What is wrong with one field of a form, in words.
    pub fn field(&self, lang: Lang, field: &str) -> Option<String> {
        match self {
            Self::Domain(error) => error.of_field(field).map(|problem| problem.message(lang)),
            Self::Transport => None,
        }
    }

    /// Whether every problem is shown beside a field, so that the form needs no line of its own.
    pub fn is_about_fields(&self) -> bool {
        matches!(self, Self::Domain(Error::Invalid(_)))
    }

    /// Whether the person must sign in again.
    pub fn is_signed_out(&self) -> bool {
        matches!(self, Self::Domain(Error::SignedOut))
    }
}

/// Inner errors are logged and become `Internal` on the way out.
#[cfg(feature = "ssr")]
impl From<server::Error> for ApiError {
    fn from(error: server::Error) -> Self {
        Self::Domain(error.into())
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // Arguments that do not parse: the page is older than the server, or somebody wrote the request by hand.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                leptos::logging::warn!("server function: {error}");
                Self::Transport
            }
            _ => Self::Transport,
        }
    }
}

/// The words for one field of a form, from the last answer of its action: give it to `Field`'s `error`.
///
/// ```text
/// <Field name="name" label=text::name(lang) error=field_error(save.value(), "name")>
/// ```
pub fn field_error<T: Clone + Send + Sync + 'static>(
    answer: impl Into<Signal<Option<Result<T, ApiError>>>>,
    field: &'static str,
) -> Signal<Option<String>> {
    let (lang, answer) = (crate::layout::use_lang(), answer.into());
    Signal::derive(move || answer.with(|answer| answer.as_ref()?.as_ref().err()?.field(lang, field)))
}

/// The words for an answer that is not about single fields: give it to a `Callout` above the form.
pub fn form_error<T: Clone + Send + Sync + 'static>(
    answer: impl Into<Signal<Option<Result<T, ApiError>>>>,
) -> Signal<Option<String>> {
    let (lang, answer) = (crate::layout::use_lang(), answer.into());
    Signal::derive(move || {
        answer.with(|answer| {
            let error = answer.as_ref()?.as_ref().err()?;
            (!error.is_about_fields()).then(|| error.message(lang))
        })
    })
}

mod text {
    crate::texts! {
        no_answer: "Server belum menjawab. Periksa sambungan, lalu coba lagi; yang Anda tulis masih ada.",
            "The server did not answer. Check the connection and try again; what you wrote is still here.";
    }
}
