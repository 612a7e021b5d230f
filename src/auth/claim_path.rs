//! Where the scopes of a token are, if not in its `scope` claim.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::json::{Value, read_object};

/// The most characters of a path.
const MAX_CHARS: usize = 256;

/// The way to a claim: member names joined by dots, such as `scp` or `realm_access.roles`.
///
/// A member whose name is the whole rest of the path is taken first, so `https://example.com/roles` is a path too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath(String);

/// Why a text is not a [`ClaimPath`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ClaimPathError {
    /// No character at all.
    #[error("a claim path cannot be empty")]
    Empty,
    /// More than 256 characters.
    #[error("a claim path has at most 256 characters")]
    TooLong,
    /// A dot at the start, at the end or after a dot.
    #[error("a claim path is names with single dots between, such as `realm_access.roles`")]
    EmptyName,
}

impl ClaimPath {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value at this path in `claims`, the text of a JSON object that was found to be valid.
    ///
    /// Each object is entered at most once: the names before it say how much of the path is left. So the time is at most
    /// that of reading all claims once for each level of nesting.
    pub(super) fn value_in<'c>(&self, claims: &'c [u8]) -> Option<Value<'c>> {
        find(claims, &self.0)
    }
}

impl FromStr for ClaimPath {
    type Err = ClaimPathError;

    fn from_str(text: &str) -> Result<Self, ClaimPathError> {
        if text.is_empty() {
            Err(ClaimPathError::Empty)
        } else if text.chars().count() > MAX_CHARS {
            Err(ClaimPathError::TooLong)
        } else if text.split('.').any(str::is_empty) {
            Err(ClaimPathError::EmptyName)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn find<'c>(object: &'c [u8], path: &str) -> Option<Value<'c>> {
    let mut whole = None;
    let mut inner = Vec::new();
    read_object(object, |member| {
        if member.name == path {
            whole = Some(member.value);
        } else if let Value::Object(object) = member.value
            && let Some(rest) = path.strip_prefix(&*member.name).and_then(|rest| rest.strip_prefix('.'))
        {
            // The name may have dots of its own: such a member comes after those with a shorter name.
            inner.push((member.name.len(), rest, object));
        }
    })
    .ok()?;
    inner.sort_unstable_by_key(|(name, ..)| *name);
    whole.or_else(|| inner.into_iter().find_map(|(_, rest, object)| find(object.as_bytes(), rest)))
}
