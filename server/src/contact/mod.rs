//! Contacts: the people a tenant knows, and the files they come from.

pub mod import;
pub mod phone;
