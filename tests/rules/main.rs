//! The rules of the library, in memory: tokens signed by hand, and a clock that is moved by hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod bench;
mod change;
mod claims;
mod hashes;
mod header;
mod issue;
mod key_bounds;
mod key_sets;
mod keys;
mod login;
mod narrow;
mod parties;
mod passwords;
mod revoke;
mod scope_claims;
mod scopes;
mod shape;
#[cfg(feature = "strength")]
mod strength;
mod time;
mod users;
mod verdict;
