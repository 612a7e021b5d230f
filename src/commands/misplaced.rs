//! Arguments in the place of a token that are something else, and what to do about each.

use std::ffi::OsStr;
use std::path::Path;

use authctl::auth::words::brief;

use crate::input::Joined;
use crate::output::shell;

/// What to do about lines that are one token together.
pub(super) const JOIN: &str = if cfg!(windows) {
    "a token is one line, and this looks like one that was broken into several: `(Get-Content FILE) -join ''` joins them"
} else {
    "a token is one line, and this looks like one that was broken into several: `tr -d '\\r\\n'` joins them"
};

/// What to do about an argument of `command` that is no token, if it can be told what it is.
pub(super) fn hint(command: &str, argument: &OsStr) -> Option<String> {
    if Joined::of(&argument.to_string_lossy()).is_token() {
        return Some(JOIN.to_owned());
    }
    let path = Path::new(argument);
    path.metadata().ok().filter(|found| !found.is_dir())?;
    let (name, word) = (path.to_string_lossy(), shell::path(path));
    Some(format!("`{}` is a file: a token in it is read by `authctl {command} < {word}`", brief(&name)))
}
