//! Users in PostgreSQL: reads, edits, faults, rights, standbys, poolers and TLS, on servers of the tests' own.
//!
//! Where PostgreSQL is not installed, each test says `skipped` and passes; with `AUTHCTL_PEERS=1` it fails.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod edits;
mod faults;
mod policies;
mod pooler;
mod proxy;
mod reads;
mod rights;
mod server;
mod snapshot;
mod standby;
#[path = "../support/mod.rs"]
mod support;
mod tls;

use authctl::auth::import::Import;
use authctl::auth::password::PasswordHash;
use authctl::auth::user::User;
use server::{POLICY, Store};

const HASH: &str =
    "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";

/// An enabled user with the scope `me`, whose password is `secret`.
fn new_user(name: &str) -> User {
    User {
        name: name.parse().unwrap(),
        full_name: None,
        email: None,
        hash: Some(PasswordHash::parse(HASH)),
        disabled: false,
        scopes: "me".parse().unwrap(),
        tokens_valid_from: None,
        generation: 0,
    }
}

/// Adds users as they are.
fn put(store: &Store, users: &[User]) {
    store.database().import(&Import { users: users.to_vec(), ..Import::default() }).unwrap();
}
