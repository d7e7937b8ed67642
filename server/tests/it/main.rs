//! Stores and engines against both databases.

mod support;

mod analytics;
mod campaign;
mod contact;
mod db;
mod event;
mod identity;
mod keys;
