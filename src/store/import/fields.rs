//! The names of fields.

use crate::auth::words;

/// The fields of a user, and other names for them.
const FIELDS: [(&str, &[&str]); 9] = [
    ("username", &[]),
    ("full_name", &[]),
    ("email", &[]),
    ("hashed_password", &["password_hash"]),
    ("disabled", &[]),
    ("scopes", &[]),
    ("groups", &[]),
    ("tokens_valid_from", &[]),
    ("generation", &[]),
];

/// The columns that CSV may have, each with its other names.
pub(super) fn columns() -> String {
    words::list(FIELDS.map(|(name, others)| [&[name], others].concat().join("` or `")))
}

/// The name of a field in a store; `None` if there is no such field.
pub(super) fn known(field: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(name, others)| *name == field || others.contains(&field)).map(|(name, _)| *name)
}
