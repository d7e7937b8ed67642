//! What the server said to one question.

use crate::error::ApiError;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    sync::{Arc, OnceLock},
};

/// A `Result<T, ApiError>`, or its JSON from the page until somebody reads it.
#[derive(Clone)]
pub(crate) struct Answer(Arc<Said>);

struct Said {
    json: String,
    value: OnceLock<Box<dyn Any + Send + Sync>>,
    #[cfg(feature = "ssr")]
    write: fn(&dyn Any) -> serde_json::Result<String>,
}

impl Answer {
    pub(super) fn given<T: Serialize + Send + Sync + 'static>(answer: Result<T, ApiError>) -> Self {
        Self(Arc::new(Said {
            json: String::new(),
            value: OnceLock::from(Box::new(answer) as Box<dyn Any + Send + Sync>),
            #[cfg(feature = "ssr")]
            write: |answer| serde_json::to_string(&answer.downcast_ref::<Result<T, ApiError>>()),
        }))
    }

    /// As it stands in the page.
    #[cfg(feature = "hydrate")]
    pub(super) fn from_page(json: String) -> Self {
        Self(Arc::new(Said { json, value: OnceLock::new() }))
    }

    /// Of a question that nobody waits for any more.
    #[cfg(feature = "ssr")]
    pub(super) fn none() -> Self {
        Self(Arc::new(Said { json: String::new(), value: OnceLock::new(), write: |_| Ok(String::new()) }))
    }

    /// What stands in the page, so that [`from_page`](Self::from_page) gives the same.
    #[cfg(feature = "ssr")]
    pub(super) fn to_page(&self) -> String {
        let written = self.0.value.get().map(|value| (self.0.write)(&**value));
        written.map_or_else(String::new, |json| json.expect("what a server function returns is written as JSON"))
    }

    /// The answer, if `T` is what was asked for.
    pub(crate) fn read<T: Clone + DeserializeOwned + Send + Sync + 'static>(&self) -> Result<T, ApiError> {
        // From bytes, not from text: server functions read bytes, and the decoder of each type is there once.
        let parse = || serde_json::from_slice(self.0.json.as_bytes()).unwrap_or(Err::<T, _>(ApiError::Transport));
        let value = self.0.value.get_or_init(|| Box::new(parse()));
        value.downcast_ref::<Result<T, ApiError>>().cloned().unwrap_or(Err(ApiError::Transport))
    }
}
