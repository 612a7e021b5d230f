//! Answers as text and JSON.

pub(crate) mod alike;
pub(crate) mod escape;
pub(crate) mod shell;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod wrap;
