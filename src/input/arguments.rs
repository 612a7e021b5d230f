//! Tokens on the command line.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

use authctl::Malformed;
use authctl::auth::wrapper::{MAX_WRAPPER_BYTES, Wrapper, WrapperFault};

use super::text::{BLANKS, bare_of, token_in};
use super::{Place, Tokens};

/// Tokens that stand next to each other on the command line.
pub(crate) struct Arguments<'a> {
    arguments: &'a [OsString],
    /// The number of the first of them; `None` if it is the only one.
    first: Option<usize>,
}

impl<'a> Arguments<'a> {
    pub(super) const fn new(arguments: &'a [OsString], first: Option<usize>) -> Self {
        Self { arguments, first }
    }
}

impl Tokens for Arguments<'_> {
    fn at_most(&self) -> usize {
        self.arguments.len()
    }

    fn for_each(&self, mut take: impl FnMut(Place, Result<&str, Malformed>)) {
        for (index, argument) in self.arguments.iter().enumerate() {
            let place = self.first.map_or(Place::Only, |first| Place::Argument(first + index));
            let text = argument.to_string_lossy();
            take(place, token_of(without_mark(&text)).as_deref().map_err(Clone::clone));
        }
    }
}

/// Whether the argument has only white space.
pub(super) fn is_blank(argument: &OsStr) -> bool {
    without_mark(&argument.to_string_lossy()).chars().all(is_json_space)
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn is_json_space(c: char) -> bool {
    c == '\n' || BLANKS.contains(&c)
}

/// The token in an argument, which may be JSON on several lines.
fn token_of(text: &str) -> Result<Cow<'_, str>, Malformed> {
    let json = text.trim_matches(is_json_space);
    if json.starts_with('"') {
        return Ok(token_in(Cow::Borrowed(json)));
    } else if !json.starts_with('{') {
        return Ok(token_in(Cow::Borrowed(text)));
    }
    if json.len() > MAX_WRAPPER_BYTES {
        return Err(WrapperFault::TooLong.into());
    }
    match Wrapper::read(json) {
        Wrapper::Whole { end, .. } if end < json.len() => Err(WrapperFault::Trailing.into()),
        Wrapper::Whole { token, .. } => Ok(bare_of(token?)),
        Wrapper::Open => Err(WrapperFault::Unfinished.into()),
        Wrapper::Broken(fault) => Err(WrapperFault::from(fault).into()),
    }
}
