//! The engines of Sapa: everything that happens behind the dashboard and the command line.
//!
//! Every feature is a folder with the same rooms: `mod.rs` holds the verbs that others may call, `store.rs` (private)
//! all its SQL, `engine.rs` its loop if it has one, and pure files are named for what they decide. Verbs take the
//! [`Server`] and a [`Scope`](scope::Scope); store functions take a transaction. Features call only to their left:
//! `tenant, identity → contact → media → number → outbox → session → inbox → campaign, chatbot → analytics, export, removal`;
//! what flows to the right flows as a committed row plus a nudge.

#[cfg(target_arch = "wasm32")]
compile_error!("`server` runs natively only; the browser gets `domain`");

pub mod analytics;
pub mod campaign;
pub mod chatbot;
pub mod clock;
pub mod config;
pub mod consent;
pub mod contact;
pub mod crash;
pub mod db;
pub mod engine;
pub mod engines;
pub mod error;
pub mod event;
pub mod export;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod identity;
pub mod inbox;
pub mod media;
pub mod number;
pub mod outbox;
pub mod removal;
pub mod sandbox;
pub mod scope;
pub mod secret;
mod server;
pub mod session;
pub(crate) mod spreadsheet;
pub mod tenant;
pub mod whatsapp;

pub use error::{Error, Result};
pub use scope::{Operator, Scope};
pub use server::{Nudges, Server};
