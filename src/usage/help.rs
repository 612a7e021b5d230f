//! The help of a command: a summary that fits a terminal, or all there is.

use clap::{Command, CommandFactory};

use crate::cli::{Cli, EXIT_CODES};
use crate::console::text_width;
use crate::output::wrap::wrapped;

/// The command line, whose help is as wide as the terminal.
pub(crate) fn cli() -> Command {
    Cli::command().term_width(text_width())
}

/// The end of a summary. That of the program names no options: it has more commands than a terminal has lines.
pub(super) fn summary(text: &str, names: &str) -> String {
    let text = text.trim_end();
    if names == "authctl" {
        return format!(
            "{text}\n\nMore: `authctl --help`, `authctl COMMAND --help`, `authctl help exit-codes`\n"
        );
    }
    format!("{text}\n\nAlso: --users-file, --key-file, --json, --color; `--help` says more\n")
}

/// All that `--help` says of the command with these names.
pub(crate) fn whole(text: &str, names: &str) -> String {
    let text = text.trim_end();
    let end = match names {
        "authctl" | "authctl check" => wrapped(EXIT_CODES, text_width()),
        _ => "Exit codes: `authctl help exit-codes`\n".to_owned(),
    };
    format!("{text}\n\n{end}")
}
