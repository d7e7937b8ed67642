//! Stores and engines against both databases.

mod support;
mod world;

mod analytics;
mod campaign;
mod chatbot;
mod consent;
mod contact;
mod db;
mod event;
mod export;
mod history;
mod identity;
mod inbox;
mod keys;
mod media;
mod people;
mod removal;
mod sandbox;
mod schedule;
mod session;
mod simulation;
