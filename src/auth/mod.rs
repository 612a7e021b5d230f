//! The rules: who a user is, what a token says, and whether it is good.
//!
//! Nothing in here knows a clock, a file, the environment or a terminal. Time is an argument.

pub mod audit;
pub mod change;
pub mod claim_path;
pub mod claims;
pub mod decoy;
pub mod facts;
pub mod import;
pub mod issue;
pub mod key;
pub mod login;
pub mod narrow;
pub mod password;
pub mod refusal;
pub mod revoke;
pub mod scope;
pub mod time;
pub mod user;
pub mod verify;

pub mod judge;
mod malformed;
mod reason;

// For the program `authctl` and the tests alone: these modules may change in any version.
#[doc(hidden)]
pub mod json;
#[doc(hidden)]
pub mod numeric_date;
#[doc(hidden)]
pub mod token;
#[doc(hidden)]
pub mod words;
#[doc(hidden)]
pub mod wrapper;
