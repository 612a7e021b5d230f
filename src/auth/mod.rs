//! The rules: who a user is, what a token says, and whether it is good.
//!
//! Nothing in here knows a clock, a file, the environment or a terminal. Time is an argument.

pub mod audit;
pub mod change;
pub mod claims;
pub mod decoy;
pub mod issue;
pub mod json;
pub mod key;
pub mod login;
pub mod malformed;
pub mod numeric_date;
pub mod password;
pub mod refusal;
pub mod revoke;
pub mod scope;
pub mod time;
pub mod token;
pub mod user;
pub mod verify;
pub mod words;
pub mod wrapper;
