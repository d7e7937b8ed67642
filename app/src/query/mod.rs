//! A question of a page to the server, and the latest answer.
//!
//! ```text
//! let contacts = Query::new(move || (search.get(), page.get()), |(search, page)| api::list_contacts(search, page));
//! ```
//!
//! What the server answers while it draws a page travels in the page, and the browser does not ask again. An answer is
//! found there by its question: where in the code it is asked, and about what. Its place among the answers, by which
//! Leptos' resources find theirs, does not say: the server builds a page more than once, in an order that depends on
//! which answer came first. However often it builds a page, it asks each question once.
//!
//! All queries share one type underneath: futures, decoders and suspense for each type of answer would be code that the
//! browser loads once more for every question.

mod answer;
mod page;

pub(crate) use answer::Answer;
#[cfg(feature = "ssr")]
pub use page::provide_asked;

use crate::error::ApiError;
use leptos::{prelude::*, reactive::computed::ScopedFuture};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    fmt::Debug,
    marker::PhantomData,
    panic::Location,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
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
    #[track_caller]
    pub fn new<S, Fut>(
        source: impl Fn() -> S + Send + Sync + 'static,
        ask: impl Fn(S) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        S: PartialEq + Clone + Debug + Send + Sync + 'static,
        Fut: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        Self::with(Location::caller(), source, ask, false)
    }

    /// Like [`new`](Self::new), and nothing of the page is sent before the answer is there.
    #[track_caller]
    pub fn blocking<S, Fut>(
        source: impl Fn() -> S + Send + Sync + 'static,
        ask: impl Fn(S) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        S: PartialEq + Clone + Debug + Send + Sync + 'static,
        Fut: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        Self::with(Location::caller(), source, ask, true)
    }

    fn with<S, Fut>(
        site: Site,
        source: impl Fn() -> S + Send + Sync + 'static,
        ask: impl Fn(S) -> Fut + Send + Sync + 'static,
        blocking: bool,
    ) -> Self
    where
        S: PartialEq + Clone + Debug + Send + Sync + 'static,
        Fut: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let source = move || Source { value: Arc::new(source()), same: same::<S>, words: words::<S> };
        let ask = move |about: Source| {
            let about = about.value.downcast_ref::<S>().expect("the source of this query").clone();
            let answer = ask(about);
            Box::pin(async move { Answer::given(answer.await) }) as Asking
        };
        Self { answers: Answers::new(site, Box::new(source), Box::new(ask), blocking), of: PhantomData }
    }

    /// The latest answer; none before the first.
    pub fn get(self) -> Option<Result<T, ApiError>> {
        self.answers.get().map(|answer| answer.read())
    }

    /// The latest answer, for handlers, which follow nothing.
    pub fn get_untracked(self) -> Option<Result<T, ApiError>> {
        self.answers.latest.get_untracked().map(|answer| answer.read())
    }

    /// Waits for the answer.
    pub async fn answer(self) -> Result<T, ApiError> {
        self.answers.answer().await.read()
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

/// A query without the types of its source and its answer.
#[derive(Clone, Copy)]
pub(crate) struct Answers {
    latest: AsyncDerived<Answer>,
    again: RwSignal<()>,
}

impl Answers {
    fn new(
        site: Site,
        source: Box<dyn Fn() -> Source + Send + Sync>,
        ask: Box<dyn Fn(Source) -> Asking + Send + Sync>,
        blocking: bool,
    ) -> Self {
        let (source, again) = (Memo::new(move |_| source()), RwSignal::new(()));
        let question = move |about: &Source| page::question(site, &about.words());
        let in_page = Mutex::new(page::find(source.with_untracked(question)));
        let latest = AsyncDerived::new(move || {
            again.track();
            let about = source.get();
            // Taken once: what is asked again is asked of the server.
            let in_page = in_page.lock().unwrap_or_else(PoisonError::into_inner).take();
            let asking = || page::ask_once(question(&about), blocking, || untrack(|| ask(about.clone())));
            let answer = in_page.map_or_else(asking, page::ready);
            ScopedFuture::new_untracked(answer)
        });
        Self { latest, again }
    }

    /// The latest answer; none before the first.
    pub(crate) fn get(self) -> Option<Answer> {
        self.latest.get()
    }

    /// Waits for the answer.
    pub(crate) async fn answer(self) -> Answer {
        self.latest.await
    }

    /// Asks again.
    pub(crate) fn refetch(self) {
        self.again.set(());
    }
}

/// What follows from an answer and from what followed before: changes only when it is another.
///
/// On the server it is worked out each time it is read, from nothing before. A memo that looks while the answer comes on
/// another thread would keep what it saw, and the page would stay empty.
pub(crate) fn follow<V>(from: impl Fn(Option<&V>) -> V + Send + Sync + 'static) -> Signal<V>
where
    V: PartialEq + Send + Sync + 'static,
{
    #[cfg(feature = "ssr")]
    let followed = Signal::derive(move || from(None));
    #[cfg(not(feature = "ssr"))]
    let followed = Memo::new(from).into();
    followed
}

/// Where in the code a question is asked: the same on the server and in the browser, which are built from one source.
type Site = &'static Location<'static>;

type Asking = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What a query is about, compared with what it was about before.
#[derive(Clone)]
struct Source {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&dyn Any, &dyn Any) -> bool,
    words: fn(&dyn Any) -> String,
}

impl Source {
    fn words(&self) -> String {
        (self.words)(&*self.value)
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(&*self.value, &*other.value)
    }
}

fn same<S: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
    one.downcast_ref::<S>().zip(other.downcast_ref::<S>()).is_some_and(|(one, other)| one == other)
}

fn words<S: Debug + 'static>(source: &dyn Any) -> String {
    format!("{:?}", source.downcast_ref::<S>())
}
