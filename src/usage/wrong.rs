//! A command line that could not be read, and what is wrong with it.

use std::num::ParseIntError;

use authctl::auth::words::{self, brief};
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::hyphen::is_option;
use super::{command_meant, surplus};
use crate::files::no_path::{HIDDEN, is_token_or_url, may_be_secret};

/// A command line that could not be read.
pub(super) struct Wrong<'a> {
    pub(super) error: &'a clap::Error,
    /// The argument that it is about, with the name of its value: `--alg <LIST>`.
    argument: Option<String>,
    /// The value that was given; empty without one.
    pub(super) value: String,
    /// The command that was meant, and its names as they are typed: `authctl users add`.
    pub(super) command: Command,
    pub(super) names: String,
}

impl<'a> Wrong<'a> {
    pub(super) fn of(error: &'a clap::Error) -> Self {
        let argument = text_of(error, ContextKind::InvalidArg).map(|arg| arg.trim_matches('`').to_owned());
        let value = text_of(error, ContextKind::InvalidValue).unwrap_or_default();
        let (names, command) = command_meant();
        Self { error, argument, value, command, names }
    }

    /// The argument; empty if it is not known.
    pub(super) fn argument(&self) -> &str {
        self.argument.as_deref().unwrap_or_default()
    }

    /// The name of the option that it is about: `--alg`.
    pub(super) fn option(&self) -> &str {
        self.argument().split([' ', '=']).next().unwrap_or_default()
    }

    /// What the error says of this kind.
    pub(super) fn text(&self, kind: ContextKind) -> Option<String> {
        text_of(self.error, kind)
    }

    /// The values that the option takes, if it has a list of them.
    pub(super) fn valid_values(&self) -> Option<&'a [String]> {
        match self.error.get(ContextKind::ValidValue)? {
            ContextValue::Strings(values) if !values.is_empty() => Some(values),
            _ => None,
        }
    }

    /// Says what is wrong, with the argument that it is about and its value.
    pub(super) fn message(&self) -> String {
        let argument = || self.argument.as_deref().unwrap_or("an option");
        match self.error.kind() {
            ErrorKind::UnknownArgument if is_option(self.argument()) => {
                no_such("option", self.option(), " here")
            }
            ErrorKind::UnknownArgument => surplus::message(self.argument(), &self.command),
            ErrorKind::InvalidSubcommand => {
                let name = self.text(ContextKind::InvalidSubcommand).unwrap_or_default();
                no_such("command", &name, "")
            }
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                "a command is missing".to_owned()
            }
            ErrorKind::MissingRequiredArgument => self.missing(),
            ErrorKind::ArgumentConflict => self.conflict(),
            ErrorKind::InvalidValue if self.value.is_empty() => format!("`{}` needs a value", argument()),
            ErrorKind::InvalidValue | ErrorKind::ValueValidation if is_token_or_url(&self.value) => {
                let shown = brief(&self.value);
                let why = Some(self.why()).filter(|why| !why.contains(&*shown)).unwrap_or_default();
                format!("what is given for `{}` {HIDDEN}, and no value for it{why}", argument())
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                format!("`{}` is no value for `{}`{}", brief(&self.value), argument(), self.why())
            }
            ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
            _ => "the arguments do not fit together".to_owned(),
        }
    }

    /// The arguments, or where any one of a group will do, `<--a|--b>` to clap, "`--a` or `--b`".
    fn missing(&self) -> String {
        let argument = match self.error.get(ContextKind::InvalidArg) {
            Some(ContextValue::Strings(several)) if several.len() > 1 => {
                return format!("{} are missing", words::list(several));
            }
            _ => self.argument.as_deref(),
        };
        let Some(argument) = argument else { return "an argument is missing".to_owned() };
        let group = argument.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let names = group.filter(|group| group.starts_with('-')).unwrap_or(argument);
        format!("{} is missing", words::any(names.split('|')))
    }

    fn conflict(&self) -> String {
        let argument = self.argument();
        match self.text(ContextKind::PriorArg) {
            Some(prior) if self.argument.is_some() && prior != argument => {
                format!("`{argument}` cannot be used with `{}`", prior.trim_matches('`'))
            }
            Some(prior) => format!("`{}` was given more than once", prior.trim_matches('`')),
            None => format!("`{argument}` was given more than once"),
        }
    }

    /// Why the value is none.
    fn why(&self) -> String {
        match std::error::Error::source(self.error) {
            Some(why) if why.is::<ParseIntError>() => ": not a whole number".to_owned(),
            Some(why) => format!(": {why}"),
            None => String::new(),
        }
    }
}

/// Says that there is no command or option of that name, which is shown unless it looks like a key, a token or a URL.
pub(crate) fn no_such(what: &str, name: &str, place: &str) -> String {
    if may_be_secret(name) {
        format!("there is no such {what}{place}: it {HIDDEN}")
    } else {
        format!("there is no {what} `{}`{place}", brief(name))
    }
}

fn text_of(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(words::list(texts)),
        _ => None,
    }
}
