//! The program as a user runs it: the real binary, and whole transcripts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod attacks;
mod bench;
mod check;
mod decode;
mod environment;
mod hostile;
mod login;
mod streams;
mod usage;
mod vectors;
