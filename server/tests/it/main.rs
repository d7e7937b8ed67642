//! Stores and engines against both databases.

mod support;

mod db;
mod event;
mod identity;
mod keys;
