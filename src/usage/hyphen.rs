//! Values that begin with `-`, and where each goes.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// Whether `argument`, which is none of the command's, was given where an option can be.
pub(super) fn is_option(argument: &str) -> bool {
    let after_dashes =
        || std::env::args_os().skip_while(|other| other != "--").skip(1).any(|other| other == argument);
    argument.starts_with('-') && !after_dashes()
}

/// How `command` is given a token, a name or a list that begins with `-`, if it takes one of them.
pub(super) fn after_dashes(command: &Command) -> Option<String> {
    let nouns: Vec<&str> = command.get_positionals().filter_map(noun).collect();
    let elsewhere = if nouns.contains(&"token") { ", or on standard input" } else { "" };
    (!nouns.is_empty())
        .then(|| format!("a {} that begins with `-` goes after `--`{elsewhere}", nouns.join(" or ")))
}

/// The noun of a value that scripts pass on from elsewhere.
fn noun(argument: &clap::Arg) -> Option<&'static str> {
    match argument.get_value_names()?.first()?.as_str() {
        "TOKEN" => Some("token"),
        "NAME" | "USERNAME" => Some("name"),
        "LIST" => Some("scope list"),
        _ => None,
    }
}

/// How an option of `command` is given a value that begins with `-`, if that is what `is_it` finds among all pairs
/// of an option that takes a value and the argument after it.
pub(super) fn after_equals(command: &Command, is_it: impl Fn(&str, &OsStr) -> bool) -> Option<String> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let option = arguments.windows(2).find_map(|pair| {
        let option = option_with_value(command, pair[0].to_str()?)?;
        is_it(&option, &pair[1]).then_some(option)
    })?;
    Some(format!("a value that begins with `-` goes after `=`: `{option}=VALUE`"))
}

/// The long name of the option that `argument` is, or ends with as `-qr` does, if it takes a value.
fn option_with_value(command: &Command, argument: &str) -> Option<String> {
    let is_it = |option: &&clap::Arg| match argument.strip_prefix("--") {
        Some(long) => option.get_long() == Some(long),
        None => {
            option.get_short().is_some_and(|short| argument.starts_with('-') && argument.ends_with(short))
        }
    };
    let option = command.get_arguments().filter(|option| option.get_action().takes_values()).find(is_it)?;
    option.get_long().map(|long| format!("--{long}"))
}
