//! Scoped tokens.

pub mod auth;
pub mod store;
