//! The answers that travel in a page, each under the number of its question.

use super::{Answer, Asking, Site};
use hydration_context::SerializedDataId;

/// The number of a question. Beyond the small numbers that Leptos gives out in a row, and a valid index of the array
/// that holds the answers in the page.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question(u32);

impl Question {
    fn id(self) -> SerializedDataId {
        SerializedDataId::new(self.0 as usize)
    }
}

/// Of the place where it is asked and the words for what it is about. FNV-1a: the same on every machine, which the hashes
/// of the standard library do not promise.
pub(super) fn question(site: Site, about: &str) -> Question {
    let place = format!("{site} {about}");
    let hash = place.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    Question(1 << 30 | hash >> 2)
}

pub(super) fn ready(answer: Answer) -> Asking {
    Box::pin(std::future::ready(answer))
}

/// The answer that came with the page, while the page wakes up.
#[cfg(feature = "hydrate")]
pub(super) fn find(question: Question) -> Option<Answer> {
    let page = leptos::reactive::owner::Owner::current_shared_context()?;
    page.read_data(&question.id()).map(Answer::from_page)
}

#[cfg(not(feature = "hydrate"))]
pub(super) fn find(_: Question) -> Option<Answer> {
    None
}

/// In the browser: each time.
#[cfg(not(feature = "ssr"))]
pub(super) fn ask_once(_: Question, _blocking: bool, ask: impl FnOnce() -> Asking) -> Asking {
    ask()
}

#[cfg(feature = "ssr")]
pub(super) use asked::ask_once;
#[cfg(feature = "ssr")]
pub use asked::provide_asked;

#[cfg(feature = "ssr")]
mod asked {
    use super::{Answer, Asking, Question};
    use futures::{FutureExt as _, future::Shared};
    use leptos::{
        prelude::{provide_context, use_context},
        reactive::owner::{Owner, WeakOwner},
    };
    use std::{
        collections::HashMap,
        future::{pending, poll_fn},
        sync::{Arc, Mutex, PoisonError},
        task::Poll,
    };

    /// What has been asked for the page that is being built.
    #[derive(Clone)]
    struct Asked {
        /// The owner of the request. Weak: it holds this.
        request: WeakOwner,
        answers: Arc<Mutex<HashMap<Question, Shared<Asking>>>>,
    }

    /// Remembers what the page of this request asks. Called by the router; where nobody has called it, for the list of
    /// routes, there is nobody to ask for.
    pub fn provide_asked() {
        let Some(owner) = Owner::current() else { return };
        provide_context(Asked { request: owner.downgrade(), answers: Arc::default() });
    }

    /// Asks if nobody has, and puts the answer into the page.
    pub(in crate::query) fn ask_once(question: Question, blocking: bool, ask: impl FnOnce() -> Asking) -> Asking {
        let Some(asked) = use_context::<Asked>() else { return Box::pin(pending()) };
        let mut answers = asked.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.entry(question).or_insert_with(|| {
            let answer = for_request(asked.request.clone(), ask()).shared();
            put(question, blocking, &answer);
            answer
        });
        Box::pin(answer.clone())
    }

    fn put(question: Question, blocking: bool, answer: &Shared<Asking>) {
        let Some(page) = Owner::current_shared_context() else { return };
        if blocking {
            page.defer_stream(Box::pin(answer.clone().map(drop)));
        }
        if page.get_is_hydrating() {
            page.write_async(question.id(), Box::pin(answer.clone().map(|answer: Answer| answer.to_page())));
        }
    }

    /// Under the owner of the request, not of the part of the page that happened to ask first and may be gone. When the
    /// request itself is gone, because the browser left, nobody reads the answer: what it has of the database is let go.
    fn for_request(request: WeakOwner, mut asking: Asking) -> Asking {
        Box::pin(poll_fn(move |cx| match request.upgrade() {
            Some(owner) => owner.with(|| asking.as_mut().poll(cx)),
            None => Poll::Ready(Answer::none()),
        }))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn waiting(held: &Arc<()>) -> impl FnOnce() -> Asking + use<> {
            let held = held.clone();
            move || {
                Box::pin(async move {
                    let _held = held;
                    pending().await
                })
            }
        }

        #[test]
        fn a_question_ends_with_the_request_that_asked_it() {
            let (request, held) = (Owner::new(), Arc::new(()));
            let mut answer = request.with(|| {
                provide_asked();
                ask_once(Question(1), false, waiting(&held))
            });
            assert!((&mut answer).now_or_never().is_none());
            drop(request);
            assert!((&mut answer).now_or_never().is_some_and(|answer| answer.to_page().is_empty()));
            assert_eq!(Arc::strong_count(&held), 1, "what it held is let go");
        }

        #[test]
        fn a_question_is_asked_once_for_a_page() {
            let (request, held) = (Owner::new(), Arc::new(()));
            let _answers = request.with(|| {
                provide_asked();
                [1, 1, 2].map(|question| ask_once(Question(question), false, waiting(&held)))
            });
            assert_eq!(Arc::strong_count(&held), 3, "two questions and the test");
        }

        #[test]
        fn without_a_request_nobody_is_asked() {
            let held = Arc::new(());
            let mut answer = Owner::new().with(|| ask_once(Question(1), false, waiting(&held)));
            assert!((&mut answer).now_or_never().is_none());
            assert_eq!(Arc::strong_count(&held), 1);
        }
    }
}
