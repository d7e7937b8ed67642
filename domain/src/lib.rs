//! The nouns of Sapa: ids, states, rules, and the messages the product says about them.
//!
//! Pure: no I/O, no clock, no randomness. Compiled for the server *and* for the browser, so a preview on the screen is
//! made by the code that sends. One file per feature, named as in every other layer.

pub mod analytics;
pub mod campaign;
pub mod chatbot;
pub mod consent;
pub mod contact;
pub mod error;
pub mod event;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod id;
pub mod identity;
pub mod inbox;
pub mod lang;
pub mod markup;
pub mod media;
pub mod message;
pub mod number;
pub mod page;
pub mod permission;
pub mod phone;
pub mod sandbox;
mod status;
pub mod template;
pub mod time;

pub use error::{Error, Field, FieldProblem};
pub use event::Event;
pub use id::*;
pub use lang::Lang;
pub use page::{Page, PageRequest};
pub use permission::{Permission, Role};
pub use phone::PhoneNumber;
pub use template::Template;
pub use time::Millis;
