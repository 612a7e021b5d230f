//! Faults in a users file, with their place.

use thiserror::Error;

use super::lines;
use crate::auth::claim_path::ClaimPathError;
use crate::auth::password::HashParams;
use crate::auth::scope::ScopeError;
use crate::auth::time::SpanError;
use crate::auth::user::UsernameError;
use crate::auth::words::brief;

/// A fault in a users file, with its place: `line 7, column 1: unknown field `disable` (user `alice`)`.
///
/// The message contains neither the line nor a value, since both may be secret.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {kind}{}", .user.as_ref().map(|name| format!(" (user `{name}`)")).unwrap_or_default())]
pub struct StoreFault {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The user whose entry has the fault. The name follows the [grammar](crate::auth::user::Username) of usernames.
    pub user: Option<String>,
    /// The kind of fault.
    pub kind: FaultKind,
}

/// The kinds of faults in a users file. A `field` is ready to print: escaped, and shortened if it is long.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[expect(missing_docs, reason = "each message explains its variant")]
pub enum FaultKind {
    #[error("the users are elsewhere: only `users` can stand here")]
    Elsewhere,
    #[error("not UTF-8")]
    NotUtf8,
    #[error("not valid TOML: {0}")]
    Syntax(String),
    #[error("unknown table `{0}`")]
    UnknownTable(String),
    #[error("unknown field `{0}`")]
    UnknownField(String),
    #[error("`{field}` must be {expected}, not {found}")]
    WrongType { field: String, expected: &'static str, found: &'static str },
    #[error("`{0}` cannot be empty")]
    Empty(String),
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error("{0}")]
    Username(UsernameError),
    #[error("not a scope: {0}")]
    Scope(ScopeError),
    #[error("scope `{0}` is listed twice")]
    DoubledScope(String),
    #[error("{0}")]
    ClaimPath(ClaimPathError),
    #[error("`type` must be `JWT` or `at+jwt`")]
    TokenType,
    #[error("`{field}` is {error}")]
    Lifetime { field: String, error: SpanError },
    #[error("`{0}` must be longer than zero")]
    NoLifetime(String),
    #[error("`lifetime` is longer than `max_lifetime`")]
    AboveMaximum,
    #[error("Argon2 cannot run with `{0}`")]
    Params(HashParams),
    #[error("`{field}` must be from {least} to {most}")]
    Number { field: String, least: u64, most: u64 },
    #[error("`{0}` is a local date-time: add an offset from UTC, such as `Z`")]
    LocalTime(String),
    #[error("`{0}` must be a date and a time with an offset, such as `2026-11-21T21:00:00Z`")]
    NoMoment(String),
    #[error("`{0}` must be in the years 1970 to 9999")]
    MomentRange(String),
}

/// A fault at a byte offset; [`in_text`](Self::in_text) adds line and column.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) user: Option<String>,
    pub(super) kind: FaultKind,
}

impl Fault {
    pub(super) const fn new(at: usize, kind: FaultKind) -> Self {
        Self { at, user: None, kind }
    }

    pub(super) fn of_user(self, name: &str) -> Self {
        Self { user: Some(name.to_owned()), ..self }
    }

    pub(super) fn in_text(self, text: &str) -> StoreFault {
        let before = &text[..lines::character_at(text, self.at)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        StoreFault {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            user: self.user,
            kind: self.kind,
        }
    }
}

/// Makes a name from the file safe to print: shortened and escaped.
pub(super) fn shown(name: &str) -> String {
    brief(name).chars().flat_map(char::escape_debug).collect()
}
