//! The real binary: killed, restarted, asked over HTTP.

mod support;

mod crash;
mod doctor;
mod handover;
mod inbound;
mod media;
mod removal;
mod route;
mod schedule;
mod tenancy;
mod user;
