//! The help of a command: a summary that fits a terminal, or all there is.

use clap::{Command, CommandFactory};

use crate::cli::{Cli, EXIT_CODES};
use crate::console::text_width;
use crate::output::wrap::wrapped;

/// The command line, whose help is as wide as the terminal.
pub(crate) fn cli() -> Command {
    Cli::command().term_width(text_width())
}

/// A summary with its end. That of the program names no options: it has more commands than a terminal has lines.
pub(super) fn summary(text: &str, names: &str, command: &Command) -> String {
    let text = with_examples(text.trim_end(), command);
    let end = match names {
        "authctl" => "More: `authctl --help`, `authctl COMMAND --help`, `authctl help exit-codes`",
        _ => "Also: --users-file, --key-file, --json, --color; `--help` says more",
    };
    format!("{text}\n\n{}", wrapped(end, text_width()))
}

/// All that `--help` says of the `command` with these names.
pub(crate) fn whole(text: &str, names: &str, command: &Command) -> String {
    let text = with_examples(text.trim_end(), command);
    let end = match names {
        "authctl" | "authctl check" => wrapped(EXIT_CODES, text_width()),
        _ => "Exit codes: `authctl help exit-codes`\n".to_owned(),
    };
    format!("{text}\n\n{end}")
}

/// The help with its examples, which come first, as they are written: a line that is wrapped cannot be pasted.
fn with_examples(text: &str, command: &Command) -> String {
    match (command.get_before_help(), text.split_once("\n\n")) {
        (Some(examples), Some((_, rest))) => format!("{examples}\n\n{rest}"),
        _ => text.to_owned(),
    }
}
