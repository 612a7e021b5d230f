//! The rules: who a user is, what a token says, and whether it is good.
//!
//! Nothing in here knows a clock, a file, the environment or a terminal. Time is an argument.

pub mod key;
pub mod password;
pub mod scope;
pub mod time;
pub mod user;
