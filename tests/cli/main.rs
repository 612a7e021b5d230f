//! The program as a user runs it: the real binary, and whole transcripts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;
mod completions;
#[cfg(target_os = "linux")]
mod files;
mod hash_password;
mod init;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod terminal;
mod users;
