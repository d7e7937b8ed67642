//! Sessions, over the real protocol to a sandbox network in this process.

mod link;
