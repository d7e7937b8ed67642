//! The program `sapa`: the web server, and the command line for operators.

pub mod campaign;
pub mod cli;
pub mod demo;
pub mod doctor;
mod export;
mod media;
mod middleware;
pub mod router;
pub mod run_file;
pub mod serve;
pub mod settings;
mod sse;
mod typed;
pub mod user;
