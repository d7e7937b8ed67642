//! A question of a page to the server, and the latest answer: a Leptos `Resource`, without a type of its own for each
//! answer.
//!
//! ```text
//! let contacts = Query::new(move || (search.get(), page.get()), |(search, page)| api::list_contacts(search, page));
//! ```
//!
//! All queries share one resource underneath: a resource of its own for each type, with its futures, decoders and
//! suspense, is code that the browser would load once more for every question.

use crate::error::ApiError;
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    marker::PhantomData,
    pin::Pin,
    sync::{Arc, OnceLock},
};

/// A question that is asked again when what it is about changes, and its latest answer.
pub struct Query<T> {
    answers: Answers,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Query<T> {}

impl<T> Query<T>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Asks `ask` for what `source` gives, on the server while the page is rendered, in the browser whenever `source`
    /// gives something else.
    pub fn new<S, Fut>(
        source: impl Fn() -> S + Send + Sync + 'static,
        ask: impl Fn(S) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        S: PartialEq + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        Self::with(source, ask, false)
    }

    /// Like [`new`](Self::new), and nothing of the page is sent before the answer is there.
    pub fn blocking<S, Fut>(
        source: impl Fn() -> S + Send + Sync + 'static,
        ask: impl Fn(S) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        S: PartialEq + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        Self::with(source, ask, true)
    }

    fn with<S, Fut>(
        source: impl Fn() -> S + Send + Sync + 'static,
        ask: impl Fn(S) -> Fut + Send + Sync + 'static,
        blocking: bool,
    ) -> Self
    where
        S: PartialEq + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let source = move || Source { value: Arc::new(source()), same: same::<S> };
        let ask = move |about: Source| {
            let about = about.value.downcast_ref::<S>().expect("the source of this query").clone();
            let answer = ask(about);
            Box::pin(async move { Answer::given(answer.await) }) as Asking
        };
        Self { answers: answers(Box::new(source), Box::new(ask), blocking), of: PhantomData }
    }

    /// The latest answer; none before the first.
    pub fn get(self) -> Option<Result<T, ApiError>> {
        self.answers.get().map(|answer| answer.read())
    }

    /// The latest answer, for handlers, which follow nothing.
    pub fn get_untracked(self) -> Option<Result<T, ApiError>> {
        self.answers.get_untracked().map(|answer| answer.read())
    }

    /// Waits for the answer.
    pub async fn answer(self) -> Result<T, ApiError> {
        self.answers.await.read()
    }

    /// Asks again; until the new answer is there the old one stays.
    pub fn refetch(self) {
        self.answers.refetch();
    }

    /// The same without its type, for what does the same with every answer.
    pub(crate) fn answers(self) -> Answers {
        self.answers
    }
}

/// The one resource under all queries.
pub(crate) type Answers = Resource<Answer, AnswerCodec>;

type Asking = Pin<Box<dyn Future<Output = Answer> + Send>>;

fn answers(
    source: Box<dyn Fn() -> Source + Send + Sync>,
    ask: Box<dyn Fn(Source) -> Asking + Send + Sync>,
    blocking: bool,
) -> Answers {
    Resource::new_with_options(source, ask, blocking)
}

/// What a query is about, compared with what it was about before.
#[derive(Clone)]
struct Source {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

fn same<S: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
    one.downcast_ref::<S>().zip(other.downcast_ref::<S>()).is_some_and(|(one, other)| one == other)
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(&*self.value, &*other.value)
    }
}

/// What the server said to one question: a `Result<T, ApiError>`, or its JSON in the page until somebody reads it.
#[derive(Clone)]
pub(crate) struct Answer(Arc<Said>);

struct Said {
    json: String,
    value: OnceLock<Box<dyn Any + Send + Sync>>,
    #[cfg(feature = "ssr")]
    write: fn(&dyn Any) -> serde_json::Result<String>,
}

impl Answer {
    fn given<T: Serialize + Send + Sync + 'static>(answer: Result<T, ApiError>) -> Self {
        Self(Arc::new(Said {
            json: String::new(),
            value: OnceLock::from(Box::new(answer) as Box<dyn Any + Send + Sync>),
            #[cfg(feature = "ssr")]
            write: |answer| serde_json::to_string(&answer.downcast_ref::<Result<T, ApiError>>()),
        }))
    }

    /// The answer, if `T` is what was asked for.
    pub(crate) fn read<T: Clone + DeserializeOwned + Send + Sync + 'static>(&self) -> Result<T, ApiError> {
        // From bytes, not from text: server functions read bytes, and the decoder of each type is there once.
        let parse = || serde_json::from_slice(self.0.json.as_bytes()).unwrap_or(Err::<T, _>(ApiError::Transport));
        let value = self.0.value.get_or_init(|| Box::new(parse()));
        value.downcast_ref::<Result<T, ApiError>>().expect("a query has one type").clone()
    }
}

/// How answers stand in the page: as JSON.
pub(crate) struct AnswerCodec;

impl Encoder<Answer> for AnswerCodec {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &Answer) -> Result<String, serde_json::Error> {
        #[cfg(feature = "ssr")]
        if let Some(value) = answer.0.value.get() {
            return (answer.0.write)(&**value);
        }
        // Only a server writes pages; in the browser there is nothing but what came with one.
        Ok(answer.0.json.clone())
    }
}

impl Decoder<Answer> for AnswerCodec {
    type Error = std::convert::Infallible;
    type Encoded = str;

    fn decode(json: &str) -> Result<Answer, Self::Error> {
        Ok(Answer(Arc::new(Said {
            json: json.to_owned(),
            value: OnceLock::new(),
            #[cfg(feature = "ssr")]
            write: |_| Ok(String::new()),
        })))
    }
}
