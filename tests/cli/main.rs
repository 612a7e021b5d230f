//! The program as a user runs it: the real binary, and whole transcripts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

use support::vectors;

mod arguments;
mod attacks;
mod bench;
mod check;
mod completions;
#[cfg(target_os = "linux")]
mod core_dump;
#[cfg_attr(not(unix), path = "no_database.rs")]
mod database;
mod decode;
mod doctor;
mod environment;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod generated;
mod hash_password;
mod hash_peers;
mod help;
mod hostile;
mod init;
mod input;
#[cfg(target_os = "linux")]
mod interrupts;
mod issue;
mod issuers;
mod key_forms;
mod key_peers;
mod key_sets;
mod keys;
mod login;
mod man;
#[cfg(target_os = "linux")]
mod memory;
mod misplaced;
mod narrow;
mod peers;
#[cfg(target_os = "linux")]
mod permissions;
#[cfg(unix)]
#[path = "../postgres/proxy.rs"]
mod proxy;
mod rehash;
mod retire;
mod revoke;
mod scope_claim;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(unix)]
#[path = "../postgres/server.rs"]
mod server;
mod set_peers;
#[cfg(unix)]
mod shared;
#[cfg(target_os = "linux")]
mod shells;
#[cfg(unix)]
mod store_text;
mod streams;
#[cfg(target_os = "linux")]
mod tables;
#[cfg(target_os = "linux")]
mod terminal;
#[cfg(target_os = "linux")]
mod typing;
mod usage;
mod users;
#[cfg(target_os = "linux")]
mod watching;
mod windows;
