//! Signing in and up.

pub mod api;
