//! The terminal: prompts, with or without echo. They take a line exactly as it was typed, or fail.

#[cfg_attr(not(unix), allow(dead_code, reason = "the console edits a line itself"))]
mod line;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

use std::io;

use thiserror::Error;
use zeroize::Zeroizing;

#[cfg(unix)]
pub(crate) use signals::prepare;
#[cfg(unix)]
use unix as system;
#[cfg(not(unix))]
use windows as system;
#[cfg(not(unix))]
pub(crate) use windows::prepare;

/// Why a prompt has no answer.
#[derive(Debug, Error)]
#[cfg_attr(not(unix), allow(dead_code, reason = "a console does not cut lines"))]
pub(crate) enum Unanswered {
    /// The process belongs to no terminal.
    #[error("there is no terminal")]
    NoTerminal,
    /// Ctrl-D, or the terminal is gone.
    #[error("the input ended before the end of the line")]
    EndOfInput,
    /// C0, DEL or C1: a terminal may drop one or send more after it, as it does for an arrow key.
    #[error("a control character was typed, such as Tab or an arrow key sends")]
    ControlCharacter,
    #[error("the input is not UTF-8")]
    NotUtf8,
    #[error("more than {} bytes were typed, and terminals cut longer lines", line::MAX_BYTES)]
    TooLong,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Asks for a password without echo.
///
/// A signal that ends the process does so with the terminal's echo restored. Ctrl-Z suspends likewise; the prompt is
/// shown again on resume, and earlier keys do not count.
pub(crate) fn read_password(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    system::ask_silently(prompt)
}

/// Asks for a line that is shown while it is typed.
pub(crate) fn read_line(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    system::ask(prompt)
}
