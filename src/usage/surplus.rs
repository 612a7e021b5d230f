//! An argument too many.

use authctl::auth::words::brief;
use clap::Command;

/// Says that `argument` is one too many for `command`. It is shown only where it can be no secret.
pub(super) fn message(argument: &str, command: &Command) -> String {
    let shown = if may_be_secret(argument, command) {
        "it is not shown because it may be a secret".to_owned()
    } else {
        format!("`{}`", brief(argument))
    };
    format!("there is an argument too many: {shown}")
}

/// What to do about it.
pub(super) fn hint(command: &Command) -> Option<&'static str> {
    if takes_password(command) {
        return Some(
            "a password is no argument: it is asked for, or read from standard input with `--password-stdin`",
        );
    }
    takes_token(command).then_some("one token is taken at a time")
}

/// Keys have at least 32 characters, and tokens have more. A URL may have a password in it.
fn may_be_secret(argument: &str, command: &Command) -> bool {
    let is_like_secret = argument.chars().count() >= 32 || argument.contains("://");
    // Others of their kind take a password.
    let is_like_login = ["issue", "set"].contains(&command.get_name());
    is_like_secret || is_like_login || takes_password(command) || takes_token(command)
}

fn takes_password(command: &Command) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some("password-stdin"))
}

fn takes_token(command: &Command) -> bool {
    let is_token = |argument: &clap::Arg| argument.get_value_names().is_some_and(|names| names == ["TOKEN"]);
    command.get_positionals().any(is_token)
}
