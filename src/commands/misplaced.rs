//! Arguments in the place of a token that are something else, and what to do about each.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};
use std::path::{Component, Path};

use authctl::auth::words::brief;

use crate::input::Joined;
use crate::output::shell;

/// What to do about lines that are one token together.
pub(super) const JOIN: &str = if cfg!(windows) {
    "a token is one line, and this looks like one that was broken into several: `(Get-Content FILE) -join ''` joins them"
} else {
    "a token is one line, and this looks like one that was broken into several: `tr -d '\\r\\n'` joins them"
};

/// What to do about an argument that is no token, if it can be told what it is.
pub(super) fn hint(argument: &OsStr) -> Option<String> {
    if Joined::of(&argument.to_string_lossy()).is_token() {
        return Some(JOIN.to_owned());
    }
    // A script passes on tokens of others: they are not to learn which files there are, or have a path of theirs opened.
    let path = Path::new(argument);
    let is_name = matches!(path.components().collect::<Vec<_>>()[..], [Component::Normal(_)]);
    if !is_name || !io::stderr().is_terminal() || !path.is_file() {
        return None;
    }
    let (name, word) = (path.to_string_lossy(), shell::path(path));
    Some(format!("`{}` is a file: give `< {word}` instead, if a token is in it", brief(&name)))
}
