//! Help, the version, and wrong usage, said as every other error is.

mod elsewhere;
pub(crate) mod help;
mod hyphen;
mod surplus;
mod values;

use std::ffi::OsString;
use std::io::{self, Write};
use std::num::ParseIntError;

use authctl::auth::words::brief;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use crate::cli::Cli;
use crate::console::{Printed, fail_early, print_help};
use crate::error::{Exit, Failure, cannot_print};
use hyphen::{after_dashes, after_equals, is_option};

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
    let text = |kind| text_of(error, kind);
    let argument = text(ContextKind::InvalidArg).map(|arg| arg.trim_matches('`').to_owned());
    let argument = argument.as_deref();
    let value = text(ContextKind::InvalidValue);
    let (names, command) = command_meant();
    let message = message(error, argument, value.as_deref(), &command);
    let valid = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => alternatives(values).map(|valid| format!("it can be {valid}")),
        _ => None,
    };
    let word = text(ContextKind::InvalidSubcommand);
    let elsewhere = match (&word, error.get(ContextKind::ValidValue)) {
        (Some(word), _) => elsewhere::command(&commands_before(word), word).map(|meant| format!("`{meant}`")),
        // The nearest value to `hs256` is `ES256`.
        (_, Some(ContextValue::Strings(values))) => {
            let is_it = |valid: &&String| value.as_ref().is_some_and(|value| values::is_same(value, valid));
            values.iter().find(is_it).map(|valid| format!("`{valid}`"))
        }
        _ if error.kind() == ErrorKind::UnknownArgument => {
            let option = argument.and_then(|argument| argument.split('=').next()).unwrap_or_default();
            elsewhere::option(&names, option).map(|meant| format!("`{meant}`"))
        }
        _ => values::meant(argument.unwrap_or_default(), value.as_deref().unwrap_or_default())
            .map(|meant| format!("`{meant}`")),
    };
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let suggested = || {
        let meant = meant.iter().find_map(|kind| text(*kind))?;
        Some(if meant.starts_with('`') { meant } else { format!("`{meant}`") })
    };
    let is_elsewhere = elsewhere.is_some();
    let meant = elsewhere.or_else(suggested).map(|meant| format!("did you mean {meant}?"));
    let name = argument.unwrap_or_default();
    let hyphen = match error.kind() {
        _ if is_elsewhere => None,
        ErrorKind::UnknownArgument if is_option(name) => {
            after_equals(&command, |_, value| value.as_encoded_bytes().starts_with(name.as_bytes()))
                .or_else(|| after_dashes(&command))
        }
        ErrorKind::InvalidValue if value.as_deref().is_none_or(str::is_empty) => {
            after_equals(&command, |option, value| {
                name.split(' ').next() == Some(option) && value.as_encoded_bytes().starts_with(b"-")
            })
        }
        _ => None,
    };
    let other = match error.kind() {
        ErrorKind::UnknownArgument if !is_option(name) => surplus::hint(&command),
        ErrorKind::ValueValidation | ErrorKind::MissingRequiredArgument => {
            values::hint(name, value.as_deref().unwrap_or_default())
        }
        _ => None,
    };
    let hint = match (meant.or(valid), hyphen.or(other.map(str::to_owned))) {
        (Some(meant), Some(hyphen)) => format!("{meant} {hyphen}"),
        (one, other) => one.or(other).unwrap_or_else(|| format!("run `{}`", help_command())),
    };
    Failure::usage(message).hint(hint)
}

/// Says what is wrong, with the argument that it is about and its value.
fn message(error: &clap::Error, argument: Option<&str>, value: Option<&str>, command: &Command) -> String {
    match error.kind() {
        ErrorKind::UnknownArgument if is_option(argument.unwrap_or_default()) => {
            let name = argument.and_then(|argument| argument.split('=').next()).unwrap_or_default();
            format!("there is no option `{}` here", brief(name))
        }
        ErrorKind::UnknownArgument => surplus::message(argument.unwrap_or_default(), command),
        ErrorKind::InvalidSubcommand => {
            format!(
                "there is no command `{}`",
                brief(&text_of(error, ContextKind::InvalidSubcommand).unwrap_or_default())
            )
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a command is missing".to_owned()
        }
        ErrorKind::MissingRequiredArgument => match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::Strings(several)) if several.len() > 1 => {
                format!("{} are missing", quoted(several))
            }
            _ => format!("{} is missing", missing(argument)),
        },
        ErrorKind::ArgumentConflict => match text_of(error, ContextKind::PriorArg) {
            Some(prior) if Some(prior.as_str()) == argument || argument.is_none() => {
                format!("`{}` was given more than once", prior.trim_matches('`'))
            }
            Some(prior) => {
                let prior = prior.trim_matches('`');
                format!("`{}` cannot be used with `{prior}`", argument.unwrap_or_default())
            }
            None => format!("`{}` was given more than once", argument.unwrap_or_default()),
        },
        ErrorKind::InvalidValue if value.is_none_or(str::is_empty) => {
            format!("`{}` needs a value", argument.unwrap_or("an option"))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|why| {
                if why.is::<ParseIntError>() { ": not a whole number".to_owned() } else { format!(": {why}") }
            });
            let why = why.unwrap_or_default();
            format!(
                "`{}` is no value for `{}`{why}",
                brief(value.unwrap_or_default()),
                argument.unwrap_or("an option")
            )
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        _ => "the arguments do not fit together".to_owned(),
    }
}

/// What the error says of this kind.
fn text_of(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(quoted(texts)),
        _ => None,
    }
}

/// The argument, or where any one of a group will do, `<--a|--b>` to clap, "`--a` or `--b`".
fn missing(argument: Option<&str>) -> String {
    let Some(argument) = argument else { return "an argument".to_owned() };
    let group = argument.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let names = group.filter(|group| group.starts_with('-')).unwrap_or(argument);
    names.split('|').map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

fn quoted(texts: &[String]) -> String {
    authctl::auth::words::list(texts)
}

/// "`a`, `b` or `c`", if there are any.
fn alternatives(values: &[String]) -> Option<String> {
    let (last, rest) = values.split_last()?;
    let rest: Vec<String> = rest.iter().map(|value| format!("`{value}`")).collect();
    Some(if rest.is_empty() { format!("`{last}`") } else { format!("{} or `{last}`", rest.join(", ")) })
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
