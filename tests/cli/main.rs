//! The program as a user runs it: the real binary, and whole transcripts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod attacks;
mod bench;
mod check;
mod completions;
mod decode;
mod doctor;
mod environment;
#[cfg(target_os = "linux")]
mod files;
mod hash_password;
mod hostile;
mod init;
mod key_peers;
mod keys;
mod login;
mod man;
mod peers;
mod rehash;
mod revoke;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod shells;
mod streams;
#[cfg(target_os = "linux")]
mod terminal;
mod usage;
mod users;
mod vectors;
