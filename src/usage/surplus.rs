//! An argument too many.

use std::path::Path;

use authctl::auth::words::brief;
use clap::Command;

use crate::files::no_path::HIDDEN;

/// Says that `argument` is one too many for `command`. It may be a password, unless it names a file.
pub(super) fn message(argument: &str, command: &Command) -> String {
    let is_file = !takes_password(command) && Path::new(argument).is_file();
    let shown = if is_file { format!("`{}`", brief(argument)) } else { format!("it {HIDDEN}") };
    format!("there is an argument too many: {shown}")
}

/// What to do about it.
pub(super) fn hint(command: &Command) -> Option<String> {
    if !takes_password(command) {
        return takes_token(command).then(|| "one token is taken at a time".to_owned());
    }
    let hints = [
        has(command, "user").then_some("a user is named with `--user`"),
        has(command, "scope").then_some("scopes go in `--scope`: `--scope me,items`"),
        Some(
            "a password is no argument: it is asked for, or read from standard input with `--password-stdin`",
        ),
    ];
    Some(hints.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

fn takes_password(command: &Command) -> bool {
    has(command, "password-stdin")
}

fn has(command: &Command, option: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(option))
}

fn takes_token(command: &Command) -> bool {
    let is_token = |argument: &clap::Arg| argument.get_value_names().is_some_and(|names| names == ["TOKEN"]);
    command.get_positionals().any(is_token)
}
