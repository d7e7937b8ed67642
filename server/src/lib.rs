//! server

pub mod contact;
