//! The tokens that a command was given: arguments, or lines of standard input.

use std::ffi::OsString;
use std::fmt::{self, Display as _};
use std::io::{self, BufRead, IsTerminal, Read};
use std::ops::ControlFlow;

use anyhow::Result;
use authctl::auth::token::MAX_TOKEN_BYTES;

use crate::context::cannot;
use crate::error::Failure;

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The only argument.
    Only,
    /// One of several arguments, counted from 1.
    Argument(usize),
    /// A line of standard input, counted from 1.
    Line(usize),
}

impl Place {
    /// What stands before all that is said of the token.
    pub(crate) fn label(self) -> impl fmt::Display {
        fmt::from_fn(move |f| {
            let (what, number) = match self {
                Self::Only => return Ok(()),
                Self::Argument(number) => ("token ", number),
                Self::Line(number) => ("line ", number),
            };
            f.write_str(what)?;
            number.fmt(f)?;
            f.write_str(": ")
        })
    }

    /// The line number, if it came from standard input.
    pub(crate) const fn line(self) -> Option<usize> {
        match self {
            Self::Line(number) => Some(number),
            Self::Only | Self::Argument(_) => None,
        }
    }
}

/// Longer lines are cut: no token is that long, whatever stands around it.
const MAX_LINE_BYTES: usize = MAX_TOKEN_BYTES + 4096;

/// Hands over each token, what may stand around it dropped, until `each` breaks.
///
/// # Errors
///
/// If there is no token at all, standard input is meant twice, is a terminal or cannot be read, or `each` fails.
pub(crate) fn for_each(
    arguments: &[OsString],
    mut each: impl FnMut(Place, &str) -> Result<ControlFlow<()>>,
) -> Result<()> {
    refuse_stdin_twice(arguments)?;
    if arguments.is_empty() {
        return for_each_line(&mut each);
    }
    let mut number = 0;
    for argument in arguments {
        if argument == "-" {
            for_each_line(&mut each)?;
            continue;
        }
        number += 1;
        let place = if arguments.len() == 1 { Place::Only } else { Place::Argument(number) };
        if each(place, bare(&argument.to_string_lossy()))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Refuses a second `-`: all that is on standard input goes to the first.
pub(super) fn refuse_stdin_twice(arguments: &[OsString]) -> Result<(), Failure> {
    if arguments.iter().filter(|argument| *argument == "-").count() > 1 {
        return Err(Failure::usage("`-` was given more than once, and standard input can be read only once"));
    }
    Ok(())
}

fn for_each_line(each: &mut impl FnMut(Place, &str) -> Result<ControlFlow<()>>) -> Result<()> {
    if io::stdin().is_terminal() {
        return Err(no_token("no token given, and standard input is a terminal").into());
    }
    let mut stdin = io::BufReader::with_capacity(64 * 1024, io::stdin().lock());
    let mut line = Vec::new();
    let mut any = false;
    for number in 1.. {
        line.clear();
        let length = read_line(&mut stdin, &mut line).map_err(cannot("read standard input"))?;
        if length == 0 {
            break;
        }
        let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line));
        let token = bare(&text);
        if token.is_empty() {
            continue;
        }
        any = true;
        if each(Place::Line(number), token)?.is_break() {
            return Ok(());
        }
    }
    if any { Ok(()) } else { Err(no_token("no token on standard input").into()) }
}

/// What is said where there is none.
pub(super) fn no_token(message: &str) -> Failure {
    Failure::unknown("no_token", message).hint("give it as an argument, or on standard input, one a line")
}

/// Reads a line; of one that is longer than [`MAX_LINE_BYTES`], what is too long for a token stays. Says how
/// long it was.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut length = input.by_ref().take(MAX_LINE_BYTES as u64).read_until(b'\n', line)?;
    if length < MAX_LINE_BYTES || line.last() == Some(&b'\n') {
        return Ok(length);
    }
    // What is kept must not pass for a token, or for a blank line.
    line.fill(b'x');
    loop {
        let rest = input.fill_buf()?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(rest.len(), |at| at + 1);
        input.consume(used);
        length += used;
        if end.is_some() || used == 0 {
            return Ok(length);
        }
    }
}

/// The token in `text`: spaces, tabs and CR around it are dropped, and `Bearer ` or
/// `Authorization: Bearer ` before it, in any case.
pub(crate) fn bare(text: &str) -> &str {
    let space = [' ', '\t', '\r'];
    let text = text.trim_matches(space);
    let after_name = strip(text, "authorization:").map_or(text, |rest| rest.trim_start_matches(space));
    match strip(after_name, "bearer") {
        Some(rest) if rest.starts_with(space) => rest.trim_start_matches(space),
        _ => text,
    }
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINE_BYTES, bare, read_line};

    #[test]
    fn what_stands_around_a_token_is_dropped() {
        for text in [
            "a.b.c",
            " \ta.b.c\t \r",
            "Bearer a.b.c",
            "bearer   a.b.c",
            "BEARER\ta.b.c",
            "Authorization: Bearer a.b.c",
            "authorization:bearer a.b.c\r",
        ] {
            assert_eq!(bare(text), "a.b.c", "{text:?}");
        }
        for text in
            ["Bearer", "Bearera.b.c", "Basic a.b.c", "Authorization: a.b.c", "\u{a0}a.b.c", "x Bearer a"]
        {
            assert_eq!(bare(text), text, "{text:?}");
        }
        assert_eq!(bare(" \t\r"), "");
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let long = " ".repeat(3 * MAX_LINE_BYTES) + "\nnext\n";
        let mut input = std::io::BufReader::with_capacity(1000, long.as_bytes());
        let mut line = Vec::new();
        assert_eq!(read_line(&mut input, &mut line).unwrap(), 3 * MAX_LINE_BYTES + 1);
        assert_eq!(line, vec![b'x'; MAX_LINE_BYTES]);
        line.clear();
        assert_eq!(read_line(&mut input, &mut line).unwrap(), 5);
        assert_eq!(line, b"next\n");
    }
}
