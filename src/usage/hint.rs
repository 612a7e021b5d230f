//! What to do about a command line that could not be read.

use authctl::auth::words;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::hyphen::{after_dashes, after_equals, is_option};
use super::wrong::Wrong;
use super::{commands_before, elsewhere, help_command, surplus, values};

impl Wrong<'_> {
    /// What was meant, or what it can be, and where a value goes.
    pub(super) fn hint(&self) -> String {
        let known = self.known();
        let hyphen = if known.is_some() { None } else { self.hyphen() };
        let meant = known.map(|meant| words::any([meant])).or_else(|| self.suggested());
        let meant = meant.map(|meant| format!("did you mean {meant}?"));
        let what =
            meant.or_else(|| self.valid_values().map(|valid| format!("it can be {}", words::any(valid))));
        let hints = [what, hyphen.or_else(|| self.form())];
        let hints: Vec<String> = hints.into_iter().flatten().collect();
        if hints.is_empty() { format!("run `{}`", help_command()) } else { hints.join(" ") }
    }

    /// What is meant by it elsewhere, or written otherwise here.
    fn known(&self) -> Option<String> {
        if let Some(word) = self.text(ContextKind::InvalidSubcommand) {
            return elsewhere::command(&commands_before(&word), &word).map(str::to_owned);
        }
        match (self.valid_values(), self.error.kind()) {
            (Some(valid), _) => values::one_of(valid, &self.value).map(str::to_owned),
            (None, ErrorKind::UnknownArgument) => elsewhere::option(&self.names, self.option()),
            (None, _) => values::meant(self.option(), &self.value),
        }
    }

    /// What clap takes for the nearest.
    fn suggested(&self) -> Option<String> {
        let kinds =
            [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
        kinds.into_iter().find_map(|kind| match self.error.get(kind)? {
            ContextValue::String(meant) => Some(words::any([meant.trim_matches('`')])),
            ContextValue::Strings(meant) => Some(words::any(meant)),
            _ => None,
        })
    }

    /// Where a value goes that begins with `-`.
    fn hyphen(&self) -> Option<String> {
        let begins =
            |value: &std::ffi::OsStr, start: &str| value.as_encoded_bytes().starts_with(start.as_bytes());
        match self.error.kind() {
            ErrorKind::UnknownArgument if is_option(self.argument()) => {
                after_equals(&self.command, |_, value| begins(value, self.argument()))
                    .or_else(|| after_dashes(&self.command))
            }
            ErrorKind::InvalidValue if self.value.is_empty() => {
                after_equals(&self.command, |option, value| self.option() == option && begins(value, "-"))
            }
            _ => None,
        }
    }

    /// What another value, or an argument too many, is to be.
    fn form(&self) -> Option<String> {
        match self.error.kind() {
            ErrorKind::UnknownArgument if !is_option(self.argument()) => surplus::hint(&self.command),
            ErrorKind::ValueValidation | ErrorKind::MissingRequiredArgument => {
                values::hint(self.option(), &self.value).map(str::to_owned)
            }
            _ => None,
        }
    }
}
