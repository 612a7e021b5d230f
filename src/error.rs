//! What went wrong, how it is said, and the exit code it comes to.

use std::fmt;
use std::process::ExitCode;

use authctl::auth::password::{HashError, OutOfMemory};
use authctl::auth::refusal::Verdict;
pub(crate) use authctl::store::reason;

/// The answer as scripts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or the token is good.
    Yes,
    /// No.
    No,
    /// Could not tell.
    Unknown,
    /// No: genuine, but expired.
    Expired,
    /// No: genuine and live, but without a required scope.
    InsufficientScope,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Yes => 0,
            Exit::No => 1,
            Exit::Unknown => 2,
            Exit::Expired => 3,
            Exit::InsufficientScope => 4,
        })
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Unacceptable => Self::No,
            Verdict::Expired => Self::Expired,
            Verdict::InsufficientScope => Self::InsufficientScope,
        }
    }
}

/// One thing that went wrong. The text is shown escaped, so it may name values from anywhere; it
/// never has a secret in it.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The code in `--json`.
    pub(crate) code: &'static str,
    /// Lower case, no final period, values in backticks.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// What it comes to.
    pub(crate) exit: Exit,
}

impl Failure {
    /// A "no" (exit 1).
    pub(crate) fn no(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, exit: Exit::No }
    }

    /// A "could not tell" (exit 2).
    pub(crate) fn unknown(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, exit: Exit::Unknown }
    }

    /// Wrong usage (exit 2).
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::unknown("usage", message)
    }

    /// Whether a file or a store is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.code, "not_found" | "no_store")
    }

    /// The same, with what to do next.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The failure as scripts see it.
    pub(crate) fn json(&self) -> serde_json::Value {
        let mut json = serde_json::json!({"error": self.code, "message": self.message});
        if let Some(hint) = &self.hint {
            json["hint"] = hint.as_str().into();
        }
        json
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<OutOfMemory> for Failure {
    fn from(error: OutOfMemory) -> Self {
        Self::unknown("out_of_memory", error.to_string())
    }
}

impl From<HashError> for Failure {
    fn from(error: HashError) -> Self {
        match error {
            HashError::OutOfMemory(error) => error.into(),
            HashError::Params(_) | HashError::Random => Self::unknown("hash", error.to_string()),
        }
    }
}

/// For `map_err`: the failure to do `what`, with the reason of the system.
pub(crate) fn cannot(what: impl fmt::Display) -> impl FnOnce(std::io::Error) -> Failure {
    move |error| Failure::unknown("io", format!("cannot {what}: {}", reason(&error)))
}

/// The failure of an answer that could not be printed.
pub(crate) fn cannot_print(error: &std::io::Error) -> Failure {
    Failure::unknown("io", format!("cannot write to standard output: {}", reason(error)))
}
