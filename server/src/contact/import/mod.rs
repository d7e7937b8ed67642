//! Importing contact files of any shape: encoding, delimiter and columns are recognised, every refused row has a reason.

mod cell;
mod column;
mod file;
mod plan;
mod table;
mod text;

pub use file::{ContactFile, NotAContactFile, Record};
pub use plan::{Newcomer, Plan};
