//! The program as a user runs it: the real binary, and whole transcripts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod attacks;
mod bench;
mod check;
mod completions;
mod decode;
mod environment;
mod hostile;
mod login;
#[cfg(target_os = "linux")]
mod screen;
mod streams;
#[cfg(target_os = "linux")]
mod terminal;
mod usage;
mod vectors;
