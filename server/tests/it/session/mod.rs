//! Sessions, over the real protocol to a sandbox network in this process.

mod budget;
mod change;
mod files;
mod groups;
mod health;
mod history;
mod isolation;
mod limits;
mod link;
mod manner;
mod pictures;
mod profile;
mod trouble;
