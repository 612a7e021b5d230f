//! What can be wrong with users from elsewhere.

use thiserror::Error;

use super::fields::columns;
use crate::auth::password::HashFault;
use crate::auth::scope::ScopeError;
use crate::auth::user::{Username, UsernameError};

/// Where a text that is no store is wrong, and how. No message repeats a value.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {kind}{}", user.as_ref().map(|name| format!(" (user `{name}`)")).unwrap_or_default())]
pub struct ImportFault {
    /// Counted from 1.
    pub line: usize,
    /// The user whose entry it is in.
    pub user: Option<Username>,
    /// The reason.
    pub kind: ImportFaultKind,
}

/// What can be wrong. The fields are as they are shown: escaped, and cut where they are long.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum ImportFaultKind {
    #[error("neither a user store nor htpasswd, JSON, CSV with a header or YAML of Authelia")]
    Form,
    #[error("CSV without `username` in its header: the columns are {}", columns())]
    NoColumn,
    #[error("not `NAME:HASH`")]
    NoHtpasswd,
    #[error("not valid JSON")]
    Json,
    #[error("neither a user, which has its fields by name, nor users by name")]
    NoUser,
    #[error("not valid CSV")]
    Csv,
    #[error("not valid YAML: {0}")]
    Yaml(String),
    #[error("YAML with an alias, an anchor or a tag")]
    Reference,
    #[error("unknown field `{0}`")]
    UnknownField(String),
    #[error("`{0}` is there twice")]
    DoubledField(&'static str),
    #[error("`username` is missing")]
    NoUsername,
    #[error("`username` is another than the name of the entry")]
    OtherUsername,
    #[error("{0}")]
    Username(UsernameError),
    #[error("the user is there already in line {0}, by this name or one that differs in case only")]
    DoubledUser(usize),
    #[error("`{field}` must be {expected}")]
    WrongType { field: &'static str, expected: &'static str },
    #[error("not a scope: {0}")]
    Scope(ScopeError),
    #[error("a plain password is never imported: {0}")]
    Plain(HashFault),
}
