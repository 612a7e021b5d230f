//! Wrong usage, said as every other error is.

use std::io::{self, Write};

use authctl::auth::words::brief;
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::Cli;
use crate::error::{Exit, Failure};

/// Prints the help that was asked for, or says what is wrong with the command line.
pub(crate) fn answer(error: &clap::Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render().to_string();
            match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
                Ok(()) => Exit::Yes,
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Yes,
                Err(error) => {
                    let message =
                        format!("cannot write to standard output: {}", crate::error::reason(&error));
                    crate::answer_usage(&Failure::unknown("io", message), false)
                }
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !json_wanted() => {
            let _unheard = write!(io::stderr(), "{}", error.render());
            Exit::Unknown
        }
        _ => crate::answer_usage(&failure(error), json_wanted()),
    }
}

/// The command line could not be read, but this much can.
fn json_wanted() -> bool {
    std::env::args_os().skip(1).take_while(|arg| arg != "--").any(|arg| arg == "--json")
}

fn failure(error: &clap::Error) -> Failure {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(crate::usage::quoted(texts)),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg).map(|arg| arg.trim_matches('`').to_owned());
    let argument = argument.as_deref();
    let value = text(ContextKind::InvalidValue);
    let failure = Failure::usage(match error.kind() {
        ErrorKind::UnknownArgument => unknown_argument(argument.unwrap_or_default()),
        ErrorKind::InvalidSubcommand => {
            format!(
                "there is no command `{}`",
                brief(&text(ContextKind::InvalidSubcommand).unwrap_or_default())
            )
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a command is missing".to_owned()
        }
        ErrorKind::MissingRequiredArgument => format!("{} is missing", missing(argument)),
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(prior) if Some(prior.as_str()) == argument || argument.is_none() => {
                format!("`{}` was given more than once", prior.trim_matches('`'))
            }
            Some(prior) => {
                let prior = prior.trim_matches('`');
                format!("`{}` cannot be used with `{prior}`", argument.unwrap_or_default())
            }
            None => format!("`{}` was given more than once", argument.unwrap_or_default()),
        },
        ErrorKind::InvalidValue if value.as_deref().is_none_or(str::is_empty) => {
            format!("`{}` needs a value", argument.unwrap_or("an option"))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|why| format!(": {why}")).unwrap_or_default();
            format!(
                "`{}` is no value for `{}`{why}",
                brief(&value.unwrap_or_default()),
                argument.unwrap_or("an option")
            )
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        _ => "the arguments do not fit together".to_owned(),
    });
    let valid = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => alternatives(values).map(|valid| format!("it can be {valid}")),
        _ => None,
    };
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = meant.iter().find_map(|kind| text(*kind)).map(|meant| {
        format!("did you mean {}?", if meant.starts_with('`') { meant } else { format!("`{meant}`") })
    });
    failure.hint(meant.or(valid).unwrap_or_else(|| format!("run `{}`", help_command())))
}

/// An unexpected value is not shown: it may be a password that somebody gave as an argument.
fn unknown_argument(argument: &str) -> String {
    let after_dashes =
        || std::env::args_os().skip_while(|other| other != "--").skip(1).any(|other| other == argument);
    if argument.starts_with('-') && !after_dashes() {
        let name = argument.split('=').next().unwrap_or(argument);
        format!("there is no option `{}` here", brief(name))
    } else {
        "there is an argument too many".to_owned()
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

/// `authctl login --help`, for the command that was meant.
fn help_command() -> String {
    let mut command = Cli::command();
    command.build();
    let mut names = command.get_name().to_owned();
    for argument in std::env::args_os().skip(1).take_while(|argument| argument != "--") {
        if let Some(inner) = argument.to_str().and_then(|name| command.find_subcommand(name)) {
            names.extend([" ", inner.get_name()]);
            command = inner.clone();
        }
    }
    format!("{names} --help")
}
