//! The sandbox, used by the unmodified client library and through its control API.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing fails")]

mod chat;
mod control;
mod disk;
mod fault;
mod group;
mod history;
mod host;
mod linking;
mod media;
mod message;
mod migration;
mod offline;
mod persona;
mod policy;
mod presence;
mod profile;
mod support;
