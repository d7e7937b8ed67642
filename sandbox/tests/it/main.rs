//! The sandbox, used by the unmodified client library and through its control API.

mod chat;
mod control;
mod disk;
mod fault;
mod linking;
mod support;
