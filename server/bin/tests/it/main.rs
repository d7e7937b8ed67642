//! The real binary: killed, restarted, asked over HTTP.

mod support;

mod crash;
mod handover;
mod route;
mod tenancy;
