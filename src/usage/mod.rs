//! Help, the version, and wrong usage, said as every other error is.

mod elsewhere;
pub(crate) mod help;
mod hint;
mod hyphen;
mod surplus;
mod values;
mod wrong;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use crate::cli::Cli;
use crate::console::{Printed, fail_early, print_help};
use crate::error::{Exit, Failure, cannot_print};
use hyphen::after_dashes;
use wrong::Wrong;
pub(crate) use wrong::no_such;

/// Prints the help that was asked for, or says what is wrong with the command line.
pub(crate) fn answer(error: &clap::Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayVersion => answer_help(&error.render().to_string()),
        ErrorKind::DisplayHelp => answer_help(&with_end(&error.render().to_string())),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !json_wanted() => {
            let _unheard = write!(io::stderr(), "{}", with_end(&error.render().to_string()));
            Exit::Unknown
        }
        ErrorKind::UnknownArgument if is_version(error) => answer_help(&Cli::command().render_version()),
        _ => fail_early(&failure(error), json_wanted()),
    }
}

/// The help of the command that was meant, with its end.
fn with_end(text: &str) -> String {
    let (names, command) = command_meant();
    let is_whole =
        std::env::args_os().skip(1).take_while(|argument| argument != "--").any(|arg| arg == "--help");
    if is_whole { help::whole(text, &names, &command) } else { help::summary(text, &names, &command) }
}

/// Whether the unknown argument is the option for the version, which is one of the program and not of each command.
fn is_version(error: &clap::Error) -> bool {
    matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(argument)) if
        ["-V", "--version"].contains(&argument.trim_matches('`')))
        && std::env::args_os()
            .skip(1)
            .take_while(|argument| argument != "--")
            .any(|argument| ["-V", "--version"].iter().any(|version| argument == *version))
}

/// Shows help or the version. Only the exit code tells a request for it from a value that reads `--help`.
fn answer_help(text: &str) -> Exit {
    let asked = Asked::by(std::env::args_os().skip(1));
    if asked == Asked::BesideOthers && json_wanted() {
        let _unheard = io::stderr().write_all(text.as_bytes());
    } else {
        match print_help(text) {
            Ok(Printed::Whole) => {}
            Ok(Printed::InPart) => return asked.exit(),
            Err(error) => return fail_early(&cannot_print(&error), false),
        }
    }
    if asked == Asked::BesideOthers {
        let (_, command) = command_meant();
        let failure =
            Failure::usage("help or version stands beside other arguments, so nothing else was done");
        let hint = after_dashes(&command).unwrap_or_else(|| format!("run `{}`", help_command()));
        fail_early(&failure.hint(hint), json_wanted());
    }
    asked.exit()
}

/// What stands beside the option for help or the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Names of commands, or nothing.
    Alone,
    /// The name of `check`, whose exit code 0 means that a token is good and nothing else.
    OfCheck,
    /// Other arguments. A script may have passed the option on as a token or a name.
    BesideOthers,
}

impl Asked {
    fn by(arguments: impl Iterator<Item = OsString>) -> Self {
        let mut command = Cli::command();
        command.build();
        let mut asked = Self::Alone;
        let mut options = 0;
        for argument in arguments {
            if ["--help", "-h", "--version", "-V"].iter().any(|option| argument == *option) {
                options += 1;
                continue;
            }
            let Some(inner) = argument.to_str().and_then(|name| command.find_subcommand(name)) else {
                return Self::BesideOthers;
            };
            if inner.get_name() == "check" {
                asked = Self::OfCheck;
            }
            command = inner.clone();
        }
        if options == 1 { asked } else { Self::BesideOthers }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Alone => Exit::Yes,
            Self::OfCheck | Self::BesideOthers => Exit::Unknown,
        }
    }
}

/// The command line could not be read, but this much can.
fn json_wanted() -> bool {
    std::env::args_os().skip(1).take_while(|arg| arg != "--").any(|arg| arg == "--json")
}

fn failure(error: &clap::Error) -> Failure {
    let wrong = Wrong::of(error);
    Failure::usage(wrong.message()).hint(wrong.hint())
}

/// The command line for a word that is no command of `command`, such as `authctl users`.
pub(crate) fn command_elsewhere(command: &str, word: &str) -> Option<&'static str> {
    elsewhere::command(command, word)
}

/// The names of the commands before `word`: `authctl users`.
fn commands_before(word: &str) -> String {
    names_and_command(std::env::args_os().skip(1).take_while(|argument| argument != word)).0
}

/// `authctl login --help`, for the command that was meant.
fn help_command() -> String {
    format!("{} --help", command_meant().0)
}

/// The command that was meant, and its names as they are typed: `authctl users add`.
fn command_meant() -> (String, Command) {
    names_and_command(std::env::args_os().skip(1))
}

fn names_and_command(arguments: impl Iterator<Item = OsString>) -> (String, Command) {
    let mut command = Cli::command();
    command.build();
    let mut names = command.get_name().to_owned();
    for argument in arguments.take_while(|argument| argument != "--") {
        if let Some(inner) = argument.to_str().and_then(|name| command.find_subcommand(name)) {
            names.extend([" ", inner.get_name()]);
            command = inner.clone();
        }
    }
    (names, command)
}
